"""What agents ask by `scout mcp`, and the shape of what they are answered (docs/agents.md)."""

from __future__ import annotations

from typing import Annotated, Literal, NotRequired

from pydantic import Field
from typing_extensions import TypedDict

from scout.model.choices import Decision
from scout.model.json_types import CandidateJson, Count, CoverageJson, Day, FindingJson, Instant, WindowJson
from scout.model.words import Kind, Precision

Words = Annotated[str, Field(min_length=1, max_length=500, description="An id, an address, an arXiv id, a DOI, or a title.")]
First = Annotated[Day, Field(description="First day. Without it, the day after the last report's window.")]
Last = Annotated[Day, Field(description="Last day, included. Without it, the last day of the week that is over.")]
Cursor = Annotated[str, Field(max_length=40, description="The `cursor` of the answer before, for what follows.")]


class WindowAsked(TypedDict):
    """A window, and where to go on."""

    since: NotRequired[First]
    until: NotRequired[Last]
    cursor: NotRequired[Cursor]


class ItemAsked(TypedDict):
    """One item."""

    item: Words
    cursor: NotRequired[Cursor]


class ReadingAsked(TypedDict):
    """A section of what was read of an item, by its number from 1; without it, the whole text."""

    item: Words
    section: NotRequired[Annotated[int, Field(ge=1, le=100_000)]]
    cursor: NotRequired[Cursor]


class CheckAsked(TypedDict):
    """The Markdown of a whole report."""

    report: Annotated[str, Field(max_length=2_000_000)]
    cursor: NotRequired[Cursor]


MarkAsked = TypedDict(
    "MarkAsked",
    {"item": Words, "as": Decision | Literal["undo"], "why": NotRequired[Annotated[str, Field(max_length=500)]]},
)
"""A decision about an item; `undo` takes it back."""


class Answer(TypedDict):
    """What every answer has: whether it is all that there is, why not, and the cursor for what follows, else an empty text."""

    complete: bool
    why: list[str]
    cursor: str


class WindowAnswer(Answer):
    """A window, the report that has it already, and how far each source was read over it."""

    window: WindowJson
    reported: str
    covered: Count
    of: Count
    sources: list[CoverageJson]


class ShortlistAnswer(Answer):
    """A page of a window's candidates, best first."""

    window: WindowJson
    pool: Count
    cut: str
    candidates: list[CandidateJson]


class PassageJson(TypedDict):
    """A sentence, verbatim, its heading, and the address that opens at it."""

    sentence: str
    section: str
    url: str


class EntryRef(TypedDict):
    """Where an earlier report has something; `number` is null for a mention."""

    report: Day
    number: int | None
    section: str
    title: str


class SectionRef(TypedDict):
    """A section of what was read."""

    number: int
    heading: str
    kind: Literal["prose", "caption", "table", "abstract"]
    characters: Count


class ItemAnswer(Answer):
    """An item with its dates, what was read of it, and the evidence in that."""

    id: str
    kind: Kind
    title: str
    url: str
    published: Instant | None
    precision: Precision
    date_source: str
    claimed: str
    first_seen: Instant
    sources: list[str]
    authors: list[str]
    summary: str
    read: Instant | None
    evidence: list[PassageJson]
    verdict: str
    reason: str
    reported: EntryRef | None
    mark: Decision | Literal[""]
    sections: list[SectionRef]


class ReadingAnswer(Answer):
    """A part of a text that was read."""

    id: str
    url: str
    read: Instant | None
    heading: str
    characters: Count
    text: str


class ReportedAnswer(Answer):
    """Which earlier reports have an item, by any of its ids or its title."""

    id: str
    reported: bool
    entries: list[EntryRef]


class DraftAnswer(Answer):
    """A part of a draft's Markdown."""

    window: WindowJson
    characters: Count
    text: str


class CheckAnswer(Answer):
    """What the check holds against a report, the gravest first."""

    errors: Count
    warnings: Count
    unverified: Count
    findings: list[FindingJson]


MarkAnswer = TypedDict(
    "MarkAnswer",
    {
        "complete": bool, "why": list[str], "cursor": str,
        "id": str, "title": str, "as": Decision | Literal["undo"], "reported": EntryRef | None,
    },
)  # fmt: skip
"""The mark that stands now; `as` is a word of Python's, hence the form."""
