"""Quote what a text that was read measured: sentences of its evaluation before those of its abstract, with their sections."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, NamedTuple

from scout.figures.evidence import OWN, PRESENTS, Evidence, Quote, quote_of, runtime_verdict, weight, without_figures
from scout.figures.sections import READ, own_tables, paragraphs, part
from scout.figures.tables import cells
from scout.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scout.figures.vocabulary import Metrics
    from scout.model.reading import ParsedText

MOST = 4
"""How many sentences are quoted: one that says what the work is, the others of what it measured."""


class _Sentence(NamedTuple):
    quote: Quote
    evaluation: bool
    others: bool
    own: bool
    place: int


def evidence_in(text: ParsedText, metrics: Metrics | None, *, favour: Iterable[str] = ()) -> Evidence:
    """Return the verdict on a text that was read, and up to four sentences, each with the section that it stands in.

    Each quote is a substring of its section's text with its white space folded. Code (paragraphs of several lines), tables and
    what the text says of others' work are not quoted; their figures do not count.
    """
    wanted = frozenset(word.casefold() for word in favour)
    found = list(_sentences(text, metrics))
    own = [one for one in found if not one.others]
    measured = [one for one in own if one.quote.figures and (one.evaluation or one.own)]
    measured = measured or [one for one in own if one.quote.figures]
    measured.sort(key=lambda one: (not one.evaluation, one.place))
    best = sorted(measured, key=lambda one: (not one.evaluation, -weight(one.quote, wanted), one.place))
    about = sorted(own, key=lambda one: (not PRESENTS.search(one.quote.sentence), -weight(one.quote, wanted), one.place))[:1]
    chosen = {one.place: one for one in (*about, *best[: MOST - 1])}
    if not measured:
        chosen |= {one.place: one for one in sorted(own, key=lambda one: (-weight(one.quote, wanted), one.place))[: MOST - 1]}
    shown = sorted(chosen.values(), key=lambda one: (not one.evaluation, one.place))
    figures = [figure for one in measured for figure in one.quote.figures]
    verdict, reason = "", ""
    if metrics and figures:
        verdict, reason = runtime_verdict(figures, metrics)
    elif metrics and (cell := next((one for table in own_tables(text) for one in cells(table.text, metrics)), None)):
        verdict, reason = (
            "partial",
            f"a table has {cell.metric} ({cell.value}: {cell.row}, {cell.column}), and no sentence a figure",
        )
    elif metrics:
        verdict, reason = "no", without_figures([one.quote.sentence for one in own], metrics)
    return Evidence(quotes=tuple(one.quote for one in shown), figures=len(figures), verdict=verdict, reason=reason)


def _sentences(text: ParsedText, metrics: Metrics | None) -> Iterator[_Sentence]:
    """Yield each sentence once, with what kind of part it stands in: its own heading's, or the nearest above's."""
    above: list[tuple[int, bool, bool]] = []
    seen: set[str] = set()
    left, place = READ, 0
    for section in text.sections:
        if section.kind == "table":
            continue
        if section.kind == "prose":
            above = [one for one in above if one[0] < section.level]
            above.append((section.level, *part(section.heading)))
        evaluation = section.kind != "abstract" and any(one[1] for one in above)
        others = section.kind != "abstract" and any(one[2] for one in above)
        for paragraph in paragraphs(section):
            if left <= 0:
                return
            left -= len(paragraph)
            for sentence in sentences(paragraph):
                place += 1
                quote = quote_of(sentence, metrics)
                if quote.sentence not in seen and (len(quote.sentence.split()) >= 4 or quote.figures):
                    seen.add(quote.sentence)
                    own = section.kind == "abstract" or bool(OWN.search(sentence))
                    yield _Sentence(replace(quote, section=section.heading), evaluation, others, own, place)
