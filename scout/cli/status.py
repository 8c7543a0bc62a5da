"""`scout status`: how each source is doing."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from scout.cli import console, options
from scout.cli.app import app

WRONG = ("source", "outcome", "streak", "last_success", "why")
SEEN = ("source", "outcome", "covers", "newest", "asked_again")
"""What `status` shows of a source that could not be read, and of one that could."""


@app.command()
def status(
    format_: Annotated[options.TableFormat, typer.Option("--format", help="table or json.")] = options.TableFormat.TABLE,
    deep: Annotated[
        bool, typer.Option("--deep", help="First check the whole store: its pages, references and values; exit 3 if damaged.")
    ] = False,
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Show each source: last outcome and why, coverage, newest item, last success, streak, when it will be asked again.

    What is wrong stands first, the longest on top; JSON has every source in the order of feeds.yaml, and nothing shortened.

    Example: scout status --format json | jq '.[] | select(.outcome == "blocked") | .source'
    """
    from scout.pipeline.status import check_store, sorted_by_need, source_status  # noqa: PLC0415

    if deep:
        check_store(options.db_path(db))
        console.say("the store is whole: its pages, references and values")
    rows = source_status(options.db_path(db), options.workspace(config), now=options.now())
    if format_ is options.TableFormat.JSON:
        console.out_json(rows)
        return
    wrong, rest = sorted_by_need(rows)
    for part, shown in ((wrong, WRONG), (rest, SEEN)):
        console.out_table([{name: _words(name, row) for name in shown} for row in part], colour="outcome")
        if part is wrong and wrong and rest:
            console.out("")
    for row in (*wrong, *rest):
        for note in row["notes"]:
            console.say(f"{row['source']}: {note}")


def _words(name: str, row: dict[str, Any]) -> str:
    match name, row[name]:
        case "covers", [start, end]:
            return f"{start[:10]} to {end[:10]}"
        case "last_success", at:
            return at[:10] if at else "never"
        case "why", why if row["asked_again"] != "next run":
            return f"not before {row['asked_again']}: {why}"
        case _, value:
            return "" if value is None else str(value)
    raise AssertionError(name)
