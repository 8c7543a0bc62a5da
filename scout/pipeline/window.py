"""Which days are meant: from the day after the last report's window, to the end of the week, unless said otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scout import dates
from scout.store import ledger, open_store
from scout.store.database import is_there

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scout.model import LedgerReport, Window


def window(
    path: Path, since: date | None, until: date | None, *, today: date, week_ends: str = "", as_of: date | None = None
) -> Window:
    """Derive the window from what is given and from the ledger of the store at `path`, if there is one.

    `week_ends` is feeds.yaml's; `as_of` leaves out reports of that day and later.
    """
    reports = [] if since else [report.until or report.day for report in _ledger(path, as_of)]
    return dates.window(since, until, today=today, reports=reports, week_ends=week_ends)


def reported(path: Path, window: Window, *, as_of: date | None = None) -> LedgerReport | None:
    """Return the report of the ledger that has this window's last day or a later one already, if there is one."""
    return next((report for report in _ledger(path, as_of) if (report.until or report.day) >= window.until), None)


def _ledger(path: Path, as_of: date | None) -> tuple[LedgerReport, ...]:
    if not is_there(path):
        return ()
    with open_store(path) as store:
        return ledger.reports(store, before=as_of)
