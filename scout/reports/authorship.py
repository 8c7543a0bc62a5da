"""Which words of a report a person wrote, and which scout's own draft put there.

A draft lists what was not chosen (additional context, boundary, late, next week), and names earlier entries to compare with.
Filed untouched, these lines are nobody's choice; what a curator adds to them is. A report is a draft's if it has any mark of one.
Pure.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scout.reports.sections import Line

_MARKS = re.compile(
    r"<!-- drafted by scout\b|<!-- slot: |<!-- /?evidence -->"
    r"|none was completed by guessing|the section that its things would stand in"
    r"|\(read over the whole window, nothing in it\)|\(their silence says nothing about the window\)"
    r"|first seen \d{4}-\d\d-\d\d by |in no prior report\): \d|; likeness \d\.\d\d\)"
)
"""Any of these is left in a draft however much of it was edited: the seal, a slot, or what a draft says in fixed words."""
_COMPARISON = re.compile(r"\bNearest (?:earlier|otherwise):(?:.*?\((?:entry \d+ of|mentioned in|in no report)\b[^()]*\)[;.]?)+")
_LINK = "\0"
"""Stands for a link's text while the form of a line is looked at."""
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
"""A line of a draft's lists: things with their dates, then the topics that they match; things by topic; things without one."""


def drafted(text: str) -> bool:
    """Say whether a report was made from a draft of scout's."""
    return bool(_MARKS.search(text))


def listed(line: Line) -> bool:
    """Say whether a line has the form in which a draft lists things, and nothing that a person added to it."""
    text, end, form = line.passage.text, 0, []
    for link in line.links:
        form += [text[end : link.at], _LINK]
        end = link.at + len(link.text)
    return bool(_LISTED.fullmatch("".join([*form, text[end:]]).strip()))


def without_comparison(text: str) -> str:
    """Return an entry's text without the earlier entries that a draft names to compare with."""
    return _COMPARISON.sub(" ", text)
