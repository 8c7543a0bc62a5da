"""Check a report against itself: what it says twice of one thing, and differently; what it promises and does not tell."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scout import figures
from scout.check.context import QUOTED, Mention, ReportContext, flag
from scout.check.evidence import match
from scout.check.finding import Finding, Severity
from scout.identity import identify
from scout.reports import prose_dates
from scout.text import fold, sentences, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from scout.reports.document import ReportEntry
    from scout.reports.prose_dates import DateClaim
    from scout.reports.sections import Line

_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(
    r"\b(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday|s|rs|r|nes|ur)?\b\.?,?\s?\(?$|^\s?\(?(Mon|Tue|Wed|Thu|Fri|Sat|Sun)(?:day|sday|nesday|rsday|urday)\b"
)
_YES = re.compile(r"\s*(?:\*\*)?yes\b", re.IGNORECASE)
_UNSEEN = re.compile(
    r"\bas claimed\b|\bclaimed only\b|\bnot (?:visible|measured|evaluated|verifiable|disclosed)\b"
    r"|\bno (?:(?:measured|public|runtime|concrete|actual|hard|absolute) )?(?:numbers|figures|measurements|results|data) "
    r"(?:(?:are|were|is|was|could be|can be|have been|has been) )?(?:visible|given|shown|published|reported|available"
    r"|found|seen|disclosed|stated)\b"
    r"|\b(?:shows?|gives?|has|have|reports?|states?|publishe[sd]|contains?|with) no"
    r" (?:numbers|figures|measurements)\b(?! (?:for|on|of)\b)"
    r"|\bprojections?, not measure|\bno (?:numbers|figures|measurements)\s*(?:[.;,)]|$)",
    re.IGNORECASE,
)
_NONE = re.compile(r"\W*(?:none|no)\b(?=\W)", re.IGNORECASE)
_DOUBTED = re.compile(
    r"\b(?:claim\w*|not|without|vendor\w*|marketing|project\w*|only|companion|earlier|judged|theor\w*|no|none)\b",
    re.IGNORECASE,
)
_BECAUSE = re.compile(
    r"\b(?:because|since|due to|thanks to|driven by|owing to|to make room for|so that|to (?:cover|include|fit))\b([^.;]{3,400})",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?<![\w.-])[A-Za-z][\w.]{3,40}(?![\w.])|(?<![\w.-])[A-Za-z]\w{3,40}(?=\.(?:\s|$))")
_POINTER = re.compile(
    r"\b(?:see|in|under|to)\s(?:the\s)?[“\"*]{0,2}(additional context|boundary|explicit negatives|cross-cutting observations"
    r"|next week|late)[”\"*]{0,2}\s(?:section|below|list|bullets?)",
    re.IGNORECASE,
)
_SECTIONS = {
    "additional context": "additional",
    "explicit negatives": "negatives",
    "cross-cutting observations": "crosscutting",
    "next week": "next",
}
_VENUE = re.compile(r"\b([A-Z][A-Za-z&-]{0,30}[A-Z][A-Za-z]{0,20})(?:\s(?:20\d\d|['’]\d\d))?[\s,(:—–]{1,4}(?:\w{1,12}\s){0,2}$")
_LONGEST_MEETING = 14
_DISTINCT = 3
"""Digits from which one figure in two places is no accident."""


def contradiction(case: ReportContext) -> Iterator[Finding]:
    """Hold the report against itself: what it says twice of one thing must agree, and what it promises must be there.

    A weekday and its date, one thing's dates in two places, a verdict and its own words (`Yes — as claimed, not visible`),
    the days of a conference, one figure for two things, names that the head gives as its reason, sections that are pointed to.
    An error for a weekday that is not the date's; else a warning. Dates that the store knows are left to the rules of dates.
    """
    yield from _weekdays(case)
    yield from _dates(case)
    yield from _verdicts(case)
    yield from _meetings(case)
    yield from _figures(case)
    yield from _promised(case)


def _weekdays(case: ReportContext) -> Iterator[Finding]:
    for line in case.document.lines:
        text = line.passage.text
        if "day" not in text and not re.search(r"\b(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)\b", text):
            continue
        for claim in prose_dates.dates(text, near=case.day):
            near = _WEEKDAY.search(text[max(0, claim.at - 14) : claim.at]) or _WEEKDAY.search(
                text[claim.at + len(claim.words) :][:14]
            )
            named = (near[1] or near[2]) if near else None
            if claim.exact and named and not _DAYS[claim.since.weekday()].startswith(named.lower()):
                day = _DAYS[claim.since.weekday()].capitalize()
                yield flag(
                    Severity.ERROR, line, f"{named} {claim.words}", f"{claim.since} is a {day}", "", "correct one of the two"
                )


def _dates(case: ReportContext) -> Iterator[Finding]:
    first: dict[str, tuple[Mention, tuple[DateClaim, ...]]] = {}
    for mention in (*case.headings, *case.linked):
        stated = tuple(claim for claim in mention.dates if not claim.role)
        if not stated or len(mention.ids) != 1 or case.dated(mention):
            continue
        thing = mention.ids[0]
        before, said = first.setdefault(thing, (mention, stated))
        if not any(one.since <= other.until and other.since <= one.until for one in stated for other in said):
            yield flag(
                Severity.WARNING,
                mention,
                f"{mention.title}: {stated[0].words}",
                f"line {before.line} says {said[0].words}",
                f"{thing}, line {before.line}",
                "look up which of the two it is",
            )


def _verdicts(case: ReportContext) -> Iterator[Finding]:
    """Find `Yes` with `nothing visible`, and `None` with a measured figure, each in the verdict's first sentence."""
    for entry in case.document.entries:
        first = (sentences(entry.text("runtime")) or [""])[0]
        against: tuple[str, str] | None = None
        if _YES.match(first) and (unseen := _UNSEEN.search(first)):
            against = f"“Yes”, and “{unseen[0].strip()}”", "say partial, or no"
        elif case.metrics and (none := _NONE.match(first)) and not _DOUBTED.search(first, none.end()):
            measured = figures.find(first, case.metrics)
            against = (
                (f"“{none[0].strip()}”, and a figure of {measured[0].metric}: {measured[0].value}", "say yes, or partial")
                if measured
                else None
            )
        if against:
            line = next(line for line in entry.lines if line.label == "runtime")
            yield flag(Severity.WARNING, line, shorten(first, 160), against[0], "", against[1])


def _meetings(case: ReportContext) -> Iterator[Finding]:
    """Compare the days of one conference between places, and with its programme in the store."""
    first: dict[str, tuple[tuple[date, date], Line]] = {}
    sources = [source for source in case.evidence.sources() if source.days]
    for line in case.document.lines:
        text = line.passage.text
        for claim in prose_dates.dates(text, near=case.day):
            days = (claim.until - claim.since).days
            found = (
                _VENUE.search(text[max(0, claim.at - 70) : claim.at])
                if 0 < days <= _LONGEST_MEETING and not claim.about
                else None
            )
            if not found:
                continue
            key, said = fold(found[1]), (claim.since, claim.until)
            before, place = first.setdefault(key, (said, line))
            known = next(
                (one.days for one in sources if one.days and any(m.source == one.name for m in match(found[1], sources))), None
            )
            if known and (said[0] < known[0] or said[1] > known[1]) and said[0].year == known[0].year:
                yield flag(
                    Severity.WARNING,
                    line,
                    f"{found[1]}: {claim.words}",
                    f"its programme is of {known[0]} to {known[1]}",
                    "",
                    "correct the days",
                )
            elif said != before and not _inside(said, before):
                yield flag(
                    Severity.WARNING,
                    line,
                    f"{found[1]}: {claim.words}",
                    f"line {place.line} says {before[0]} to {before[1]}",
                    f"line {place.line}",
                    "correct one of the two",
                )


def _inside(one: tuple[date, date], other: tuple[date, date]) -> bool:
    """Say whether days may be of one conference: a part of the others, or a few days apart from them (workshops, a deadline)."""
    apart = one[0] > other[1] or one[1] < other[0]
    same_length = (one[1] - one[0]).days == (other[1] - other[0]).days > 1
    return (one[0] >= other[0] and one[1] <= other[1]) or (apart and not same_length)


def _figures(case: ReportContext) -> Iterator[Finding]:
    """Find one distinct figure of one metric that two entries claim, neither of which names the other."""
    if case.metrics is None:
        return
    first: dict[tuple[str, str, str], tuple[ReportEntry, Line]] = {}
    for entry in case.document.entries:
        for line in entry.lines:
            if line.label not in ("summary", "impact", "runtime", "novelty", "why"):
                continue
            for figure in figures.find(line.text.split(QUOTED)[0], case.metrics):
                if len(re.sub(r"\D", "", figure.value).strip("0")) < _DISTINCT:
                    continue
                key = (figure.metric, figure.unit, figure.value)
                other, place = first.setdefault(key, (entry, line))
                if other is not entry and not _related(entry, other):
                    yield flag(
                        Severity.WARNING,
                        line,
                        f"{figure.metric}: {figure.value}",
                        f"entry {other.number} has the same figure, “{other.title}”",
                        f"line {place.line}",
                        "look up whose it is",
                    )


def _related(one: ReportEntry, other: ReportEntry) -> bool:
    links = [{identify(link.url) for line in entry.lines for link in line.links} for entry in (one, other)]
    texts = [fold(f"{entry.heading} {' '.join(line.text for line in entry.lines)}") for entry in (one, other)]
    leads = [fold(re.split(r"[\s:,(—–]", entry.title, maxsplit=1)[0]) for entry in (one, other)]
    named = any(len(lead) > 3 and lead in text for lead, text in zip(leads, reversed(texts), strict=True))
    pointed = f"entry #{other.number}" in texts[0] or f"entry {other.number}" in texts[0] or f"#{one.number}" in texts[1]
    return bool(links[0] & links[1]) or named or pointed


def _promised(case: ReportContext) -> Iterator[Finding]:
    """Find names that the head gives as its reason and nothing below tells, and sections that are pointed to and not there."""
    body = fold(" ".join(line.passage.text for line in case.document.lines if line.section != "head"))
    there = {line.section for line in case.document.lines}
    for line in case.document.lines:
        for found in _BECAUSE.finditer(line.passage.text) if line.section == "head" and case.document.entries else ():
            for name in dict.fromkeys(_WORD.findall(found[1])):
                if _coined(name) and fold(name) not in body:
                    yield flag(
                        Severity.WARNING, line, name, "the head names it, and nothing below does", "", "tell it, or take it out"
                    )
        for found in _POINTER.finditer(line.passage.text):
            section = _SECTIONS.get(found[1].lower(), found[1].lower())
            if section not in there:
                yield flag(Severity.WARNING, line, found[0], "the report has no such section", "", "add it, or point elsewhere")


def _coined(word: str) -> bool:
    """Say whether a word is a coined name: a capital after its first letter, and a small letter."""
    return any(letter.isupper() for letter in word[1:]) and any(letter.islower() for letter in word)
