"""What a curator must be told once: a source that keeps failing, one that fell silent, one that brings far fewer items.

Pure: stored outcomes in, alerts out. Each is said on the run in which it becomes true, and not again while it stays true.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
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
REACH_DAYS = SPANS[-1] * (EARLIER[1] + 2)
"""How far back outcomes say anything: all spans, and once more the longest, to tell what is new from what was told before."""
USUAL = 8
"""Items that a span usually brings, from which a fall can be told from chance."""
FELL_TO = 1 / 4
"""A span that brings at most this share of what is usual, and less than each earlier one, has fallen."""
SILENT = "silent for "
"""How the note begins that says so of an outcome."""
RECENT = 40
"""Of how many days on which a source last brought something its usual gap is taken: old archives had another pace."""
FEWEST = 6
"""Days on which it must have brought something before it has a usual gap."""
TIMES, RARE = 3, 9 / 10
"""A source is silent after more than so many usual gaps (the median), and longer than this share of all: some come in bursts."""
SHORTEST = timedelta(days=7)
"""No shorter silence is told: what comes daily rests over holidays."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Alert:
    """One thing to be told: the source, its last result, what is wrong, and what to do."""

    source: str
    result: Result
    what: str
    advice: str


def alerts(outcomes: Iterable[Outcome], run: int) -> list[Alert]:
    """Return what became true in a run. `outcomes` are those of the last REACH_DAYS at least, oldest first."""
    past = _by_source(one for one in outcomes if one.run <= run).values()
    told = (_failing, _silent, _slower)
    return [alert for history in past if history[-1].run == run for find in told if (alert := find(history))]


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


def silence(days: Sequence[date], today: date, read_since: date | None = None) -> str:
    """Say in words that a source has brought nothing for far longer than usual, else nothing.

    `days` are those on which it brought something, each once, oldest first. Days before `read_since`, where given, were not read,
    and are no silence.
    """
    days = days[-RECENT:]
    if len(days) < FEWEST:
        return ""
    gaps = [later - earlier for earlier, later in pairwise(days)]
    usual = median(gap.days for gap in gaps)
    since = max(days[-1], read_since or days[-1])
    lasted = today - since
    longer = sum(lasted > gap for gap in gaps) >= RARE * len(gaps)
    if lasted < SHORTEST or lasted.days <= TIMES * usual or not longer:
        return ""
    return f"{SILENT}{lasted.days} days (since {since}), where its usual gap is {usual:g} day{'s' * (usual != 1)}"


def is_silent(outcome: Outcome) -> bool:
    """Say whether an outcome has the note that its source is silent."""
    return any(note.startswith(SILENT) for note in outcome.notes)


def _silent(history: Sequence[Outcome]) -> Alert | None:
    """Say that a source fell silent since it was last read; one that was silent when it was first read has the note alone."""
    last = history[-1]
    before = next((one for one in reversed(history[:-1]) if one.result in SEEN), None)
    if not is_silent(last) or before is None or is_silent(before):
        return None
    note = next(note for note in last.notes if note.startswith(SILENT))
    return Alert(source=last.source, result=last.result, what=f"is {note}", advice=_look(last))


def _look(last: Outcome) -> str:
    return f"open it beside `scout sources test {last.source}`: it may have moved, or its feed may have been cut"


def _slower(history: Sequence[Outcome]) -> Alert | None:
    """Say that a source's rate fell, unless it had fallen within the longest span already."""
    now = fell(history)
    if not now:
        return None
    last = history[-1]
    recent = _day(last) - timedelta(days=SPANS[-1])
    told = any(fell(history[:end]) for end in range(1, len(history)) if _day(history[end - 1]) > recent)
    return None if told else Alert(source=last.source, result=last.result, what=now, advice=_look(last))


def fell(history: Sequence[Outcome]) -> str:
    """Say in words that a source brings far fewer items than it used to, else nothing. `history` is of one source, oldest first.

    Counted are new items by the day of the run. The first answer is left out: it shows what had gathered before. What failed
    last is no news here, nor is what is silent.
    """
    answers = [one for one in history if one.result in SEEN and one.ended]
    if len(answers) < 2 or history[-1] is not answers[-1] or is_silent(history[-1]):
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
