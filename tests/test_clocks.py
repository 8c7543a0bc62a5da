"""Up to when a report could know, and what follows for each paper over several weeks."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from fakes import WINDOW, item
from hypothesis import given
from hypothesis import strategies as st
from past import Past, outcome, workspace
from sqlite_utils import Database
from terminal import Terminal, live_week

from scout import dates, shortlist, store
from scout.cli import options
from scout.draft.labels import published
from scout.model import Interval, Kind, LedgerEntry, LedgerReport, Precision, Result, Status, TrackedItem, Window
from scout.pipeline.draft import alike, draft_report, with_checksum
from scout.pipeline.shortlist import select
from scout.pipeline.window import window
from scout.reports import document as report
from scout.reports import history, prose_dates
from scout.shortlist import status as status_rules
from scout.sources.workspace import Workspace
from scout.store.migrations import migrations

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scout.store.window_items import StoredItem

HEAD = "# Weekly — 2026-05-24\n\n**Run type:** Normal weekly run. Search horizon: 2026-05-18 → 2026-05-24.\n\n## A. One\n\n### 1. A\n\n"
TUESDAY = datetime(2026, 5, 26, 6, 15, tzinfo=UTC)


# -- seen until -------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("words", "seen"),
    [
        ("<!-- scout: seen until 2026-05-26T06:15:00Z -->", TUESDAY),
        ("Seen until 2026-05-26 06:15 UTC: what shows itself later is late.", TUESDAY),
        ("Seen until 2026-05-20 06:15 UTC.\n<!--scout: seen until 2026-05-26T06:15:00Z-->", TUESDAY),
        ("<!-- scout: seen until 2026-13-26T06:15:00Z -->", datetime(2026, 5, 25, tzinfo=UTC)),
        ("", datetime(2026, 5, 25, tzinfo=UTC)),
    ],
)
def test_a_report_says_up_to_when_it_could_know(tmp_path: Path, words: str, seen: datetime) -> None:
    """Its comment counts, else its words; what says neither was written by hand, and could know up to the end of its day."""
    read = history.ledger_report(report.parse_report(f"{HEAD}\n{words}\n"), "r.md")
    with store.open_store(tmp_path / "s.db", write="a test", create=True) as opened:
        store.ledger.add(opened, read)
        (kept,) = store.ledger.reports(opened)
        assert store.ledger.add(opened, read) == "unchanged"
    assert kept.seen_until == seen == dates.seen_until(read)


def test_a_draft_carries_the_end_of_its_last_run(tmp_path: Path) -> None:
    """In words and in a comment, which is read back; a replay could know up to its day."""
    past = Past(tmp_path / "s.db")
    past.run(datetime(2026, 5, 19, 6, tzinfo=UTC), labs=[item("A cache", published=datetime(2026, 5, 18, tzinfo=UTC))])
    past.run(TUESDAY, labs=[item("A cache", published=datetime(2026, 5, 18, tzinfo=UTC))])
    drafted = draft_report(past.path, workspace(), WINDOW).report
    assert "Seen until 2026-05-26 06:15 UTC" in drafted
    assert report.parse_report(drafted).seen_until == TUESDAY
    replayed = draft_report(past.path, workspace(), WINDOW, as_of=date(2026, 5, 24)).report
    assert report.parse_report(replayed).seen_until == datetime(2026, 5, 19, 6, tzinfo=UTC)


def test_what_comes_while_a_draft_is_made_is_for_the_next_one(tmp_path: Path) -> None:
    """A collect that ends after the draft has chosen is not among what its report could know: the next window has its papers."""
    past = Past(tmp_path / "s.db")
    past.run(datetime(2026, 5, 19, 6, tzinfo=UTC), labs=[])
    held = item("A held cache", id="url:https://x.test/held", published=datetime(2026, 5, 20, tzinfo=UTC))

    class Busy(Workspace):
        """A workspace beside whose reading another program collects."""

        def tracked(self, stored: Iterable[StoredItem]) -> list[TrackedItem]:
            past.run(TUESDAY, labs=[held])
            return super().tracked(stored)

    given = workspace()
    drafted = draft_report(past.path, Busy(config=given.config, sources=given.sources), WINDOW)
    assert "A held cache" not in drafted.report
    filed(past.path, drafted.report)
    after = Window(since=WINDOW.until + timedelta(days=1), until=WINDOW.until + timedelta(days=7))
    (late,) = select(past.path, workspace(), after).shortlist.candidates
    assert (late.item.title, late.status) == ("A held cache", Status.LATE)


def test_a_clock_that_was_wrong_once_says_nothing_for_ever(tmp_path: Path) -> None:
    """The last run is the one that started last: what a report could know does not lie a year ahead, or in a replay behind it."""
    past = Past(tmp_path / "s.db")
    for at in (TUESDAY - timedelta(days=7), TUESDAY + timedelta(days=365), TUESDAY):
        past.run(at, labs=[])
    with store.open_store(past.path) as opened:
        assert store.runs.seen_until(opened) == TUESDAY
        assert store.runs.seen_until(opened, before=TUESDAY) == TUESDAY - timedelta(days=7)


def test_a_run_a_year_ahead_covers_nothing(tmp_path: Path) -> None:
    """A later run that started earlier tells of it. When it asked before that is not known: no negative rests on it, no answer either."""
    past = Past(tmp_path / "s.db")
    year = timedelta(days=365)
    past.run(TUESDAY + year, outcome("labs", covers=Interval(start=TUESDAY - year, end=TUESDAY + year)), labs=[])
    past.run(TUESDAY, outcome("labs", Result.UNREACHABLE), labs=[])
    (seen,) = [one for one in select(past.path, workspace(), WINDOW).shortlist.coverage if one.source == "labs"]
    assert not seen.covered
    with store.open_store(past.path) as opened:
        assert store.runs.last_covers(opened, {"labs": TUESDAY - year}) == {}, "and so it is asked for everything again"


def test_a_replay_of_a_past_week_takes_no_coverage_away(tmp_path: Path) -> None:
    """One run that says it is long ago, be it a replay or a clock without a battery, puts the others not in the wrong."""
    past = Past(tmp_path / "s.db")
    whole = outcome("labs", covers=Interval(start=WINDOW.start - timedelta(days=30), end=TUESDAY))
    for at in (TUESDAY - timedelta(days=7), TUESDAY, datetime(1970, 1, 1, 0, 1, tzinfo=UTC)):
        past.run(at, whole if at == TUESDAY else outcome("labs", Result.UNREACHABLE), labs=[])
    (seen,) = [one for one in select(past.path, workspace(), WINDOW).shortlist.coverage if one.source == "labs"]
    assert seen.covered


@pytest.mark.parametrize(
    ("days", "ahead"),
    [
        ((), set()),
        ((0,), set()),
        ((9, 0), {1}),
        ((0, 9, 1), {2}),
        ((0, 1, 2, 0), set()),
        ((9, 9, 0, 1), {1, 2}),
        ((5, 0, 1, 9, 2), {1, 4}),
    ],
)
def test_the_runs_that_fit_together_tell_which_clock_was_ahead(tmp_path: Path, days: tuple[int, ...], ahead: set[int]) -> None:
    """What most runs say in their order is right; of two runs, the later one."""
    past = Past(tmp_path / "s.db")
    for day in days:
        past.run(TUESDAY + timedelta(days=day), outcome("labs", covers=Interval(start=WINDOW.start, end=TUESDAY)))
    with store.open_store(past.path, write="a test", create=True) as opened:
        told = store.runs.for_coverage(opened, ["labs"], WINDOW)["labs"]
    assert {one.run for one in told if one.covers is None} == ahead


def test_a_draft_that_knows_nothing_new_stays(tmp_path: Path) -> None:
    """Two drafts that differ only in when the sources were last seen are alike; in anything else they are not."""
    past = Past(tmp_path / "s.db")
    drafts = []
    for hour in (0, 1):
        past.run(TUESDAY + timedelta(hours=hour), labs=[item("A cache", published=datetime(2026, 5, 18, tzinfo=UTC))])
        drafts.append(draft_report(past.path, workspace(), WINDOW).report)
    assert drafts[0] != drafts[1]
    assert alike(with_checksum(drafts[0]), drafts[1])
    assert not alike(with_checksum(drafts[0]), drafts[1].replace("A cache", "Another"))
    assert not alike(with_checksum(drafts[0]) + "edited", drafts[1])


def test_a_store_of_the_version_before_learns_when_its_reports_could_know(tmp_path: Path) -> None:
    """The migration gives each report the end of its day, and loses neither entries nor what they speak of."""
    path = tmp_path / "s.db"
    db = Database(path)
    migrations.apply(db, stop_before="m002_reports_seen_until")
    db.execute(
        "insert into reports values (7, '2026-05-31', 'Weekly', 'r.md', 'normal', '2026-05-25', '2026-05-31', '[\"Ceph\"]', '[]', 'd')"
    )
    db.execute("insert into report_entries values (1, 7, 1, 'A', 2, 'T', '[\"arxiv:1\"]', '[]', '', '', '', 3)")
    db.execute("insert into reported values ('arxiv:1', 1, 0)")
    db.conn.commit()
    db.close()
    with store.open_store(path, write="a test") as opened:
        (kept,) = store.ledger.reports(opened)
        assert (kept.seen_until, kept.negatives) == (datetime(2026, 6, 1, tzinfo=UTC), ("Ceph",))
        assert [entry.ids for entry in kept.entries] == [("arxiv:1",)]
        assert not opened.rows("pragma foreign_key_check")
        with opened.writing() as conn:
            conn.execute("delete from reports")
        assert not opened.rows("select * from reported"), "entries go with their report, as before"


# -- which window -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("today", "until"),
    [("2026-05-23", "2026-05-17"), ("2026-05-24", "2026-05-17"), ("2026-05-25", "2026-05-24"), ("2026-05-30", "2026-05-24")],
)
def test_a_week_ends_with_the_last_such_day_that_is_over(tmp_path: Path, today: str, until: str) -> None:
    """The day itself is not over until it ends."""
    found = window(tmp_path / "none.db", None, None, today=date.fromisoformat(today), week_ends="sunday")
    assert found == Window(since=date.fromisoformat(until) - timedelta(days=6), until=date.fromisoformat(until))


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.sampled_from(dates.DAYS))
def test_week_ends_are_a_week_apart(today: date, day: str) -> None:
    """For any day there is one such end in the seven days before it."""
    end = dates.week_end(today, day)
    assert dates.DAYS[end.weekday()] == day
    assert timedelta(days=1) <= today - end <= timedelta(days=7)


def test_what_is_given_goes_before_the_week(tmp_path: Path) -> None:
    """`until` counts as given; where `since` is later than the week's end, the window ends today; the ledger's own days go on."""
    past = Past(tmp_path / "s.db")
    past.report(date(2026, 5, 17), "url:https://x.test/1", since=date(2026, 5, 11))
    today = date(2026, 5, 26)
    assert window(past.path, None, date(2026, 5, 25), today=today, week_ends="sunday").until == date(2026, 5, 25)
    assert window(past.path, date(2026, 5, 25), None, today=today, week_ends="sunday").until == today
    assert window(past.path, None, None, today=today, week_ends="sunday") == WINDOW


def test_a_week_cannot_end_on_a_day_that_is_none(tmp_path: Path) -> None:
    """feeds.yaml names one of seven days; anything else is one sentence."""
    terminal = Terminal(tmp_path)
    terminal.write("feeds.yaml", "report: {week_ends: sonntag}\nsources: [{name: a, kind: feed, url: 'https://a.test/'}]\n")
    ran = terminal("collect")
    assert ran.code == 2
    assert ran.err.startswith("scout: report: week_ends: ")
    assert "'sunday'" in ran.err


def test_a_window_that_is_reported_is_not_chosen_from_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """After the report is filed `run` asks nobody and leaves the draft, `draft` refuses; --since or --force are told."""
    with live_week(tmp_path) as terminal:
        assert terminal("reports", "add", "reports").code == 0
        days = ("--until", "2026-05-24")
        assert terminal("run", "-q", *days).code == 0
        drafted = tmp_path / "data" / "draft-2026-05-24.md"
        filed = terminal.write("reports/weekly-2026-05-24.md", drafted.read_text())
        assert terminal("reports", "add", str(filed)).code == 0
        before = terminal.files()
        monkeypatch.setattr(options, "now", lambda: TUESDAY)
        ran = terminal("run", "-q", *days)
        assert (ran.code, ran.out) == (0, "")
        assert "is reported" in ran.err
        assert "--force" in ran.err
        refused = terminal("draft", *days, "--out", "data/draft-2026-05-24.md")
        assert refused.code == 2
        assert "is reported" in refused.err
        assert terminal.files() == before
        assert terminal("draft", "--since", "2026-05-18", *days).code == 0
        assert terminal("run", "-q", "--force", *days).code == 0
        assert drafted.read_text() != before["data/draft-2026-05-24.md"].decode()


# -- each paper over ten weeks ----------------------------------------------------------------------------------------------
FIRST = date(2026, 3, 1)
LIVES = st.tuples(st.integers(0, 55), st.integers(0, 40), st.booleans(), st.integers(0, 69))
"""A paper: the day it was published on, after how many days it showed itself, whether it has a date, when its source was asked."""


def week(number: int) -> tuple[Window, datetime]:
    """Return a week that ends on Sunday, and the run of the Tuesday after it."""
    since = FIRST + timedelta(days=1 + 7 * number)
    end = since + timedelta(days=6)
    return Window(since=since, until=end), datetime.combine(end + timedelta(days=2), datetime.min.time(), UTC) + timedelta(
        hours=6
    )


@given(st.lists(LIVES, min_size=1, max_size=12), st.sets(st.integers(0, 9)), st.sets(st.integers(0, 9), max_size=3))
def test_each_paper_is_exactly_one_thing_each_week(
    lives: list[tuple[int, int, bool, int]], missed: set[int], hand: set[int]
) -> None:
    """Over ten weeks, some without a report, some by hand: what a run has seen is a candidate, reported, or dropped for one reason.

    Late is never said of what an earlier report could know, nor twice, nor of a source that was first asked afterwards.
    """
    ledger: list[LedgerReport] = []
    late = Counter[str]()
    for number in range(10):
        days, run = week(number)
        pool = [one for place, life in enumerate(lives) if (one := lived(place, life, run))]
        found = shortlist.choose(
            pool,
            window=days,
            topics=workspace().config.topics,
            ledger=tuple(ledger),
            background=(),
            coverage=(),
            settings=shortlist.Settings(),
        )
        assert len(found.candidates) + sum(found.dropped.values()) == len(pool)
        for candidate in found.candidates:
            published = candidate.item.published.date() if candidate.item.published else None
            around = [r for r in ledger if published and r.since and r.until and r.since <= published <= r.until]
            match candidate.status:
                case Status.IN_WINDOW:
                    assert published
                    assert days.since <= published <= days.until
                case Status.LATE:
                    late[candidate.item.id] += 1
                    assert all(candidate.tracked.first_seen > dates.seen_until(r) for r in ledger)
                    assert any(candidate.tracked.asked and candidate.tracked.asked <= dates.seen_until(r) for r in around)
                case Status.BOUNDARY:
                    assert published
                    asked = candidate.tracked.asked
                    assert not any(asked and asked <= dates.seen_until(r) for r in around)
                case Status.UNDATED:
                    assert published is None
                case _:
                    pytest.fail(str(candidate.status))
        if number not in missed:
            since = max((r.until + timedelta(days=1) for r in ledger if r.until), default=days.since)
            seen = None if number in hand else run
            whole = LedgerReport(
                day=days.until, path="r.md", title="", run_type="", since=since, until=days.until, seen_until=seen
            )
            ledger.append(whole)
    by_hand = bool(hand - missed)  # what was seen between a report's Sunday and Tuesday can be late for two
    assert by_hand or all(times == 1 or missed for times in late.values())


@given(st.lists(st.tuples(st.integers(1, 55), st.integers(0, 40)), min_size=1, max_size=12))
def test_nothing_is_lost_and_nothing_comes_twice(lives: list[tuple[int, int]]) -> None:
    """Where every week is reported, each dated paper of a watched source that showed itself competed in exactly one week."""
    competed = Counter[str]()
    ledger: list[LedgerReport] = []
    for number in range(10):
        days, run = week(number)
        pool = [one for place, life in enumerate(lives) if (one := lived(place, (*life, True, 0), run))]
        found = shortlist.choose(
            pool,
            window=days,
            topics=workspace().config.topics,
            ledger=tuple(ledger),
            background=(),
            coverage=(),
            settings=shortlist.Settings(),
        )
        competed.update(c.item.id for c in found.candidates if c.status in (Status.IN_WINDOW, Status.LATE))
        whole = {"path": "r.md", "title": "", "run_type": "", "since": days.since, "until": days.until}
        ledger.append(LedgerReport(day=days.until, seen_until=run, **whole))  # type: ignore[arg-type]
    _, last = week(9)
    seen = [one.item.id for place, life in enumerate(lives) if (one := lived(place, (*life, True, 0), last))]
    assert competed == Counter(seen)


def lived(place: int, life: tuple[int, int, bool, int], run: datetime) -> TrackedItem | None:
    """Return a paper as the runs up to this one have it; None where it has not shown itself yet."""
    published, after, dated, asked = life
    at = datetime.combine(FIRST + timedelta(days=published), datetime.min.time(), UTC)
    runs = [week(number)[1] for number in range(10)]
    watched = [one for one in runs if one >= runs[min(asked // 7, 9)]]
    first = next((one for one in watched if one >= at + timedelta(days=after)), None)
    if first is None or first > run:
        return None
    one = item("A cache", id=f"url:https://x.test/{place}", published=at if dated else None)
    return TrackedItem(item=one, sources=("s",), first_seen=first, asked=watched[0])


def test_an_entry_of_the_ledger_is_none_of_these() -> None:
    """What a report has is in the ledger, whatever its clocks say."""
    entry = LedgerEntry(report=date(2026, 5, 17), number=1, section="A", grade=2, title="T", ids=("x",))
    one = TrackedItem(item=item("A cache", id="x"), sources=("s",), first_seen=TUESDAY, entry=entry)
    for at in (None, datetime(2026, 5, 12, tzinfo=UTC), datetime(2026, 5, 20, tzinfo=UTC)):
        pool = [replace(one, item=replace(one.item, published=at))]
        found = shortlist.choose(
            pool, window=WINDOW, topics=(), ledger=(), background=(), coverage=(), settings=shortlist.Settings()
        )
        assert found.dropped == {"in the ledger": 1}


@pytest.mark.parametrize(
    ("ends", "stated"), [("2026-05-22", "May 17–22, 2026"), ("2026-06-02", "May 17 – Jun 2, 2026"), ("", "May 17, 2026")]
)
def test_a_talk_without_a_session_is_dated_by_all_days_of_its_conference(ends: str, stated: str) -> None:
    """A heading does not say of the second week that the first day lies in it; a report that says the days is not held wrong."""
    at = datetime(2026, 5, 17, tzinfo=UTC)
    extra = {"starts": "2026-05-17", "ends": ends}
    talk = item(
        "A cache",
        id="program:conf/7",
        kind=Kind.TALK,
        published=at,
        precision=Precision.DAY,
        date_source=dates.BY_CONFERENCE,
        extra=extra,
    )
    assert published(talk) == stated
    (claim,) = prose_dates.dates(stated, near=date(2026, 5, 24))
    assert (claim.since, claim.until) == dates.days(talk)


# -- docs/clocks.md -------------------------------------------------------------------------------------------------------------
PAGE = (Path(__file__).parent.parent / "docs" / "clocks.md").read_text(encoding="utf-8")


def filed(path: Path, drafted: str) -> None:
    """Add a draft to the ledger without its entries, as if the curator had kept none."""
    with store.open_store(path, write="a test") as opened:
        store.ledger.add(opened, replace(history.ledger_report(report.parse_report(drafted), "r.md"), entries=()))


def test_the_page_names_everything_that_a_thing_can_be() -> None:
    """Each status, and each reason for which an item is dropped by its clocks, has its line."""
    words = {line.split("|")[1].strip() for line in PAGE.splitlines() if line.startswith("| ")}
    assert {str(status).replace("_", " ") for status in Status} - {"after", "update"} <= words
    reasons = (status_rules.IN_LEDGER, status_rules.BEFORE, status_rules.AFTER)
    assert {*reasons, status_rules.PASSED_OVER.partition(" by ")[0]} <= words


@pytest.mark.parametrize(("seen", "stands"), [(19, [Status.IN_WINDOW, "passed", "passed"]), (26, [None, Status.LATE, "passed"])])
def test_the_paper_of_the_page_lives_as_it_is_told(tmp_path: Path, seen: int, stands: list[Status | str | None]) -> None:
    """Held from May 15 to 21 it is late in the week after its own, then passed over; announced in time it never is."""
    past = Past(tmp_path / "s.db")
    paper = item("A cache", id="arxiv:2605.00001", published=datetime(2026, 5, 15, tzinfo=UTC))
    told: list[Status | str | None] = []
    for number, day in enumerate((17, 24, 31)):
        run = datetime(2026, 5, 19, 6, tzinfo=UTC) + timedelta(days=7 * number)
        until = date(2026, 5, day)
        days = Window(since=until - timedelta(days=6), until=until)
        past.run(run, labs=[paper] if run.date() >= date(2026, 5, seen) else [])
        found = select(past.path, workspace(), days).shortlist
        told += [one.status for one in found.candidates] or [reason.partition(" ")[0] for reason in found.dropped] or [None]
        filed(past.path, draft_report(past.path, workspace(), days).report)
    assert told == stands
