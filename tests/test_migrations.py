"""A store of every schema that landed, made by the program of its time, is brought up to date with nothing lost."""

from __future__ import annotations

import gzip
import sqlite3
from pathlib import Path

import pytest
from terminal import WEEK, Terminal, week_terminal

from scout import store
from scout.store import schema

STORES = sorted((Path(__file__).parent / "stores").glob("*.db.gz"))
"""The embedded week as `scout demo` of that time left it, cut to a few items; from m005 on with a mark."""


def dump(conn: sqlite3.Connection) -> dict[str, list[dict[str, object]]]:
    """Return the rows of every table but the full-text indexes', by table."""
    conn.row_factory = sqlite3.Row
    found = conn.execute(
        "select name from sqlite_master where type = 'table' and name not like '%fts%' and name not like '\\_sqlite%' escape '\\'"
    )
    return {name: [dict(row) for row in conn.execute(f"select * from {name} order by 1, 2")] for (name,) in found.fetchall()}


def test_every_schema_but_the_newest_has_a_store() -> None:
    """A migration brings a store that was made by the version before it."""
    assert [path.name.partition(".")[0] for path in STORES] == [step.partition("_")[0] for step in schema.STEPS[:-1]]


@pytest.mark.parametrize("made", STORES, ids=lambda path: path.name.partition(".")[0])
def test_a_store_of_an_earlier_schema_is_brought_up_to_date(made: Path, tmp_path: Path) -> None:
    """Every row is there with every value that it had, the schema is that of a new store, and the commands read it."""
    desk = week_terminal(tmp_path)
    path = desk.write("data/scout.db", gzip.decompress(made.read_bytes()))
    with sqlite3.connect(path) as conn:
        before = dump(conn)
    assert before["items"]
    with store.open_store(path) as opened:
        assert store.integrity.problems(opened) == []
    with sqlite3.connect(path) as conn:
        after = dump(conn)
        for table, rows in before.items():
            assert [{name: row[name] for name in old} for old, row in zip(rows, after[table], strict=True)] == rows
        assert columns(conn) == columns(new(tmp_path / "new.db"))
    read_by_the_commands(desk)


def columns(conn: sqlite3.Connection) -> set[tuple[object, ...]]:
    """Return what the schema has, by names: tables and views with their columns, indexes, triggers."""
    query = "select m.type, m.name, m.tbl_name, p.name from sqlite_master m left join pragma_table_info(m.name) p"
    return {tuple(row) for row in conn.execute(query)}


def new(path: Path) -> sqlite3.Connection:
    """Return a connection to a new store."""
    store.open_store(path, write="a test", create=True).close()
    return sqlite3.connect(path)


def read_by_the_commands(desk: Terminal) -> None:
    """Rank, draft and ask from it."""
    for words in (("draft", *WEEK), ("status", "--deep"), ("mark", "list"), ("reports", "list")):
        ran = desk(*words)
        assert ran.code == 0, ran.err
    ran = desk(
        "sql",
        "select count(*) as n from items join items_fts on items_fts.rowid = pk where items_fts match 'cache'",
        "--format",
        "json",
    )
    assert ran.json[0]["n"] > 0
