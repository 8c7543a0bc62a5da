"""`scout status`: how each source is doing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scout.cli import console, options, tables
from scout.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Sequence

WRONG = ("source", "outcome", "streak", "last_success", "why")
SEEN = ("source", "outcome", "covers", "newest", "asked_again")
"""What `status` shows of a source that could not be read, and of one that could."""
WHOLE = ("source", "outcome", "streak", "last_success", "covers", "newest", "asked_again", "why", "notes")
"""What it shows of each in Markdown, where nothing is said beside the table."""


@app.command()
def status(
    format_: options.Format = options.ListFormat.TABLE,
    deep: Annotated[
        bool, typer.Option("--deep", help="First check the whole store: its pages, references and values; exit 3 if damaged.")
    ] = False,
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Show each source, what is wrong first.

    Last outcome and why, coverage, newest item, last success, streak, when it will be asked again.

    What is wrong stands first, the longest on top; JSON has every source in the order of feeds.yaml, and nothing shortened.

    Example: scout status --format json | jq '.[] | select(.outcome == "blocked") | .source'
    """
    from scout.pipeline.status import check_store, sorted_by_need, source_status  # noqa: PLC0415

    if deep:
        check_store(options.db_path(db))
        console.say("the store is whole: its pages, references and values")
    rows = source_status(options.db_path(db), options.workspace(config), now=options.now())
    wrong, rest = sorted_by_need(rows)
    if format_ is not options.ListFormat.TABLE:
        tables.out_rows(_rows((*wrong, *rest), WHOLE), format_, rows)
        return
    tables.out_table(_rows(wrong, WRONG), colour="outcome")
    if wrong and rest:
        console.out("")
    tables.out_table(_rows(rest, SEEN), colour="outcome")
    for row in (*wrong, *rest):
        for note in row["notes"]:
            console.say(f"{row['source']}: {note}")


def _rows(found: Sequence[dict[str, Any]], shown: Sequence[str]) -> list[dict[str, str]]:
    return [{name: _words(name, row) for name in shown} for row in found]


def _words(name: str, row: dict[str, Any]) -> str:
    match name, row[name]:
        case "covers", [start, end]:
            return f"{start[:10]} to {end[:10]}"
        case "last_success", at:
            return at[:10] if at else "never"
        case "why", why if row["asked_again"] != "next run":
            return f"not before {row['asked_again']}: {why}"
        case "notes", notes:
            return "; ".join(notes)
        case _, value:
            return "" if value is None else str(value)
    raise AssertionError(name)
