"""Exclude quantities that are no measurements: counts of GPUs, shares, budgets, targets, settings, companies' money."""

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


def is_excluded(sentence: str, q: Quantity, metrics: Metrics) -> bool:
    """Say whether a quantity is no measurement, by the words beside it."""
    left, right = sentence[: q.start], sentence[q.end :]
    if _COMPOUND.match(right) or re.search(r"[A-Za-z0-9]-$", left):
        return True  # a 30-second clip, an 8-bit key
    if (
        _SPREAD.search(left)
        or _OPERAND.search(left)
        or re.match(r"\s\.\d", right)
        or (q.text.endswith("×") and right[:1].isalpha())
    ):
        return True  # ± 0.05, the first part of `0 .085`, 8×vLLM
    if metrics.condition.match(right.split(",")[0][:60]) or metrics.condition_before.search(left):
        return True
    return (
        _counted(q, left, right, metrics)
        or _share(q, left, right, metrics)
        or _load(q, left)
        or _device(q, left, right, metrics)
        or _money(sentence, q, right, metrics)
    )


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
    return q.word and right.startswith(" of") and not re.search(r"(?i)\b(?:is|was|are|to|by|at|only|about)\s$", left)


def _load(q: Quantity, left: str) -> bool:
    return q.unit == "/s" and bool(english.LOAD_BEFORE.search(left))


def _device(q: Quantity, left: str, right: str, metrics: Metrics) -> bool:
    return q.unit == "B" and not q.change and bool(metrics.sized.match(right)) and not _USES.search(left)


def _money(sentence: str, q: Quantity, right: str, metrics: Metrics) -> bool:
    return q.unit in ("%", "$", "x") and bool(english.MONEY_TALK.search(sentence)) and not metrics.names(right.lstrip())
