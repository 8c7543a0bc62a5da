"""Dates from outside: read with the precision that they have, never completed by guessing.

A date that cannot count (unreadable, before 1990, more than two days ahead) keeps its words and has no instant.
Naive times are taken as UTC, which moves nothing by more than 14 hours.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from dateutil import parser as dateutil

from scout.errors import UsageError
from scout.model import Precision, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

# Two moments that share no field: where both readings agree, the text itself says so; where not, dateutil filled the gap.
_FILLERS = (datetime(2001, 2, 3, 4, 5, 6), datetime(2012, 11, 10, 9, 8, 7))  # noqa: DTZ001 -- naive on purpose
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = 3000
AHEAD = timedelta(days=2)
_MONTH = re.compile(r"^(\d{4})-(\d{1,2})$|^[A-Za-z]{3,9}\.? \d{4}$")
_NUMERIC = re.compile(r"^\s*(\d{1,2})([/.])(\d{1,2})\2(\d{4})\b")
_EPOCH = re.compile(r"^\d{9,10}(\.\d+)?$|^\d{12,13}$")
_ZONES = {
    "UT": 0,
    "GMT": 0,
    "Z": 0,
    "EST": -5,
    "EDT": -4,
    "CST": -6,
    "CDT": -5,
    "MST": -7,
    "MDT": -6,
    "PST": -8,
    "PDT": -7,
    "CET": 1,
    "CEST": 2,
    "BST": 1,
    "JST": 9,
    "IST": 5.5,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Dated:
    """A date as read: `at` in UTC or None, its precision, and the words it was claimed in where it cannot count."""

    at: datetime | None = None
    precision: Precision = Precision.NONE
    claimed: str = ""


def _zone(name: str | None, offset: int | None) -> int | None:
    if offset is not None:
        return offset
    hours = _ZONES.get((name or "").upper())
    return None if hours is None else int(hours * 3600)


def _read(text: str) -> tuple[datetime, Precision] | None:
    if _EPOCH.match(text):
        seconds = float(text) / (1000 if len(text) >= 12 and "." not in text else 1)
        return datetime.fromtimestamp(seconds, UTC), Precision.SECOND
    dayfirst = False
    if numeric := _NUMERIC.match(text):
        first, second = int(numeric[1]), int(numeric[3])
        if first <= 12 and second <= 12 and first != second and numeric[2] == "/":
            return None  # 03/04/2026 is two days, and which one is a guess
        dayfirst = first > 12 or numeric[2] == "."
    one, two = (dateutil.parse(text, default=filler, tzinfos=_zone, dayfirst=dayfirst) for filler in _FILLERS)
    if one.year != two.year:
        return None
    if one.month != two.month or one.day != two.day:
        return (datetime(one.year, one.month, 1, tzinfo=UTC), Precision.MONTH) if one.month == two.month else None
    if one.hour != two.hour:
        return datetime(one.year, one.month, one.day, tzinfo=UTC), Precision.DAY
    exact = one.replace(
        second=0 if one.second != two.second else one.second, minute=0 if one.minute != two.minute else one.minute
    )
    return (exact.astimezone(UTC) if exact.tzinfo else exact.replace(tzinfo=UTC)), Precision.SECOND


def parse_date(text: str, *, now: datetime) -> Dated:
    """Read one date as feeds, pages and APIs write it; `now` bounds what can be true."""
    text = re.sub(r"\s+", " ", text).strip()[:100]
    if not text:
        return Dated()
    try:
        found = _read(text)
    except (ValueError, OverflowError, OSError, TypeError, AttributeError):
        found = None
    if found is None:
        return Dated(claimed=text)
    return bounded(found[0], found[1], text, now=now)


def bounded(at: datetime, precision: Precision, claimed: str, *, now: datetime) -> Dated:
    """Let a date count only between 1990 and two days from `now`; beyond, keep the claim alone."""
    if EARLIEST <= at <= now + AHEAD:
        return Dated(at=at, precision=precision)
    return Dated(claimed=claimed)


def ahead(claimed: str, *, now: datetime) -> bool:
    """Say whether a claim did not count at `now` only because it lay too far ahead: it counts once its day has come."""
    at = parse_date(claimed, now=datetime(LATEST, 1, 1, tzinfo=UTC)).at
    return at is not None and at > now + AHEAD


def day(text: str, option: str) -> date:
    """Read a day given on the command line or in feeds.yaml, `YYYY-MM-DD`, of a year in which a date can count."""
    try:
        found = date.fromisoformat(text)
    except ValueError as exc:
        raise UsageError(f"{option}: {text!r} is not a day; write it as YYYY-MM-DD, e.g. 2026-05-18") from exc
    if not EARLIEST.year <= found.year < LATEST:
        raise UsageError(f"{option}: {found} lies outside of the years {EARLIEST.year} to {LATEST - 1} that scout can search")
    return found


def instant(text: str, option: str) -> datetime:
    """Read an instant that a user gives, ISO 8601 with its time zone, of a year in which a date can count; to the second, UTC."""
    try:
        found = datetime.fromisoformat(text.strip())
        found = found.astimezone(UTC).replace(microsecond=0) if found.tzinfo else None
    except (ValueError, OverflowError):
        found = None
    if found is None or not EARLIEST.year <= found.year < LATEST:
        years = f"of the years {EARLIEST.year} to {LATEST - 1}"
        raise UsageError(f"{option}: {text!r} is not an instant {years}; write it with its time zone, e.g. 2026-05-18T06:15:00Z")
    return found


def window(since: date | None, until: date | None, *, today: date, reports: Sequence[date]) -> Window:
    """Derive the window: from the day after the last report before it (else 7 days), to today, unless given."""
    until = until or today
    if since is None:
        earlier = [report for report in reports if report < until]
        since = max(earlier) + timedelta(days=1) if earlier else until - timedelta(days=6)
    if since > until:
        raise UsageError(f"the window ends before it starts: --since {since} is after --until {until}")
    return Window(since=since, until=until)


def show(at: datetime | None, precision: Precision = Precision.SECOND) -> str:
    """Write an instant with the precision it has: `2026-05-18`, `2026-05`, or an empty string."""
    if at is None or precision is Precision.NONE:
        return ""
    return f"{at:%Y-%m}" if precision is Precision.MONTH else f"{at:%Y-%m-%d}"
