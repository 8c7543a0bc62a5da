"""Score one item: the points of rules and taste, reason by reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scout.model import CHANGED, TASTE, UNNAMED, WATCHED, Reason, Status
from scout.shortlist.status import COMPETES

if TYPE_CHECKING:
    from scout.model import Item, TrackedItem
    from scout.shortlist.rules import TopicScore
    from scout.shortlist.training import Learned

IN_WINDOW = 1.4
"""The factor of the rules' points of an item in the window, late or updated, against earlier ones."""
BY_TASTE = 0.5
"""Log-odds from which taste alone makes an item a candidate."""
TOLD = 3
"""Terms of taste that are listed one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredItem:
    """One item with its status, reasons and their sum."""

    tracked: TrackedItem
    status: Status
    verdict: TopicScore
    reasons: tuple[Reason, ...]
    score: float


def score(one: TrackedItem, status: Status, verdict: TopicScore, learned: Learned, taste: float) -> ScoredItem:
    """Score one item. Its rules' points count IN_WINDOW times if no earlier report could choose it, or on an update."""
    factor = IN_WINDOW if status in COMPETES or status is Status.UPDATE else 1.0
    reasons = [replace(reason, weight=round(reason.weight * factor, 4)) for reason in verdict.reasons]
    if verdict.reasons or taste >= BY_TASTE:
        reasons += _tastes(one.item, learned)
    elif status is Status.UPDATE and not one.watched:
        reasons.append(Reason(topic=CHANGED, term="changed since a report had it", field="item", weight=0.0))
    elif one.watched:
        reasons.append(Reason(topic=WATCHED, term=one.sources[0] if one.sources else "", field="source", weight=0.0))
    total = round(sum(reason.weight for reason in reasons), 4)
    return ScoredItem(tracked=one, status=status, verdict=verdict, reasons=tuple(reasons), score=total)


def _tastes(item: Item, learned: Learned) -> list[Reason]:
    """Return taste's reasons: its strongest terms one by one, the rest as one."""
    if not learned.taste:
        return []
    parts = learned.taste.parts(learned.features[item.id])
    points = [(part, round(part.weight * learned.worth, 4)) for part in parts]
    reasons = [Reason(topic=TASTE, term=part.term, field="text", weight=weight) for part, weight in points[:TOLD] if weight]
    rest = round(sum(weight for _, weight in points[TOLD:]), 4)
    return [*reasons, Reason(topic=TASTE, term=UNNAMED, field="text", weight=rest)] if rest else reasons
