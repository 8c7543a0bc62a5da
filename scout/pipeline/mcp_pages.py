"""Keep an answer to an agent within bounds: a page of it, and a cursor for the rest. Pure."""

from __future__ import annotations

import json
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from scout.errors import UsageError
from scout.text import clean, shorten, visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Answer = dict[str, Any]

MOST = 12_000
"""How many characters an answer has as JSON."""
MOST_HEAD, MOST_ELEMENT = 8_000, 3_000
"""Of these, how many what stands beside a list or a text may take, and how many one element of a list."""
MOST_REASONS, MOST_LISTED = 10, 12
"""How many reasons an answer gives, and how many parts one element of a list has."""
LENGTHS = (500, 200, 80, 20)
"""At how many characters a string is cut; at the next shorter length where that is not enough."""
SUMMARIES = 4
"""A summary may have so many times as many: where nothing was read, it is the only text there is."""
REST = "there is more: ask again with the cursor"
_MARGIN = 200
"""The room that the cursor and the last reason take."""


def answer(why: Sequence[str] = (), **parts: Any) -> Answer:
    """Return an answer with the reasons why it is not all that there is."""
    told = list(why[:MOST_REASONS])
    if len(why) > MOST_REASONS:
        told.append(f"and {len(why) - MOST_REASONS} more")
    return {"complete": not why, "why": _bounded(told, MOST_HEAD // 4), "cursor": "", **_bounded(parts, MOST_HEAD * 3 // 4)}


def paged(told: Answer, key: str, whole: Sequence[Mapping[str, Any]], cursor: str) -> Answer:
    """Add as many elements of a list as there is room for, from the cursor on."""
    bounded = [_bounded(one, MOST_ELEMENT) for one in whole]
    start, mark = _place(cursor, bounded)
    room = MOST - _MARGIN - _size(told | {key: []})
    taken: list[Any] = []
    for one in bounded[start:]:
        room -= _size(one) + 2
        if room < 0:
            break
        taken.append(one)
    return _with_cursor(told | {key: taken}, start + len(taken), len(whole), mark)


def paged_text(told: Answer, text: str, cursor: str) -> Answer:
    """Add as much of a text as there is room for, from the cursor on, to the end of a line where one is near."""
    whole = visible(text)
    start, mark = _place(cursor, whole)
    told = told | {"characters": len(whole), "text": ""}
    room = MOST - _MARGIN - _size(told)
    piece = whole[start : start + room]
    while (size := _size(piece) - 2) > room:  # a line break or a quotation mark takes two characters
        piece = piece[: len(piece) - max(1, (size - room) // 2)]
    if start + len(piece) < len(whole) and (end := piece.rfind("\n") + 1) > len(piece) // 2:
        piece = piece[:end]
    return _with_cursor(told | {"text": piece}, start + len(piece), len(whole), mark)


def _with_cursor(told: Answer, end: int, total: int, mark: str) -> Answer:
    if end >= total:
        return told
    return told | {"complete": False, "why": [*told["why"], REST], "cursor": f"{end}-{mark}"}


def _place(cursor: str, whole: object) -> tuple[int, str]:
    """Return where a cursor stands, and the mark of what it is a cursor of; UsageError where that is something else."""
    mark = sha256(json.dumps(whole, sort_keys=True).encode()).hexdigest()[:12]
    place, _, of = cursor.partition("-")
    if not cursor:
        return 0, mark
    if of != mark or not (place.isascii() and place.isdecimal()):
        raise UsageError("cursor: it is of another answer, or what was answered has changed since; ask again without it")
    return int(place), mark


def _size(value: object) -> int:
    return len(json.dumps(value, ensure_ascii=False))


def _bounded(value: Any, most: int) -> Any:
    """Return a value with its strings on one line, cut as far as it must be for the whole to have at most `most` characters."""
    cut = _cut(value, LENGTHS[0])
    for longest in LENGTHS[1:]:
        if _size(cut) <= most:
            break
        cut = _cut(value, longest)
    return cut


def _cut(value: Any, longest: int) -> Any:
    match value:
        case str():
            return shorten(clean(value), longest)
        case dict():
            return {key: _cut_part(key, inner, longest) for key, inner in value.items()}
        case list() | tuple():
            return [_cut(inner, longest) for inner in value[:MOST_LISTED]]
        case _:
            return value


def _cut_part(key: str, value: Any, longest: int) -> Any:
    """Cut what stands under a key; an address that is too long is left out, for half of one leads elsewhere."""
    if key == "url":
        return value if len(value) <= LENGTHS[0] and value == clean(value) else ""
    return _cut(value, longest * SUMMARIES if key == "summary" else longest)
