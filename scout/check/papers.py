"""Check the authors of papers, and that what is told was not withdrawn."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scout.check.context import ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.identity import identify
from scout.model import Kind
from scout.text import fold, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.model import TrackedItem
    from scout.reports.sections import Line

_ET_AL = re.compile(r"\bet al\b\.?", re.IGNORECASE)
_PERSON = re.compile(
    r"(?:[A-Z]\.[- ]?){0,3}(?:[A-Z][\w'’.-]{0,30}\s){0,3}"
    r"(?:(?:de|van|von|der|den|di|da|le|la|el|al|bin)\s){0,2}[A-Z][\w'’-]{1,40}"
)
_BETWEEN = re.compile(r",\s?(?:and\s|&\s)?|(?<!\s)\s++(?:and|&)\s|;\s?")
_WITHDRAWN = re.compile(
    r"\b(?:paper|submission|article|manuscript|version|work|release) (?:has been|was|is) (?:withdrawn|retracted|yanked|removed)\b"
    r"|^\s*(?:withdrawn|retracted|yanked)\b|\bwithdrawn by (?:the )?(?:authors?|arxiv)\b"
    r"|\bdo not use this (?:release|version)\b",
    re.IGNORECASE,
)
_SAID_SO = re.compile(r"\bwithdrawn\b|\bretract|\byanked\b", re.IGNORECASE)


def author(case: ReportContext) -> Iterator[Finding]:
    """Hold the names that a reference line gives before its link against the paper's authors.

    An error where none of them is an author, a warning where some are not, or a surname is another. Affiliations in brackets,
    teams, and one word that may be a company are left alone.
    """
    for entry in case.document.entries:
        papers = [seen for link in entry.references if (seen := case.item(identify(link.url))) and seen.item.kind is Kind.PAPER]
        if len(papers) != 1 or not papers[0].item.authors:
            continue
        line = next(line for line in entry.lines if line.label == "reference")
        named = _named(line)
        own = _surnames(papers[0].item.authors)
        absent = [name for name in named if _words(name) and _words(name)[-1] not in own]
        person = any(set(_words(name)) & own for name in named)  # a name alone may be a company's
        if absent and (len(named) > 1 or person or _ET_AL.search(line.text)):
            authors = ", ".join(papers[0].item.authors[:6]) + (" and others" if len(papers[0].item.authors) > 6 else "")
            yield flag(
                Severity.ERROR if len(absent) == len(named) and not person else Severity.WARNING,
                line,
                f"by {', '.join(absent)}",
                f"its authors are {authors}",
                papers[0].item.id,
                "name its authors",
            )


def _named(line: Line) -> list[str]:
    """Return the persons that a reference line names before its first link: all of a list, or none."""
    first = line.links[0].at if line.links else len(line.passage.text)
    text = re.split(r"\s[—–]\s|\barXiv\b", line.passage.text[line.start : first])[0]
    text = re.sub(r"\([^()]*\)", " ", _ET_AL.sub(" ", text)).strip(" ,;:—–-")
    parts = [part.strip() for part in _BETWEEN.split(text) if part.strip()]
    return parts if parts and all(_PERSON.fullmatch(part) for part in parts) else []


def _surnames(authors: Sequence[str]) -> set[str]:
    """Return the words of all names but initials: which of them is the surname depends on the language."""
    return {word for name in authors for word in _words(name)}


def _words(name: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", fold(name)) if len(word) > 1]


def withdrawn(case: ReportContext) -> Iterator[Finding]:
    """Find things whose own text says that they were withdrawn, retracted or yanked, where the report does not say so.

    An error for an entry, a warning for a mention.
    """
    told: set[str] = set()
    lines = {line.line: line.passage.text for line in case.document.lines}
    for mention in (*case.headings, *case.mentions):
        seen = case.seen(mention)[:1]
        if not seen or seen[0].item.id in told:
            continue
        told.add(seen[0].item.id)
        words = _says_withdrawn(seen[0])
        text = case.entry_at(mention.line).prose if mention.numbered else lines.get(mention.line, "")
        if words and not _SAID_SO.search(f"{mention.title} {text}"):
            yield flag(
                Severity.ERROR if mention.numbered else Severity.WARNING,
                mention,
                mention.title,
                f"its own text says “{shorten(words, 100)}”",
                seen[0].item.id,
                "take it out, or say so",
            )


def _says_withdrawn(seen: TrackedItem) -> str:
    texts = (str(seen.item.extra.get("comment", "")), seen.item.summary[:600], seen.item.title)
    return next((text for text in texts if _WITHDRAWN.search(text)), "")
