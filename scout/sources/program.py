"""Read a conference programme: all its papers, each with every event that presents it.

A programme is read whole each time; a note says what was added since the last reading. A paper is
dated by its session, where the programme says when that is, and else not at all: the conference's own days are
in `extra`. The paper's arXiv, DOI, OpenReview and PDF addresses are the item's links; the item itself is the presentation.
"""

from __future__ import annotations

import datetime as dt  # `date` is the name of an option
import re
from dataclasses import astuple, dataclass, replace
from typing import TYPE_CHECKING, Any, ClassVar, Literal, assert_never
from urllib.parse import urlsplit

from scout import dates
from scout.dates import Dated
from scout.identity import http_url
from scout.model import Failure, Item, Kind, Result
from scout.parsers.challenge import challenge
from scout.parsers.html import breaks_off
from scout.sources._listing import no_page
from scout.sources._program_formats import UNTITLED, Event, ParsedProgramme, dblp, miniconf
from scout.sources._program_pages import Days, Selectors, eurosys, html, usenix
from scout.sources.base import Page, Parsed, Source, unreadable
from scout.text import shorten, title_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from scout.model import Window
    from scout.sources.session import FetchSession

READER = 2
"""The parser's version: a body read by an earlier version is parsed again."""
MOST_PAGES = 20
NAMED_IN_NOTE = 5
_UNSAFE_KEY = re.compile(r"[^\w.~:@+=/-]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """Hold all events of one paper, in order; `key` names it within the programme."""

    key: str
    events: tuple[Event, ...]


@dataclass(frozen=True, kw_only=True)
class Program(Source):
    """Read one conference's programme. `starts` and `ends` are its days; the selectors are for `format: html`."""

    url: str
    format: Literal["miniconf", "usenix", "eurosys", "dblp", "html"]
    starts: dt.date | None = None
    ends: dt.date | None = None
    item: str = ""
    title: str = ""
    authors: str = ""
    link: str = ""
    date: str = ""

    lasting: ClassVar[bool] = False

    def __post_init__(self) -> None:
        """Refuse invalid options."""
        if not http_url(self.url):
            raise ValueError(f"url: {self.url!r} is not an http(s) address")
        if self.starts and self.ends and self.ends < self.starts:
            raise ValueError(f"the conference ends ({self.ends}) before it starts ({self.starts})")
        if self.format == "html" and not self.item:
            raise ValueError("format html needs `item`, a CSS selector for one paper")
        if self.format != "html" and any(astuple(self._selectors)):
            raise ValueError(f"item, title, authors, link and date are selectors for format html, not for {self.format}")

    def hosts(self) -> tuple[str, ...]:
        """Return the one host."""
        return (urlsplit(self.url).netloc.lower(),)

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Fetch the programme, and its following pages on the same site.

        No validators are sent if the last reading had future days, several pages or an earlier READER: an
        unchanged body would then give other items.
        """
        url, keys, rows = self.url, list[str](), 0
        settled = not session.state or (bool(session.state.get("settled")) and session.state.get("reader") == READER)
        for _ in range(MOST_PAGES):
            answer = session.get(url, conditional=settled, robots=self._is_page)
            if isinstance(answer, Failure):
                yield answer
                return
            page = session.page(answer, known=session.state.get("keys", []), before=list(keys), rows_before=rows)
            yield page
            reading = self._read(page) if answer.body and not self._is_page else ParsedProgramme()
            if not self._follows(reading, page):
                return
            keys += [paper.key for paper in papers(reading.events, page.hints["known"])]
            url, rows = reading.following, rows + reading.rows

    def parse(self, page: Page) -> Parsed:
        """Read one page of the programme, one item for each paper."""
        if page.answer.unchanged and not page.body:
            return Parsed(result=Result.UNCHANGED, why="the programme is as it was", complete=True)
        if guard := challenge(page.answer):
            return Parsed(result=Result.BLOCKED, why=guard)
        if why := no_page(page) if self._is_page else "":
            return Parsed(result=Result.BROKEN, why=why)
        reading = self._read(page)
        if reading.result is not Result.OK:
            return Parsed(result=reading.result, why=reading.why, total=reading.total, complete=reading.result is Result.EMPTY)
        if reading.rows and reading.dropped.get(UNTITLED) == reading.rows:
            return unreadable("entries", reading.rows, reading.sample, total=reading.total, dropped=reading.dropped)
        known, before = page.hints.get("known", []), page.hints.get("before", [])
        found = papers(reading.events, known)
        items = tuple(self._item(paper, page) for paper in found)
        keys = list(dict.fromkeys([*before, *(paper.key for paper in found)]))
        uncounted = any(event.at.claimed and not event.at.at for event in reading.events)
        uncounted = uncounted or (bool(self._days) and any(item.published is None for item in items))
        ahead = uncounted and (not self._days or self._days[1] >= page.now.date())
        dated = bool(self._days) or all(item.published for item in items)
        result, why = self._whole(reading, page)
        repeated = len(reading.events) - len(found)
        return Parsed(
            items=items,
            result=result if items or result is not Result.OK else Result.EMPTY,
            why=why,
            complete=dated and result is Result.OK and not reading.following,
            notes=tuple(self._added(found, known)) if known else (),
            state={"keys": keys, "settled": not (ahead or before or reading.following), "reader": READER},
            dropped={**reading.dropped, **({"another event of the same paper": repeated} if repeated else {})},
        )

    def due(self, window: Window) -> str:
        """Say that the conference's days are in the window: a programme without talks is then unpublished or unread."""
        if not self._days or self._days[0] > window.until or self._days[1] < window.since:
            return ""
        first, last = self._days
        return f"the conference is on {first} to {last}, and its programme shows no talk of these days"

    @property
    def _days(self) -> tuple[dt.date, dt.date] | None:
        """The conference's first and last day, where feeds.yaml has them."""
        first, last = self.starts or self.ends, self.ends or self.starts
        return (first, last) if first and last else None

    @property
    def _selectors(self) -> Selectors:
        return Selectors(item=self.item, title=self.title, authors=self.authors, link=self.link, date=self.date)

    @property
    def _is_page(self) -> bool:
        return self.format not in ("miniconf", "dblp")

    def _read(self, page: Page) -> ParsedProgramme:
        days = Days(starts=self.starts, ends=self.ends)
        match self.format:
            case "miniconf":
                return miniconf(page)
            case "dblp":
                return dblp(page)
            case "usenix":
                return usenix(page, days)
            case "eurosys":
                return eurosys(page, days)
            case "html":
                return html(page, days, self._selectors)
            case _:
                assert_never(self.format)

    def _follows(self, reading: ParsedProgramme, page: Page) -> bool:
        """Say whether to fetch a following page: on the same site, and with rows on this one."""
        here, there = urlsplit(page.url), urlsplit(reading.following)
        return bool(reading.following and reading.rows and (here.scheme, here.netloc) == (there.scheme, there.netloc))

    def _whole(self, reading: ParsedProgramme, page: Page) -> tuple[Result, str]:
        """Compare the rows with the stated total, and check that a page is not truncated."""
        if self._is_page and breaks_off(page.body):
            return Result.PARTIAL, f"the page breaks off after {reading.rows} entries"
        if reading.following:
            if self._follows(reading, page):
                return Result.OK, ""
            return Result.PARTIAL, f"it goes on at another site, which is not followed: {shorten(reading.following, 100)}"
        reached = reading.rows + int(page.hints.get("rows_before", 0))
        if reading.total is not None and reached < reading.total:
            return Result.PARTIAL, f"it states {reading.total} entries and holds {reached}"
        return Result.OK, ""

    def _added(self, found: Sequence[Paper], known: Collection[str]) -> Iterator[str]:
        new = [paper.events[0].title for paper in found if paper.key not in set(known)]
        if new:
            named = "; ".join(shorten(title, 80) for title in new[:NAMED_IN_NOTE])
            more = f"; and {len(new) - NAMED_IN_NOTE} more" if len(new) > NAMED_IN_NOTE else ""
            yield f"{len(new)} added since the last reading: {named}{more}"

    def _item(self, paper: Paper, page: Page) -> Item:
        """Make one item of a paper's events: the first counted date, the longest abstract, everything else together.

        Where no session's date counts, the conference's first day does, once it has come; `extra` has all of its days.
        """
        events = paper.events
        dated = min((e for e in events if e.at.at), key=lambda e: (e.at.at, e.date_source), default=None)
        claim = next((e.at.claimed for e in events if e.at.claimed), "")
        at, said = (dated.at, dated.date_source) if dated else (Dated(claimed=claim), "")
        if not dated and self._days and (conference := dates.by_conference(self._days[0], now=page.now)).at:
            at, said = replace(conference, claimed=claim), dates.BY_CONFERENCE
        return Item(
            id=f"program:{self.name}/{paper.key}",
            kind=Kind.PAPER if self.format == "dblp" else Kind.TALK,
            title=events[0].title,
            url=next((e.url for e in events if e.url), page.url),
            published=at.at,
            precision=at.precision,
            date_source=said,
            claimed=at.claimed,
            summary=max((e.abstract for e in events), key=len),
            authors=next((e.authors for e in events if e.authors), ()),
            tags=_once(tag for e in events for tag in (*e.tags, e.session, e.type)),
            links=_once(link for e in events for link in e.links),
            extra={
                **{key: value for e in events for key, value in e.extra.items()},
                "conference": self.name,
                "starts": self._days[0].isoformat() if self._days else "",
                "ends": self._days[1].isoformat() if self._days else "",
                "session": next((e.session for e in events if e.session), ""),
                "events": [_shown(event) for event in events],
            },
        )


def papers(events: Sequence[Event], known: Collection[str]) -> list[Paper]:
    """Join the events of one paper: by the programme's uid, or by an address or the title where the authors do not differ.

    A paper keeps the key by which an earlier reading knew it, so that an address that comes later does not rename it.
    """
    groups: list[list[Event]] = []
    by_mark: dict[str, list[Event]] = {}
    for event in events:
        marks = (*event.marks, f"title:{title_key(event.title)}")
        group = next((g for mark in marks if (g := by_mark.get(mark)) and (mark[:4] == "uid:" or _same_authors(g, event))), None)
        if group is None:
            group = []
            groups.append(group)
        group.append(event)
        for mark in marks:
            by_mark.setdefault(mark, group)
    taken: set[str] = set()
    found = []
    for group in groups:
        key = _free(_keys(group), known, taken)
        taken.add(key)
        found.append(Paper(key=key, events=tuple(group)))
    return found


def _same_authors(group: Sequence[Event], event: Event) -> bool:
    mine = {title_key(author) for author in event.authors}
    theirs = {title_key(author) for other in group for author in other.authors}
    return not mine or not theirs or bool(mine & theirs)


def _keys(group: Sequence[Event]) -> list[str]:
    """Return a paper's possible keys, the most stable first."""
    marks = [mark.removeprefix("uid:").removeprefix("path:") for event in group for mark in event.marks]
    wanted = [*marks, *(title_key(event.title) for event in group)]
    return [key for want in wanted if (key := _UNSAFE_KEY.sub("-", want.removeprefix("url:https://")).strip("-/"))]


def _free(keys: Sequence[str], known: Collection[str], taken: Collection[str]) -> str:
    """Return the first key that is known, else the first one, that no other paper of the programme has."""
    candidates = [key for key in keys if key not in taken] or [f"{(keys or ['untitled'])[0]}-{len(taken)}"]
    return next((key for key in candidates if key in known), candidates[0])


def _once(values: Iterator[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for value in values if value))


def _shown(event: Event) -> dict[str, Any]:
    at = event.at.at.isoformat().replace("+00:00", "Z") if event.at.at else event.at.claimed
    shown = {"type": event.type, "at": at, "ends": event.ends, "session": event.session, "url": event.url}
    return {key: value for key, value in shown.items() if value}


KIND = Program
