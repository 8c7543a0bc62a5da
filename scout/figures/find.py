"""Read the measured figures of one sentence: how much, of what, which way, against what, on what.

A quantity counts only if the sentence names a metric for it. The metric is looked for next to the quantity ("3.8x higher
throughput"), then before it where a preposition points back ("cuts latency by 40%"), then in the rest of its clause.
Counts of GPUs, shares of things, budgets, targets and prices of companies are passed over.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.figures import words
from scout.figures.numbers import Quantity, quantities

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.figures.words import Metric


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One measured figure. `sentence[start:end] == value`, as written.

    `low` and `high` are its first and last value in base units (seconds, bytes, else as written); a single value has both alike.
    `direction` says which way the metric moved: `lower`, `higher`, or `none` where the sentence states a level.
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

    @property
    def runtime(self) -> bool:
        """Say whether the metric is one that is measured while running: time, rate, cost, not size or quality."""
        return self.metric in words.RUNTIME


_CLAUSE = re.compile(r";|,?\s(?:while|whereas|but|although|though)\s|\.\s|:\s")
_POINTS_BACK = re.compile(
    r"(?i)(?:\b(?:by|of|to|from|is|are|was|were|at|below|above|under|over|than|reach(?:es|ed|ing)?|between|averag\w+|stays?|remains?|drops?|down|up|=)|[(:=,])"
    r"\s*(?:an? |the |just |only |about |around |roughly |nearly |almost |approximately |up to |as (?:much|little|low|high) as |at (?:most|least) |more than |over |less than |another |an average (?:of )?|average |further |well )*[~≈(]?\$?$"
)
_BESIDE = re.compile(
    r"(?i)^[\s$-]*(?:(?:average|mean|median|overall|relative|absolute|end-to-end|total|the|a|an|our|its|their|of|in|for|on|as|much|peak|tail|GPU|KV|cache|p\d\d|significant|"
    r"reductions?|improvements?|increases?|decreases?|gains?|savings?|boosts?|drops?|cuts?|lifts?|rises?|lower|higher|less|more|fewer|smaller|larger|greater|better|faster|shorter|"
    r"reduced|improved|increased|additional|extra|per-\w+|aggregate|better|worse)[\s-]+){0,6}$"
)
_OBJECT = re.compile(
    r"(?i)\b(?:reduc(?:es|ed|ing|e)|improv(?:es|ed|ing|e)|increas(?:es|ed|ing|e)|cut(?:s|ting)?|lower(?:s|ed|ing)?|decreas(?:es|ed|ing|e)|rais(?:es|ed|ing|e)|boost(?:s|ed|ing)?|shrink(?:s|ing)?|sav(?:es|ed|ing|e))"
    r"\s(?P<object>[^,;()]{3,80}?)\sby\s[^,;]{0,25}$"
)
_ADVERBS = re.compile(r"(?i)^(?:\w+ly|further|on|average|again|also|even|it|this|them|the|our|its|\s)+$")
_SAME = re.compile(r"(?i)^\s*(?:,|/|and|or|,\s*and|to|up to|by|over|\s)*\s*$")
_USES = re.compile(
    r"(?i)\b(?:us(?:es|ing|ed)|needs?|requir\w+|consum\w+|occup\w+|sav\w+|tak(?:es|ing)|cut|reduc\w+|free[sd]?|shr\w+|drop\w*|footprint|usage|from|to|peak\w*)\b[^,;]*$"
)
_MEMORY_NOUN = re.compile(rf"(?i)^\s*(?:of )?(?:\w+ ){{0,1}}(?:DRAM|RAM|HBM\w*|VRAM|SSDs?|NVMe|GPUs?|memory|disk|{words.GPU})\b")


def _terms(text: str, offset: int) -> Iterator[tuple[int, int, Metric, bool]]:
    """Yield the metric terms of a piece of text as (start, end, metric, strong), in order; a weak one only apart from strong ones."""
    strong = [(m.start() + offset, m.end() + offset, words.metric_of(m), True) for m in words.STRONG.finditer(text)]
    weak = [(m.start() + offset, m.end() + offset, words.metric_of(m), False) for m in words.WEAK.finditer(text)]
    apart = [w for w in weak if not any(s[0] < w[1] and w[0] < s[1] for s in strong)]
    yield from sorted(strong + apart, key=lambda term: term[0])


def _clause(sentence: str, at: int) -> tuple[int, int]:
    start, end = 0, len(sentence)
    for mark in _CLAUSE.finditer(sentence):
        if mark.end() <= at:
            start = mark.end()
        elif mark.start() > at:
            end = mark.start()
            break
    return start, end


class _Reading:
    """One sentence being read: its quantities, its metric terms, and what was decided so far."""

    def __init__(self, sentence: str) -> None:
        self.sentence = sentence
        self.found = quantities(sentence)
        self.terms = list(_terms(sentence, 0))
        self.taken: dict[int, Metric] = {}

    def beside(self, q: Quantity, end: int) -> Metric | None:
        """Return the metric that follows the quantity with only describing words between: `3.8x higher throughput`."""
        for start, stop, metric, strong in self.terms:
            if start < q.end or start >= end:
                continue
            between = self.sentence[q.end : start]
            if not _BESIDE.match(f"{between} "):
                return None
            if metric.name == "speedup" and self.sentence[start:stop].lower() in ("faster", "quicker", "slower"):
                after = self.beside(q._replace(end=stop), end)
                return after if after and after.name in ("TTFT", "TPOT", "latency") else metric
            if strong or metric.name in ("memory", "improvement") or q.unit in ("s", "/s"):
                return metric
        return None

    def _usable(self, q: Quantity, start: int, end: int) -> list[tuple[int, int, Metric, bool]]:
        """Return the terms inside a stretch; verbs of taking time name a latency only for a quantity of time."""
        inside = [term for term in self.terms if start < term[1] <= end]
        return [
            t
            for t in inside
            if t[3] or t[2].name != "latency" or q.unit == "s" or not words.TIME_VERB.match(self.sentence[t[0] : t[1]])
        ]

    def before(self, q: Quantity, start: int) -> Metric | None:
        """Return the nearest metric named before the quantity in its clause; a weak term only if there is no strong one.

        Where a verb has an object ("reducing token usage by 33%"), the metric must stand in the object.
        """
        if (verb_object := _OBJECT.search(self.sentence, start, q.start)) and not _ADVERBS.match(verb_object["object"]):
            start = verb_object.start("object")
        near = self._usable(q, start, q.start)
        strong = [term for term in near if term[3]]
        verb = next(
            (
                t
                for t in strong
                if t[2].name == "compression" and not self.sentence[t[0] : t[1]].lower().startswith("compression")
            ),
            None,
        )
        best = strong[-1] if strong else near[-1] if near else None
        return verb[2] if verb and best and best[2].name in ("memory", "compression") else best[2] if best else None

    def after(self, q: Quantity, end: int) -> Metric | None:
        """Return the first metric named after the quantity, up to the next quantity, comma or baseline."""
        nearest = min([other.start for other in self.found if other.start >= q.end] + [end])
        stop = re.compile(r",|\)|\b(?:than|over|compared|relative|versus|vs|against|with|when|at|without|under)\b").search(
            self.sentence, q.end, nearest
        )
        limit = stop.start() if stop else nearest
        near = self._usable(q, q.end, limit)
        strong = [term for term in near if term[3]]
        return (strong or near)[0][2] if near else None


def _excluded(sentence: str, q: Quantity) -> bool:
    left, right = sentence[: q.start], sentence[q.end :]
    if re.match(r"[-‑](?!fold)[A-Za-z]", right) or re.search(r"[A-Za-z0-9]-$", left):
        return True
    if q.unit == "x" and not q.word and (words.COUNTED.match(right) or re.match(r"\s?\d", right)):
        return True
    if (q.unit == "%" or q.word) and (words.SHARE.match(right) or re.search(r"(?i)\b(?:top|bottom)[- ]?$", left)):
        return True
    if words.CONDITION.match(right.split(",")[0][:60]) or words.CONDITION_BEFORE.search(left):
        return True
    if q.unit == "/s" and words.LOAD_BEFORE.search(left):
        return True
    if q.word and right.startswith(" of") and not re.search(r"(?i)\b(?:is|was|are|to|by|at|only|about)\s$", left):
        return True
    if q.unit == "B" and not q.change and _MEMORY_NOUN.match(right) and not _USES.search(left):
        return True
    return bool(words.MONEY_TALK.search(sentence)) and q.unit in ("%", "$", "x") and not words.STRONG.match(right.lstrip())


def _metric(reading: _Reading, q: Quantity) -> Metric | None:
    start, end = _clause(reading.sentence, q.start)
    left = reading.sentence[: q.start]
    index = reading.found.index(q)
    if beside := reading.beside(q, end):
        return beside
    if _named_otherwise(reading.sentence, q):
        return None
    previous = reading.found[index - 1] if index else None
    if previous and previous.start in reading.taken and _SAME.match(reading.sentence[previous.end : q.start]):
        return reading.taken[previous.start]
    if q.word and q.text.endswith("ing"):
        return reading.after(q, end)
    if _POINTS_BACK.search(left) or q.word or q.change:
        first, second = reading.before(q, start), reading.after(q, end)
    else:
        first, second = reading.after(q, end), reading.before(q, start)
    return first or second or _outside(reading, q)


_OTHER_NOUN = re.compile(
    r"(?i)^[\s-](?:[\w/-]+\s){1,4}?(?:reductions?|degradation|drops?|increases?|improvements?|gains?|loss|lifts?|decreases?|declines?)\b"
)
_BRACKETED = re.compile(
    r"\s(?!(?:vs|on|for|at|over|in|with|to|and|versus|from|lower|higher|less|more|faster|better|reduction|improvement|increase|gain|respectively)\b)[a-z]\w+"
)


def _named_otherwise(sentence: str, q: Quantity) -> bool:
    """Say whether the words at its right name what the quantity is of, and it is no metric: `(<5% utility drop)`, `1% WER degradation`."""
    opened = sentence.rfind("(", 0, q.start) > sentence.rfind(")", 0, q.start)
    if opened and _BRACKETED.match(sentence, q.end):
        return True
    named = _OTHER_NOUN.match(sentence[q.end :])
    return (
        bool(named)
        and not words.STRONG.search(named[0])
        and not words.WEAK.search(named[0])
        and not _BESIDE.match(f"{named[0]} ")
    )


def _outside(reading: _Reading, q: Quantity) -> Metric | None:
    """Return the metric that a unit implies by itself, else the last strong one before the clause."""
    implied = {"/s": "throughput", "B/s": "bandwidth", "J": "energy", "FLOPS": "compute"}.get(q.unit)
    if implied:
        return next(metric for metric in words.METRICS if metric.name == implied)
    return None


_FITS = {
    "/s": {"throughput", "I/O", "capacity"},
    "B/s": {"bandwidth", "throughput", "I/O"},
    "B": {"memory", "I/O", "capacity"},
    "s": {"TTFT", "TPOT", "latency"},
    "J": {"energy"},
    "$": {"cost"},
    "points": {"quality", "hit rate", "utilisation"},
    "FLOPS": {"compute", "throughput"},
    "": {"quality", "hit rate", "utilisation", "compression", "I/O"},
}
_UNIT_METRIC = {
    "/s": "throughput",
    "B/s": "bandwidth",
    "B": "memory",
    "s": "latency",
    "J": "energy",
    "$": "cost",
    "FLOPS": "compute",
}


def _fitting(reading: _Reading, q: Quantity, metric: Metric | None) -> Metric | None:
    """Hold the metric against the unit: milliseconds are no hit rate. Where they disagree, the nearest term that fits, or the unit's own."""
    allowed = {"latency"} if re.search(r"min|hour", q.text) else _FITS.get(q.unit)
    if allowed is None or (metric and metric.name in allowed):
        return metric
    start, end = _clause(reading.sentence, q.start)
    near = [t for t in reading.terms if start <= t[0] < end and t[2].name in allowed and abs(t[0] - q.start) < 60]
    if near:
        return min(near, key=lambda t: abs(t[0] - q.start))[2]
    if q.unit in ("/s", "B/s", "J"):
        return next(m for m in words.METRICS if m.name == _UNIT_METRIC[q.unit])
    if q.unit == "s" and re.search(r"(?i)\b(?:costs?|adds?|spends?|saves?)\s(?:\w+\s)?$", reading.sentence[: q.start]):
        return next(m for m in words.METRICS if m.name == "latency")
    if q.unit == "$" and re.match(r"\s?(?:/|per\b|an? (?:hour|million))", reading.sentence[q.end :]):
        return next(m for m in words.METRICS if m.name == "cost")
    return None


def _direction(reading: _Reading, q: Quantity, metric: Metric) -> str:
    if metric.name == "speedup":
        near = reading.sentence[max(0, q.start - 30) : q.end + 25]
        return "lower" if re.search(r"(?i)\bslow", near) else "higher"
    if q.change and q.low != q.high:
        return "higher" if q.high > q.low else "lower"
    if q.text[0] in "+-−":
        return "higher" if q.text[0] == "+" else "lower"
    if q.word and (own := _word_direction(q)):
        return own
    start, end = _clause(reading.sentence, q.start)
    stop = re.compile(r"[,;()]|\b(?:and|than|over|compared|with|without|at)\b").search(reading.sentence, q.end, end)
    right = reading.sentence[q.end : stop.start() if stop else end]
    previous = max([other.end for other in reading.found if other.end <= q.start] + [start])
    for piece, last in (
        (right[:60], False),
        (reading.sentence[previous : q.start], True),
        (reading.sentence[start : q.start], True),
    ):
        marks = [(m.start(), "lower") for m in words.LOWER.finditer(piece)]
        marks += [(m.start(), "higher") for m in words.HIGHER.finditer(piece)]
        marks += [(m.start(), metric.good) for m in words.BETTER.finditer(piece)]
        if marks:
            return (max if last else min)(marks)[1]
    return "none"


def _word_direction(q: Quantity) -> str:
    folded = q.text.lower()
    if (
        folded.startswith(("hal", "a third", "third", "quarter", "a quarter", "two-th", "two th", "three"))
        and "fold" not in folded
        and "times" not in folded
    ):
        return "lower"
    return "higher" if folded.startswith(("doubl", "tripl", "quadrupl")) else ""


def _baseline(sentence: str, q: Quantity) -> str:
    if q.change:
        return re.split(r"\s?(?:→|->|\\to|--|–|—)\s?|\s(?:down |up )?to\s", q.text)[0]
    _, end = _clause(sentence, q.start)
    if mark := words.BASELINE.search(sentence, q.end, end):
        tail = sentence[mark.end() : end]
        stop = words.BASELINE_END.search(tail)
        words_of = tail[: stop.start() if stop else None].strip(" .").split()
        if words_of and not re.match(r"\d", words_of[0]):
            return " ".join(words_of[:10])
    found = re.search(r"(?i)\b(?:the |existing |strong |naive )*baselines?\b", sentence)
    return found[0] if found else ""


def _nearest(pattern: re.Pattern[str], sentence: str, q: Quantity) -> str:
    marks = [m for m in pattern.finditer(sentence) if not (m.start() <= q.start < m.end())]
    return min(marks, key=lambda m: abs(m.start() - q.start))[0].strip() if marks else ""


def _respectively(reading: _Reading) -> dict[int, Metric]:
    """Pair `TTFT and TPOT fall by 35% and 18%, respectively`: as many metrics before as figures in the row."""
    mark = re.search(r"\brespectively\b", reading.sentence)
    row = [q for q in reading.found if mark and q.end <= mark.start()]
    while len(row) > 1 and not all(_SAME.match(reading.sentence[a.end : b.start]) for a, b in zip(row, row[1:], strict=False)):
        row = row[1:]
    if len(row) < 2:
        return {}
    start, _ = _clause(reading.sentence, row[0].start)
    named = [t[2] for t in reading.terms if start <= t[0] and t[1] <= row[0].start and t[3]]
    return {q.start: metric for q, metric in zip(row, named, strict=True)} if len(named) == len(row) else {}


def find(sentence: str) -> tuple[Figure, ...]:
    """Return the measured figures of one sentence, in order."""
    reading = _Reading(sentence)
    paired = _respectively(reading)
    figures: list[Figure] = []
    for q in reading.found:
        if _excluded(sentence, q):
            continue
        metric = _fitting(reading, q, paired.get(q.start) or _metric(reading, q))
        if metric is None or (metric.name == "improvement" and q.unit not in ("%", "x")):
            continue
        reading.taken[q.start] = metric
        figures.append(
            Figure(
                value=q.text,
                low=q.low,
                high=q.high,
                unit=q.unit,
                metric=metric.name,
                direction=_direction(reading, q, metric),
                baseline=_baseline(sentence, q),
                hardware=_nearest(words.HARDWARE, sentence, q),
                model=_nearest(words.MODEL, sentence, q),
                workload=_nearest(words.WORKLOAD, sentence, q),
                start=q.start,
                end=q.end,
            )
        )
    return tuple(figures)
