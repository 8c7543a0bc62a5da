"""Spans: sets of time keep every instant and invent none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scout.model import Interval
from scout.sources.intervals import SETTLED, AnsweredIntervals, from_json, partition, subtract, to_json, union, weekdays

EPOCH = datetime(2026, 5, 1, tzinfo=UTC)
minutes = st.integers(0, 60 * 24 * 40)


def at(minute: int) -> datetime:
    """Return the instant so many minutes after May began."""
    return EPOCH + timedelta(minutes=minute)


spans = st.tuples(minutes, minutes).map(lambda pair: Interval(start=at(min(pair)), end=at(max(pair) + 1)))


def holds(parts: tuple[Interval, ...] | list[Interval], instant: datetime) -> bool:
    """Say whether any of the spans holds the instant."""
    return any(part.start <= instant < part.end for part in parts)


@given(st.lists(spans), minutes)
def test_union_holds_exactly_what_its_spans_hold(several: list[Interval], minute: int) -> None:
    """Joining loses no instant, adds none, and leaves no two spans that touch."""
    joined = union(several)
    assert holds(joined, at(minute)) == holds(several, at(minute))
    assert all(one.end < two.start for one, two in pairwise(joined))
    assert union(joined) == joined


@given(spans, st.lists(spans), minutes)
def test_subtract_leaves_what_is_not_known(span: Interval, known: list[Interval], minute: int) -> None:
    """An instant is left to ask for if it is in the span and in nothing known."""
    rest = subtract(span, known)
    assert holds(rest, at(minute)) == (holds([span], at(minute)) and not holds(known, at(minute)))


@given(spans, st.integers(1, 50))
def test_partition_covers_the_span_once(span: Interval, parts: int) -> None:
    """The parts follow one another from the span's start to its end, and none is empty."""
    cut = partition(span, parts)
    assert cut[0].start == span.start
    assert cut[-1].end == span.end
    assert all(part.start < part.end for part in cut)
    assert all(one.end == two.start for one, two in pairwise(cut))
    assert len(cut) <= parts


@given(spans)
def test_a_span_survives_json(span: Interval) -> None:
    """Writing and reading is the identity."""
    assert from_json(to_json(span)) == span


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_any_json_can_be_remembered_as_nothing(value: object) -> None:
    """A state that cannot be read is no error: everything is asked again."""
    assert from_json(value) is None
    assert AnsweredIntervals.recall({AnsweredIntervals.recall({}, "q").key: value}, "q").spans == ()


def test_a_local_time_is_no_instant() -> None:
    """What an instant is must not depend on the machine's time zone."""
    assert from_json(["2026-05-18T00:00:00", "2026-05-19T00:00:00"]) is None


def test_weekdays_count_whole_days_from_monday_to_friday() -> None:
    """A Saturday and a Sunday are no weekdays, and neither is half a Monday."""
    friday_noon = datetime(2026, 5, 22, 12, tzinfo=UTC)
    assert weekdays(Interval(start=friday_noon, end=friday_noon + timedelta(days=3))) == 0
    assert weekdays(Interval(start=friday_noon, end=friday_noon + timedelta(days=4))) == 1
    assert weekdays(Interval(start=datetime(2026, 5, 18, tzinfo=UTC), end=datetime(2026, 5, 25, tzinfo=UTC))) == 5


@given(spans, minutes)
def test_only_settled_time_is_remembered(span: Interval, minute: int) -> None:
    """What comes back from the state is the answered span, but for the last ten days before the asking."""
    now = at(minute)
    kept = AnsweredIntervals.recall(AnsweredIntervals.recall({}, "q").adding(span).state(now), "q").spans
    settled = Interval(start=span.start, end=min(span.end, now - SETTLED))
    assert kept == union([settled])


def test_another_question_remembers_nothing() -> None:
    """The fingerprint keeps the spans of one query from silencing another."""
    span = Interval(start=at(0), end=at(60))
    state = AnsweredIntervals.recall({}, "cat:cs.LG").adding(span).state(at(60 * 24 * 30))
    assert AnsweredIntervals.recall(state, "cat:cs.LG").spans == (span,)
    assert AnsweredIntervals.recall(state, "cat:cs.DC").spans == ()
