"""Name the marks of a draft's scaffolding, which no reader of the published report sees: evidence blocks, slots, the checksum.

An evidence block is what stands between two lines that hold nothing but OPEN and CLOSE. Pure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

OPEN, CLOSE = "<!-- evidence -->", "<!-- /evidence -->"
SLOT = "<!-- slot: {} -->"


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
