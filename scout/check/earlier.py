"""Check what a report says against earlier reports: when a thing was told, with which date and verdict, and that it never was."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.check import retold
from scout.check.context import ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.identity import identify
from scout.reports import prose_dates
from scout.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scout.model import LedgerEntry, LedgerReport
    from scout.reports.sections import Line

_LAST = r"last (?:week|report)|(?:the )?(?:prior|previous) (?:week|report)"
_NAME = r"[A-Za-z][\w.-]{2,40}"
_SINCE_THEN = (
    re.compile(rf"\b(?P<when>(?i:{_LAST}))(?:['’]?s)?\s(?:[a-z]{{2,20}}\s){{0,2}}(?P<name>{_NAME})"),
    re.compile(rf"\b(?P<name>{_NAME}),? (?:from|in|of) (?P<when>(?i:{_LAST}))\b"),
)
_ENTRY = r"(?:entry |item )?#?(?P<number>\d{1,3})"
_ENTRY_OF_LAST = (
    re.compile(
        rf"(?P<name>{_NAME}) \((?:[^()]{{0,40}}\s)?(?:entry |item |entry #|#)(?P<number>\d{{1,3}}) (?:in|of) (?:the )?"
        r"(?P<which>[\w ,'’-]{4,24}) report\b",
        re.IGNORECASE,
    ),
    re.compile(rf"(?P<name>{_NAME}) \((?:{_LAST})(?:['’]s)?(?: report)?,? {_ENTRY}\)", re.IGNORECASE),
    re.compile(rf"\b(?:{_LAST})['’]s (?:entry|item) #?(?P<number>\d{{1,3}}),? \(?(?P<name>{_NAME})", re.IGNORECASE),
)
_TOLD = r"(?:reported|covered|mentioned|told|noted|listed|seen)"
_NEVER = re.compile(
    rf"\b(?:absent from|miss(?:ing from|ed by)|overlooked by|not (?:in|{_TOLD} (?:in|by))|in none of|in no|new to)\s"
    r"(?:(?:all|any|every|each|the|our|of)\s){0,3}(?:prior|previous|earlier|past)\s(?:weekly\s)?reports?\b"
    rf"|\bnever (?:before )?{_TOLD}\b|\b(?:not|never|n['’]t) (?:yet |been |previously ){{0,2}}{_TOLD}"
    r"(?: it| this)?(?: here| by us)? (?:before|so far|until now|previously|earlier)\b"
    rf"|\bnot previously {_TOLD}\b|\bpreviously un{_TOLD}"
    r"|\bno (?:prior|previous|earlier|past) report (?:has|had|mentions?|covers?)\b"
    r"|\b(?:first|debut) (?:appearance|mention|coverage|time)? ?(?:here|in (?:this|our|the|these) (?:reports?|series))"
    r"|\bnot (?:yet )?appeared in any (?:of )?(?:our|these|the)\b[^.;]{0,20}\breports?\b"
    r"|\bfirst (?:told|reported|covered|mentioned) here\b"
    r"|\b(?:appears|told|reported|covered|mentioned) here for the first time|\bnew to (?:this|our) (?:report|series)",
    re.IGNORECASE,
)
_WORD = re.compile(r"[^\W_][\w.-]{2,40}")
_YES_OR_NO = re.compile(r"(?i)\W*(yes|no(?:ne)?|n/a)\b")


def earlier(case: ReportContext) -> Iterator[Finding]:
    """Hold what the report says of earlier ones against the ledger: which had a thing, as which entry, what date and verdict.

    An error where `absent from all prior reports` is not so, and where an entry of the last report is none; a warning where
    `last week's` thing is an older report's, and where an earlier report has another date, figure or verdict of the same thing.
    """
    before = sorted((report for report in case.ledger if report.day < case.day), key=lambda report: report.day)
    if not before:
        return
    words = _words(before)
    for line in case.document.lines:
        if line.section != "references":
            yield from _last_weeks(line, before[-1], words)
            yield from _pointed(line, before, words)
    yield from _never(case, before)
    yield from _otherwise(case, before)
    yield from retold.figures_told(case, before)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Words:
    """The words of earlier reports' entries, folded, with the entries that have them: in the title, and anywhere."""

    titles: Mapping[str, Sequence[LedgerEntry]]
    texts: Mapping[str, Sequence[LedgerEntry]]


def _words(before: Sequence[LedgerReport]) -> _Words:
    titles: dict[str, list[LedgerEntry]] = {}
    texts: dict[str, list[LedgerEntry]] = {}
    for entry in (entry for report in before for entry in report.entries):
        for found, text in ((titles, f"{entry.title} {entry.stated}"), (texts, f"{entry.title} {entry.text}")):
            for word in {_bare(word) for word in _WORD.findall(text)}:
                found.setdefault(word, []).append(entry)
    return _Words(titles=titles, texts=texts)


def _bare(word: str) -> str:
    return fold(word.strip(".-"))


def _last_weeks(line: Line, last: LedgerReport, words: _Words) -> Iterator[Finding]:
    """Find `last week's NAME` that an older report had, and the last one had not."""
    for found in (one for pattern in _SINCE_THEN for one in pattern.finditer(line.passage.text)):
        name = found["name"].rstrip(".-")
        if not any(letter.isupper() for letter in name[1:]) and not re.match(r"v\d", name):
            continue
        told = words.titles.get(_bare(name)) or words.texts.get(_bare(name), ())
        if told and all(entry.report != last.day for entry in words.texts.get(_bare(name), ())):
            entry = told[-1]
            yield flag(
                Severity.WARNING,
                line,
                found[0],
                f"the report of {entry.report} had it: “{entry.title}”; the last one, of {last.day}, has not",
                f"{entry.report}, line {entry.line}",
                "say when it was",
            )


def _pointed(line: Line, before: Sequence[LedgerReport], words: _Words) -> Iterator[Finding]:
    """Hold `NAME (entry #4 in the prior report)`, or of the May 10 report, against that entry."""
    for found in (one for pattern in _ENTRY_OF_LAST for one in pattern.finditer(line.passage.text)):
        last = _meant(found.groupdict().get("which") or "last", before)
        if last is None:
            continue
        numbered = {entry.number: entry for entry in last.entries if entry.number}
        own = numbered.get(int(found["number"]))
        others = [entry for entry in words.titles.get(_bare(found["name"]), ()) if entry in numbered.values()]
        if own is None:
            yield flag(
                Severity.ERROR,
                line,
                found[0],
                f"the report of {last.day} has {len(numbered)} entries",
                f"{last.day}",
                "correct the number",
            )
        elif others and own not in others:
            evidence = f"that is “{own.title}”; {found['name']} is entry {others[0].number}"
            yield flag(Severity.WARNING, line, found[0], evidence, f"{last.day}, line {own.line}", "correct the number")


def _meant(words: str, before: Sequence[LedgerReport]) -> LedgerReport | None:
    """Return the earlier report that is meant: the last one, or one by its day."""
    if re.match(r"(?i)(?:prior|previous|last)\b", words):
        return before[-1]
    days = [claim.since for claim in prose_dates.dates(words, near=before[-1].day)]
    return next((report for report in before if days and report.day == days[0]), None)


def _never(case: ReportContext, before: Sequence[LedgerReport]) -> Iterator[Finding]:
    told = {thing: entry for report in before for entry in report.entries if entry.grade for thing in entry.ids}
    for line in case.document.lines:
        if not (found := _NEVER.search(line.passage.text)):
            continue
        links = [*line.links, *(case.entries[line.entry].references if line.entry in case.entries else ())]
        known = next((told[thing] for link in links if (thing := identify(link.url)) in told), None)
        if known:
            place = f"entry {known.number}" if known.number else known.section
            yield flag(
                Severity.ERROR,
                line,
                found[0],
                f"the report of {known.report} has it: {place}, “{known.title}”",
                f"{known.report}, line {known.line}",
                "take it out",
            )


def _otherwise(case: ReportContext, before: Sequence[LedgerReport]) -> Iterator[Finding]:
    """Compare date and verdict with what the last earlier report said of the same thing, where the store does not know better."""
    told = {entry.ids[0]: entry for report in before for entry in report.entries if entry.ids and entry.grade}
    said: set[str] = set()
    for mention in (*case.headings, *case.linked):
        entry = told.get(mention.ids[0]) if mention.ids else None
        if entry is None or entry.ids[0] in said:
            continue
        stated = [claim for claim in mention.dates if not claim.role]
        then = [claim for claim in prose_dates.dates(entry.stated, near=entry.report) if not claim.role]
        where = f"{entry.report}, line {entry.line}"
        if stated and then and not case.dated(mention) and not any(_meet(one, other) for one in stated for other in then):
            said.add(entry.ids[0])
            evidence = f"the report of {entry.report} says {entry.stated}"
            yield flag(
                Severity.WARNING,
                mention,
                f"{mention.title}: {stated[0].words}",
                evidence,
                where,
                "look up which of the two it is",
            )
        now = _YES_OR_NO.match(case.entry_at(mention.line).text("runtime")) if mention.numbered else None
        verdict = _YES_OR_NO.match(entry.runtime)
        if now and verdict and now[1].lower()[0] != verdict[1].lower()[0]:
            said.add(entry.ids[0])
            evidence = f"the report of {entry.report} says “{entry.runtime}”"
            yield flag(Severity.WARNING, mention, f"{mention.title}: {now[1]}", evidence, where, "say what changed")


def _meet(one: prose_dates.DateClaim, other: prose_dates.DateClaim) -> bool:
    return one.since <= other.until and other.since <= one.until
