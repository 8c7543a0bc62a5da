"""Distinguish the lines of a report written by a person from those that scout's draft generated.

A draft lists what was not selected (additional context, boundary, late, next week) and earlier entries for comparison. Left
unedited, such a line is no human selection. A report counts as made from a draft if it holds any of `_MARKS`. No I/O.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scout.reports.sections import Line

_MARKS = re.compile(
    r"<!-- drafted by scout\b|<!-- slot: |<!-- /?evidence -->|<!-- scout: seen until "
    r"|none was completed by guessing|the section that its things would stand in"
    r"|\(read over the whole window, nothing in it\)|\(their silence says nothing about the window\)"
    r"|first seen \d{4}-\d\d-\d\d by |in no prior report\): \d|; likeness \d\.\d\d\)"
)
"""Text that only drafts contain: comments, slots and fixed phrases. One match is enough."""
_COMPARISON = re.compile(r"\bNearest (?:earlier|otherwise):")
_COMPARED = re.compile(r"\((?:entry \d+ of|mentioned in|in no report)\b[^()]*\)[;.]?")
_LINK = "\0"
"""Placeholder for a link's text while a line is matched."""
_DATED = rf"{_LINK} \((?:[^()]|\([^()]*\))*\)"
_SEVERAL = rf"{_DATED}(?: · {_DATED})*(?: and \d+ more)?"
_NAMES = r"[^\s,.:;!?—\0]+(?: [^\s,.:;!?—\0]+){0,4}"
_NOTE = rf" — (?:{_NAMES}(?:, {_NAMES})*|update to (?:entry \d+|a mention) of report \d{{4}}-\d\d-\d\d(?:: .*)?)"
_LISTED = re.compile(
    rf"(?:[A-Z]: )?{_SEVERAL}"
    rf"|{_DATED}(?:{_NOTE})?(?:; with {_SEVERAL})?"
    rf"|[^\0]+ \(\d+\): {_LINK}(?: · {_LINK})*"
    rf"|no topic — [^\0]+?: {_SEVERAL}(?:; [^\0]+?: {_SEVERAL})*"
)
"""A generated list line: dated items and their topics; items grouped by topic; items without a topic."""


def drafted(text: str) -> bool:
    """Return whether a report was made from a draft by scout."""
    return bool(_MARKS.search(text))


def listed(line: Line) -> bool:
    """Return whether a line is a generated list line without any added text."""
    text, end, form = line.passage.text, 0, []
    for link in line.links:
        form += [text[end : link.at], _LINK]
        end = link.at + len(link.text)
    return bool(_LISTED.fullmatch("".join([*form, text[end:]]).strip()))


def without_comparison(text: str) -> str:
    """Return an entry's text without the draft's list of earlier entries."""
    begins = _COMPARISON.search(text)
    ends = [one.end() for one in _COMPARED.finditer(text, begins.end())] if begins else []
    return f"{text[: begins.start()]} {text[ends[-1] :]}" if begins and ends else text
