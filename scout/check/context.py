"""Join a report with its evidence, as the rules read it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

from scout.check.finding import Finding, Severity
from scout.identity import arxiv_in, identify
from scout.model import Kind, Precision, Window
from scout.reports import prose_dates
from scout.reports.document import MENTIONS, ReportEntry, split_title, things

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scout.check.evidence import Evidence
    from scout.figures import Metrics
    from scout.model import LedgerReport, TrackedItem
    from scout.reports.document import Document
    from scout.reports.markdown import Link
    from scout.reports.sections import Line

Rule = Callable[["ReportContext"], Iterator[Finding]]
"""One rule: its docstring is what `--explain` shows; its function's name, with hyphens, is its code."""

QUOTED = "Nearest earlier:"
"""In a draft's novelty, the text after these words quotes earlier reports; it is not checked."""
_BRACKET = re.compile(r"\s*\(([^()]*)\)")
_IN_BRACKET = re.compile(r"[,;]\s([^()\[\]]{3,40})\)")
"""The rest of a bracket that a link begins: `([notes](…), May 4)`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One place where the report names an item: an entry's heading (`numbered`), or a link's text.

    `ids` are the item's ids, the first of them its own; `dates` the dates that are claimed.
    """

    ids: tuple[str, ...]
    title: str
    stated: str
    dates: tuple[prose_dates.DateClaim, ...]
    line: int
    section: str
    entry: int | None = None
    numbered: bool = False
    link: Link | None = None


@dataclass(frozen=True)
class ReportContext:
    """One report, the evidence, its day, the ledger, the field's vocabulary. Not slotted: properties are cached."""

    document: Document
    evidence: Evidence
    day: date
    ledger: Sequence[LedgerReport]
    metrics: Metrics | None = None

    @cached_property
    def window(self) -> Window | None:
        """The window that the report states."""
        since, until = self.document.since, self.document.until
        return Window(since=since, until=until) if since and until and since <= until else None

    @cached_property
    def headings(self) -> tuple[Mention, ...]:
        """The numbered entries as mentions."""
        return tuple(self._heading(entry) for entry in self.document.entries)

    @cached_property
    def linked(self) -> tuple[Mention, ...]:
        """Every link as a mention, in order."""
        return tuple(
            self.link(link, line)
            for line in self.document.lines
            for link in line.links
            if identify(link.url) and QUOTED not in line.passage.text[: link.at]
        )

    @cached_property
    def linked_ids(self) -> frozenset[str]:
        """The ids of all links."""
        return frozenset(mention.ids[0] for mention in self.linked)

    def entry_at(self, line: int) -> ReportEntry:
        """Return the entry whose heading stands on a line."""
        return self._entries[line]

    @cached_property
    def entries(self) -> dict[int, ReportEntry]:
        """The entries by number; of several with one number, the last."""
        return {entry.number: entry for entry in self.document.entries}

    @cached_property
    def _entries(self) -> dict[int, ReportEntry]:
        return {entry.line: entry for entry in self.document.entries}

    def _heading(self, entry: ReportEntry) -> Mention:
        ids = tuple(dict.fromkeys(found for link in entry.references if (found := identify(link.url))))
        reference = " ".join(line.text for line in entry.lines if line.label == "reference")
        named = arxiv_in(reference)
        dates = prose_dates.dates(entry.stated, near=self.day)
        if not dates and len(entry.references) == 1 and not entry.companions:
            dates = prose_dates.dates(reference.replace(entry.references[0].text, ""), near=self.day)
        if prose_dates.at_venue(entry.title):
            dates = tuple(replace(claim, role=claim.role or "presented") for claim in dates)
        return Mention(
            ids=ids or ((f"arxiv:{named}",) if named else ()),
            title=entry.title,
            stated=entry.stated,
            dates=dates,
            line=entry.line,
            section=entry.section,
            entry=entry.number,
            numbered=True,
        )

    @cached_property
    def _links(self) -> dict[tuple[int, int, str], Mention]:
        return {}

    def link(self, link: Link, line: Line) -> Mention:
        """Return the mention that a link makes; a bracket right after it may state the date."""
        key = (line.line, link.at, link.url)
        if key not in self._links:
            self._links[key] = self._linked(link, line)
        return self._links[key]

    def _linked(self, link: Link, line: Line) -> Mention:
        title, stated = split_title(link.text)
        end = link.at + len(link.text)
        behind = _BRACKET.match(line.passage.text, end) or _IN_BRACKET.match(line.passage.text, end)
        if not stated and behind:
            stated = behind[1]
        return Mention(
            ids=(identify(link.url),),
            title=title,
            stated=stated,
            dates=prose_dates.dates(stated, near=self.day),
            line=link.line,
            section=line.section,
            entry=line.entry,
            link=link,
        )

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """The items that bullets outside of the entries name, without companions."""
        return tuple(
            self.link(group[0], line)
            for line in self.document.lines
            if line.section in MENTIONS
            for group in things(line)
            if identify(group[0].url)
        )

    def item(self, thing: str) -> TrackedItem | None:
        """Return the item itself, or a talk about it; not a post or thread that merely links to it."""
        seen = self.evidence.item(thing)
        own = seen is not None and (seen.item.kind is Kind.TALK or thing in (seen.item.id, identify(seen.item.url)))
        return seen if own else None

    def seen(self, mention: Mention) -> tuple[TrackedItem, ...]:
        """Return the stored items of a mention's ids, in their order."""
        return tuple(seen for found in mention.ids if (seen := self.item(found)))

    def dated(self, mention: Mention) -> tuple[TrackedItem, ...]:
        """Return the stored items whose own id or url a mention has, and with a date: a talk's date is not its paper's."""
        own = set(mention.ids)
        return tuple(
            seen
            for seen in self.seen(mention)
            if seen.item.published and seen.item.precision is not Precision.NONE and own & {seen.item.id, identify(seen.item.url)}
        )


def flag(  # noqa: PLR0917 -- severity, place, claim and evidence read as one sentence
    severity: Severity, place: Mention | Line | ReportEntry, claim: str, evidence: str, where: str = "", advice: str = ""
) -> Finding:
    """Return a finding at a mention, line or entry; `check` adds the code."""
    number = place.number if isinstance(place, ReportEntry) else place.entry
    return Finding(
        line=place.line, code="", severity=severity, claim=claim, evidence=evidence, where=where, advice=advice, entry=number
    )
