"""Select the stored items of a window, with their sightings and changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from scout.store import rows as rows_
from scout.store.items import chunks
from scout.store.rows import instant, known, to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable
    from datetime import datetime

    from scout.model import Item, Window
    from scout.store.database import Store

AHEAD = timedelta(days=14)
"""How far after the window items are selected, for the status `after`."""
LATE = timedelta(days=180)
"""How long before the window an item first seen within it may be published."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sighting:
    """A source having seen an item: when first (UTC), in which run, its link."""

    source: str
    first_seen: datetime
    run: int
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredItem:
    """An item with its sightings and its changes: field, and when scout saw the change."""

    item: Item
    first_seen: datetime
    sightings: tuple[Sighting, ...]
    changes: tuple[tuple[str, datetime], ...] = ()


def items_for_window(
    store: Store, window: Window, *, lookback_days: int, seen_until: datetime | None = None, also: Collection[str] = ()
) -> list[StoredItem]:
    """Return the items published from the lookback to AHEAD, undated ones, and older ones first seen in the window, by id.

    Those of the ids in `also` are among them whatever their date.

    `seen_until` is up to when the last report could know: any item first seen or changed since counts as of the window.
    Talks without a date are selected by their conference's days, items with a month alone if a day of it is in the lookback.
    """
    parameters = {
        "from": instant(window.stretched(lookback_days).start),
        "month": instant(window.stretched(lookback_days).start.replace(day=1)),
        "start": instant(window.start),
        "end": instant(window.end),
        "to": instant(window.end + AHEAD),
        "late": instant(window.start - LATE),
        "fresh": instant(min(seen_until, window.start) if seen_until else window.start),
        "found": "9999" if seen_until else instant(window.end),
        "first": str(window.stretched(lookback_days).since),
        "last": str((window.end + AHEAD).date()),
        "also": to_json(sorted(also)),
    }
    chosen = (  # row numbers alone: UNION would compare whole rows
        "select pk from items where published >= :from and published < :to"
        " union select pk from items where published = :month and precision = 'month'"
        " union select pk from items where published is null and first_seen >= :fresh"
        " union select pk from items where first_seen >= :fresh and first_seen < :found"
        "   and published >= :late and published < :from"
        "   and exists (select 1 from sightings s where s.item_id = items.id"  # not the archive of a source's first run
        "     and s.first_run > coalesce((select min(run) from outcomes o where o.source = s.source), 0))"
        " union select pk from items where id >= 'program:' and id < 'program;' and published is null"
        "   and json_extract(extra, '$.starts') <= :last and json_extract(extra, '$.ends') >= :first"
        " union select pk from items where id in (select item_id from reported)"
        "   and (published >= :late or published is null)"
        "   and (updated >= :start and updated < :end or exists (select 1 from item_history h where h.item_id = items.id"
        "     and h.field in ('title', 'summary', 'updated') and h.replaced >= :fresh and h.replaced < :found))"
        " union select pk from items where id in (select value from json_each(:also))"
    )
    return _kept(store, store.rows(f"select * from items where pk in ({chosen}) order by id", parameters))  # noqa: S608


def by_ids(store: Store, ids: Collection[str]) -> list[StoredItem]:
    """Return the items of these ids that the store has, by id."""
    found: list[sqlite3.Row] = []
    for chunk in chunks(sorted(set(ids))):
        marks = ",".join("?" * len(chunk))
        found += store.rows(f"select * from items where id in ({marks}) order by id", chunk)  # noqa: S608 -- marks
    return _kept(store, found)


def under(store: Store, prefix: str, *, most: int = 300) -> list[StoredItem]:
    """Return the items whose id begins so (`url:https://example.org/blog/`, `github:owner/repo@`), by id."""
    query = "select * from items where id > ? and id < ? order by id limit ?"
    return _kept(store, store.rows(query, (prefix, f"{prefix}\U0010ffff", most)))


def published(
    store: Store, start: datetime, end: datetime, *, limit: int, sources: Collection[str] | None = None, texts: bool = True
) -> list[Item]:
    """Return items published from `start` until before `end`, newest first, at most `limit`.

    Only those seen by one of `sources`, if given. Without `texts` summaries are empty: a third of the time.
    """
    columns = "*" if texts else ", ".join(f"'' as {name}" if name == "summary" else name for name in rows_.COLUMNS)
    marks = ",".join("?" * len(sources or ()))
    seen = f" and exists (select 1 from sightings where item_id = items.id and source in ({marks}))"  # noqa: S608 -- marks
    found = store.rows(
        f"select {columns} from items where published >= ? and published < ?{'' if sources is None else seen}"  # noqa: S608
        " order by published desc, id limit ?",
        (instant(start), instant(end), *(sources or ()), limit),
    )
    return [rows_.item(row) for row in found]


def _kept(store: Store, rows: Iterable[sqlite3.Row]) -> list[StoredItem]:
    rows = list(rows)
    ids = [row["id"] for row in rows]
    sightings: dict[str, list[Sighting]] = {}
    changes: dict[str, list[tuple[str, datetime]]] = {}
    for chunk in chunks(ids):
        marks = ",".join("?" * len(chunk))
        query = f"select * from sightings where item_id in ({marks}) order by item_id, first_seen, source"  # noqa: S608 -- marks
        for row in store.rows(query, chunk):
            seeing = Sighting(source=row["source"], first_seen=known(row["first_seen"]), run=row["first_run"], url=row["url"])
            sightings.setdefault(row["item_id"], []).append(seeing)
        query = f"select item_id, field, replaced from item_history where item_id in ({marks}) order by id"  # noqa: S608 -- marks
        for row in store.rows(query, chunk):
            changes.setdefault(row["item_id"], []).append((row["field"], known(row["replaced"])))
    return [
        StoredItem(
            item=rows_.item(row),
            first_seen=known(row["first_seen"]),
            sightings=tuple(sightings.get(row["id"], ())),
            changes=tuple(changes.get(row["id"], ())),
        )
        for row in rows
    ]
