"""Define a source: its two methods and the values they exchange.

`pages` makes requests (through a `FetchSession`, never the network itself) and yields a `Page` for each answer, the `Failure`
where there was none. It decides what to request next, may call `parse` on a page it got, and never raises for a failed
request.
`parse` is pure: one page in, items out, with a result in words when the page is not what the kind expects.

A new kind is one file here: its name is the kind, its dataclass fields are the options of feeds.yaml, and `KIND = TheClass`
names it.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, ClassVar

from scout.model import Answer, Failure, Interval, Item, Result, Section, Vote, Window
from scout.text import clean, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from datetime import datetime

    from scout.sources.session import FetchSession


GITHUB_API = "https://api.github.com"
REPOSITORY = re.compile(r"[\w-]{1,39}/[\w.-]{1,100}", re.ASCII)
"""A repository of GitHub, `owner/name`."""
ATOM = "{http://www.w3.org/2005/Atom}"
"""The namespace of Atom (RFC 4287), as ElementTree and lxml write it before a name."""
SAMPLE = 160
"""How many characters of unreadable data a message shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Hold one answer with its purpose. `role` is the kind's own word (`listing`, `item`…), `hints` what is known already.

    `hints["part"]` names an independent part of the source (one repository, one query): its coverage is what the pages of that
    part cover together, and the source's coverage is the intersection over its parts. Without the hint there is one part.
    `window` and `now` are what `parse` may know of the run: it has no clock.
    """

    answer: Answer
    window: Window
    now: datetime
    role: str = "listing"
    hints: Mapping[str, Any] = field(default_factory=dict)

    @property
    def body(self) -> bytes:
        """The decoded body."""
        return self.answer.body

    @property
    def url(self) -> str:
        """The final address, the base of relative links."""
        return self.answer.final_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """Hold what one page says.

    `result` is `OK`, `EMPTY` (a good answer with nothing in it), or why it cannot be read, with `why` in words.

    `total` is what the service says there is in all. `covers` is the time over which the page is complete; None where only
    the items' own dates can tell (then the source's coverage reaches back to its oldest dated item); `intervals.NOTHING` where
    the page covers nothing by itself, being one of several.
    `complete`: there is nothing older that the page leaves out (a whole archive, the last page), so any window before its items
    is covered too.
    `state` is merged into what the source remembers between runs, once the items are committed.
    `dropped` counts skipped entries, by reason. `votes` are the choices that the page shows, without source and reading;
    `fetch` adds those of digests.
    """

    items: tuple[Item, ...] = ()
    result: Result = Result.OK
    why: str = ""
    total: int | None = None
    covers: Interval | None = None
    complete: bool = False
    notes: tuple[str, ...] = ()
    state: Mapping[str, Any] = field(default_factory=dict)
    dropped: Mapping[str, int] = field(default_factory=dict)
    votes: tuple[Vote, ...] = ()


def excerpt(what: object) -> str:
    """Return the start of the data as one line, for a message: bytes and text as they are, anything else as JSON."""
    if isinstance(what, bytes):
        what = what[: 8 * SAMPLE].decode("utf-8", "replace")
    return shorten(clean(what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, default=str)), SAMPLE)


def unreadable(what: str, count: int, sample: object, **parsed: Any) -> Parsed:
    """Return the result of a good answer with no readable entry: its format has changed. It shows the first one."""
    why = f"none of its {count} {what} can be read, its shape must have changed; the first: {excerpt(sample)}"
    return Parsed(result=Result.BROKEN, why=why, **parsed)


@dataclass(frozen=True, kw_only=True)
class Source(ABC):
    """One entry of feeds.yaml. Subclasses add their options as fields; `trust_dates: false` flags every date as unverified."""

    name: str
    section: Section = Section.CONTEXT
    group: str = ""
    """Where the report's negatives list it: vendors, labs, venues, trackers; free text."""
    aliases: tuple[str, ...] = ()
    """Other names a report may call it by."""
    trust_dates: bool = True
    pause: bool = False
    """Configured, but not fetched."""
    read: bool = True
    """Whether the own pages and papers of what it shows are read."""

    broad: ClassVar[bool] = False
    """Whether it holds far more than its reader follows (arXiv, Hacker News, lists); others are reported in full."""
    authority: ClassVar[int] = 2
    """Whose fields an item keeps: 3 the service that published it, 2 a publisher's own pages, 1 those who list or mention."""
    delayed: ClassVar[bool] = False
    """Whether things appear there later than their date (arXiv announces): fetched on the last day, that day is not covered."""
    lasting: ClassVar[bool] = True
    """Whether it goes on for good, so that a long silence may be a fault of reading; a conference's programme is over one day."""
    remembers_spans: ClassVar[bool] = False
    """Whether a span answered ten days past its end is not requested again (services without validators)."""

    forgettable: ClassVar[bool] = False
    """Whether its state only saves requests, so that --refresh clears it. Of a list, it is the only record of what was listed
    before: without it, what was added since would be taken for old."""

    def validate(self) -> None:  # noqa: B027 -- most kinds have nothing slow
        """Raise ValueError for options that are slow to check (CSS selectors); ranking and drafting skip this."""

    @abstractmethod
    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Fetch what `session.window` needs; yield each page and failure in the order they came."""

    @abstractmethod
    def parse(self, page: Page) -> Parsed:
        """Read one page. Pure: no network, no clock, no store; any bytes give items or a stated result."""

    def due(self, window: Window) -> str:  # noqa: ARG002 -- most may find nothing
        """Say what the window must hold, so that no items means not seen, rather than none; empty where nothing must."""
        return ""

    def remembered(self, session: FetchSession) -> Interval | None:  # noqa: ARG002 -- most kinds remember no spans
        """Return the interval that earlier runs answered in full and this run need not request, where it meets the window.

        It is united with what the pages cover; without any request, it is the whole coverage.
        """
        return None

    def hosts(self) -> tuple[str, ...]:
        """Return the hosts it requests, for fetching hosts in parallel and for `sources list`."""
        return ()
