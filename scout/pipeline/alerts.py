"""What a curator must be told once: a source that keeps failing, and one that brings far fewer items than it used to.

Pure: stored outcomes in, alerts out. Both are said on the run in which they become true, and not again while they stay true.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median
from typing import TYPE_CHECKING

from scout.model import SEEN, Result

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scout.model import Outcome

IN_A_ROW = 3
"""Failed runs after which a source is said to keep failing."""
SPANS = (14, 28, 56)
"""Days over which items are counted: the slower a source, the longer it takes to tell that it became slower."""
EARLIER = 3, 6
"""At least and at most so many earlier spans say what is usual."""
USUAL = 8
"""Items that a span usually brings, from which a fall can be told from chance."""
FELL_TO = 1 / 4
"""A span that brings at most this share of what is usual, and less than each earlier one, has fallen."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to be told: the source, its last result, what is wrong, and what to do."""

    source: str
    result: Result
    what: str
    advice: str


def alerts(outcomes: Iterable[Outcome], run: int) -> list[Alert]:
    """Return what became true in a run. `outcomes` are those of all runs, oldest first."""
    past = _by_source(one for one in outcomes if one.run <= run).values()
    return [alert for history in past if history[-1].run == run for alert in (_failing(history), _slower(history)) if alert]


def slower(outcomes: Iterable[Outcome]) -> dict[str, str]:
    """Return the sources that bring far fewer items than they used to, each with the words for it."""
    return {source: words for source, history in _by_source(outcomes).items() if (words := fell(history))}


def _by_source(outcomes: Iterable[Outcome]) -> dict[str, list[Outcome]]:
    past: dict[str, list[Outcome]] = defaultdict(list)
    for one in outcomes:
        if one.result is not Result.NOT_FINISHED:  # a run that was broken off says nothing of its sources
            past[one.source].append(one)
    return past


def _failing(history: Sequence[Outcome]) -> Alert | None:
    """Say that the last run was the third failed one in a row."""
    streak = next((back for back, one in enumerate(reversed(history)) if one.result in SEEN), len(history))
    if streak != IN_A_ROW:
        return None
    last = history[-1]
    since = f"last read {last.last_success:%Y-%m-%d}" if last.last_success else "never read yet"
    return Alert(
        source=last.source,
        result=last.result,
        what=f"failed in {IN_A_ROW} runs in a row ({last.result}{f': {last.why}' if last.why else ''}; {since})",
        advice=f"try `scout sources test {last.source}`, then correct its address in feeds.yaml, or set `pause: true` there",
    )


def _slower(history: Sequence[Outcome]) -> Alert | None:
    """Say that a source's rate fell, unless it had fallen within the longest span already."""
    now = fell(history)
    if not now:
        return None
    last = history[-1]
    recent = _day(last) - timedelta(days=SPANS[-1])
    told = any(fell(history[:end]) for end in range(1, len(history)) if _day(history[end - 1]) > recent)
    advice = f"open it beside `scout sources test {last.source}`: it may have moved, or its feed may have been cut"
    return None if told else Alert(source=last.source, result=last.result, what=now, advice=advice)


def fell(history: Sequence[Outcome]) -> str:
    """Say in words that a source brings far fewer items than it used to, else nothing. `history` is of one source, oldest first.

    Counted are new items by the day of the run. The first answer is left out: it shows what had gathered before. What failed
    last is no news here.
    """
    answers = [one for one in history if one.result in SEEN and one.ended]
    if len(answers) < 2 or history[-1] is not answers[-1]:
        return ""
    first, last = _day(answers[0]), _day(answers[-1])
    brought = [((last - _day(one)).days, one.items_new) for one in answers[1:]]
    for days in SPANS:
        spans = min((last - first).days // days, EARLIER[1] + 1)
        counts = [sum(new for ago, new in brought if ago // days == span) for span in range(spans)]
        if len(counts) <= EARLIER[0]:
            break
        usual = median(counts[1:])
        if usual >= USUAL and counts[0] <= FELL_TO * usual and counts[0] < min(counts[1:]):
            return f"brought {counts[0]} new items in the last {days} days, where it usually brings {usual:.0f}"
    return ""


def _day(one: Outcome) -> date:
    return one.ended.date() if one.ended else date.max
