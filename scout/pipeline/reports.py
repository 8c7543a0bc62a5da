"""Read earlier reports into the ledger, from files, folders and git revisions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scout.reports import history
from scout.reports.history import NO_REPORT
from scout.store import ledger, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from scout.model import LedgerReport


__all__ = ["NO_REPORT", "ImportedReport", "import_reports", "known"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedReport:
    """What became of one file: `added`, `changed`, `unchanged`, `read` (dry run), or `skipped` with the reason."""

    path: str
    verdict: str
    report: LedgerReport | None = None
    why: str = ""


def import_reports(
    path: Path, specs: Sequence[str], *, now: datetime | None = None, dry_run: bool = False, wait_s: float = 0
) -> list[ImportedReport]:
    """Read every report that `specs` name into the store at `path`; UsageError where one names nothing.

    `wait_s` is how long to wait for another writer of the store.
    """
    read = [
        ImportedReport(path=one.path, verdict="skipped", why=one.skipped)
        if one.skipped
        else ImportedReport(path=one.path, verdict="read", report=history.ledger_report(one.document, one.path))
        for spec in specs
        for one in history.find_reports(spec)
    ]
    if dry_run:
        return read
    with open_store(path, write="scout reports add", create=True, wait_s=wait_s) as store:
        return [replace(one, verdict=ledger.add(store, one.report, now=now)) if one.report else one for one in read]


def known(path: Path) -> tuple[LedgerReport, ...]:
    """Return the ledger of the store at `path`, oldest report first."""
    with open_store(path) as store:
        return ledger.reports(store)
