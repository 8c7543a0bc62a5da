"""Whole lives of things in a store: over any weeks, runs and first readings each is told once, or its absence is said truly."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

from fakes import item
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st
from past import Past, outcome, workspace

from scout import dates, shortlist
from scout.model import Interval, Item, Precision, Status, Window
from scout.pipeline.shortlist import Selection, select
from scout.shortlist import status as status_rules

FIRST = date(2026, 4, 20)
"""The first day of the first window; months turn in the second and the sixth week."""
WEEKS = 7
LOOKBACK = workspace().config.report.lookback_days


@dataclass(frozen=True, slots=True, kw_only=True)
class Thing:
    """A thing that is published on a day, says so to the day, to the month or not at all, and shows itself `after` hours."""

    day: int
    precision: Precision
    after: int

    @property
    def published(self) -> date:
        """The day of publication."""
        return FIRST + timedelta(days=self.day)

    @property
    def shown(self) -> datetime:
        """When its source has it."""
        return datetime.combine(self.published, time.min, UTC) + timedelta(hours=self.after)

    def item(self, number: int) -> Item:
        """Return the item that its source has of it."""
        said = {Precision.DAY: self.published, Precision.MONTH: self.published.replace(day=1)}.get(self.precision)
        at = datetime.combine(said, time.min, UTC) if said else None
        return item("A cache", id=f"url:https://x.test/{number}", published=at, precision=self.precision)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """How a curator lives: on which day of the week windows end, how many days later the drafts are made, and which are not.

    `also` are days after FIRST on which the sources are asked without a draft, in the evening; `begins` is the week of the first run.
    """

    ends: int
    later: tuple[int, ...]
    missed: frozenset[int]
    also: frozenset[int]
    begins: int

    def weeks(self) -> list[tuple[Window, datetime]]:
        """Return the windows that are reported, each with the instant of its run."""
        found: list[tuple[Window, datetime]] = []
        since = FIRST
        for number in range(self.begins, WEEKS):
            until = FIRST + timedelta(days=7 * number + self.ends)
            if number in self.missed or until < since:
                continue
            since = since if found else until - timedelta(days=6)
            run = datetime.combine(until + timedelta(days=self.later[number]), time(6, 15), UTC)
            found.append((Window(since=since, until=until), run))
            since = until + timedelta(days=1)
        return found


THINGS = st.builds(
    Thing,
    day=st.integers(-40, 45),
    precision=st.sampled_from([Precision.DAY, Precision.MONTH, Precision.NONE]),
    after=st.integers(0, 24 * 12),
)
PLANS = st.builds(
    Plan,
    ends=st.integers(0, 6),
    later=st.tuples(*[st.integers(0, 3)] * WEEKS),
    missed=st.frozensets(st.integers(1, WEEKS - 2), max_size=2),
    also=st.frozensets(st.integers(0, 7 * WEEKS), max_size=6),
    begins=st.integers(0, 2),
)


def stands(selection: Selection, window: Window) -> dict[str, Status | str]:
    """Return how each thing of the pool stands, by id."""
    earlier = shortlist.Earlier.of(selection.ledger, window)
    return {one.item.id: status_rules.status_of(one, window, earlier, LOOKBACK) for one in selection.pool}


OLD = Thing(day=-1, precision=Precision.DAY, after=0)
"""What its source shows from the first run on: beside it, things that show themselves later are no part of the archive."""
TUESDAYS = Plan(ends=6, later=(2,) * WEEKS, missed=frozenset(), also=frozenset(), begins=0)


@settings(max_examples=12, deadline=None, phases=[Phase.explicit, Phase.generate])
@example([OLD, Thing(day=41, precision=Precision.MONTH, after=30)], TUESDAYS)
@example([Thing(day=0, precision=Precision.NONE, after=0)], TUESDAYS)
@example([OLD, Thing(day=13, precision=Precision.NONE, after=10)], replace(TUESDAYS, later=(0,) * WEEKS, also=frozenset({13})))
@example([OLD, Thing(day=11, precision=Precision.MONTH, after=-24)], replace(TUESDAYS, ends=3, also=frozenset({10})))
@example([OLD, Thing(day=1, precision=Precision.MONTH, after=257)], replace(TUESDAYS, missed=frozenset({2, 3})))
@given(st.lists(THINGS, min_size=1, max_size=12), PLANS)
def test_each_thing_is_told_once_or_its_absence_is_said(things: list[Thing], plan: Plan) -> None:
    """Whatever a thing says of its date and whenever it shows itself, no second report tells it, and none loses it.

    It may only be missing where it is older than the first window, or where no run came after it. A reason that speaks of
    earlier reports, or of having been seen before, is given only for what a report has told or what is older than all.
    """
    weeks = plan.weeks()
    told: Counter[str] = Counter()
    evenings = [datetime.combine(FIRST + timedelta(days=day), time(18), UTC) for day in plan.also]
    asked = sorted(at for at in evenings if at > weeks[0][1])
    seen: dict[str, datetime] = {}
    with TemporaryDirectory() as folder:
        past = Past(Path(folder) / "s.db")
        for window, run in weeks:
            while asked and asked[0] < run:
                collect(past, asked.pop(0), things, seen)
            collect(past, run, things, seen)
            chosen = select(past.path, workspace(), window)
            for id_, how in stands(chosen, window).items():
                thing = things[int(id_.rpartition("/")[2])]
                told[id_] += isinstance(how, Status)
                if how in {status_rules.PASSED_OVER, status_rules.SEEN_BEFORE}:
                    assert told[id_] or not due(thing, seen[id_].date(), weeks[0][0].since, window.until), (thing, how, window)
                if not any(one.covered for one in chosen.shortlist.coverage):
                    continue
                inside = [one for one in things if one.shown <= run and window.since <= one.published <= window.until]
                if inside and not any(one.items for one in chosen.shortlist.coverage):
                    raise AssertionError(f"a false negative of {inside} in {window}")
            past.report(window.until, since=window.since, seen_until=run)
    assert all(times <= 1 for times in told.values()), told
    for number, thing in enumerate(things):
        id_ = f"url:https://x.test/{number}"
        if id_ in seen and due(thing, seen[id_].date(), weeks[0][0].since, weeks[-1][0].until):
            assert told[id_] == 1, (thing, weeks)


def due(thing: Thing, seen: date, since: date, until: date) -> bool:
    """Say whether reports over all these days must tell a thing: it is of one of their days, or may be, or was first seen on one."""
    first, last = dates.days(thing.item(0)) or (seen, seen)
    if thing.precision is not Precision.MONTH:
        return since <= last <= until
    if last > until:
        return since <= max(seen, first) <= until
    return last >= since and (first >= since or (seen >= since and seen - timedelta(days=LOOKBACK) <= last))


def collect(past: Past, at: datetime, things: list[Thing], seen: dict[str, datetime]) -> None:
    """Ask the source of the things."""
    shown = {number: one for number, one in enumerate(things) if one.shown <= at}
    for number in shown:
        seen.setdefault(f"url:https://x.test/{number}", at)
    covers = Interval(start=dates.EARLIEST, end=at)
    past.run(at, outcome("labs", covers=covers), labs=[one.item(number) for number, one in shown.items()])
