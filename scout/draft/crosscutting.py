"""Gather hints for the cross-cutting observations: rising terms, shared topics, differing figures."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.draft import votes
from scout.draft.escape import Markdown, joined, link, slot, within
from scout.figures import find
from scout.model import RESERVED
from scout.shortlist.audit import Fate
from scout.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scout.draft.inputs import DraftInput
    from scout.draft.trends import Rise
    from scout.figures import Figure, Metrics
    from scout.model import Candidate, Item
    from scout.shortlist.audit import MissedItem

NAMED = 8
"""Up to how many entries are listed by number."""
SHARED, RISES, DISAGREEING = 6, 8, 6
MISSED = 3
"""How many choices of others that the report does not have are named."""
_READ = 20_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Crosscutting:
    """The hints; `why_no_rising` says why no term is listed (none rose, or nothing to compare with)."""

    slot: Markdown
    rising: tuple[Markdown, ...]
    why_no_rising: str
    themes: tuple[Markdown, ...]
    disagreements: tuple[Markdown, ...]
    missed: tuple[Markdown, ...]


def build_observations(inputs: DraftInput, numbered: Sequence[Candidate]) -> Crosscutting:
    """Gather the hints; entries are numbered from 1 in the order given."""
    rising = inputs.rising
    rises = list(rising.rises)[:RISES] if rising else []
    return Crosscutting(
        slot=slot("observations"),
        rising=tuple(_rise(rise) for rise in rises),
        why_no_rising=(rising.why or ("" if rises else "no term rose")) if rising else "the weeks before were not compared",
        themes=tuple(_themes(numbered)),
        disagreements=tuple(_disagreements(numbered, inputs.metrics)) if inputs.metrics else (),
        missed=tuple(_missed(one) for one in inputs.missed if one.fate not in (Fate.OLD, Fate.MARKED))[:MISSED],
    )


def _missed(one: MissedItem) -> Markdown:
    named = link(one.title or one.id, one.url) if one.url else within(one.title or one.id)
    return Markdown(f"{named}: {within(one.why)}; {votes.told(one.votes)}")


def _rise(rise: Rise) -> Markdown:
    against = (
        f"{rise.before} in the eight weeks before, {rise.ratio:.1f} times the weekly rate"
        if rise.before
        else "none in the eight weeks before"
    )
    shown = f" E.g. {joined((f'“{title}”' for title in rise.examples), '; ')}." if rise.examples else ""
    return Markdown(f"{within(rise.term)}: {rise.now} items ({against}).{shown}")


def _themes(numbered: Sequence[Candidate]) -> Iterable[Markdown]:
    shared: dict[str, list[int]] = {}
    for number, candidate in enumerate(numbered, 1):
        for topic in dict.fromkeys(reason.topic for reason in candidate.reasons if reason.topic not in RESERVED):
            shared.setdefault(topic, []).append(number)
    several = [(topic, entries) for topic, entries in shared.items() if len(entries) > 1]
    for topic, entries in sorted(several, key=lambda pair: (-len(pair[1]), pair[0]))[:SHARED]:
        which = (
            f"entries {', '.join(map(str, entries))}" if len(entries) <= NAMED else f"{len(entries)} of {len(numbered)} entries"
        )
        yield Markdown(f"{within(topic)}: {which}")


def _disagreements(numbered: Sequence[Candidate], metrics: Metrics) -> Iterable[Markdown]:
    """Find one metric in one unit with different highest values in two texts of the same entry."""
    found = 0
    for number, candidate in enumerate(numbered, 1):
        told: dict[tuple[str, str, str], list[tuple[Item, Figure]]] = {}
        for item in (candidate.item, *(one.item for one in candidate.companions)):
            for key, figure in _highest(item, metrics).items():
                told.setdefault(key, []).append((item, figure))
        for (metric, _, _), pairs in sorted(told.items(), key=lambda pair: pair[0]):
            if len({figure.high for _, figure in pairs}) > 1 and found < DISAGREEING:
                found += 1
                said = joined((f"{figure.value} in “{item.title}”" for item, figure in pairs), "; ")
                yield Markdown(f"entry {number}, {within(metric)}: {said}")


def _highest(item: Item, metrics: Metrics) -> dict[tuple[str, str, str], Figure]:
    best: dict[tuple[str, str, str], Figure] = {}
    for sentence in sentences(item.summary[:_READ]):
        for figure in find(sentence, metrics):
            key = (figure.metric, figure.unit, figure.direction)
            if key not in best or figure.high > best[key].high:
                best[key] = figure
    return best
