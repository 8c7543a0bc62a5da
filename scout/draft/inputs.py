"""All that a draft is made of. Values only: the caller gathers them, the draft asks nobody and has no clock.

What comes from a neighbour room (the report's wording, the terms that rose) is described by its shape.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from scout.model import LedgerReport, Shortlist, Topic, TrackedItem, Window


class Headings(Protocol):
    """The headings of the report's two halves."""

    @property
    def A(self) -> str: ...  # noqa: N802, D102 -- the section's letter, as in feeds.yaml

    @property
    def B(self) -> str: ...  # noqa: N802, D102 -- the section's letter, as in feeds.yaml


class Wording(Protocol):
    """What the report says of itself (feeds.yaml, `report`)."""

    @property
    def title(self) -> str: ...  # noqa: D102 -- as in feeds.yaml
    @property
    def scope(self) -> str: ...  # noqa: D102 -- as in feeds.yaml
    @property
    def criteria(self) -> str: ...  # noqa: D102 -- as in feeds.yaml
    @property
    def organization(self) -> str: ...  # noqa: D102 -- as in feeds.yaml
    @property
    def target(self) -> int: ...  # noqa: D102 -- as in feeds.yaml
    @property
    def lookback_days(self) -> int: ...  # noqa: D102 -- as in feeds.yaml
    @property
    def sections(self) -> Headings: ...  # noqa: D102 -- as in feeds.yaml


class Rise(Protocol):
    """A term that rose: items with it now and before (eight weeks together), times the weekly rate, titles that show it."""

    @property
    def term(self) -> str: ...  # noqa: D102 -- see the class
    @property
    def now(self) -> int: ...  # noqa: D102 -- see the class
    @property
    def before(self) -> int: ...  # noqa: D102 -- see the class
    @property
    def ratio(self) -> float: ...  # noqa: D102 -- see the class
    @property
    def examples(self) -> tuple[str, ...]: ...  # noqa: D102 -- see the class


class Rising(Protocol):
    """What rose against the weeks before, or in `why` the reason that nothing can be said."""

    @property
    def rises(self) -> Sequence[Rise]: ...  # noqa: D102 -- see the class
    @property
    def why(self) -> str: ...  # noqa: D102 -- see the class


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An earlier thing that an item resembles: an entry of a report, or (without `report`) an item of the store.

    `likeness` is 0 to 1. `number` is None for what a report only mentioned.
    """

    title: str
    likeness: float
    number: int | None = None
    report: date | None = None
    id: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftInput:
    """What one draft is made of. The report's day is `window.until`.

    `ledger` are the reports before the window, oldest first, `prior` the last of them. `neighbours` are by item id, nearest
    first; an id that is missing was not compared. `upcoming` are items published after the window. `rising` is None where
    trends were not asked for.
    """

    window: Window
    wording: Wording
    shortlist: Shortlist
    prior: LedgerReport | None = None
    ledger: Sequence[LedgerReport] = ()
    topics: Sequence[Topic] = ()
    neighbours: Mapping[str, Sequence[Neighbour]] = field(default_factory=dict)
    rising: Rising | None = None
    upcoming: Sequence[TrackedItem] = ()
