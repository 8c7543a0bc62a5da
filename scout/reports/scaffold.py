"""Name the marks of a draft's scaffolding, which no reader of the published report sees: evidence blocks, slots, the checksum.

An evidence block is what stands between two lines that hold nothing but OPEN and CLOSE. Pure.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

LINE_ENDS = re.compile(r"\r\n|\r|\n")
"""Where the parsed report counts a new line."""
OPEN, CLOSE = "<!-- evidence -->", "<!-- /evidence -->"
SLOT, HINT = "<!-- slot: {} -->", "_…to be written: {}_"
ASKS = {
    "summary": "what it is and what it shows, in two or three sentences.",
    "novelty": "high, medium or low, and against what.",
    "impact": "for whom it matters, and how much.",
    "observations": "what the entries say together, against the seeds below.",
}
"""What each slot asks for. Words that a person put into a hint are theirs, so only these are taken out with it."""
_HINTS = "|".join(re.escape(HINT.format(ask)) for ask in ASKS.values())
SLOTS = re.compile(rf"<!-- slot: [\w-]+ -->[ \t]*(?:(?:{_HINTS})[ \t]*)?|(?:{_HINTS})[ \t]*")
"""A slot as the draft writes it, and what may be left of one: its comment or its hint alone."""
SEAL = "<!-- drafted by scout, unedited while the text above has sha256 {} -->"
SEALS = re.compile(r"<!-- drafted by scout\b[^<>]*-->")


@dataclass(frozen=True, slots=True, kw_only=True)
class EvidenceBlocks:
    """The evidence in a text: the spans of its lines, marks included, and the places of marks without their other half."""

    spans: tuple[range, ...]
    single: tuple[int, ...]


def evidence_blocks(lines: Sequence[str]) -> EvidenceBlocks:
    """Find the evidence blocks of a text, by line from 0.

    A block ends at its own mark: one that meets another's opening mark, a heading or the text's end first has lost it, and what
    follows may be a person's.
    """
    spans: list[range] = []
    single: list[int] = []
    opened: int | None = None
    for place, line in enumerate(lines):
        mark = line.strip()
        if mark == CLOSE and opened is not None:
            spans.append(range(opened, place + 1))
            opened = None
        elif mark == CLOSE:
            single.append(place)
        elif opened is not None and (mark == OPEN or line.startswith("#")):
            single.append(opened)
            opened = None
        if mark == OPEN:
            opened = place
    single += [opened] if opened is not None else []
    return EvidenceBlocks(spans=tuple(spans), single=tuple(single))


def without_evidence(text: str) -> str:
    """Return a text with its evidence blocks as empty lines, so that every other line keeps its number."""
    if OPEN not in text:
        return text
    lines = text.split("\n")
    for span in evidence_blocks(lines).spans:
        lines[span.start : span.stop] = [""] * len(span)
    return "\n".join(lines)
