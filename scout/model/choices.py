"""What people chose: the curator's marks, and the votes of others."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from scout.model.words import Section

if TYPE_CHECKING:
    from datetime import date, datetime


class Decision(StrEnum):
    """What the curator decided about an item: its section, or that it is no news."""

    A = "A"
    B = "B"
    CONTEXT = "context"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """The curator's decision about one item, and why. `made` is when; `undone` when it was taken back or replaced."""

    item: str
    decision: Decision
    made: datetime
    why: str = ""
    undone: datetime | None = None

    @property
    def section(self) -> Section | None:
        """The section that the item goes to; None if it was dropped."""
        return None if self.decision is Decision.DROP else Section(self.decision.value)


class VoteKind(StrEnum):
    """How a vote was cast: as upvotes, by an addition to a list, or by a link in a newsletter or digest."""

    UPVOTES = "upvotes"
    LIST = "list"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class Vote:
    """Somebody else's choice of an item, as a source was read.

    `item` is the id of what was chosen, which the store need not have; `title` is what the voter calls it. `url` is where the
    choice stands: the paper's page, the list, the newsletter's post. `day` is when it was made; None where the source does not
    say. `count` is the upvotes at that reading, 1 for a list or a link. `source` and `read` are set when it is stored.
    """

    item: str
    kind: VoteKind
    url: str
    title: str = ""
    day: date | None = None
    count: int = 1
    source: str = ""
    read: datetime | None = None

    @property
    def counts_on(self) -> date | None:
        """The day on which it counts: its own, else that of its reading."""
        return self.day or (self.read.date() if self.read else None)
