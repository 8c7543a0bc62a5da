"""What every kind of source is: two methods, and the values they speak in.

`pages` asks (through a `FetchSession`, never the network itself) and yields what came: a `Page` for each answer, the `Failure`
where there was none. It decides what to ask next, may ask `parse` about a page it got, and never raises for what the outside
world did.
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

from scout.model import Answer, Failure, Interval, Item, Result, Section, Window
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
"""How many letters of what cannot be read are shown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One answer, and why it was asked for. `role` is the kind's own word (`listing`, `item`…), `hints` what is known already.

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
        """Where it came from in the end: what relative links are relative to."""
        return self.answer.final_url


@dataclass(frozen=True, slots=True, kw_only=True)
class Parsed:
    """What one page says.

    `result` is `OK`, `EMPTY` (a good answer with nothing in it), or why it cannot be read, with `why` in words.

    `total` is what the service says there is in all. `covers` is the time over which this page's silence counts; None where only
    the items' own dates can tell (then the source's coverage reaches back to its oldest dated item); `spans.NOTHING` where the
    page says nothing by itself, being one of several.
    `complete`: there is nothing older that the page leaves out (a whole archive, the last page), so any window before its items
    is covered too.
    `state` is merged into what the source remembers between runs, once the items are committed.
    `dropped` counts entries passed over, by reason.
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


def excerpt(what: object) -> str:
    """Return the start of what came as one line, for a message: bytes and text as they are, anything else as JSON."""
    if isinstance(what, bytes):
        what = what[: 8 * SAMPLE].decode("utf-8", "replace")
    return shorten(clean(what if isinstance(what, str) else json.dumps(what, ensure_ascii=False, default=str)), SAMPLE)


def unreadable(what: str, count: int, sample: object, **parsed: Any) -> Parsed:
    """Return the result of a good answer in which not one entry can be read: it has changed its shape. It shows the first one."""
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
    """Configured, explained, but not asked."""

    broad: ClassVar[bool] = False
    """Whether it sees far more than its reader watches (arXiv, Hacker News, lists); of others nothing in a window is left out."""
    authority: ClassVar[int] = 2
    """Whose words an item keeps: 3 the service that published it, 2 a publisher's own pages, 1 those who list or mention."""
    delayed: ClassVar[bool] = False
    """Whether things appear there later than their date (arXiv announces): asked on the last day, that day is not covered."""
    lasting: ClassVar[bool] = True
    """Whether it goes on for good, so that a long silence may be a fault of reading; a conference's programme is over one day."""
    remembers_spans: ClassVar[bool] = False
    """Whether an answered span ten days past its end need not be asked again (services without validators)."""

    forgettable: ClassVar[bool] = False
    """Whether what it remembers only spares questions, so that --refresh forgets it. Of a list, it is the one witness of what
    stood there before: without it, what was added since would be taken for old."""

    def validate(self) -> None:  # noqa: B027 -- most kinds have nothing dear
        """Refuse, by ValueError, what is dear to check (CSS selectors): those who only rank or draft need not."""

    @abstractmethod
    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Ask for what `session.window` needs; yield each page and each failure in the order they came."""

    @abstractmethod
    def parse(self, page: Page) -> Parsed:
        """Read one page. Pure: no network, no clock, no store; any bytes give items or a stated result."""

    def due(self, window: Window) -> str:  # noqa: ARG002 -- most kinds can be silent
        """Say in words what must lie in the window, so that an answer without it is no silence; empty where nothing must."""
        return ""

    def remembered(self, session: FetchSession) -> Interval | None:  # noqa: ARG002 -- most kinds remember no spans
        """Return the time that earlier runs answered in full and this run need not ask about, where it meets the window.

        It is united with what the pages cover; where nothing was asked at all, it is the whole coverage.
        """
        return None

    def hosts(self) -> tuple[str, ...]:
        """Return the hosts it asks, so that different hosts are asked side by side and `sources list` can show them."""
        return ()
