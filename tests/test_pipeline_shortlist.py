"""Choosing from a store: whose silence counts, what was known when, and what changed since a report had it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from fakes import NOW, WINDOW, FakeSource, item
from past import Past, outcome, workspace

from scout import dates, store
from scout.model import Coverage, Interval, Item, Kind, Outcome, Result, Section, Status, Window
from scout.model.reading import ParsedText, Reading, TextSection
from scout.pipeline.draft import draft_report
from scout.pipeline.shortlist import Selection, explain, select
from scout.sources.program import Program

if TYPE_CHECKING:
    from pathlib import Path

LAST_WEEK = date(2026, 5, 17)
NEXT = Window(since=date(2026, 5, 25), until=date(2026, 5, 31))


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """Return a past without anything in it."""
    return Past(tmp_path / "s.db")


def may(day: int, hour: int = 0) -> datetime:
    """Return an instant of the month that the tests speak of."""
    return datetime(2026, 5, day, hour, tzinfo=UTC)


def span(start: datetime, end: datetime) -> Interval:
    """Return a stretch of time."""
    return Interval(start=start, end=end)


def covered(past: Past, *sources: FakeSource, as_of: date | None = None) -> Coverage:
    """Return what is known of the first source in the week."""
    return select(past.path, workspace(*sources), WINDOW, as_of=as_of).shortlist.coverage[0]


def status(selection: Selection, title: str) -> Status | None:
    """Return how an item stands, or None if it is no candidate."""
    return next((one.status for one in selection.shortlist.candidates if one.item.title == title), None)


# -- whose silence counts ---------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("told", "counts"),
    [
        ([(may(25, 6), outcome("labs", covers=span(may(1), may(25, 6))))], True),
        ([(may(20, 6), outcome("labs", covers=span(may(1), may(20, 6)))), (may(25, 6), outcome("labs", covers=span(may(20), may(25, 6))))], True),
        ([(may(20, 6), outcome("labs", covers=span(may(1), may(20, 6)))), (may(25, 6), outcome("labs", covers=span(may(21), may(25, 6))))], False),
        ([(may(24, 6), outcome("labs", covers=span(may(1), may(24, 6))))], True),
        ([(may(23, 6), outcome("labs", covers=span(may(1), may(23, 6))))], False),
        ([(may(25, 6), outcome("labs", covers=span(may(18, 1), may(25, 6))))], False),
        ([(may(25, 6), outcome("labs"))], False),
        ([(may(25, 6), outcome("labs", Result.EMPTY, covers=span(may(1), may(25, 6))))], True),
        ([(may(25, 6), outcome("labs", Result.UNCHANGED, covers=span(may(1), may(25, 6))))], True),
        ([(may(25, 6), outcome("labs", Result.PARTIAL, covers=span(may(1), may(25, 6))))], False),
        ([(may(25, 6), outcome("labs", Result.BLOCKED, why="403"))], False),
        ([(may(25, 6), outcome("labs", covers=span(may(1), may(25, 6)))), (may(26, 6), outcome("labs", Result.BLOCKED))], True),
        ([], False),
    ],
    ids=[
        "one run", "two that meet", "two with a gap", "asked on the last day", "asked the day before", "begins an hour late",
        "no time known", "empty", "unchanged", "partial alone", "blocked", "blocked after", "never asked",
    ],
)  # fmt: skip
def test_a_window_is_covered_by_the_union_of_good_runs(past: Past, told: list[tuple[datetime, Outcome]], counts: bool) -> None:  # noqa: FBT001 -- the table's last column
    """Together the answers must reach from the first instant into the last day; a failure later takes nothing back."""
    past.report(date(2026, 5, 1))
    for at, one in told:
        past.run(at, one)
    assert covered(past).covered is counts


@pytest.mark.parametrize(("end", "counts"), [(may(24, 6), False), (may(24, 18), False), (may(25), True)])
def test_a_window_must_be_announced_to_its_end(past: Past, end: datetime, *, counts: bool) -> None:
    """Of a source that announces later what it dates earlier, the last day is not covered by being asked on it."""

    @dataclass(frozen=True, kw_only=True)
    class Announcing(FakeSource):
        delayed: ClassVar[bool] = True

    past.run(may(26, 6), outcome("labs", covers=span(may(1), end)))
    assert covered(past, Announcing(name="labs")).covered is counts
    assert covered(past, FakeSource(name="labs")).covered


def test_what_is_shown_is_the_outcome_that_speaks_of_the_window(past: Past) -> None:
    """Where it is covered, the last good one that reaches its end; else the last one, whatever it was."""
    past.run(may(25, 6), outcome("labs", covers=span(may(1), may(25, 6))))
    past.run(may(26, 6), outcome("labs", Result.BLOCKED, why="403"))
    assert covered(past).outcome.run == 1
    past.run(may(27, 6), outcome("other", Result.BLOCKED, why="403: challenge"))
    assert covered(past, FakeSource(name="other")).outcome.why == "403: challenge"


def test_a_source_that_was_not_asked_says_why(past: Past) -> None:
    """Paused and never asked are two things, and neither is silence."""
    past.report(LAST_WEEK)
    for source, why in ((FakeSource(name="labs"), "never asked"), (FakeSource(name="labs", pause=True), "paused in feeds.yaml")):
        found = covered(past, source)
        assert (found.covered, found.outcome.result, found.outcome.why) == (False, Result.NOT_FINISHED, why)


def test_coverage_counts_what_came_in_the_window(past: Past) -> None:
    """Items outside of the window do not count; the newest date is that of all runs; group and section are the source's."""
    source = FakeSource(name="labs", group="vendors", section=Section.A)
    past.run(
        NOW, outcome("labs", covers=span(may(1), NOW), newest=may(22)),
        labs=[item("cache in"), item("cache out", published=may(10)), item("cache undated", published=None)],
    )  # fmt: skip
    found = covered(past, source)
    assert (found.items, found.newest, found.group, found.section) == (1, may(22), "vendors", Section.A)


@pytest.mark.parametrize(
    ("title", "seen", "extra", "counts"),
    [
        ("A cat without a date", may(20, 6), {}, False),
        ("A cache without a date", may(20, 6), {}, False),
        ("A cat without a date", may(26, 6), {}, False),
        ("A cat without a date", may(16, 6), {}, True),
        ("A talk on cats", may(20, 6), {"starts": "2026-05-25", "ends": "2026-05-29"}, True),
    ],
    ids=["no topic matches", "a topic matches", "seen after the window", "seen before it", "a talk of a later conference"],
)
def test_a_source_that_shows_something_undated_is_no_negative(
    past: Past, title: str, seen: datetime, extra: dict[str, Any], *, counts: bool
) -> None:
    """What is new and without a date may be of the window, whether or not it matches, and though it was read after it."""
    past.run(may(15, 6), outcome("labs", covers=span(may(1), may(15, 6))), labs=[item("old cache", published=may(12))])
    given = item(title, id="program:conf/7" if extra else "url:https://labs.test/7", published=None, extra=extra)
    past.run(seen, outcome("labs", covers=span(may(15), seen)), labs=[given])
    past.run(may(26, 7), outcome("labs", Result.UNCHANGED, covers=span(may(15), may(26, 7))))
    found = covered(past)
    assert (found.covered, found.items) == (counts, 0)
    drafted = draft_report(past.path, workspace(), WINDOW).report
    assert ("  - Vendors and labs: labs (newest seen" in drafted or "labs (no dated item" in drafted) is counts
    assert ("labs (read, but it shows things without a date)" in drafted) is not counts


# -- what was known when ----------------------------------------------------------------------------------------------------
def test_as_of_knows_no_later_run_report_or_item(past: Past) -> None:
    """On a day of the past, what was collected, reported and first seen after it is not there."""
    past.run(may(19, 6), outcome("labs", covers=span(may(1), may(19, 6))), labs=[item("early cache", published=may(18))])
    past.run(may(24, 6), outcome("labs", covers=span(may(19), may(24, 6))), labs=[item("later cache", published=may(18, 3))])
    past.report(date(2026, 5, 20), item("early cache").id)
    then, now = (select(past.path, workspace(), WINDOW, as_of=day) for day in (date(2026, 5, 19), None))
    assert status(then, "early cache") is Status.IN_WINDOW
    assert status(then, "later cache") is None
    assert not then.ledger
    assert not then.shortlist.coverage[0].covered
    assert status(now, "early cache") is None
    assert status(now, "later cache") is Status.IN_WINDOW
    assert now.shortlist.coverage[0].covered


@pytest.mark.parametrize("day", [date(2026, 5, 24), date(2026, 5, 20)])
def test_a_first_reading_may_be_older_than_scout(past: Past, day: date) -> None:
    """What a source showed when it was asked for the first time stays in a replay; what came to it later does not."""
    past.run(may(30, 6), labs=[item("old cache", published=may(18))])
    past.run(may(31, 6), labs=[item("old cache", published=may(18)), item("new cache", published=may(19))])
    replayed = select(past.path, workspace(), WINDOW, as_of=day)
    assert status(replayed, "old cache") is Status.IN_WINDOW
    assert status(replayed, "new cache") is None
    (kept,) = replayed.pool
    assert kept.first_seen == may(30, 6), "when it was seen is told as it was"
    assert kept.seen == WINDOW.end - timedelta(seconds=1), "and counts as seen when the window ended"


def test_a_first_reading_covers_a_replay_too(past: Past) -> None:
    """A past week replayed from a store collected after it knows what that first reading covered, and of no later one."""
    past.run(may(30, 6), outcome("labs", covers=span(may(1), may(30, 6))), outcome("blog"))
    past.run(may(31, 6), outcome("blog", covers=span(may(1), may(31, 6))))
    replayed = select(past.path, workspace(FakeSource(name="labs"), FakeSource(name="blog")), WINDOW, as_of=may(24).date())
    assert {one.source: one.covered for one in replayed.shortlist.coverage} == {"labs": True, "blog": False}


def test_what_changed_after_as_of_is_no_update(past: Past) -> None:
    """An update is told on the day on which it could be seen, not before."""
    noted = item("noted cache", published=may(12), summary="Old words about a cache.")
    past.run(may(15, 6), labs=[noted])
    past.report(LAST_WEEK, noted.id)
    past.run(may(23, 6), labs=[replace(noted, summary="New words about a cache.")])
    then, now = (select(past.path, workspace(), WINDOW, as_of=day) for day in (date(2026, 5, 21), None))
    assert (status(then, "noted cache"), status(now, "noted cache")) == (None, Status.UPDATE)


def test_late_is_what_came_after_the_report_of_its_week(past: Past) -> None:
    """Published in an earlier report's window and first seen after that report; the same without such a report is boundary."""
    past.run(may(15, 6), labs=[item("known cache", published=may(12))])
    past.run(may(20, 6), labs=[item("late cache", published=may(13))])
    assert status(select(past.path, workspace(), WINDOW), "late cache") is Status.BOUNDARY
    past.report(LAST_WEEK, since=date(2026, 5, 11))
    chosen = select(past.path, workspace(), WINDOW)
    assert status(chosen, "late cache") is Status.LATE
    assert status(chosen, "known cache") is None
    assert chosen.shortlist.dropped == {"passed over by an earlier report": 1}


@pytest.mark.parametrize("since", [date(2026, 5, 11), date(2026, 5, 4)])
def test_backfilling_a_past_window_calls_nothing_late(past: Past, since: date) -> None:
    """A source that is first asked after the reports of those days may have shown its things all along."""
    for day in (date(2026, 5, 10), LAST_WEEK):
        past.report(day, since=day - timedelta(days=6))
    posts = [item(f"Cache {day}", id=f"url:https://labs.test/{day}", published=may(day)) for day in range(1, 25)]
    past.run(datetime(2026, 6, 20, tzinfo=UTC), labs=posts)
    found = select(past.path, workspace(), Window(since=since, until=since + timedelta(days=6))).shortlist.candidates
    assert {one.status for one in found} <= {Status.IN_WINDOW, Status.BOUNDARY}
    assert any(one.status is Status.IN_WINDOW for one in found)


def test_what_showed_itself_after_the_windows_last_day_is_not_lost(past: Past) -> None:
    """A paper that was held beyond the lookback and is first seen on Tuesday is late in the week that ended on Sunday."""
    past.report(date(2026, 5, 3), since=date(2026, 4, 27))
    past.run(may(3, 6), labs=[item("other", id="url:https://labs.test/o", published=may(2))])
    past.run(may(26, 6), labs=[item("held cache", published=datetime(2026, 4, 28, tzinfo=UTC))])
    assert status(select(past.path, workspace(), WINDOW), "held cache") is Status.LATE


def programme(**days: Any) -> Program:
    """Return a conference's source."""
    return Program(name="conf", url="https://conf.test/", format="miniconf", **days)


@pytest.mark.parametrize("ends", [date(2026, 5, 22), date(2026, 5, 30)])
def test_a_programme_read_months_early_is_of_its_own_week(past: Past, ends: date) -> None:
    """Its talks, stored without a date, are of each window that the conference's days touch, and its source is not silent."""
    days = {"starts": "2026-05-17", "ends": str(ends)}
    talk = item("A cache", id="program:conf/7", kind=Kind.TALK, published=None, extra=days)
    past.run(datetime(2026, 2, 1, tzinfo=UTC), outcome("conf", covers=span(dates.EARLIEST, may(25, 6))), conf=[talk])
    source = programme(starts=date(2026, 5, 17), ends=ends)
    chosen = select(past.path, workspace(source), WINDOW)
    assert status(chosen, "A cache") is Status.IN_WINDOW
    assert chosen.shortlist.coverage[0].items == 1
    early = Window(since=date(2026, 2, 1), until=date(2026, 2, 7))
    assert not select(past.path, workspace(source), early).shortlist.candidates


def test_a_session_that_lay_ahead_counts_in_its_week(past: Past) -> None:
    """The session's own day goes before the conference's first."""
    extra: dict[str, Any] = {"starts": "2026-05-17", "ends": "2026-05-22", "events": [{"at": "2026-05-19T09:50:00-07:00"}]}
    talk = item("A cache", id="program:conf/7", kind=Kind.TALK, published=None, claimed="2026-05-19T09:50:00-07:00", extra=extra)
    past.run(datetime(2026, 2, 1, tzinfo=UTC), conf=[talk])
    (found,) = select(past.path, workspace(programme()), WINDOW).shortlist.candidates
    assert (found.item.published, found.item.date_source) == (datetime(2026, 5, 19, 16, 50, tzinfo=UTC), "program:session")


def test_a_conference_whose_days_touch_the_window_is_no_negative(past: Past) -> None:
    """An empty programme in the conference's own week is not known yet, whatever its answer covers."""
    past.run(may(25, 6), outcome("conf", Result.EMPTY, covers=span(dates.EARLIEST, may(25, 6))))
    touching = select(
        past.path, workspace(programme(starts=date(2026, 5, 24), ends=date(2026, 5, 28))), WINDOW
    ).shortlist.coverage[0]
    assert (touching.covered, touching.why.startswith("the conference is on 2026-05-24 to 2026-05-28")) == (False, True)
    assert select(past.path, workspace(programme(starts=date(2026, 6, 1))), WINDOW).shortlist.coverage[0].covered


TALK: dict[str, Any] = {
    "kind": Kind.TALK,
    "url": "https://conf.test/talk/7",
    "links": ("https://arxiv.org/pdf/2605.00007v2", "https://doi.org/10.1145/7"),
}
TALK |= {"extra": {"events": [{"url": "https://conf.test/talk/7"}]}}


@pytest.mark.parametrize("known", ["url:https://conf.test/talk/7", "arxiv:2605.00007", "doi:10.1145/7"])
@pytest.mark.parametrize(
    "thing",
    [
        {"id": "program:conf/7", **TALK},
        {"id": "arxiv:2605.00007", "kind": Kind.PAPER, "url": "https://arxiv.org/abs/2605.00007"},
        {"id": "doi:10.1145/7", "kind": Kind.PAPER, "url": "https://doi.org/10.1145/7"},
    ],
)
def test_a_thing_is_reported_by_any_of_its_identities(past: Past, known: str, thing: dict[str, Any]) -> None:
    """A report that has a talk's page, its paper or its DOI has the talk and the paper: none of them is a candidate again."""
    past.report(LAST_WEEK, known)
    past.run(NOW, labs=[item("A cache", **thing), item("A talk on a cache", id="program:conf/7", published=None, **TALK)])
    chosen = select(past.path, workspace(), WINDOW)
    assert chosen.shortlist.candidates == ()
    assert chosen.shortlist.dropped["in the ledger"] >= 1


def test_a_page_of_all_talks_is_no_talks_identity(past: Past) -> None:
    """Where talks have no page of their own, a report that links the programme has none of them."""
    past.report(LAST_WEEK, "url:https://conf.test/programme")
    talk = item(
        "A cache", id="program:conf/7", kind=Kind.TALK, url="https://conf.test/programme", extra={"events": [{"type": "talk"}]}
    )
    past.run(NOW, labs=[talk])
    assert status(select(past.path, workspace(), WINDOW), "A cache") is Status.IN_WINDOW


def test_an_item_takes_what_its_sources_say_of_themselves(past: Past) -> None:
    """Sections by source; trusted if any of them is; watched if any is not broad; a source that is gone counts as context."""
    shared = item("shared cache")
    past.run(NOW, a=[shared], b=[shared], gone=[item("gone cache")])
    sources = FakeSource(name="a", section=Section.A, trust_dates=False), FakeSource(name="b", section=Section.B)
    by_title = {one.item.title: one for one in select(past.path, workspace(*sources), WINDOW).pool}
    assert by_title["shared cache"].sections == (Section.A, Section.B)
    assert by_title["shared cache"].trusted
    assert by_title["gone cache"].sections == (Section.CONTEXT,)
    assert by_title["gone cache"].trusted
    alone = {one.item.title: one for one in select(past.path, workspace(sources[0]), WINDOW).pool}
    assert not alone["shared cache"].trusted


# -- what changed since -----------------------------------------------------------------------------------------------------
def paper(version: int, updated: datetime | None) -> Item:
    """Return a paper that an earlier report has."""
    return item(
        "A cache paper", id="arxiv:2605.00001", kind=Kind.PAPER, published=may(12), updated=updated, extra={"version": version}
    )


@pytest.mark.parametrize(
    ("version", "updated", "changed"),
    [
        (2, may(20), "version 2 of 2026-05-20"),
        (1, may(20), ""),
        (2, may(16), ""),
        (3, may(26), ""),
        (2, None, ""),
    ],
    ids=["in the window", "no new version", "before the report", "after the window", "unknown"],
)  # fmt: skip
def test_a_new_version_of_a_reported_paper_is_an_update(past: Past, version: int, updated: datetime | None, changed: str) -> None:
    """A version of the window that the report could not have comes back with the entry; else the paper is simply known."""
    past.run(may(14, 6), labs=[paper(1, may(12))])
    past.report(LAST_WEEK, "arxiv:2605.00001")
    past.run(may(24, 6), labs=[paper(version, updated)])
    chosen = select(past.path, workspace(), WINDOW)
    (known,) = chosen.pool
    assert known.entry
    assert (known.entry.number, known.changed) == (1, changed)
    assert status(chosen, "A cache paper") is (Status.UPDATE if changed else None)


@pytest.mark.parametrize("published", [may(12), may(1)], ids=["in the lookback", "before it"])
def test_rewritten_notes_are_an_update(past: Past, published: datetime) -> None:
    """However old the release, its notes rewritten within the window are told, and only there."""
    notes = item("cache v1", published=published, summary="The cache.")
    past.run(may(14, 6), labs=[notes])
    past.report(LAST_WEEK, notes.id)
    past.run(may(21, 6), labs=[replace(notes, summary="The cache, and a warning.")])
    assert status(select(past.path, workspace(), WINDOW), "cache v1") is Status.UPDATE
    assert [one.changed for one in select(past.path, workspace(), WINDOW).pool] == ["text rewritten"]
    past.run(may(22, 6), labs=[replace(notes, title="cache v1.0", summary="The cache, and a warning.")])
    assert [one.changed for one in select(past.path, workspace(), WINDOW).pool] == ["text rewritten, title changed"]
    after = replace(WINDOW, since=date(2026, 5, 25), until=date(2026, 5, 31))
    assert status(select(past.path, workspace(), after), "cache v1.0") is None


def test_a_better_source_for_the_same_thing_is_no_update(past: Past) -> None:
    """The owner's words in place of a list's are what scout learned, not what the owner changed."""
    named = item("A cache paper", id="arxiv:2605.00001", published=may(12), summary="As the list has it.")
    past.run(may(14, 6), lists=[named], authority=1)
    past.report(LAST_WEEK, named.id)
    past.run(may(20, 6), labs=[replace(named, title="A Cache Paper", summary="As its owner has it.")], authority=3)
    chosen = select(past.path, workspace(), WINDOW)
    assert [one.changed for one in chosen.pool] == [""]
    assert not chosen.shortlist.candidates


TUESDAY_BEFORE: dict[str, Any] = {"since": date(2026, 5, 11), "seen_until": may(19, 6)}
"""The report of LAST_WEEK as scout drafts it: on the Tuesday after its window."""


@pytest.mark.parametrize(
    ("made", "updated", "seen", "told"),
    [
        (TUESDAY_BEFORE, may(18), may(19, 5), []),
        (TUESDAY_BEFORE, may(18), may(19, 7), [WINDOW]),
        (TUESDAY_BEFORE, may(16), may(19, 7), [WINDOW]),
        (TUESDAY_BEFORE, may(24), may(26, 5), [WINDOW]),
        (TUESDAY_BEFORE, may(24), may(26, 7), [NEXT]),
    ],
    ids=[
        "had by the report",
        "seen after it",
        "of its own window, seen after it",
        "seen after the window",
        "seen after the draft",
    ],
)
def test_a_version_is_told_once_and_only_if_the_report_could_not_have_it(
    past: Past, made: dict[str, Any], updated: datetime, seen: datetime, told: list[Window]
) -> None:
    """What counts is when scout saw it: a report of Sunday that was made on Tuesday has the version of Monday."""
    past.run(may(14, 6), labs=[paper(1, may(12))])
    past.report(LAST_WEEK, "arxiv:2605.00001", **made)
    past.run(seen, labs=[paper(2, updated)])
    found = [WINDOW] if status(select(past.path, workspace(), WINDOW), "A cache paper") else []
    past.report(WINDOW.until, since=WINDOW.since, seen_until=may(26, 6))
    found += [NEXT] if status(select(past.path, workspace(), NEXT), "A cache paper") else []
    if seen > may(26, 6):
        found = [one for one in found if one is NEXT]  # when the draft was made it had not been seen
    assert found == told


@pytest.mark.parametrize(
    ("seen", "told"),
    [(may(19, 5), []), (may(19, 7), [WINDOW]), (may(24, 5), [WINDOW]), (may(24, 7), [NEXT]), (may(25, 5), [NEXT])],
    ids=["before the report was made", "after it", "before the draft", "on the last day, after the draft", "in the next week"],
)
def test_a_rewritten_text_is_told_once(past: Past, seen: datetime, told: list[Window]) -> None:
    """A report that was made after the change has it; one that was made on its window's last day misses what comes that evening."""
    notes = item("A cache", published=may(12), summary="The cache.")
    past.run(may(14, 6), labs=[notes])
    past.report(LAST_WEEK, notes.id, **TUESDAY_BEFORE)
    past.run(seen, labs=[replace(notes, summary="The cache, and a warning.")])
    found = [WINDOW] if seen <= may(24, 6) and status(select(past.path, workspace(), WINDOW), "A cache") else []
    past.report(WINDOW.until, since=WINDOW.since, seen_until=may(24, 6))
    found += [NEXT] if status(select(past.path, workspace(), NEXT), "A cache") else []
    assert found == told


def test_a_comment_on_a_paper_is_no_new_version(past: Past) -> None:
    """A version that the report had is not told when something else about the paper changes later."""
    past.run(may(14, 6), labs=[paper(2, may(13))])
    past.report(LAST_WEEK, "arxiv:2605.00001", **TUESDAY_BEFORE)
    later = paper(2, may(13))
    past.run(may(20, 6), labs=[replace(later, extra={**later.extra, "comment": "12 pages"})])
    assert [one.changed for one in select(past.path, workspace(), WINDOW).pool] == [""]


# -- explanations -----------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("heading", "days", "section"),
    [("5 Setup", 0, Section.A), ("2 Related Work", 0, Section.B), ("5 Setup", -1, Section.B)],
)
def test_a_paper_goes_where_its_own_text_puts_it_once_it_was_read(past: Past, heading: str, days: int, section: Section) -> None:
    """A sentence on production traces offers it for A; not where the text tells of others' work, nor as of a day before it was read."""
    made = item("A cache", id="arxiv:2605.00001", kind=Kind.PAPER, url="https://arxiv.org/abs/2605.00001", published=may(20))
    past.run(may(21), labs=[made])
    said = "We replay production traces of four clusters and measure each request."
    text = ParsedText(title="", sections=(TextSection(heading=heading, text=said),))
    with store.open_store(past.path, write="a test") as opened, opened.writing() as conn:
        reading = Reading(
            item_id=made.id, result=Result.OK, read=may(25, 6), form="pdf", url="https://arxiv.org/pdf/2605.00001", text=text
        )
        store.readings.put(conn, reading)
    arxiv = FakeSource(name="labs", section=Section.B)
    (found,) = select(past.path, workspace(arxiv), WINDOW, as_of=date(2026, 5, 25 + days)).shortlist.candidates
    assert found.section is section
    assert (said in found.why_section) is (section is Section.A)


def test_an_item_is_explained_by_any_of_its_names(past: Past) -> None:
    """The id and the address lead to the same story."""
    past.run(NOW, labs=[item("a cache", url="https://labs.test/a")])
    names = ("url:https://labs.test/a", "https://labs.test/a/?utm_source=x", "url:https://www.labs.test/a/")
    by_id, by_url, by_written = (explain(past.path, workspace(), WINDOW, name) for name in names)
    assert by_id == by_url == by_written
    assert by_id.rank == 1
