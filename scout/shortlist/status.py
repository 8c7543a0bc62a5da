"""How an item stands to a window (DESIGN: identity and dates). Days compare as days, UTC."""

from __future__ import annotations

import calendar
from datetime import timedelta
from typing import TYPE_CHECKING

from scout.model import Precision, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from scout.model import Item, LedgerReport, TrackedItem, Window

IN_LEDGER = "in the ledger"
BEFORE = "before the window and its lookback"
AFTER = "after the window"
SEEN_BEFORE = "undated, first seen before the window"
SEEN_AFTER = "undated, first seen after the window"


def first_read(pool: Iterable[TrackedItem]) -> dict[str, date]:
    """Return the day on which each source was first read, as far as the pool can tell."""
    found: dict[str, date] = {}
    for one in pool:
        for source in one.sources:
            found[source] = min(found.get(source, one.seen.date()), one.seen.date())
    return found


def status_of(
    one: TrackedItem, window: Window, ledger: Sequence[LedgerReport], lookback_days: int, read: Mapping[str, date]
) -> Status | str:
    """Return the status of an item in the window, or in words why it has none. `read`: when each source was first read."""
    if one.entry is not None and one.entry.grade > 0:
        return Status.UPDATE if one.changed else IN_LEDGER
    days = _days(one.item)
    if days is None or (_overlaps(days, window) and not window.since <= days[0] <= days[1] <= window.until):
        return _undated(one, window)
    first, last = days
    if first >= window.since:
        return AFTER if first > window.until else Status.IN_WINDOW
    near = last >= window.since - timedelta(days=lookback_days)
    seen = one.seen.date()
    inside = any(report.since and report.until and report.since <= first <= report.until < seen for report in ledger)
    fresh = window.since <= seen <= window.until and any(read[source] < seen for source in one.sources)
    if inside and (near or fresh):
        return Status.LATE
    return Status.BOUNDARY if near else BEFORE


def _days(item: Item) -> tuple[date, date] | None:
    """Return the first and last day on which an item may have been published, if it has a date that counts."""
    if item.published is None or item.precision is Precision.NONE:
        return None
    day = item.published.date()
    if item.precision is not Precision.MONTH:
        return day, day
    return day.replace(day=1), day.replace(day=calendar.monthrange(day.year, day.month)[1])


def _overlaps(days: tuple[date, date], window: Window) -> bool:
    return days[0] <= window.until and days[1] >= window.since


def _undated(one: TrackedItem, window: Window) -> Status | str:
    seen = one.seen.date()
    if seen < window.since:
        return SEEN_BEFORE
    return Status.UNDATED if seen <= window.until else SEEN_AFTER
