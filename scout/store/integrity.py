"""Check a store from its pages to its values: what SQLite says of the file, and what no scout would have written."""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

from scout.errors import StoreBusyError, StoreError
from scout.model import Kind, Precision, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.store.database import Store

MOST = 20
"""How many sentences of each check are told."""
_WORDS = (("items", "kind", Kind), ("items", "precision", Precision), ("outcomes", "result", Result))
_LISTS = (
    ("items", "authors"), ("items", "tags"), ("items", "links"), ("outcomes", "notes"), ("reports", "negatives"),
    ("reports", "unread"), ("report_entries", "ids"), ("report_entries", "links"),
)  # fmt: skip
_OBJECTS = (("items", "extra"), ("source_state", "state"))
_TIMES = (
    ("items", "published"), ("items", "updated"), ("items", "announced"), ("items", "first_seen"), ("runs", "started"),
    ("runs", "ended"), ("outcomes", "ended"), ("outcomes", "oldest"), ("outcomes", "newest"), ("outcomes", "covers_start"),
    ("outcomes", "covers_end"), ("outcomes", "not_before"), ("reports", "day"),
)  # fmt: skip


def problems(store: Store) -> list[str]:
    """Return in sentences what is wrong with the file, its references and its values; empty if nothing is."""
    found: list[str] = []
    for check in (_file, _references, _values):
        try:
            found += check(store)
        except StoreBusyError:
            raise
        except (StoreError, sqlite3.Error) as exc:
            found.append(str(exc))
    return found


def _file(store: Store) -> Iterator[str]:
    for (said,) in store.rows(f"pragma integrity_check({MOST})"):
        if said != "ok":
            yield f"the file: {said}"


def _references(store: Store) -> Iterator[str]:
    for row in store.rows("pragma foreign_key_check")[:MOST]:
        yield f"{row['table']}: row {row['rowid']} speaks of a row of {row['parent']} that is not there"


def _values(store: Store) -> Iterator[str]:
    for table, column, words in _WORDS:
        known = ", ".join(f"'{word}'" for word in words)
        yield from _strange(store, table, column, f"{column} not in ({known})", "an unknown word")
    for kind, columns in (("array", _LISTS), ("object", _OBJECTS)):
        for table, column in columns:
            wrong = f"not json_valid({column}) or json_type({column}) <> '{kind}'"
            yield from _strange(store, table, column, wrong, f"no JSON {kind}")
    for table, column in _TIMES:
        yield from _strange(store, table, column, f"{column} <> '' and datetime({column}) is null", "no time")


def _strange(store: Store, table: str, column: str, wrong: str, what: str) -> Iterator[str]:
    count, some = store.rows(f"select count(*), min(substr({column}, 1, 60)) from {table} where {wrong}")[0]  # noqa: S608 -- names and words of ours
    if count:
        yield f"{table}.{column}: {what} in {count} rows, as {some!r}"
