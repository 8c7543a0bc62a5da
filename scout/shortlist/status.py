"""Classify items by their relation to a window (docs/clocks.md). Days compare as days, UTC."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from scout import dates
from scout.identity import programme_id
from scout.model import Precision, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date, datetime

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
        return _undated(one, window)
    if days[0] > window.until:
        return AFTER
    if days[1] >= window.since:
        return Status.IN_WINDOW
    return _past(one, days[0] if month else days[1], window.since - timedelta(days=lookback_days), earlier)


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


def _past(one: TrackedItem, day: date, lookback: date, earlier: Earlier) -> Status | str:
    """Classify an item published before the window: passed over, late, boundary, or too old.

    Passed over: an earlier report ended on or after its day and could know it. Late: its day is in an earlier report's days,
    and its source was asked by then; if first asked later, nothing shows that it was late.
    """
    if any(day <= (report.until or report.day) and one.first_seen <= dates.seen_until(report) for report in earlier.reports):
        return PASSED_OVER
    if any(one.asked and one.asked <= dates.seen_until(report) for report in earlier.around(day)):
        return Status.LATE
    return Status.BOUNDARY if day >= lookback else BEFORE


def _overlaps(days: tuple[date, date], window: Window) -> bool:
    return days[0] <= window.until and days[1] >= window.since


def _undated(one: TrackedItem, window: Window) -> Status | str:
    conference = dates.conference(one.item) if one.item.id.startswith("program:") else None
    if conference and conference[0] > window.until:
        return AFTER
    seen = one.seen.date()
    if seen < window.since:
        return SEEN_BEFORE
    return Status.UNDATED if seen <= window.until else SEEN_AFTER
