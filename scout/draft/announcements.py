"""Propose one entry for announcements of several sources in one window (four labs' new models). Only a proposal."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scout.draft.escape import joined
from scout.draft.labels import titled
from scout.draft.negatives import Group
from scout.model import Kind, Status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from scout.model import Candidate

LEAST_HOUSES = 3
MOST = 8
LONGEST = 9
"""The most words in an announcement's title."""
_RELEASE = re.compile(r"(?i)^(?:introducing|announcing|releasing|launching|meet|we are releasing)\b")
_MODEL = re.compile(r"^(?:[A-Z][\w’'-]*\s){1,3}v?\d+(?:\.\d+)*(?:\s[A-Z]\w*){0,2}$")
_VERSION = re.compile(r"\b(?:v?\d+(?:\.\d+)+|\d+(?:\.\d+)?[BT]|[A-Z]\w*[ -]?\d+(?:\.\d+)?)\b")


def announces(title: str) -> bool:
    """Say whether a title announces a version: `Introducing Maple 3`, or only its name, `Maple Large 3.1`."""
    short = len(title.split()) <= LONGEST
    return short and bool(_MODEL.match(title) or (_RELEASE.match(title) and _VERSION.search(title)))


def find(candidates: Sequence[Candidate]) -> tuple[Candidate, ...]:
    """Return the announcements in the window, at most eight, if at least three sources have one."""
    found = [
        one
        for one in candidates
        if one.status is Status.IN_WINDOW and one.item.kind is Kind.POST and announces(one.item.title) and one.tracked.watched
    ]
    houses = {one.tracked.sources[0] for one in found if one.tracked.sources}
    return tuple(found[:MOST]) if len(houses) >= LEAST_HOUSES else ()


def propose(family: Sequence[Candidate]) -> tuple[Group, ...]:
    """Return the group that proposes these candidates as one entry of A, if any."""
    if not family:
        return ()
    line = joined((titled(thing) for one in family for thing in (one.tracked, *one.companions)), " · ")
    return (Group(name="Could be one entry of A: announcements of several houses", lines=(line,), of=len(family)),)
