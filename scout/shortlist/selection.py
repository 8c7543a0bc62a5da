"""Select the candidates that become entries of the report."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass, replace
from itertools import zip_longest
from typing import TYPE_CHECKING

from scout.model import Kind, Section, Status
from scout.shortlist.section import AUTOMATIC

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scout.model import Candidate, Window

NEAR = 0.9
"""Candidates with at least this share of their half's lowest kept score are kept too, from both halves in turn,"""
STRETCH = 1.5
"""up to this many times the target."""
MOST = 24
"""Most entries of one report, however long the window."""
ONE_SOURCE = 3
"""A source has at most one in this many of the posts' places, and at least one: a busy blog must not fill them."""
EARLIER = 5
"""Boundary candidates have at most one in this many of all places, and at least one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Half:
    """The candidates that are papers, or all others, best first; `spare` are over their share and only fill free places."""

    able: tuple[Candidate, ...]
    spare: tuple[Candidate, ...]
    places: int

    @property
    def inside(self) -> tuple[Candidate, ...]:
        return (*self.able, *self.spare)[: self.places]

    @property
    def line(self) -> float:
        """The lowest score inside; infinite without any."""
        return min((one.score for one in self.inside), default=math.inf)

    @property
    def near(self) -> tuple[Candidate, ...]:
        """The candidates not inside that score at least NEAR times `line`."""
        return tuple(one for one in self.able[self.places :] if one.score >= NEAR * self.line)


def select_entries(candidates: Sequence[Candidate], window: Window, target: int) -> tuple[tuple[Candidate, ...], str]:
    """Mark the candidates to keep; return all, and the reasons of the cut in words.

    The target is for a week; a late week counts as one more. Papers have half the places and all else the other half, because a
    title alone cannot score as an abstract does; unused places go to the other half. Automatic entries (`section.AUTOMATIC`)
    come besides. What the curator marked A or B is kept whatever it scores, and takes its places first. The shares of a source
    and of the boundary apply only if another candidate could have the place.
    """
    able = [c for c in candidates if c.section is not Section.CONTEXT and c.reasons and c.status is not Status.AFTER]
    weeks = max(1, round(_days(able, window) / 7))
    aim = min(max(1, target) * weeks, MOST)
    marked = [c for c in able if c.mark]
    standing = [c for c in able if c.why_section in AUTOMATIC][:aim]
    rest = [c for c in able if c.score > 0 and c not in standing and c not in marked]
    papers, posts = _halves(rest, max(0, aim - len(marked)))
    kept = [*marked, *standing, *papers.inside, *posts.inside]
    room = min(MOST, math.ceil(aim * STRETCH) + len(standing)) - len(kept)
    in_turn = (one for pair in zip_longest(posts.near, papers.near) for one in pair if one)
    near = tuple(in_turn)[: max(0, room)]
    inside = {c.item.id for c in (*kept, *near)}
    if not inside:
        return tuple(replace(c, kept=False) for c in candidates), "nothing scored, so nothing is kept"
    words = _words(target, weeks, aim, marked, standing, papers, posts, near)
    return tuple(replace(c, kept=c.item.id in inside) for c in candidates), words


def _days(able: Sequence[Candidate], window: Window) -> int:
    """Count the days of the papers: the window's, and days before it that are late as a whole, after an outage.

    A day is late as a whole if its late papers are at least half of the papers of an average day of the window. If there is one,
    days of the window without papers do not count: they will be late themselves, as a weekend is on a Monday.
    """
    papers = [one for one in able if one.item.kind is Kind.PAPER and one.item.published]
    days = {
        status: Counter(c.item.published.date() for c in papers if c.item.published and c.status is status) for status in Status
    }
    inside, late = days[Status.IN_WINDOW], days[Status.LATE]
    least = max(1.0, inside.total() / max(1, len(inside)) / 2)
    lost = sum(count >= least for count in late.values())
    return len(inside) + lost if lost else window.days


def _halves(rest: Sequence[Candidate], aim: int) -> tuple[_Half, _Half]:
    """Divide the places, the larger half for papers; mark as spare what exceeds the share of the boundary or of a source."""
    papers = [c for c in rest if c.item.kind is Kind.PAPER]
    posts = [c for c in rest if c.item.kind is not Kind.PAPER]
    places = min(len(posts), max(aim // 2, aim - len(papers)))
    before = [c for c in rest if c.status is Status.BOUNDARY]
    beyond = {c.item.id for c in before[max(1, aim // EARLIER) :]}
    shares: Counter[str] = Counter()
    for one in posts:
        if one.item.id not in beyond:
            source = next(iter(one.tracked.sources), "")
            shares[source] += 1
            if shares[source] > max(1, places // ONE_SOURCE):
                beyond.add(one.item.id)
    return _half(papers, aim - places, beyond), _half(posts, places, beyond)


def _half(candidates: Sequence[Candidate], places: int, beyond: Collection[str]) -> _Half:
    able = tuple(one for one in candidates if one.item.id not in beyond)
    spare = tuple(one for one in candidates if one.item.id in beyond)
    return _Half(able=able, spare=spare, places=places)


def _words(  # noqa: PLR0917 -- the parts of one sentence
    target: int, weeks: int, aim: int, marked: Sequence[Candidate], standing: Sequence[Candidate],
    papers: _Half, posts: _Half, near: Sequence[Candidate],
) -> str:  # fmt: skip
    goal = f"the target of {target} a week" if weeks > 1 else f"the target of {target}"
    words = f"{goal} gives {aim} places for {weeks} {'week' if weeks == 1 else 'weeks'}, the larger half for papers"
    if marked:
        words += f"; {len(marked)} kept because {'it is' if len(marked) == 1 else 'they are'} marked"
    scored = sum(len(half.able) + len(half.spare) for half in (papers, posts))
    if scored <= aim - len(marked):
        words += f"; only {scored} {'candidate' if scored == 1 else 'candidates'} scored{' besides' if marked else ''}"
    elif near:
        words += f"; {len(near)} more {'scores' if len(near) == 1 else 'score'} within a tenth of the last place"
    if standing:
        told = Counter(
            "releases of projects that a topic names" if c.item.kind is Kind.RELEASE else "conferences" for c in standing
        )
        words += f"; besides these: {', '.join(f'{name} ({count})' for name, count in sorted(told.items(), reverse=True))}"
    halves = (("papers", papers), ("others", posts))
    counts = [(name, half, len(half.able) + len(half.spare)) for name, half in halves if half.inside]
    if scored > aim - len(marked):
        told_of = (f"{len(half.inside)} of {many} {name}" for name, half, many in counts)
        words += f"; the places went to the best {' and '.join(told_of)}"
    return words
