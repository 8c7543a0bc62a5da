"""Check a store from its pages to its values: what SQLite says of the file, and what no scout would have written.

Which columns hold JSON is read from the comments of the schema; that no other column is forgotten, `tests/test_states.py` holds.
"""

from __future__ import annotations

import re
import sqlite3
from typing import TYPE_CHECKING

from scout.errors import StoreBusyError, StoreError
from scout.model import Decision, Kind, Precision, Result, VoteKind
from scout.store.columns import comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.store.database import Store

MOST = 20
"""How many sentences of each check are told."""
WORDS = (
    ("items", "kind", Kind), ("items", "precision", Precision), ("outcomes", "result", Result), ("readings", "result", Result),
    ("replies", "result", Result), ("marks", "decision", Decision), ("votes", "kind", VoteKind),
)  # fmt: skip
INSTANTS = {
    "items": ("published", "updated", "announced", "first_seen"),
    "sightings": ("first_seen", "last_seen"),
    "item_history": ("replaced",),
    "runs": ("started", "ended"),
    "outcomes": ("ended", "oldest", "newest", "covers_start", "covers_end", "not_before"),
    "http_cache": ("stored",),
    "hosts": ("not_before",),
    "replies": ("asked",),
    "source_state": ("stored",),
    "reports": ("seen_until", "read"),
    "readings": ("read", "checked"),
    "reading_history": ("read", "replaced"),
    "marks": ("made", "undone"),
    "votes": ("read_at",),
}
DAYS = {"runs": ("since", "until"), "reports": ("day", "since", "until"), "votes": ("day",)}
_EMPTY = {("reports", "seen_until"), ("reports", "read")}
"""Columns whose empty text says that nothing is known; all others have null for that."""
_JSON = re.compile(r"JSON (list of objects|list|object)\b")
_ELEMENTS = {"list": "text", "list of objects": "object"}


def problems(store: Store) -> list[str]:
    """Return in sentences what is wrong with the file, its references and its values; empty if nothing is."""
    found: list[str] = []
    for check in (_file, _references, _texts, _values):
        try:
            found += check(store)
        except StoreBusyError:
            raise
        except (StoreError, sqlite3.Error) as exc:
            found.append(str(exc))
    return found


def json_columns() -> Iterator[tuple[str, str, str]]:
    """Yield each column that holds JSON, with its table and what it is: a list (of texts), a list of objects, an object."""
    for table, told in comments().items():
        for column, comment in told.items():
            if what := _JSON.match(comment):
                yield table, column, what[1]


def _file(store: Store) -> Iterator[str]:
    for (said,) in store.rows(f"pragma integrity_check({MOST})"):
        if said != "ok":
            yield f"the file: {said}"


def _references(store: Store) -> Iterator[str]:
    for row in store.rows("pragma foreign_key_check")[:MOST]:
        yield f"{row['table']}: row {row['rowid']} speaks of a row of {row['parent']} that is not there"


def _texts(store: Store) -> Iterator[str]:
    """Say which columns hold bytes that are no UTF-8: Python would not read their rows."""
    store.conn.create_function("is_text", 1, _is_text, deterministic=True)
    for (table,) in store.rows("select name from sqlite_schema where type = 'table' and sql like 'create table%strict%'"):
        for row in store.rows(f"pragma table_info({table})"):
            if row["type"] == "TEXT":
                yield from _strange(store, table, row["name"], f"not is_text(cast({row['name']} as blob))", "no UTF-8")


def _is_text(stored: bytes | None) -> bool:
    try:
        return stored is None or bool(stored.decode() or True)
    except UnicodeDecodeError:
        return False


def _values(store: Store) -> Iterator[str]:
    for table, column, words in WORDS:
        known = ", ".join(f"'{word}'" for word in words)
        yield from _strange(store, table, column, f"{column} not in ({known})", "an unknown word")
    for table, column, what in json_columns():
        kind = what.partition(" ")[0].replace("list", "array")
        wrong = f"iif(json_valid({column}), json_type({column}) <> '{kind}', 1)"
        if element := _ELEMENTS.get(what):
            inside = f"select 1 from json_each(iif(json_valid({column}), {column}, '[]')) where type <> '{element}'"  # noqa: S608 -- ours
            wrong = f"{wrong} or exists ({inside})"
        yield from _strange(store, table, column, wrong, f"no JSON {what}")
    for columns, form, what in ((INSTANTS, "%Y-%m-%dT%H:%M:%SZ", "no instant"), (DAYS, "%Y-%m-%d", "no day")):
        for table, column in ((table, column) for table, names in columns.items() for column in names):
            wrong = f"{column} is not null and {column} is not strftime('{form}', {column})"
            wrong += f" and {column} <> ''" if (table, column) in _EMPTY else ""
            yield from _strange(store, table, column, wrong, what)


def _strange(store: Store, table: str, column: str, wrong: str, what: str) -> Iterator[str]:
    shown = f"min(quote(substr(cast({column} as blob), 1, 60)))" if what == "no UTF-8" else f"min(substr({column}, 1, 60))"
    count, some = store.rows(f"select count(*), {shown} from {table} where {wrong}")[0]  # noqa: S608 -- names and words of ours
    if count:
        yield f"{table}.{column}: {what} in {count} rows, as {some!r}"
