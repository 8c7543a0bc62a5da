"""Check words that date a thing by the report's own day: `yesterday`, `two weeks ago`, `last month's`, `earlier this week`."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import TYPE_CHECKING

from scout.check.context import ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.identity import arxiv_month, identify
from scout.releases import in_words, tag
from scout.reports import prose_dates

if TYPE_CHECKING:
    from collections.abc import Iterator

    from packaging.version import Version

    from scout.reports.sections import Line

_COUNT = (
    rf"(?:just |only |about |some |roughly |nearly |almost |over )?(?P<count>{prose_dates.NUMBER}|an?|a few|several|a couple of)"
)
_WHEN = (
    rf"(?P<when>today|yesterday|(?:earlier )?this (?:week|month)|last (?:week|month|quarter|year)"
    rf"|{_COUNT}\s(?P<unit>day|week|month)s?\sago)\b"
)
_VERB = (
    r"(?:was|were|is|has|been|just|first|only|also|published|posted|released|announced|shipped|landed|out|appeared|came|went|up"
    r"|submitted|dated|from|of|on|in|arXiv)"
)
_BEHIND = re.compile(rf"[\"”’'*)\]\s,(—–:-]{{0,4}}(?:{_VERB}\s){{0,5}}{_WHEN}(?!['’])", re.IGNORECASE)
"""What stands right behind a link that says when its thing was."""
_BEFORE = re.compile(rf"\b{_WHEN}['’]s\s(?:[\w-]{{1,30}}\s){{0,3}}\W{{0,3}}$", re.IGNORECASE)
"""What stands right before a link."""
_VERSION = re.compile(
    rf"\b{_WHEN}['’]s\s(?:[A-Za-z][\w-]{{0,30}}\s){{0,2}}(?P<version>v?\d{{1,4}}(?:\.\d{{1,4}}){{1,3}}\w*)", re.IGNORECASE
)
_FEW = 4
"""What `a few`, `several` and `a couple of` may mean, at most twice as many."""


def relative_date(case: ReportContext) -> Iterator[Finding]:
    """Hold words that date a thing by the report's day against the day that is known of it: `two weeks ago`, `last month's`.

    They are read beside a link, and before a version of the entry's own releases. A rough word is given room: `last week` three
    weeks, `two weeks ago` five days either way; what the last report told is last week's, whatever its date.
    """
    for line in case.document.lines:
        if line.section == "references" or line.label == "heading":
            continue
        text = line.passage.text
        for place, link in enumerate(line.links):
            end = link.at + len(link.text)
            beside = _BEHIND.match(text, end) or _BEFORE.search(text[max(0, link.at - 80) : link.at])
            if beside and not (place and line.links[place - 1].at > beside.end() > link.at):
                yield from _held(case, line, beside, identify(link.url), link.text)
        versions = list(_VERSION.finditer(text))
        releases = _releases(case, line) if versions else {}
        for found in versions:
            for version in in_words(found["version"]):
                if version in releases:
                    yield from _held(case, line, found, releases[version], found["version"])


def _releases(case: ReportContext, line: Line) -> dict[Version, str]:
    """Return the known releases that a line and its entry link to, by version."""
    entry = case.entries.get(line.entry) if line.entry else None
    links = (*line.links, *(entry.references if entry else ()))
    known = [seen.item for link in links if (seen := case.item(identify(link.url)))]
    return {version: item.id for item in known for version in in_words(tag(item))}


def _held(case: ReportContext, line: Line, found: re.Match[str], thing: str, name: str) -> Iterator[Finding]:
    """Compare the days that the words may mean with those of the thing."""
    when = found["when"].lower()
    known, meant = _days(case, thing), _meant(when, found["count"], found["unit"], case)
    if known is None or (known[0] <= meant[1] and known[1] >= meant[0]) or (when == "last week" and _told_last(case, thing)):
        return
    day = f"{known[0]}" if known[0] == known[1] else f"{known[0]:%B %Y}"
    yield flag(Severity.WARNING, line, f"{name}: {found['when']}", f"it is of {day}", thing, "say when it was")


def _days(case: ReportContext, thing: str) -> tuple[date, date] | None:
    """Return the first and last day that a thing may be of."""
    seen = case.item(thing)
    if seen and seen.item.published:
        return seen.item.published.date(), seen.item.published.date()
    month = arxiv_month(thing)
    return (month.date(), (month + timedelta(days=30)).date()) if month else None


def _meant(when: str, count: str | None, unit: str | None, case: ReportContext) -> tuple[date, date]:
    """Return the days that the words may mean, with the room that such words have."""
    day = case.day
    if unit:
        length = {"day": 1, "week": 7, "month": 30}[unit.lower()]
        number = prose_dates.count(count or "")
        least, most = (number, number) if number else (1, 1) if (count or "").lower() in ("a", "an") else (2, 2 * _FEW)
        room = max({1: 1, 7: 5, 30: 15}[length], length * most // 4)
        return _before(day, length * most + room), _before(day, length * least - room)
    match when.removeprefix("earlier "):
        case "today":
            began = day - timedelta(days=1)
        case "yesterday":
            began = day - timedelta(days=2)
        case "this week":
            began = min(day - timedelta(days=9), case.window.since if case.window else day)
        case "last week":
            began = day - timedelta(days=21)
        case "this month":
            began = day.replace(day=1) - timedelta(days=3)
        case "last month":
            first = day.replace(day=1)
            return (first - timedelta(days=1)).replace(day=1) - timedelta(days=7), max(
                first + timedelta(days=5), day - timedelta(days=7)
            )
        case "last quarter":
            months = day.year * 12 + (day.month - 1) // 3 * 3 - 3
            began = date(months // 12, months % 12 + 1, 1) - timedelta(days=14)
        case _:
            began = date(day.year - 1, 1, 1) - timedelta(days=14)
    return began, day + timedelta(days=1)


def _before(day: date, days: int) -> date:
    return day - timedelta(days=min(days, (day - date.min).days))


def _told_last(case: ReportContext, thing: str) -> bool:
    last = max((report.day for report in case.ledger if report.day < case.day), default=None)
    return any(thing in entry.ids for report in case.ledger if report.day == last for entry in report.entries)
