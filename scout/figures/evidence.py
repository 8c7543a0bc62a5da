"""Quote a text's main claims, and say from its figures alone whether they were measured at run time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.figures.find import Figure, find, unnamed
from scout.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scout.figures.vocabulary import Metrics

NOT_JUDGED = "not judged"
"""The verdict on what nobody read: of a title alone."""
MOST = 3
LONGEST = 420
FAVOURED = 2.0
"""The most that words of `favour` add to a sentence's score, and what background loses."""
SHOWN = 3
"""How many quantities without a known metric are shown."""
_READ = 30_000  # characters: no abstract is longer, and a longer page has made its claim by then
PRESENTS = re.compile(
    r"(?i)\b(?:we|and|this (?:\w+ )?(?:paper|work|post|report)) (?:\w+ )?(?:present|propose|introduce|develop|describe)s?\b"
)
"""Words by which a work says what it is (`we therefore propose`, `we find this slow and propose`)."""
OWN = re.compile(
    r"(?i)\b(?:we|our|ours)\b|\bthis (?:\w+ )?(?:paper|work|post|release|article|report|study)\b"
    r"|^(?:extensive |comprehensive )?(?:experiments|experimental|evaluations?)\b"
    r"|\b(?:results? (?:show|indicate|demonstrate|suggest)|introduc(?:es|ing)|announc\w+|now available)\b"
)
"""A sentence of the work about itself. Sentences before the first are background, not claims."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Quote:
    """One sentence of a text, verbatim, with its figures; their `start` and `end` are offsets in the sentence.

    `cut`: the sentence goes on in the text. `section` is the heading that it stands under, where the text has some.
    """

    sentence: str
    figures: tuple[Figure, ...] = ()
    cut: bool = False
    section: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A text's claims: up to three quotes in text order, the verdict (`yes`, `partial`, `no`, `not judged`) and its reason.

    Without a vocabulary there are only quotes: no figures, and verdict and reason are empty.
    """

    quotes: tuple[Quote, ...]
    figures: int
    verdict: str
    reason: str


def quote_of(sentence: str, metrics: Metrics | None) -> Quote:
    """Return a sentence as it is quoted, without a list's mark, cut at a word where it is long."""
    sentence = sentence.lstrip("-*\u2022 ")
    shown = sentence if len(sentence) <= LONGEST else sentence[:LONGEST].rsplit(" ", 1)[0]
    return Quote(sentence=shown, figures=find(shown, metrics) if metrics else (), cut=shown != sentence)


def weight(quote: Quote, favour: frozenset[str]) -> float:
    """Return how much a sentence says of its own work: that it does, its figures, their baselines, words of `favour`."""
    score = 0.0
    if OWN.search(quote.sentence):
        score = 5.0 if PRESENTS.search(quote.sentence) else 2.0
    score += sum(3.0 if figure.runtime else 2.0 for figure in quote.figures[:3])
    score += sum(1.5 for figure in quote.figures[:2] if figure.baseline)
    folded = quote.sentence.casefold()
    return score + min(FAVOURED, sum(0.7 for word in favour if word in folded))


def runtime_verdict(figures: Iterable[Figure], metrics: Metrics) -> tuple[str, str]:
    """Return the verdict on a text's figures, of which there is one at least, and its reason.

    `yes` needs a metric that decides, with a baseline or a workload.
    """
    found = tuple(figures)
    deciding = [figure for figure in found if figure.runtime]
    grounded = [figure for figure in deciding if figure.baseline or figure.workload]
    if grounded:
        best = grounded[0]
        against = f"against “{best.baseline}”" if best.baseline else f"on “{best.workload}”"
        return "yes", f"states {best.metric} ({best.value}) {against}"
    if deciding:
        first, ground = deciding[0], metrics.workloads.label
        return "partial", f"states {first.metric} ({first.value}), without a baseline or a {ground} in the same sentence"
    names = sorted({figure.metric for figure in found})
    return "partial", f"states figures for {', '.join(names)} only, none {metrics.report.measured}"


def without_figures(parts: Sequence[str], metrics: Metrics) -> str:
    """Return the reason for a text without figures, naming its quantities that have no known metric."""
    left = list(dict.fromkeys(value for part in parts for value in unnamed(part, metrics)))
    if not left:
        return "no measured figure in the text that scout has"
    more = f" and {len(left) - SHOWN} more" if len(left) > SHOWN else ""
    return (
        f"no figure of the measures in {metrics.file}; what the text states ({', '.join(left[:SHOWN])}{more}) is of none of them"
    )


def evidence(text: str, metrics: Metrics | None, *, favour: Iterable[str] = ()) -> Evidence:
    """Return a text's verdict and up to three sentences with its claims. Words of `favour` raise a sentence's score a little.

    A sentence longer than 420 characters is cut at a word, so each quote is a substring of the text with its white space folded.
    """
    wanted = frozenset(word.casefold() for word in favour)
    parts = sentences(text[:_READ])
    quotes = [quote_of(sentence, metrics) for sentence in parts]
    quotes = [quote for quote in quotes if len(quote.sentence.split()) >= 4 or quote.figures]
    own = next((place for place, quote in enumerate(quotes) if OWN.search(quote.sentence)), 0)
    worth = [weight(quote, wanted) - FAVOURED * (place < own) for place, quote in enumerate(quotes)]
    best = sorted(range(len(quotes)), key=lambda place: -worth[place])[:MOST]
    figures = [figure for quote in quotes for figure in quote.figures]
    measured = [figure for quote in quotes[own:] for figure in quote.figures]
    verdict, reason = "", ""
    if metrics and not quotes:
        verdict, reason = NOT_JUDGED, "scout has no text of it to judge by"
    elif metrics and figures:
        verdict, reason = runtime_verdict(measured or figures, metrics)
    elif metrics:
        verdict, reason = "no", without_figures(parts, metrics)
    chosen = tuple(quotes[place] for place in sorted(best))
    return Evidence(quotes=chosen, figures=len(figures), verdict=verdict, reason=reason)
