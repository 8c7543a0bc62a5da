"""What a curator is told once: sources that keep failing, that fell silent, and that became slow."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import accumulate
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.model import SEEN, Outcome, Result
from scout.pipeline.alerts import IN_A_ROW, RARE, SILENT, TIMES, alerts, fell, silence, slower

if TYPE_CHECKING:
    from collections.abc import Sequence

START = datetime(2026, 1, 6, 6, 15, tzinfo=UTC)


def weeks(*new: int | Result, days: int = 7, source: str = "blog") -> list[Outcome]:
    """Return one outcome a week: how many new items it brought, or how it failed."""
    return [
        Outcome(
            source=source,
            run=number,
            result=one if isinstance(one, Result) else Result.OK,
            why="403" if one is Result.BLOCKED else "",
            items_new=one if not isinstance(one, Result) else 0,
            ended=None if one is Result.NOT_FINISHED else START + timedelta(days=days * number, seconds=number % 3),
        )
        for number, one in enumerate(new)
    ]


def told(history: Sequence[Outcome]) -> list[int]:
    """Return the runs in which something is told."""
    return [one.run for one in history if alerts(history, one.run)]


def test_three_failures_in_a_row_are_told_in_the_third_run_alone() -> None:
    """With the result, since when, and what to do; after a good answer it may be told again."""
    down = Result.UNREACHABLE
    history = weeks(5, down, Result.BLOCKED, Result.BLOCKED, down, down, 4, down, down, 3, Result.PARTIAL, down, down)
    assert told(history) == [3, 12]
    (alert,) = alerts(history, 3)
    assert (alert.source, alert.result) == ("blog", Result.BLOCKED)
    assert "failed in 3 runs in a row (blocked: 403; never read yet)" in alert.what
    assert "scout sources test blog" in alert.advice


def test_a_run_that_was_broken_off_neither_counts_nor_comforts() -> None:
    """A source that a killed run never reached has not failed, and has not answered either."""
    down, killed = Result.UNREACHABLE, Result.NOT_FINISHED
    assert told(weeks(1, killed, killed, killed, killed)) == []
    assert told(weeks(1, down, down, killed, down, down)) == [4]


@given(st.lists(st.sampled_from([1, Result.EMPTY, Result.BLOCKED, Result.UNREACHABLE, Result.PARTIAL]), max_size=30))
def test_every_row_of_failures_is_told_once(answers: list[int | Result]) -> None:
    """However the weeks go: one alert for each row of three failures or more."""
    history = weeks(*answers)
    rows = "".join("." if one.result in SEEN else "x" for one in history).split(".")
    assert len(told(history)) == sum(len(row) >= IN_A_ROW for row in rows)


def test_a_feed_that_falls_silent_is_told_once() -> None:
    """Ten a week for two months, then hardly any: said when two weeks show it, and not every week again."""
    history = weeks(40, 10, 12, 9, 11, 10, 8, 12, 10, 1, 0, 0, 1, 0, 0, 0, 0, 0)
    assert told(history) == [10]
    (alert,) = alerts(history, 10)
    assert alert.what == "brought 1 new items in the last 14 days, where it usually brings 21"
    assert slower(history[:11]) == {"blog": alert.what}


def test_a_slow_feed_is_told_when_its_fall_can_be_seen() -> None:
    """Three a week need four weeks to tell silence from chance."""
    assert told(weeks(9, *[3] * 17, *[0] * 6)) == [20]


@pytest.mark.parametrize(
    "new",
    [
        (40, *[10] * 12),
        (400, *[1, 0, 2, 0, 0, 1] * 5),
        (40, *[10, 11, 0, 0, 9, 10] * 4),
        (3, 10, 0, 0),
        (40, *[5] * 6, 2000, *[5] * 8),
        (40, *[10] * 8, Result.UNREACHABLE, 20, *[10] * 4),
        (40, *[20] * 10, *[8] * 8),
    ],
    ids=["steady", "seldom", "pauses as it always did", "too young to tell", "a backfill", "caught up after a failure", "halved"],
)
def test_what_is_no_fall_is_not_told(new: tuple[int | Result, ...]) -> None:
    """The first answer, a backfill, a pause that is usual, and a mere slowing are nobody's alarm."""
    assert told(weeks(*new)) == []


def test_a_source_that_fails_now_is_not_called_slow() -> None:
    """Its failure says it all."""
    history = weeks(40, *[10] * 10, 0, 0)
    assert fell(history)
    assert not fell([*history, *weeks(*[0] * 13, Result.BLOCKED)[13:]])
    assert not fell([])


def test_sources_do_not_mix() -> None:
    """Each has its own past, whatever the others did in the same runs."""
    one, other = weeks(5, Result.BLOCKED, Result.BLOCKED, Result.BLOCKED), weeks(5, 6, 7, 8, source="other")
    mixed = [outcome for pair in zip(one, other, strict=True) for outcome in pair]
    assert [alert.source for alert in alerts(mixed, 3)] == ["blog"]


def days(*gaps: int) -> list[date]:
    """Return the days on which a source brought something, by the gaps between them."""
    return list(accumulate((timedelta(days=gap) for gap in gaps), lambda day, gap: day + gap, initial=date(2026, 1, 1)))


def silent_after(come: Sequence[date]) -> int:
    """Return after how many days without anything a source is called silent."""
    return next(lasted for lasted in range(2000) if silence(come, come[-1] + timedelta(days=lasted)))


@pytest.mark.parametrize(
    ("gaps", "after"),
    [
        ([7] * 8, 22),
        ([30] * 5, 91),
        ([1, 1, 1, 1, 3] * 4, 7),
        ([1, 1, 1, 40] * 5, 41),
        ([1] * 30 + [60] + [1] * 30, 7),
        ([1] * 100 + [30] * 40, 91),
    ],
    ids=["weekly", "monthly", "on workdays", "in bursts", "one pause in its life", "slower for years now"],
)
def test_a_source_is_silent_after_three_usual_gaps(gaps: list[int], after: int) -> None:
    """And not before a week, nor while it pauses as it often did; what it did long ago does not count."""
    assert silent_after(days(*gaps)) == after


def test_a_silence_is_told_with_its_length_and_what_is_usual() -> None:
    """In words that say since when."""
    said = silence(days(*[7] * 8), date(2026, 3, 31))
    assert said == "silent for 33 days (since 2026-02-26), where its usual gap is 7 days"


def test_a_source_of_few_days_has_no_usual_gap() -> None:
    """Five days on which something came tell nothing, nor does none; the sixth does."""
    for few in ([], days(), days(*[7] * 4)):
        assert not silence(few, date(2030, 1, 1))
    assert silence(days(*[7] * 5), date(2030, 1, 1))


def test_time_that_was_not_read_is_no_silence() -> None:
    """A service that is asked for a window says nothing of the months in which nobody asked."""
    come, today = days(*[7] * 8), date(2026, 6, 1)
    assert silence(come, today)
    assert not silence(come, today, read_since=date(2026, 5, 20))
    assert silence(come, today, read_since=date(2026, 1, 1)) == silence(come, today)


@given(st.lists(st.integers(1, 100), min_size=5, max_size=39), st.integers(0, 400))
def test_silence_is_rare_and_lasts(gaps: list[int], lasted: int) -> None:
    """What is called silent has hardly ever paused so long, and stays silent until something comes."""
    come = days(*gaps)
    today = come[-1] + timedelta(days=lasted)
    if silence(come, today):
        assert sum(gap < lasted for gap in gaps) >= RARE * len(gaps)
        assert sum(TIMES * gap < lasted for gap in gaps) >= len(gaps) / 2
        assert silence(come, today + timedelta(days=1))
        assert not silence([*come, today], today)


def test_a_source_that_fell_silent_is_told_once() -> None:
    """Through failures and weeks of silence; after something came, it may be told again. Silent from the start, it is not told."""
    history = weeks(5, 1, 0, 0, Result.UNREACHABLE, 0, 3, 0, 0)
    silent = [replace(one, notes=("moved", f"{SILENT}30 days")) if one.run in (2, 3, 5, 7, 8) else one for one in history]
    assert told(silent) == [2, 7]
    (alert,) = alerts(silent, 2)
    assert (alert.source, alert.what) == ("blog", "is silent for 30 days")
    assert "scout sources test blog" in alert.advice
    assert told([replace(one, notes=(f"{SILENT}900 days",)) for one in history]) == []


def test_a_silent_source_is_not_called_slow_besides() -> None:
    """Its silence says it all."""
    history = weeks(40, *[10] * 10, 0, 0)
    assert fell(history)
    assert not fell([*history[:-1], replace(history[-1], notes=(f"{SILENT}15 days",))])
