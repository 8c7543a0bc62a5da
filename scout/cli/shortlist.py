"""`scout shortlist`: rank the candidates of a window."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from scout.cli import console, options, tables
from scout.cli.app import app


@app.command()
def shortlist(
    since: options.Since = "",
    until: options.Until = "",
    limit: options.Limit = None,
    format_: options.Format = options.ListFormat.TABLE,
    explain: Annotated[
        str,
        typer.Option(
            metavar="ID",
            help="Tell all about one item (an id, an address, an arXiv id, a title): in or out, why, and what would change it.",
        ),
    ] = "",
    as_of: options.AsOf = "",
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Rank the candidates of a window, each with its reasons.

    What was dropped is counted by reason, what was not seen is listed: the counts add up to the pool.

    Example: scout shortlist --since 2026-05-18 --until 2026-05-24 --explain arxiv:2605.22850
    """
    from scout.pipeline import shortlist  # noqa: PLC0415
    from scout.shortlist import render  # noqa: PLC0415

    workspace, path = options.workspace(config), options.db_path(db)
    day = options.day(as_of, "--as-of")
    window = options.window(workspace, path, since, until, as_of=day)
    if explain:
        told = shortlist.explain(path, workspace, window, explain, limit=limit, as_of=day)
        if format_ is options.ListFormat.JSON:
            console.out_json(asdict(told))
        else:
            console.out(render.explained(told))
        return
    chosen = shortlist.select(path, workspace, window, limit=limit, as_of=day).shortlist
    match format_:
        case options.ListFormat.JSON:
            console.out_json(render.as_json(chosen))
        case options.ListFormat.MARKDOWN:
            console.out(render.as_markdown(chosen))
        case options.ListFormat.TABLE:
            tables.out_table(render.as_rows(chosen), spare=("why", "status"), linked=True)
            for line in render.as_words(chosen):
                console.say(line)
