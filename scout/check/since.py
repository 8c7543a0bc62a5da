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
from scout.reports import claims

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from packaging.version import Version

    from scout.model import TrackedItem
    from scout.reports.sections import Line

_FIRST = re.compile(
    r"\bfirst (?P<kind>(?:tagged |stable |final |minor |major |new |public )?)(?:release|tag|version|update)"
    r"(?:\s[\w./-]{1,30}){0,3}? (?:since|after) (?P<since>[^.;()]{2,60})",
    re.IGNORECASE,
)
_LENGTH = rf"(?:about |~|over |almost |more than )?({claims.NUMBER})[\s-](day|week|month)s?"
_PAUSE = r"(?:hiatus|gap|silence|pause|lull|break)"
_GAPS = (
    re.compile(rf"\b{_LENGTH}[\s-](?:\w{{1,12}}\s)?{_PAUSE}\b", re.IGNORECASE),
    re.compile(rf"\b{_PAUSE} of {_LENGTH}", re.IGNORECASE),
    re.compile(rf"\bfirst (?:\w{{1,12}} )?(?:release|tag|version) in {_LENGTH}", re.IGNORECASE),
)
_DAYS = {"day": 1, "week": 7, "month": 30}


def since(case: ReportContext) -> Iterator[Finding]:
    """Hold `first tagged release since v1.2` or `since April`, and `a six-week hiatus`, against the releases in the store.

    An error where the store has a release between the two; a warning where a gap is less than half as long as it is said to be.
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


def _repo(thing: str) -> str:
    return thing.removeprefix("github:").partition("@")[0] if thing.startswith("github:") else ""


def _first_since(case: ReportContext, line: Line, known: list[TrackedItem], own: set[str]) -> Iterator[Finding]:
    for found in _FIRST.finditer(line.passage.text):
        first = next((one for one in known if one.item.id in own), None)
        if first is None or first.item.published is None:
            continue
        start = _start(case, found["since"], known)
        final = found["kind"].strip().lower() in ("stable", "final", "minor", "major")
        between = [
            one
            for one in known
            if start and one.item.published and start < one.item.published.date() < first.item.published.date()
            and one.item.id not in own and (is_final(one.item) or not final)
        ]  # fmt: skip
        if final and found["kind"].strip().lower() in ("minor", "major"):
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
    stated = [] if named else claims.dates(words, near=case.day)
    return stated[0].until if stated else None


def _bases(name: str) -> set[Version]:
    return {base(version) for version in in_words(name)}


def _gaps(line: Line, known: list[TrackedItem], own: set[str]) -> Iterator[Finding]:
    places = [place for place, one in enumerate(known) if one.item.id in own]
    for found in (one for pattern in _GAPS for one in pattern.finditer(line.passage.text) if places and places[0]):
        number, before, first = claims.count(found[1]), known[places[0] - 1], known[places[0]]
        if number and before.item.published and first.item.published:
            gap = first.item.published - before.item.published
            if gap < timedelta(days=number * _DAYS[found[2].lower()]) / 2:
                evidence = f"{tag(before.item)} was released on {before.item.published.date()}, {gap.days} days before"
                yield flag(Severity.WARNING, line, found[0], evidence, before.item.id, "correct the gap, or name what paused")
