"""The calendar of the sources says of each day what coverage says of a window."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from fakes import FakeSource
from hypothesis import given
from hypothesis import strategies as st
from past import Past, outcome, workspace

from scout.model import Interval, Result, Window
from scout.pipeline.calendar import Sight, _sight, calendar

if TYPE_CHECKING:
    from pathlib import Path

START = datetime(2026, 5, 18, tzinfo=UTC)
WINDOW = Window(since=date(2026, 5, 17), until=date(2026, 5, 24))
RUN = datetime(2026, 5, 25, 6, tzinfo=UTC)


def span(first: float, last: float) -> Interval:
    """Return an interval in days after the start."""
    return Interval(start=START + timedelta(days=first), end=START + timedelta(days=last))


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """Return a past without anything in it."""
    return Past(tmp_path / "s.db")


def days(past: Past, *sources: FakeSource) -> str:
    """Return the first source's days, a letter each."""
    (found, *_) = calendar(past.path, workspace(*sources), WINDOW)
    return "".join(str(sight)[0] for sight in found.days)


def test_a_day_is_seen_where_answers_reach_over_all_of_it(past: Past) -> None:
    """Two answers that meet cover it together; a part of a day, or an answer that lacked something, is partly."""
    past.run(RUN, outcome("labs", covers=span(0, 2.5)))
    past.run(RUN, outcome("labs", covers=span(2.5, 4.25)))
    past.run(RUN, outcome("labs", Result.PARTIAL, covers=span(5, 6)))
    past.run(RUN, outcome("labs", Result.BLOCKED, why="403"))
    assert days(past) == "nssssppn"
    (found,) = calendar(past.path, workspace(), WINDOW)
    assert found.why == "blocked: 403"
    assert [(sight, until) for sight, _, until in found.spans][1] == (Sight.SEEN, date(2026, 5, 21))


def test_what_was_never_asked_or_is_paused_says_so(past: Past) -> None:
    """Nothing is seen, and why stands beside it."""
    past.run(RUN, outcome("others", covers=span(0, 9)))
    assert days(past) == "n" * 8
    never, paused = calendar(past.path, workspace(FakeSource(name="labs"), FakeSource(name="b", pause=True)), WINDOW)
    assert (never.why, paused.why) == ("never asked", "paused in feeds.yaml")


@given(st.lists(st.tuples(st.floats(-2, 9), st.floats(-2, 9)), max_size=6))
def test_a_day_and_a_window_agree(given: list[tuple[float, float]]) -> None:
    """A day is seen only if one of the joined spans covers it, never seen where none touches it."""
    spans = [span(*sorted(pair)) for pair in given]
    for number in range(WINDOW.days):
        day = WINDOW.since + timedelta(days=number)
        own = Window(since=day, until=day)
        sight = _sight(own, spans, ())
        assert (sight is Sight.SEEN) == any(one.start <= own.start and one.end >= own.end for one in spans)
        touching = [one for one in spans if one.start < own.end and one.end > own.start]
        assert (sight is Sight.NOT_SEEN) == (not touching)
