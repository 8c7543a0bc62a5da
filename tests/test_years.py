"""A store of many years costs no more than one of a few weeks: every query goes by an index, and what nothing needs can go."""

from __future__ import annotations

import re
import sqlite3
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, WINDOW, item
from terminal import EARLIER, WEEK, Terminal, live_week, week_terminal

from scout import store
from scout.model import (
    Decision,
    Interval,
    Item,
    Kind,
    LedgerEntry,
    LedgerReport,
    Mark,
    Outcome,
    Result,
    Validators,
    Vote,
    VoteKind,
)
from scout.model.reading import ParsedText, Reading, TextSection
from scout.pipeline import alerts
from scout.pipeline.prune import prune_store

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

PAPER = "arxiv:2605.22850"
COMMANDS = {
    "reports add": ("reports", "add", EARLIER),
    "collect": ("collect", *WEEK),
    "read": ("read", *WEEK),
    "shortlist": ("shortlist", *WEEK),
    "explain": ("shortlist", *WEEK, "--explain", PAPER),
    "mark": ("mark", PAPER, "--as", "A"),
    "mark by title": ("mark", "words that no title has", "--as", "A"),
    "mark list": ("mark", "list"),
    "audit": ("audit", *WEEK),
    "draft": ("draft", *WEEK, "--out", "draft.md"),
    "replay": ("draft", *WEEK, "--as-of", "2026-05-24"),
    "check": ("check", "draft.md", "--fetch"),
    "check earlier": ("check", EARLIER),
    "publish": ("publish", "draft.md", "--force", "--out", "reports/2026-05-24.md"),
    "publish again": ("publish", "draft.md", "--force", "--out", "reports/2026-05-24.md"),
    "run": ("run", *WEEK, "--out", "again.md", "--force"),
    "export": ("export", "--format", "atom", *WEEK),
    "status": ("status",),
    "trends": ("trends", *WEEK[2:]),
    "reports list": ("reports", "list"),
    "unmark": ("mark", PAPER, "--undo"),
    "prune": ("prune",),
}
LARGE = {
    "items", "sightings", "item_history", "readings", "reading_history", "votes", "outcomes", "reports", "report_entries", "reported",
}  # fmt: skip
"""What grows from week to week. Runs are a row a week, marks a handful; hosts, replies and states are bounded by feeds.yaml."""
LEDGER = "nothing is news that a report has, and taste learns from all of them: the ledger is read whole"
WHOLE = {
    "items by items_but_papers": "what links to a thing: papers, nine in ten items, are not in this index",
    "reports": LEDGER,
    "reports by sqlite_autoindex_reports_1": LEDGER,
    "report_entries by report_entries_report": LEDGER,
    "reported by reported_entry": LEDGER,
    "readings by sqlite_autoindex_readings_1": "prune looks at every text, to take what nothing needs",
}
"""What may be walked through from end to end, and why."""


def told_by(desk: Terminal, *words: str) -> list[str]:
    """Run a command; return every statement that it gave to SQLite, with its values."""
    statements: list[str] = []
    connect = sqlite3.connect

    def traced(*args: Any, **more: Any) -> sqlite3.Connection:
        conn: sqlite3.Connection = connect(*args, **more)
        conn.set_trace_callback(statements.append)
        return conn

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sqlite3, "connect", traced)
        ran = desk(*words)
    assert ran.code in (0, 1, 2, 4, 5), ran.err
    return [one for one in statements if re.match(r"(?i)\s*(select|with|insert|update|delete|replace)\b", one)]


def walked(conn: sqlite3.Connection, statement: str) -> Iterator[str]:
    """Yield the large tables that a statement walks through from end to end, as its plan says; aliases are resolved."""
    if "arrived" in statement:  # the temporary table of new items, gone by now
        return
    for *_, step in conn.execute(f"explain query plan {statement}"):
        scan = re.match(r"SCAN (\w+)(?: USING (?:COVERING )?INDEX (\w+))?$", step)
        assert "AUTOMATIC" not in step, (step, statement)
        if scan:
            named = re.search(rf"\b(?:from|join|,) (\w+)(?: as)? {scan[1]}\b", statement)
            table = named[1] if named else scan[1]
            if table in LARGE:
                yield f"{table} by {scan[2]}" if scan[2] else table


def test_every_query_of_every_command_goes_by_an_index(tmp_path: Path) -> None:
    """No statement walks through a table that grows with the years, nor makes an index for itself, but those of a short list."""
    found: dict[str, set[str]] = {}
    with live_week(tmp_path) as desk:
        for name, words in COMMANDS.items():
            statements = told_by(desk, *words)
            assert statements, name
            with sqlite3.connect(tmp_path / "data/scout.db") as conn:
                for statement in statements:
                    for table in walked(conn, statement):
                        found.setdefault(table, set()).add(name)
    assert found.keys() - WHOLE.keys() == set(), found
    assert found.keys() == WHOLE.keys(), "a reason that no query needs any more"


def test_every_command_that_opens_the_store_has_its_queries_read() -> None:
    """A new command is added to COMMANDS; those that open no store, or run a user's own query, are named here."""
    from scout.cli import __all__ as names  # noqa: PLC0415 -- here alone

    without = {"app", "main", "completion", "config", "demo", "init", "schema", "sources"}
    own = {
        "sql": "a user's query",
        "serve": "a user's queries",
        "merge": "every row of the other store, by nature",
        "mcp": "the other commands' queries",
    }
    assert {words[0] for words in COMMANDS.values()} == {*names} - without - own.keys()


# -- outcomes ---------------------------------------------------------------------------------------------------------------
def weekly(path: Path, weeks: int) -> None:
    """Make a store with so many weekly runs of a source that covers the week of each, failed in every fifth."""
    with store.open_store(path, write="a test", create=True) as opened:
        for back in range(weeks - 1, -1, -1):
            now = NOW - timedelta(days=7 * back)
            run = store.runs.start(opened, WINDOW, {"labs": "feed"}, now=now, version="1")
            covers = Interval(start=now - timedelta(days=8), end=now)
            good = Outcome(source="labs", run=run, result=Result.OK, ended=now, covers=covers, newest=now - timedelta(days=1))
            with opened.writing() as conn:
                store.runs.put_outcome(
                    conn, good if back % 5 else Outcome(source="labs", run=run, result=Result.BLOCKED, ended=now), "feed"
                )
            store.runs.end(opened, run, now=now)


def test_a_windows_coverage_reads_a_few_outcomes_however_many_there_are(tmp_path: Path) -> None:
    """Of ten years of weekly runs no more are read than of ten weeks, and they say the same of the window."""
    weekly(tmp_path / "short.db", 10)
    weekly(tmp_path / "long.db", 520)
    told = []
    for name in ("short", "long"):
        with store.open_store(tmp_path / f"{name}.db") as opened:
            found = store.runs.for_coverage(opened, ["labs"], WINDOW)["labs"]
            assert len(found) <= 6
            told.append([(one.result, one.ended, one.covers, one.last_success) for one in found[1:]])
    assert told[0] == told[1]
    assert told[0][-1][0] is Result.BLOCKED
    assert told[0][-1][3] == NOW - timedelta(days=7), "the last success, though the last run failed"


def test_a_past_weeks_coverage_is_what_it_was(tmp_path: Path) -> None:
    """With `until`, outcomes that ended later are left out, but for the source's first."""
    weekly(tmp_path / "s.db", 20)
    with store.open_store(tmp_path / "s.db") as opened:
        until = NOW - timedelta(days=70)
        found = store.runs.for_coverage(opened, ["labs"], WINDOW, until=until)["labs"]
        assert all(one.ended and one.ended < until for one in found)
        early = store.runs.for_coverage(opened, ["labs"], WINDOW, until=NOW - timedelta(days=7000))["labs"]
        assert [one.run for one in early] == [1]


def test_alerts_read_no_more_than_they_look_back(tmp_path: Path) -> None:
    """The outcomes of fifteen months are read, not those of ten years, and health agrees with them."""
    weekly(tmp_path / "s.db", 520)
    with store.open_store(tmp_path / "s.db") as opened:
        assert len(store.runs.recent(opened, days=alerts.REACH_DAYS)) == alerts.REACH_DAYS // 7 + 1
        (row,) = store.runs.health(opened)
        assert (row["result"], row["streak"]) == ("blocked", 1)
        assert store.runs.first_asked(opened) == {"labs": NOW - timedelta(days=7 * 519)}


# -- prune ------------------------------------------------------------------------------------------------------------------
OLD = datetime(2024, 3, 1, tzinfo=UTC)
BEFORE = date(2025, 6, 1)


def read_of(id_: str, *, at: datetime = OLD) -> Reading:
    """Return what was read of an item."""
    text = ParsedText(title="T", sections=(TextSection(heading="", text=f"The text of {id_}, at {at}."),))
    return Reading(item_id=id_, result=Result.OK, read=at, form="article", url="https://a.test/", text=text)


def keep(path: Path, things: Sequence[tuple[Item, Reading]]) -> None:
    """Store items, each read once and rewritten once."""
    with store.open_store(path, write="a test", create=True) as opened:
        store.runs.start(opened, WINDOW, {}, now=OLD, version="1")
        with opened.writing() as conn:
            for one, reading in things:
                told = store.items.Provenance(source="a", authority=1, run=1, now=reading.read - timedelta(days=1))
                store.items.remember(conn, [one], told)
                store.readings.put(conn, read_of(one.id, at=reading.read - timedelta(hours=1)))
                store.readings.put(conn, reading)


def texts(path: Path) -> set[str]:
    """Return the ids of the items whose text is stored."""
    rows = store.query(path, "select item_id from readings union select item_id from reading_history").rows
    return {id_ for (id_,) in rows}


def test_no_evidence_is_pruned(tmp_path: Path) -> None:
    """What a report speaks of by any of its ids, what was ever marked, what is young or read lately keeps its text and history."""
    path = tmp_path / "s.db"

    def one(name: str, **more: Any) -> Item:
        return item(name, url=f"https://a.test/{name}", **{"published": OLD} | more)

    talk = item(
        "talk", id="program:conf/7", kind=Kind.TALK, url="https://conf.test/7", published=OLD, links=("https://arxiv.org/abs/2403.00001",),
        extra={"events": [{"url": "https://conf.test/7"}]},
    )  # fmt: skip
    paper = item("paper", id="arxiv:2403.00001", kind=Kind.PAPER, url="https://arxiv.org/abs/2403.00001", published=OLD)
    undone, marked, free, young = one("undone"), one("marked"), one("free"), one("young", published=NOW)
    lately, linked = one("lately"), one("linked", id="doi:10.1/2", kind=Kind.PAPER)
    lately_read = (young.id, lately.id)
    every = (talk, paper, undone, marked, free, young, lately, linked)
    keep(path, [(each, read_of(each.id, at=NOW if each.id in lately_read else OLD)) for each in every])
    entry = LedgerEntry(report=OLD.date(), number=1, section="A", grade=2, title="T", ids=(talk.id, "url:https://a.test/linked"))
    with store.open_store(path, write="a test") as opened:
        report = LedgerReport(day=OLD.date(), path="r.md", title="R", run_type="", since=None, until=None, entries=(entry,))
        store.ledger.add(opened, report)
        store.marks.put(opened, Mark(item=marked.id, decision=Decision.DROP, made=OLD))
        store.marks.put(opened, Mark(item=undone.id, decision=Decision.A, made=OLD))
        store.marks.undo(opened, undone.id, now=OLD)
        with opened.writing() as conn:
            store.runs.put_validators(conn, {"https://old.test/": Validators(etag="x")}, now=OLD)
            store.runs.put_validators(conn, {"https://new.test/": Validators(etag="x")}, now=NOW)
    would = prune_store(path, BEFORE, today=NOW.date(), dry_run=True)
    assert texts(path) == {each.id for each in every}, "a dry run writes nothing"
    found = prune_store(path, BEFORE, today=NOW.date())
    assert found == would
    assert (found.readings, found.addresses) == ((free.id,), ("https://old.test/",))
    assert texts(path) == {each.id for each in every if each is not free}
    assert prune_store(path, BEFORE, today=NOW.date()).readings == (), "a second time finds nothing"
    with store.open_store(path) as opened:
        assert store.integrity.problems(opened) == []
        assert store.readings.of_items(opened, [free.id]) == {}, "not read, and so read again where it is asked for"


def test_a_prune_that_was_ended_half_way_is_made_up_for(tmp_path: Path) -> None:
    """Its texts are gone, but a full disk or a reader kept it from giving back their space: the next one, with none to remove, does."""
    path = tmp_path / "s.db"
    keep(path, [(one, read_of(one.id)) for one in (item(f"{n}", url=f"https://a.test/{n}", published=OLD) for n in range(100))])
    with store.open_store(path, write="a test") as opened:
        with opened.writing() as conn:
            conn.execute("delete from readings")
            conn.execute("delete from reading_history")
        assert opened.rows("pragma freelist_count")[0][0] > 0
    assert prune_store(path, BEFORE, today=NOW.date()).readings == ()
    with store.open_store(path) as opened:
        assert opened.rows("pragma freelist_count")[0][0] == 0


def test_a_draft_is_the_same_after_pruning_what_is_a_year_old(tmp_path: Path) -> None:
    """The command removes nothing that the week's draft is made of, and refuses a day that a draft may still be about."""
    desk = week_terminal(tmp_path)
    before = desk("draft", *WEEK).out
    assert desk("prune", "--dry-run").code == 0
    ran = desk("prune")
    assert ran.code == 0
    assert "removed, of what was stored before 2025-05-26: the texts of 0 items" in ran.err
    assert desk("draft", *WEEK).out == before
    refused = desk("prune", "--before", "2026-05-01")
    assert (refused.code, refused.out) == (2, "")
    assert "younger than 180 days" in refused.err


# -- votes ------------------------------------------------------------------------------------------------------------------
def test_votes_of_other_weeks_for_other_things_are_not_read(tmp_path: Path) -> None:
    """Read are the votes for the ids asked for, whenever cast, and those of the window, whatever they are for."""
    with store.open_store(tmp_path / "s.db", write="a test", create=True) as opened:
        run = store.runs.start(opened, WINDOW, {}, now=OLD, version="1")
        cast = {"wanted": OLD.date(), "older": OLD.date(), "inside": WINDOW.since, "unsaid": None}
        made = [Vote(item=id_, kind=VoteKind.LIST, url="https://l.test/", count=1, day=day) for id_, day in cast.items()]
        with opened.writing() as conn:
            store.votes.remember(conn, made, source="list", run=run, now=WINDOW.start)
        assert store.votes.by_item(opened, ["wanted"], window=WINDOW).keys() == {"wanted", "inside", "unsaid"}
        assert store.votes.by_item(opened, ["wanted"]).keys() == {"wanted"}
