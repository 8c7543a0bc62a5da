"""Learn taste: a logistic regression of which items earlier reports picked, from the ledger alone.

The rules' points are its offset, so that it learns only what they do not explain; without a ledger there is no model. Its
features are the TF-IDF of the picks' words, without the topics' words and stop words. Positive examples are the picks, numbered
entries weighted above mentions and new reports above old; negative examples are the other items. No random numbers, a fixed
number of steps.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from scout.topics import Field

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

TITLE = 2
"""How often a word of the title counts."""
RIDGE = 0.25
"""The strength of the L2 penalty."""
RARE, COMMON = 3, 0.2
"""A term is in at least this many texts, and in at most this share of them."""
TEMPLATE = 1 / 3
"""A term in more than this share of the texts taken from reports is the report's wording, not a subject."""
SHARED, MANY = 2, 10
"""From MANY examples on, a term must be in at least SHARED of them."""
HARD = 0.2
"""All negative examples with at least this share of a pick's median points are used; of the others,"""
EVERY = 4
"""only each fourth, weighted fourfold."""
STEPS = 80
SHORT = 60
"""Words added to each text's length, so that one strong word does not decide a text of five."""
_VERSION = re.compile(r"v?\d+")
"""The words of a version, which are no subject."""
_EMPTY = frozenset(
    """a about above across after against all almost alone along already also although always am among an and another any are
    around as at away be became because become becomes been before behind being below between beyond both but by can cannot could
    did do does doing done down due during each either else enough even ever every few first for from further had has have having
    he hence her here him his how however i if in indeed instead into is it its itself just last latter least less made make many
    may me might more moreover most mostly much must my namely neither never nevertheless no nor not nothing now of off often on
    once one only onto or other others otherwise our out over own per perhaps rather same several she should since so some still
    such than that the their them then there thereby therefore these they this those though three through throughout thus to
    together too toward towards two under until up upon us use used uses using very via was we well were what whatever when where
    whereas whether which while who whole whose why will with within without would yet you your""".split()  # noqa: SIM905 -- a list of 200 quoted words is no prose
)
"""Stop words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Features:
    """The features of a text: its size in words, and the counts of known words by their place in the vocabulary."""

    size: int
    counts: Mapping[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A positive example: its text, weight and rules' points; `prose` if the text is the report's own."""

    title: Field
    body: Field | None
    weight: float
    points: float
    prose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A word's part of a text's taste, in log-odds."""

    term: str
    weight: float


class Vocabulary:
    """The words that can be learned: those of the positive examples, without `leave` and stop words."""

    def __init__(self, examples: Sequence[Example], leave: frozenset[str]) -> None:
        told = Counter(word for one in examples if one.prose for word in _known(one))
        most = max(2.0, TEMPLATE * sum(one.prose for one in examples))
        found = Counter(word for one in examples for word in _known(one))
        least = SHARED if len(examples) >= MANY else 1
        left = leave | _EMPTY
        self.words = sorted(word for word, count in found.items() if count >= least and told[word] <= most and word not in left)
        self._place = {word: place for place, word in enumerate(self.words)}

    def read(self, title: Field, body: Field | None) -> Features:
        """Count a text's words."""
        counts: Counter[int] = Counter()
        size = 0
        for field, times in ((body, 1), (title, TITLE)):
            if field is None:
                continue
            size += len(field.words)
            for word, count in Counter(filter(self._place.__contains__, field.words)).items():
                counts[self._place[word]] += times * count
        return Features(size=size, counts=counts)


def _known(one: Example) -> set[str]:
    fields = filter(None, (one.title, one.body))
    return {word for field in fields for word in field.words if len(word) > 1 and not _VERSION.fullmatch(word)}


class Taste:
    """A fitted model. `score` and `parts` are in log-odds, zero without known words."""

    def __init__(self, vocabulary: Vocabulary, weights: Floats) -> None:
        self._vocabulary = vocabulary
        self._weights = weights.tolist()

    def parts(self, features: Features) -> list[Part]:
        """Return each word's part, strongest first."""
        root = math.sqrt(features.size + SHORT)
        found = []
        for place, count in features.counts.items():
            if weight := (1 + math.log(count)) * self._weights[place] / root:
                found.append(Part(term=self._vocabulary.words[place], weight=weight))
        return sorted(found, key=lambda part: (-abs(round(part.weight, 9)), part.term))

    def score(self, features: Features) -> float:
        """Return the sum of the parts."""
        known = math.fsum((1 + math.log(count)) * self._weights[place] for place, count in features.counts.items())
        return known / math.sqrt(features.size + SHORT)


def learn(
    vocabulary: Vocabulary, examples: Sequence[Example], texts: Sequence[Features], points: Sequence[float], scale: float
) -> Taste:
    """Fit the model. `texts` are the negative examples in a fixed order, `points` their rules' points, `scale` the rules'."""
    import numpy as np  # noqa: PLC0415 -- 100 ms that only ranking needs

    picks = [vocabulary.read(one.title, one.body) for one in examples]
    typical = float(np.median([one.points for one in examples]))
    every = [*texts, *picks]
    frequency = np.zeros(len(vocabulary.words))
    for one in every:
        frequency[list(one.counts)] += 1
    usual = (frequency >= RARE) & (frequency <= COMMON * len(every))
    rarity = np.where(usual, np.log((len(every) + 1) / (frequency + 1)), 0.0) / 4
    hard = [place for place, value in enumerate(points) if value >= HARD * typical]
    easy = [place for place, value in enumerate(points) if value < HARD * typical][::EVERY]
    rows = [texts[place] for place in (*hard, *easy)] + picks
    offset = np.array([points[place] for place in (*hard, *easy)] + [one.points for one in examples]) / scale
    weight = np.array([1.0] * len(hard) + [float(EVERY)] * len(easy) + [one.weight for one in examples])
    picked = np.array([0.0] * (len(rows) - len(picks)) + [1.0] * len(picks))
    return Taste(vocabulary, rarity * _fit(_Matrix.of(rows, rarity), offset, weight, picked))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matrix:
    """A sparse matrix as triplets."""

    rows: Places
    columns: Places
    values: Floats
    shape: tuple[int, int]

    @classmethod
    def of(cls, texts: Sequence[Features], rarity: Floats) -> _Matrix:
        """Make the matrix of texts, one a row."""
        import numpy as np  # noqa: PLC0415 -- see learn

        rows: list[int] = []
        columns: list[int] = []
        values: list[float] = []
        for row, one in enumerate(texts):
            root = math.sqrt(one.size + SHORT)
            counts = sorted(one.counts.items())  # sums of floats depend on their order, and sets have none
            rows += [row] * len(counts)
            columns += [column for column, _ in counts]
            values += [(1 + math.log(count)) / root for _, count in counts]
        column = np.array(columns, dtype=np.int64)
        scaled = np.array(values) * rarity[column]
        return cls(rows=np.array(rows, dtype=np.int64), columns=column, values=scaled, shape=(len(texts), len(rarity)))


def _fit(matrix: _Matrix, offset: Floats, weight: Floats, picked: Floats) -> Floats:
    """Fit the intercept alone, then return the weights after a fixed number of gradient steps with momentum."""
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
