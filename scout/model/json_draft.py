"""The shapes of `scout draft --format json`, where strings that scout composed are Markdown, and of `scout trends`."""

from __future__ import annotations

from typing import Literal

from typing_extensions import TypedDict

from scout.model.json_types import Count, Day, WindowJson


class DraftHeadJson(TypedDict):
    """The head of a draft."""

    title: str
    day: Day
    run_type: str
    horizon: str
    target: str
    cut: str
    scope: str
    criteria: str
    organization: str
    caveat: str
    span: str
    seen_until: str


class DraftEntryJson(TypedDict):
    """One entry of a draft."""

    number: int
    section: str
    id: str
    title: str
    titled: str
    heading: str
    reference: str
    companions: list[str]
    parts: list[str]
    status: str
    chosen: str
    votes: str
    changes: list[tuple[str, list[str], int]]
    quotes: list[str]
    quoted_from: str
    nearest: str
    verdict: str
    reason: str
    figures: list[str]
    unlisted: Count
    unverified: bool
    references: str
    summary_slot: str
    novelty_slot: str
    impact_slot: str


class DraftSectionJson(TypedDict):
    """A section of a draft."""

    letter: str
    heading: str
    entries: list[DraftEntryJson]


class GroupJson(TypedDict):
    """Lines under one name; `more` are left out of `of`."""

    name: str
    lines: list[str]
    more: Count
    of: Count


class MarginsJson(TypedDict):
    """What stands beside the entries."""

    groups: list[GroupJson]
    boundary: GroupJson
    late: GroupJson
    undated: GroupJson
    upcoming: GroupJson
    updates: GroupJson
    negatives: list[GroupJson]
    unmatched: list[GroupJson]
    unseen: list[str]
    lettered: bool


class CrosscuttingJson(TypedDict):
    """The evidence of the cross-cutting observations."""

    slot: str
    rising: list[str]
    why_no_rising: str
    themes: list[str]
    disagreements: list[str]
    missed: list[str]


class DraftJson(TypedDict):
    """`scout draft`."""

    head: DraftHeadJson
    sections: list[DraftSectionJson]
    margins: MarginsJson
    crosscutting: CrosscuttingJson
    test_plan: list[str]


class TrendLineJson(TypedDict):
    """The titles of each week that have one thing in common."""

    name: str
    what: Literal["all", "term", "topic", "rising"]
    counts: list[Count]


class LeftOutJson(TypedDict):
    """A source that is not counted."""

    source: str
    why: str


class TrendsJson(TypedDict):
    """What titles speak of, week by week."""

    weeks: list[WindowJson]
    lines: list[TrendLineJson]
    counted: list[str]
    left_out: list[LeftOutJson]
    why: list[str]
