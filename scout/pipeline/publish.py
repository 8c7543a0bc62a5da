"""From a filled-in draft to the published report: checked, without its scaffolding, and in the ledger."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scout import check
from scout.check import render
from scout.errors import UsageError
from scout.limits import read_file
from scout.pipeline.check import check_reports, documents
from scout.reports.document import parse_report
from scout.reports.history import LARGEST, ledger_report
from scout.reports.publishing import publish
from scout.reports.pull_request import pull_request
from scout.store import ledger, open_store

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from scout.check import Finding
    from scout.reports.document import Document
    from scout.reports.publishing import Problem
    from scout.sources.workspace import Workspace

_UNFILLED = "empty-slot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """A report as it would be published, its pull request's text, and what a person should know; lines are the draft's.

    `problems` and `errors` stand in the way; `checked` is what `scout check` found, in words.
    """

    report: str
    pr_body: str
    document: Document
    problems: tuple[Problem, ...]
    errors: tuple[Finding, ...]
    notes: tuple[str, ...]
    checked: str
    changed: bool


def prepare(path: Path, workspace: Workspace, draft: Path, out: Path) -> Publication:
    """Make of a draft what would stand in `out`, and check it against the store at `path`. Nothing is written."""
    source = _text(draft)
    documents([str(draft)])  # says what is no report
    made = publish(source)
    document = parse_report(made.text)
    (held,) = check_reports(path, workspace, [(str(draft), document)], folder=out.parent)
    findings = [replace(one, line=_line(made.origin, one.line)) for one in held.findings]
    errors = tuple(one for one in findings if one.severity is check.Severity.ERROR or one.code == _UNFILLED)
    words = render.summary(findings)
    return Publication(
        report=made.text,
        pr_body=pull_request(made.text, checked=words, sound=not (errors or made.problems)),
        document=document,
        problems=made.problems,
        errors=errors,
        notes=made.notes,
        checked=words,
        changed=made.text != source,
    )


def _text(draft: Path) -> str:
    try:
        return read_file(draft, LARGEST).decode("utf-8")
    except UnicodeDecodeError as exc:
        raise UsageError(f"{draft}: not UTF-8 at byte {exc.start}; save it as UTF-8, else publishing would change it") from exc
    except OSError as exc:
        raise UsageError(f"{draft}: cannot be read: {exc.strerror}; name the report that `scout draft --out` wrote") from exc


def _line(origin: tuple[int, ...], number: int) -> int:
    """Return the draft's line of a line that is published; of one that was made, the last before it."""
    return next((line for line in reversed(origin[:number]) if line), 1)


def file_report(path: Path, made: Publication, out: Path, *, now: datetime, wait_s: float) -> str:
    """Put a published report into the ledger of the store at `path`; return `added`, `changed` or `unchanged`."""
    with open_store(path, write="scout publish", wait_s=wait_s) as store:
        return ledger.add(store, ledger_report(made.document, str(out)), now=now)
