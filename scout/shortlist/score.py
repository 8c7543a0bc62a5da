"""Score one item: the points of its topics, words and votes, reason by reason."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.model import CHANGED, TASTE, UNNAMED, VOTED, WATCHED, Reason, Status, VoteKind
from scout.shortlist import balance

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from scout.model import TrackedItem
    from scout.shortlist.examples import Learned
    from scout.shortlist.rules import TopicScore

TOLD = 3
"""Terms of taste that are listed one by one."""
LEAST = 0.00005
"""Points below which a word is left out: they are rounded to nothing."""


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
    factor = learned.timing.factor if status is Status.BOUNDARY else 1.0
    factors = {topic: learned.topics[topic].factor for topic in verdict.strengths}
    reasons = [_scaled(reason, factors[reason.topic], factor) for reason in verdict.reasons]
    if verdict.reasons or learned.taste_of(one.item.id) >= 0:
        told = (*_words(one.item.id, learned), *_votes(one, learned, until))
        reasons += [_scaled(reason, learned.worth, factor) for reason in told]
    elif status is Status.UPDATE and not one.watched:
        reasons.append(Reason(topic=CHANGED, term="changed since a report had it", field="item", weight=0.0))
    elif one.watched:
        reasons.append(Reason(topic=WATCHED, term=one.sources[0] if one.sources else "", field="source", weight=0.0))
    total = round(sum(reason.weight for reason in reasons), 4)
    return ScoredItem(tracked=one, status=status, verdict=verdict, reasons=tuple(reasons), score=total)


def _scaled(reason: Reason, worth: float, factor: float) -> Reason:
    weight = round(reason.weight * worth * factor, 4)
    return Reason(topic=reason.topic, term=reason.term, field=reason.field, weight=weight)


def _words(item_id: str, learned: Learned) -> Iterator[Reason]:
    """Give taste's reasons, in its units: its strongest words one by one, the rest as one."""
    if not learned.taste:
        return
    least = LEAST / learned.worth
    parts = [part for part in learned.taste.parts(learned.rows[item_id].words) if abs(part[1]) >= least]
    for word, weight in parts[:TOLD]:
        yield Reason(topic=TASTE, term=word, field="text", weight=weight)
    if rest := sum(weight for _, weight in parts[TOLD:]):
        yield Reason(topic=TASTE, term=UNNAMED, field="text", weight=rest)


def _votes(one: TrackedItem, learned: Learned, until: date) -> Iterator[Reason]:
    """Give a reason for each source of votes that the model has learned to weigh, in taste's units."""
    for name, vote in balance.last_votes(one.votes, until).items():
        weight = learned.taste.weights.get(balance.VOTES + name, 0.0) if learned.taste else 0.0
        if weight:
            term = f"{name}, {vote.count} upvotes" if vote.kind is VoteKind.UPVOTES else name
            yield Reason(topic=VOTED, term=term, field=str(vote.kind), weight=weight * balance.value(vote))
