"""The store as Parquet: every row and value, by month, and another engine answers the ready queries as SQLite does."""

from __future__ import annotations

import json
import re
import sqlite3
from importlib.resources import files
from typing import TYPE_CHECKING, Any

import pytest
from terminal import WEEK, Terminal, week_terminal

from scout.store import parquet

if TYPE_CHECKING:
    from pathlib import Path

pytest.importorskip("pyarrow", reason="the extra `parquet` is not installed: nothing of the export is tested")
duckdb = pytest.importorskip("duckdb", reason="DuckDB is not installed: no other engine is asked")

READY = json.loads((files("scout") / "serve" / "queries.json").read_text(encoding="utf-8"))["databases"]["scout"]["queries"]
WORDS = """
create macro julianday(t) as julian(t::timestamp);
create view unreported as select * from items where id not in (select item_id from reported);
"""
"""What docs/store.md tells DuckDB of SQLite's words."""
SQLITE_ALONE = {
    "newest-on-a-phrase": "the full-text index is SQLite's", "texts": "the full-text index is SQLite's",
    "not-seen": "the view source_health is no table", "quiet": "the view source_health is no table",
    "per-week": "date() with modifiers", "newest-tags": "a bare column beside max()",
}  # fmt: skip
"""Ready queries that are not portable, and why."""


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Return the collected week with a mark, exported into `out`."""
    desk = week_terminal(tmp_path_factory.mktemp("week"))
    assert desk("mark", "arxiv:2605.22850", "--as", "A").code == 0
    ran = desk("export", "--format", "parquet", "--out", "out")
    assert ran.code == 0, ran.err
    assert "out: 109 items" in ran.err
    return desk


def engine(folder: Path) -> Any:
    """Return DuckDB over the exported files, told SQLite's words."""
    conn = duckdb.connect()
    for table in parquet.MONTHS:
        conn.execute(f"create view {table} as select * exclude (month) from read_parquet('{folder}/out/{table}/*/*.parquet')")
    conn.execute(WORDS)
    return conn


def test_every_row_of_every_table_is_there_in_its_month(desk: Terminal) -> None:
    """Values, nulls and types are SQLite's, and each item stands in the folder of its month."""
    other, own = engine(desk.folder), sqlite3.connect(desk.folder / "data/scout.db")
    for table in parquet.MONTHS:
        rows = sorted(map(repr, own.execute(f"select * from {table}").fetchall()))
        assert sorted(map(repr, other.execute(f"select * from {table}").fetchall())) == rows
        names = [row[1] for row in own.execute(f"pragma table_info({table})")]
        assert [row[0] for row in other.execute(f"describe {table}").fetchall()] == names
    months = other.execute(
        f"select distinct month = substr(coalesce(published, first_seen), 1, 7) from read_parquet('{desk.folder}/out/items/*/*.parquet')"
    )
    assert months.fetchall() == [(True,)]
    own.close()


@pytest.mark.parametrize("name", sorted(READY.keys() - SQLITE_ALONE.keys()))
def test_duckdb_answers_as_sqlite_does(name: str, desk: Terminal) -> None:
    """The same rows for the same question; parameters are written with a dollar there."""
    query = READY[name]["sql"]
    given = dict.fromkeys(re.findall(r"(?<!:):(\w+)", query), "")
    with sqlite3.connect(desk.folder / "data/scout.db") as own:
        expected = own.execute(query, given).fetchall()
    found = engine(desk.folder).execute(re.sub(r"(?<!:):(\w+)", r"$\1", query), given).fetchall()
    assert sorted(tuple(map(str, row)) for row in found) == sorted(tuple(map(str, row)) for row in expected)


def test_no_reason_is_left_over() -> None:
    """What is named as not portable is a ready query."""
    assert SQLITE_ALONE.keys() <= READY.keys()


def test_a_folder_that_is_there_stays(desk: Terminal) -> None:
    """Neither a second export nor one without a place replaces or leaves anything; a window is not for tables."""
    before = desk.files()
    for words, why in (
        (("--out", "out"), "is there already"), ((), "needs --out"), (("--out", "no/where"), "cannot be written"),
        (("--out", "new", *WEEK), "whole store"),
    ):  # fmt: skip
        ran = desk("export", "--format", "parquet", *words)
        assert (ran.code, ran.out) == (2, ""), ran.err
        assert why in ran.err
    assert desk.files() == before
