"""Check for repeated items: every link of a report is an identity, in lists and groups as in entries."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from scout.check.context import Mention, ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.check.identities import addressed, keys
from scout.check.shapes import index_of
from scout.identity import identify
from scout.releases import in_words
from scout.reports.authorship import without_comparison
from scout.reports.document import MENTIONS
from scout.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scout.model import LedgerEntry
    from scout.reports.document import ReportEntry
    from scout.reports.sections import Line

_UPDATE = re.compile(r"\bupdate|follow-?up|revisit|\brevis(?:ed|ion)\b|\bv[2-9]\b(?!\.)|previously reported", re.IGNORECASE)
_UPDATE_IN_PROSE = re.compile(
    r"\bupdate (?:to|of|on) (?:entry|item|the|our|last)|previously reported|\bfirst reported\b"
    r"|entry #?\d+ (?:of|in) (?:the )?(?:report|prior|previous|last|20)",
    re.IGNORECASE,
)
_SAID = re.compile(
    r"\bcompanions?\b|\b(?:prior|previous|last|earlier)(?:[- ](?:week|report|entry|issue|run|coverage|month)(?:['’]?s)?)\b"
    r"|\b(?:already|previously|earlier|first|also) (?:reported|covered|noted|listed|told|mentioned)\b|\bcarried over\b|\brecap\b"
    r"|\bentr(?:y|ies) #?\d|\bfollow-?up\b|\brevisit",
    re.IGNORECASE,
)
"""What a line says of a thing that it knows to be told: a companion, or of an earlier week."""
_LISTED = re.compile(r"(?:[;·,.:(—–/&|]|\band|\bor|\bplus|\bwith)\s{0,3}$", re.IGNORECASE)
"""What stands before a link that is one of a list, rather than a word of a sentence."""
_NEAR = 200
_BEHIND = 80
_QUOTED = frozenset({"reference", "companions", "status", "evidence", "changes"})
"""Labels of an entry's lines that quote others."""


def _living(thing: str) -> bool:
    """Say whether an id is of a page that keeps changing: a repository, a tracker, a site, documentation."""
    url = thing.removeprefix("url:")
    repository = re.fullmatch(r"https://(?:github|gitlab)\.com/[^/]+/[^/]+", url)
    return thing.startswith("url:") and bool(repository or index_of(url) or "docs." in url or "/docs/" in url)


def repeat(case: ReportContext) -> Iterator[Finding]:
    """Find what an earlier report has already: by any identity, whatever the link's text or address, in lists as in entries.

    The same release under an index page with its version in words, a DOI's page, a talk's page, a name with its version and an
    equal title are one thing. An error for a numbered entry that was numbered before; a warning where either was only a mention,
    or the thing was the earlier entry's companion. An announced update or follow-up is allowed, what the line itself calls a
    companion or an earlier week's, and places that go on changing: repositories, trackers, sites.
    """
    earlier = _earlier(case)
    prose = {
        entry.number: without_comparison(" ".join(line.text for line in entry.lines if line.label not in _QUOTED))
        for entry in case.document.entries
    }
    for mention, said in _named(case):
        if mention.numbered and _UPDATE_IN_PROSE.search(prose.get(mention.entry or 0, "")):
            continue
        if _UPDATE.search(f"{mention.title} {mention.stated}") or _UPDATE_IN_PROSE.search(said) or _SAID.search(said):
            continue
        told = {id(one): one for key in _keys(case, mention) for one in earlier.get(key, ())}
        if not told:
            continue
        entry = max(told.values(), key=lambda one: (_same(mention, one), one.grade, one.report))
        known = _same(mention, entry)
        if not known and not mention.numbered:
            continue
        place = f"entry {entry.number}" if entry.number else entry.section
        yield flag(
            Severity.ERROR if mention.numbered and entry.number and known and mention.ids[0] in entry.ids else Severity.WARNING,
            mention,
            mention.title,
            f"the report of {entry.report} has it" + ("" if known else " as a companion") + f": {place}, “{entry.title}”",
            f"{entry.report}, line {entry.line}",
            "leave it out, or say what is new since",
        )


def _earlier(case: ReportContext) -> Mapping[str, list[LedgerEntry]]:
    """Return what earlier reports tell, by the keys of each thing: its own ids, releases and title."""
    found: dict[str, list[LedgerEntry]] = {}
    for report in case.ledger:
        for entry in report.entries if report.day < case.day else ():
            if entry.grade >= 1:
                own = {
                    key for thing in entry.ids for key in (thing, *addressed(thing, entry.title if thing == entry.ids[0] else ""))
                }
                for key in own | keys(entry.title, [("", link) for link in entry.links[:1]], case.item):
                    if not _living(key):
                        found.setdefault(key, []).append(entry)
    return found


def _keys(case: ReportContext, mention: Mention) -> list[str]:
    """Return the keys by which a mention may be told already: those of its own page and papers, and its title's."""
    references = case.entry_at(mention.line).references if mention.numbered else (mention.link,)
    links = [(link.text, link.url) for link in references if link]
    own = [thing for thing in mention.ids if thing == mention.ids[0] or thing.startswith("arxiv:")]
    found = {key for thing in own[:2] for key in (thing, *addressed(thing, mention.title))} | keys(
        mention.title, links, case.item
    )
    kinds = ("release:", "named:") if mention.ids and _living(mention.ids[0]) else ("",)  # such a page keeps its title
    return sorted(key for key in found if key.startswith(kinds) and not _living(key))


def _same(mention: Mention, entry: LedgerEntry) -> bool:
    """Say whether a ledger entry is about the item itself, not one that it is a companion of."""
    if entry.ids and mention.ids[0] == entry.ids[0]:
        return True
    alike = fuzz.token_set_ratio(_words(mention.title), _words(entry.title)) >= 70
    return alike and (bool(set(mention.ids) & set(entry.ids)) or _versions(mention.title) == _versions(entry.title))


def _words(title: str) -> str:
    return re.sub(r"[^\w\s]+", " ", fold(title))


def _versions(title: str) -> frozenset[str]:
    return frozenset(str(version) for version in in_words(title))


def _named(case: ReportContext) -> Iterator[tuple[Mention, str]]:
    """Yield each thing that the report tells, with the words around it: entries, then every link of its lists."""
    for mention in case.headings:
        if mention.ids:
            yield mention, ""
    for line in case.document.lines:
        if line.section in MENTIONS and line.label != "heading":
            yield from _of_line(case, line)


def _of_line(case: ReportContext, line: Line) -> Iterator[tuple[Mention, str]]:
    """Yield the links of a line that are things of a list, not words of a sentence, each with the text around it."""
    text, end = line.passage.text, 0
    if not line.links and line.passage.kind == "item" and (mention := _without_link(line)):
        yield mention, f"{line.group} {text[: 2 * _NEAR]}"
    for link, following in zip_longest(line.links, line.links[1:]):
        before = text[end : link.at].rstrip('"“‘*`[ ')[-40:]
        end = link.at + len(link.text)
        if identify(link.url) and (not before or _LISTED.search(before)):
            near = text[max(0, link.at - _NEAR) : end + _NEAR] if len(text) > 2 * _NEAR else text
            mention = case.link(link, line)
            if index_of(link.url) and not in_words(link.text):  # `releases — v1.2 with …`: the version stands behind
                behind = text[end : min(following.at, end + _BEHIND) if following else end + _BEHIND]
                mention = replace(mention, title=f"{link.text}{behind}".strip(" —–-:.")) if in_words(behind) else mention
            yield mention, f"{line.group} {near}"


def _without_link(line: Line) -> Mention | None:
    """Return what a bullet without a link begins with, where that is a name with its version."""
    title = re.split(r"\s[—–]\s|[:(;]\s?|,\s", line.passage.text[:_NEAR])[0].strip()
    named = sorted(key for key in keys(title, (), lambda _: None) if key.startswith("named:"))
    if not named:
        return None
    return Mention(ids=(named[0],), title=title, stated="", dates=(), line=line.line, section=line.section)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """Where a thing was told first: the mention, in words, and whether it is the mention's own thing, not its companion."""

    mention: Mention
    words: str
    own: bool = True


def twice(case: ReportContext) -> Iterator[Finding]:
    """Find what stands twice in one report, by any identity, in lists and among companions too.

    An error for two numbered entries of one thing; a warning for a mention beside an entry, its companion, or another mention.
    """
    first: dict[str, _Place] = {}
    for mention, said in _named(case):
        own = set(_keys(case, mention)) | ({mention.ids[0]} if mention.numbered else set())
        before = next((first[key] for key in sorted(own) if key in first and _apart(mention, first[key])), None)
        words = f"entry {mention.entry}" if mention.numbered else f"line {mention.line}"
        for key in own:
            first.setdefault(key, _Place(mention=mention, words=words))
        if mention.numbered:
            for thing in _companions(case.entry_at(mention.line)):
                first.setdefault(thing, _Place(mention=mention, words=f"a companion of {words}", own=False))
        if before is not None and not _SAID.search(said):
            yield flag(
                Severity.ERROR if mention.numbered and before.mention.numbered else Severity.WARNING,
                mention,
                mention.title,
                f"{before.words} is the same thing: “{before.mention.title}”",
                f"{mention.ids[0]}, line {before.mention.line}",
                "keep one of the two",
            )


def _apart(mention: Mention, place: _Place) -> bool:
    """Say whether a mention is told elsewhere than a place: an entry may be another's companion, a list item may not."""
    return (place.own or not mention.numbered) and (place.mention.line, place.mention.title) != (mention.line, mention.title)


def _companions(entry: ReportEntry) -> Iterator[str]:
    for link in entry.companions:
        thing = identify(link.url)
        if thing and not _living(thing):
            yield from (thing, *addressed(thing, link.text))
