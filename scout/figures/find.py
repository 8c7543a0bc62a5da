"""Find the measured figures in a sentence: value, metric, direction, baseline, what it was measured on.

A quantity counts only if the sentence gives it a metric (`metrics`) and it is no count, share or setting (`exclusions`).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.figures import english
from scout.figures.exclusions import is_citation, is_excluded, is_given, is_row
from scout.figures.metrics import SentenceReader, clause
from scout.figures.numbers import quantities

if TYPE_CHECKING:
    from scout.figures.numbers import Quantity
    from scout.figures.vocabulary import Metric, Metrics

_END = re.compile(r"[,;()—–]|\b(?:and|than|over|compared|with|without|at)\b")
_ELLIPSIS = re.compile(r"(?i)\b(?:by|to)\s|^[\s,]*+(?>(?:and|or|to|up to|\s)*)$|\b(?:and|or) $")
"""Words between two figures with one verb: `reducing latency by 5x, TTFT by 3x`, `54% and 32%`, `5x over A and 3x over B`."""
_LIMIT = re.compile(r"(?i)\b(?:more|less|fewer) than\s*$")
"""A bound on a figure, not its direction: `cuts costs by more than 30x`."""
_AGAINST = re.compile(
    rf"(?i)\b(?:compared (?:to|with|against)|relative to) ([^,;()]{{1,200}}(?:, {english.ADJECTIVE} [^,;()]{{1,200}})?),"
)
_OF_IT = re.compile(r"\s(?:of|that of) [\w'’ -]{0,40}")
_TO = re.compile(r"(?i)\b(?:by|to)\s(?:\w+\s){0,2}[~≈]?$")
_BESIDE = 28
"""How near the verb stands that says where a level came from: `saves 25 GB`, `3 ms lower`."""
_KEPT = re.compile(r"(?i)\b(?:retain|recover|maintain|preserv|keep|kept|reach|achiev|match|attain|sustain)\w*\b[^,;]{0,60}$")
_PART = re.compile(r"hal|(?:a |one )?(?:third|quarter|fifth|tenth)|(?:two|three)[- ](?:thirds|quarters)")
_RESULT = re.compile(
    r"(?i)\b\d[\d.,]{0,30} (?:per|of|out of) \d[\d,]*|\bfrom \d[\d.,]{0,30} to \d+(?:\.\d+)?(?!\w|\.\d)"
    r"|\bratio (?:of |was |is |= ?)?\d+\.\d+|\bp ?[<=≤] ?0?\.\d+"
)
"""Results without a unit."""
_OWN_UNIT = frozenset({"s", "/s", "B", "B/s", "J", "$", "FLOPS"})
_READ = 1_500
"""How many characters of a sentence are read: a longer one is a table or an attack."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure. `sentence[start:end] == value`, as written.

    `low` and `high` are its first and last value in base units (seconds, bytes, else as written), equal for a single value.
    `direction` says which way the metric moved: `lower`, `higher`, or `none` where the sentence states a level.
    `runtime`: the metric is one that decides a verdict, by the field's file (measured while running: time, rate, cost).
    `baseline`, `hardware`, `model` and `workload` are words of the sentence, empty where it has none.
    """

    value: str
    low: float
    high: float
    unit: str
    metric: str
    direction: str
    baseline: str = ""
    hardware: str = ""
    model: str = ""
    workload: str = ""
    start: int
    end: int
    runtime: bool = False


def _direction(reading: SentenceReader, q: Quantity, metric: Metric) -> str:
    if metric.role == "speed":
        near = reading.sentence[max(0, q.start - 30) : q.end + 25]
        return "lower" if re.search(r"(?i)\bslow", near) else "higher"
    if q.change and q.low != q.high:
        return "higher" if q.high > q.low else "lower"
    if q.text[0] in "+-−":
        return "higher" if q.text[0] == "+" else "lower"
    if q.word and (own := _word_direction(q)):
        return own
    sentence = reading.sentence
    start, end = clause(sentence, q.start)
    stop = _END.search(sentence, q.end, end)
    previous = max([other.end for other in reading.found if other.end <= q.start] + [start])
    between = _LIMIT.sub("", sentence[previous : q.start])
    level = q.unit in _OWN_UNIT and not q.change
    if level and not _TO.search(between):
        between = between[-_BESIDE:]
    after = _moves(sentence[q.end : stop.start() if stop else end][: _BESIDE if level else 60], metric)
    before = _moves(between, metric) or (_moves(sentence[start : q.start], metric) if _ELLIPSIS.search(between) else [])
    return after[0] if after else before[-1] if before else "none"


def _is_part(reading: SentenceReader, q: Quantity, metric: Metric, direction: str) -> bool:
    """Say whether a percentage is of something else than its metric: only a proportion has a level in percent.

    `TTFT is 50%` and `50% of the latency` say nothing of either; `50% of the baseline`, `50% lower` and `a 50% gain` do.
    """
    if not (metric.units or metric.terms):
        return direction == "none"
    if q.unit != "%" or direction != "none":
        return False
    sentence = reading.sentence
    of_it = any(_OF_IT.fullmatch(sentence, q.end, term.start) for term in reading.terms)
    if not _OWN_UNIT & set(metric.units):
        return of_it and not _KEPT.search(sentence, 0, q.start)
    return of_it or not re.match(r"\s(?:of|that of)\b", sentence[q.end :])


def _moves(text: str, metric: Metric) -> list[str]:
    """Return the directions that a text's verbs and comparatives give a metric, in order."""
    marks = [(m.start(), "lower") for m in english.LOWER.finditer(text)]
    marks += [(m.start(), "higher") for m in english.HIGHER.finditer(text)]
    marks += [(m.start(), metric.better) for m in english.BETTER.finditer(text)]
    return [direction for _, direction in sorted(marks)]


def _word_direction(q: Quantity) -> str:
    folded = q.text.lower()
    if _PART.match(folded):
        return "lower"
    return "higher" if folded.startswith(("doubl", "tripl", "quadrupl")) else ""


def _baseline(sentence: str, q: Quantity) -> str:
    if q.change:
        return re.split(r"\s?(?:→|->|\\to|--|–|—)\s?|\s(?:down |up )?to\s", q.text)[0]
    _, end = clause(sentence, q.start)
    if mark := english.BASELINE.search(sentence, q.end, end):
        tail = sentence[mark.end() : end]
        stop = english.BASELINE_END.search(tail)
        words_of = tail[: stop.start() if stop else None].strip(" .").split()
        if words_of and not re.match(r"\d", words_of[0]):
            return " ".join(words_of[:10])
    if before := _AGAINST.search(sentence[: q.start]):
        return " ".join(before[1].split()[:10])
    found = re.search(r"(?i)\b(?:the |existing |strong |naive ){0,6}baselines?\b", sentence)
    return found[0] if found else ""


def _nearest(pattern: re.Pattern[str], sentence: str, q: Quantity) -> str:
    marks = [m for m in pattern.finditer(sentence) if not (m.start() <= q.start < m.end())]
    return min(marks, key=lambda m: abs(m.start() - q.start))[0].strip() if marks else ""


def find(sentence: str, metrics: Metrics) -> tuple[Figure, ...]:
    """Return the measured figures of one sentence, in order, by a field's vocabulary."""
    sentence = sentence[:_READ]
    if is_row(sentence) or is_citation(sentence):
        return ()
    reading = SentenceReader(sentence, metrics)
    figures: list[Figure] = []
    for q in reading.found:
        metric = None if is_excluded(sentence, q, metrics) else reading.metric(q)
        if metric is None or _is_part(reading, q, metric, direction := _direction(reading, q, metric)):
            continue
        if direction == "none" and is_given(sentence, q, metrics):
            continue
        figures.append(
            Figure(
                value=q.text,
                low=q.low,
                high=q.high,
                unit=q.unit,
                metric=metric.name,
                direction=direction,
                baseline=_baseline(sentence, q),
                hardware=_nearest(metrics.hardware_words, sentence, q),
                model=_nearest(metrics.model_words, sentence, q),
                workload=_nearest(metrics.workload_words, sentence, q),
                start=q.start,
                end=q.end,
                runtime=metric.decides,
            )
        )
    return tuple(figures)


def unnamed(sentence: str, metrics: Metrics) -> tuple[str, ...]:
    """Return the quantities of a sentence for which the vocabulary has no metric, as written.

    Quantities with a unit that are no count, share, budget or setting; and bare numbers that are results: `12 per 1,000`,
    `from 14 to 9`, `a ratio of 0.71`, `p < 0.05`.
    """
    sentence = sentence[:_READ]
    found = [q for q in quantities(sentence, metrics.notation) if not is_excluded(sentence, q, metrics)]
    told = [(q.start, q.end, q.text) for q in found]
    bare = [(m.start(), m.end(), m[0]) for m in _RESULT.finditer(sentence)]
    told += [one for one in bare if not any(start < one[1] and one[0] < end for start, end, _ in told)]
    return tuple(text for _, _, text in sorted(told))
