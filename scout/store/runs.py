"""Store runs and outcomes, and what later requests need: HTTP validators, pauses of hosts, state of sources."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from scout.model import SEEN, Interval, Outcome, Result, Validators
from scout.store.items import chunks
from scout.store.rows import day, instant, mapping, member, moment, text, texts, to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping
    from collections.abc import Set as AbstractSet
    from datetime import date, datetime

    from scout.model import Window
    from scout.store.database import Store


def start(store: Store, window: Window, kinds: Mapping[str, str], *, now: datetime, version: str) -> int:
    """Begin a run of the sources in `kinds` (name to kind), each `not_finished` so far; return its id."""
    with store.writing() as conn:
        run = conn.execute(
            "insert into runs (started, since, until, version) values (?, ?, ?, ?) returning id",
            (instant(now), str(window.since), str(window.until), version),
        ).fetchone()[0]
        for name, kind in kinds.items():
            put_outcome(conn, Outcome(source=name, run=run), kind)
    return int(run)


def end(store: Store, run: int, *, now: datetime) -> None:
    """Mark a run as ended; a run without this shows as killed."""
    with store.writing() as conn:
        conn.execute("update runs set ended = ? where id = ?", (instant(now), run))


def seen_until(store: Store, *, before: datetime | None = None) -> datetime | None:
    """Return when the last run of sources ended (or the last source of a killed one), only before an instant, if given.

    The last run is the one that started last, so that a clock that was wrong once says nothing once it is right again.
    """
    found = store.rows(
        "select (select max(ended) from (select r.ended union all select ended from outcomes where run = r.id) where ended < ?)"
        " as known from runs r where known is not null and exists (select 1 from outcomes where run = r.id)"
        " order by id desc limit 1",
        (instant(before) if before else "9999",),
    )
    return moment(found[0]["known"]) if found else None


def put_outcome(conn: sqlite3.Connection, outcome: Outcome, kind: str) -> None:
    """Write one outcome inside the caller's transaction."""
    covers = outcome.covers
    values = (
        outcome.run, outcome.source, kind, str(outcome.result), text(outcome.why), outcome.requests, outcome.received,
        round(outcome.seconds, 3), outcome.items_seen, outcome.items_new, instant(outcome.oldest), instant(outcome.newest),
        instant(covers.start) if covers else None, instant(covers.end) if covers else None,
        instant(outcome.not_before), to_json(outcome.notes), instant(outcome.ended),
    )  # fmt: skip
    conn.execute(f"insert or replace into outcomes values ({','.join('?' * len(values))})", values)  # noqa: S608 -- marks


LATELY = 20_000
"""Of how many things that a source showed last its days are taken: of a million they would take seconds."""
_ANSWERED = "result in ({})".format(", ".join(f"'{result}'" for result in sorted(SEEN)))
_SUCCESS = (
    f"(select s.ended from outcomes s where s.source = o.source and s.run <= o.run and s.{_ANSWERED}"  # noqa: S608 -- ours
    " and s.ended is not null order by s.run desc limit 1)"
)
_OUTCOME = f"select o.*, {_SUCCESS} as success from outcomes o"  # noqa: S608 -- ours
"""What `_outcome` reads, with the source's last success so far."""


def recent(store: Store, *, days: int) -> list[Outcome]:
    """Return the outcomes of the runs started in so many days before the last one, oldest first."""
    since = "(select strftime('%Y-%m-%dT%H:%M:%SZ', started, ?) from runs order by id desc limit 1)"
    query = f"{_OUTCOME} where run in (select id from runs where started >= {since}) order by run, source"  # noqa: S608 -- ours
    return _read(store.rows(query, (f"-{days} days",)), _ahead(store))


def for_coverage(
    store: Store, sources: Collection[str], window: Window, *, until: datetime | None = None
) -> dict[str, list[Outcome]]:
    """Return by what outcomes each source's coverage of a window is judged, oldest first, each with the last success so far.

    These are its first, its last, the one that saw the newest date, and those that cover time in or next to the window: of ten
    years, a few. `until` leaves out what ended later, but for the first.
    """
    own, by_then = "from outcomes where source = :source", "(:until is null or ended < :until)"
    last, newest = (f"(select run {own} and {by_then} order by {by} desc limit 1)" for by in ("run", "newest"))
    reaching = f"covers_end >= :start and covers_start <= :end or run = {last} or run = {newest}"
    query = f"{_OUTCOME} where source = :source and ({by_then} and ({reaching}) or run = (select min(run) {own})) order by run"
    told = {"start": instant(window.start), "end": instant(window.end), "until": instant(until)}
    ahead = _ahead(store)
    return {source: _read(store.rows(query, {"source": source} | told), ahead) for source in sources}


def last_covers(store: Store, since: Mapping[str, datetime]) -> dict[str, Interval | None]:
    """Return what the last good outcome of each source covered, of those that ended since an instant of its own.

    A source is left out if that was in a run whose clock was ahead: it is asked for everything, as if it had never answered.
    """
    query = f"{_OUTCOME} where source = ? and {_ANSWERED} and ended >= ? order by run desc limit 1"
    ahead = _ahead(store)
    last = [_outcome(row) for source, at in since.items() for row in store.rows(query, (source, instant(at)))]
    return {outcome.source: outcome.covers for outcome in last if outcome.run not in ahead}


def _read(rows: list[sqlite3.Row], ahead: AbstractSet[int | None]) -> list[Outcome]:
    """Return the outcomes of rows. One of a run that was ahead covers nothing: when it asked is not known."""
    return [replace(outcome, covers=None) if outcome.run in ahead else outcome for outcome in map(_outcome, rows)]


def _ahead(store: Store) -> set[int | None]:
    """Return the runs whose clock was ahead: they say that they started after a later run did whose clock was right.

    Right are the most runs whose starts never go back, of two such series the one that ends earlier. So one run that was behind
    (a replay of a past week, a clock without a battery) puts no other in the wrong.
    """
    runs = store.rows("select id, started from runs order by id")
    ends: list[int] = []  # by length, where the series of that length ends that ends earliest
    before: list[int | None] = []
    for place, run in enumerate(runs):
        length = bisect_right(ends, run["started"], key=lambda end: str(runs[end]["started"]))
        before.append(ends[length - 1] if length else None)
        ends[length : length + 1] = [place]
    right, last = set[int](), ends[-1] if ends else None
    while last is not None:
        right.add(last)
        last = before[last]
    found, following = set[int | None](), ""
    for place in reversed(range(len(runs))):
        if place in right:
            following = runs[place]["started"]
        elif following and runs[place]["started"] > following:
            found.add(runs[place]["id"])
    return found


def health(store: Store) -> list[dict[str, Any]]:
    """Return the rows of the view source_health as mappings, with notes as lists."""
    rows = store.rows("select * from source_health order by source")
    return [dict(row) | {"notes": list(texts(row["notes"]))} for row in rows]


def _outcome(row: sqlite3.Row) -> Outcome:
    covers = None
    if row["covers_start"] and row["covers_end"]:
        covers = Interval(start=moment(row["covers_start"]), end=moment(row["covers_end"]))  # type: ignore[arg-type]
    return Outcome(
        source=row["source"],
        result=member(Result, row["result"]),
        why=row["why"],
        requests=row["requests"],
        received=row["received"],
        seconds=row["seconds"],
        items_seen=row["items_seen"],
        items_new=row["items_new"],
        oldest=moment(row["oldest"]),
        newest=moment(row["newest"]),
        covers=covers,
        not_before=moment(row["not_before"]),
        notes=texts(row["notes"]),
        run=row["run"],
        ended=moment(row["ended"]),
        last_success=moment(row["success"]),
    )


def validators(store: Store) -> dict[str, Validators]:
    """Return the HTTP validators by address."""
    rows = store.rows("select * from http_cache")
    return {row["url"]: Validators(etag=row["etag"], last_modified=row["last_modified"], sha256=row["sha256"]) for row in rows}


def put_validators(conn: sqlite3.Connection, found: Mapping[str, Validators], *, now: datetime) -> None:
    """Store HTTP validators, inside the transaction that stores the items of the same answers."""
    conn.executemany(
        "insert into http_cache values (?, ?, ?, ?, ?) on conflict do update set etag = excluded.etag,"
        " last_modified = excluded.last_modified, sha256 = excluded.sha256, stored = excluded.stored",
        [(text(url), text(v.etag), text(v.last_modified), v.sha256, instant(now)) for url, v in found.items()],
    )


def last_days(conn: sqlite3.Connection, source: str, *, most: int) -> list[date]:
    """Return the last `most` days on which a source brought something, oldest first, as far as its last LATELY things tell.

    That is the day of publication; of what has none, or whose words are another source's, the day on which this one first had it.
    """
    shown = "substr(iif(i.owner = s.source, coalesce(i.published, i.announced, s.first_seen), s.first_seen), 1, 10)"
    rows = conn.execute(
        f"select distinct {shown} from (select * from sightings where source = ? order by first_seen desc limit ?) s"  # noqa: S608 -- ours
        " join items i on i.id = s.item_id order by 1 desc limit ?",
        (source, LATELY, most),
    )
    return [day(written) for (written,) in rows][::-1]


def pauses(store: Store) -> dict[str, datetime]:
    """Return until when each host asked for no requests."""
    return {row["host"]: moment(row["not_before"]) for row in store.rows("select * from hosts")}  # type: ignore[misc]


def put_pauses(conn: sqlite3.Connection, found: Mapping[str, datetime]) -> None:
    """Store the pauses that hosts asked for."""
    conn.executemany("insert or replace into hosts values (?, ?)", [(host, instant(until)) for host, until in found.items()])


def state(store: Store, source: str, fingerprint: str) -> dict[str, Any]:
    """Return the stored state of a source, empty if its options (`fingerprint`) changed since."""
    rows = store.rows("select state from source_state where source = ? and fingerprint = ?", (source, fingerprint))
    return mapping(rows[0]["state"]) if rows else {}


def stored_ahead(store: Store, now: datetime) -> set[str]:
    """Return the sources whose state was stored later than now: the clock was wrong then."""
    return {row["source"] for row in store.rows("select source from source_state where stored > ?", (instant(now),))}


def readings(store: Store) -> dict[str, tuple[str, datetime]]:
    """Return for each source the fingerprint of its last options, and since when it is read with them."""
    rows = store.rows("select source, fingerprint, json_extract(state, '$.asked') as asked, stored from source_state")
    return {row["source"]: (row["fingerprint"], moment(row["asked"] or row["stored"])) for row in rows}  # type: ignore[misc]


def put_state(conn: sqlite3.Connection, source: str, fingerprint: str, value: Mapping[str, Any], *, now: datetime) -> None:
    """Store the state of a source, inside the transaction that stores its items."""
    conn.execute(
        "insert or replace into source_state values (?, ?, ?, ?)", (source, fingerprint, to_json(dict(value)), instant(now))
    )


def known(store: Store, ids: Collection[str]) -> frozenset[str]:
    """Return which ids are stored with a date or a summary: their pages need no further request."""
    found: set[str] = set()
    for chunk in chunks(list(ids)):
        marks = ",".join("?" * len(chunk))
        query = f"select id from items where (published is not null or summary <> '') and id in ({marks})"  # noqa: S608 -- marks
        found |= {row["id"] for row in store.rows(query, chunk)}
    return frozenset(found)


def _of_each_source(store: Store, value: str) -> dict[str, Any]:
    """Return a value in SQL for each source. Names are found by steps in the index, not among all outcomes."""
    rows = store.rows(
        "with recursive sources (name) as (select min(source) from outcomes union all"  # noqa: S608 -- ours
        " select (select min(source) from outcomes where source > name) from sources where name is not null)"
        f" select name, {value} as value from sources where name is not null"
    )
    return {row["name"]: row["value"] for row in rows if row["value"] is not None}


def first_asked(store: Store) -> dict[str, datetime]:
    """Return for each source when it was first asked, whatever the result."""
    ended = "coalesce((select min(ended) from outcomes where source = name), '9999')"
    first = "coalesce(o.ended, r.started) from outcomes o join runs r on r.id = o.run where source = name order by run limit 1"
    found = _of_each_source(store, f"min({ended}, (select {first}))")
    return {source: moment(at) for source, at in found.items()}  # type: ignore[misc]


def first_successes(store: Store) -> dict[str, int]:
    """Return for each source the first run that saw items: these may be its archive."""
    return _of_each_source(store, "(select run from outcomes where source = name and items_seen > 0 order by run limit 1)")
