"""Taste: what earlier picks have in common beyond what the topics say, learned from the ledger alone.

A logistic model of "was picked", with the rules' points as its offset: it learns only what the rules leave unexplained, so it
cannot repeat them, and is silent without a ledger. Its terms are the words and neighbouring pairs of the picks (the topics' own
words left out) in TF-IDF, and the first category of a paper. Examples are the picks, numbered ones before mentions and new
reports before old; against them stands what was there to pick and was not. No random numbers, a fixed number of steps.
"""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from scout.likeness import Gram
    from scout.shortlist.rules import Field

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

TITLE = 2
"""How often a word of the title counts."""
CATEGORY = 0.7
"""What a category is worth beside words: a text's words together have a length of about one."""
RIDGE = 0.5
"""How strongly weights are held near zero."""
RARE, COMMON = 3, 0.2
"""A term stands in at least so many texts, and in at most this share of them."""
TEMPLATE = 1 / 3
"""A term in more than this share of the report's own texts is the report's wording, not its subject."""
SHARED, MANY = 2, 10
"""Where there are many examples, a term is learned from at least two of them."""
HARD = 0.2
"""Texts to which the rules give this share of a pick's typical points or more are all learned from; of the others,"""
EVERY = 4
"""only each fourth, counted fourfold."""
STEPS = 80
SHORT = 20
"""Terms added to each text's length, so that a single telling word does not carry a text of five."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """What taste sees of a text: its size in terms, the counts of those it knows, and its category."""

    size: int
    counts: Mapping[int, int]
    category: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A pick: its text, how much it counts, and its rules' points; `prose` where the text is the report's own."""

    title: Field
    body: Field | None
    weight: float
    points: float
    category: str = ""
    prose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one term adds to a text's taste, in log-odds."""

    term: str
    field: str
    weight: float


class Vocabulary:
    """The terms of the examples: nothing else can be learned, so nothing else is counted. `leave` are words that tell nothing."""

    def __init__(self, examples: Sequence[Example], leave: frozenset[str]) -> None:
        told = Counter(gram for one in examples if one.prose for gram in _known(one))
        most = max(2.0, TEMPLATE * sum(one.prose for one in examples))
        grams = Counter(gram for one in examples for gram in _known(one))
        least = SHARED if len(examples) >= MANY else 1
        kept = (gram for gram, count in grams.items() if count >= least and told[gram] <= most and not _is_left(gram, leave))
        self.grams: list[Gram] = sorted(kept, key=_order)
        self._place = {gram: place for place, gram in enumerate(self.grams)}
        self._singles = {gram for gram in self.grams if isinstance(gram, str)}
        self._pairs = {gram for gram in self.grams if isinstance(gram, tuple)}

    def read(self, title: Field, body: Field | None, category: str = "") -> Features:
        """Count a text's words, and say which pairs stand in it."""
        counts: Counter[int] = Counter()
        size = 0
        for field, times in ((body, 1), (title, TITLE)):
            if field is None:
                continue
            size += 2 * len(field.words)
            for word, count in Counter(filter(self._singles.__contains__, field.words)).items():
                counts[self._place[word]] += times * count
            for pair in self._pairs & field.pairs:
                counts[self._place[pair]] += times
        return Features(size=size, counts=counts, category=category)


def _known(one: Example) -> set[Gram]:
    found: set[Gram] = set()
    for field in filter(None, (one.title, one.body)):
        found.update(word for word in field.words if len(word) > 1 and not word.isdigit())
        found |= field.pairs
    return found


def _is_left(gram: Gram, leave: frozenset[str]) -> bool:
    return gram in leave if isinstance(gram, str) else not leave.isdisjoint(gram)


def _order(gram: Gram) -> tuple[str, ...]:
    return (gram,) if isinstance(gram, str) else gram


class Taste:
    """A learned model. `score` and `parts` are in log-odds, zero where it knows nothing."""

    def __init__(self, vocabulary: Vocabulary, rarity: Floats, weights: Floats, categories: Mapping[str, float]) -> None:
        self._vocabulary = vocabulary
        self._weights = (rarity * weights).tolist()
        self._categories = categories

    def parts(self, features: Features) -> list[Part]:
        """Return what each term adds, strongest first."""
        root = math.sqrt(features.size + SHORT)
        found = []
        for place, count in features.counts.items():
            if weight := (1 + math.log(count)) * self._weights[place] / root:
                gram = self._vocabulary.grams[place]
                found.append(Part(term=gram if isinstance(gram, str) else " ".join(gram), field="text", weight=weight))
        if weight := self._categories.get(features.category, 0.0):
            found.append(Part(term=features.category, field="category", weight=weight))
        return sorted(found, key=lambda part: (-abs(round(part.weight, 9)), part.term))

    def score(self, features: Features) -> float:
        """Return the sum of the parts."""
        known = math.fsum((1 + math.log(count)) * self._weights[place] for place, count in features.counts.items())
        return known / math.sqrt(features.size + SHORT) + self._categories.get(features.category, 0.0)


def learn(
    vocabulary: Vocabulary, examples: Sequence[Example], texts: Sequence[Features], points: Sequence[float], scale: float
) -> Taste:
    """Fit the model. `texts` are what was not picked, in a fixed order, `points` what the rules gave them, `scale` the rules'."""
    import numpy as np  # noqa: PLC0415 -- 100 ms that only ranking needs

    picks = [vocabulary.read(one.title, one.body, one.category) for one in examples]
    typical = float(np.median([one.points for one in examples]))
    size = len(vocabulary.grams)
    every = [*texts, *picks]
    frequency = np.zeros(size)
    for one in every:
        frequency[list(one.counts)] += 1
    usual = (frequency >= RARE) & (frequency <= COMMON * len(every))
    rarity = np.where(usual, np.log((len(every) + 1) / (frequency + 1)), 0.0) / 4
    hard = [place for place, value in enumerate(points) if value >= HARD * typical]
    easy = [place for place, value in enumerate(points) if value < HARD * typical][::EVERY]
    rows = [texts[place] for place in (*hard, *easy)] + picks
    names = sorted({one.category for one in rows} - {""})
    offset = np.array([points[place] for place in (*hard, *easy)] + [one.points for one in examples]) / scale
    weight = np.array([1.0] * len(hard) + [float(EVERY)] * len(easy) + [one.weight for one in examples])
    picked = np.array([0.0] * (len(rows) - len(picks)) + [1.0] * len(picks))
    weights = _fit(_Matrix.of(rows, rarity, names), offset, weight, picked)
    return Taste(vocabulary, rarity, weights[:size], dict(zip(names, (CATEGORY * weights[size:]).tolist(), strict=True)))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matrix:
    """A sparse matrix as triplets."""

    rows: Places
    columns: Places
    values: Floats
    shape: tuple[int, int]

    @classmethod
    def of(cls, texts: Sequence[Features], rarity: Floats, names: Sequence[str]) -> _Matrix:
        """Set out texts, one a row: terms first, then categories."""
        import numpy as np  # noqa: PLC0415 -- see learn

        place = {name: len(rarity) + number for number, name in enumerate(names)}
        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for row, one in enumerate(texts):
            root = math.sqrt(one.size + SHORT)
            counts = sorted(one.counts.items())  # sums of floats depend on their order, and sets have none
            rows += [row] * len(counts)
            columns += [column for column, _ in counts]
            values += [(1 + math.log(count)) / root for _, count in counts]
            if one.category:
                rows.append(row)
                columns.append(place[one.category])
                values.append(CATEGORY)
        shape = (len(texts), len(rarity) + len(names))
        scaled = np.array(values) * np.concatenate([rarity, np.ones(len(names))])[np.array(columns, dtype=np.int64)]
        return cls(rows=np.array(rows, dtype=np.int64), columns=np.array(columns, dtype=np.int64), values=scaled, shape=shape)


def _fit(matrix: _Matrix, offset: Floats, weight: Floats, picked: Floats) -> Floats:
    """Return the weights after a fixed number of gradient steps with momentum; the base rate is set first, without them."""
    import numpy as np  # noqa: PLC0415 -- see learn

    base = 0.0
    for _ in range(30):
        chance = 1 / (1 + np.exp(-(offset + base)))
        base -= float(((chance - picked) * weight).sum() / max(1e-9, float((chance * (1 - chance) * weight).sum())))
        base = max(-30.0, min(30.0, base))
    weights = np.zeros(matrix.shape[1])
    speed = np.zeros(matrix.shape[1])
    step = 0.5 / (RIDGE + 0.25 * float(weight[picked == 1].sum()))
    for _ in range(STEPS):
        odds = np.bincount(matrix.rows, matrix.values * weights[matrix.columns], minlength=matrix.shape[0]) + offset + base
        error = (1 / (1 + np.exp(-odds)) - picked) * weight
        slope = np.bincount(matrix.columns, matrix.values * error[matrix.rows], minlength=matrix.shape[1]) + RIDGE * weights
        speed = 0.9 * speed - step * slope
        weights = weights + speed
    return weights
