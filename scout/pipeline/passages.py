"""What an item says of itself, sentence by sentence, each with an address that opens at it: for exports and for agents."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.draft.full_text import evidence_in
from scout.draft.readings import opening
from scout.figures import evidence

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scout.figures import Evidence, Metrics
    from scout.model import Item
    from scout.model.reading import Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence, verbatim, the heading that it stands under, and the address that opens at it, if there is one."""

    sentence: str
    section: str = ""
    url: str = ""


def passages(
    item: Item, reading: Reading | None, metrics: Metrics | None, *, favour: Iterable[str] = ()
) -> tuple[Evidence, tuple[Passage, ...]]:
    """Return the evidence in what was read of an item, else in its source's words, and its sentences."""
    if reading is None or reading.text is None or not reading.text.sections:
        said = evidence(item.summary, metrics, favour=favour)
        return said, tuple(Passage(sentence=quote.sentence) for quote in said.quotes)
    said = evidence_in(reading.text, metrics, favour=favour)
    return said, tuple(
        Passage(sentence=quote.sentence, section=quote.section, url=opening(quote, reading)) for quote in said.quotes
    )
