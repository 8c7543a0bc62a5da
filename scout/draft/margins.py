"""Additional context: everything that is not a numbered entry, by group; and what may be called absent, and what may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.draft import silence
from scout.draft.escape import Markdown, joined, within
from scout.draft.naming import day, titled, update_of
from scout.draft.silence import Group
from scout.model import Status

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from scout.draft.material import Material
    from scout.model import Candidate, Sighted

WATCHED, TASTE = "watched", "taste"
"""The reasons that are no topic: the source is watched; it resembles earlier picks."""
A_WEEK = 20
"""How many papers, and how many others of one status, are listed for each week of the window; the rest is counted."""
COMPANIONS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Margins:
    """What surrounds the entries. `negatives` are by group, sources before topics; `unseen` are sources with the reason."""

    groups: tuple[Group, ...]
    boundary: Group
    late: Group
    undated: Group
    upcoming: Group
    updates: Group
    negatives: tuple[Group, ...]
    unmatched: tuple[Group, ...]
    unseen: tuple[Markdown, ...]


def build(material: Material, numbered: Sequence[Candidate]) -> Margins:
    """Sort what is left of the shortlist, each thing once; `numbered` has the entries."""
    taken = {one.item.id for candidate in numbered for one in (candidate.sighted, *candidate.companions)}
    rest = [one for one in material.shortlist.candidates if one.item.id not in taken]
    by_status = {status: [one for one in rest if one.status is status] for status in Status}
    listed = {one.item.id for one in rest} | taken
    after = [one.sighted for one in by_status[Status.AFTER]]
    after += [one for one in material.upcoming if one.item.id not in listed]
    most = A_WEEK * -(-material.window.days // 7)
    return Margins(
        groups=tuple(_groups(material, by_status[Status.IN_WINDOW], most)),
        boundary=_list("Boundary", by_status[Status.BOUNDARY], A_WEEK, _matched),
        late=_list("Late", by_status[Status.LATE], A_WEEK, _late),
        undated=_list("Undated", by_status[Status.UNDATED], A_WEEK, _late),
        upcoming=_short("Next week", [titled(one) for one in sorted(after, key=_when)], A_WEEK),
        updates=_list("Updates to earlier entries", by_status[Status.UPDATE], A_WEEK, lambda one: update_of(one.sighted)),
        negatives=silence.negatives(material),
        unmatched=silence.unmatched(material),
        unseen=silence.unseen(material),
    )


def _when(sighted: Sighted) -> tuple[str, str]:
    at = sighted.item.published
    return (at.isoformat() if at else "", sighted.item.id)


def _short(name: str, lines: Sequence[Markdown], most: int) -> Group:
    return Group(name=name, lines=tuple(lines[:most]), more=max(0, len(lines) - most))


def _list(name: str, candidates: Sequence[Candidate], most: int, note: Callable[[Candidate], Markdown]) -> Group:
    return _short(name, [_line(one, note(one)) for one in candidates], most)


def _line(candidate: Candidate, note: Markdown) -> Markdown:
    return Markdown(f"{titled(candidate.sighted)}{' — ' if note else ''}{note}{_with(candidate)}")


def _late(candidate: Candidate) -> Markdown:
    seen = f"first seen {day(candidate.sighted.first_seen)}"
    return joined([seen, *([matched] if (matched := _matched(candidate)) else [])], "; ")


def _matched(candidate: Candidate) -> Markdown:
    """Name the topics that an item matches; where none does but the taste, say so."""
    topics = dict.fromkeys(reason.topic for reason in candidate.reasons if reason.topic not in (WATCHED, TASTE))
    resembles = [] if topics or all(reason.topic != TASTE for reason in candidate.reasons) else ["like earlier picks"]
    return joined([*topics, *resembles])


def _with(candidate: Candidate) -> Markdown:
    if not candidate.companions:
        return Markdown("")
    shown = [titled(one) for one in candidate.companions[:COMPANIONS]]
    more = len(candidate.companions) - len(shown)
    return Markdown(f"; with {joined(shown, ' · ')}{f' and {more} more' if more else ''}")


def _groups(material: Material, candidates: Sequence[Candidate], most: int) -> Iterable[Group]:
    """Yield the groups, papers last. Of watched sources every item is listed: what matches on a line of its own."""
    place = {one.source: silence.group_of(one) for one in material.shortlist.coverage}
    named: dict[str, list[Candidate]] = {}
    for one in candidates:
        named.setdefault(next((place[source] for source in one.sighted.sources if source in place), silence.LABS), []).append(one)
    for name in sorted(named, key=lambda name: (name == silence.PAPERS, name)):
        quiet: dict[str, list[Markdown]] = {}
        for one in named[name]:
            if not _told(one):
                quiet.setdefault(one.sighted.sources[0], []).append(titled(one.sighted))
        told = [one for one in named[name] if _told(one)]
        left = {one.item.id for one in [one for one in told if not one.sighted.watched][most:]}
        lines = [_line(one, _matched(one)) for one in told if one.item.id not in left]
        lines += [Markdown(f"{within(source)}, no topic: {joined(titles, ' · ')}") for source, titles in sorted(quiet.items())]
        yield Group(name=name, lines=tuple(lines), more=len(left))


def _told(candidate: Candidate) -> bool:
    """Say whether an item matches a topic, or is no watched source's and so here by taste alone."""
    return any(reason.topic not in (WATCHED, TASTE) for reason in candidate.reasons) or not candidate.sighted.watched
