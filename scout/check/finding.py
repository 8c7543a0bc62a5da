"""Define findings, their severity, and their fingerprint."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scout.text import fold

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class Severity(StrEnum):
    """Error: the evidence contradicts; warning: it casts doubt; unverified: there is none either way."""

    ERROR = "error"
    WARNING = "warning"
    UNVERIFIED = "unverified"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One error or doubt in a report.

    `claim` quotes the report, `evidence` says what is known, `where` names it (item id, run, url, date), `advice` what to do.
    `entry` is the number of its entry, None outside of entries. `fix`, where there is one right answer: words of its line,
    and what they should be.
    """

    line: int
    code: str
    severity: Severity
    claim: str
    evidence: str
    where: str = ""
    advice: str = ""
    entry: int | None = None
    fix: tuple[str, str] | None = None

    @property
    def fingerprint(self) -> str:
        """A hash of code, claim and entry, not of the line: 16 hexadecimal digits."""
        return hashlib.sha256(f"{self.code}\n{fold(self.claim)}\n{self.entry}".encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """One figure of a report that stands in what was read: the claim, and the sentence, with the item and the heading."""

    line: int
    claim: str
    sentence: str
    where: str
    entry: int | None = None


_FAMILIES = (
    frozenset({"v1-date", "date", "id-month", "future-date", "contradiction", "earlier", "relative-date"}),
    frozenset({"window", "listed-window"}),
    frozenset({"repeat", "loose-reference"}),
    frozenset({"index-link", "unknown-link"}),
)
"""Rules that say one thing, where they say it of one thing in one line."""


_REPORT_DAY = re.compile(r"\d{4}-\d\d-\d\d")


def merged(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """Return one finding where rules of one family say the same of one thing in one line: the gravest, else the first."""
    order = {severity: place for place, severity in enumerate(Severity)}
    best: dict[object, Finding] = {}
    for place, finding in enumerate(findings):
        family = next((name for name in _FAMILIES if finding.code in name), None)
        thing = finding.where.partition(",")[0]
        thing = (
            fold(finding.claim) if _REPORT_DAY.fullmatch(thing) else thing
        )  # an earlier report's line says nothing of the thing
        key: object = (finding.line, thing, family) if family and thing else place
        if key not in best or order[finding.severity] < order[best[key].severity]:
            best[key] = finding
    return tuple(best.values())


def fresh(findings: Iterable[Finding], baseline: Collection[str]) -> tuple[Finding, ...]:
    """Return the findings whose fingerprint is not in the baseline."""
    return tuple(finding for finding in findings if finding.fingerprint not in baseline)
