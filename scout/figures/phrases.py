"""Compile a field file's phrases: plain words with a few marks, never regular expressions.

    hit rate          a space is found as a space or a hyphen; `hit~rate` also as nothing, `hit_rate` as a space alone
    cost[s]           in square brackets: may be there or not; `[peak|mean]` offers several
    latenc(y|ies)     in round brackets: one of these
    schedul*          any further letters; a `*` alone is any one word, or none (`* throughput`)
    H##               one digit for each `#`
    hits <in the cache>   in angle brackets: must be beside it, and is not part of the match

Length, optional parts and stars are bounded, so that no text makes matching slow.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

LONGEST = 200
MOST_OPTIONAL = 4
MOST_STARS = 3
NOTHING = "(?!)"
"""A pattern that matches nothing, for an empty list."""
_KIND = r"(?!(?:and|or|the|of|with|in|at|to|by|for|on|than|is|was|its|our|from|over)\b)[a-z]{1,40}"
_GAP = "[- ]"
_MARKS = {"*": r"\w{0,40}", "#": r"\d", "~": "[- ]?", "_": " "}
_OPENS = {"(": ")", "[": "]", "<": ">"}


def check(phrase: str) -> str:
    """Return what is wrong with a phrase, in words; empty if valid."""
    if not phrase.strip():
        return "a phrase may not be empty"
    if len(phrase) > LONGEST:
        return f"a phrase has at most {LONGEST} characters, this one {len(phrase)}: {phrase[:40]}…"
    if phrase.count("[") > MOST_OPTIONAL or phrase.count("*") > MOST_STARS:
        return f"a phrase has at most {MOST_OPTIONAL} optional parts and {MOST_STARS} stars: {phrase!r}"
    return _brackets(phrase)


def _brackets(phrase: str) -> str:
    stack: list[str] = []
    for character in phrase:
        if character in _OPENS:
            stack.append(_OPENS[character])
            if len(stack) > 2:
                return f"brackets stand at most in one other bracket: {phrase!r}"
        elif character in ")]>" and (not stack or stack.pop() != character):
            return f"a bracket {character!r} closes nothing: {phrase!r}"
    return f"a bracket is not closed, {stack[-1]!r} is missing: {phrase!r}" if stack else ""


def any_of(phrases: Iterable[str]) -> str:
    """Return a pattern of these phrases as alternatives, in order, without capturing groups."""
    return "(?:" + ("|".join(pattern(phrase) for phrase in phrases) or NOTHING) + ")"


def pattern(phrase: str) -> str:
    """Return the pattern of one phrase, without boundaries."""
    before, after = "", ""
    parts: list[str] = []
    for part in _split(phrase, " "):
        if part.startswith("<") and part.endswith(">"):
            if parts:
                after = f"(?= {pattern(part[1:-1])})"  # empty: any word
            else:
                before = f"(?<={re.escape(part[1:-1])} )"
        elif part:
            parts.append(part)
    written = ""
    needs_gap = False
    for place, part in enumerate(parts):
        optional = part == "*" or (part.startswith("[") and _closes(part) == len(part) - 1)
        word = _KIND if part == "*" else _group(part[1:-1]) if optional else _word(part)
        if not optional:
            written += (_GAP if needs_gap else "") + word
            needs_gap = True
        elif needs_gap:
            written += f"(?:{_GAP}{word})?"
        else:
            written += f"(?:{word}{_GAP})?" if place < len(parts) - 1 else f"(?:{word})?"
    return before + written + after


def _group(inner: str) -> str:
    return "(?:" + "|".join(pattern(one) for one in _split(inner, "|")) + ")"


def _word(part: str) -> str:
    """Return the pattern of a part that has no spaces outside of brackets."""
    written, at = "", 0
    while at < len(part):
        character = part[at]
        if character in "([":
            end = _closes(part[at:]) + at
            written += _group(part[at + 1 : end]) + ("?" if character == "[" else "")
            at = end
        else:
            written += _MARKS.get(character) or re.escape(character)
        at += 1
    return written


def _closes(text: str) -> int:
    """Return the offset that closes a text's first bracket."""
    depth = 0
    for place, character in enumerate(text):
        depth += (character in "([<") - (character in ")]>")
        if not depth:
            return place
    return len(text) - 1


def _split(text: str, at: str) -> list[str]:
    """Split a text at a character outside of brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "([<") - (character in ")]>")
        if character == at and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts
