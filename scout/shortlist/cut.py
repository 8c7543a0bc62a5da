"""Families in their order, and the line below which nothing becomes an entry."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import TYPE_CHECKING

from scout.model import Section, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scout.model import Candidate, Window

NEAR = 0.9
"""What scores at least this share of the last place inside the target comes in too,"""
STRETCH = 1.5
"""up to this many times the target."""
MOST = 24
"""Entries of one report, however long the window: more is a dump."""


def draw(candidates: Sequence[Candidate], window: Window, target: int) -> tuple[tuple[Candidate, ...], str]:
    """Mark what is kept, and say in words why the line falls where it does.

    The target is for a week. Each of the sections A and B has half of it, because a post's title cannot score as a paper's
    abstract does; what one does not use goes to the other.
    """
    weeks = max(1, round(window.days / 7))
    aim = min(max(1, target) * weeks, MOST)
    able = {
        section: [c for c in candidates if c.section is section and c.reasons and c.score > 0 and c.status is not Status.AFTER]
        for section in (Section.A, Section.B)
    }
    first = min(len(able[Section.A]), max(aim - aim // 2, aim - len(able[Section.B])))
    places = {Section.A: first, Section.B: min(len(able[Section.B]), aim - first)}
    inside = {c.item.id for section, place in places.items() for c in able[section][:place]}
    close: list[Candidate] = []
    for section, place in places.items():
        if place:
            line = NEAR * able[section][place - 1].score
            close += [c for c in able[section][place:] if c.score >= line]
    room = min(MOST, math.ceil(aim * STRETCH)) - len(inside)
    close = sorted(close, key=lambda c: c.rank)[: max(0, room)]
    inside |= {c.item.id for c in close}
    goal = f"the target of {target} a week" if weeks > 1 else f"the target of {target}"
    if not inside:
        return tuple(replace(c, kept=False) for c in candidates), "nothing scored, so nothing is kept"
    words = f"{goal} gives {aim} places for {weeks} {'week' if weeks == 1 else 'weeks'}, half of them for each section"
    scored = sum(map(len, able.values()))
    if scored <= aim:
        words += f"; only {scored} {'candidate' if scored == 1 else 'candidates'} scored"
    elif close:
        words += f"; {len(close)} more {'scores' if len(close) == 1 else 'score'} within a tenth of the last place"
    lowest = [min(c.score for c in able[s] if c.item.id in inside) for s in places if any(c.item.id in inside for c in able[s])]
    words += f"; the line is at {' and '.join(f'{value:.1f}' for value in lowest)} points"
    return tuple(replace(c, kept=c.item.id in inside) for c in candidates), words
