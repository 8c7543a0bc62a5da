"""Store and read the curator's marks. A row is added for each mark and ended by the next or an undo, so the past is kept."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from scout.identity import names
from scout.model import Decision, Mark
from scout.store import window_items
from scout.store.ledger import through_talks
from scout.store.rows import instant, known, member, moment, text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence

    from scout.store.database import Store


def put(store: Store, mark: Mark) -> Mark | None:
    """Store a mark; the one that it replaces is ended, and returned. Marking the same again changes nothing."""
    with store.writing() as conn:
        earlier = _standing_of(conn, mark.item)
        if earlier and (earlier.decision, earlier.why) == (mark.decision, mark.why):
            return earlier
        _end(conn, mark.item, mark.made)
        conn.execute(
            "insert into marks (item_id, decision, why, made) values (?, ?, ?, ?)",
            (mark.item, str(mark.decision), text(mark.why), instant(mark.made)),
        )
    return earlier


def undo(store: Store, item_id: str, *, now: datetime) -> Mark | None:
    """End the mark of an item, and return it; None if it has none."""
    with store.writing() as conn:
        earlier = _standing_of(conn, item_id)
        _end(conn, item_id, now)
    return earlier


def standing(store: Store, *, as_of: date | None = None) -> tuple[Mark, ...]:
    """Return the marks that stand, oldest first; with `as_of`, those that stood at the end of that day."""
    end = datetime.combine(as_of + timedelta(days=1), time.min, UTC) if as_of else None
    rows = store.rows(
        "select * from marks where iif(:end is null, undone is null, made < :end and (undone is null or undone >= :end))"
        " order by made, id",
        {"end": instant(end)},
    )
    return tuple(map(_mark, rows))


def by_name(store: Store, marks: Sequence[Mark]) -> dict[str, Mark]:
    """Return marks by every id of the marked items; of two items that are one thing, the later mark."""
    items = {kept.item.id: kept.item for kept in window_items.by_ids(store, [mark.item for mark in marks])}
    found = {name: mark for mark in marks if mark.item in items for name in names(items[mark.item])}
    return through_talks(store, found)


def _standing_of(conn: sqlite3.Connection, item_id: str) -> Mark | None:
    row = conn.execute("select * from marks where item_id = ? and undone is null", (item_id,)).fetchone()
    return _mark(row) if row else None


def _end(conn: sqlite3.Connection, item_id: str, now: datetime) -> None:
    conn.execute("update marks set undone = ? where item_id = ? and undone is null", (instant(now), item_id))


def _mark(row: sqlite3.Row) -> Mark:
    return Mark(
        item=row["item_id"],
        decision=member(Decision, row["decision"]),
        why=row["why"],
        made=known(row["made"]),
        undone=moment(row["undone"]),
    )
