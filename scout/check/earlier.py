"""Check what a report says against earlier reports: when a thing was told, with which date and verdict, and that it never was."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scout.check.context import ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.identity import arxiv_month, identify
from scout.reports import claims
from scout.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.model import LedgerEntry, LedgerReport
    from scout.reports.sections import Line

_SINCE_THEN = re.compile(
    r"\b(?P<when>last (?:week|report|month|quarter|year)|(?:the )?(?:prior|previous) (?:week|report))(?:['’]?s)?\s"
    r"(?:(?:headline|[a-z]{2,20})\s){0,2}(?P<name>[A-Za-z][\w.-]{2,40})",
    re.IGNORECASE,
)
_REPORT = ("last week", "last report", "prior report", "previous report", "prior week", "previous week")
_ENTRY_OF_LAST = re.compile(
    r"(?P<name>[A-Za-z][\w.-]{2,40}) \((?:[^()]{0,40}\s)?entry #?(?P<number>\d{1,3}) (?:in|of) (?:the )?"
    r"(?:prior|previous|last)(?: week['’]s)? report\b",
    re.IGNORECASE,
)
_NEVER = re.compile(
    r"\b(?:absent from|missing from|not (?:in|covered (?:in|by)|mentioned in|seen in)|in none of|in no|new to)\s"
    r"(?:all\s|any\s|the\s|our\s|of\s){0,3}(?:prior|previous|earlier|past)\s(?:weekly\s)?reports?\b"
    r"|\bnever (?:before )?(?:reported|covered|mentioned)\b"
    r"|\bfirst (?:appearance|mention) in (?:this|our|the) (?:report|series)",
    re.IGNORECASE,
)
_CALLED = re.compile(r"\b(last (?:week|month|quarter|year))['’]s\s(?:[\w-]{1,30}\s){0,3}\W{0,3}$", re.IGNORECASE)
_SLACK = timedelta(days=14)
_YES_OR_NO = re.compile(r"(?i)\W*(yes|no(?:ne)?|n/a)\b")


def earlier(case: ReportContext) -> Iterator[Finding]:
    """Hold what the report says of earlier ones against the ledger: which had a thing, as which entry, what date and verdict.

    An error where `absent from all prior reports` is not so, and where an entry of the last report is none; a warning where
    `last week's` thing is an older report's, or older than `last month`, and where an earlier report has another date or verdict.
    """
    before = sorted((report for report in case.ledger if report.day < case.day), key=lambda report: report.day)
    if not before:
        return
    for line in case.document.lines:
        if line.section != "references":
            yield from _last_weeks(line, before)
            yield from _pointed(line, before[-1])
            yield from _older(case, line)
    yield from _never(case, before)
    yield from _otherwise(case, before)


def _last_weeks(line: Line, before: Sequence[LedgerReport]) -> Iterator[Finding]:
    """Find `last week's NAME` that an older report had, and the last one had not."""
    for found in _SINCE_THEN.finditer(line.passage.text):
        name = found["name"].rstrip(".-")
        if found["when"].lower().removeprefix("the ") not in _REPORT or not any(letter.isupper() for letter in name[1:]):
            continue
        told = [entry for report in before for entry in report.entries if _has(entry, name)]
        if told and all(entry.report != before[-1].day for entry in told):
            entry = told[-1]
            yield flag(
                Severity.WARNING,
                line,
                found[0],
                f"the report of {entry.report} had it: “{entry.title}”; the last one, of {before[-1].day}, has not",
                f"{entry.report}, line {entry.line}",
                "say when it was",
            )


def _has(entry: LedgerEntry, name: str) -> bool:
    return re.search(rf"(?<![\w-]){re.escape(fold(name))}(?![\w-])", fold(entry.title)) is not None


def _pointed(line: Line, last: LedgerReport) -> Iterator[Finding]:
    """Hold `NAME (entry #4 in the prior report)` against that entry."""
    for found in _ENTRY_OF_LAST.finditer(line.passage.text):
        numbered = {entry.number: entry for entry in last.entries if entry.number}
        own = numbered.get(int(found["number"]))
        others = [entry for entry in numbered.values() if _has(entry, found["name"])]
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


def _older(case: ReportContext, line: Line) -> Iterator[Finding]:
    """Find a link called `last month's` or the like whose thing is older."""
    text = line.passage.text
    for link in line.links:
        said = re.search(
            r"(?i)\b(last (?:week|month|quarter|year))['’]s\s(?:[\w-]{1,30}\s){0,3}\W{0,3}$", text[max(0, link.at - 80) : link.at]
        )
        day = _day(case, identify(link.url)) if said else None
        if said and day and day < _began(said[1].lower(), case.day) - _SLACK and not _told_last(case, identify(link.url)):
            yield flag(
                Severity.WARNING,
                line,
                f"{said[0].strip()} {link.text}",
                f"it is of {day:%B %Y}",
                identify(link.url),
                "say when it was",
            )


def _began(when: str, day: date) -> date:
    """Return the first day of `last week`, `last month`, `last quarter` or `last year`."""
    match when:
        case "last week":
            return day - timedelta(days=14)
        case "last month":
            return (day.replace(day=1) - timedelta(days=1)).replace(day=1)
        case "last quarter":
            months = day.year * 12 + (day.month - 1) // 3 * 3 - 3
            return date(months // 12, months % 12 + 1, 1)
        case _:
            return date(day.year - 1, 1, 1)


def _day(case: ReportContext, thing: str) -> date | None:
    seen = case.item(thing)
    if seen and seen.item.published:
        return seen.item.published.date()
    month = arxiv_month(thing)
    return (month + timedelta(days=30)).date() if month else None


def _told_last(case: ReportContext, thing: str) -> bool:
    last = max((report.day for report in case.ledger if report.day < case.day), default=None)
    return any(thing in entry.ids for report in case.ledger if report.day == last for entry in report.entries)


def _never(case: ReportContext, before: Sequence[LedgerReport]) -> Iterator[Finding]:
    told = {thing: entry for report in before for entry in report.entries if entry.grade for thing in entry.ids}
    entries = {entry.number: entry for entry in case.document.entries}
    for line in case.document.lines:
        if not (found := _NEVER.search(line.passage.text)):
            continue
        links = [*line.links, *(entries[line.entry].references if line.entry in entries else ())]
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
        then = [claim for claim in claims.dates(entry.stated, near=entry.report) if not claim.role]
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


def _meet(one: claims.DateClaim, other: claims.DateClaim) -> bool:
    return one.since <= other.until and other.since <= one.until
