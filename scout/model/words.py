"""The words of the data types: kinds, statuses, results, and the names of built-in reasons."""

from __future__ import annotations

from enum import StrEnum

RESERVED = TASTE, WATCHED, CHANGED, MARKED, VOTED, MOVED = "taste", "watched", "update", "mark", "votes", "section"
"""`Reason.topic` of built-in reasons: no topic may have these names."""
UNNAMED = "other words"  # `Reason.term` for the sum of the taste terms not listed


class Precision(StrEnum):
    """Precision of a publication date."""

    SECOND = "second"
    DAY = "day"
    MONTH = "month"
    NONE = "none"


class Kind(StrEnum):
    """Kind of item."""

    PAPER = "paper"
    RELEASE = "release"
    POST = "post"
    TALK = "talk"
    THREAD = "thread"


class Section(StrEnum):
    """Report section: the default of a source's items, or where a mark puts one."""

    A = "A"
    B = "B"
    CONTEXT = "context"


class Status(StrEnum):
    """Relation of an item to a window (docs/clocks.md)."""

    IN_WINDOW = "in_window"
    BOUNDARY = "boundary"
    LATE = "late"
    UNDATED = "undated"
    AFTER = "after"
    UPDATE = "update"


class Result(StrEnum):
    """Result of fetching a source or a URL."""

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
"""Results after which no items means that none were published."""
