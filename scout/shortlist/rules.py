"""Rules: the topics of feeds.yaml, found as phrases and added up term by term.

A phrase is found on word boundaries whatever its case, hyphens, spaces between its words and plural: `KV cache`, `KV-caches` and
`KVCache` are one. A topic adds, for each of its phrases found, its weight x the field's weight x a saturating count:
the strongest phrase in full, each further one half of the one before, because synonyms say the same thing twice.
A paper's points count by how much of its abstract speaks of the topics: a word in passing is not what it is about.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

from scout.model import Kind, Reason, Section
from scout.similarity import LONGEST, words
from scout.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scout.model import Item, Topic

FIELDS = {"title": 2.0, "abstract": 1.0, "body": 0.5, "tags": 0.5}
"""What a phrase is worth where it stands."""
SATURATION = 4.0
"""n mentions in a running text count as (1 + s) n / (n + s): one is 1, ten are 3.6, no number is 5."""
FURTHER = 0.5
"""What each further phrase of a topic counts, against the one before."""

PASSING, WHOLLY = 1 / 3, 5 / 3
"""What a paper's points count where hardly a sentence of its abstract speaks of the topics, and where all do."""

ENOUGH = 4
"""Title and sentences that tell what a paper is about; what is missing of them counts as half spoken of."""

_COMPOUND = re.compile(r"[^\W_]+(?:-[^\W_]+)+")
Spelling = tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an item as words, with hyphenated compounds written as one word beside them, and what occurs as a set."""

    name: str
    words: list[str]
    compounds: list[str]
    singles: set[str]
    text: str = ""

    @classmethod
    def of(cls, name: str, found: list[str], compounds: list[str] | None = None, text: str = "") -> Field:
        """Return the field of some words; with its `text`, it can be looked at sentence by sentence."""
        compounds = compounds or []
        return cls(name=name, words=found, compounds=compounds, singles={*found, *compounds}, text=text)

    def count(self, spelling: Spelling) -> int:
        """Count a spelling."""
        first, size = spelling[0], len(spelling)
        if size == 1:
            return self.words.count(first) + self.compounds.count(first) if first in self.singles else 0
        if first not in self.singles or spelling[1] not in self.singles:
            return 0
        starts = [place for place, word in enumerate(self.words) if word == first]
        return sum(tuple(self.words[place : place + size]) == spelling for place in starts)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMatch:
    """What the rules say of one item. `section` and `topic` are the hint of the strongest topic that has one.

    `excluded` are topics that a phrase cancels, `lacking` those whose `needs` do not stand there. `about` is how much of a paper
    speaks of its topics, 0 to 1, and is in its reasons' weights; None without an abstract.
    """

    reasons: tuple[Reason, ...] = ()
    excluded: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    about: float | None = None
    section: Section | None = None
    topic: str = ""


def fields(item: Item) -> list[Field]:
    """Return what the rules read of an item. A release's repository counts as its title: tags alone name nothing."""
    owner, title = owned(item)
    found = [_field("title", f"{owner}/{title}" if owner else title)]
    if item.summary:
        found.append(_field("abstract" if item.kind in (Kind.PAPER, Kind.TALK) else "body", item.summary))
    if item.tags and not item.id.startswith("arxiv:"):
        apart = [word for tag in item.tags for word in (*words(tag), "")]
        found.append(Field.of("tags", apart))
    return found


def owned(item: Item) -> tuple[str, str]:
    """Return who owns what was released, and its title with the repository's name before it; nobody and the title of all else."""
    if item.kind is not Kind.RELEASE or not item.id.startswith("github:"):
        return "", item.title
    owner, _, repository = item.id.removeprefix("github:").partition("@")[0].partition("/")  # a tag may hold an @
    return owner, f"{repository} {item.title}"


def _field(name: str, text: str) -> Field:
    hyphened = text[:LONGEST].replace("\u2010", "-").replace("\u2011", "-")
    compounds = _COMPOUND.findall(" ".join(part for part in hyphened.split() if "-" in part))
    return Field.of(name, words(text), words(" ".join(compounds).replace("-", "")), text)


def spellings(phrase: str) -> frozenset[Spelling]:
    """Return the ways in which a phrase may be written: its words, the last in singular and plural, apart or as one."""
    parts = words(phrase)
    if not parts:
        return frozenset()
    found: set[Spelling] = set()
    for last in _numbers(parts[-1]):
        found.add((*parts[:-1], last))
        found.add(("".join(parts[:-1]) + last,))
    return frozenset(found)


def _numbers(word: str) -> set[str]:
    """Return a word with its plural and, for what looks like one, its singular."""
    found = {word}
    if len(word) < 3 or not word.isalpha():
        return found
    if word.endswith("ies"):
        return found | {word[:-3] + "y"}
    if word.endswith("s") and not word.endswith("ss"):
        return found | ({word[:-1], word + "es"} if word.endswith(("us", "is")) else {word[:-1]})  # buses, and GPUs
    if word.endswith("y") and word[-2] not in "aeiou":
        return found | {word[:-1] + "ies", word + "s"}
    return found | {word + ("es" if word.endswith(("s", "x", "z", "ch", "sh")) else "s")}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Phrase:
    term: str
    spellings: frozenset[Spelling]


class TopicRules:
    """Topics made ready: every spelling under its first word or pair of words, so that a text is looked through once."""

    def __init__(self, topics: Sequence[Topic]) -> None:
        self.topics = sorted(topics, key=lambda topic: topic.name)
        self._terms = {topic.name: _phrases(topic.terms) for topic in self.topics}
        self._needs = {topic.name: _phrases(topic.needs) for topic in self.topics}
        self._excludes = {topic.name: _phrases(topic.exclude) for topic in self.topics}
        tables = (self._terms, self._needs, self._excludes)
        every = [phrase for table in tables for phrases in table.values() for phrase in phrases]
        self._singles: set[str] = set()
        self._pairs: set[tuple[str, str]] = set()
        for spelling in (spelling for phrase in every for spelling in phrase.spellings):
            if len(spelling) == 1:
                self._singles.add(spelling[0])
            else:
                self._pairs.add((spelling[0], spelling[1]))
        self.spoken = frozenset(
            word for phrases in self._terms.values() for phrase in phrases for spelling in phrase.spellings for word in spelling
        )
        """The words of all terms: what the rules speak of, and taste need not learn."""
        self.scale = 2 * max((topic.weight for topic in self.topics), default=1.0) or 1.0
        """Points that make the odds of a pick e times as high, as taste takes them to learn what is left."""

    def read(self, found: Sequence[Field]) -> TopicMatch:
        """Judge one item's fields."""
        if all(self._singles.isdisjoint(field.singles) and self._pairs.isdisjoint(pairwise(field.words)) for field in found):
            return TopicMatch()
        reasons: list[Reason] = []
        excluded: list[str] = []
        lacking: list[str] = []
        hint: tuple[float, str, Section] | None = None
        for topic in self.topics:
            own = list(self._reasons(topic, found))
            if not own:
                continue
            if any(_stands(phrase, found) for phrase in self._excludes[topic.name]):
                excluded.append(topic.name)
                continue
            needs = self._needs[topic.name]
            if needs and not any(_stands(phrase, found) for phrase in needs):
                lacking.append(topic.name)
                continue
            reasons += own
            total = sum(reason.weight for reason in own)
            if topic.section and (hint is None or total > hint[0]):
                hint = (total, topic.name, topic.section)
        if (about := self._about(found, reasons)) is not None:
            factor = PASSING + (WHOLLY - PASSING) * about
            reasons = [replace(reason, weight=round(reason.weight * factor, 4)) for reason in reasons]
        return TopicMatch(
            reasons=tuple(reasons),
            excluded=tuple(excluded),
            lacking=tuple(lacking),
            about=about,
            section=hint[2] if hint else None,
            topic=hint[1] if hint else "",
        )

    def _about(self, found: Sequence[Field], reasons: Sequence[Reason]) -> float | None:
        """Return how much of a paper's title and sentences speaks of its topics.

        Each counts as the heaviest topic in it, against the heaviest of the paper: a light topic's paper can be wholly about it.
        """
        abstract = next((field for field in found if field.name == "abstract" and field.text.strip()), None)
        if abstract is None or not reasons:
            return None
        named = {(reason.topic, reason.term) for reason in reasons}
        phrases = [
            (topic.weight, phrase)
            for topic in self.topics
            for phrase in self._terms[topic.name]
            if topic.weight > 0 and (topic.name, phrase.term) in named
        ]
        if not phrases:
            return None
        phrases.sort(key=lambda one: -one[0])
        title = next(field for field in found if field.name == "title")
        parts = [title, *(_field("sentence", text) for text in sentences(abstract.text[:LONGEST]))]
        most = phrases[0][0]
        spoken = sum(next((weight for weight, phrase in phrases if _stands(phrase, [part])), 0.0) / most for part in parts)
        missing = max(0, ENOUGH - len(parts))
        return (spoken + missing / 2) / (len(parts) + missing)

    def _reasons(self, topic: Topic, found: Sequence[Field]) -> Iterator[Reason]:
        worth = []
        for phrase in self._terms[topic.name]:
            parts = [(field.name, FIELDS[field.name] * _saturated(field, phrase)) for field in found]
            if total := sum(value for _, value in parts):
                worth.append((-total, phrase.term, [part for part in parts if part[1]]))
        for place, (_, term, parts) in enumerate(sorted(worth)):
            for name, value in parts:
                yield Reason(topic=topic.name, term=term, field=name, weight=round(topic.weight * value * FURTHER**place, 4))


def _phrases(terms: Iterable[str]) -> tuple[_Phrase, ...]:
    """Return phrases that differ, under the first of their names; equal spellings are one phrase."""
    named: dict[frozenset[Spelling], str] = {}
    for term in sorted(terms):
        if found := spellings(term):
            named.setdefault(found, term)
    joined: dict[str, set[Spelling]] = defaultdict(set)
    owner: dict[Spelling, str] = {}
    for found, term in named.items():
        first = next((owner[spelling] for spelling in sorted(found) if spelling in owner), term)
        joined[first] |= found
        owner |= dict.fromkeys(found, first)
    return tuple(_Phrase(term=term, spellings=frozenset(found)) for term, found in sorted(joined.items()))


def _stands(phrase: _Phrase, found: Sequence[Field]) -> bool:
    return any(field.count(spelling) for field in found for spelling in phrase.spellings)


def _saturated(field: Field, phrase: _Phrase) -> float:
    count = sum(field.count(spelling) for spelling in phrase.spellings)
    if not count:
        return 0.0
    return 1.0 if field.name in ("title", "tags") else (1 + SATURATION) * count / (count + SATURATION)
