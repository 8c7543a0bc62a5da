"""Read earlier reports into the ledger, from files, folders and git revisions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.reports import document as report
from scout.reports import history
from scout.store import ledger, open_store

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scout.model import LedgerReport


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedReport:
    """What became of one file: `added`, `changed`, `unchanged`, `read` (dry run), or `skipped` with the reason."""

    path: str
    verdict: str
    report: LedgerReport | None = None
    why: str = ""


def import_reports(path: Path, specs: Sequence[str], *, dry_run: bool = False) -> list[ImportedReport]:
    """Read every report that `specs` name into the store at `path`; UsageError where one names nothing."""
    found = [one for spec in specs for one in history.find_reports(spec)]
    read = [(one, None if one.skipped else history.ledger_report(report.parse_report(one.text), one.path)) for one in found]
    if dry_run:
        return [
            ImportedReport(path=one.path, verdict="skipped" if one.skipped else "read", report=has, why=one.skipped)
            for one, has in read
        ]
    learnt = []
    with open_store(path, write="scout reports add", create=True) as store:
        for one, has in read:
            verdict = ledger.add(store, has) if has else "skipped"
            learnt.append(ImportedReport(path=one.path, verdict=verdict, report=has, why=one.skipped))
    return learnt


def known(path: Path) -> tuple[LedgerReport, ...]:
    """Return the ledger of the store at `path`, oldest report first."""
    with open_store(path) as store:
        return ledger.reports(store)
