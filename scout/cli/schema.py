"""`scout schema`: the shapes of the commands' JSON."""

from __future__ import annotations

from typing import Annotated

import typer

from scout.cli import console, options
from scout.cli.app import app


@app.command()
def schema(
    command: Annotated[
        list[str] | None, typer.Argument(metavar="[COMMAND]...", help="A command, as `sources list`; error; or log.")
    ] = None,
    config: options.UnusedConfig = None,
    db: options.UnusedDb = None,
) -> None:
    """Print the JSON Schema of what a command answers.

    With --format json, that is; without a command, name what there is. `error` is what stands last on stderr where such a
    command fails, `log` a line of --log-format json. (What feeds.yaml may hold is `scout sources schema`.)

    Example: scout schema shortlist > shortlist.schema.json
    """
    from scout.pipeline import schema as schemas  # noqa: PLC0415

    if command:
        console.out_json(schemas.schema(" ".join(command)))
    else:
        console.out("\n".join(schemas.ANSWERS))
