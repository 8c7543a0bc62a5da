"""What looks like a measurement and is none: counts of GPUs, shares of things, budgets, targets, settings, companies' money."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scout.figures import vocabulary

if TYPE_CHECKING:
    from scout.figures.numbers import Quantity

_USES = re.compile(
    r"(?i)\b(?:us(?:es|ing|ed)|needs?|requir\w+|consum\w+|occup\w+|sav\w+|tak(?:es|ing)|cut|reduc\w+|free[sd]?"
    r"|shr\w+|drop\w*|footprint|usage|from|to|peak\w*)\b[^,;]*$"
)
_MEMORY_NOUN = re.compile(
    rf"(?i)^\s*(?:of )?(?:\w+ ){{0,1}}(?:DRAM|RAM|HBM\w*|VRAM|SSDs?|NVMe|GPUs?|memory|disk|{vocabulary.GPU})\b"
)
_COMPOUND = re.compile(r"[-‑](?!fold)[A-Za-z]")


def is_excluded(sentence: str, q: Quantity) -> bool:
    """Say whether a quantity measures nothing, by the words beside it."""
    left, right = sentence[: q.start], sentence[q.end :]
    if _COMPOUND.match(right) or re.search(r"[A-Za-z0-9]-$", left):
        return True  # a 30-second clip, an 8-bit key
    if vocabulary.CONDITION.match(right.split(",")[0][:60]) or vocabulary.CONDITION_BEFORE.search(left):
        return True
    return (
        _counted(q, left, right)
        or _share(q, left, right)
        or _load(q, left)
        or _device(q, left, right)
        or _money(sentence, q, right)
    )


def _counted(q: Quantity, left: str, right: str) -> bool:
    if (
        q.text.endswith("times")
        and re.match(r"[.,;)]|$", right)
        and not re.search(r"(?i)\b(?:by|up to|factor of)\s(?:\w+\s){0,2}$", left)
    ):
        return True
    return q.unit == "x" and not q.word and bool(vocabulary.COUNTED.match(right) or re.match(r"\s?\d", right))


def _share(q: Quantity, left: str, right: str) -> bool:
    if (q.unit == "%" or q.word) and (vocabulary.SHARE.match(right) or re.search(r"(?i)\b(?:top|bottom)[- ]?$", left)):
        return True
    return q.word and right.startswith(" of") and not re.search(r"(?i)\b(?:is|was|are|to|by|at|only|about)\s$", left)


def _load(q: Quantity, left: str) -> bool:
    return q.unit == "/s" and bool(vocabulary.LOAD_BEFORE.search(left))


def _device(q: Quantity, left: str, right: str) -> bool:
    return q.unit == "B" and not q.change and bool(_MEMORY_NOUN.match(right)) and not _USES.search(left)


def _money(sentence: str, q: Quantity, right: str) -> bool:
    return (
        q.unit in ("%", "$", "x") and bool(vocabulary.MONEY_TALK.search(sentence)) and not vocabulary.STRONG.match(right.lstrip())
    )
