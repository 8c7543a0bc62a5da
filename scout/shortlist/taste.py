"""Learn what earlier reports picked: one linear model over the words of an item, its topics and its votes.

The topics' weights start where feeds.yaml puts them, and are held there; those of words and votes start at zero, so that without
picks nothing is learned. Words are TF-IDF, without the topics' own and stop words. Picks and all else count alike
in sum, with a squared hinge loss, as in a linear support vector machine (Fan et al., "LIBLINEAR", 2008). No random numbers.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from scout.topics import Field

    Floats = NDArray[np.float64]
    Places = NDArray[np.int64]

RARE, COMMON = 3, 0.3
"""A word is in at least this many texts, and in at most this share of them."""
TEMPLATE = 1 / 3
"""A word in more than this share of the texts taken from reports is the report's wording, not a subject."""
SHORT = 60
"""Words added to each text's length, so that one strong word does not decide a text of five."""
LOSS = 100.0
"""What the errors of very many picks, and those of very much else, weigh against the ridge of a word's weight, 1;"""
FEW, LITTLE = 4, 1000
"""half of it for so many picks, and half again for so many other items."""
MARGIN = 0.5
"""Words alone bring an item in from so far below the line between the picks and all else, if they speak for it by as much."""
STEPS, INNER, ENOUGH = 15, 25, 1e-3
"""Newton steps at most, conjugate gradient steps in each, and the share of the first slope at which they end."""
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
    """The known words of a text: their places in the vocabulary, ascending, and what each is worth before its rarity and weight.

    Arrays, for there may be tens of thousands of texts.
    """

    places: array[int]
    values: array[float]

    @classmethod
    def of(cls, size: int, counts: Mapping[int, int]) -> Features:
        """Make them of a text of so many words, from the counts of known ones by place."""
        root = math.sqrt(size + SHORT)
        found = sorted(counts.items())  # sums depend on their order
        values = [(1.0 if count == 1 else 1 + math.log(count)) / root for _, count in found]
        return cls(places=array("l", [place for place, _ in found]), values=array("d", values))


NO_WORDS = Features.of(0, {})


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A pick's text; `prose` if it is the report's own."""

    title: Field
    body: Field | None
    prose: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One item as the model sees it: its words, and the values of its topics and votes, by name."""

    words: Features
    more: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Prior:
    """Where the weight of a topic or of a source of votes starts, and the ridge that holds it there."""

    weight: float
    ridge: float


class Vocabulary:
    """The words that can be learned: those of the examples, without `leave` and stop words."""

    def __init__(self, picks: Sequence[Text], leave: frozenset[str]) -> None:
        told = Counter(word for one in picks if one.prose for word in _known(one))
        most = max(2.0, TEMPLATE * sum(one.prose for one in picks))
        found = {word for one in picks for word in _known(one)} - leave - _EMPTY
        self.words = sorted(word for word in found if told[word] <= most)
        self._place = {word: place for place, word in enumerate(self.words)}

    def read(self, title: Field, body: Field | None) -> Features:
        """Count a text's words."""
        told = title.words if body is None else title.words + body.words
        place = self._place
        return Features.of(len(told), Counter([place[word] for word in told if word in place]))


def _known(one: Text) -> set[str]:
    fields = filter(None, (one.title, one.body))
    return {word for field in fields for word in field.words if len(word) > 1 and not _VERSION.fullmatch(word)}


class Taste:
    """A fitted model. `weights` are those of topics and votes; from `line` on its words alone bring an item in."""

    def __init__(self, vocabulary: Vocabulary, words: Floats, weights: Mapping[str, float], line: float) -> None:
        self._vocabulary = vocabulary
        self._words = words.tolist()
        self.weights = weights
        self.line = line

    def parts(self, features: Features) -> list[tuple[str, float]]:
        """Return each word and its part of the text's taste, strongest first."""
        parts = ((place, value * self._words[place]) for place, value in zip(features.places, features.values, strict=True))
        found = sorted((round(-abs(weight), 9), self._vocabulary.words[place], weight) for place, weight in parts if weight)
        return [(word, weight) for _, word, weight in found]

    def score(self, features: Features) -> float:
        """Return the sum of the words' parts."""
        return math.fsum(value * self._words[place] for place, value in zip(features.places, features.values, strict=True))


def learn(
    vocabulary: Vocabulary, picks: Sequence[tuple[Row, float]], others: Sequence[tuple[Row, float]], priors: Mapping[str, Prior]
) -> Taste:
    """Fit the model. `picks` and `others` are rows with weights, in a fixed order; `priors` are those of all names in `more`."""
    import numpy as np  # noqa: PLC0415 -- 100 ms that only ranking needs

    rows = [row for row, _ in (*others, *picks)]
    size = len(vocabulary.words)
    frequency = np.zeros(size)
    for row in rows:
        frequency[row.words.places] += 1
    usual = (frequency >= RARE) & (frequency <= COMMON * len(rows))
    rarity = np.where(usual, np.log((len(rows) + 1) / (frequency + 1)) + 1, 0.0)
    names = sorted(priors)
    columns = {name: size + place for place, name in enumerate(names)}
    start = np.array([0.0] * size + [priors[name].weight for name in names] + [0.0])
    ridge = np.array([1.0] * size + [priors[name].ridge for name in names] + [1e-3])
    against, liked = np.array([weight for _, weight in others]), np.array([weight for _, weight in picks])
    told = LOSS * liked.sum() / (FEW + liked.sum()) * len(others) / (LITTLE + len(others))
    cost = told * np.concatenate([against / (against.sum() or 1.0), liked / liked.sum()])
    sign = np.concatenate([-np.ones(len(others)), np.ones(len(picks))])
    found = _fit(_Matrix.of(rows, rarity, columns), sign, cost, start, ridge)
    weights = {name: float(found[columns[name]]) for name in names}
    return Taste(vocabulary, rarity * found[:size], weights, max(MARGIN, -float(found[-1]) - MARGIN))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Matrix:
    """A sparse matrix as triplets by row, where each row starts (`starts`); the last column is the intercept's, 1 in each row."""

    rows: Places
    columns: Places
    values: Floats
    starts: Places
    width: int

    @classmethod
    def of(cls, given: Sequence[Row], rarity: Floats, named: Mapping[str, int]) -> _Matrix:
        """Make the matrix of rows."""
        import numpy as np  # noqa: PLC0415 -- see learn

        last = len(rarity) + len(named)
        columns, values = array("l"), array("d")
        sizes: list[int] = []
        for row in given:
            more = sorted(row.more.items())
            columns.extend((*row.words.places, *(named[name] for name, _ in more), last))
            values.extend((*row.words.values, *(value for _, value in more), 1.0))
            sizes.append(len(row.words.places) + len(more) + 1)
        column = np.array(columns, dtype=np.int64)
        scale = np.concatenate([rarity, np.ones(len(named) + 1)])
        counted = np.array(sizes, dtype=np.int64)
        return cls(
            rows=np.repeat(np.arange(len(given)), counted),
            columns=column,
            values=np.array(values) * scale[column],
            starts=np.concatenate([[0], np.cumsum(counted)[:-1]]),
            width=last + 1,
        )

    def only(self, chosen: NDArray[np.bool_]) -> _Matrix:
        """Return the matrix of some rows."""
        import numpy as np  # noqa: PLC0415 -- see learn

        inside = chosen[self.rows]
        counted = np.bincount(self.rows[inside], minlength=len(chosen))[chosen]
        return _Matrix(
            rows=np.repeat(np.arange(len(counted)), counted),
            columns=self.columns[inside],
            values=self.values[inside],
            starts=np.concatenate([[0], np.cumsum(counted)[:-1]]),
            width=self.width,
        )

    def times(self, weights: Floats) -> Floats:
        """Return the product with a column vector."""
        import numpy as np  # noqa: PLC0415 -- see learn

        return np.add.reduceat(self.values * weights[self.columns], self.starts)

    def back(self, errors: Floats) -> Floats:
        """Return the product of the transposed matrix with a column vector."""
        import numpy as np  # noqa: PLC0415 -- see learn

        return np.bincount(self.columns, self.values * errors[self.rows], minlength=self.width).astype(np.float64, copy=False)


def _fit(matrix: _Matrix, sign: Floats, cost: Floats, start: Floats, ridge: Floats) -> Floats:
    """Minimise the ridge around `start` and the squared hinge losses, by Newton steps; return the weights."""
    import numpy as np  # noqa: PLC0415 -- see learn

    weights = start.copy()
    gaps = 1 - sign * matrix.times(weights)
    first = 0.0
    for _ in range(STEPS):
        short = np.maximum(gaps, 0.0)
        slope = ridge * (weights - start) - 2 * matrix.back(cost * sign * short)
        size = float(np.sqrt(slope @ slope))
        first = first or size
        if size <= ENOUGH * first:
            break
        step = _direction(matrix.only(short > 0), 2 * cost[short > 0], ridge, slope)
        moved = sign * matrix.times(step)
        along, loss = 1.0, _loss(gaps, cost, weights - start, ridge)
        while along > 1e-3 and _loss(gaps - along * moved, cost, weights + along * step - start, ridge) > loss:
            along /= 2
        weights = weights + along * step
        gaps = gaps - along * moved
    return weights


def _loss(gaps: Floats, cost: Floats, moved: Floats, ridge: Floats) -> float:
    short = gaps.clip(0.0)
    return float(0.5 * (ridge * moved) @ moved + (cost * short) @ short)


def _direction(active: _Matrix, cost: Floats, ridge: Floats, slope: Floats) -> Floats:
    """Return the Newton step from a slope, by conjugate gradients over the rows that are within the margin."""
    import numpy as np  # noqa: PLC0415 -- see learn

    step = np.zeros(len(slope))
    left = -slope
    search = left.copy()
    size = first = float(left @ left)
    for _ in range(INNER):
        bent = ridge * search + active.back(cost * active.times(search))
        along = size / float(search @ bent)
        step += along * search
        left -= along * bent
        before, size = size, float(left @ left)
        if size <= 1e-4 * first:
            break
        search = left + size / before * search
    return step
