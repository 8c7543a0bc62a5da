"""Say what topics, votes and dates weigh before anything is learned of them, and how an item shows them to the model."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.model import Status, VoteKind
from scout.shortlist.status import COMPETES
from scout.shortlist.taste import Prior

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date

    from scout.model import Topic, Vote
    from scout.shortlist.rules import TopicScore

HEAVIEST = 0.7
"""The weight of the heaviest topic, in taste's units, if it is as rare as USUAL."""
MENTION = 0.25
"""What one mention in an abstract is to the model."""
POINTS = 1 / HEAVIEST / MENTION
"""Points for one unit of taste, for each of the heaviest topic's weight in feeds.yaml."""
USUAL, SUPPOSED = 0.01, 1000
"""A topic that matches this share of the items weighs what feeds.yaml says; one that matches more weighs less, by the logarithm
of its share. So many items are supposed to have been seen with that share before the first one is counted."""
BROAD = 0.25
"""A topic that matches this share of SUPPOSED items or more says little, and the user is told."""
TOPIC_RIDGE, VOTE_RIDGE = 10.0, 1.0
"""How firmly the weights are held where they start, against 1 for a word's."""
MANY = 20
"""So many upvotes are to the model what one addition to a list is."""
LEAST = 0.1
"""The factor of a topic that is never picked: the user asked for it."""
NEW, OLD = 6, 2
"""Of so many supposed picks, so many were published in their report's window, and so many before."""
TOPIC, VOTES = "topic ", "votes "
"""How the names of the two kinds of columns begin."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """What one topic counts: the share of the items that it matches, and the factor of what feeds.yaml gives it.

    A `broad` topic tells little (`Matches`).
    """

    share: float
    factor: float
    broad: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Timing:
    """The factor of an item from before the window; how many earlier picks were `new` in their reports' windows, or `old`."""

    factor: float = 1.0
    new: int = 0
    old: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Matches:
    """How many of all items each topic matches."""

    size: int
    found: Mapping[str, int]

    @classmethod
    def of(cls, verdicts: Collection[TopicScore]) -> Matches:
        """Count them."""
        return cls(size=len(verdicts), found=Counter(name for verdict in verdicts for name in verdict.strengths))

    def share(self, topic: str) -> float:
        """Return the share of the items that a topic matches."""
        return self.found.get(topic, 0) / max(1, self.size)

    def broad(self, topic: str) -> bool:
        """Return whether a topic matches so much of a large pool that it tells little."""
        return self.size >= SUPPOSED and self.share(topic) >= BROAD

    def rarity(self, topic: str) -> float:
        """Return what a topic's share makes of its weight: 1 at the usual share, less above it."""
        share = (self.found.get(topic, 0) + USUAL * SUPPOSED) / (self.size + SUPPOSED)
        return math.log(1 / share) / math.log(1 / USUAL)


def priors(topics: Sequence[Topic], heaviest: float, matches: Matches, voters: Iterable[str]) -> dict[str, Prior]:
    """Return where the weights of the topics and of the sources of votes start, by column."""
    found = {VOTES + name: Prior(weight=0.0, ridge=VOTE_RIDGE) for name in voters}
    for topic in topics:
        weight = HEAVIEST * topic.weight / heaviest * matches.rarity(topic.name)
        found[TOPIC + topic.name] = Prior(weight=weight, ridge=TOPIC_RIDGE)
    return found


def weighed(topics: Sequence[Topic], heaviest: float, matches: Matches, weights: Mapping[str, float]) -> dict[str, Weighed]:
    """Return what each topic counts by its weight in the model."""
    found = {}
    for topic in topics:
        plain = HEAVIEST * topic.weight / heaviest
        factor = max(LEAST, weights[TOPIC + topic.name] / plain) if plain else 0.0
        found[topic.name] = Weighed(share=matches.share(topic.name), factor=round(factor, 4), broad=matches.broad(topic.name))
    return found


def columns(verdict: TopicScore, votes: Iterable[Vote], until: date) -> dict[str, float]:
    """Return an item's topics, and its votes up to a day, as the model reads them, by column."""
    topics = {TOPIC + name: MENTION * strength for name, strength in verdict.strengths.items()}
    return topics | {VOTES + name: value(vote) for name, vote in last_votes(votes, until).items()}


def last_votes(votes: Iterable[Vote], until: date) -> dict[str, Vote]:
    """Return the last vote of each source up to a day: its own, else that of its reading. What was said later guided nobody."""
    last: dict[str, Vote] = {}
    for vote in votes:
        if vote.count > 0 and (day := vote.counts_on) and day <= until:
            last[vote.source] = vote
    return dict(sorted(last.items()))


def value(vote: Vote) -> float:
    """Return what a vote is to the model: upvotes by their logarithm, anything else is one."""
    return math.log1p(vote.count) / math.log1p(MANY) if vote.kind is VoteKind.UPVOTES else 1.0


def timing(days: Iterable[tuple[date, date]], statuses: Iterable[Status]) -> Timing:
    """Return what the days before the window count, from the days of earlier picks and the first day of their reports' windows.

    It is the fourth root of the odds of a pick there, against those of the pool; never more than 1.
    """
    new = Counter(published >= since for published, since in days)
    pool = Counter(statuses)
    before = pool[Status.BOUNDARY]
    inside = sum(pool[status] for status in COMPETES)
    odds = (OLD + new[False]) / (NEW + new[True]) * max(1, inside) / max(1, before)
    return Timing(factor=round(min(1.0, odds**0.25), 4), new=new[True], old=new[False])
