"""Find the metric of a quantity: named beside, before or after it, and compatible with its unit.

The metric is looked for next to the quantity ("3.8x higher throughput"), then before it where a preposition points back
("cuts latency by 40%"), then in the rest of its clause.
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from scout.figures.numbers import Quantity, quantities

if TYPE_CHECKING:
    from scout.figures.vocabulary import Metric, Metrics, Term

_CLAUSE = re.compile(r";|,?\s(?:while|whereas|but|although|though)\s|(?<!\bvs)\.\s")
_POINTS_BACK = re.compile(
    r"(?i)(?:\b(?:by|of|to|from|is|are|was|were|at|below|above|under|over|than|reach(?:es|ed|ing)?|between"
    r"|averag\w+|stays?|remains?|drops?|down|up|=)|[(:=,])"
    r"\s*(?>(?:an average (?>(?:of )?)|an? |the |just |only |about |around |roughly |nearly |almost |approximately |up to "
    r"|as (?:much|little|low|high) as |at (?:most|least) |more than |over |less than |another "
    r"|average |further |well ){0,8})[~≈(]?\$?$"
)
"""Words once read are not given back: `an average` is also `an` and `average`, and trying each would cost powers of two."""
_OBJECT = re.compile(
    r"(?i)\b(?:reduc(?:es|ed|ing|e)|improv(?:es|ed|ing|e)|increas(?:es|ed|ing|e)|cut(?:s|ting)?|lower(?:s|ed"
    r"|ing)?|decreas(?:es|ed|ing|e)|rais(?:es|ed|ing|e)|boost(?:s|ed|ing)?|shrink(?:s|ing)?|sav(?:es|ed|ing|e))"
    r"\s(?P<object>[^,;()]{3,80}?)\sby\s[^,;]{0,25}$"
)
_ADVERBS = re.compile(r"(?i)^\s*+(?>(?:(?:\w+ly|further|on|average|again|also|even|it|this|them|the|our|its)(?!\w)\s*+)*)$")
_SAME = re.compile(r"(?i)^(?>(?:[,/\s]|and|or|to|up to|by|over)*)$")
_GOES_ON = re.compile(r"^\s?[\w ]{0,12}\($|\b(?:and|or|instead of|rather than|against|versus|vs\.) [~+−-]?$")
_NOT_OF_IT = re.compile(
    r"(?i)\s(?:(?:\w+ion )?errors?\b(?! rates?)|(?:budget|limit|target|threshold|constraint|cap|goal)s?\b)"
    r"|['’]s\b|-(?!per\b)[a-z]"
)
"""Words after a metric whose figure is not its own: `throughput error of 4%`, `memory budget`, `memory-bound`."""
_NAME = re.compile(r"\b[A-Z][a-z]{0,20} ?- ?$")
"""Before a capital, the first part of a name: `Max-Score`."""
_OPTION = re.compile(r"--[\w-]{0,40}$")
_AT = re.compile(r"(?i)\b(?:at|with|under) $")
_SET_TO = re.compile(r"\s(?:of\s|=\s?)?\d+\b(?![.,]\d|\s?[%x×])")
"""After `at`, a term and this it is a setting: `at batch size 8`."""
_ASIDE = re.compile(r"^\s?\([^()\d]{1,24}\)")
"""A note in brackets after a figure: `3.3x (dense) and 4.7x (sparse) speedup`."""
_OTHER_NOUN = re.compile(
    r"(?i)^[\s-](?!and\b|or\b)(?:[\w/-]+\s){1,4}?(?:reductions?|degradation|drops?|increases?|improvements?|gains?|loss"
    r"|lifts?|decreases?|declines?)\b"
)
_MORE_THINGS = re.compile(
    r"\s(?:more|fewer) (?!(?:than|in|on|for|with|over|and|when|at)\b)[a-z]\w*"
    r"(?: (?!(?:in|on|for|with|over|at|than) )\w+){0,2}"
)
"""`1.8x more tokens`: a count, unless a metric is named."""
_OF_SOMETHING = re.compile(
    r"(?i)\s(?:reduction|improvement|increase|decrease|drop|gain|lift|rise|cut|savings?) (?:in|of"
    r"|on) (?!up to\b|about\b|average\b)[a-z]"
)
_BRACKETED = re.compile(
    r"\s(?!(?:vs|on|for|at|over|in|with|to|and|versus|from|lower|higher|less|more|faster|better|reduction"
    r"|improvement|increase|gain|respectively)\b)[a-z]\w+"
)


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


def _named_otherwise(sentence: str, q: Quantity, metrics: Metrics) -> bool:
    """Say whether the words after a quantity name something that is no metric: `(<5% utility drop)`, `1% WER degradation`."""
    if _OF_SOMETHING.match(sentence, q.end):
        return True
    opened = sentence.rfind("(", 0, q.start) > sentence.rfind(")", 0, q.start)
    if opened and _BRACKETED.match(sentence, q.end):
        return True
    if not (named := _OTHER_NOUN.match(sentence[q.end :]) or _MORE_THINGS.match(sentence[q.end :])):
        return False
    metric = any(True for certain in (True, False) for _ in metrics.terms(named[0], strong=certain))
    return not metric and not metrics.beside.match(f"{named[0]} ")


def _terms(text: str, metrics: Metrics) -> list[Term]:
    """Return the metric terms in a text, in order; weak ones only where they overlap no strong one."""
    strong, weak = (
        [term for term in metrics.terms(text, strong=certain) if not _is_name(text, term)] for certain in (True, False)
    )
    apart = [w for w in weak if not any(s.start < w.end and w.start < s.end for s in strong)]
    return sorted(strong + apart, key=lambda term: term.start)


def _is_name(text: str, term: Term) -> bool:
    """Say whether a term is part of another's name, a setting, or only a budget for it or an error of it is told."""
    named = text[term.start].isupper() and _NAME.search(text, max(0, term.start - 20), term.start)
    setting = _SET_TO.match(text, term.end) and _AT.search(text, max(0, term.start - 6), term.start)
    option = _OPTION.search(text, max(0, term.start - 42), term.start)
    return bool(named or setting or option or _NOT_OF_IT.match(text, term.end))


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

    def metric(self, q: Quantity) -> Metric | None:
        """Return the metric of a quantity, or None where the sentence names none."""
        found = self._fitting(q, self.paired.get(q.start) or self._named(q))
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
        return [term for term in inside if term.how != "timed" or q.unit in term.metric.units]

    def before(self, q: Quantity, start: int) -> Metric | None:
        """Return the nearest metric before the quantity in its clause; a weak term only if there is no strong one.

        Where a verb has an object ("reducing token usage by 33%"), the metric must be in the object.
        """
        if (verb_object := _OBJECT.search(self.sentence, start, q.start)) and not _ADVERBS.match(verb_object["object"]):
            start = verb_object.start("object")
        near = self._usable(q, start, q.start)
        strong = [term for term in near if term.strong]
        verb = next((term for term in strong if term.how == "acts"), None)
        best = strong[-1] if strong else near[-1] if near else None
        if best and best.metric.role == "speed" and len(strong) > 1 and best.start - strong[-2].end == 1:
            best = strong[-2]  # a TTFT speedup is of the TTFT
        if verb and best and (best.metric is verb.metric or best.metric.name in verb.metric.acts_on):
            return verb.metric
        return best.metric if best else None

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

    def _named(self, q: Quantity) -> Metric | None:
        start, end = clause(self.sentence, q.start)
        left, right = self.sentence[: q.start], self.sentence[q.end :]
        if found := self._ahead(q, end, right) or self._direct(q) or self.beside(self._last(q), end):
            return found
        if _named_otherwise(self.sentence, self._last(q), self.metrics):
            return None
        if found := self._carried(q):
            return found
        if re.search(r"\ban? $", left) and re.match(r"\s[a-z]", right):
            return self.after(q, end)
        if _POINTS_BACK.search(left) or q.word or q.change:
            further = re.compile(r"\band\b").search(self.sentence, q.end, end)
            return self.before(q, start) or self.after(q, further.start() if further else end)
        return self.after(q, end) or self.before(q, start)

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
        ends = (t for t in self.terms if t[3] and t[1] <= q.start and not self.sentence[t[1] : q.start].strip(" (:=~≈"))
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
        near = [t for t in self.terms if start <= t.start < end and t.metric.name in allowed and abs(t.start - q.start) < 60]
        if near:
            return min(near, key=lambda t: abs(t.start - q.start)).metric
        return _implied(q, self.sentence, self.metrics)

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
