"""`scout export`: the shortlist for feed readers and reference managers."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from scout.cli import console, options
from scout.cli.app import app


class ExportFormat(StrEnum):
    """The forms that other programs read."""

    ATOM = "atom"
    JSONFEED = "jsonfeed"
    BIBTEX = "bibtex"
    PARQUET = "parquet"


Out = Annotated[Path | None, typer.Option(metavar="PATH", help="Write it here, whole or not at all.", show_default=False)]


@app.command()
def export(
    format_: Annotated[ExportFormat, typer.Option("--format", help="atom, jsonfeed, bibtex or parquet.", show_default=False)],
    since: options.Since = "",
    until: options.Until = "",
    limit: options.Limit = None,
    out: Out = None,
    as_of: options.AsOf = "",
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Write a window's shortlist as a feed, or entries as BibTeX.

    Atom or JSON Feed for a feed reader; BibTeX has what a draft would number.

    What a draft would quote of what was read stands in the feeds, each sentence with a link that opens the page at it.

    The same store gives the same bytes: a feed's time is that of its newest entry, and no date is completed.

    `parquet` writes the whole store for other engines, into a new folder (--out), each table by month; it needs the extra of that
    name.

    Example: scout export --format atom --out week.atom
    """
    if format_ is ExportFormat.PARQUET:
        _parquet(options.db_path(db), out, window=bool(since or until or limit or as_of))
        return
    from scout.pipeline import passages, shortlist  # noqa: PLC0415
    from scout.shortlist import export  # noqa: PLC0415

    workspace, path = options.workspace(config), options.db_path(db)
    day = options.day(as_of, "--as-of")
    window = options.window(workspace, path, since, until, as_of=day)
    chosen = shortlist.select(path, workspace, window, limit=limit, as_of=day).shortlist
    title, quoted = workspace.config.report.title, passages.of_entries(path, workspace, chosen, as_of=day)
    match format_:
        case ExportFormat.ATOM:
            product = export.atom(chosen, title=title, quoted=quoted)
        case ExportFormat.JSONFEED:
            product = export.json_feed(chosen, title=title, quoted=quoted)
        case ExportFormat.BIBTEX:
            product = export.bibtex(chosen)
    if out:
        console.write(out, product)
    else:
        console.out(product)


def _parquet(path: Path, out: Path | None, *, window: bool) -> None:
    """Write the tables of the store at `path`."""
    from scout.cli import extras  # noqa: PLC0415
    from scout.errors import UsageError  # noqa: PLC0415
    from scout.store import open_store, parquet  # noqa: PLC0415

    if window:
        raise UsageError("--format parquet is of the whole store; it takes no --since, --until, --limit or --as-of")
    if out is None:
        raise UsageError("--format parquet needs --out FOLDER, a new one")
    try:
        with open_store(path, write="scout export") as store:
            counts = parquet.export(store, out)
    except ModuleNotFoundError as exc:
        raise UsageError(f"--format parquet needs PyArrow; install it with: {extras.how_to_install('parquet')}") from exc
    console.say(f"{out}: " + ", ".join(f"{count:,} {table.replace('_', ' ')}" for table, count in counts.items()))
