"""Find rising terms: how many titles have them now, compared with the eight weeks before. Pure and deterministic.

Only titles with a topic's phrase count, and none of releases: a name and a version are no subject. Terms are these phrases and
pairs of neighbouring words; a title counts a term once. A week counts only if the store has LEAST_FULL of the window's weekly
number of items or more: a few old posts are no baseline.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

from scout.model import Kind, Window
from scout.text import fold
from scout.topics import PhraseFinder

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scout.model import Item, Topic

WEEKS = 8
LEAST_WEEKS = 4
"""Fewer collected weeks than this are no baseline."""
LEAST_FULL = 0.4
"""Share of the window's weekly number of items that a week must have to count as collected."""
LEAST_NOW = 3
LEAST_RATIO = 1.5
MOST = 12
EXAMPLES = 2
_WORD = re.compile(r"[^\W_][\w+.]*")
_EMPTY = frozenset({
    "a", "an", "the", "of", "for", "in", "on", "with", "and", "or", "to", "by", "from", "via", "is", "are", "be", "as",
    "at", "its", "it", "we", "can", "do", "does", "not", "no", "how", "what", "when", "why", "who", "into", "over",
    "under", "towards", "toward", "using", "based", "new", "more", "than", "that", "this", "these", "between", "across",
    "through", "without", "within", "their", "our", "your", "you", "case", "study", "analysis", "approach", "framework",
    "method", "methods", "model", "models", "system", "systems", "paper",
})  # fmt: skip
"""Stop words: no pair with one of them is a term."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rise:
    """A rising term: its titles in the window (`now`) and in the weeks before, and the ratio of its weekly rates.

    `ratio` counts a term absent before as one title. `examples` are titles in alphabetical order.
    """

    term: str
    now: int
    before: int
    ratio: float
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Rising:
    """The rising terms, strongest first, or `why` nothing was compared. `weeks` is how many of the eight were collected."""

    rises: tuple[Rise, ...] = ()
    weeks: int = 0
    why: str = ""


def weeks_before(window: Window) -> Window:
    """Return the eight weeks that end the day before the window."""
    return Window(since=window.since - timedelta(days=7 * WEEKS), until=window.since - timedelta(days=1))


def rising(current: Sequence[Item], before: Sequence[Item], topics: Sequence[Topic], *, window: Window) -> Rising:
    """Compare the items of a window with those of the eight weeks before; items outside these days are ignored."""
    earlier = weeks_before(window)
    now_items = [item for item in current if item.kind is not Kind.RELEASE and item.published and item.published in window]
    by_week: dict[int, list[Item]] = {}
    for item in before:
        if item.kind is not Kind.RELEASE and item.published and item.published in earlier:
            by_week.setdefault((item.published - earlier.start).days // 7, []).append(item)
    usual = len(now_items) / (window.days / 7)
    old_items = [item for items in by_week.values() if len(items) >= usual * LEAST_FULL for item in items]
    weeks = sum(len(items) >= usual * LEAST_FULL for items in by_week.values())
    if weeks < LEAST_WEEKS:
        whole = f"only {weeks}" if weeks else "none"
        return Rising(weeks=weeks, why=f"{whole} of the {WEEKS} weeks before the window were collected as it was")
    phrases = PhraseFinder(term for topic in topics for term in topic.terms)
    now, then = _count(now_items, phrases), _count(old_items, phrases)
    rises = []
    for term, count in now.items():
        ratio = (count / (window.days / 7)) / (max(then[term], 1) / weeks)
        if count >= LEAST_NOW and ratio >= LEAST_RATIO:
            rises.append(Rise(term=term, now=count, before=then[term], ratio=ratio))
    ranked = _apart(sorted(rises, key=lambda rise: (-rise.now * math.log(rise.ratio), rise.term)))
    return Rising(rises=tuple(_shown(rise, now_items, phrases) for rise in ranked[:MOST]), weeks=weeks)


def terms_of(title: str, phrases: PhraseFinder) -> Iterator[str]:
    """Yield the terms of a title: the phrases in it, and pairs of neighbouring words; none where it has no phrase."""
    named = phrases.find(title)
    if not named:
        return
    yield from map(fold, named)
    for clause in re.split(r"[:;,()!?.]\s", fold(title)):
        words = _WORD.findall(clause)
        for one, two in pairwise(words):
            if one not in _EMPTY and two not in _EMPTY and not one[0].isdigit() and not two[0].isdigit():
                yield f"{one} {two}"


def _count(items: Iterable[Item], phrases: PhraseFinder) -> Counter[str]:
    counted: Counter[str] = Counter()
    for item in items:
        counted.update(set(terms_of(item.title, phrases)))
    return counted


def _apart(rises: Sequence[Rise]) -> list[Rise]:
    """Drop a term that shares a word with a stronger one of at least 0.7 times its count: both are one subject."""
    kept: list[Rise] = []
    for rise in rises:
        words = set(rise.term.split())
        if not any(words & set(other.term.split()) and other.now >= rise.now * 0.7 for other in kept):
            kept.append(rise)
        if len(kept) == MOST:
            break
    return kept


def _shown(rise: Rise, items: Sequence[Item], phrases: PhraseFinder) -> Rise:
    titles = sorted({item.title for item in items if rise.term in terms_of(item.title, phrases)})
    return Rise(term=rise.term, now=rise.now, before=rise.before, ratio=rise.ratio, examples=tuple(titles[:EXAMPLES]))
