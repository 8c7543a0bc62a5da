"""Find the metric of a quantity: named beside, before or after it, and compatible with its unit.

The metric is looked for next to the quantity ("3.8x higher throughput"), then before it where a preposition points back
("cuts latency by 40%"), then in the rest of its clause.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from scout.figures import english
from scout.figures.numbers import Quantity, quantities
from scout.figures.otherwise import is_name, named_otherwise

if TYPE_CHECKING:
    from scout.figures.vocabulary import Metric, Metrics, Term

_CLAUSE = re.compile(r";|,?\s(?:while|whereas|but|although|though)\s|(?<!\bvs)\.\s")
_POINTS_BACK = re.compile(
    r"(?i)(?:\b(?:by|of|to|from|is|are|was|were|at|below|above|under|over|than|reach(?:es|ed|ing)?|between"
    r"|averag\w+|stays?|remains?|drops?|down|up|=|rose|rises?|grew|grows?|fell|falls?|dropped|climbs?|climbed|jumped"
    r"|increased|decreased|improved|declined)|[(:=,])"
    r"\s*(?>(?:an average (?>(?:of )?)|an? |the |just |only |about |around |roughly |nearly |almost |approximately |up to "
    r"|as (?:much|little|low|high) as |at (?:most|least) |more than |over |less than |another "
    r"|average |further |well ){0,8})[~≈(]?\$?$"
)
"""Words once read are not given back: `an average` is also `an` and `average`, and trying each would cost powers of two."""
_OBJECT = re.compile(
    r"(?i)\b(?:reduc(?:es|ed|ing|e)|improv(?:es|ed|ing|e)|increas(?:es|ed|ing|e)|cut(?:s|ting)?|lower(?:s|ed"
    r"|ing)?|decreas(?:es|ed|ing|e)|rais(?:es|ed|ing|e)|boost(?:s|ed|ing)?|shrink(?:s|ing)?|sav(?:es|ed|ing|e))"
    r"\s(?P<object>[^,;()]{3,80}?)\s(?:by|from)\s[^,;]{0,25}$"
)
_ADVERBS = re.compile(r"(?i)^\s*+(?>(?:(?:\w+ly|further|on|average|again|also|even|it|this|them|the|our|its)(?!\w)\s*+)*)$")
_SAME = re.compile(r"(?i)^(?>(?:[,/\s]|and|or|to|up to|by|over)*)$")
_GOES_ON = re.compile(r"^\s?[\w ]{0,12}\($|\b(?:and|or|instead of|rather than|against|versus|vs\.) [~+−-]?$")
_NEAR, _FAR = 40, 60
"""How many letters may stand between a metric and its figure, with a comma among them and without."""
_LABEL = re.compile(r"(?: \([^()]{1,12}\))?:")
_IN = re.compile(r"\s(?:in|on|of)\b")
_ASIDE = re.compile(r"^\s?\([^()\d]{1,24}\)")
"""A note in brackets after a figure: `3.3x (dense) and 4.7x (sparse) speedup`."""


def clause(sentence: str, at: int) -> tuple[int, int]:
    """Return the start and end of the clause around an offset."""
    start, end = 0, len(sentence)
    for mark in _CLAUSE.finditer(sentence):
        if mark.end() <= at:
            start = mark.end()
        elif mark.start() > at:
            end = mark.start()
            break
    return start, end


def _terms(text: str, metrics: Metrics) -> list[Term]:
    """Return the metric terms in a text, in order; weak ones only where they overlap no strong one."""
    strong, weak = (
        [term for term in metrics.terms(text, strong=certain) if not is_name(text, term)] for certain in (True, False)
    )
    apart = [w for w in weak if not any(s.start < w.end and w.start < s.end for s in strong)]
    return sorted(strong + apart, key=lambda term: term.start)


def _implied(q: Quantity, sentence: str, metrics: Metrics) -> Metric | None:
    """Return the metric that a unit implies by itself: a rate, a change of size, a cost in time or money."""
    takes = q.unit == "s" and re.search(r"(?i)\b(?:costs?|adds?|spends?|saves?)\s(?:\w+\s)?$", sentence[: q.start])
    priced = q.unit == "$" and re.match(r"\s?(?:/|per\b|an? (?:hour|million))", sentence[q.end :])
    fills = q.unit == "B" and re.search(r"(?i)\b(?:needs?|uses?|occup\w+|requires?|consumes?)\s(?:\w+\s)?$", sentence[: q.start])
    by_itself = q.unit not in ("s", "$", "B") or (q.unit == "B" and q.change)
    return metrics.implied.get(q.unit) if takes or priced or fills or by_itself else None


class SentenceReader:
    """A sentence being read: its quantities, its metric terms, and the metrics assigned so far."""

    def __init__(self, sentence: str, metrics: Metrics) -> None:
        self.sentence = sentence
        self.metrics = metrics
        self.found = quantities(sentence, metrics.notation)
        self.terms = _terms(sentence, metrics)
        self.taken: dict[int, Metric] = {}
        self.paired = self._respectively()
        self.label = next((t for t in self.terms if t.strong and t.start <= 2 and _LABEL.match(sentence, t.end)), None)

    def metric(self, q: Quantity) -> Metric | None:
        """Return the metric of a quantity, or None where the sentence names none."""
        found = self._fitting(q, self.paired.get(q.start) or self._named(q))
        if found and not (found.units or found.terms):
            left = self.sentence[: q.start]
            if english.OUTPERFORMED.search(left) and not english.OUTPERFORMS.search(left):
                return None  # outperforms Reef (31%): what was reached, not by how much
        if found:
            self.taken[q.start] = found
        return found

    def beside(self, q: Quantity, end: int) -> Metric | None:
        """Return the metric that follows the quantity with only descriptive words between: `3.8x higher throughput`."""
        for start, stop, metric, strong, _ in self.terms:
            if start < q.end or start >= end:
                continue
            between = _ASIDE.sub("", self.sentence[q.end : start])
            if not self.metrics.beside.match(f"{between} "):
                return None
            if metric.role == "speed" and self.sentence[start:stop].lower() in ("faster", "quicker", "slower"):
                after = self.beside(q._replace(end=stop), end)
                return after if after and "s" in after.units else metric
            if strong or metric.weak_beside or q.unit in ("s", "/s"):
                return metric
        return None

    def _usable(self, q: Quantity, start: int, end: int) -> list[Term]:
        """Return the terms inside a span; verbs of taking time name a metric only for a quantity of its unit."""
        inside = [term for term in self.terms if start < term.end <= end]
        return [term for term in inside if term.how != "timed" or self._takes(term, q)]

    def _takes(self, term: Term, q: Quantity) -> bool:
        """Say whether a verb of taking time stands near a time: `took them 20 minutes`."""
        between = self.sentence[term.end : q.start] if term.end <= q.start else self.sentence[q.end : term.start]
        return q.unit in term.metric.units and len(between) <= _NEAR and not re.search(r"[,;]| and ", between)

    def before(self, q: Quantity, start: int) -> Metric | None:
        """Return the nearest metric before the quantity in its clause; a weak term only if there is no strong one.

        Where a verb has an object ("reducing token usage by 33%"), the metric must be in the object.
        """
        if (verb_object := _OBJECT.search(self.sentence, start, q.start)) and not _ADVERBS.match(verb_object["object"]):
            start = verb_object.start("object")
        begun = [found.end() for found in english.GOES_BEFORE.finditer(self.sentence, start, q.start)][-1:]
        start = max(start, *begun) if begun else start
        aside = [found.span() for found in english.ASIDE_BEFORE.finditer(self.sentence, start, q.start)]
        near = self._usable(q, start, q.start)
        near = [term for term in near if not any(one + 1 < term.start < end for one, end in aside)]
        strong = [term for term in near if term.strong]
        verb = next((term for term in strong if term.how == "acts"), None)
        best = strong[-1] if strong else near[-1] if near else None
        if best and best.metric.role == "speed" and len(strong) > 1 and best.start - strong[-2].end == 1:
            best = strong[-2]  # a TTFT speedup is of the TTFT
        if best is None or self._far(best, q):
            return None
        return verb.metric if verb and (best.metric is verb.metric or best.metric.name in verb.metric.acts_on) else best.metric

    def _far(self, term: Term, q: Quantity) -> bool:
        """Say whether too much stands between a metric, or the last figure of it, and a quantity: who knows of what it is."""
        told = [
            other.end for other in self.found if term.end <= other.end <= q.start and self.taken.get(other.start) is term.metric
        ]
        between = self.sentence[max([term.end, *told]) : q.start]
        return len(between) > (_NEAR if re.search("[,;]", between) else _FAR)

    def after(self, q: Quantity, end: int) -> Metric | None:
        """Return the first metric named after the quantity, up to the next quantity, comma or baseline."""
        nearest = min([other.start for other in self.found if other.start >= q.end] + [end])
        stop = re.compile(
            r"[,:)]|\s[—–]|—|\b(?:because|due|from|than|over|compared|relative|versus|vs|against|with|when|at|without|under)\b"
        ).search(self.sentence, q.end, nearest)
        limit = stop.start() if stop else nearest
        near = self._usable(q, q.end, limit)
        best = next((term for term in near if term.strong), near[0] if near else None)
        return best.metric if best and best.start - q.end <= _FAR else None

    def _named(self, q: Quantity) -> Metric | None:
        start, end = clause(self.sentence, q.start)
        right = self.sentence[q.end :]
        label = self.label
        if label and q.unit in label.metric.units and not self._within(label.end, q.start, strong=True):
            return label.metric
        if found := self._ahead(q, end, right) or self._direct(q) or self.beside(self._last(q), end):
            return found
        if named_otherwise(self.sentence, self._last(q), self.metrics):
            return None
        return self._carried(q) or self._told(q, start, end)

    def _told(self, q: Quantity, start: int, end: int) -> Metric | None:
        """Return the metric of a quantity from the rest of its clause."""
        left, right = self.sentence[: q.start], self.sentence[q.end :]
        if change := english.OUTPERFORMS.search(left) or english.CHANGE_OF.search(left):
            return self._changed(q, change, self.after(q, end) if _IN.match(right) else None)
        if (listed := english.LISTED.search(left) or english.NOTED.search(left)) and not self._within(
            listed.start("what"), listed.end("what")
        ):
            return None
        if re.search(r"\ban? $", left) and re.match(r"\s[a-z]", right):
            return self.after(q, end)
        if _POINTS_BACK.search(left) or q.word or q.change:
            further = re.compile(r"\band\b").search(self.sentence, q.end, end)
            return self.before(q, start) or self.after(q, further.start() if further else end)
        return self.after(q, end) or self.before(q, start)

    def _within(self, start: int, end: int, *, strong: bool = False) -> bool:
        """Say whether a metric is named in a span, or partly in it."""
        return any(term.start < end and start < term.end and (term.strong or not strong) for term in self.terms)

    def _changed(self, q: Quantity, change: re.Match[str], after: Metric | None) -> Metric | None:
        """Return the metric of a change: `outperforms it by`, `a quality improvement of`; `after` is named after the quantity."""
        if "named" in change.re.groupindex:
            return next((term.metric for term in self.terms if term.end == change.end("named")), None) or after
        return after or next((term.metric for term in self.terms if change.start() <= term.start and term.end <= q.start), None)

    def _last(self, q: Quantity) -> Quantity:
        """Return the last quantity of a list before one metric: `6.5x, 4.4x and 2.1x speedup`."""
        for other in self.found[self.found.index(q) + 1 :]:
            if other.unit != q.unit or not _SAME.match(_ASIDE.sub("", self.sentence[q.end : other.start])):
                break
            q = other
        return q

    def _ahead(self, q: Quantity, end: int, right: str) -> Metric | None:
        """Return the metric after a number in words: `halving the latency`, `half the cost`."""
        acts = q.word and (q.text.endswith("ing") or re.match(r"\s(?:of )?the\s", right))
        return self.after(q, end) if acts else None

    def _direct(self, q: Quantity) -> Metric | None:
        """Return the metric named right before the quantity: `throughput 1.7x`, `hit rate (+14%)`."""
        ends = (t for t in self.terms if t.strong and t.end <= q.start and not self.sentence[t.end : q.start].strip(" (:=~≈"))
        return next((t[2] for t in ends), None)

    def _carried(self, q: Quantity) -> Metric | None:
        """Return the previous quantity's metric if both share it: `54% over A and 32% over B`."""
        index = self.found.index(q)
        previous = self.found[index - 1] if index else None
        if previous is None or previous.start not in self.taken:
            return None
        between = self.sentence[previous.end : q.start]
        apart = any(previous.end <= t[0] < q.start for t in self.terms)
        goes_on = _GOES_ON.search(between) and not apart and (previous.unit == q.unit or "(" in between)
        return self.taken[previous.start] if _SAME.match(between) or goes_on else None

    def _fitting(self, q: Quantity, metric: Metric | None) -> Metric | None:
        """Return the metric if it fits the unit (milliseconds are no hit rate), else the nearest one that does."""
        if q.unit in ("%", "x"):
            return metric
        unit = "min" if q.unit == "s" and re.search(r"min|hour", q.text) else q.unit
        allowed = self.metrics.fitting.get(unit, frozenset())
        if metric and metric.name in allowed:
            return metric
        start, end = clause(self.sentence, q.start)
        near = [t for t in self.terms if start <= t.start < end and t.metric.name in allowed and not self._apart(t, q)]
        if near:
            return min(near, key=lambda t: abs(t.start - q.start)).metric
        return _implied(q, self.sentence, self.metrics)

    def _apart(self, term: Term, q: Quantity) -> bool:
        between = self.sentence[min(term.end, q.end) : max(term.start, q.start)]
        return len(between) > _NEAR or re.search("[,;:()]", between) is not None

    def _respectively(self) -> dict[int, Metric]:
        """Pair `TTFT and TPOT fall by 35% and 18%, respectively`: as many metrics as figures."""
        mark = re.search(r"\brespectively\b", self.sentence)
        row = [q for q in self.found if mark and q.end <= mark.start()]
        while len(row) > 1 and not all(_SAME.match(self.sentence[a.end : b.start]) for a, b in pairwise(row)):
            row = row[1:]
        if len(row) < 2:
            return {}
        start = max([clause(self.sentence, row[0].start)[0]] + [q.end for q in self.found if q.end <= row[0].start])
        named = [t[2] for t in self.terms if start <= t[0] and t[1] <= row[0].start and t[3]]
        return {q.start: metric for q, metric in zip(row, named, strict=True)} if len(named) == len(row) else {}
