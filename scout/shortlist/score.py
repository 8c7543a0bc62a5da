"""Score one item: the points of its topics, words and votes, reason by reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scout.model import CHANGED, TASTE, UNNAMED, VOTED, WATCHED, Reason, Status, VoteKind
from scout.shortlist import balance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from scout.model import TrackedItem
    from scout.shortlist.rules import TopicScore
    from scout.shortlist.training import Learned

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


def score(one: TrackedItem, status: Status, learned: Learned, *, until: date) -> ScoredItem:
    """Score one item by its topics, words and votes up to a day; before the window all count less, as earlier picks did."""
    verdict = learned.verdicts[one.item.id]
    reasons = [replace(reason, weight=reason.weight * learned.topics[reason.topic].factor) for reason in verdict.reasons]
    if verdict.reasons or learned.taste_of(one.item.id) >= 0:
        reasons += [*_words(one.item.id, learned), *_votes(one, learned, until)]
    elif status is Status.UPDATE and not one.watched:
        reasons.append(Reason(topic=CHANGED, term="changed since a report had it", field="item", weight=0.0))
    elif one.watched:
        reasons.append(Reason(topic=WATCHED, term=one.sources[0] if one.sources else "", field="source", weight=0.0))
    factor = learned.timing.factor if status is Status.BOUNDARY else 1.0
    reasons = [replace(reason, weight=round(reason.weight * factor, 4)) for reason in reasons]
    total = round(sum(reason.weight for reason in reasons), 4)
    return ScoredItem(tracked=one, status=status, verdict=verdict, reasons=tuple(reasons), score=total)


def _words(item_id: str, learned: Learned) -> Iterator[Reason]:
    """Give taste's reasons: its strongest words one by one, the rest as one."""
    if not learned.taste:
        return
    parts = [part for part in learned.taste.parts(learned.rows[item_id].words) if round(part.weight * learned.worth, 4)]
    for part in parts[:TOLD]:
        yield Reason(topic=TASTE, term=part.term, field="text", weight=part.weight * learned.worth)
    if rest := sum(part.weight for part in parts[TOLD:]):
        yield Reason(topic=TASTE, term=UNNAMED, field="text", weight=rest * learned.worth)


def _votes(one: TrackedItem, learned: Learned, until: date) -> Iterator[Reason]:
    """Give a reason for each source of votes that the model has learned to weigh."""
    for name, vote in balance.last_votes(one.votes, until).items():
        weight = learned.taste.weights.get(balance.VOTES + name, 0.0) if learned.taste else 0.0
        if points := weight * balance.value(vote) * learned.worth:
            term = f"{name}, {vote.count} upvotes" if vote.kind is VoteKind.UPVOTES else name
            yield Reason(topic=VOTED, term=term, field=str(vote.kind), weight=points)
