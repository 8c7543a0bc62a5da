"""Score an item by the topics of feeds.yaml, as `scout.topics` matches them, term by term.

A topic adds, for each of its phrases found, its weight x the field's weight x a saturating count:
the strongest phrase in full, each further one half of the one before, because synonyms repeat each other.
A paper's points are scaled by the share of its title and abstract on the topics: a passing mention counts less.
What a topic adds in all saturates too. How much each topic counts in a pool is learned (`examples`).
"""

from __future__ import annotations

import math
from bisect import bisect_right
from dataclasses import dataclass, field
from itertools import accumulate
from typing import TYPE_CHECKING

from scout.model import Reason, Section
from scout.model.reading import TEXT_READ
from scout.similarity import LONGEST, words
from scout.text import sentences
from scout.topics import AUTHORS, TopicMatcher, compounds

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scout.model import Topic
    from scout.topics import Field, TopicMatch

FIELDS = {"title": 2.0, "abstract": 1.0, TEXT_READ: 1.0, "body": 0.5, "tags": 0.5, AUTHORS: 2.0}
"""The weight of a phrase by its field, and of an author."""
ONCE = ("title", "tags", AUTHORS)
"""The fields in which a second mention adds nothing."""
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
        self.spoken = self._matcher.words
        """The words of all terms, which taste does not learn."""
        self.heaviest = max((topic.weight for topic in self.topics), default=1.0) or 1.0
        """The heaviest topic's weight, against which the others and taste are weighed."""

    def read(self, found: Sequence[Field]) -> TopicScore:
        """Score one item's fields."""
        matched: list[TopicMatch] = []
        excluded: list[str] = []
        lacking: list[str] = []
        for match in self._matcher.read(found):
            if match.excluded:
                excluded.append(match.topic.name)
            elif match.lacking:
                lacking.append(match.topic.name)
            else:
                matched.append(match)
        about = _about(found, matched)
        factor = 1.0 if about is None else PASSING + (WHOLLY - PASSING) * about
        reasons: list[Reason] = []
        strengths: dict[str, float] = {}
        hint: tuple[float, str, Section | None] = (0.0, "", None)
        for match in matched:
            topic, parts = match.topic, list(_parts(match, found))
            factors = {where: 1.0 if where == AUTHORS else factor for _, where, _ in parts}
            total = sum(weight * factors[where] for _, where, weight in parts)
            strengths[topic.name] = strength = MOST * (1 - math.exp(-total / MOST))
            for term, where, weight in parts:
                points = round(weight * (topic.weight * factors[where] * strength / total), 4)
                reasons.append(Reason(topic=topic.name, term=term, field=where, weight=points))
            if topic.section and (not hint[1] or strength * topic.weight > hint[0]):
                hint = strength * topic.weight, topic.name, topic.section
        return TopicScore(
            reasons=tuple(reasons),
            strengths=strengths,
            excluded=tuple(excluded),
            lacking=tuple(lacking),
            about=about,
            section=hint[2],
            topic=hint[1],
        )


def _about(found: Sequence[Field], matched: Sequence[TopicMatch]) -> float | None:
    """Return the share of the title and sentences of a paper, or of a post that was read, that is on its topics, 0 to 1.

    Topics of which only an author stands there are left out: who wrote it says nothing of what it is about.

    Each counts as its heaviest topic's weight over the paper's heaviest: a paper on a light topic can reach 1.
    """
    read = next((n for n, field in enumerate(found) if field.name in ("abstract", TEXT_READ) and field.text.strip()), None)
    said = [n for n, field in enumerate(found) if field.name != AUTHORS]
    named = [(match.topic.weight, spans) for match in matched if match.topic.weight > 0 for spans in match.spans.values()]
    spans = [(weight, fields) for weight, fields in named if any(fields[n] for n in said)]
    if read is None or not spans:
        return None
    text, title = found[read], next(n for n, field in enumerate(found) if field.name == "title")
    texts = sentences(text.text[:LONGEST])
    sizes = [len(words(one)) for one in texts]
    if any(last >= len(text.words) for _, fields in spans for _, last in fields[read]):
        sizes += [len(compounds(one)) for one in texts]
    ends = list(accumulate(sizes))
    most = max(weight for weight, _ in spans)
    heaviest = [0.0] * (1 + len(texts))
    for weight, fields in spans:
        if fields[title]:
            heaviest[0] = max(heaviest[0], weight)
        for first, last in fields[read]:
            sentence = bisect_right(ends, first)
            if last < ends[sentence]:  # else it begins in one sentence and ends in the next
                heaviest[1 + sentence % len(texts)] = max(heaviest[1 + sentence % len(texts)], weight)
    spoken = sum(weight / most for weight in heaviest)
    missing = max(0, ENOUGH - len(heaviest))
    return (spoken + missing / 2) / (len(heaviest) + missing)


def _parts(match: TopicMatch, found: Sequence[Field]) -> Iterator[tuple[str, str, float]]:
    """Give what each phrase of a topic adds in each field, before the topic's weight: the term, the field and the points."""
    worth = []
    for term, spans in match.spans.items():
        parts = [(one.name, FIELDS[one.name] * _saturated(one.name, len(own))) for one, own in zip(found, spans, strict=True)]
        worth.append((-sum(value for _, value in parts), term, parts))
    for place, (_, term, parts) in enumerate(sorted(worth)):
        for name, value in parts:
            if value:
                yield term, name, value * FURTHER**place


def _saturated(field: str, count: int) -> float:
    if not count:
        return 0.0
    return 1.0 if field in ONCE else (1 + SATURATION) * count / (count + SATURATION)
