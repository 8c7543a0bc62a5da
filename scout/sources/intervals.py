"""Compute with sets of half-open intervals in UTC, and store those already fetched. No I/O.

Services without HTTP validators (arXiv, Hacker News) are queried by time, so what was fetched in full is kept as intervals.
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
"""Time after its end in which an interval may gain items: papers held by moderators, threads gaining points."""

NOTHING = Interval(start=datetime.min.replace(tzinfo=UTC), end=datetime.min.replace(tzinfo=UTC))
"""Empty interval: what one page of several covers alone."""


def union(spans: Iterable[Interval]) -> tuple[Interval, ...]:
    """Merge overlapping and adjacent intervals, in order; empty ones are dropped."""
    joined: list[Interval] = []
    for span in sorted((span for span in spans if span.start < span.end), key=lambda span: span.start):
        if joined and span.start <= joined[-1].end:
            joined[-1] = Interval(start=joined[-1].start, end=max(joined[-1].end, span.end))
        else:
            joined.append(span)
    return tuple(joined)


def subtract(span: Interval, known: Iterable[Interval]) -> tuple[Interval, ...]:
    """Return the parts of `span` in none of `known`."""
    rest: list[Interval] = []
    at = span.start
    for other in union(known):
        if other.start > at:
            rest.append(Interval(start=at, end=min(other.start, span.end)))
        at = max(at, other.end)
    rest.append(Interval(start=at, end=span.end))
    return tuple(part for part in rest if part.start < part.end)


def partition(span: Interval, parts: int) -> tuple[Interval, ...]:
    """Split `span` into about `parts` equal ones at whole minutes; fewer if it is short, none empty."""
    length = (span.end - span.start) / parts
    cuts = {(span.start + length * n).replace(second=0, microsecond=0) for n in range(1, parts)}
    edges = [span.start, *sorted(cut for cut in cuts if span.start < cut < span.end), span.end]
    return tuple(Interval(start=start, end=end) for start, end in pairwise(edges))


def weekdays(span: Interval) -> int:
    """Count the whole days in `span` from Monday to Friday."""
    day = span.start.replace(hour=0, minute=0, second=0, microsecond=0)
    if day < span.start:
        day += timedelta(days=1)
    return sum((day + timedelta(days=n)).weekday() < 5 for n in range(max((span.end - day).days, 0)))


def to_json(span: Interval) -> list[str]:
    """Return an interval as two ISO 8601 instants."""
    return [span.start.isoformat(), span.end.isoformat()]


def from_json(value: Any) -> Interval | None:
    """Parse the output of `to_json`; None for anything else, including naive times."""
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
    """Intervals fetched in full for one query. `key` identifies the query in a source's state; a changed query has none."""

    key: str
    spans: tuple[Interval, ...] = ()

    @classmethod
    def recall(cls, state: Mapping[str, Any], *question: object) -> AnsweredIntervals:
        """Load this query's intervals from a source's state; none if the state is invalid."""
        key = f"answered {sha256(repr(question).encode()).hexdigest()[:16]}"
        rows = state.get(key)
        read = map(from_json, rows if isinstance(rows, list) else [])
        return cls(key=key, spans=union(span for span in read if span))

    def adding(self, span: Interval) -> AnsweredIntervals:
        """Return a copy with one more interval."""
        return replace(self, spans=union((*self.spans, span)))

    def around(self, instant: datetime) -> Interval | None:
        """Return the interval that contains an instant."""
        return next((span for span in self.spans if span.start <= instant < span.end), None)

    def state(self, now: datetime, *, until: datetime | None = None) -> dict[str, Any]:
        """Return the state to store: time settled by `now`; the rest is fetched again.

        `until`: nothing later was readable, whatever was fetched.
        """
        before = min(now - SETTLED, until or now)
        settled = (Interval(start=span.start, end=min(span.end, before)) for span in self.spans)
        return {self.key: [to_json(span) for span in union(settled)]}
