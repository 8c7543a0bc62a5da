"""Build the additional context: items without a numbered entry, by group; sources without items; sources not read in full."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scout.draft import announcements, negatives
from scout.draft.escape import Markdown, joined, link, within
from scout.draft.labels import short, titled, update_of
from scout.draft.negatives import Group
from scout.identity import names
from scout.model import CHANGED, RESERVED, TASTE, WATCHED, Section, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scout.draft.inputs import DraftInput
    from scout.model import Candidate, TrackedItem

BULLETS = 6
"""How many items of a group have a bullet each, with the topics matched; further items share one bullet per topic."""
A_WEEK = 20
"""How many matching items of a group are named per week of the window; the rest is counted."""
TOGETHER = 8
"""How many items one bullet names: of those outside the window, and of those without a topic."""
OF_SOURCE = 3
"""How many items without a topic are named per source; the rest is counted."""
FEW = 4
"""How many items a topic needs for a bullet of its own."""
COMPANIONS = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class AdditionalContext:
    """The additional context. `negatives` are by group, sources before topics; `unseen` are sources with the reason.

    `lettered`: a section's letter follows a group's name or precedes a line.
    """

    groups: tuple[Group, ...]
    boundary: Group
    late: Group
    undated: Group
    upcoming: Group
    updates: Group
    negatives: tuple[Group, ...]
    unmatched: tuple[Group, ...]
    unseen: tuple[Markdown, ...]
    lettered: bool


def build_additional_context(inputs: DraftInput, numbered: Sequence[Candidate]) -> AdditionalContext:
    """Group the candidates that are not in `numbered`, each item once."""
    told: set[str] = set()
    for candidate in numbered:
        told |= _names(candidate.tracked, *candidate.companions)
    rest = list(_new((one for one in inputs.shortlist.candidates if one not in numbered), told))
    rest.sort(key=lambda one: one.mark is None)  # what the curator marked is named, whatever is only counted
    family = announcements.find(rest)
    inside = [one for one in rest if one.status is Status.IN_WINDOW and one not in family]
    after = [one.tracked for one in rest if one.status is Status.AFTER]
    after += [one for one in inputs.upcoming if _fresh(one, told)]
    by_status = {status: [one for one in rest if one.status is status and one not in family] for status in Status}
    groups = (*announcements.propose(family), *_groups(inputs, inside))
    boundary, late, undated = (
        _beside(name, by_status[status])
        for name, status in (("Boundary", Status.BOUNDARY), ("Late", Status.LATE), ("Undated", Status.UNDATED))
    )
    return AdditionalContext(
        groups=groups,
        boundary=boundary,
        late=late,
        undated=undated,
        upcoming=_bundle("Next week", [("", sorted(after, key=_when))]),
        updates=_updates(by_status[Status.UPDATE]),
        negatives=negatives.negatives(inputs),
        unmatched=negatives.unmatched(inputs),
        unseen=negatives.unseen(inputs),
        lettered=any(part(one) for one in rest if one.status not in (Status.AFTER, Status.UPDATE)),
    )


def _names(*things: TrackedItem) -> set[str]:
    """Return all ids by which items may be identified."""
    return {name for one in things for name in names(one.item)}


def _new(candidates: Iterable[Candidate], told: set[str]) -> Iterator[Candidate]:
    """Yield candidates not in `told` yet, with such companions only, and add their ids to it."""
    for one in candidates:
        if not _fresh(one.tracked, told):
            continue
        yield replace(one, companions=tuple(companion for companion in one.companions if _fresh(companion, told)))


def _fresh(one: TrackedItem, told: set[str]) -> bool:
    """Say whether no id of an item is in `told` yet, and add them."""
    own = _names(one)
    fresh = not own & told
    told |= own
    return fresh


def _when(tracked: TrackedItem) -> tuple[str, str]:
    at = tracked.item.published
    return (at.isoformat() if at else "", tracked.item.id)


def part(candidate: Candidate) -> str:
    """Return the letter of a candidate's section, A or B: its own, else its sources'; empty where there is neither."""
    own = (candidate.section, *candidate.tracked.sections)
    return next((section.value for section in (Section.A, Section.B) if section in own), "")


def _parted(candidates: Iterable[Candidate]) -> list[tuple[str, list[Candidate]]]:
    found: dict[str, list[Candidate]] = {}
    for one in candidates:
        found.setdefault(part(one), []).append(one)
    return sorted(found.items(), key=lambda pair: pair[0] or "Z")


def _beside(name: str, candidates: Sequence[Candidate]) -> Group:
    """List items outside the window, a bullet for each section; the rest is counted."""
    return _bundle(name, [(letter, [one.tracked for one in ones]) for letter, ones in _parted(candidates)])


def _bundle(name: str, parts: Sequence[tuple[str, Sequence[TrackedItem]]]) -> Group:
    lines = []
    for letter, things in parts:
        more = len(things) - TOGETHER
        said = joined((titled(one) for one in things[:TOGETHER]), " · ") + (f" and {more} more" if more > 0 else "")
        if things:
            lines.append(Markdown(f"{letter}: {said}" if letter else said))
    return Group(name=name, lines=tuple(lines), of=sum(len(things) for _, things in parts))


def _updates(candidates: Sequence[Candidate]) -> Group:
    lines = tuple(_line(one, update_of(one.tracked)) for one in candidates)
    return Group(name="Updates to earlier entries", lines=lines, of=len(lines))


def _line(candidate: Candidate, note: Markdown) -> Markdown:
    return Markdown(f"{titled(candidate.tracked)}{' — ' if note else ''}{note}{_with(candidate)}")


def _matched(candidate: Candidate) -> Markdown:
    """Name the topics that an item matches; say so where only the taste does, and where the curator marked it."""
    marked = [candidate.why_section] if candidate.mark else []
    topics = dict.fromkeys(reason.topic for reason in candidate.reasons if reason.topic not in RESERVED)
    resembles = [] if topics or marked or all(reason.topic != TASTE for reason in candidate.reasons) else ["like earlier picks"]
    return joined([*marked, *topics, *resembles])


def _with(candidate: Candidate) -> Markdown:
    if not candidate.companions:
        return Markdown("")
    shown = [titled(one) for one in candidate.companions[:COMPANIONS]]
    more = len(candidate.companions) - len(shown)
    return Markdown(f"; with {joined(shown, ' · ')}{f' and {more} more' if more else ''}")


def _groups(inputs: DraftInput, candidates: Sequence[Candidate]) -> Iterator[Group]:
    """Yield the groups, papers last; in each, items that match come before items without a topic."""
    place = {one.source: negatives.group_of(one) for one in inputs.shortlist.coverage}
    most = A_WEEK * -(-inputs.window.days // 7)
    named: dict[tuple[str, str], list[Candidate]] = {}
    for one in candidates:
        group = next((place[source] for source in one.tracked.sources if source in place), negatives.LABS)
        named.setdefault((group, part(one)), []).append(one)
    for (name, letter), ones in sorted(
        named.items(), key=lambda pair: (pair[0][0] == negatives.PAPERS, pair[0][1] or "Z", pair[0][0])
    ):
        told = [one for one in ones if _told(one)]
        lines = [_line(one, _matched(one)) for one in told[:BULLETS]]
        lines += _by_topic(told[BULLETS:most])
        lines += _quiet([one for one in ones if not _told(one)])
        yield Group(
            name=f"{name} ({letter})" if letter else name, lines=tuple(lines), of=len(ones), more=max(0, len(told) - most)
        )


def _by_topic(candidates: Sequence[Candidate]) -> Iterator[Markdown]:
    """List items by their heaviest topic; topics with few items share a bullet."""
    found: dict[str, list[Candidate]] = {}
    for one in candidates:
        topics = sorted((-r.weight, r.topic) for r in one.reasons if r.topic not in RESERVED)
        found.setdefault(topics[0][1] if topics else "marked" if one.mark else "like earlier picks", []).append(one)
    few = [topic for topic, ones in found.items() if len(ones) < FEW]
    if len(few) > 1:
        found[", ".join(sorted(few))] = [one for topic in few for one in found.pop(topic)]
    for topic, ones in sorted(found.items(), key=lambda pair: (-len(pair[1]), pair[0])):
        yield Markdown(f"{within(topic)} ({len(ones)}): {joined((link(short(c.item), c.item.url) for c in ones), ' · ')}")


def _told(candidate: Candidate) -> bool:
    """Say whether an item matches a topic or the taste."""
    return any(reason.topic not in (WATCHED, CHANGED) for reason in candidate.reasons)


def _quiet(candidates: Sequence[Candidate]) -> Iterator[Markdown]:
    """List items that match nothing by source, newest first; sources with few items share a bullet."""
    by_source: dict[str, list[Candidate]] = {}
    for one in candidates:
        by_source.setdefault(one.tracked.sources[0] if one.tracked.sources else "", []).append(one)
    bundle: list[Markdown] = []
    size = 0
    for source, ones in sorted(by_source.items()):
        newest = sorted(ones, key=lambda one: _when(one.tracked), reverse=True)
        shown = joined((titled(one.tracked) for one in newest[:OF_SOURCE]), " · ")
        more = f" and {len(ones) - OF_SOURCE} more" if len(ones) > OF_SOURCE else ""
        if size + min(len(ones), OF_SOURCE) > TOGETHER and bundle:
            yield _no_topic(bundle)
            bundle, size = [], 0
        bundle.append(Markdown(f"{within(source)}: {shown}{more}"))
        size += min(len(ones), OF_SOURCE)
    if bundle:
        yield _no_topic(bundle)


def _no_topic(bundle: Sequence[Markdown]) -> Markdown:
    return Markdown(f"no topic — {joined(bundle, '; ')}")
