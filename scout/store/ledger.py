"""Store and read the ledger: the entries of earlier reports. Adding a report twice changes nothing."""

from __future__ import annotations

from hashlib import sha256
from typing import TYPE_CHECKING, Any, TypeVar

from scout import dates
from scout.identity import look_up, names
from scout.model import LedgerEntry, LedgerReport
from scout.store.rows import day, instant, item, moment, strange, texts, to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from datetime import date, datetime

    from scout.store.database import Store

T = TypeVar("T")


def add(store: Store, report: LedgerReport, *, now: datetime | None = None) -> str:
    """Add a report to the ledger, read `now`; return `added`, `changed` (added before, edited since) or `unchanged`.

    A report of the same day is the same one if it has the same title or was read from the same path.
    """
    read = (report.since, report.until, report.run_type, report.entries, report.negatives)
    digest = sha256(repr((*read, report.seen_until) if report.seen_until else read).encode()).hexdigest()
    with store.writing() as conn:
        old = conn.execute(
            "select id, title, digest from reports where day = ? and (title = ? or path = ?)",
            (str(report.day), report.title, report.path),
        ).fetchall()
        if [(one["title"], one["digest"]) for one in old] == [(report.title, digest)]:
            return "unchanged"
        conn.executemany("delete from reports where id = ?", [(one["id"],) for one in old])
        _insert(conn, report, digest, now)
    return "changed" if old else "added"


def _insert(conn: sqlite3.Connection, report: LedgerReport, digest: str, now: datetime | None) -> None:
    (number,) = conn.execute(
        "insert into reports (day, title, path, run_type, since, until, seen_until, negatives, unread, digest, read)"
        " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id",
        (
            str(report.day), report.title, report.path, report.run_type, _day(report.since), _day(report.until),
            instant(dates.seen_until(report)), to_json(report.negatives), to_json(report.unread), digest,
            instant(now) or "",
        ),
    ).fetchone()  # fmt: skip
    for entry in report.entries:
        (key,) = conn.execute(
            "insert into report_entries (report, number, section, grade, title, ids, links, text, stated, runtime, line, chosen)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) returning id",
            (
                number, entry.number, entry.section, entry.grade, entry.title, to_json(entry.ids), to_json(entry.links),
                entry.text, entry.stated, entry.runtime, entry.line, entry.chosen,
            ),
        ).fetchone()  # fmt: skip
        conn.executemany(
            "insert or ignore into reported (item_id, entry, place) values (?, ?, ?)",
            [(id_, key, place) for place, id_ in enumerate(entry.ids)],
        )


def reports(store: Store, *, before: date | None = None) -> tuple[LedgerReport, ...]:
    """Return the ledger, oldest report first; only reports dated before a day, if given."""
    entries: dict[int, list[LedgerEntry]] = {}
    days = {row["id"]: day(row["day"]) for row in store.rows("select id, day from reports")}
    for row in store.rows("select * from report_entries order by report, id"):
        if row["report"] not in days:
            raise strange(row["report"], "the id of a report")
        entries.setdefault(row["report"], []).append(_entry(row, days[row["report"]]))
    rows = store.rows("select * from reports where day < ? order by day, title", (str(before) if before else "9999",))
    return tuple(
        LedgerReport(
            day=days[row["id"]],
            path=row["path"],
            title=row["title"],
            run_type=row["run_type"],
            since=_date(row["since"]),
            until=_date(row["until"]),
            seen_until=moment(row["seen_until"]),
            entries=tuple(entries.get(row["id"], ())),
            negatives=texts(row["negatives"]),
            unread=texts(row["unread"]),
        )
        for row in rows
    )


def reported(store: Store, reports: Sequence[LedgerReport]) -> dict[str, LedgerEntry]:
    """Return the first entry or mention of each reported item, by every id of it. Look items up with `identity.look_up`."""
    found = {id_: entry for report in reversed(reports) for entry in reversed(report.entries) if entry.grade for id_ in entry.ids}
    return through_talks(store, found)


def through_talks(store: Store, known: dict[str, T]) -> dict[str, T]:
    """Add to what is known by id the other ids of the same talks, and return it.

    A talk known by one id (its page) is then found by the others too (its paper's arXiv id), if the store has the programme
    that links them.
    """
    for row in store.rows("select * from items where id >= 'program:' and id < 'program;' order by id") if known else ():
        own = names(item(row))
        if (value := look_up(own, known)) is not None:
            for name in own:
                known.setdefault(name, value)
    return known


def _entry(row: Any, day: date) -> LedgerEntry:
    return LedgerEntry(
        report=day,
        number=row["number"],
        section=row["section"],
        grade=row["grade"],
        title=row["title"],
        ids=texts(row["ids"]),
        links=texts(row["links"]),
        text=row["text"],
        stated=row["stated"],
        runtime=row["runtime"],
        line=row["line"],
        chosen=bool(row["chosen"]),
    )


def _day(day: date | None) -> str | None:
    return str(day) if day else None


def _date(text: str | None) -> date | None:
    return day(text) if text else None
