"""The values that every room speaks in. Instants are aware datetimes in UTC; windows are days, both included."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

RESERVED = TASTE, WATCHED, CHANGED = "taste", "watched", "update"  # stand in a reason for a topic's name; no topic is called so
UNNAMED = "other words"  # the term of what taste found beyond the words that it tells


class Precision(StrEnum):
    """How exactly a publication date is known."""

    SECOND = "second"
    DAY = "day"
    MONTH = "month"
    NONE = "none"


class Kind(StrEnum):
    """What an item is."""

    PAPER = "paper"
    RELEASE = "release"
    POST = "post"
    TALK = "talk"
    THREAD = "thread"


class Section(StrEnum):
    """Where in the report a source's items belong by default."""

    A = "A"
    B = "B"
    CONTEXT = "context"


class Status(StrEnum):
    """How an item stands to a window (DESIGN: identity and dates)."""

    IN_WINDOW = "in_window"
    BOUNDARY = "boundary"
    LATE = "late"
    UNDATED = "undated"
    AFTER = "after"
    UPDATE = "update"


class Result(StrEnum):
    """What became of asking one source, or one address."""

    OK = "ok"
    UNCHANGED = "unchanged"
    EMPTY = "empty"
    PARTIAL = "partial"
    RATE_LIMITED = "rate_limited"
    BLOCKED = "blocked"
    UNREACHABLE = "unreachable"
    BROKEN = "broken"
    REFUSED = "refused"
    NOT_FINISHED = "not_finished"


SEEN = frozenset({Result.OK, Result.UNCHANGED, Result.EMPTY})
"""The results after which silence may be called silence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days `since`..`until`, both included, UTC."""

    since: date
    until: date

    @property
    def start(self) -> datetime:
        """The first instant inside."""
        return datetime.combine(self.since, time.min, UTC)

    @property
    def end(self) -> datetime:
        """The first instant after."""
        return datetime.combine(self.until + timedelta(days=1), time.min, UTC)

    @property
    def days(self) -> int:
        """How many days, both ends counted."""
        return (self.until - self.since).days + 1

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def stretched(self, days: int) -> Window:
        """Return the window that starts `days` earlier."""
        return Window(since=self.since - timedelta(days=days), until=self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One thing found. `id` is canonical (`identity.py`); `summary` is plain text: abstract, release notes, or the post's text.

    `published` is the first publication and counts for windows; a claim that cannot count (future, before 1990, unreadable)
    leaves it None and stands in `claimed` as the source wrote it. `date_source` names the field it came from
    (`arxiv:published`, `github:published_at`, `feed:published`, `json-ld:datePublished`, `program:starttime`…).
    `links` are other addresses of or about the same thing (PDF, DOI, code, the page a thread is about).
    `extra` holds what only this kind has: JSON values, e.g. `{"tag": "v0.20.2", "prerelease": false}`.
    """

    id: str
    kind: Kind
    title: str
    url: str
    published: datetime | None = None
    precision: Precision = Precision.NONE
    date_source: str = ""
    claimed: str = ""
    updated: datetime | None = None
    announced: datetime | None = None
    summary: str = ""
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Validators:
    """What a server gave to ask again with, byte for byte, and the digest of the body it went with."""

    etag: str = ""
    last_modified: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A 2xx answer, or a 304 (`unchanged`, empty body). `headers` have lower-case names; `body` is decoded.

    `url` is what was asked, `final_url` where redirects ended; `moved_to` is set when every hop was permanent (301, 308).
    `unchanged` is also true for a 200 whose body has the digest that was stored. `received` counts bytes on the wire.
    """

    url: str
    final_url: str
    status: int
    headers: Mapping[str, str]
    body: bytes
    unchanged: bool = False
    moved_to: str = ""
    validators: Validators = Validators()
    requests: int = 1
    received: int = 0
    seconds: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """Why an address gave nothing, in words. `status` is the HTTP status of an answer, `not_before` when to ask again."""

    url: str
    result: Result
    why: str
    status: int | None = None
    not_before: datetime | None = None
    requests: int = 1
    received: int = 0
    seconds: float = 0.0
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Interval:
    """A half-open stretch of time, `start` included, `end` not."""

    start: datetime
    end: datetime

    def covers(self, window: Window, *, now: datetime | None = None) -> bool:
        """Say whether the whole window lies inside; days after `now` cannot be asked for and are not held against it."""
        end = min(window.end, now) if now else window.end
        return self.start <= window.start and self.end >= end


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What one source answered in one run. `covers` is the time over which silence means that there was nothing."""

    source: str
    result: Result = Result.NOT_FINISHED
    why: str = ""
    requests: int = 0
    received: int = 0
    seconds: float = 0.0
    items_seen: int = 0
    items_new: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None
    covers: Interval | None = None
    not_before: datetime | None = None
    notes: tuple[str, ...] = ()
    run: int = 0
    ended: datetime | None = None
    last_success: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Topic:
    """One thing that the reader cares for: `terms` are phrases; a term that stands in `exclude` cancels the topic.

    `needs`: the topic counts only where one of these phrases stands too. `section` moves what matches.
    """

    name: str
    weight: float = 1.0
    terms: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    section: Section | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedItem:
    """An item as the store knows it: who saw it, when scout first did, and whether its date may be trusted.

    `counted` is when it counts as first seen, where that differs (a source's very first reading says "by then" alone). `asked`:
    when one of its sources first was. `entry` is where the ledger has it, `changed` what changed since then.
    """

    item: Item
    sources: tuple[str, ...]
    first_seen: datetime
    sections: tuple[Section, ...] = ()
    trusted: bool = True
    watched: bool = True
    entry: LedgerEntry | None = None
    changed: str = ""
    counted: datetime | None = None
    asked: datetime | None = None

    @property
    def seen(self) -> datetime:
        """When it counts as first seen in a window."""
        return self.counted or self.first_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What an earlier report said of one thing. `number` is None for what was only mentioned.

    `section` is the report's own: `A`, `B`, `A'`, `additional`, `boundary`, `references`, `crosscutting`. `grade` is 2 for a
    numbered entry, 1 for a mention, 0 for a mere reference. `ids` are canonical, the thing itself first, then companions. `text`
    is the entry's prose, `stated` the date as the title states it, `runtime` the verdict's first words; `chosen`: by a person.
    """

    report: date
    number: int | None
    section: str
    grade: int
    title: str
    ids: tuple[str, ...]
    links: tuple[str, ...] = ()
    text: str = ""
    stated: str = ""
    runtime: str = ""
    line: int = 0
    chosen: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerReport:
    """One earlier report: its date, the window it says it searched, up to when it could know (None: not said), what it said."""

    day: date
    path: str
    title: str
    run_type: str
    since: date | None
    until: date | None
    seen_until: datetime | None = None
    entries: tuple[LedgerEntry, ...] = ()
    negatives: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """One part of a score: the topic's name (or one that is RESERVED), the phrase found, where, and what it added."""

    topic: str
    term: str
    field: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One line of the shortlist. `companions` are items that belong to this entry, nearest first."""

    rank: int
    score: float
    tracked: TrackedItem
    status: Status
    section: Section
    reasons: tuple[Reason, ...] = ()
    companions: tuple[TrackedItem, ...] = ()
    why_section: str = ""
    kept: bool = True

    @property
    def item(self) -> Item:
        """The thing itself."""
        return self.tracked.item


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What is known of one source in one window: the last outcome that speaks of it, and whether it covers it, else `why` not."""

    source: str
    kind: str
    section: Section
    outcome: Outcome
    covered: bool
    items: int
    newest: datetime | None = None
    group: str = ""
    why: str = ""
    silent: bool = False  # it was read, and has brought nothing for far longer than usual


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortlist:
    """The ranked candidates of a window, the count of what was dropped by reason, and what was seen.

    `len(candidates) + sum(dropped.values()) == pool`. `cut` says in words why the line falls where it falls.
    """

    window: Window
    candidates: tuple[Candidate, ...]
    dropped: Mapping[str, int]
    coverage: tuple[Coverage, ...]
    pool: int
    cut: str = ""
