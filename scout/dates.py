"""Parse dates from sources, with their stated precision; missing parts are never guessed.

A date that is not accepted (unreadable, before 1990, more than two days ahead) keeps its text and has no instant.
Naive times are read as UTC, an error of at most 14 hours.
"""

from __future__ import annotations

import calendar
import re
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from email.utils import parsedate_to_datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from scout.errors import UsageError
from scout.model import Precision, Window

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scout.model import Item, LedgerReport

# Two defaults that share no field: where two readings differ, dateutil filled in what the text does not state.
_FILLERS = (datetime(2001, 2, 3, 4, 5, 6), datetime(2012, 11, 10, 9, 8, 7))  # noqa: DTZ001 -- naive on purpose
EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
LATEST = 3000
AHEAD = timedelta(days=2)
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
BY_CONFERENCE = "program:starts"
"""`date_source` of a talk without a session time: `published` is its conference's first day, and means all its days."""
_MONTH = re.compile(r"^(\d{4})-(\d{1,2})$|^[A-Za-z]{3,9}\.? \d{4}$")
_NUMERIC = re.compile(r"^\s*(\d{1,2})([/.])(\d{1,2})\2(\d{4})\b")
_SHORT_YEAR = re.compile(
    r"(?i)^\s*+(?>(?:(?:mon|tue|wed|thu|fri|sat|sun)[a-z]*+[.,]*+\s++)?)(?:\d{1,2}([-/. ])\d{1,2}\1\d{1,2}(?!\d)|\d{6}(?!\d))"
)
_ISO = re.compile(r"(?:19|20)\d\d-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,6})?)?(?:Z|[+-][01]\d:?[0-5]\d)?)?")
_MAIL = re.compile(
    r"(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun), )?\d\d? (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) (?:19|20)\d\d "
    r"\d\d:\d\d(?::\d\d)? (?:GMT|UTC?|[ECMP][SD]T|[+-][01]\d[0-5]\d)"
)
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
    """A parsed date: `at` in UTC or None, its precision, and its text in `claimed` if not accepted."""

    at: datetime | None = None
    precision: Precision = Precision.NONE
    claimed: str = ""


def _zone(name: str | None, offset: int | None) -> int | None:
    if offset is not None:
        return offset
    hours = _ZONES.get((name or "").upper())
    return None if hours is None else int(hours * 3600)


@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[datetime, Precision] | None:
    """Parse a line of at most 100 characters into an instant in UTC and its precision."""
    if _SHORT_YEAR.match(text):
        return None  # 26-05-19 and 260519 may begin with the year or with the day
    try:
        return _standard(text) or _other(text)
    except (ValueError, OverflowError, OSError, TypeError, AttributeError):
        return None


def _standard(text: str) -> tuple[datetime, Precision] | None:
    """Parse the usual formats: RFC 3339, an ISO day, RFC 2822. Same results as `_other`, but faster."""
    if _ISO.fullmatch(text):
        at, precision = datetime.fromisoformat(text), Precision.DAY if len(text) == 10 else Precision.SECOND
    elif _MAIL.fullmatch(text):
        at, precision = parsedate_to_datetime(text), Precision.SECOND
    else:
        return None
    return (at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)), precision


def _other(text: str) -> tuple[datetime, Precision] | None:
    """Parse any other format with dateutil, twice: what both readings share is what the text states."""
    from dateutil import parser as dateutil  # noqa: PLC0415 -- 30 ms that few dates need

    if _EPOCH.match(text):
        seconds = float(text) / (1000 if len(text) >= 12 and "." not in text else 1)
        return datetime.fromtimestamp(seconds, UTC), Precision.SECOND
    dayfirst = False
    if numeric := _NUMERIC.match(text):
        first, second = int(numeric[1]), int(numeric[3])
        if first <= 12 and second <= 12 and first != second and numeric[2] == "/":
            return None  # 03/04/2026 is ambiguous
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
    """Parse a date from a feed, page or API; `now` limits how late it may be."""
    text = re.sub(r"\s+", " ", text).strip()[:100]
    if not text:
        return Dated()
    found = _read(text)
    if found is None:
        return Dated(claimed=text)
    return bounded(found[0], found[1], text, now=now)


def bounded(at: datetime, precision: Precision, claimed: str, *, now: datetime) -> Dated:
    """Accept a date between 1990 and two days after `now`; otherwise keep only its text."""
    if EARLIEST <= at <= now + AHEAD:
        return Dated(at=at, precision=precision)
    return Dated(claimed=claimed)


def ahead(claimed: str, *, now: datetime) -> bool:
    """Return whether a date was rejected at `now` only as too far ahead, so that it is accepted later."""
    at = parse_date(claimed, now=datetime(LATEST, 1, 1, tzinfo=UTC)).at
    return at is not None and at > now + AHEAD


def day(text: str, option: str) -> date:
    """Parse a day `YYYY-MM-DD` of the command line or feeds.yaml, of an accepted year; raises UsageError."""
    try:
        found = date.fromisoformat(text)
    except ValueError as exc:
        raise UsageError(f"{option}: {text!r} is not a day; write it as YYYY-MM-DD, e.g. 2026-05-18") from exc
    if not EARLIEST.year <= found.year < LATEST:
        raise UsageError(f"{option}: {found} lies outside of the years {EARLIEST.year} to {LATEST - 1} that scout can search")
    return found


def instant(text: str, option: str) -> datetime:
    """Parse a user's ISO 8601 instant with time zone, of an accepted year, to seconds in UTC; raises UsageError."""
    found = None
    with suppress(ValueError, OverflowError):
        given = datetime.fromisoformat(text.strip())
        found = given.astimezone(UTC).replace(microsecond=0) if given.tzinfo else None
    if found is None or not EARLIEST.year <= found.year < LATEST:
        years = f"of the years {EARLIEST.year} to {LATEST - 1}"
        raise UsageError(f"{option}: {text!r} is not an instant {years}; write it with its time zone, e.g. 2026-05-18T06:15:00Z")
    return found


def week_end(today: date, day: str) -> date:
    """Return the latest past day with this name (`sunday`)."""
    return today - timedelta(days=(today.weekday() - DAYS.index(day) - 1) % 7 + 1)


def window(since: date | None, until: date | None, *, today: date, reports: Sequence[date], week_ends: str = "") -> Window:
    """Return the window: by default from the day after the last report (else 7 days) to the last week's end.

    `week_ends` is the last day of a week, which must be over. Without it, or if `since` is later, the window ends today.
    """
    if until is None:
        until = week_end(today, week_ends) if week_ends else today
        until = today if since and since > until else until
    if since is None:
        earlier = [report for report in reports if report < until]
        since = max(earlier) + timedelta(days=1) if earlier else until - timedelta(days=6)
    if since > until:
        raise UsageError(f"the window ends before it starts: --since {since} is after --until {until}")
    return Window(since=since, until=until)


def seen_until(report: LedgerReport) -> datetime:
    """Return when a report's sources were last read: as stated, else the end of its day, UTC."""
    return report.seen_until or datetime.combine(report.day + timedelta(days=1), time.min, UTC)


def days(item: Item) -> tuple[date, date] | None:
    """Return the first and last possible day of publication, or None without a date.

    For a talk dated only by its conference, these are the conference's days.
    """
    if item.published is None or item.precision is Precision.NONE:
        return None
    first = item.published.date()
    if item.precision is Precision.MONTH:
        return first.replace(day=1), first.replace(day=calendar.monthrange(first.year, first.month)[1])
    whole = conference(item) if item.date_source == BY_CONFERENCE else None
    return first, max(first, whole[1] if whole else first)


def conference(item: Item) -> tuple[date, date] | None:
    """Return the first and last day of a talk's conference, if its source states them."""
    first, last = (_iso_day(item.extra.get(name)) for name in ("starts", "ends"))
    return (first or last, last or first) if first or last else None  # type: ignore[return-value]


def redated_talk(item: Item, *, now: datetime) -> Item:
    """Date an undated talk as of `now`: by its first session, else its conference's first day.

    When a programme was fetched early, its days were too far ahead to be accepted (`bounded`).
    """
    if item.published is not None or not item.id.startswith("program:"):
        return item
    events = item.extra.get("events")
    stated = [str(event.get("at", "")) for event in events if isinstance(event, dict)] if isinstance(events, list) else []
    sessions = [found for text in stated if (found := parse_date(text, now=now)).at]
    if sessions:
        dated, said = min(sessions, key=lambda found: found.at or now), "program:session"
    else:
        days_ = conference(item)
        dated, said = by_conference(days_[0], now=now) if days_ else Dated(), BY_CONFERENCE
    if dated.at is None:
        return item
    return replace(item, published=dated.at, precision=dated.precision, date_source=said, claimed="")


def by_conference(first: date, *, now: datetime) -> Dated:
    """Date a talk by its conference's first day, if accepted."""
    return bounded(datetime.combine(first, time.min, UTC), Precision.DAY, first.isoformat(), now=now)


def _iso_day(text: object) -> date | None:
    try:
        return date.fromisoformat(text) if isinstance(text, str) and text else None
    except ValueError:
        return None


def show(at: datetime | None, precision: Precision = Precision.SECOND) -> str:
    """Format an instant by its precision: `2026-05-18`, `2026-05`, or an empty string."""
    if at is None or precision is Precision.NONE:
        return ""
    return f"{at:%Y-%m}" if precision is Precision.MONTH else f"{at:%Y-%m-%d}"
