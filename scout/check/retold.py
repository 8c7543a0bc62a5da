"""Check figures that the report tells of a thing of an earlier report against what that report said."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout import figures
from scout.check.context import QUOTED, ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.check.numbers import agree, comparable
from scout.identity import identify
from scout.text import fold, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scout.figures import Figure, Metrics
    from scout.model import LedgerEntry, LedgerReport
    from scout.reports.markdown import Link
    from scout.reports.sections import Line

_LEAD = re.compile(r"[^\W_][\w+.-]{3,40}(?=$|[\s:,(—–])")
_WORD = re.compile(r"[^\W_][\w+.-]{2,40}\w")
_AGAINST = re.compile(
    r"\b(?:over|versus|vs\.?|than|against|compared (?:to|with)|beats?|outperforms?|relative to|atop|on top of|of)\s"
    r"(?:the\s)?\W{0,3}$",
    re.IGNORECASE,
)
"""What stands before a name that is the baseline of a figure, not its subject."""
_QUOTED = ("heading", "reference", "companions")
_POINTER = re.compile(
    r"\b(?:entry|item) #?(\d{1,3}) (?:in|of) (?:the )?(?:prior|previous|last)(?: week['’]s)? report\b"
    r"|\b(?:last (?:week|report)|prior report)['’]s (?:entry|item) #?(\d{1,3})\b",
    re.IGNORECASE,
)
_MOST_LINKS = 200
"""Links of one line that are looked for in its sentences."""
_REACH = 160
"""Characters after a name in which a figure is taken for its."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Named:
    """An earlier entry that a sentence names, and where the name ends."""

    entry: LedgerEntry
    end: int


def figures_told(case: ReportContext, before: Sequence[LedgerReport]) -> Iterator[Finding]:
    """Find a figure behind the name or link of an earlier report's entry, where that report has another for the same metric."""
    if case.metrics is None:
        return
    numbered = [entry for report in before for entry in report.entries if entry.number]
    told = {thing: entry for entry in numbered for thing in entry.ids[:1]}
    names = {fold(name): entry for entry in numbered for name in _called(entry)}
    last = {entry.number: entry for entry in before[-1].entries if entry.number}
    known: dict[int, list[tuple[str, Figure]]] = {}
    for line in case.document.lines:
        if (
            line.section == "references"
            or line.label in ("heading", "reference", "companions")
            or not re.search(r"\d", line.text)
        ):
            continue
        links = [link for link in line.links if link.text and identify(link.url) in told][:_MOST_LINKS]
        for sentence in sentences(line.passage.text.split(QUOTED)[0]):
            named = [*_named(links, sentence, told, names), *_pointed(sentence, last)]
            if len({id(one.entry) for one in named}) == 1:
                entry = named[0].entry
                if id(entry) not in known:
                    known[id(entry)] = _measured(entry, case.metrics)
                yield from _held(line, sentence, named[0], known[id(entry)], case.metrics)


def _called(entry: LedgerEntry) -> Iterator[str]:
    """Yield the coined names of an entry: the first word of its title, and those in the bracket behind it."""
    lead = _LEAD.match(entry.title)
    yield from (word for word in ((lead[0],) if lead else ()) if _coined(word))
    yield from (word for word in _WORD.findall(entry.stated) if any(letter.isupper() for letter in word[1:]))


def _coined(word: str) -> bool:
    return any(letter.isupper() or letter.isdigit() for letter in word[1:])


def _named(
    links: Sequence[Link], sentence: str, told: Mapping[str, LedgerEntry], names: Mapping[str, LedgerEntry]
) -> Iterator[_Named]:
    """Yield the earlier entries that a sentence is about: by link, or by a coined name."""
    for link in links:
        at = sentence.find(link.text)
        if at >= 0 and not _AGAINST.search(sentence[max(0, at - 30) : at]):
            yield _Named(entry=told[identify(link.url)], end=at + len(link.text))
    for found in _WORD.finditer(sentence):
        entry = names.get(fold(found[0]))
        if entry and not _AGAINST.search(sentence[max(0, found.start() - 30) : found.start()]):
            yield _Named(entry=entry, end=found.end())


def _pointed(sentence: str, last: Mapping[int, LedgerEntry]) -> Iterator[_Named]:
    """Yield the entries of the last report that a sentence gives by number."""
    for found in _POINTER.finditer(sentence):
        if entry := last.get(int(found[1] or found[2])):
            yield _Named(entry=entry, end=found.end())


def _measured(entry: LedgerEntry, metrics: Metrics) -> list[tuple[str, Figure]]:
    return [(part, figure) for part in sentences(entry.text) for figure in figures.find(part, metrics)]


def _held(line: Line, sentence: str, named: _Named, known: Sequence[tuple[str, Figure]], metrics: Metrics) -> Iterator[Finding]:
    entry = named.entry
    for figure in figures.find(sentence, metrics):
        if not named.end <= figure.start <= named.end + _REACH:
            continue
        same = [other for part, other in known if comparable(sentence, figure, part, other)]
        if same and not any(agree(figure, other) for _, other in known):
            values = " and ".join(dict.fromkeys(other.value for other in same[:3]))
            yield flag(
                Severity.WARNING,
                line,
                f"{entry.title}: {figure.metric} {figure.value}",
                f"the report of {entry.report} says {values}",
                f"{entry.report}, line {entry.line}",
                "look up which of the two it is",
            )
