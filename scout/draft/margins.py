"""Additional context: everything that is not a numbered entry, by group; and what may be called absent, and what may not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.draft.changelog import matches
from scout.draft.escape import Markdown, joined, within
from scout.draft.naming import day, titled, update_of
from scout.model import SEEN, Status

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scout.draft.material import Material
    from scout.model import Candidate, Coverage, Sighted

GROUPS = {
    "arxiv": "Papers below the cut",
    "github_releases": "Releases",
    "program": "Venues",
    "hackernews": "Discussions",
    "tracker": "Trackers",
}
"""Where a kind's items and silences are listed, unless the source names a `group`."""
LABS = "Vendors and labs"
MOST = 20
"""How many matching items one group lists; what matched nothing is listed whole, a line for each source."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A named list of ready lines; `more` are left out, and counted."""

    name: str
    lines: tuple[Markdown, ...]
    more: int = 0


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
    return Margins(
        groups=tuple(_groups(material, by_status[Status.IN_WINDOW])),
        boundary=_list("Boundary", by_status[Status.BOUNDARY]),
        late=_list("Late", by_status[Status.LATE], _late),
        undated=_list("Undated", by_status[Status.UNDATED], _late),
        upcoming=_short("Next week", [titled(one) for one in sorted(after, key=_when)]),
        updates=_list("Updates to earlier entries", by_status[Status.UPDATE], lambda one: update_of(one.sighted)),
        negatives=_negatives(material),
        unmatched=_unmatched(material),
        unseen=tuple(_unseen(one) for one in material.shortlist.coverage if not _silent(one)),
    )


def _when(sighted: Sighted) -> tuple[str, str]:
    at = sighted.item.published
    return (at.isoformat() if at else "", sighted.item.id)


def _short(name: str, lines: Sequence[Markdown]) -> Group:
    return Group(name=name, lines=tuple(lines[:MOST]), more=max(0, len(lines) - MOST))


def _list(name: str, candidates: Sequence[Candidate], note: object = None) -> Group:
    lines = []
    for one in candidates:
        words = note(one) if callable(note) else _matched(one)
        lines.append(Markdown(f"{titled(one.sighted)}{' — ' if words else ''}{words}{_with(one)}"))
    return _short(name, lines)


def _late(candidate: Candidate) -> Markdown:
    seen = f"first seen {day(candidate.sighted.first_seen)}"
    return joined([seen, *([matched] if (matched := _matched(candidate)) else [])], "; ")


def _matched(candidate: Candidate) -> Markdown:
    return joined(
        dict.fromkeys(reason.topic if reason.topic != "taste" else f"taste: {reason.term}" for reason in candidate.reasons)
    )


def _with(candidate: Candidate) -> Markdown:
    if not candidate.companions:
        return Markdown("")
    return Markdown(f"; with {joined((titled(one) for one in candidate.companions), ' · ')}")


def group_of(one: Coverage) -> str:
    """Return where a source is listed: its own group, with a capital, else its kind's."""
    return f"{one.group[0].upper()}{one.group[1:]}" if one.group else GROUPS.get(one.kind, LABS)


def _groups(material: Material, candidates: Sequence[Candidate]) -> Iterable[Group]:
    place = {one.source: group_of(one) for one in material.shortlist.coverage}
    named: dict[str, list[Candidate]] = {}
    for one in candidates:
        named.setdefault(next((place[source] for source in one.sighted.sources if source in place), LABS), []).append(one)
    for name in sorted(named, key=lambda name: (name == GROUPS["arxiv"], name)):
        matching = [one for one in named[name] if one.reasons]
        quiet: dict[str, list[Markdown]] = {}
        for one in named[name]:
            if not one.reasons:
                quiet.setdefault(one.sighted.sources[0], []).append(titled(one.sighted))
        group = _list(name, matching)
        lines = [Markdown(f"{within(source)}, no topic: {joined(titles, ' · ')}") for source, titles in sorted(quiet.items())]
        yield Group(name=name, lines=(*group.lines, *lines), more=group.more)


def _silent(one: Coverage) -> bool:
    """Say whether silence of this source is silence: it was read, and over the whole window."""
    return one.outcome.result in SEEN and one.covered


def _grouped(coverage: Iterable[tuple[Coverage, Markdown]]) -> list[Group]:
    named: dict[str, list[Markdown]] = {}
    for one, words in coverage:
        name = {GROUPS["arxiv"]: "Papers"}.get(group_of(one), group_of(one))
        named.setdefault(name, []).append(words)
    return [Group(name=name, lines=tuple(lines)) for name, lines in sorted(named.items())]


def _negatives(material: Material) -> tuple[Group, ...]:
    """List what was read over the whole window and had nothing in it, then the topics that nothing matched."""
    nothing = [one for one in material.shortlist.coverage if _silent(one) and not one.items]
    groups = _grouped((one, within(f"{one.source} ({_newest(one)})")) for one in nothing)
    sighted = [one for candidate in material.shortlist.candidates for one in (candidate.sighted, *candidate.companions)]
    used = {reason.topic for candidate in material.shortlist.candidates for reason in candidate.reasons}
    texts = [f"{one.item.title} {one.item.summary}" for one in sighted]
    bare = [topic.name for topic in material.topics if topic.name not in used and not any(matches(topic, text) for text in texts)]
    if bare and any(_silent(one) for one in material.shortlist.coverage):
        groups.append(Group(name="Topics without a candidate", lines=(joined(bare),)))
    return tuple(groups)


def _newest(one: Coverage) -> str:
    newest = one.newest or one.outcome.newest
    return f"newest seen {newest:%Y-%m-%d}" if newest else "no dated item seen yet"


def _unmatched(material: Material) -> tuple[Group, ...]:
    """List what had items in the window of which none became a candidate."""
    used = {
        source
        for candidate in material.shortlist.candidates
        for one in (candidate.sighted, *candidate.companions)
        for source in one.sources
    }
    quiet = [one for one in material.shortlist.coverage if _silent(one) and one.items and one.source not in used]
    return tuple(_grouped((one, within(f"{one.source} ({one.items} item{'s' * (one.items != 1)})")) for one in quiet))


def _unseen(one: Coverage) -> Markdown:
    """Say of a source why its silence means nothing, and since when."""
    outcome = one.outcome
    result = outcome.result.value.replace("_", " ")
    if outcome.result in SEEN and outcome.covers:
        reach = f"read, but silence counts only from {outcome.covers.start:%Y-%m-%d} to {outcome.covers.end:%Y-%m-%d}"
    elif outcome.result in SEEN:
        reach = "read, but nothing tells how far back its answers reach"
    else:
        reach = f"{result}: {outcome.why}" if outcome.why else result
    last = outcome.last_success
    since = f"last read {last:%Y-%m-%d}" if last else "never read yet"
    words = reach if outcome.result in SEEN else f"{reach}, {since}"
    return within(f"{one.source} ({words.replace('(', '[').replace(')', ']').replace(';', ',')})")
