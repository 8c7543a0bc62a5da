"""Validate a field file and build its vocabulary: only known keys and units, and phrases within their limits.

Error messages are as for feeds.yaml: the place, and the nearest known name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from typing import TYPE_CHECKING, Any, get_type_hints

from scout.config import options
from scout.errors import ConfigError
from scout.figures import phrases
from scout.figures.vocabulary import UNITS, Metric, Metrics

if TYPE_CHECKING:
    from collections.abc import Iterator

MOST_PHRASES = 2000


def parse(data: object, where: str) -> Metrics:
    """Build the vocabulary of a field file; raises ConfigError with the place and nearest name."""
    found: Metrics = _build(Metrics, data, where)
    for unit in found.quantities.units:
        if unit in (*UNITS, "%", "x", ""):
            raise ConfigError(f"{where}: quantities.units: {unit!r} is a unit that scout knows already; choose another name")
    _measures(found, where)
    count = 0
    for place, phrase in _phrases(found, where):
        count += 1
        if wrong := phrases.check(phrase):
            raise ConfigError(f"{place}: {wrong}")
    if count > MOST_PHRASES:
        raise ConfigError(f"{where}: {count} phrases; more than {MOST_PHRASES} are not read")
    return found


def _measures(found: Metrics, where: str) -> None:
    """Check each metric's name, units and `acts_on` against the file."""
    known = [*UNITS, *found.quantities.units]
    names = [metric.name for metric in found.metrics]
    for i, metric in enumerate(found.metrics):
        here = f"{where}: metrics[{i}] {metric.name!r}"
        if metric.name in names[:i]:
            raise ConfigError(f"{here}: the name is taken by metrics[{names.index(metric.name)}]; names must differ")
        for unit in (*metric.units, *metric.implied):
            if unit not in known:
                raise ConfigError(f"{here}: unknown unit {unit!r}{options.near_miss(unit, known)}")
        for other in metric.acts_on:
            if other not in names:
                raise ConfigError(f"{here}: acts_on: unknown metric {other!r}{options.near_miss(other, names)}")


def _build(cls: type[Any], data: object, where: str) -> Any:
    """Build nested mappings first, so that an error names the inner key."""
    if not isinstance(data, Mapping):
        return options.parse_options(cls, data, where)
    given = dict(data)
    if cls is Metrics and "file" in given:
        raise ConfigError(f"{where}: unknown option 'file'{options.near_miss('file', [f.name for f in fields(cls)][1:])}")
    hints = get_type_hints(cls)
    for name, kind in hints.items():
        if is_dataclass(kind) and given.get(name) is not None:
            given[name] = _build(kind, given[name], f"{where}: {name}")  # type: ignore[arg-type]
        elif name == "metrics" and isinstance(given.get(name), list):
            given[name] = tuple(_build(Metric, one, _where(where, i, one)) for i, one in enumerate(given[name]))
    return options.parse_options(cls, given, where)


def _where(where: str, index: int, entry: object) -> str:
    name = entry.get("name") if isinstance(entry, Mapping) else None
    return f"{where}: metrics[{index}]" + (f" {name!r}" if name else "")


def _phrases(value: object, where: str) -> Iterator[tuple[str, str]]:
    """Yield a vocabulary's phrases as (place, phrase)."""
    if isinstance(value, Metric):
        where = f"{where} {value.name!r}"
    for told in fields(value):  # type: ignore[arg-type]
        held = getattr(value, told.name)
        here = f"{where}: {told.name}"
        if is_dataclass(held):
            yield from _phrases(held, here)
        elif isinstance(held, dict):
            yield from ((f"{here}.{name}", one) for name, written in held.items() for one in written)
        elif told.name == "metrics":
            for i, one in enumerate(held):
                yield from _phrases(one, f"{here}[{i}]")
        elif isinstance(held, tuple) and told.name not in ("units", "implied", "acts_on"):
            yield from ((f"{here}[{i}]", one) for i, one in enumerate(held))
