"""Exclude quantities that are no measurements: counts of GPUs, shares, budgets, targets, settings, companies' money.

`is_excluded` reads the words beside a quantity; `is_given`, of one that states a level, what role it has in its part of the
sentence: a size that a machine has, a load or a price that is put in, a level that is supposed.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scout.figures import english

if TYPE_CHECKING:
    from scout.figures.numbers import Quantity
    from scout.figures.vocabulary import Metrics

_USES = re.compile(
    r"(?i)\b(?:us(?:es|ing|ed)|needs?|requir\w+|consum\w+|occup\w+|sav\w+|tak(?:es|ing)|cut|reduc\w+|free[sd]?"
    r"|shr\w+|drop\w*|footprint|usage|from|to|peak\w*)\b[^,;]*$"
)
_SPREAD = re.compile(r"(?:±|\\pm|\+/-)\s?\$?$")
"""Words before a number that says how far a figure may be off."""
_OPERAND = re.compile(r"(?:\bx|×|\*|\s\+)\s$")
"""Before a number in a sum or a product: a formula, whose parts are not measured."""
_COMPOUND = re.compile(r"[-‑](?!fold)[A-Za-z]")


_AT_FACTOR = re.compile(r"\bat (?:only )?$")
"""Before a factor that is a setting: `at 8x:`."""
_ON = re.compile(r"\bon (?:an? |the )?$")
"""Before the size of what a work runs on: `on 24 GB`."""
_ABOUT = "~≈∼<>≤≥"


def _around(sentence: str, q: Quantity) -> tuple[str, str]:
    """Return what stands before and after a quantity, without a sign of about."""
    return sentence[: q.start].rstrip(_ABOUT), sentence[q.end :].lstrip("}")


def is_excluded(sentence: str, q: Quantity, metrics: Metrics) -> bool:
    """Say whether a quantity is no measurement, by the words beside it."""
    left, right = _around(sentence, q)
    return (
        _in_formula(q, left, right)
        or _imagined(sentence, q, left)
        or bool(metrics.condition.match(right.split(",")[0][:60]) or metrics.condition_before.search(left))
        or bool(english.SUPPOSED_BESIDE.search(left))
        or _operating_point(q, left, right, metrics)
        or _counted(q, left, right, metrics)
        or _share(q, left, right, metrics)
        or _load(q, left, right)
        or _device(q, left, right, metrics)
        or _money(sentence, q, right, metrics)
    )


def _in_formula(q: Quantity, left: str, right: str) -> bool:
    """Say whether a quantity is a part of a word or formula: a 30-second clip, ± 0.05, `0 .085`, 8×vLLM, 2× + 4 bit, 5 × (4K)."""
    return bool(
        _COMPOUND.match(right)
        or re.search(r"[A-Za-z0-9]-$", left)
        or _SPREAD.search(left)
        or _OPERAND.search(left)
        or re.match(r"\s\.\d", right)
        or (q.text.endswith("×") and re.match(r"\s?\w{1,8}\s?=", right))
        or (q.text.endswith("×") and right[:1].isalpha())
        or re.match(r"\s?\+\s?\d", right)
        or (q.unit == "x" and (re.match(r"\s?\(\d", right) if q.text.endswith(" ×") else left.endswith(")")))
    )


def _imagined(sentence: str, q: Quantity, left: str) -> bool:
    """Say whether a quantity is of what would be, of the reader's own work, or the end of a scale: `0-50 points`."""
    scale = not q.change and (q.low == 0 < q.high or left.endswith("between 0 and "))
    advice = english.BOUND.search(left) and english.YOURS.search(sentence)
    bound = q.unit == "s" and english.GREATER.search(left)
    return bool(scale or advice or bound or english.FULL.search(left) or english.IMAGINED.search(_part(left)))


def _part(left: str) -> str:
    """Return the part of a sentence that ends here."""
    return re.split(r"[,;:()]", left)[-1]


def _counted(q: Quantity, left: str, right: str, metrics: Metrics) -> bool:
    if (
        q.text.endswith("times")
        and re.match(r"[.,;)]|$", right)
        and not re.search(r"(?i)\b(?:by|up to|factor of)\s(?:\w+\s){0,2}$", left)
    ):
        return True
    return q.unit == "x" and not q.word and bool(metrics.counted.match(right) or re.match(r"\s?\d", right))


def _share(q: Quantity, left: str, right: str, metrics: Metrics) -> bool:
    if (q.unit == "%" or q.word) and (metrics.shared.match(right) or re.search(r"(?i)\b(?:top|bottom)[- ]?$", left)):
        return True
    if q.unit == "%" and (english.PART_OF_GAP.match(right) or english.FROM_PART.search(left) or _parameter(left, metrics)):
        return True
    if q.unit == "%" and english.SHARE_OF_OTHER.match(right):
        return not any(term.how != "timed" for certain in (True, False) for term in metrics.terms(right[:40], strong=certain))
    if not (q.word and right.startswith(" of")):
        return False
    named = metrics.mentioned(right[:30])
    stated = re.search(r"(?i)\b(?:is|was|are|to|by|at|only|about)\s$", left)
    return not stated or (right.startswith(" of the") and not named)


def _parameter(left: str, metrics: Metrics) -> bool:
    """Say whether a value is given to a name that is no metric: `r = 15%`."""
    if not english.PARAMETER.search(left):
        return False
    before = left.rstrip(" =(")[-40:]
    return not any(term.end == len(before) for certain in (True, False) for term in metrics.terms(before, strong=certain))


def _load(q: Quantity, left: str, right: str) -> bool:
    if q.unit == "/s" and (
        english.OFFERED.search(_part(left))
        or english.OFFERED_LIST.search(left)
        or english.OFFERED_AFTER.match(right)
        or ((given := english.WITH_SETTINGS.search(left)) and not english.RESULT.search(given[0]))
    ):
        return True
    return q.unit in ("/s", "B/s", "B") and bool(english.LOAD_BEFORE.search(left))


def _unknown_of(left: str, metrics: Metrics) -> bool:
    """Say whether a level is of something by a short name that is no metric: `an MAE of`."""
    if not (found := english.ACRONYM_OF.search(left)):
        return False
    return not metrics.mentioned(left[max(0, found.start() - 40) :])


def _device(q: Quantity, left: str, right: str, metrics: Metrics) -> bool:
    if q.unit not in ("%", "x") and not q.change and _unknown_of(left, metrics):
        return True
    if q.unit == "B" and any(before.search(left) for before in (english.SIZES, english.SIZE_OF, _ON)):
        return True
    sized = q.unit in ("B", "B/s") and not q.change and bool(metrics.sized.match(right))
    return sized and (right.startswith(" (") or not _USES.search(left))


def _money(sentence: str, q: Quantity, right: str, metrics: Metrics) -> bool:
    if q.unit == "$" and english.SOMEBODY.search(sentence):
        return True
    return q.unit in ("%", "$", "x") and bool(english.MONEY_TALK.search(sentence)) and not metrics.names(right.lstrip())


def is_row(sentence: str) -> bool:
    """Say whether a sentence is rows of a table or the marks of a plot: three numbers with nothing between, or twice two."""
    if sentence.count(" > ") >= 3 or english.SERIES.search(sentence):
        return True
    run = pairs = 0
    for word in sentence.split():
        run = run + 1 if english.CELL.fullmatch(word) else 0
        pairs += run == 2
        if run == 3 or pairs == 2:
            return True
    return False


def is_citation(sentence: str) -> bool:
    """Say whether a sentence is of a bibliography, or of a table of others' works."""
    return bool(english.CITATION.search(sentence)) or len(english.CITED.findall(sentence)) >= 3


def is_given(sentence: str, q: Quantity, metrics: Metrics) -> bool:
    """Say whether a level was put in or supposed, not measured, by its part of the sentence."""
    left, right = _around(sentence, q)
    part = _part(left)
    supposed = english.SUPPOSED.search(part) or english.SUPPOSED_AFTER.match(right) or english.SUPPOSED_LATER.match(right)
    if supposed or english.EXAMPLE.search(left):
        return True
    if english.DEFAULTS.search(left):
        return True
    if q.unit == "$":
        priced = english.PRICED.search(part) or english.PRICE_OF.match(right)
        return bool(priced or re.match(r"\s?[/+]\s?\$", right) or re.search(r"\$[\d.,]+\s?[/+]\s?$", left))
    if q.unit in ("B", "B/s"):
        thing = q.unit == "B" and english.THING.search(left) and re.match(r"\s[A-Za-z]", right)
        return bool(thing) or bool(metrics.machine.search(sentence)) or _had(left, part, metrics)
    if q.unit == "s" and english.THE.search(left):
        return not re.match(r"\s(?:[\w-]+\s){0,2}", right) or not any(True for _ in metrics.terms(right[:30], strong=True))
    return False


def _operating_point(q: Quantity, left: str, right: str, metrics: Metrics) -> bool:
    """Say whether the work was run at a level: `at 90% occupancy`, not `at 20% lower latency`."""
    if q.unit not in ("%", "x") or q.word:
        return False
    if q.unit == "x" and _AT_FACTOR.search(left) and re.match(r"\s?[:,;.)]|$", right):
        return True
    right = re.sub(r"^\s(?:and|or|to)\s[\d.]+\s?[x×%]", "", right[:60])
    term = next(metrics.terms(right, strong=True), None) if english.POINT.search(left) else None
    return bool(
        term
        and term.metric.role != "speed"
        and re.fullmatch(r"\s(?:[\w-]+\s){0,2}", right[: term.start])
        and not any(moved.search(right[: term.start]) for moved in (english.LOWER, english.HIGHER, english.BETTER))
    )


def _had(left: str, part: str, metrics: Metrics) -> bool:
    """Say whether what is before a size tells what a machine has, with no verb of a result after it."""
    setups = [left[found.end() :] for found in english.SETUP.finditer(left)][-1:]
    equipped = [part[found.end() :] for found in metrics.equipped.finditer(part)][-1:]
    named = metrics.device_before.search(left)
    return bool(named) or any(not english.RESULT.search(after) for after in setups + equipped)
