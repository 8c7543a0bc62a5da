"""Say which sections of a text are an evaluation and which tell of others' work, by their headings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scout.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.model.reading import ParsedText, TextSection

READ = 400_000  # characters of a text: ten times a paper; what follows is an appendix of data
_EVALUATION = re.compile(
    r"\b(?:evaluations?|experiments?|experimental|results?|benchmarks?|benchmarking|performance|measurements?|ablations?"
    r"|case stud(?:y|ies)|in production|deployment|end to end|comparison|analysis)\b"
)
"""Headings of the parts in which a work says what it measured."""
_OTHERS = re.compile(r"\b(?:related work|background|preliminar(?:y|ies)|prior work|motivation|future work|references)\b")
"""Headings of the parts in which it says what others measured, or what was wrong before."""


def part(heading: str) -> tuple[bool, bool]:
    """Say whether a heading is of an evaluation, and whether of others' work."""
    folded = fold(heading)
    others = bool(_OTHERS.search(folded))
    return bool(_EVALUATION.search(folded)) and not others, others


def paragraphs(section: TextSection) -> Sequence[str]:
    """Return the paragraphs of a section that are prose: code keeps its lines."""
    return [one for one in section.text.split("\n\n") if "\n" not in one]


def own_parts(text: ParsedText) -> Iterator[tuple[str, str]]:
    """Yield the paragraphs of a text about its own work, each with its heading; no tables, code and parts on others' work."""
    own = (one for one in text.sections if one.kind != "table" and not part(one.heading)[1])
    left = READ
    for section in own:
        for words in paragraphs(section):
            if left <= 0:
                return
            left -= len(words)
            yield section.heading, words


def own_tables(text: ParsedText) -> Iterator[TextSection]:
    """Yield the tables of a text, but for those in parts on others' work."""
    others = False
    for section in text.sections:
        others = part(section.heading)[1] if section.kind == "prose" else others
        if section.kind == "table" and not others:
            yield section


def own_prose(text: ParsedText) -> str:
    """Return what a text says about its own work."""
    return "\n\n".join(words for _, words in own_parts(text))
