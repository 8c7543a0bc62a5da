"""Store runs and outcomes, and what later requests need: HTTP validators, pauses of hosts, state of sources."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from scout.model import SEEN, Interval, Outcome, Result, Validators
from scout.store.items import chunks
from scout.store.rows import instant, listed, mapping, member, moment, text, to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Mapping
    from datetime import datetime

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
        "select ended from (select id as run, ended from runs where id in (select run from outcomes)"
        " union all select run, ended from outcomes) where ended < ? order by run desc, ended desc limit 1",
        (instant(before) if before else "9999",),
    )
    return moment(found[0]["ended"]) if found else None


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


def outcomes(store: Store, *, until: datetime | None = None) -> list[Outcome]:
    """Return the outcomes of all runs started before `until`, oldest first, each with its source's last success so far.

    Where one ended after a later run began, a clock was wrong: it counts as covering no more than up to then.
    """
    rows = store.rows(
        "select o.* from outcomes o join runs r on r.id = o.run where r.started < ? order by o.run, o.source",
        (instant(until) if until else "9999",),
    )
    found: list[Outcome] = []
    success: dict[str, datetime] = {}
    next_start = _next_starts(store)
    for outcome in map(_outcome, rows):
        if outcome.result in SEEN and outcome.ended:
            success[outcome.source] = outcome.ended
        covers = _covered_by(outcome, next_start.get(outcome.run))
        found.append(replace(outcome, covers=covers, last_success=success.get(outcome.source)))
    return found


def _next_starts(store: Store) -> dict[int | None, datetime]:
    """Return for each run when the earliest of the later ones started."""
    found: dict[int | None, datetime] = {}
    earliest = ""
    for row in store.rows("select id, started from runs order by id desc"):
        if earliest:
            found[row["id"]] = moment(earliest)  # type: ignore[assignment]
        earliest = min(earliest or row["started"], row["started"])
    return found


def _covered_by(outcome: Outcome, later: datetime | None) -> Interval | None:
    covers = outcome.covers
    if covers is None or later is None or outcome.ended is None or outcome.ended <= later:
        return covers
    return Interval(start=covers.start, end=min(covers.end, later)) if covers.start < later else None


def health(store: Store) -> list[dict[str, Any]]:
    """Return the rows of the view source_health as mappings, with notes as lists."""
    rows = store.rows("select * from source_health order by source")
    return [dict(row) | {"notes": list(listed(row["notes"]))} for row in rows]


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
        notes=listed(row["notes"]),
        run=row["run"],
        ended=moment(row["ended"]),
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
    """Return the last `most` days on which a source brought something, oldest first.

    That is the day of publication; of what has none, or whose words are another source's, the day on which this one first had it.
    """
    day = "substr(iif(i.owner = s.source, coalesce(i.published, i.announced, s.first_seen), s.first_seen), 1, 10)"
    rows = conn.execute(
        f"select distinct {day} from sightings s join items i on i.id = s.item_id where s.source = ? order by 1 desc limit ?",  # noqa: S608 -- ours
        (source, most),
    )
    return [date.fromisoformat(day) for (day,) in rows][::-1]


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


def first_asked(store: Store) -> dict[str, datetime]:
    """Return for each source when it was first asked, whatever the result."""
    rows = store.rows(
        "select o.source, min(coalesce(o.ended, r.started)) as asked from outcomes o join runs r on r.id = o.run"
        " group by o.source"
    )
    return {row["source"]: moment(row["asked"]) for row in rows}  # type: ignore[misc]


def first_successes(store: Store) -> dict[str, int]:
    """Return for each source the first run that saw items: these may be its archive."""
    rows = store.rows("select source, min(run) as run from outcomes where items_seen > 0 group by source")
    return {row["source"]: row["run"] for row in rows}
