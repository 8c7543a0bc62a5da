"""Compute until which submission time arXiv has announced papers. Pure; all instants are UTC.

Source: info.arxiv.org/help/availability, "Announcement Schedule" and "Holidays". Submissions close at 14:00 US Eastern on
weekdays and are announced at 20:00 on that evening, those of Friday on Sunday evening. On a holiday nothing closes and nothing
is announced: its papers come with the next batch. The calendar is a hint; papers found take precedence over it.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from scout.model import Interval
from scout.sources import intervals

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

EASTERN = ZoneInfo("America/New_York")
CLOSES, ANNOUNCED = time(14), time(20)
FRIDAY, SATURDAY = 4, 5
HOLIDAYS = frozenset(
    date.fromisoformat(day)
    for day in (
        *("2023-01-16", "2023-06-14", "2023-06-19", "2023-07-04", "2023-09-04", "2023-11-23", "2023-12-25", "2023-12-27"),
        *("2026-01-01", "2026-01-19", "2026-06-19", "2026-07-03", "2026-09-07", "2026-11-26", "2026-12-25", "2026-12-29"),
        "2026-12-31",
    )
)
"""Days whose announcement is deferred, of the years whose list was known; other years are inferred from the papers alone."""
WEEKEND_RATE = 0.4
"""Submissions a weekend hour against a weekday hour; 0.46 in 36,000 papers of spring 2026, less in small categories."""
EXPECTED = 8.0
"""Papers expected after the newest one before a batch counts as missing: by chance, one in 3,000."""

LEAST_HOURS = 48.0
"""The least time, in weekday hours, over which a rate is taken: a burst of an hour is none."""


def last_cut_off(now: datetime) -> datetime:
    """Return the latest cut-off whose papers are announced by `now`, per the calendar."""
    day = now.astimezone(EASTERN).date()
    while not _closes(day) or _announced(day) > now:
        day -= timedelta(days=1)
    return _eastern(day, CLOSES)


def readable_until(now: datetime, submitted: Collection[datetime], answered: Iterable[Interval] = ()) -> datetime:
    """Return until when arXiv could be read at `now`, given the submissions it showed and the intervals answered.

    A paper newer than the calendar allows extends it: to the cut-off of that paper's batch where that is past, else to the
    paper. Where papers were to be expected after the newest one, by the rate of those before it, and none is there, the batch
    is missing: then it ends with the newest paper.
    """
    until = last_cut_off(now)
    newest = max((at for at in submitted if at <= now), default=None)
    if newest is None:
        return until
    if newest > until:
        closes = _cut_off_of(newest)
        return closes if closes <= now else newest
    asked = intervals.union(answered)
    before = sum(_weight(Interval(start=span.start, end=min(span.end, newest))) for span in asked if span.start < newest)
    missed = sum(
        _weight(Interval(start=max(span.start, newest), end=min(span.end, until)))
        for span in asked
        if span.end > newest and span.start < until
    )
    expected = len(submitted) * missed / max(before, LEAST_HOURS)
    return newest if len(submitted) >= EXPECTED and expected >= EXPECTED else until


def _eastern(day: date, at: time) -> datetime:
    return datetime.combine(day, at, EASTERN).astimezone(UTC)


def _closes(day: date) -> bool:
    """Say whether submissions close on this day."""
    return day.weekday() <= FRIDAY and day not in HOLIDAYS


def _announced(day: date) -> datetime:
    """Return when the papers of a cut-off are announced: in the evening, those of Friday on Sunday."""
    return _eastern(day + timedelta(days=2) if day.weekday() == FRIDAY else day, ANNOUNCED)


def _cut_off_of(paper: datetime) -> datetime:
    """Return the first weekday's cut-off at or after a submission, ignoring holidays: this batch was announced."""
    day = paper.astimezone(EASTERN).date()
    while day.weekday() > FRIDAY or _eastern(day, CLOSES) < paper:
        day += timedelta(days=1)
    return _eastern(day, CLOSES)


def _weight(span: Interval) -> float:
    """Return the hours of a span, those of a Saturday or Sunday (UTC) counted at WEEKEND_RATE."""
    hours, at = 0.0, span.start
    while at < span.end:
        midnight = datetime.combine(at.date() + timedelta(days=1), time.min, UTC)
        until = min(midnight, span.end)
        hours += (until - at) / timedelta(hours=1) * (WEEKEND_RATE if at.weekday() >= SATURDAY else 1.0)
        at = until
    return hours
