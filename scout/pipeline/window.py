"""Which days are meant: from the day after the last report in the ledger, to today, unless said otherwise."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scout import dates
from scout.store import ledger, open_store

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scout.model import Window


def window(path: Path, since: date | None, until: date | None, *, today: date) -> Window:
    """Derive the window from what is given and from the ledger of the store at `path`, if there is one."""
    reports: list[date] = []
    if since is None and path.exists():
        with open_store(path) as store:
            reports = [report.day for report in ledger.reports(store)]
    return dates.window(since, until, today=today, reports=reports)
