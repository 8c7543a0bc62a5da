"""Check for repeated items."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from scout.check.context import Mention, ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.check.links import index_of
from scout.reports.authorship import without_comparison
from scout.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.model import LedgerEntry

_UPDATE = re.compile(r"\bupdate|follow-?up|revisit|\brevis(?:ed|ion)\b|\bv[2-9]\b(?!\.)|previously reported", re.IGNORECASE)
_UPDATE_IN_PROSE = re.compile(
    r"\bupdate (?:to|of|on) (?:entry|item|the|our|last)|previously reported|\bfirst reported\b"
    r"|entry #?\d+ (?:of|in) (?:the )?(?:report|prior|previous|last|20)",
    re.IGNORECASE,
)
_QUOTED = frozenset({"reference", "companions", "status", "evidence", "changes"})
"""Labels of an entry's lines that quote others."""


def _living(thing: str) -> bool:
    """Say whether an id is of a page that keeps changing: a repository, a tracker, a site, documentation."""
    url = thing.removeprefix("url:")
    repository = re.fullmatch(r"https://(?:github|gitlab)\.com/[^/]+/[^/]+", url)
    return thing.startswith("url:") and bool(repository or index_of(url) or "docs." in url or "/docs/" in url)


def repeat(case: ReportContext) -> Iterator[Finding]:
    """Find what an earlier report has already: by identity, whatever the link's text or form.

    An error for a numbered entry that was numbered before; a warning where either was only a mention, or the thing was the
    earlier entry's companion. An announced update or follow-up is allowed, and so are places that go on changing: repositories,
    trackers, sites. What a draft itself puts into an entry (the nearest earlier ones, quotes, changelogs) announces nothing.
    """
    earlier = [entry for report in case.ledger if report.day < case.day for entry in report.entries if entry.grade >= 1]
    prose = {
        entry.number: without_comparison(" ".join(line.text for line in entry.lines if line.label not in _QUOTED))
        for entry in case.document.entries
    }
    lines = {line.line: line.text for line in case.document.lines}
    for mention in (*case.headings, *case.mentions):
        if not mention.ids or _living(mention.ids[0]):
            continue
        said = prose.get(mention.entry or 0, "") if mention.numbered else lines.get(mention.line, "")
        if _UPDATE.search(f"{mention.title} {mention.stated}") or _UPDATE_IN_PROSE.search(said):
            continue
        told = [entry for entry in earlier if set(mention.ids[:1]) & set(entry.ids) or _paper(mention.ids) & _paper(entry.ids)]
        if not told:
            continue
        entry = max(told, key=lambda one: (_same(mention, one), one.grade, one.report))
        known = _same(mention, entry)
        if not known and not mention.numbered:
            continue
        place = f"entry {entry.number}" if entry.number else entry.section
        yield flag(
            Severity.ERROR if mention.numbered and entry.number and known else Severity.WARNING,
            mention,
            mention.title,
            f"the report of {entry.report} has it" + ("" if known else " as a companion") + f": {place}, “{entry.title}”",
            f"{entry.report}, line {entry.line}",
            "leave it out, or say what is new since",
        )


def _paper(ids: tuple[str, ...]) -> set[str]:
    return set([thing for thing in ids if thing.startswith("arxiv:")][:1])


def _same(mention: Mention, entry: LedgerEntry) -> bool:
    """Say whether a ledger entry is about the item itself, not one that it is a companion of."""
    if mention.ids[0] == entry.ids[0]:
        return True
    alike = fuzz.token_set_ratio(fold(mention.title), fold(entry.title)) >= 70
    return alike and bool(set(mention.ids) & set(entry.ids))


def twice(case: ReportContext) -> Iterator[Finding]:
    """Find what stands twice in one report, by identity.

    An error for two numbered entries of one thing; a warning for a mention beside an entry or another mention.
    """
    first: dict[str, Mention] = {}
    for mention in (*case.headings, *case.mentions):
        if not mention.ids or (_living(mention.ids[0]) and not mention.numbered):
            continue
        own = {mention.ids[0]} | _paper(mention.ids)
        before = next((first[thing] for thing in sorted(own) if thing in first), None)
        for thing in own:
            first.setdefault(thing, mention)
        if before is None:
            continue
        place = f"entry {before.entry}" if before.entry else f"line {before.line}"
        yield flag(
            Severity.ERROR if mention.numbered and before.numbered else Severity.WARNING,
            mention,
            mention.title,
            f"{place} is the same thing: “{before.title}”",
            mention.ids[0],
            "keep one of the two",
        )
