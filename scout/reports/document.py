"""Parse a finished report into its head, sections, numbered entries, bullets and negatives, each with its line number.

Recognises the layout of a draft (docs/draft.md) and its variants by headings and labels, hand edits included. Unrecognised
headings and labels are kept with their line in `unknown`. No I/O.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from scout.reports import authorship, markdown, negatives, prose_dates, sections

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scout.reports.markdown import Link
    from scout.reports.negatives import Negative, Unread
    from scout.reports.sections import Line

MENTIONS = ("boundary", "late", "additional")  # not `next`: those items are reported next week
"""Sections whose bullets mention items without an entry, most detailed first."""
_COMPANIONS = re.compile(
    r"\b(?:companions?(?: \w+)?|coverage|discussion|see also|related(?: work)?|background|follow-?up|commentary|adjacent|context"
    r"|mirrors?|earlier|previously|prior)\s*:",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"[.;]\s+([A-Z][a-z][\w '-]{1,30}):\s")
_OWN = re.compile(
    r"(?:references?|papers?|arxiv|pdf|(?:release )?notes|code|repo(?:sitory)?|source|blog|posts?|docs|documentation|project"
    r"|slides|video|poster|talk|announcement|model card|data(?:set)?|site|page)s?",
    re.IGNORECASE,
)
"""Labels inside a reference line whose links are of the thing itself; any other label starts companions."""
_BETWEEN = re.compile(r"^[\s,;&+/.]*+(?:and|or|plus)?[\s,;&+/]*+(?:\w++:)?\s*+$", re.IGNORECASE)
_PRIOR = re.compile(r"\b(?:prior|previous|last) report\b", re.IGNORECASE)
_HORIZON = re.compile(r"\b(?:search )?(?:horizon|window)\b(?:\s+expanded to)?\s*:?", re.IGNORECASE)
_PAST = re.compile(r"\bpast\s+(?:[~≈]\s*)?(?:(\w+)[\s-]+)?(day|week|month|year)s?\b", re.IGNORECASE)
_PATH = re.compile(r"[\w./-]{1,200}\.md\b")
_TRAILING = re.compile(r"(?:(?<!\s)\s++)?\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*$")
_SEEN_COMMENT = re.compile(r"<!--\s*scout:\s*seen until (\d{4}-\d\d-\d\d)T(\d\d:\d\d:\d\d)Z\s*-->")
_SEEN_WORDS = re.compile(r"(?i)\bseen until (\d{4}-\d\d-\d\d)[ T](\d\d:\d\d(?::\d\d)?) ?(?:UTC|Z)\b")
_DIRECTIVE = re.compile(r"<!--\s*scout:\s*off\s+([\w\s,-]+?)\s*-->", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReportEntry:
    """A numbered entry. `section` is its section letter, a prime written `'`: `A`, `B`, `A'`; `heading` omits the number.

    `title` is the heading without its parenthesised date; `stated` is that date's text, or an empty string.
    """

    number: int
    section: str
    heading: str
    title: str
    stated: str
    line: int
    lines: tuple[Line, ...] = ()

    def text(self, label: str) -> str:
        """Return the text under a label (`summary`, `novelty`, `impact`, `runtime`, `why`), or an empty string."""
        return " ".join(line.text for line in self.lines if line.label == label)

    @property
    def prose(self) -> str:
        """The entry's text without references and companions."""
        return " ".join(line.text for line in self.lines if line.label not in ("reference", "companions"))

    @property
    def references(self) -> tuple[Link, ...]:
        """Links to the item itself: those of the reference line before any companions."""
        return tuple(link for line in self.lines if line.label == "reference" for link in _parted(line)[0])

    @property
    def companions(self) -> tuple[Link, ...]:
        """Links to related items: coverage, discussion, earlier posts."""
        own = (link for line in self.lines if line.label == "reference" for link in _parted(line)[1])
        return (*own, *(link for line in self.lines if line.label == "companions" for link in line.links))


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A parsed report. `since`..`until` is the window it states, both days included; `lines` are the passages below the title.

    `seen_until` (UTC) is the instant up to which its draft says that the sources were read.

    `asides` are negatives that sentences of other sections state; `unread` is what stands among the negatives and is no name.
    `off` are rules disabled by a comment, as pairs of line and code; `unknown` are unrecognised lines; `source` is the
    normalised Markdown, by line. `drafted`: made from a draft by scout.
    """

    title: str
    day: date | None
    run_type: str = ""
    prior: Link | None = None
    since: date | None = None
    until: date | None = None
    seen_until: datetime | None = None
    scope: str = ""
    entries: tuple[ReportEntry, ...] = ()
    lines: tuple[Line, ...] = ()
    negatives: tuple[Negative, ...] = ()
    asides: tuple[Negative, ...] = ()
    unread: tuple[Unread, ...] = ()
    off: tuple[tuple[int, str], ...] = ()
    unknown: tuple[Line, ...] = ()
    source: tuple[str, ...] = ()
    drafted: bool = False

    def section(self, name: str) -> tuple[Line, ...]:
        """Return the lines of one section: `additional`, `boundary`, `references`, `crosscutting`, `head` and others."""
        return tuple(line for line in self.lines if line.section == name)

    @property
    def links(self) -> tuple[Link, ...]:
        """Every link, in order."""
        return tuple(link for line in self.lines for link in line.links)

    @property
    def recognised(self) -> bool:
        """Whether this is a report: it has numbered entries, or at least two known sections."""
        known = {line.section for line in self.lines} & {"A", "B", "additional", "crosscutting", "references", "negatives"}
        return bool(self.entries) or len(known) >= 2


def parse_report(text: str) -> Document:
    """Parse a report's Markdown. Never fails: text that is no report gives a document that is not `recognised`."""
    found = markdown.passages(text)
    title = next((passage for passage in found if passage.kind == "heading" and passage.level == 1), None)
    day = _day(title.text if title else "")
    lines = tuple(sections.place(passage for passage in found if passage is not title))
    head = [line for line in lines if line.section == "head"]
    since, until = _horizon(head, day)
    denied, unread = negatives.parse(lines)
    return Document(
        title=title.text if title else "",
        day=day,
        run_type=_run_type(head),
        prior=_prior(head),
        since=since,
        until=until,
        seen_until=_seen_until(text),
        scope=next((line.text for line in head if line.label.lower() == "scope"), ""),
        entries=tuple(_entries(lines)),
        lines=lines,
        negatives=denied,
        asides=tuple(negatives.asides(lines)),
        unread=unread,
        off=tuple(_directives(text)),
        unknown=tuple(line for line in lines if line.section == "unknown" or (line.entry and not line.label)),
        source=tuple(markdown.tidy(text).split("\n")),
        drafted=authorship.drafted(text),
    )


def _seen_until(text: str) -> datetime | None:
    """Return the UTC instant of a draft's `seen until`: from its comment, else from its text."""
    for pattern in (_SEEN_COMMENT, _SEEN_WORDS):
        for found in pattern.finditer(text):
            with suppress(ValueError, OverflowError):
                return datetime.fromisoformat(f"{found[1]}T{found[2]}+00:00")
    return None


def _day(title: str) -> date | None:
    claimed = prose_dates.dates(title, near=None)
    exact = [claim.until for claim in claimed if claim.exact]
    return exact[-1] if exact else None


def _directives(text: str) -> Iterator[tuple[int, str]]:
    """Return what `<!-- scout: off CODE -->` disables: on its line, or on the next if alone on its line."""
    for number, line in enumerate(text.splitlines(), 1):
        for found in _DIRECTIVE.finditer(line):
            alone = not _DIRECTIVE.sub("", line).strip()
            yield from ((number + alone, code) for code in re.split(r"[\s,]+", found[1]))


def _entries(lines: Iterable[Line]) -> Iterator[ReportEntry]:
    heading: Line | None = None
    body: list[Line] = []
    for line in lines:
        if line.label == "heading" and line.entry is not None:
            if heading:
                yield _entry(heading, body)
            heading, body = line, []
        elif line.entry is not None:
            body.append(line)
    if heading:
        yield _entry(heading, body)


def _entry(heading: Line, body: Iterable[Line]) -> ReportEntry:
    title, stated = split_title(heading.text)
    return ReportEntry(
        number=heading.entry or 0,
        section=heading.section,
        heading=heading.text,
        title=title,
        stated=stated,
        line=heading.line,
        lines=tuple(body),
    )


def split_title(heading: str) -> tuple[str, str]:
    """Split a heading into its title and its date text: the parentheses at its end, or a date inside it."""
    if (found := _TRAILING.search(heading)) and (prose_dates.stated(found[1]) or re.search(r"boundary|window|late\b", found[1])):
        return heading[: found.start()].strip(), found[1].strip()
    inner = [words for words in re.findall(r"\(([^()]+)\)", heading) if prose_dates.stated(words)]
    return heading.strip(), "; ".join(inner)


def things(line: Line) -> list[list[Link]]:
    """Group a bullet's links: leading ones joined by `and` or a comma are separate items, later ones companions."""
    groups: list[list[Link]] = []
    heading, end = True, 0
    for link in line.links:
        between = line.passage.text[end : link.at]
        heading = heading and (not groups or bool(_BETWEEN.match(between.strip(" ()"))))
        if heading:
            groups.append([link])
        else:
            groups[-1].append(link)
        end = link.at + len(link.text)
    return groups


def _parted(line: Line) -> tuple[list[Link], list[Link]]:
    """Split a reference line's links into those of the thing itself and those of its companions."""
    cut = _cut(line)
    return [link for link in line.links if link.at < cut], [link for link in line.links if link.at >= cut]


def _cut(line: Line) -> int:
    """Return the offset where a reference line's companions start."""
    text = line.passage.text
    found = _COMPANIONS.search(text, line.start)
    others = (one.start(1) for one in _LABELLED.finditer(text, line.start) if not _OWN.fullmatch(one[1]))
    return min(found.start() if found else len(text) + 1, next(others, len(text) + 1))


def _run_type(head: Iterable[Line]) -> str:
    text = next((line.text for line in head if line.label.lower().startswith("run type")), "")
    return re.split(r"(?<=[\w)]\.)\s", text)[0].strip(" .")


def _prior(head: Iterable[Line]) -> Link | None:
    """Return the link or path of the previous report."""
    for line in head:
        found = _PRIOR.search(line.passage.text)
        if not found or re.search(r"\bno\s+$", line.passage.text[: found.start()], re.IGNORECASE):
            continue
        if after := [link for link in line.links if found.start() <= link.at <= found.end() + 200]:
            return after[0]
        if path := _PATH.search(line.passage.text, found.end()):
            return markdown.Link(text=path[0], url=path[0], line=line.line, at=path.start())
    return None


def _horizon(head: Iterable[Line], day: date | None) -> tuple[date | None, date | None]:
    """Return the window stated in the head: two dates, a range, or `past N days` ending on the report's day."""
    for line in head:
        for found in _HORIZON.finditer(line.passage.text):
            words = re.split(r"(?<=[a-z\d)])\.\s", line.passage.text[found.end() :])[0][:200]
            stated = prose_dates.dates(words, near=day)
            if stated and stated[0].since != stated[0].until:
                return stated[0].since, stated[0].until
            if len(stated) > 1:
                return stated[0].since, stated[1].until
            if day and (past := _PAST.search(words)) and (since := _before(day, past[1] or "1", past[2].lower())):
                return since, day
    return None, None


def _before(day: date, count: str, unit: str) -> date | None:
    """Return the first day of the `count` units that end with a day; None if there is no such day."""
    with suppress(OverflowError):
        days = round((prose_dates.count(count) or 1) * {"day": 1, "week": 7, "month": 365 / 12, "year": 365}[unit])
        return day - timedelta(days=days - (unit in ("day", "week")))
    return None
