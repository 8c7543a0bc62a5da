"""Stretches of time as sets: joined, cut, counted, and remembered between runs. Pure arithmetic, half-open, UTC.

Services without validators (arXiv, Hacker News) answer by time, so what they have answered in full is known as spans.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from scout.model import Interval

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

SETTLED = timedelta(days=10)
"""How long after its end a span may still gain something: papers held by moderators, threads that gather points."""

NOTHING = Interval(start=datetime.min.replace(tzinfo=UTC), end=datetime.min.replace(tzinfo=UTC))
"""No time at all: what a page covers that needs others beside it."""


def union(spans: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the same time in the fewest spans, in order; spans that touch become one, empty ones vanish."""
    joined: list[Interval] = []
    for span in sorted((span for span in spans if span.start < span.end), key=lambda span: span.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Interval(start=joined[-1].start, end=max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def subtract(span: Interval, known: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return what of `span` is in none of `known`."""
    rest: list[Interval] = []
    at = span.start
    for other in union(known):
        if other.start > at:
            rest.append(Interval(start=at, end=min(other.start, span.end)))
        at = max(at, other.end)
    rest.append(Interval(start=at, end=span.end))
    return tuple(part for part in rest if part.start < part.end)


def partition(span: Interval, parts: int) -> tuple[Interval, ...]:
    """Cut `span` into about `parts` equal ones at whole minutes; fewer where it is too short, never an empty one."""
    length = (span.end - span.start) / parts
    cuts = {(span.start + length * n).replace(second=0, microsecond=0) for n in range(1, parts)}
    edges = [span.start, *sorted(cut for cut in cuts if span.start < cut < span.end), span.end]
    return tuple(Interval(start=start, end=end) for start, end in pairwise(edges))


def weekdays(span: Interval) -> int:
    """Count the whole days in `span` that are Monday to Friday."""
    day = span.start.replace(hour=0, minute=0, second=0, microsecond=0)
    if day < span.start:
        day += timedelta(days=1)
    return sum((day + timedelta(days=n)).weekday() < 5 for n in range(max((span.end - day).days, 0)))


def to_json(span: Interval) -> list[str]:
    """Write a span as two ISO 8601 instants."""
    return [span.start.isoformat(), span.end.isoformat()]


def from_json(value: Any) -> Interval | None:
    """Read what `to_json` wrote; None for anything else, a local time included."""
    try:
        start, end = (datetime.fromisoformat(text) for text in value)
        return (
            Interval(start=start.astimezone(UTC), end=end.astimezone(UTC))
            if start.tzinfo and end.tzinfo and start < end
            else None
        )
    except (TypeError, ValueError, OverflowError):
        return None


@dataclass(frozen=True, slots=True, kw_only=True)
class AnsweredIntervals:
    """What has been answered in full of one question. `key` names the question in a source's state: another one starts anew."""

    key: str
    spans: tuple[Interval, ...] = ()

    @classmethod
    def recall(cls, state: Mapping[str, Any], *question: object) -> AnsweredIntervals:
        """Read from a source's state what earlier runs had of this question; nothing, where the state is not readable."""
        key = f"answered {sha256(repr(question).encode()).hexdigest()[:16]}"
        rows = state.get(key)
        read = map(from_json, rows if isinstance(rows, list) else [])
        return cls(key=key, spans=union(span for span in read if span))

    def adding(self, span: Interval) -> AnsweredIntervals:
        """Return it with one more span."""
        return replace(self, spans=union((*self.spans, span)))

    def around(self, instant: datetime) -> Interval | None:
        """Return the span that holds this instant."""
        return next((span for span in self.spans if span.start <= instant < span.end), None)

    def state(self, now: datetime, *, until: datetime | None = None) -> dict[str, Any]:
        """Return what is worth remembering: the time that had settled by `now`; the rest must be asked again.

        `until`: nothing later could be read, whatever was answered.
        """
        before = min(now - SETTLED, until or now)
        settled = (Interval(start=span.start, end=min(span.end, before)) for span in self.spans)
        return {self.key: [to_json(span) for span in union(settled)]}
