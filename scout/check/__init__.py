"""Hold a finished report against the evidence: rules in, findings out. Pure.

    evidence.py     what is asked of the store, and what a report's names mean there
    case.py         a report laid beside its evidence
    dates.py, links.py, repeats.py, titles.py, numbers.py, counts.py, negatives.py, markup.py: the rules
    finding.py      what they say
    render.py       text, JSON, GitHub annotations, a pull request's comment

A new rule is one function in one of the rule modules, named in `RULES`; its docstring is its explanation.
"""

from __future__ import annotations

import inspect
from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from scout.check import counts, dates, links, markup, negatives, numbers, repeats, titles
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
from scout.check.finding import Finding, Severity, fresh
from scout.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence
    from datetime import date

    from scout.figures import Metrics
    from scout.model import LedgerReport
    from scout.reports.document import Document

__all__ = [
    "RULES",
    "Evidence",
    "Finding",
    "LinkReply",
    "MissingEvidence",
    "Neighbour",
    "Severity",
    "SourceMatch",
    "SourceNames",
    "check",
    "explain",
    "fresh",
    "known_codes",
    "match",
    "missing_evidence",
]

_ALL: tuple[Rule, ...] = (
    links.index_link,
    links.unknown_link,
    links.prior_report,
    dates.v1_date,
    dates.date_,
    dates.id_month,
    dates.window,
    dates.future_date,
    repeats.repeat,
    repeats.twice,
    titles.title,
    numbers.number,
    counts.count,
    negatives.negative,
    negatives.unseen_negative,
    markup.markup,
    markup.empty_slot,
)
RULES: dict[str, Rule] = {rule.__name__.strip("_").replace("_", "-"): rule for rule in _ALL}
"""Every rule by its code."""
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
    """Return what the evidence holds against a report, in the order of its lines, graver findings first.

    `ledger` may hold the report itself and later ones: only what is earlier than `report_day` counts. `off` are codes that are
    not applied; a comment `<!-- scout: off CODE -->` switches a rule off for its line. Without
    the words of a field in `metrics` no figures are looked for.
    """
    case = ReportContext(document=document, evidence=evidence, day=report_day, ledger=ledger, metrics=metrics)
    silent = set(document.off)
    found = {finding: None for finding in _applied(case, off) if (finding.line, finding.code) not in silent}
    return tuple(sorted(found, key=lambda finding: (finding.line, _GRAVITY[finding.severity], finding.code)))


def _applied(case: ReportContext, off: Collection[str]) -> Iterator[Finding]:
    for code, rule in RULES.items():
        if code not in off:
            yield from (replace(finding, code=code) for finding in rule(case))


def known_codes(codes: Collection[str], option: str) -> frozenset[str]:
    """Return the codes as given, or raise UsageError that names the first unknown one and its near miss."""
    for code in codes:
        if code not in RULES:
            near = get_close_matches(code, RULES, 1)
            raise UsageError(f"{option}: there is no rule {code!r}" + (f"; did you mean {near[0]!r}?" if near else ""))
    return frozenset(codes)


def explain(code: str) -> str:
    """Return what a rule holds, in the words of its docstring."""
    (known,) = known_codes([code], "--explain")
    return inspect.getdoc(RULES[known]) or ""
