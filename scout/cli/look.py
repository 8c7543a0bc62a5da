"""`scout status`, `scout sql`, `scout serve`: what is in the store."""

from __future__ import annotations

import json
import math
import os
import shutil
import sys
from enum import StrEnum
from importlib.resources import files
from pathlib import Path
from typing import Annotated, Any

import typer

from scout.cli import console, options
from scout.cli.app import app

WRONG = ("source", "outcome", "streak", "last_success", "why")
SEEN = ("source", "outcome", "covers", "newest", "asked_again")
"""What `status` shows of a source that could not be read, and of one that could."""


class StatusFormat(StrEnum):
    """How `status` answers."""

    TABLE = "table"
    JSON = "json"


class SqlFormat(StrEnum):
    """How `sql` answers."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@app.command()
def status(
    format_: Annotated[StatusFormat, typer.Option("--format", help="table or json.")] = StatusFormat.TABLE,
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Show each source: last outcome and why, coverage, newest item, last success, streak, when it will be asked again.

    What is wrong stands first, the longest on top; JSON has every source in the order of feeds.yaml, and nothing shortened.

    Example: scout status --format json | jq '.[] | select(.outcome == "blocked") | .source'
    """
    from scout.pipeline.status import sorted_by_need, source_status  # noqa: PLC0415

    rows = source_status(options.db_path(db), options.workspace(config), now=options.now())
    if format_ is StatusFormat.JSON:
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


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SELECT, or - to read it from stdin.")],
    format_: Annotated[SqlFormat, typer.Option("--format", help="table, json or csv.")] = SqlFormat.TABLE,
    seconds: Annotated[float, typer.Option(min=0.1, max=600, help="Stop the query after this long.")] = 30,
    config: options.UnusedConfig = None,
    db: options.DbPath = None,
) -> None:
    """Ask the store one read-only question; it cannot write, attach, load, or run for ever.

    Tables: items, sightings, item_history, runs, outcomes, reports, report_entries, reported, items_fts.
    Views: this_week, source_health, unreported.
    Every column is explained in the schema: scout sql "select sql from sqlite_master"

    Example: scout sql "select date(published), items.title from items join items_fts on items_fts.rowid = pk
    where items_fts match 'prefix cache' order by published desc limit 20"

    Ready queries: docs/store.md, and `scout serve`.
    """
    from scout import store  # noqa: PLC0415

    path = options.db_path(db)
    store.open_store(path).close()
    table = store.query(path, sys.stdin.read() if query == "-" else query, seconds=seconds)
    match format_:
        case SqlFormat.JSON:
            console.out_json([dict(zip(table.columns, map(_number, row), strict=True)) for row in table.rows])
        case SqlFormat.CSV:
            console.out_csv(table.columns, table.rows)
        case SqlFormat.TABLE:
            console.out_table([dict(zip(table.columns, row, strict=True)) for row in table.rows])


def _number(value: Any) -> Any:
    """Return a value as JSON can have it: SQLite's infinity becomes null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


@app.command()
def serve(
    port: Annotated[int, typer.Option(min=0, max=65535, help="On 127.0.0.1.")] = 8001,
    config: options.UnusedConfig = None,
    db: options.DbPath = None,
) -> None:
    """Show the store in Datasette, read-only on this machine, with ready queries. Needs the extra: pip install 'scout[serve]'."""
    from scout import store  # noqa: PLC0415
    from scout.errors import UsageError  # noqa: PLC0415

    path = options.db_path(db)
    store.open_store(path).close()
    beside = Path(sys.executable).with_name("datasette")
    program = str(beside) if beside.exists() else shutil.which("datasette")
    if not program:
        raise UsageError("`scout serve` needs Datasette; install it with: pip install 'scout[serve]'")
    metadata = json.loads((files("scout") / "queries.json").read_text(encoding="utf-8"))
    metadata["databases"] = {path.stem: metadata["databases"]["scout"]}  # Datasette calls a database by its file's name
    reader, writer = os.pipe()
    os.write(writer, json.dumps(metadata).encode())  # far less than a pipe holds
    os.close(writer)
    os.dup2(reader, 0)
    console.say(f"http://127.0.0.1:{port} shows {path}; stop it with Ctrl-C")
    words = [program, "serve", str(path), "--metadata", "-", "--host", "127.0.0.1", "--port", str(port)]
    os.execv(program, words)  # noqa: S606 -- a list, no shell
