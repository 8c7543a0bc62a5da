"""A window's candidates for a page: those asked for, each with the evidence that a draft would quote."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.draft import DraftInput
from scout.draft.entry import evidence_of, reason_of
from scout.pipeline import mark
from scout.pipeline.shortlist import select_from
from scout.store import open_store, readings

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from scout.figures.evidence import Evidence
    from scout.model import Candidate, Item, Shortlist, Window
    from scout.pipeline.mark import MarkedItem
    from scout.sources.workspace import Workspace

A_PAGE = 25
"""How many candidates a page has."""
UNMARKED = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """One candidate with its evidence, the item whose text that is, and the reason of the verdict on it."""

    candidate: Candidate
    evidence: Evidence
    source: Item
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WeekPage:
    """One page of the candidates that pass the filters, of `found` in all; `choices` are the values of each filter.

    `marked` is what stands marked and is in no report yet, candidates or not, the latest first.
    """

    shortlist: Shortlist
    shown: tuple[Shown, ...]
    found: int
    page: int
    pages: int
    choices: Mapping[str, tuple[str, ...]]
    marked: tuple[MarkedItem, ...]


def week_page(path: Path, workspace: Workspace, window: Window, *, wanted: Mapping[str, str], page: int = 1) -> WeekPage:
    """Return a page of a window's candidates. `wanted` are values of `values`, by name; an empty one wants all."""
    with open_store(path) as store:
        chosen = select_from(store, workspace, window, limit=None, as_of=None).shortlist
        found = [one for one in chosen.candidates if _passes(one, wanted)]
        pages = max(1, -(-len(found) // A_PAGE))
        page = min(max(page, 1), pages)
        here = found[(page - 1) * A_PAGE : page * A_PAGE]
        read = readings.of_items(store, {one.item.id for candidate in here for one in (candidate.tracked, *candidate.companions)})
    inputs = DraftInput(
        window=window,
        wording=workspace.config.report,
        shortlist=chosen,
        topics=workspace.config.topics,
        metrics=workspace.config.metrics,
        readings=read,
    )
    return WeekPage(
        shortlist=chosen,
        shown=tuple(_shown(one, inputs) for one in here),
        found=len(found),
        page=page,
        pages=pages,
        choices=_choices(chosen.candidates),
        marked=tuple(one for one in reversed(mark.marked(path)) if one.entry is None),
    )


def values(one: Candidate) -> dict[str, tuple[str, ...]]:
    """Return what a candidate can be filtered by."""
    return {
        "section": (str(one.section),),
        "kind": (str(one.item.kind),),
        "status": (str(one.status),),
        "source": one.tracked.sources,
        "mark": (str(one.mark.decision) if one.mark else UNMARKED,),
    }


def _passes(one: Candidate, wanted: Mapping[str, str]) -> bool:
    has = values(one)
    return all(not value or value in has.get(name, ()) for name, value in wanted.items())


def _choices(candidates: Sequence[Candidate]) -> dict[str, tuple[str, ...]]:
    found: dict[str, set[str]] = {}
    for one in candidates:
        for name, has in values(one).items():
            found.setdefault(name, set()).update(has)
    return {name: tuple(sorted(has, key=str.lower)) for name, has in found.items()}


def _shown(one: Candidate, inputs: DraftInput) -> Shown:
    said, source, reading = evidence_of(one, inputs)
    return Shown(candidate=one, evidence=said, source=source, reason=reason_of(said, source, reading, inputs))
