"""Score an item by the topics of feeds.yaml, as `scout.topics` matches them, term by term.

A topic adds, for each of its phrases found, its weight x the field's weight x a saturating count:
the strongest phrase in full, each further one half of the one before, because synonyms repeat each other.
A paper's points are scaled by the share of its title and abstract on the topics: a passing mention counts less.
What a topic adds in all saturates too. How much each topic counts in a pool is learned (`training`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from scout.model import Reason, Section
from scout.reading import TEXT_READ
from scout.similarity import LONGEST
from scout.text import sentences
from scout.topics import Field, TopicMatcher

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scout.model import Topic
    from scout.topics import Phrase

FIELDS = {"title": 2.0, "abstract": 1.0, TEXT_READ: 1.0, "body": 0.5, "tags": 0.5}
"""The weight of a phrase by its field."""
SATURATION = 4.0
"""n mentions in an abstract or body count as (1 + s) n / (n + s): one is 1, ten are 3.6, the limit is 5."""
FURTHER = 0.5
"""The factor of each further phrase of a topic, against the one before."""

PASSING, WHOLLY = 1 / 3, 5 / 3
"""The factor of a paper's points if hardly a sentence of it is on the topics, and if all are."""

MOST = 8.0
"""What a topic can add to one item, in mentions of a phrase in an abstract: an item that says it ever again is no better."""

ENOUGH = 4
"""Title and sentences needed to measure that share; each missing one counts as half on the topics."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicScore:
    """The topic score of one item. `section` is that of the strongest topic with a section, `topic` its name.

    `excluded` are topics cancelled by a phrase, `lacking` those without one of their `needs`. `about` is the share of a paper on
    its topics, 0 to 1, already in the reasons' weights; None without an abstract. `strengths` are the topics' sums before their
    weights.
    """

    reasons: tuple[Reason, ...] = ()
    strengths: Mapping[str, float] = field(default_factory=dict)
    excluded: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    about: float | None = None
    section: Section | None = None
    topic: str = ""


class TopicRules:
    """Score items by compiled topics."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self._matcher = TopicMatcher(topics)
        self.topics = self._matcher.topics
        terms = self._matcher.terms.values()
        self.spoken = frozenset(
            word for phrases in terms for phrase in phrases for spelling in phrase.spellings for word in spelling
        )
        """The words of all terms, which taste does not learn."""
        self.heaviest = max((topic.weight for topic in self.topics), default=1.0) or 1.0
        """The heaviest topic's weight, against which the others and taste are weighed."""

    def read(self, found: Sequence[Field]) -> TopicScore:
        """Score one item's fields."""
        parts: list[Reason] = []
        matched: dict[str, Topic] = {}
        excluded: list[str] = []
        lacking: list[str] = []
        for match in self._matcher.read(found):
            if match.excluded:
                excluded.append(match.topic.name)
            elif match.lacking:
                lacking.append(match.topic.name)
            else:
                matched[match.topic.name] = match.topic
                parts += self._parts(match.topic, found)
        about = self._about(found, parts)
        factor = 1.0 if about is None else PASSING + (WHOLLY - PASSING) * about
        sums: defaultdict[str, float] = defaultdict(float)
        for part in parts:
            sums[part.topic] += part.weight * factor
        strengths = {name: MOST * (1 - math.exp(-total / MOST)) for name, total in sums.items()}
        scales = {name: matched[name].weight * factor * strengths[name] / total for name, total in sums.items()}
        hint = max(
            ((strengths[name] * topic.weight, name, topic.section) for name, topic in matched.items() if topic.section),
            key=lambda one: one[0],
            default=(0.0, "", None),
        )
        return TopicScore(
            reasons=tuple(replace(part, weight=round(part.weight * scales[part.topic], 4)) for part in parts),
            strengths=strengths,
            excluded=tuple(excluded),
            lacking=tuple(lacking),
            about=about,
            section=hint[2],
            topic=hint[1],
        )

    def _about(self, found: Sequence[Field], reasons: Sequence[Reason]) -> float | None:
        """Return the share of the title and sentences of a paper, or of a post that was read, that is on its topics, 0 to 1.

        Each counts as its heaviest topic's weight over the paper's heaviest: a paper on a light topic can reach 1.
        """
        abstract = next((field for field in found if field.name in ("abstract", TEXT_READ) and field.text.strip()), None)
        if abstract is None or not reasons:
            return None
        named = {(reason.topic, reason.term) for reason in reasons}
        phrases = [
            (topic.weight, phrase)
            for topic in self.topics
            for phrase in self._matcher.terms[topic.name]
            if topic.weight > 0 and (topic.name, phrase.term) in named
        ]
        if not phrases:
            return None
        phrases.sort(key=lambda one: -one[0])
        title = next(field for field in found if field.name == "title")
        parts = [title, *(Field.read("sentence", text) for text in sentences(abstract.text[:LONGEST]))]
        most = phrases[0][0]
        spoken = sum(next((weight for weight, phrase in phrases if phrase.within([part])), 0.0) / most for part in parts)
        missing = max(0, ENOUGH - len(parts))
        return (spoken + missing / 2) / (len(parts) + missing)

    def _parts(self, topic: Topic, found: Sequence[Field]) -> Iterator[Reason]:
        """Give what each phrase of a topic adds in each field, before the topic's weight."""
        worth = []
        for phrase in self._matcher.terms[topic.name]:
            parts = [(field.name, FIELDS[field.name] * _saturated(field, phrase)) for field in found]
            if total := sum(value for _, value in parts):
                worth.append((-total, phrase.term, [part for part in parts if part[1]]))
        for place, (_, term, parts) in enumerate(sorted(worth)):
            for name, value in parts:
                yield Reason(topic=topic.name, term=term, field=name, weight=value * FURTHER**place)


def _saturated(field: Field, phrase: Phrase) -> float:
    count = phrase.count(field)
    if not count:
        return 0.0
    return 1.0 if field.name in ("title", "tags") else (1 + SATURATION) * count / (count + SATURATION)
