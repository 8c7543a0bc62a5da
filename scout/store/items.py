"""Write the items of one source in one transaction: new items, changes with their history, sightings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scout import dates
from scout.store.rows import COLUMNS, instant, known, row, texts, to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from scout.model import Item

KEPT = ("title", "url", "published", "updated", "summary", "links", "extra")
"""The columns whose replaced values go to item_history."""
DATE = ("published", "precision", "date_source")
"""The columns of the date, changed together."""
CHUNK = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where items come from: the source's name and authority, the run, the instant."""

    source: str
    authority: int
    run: int
    now: datetime


def remember(conn: sqlite3.Connection, items: Sequence[Item], provenance: Provenance) -> int:
    """Write the items that one source saw, inside the caller's transaction; return how many were new.

    The item's owner or a higher authority replaces values, with history; any other source fills empty ones. Unchanged rows
    are not written.
    """
    told = {stored["id"]: stored for stored in map(row, items)}
    known = _known(conn, list(told))
    now = instant(provenance.now)
    new = [stored for ident, stored in told.items() if ident not in known]
    _insert(conn, new, provenance, now)
    for ident, old in known.items():
        _change(conn, old, told[ident], provenance, now)
    conn.executemany(
        "insert into sightings values (?, ?, ?, ?, ?, ?, ?)"
        " on conflict do update set url = excluded.url, title = excluded.title, last_seen = excluded.last_seen",
        [(provenance.source, stored["id"], stored["url"], stored["title"], now, now, provenance.run) for stored in told.values()],
    )
    return len(new)


def accept_claims(conn: sqlite3.Connection, *, now: datetime) -> int:
    """Set `published` from claimed dates that were too far ahead when read and no longer are; return how many.

    An unchanged source may never be read again: its entry was dated ahead, or the clock was wrong that once.
    Programmes are left out: they are read until their sessions are over, and their parser refuses contradictory days.
    """
    query = "select pk, claimed, first_seen from items where published is null and claimed <> '' and id not like 'program:%'"
    counted = []
    for pk, claimed, first_seen in conn.execute(query):
        found = dates.parse_date(claimed, now=now)
        if found.at and dates.ahead(claimed, now=known(first_seen)):
            counted.append((instant(found.at), str(found.precision), pk))
    conn.executemany(
        "update items set published = ?, precision = ?, claimed = '',"
        " date_source = iif(date_source = '', 'claimed', date_source) where pk = ?",
        counted,
    )
    return len(counted)


def _known(conn: sqlite3.Connection, ids: Sequence[str]) -> dict[str, sqlite3.Row]:
    found: dict[str, sqlite3.Row] = {}
    for chunk in chunks(ids):
        marks = ",".join("?" * len(chunk))
        found |= {known["id"]: known for known in conn.execute(f"select * from items where id in ({marks})", chunk)}  # noqa: S608 -- marks
    return found


def chunks(values: Sequence[str]) -> Iterator[Sequence[str]]:
    """Cut a list into pieces of CHUNK: SQLite limits the variables of a statement."""
    for start in range(0, len(values), CHUNK):
        yield values[start : start + CHUNK]


def _insert(conn: sqlite3.Connection, new: Iterable[Mapping[str, Any]], provenance: Provenance, now: str | None) -> None:
    """Insert new items in one statement: with one each, the full-text index would flush its buffer every time."""
    names = ",".join((*COLUMNS, "first_seen", "owner", "authority"))
    marks = ",".join("?" * (len(COLUMNS) + 3))
    conn.execute(f"create temp table arrived as select {names} from items limit 0")  # noqa: S608 -- our own column names
    conn.executemany(
        f"insert into arrived values ({marks})",  # noqa: S608 -- marks
        ((*stored.values(), now, provenance.source, provenance.authority) for stored in new),
    )
    conn.execute(f"insert into items ({names}) select {names} from arrived order by rowid")  # noqa: S608 -- our own column names
    conn.execute("drop table arrived")


def _change(conn: sqlite3.Connection, old: sqlite3.Row, new: dict[str, Any], provenance: Provenance, now: str | None) -> None:
    if provenance.source == old["owner"] or provenance.authority > old["authority"]:
        changes = {name: value for name, value in new.items() if value != old[name] and not _poorer(name, value, old)}
        if _weaker_date(old, new):
            changes = {name: value for name, value in changes.items() if name not in DATE}
        if provenance.source != old["owner"]:
            changes |= {"owner": provenance.source, "authority": provenance.authority}
    else:
        changes = {name: value for name, value in new.items() if name != "kind" and is_empty(old[name]) and not is_empty(value)}
        changes = {name: value for name, value in changes.items() if name not in DATE}
        if old["published"] is None and new["published"]:
            changes |= {name: new[name] for name in DATE}
        if links := _joined(old["links"], new["links"]):
            changes["links"] = links
    if not changes:
        return
    names = ", ".join(f"{name} = ?" for name in changes)
    conn.execute(f"update items set {names} where id = ?", (*changes.values(), old["id"]))  # noqa: S608 -- our own column names
    conn.executemany(
        "insert into item_history (item_id, field, earlier, replaced, run) values (?, ?, ?, ?, ?)",
        [(old["id"], name, old[name], now, provenance.run) for name in changes if name in KEPT and not is_empty(old[name])],
    )


def is_empty(value: object) -> bool:
    """Say whether a stored value says nothing."""
    return value in (None, "", "[]", "{}", "none")


def _poorer(name: str, value: object, old: sqlite3.Row) -> bool:
    """Return whether an empty new value (a failed item page, a shortened feed) would erase a stored one."""
    return name in ("summary", "authors", "tags", "links", "announced") and is_empty(value) and not is_empty(old[name])


def _weaker_date(old: sqlite3.Row, new: dict[str, Any]) -> bool:
    """Return whether a date of first publication would be lost, or replaced by one that edits move (`github:atom-updated`)."""
    moved_by_edits = new["date_source"].endswith("updated") and not old["date_source"].endswith("updated")
    return old["published"] is not None and (new["published"] is None or moved_by_edits)


def _joined(old: str, new: str) -> str:
    """Return both JSON lists of links as one, or an empty string if nothing is added."""
    before = texts(old)
    added = [link for link in texts(new) if link not in before]
    return to_json([*before, *added]) if added else ""
