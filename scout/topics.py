"""Match the topics of feeds.yaml: their phrases in the fields of an item, or in any text. Pure.

A phrase matches on word boundaries, whatever its case, hyphens, spaces and plural: `KV cache`, `KV-caches` and `KVCache` are
one. A topic matches if a phrase of its `terms` or one of its `authors` is found, none of its `exclude`, and one of its `needs`
if it has any. Names match without accents and case; an initial is any first name that begins with it, a surname alone is nobody.
"""

from __future__ import annotations

import re
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from scout import identity
from scout.model import Kind
from scout.model.reading import TEXT_READ
from scout.similarity import LONGEST, words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scout.model import Item, Topic

AUTHORS = "authors"
"""The field of an item's authors: names, no words."""
_COMPOUND = re.compile(r"(?<![^\W_])[^\W_]++(?>(?:-[^\W_]++)+)")
Spelling = tuple[str, ...]
Span = tuple[int, int]
"""The places of a spelling's first and last word in a field; those of its compounds come after those of its words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of an item: its words in order, and its hyphenated compounds as one word each."""

    name: str
    words: list[str]
    compounds: list[str]
    text: str = ""
    people: tuple[str, ...] = ()

    @classmethod
    def of(cls, name: str, found: list[str], compounds: list[str] | None = None, text: str = "") -> Field:
        """Make a field of words; `text` is needed to split it into sentences."""
        return cls(name=name, words=found, compounds=compounds or [], text=text)

    @classmethod
    def read(cls, name: str, text: str) -> Field:
        """Make a field of a text."""
        return cls.of(name, words(text), compounds(text), text)

    def has(self, spelling: Spelling) -> bool:
        """Return whether a spelling occurs."""
        first, size = spelling[0], len(spelling)
        if size == 1:
            return first in self.words or first in self.compounds
        starts = [place for place, word in enumerate(self.words) if word == first]
        return any(tuple(self.words[place : place + size]) == spelling for place in starts)

    def spans(self, by_first: Mapping[str, Sequence[Spelling]]) -> Iterator[tuple[Spelling, Span]]:
        """Give each occurrence of some spellings, which are listed by their first words."""
        searched = () if by_first.keys().isdisjoint(self.words) else enumerate(self.words)  # most texts have none
        for place in [place for place, word in searched if word in by_first]:
            for spelling in by_first[self.words[place]]:
                size = len(spelling)
                if size == 1 or tuple(self.words[place : place + size]) == spelling:
                    yield spelling, (place, place + size - 1)
        for place, word in enumerate(self.compounds, len(self.words)):
            if (word,) in by_first.get(word, ()):
                yield (word,), (place, place)


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrase:
    """A phrase as feeds.yaml writes it, with all its spellings."""

    term: str
    spellings: frozenset[Spelling]

    def within(self, fields: Iterable[Field]) -> bool:
        """Return whether one of the fields has the phrase."""
        return any(field.has(spelling) for field in fields for spelling in self.spellings)


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicMatch:
    """A topic with a term in some fields; it does not match if a phrase excludes it or its `needs` are missing.

    `spans` says where each term stands, for each field; an author stands at its place among the authors.
    """

    topic: Topic
    spans: Mapping[str, Sequence[Sequence[Span]]]
    excluded: bool = False
    lacking: bool = False

    @property
    def holds(self) -> bool:
        """Whether the topic matches."""
        return not self.excluded and not self.lacking


class TopicMatcher:
    """Match compiled topics, in the order of their names; a text with none of their words returns early."""

    def __init__(self, topics: Iterable[Topic]) -> None:
        self.topics = sorted(topics, key=lambda topic: topic.name)
        self._terms: dict[Spelling, list[tuple[str, str]]] = defaultdict(list)
        self._needs = {topic.name: phrases(topic.needs) for topic in self.topics}
        self._excludes = {topic.name: phrases(topic.exclude) for topic in self.topics}
        for topic in self.topics:
            for phrase in phrases(topic.terms):
                for spelling in phrase.spellings:
                    self._terms[spelling].append((topic.name, phrase.term))
        self._by_first: dict[str, list[Spelling]] = defaultdict(list)
        for spelling in self._terms:
            self._by_first[spelling[0]].append(spelling)
        self._authors: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for topic in self.topics:
            for author in topic.authors:
                self._authors[identity.surname(author)].append((topic.name, author))

    @property
    def words(self) -> frozenset[str]:
        """The words of all terms, in every spelling."""
        return frozenset(word for spelling in self._terms for word in spelling)

    def read(self, found: Sequence[Field]) -> list[TopicMatch]:
        """Return the topics that have a term in the fields of one item, by name."""
        spans: dict[str, dict[str, list[list[Span]]]] = {}
        for place, field in enumerate(found):
            for topic, term, span in self._found(field):
                terms = spans.setdefault(topic, {})
                if term not in terms:
                    terms[term] = [[] for _ in found]
                terms[term][place].append(span)
        return [self._match(topic, found, spans[topic.name]) for topic in self.topics if topic.name in spans] if spans else []

    def _found(self, field: Field) -> Iterator[tuple[str, str, Span]]:
        """Give the terms in a field, each with its topic and where it stands; of people the authors that topics name."""
        for spelling, span in field.spans(self._by_first):
            for topic, term in self._terms[spelling]:
                yield topic, term, span
        for place, name in enumerate(field.people if self._authors else ()):
            for topic, author in self._authors.get(identity.surname(name), ()):
                if identity.one_person(author, name):
                    yield topic, author, (place, place)

    def _match(self, topic: Topic, found: Sequence[Field], spans: Mapping[str, Sequence[Sequence[Span]]]) -> TopicMatch:
        excluded = any(phrase.within(found) for phrase in self._excludes[topic.name])
        needs = self._needs[topic.name]
        lacking = not excluded and bool(needs) and not any(phrase.within(found) for phrase in needs)
        return TopicMatch(topic=topic, spans=spans, excluded=excluded, lacking=lacking)

    def of(self, item: Item) -> frozenset[str]:
        """Return the names of the topics that an item matches, by its title, text and tags."""
        return frozenset(match.topic.name for match in self.read(fields(item)) if match.holds)

    def in_text(self, text: str) -> frozenset[str]:
        """Return the names of the topics that a text matches."""
        return frozenset(match.topic.name for match in self.read([Field.read("text", text)]) if match.holds)


class PhraseFinder:
    """Find phrases in a text: the longest match from left to right, without overlaps."""

    def __init__(self, terms: Iterable[str]) -> None:
        self._by_first: dict[str, list[tuple[Spelling, str]]] = defaultdict(list)
        for phrase in phrases(terms):
            for spelling in phrase.spellings:
                self._by_first[spelling[0]].append((spelling, phrase.term))
        for found in self._by_first.values():
            found.sort(key=lambda one: (-len(one[0]), one))

    def find(self, text: str) -> list[str]:
        """Return the terms found in a text, in its order; those found only in a hyphenated compound come last."""
        field = Field.read("text", text)
        named, place = [], 0
        while place < len(field.words):
            spelling, term = self._at(field.words, place)
            named += [term] if term else []
            place += len(spelling) or 1
        return [*named, *(term for word in field.compounds if (term := self._at([word], 0)[1]) and term not in named)]

    def _at(self, found: Sequence[str], place: int) -> tuple[Spelling, str]:
        """Return the longest spelling that begins at a word, and its term; both empty if none does."""
        known = self._by_first.get(found[place], ())
        return next((one for one in known if tuple(found[place : place + len(one[0])]) == one[0]), ((), ""))


def compounds(text: str) -> list[str]:
    """Return the hyphenated compounds of a text in order, each as one word."""
    hyphened = text[:LONGEST].replace("\u2010", "-").replace("\u2011", "-")
    if "-" not in hyphened:
        return []
    found = _COMPOUND.findall(" ".join([part for part in hyphened.split() if "-" in part]))
    return words(" ".join(found).replace("-", ""))


def fields(item: Item) -> list[Field]:
    """Return the fields of an item to match. A release's repository is part of its title: a tag alone names no subject."""
    owner, title = owned(item)
    found = [Field.read("title", f"{owner}/{title}" if owner else title)]
    if item.summary:
        found.append(Field.read(_place(item), item.summary))
    if item.tags and not item.id.startswith("arxiv:"):
        apart = [word for tag in item.tags for word in (*words(tag), "")]
        found.append(Field.of("tags", apart))
    if item.authors:
        found.append(Field(name=AUTHORS, words=[], compounds=[], people=item.authors))
    return found


def _place(item: Item) -> str:
    """Return the name of the field that an item's summary is."""
    if item.kind in (Kind.PAPER, Kind.TALK):
        return "abstract"
    return TEXT_READ if item.extra.get("summary_from") == TEXT_READ else "body"


def owned(item: Item) -> tuple[str, str]:
    """Return the owner of a GitHub release, and `repository title`; for any other item an empty owner and its title."""
    if item.kind is not Kind.RELEASE or not item.id.startswith("github:"):
        return "", item.title
    owner, _, repository = item.id.removeprefix("github:").partition("@")[0].partition("/")  # a tag may hold an @
    return owner, f"{repository} {item.title}"


@lru_cache(maxsize=10_000)
def spellings(phrase: str) -> frozenset[Spelling]:
    """Return the spellings of a phrase: its words, the last in singular and plural, separate or joined."""
    parts = words(phrase)
    if not parts:
        return frozenset()
    found: set[Spelling] = set()
    for last in _numbers(parts[-1]):
        found.add((*parts[:-1], last))
        found.add(("".join(parts[:-1]) + last,))
    return frozenset(found)


def _numbers(word: str) -> set[str]:
    """Return a word with its plural or singular, or both, as its ending suggests."""
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


def phrases(terms: Iterable[str]) -> tuple[Phrase, ...]:
    """Return the distinct phrases of some terms; terms that share a spelling are one, under the first term."""
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
    return tuple(Phrase(term=term, spellings=frozenset(found)) for term, found in sorted(joined.items()))


def named(phrase: str, text: str) -> bool:
    """Return whether a text has a phrase."""
    return Phrase(term=phrase, spellings=spellings(phrase)).within([Field.read("text", text)])
