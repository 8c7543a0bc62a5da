"""The shape of what each command answers with `--format json`; `scout schema` publishes it as JSON Schema.

The names of the keys are explained in docs/commands.md. Within a major version keys are added, never renamed or removed.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict  # typing's own will do from Python 3.12 on

from scout.model.choices import Decision, VoteKind
from scout.model.words import Kind, Precision, Result, Section, Status

Instant = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$")]
Day = Annotated[str, Field(pattern=r"^\d{4}-\d\d-\d\d$")]
Share = Annotated[float, Field(ge=0, le=1)]
Count = Annotated[int, Field(ge=0)]
Scalar = str | int | float | bool | None


class WindowJson(TypedDict):
    """Days, both included, UTC."""

    since: Day
    until: Day


class VoteJson(TypedDict):
    """One reading of a vote."""

    item: str
    source: str
    kind: VoteKind
    day: Day | None
    count: Count
    url: str
    read: Instant | None


class ReasonJson(TypedDict):
    """A part of a score."""

    topic: str
    term: str
    field: str
    weight: float


class CandidateJson(TypedDict):
    """A ranked item."""

    rank: int
    score: float
    id: str
    kind: Kind
    source: str
    sources: list[str]
    title: str
    url: str
    published: Instant | None
    precision: Precision
    date_source: str
    claimed: str
    date_trusted: bool
    status: Status
    section: Section
    why_section: str
    kept: bool
    mark: Decision | Literal[""]
    mark_why: str
    mark_made: Instant | None
    votes: list[VoteJson]
    reasons: list[ReasonJson]
    companions: list[str]


class BroadJson(TypedDict):
    """A topic that matches so much that it says little."""

    topic: str
    share: Share


class CoverageJson(TypedDict):
    """How much of the window one source was read over."""

    source: str
    outcome: Result
    covered: bool
    oldest: Instant | None
    newest: Instant | None
    items: Count
    why: str


class ShortlistJson(TypedDict):
    """`scout shortlist`."""

    window: WindowJson
    candidates: list[CandidateJson]
    dropped: dict[str, Count]
    pool: Count
    cut: str
    broad: list[BroadJson]
    coverage: list[CoverageJson]


class NeighbourJson(TypedDict):
    """An earlier entry that an item resembles."""

    title: str
    id: str
    report: Day
    number: int | None
    likeness: float


class TopicJson(TypedDict):
    """What a topic counts in a window."""

    name: str
    share: Share
    factor: float


class ExplanationJson(TypedDict):
    """`scout shortlist --explain`."""

    id: str
    title: str
    verdict: str
    rank: int | None
    of: Count
    kept: bool
    score: float
    status: Status | None
    section: Section | None
    why_section: str
    stands_in: str
    about: float | None
    reasons: list[ReasonJson]
    neighbours: list[NeighbourJson]
    changes: list[str]
    topics: list[TopicJson]


class VoterJson(TypedDict):
    """A source that chose."""

    source: str
    choices: Count
    of_the_field: Count
    share: Share


class MissedJson(TypedDict):
    """What others chose, and the draft does not have."""

    id: str
    title: str
    url: str
    fate: Literal["not_seen", "rank", "topic", "excluded", "context", "marked", "passed_over", "old"]
    why: str
    rank: int | None
    strength: float
    votes: list[VoteJson]


class AuditJson(TypedDict):
    """`scout audit`."""

    window: WindowJson
    chosen: Count
    kept: Count
    reported: Count
    voters: list[VoterJson]
    missed: list[MissedJson]


class FindingJson(TypedDict):
    """What the check holds against a report."""

    line: int
    code: str
    severity: Literal["error", "warning", "unverified"]
    claim: str
    evidence: str
    where: str
    advice: str
    entry: int | None
    fingerprint: Annotated[str, Field(pattern="^[0-9a-f]{16}$")]


class VerifiedJson(TypedDict):
    """A figure of a report that stands in what was read, with the sentence and where it stands."""

    line: int
    claim: str
    sentence: str
    where: str
    entry: int | None


class CheckedJson(TypedDict):
    """One report with its findings, and the figures that were found in full texts."""

    path: str
    findings: list[FindingJson]
    verified: list[VerifiedJson]


class CheckJson(TypedDict):
    """`scout check`."""

    reports: list[CheckedJson]


class StatusJson(TypedDict):
    """One source of `scout status`."""

    source: str
    kind: str
    outcome: Result
    why: str
    covers: Annotated[list[Instant], Field(min_length=2, max_length=2)] | None
    newest: Day | None
    last_success: Instant | None
    streak: Count
    asked_again: str
    items_seen: Count
    items_new: Count
    notes: list[str]


class SourceJson(TypedDict):
    """One source of `scout sources list`."""

    name: str
    kind: str
    section: Section
    group: str
    hosts: str
    paused: bool


class ProbeJson(TypedDict):
    """One source of `scout sources test`."""

    source: str
    kind: str
    outcome: Result
    items: Count
    newest: Day | None
    advice: str
    why: str


class EntryJson(TypedDict):
    """What a report of the ledger says of one thing."""

    number: int | None
    section: str
    grade: Literal[0, 1, 2]
    title: str
    ids: list[str]
    links: list[str]
    stated: str
    runtime: str
    line: Count
    chosen: bool


class ReportJson(TypedDict):
    """One report of `scout reports list`."""

    day: Day
    title: str
    path: str
    run_type: str
    since: Day | None
    until: Day | None
    entries: list[EntryJson]
    negatives: list[str]
    unread: list[str]


MarkJson = TypedDict(
    "MarkJson",
    {"id": str, "title": str, "url": str, "as": Decision, "why": str, "made": Instant, "reported": Day | None},
)
"""One item of `scout mark list`; `as` is a word of Python's, hence the form."""


class SettingJson(TypedDict):
    """One setting of `scout config`."""

    what: str
    value: str
    why: str
    there: bool | None


class LogJson(TypedDict):
    """One line of `--log-format json`."""

    time: Instant
    level: Literal["info", "warning", "error"]
    source: str | None
    outcome: str | None
    message: str


class ErrorBodyJson(TypedDict):
    """What stopped a command."""

    kind: Literal["usage", "config", "store", "store_busy", "query", "nothing_seen", "interrupted"]
    message: str
    exit: Literal[2, 3, 4, 130]


class ErrorJson(TypedDict):
    """What stands last on stderr where a command with `--format json` fails."""

    error: ErrorBodyJson
