"""Data types shared by all modules. Instants are aware datetimes in UTC; windows are days, both included."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from scout.model.choices import Decision, Mark, Vote, VoteKind
from scout.model.words import (
    CHANGED,
    MARKED,
    MOVED,
    RESERVED,
    SEEN,
    TASTE,
    UNNAMED,
    VOTED,
    WATCHED,
    Kind,
    Precision,
    Result,
    Section,
    Status,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "CHANGED", "MARKED", "MOVED", "RESERVED", "SEEN", "TASTE", "UNNAMED", "VOTED", "WATCHED", "Answer", "Candidate", "Coverage",
    "Decision", "Failure", "Interval", "Item", "Kind", "LedgerEntry", "LedgerReport", "Mark", "Outcome", "Precision", "Reason",
    "Result", "Section", "Shortlist", "Status", "Topic", "TrackedItem", "Validators", "Vote", "VoteKind", "Window",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Window:
    """Days `since`..`until`, both included, UTC."""

    since: date
    until: date

    @property
    def start(self) -> datetime:
        """First instant in the window."""
        return datetime.combine(self.since, time.min, UTC)

    @property
    def end(self) -> datetime:
        """First instant after the window."""
        return datetime.combine(self.until + timedelta(days=1), time.min, UTC)

    @property
    def days(self) -> int:
        """Number of days, both ends included."""
        return (self.until - self.since).days + 1

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant < self.end

    def stretched(self, days: int) -> Window:
        """Return the window extended to start `days` earlier."""
        return Window(since=self.since - timedelta(days=days), until=self.until)


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """A paper, release, post, talk or thread. `id` is canonical (`identity.py`); `summary` is plain text: abstract, notes, post.

    `published` is the first publication and decides the window; a date that is not accepted (future, before 1990, unreadable)
    leaves it None and is kept unparsed in `claimed`. `date_source` names the field it came from
    (`arxiv:published`, `github:published_at`, `feed:published`, `json-ld:datePublished`, `program:starttime`…).
    `links` are other URLs of or about the item (PDF, DOI, code, the page a thread is about).
    `extra` holds fields of this kind only: JSON values, e.g. `{"tag": "v0.20.2", "prerelease": false}`.
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
    """Validators of a cached response, byte for byte, and the SHA-256 of its body."""

    etag: str = ""
    last_modified: str = ""
    sha256: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A 2xx response, or a 304 (`unchanged`, empty body). `headers` have lower-case names; `body` is decoded.

    `url` is the requested URL, `final_url` the one after redirects; `moved_to` is set if all redirects were permanent (301, 308).
    `unchanged` is also true for a 200 whose body has the stored digest. `received` counts bytes on the wire.
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
    """A failed fetch, with the reason in words. `status` is the HTTP status, if any; `not_before` when to retry."""

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
    """A half-open interval, `start` included, `end` not."""

    start: datetime
    end: datetime

    def covers(self, window: Window, *, now: datetime | None = None) -> bool:
        """Return whether the whole window is inside; days after `now` are not required."""
        end = min(window.end, now) if now else window.end
        return self.start <= window.start and self.end >= end


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """Outcome of one source in one run. `covers` is the interval in which no items means that none exist."""

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
    """A topic of interest: `terms` are phrases to match; a match of an `exclude` phrase cancels it.

    `needs`: one of these phrases must match too. `section` moves matching items there. What one of the `authors` wrote matches.
    """

    name: str
    weight: float = 1.0
    terms: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    needs: tuple[str, ...] = ()
    section: Section | None = None
    authors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackedItem:
    """A stored item with its sources, when scout first saw it, and whether its date is trusted.

    `counted` is the first-seen time to use, if it differs (a source's first fetch proves only "by then"). `asked` is when one
    of its sources was first fetched. `entry` is its ledger entry, `changed` what changed since. `mark` is the curator's,
    `votes` are others' choices of it. `production` is the sentence of a paper's text, where it was read, that says so.
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
    mark: Mark | None = None
    votes: tuple[Vote, ...] = ()
    production: str = ""

    @property
    def seen(self) -> datetime:
        """First-seen time to compare with a window."""
        return self.counted or self.first_seen


@dataclass(frozen=True, slots=True, kw_only=True)
class LedgerEntry:
    """What an earlier report says of one item. `number` is None for a mention.

    `section` is the report's: `A`, `B`, `A'`, `additional`, `boundary`, `references`, `crosscutting`. `grade` is 2 for a
    numbered entry, 1 for a mention, 0 for a reference only. `ids` are canonical, the item's first, then companions'. `text` is
    the entry's prose, `stated` the date in its title, `runtime` the start of the verdict; `chosen`: selected by a person.
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
    """An earlier report: date, stated window, `seen_until` when its sources were read (None: not stated), and contents."""

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
    """A part of a score: the topic (or a RESERVED name), the phrase found, the field, and the weight added."""

    topic: str
    term: str
    field: str
    weight: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A ranked item. `companions` are items of its entry, nearest first; `told` are a conference's reported papers that match.

    `mark` is the curator's mark of the item, else of its nearest companion that has one.
    """

    rank: int
    score: float
    tracked: TrackedItem
    status: Status
    section: Section
    reasons: tuple[Reason, ...] = ()
    companions: tuple[TrackedItem, ...] = ()
    told: tuple[TrackedItem, ...] = ()
    why_section: str = ""
    kept: bool = True
    mark: Mark | None = None

    @property
    def item(self) -> Item:
        """The item itself."""
        return self.tracked.item

    @property
    def votes(self) -> tuple[Vote, ...]:
        """The votes for the item and its companions."""
        return tuple(vote for one in (self.tracked, *self.companions) for vote in one.votes)


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """Coverage of a window by one source: its last relevant outcome, and whether that covers the window, else `why` not."""

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
    """The ranked candidates of a window, counts of dropped items by reason, and coverage.

    `len(candidates) + sum(dropped.values()) == pool`. `cut` explains in words where the list ends, `broad`
    are topics that match so much that they say little, with their shares.
    """

    window: Window
    candidates: tuple[Candidate, ...]
    dropped: Mapping[str, int]
    coverage: tuple[Coverage, ...]
    pool: int
    cut: str = ""
    broad: Mapping[str, float] = field(default_factory=dict)
