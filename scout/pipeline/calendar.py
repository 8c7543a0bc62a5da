"""Which source was seen for which day: coverage as a calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from itertools import groupby
from typing import TYPE_CHECKING

from scout.model import SEEN, Interval, Result, Window
from scout.pipeline.shortlist import with_its_options
from scout.sources import intervals
from scout.store import open_store, runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path

    from scout.model import Outcome
    from scout.sources.workspace import ConfiguredSource, Workspace


class Sight(StrEnum):
    """What is known of a source and a day.

    Seen: silence means that there was nothing. Partly: a part of the day was read, or an answer lacked something.
    """

    SEEN = "seen"
    PARTLY = "partly"
    NOT_SEEN = "not seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceDays:
    """One source, what is known of each day, the same as spans in order, and what its last answer was where that was none."""

    source: str
    kind: str
    days: tuple[Sight, ...]
    spans: tuple[tuple[Sight, date, date], ...]
    why: str = ""


def calendar(path: Path, workspace: Workspace, window: Window) -> tuple[SourceDays, ...]:
    """Return the days of a window for each source of feeds.yaml, by what it answered with the options that it has now."""
    with open_store(path) as store:
        outcomes = runs.for_coverage(store, [one.source.name for one in workspace.sources], window)
        read_with = runs.readings(store)
    return tuple(_days(one, outcomes[one.source.name], read_with.get(one.source.name), window) for one in workspace.sources)


def _days(one: ConfiguredSource, outcomes: Sequence[Outcome], reading: tuple[str, datetime] | None, window: Window) -> SourceDays:
    told = with_its_options(one, outcomes, reading)
    seen = intervals.union(outcome.covers for outcome in told if outcome.covers and outcome.result in SEEN)
    partly = [outcome.covers for outcome in told if outcome.covers and outcome.result is Result.PARTIAL]
    days = [window.since + timedelta(days=number) for number in range(window.days)]
    sights = tuple(_sight(Window(since=day, until=day), seen, partly) for day in days)
    spans = []
    for sight, group in groupby(zip(sights, days, strict=True), key=lambda pair: pair[0]):
        own = [day for _, day in group]
        spans.append((sight, own[0], own[-1]))
    return SourceDays(source=one.source.name, kind=one.kind, days=sights, spans=tuple(spans), why=_why(one, outcomes, told))


def _sight(day: Window, seen: Sequence[Interval], partly: Sequence[Interval]) -> Sight:
    if any(span.covers(day) for span in seen):
        return Sight.SEEN
    touched = any(span.start < day.end and span.end > day.start for span in (*seen, *partly))
    return Sight.PARTLY if touched else Sight.NOT_SEEN


def _why(one: ConfiguredSource, outcomes: Sequence[Outcome], told: Sequence[Outcome]) -> str:
    if one.source.pause:
        return "paused in feeds.yaml"
    if not outcomes:
        return "never asked"
    if outcomes[-1].result not in SEEN:
        return f"{outcomes[-1].result}: {outcomes[-1].why}"
    return "" if told else "its options have changed since it was last asked, or its answers cover no days"
