"""`scout sql`: one read-only query."""

from __future__ import annotations

import math
import sys
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scout.cli import console, options, tables
from scout.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_READ = 1_000_000
"""How many characters of stdin are read: more than a query may have."""


class SqlFormat(StrEnum):
    """How `sql` answers."""

    TABLE = "table"
    JSON = "json"
    CSV = "csv"


@app.command()
def sql(
    query: Annotated[str, typer.Argument(help="One SELECT, or - to read it from stdin.")],
    format_: Annotated[SqlFormat, typer.Option("--format", help="table, json or csv.")] = SqlFormat.TABLE,
    param: Annotated[
        list[str] | None,
        typer.Option("--param", metavar="NAME=VALUE", help="A value for :NAME in the query; again for more.", show_default=False),
    ] = None,
    seconds: Annotated[float, typer.Option(min=0.1, max=600, help="Stop the query after this long.")] = 30,
    config: options.UnusedConfig = None,
    db: options.DbPath = None,
) -> None:
    """Ask the store one read-only question.

    It cannot write, attach, load, or run for ever.

    Tables: items, sightings, item_history, readings, reading_history, marks, votes, runs, outcomes, reports,
    report_entries, reported, items_fts, readings_fts.
    Views: this_week, source_health, unreported.
    Every column is explained in the schema: scout sql "select sql from sqlite_master"

    Example: scout sql "select date(published), items.title from items join items_fts on items_fts.rowid = pk
    where items_fts match 'prefix cache' order by published desc limit 20"

    Ready queries: docs/store.md, and `scout serve`.
    """
    from scout import store  # noqa: PLC0415

    path = options.db_path(db)
    store.open_store(path).close()
    table = store.query(path, sys.stdin.read(MOST_READ) if query == "-" else query, _named(param or ()), seconds=seconds)
    match format_:
        case SqlFormat.JSON:
            console.out_json([dict(zip(table.columns, map(_number, row), strict=True)) for row in table.rows])
        case SqlFormat.CSV:
            console.out_csv(table.columns, table.rows)
        case SqlFormat.TABLE:
            tables.out_table([dict(zip(table.columns, row, strict=True)) for row in table.rows])


def _number(value: Any) -> Any:
    """Return a value as JSON can have it: SQLite's infinity becomes null."""
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _named(given: Sequence[str]) -> dict[str, str]:
    from scout.errors import UsageError  # noqa: PLC0415

    for one in given:
        name, equals, _ = one.partition("=")
        if not equals or not name.isidentifier():
            raise UsageError(f"--param {one!r}: say NAME=VALUE, as in --param phrase=cache for :phrase")
    return dict(one.split("=", 1) for one in given)
