"""Check that the figures in a report are in the text of the item they are about."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from scout import figures
from scout.check.context import QUOTED, ReportContext, flag
from scout.check.finding import Finding, Severity, Verified
from scout.figures.numbers import quantities
from scout.figures.sections import own_parts, own_tables
from scout.figures.tables import cells
from scout.identity import identify
from scout.text import fold, sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.figures import Figure, Metrics
    from scout.figures.numbers import Quantity
    from scout.model.reading import ParsedText
    from scout.reports.document import ReportEntry
    from scout.reports.sections import Line

_LABELS = frozenset({"summary", "novelty", "impact", "runtime", "why"})
_ABOUT = re.compile(r"[~≈∼]\s*$|\b(?:about|around|roughly|nearly|almost|approximately|over|up to|more than)\s*$", re.IGNORECASE)
_VARIANT = re.compile(r"(?<![\w.,-])(?=[A-Za-z-]{0,20}\d)(?=[\d-]{0,20}[A-Za-z])[A-Za-z\d-]{2,30}(?![\w.%×])")
_WORDS = re.compile(r"[a-z][\w-]{1,40}")
_COPIED, _CLOSE = 85, 75
"""The similarity (0 to 100), without figures, from which a sentence is a copy of another, and from which it says the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    """An entry's texts, parsed once: quantities, figures by sentence, the text without thousands separators."""

    where: str
    text: str
    quantities: tuple[Quantity, ...]
    measured: tuple[tuple[str, Figure], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """One sentence of what was read, with its figures; `where` is the item and the heading.

    Of a table it is the names of row and column and the value; `subject` has the words that only this row is named by.
    """

    sentence: str
    figures: tuple[Figure, ...]
    where: str
    subject: frozenset[str] = frozenset()


def number(case: ReportContext) -> Iterator[Finding]:
    """Look for each figure claimed for a thing in the thing's text: `3x`, `3×` and `threefold` are one.

    The summary or abstract first, then what was read of the thing: there a sentence must have the figure with its metric and
    unit. Rounding is forgiven. A figure that the texts lack is unverified; a warning where the abstract has another figure for
    the same metric, or a like sentence of the text; an error where the sentence is the source's own but for the figure.
    """
    yield from (one for one in _judged(case) if isinstance(one, Finding))


def verified(case: ReportContext) -> Iterator[Verified]:
    """Show the figures that no abstract has, and that stand in what was read, each with the sentence."""
    yield from (one for one in _judged(case) if isinstance(one, Verified))


def _judged(case: ReportContext) -> Iterator[Finding | Verified]:
    metrics = case.metrics
    if metrics is None:
        return
    for entry in case.document.entries:
        claimed = [found for line in entry.lines if line.label in _LABELS for found in _claimed(line, metrics)]
        source = _source(case, entry, metrics) if claimed else None
        left = [one for one in claimed if source is None or not _stands(*one[1:], source)]
        read = _read(case, entry, metrics) if left else ()
        if left and source is None and not read:
            words = ", ".join(dict.fromkeys(figure.value for _, _, figure in claimed))
            yield flag(
                Severity.UNVERIFIED,
                entry,
                f"{entry.title}: {words}",
                "the store has no text of this thing",
                advice="look the figures up in the source",
            )
            continue
        for line, sentence, figure in left:
            yield (
                _found(line, sentence, figure, read)
                or _differs(line, sentence, figure, read)
                or _absent(line, sentence, figure, source)
            )


def _claimed(line: Line, metrics: Metrics) -> Iterator[tuple[Line, str, Figure]]:
    for sentence in sentences(line.text.split(QUOTED)[0]):
        for figure in figures.find(sentence, metrics):
            yield line, sentence, figure


def _source(case: ReportContext, entry: ReportEntry, metrics: Metrics) -> _Source | None:
    """Join the texts of all that the entry links to; None where no reference has a stored text."""
    things = dict.fromkeys(identify(link.url) for line in entry.lines for link in line.links)
    seen = [one for thing in things if thing and (one := case.item(thing)) and one.item.summary]
    if not any((one := case.item(identify(link.url))) and one.item.summary for link in entry.references):
        return None
    text = "\n\n".join(f"{one.item.title}.\n\n{one.item.summary}" for one in seen)
    parts = sentences(text)
    return _Source(
        where=", ".join(one.item.id for one in seen),
        text=re.sub(r"(?<=\d),(?=\d{3}\b)", "", text),
        quantities=tuple(quantity for part in parts for quantity in quantities(part, metrics.notation)),
        measured=tuple((part, figure) for part in parts for figure in figures.find(part, metrics)),
    )


def _read(case: ReportContext, entry: ReportEntry, metrics: Metrics) -> tuple[_Read, ...]:
    """Return the sentences with figures of what was read of all that the entry links to, but for parts on others' work."""
    things = dict.fromkeys(identify(link.url) for line in entry.lines for link in line.links)
    seen = dict.fromkeys(one.item.id for thing in things if thing and (one := case.item(thing)))
    texts = {id_: text for id_ in seen if (text := case.evidence.text(id_))}
    prose = (
        _Read(sentence=sentence, figures=measured, where=", ".join(filter(None, (id_, heading))))
        for id_, text in texts.items()
        for heading, words in own_parts(text)
        for sentence in sentences(words)
        if (measured := figures.find(sentence, metrics))
    )
    return (*prose, *(one for id_, text in texts.items() for one in _of_tables(id_, text, metrics)))


def _of_tables(id_: str, text: ParsedText, metrics: Metrics) -> Iterator[_Read]:
    """Yield the values of a text's tables that header and row name beyond doubt."""
    for table in own_tables(text):
        found = list(cells(table.text, metrics))
        words = {one.row: frozenset(_WORDS.findall(fold(one.row))) for one in found}
        for one in found:
            shown = f"{one.row}, {one.column}: {one.value}"
            model = metrics.model_words.search(one.row)
            start = len(shown) - len(one.value)
            figure = figures.Figure(
                value=one.value, low=one.low, high=one.low, unit=one.unit, metric=one.metric, direction="none",
                model=model[0] if model else "", start=start, end=len(shown),
            )  # fmt: skip
            others = frozenset[str]().union(*(said for row, said in words.items() if row != one.row))
            where = ", ".join(filter(None, (id_, table.heading)))
            yield _Read(sentence=shown, figures=(figure,), where=where, subject=words[one.row] - others or frozenset({""}))


def _found(line: Line, sentence: str, figure: Figure, read: Sequence[_Read]) -> Verified | None:
    """Return the sentence of what was read that has a figure, with its metric and unit, and under no other conditions."""
    about = bool(_ABOUT.search(sentence[: figure.start]))
    said = frozenset(_WORDS.findall(fold(sentence)))
    for one in read:
        for found in one.figures if not one.subject or one.subject & said else ():
            ends = (found.low, found.high)
            equal = all(any(_equal(value, end, figure, about=about) for end in ends) for value in _ends(figure))
            if equal and _same_measure(figure, found) and _same_conditions(sentence, figure, one.sentence, found):
                claim = f"{figure.metric}: {figure.value}"
                return Verified(line=line.line, claim=claim, sentence=one.sentence, where=one.where, entry=line.entry)
    return None


def _differs(line: Line, sentence: str, figure: Figure, read: Sequence[_Read]) -> Finding | None:
    """Return what a like sentence of what was read says instead."""
    near = [
        (likeness, one, found)
        for one in read
        for found in one.figures
        if not one.subject
        and comparable(sentence, figure, one.sentence, found)
        and (likeness := _bare_likeness(sentence, one.sentence)) >= _CLOSE
    ]
    if not near:
        return None
    likeness, one, found = max(near, key=lambda three: three[0])
    return flag(
        Severity.ERROR if likeness >= _COPIED else Severity.WARNING,
        line,
        f"{figure.metric}: {figure.value}",
        f"what was read says {found.value} for {figure.metric}: “{one.sentence}”",
        one.where,
        "correct the figure" if likeness >= _COPIED else "look it up",
    )


def _stands(sentence: str, figure: Figure, source: _Source) -> bool:
    """Say whether the source has the figure: the same quantity, or else the same digits."""
    about = bool(_ABOUT.search(sentence[: figure.start]))
    ends = [(end, quantity.unit) for quantity in source.quantities for end in (quantity.low, quantity.high)]
    digits = re.findall(r"\d+(?:\.\d+)?", figure.value.replace(",", ""))
    if all(
        any(_equal(value, end, figure, about=about) and _units(figure.unit, unit) for end, unit in ends)
        for value in _ends(figure)
    ):
        return True
    return bool(digits) and all(re.search(rf"(?<![\d.]){re.escape(digit)}(?!\d|\.\d)", source.text) for digit in digits)


def agree(one: Figure, other: Figure) -> bool:
    """Say whether two figures have the same ends, in the same unit."""
    known = _ends(other)
    return _units(one.unit, other.unit) and all(any(_equal(end, own, one, about=False) for own in known) for end in _ends(one))


def _ends(figure: Figure) -> set[float]:
    return {figure.low, figure.high}


def _equal(claimed: float, known: float, figure: Figure, *, about: bool) -> bool:
    """Say whether two values are equal: rounded to the claim's digits (x and % only), or within 5 % after `about`."""
    if claimed == known or abs(claimed - known) <= abs(known) * (0.05 if about else 1e-6):
        return True
    written = re.search(r"\d+(?:\.(\d+))?", figure.value)
    return written is not None and figure.unit in ("x", "%") and round(known, len(written[1] or "")) == claimed


def _units(one: str, other: str) -> bool:
    return one == other or {one, other} <= {"%", "points", ""}


def _absent(line: Line, sentence: str, figure: Figure, source: _Source | None) -> Finding:
    measured = source.measured if source else ()
    same = [(part, found) for part, found in measured if comparable(sentence, figure, part, found)]
    copied = [found for part, found in same if _bare_likeness(sentence, part) >= _COPIED]
    values = " and ".join(dict.fromkeys(found.value for _, found in same[:3]))
    severity = Severity.ERROR if copied else Severity.WARNING if same else Severity.UNVERIFIED
    return flag(
        severity,
        line,
        f"{figure.metric}: {figure.value}",
        f"the text says {values} for {figure.metric}: “{_nearest(sentence, same)}”"
        if same
        else "the text in the store has no such figure",
        source.where if source else "",
        "correct the figure" if copied else "look it up, and link where it stands",
    )


def comparable(sentence: str, figure: Figure, part: str, found: Figure) -> bool:
    """Say whether two figures are of one metric and of one variant, and differ: a range has what lies in it."""
    if found.unit != figure.unit or not _same_measure(figure, found):
        return False
    if found.low < found.high and found.low <= figure.low and figure.high <= found.high:
        return False
    one, other = fold(figure.baseline), fold(found.baseline)
    return (not one or not other or one == other) and _same_conditions(sentence, figure, part, found)


def _same_measure(figure: Figure, found: Figure) -> bool:
    """Say whether two figures are of one metric, unit and direction."""
    directions = {figure.direction, found.direction} - {"none"}
    return found.metric == figure.metric and _units(figure.unit, found.unit) and len(directions) < 2


def _same_conditions(sentence: str, figure: Figure, part: str, found: Figure) -> bool:
    """Say whether no model, hardware or variant beside two figures tells them apart."""
    conditions = ((figure.hardware, found.hardware), (figure.model, found.model))
    if any(one and other and fold(one) != fold(other) for one, other in conditions):
        return False
    one, other = _variants(sentence, figure), _variants(part, found)
    return not one or not other or bool(one & other)


def _variants(sentence: str, figure: Figure) -> set[str]:
    """Return the names with a digit beside a figure: `2-bit`, `8B`, `H100`. They tell one variant from another."""
    near = f"{sentence[max(0, figure.start - 60) : figure.start]} {sentence[figure.end : figure.end + 60]}"
    return {fold(word) for word in _VARIANT.findall(near)}


def _nearest(sentence: str, same: Sequence[tuple[str, Figure]]) -> str:
    return max((part for part, _ in same), key=lambda part: fuzz.token_set_ratio(sentence, part))


def _bare_likeness(one: str, other: str) -> float:
    """Return the similarity (0 to 100) of two sentences without figures."""
    return fuzz.token_sort_ratio(*(fold(re.sub(r"[~≈]?\d[\d.,]*\s?[%×x]?", " ", text)) for text in (one, other)))
