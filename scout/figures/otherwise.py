"""Find where the words beside a quantity or a metric's name give it to something else: a thing, a variant, a setting.

`1% WER degradation` is of a metric that nobody knows, `95% token match` of none; `throughput error` is no throughput, and
`batch size 8` after `at` a setting.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scout.figures import english

if TYPE_CHECKING:
    from scout.figures.numbers import Quantity
    from scout.figures.vocabulary import Metrics, Term

_NOT_OF_IT = re.compile(
    r"(?i)\s(?:(?:\w+ion )?errors?\b(?! rates?)|(?:\w+ )?(?:coefficient|slope|intercept|variance|disparity|disparitie)s?\b"
    r"|(?:budget|limit|target|threshold|constraint|cap|goal)s?\b)"
    r"|['’]s\b|-(?!per\b)[a-z]"
)
"""Words after a metric whose figure is not its own: `throughput error of 4%`, `memory budget`, `memory-bound`."""
_NAME = re.compile(r"\b[A-Z][a-z]{0,20} ?- ?$")
"""Before a capital, the first part of a name: `Max-Score`."""
_OPTION = re.compile(r"--[\w-]{0,40}$")
_AT = re.compile(r"(?i)\b(?:at|with|under) $")
_SET_TO = re.compile(r"\s(?:of\s|=\s?)?\d+\b(?![.,]\d|\s?[%x×])")
"""After `at`, a term and this it is a setting: `at batch size 8`."""
_LONGEST = 40
_UNDER = re.compile(r"(?i)\bunder (?:[a-z-]+ )?$")
"""Before a condition: `under strong compression`."""
_AT_LEVEL = re.compile(r"(?i)\bat (?:the |an? )?[~≈]?[\d.]{1,8} ?%? $")
"""Before a measure whose value is a condition: `at the 80% hit rate`."""
_TOLD = re.compile(r"(?i)\b(?:of|is|was|are|were|at) [~≈]?$")
"""Before a figure whose metric was told already."""
_OTHER_NOUN = re.compile(
    r"(?i)^\soverheads?\b|^[\s-](?!and\b|or\b)(?:[\w/-]+\s){1,4}?(?:overheads?|reductions?|degradation|drops?|increases?|improvements?"
    r"|gains?|loss|lifts?|decreases?|declines?)\b"
)
_MORE_THINGS = re.compile(
    r"\s(?:more|fewer|less|lower|higher|greater|larger|smaller) (?!(?:than|in|on|for|with|over|and|when|at|compared|relative"
    r"|across|under|while|per|to|from|as|of|by|but|versus|vs|even|using)\b)[a-z]\w*"
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


def named_otherwise(sentence: str, q: Quantity, metrics: Metrics) -> bool:
    """Say whether the words after a quantity name something that is no metric: `(<5% utility drop)`, `1% WER degradation`."""
    if _OF_SOMETHING.match(sentence, q.end):
        return True
    if english.ACRONYM.match(sentence, q.end) or english.PORTION.match(sentence, q.end):
        return not metrics.mentioned(sentence[q.end : q.end + 60])
    if _owned(sentence, q, metrics):
        return True
    opened = sentence.rfind("(", 0, q.start) > sentence.rfind(")", 0, q.start)
    if opened and _BRACKETED.match(sentence, q.end):
        return True
    if not (named := _OTHER_NOUN.match(sentence[q.end :]) or _MORE_THINGS.match(sentence[q.end :])):
        return False
    further = sentence[q.end : q.end + named.end() + _LONGEST]
    metric = any(term.start <= named.end() + 5 for certain in (True, False) for term in metrics.terms(further, strong=certain))
    return not metric and not metrics.beside.match(f"{named[0]} ")


def _owned(sentence: str, q: Quantity, metrics: Metrics) -> bool:
    """Say whether a noun right after a factor or a share is no metric: `95% token match`."""
    if q.unit not in ("%", "x") or q.word or _TOLD.search(sentence, 0, q.start):
        return False
    noun = english.NOUN_AFTER.match(sentence, q.end)
    near = noun[0] if noun else ""
    moved = any(how.search(near) for how in (english.LOWER, english.HIGHER, english.BETTER))
    return noun is not None and not moved and not metrics.mentioned(near)


def is_name(text: str, term: Term) -> bool:
    """Say whether a term is part of another's name, a setting, or only a budget for it or an error of it is told."""
    named = text[term.start].isupper() and _NAME.search(text, max(0, term.start - 20), term.start)
    setting = _SET_TO.match(text, term.end) and _AT.search(text, max(0, term.start - 6), term.start)
    option = _OPTION.search(text, max(0, term.start - 42), term.start)
    part = text[:1] == "+" if term.start == 0 else text[term.start - 1] == "+"  # (+Memory): a variant's name
    under = _UNDER.search(text, max(0, term.start - 40), term.start) or _AT_LEVEL.search(text, 0, term.start)
    return bool(named or setting or option or part or under or _NOT_OF_IT.match(text, term.end))
