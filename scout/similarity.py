"""Find similar texts by the cosine of TF-IDF vectors. Pure Python, no model.

A vector has a weight for each word and pair of neighbouring words: (1 + ln count) x ln((n + 1) / document frequency), as in
Salton and Buckley, "Term-weighting approaches in automatic text retrieval" (1988), normalised to length one.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter, defaultdict
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from scout.text import fold

if TYPE_CHECKING:
    from collections.abc import Mapping

_WORD = re.compile(r"[^\W_]+")
_MARK = re.compile(r"[\u0300-\u036f]+")
_APART = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))
LONGEST = 20_000
"""Characters of a text that are read; later ones say little of its subject."""

NEAREST = 3
"""How many neighbours of an item are shown, of earlier reports and of the store each."""

Gram = str | tuple[str, str]


def words(text: str) -> list[str]:
    """Return the words of a text in order: lower case, accents removed, split at hyphens and slashes."""
    text = text[:LONGEST]
    if not text.isascii():
        text = _MARK.sub("", unicodedata.normalize("NFKD", text)).casefold()
    if text.isascii():  # four times as fast as the regular expression, and most texts are
        return text.lower().translate(_APART).split()
    return _WORD.findall(text)


def title_likeness(one: str, other: str) -> float:
    """Return how alike two titles are, 0 to 100: by shared words, or by the best matching part."""
    from rapidfuzz import fuzz  # noqa: PLC0415 -- only for those who compare titles

    one, other = fold(one), fold(other)
    return max(fuzz.token_set_ratio(one, other), fuzz.partial_ratio(one, other))


def grams(title: list[str], body: list[str]) -> Counter[Gram]:
    """Count words and pairs of neighbouring words; those of the title count twice."""
    found: Counter[Gram] = Counter(body)
    found.update(pairwise(body))
    for _ in range(2):
        found.update(title)
        found.update(pairwise(title))
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarText:
    """A text's key and its cosine similarity, 0 to 1."""

    key: str
    likeness: float


class SimilarityIndex:
    """Index texts for nearest-neighbour search. `texts` are (title, body) by key."""

    def __init__(self, texts: Mapping[str, tuple[str, str]]) -> None:
        self._postings: dict[Gram, list[tuple[str, float]]] = defaultdict(list)
        counted = [(key, grams(words(title), words(body))) for key, (title, body) in sorted(texts.items(), reverse=True)]
        frequency = Counter(gram for _, counts in counted for gram in counts)
        self._rarity = {gram: math.log((len(counted) + 1) / seen) for gram, seen in frequency.items()}
        del frequency
        while counted:  # free each text's counts once indexed: together they are the largest thing here
            key, counts = counted.pop()
            for gram, value in self._vector(counts).items():
                self._postings[gram].append((key, value))

    def _vector(self, counts: Counter[Gram]) -> dict[Gram, float]:
        rarity = self._rarity
        raw = {gram: (1 + math.log(count)) * rarity[gram] for gram, count in counts.items() if gram in rarity}
        length = math.sqrt(math.fsum(value * value for value in raw.values()))
        return {gram: value / length for gram, value in raw.items()} if length else {}

    def nearest(self, title: str, body: str = "", *, most: int = NEAREST, least: float = 0.05) -> list[SimilarText]:
        """Return at most `most` texts with a similarity of `least` or more, nearest first; ties by key."""
        parts: dict[str, list[float]] = defaultdict(list)
        for gram, value in self._vector(grams(words(title), words(body))).items():
            for key, weight in self._postings.get(gram, ()):
                parts[key].append(value * weight)
        scored = [SimilarText(key=key, likeness=round(min(1.0, math.fsum(found)), 4)) for key, found in parts.items()]
        return sorted((one for one in scored if one.likeness >= least), key=lambda one: (-one.likeness, one.key))[:most]
