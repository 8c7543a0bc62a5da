"""State what a report says of its own size: the entries kept of the target, the items of each group of its context."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.reports.document import Document
    from scout.reports.sections import Line

_TARGET = re.compile(r"Target was ~(\d{1,3}) entries; (?:expanded to (\d{1,3})|(\d{1,3}) kept|none kept)\b")
_GROUP = re.compile(r": (\d{1,5})$")
_MORE = re.compile(r"(\d{1,5}) more(?: below these)?")
_AND_MORE = re.compile(r" and (\d{1,5}) more\b")
_NEXT = re.compile(r"·|; [^;]{1,200}: ")
_COUNTED = ("additional", "boundary", "late", "next")


def kept(target: int, entries: int) -> str:
    """Say how many entries were kept of the target."""
    many = f"expanded to {entries}" if entries > target else f"{entries or 'none'} kept"
    return f"Target was ~{target} entries; {many}"


def counted(lines: Sequence[str | None], document: Document) -> list[str | None]:
    """Correct the counts that the draft stated, where entries and lines were added or taken out. A group without lines goes."""
    found = list(lines)
    main = sum(len(entry.section) == 1 for entry in document.entries)
    for line in document.section("head"):
        place = line.line - 1
        if (words := found[place]) is not None:
            found[place] = _TARGET.sub(lambda stated: _kept(stated, len(document.entries), main), words)
    for head, items in _groups(document):
        place = head.line - 1
        words = found[place]
        if words is not None and _GROUP.search(words):
            found[place] = _GROUP.sub(f": {sum(map(size, items))}", words) if items else None
    return found


def _kept(stated: re.Match[str], whole: int, main: int) -> str:
    number = int(stated[2] or stated[3] or 0)
    return stated[0] if number in (whole, main) else kept(int(stated[1]), whole)


def _groups(document: Document) -> Iterator[tuple[Line, list[Line]]]:
    """Yield the counted groups around the entries, each with the lines below it."""
    lines = [line for line in document.lines if line.section in _COUNTED or (line.passage.level and line.entry is None)]
    for place, line in enumerate(lines):
        passage = line.passage
        if line.section in _COUNTED and passage.kind == "item" and passage.level == 1 and _GROUP.search(passage.text):
            below = []
            for other in lines[place + 1 :]:
                if other.passage.level <= 1:
                    break
                below += [other] if other.passage.kind == "item" else []
            yield line, below


def size(line: Line) -> int:
    """Count the items of one line of a group: those it lists, and those it says it leaves out. A remark's links are none."""
    text = line.passage.text
    if more := _MORE.fullmatch(text):
        return int(more[1])
    listed = text.partition("; with ")[0]
    links = [link for link in line.links if link.at < len(listed)]
    further = sum(bool(_NEXT.search(text[one.at + len(one.text) : two.at])) for one, two in pairwise(links))
    return 1 + further + sum(int(number) for number in _AND_MORE.findall(listed))
