"""Sentences that are evidence, each with the address that opens at it: for exports and for agents."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scout.draft import DraftInput
from scout.draft.entry import evidence_of
from scout.draft.full_text import evidence_in
from scout.draft.readings import opening
from scout.figures import evidence
from scout.model.reading import Passage
from scout.pipeline.draft import readings_of
from scout.store import open_store

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scout.figures import Evidence, Metrics
    from scout.model import Item, Shortlist
    from scout.model.reading import Reading
    from scout.sources.workspace import Workspace


def of_item(item: Item, reading: Reading | None, metrics: Metrics | None) -> tuple[Evidence, tuple[Passage, ...]]:
    """Return the evidence in what was read of an item, else in its source's words, and its sentences."""
    if reading is None or reading.text is None or not reading.text.sections:
        said = evidence(item.summary, metrics)
        return said, _passages(said, None)
    said = evidence_in(reading.text, metrics)
    return said, _passages(said, reading)


def of_entries(path: Path, workspace: Workspace, chosen: Shortlist, *, as_of: date | None) -> dict[str, tuple[Passage, ...]]:
    """Return what a draft would quote of what was read for each of its entries, by the entry's item."""
    kept = [one for one in chosen.candidates if one.kept]
    with open_store(path) as store:
        read = readings_of(store, kept, as_of)
    inputs = DraftInput(
        window=chosen.window,
        wording=workspace.config.report,
        shortlist=chosen,
        topics=workspace.config.topics,
        metrics=workspace.config.metrics,
        readings=read,
    )
    found = {}
    for one in kept:
        said, _, reading = evidence_of(one, inputs)
        if reading is not None:
            found[one.item.id] = _passages(said, reading)
    return found


def _passages(said: Evidence, reading: Reading | None) -> tuple[Passage, ...]:
    return tuple(
        Passage(sentence=quote.sentence, section=quote.section, url=opening(quote, reading) if reading else "")
        for quote in said.quotes
    )
