"""Prune a store: what nothing needs goes, what a report rests on stays."""

from __future__ import annotations

from datetime import UTC, datetime, time
from typing import TYPE_CHECKING

from scout.errors import UsageError
from scout.store import open_store, prune
from scout.store.window_items import LATE

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scout.store.prune import Unneeded


def prune_store(path: Path, before: date, *, today: date, dry_run: bool = False, wait_s: float = 0) -> Unneeded:
    """Remove from the store at `path` what was stored before a day and is needed no more; return what that is.

    UsageError where a draft may still be about things of that day.
    """
    latest = today - LATE
    if before > latest:
        raise UsageError(
            f"--before {before}: a draft may still be about what is younger than {LATE.days} days; {latest} is the last"
        )
    with open_store(path, write="" if dry_run else "scout prune", wait_s=wait_s) as store:
        found = prune.unneeded(store, datetime.combine(before, time.min, UTC))
        if not dry_run:
            prune.remove(store, found)
    return found
