"""Store and read votes: others' choices of items. A reading is kept when it says something new, so upvotes have a history."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING

from scout.model import Vote, VoteKind
from scout.store.items import chunks
from scout.store.rows import day, instant, member, moment, text

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Sequence

    from scout.model import Window
    from scout.store.database import Store

CAST = "coalesce(day, substr(read_at, 1, 10))"
"""The day of a vote, as the index `votes_cast` has it: without one of its own, that of its reading."""


def remember(conn: sqlite3.Connection, votes: Sequence[Vote], *, source: str, run: int, now: datetime) -> int:
    """Write the votes that one source showed, inside the caller's transaction; return how many were new or had another count."""
    known: dict[tuple[str, str], int] = {}
    for chunk in chunks(sorted({vote.item for vote in votes})):
        marks = ",".join("?" * len(chunk))
        query = f"select item_id, url, count from votes where source = ? and item_id in ({marks}) order by id"  # noqa: S608 -- marks
        known |= {(row["item_id"], row["url"]): row["count"] for row in conn.execute(query, (source, *chunk))}
    told = {(text(vote.item), text(vote.url)): vote for vote in votes}
    new = [(key, vote) for key, vote in told.items() if known.get(key) != vote.count]
    conn.executemany(
        "insert into votes (item_id, source, kind, day, count, url, title, read_at, run) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (
                item,
                source,
                str(vote.kind),
                str(vote.day) if vote.day else None,
                vote.count,
                url,
                text(vote.title),
                instant(now),
                run,
            )
            for (item, url), vote in new
        ],
    )
    return len(new)


def by_item(
    store: Store, ids: Collection[str], *, window: Window | None = None, as_of: date | None = None
) -> dict[str, tuple[Vote, ...]]:
    """Return the votes for these ids and those for anything voted for in a window, by id, each in the order of reading.

    With `as_of`, only those read by the end of that day.
    """
    end = datetime.combine(as_of + timedelta(days=1), time.min, UTC) if as_of else None
    wanted = set(ids)
    if window:
        days = (str(window.since), str(window.until))
        query = f"select distinct item_id from votes where {CAST} between ? and ?"  # noqa: S608 -- ours
        wanted |= {row["item_id"] for row in store.rows(query, days)}
    found: dict[str, list[Vote]] = {}
    for chunk in chunks(sorted(wanted)):
        marks = ",".join("?" * len(chunk))
        query = f"select * from votes where item_id in ({marks}) and read_at < ? order by id"  # noqa: S608 -- marks
        for row in store.rows(query, (*chunk, instant(end) or "9999")):
            found.setdefault(row["item_id"], []).append(_vote(row))
    return {item: tuple(votes) for item, votes in found.items()}


def _vote(row: sqlite3.Row) -> Vote:
    return Vote(
        item=row["item_id"],
        source=row["source"],
        kind=member(VoteKind, row["kind"]),
        day=day(row["day"]) if row["day"] else None,
        count=row["count"],
        url=row["url"],
        title=row["title"],
        read=moment(row["read_at"]),
    )
