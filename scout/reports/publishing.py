"""Make the published report of a draft that a person has filled in: no scaffolding, entries numbered through, counts right.

What a person wrote stays as it is, but for the numbers by which it points to entries. Publishing twice is publishing once. Pure.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.reports import reference_list, size
from scout.reports.document import parse_report
from scout.reports.pointers import pointers
from scout.reports.scaffold import LINE_ENDS, SEALS, SLOTS, evidence_blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scout.reports.document import Document

_NUMBER = re.compile(r"^(\s*#{1,6}[^\d\n]{0,20}?)(\d{1,3})")
_LABEL = re.compile(r"\s*(?:[-*+]\s+)?(?:\*\*)?[^:*]{0,60}(?:\*\*)?:?(?:\*\*)?\s*")
_OPENS_A_BLOCK = re.compile(r"\s*(?:[-*+]\s|\d+[.)]\s|#|---|$)")
_NOTHING_KEPT = re.compile(r"Nothing was kept for this section this (?:week|period)\.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What stands in the way of publishing, and the line of the draft."""

    line: int
    words: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PublishedReport:
    """A report's text, what stands in its way, and what a person should know of it.

    `origin` has for each line of the text its line in the draft, or 0 for a line that was made.
    """

    text: str
    origin: tuple[int, ...]
    problems: tuple[Problem, ...] = ()
    notes: tuple[str, ...] = ()


Lines = list[str | None]
"""The draft's lines, None where one is left out: each keeps its place, so that the parsed report's line numbers hold."""


def publish(draft: str) -> PublishedReport:
    """Return what is to be published of a draft."""
    end = "\r\n" if "\r\n" in draft else "\n"
    source = LINE_ENDS.split(draft)
    document = parse_report(draft)
    lines, problems = _without_scaffolding(source)
    lines, changed, unclear = _renumbered(lines, document)
    lines = size.counted(_without_false_emptiness(lines, document), document)
    rows, notes = reference_list.rebuilt(lines, document)
    return PublishedReport(
        text=end.join(words for _, words in rows),
        origin=tuple(number for number, _ in rows),
        problems=(*problems, *unclear),
        notes=(*changed, *notes),
    )


def _without_scaffolding(source: Sequence[str]) -> tuple[Lines, list[Problem]]:
    """Leave out evidence blocks, the marks and hints of slots and the draft's checksum; an empty slot is left out and told."""
    blocks = evidence_blocks(source)
    lines: Lines = list(source)
    problems = [Problem(line=place + 1, words="a mark of an evidence block without its other half") for place in blocks.single]
    for place in blocks.single:
        lines[place] = None
    for span in blocks.spans:
        _leave_out(lines, span)
    for place, line in enumerate(source):
        if lines[place] is None:
            continue
        if SEALS.fullmatch(line.strip()):
            _leave_out(lines, range(place, place + 1))
        elif SLOTS.search(line):
            left = SLOTS.sub("", line)
            left = left if SLOTS.sub("\0", line)[-1] != "\0" else left.rstrip()
            if _is_empty(left, lines[place + 1 :]):
                problems.append(Problem(line=place + 1, words=f"nobody wrote this: {SLOTS.sub('…', line).strip()}"))
                _leave_out(lines, range(place, place + 1))
            else:
                lines[place] = left
    return lines, sorted(problems, key=lambda problem: problem.line)


def _leave_out(lines: Lines, span: range) -> None:
    """Leave lines out, and one of the empty lines around them, where nothing would run together without it."""
    for place in span:
        lines[place] = None
    before, after = _next(lines, range(span.start - 1, -1, -1)), _next(lines, range(span.stop, len(lines)))
    if before is not None and lines[before] == "" and (after is None or _OPENS_A_BLOCK.match(lines[after] or "")):
        lines[before] = None


def _next(lines: Lines, places: range) -> int | None:
    return next((place for place in places if lines[place] is not None), None)


def _is_empty(line: str, following: Lines) -> bool:
    """Say whether a slot's line has nothing but its label, and no line below that belongs to it."""
    if line.strip() and not _LABEL.fullmatch(line):
        return False
    depth = len(line) - len(line.lstrip())
    below = next((words for words in following if words is not None and words.strip()), "")
    return len(below) - len(below.lstrip()) <= depth


def _renumbered(lines: Lines, document: Document) -> tuple[Lines, list[str], list[Problem]]:
    """Renumber the entries in their order, and let what points to an entry follow it."""
    now = {entry.number: place for place, entry in enumerate(document.entries, 1)}
    twice = {number for number, times in Counter(entry.number for entry in document.entries).items() if times > 1}
    headings = {entry.line: place for place, entry in enumerate(document.entries, 1)}
    if all(number == place for number, place in now.items()) and not twice:
        return lines, [], []
    found: Lines = []
    notes: list[str] = []
    problems: list[Problem] = []
    for number, line in enumerate(lines, 1):
        if line is None or number in headings:
            found.append(_NUMBER.sub(rf"\g<1>{headings[number]}", line) if line is not None else None)
            continue
        words, at = [], 0
        for pointer in pointers(line):
            named = [int(word) for word in re.findall(r"\d+", pointer[0])]
            if lost := [one for one in named if one not in now or one in twice]:
                why = "which of the two is not clear" if lost[0] in twice else "that entry is no longer in the report"
                problems.append(Problem(line=number, words=f"it points to {pointer[0]!r}: {why}"))
                continue
            new = re.sub(r"\d+", lambda word: str(now[int(word[0])]), pointer[0])
            notes += [f"line {number}: {pointer[0]} is now {new}"] if new != pointer[0] else []
            words += [line[at : pointer.start()], new]
            at = pointer.end()
        found.append("".join([*words, line[at:]]))
    return found, notes, problems


def _without_false_emptiness(lines: Lines, document: Document) -> Lines:
    """Leave out the sentence that nothing was kept for a section where it has entries now."""
    filled = {entry.section for entry in document.entries}
    found = list(lines)
    for line in document.lines:
        if line.section in filled and _NOTHING_KEPT.fullmatch(line.passage.text):
            _leave_out(found, range(line.line - 1, line.line))
    return found
