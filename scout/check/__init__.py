"""Check a finished report against what the store knows: rules in, findings out. Pure.

    evidence.py     the protocol that the store answers, and source names
    context.py      a report with its evidence
    shapes.py, identities.py: what an address leads to, and what names a thing
    dates.py, windows.py, links.py, repeats.py, titles.py, numbers.py, counts.py, lists.py, contradictions.py, negatives.py,
    earlier.py, relative.py, since.py, papers.py, markup.py: the rules
    finding.py      their findings
    render.py       text, JSON, GitHub annotations, a pull request's comment

A new rule is one function in one of the rule modules, listed in `_ALL`; its docstring is its explanation.
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from scout.check import (
    contradictions,
    counts,
    dates,
    earlier,
    links,
    markup,
    negatives,
    numbers,
    papers,
    relative,
    repeats,
    since,
    titles,
    windows,
)
from scout.check.context import ReportContext, Rule
from scout.check.evidence import (
    Evidence,
    LinkReply,
    MissingEvidence,
    Neighbour,
    SourceMatch,
    SourceNames,
    match,
    missing_evidence,
)
from scout.check.finding import Finding, Severity, Verified, fresh, merged
from scout.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from scout.figures import Metrics
    from scout.model import LedgerReport
    from scout.reports.document import Document

__all__ = [
    "CODES",
    "RULES",
    "Evidence",
    "Finding",
    "LinkReply",
    "MissingEvidence",
    "Neighbour",
    "Severity",
    "SourceMatch",
    "SourceNames",
    "Verified",
    "check",
    "explain",
    "fresh",
    "known_codes",
    "match",
    "missing_evidence",
    "verified",
]

_ALL: tuple[Rule, ...] = (
    links.index_link,
    links.unknown_link,
    links.loose_reference,
    links.prior_report,
    dates.v1_date,
    dates.date_,
    dates.id_month,
    windows.window,
    windows.listed_window,
    windows.deferred,
    dates.future_date,
    repeats.repeat,
    repeats.twice,
    earlier.earlier,
    relative.relative_date,
    since.since,
    titles.title,
    papers.author,
    papers.withdrawn,
    numbers.number,
    counts.count,
    contradictions.contradiction,
    negatives.negative,
    negatives.unseen_negative,
    negatives.unread_negative,
    markup.markup,
    markup.empty_slot,
)
RULES: dict[str, Rule] = {rule.__name__.strip("_").replace("_", "-"): rule for rule in _ALL}
"""Every rule by its code."""
CODES = (*RULES, "suppression")
"""Every code that a finding may have."""
_GRAVITY = {severity: place for place, severity in enumerate(Severity)}


def check(
    document: Document,
    evidence: Evidence,
    *,
    report_day: date,
    ledger: Sequence[LedgerReport] = (),
    off: Collection[str] = (),
    metrics: Metrics | None = None,
) -> tuple[Finding, ...]:
    """Return the findings against a report, by line, then severity, then code.

    `ledger` may hold the report itself and later ones: only reports earlier than `report_day` count. `off` are codes of
    rules not applied; a comment `<!-- scout: off CODE -->` switches a rule off for its line. Without
    a field's vocabulary in `metrics` figures are not checked.
    """
    case = ReportContext(document=document, evidence=evidence, day=report_day, ledger=ledger, metrics=metrics)
    silent = set(document.off)
    found = dict.fromkeys(_applied(case, off))
    told = [finding for finding in found if (finding.line, finding.code) not in silent]
    told += suppression(silent, {(finding.line, finding.code) for finding in found}, off)
    return tuple(sorted(merged(told), key=lambda finding: (finding.line, _GRAVITY[finding.severity], finding.code)))


def verified(document: Document, evidence: Evidence, *, report_day: date, metrics: Metrics | None = None) -> tuple[Verified, ...]:
    """Return the figures of a report that no abstract has and that stand in what was read, by line, each with its sentence."""
    case = ReportContext(document=document, evidence=evidence, day=report_day, ledger=(), metrics=metrics)
    return tuple(dict.fromkeys(sorted(numbers.verified(case), key=lambda one: one.line)))


def suppression(
    silent: Collection[tuple[int, str]], found: Collection[tuple[int, str]], off: Collection[str]
) -> Iterator[Finding]:
    """Find comments `<!-- scout: off CODE -->` that hide nothing: the defect is gone, moved, or the code is none.

    A warning; a rule that is switched off for all reports is left alone.
    """
    if "suppression" in off:
        return
    for line, code in sorted(silent):
        if code not in off and (line, code) not in found:
            yield Finding(
                line=line,
                code="suppression",
                severity=Severity.WARNING,
                claim=f"<!-- scout: off {code} -->",
                evidence="it hides nothing" if code in RULES else f"there is no rule {code}",
                advice="take it out",
            )


def _applied(case: ReportContext, off: Collection[str]) -> Iterator[Finding]:
    for code, rule in RULES.items():
        if code not in off:
            yield from (replace(finding, code=code) for finding in rule(case))


def known_codes(codes: Collection[str], option: str) -> frozenset[str]:
    """Return the codes as a set; UsageError names the first unknown one and the nearest known."""
    for code in codes:
        if code not in CODES:
            near = get_close_matches(code, CODES, 1)
            raise UsageError(f"{option}: there is no rule {code!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return frozenset(codes)


def explain(code: str) -> str:
    """Return a rule's explanation, its docstring."""
    (known,) = known_codes([code], "--explain")
    return inspect.getdoc(RULES.get(known, suppression)) or ""
