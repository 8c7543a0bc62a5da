"""Choose the sentences that carry a text's claim, and say from their figures alone whether it was measured at run time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.figures.find import Figure, find
from scout.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable

MOST = 3
LONGEST = 420
FAVOURED = 2.0
"""What the words of `favour` add to a sentence at most, and what one of the background is worth less."""
_READ = 30_000  # characters: no abstract is longer, and a page that is has said its claim by then
_PRESENTS = re.compile(
    r"(?i)\b(?:we|and|this (?:\w+ )?(?:paper|work|post|report)) (?:\w+ )?(?:present|propose|introduce|develop|describe)s?\b"
)
"""In a sentence of the work about itself: what it is (`we therefore propose`, `we find this slow and propose`)."""
_OWN = re.compile(
    r"(?i)\b(?:we|our|ours)\b|\bthis (?:\w+ )?(?:paper|work|post|release|article|report|study)\b"
    r"|^(?:extensive |comprehensive )?(?:experiments|experimental|evaluations?)\b"
    r"|\b(?:results? (?:show|indicate|demonstrate|suggest)|introduc(?:es|ing)|announc\w+|now available)\b"
)
"""A sentence of the work about itself. What stands before the first is its field's background, not its claim."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One sentence of a text, word for word, with its figures; their `start` and `end` count from the sentence's own start.

    `cut`: the sentence goes on in the text.
    """

    sentence: str
    figures: tuple[Figure, ...] = ()
    cut: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What a text claims: up to three quotes in their order, the verdict (`yes`, `partial`, `no`) and its reason in words."""

    quotes: tuple[Quote, ...]
    figures: int
    verdict: str
    reason: str


def _quote(sentence: str) -> Quote:
    sentence = sentence.lstrip("-*\u2022 ")
    shown = sentence if len(sentence) <= LONGEST else sentence[:LONGEST].rsplit(" ", 1)[0]
    return Quote(sentence=shown, figures=find(shown), cut=shown != sentence)


def _weight(quote: Quote, favour: frozenset[str]) -> float:
    score = 0.0
    if _OWN.search(quote.sentence):
        score = 5.0 if _PRESENTS.search(quote.sentence) else 2.0
    score += sum(3.0 if figure.runtime else 2.0 for figure in quote.figures[:3])
    score += sum(1.5 for figure in quote.figures[:2] if figure.baseline)
    folded = quote.sentence.casefold()
    return score + min(FAVOURED, sum(0.7 for word in favour if word in folded))


def runtime_verdict(figures: Iterable[Figure]) -> tuple[str, str]:
    """Return the verdict and its reason: a yes needs a runtime metric and what it was held against or measured on."""
    found = tuple(figures)
    runtime = [figure for figure in found if figure.runtime]
    grounded = [figure for figure in runtime if figure.baseline or figure.workload]
    if grounded:
        best = grounded[0]
        against = f"against “{best.baseline}”" if best.baseline else f"on “{best.workload}”"
        return "yes", f"states {best.metric} ({best.value}) {against}"
    if runtime:
        return (
            "partial",
            f"states {runtime[0].metric} ({runtime[0].value}), without a baseline or a workload in the same sentence",
        )
    if found:
        names = sorted({figure.metric for figure in found})
        return "partial", f"states figures for {', '.join(names)} only, none measured at run time"
    return "no", "no measured figure in the text that scout has"


def evidence(text: str, *, favour: Iterable[str] = ()) -> Evidence:
    """Read a text and return up to three sentences that carry its claim. `favour` are words whose presence counts a little.

    A sentence longer than 420 characters is cut at a word, so each quote is a substring of the text with its white space folded.
    """
    wanted = frozenset(word.casefold() for word in favour)
    quotes = [_quote(sentence) for sentence in sentences(text[:_READ])]
    quotes = [quote for quote in quotes if len(quote.sentence.split()) >= 4 or quote.figures]
    own = next((place for place, quote in enumerate(quotes) if _OWN.search(quote.sentence)), 0)
    worth = [_weight(quote, wanted) - FAVOURED * (place < own) for place, quote in enumerate(quotes)]
    best = sorted(range(len(quotes)), key=lambda place: -worth[place])[:MOST]
    figures = [figure for quote in quotes for figure in quote.figures]
    measured = [figure for quote in quotes[own:] for figure in quote.figures]
    verdict, reason = runtime_verdict(measured or figures)
    if not quotes:
        reason = "scout has no text of it to judge by"
    chosen = tuple(quotes[place] for place in sorted(best))
    return Evidence(quotes=chosen, figures=len(figures), verdict=verdict, reason=reason)
