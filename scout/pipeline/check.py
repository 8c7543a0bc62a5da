"""Hold finished reports against the store."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from scout import check
from scout.errors import UsageError
from scout.identity import identify
from scout.pipeline.store_evidence import StoreEvidence, is_there
from scout.reports import git, history
from scout.reports.document import parse_report
from scout.store import ledger, open_store

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scout.check import Finding, Verified
    from scout.model import LedgerReport
    from scout.reports.document import Document
    from scout.sources.workspace import Workspace
    from scout.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReport:
    """One report, what is held against it, and the figures of it that stand in what was read."""

    path: str
    document: Document
    findings: tuple[Finding, ...]
    verified: tuple[Verified, ...] = ()


def check_reports(
    path: Path,
    workspace: Workspace,
    reports: Sequence[tuple[str, Document]],
    *,
    off: Collection[str] = (),
    folder: Path | None = None,
) -> list[CheckedReport]:
    """Check reports, as `documents` reads them; UsageError where one has no day, or a rule to leave out is none.

    Their links to files lead from `folder`, else from the file's own.
    """
    silent = check.known_codes(off, "--off") | check.known_codes(
        workspace.config.check.off, f"{workspace.config.path}: check: off"
    )
    with open_store(path) as store:
        known = ledger.reports(store)
        return [
            _verified(store, workspace, where, document, known=known, off=silent, folder=folder) for where, document in reports
        ]


def documents(specs: Sequence[str]) -> list[tuple[str, Document]]:
    """Return each report that `specs` name, with its path, read once; UsageError says why one is no report."""
    found = [(spec, one) for spec in specs for one in history.find_reports(spec)]
    for spec, one in found:
        if one.skipped and one.path == spec:  # named itself; what only lies in a folder is passed over
            raise UsageError(f"{one.path} is not a report: {one.skipped}")
    if not (read := [(one.path, one.document) for _, one in found if not one.skipped]):
        files = f"{len(found)} Markdown file{'s' * (len(found) != 1)}"
        raise UsageError(f"no report in {', '.join(specs)}: {files}, none with a report's headings and a date")
    return read


def known_before(
    path: Path, workspace: Workspace, checked: Sequence[CheckedReport], revision: str, *, off: Collection[str] = ()
) -> frozenset[str]:
    """Return the fingerprints of what was held against the same files in a git revision: what a change did not bring."""
    paths = {Path(one.path): one.path for one in checked}
    for file, name in paths.items():
        if not is_there(file):
            raise UsageError(f"--since compares files of a working tree, and {name} is none")
    before = []
    for file, body in git.files_at(paths, revision, largest=history.LARGEST):
        document = parse_report(body.decode("utf-8", errors="replace")) if len(body) <= history.LARGEST else None
        before += [(paths[file], document)] if document and document.day else []
    found = check_reports(path, workspace, before, off=off) if before else []
    return frozenset(finding.fingerprint for report in found for finding in report.findings)


def _verified(
    store: Store,
    workspace: Workspace,
    where: str,
    document: Document,
    *,
    known: Sequence[LedgerReport],
    off: Collection[str],
    folder: Path | None,
) -> CheckedReport:
    day = document.day
    if day is None:
        raise UsageError(f"{where}: its title has no day (`# … — 2026-05-10`), so nothing can be held against its window")
    own = Path(where).parent if is_there(Path(where)) else None
    evidence = StoreEvidence(store=store, workspace=workspace, folder=folder or own)
    evidence.look_up(_things(document))
    metrics = workspace.config.metrics
    findings = check.check(document, evidence, report_day=day, ledger=known, off=off, metrics=metrics)
    shown = check.verified(document, evidence, report_day=day, metrics=metrics)
    return CheckedReport(path=where, document=document, findings=findings, verified=shown)


def _things(document: Document) -> set[str]:
    """Return the canonical ids of what a report links."""
    return {identify(link.url) for link in document.links} - {""}
