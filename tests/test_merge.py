"""Stores are merged as sets are joined: whichever is merged into which, and however often, and nothing is lost."""

from __future__ import annotations

import os
import shutil
import sqlite3
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from fakes import item
from hypothesis import Phase, given, settings
from hypothesis import strategies as st
from terminal import WEEK, week_terminal

from scout import store
from scout.model import Decision, Item, Kind, LedgerEntry, LedgerReport, Mark, Outcome, Result, Validators, Vote, VoteKind, Window
from scout.model.reading import ParsedText, Reading, TextSection

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

NOSHRINK = [Phase.explicit, Phase.reuse, Phase.generate]
DAY = date(2026, 5, 18)
START = datetime(2026, 5, 18, 6, tzinfo=UTC)
IDS = ("url:https://a.test/1", "url:https://a.test/2", "arxiv:2605.00001")
SOURCES = {"labs": 3, "blog": 2, "hn": 1}
"""Each source with its authority."""


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened to a store, at an hour."""

    hour: int
    what: str
    value: Any


TITLES = st.sampled_from(["A cache", "A better cache", "Caches"])
DATES = st.sampled_from([None, START - timedelta(days=1), START])
SAID = st.builds(
    lambda id_, title, published, summary, links: item(
        title, id=id_, url=id_.removeprefix("url:") if id_.startswith("url:") else "https://arxiv.org/abs/2605.00001",
        kind=Kind.POST, published=published, summary=summary, links=links,
    ),
    st.sampled_from(IDS), TITLES, DATES, st.sampled_from(["", "one", "two"]),
    st.lists(st.sampled_from(["https://l.test/1", "https://l.test/2", "https://l.test/3"]), unique=True).map(tuple),
)  # fmt: skip
COLLECTS = st.dictionaries(st.sampled_from(sorted(SOURCES)), st.lists(SAID, max_size=3, unique_by=lambda one: one.id), min_size=1)
EVENTS = st.one_of(
    st.tuples(st.just("collect"), COLLECTS),
    st.tuples(st.just("mark"), st.tuples(st.sampled_from(IDS), st.sampled_from(list(Decision)))),
    st.tuples(st.just("unmark"), st.sampled_from(IDS)),
    st.tuples(st.just("read"), st.tuples(st.sampled_from(IDS), st.sampled_from(["", "a text", "another text"]))),
    st.tuples(st.just("report"), st.tuples(st.integers(0, 2), st.lists(st.sampled_from(IDS), max_size=2, unique=True))),
    st.tuples(st.just("vote"), st.tuples(st.sampled_from(IDS), st.integers(1, 3))),
)
PASTS = st.lists(st.tuples(st.integers(0, 40), EVENTS), max_size=7, unique_by=lambda told: told[0]).map(
    lambda told: [Event(hour, *event) for hour, event in sorted(told, key=lambda one: one[0])]
)
"""What happened to a store, hour by hour; two stores may have seen different things in the same hour."""
AHEAD = st.tuples(PASTS, st.integers(0, 6)).map(
    lambda told: [replace(event, hour=event.hour + 10_000 * (place == told[1])) for place, event in enumerate(told[0])]
)
"""The same, with a clock that was a year ahead once in a longer past."""


def play(path: Path, past: Sequence[Event]) -> None:
    """Make a store with a past, by the functions that the commands use; what needs an item that is not there does not happen."""
    with store.open_store(path, write="a test", create=True) as opened:
        for event in past:
            happens(opened, event, START + timedelta(hours=event.hour))


def happens(opened: store.Store, event: Event, now: datetime) -> None:
    """Let one thing happen."""
    stored = {row["id"] for row in opened.rows("select id from items")}
    match event.what, event.value:
        case "collect", said:
            run = store.runs.start(opened, Window(since=DAY, until=DAY), dict.fromkeys(said, "feed"), now=now, version="1")
            with opened.writing() as conn:
                for name, items in said.items():
                    provenance = store.items.Provenance(source=name, authority=SOURCES[name], run=run, now=now)
                    new = store.items.remember(conn, items, provenance)
                    done = Outcome(source=name, run=run, result=Result.OK, items_seen=len(items), items_new=new, ended=now)
                    store.runs.put_outcome(conn, done, "feed")
                    store.runs.put_validators(conn, {f"https://{name}.test/": Validators(etag=f"{now}")}, now=now)
                    store.runs.put_state(conn, name, "options", {"n": len(items)}, now=now)
            store.runs.end(opened, run, now=now)
        case "mark", (id_, decision) if id_ in stored:
            store.marks.put(opened, Mark(item=id_, decision=decision, made=now))
        case "unmark", id_:
            store.marks.undo(opened, id_, now=now)
        case "read", (id_, text) if id_ in stored:
            parsed = ParsedText(title="T", sections=(TextSection(heading="", text=text),)) if text else None
            result = Result.OK if text else Result.EMPTY
            with opened.writing() as conn:
                reading = Reading(item_id=id_, result=result, read=now, form="article", url="https://a.test/", text=parsed)
                store.readings.put(conn, reading)
        case "report", (day, ids):
            entries = tuple(
                LedgerEntry(report=DAY, number=n, section="A", grade=2, title="E", ids=(id_,)) for n, id_ in enumerate(ids, 1)
            )
            report = LedgerReport(
                day=DAY + timedelta(days=day), path="r.md", title="R", run_type="", since=None, until=None, entries=entries
            )
            store.ledger.add(opened, report, now=now)
        case "vote", (id_, count) if opened.rows("select 1 from runs"):
            run = opened.rows("select max(id) as run from runs")[0]["run"]
            with opened.writing() as conn:
                vote = Vote(item=id_, kind=VoteKind.UPVOTES, url="https://v.test/", count=count)
                store.votes.remember(conn, [vote], source="labs", run=run, now=now)


@contextmanager
def quick_folder() -> Iterator[Path]:
    """Yield a folder in memory, where there is one: the disk would take most of the time."""
    memory = Path("/dev/shm")
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Path(folder)


NUMBERS = ("pk", "id", "entry", "report")
"""Numbers of rows, which are each store's own. Runs have the same numbers in both."""


def said(path: Path) -> dict[str, list[str]]:
    """Return what a store says, by table, without its numbers of rows."""
    with sqlite3.connect(path) as conn:
        conn.row_factory = sqlite3.Row
        found = {}
        for (table,) in conn.execute(
            "select name from sqlite_master where type = 'table' and name not like '%fts%' and name <> '_sqlite_migrations'"
        ).fetchall():
            own = {row["name"] for row in conn.execute(f"pragma table_info({table})") if row["type"] == "INTEGER"} & {*NUMBERS}
            if table == "runs":
                own = set()
            found[table] = sorted(
                repr({name: row[name] for name in row.keys() if name not in own})  # noqa: SIM118 -- a Row
                for row in conn.execute(f"select * from {table}")
            )
        found["entries of reports"] = sorted(
            repr(tuple(row))
            for row in conn.execute(
                "select r.day, r.title, e.number, e.title, e.ids, x.item_id, x.place from reports r"
                " left join report_entries e on e.report = r.id left join reported x on x.entry = e.id"
            )
        )
    return found


def merged(into: Path, *others: Path, name: str = "merged.db") -> dict[str, list[str]]:
    """Merge stores into a copy of one; return what it says then, after the file was checked."""
    copy = into.with_name(name)
    shutil.copy(into, copy)
    with store.open_store(copy, write="a test") as opened:
        for other in others:
            store.merge.merge(opened, other)
        assert store.integrity.problems(opened) == []
    return said(copy)


@settings(max_examples=int(os.environ.get("SCOUT_MERGES", "15")), phases=NOSHRINK)
@given(ours=AHEAD, theirs=AHEAD)
def test_merging_is_a_union(ours: list[Event], theirs: list[Event]) -> None:
    """Both ways round it says the same; again it changes nothing; a dry run tells what it would bring and keeps nothing."""
    with quick_folder() as folder:
        one, other = folder / "one.db", folder / "other.db"
        play(one, ours)
        play(other, theirs)
        before = said(one), said(other)
        together = merged(one, other, name="both.db")
        assert merged(other, one) == together
        assert merged(one.with_name("both.db"), other, one) == together
        assert merged(one, one.with_name("both.db")) == together, "a merged store may be merged back"
        kept_all(before, together)
        with store.open_store(one, write="a test") as opened:
            told = store.merge.merge(opened, other, dry_run=True)
        assert (said(one), said(other)) == before
        assert all(len(together[table]) - len(before[0][table]) == count for table, count in told.items())


def kept_all(before: tuple[dict[str, list[str]], dict[str, list[str]]], together: dict[str, list[str]]) -> None:
    """Hold that every item, sighting, run, outcome, vote, mark and value that either had is there."""

    def rows(told: dict[str, list[str]], table: str) -> list[dict[str, Any]]:
        return [eval(row) for row in told[table]]  # noqa: S307 -- written by `said`

    past = {(row["item_id"], row["field"], row["earlier"]) for row in rows(together, "item_history")}
    now = {row["id"]: row for row in rows(together, "items")}
    texts = {(row["item_id"], row["text"]) for table in ("readings", "reading_history") for row in rows(together, table)}
    for one in before:
        assert len(together["runs"]) >= len(one["runs"])
        for row in rows(one, "items"):
            for name in store.items.KEPT:
                if name == "links":
                    all_there = set(eval(row[name])) <= set(eval(now[row["id"]][name]))  # noqa: S307
                    assert all_there or (row["id"], name, row[name]) in past
                elif not store.items.is_empty(row[name]):
                    assert row[name] == now[row["id"]][name] or (row["id"], name, row[name]) in past, (name, row[name])
            assert now[row["id"]]["first_seen"] <= row["first_seen"]
        for table, key in (
            ("sightings", ("source", "item_id")), ("votes", ("item_id", "count", "read_at")), ("outcomes", ("source", "ended", "items_new")),
            ("marks", ("item_id", "decision", "made")), ("reports", ("day", "title")), ("http_cache", ("url",)), ("runs", ("started",)),
        ):  # fmt: skip
            assert {tuple(row[k] for k in key) for row in rows(one, table)} <= {
                tuple(row[k] for k in key) for row in rows(together, table)
            }
        assert {(row["item_id"], row["text"]) for row in rows(one, "readings") if row["result"] == "ok"} <= texts


@settings(max_examples=8, phases=NOSHRINK)
@given(past=PASTS, more=PASTS)
def test_a_copy_brings_nothing_to_what_came_of_it(past: list[Event], more: list[Event]) -> None:
    """What a store was earlier is all in it: merging an old copy back changes nothing, but an undone mark stays undone."""
    with quick_folder() as folder:
        path, copy = folder / "s.db", folder / "copy.db"
        play(path, past)
        shutil.copy(path, copy)
        play(path, [replace(event, hour=event.hour + 100) for event in more])
        assert merged(path, copy) == said(path)


def test_marks_and_reports_merge_by_time(tmp_path: Path) -> None:
    """The later mark stands from when it was made, in either store; of a report read twice the later reading counts."""
    one, other = tmp_path / "one.db", tmp_path / "other.db"
    collect = ("collect", {"labs": [item("A cache", id=IDS[0], url="https://a.test/1")]})
    play(
        one,
        [
            Event(1, *collect),
            Event(2, "mark", (IDS[0], Decision.A)),
            Event(9, "unmark", IDS[0]),
            Event(5, "report", (0, [IDS[0]])),
        ],
    )
    play(other, [Event(1, *collect), Event(4, "mark", (IDS[0], Decision.DROP)), Event(6, "report", (0, [IDS[1]]))])
    merged(one, other)
    with store.open_store(tmp_path / "merged.db") as opened:
        (standing,) = store.marks.standing(opened)
        assert (standing.decision, standing.made) == (Decision.DROP, START + timedelta(hours=4))
        ended = opened.rows("select undone from marks where decision = 'A'")[0]["undone"]
        assert ended == "2026-05-18T10:00:00Z", "it was replaced before it was taken back"
        (report,) = store.ledger.reports(opened)
        assert [entry.ids for entry in report.entries] == [(IDS[1],)]


def test_runs_of_two_machines_stand_in_the_order_of_their_start(tmp_path: Path) -> None:
    """A source's first success is the first of both, whatever the numbers were."""
    one, other = tmp_path / "one.db", tmp_path / "other.db"

    def said_by(name: str) -> tuple[str, dict[str, list[Item]]]:
        return "collect", {name: [item("A cache", id=IDS[0], url="https://a.test/1")]}

    play(one, [Event(5, *said_by("labs")), Event(7, *said_by("blog"))])
    play(other, [Event(1, *said_by("hn")), Event(6, *said_by("labs"))])
    merged(one, other)
    rows = store.query(tmp_path / "merged.db", "select o.run, o.source from outcomes o order by 1").rows
    assert rows == ((1, "hn"), (2, "labs"), (3, "labs"), (4, "blog"))
    first = store.query(tmp_path / "merged.db", "select source, first_run from sightings order by 2").rows
    assert first == (("hn", 1), ("labs", 2), ("blog", 4))


def test_a_run_whose_clock_was_ahead_stays_before_the_next_one(tmp_path: Path) -> None:
    """That a later run started earlier is all that tells of a wrong clock: merged, the store still says when it last saw anything."""
    one, other = tmp_path / "one.db", tmp_path / "other.db"
    collect = ("collect", {"labs": [item("A cache", id=IDS[0], url="https://a.test/1")]})
    play(one, [Event(hour, *collect) for hour in (1, 9_000, 7)])
    play(other, [Event(hour, *collect) for hour in (3, 6)])
    together = merged(one, other)
    assert merged(other, one, name="other way.db") == together
    assert merged(tmp_path / "merged.db", one, other, name="again.db") == together
    with store.open_store(tmp_path / "merged.db") as opened:
        started = [row["started"] for row in opened.rows("select started from runs order by id")]
        assert started == [f"{START + timedelta(hours=hour):%Y-%m-%dT%H:%M:%SZ}" for hour in (1, 3, 6, 9_000, 7)]
        assert store.runs.seen_until(opened) == START + timedelta(hours=7)


# -- the command ------------------------------------------------------------------------------------------------------------
def test_a_store_comes_back_from_a_copy(tmp_path: Path) -> None:
    """The documented way: the damaged file is moved away, and the copy merged into whatever was collected since.

    What a merge that was killed has left goes with the next one.
    """
    desk = week_terminal(tmp_path)
    draft = desk("draft", *WEEK).out
    (tmp_path / "data/scout.db").rename(tmp_path / "copy.db")
    desk.write("data/.scout.db.merge/other.db", "half of a copy")
    ran = desk("merge", "copy.db")
    assert ran.code == 0
    assert ran.err.startswith("copy.db: merged: +")
    assert desk("draft", *WEEK).out == draft
    again = desk("merge", "copy.db", "--dry-run")
    assert again.err == "copy.db: would bring: nothing that was not there\n"
    assert desk("status", "--deep").code == 0
    assert not list((tmp_path / "data").glob("*.merge"))


def test_what_cannot_be_merged_is_one_sentence(tmp_path: Path) -> None:
    """Itself, a missing file, no store, a damaged one: nothing of it is taken, and the store is as it was."""
    desk = week_terminal(tmp_path)
    before = said(tmp_path / "data/scout.db")
    shutil.copy(tmp_path / "data/scout.db", tmp_path / "bad.db")
    with sqlite3.connect(tmp_path / "bad.db") as conn:
        conn.execute("update items set kind = 'poem' where pk = 1")
    desk.write("text.db", "no database at all, but long enough for one" * 40)
    for name, words in (
        ("data/scout.db", "is the store itself"), ("none.db", "is not there"), ("text.db", "not a"), ("bad.db", "is damaged, and nothing of it"),
        ("data", "is no file"),
    ):  # fmt: skip
        ran = desk("merge", name)
        assert ran.code == 3, name
        assert words in ran.err
        assert ran.err.count("\n") == 1
    assert said(tmp_path / "data/scout.db") == before
