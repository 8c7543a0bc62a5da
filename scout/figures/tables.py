"""Read the figures of a table, where its header and the row's name say beyond doubt of what they are.

A table is one line a row, cells divided by tabs, the header first (`model.reading.TextSection`). A column counts whose head
names one metric, and a unit of it in brackets (`p99 latency (ms)`) or in each cell (`212 ms`). A row counts that has as many
cells as the header and a name in words that no other row has, and that names no metric. A value counts that is one number. All
else is left: what a span, a second header, a change, a target or two metrics in one head may mean, a reader must see.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.figures import english
from scout.figures.metrics import SentenceReader
from scout.figures.numbers import quantities

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.figures.numbers import Quantity
    from scout.figures.vocabulary import Metric, Metrics

_HEAD = re.compile(r"([^()\[\]]{2,80})[(\[]([^()\[\]]{1,16})[)\]]\s?[↑↓]?")
_NUMBER = re.compile(r"[~≈]?\d[\d,]{0,12}(?:\.\d{1,6})?")
_DOUBT = re.compile(
    r"(?i)\b(?:vs\.?|versus|targets?|budgets?|limits?|goals?|expected|predicted|theoretical|rank|std|dev|var|errors?)\b|[Δ∆±/%+]"
)
"""Words and signs of a head under which no measured level stands, or none of one thing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """One measured value of a table: as written, in base units, with its unit and metric, and the names of row and column."""

    value: str
    low: float
    unit: str
    metric: str
    runtime: bool
    row: str
    column: str


def cells(table: str, metrics: Metrics) -> Iterator[Cell]:
    """Yield the values of a table whose metric, unit and row are named beyond doubt, by row."""
    header, *rows = [[cell.strip() for cell in line.split("\t")] for line in table.split("\n")]
    columns = {place: head for place, name in enumerate(header) if place and (head := _head(name, metrics))}
    told = Counter(header)
    if not columns or not all(header[1:]) or any(told[header[place]] > 1 for place in columns) or _head(header[0], metrics):
        return
    whole = [row for row in rows if len(row) == len(header)]
    names = [_name(row[: min(columns)], metrics) for row in whole]
    often = Counter(names)
    for row, name in zip(whole, names, strict=True):
        for place, (metric, unit) in columns.items() if name and often[name] == 1 else ():
            if q := _value(row[place], unit, metric, metrics):
                column, decides = header[place], metric.decides
                yield Cell(value=q.text, low=q.low, unit=q.unit, metric=metric.name, runtime=decides, row=name, column=column)


def _name(first: Sequence[str], metrics: Metrics) -> str:
    """Return a row's name: the first cells that are words, of no metric; empty where there are none."""
    words = [cell for cell in first if re.search(r"[^\W\d]{2}", cell) and not quantities(cell, metrics.notation)]
    name = " ".join(words)
    return "" if any(True for _ in metrics.terms(name, strong=True)) else name


def _head(name: str, metrics: Metrics) -> tuple[Metric, str] | None:
    """Return the one metric that a head names, and the unit in its brackets, if there is one."""
    split = _HEAD.fullmatch(name)
    words, unit = (split[1], split[2].strip()) if split else (name, "")
    moved = any(how.search(words) for how in (english.LOWER, english.HIGHER, english.BETTER))
    named = {term.metric.name: term.metric for term in SentenceReader(words, metrics).terms if term.strong}
    if len(named) != 1 or moved or _DOUBT.search(words):
        return None
    (metric,) = named.values()
    return metric, unit


def _value(cell: str, unit: str, metric: Metric, metrics: Metrics) -> Quantity | None:
    """Return a cell's one number with the unit of its head or its own, if the metric has that unit."""
    written = f"{cell} {unit}" if unit and _NUMBER.fullmatch(cell) else cell
    written = written.replace(" %", "%").replace(" ×", "×")
    found: Sequence[Quantity] = quantities(written, metrics.notation)
    if len(found) != 1 or found[0].low != found[0].high or found[0].text != written.lstrip("~≈"):
        return None
    fits = (found[0].unit == "%" and "points" in metric.units) or metric.name in metrics.fitting.get(found[0].unit, frozenset())
    return found[0] if fits else None
