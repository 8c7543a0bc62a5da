"""`scout merge`: take in other stores."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from scout.cli import console, options
from scout.cli.app import app


@app.command()
def merge(
    stores: Annotated[list[Path], typer.Argument(metavar="DB...", help="Stores to take in; they are only read.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what each would bring; keep nothing.")] = False,
    wait: options.Wait = options.WAIT_S,
    config: options.UnusedConfig = None,
    db: options.DbPath = None,
) -> None:
    """Take in other stores, without loss or doubles.

    A colleague's, another machine's, or a copy from before a disk failed.

    Whichever is merged into which, and however often, the result says the same. Of two values the later seen counts and the
    other goes to the history; runs are put in the order of their start; of two marks the later counts from when it was made; of
    two readings of one report the later. A store that is damaged is refused whole.

    Example: scout merge ../laptop/data/scout.db --dry-run
    """
    from scout.pipeline.merge import merge_stores  # noqa: PLC0415

    for other, gained in merge_stores(options.db_path(db), stores, dry_run=dry_run, wait_s=wait):
        brought = ", ".join(f"{count:+,} {table.replace('_', ' ')}" for table, count in gained.items() if count)
        console.say(f"{other}: {'would bring' if dry_run else 'merged'}: {brought or 'nothing that was not there'}")
