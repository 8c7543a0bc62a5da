"""Check what a report says of a project's history against its releases in the store: `first release since`, `a hiatus of`."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from scout.check.context import ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.dates import show
from scout.identity import identify
from scout.releases import base, in_words, is_final, tag
from scout.reports import prose_dates

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from packaging.version import Version

    from scout.model import TrackedItem
    from scout.reports.sections import Line

_FIRST = re.compile(
    r"\bfirst (?P<kind>(?:tagged |stable |final |minor |major |new |public )?)(?:release|tag|version|update)"
    r"(?:\s[\w./-]{1,30}){0,3}? (?:since|after) (?P<since>(?:[^.;()]|\.(?=\d)){2,60})",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\b(?P<kind>)(?:directly|immediately|straight|right) (?:after|on the heels of|follow(?:s|ing))"
    r" (?P<since>v?\d(?:[\w-]|\.(?=\w)){1,20})"
    r"|\b(?:previous|preceding) (?:release|version|tag),? (?:was )?(?P<before>v?\d(?:[\w-]|\.(?=\w)){1,20})"
    r"|\bno (?:\w{1,12} )?(?:release|tag|version)s? since (?P<last>v?\d(?:[\w-]|\.(?=\w)){1,20})",
    re.IGNORECASE,
)
_ONLY = re.compile(
    r"\b(?:only|sole|single)(?: tagged| stable| new)? (?:release|tag|version) (?:of|in|inside|within|during)? ?(?:the|this) "
    r"(?:window|week|period|fortnight)",
    re.IGNORECASE,
)
_LENGTH = rf"(?:about |~|over |almost |more than )?(?P<count>{prose_dates.NUMBER})[\s-](?P<unit>day|week|month)s?"
_PAUSE = r"(?:hiatus|gap|silence|pause|lull|break|drought)"
_GAPS = (
    re.compile(rf"\b{_LENGTH}[\s-](?:\w{{1,12}}\s)?{_PAUSE}\b", re.IGNORECASE),
    re.compile(rf"\b{_PAUSE} of {_LENGTH}", re.IGNORECASE),
    re.compile(rf"\bfirst (?:\w{{1,12}} )?(?:release|tag|version) in {_LENGTH}", re.IGNORECASE),
    re.compile(rf"\b{_LENGTH} (?:without|with no) (?:a |any )?(?:\w{{1,12}} )?(?:release|tag|version)s?\b", re.IGNORECASE),
    re.compile(rf"\b(?:quiet|silent|dormant) for {_LENGTH}", re.IGNORECASE),
)
_VERSION = r"(?P<version>v?\d(?:[\w-]|\.(?=\w)){1,20})"
_BETWEEN = (
    re.compile(rf"\b(?:follows|followed|trails) {_VERSION} (?:by|after|within) {_LENGTH}", re.IGNORECASE),
    re.compile(rf"\b{_LENGTH} (?:after|behind|(?:(?:have |had )?(?:passed|gone by) )?since) {_VERSION}", re.IGNORECASE),
)
"""How long after another version a release is said to be."""
_DAYS = {"day": 1, "week": 7, "month": 30}


def since(case: ReportContext) -> Iterator[Finding]:
    """Hold `first tagged release since v1.2` or `since April`, and `a six-week hiatus`, against the releases in the store.

    An error where the store has a release between the two, or another one in the window of an `only release`; a warning where a
    gap is less than half as long as it is said to be, and where `three weeks after v1.2` is off by half of it and some days.
    """
    for entry in case.document.entries:
        repos = list(
            dict.fromkeys(found for link in (*entry.references, *entry.companions) if (found := _repo(identify(link.url))))
        )
        if len(repos) != 1:
            continue
        known = sorted(
            (one for one in case.evidence.under(f"github:{repos[0]}@") if one.item.published and one.trusted),
            key=lambda one: (str(one.item.published), one.item.id),
        )
        own = {identify(link.url) for link in (*entry.references, *entry.companions)}
        for line in entry.lines:
            yield from _first_since(case, line, known, own)
            yield from _gaps(line, known, own)
            yield from _between(line, known, own)
            yield from _only(case, line, known, own)


def _repo(thing: str) -> str:
    return thing.removeprefix("github:").partition("@")[0] if thing.startswith("github:") else ""


def _first_since(case: ReportContext, line: Line, known: list[TrackedItem], own: set[str]) -> Iterator[Finding]:
    for found in (*_FIRST.finditer(line.passage.text), *_NEXT.finditer(line.passage.text)):
        first = next((one for one in known if one.item.id in own), None)
        if first is None or first.item.published is None:
            continue
        start = _start(case, next(words for name, words in found.groupdict().items() if name != "kind" and words), known)
        final = (found["kind"] or "").strip().lower() in ("stable", "final", "minor", "major")
        between = [
            one
            for one in known
            if start and one.item.published and start < one.item.published.date() < first.item.published.date()
            and one.item.id not in own and (is_final(one.item) or not final)
        ]  # fmt: skip
        if final and (found["kind"] or "").strip().lower() in ("minor", "major"):
            between = [one for one in between if _micro(tag(one.item)) == 0]
        if between:
            listed = ", ".join(f"{tag(one.item)} ({show(one.item.published, one.item.precision)})" for one in between[-3:])
            yield flag(
                Severity.ERROR,
                line,
                found[0].strip(),
                f"the store has {listed} between the two",
                between[-1].item.id,
                "say since when",
            )


def _micro(name: str) -> int:
    versions = in_words(name)
    return versions[0].micro if versions else 0


def _start(case: ReportContext, words: str, known: list[TrackedItem]) -> date | None:
    """Return the day after which there was nothing: a version's, or the last day of what a date may mean."""
    named = {base(version) for version in in_words(words)}
    of_version = [one.item.published for one in known if one.item.published and named & _bases(tag(one.item))]
    if of_version:
        return max(of_version).date()
    stated = [] if named else prose_dates.dates(words, near=case.day)
    return stated[0].until if stated else None


def _bases(name: str) -> set[Version]:
    return {base(version) for version in in_words(name)}


def _gaps(line: Line, known: list[TrackedItem], own: set[str]) -> Iterator[Finding]:
    places = [place for place, one in enumerate(known) if one.item.id in own]
    for found in (one for pattern in _GAPS for one in pattern.finditer(line.passage.text) if places and places[0]):
        number, before, first = prose_dates.count(found["count"]), known[places[0] - 1], known[places[0]]
        if number and before.item.published and first.item.published:
            gap = first.item.published - before.item.published
            if gap < timedelta(days=number * _DAYS[found["unit"].lower()]) / 2:
                evidence = f"{tag(before.item)} was released on {before.item.published.date()}, {gap.days} days before"
                yield flag(Severity.WARNING, line, found[0], evidence, before.item.id, "correct the gap, or name what paused")


def _between(line: Line, known: list[TrackedItem], own: set[str]) -> Iterator[Finding]:
    """Hold `three weeks after v1.2` against the days between the two releases."""
    dated = {version: one for one in known for version in in_words(tag(one.item))}
    for found in (one for pattern in _BETWEEN for one in pattern.finditer(line.passage.text)):
        named = [dated[version].item for version in in_words(found["version"]) if version in dated]
        first = next((one.item for one in known if one.item.id in own and one.item not in named), None)
        number, unit = prose_dates.count(found["count"]), _DAYS[found["unit"].lower()]
        if not named or not first or not number or not first.published or not named[0].published:
            continue
        days = abs((first.published - named[0].published).days)
        if abs(days - number * unit) > max(unit, number * unit / 2):
            evidence = f"{tag(named[0])} was released on {named[0].published.date()}, {days} days from {tag(first)}"
            yield flag(Severity.WARNING, line, found[0], evidence, named[0].id, "correct the gap")


def _only(case: ReportContext, line: Line, known: list[TrackedItem], own: set[str]) -> Iterator[Finding]:
    """Find another final release in the window than the `only` one."""
    for found in _ONLY.finditer(line.passage.text) if case.window else ():
        inside = [
            one.item for one in known if one.item.published and one.item.published in (case.window or ()) and is_final(one.item)
        ]
        others = [item for item in inside if item.id not in own] or inside[1:]
        if others:
            listed = ", ".join(f"{tag(item)} ({show(item.published, item.precision)})" for item in inside[-3:])
            yield flag(Severity.ERROR, line, found[0], f"the store has {listed} in the window", others[0].id, "count them")
