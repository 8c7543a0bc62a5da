"""Classify items by their relation to a window (docs/clocks.md). Days compare as days, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scout import dates
from scout.identity import programme_id
from scout.model import Precision, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from scout.model import LedgerReport, TrackedItem, Window

COMPETES = frozenset({Status.IN_WINDOW, Status.LATE})
"""Statuses of items that no earlier report could choose: they compete for a place at full weight."""
IN_LEDGER = "in the ledger"
PASSED_OVER = "passed over by an earlier report"
BEFORE = "before the window and its lookback"
AFTER = "after the window"
SEEN_BEFORE = "undated, first seen before the window"
SEEN_AFTER = "undated, first seen after the window"


@dataclass(frozen=True, slots=True, kw_only=True)
class Earlier:
    """The reports before a window's, and up to when the last of them could know items (UTC; None without reports)."""

    reports: tuple[LedgerReport, ...] = ()
    seen_until: datetime | None = None

    @classmethod
    def of(cls, ledger: Sequence[LedgerReport], window: Window) -> Earlier:
        """Select the reports of a ledger whose days end before the window's last day."""
        reports = tuple(report for report in ledger if (report.until or report.day) < window.until)
        return cls(reports=reports, seen_until=max(map(dates.seen_until, reports), default=None))

    def around(self, day: date) -> list[LedgerReport]:
        """Return the reports whose days include this one."""
        return [report for report in self.reports if report.since and report.until and report.since <= day <= report.until]

    def missed(self, day: date, seen: datetime) -> bool:
        """Say whether what is of a day of an earlier report was seen only after all that any of them could know."""
        return self.seen_until is not None and seen > self.seen_until and bool(self.around(day))

    def first_to_know(self, seen: datetime) -> LedgerReport | None:
        """Return the first report that could know an item first seen then, or None if no report could."""
        knew = [report for report in self.reports if seen <= dates.seen_until(report)]
        return min(knew, key=lambda report: (dates.seen_until(report), report.until or report.day), default=None)


def status_of(one: TrackedItem, window: Window, earlier: Earlier, lookback_days: int) -> Status | str:
    """Return an item's status in the window, or the reason why it is dropped.

    What the curator marked for a section is not past: passed over, too old or seen before, it is a boundary or undated item.
    """
    found = _status(one, window, earlier, lookback_days)
    if one.mark and one.mark.section and found in (PASSED_OVER, BEFORE, SEEN_BEFORE):
        return Status.UNDATED if found == SEEN_BEFORE else Status.BOUNDARY
    return found


def _status(one: TrackedItem, window: Window, earlier: Earlier, lookback_days: int) -> Status | str:
    if one.entry is not None and one.entry.grade > 0:
        return Status.UPDATE if one.changed else IN_LEDGER
    days = dates.days(one.item)
    month = one.item.precision is Precision.MONTH
    if days is None or (month and _overlaps(days, window) and not window.since <= days[0] <= days[1] <= window.until):
        return _undated(one, window, earlier)
    if days[0] > window.until:
        return AFTER
    if days[1] >= window.since:
        return Status.IN_WINDOW
    return _past(one, days if month else (days[1], days[1]), window, earlier, lookback_days)


def told_early(reported: Iterable[TrackedItem], window: Window) -> list[TrackedItem]:
    """Return the reported talks of conferences in the window that no report has told of since they began."""
    found: list[TrackedItem] = []
    begun: set[str] = set()
    for one in reported:
        days = dates.days(one.item)
        if days and one.entry and (programme := programme_id(one.item.id)) and _overlaps(days, window):
            found.append(one)
            if one.entry.report >= days[0]:
                begun.add(programme)
    return [one for one in found if programme_id(one.item.id) not in begun]


def _past(one: TrackedItem, days: tuple[date, date], window: Window, earlier: Earlier, lookback_days: int) -> Status | str:
    """Classify an item published before the window, on one of `days`: passed over, late, boundary, undated, or too old.

    Passed over: an earlier report ended on or after its day and could know it. Late: its day is in an earlier report's days,
    and its source was asked by then; if first asked later, nothing shows that it was late. A month that reaches into the lookback
    leaves its day open.
    """
    first, last = days
    if any(first <= (report.until or report.day) and one.first_seen <= dates.seen_until(report) for report in earlier.reports):
        return PASSED_OVER
    asked = [report for report in earlier.around(first) if one.asked and one.asked <= dates.seen_until(report)]
    if asked and earlier.around(last):
        return Status.LATE
    lookback = window.since - timedelta(days=lookback_days)
    if first >= lookback:
        return Status.BOUNDARY
    return _undated(one, window, earlier) if last >= lookback else BEFORE


def _overlaps(days: tuple[date, date], window: Window) -> bool:
    return days[0] <= window.until and days[1] >= window.since


def _undated(one: TrackedItem, window: Window, earlier: Earlier) -> Status | str:
    """Classify an item without a day by the window in which it was first seen: what is seen after it is of the next one.

    Not so what was published in a month that the window ends; and if the report of the window in which it was seen was made
    before that, it is of this one. What was seen before its month counts as seen on the month's first day.
    """
    conference = dates.conference(one.item) if one.item.id.startswith("program:") else None
    if conference and conference[0] > window.until:
        return AFTER
    seen = one.seen.date()
    first, last = dates.days(one.item) or (seen, date.max)
    seen = max(seen, first)
    if min(seen, last) > window.until:
        return SEEN_AFTER
    return Status.UNDATED if seen >= window.since or earlier.missed(seen, one.first_seen) else SEEN_BEFORE
