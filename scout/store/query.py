"""Run one read-only query of a user: it cannot write, attach databases, load extensions, or run without a time limit.

`mode=ro` alone is no sandbox (ATTACH would create files) and a query can switch `query_only` off, so: a read-only connection,
no attached databases, an authorizer with four allowed actions, limits on lengths and on the whole answer, a deadline kept by a
progress handler, and a process of its own, since within one function SQLite asks no handler and counts no memory.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scout.errors import QueryError
from scout.limits import EndedError, bounded
from scout.store.database import patiently

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

SECONDS = 30.0
MAX_ROWS = 100_000
MAX_BYTES = 50_000_000
MEMORY_BYTES = 2**30
GRACE_S = 0.5
"""How long the process may take to say what SQLite's own deadline came to."""
_ALLOWED = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """The result of a query: the names of the columns, and the rows in order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


class _Values(dict[str, str]):
    """Hold the parameters of a query; one that was not given is null, as in SQLite's own shell."""

    def __missing__(self, _: str) -> None:
        return None


def query(path: Path, sql: str, values: Mapping[str, str] | None = None, *, seconds: float = SECONDS) -> Table:
    """Run one SELECT on the store at `path`, for at most `seconds`; QueryError if it is refused, fails, or needs too much.

    `values` are the query's named parameters (`:name`), without the colon.
    """
    try:
        return bounded(_query, path, sql, dict(values or {}), seconds, wall_s=seconds + GRACE_S, memory_bytes=MEMORY_BYTES)
    except EndedError as exc:
        limits = f"more than {seconds:g} seconds or {MEMORY_BYTES >> 20} MiB"
        raise QueryError(f"the query was stopped: it takes {limits}; narrow it, or add a LIMIT") from exc


def _query(path: Path, sql: str, values: dict[str, str], seconds: float) -> Table:
    conn = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, timeout=0.1)
    try:
        conn.execute("pragma temp_store = memory")  # else a large sort would fill the disk, which has no limit
        # FTS5 and json_each declare their schema at first use of a connection; after this they only read.
        patiently(lambda: conn.execute("select 1 from items_fts, readings_fts, json_each('[]'), json_tree('[]') limit 0"))
        conn.setlimit(sqlite3.SQLITE_LIMIT_ATTACHED, 0)
        conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, MAX_BYTES)
        conn.setlimit(sqlite3.SQLITE_LIMIT_SQL_LENGTH, 100_000)
        conn.set_authorizer(_authorize)
        deadline = time.monotonic() + seconds
        conn.set_progress_handler(lambda: time.monotonic() > deadline, 10_000)
        cursor = patiently(lambda: conn.execute(sql, _Values(values)))
        if cursor.description is None:
            raise QueryError("the query returns no rows; `scout sql` reads: begin with SELECT or WITH")
        return Table(columns=_named(column[0] for column in cursor.description), rows=_bounded_rows(cursor))
    except sqlite3.Error as exc:
        raise QueryError(_words(exc, seconds)) from exc
    except sqlite3.Warning as exc:  # two statements at once
        raise QueryError("one query at a time: something follows the first statement") from exc
    except UnicodeEncodeError as exc:
        raise QueryError("the query is no text: it has bytes that are no UTF-8") from exc
    finally:
        conn.close()


def _bounded_rows(cursor: sqlite3.Cursor) -> tuple[tuple[Any, ...], ...]:
    rows, size = [], 0
    for row in cursor:
        rows.append(tuple(row))
        size += sum(len(cell) for cell in row if isinstance(cell, str | bytes))
        if len(rows) > MAX_ROWS:
            raise QueryError(f"the query has more than {MAX_ROWS} rows; add a LIMIT")
        if size > MAX_BYTES:
            raise QueryError(f"the answer is larger than {MAX_BYTES} bytes; ask for fewer columns, or add a LIMIT")
    return tuple(rows)


def _named(columns: Iterable[str]) -> tuple[str, ...]:
    """Return unique column names: a second `id` becomes `id_2`, so that no cell is lost in a mapping."""
    names: dict[str, None] = {}
    for column in columns:
        name, number = column, 2
        while name in names:
            name, number = f"{column}_{number}", number + 1
        names[name] = None
    return tuple(names)


def _authorize(action: int, first: str | None, second: str | None, *_: object) -> int:
    if action in _ALLOWED and not (action == sqlite3.SQLITE_FUNCTION and second in ("load_extension", "fts3_tokenizer")):
        return sqlite3.SQLITE_OK
    if action == sqlite3.SQLITE_PRAGMA and first == "data_version" and second is None:
        return sqlite3.SQLITE_OK  # FTS5 reads it
    return sqlite3.SQLITE_DENY


def _words(exc: Exception, seconds: float) -> str:
    said = str(exc)
    if "interrupted" in said:
        return f"the query was stopped after {seconds:g} seconds; narrow it, or add a LIMIT"
    if "not authorized" in said or "authorization denied" in said or "prohibited" in said or "too many attached" in said:
        return f"the query was refused: `scout sql` only reads this store ({said})"
    if "one statement at a time" in said:
        return "one query at a time: something follows the first statement"
    return f"the query failed: {said}; `select sql from sqlite_master` shows the tables"  # noqa: S608 -- a sentence
