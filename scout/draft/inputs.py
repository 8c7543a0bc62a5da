"""Define the draft's input. Values only, gathered by the caller: the draft reads no store and no clock."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime

    from scout.config import Wording
    from scout.draft.trends import Rising
    from scout.figures import Metrics
    from scout.model import LedgerReport, Shortlist, Topic, TrackedItem, Window
    from scout.model.reading import Reading
    from scout.shortlist.audit import MissedItem


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An earlier item that an item resembles: an entry of a report, or (without `report`) an item of the store.

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
    """The input of one draft. The report's day is `window.until`.

    `ledger` are the reports before the window, oldest first, `prior` the last of them. `neighbours` are by item id, nearest
    first; an id that is missing was not compared. `upcoming` are items published after the window, of watched sources or
    matched by a topic. `rising` is None where trends were not asked for. `seen_until` is the end of the last run that asked
    the sources before the items were selected, if there was one. `missed` is what others chose and the report does not
    have, strongest first. `readings` are what came of reading the items of the entries, by item id. `metrics` is the
    field's vocabulary; without it there are no figures and no verdict.
    """

    window: Window
    wording: Wording
    shortlist: Shortlist
    prior: LedgerReport | None = None
    ledger: Sequence[LedgerReport] = ()
    topics: Sequence[Topic] = ()
    neighbours: Mapping[str, Sequence[Neighbour]] = field(default_factory=dict)
    rising: Rising | None = None
    seen_until: datetime | None = None
    upcoming: Sequence[TrackedItem] = ()
    missed: Sequence[MissedItem] = ()
    metrics: Metrics | None = None
    readings: Mapping[str, Reading] = field(default_factory=dict)
