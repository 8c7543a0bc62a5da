"""What may be called absent, what was read without a match, and whose silence means nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import time
from typing import TYPE_CHECKING

from scout.draft.escape import Markdown, joined, within
from scout.model import SEEN
from scout.topics import TopicMatcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from scout.draft.inputs import DraftInput
    from scout.model import Coverage, TrackedItem, Window

PAPERS = "Papers below the cut"
GROUPS = {
    "arxiv": PAPERS,
    "github_releases": "Releases",
    "program": "Venues",
    "hackernews": "Discussions",
    "tracker": "Trackers",
}
"""Where a kind's items and silences are listed, unless the source names a `group`."""
LABS = "Vendors and labs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A named list of ready lines about `of` things; `more` of them are left out, and counted."""

    name: str
    lines: tuple[Markdown, ...]
    more: int = 0
    of: int = 0


def group_of(one: Coverage) -> str:
    """Return where a source is listed: its own group, with a capital, else its kind's."""
    return f"{one.group[0].upper()}{one.group[1:]}" if one.group else GROUPS.get(one.kind, LABS)


def _silent(one: Coverage) -> bool:
    """Say whether silence of this source is silence: it was read, and over the whole window."""
    return one.outcome.result in SEEN and one.covered


def _every(material: DraftInput) -> Iterator[TrackedItem]:
    for candidate in material.shortlist.candidates:
        yield candidate.tracked
        yield from candidate.companions


def _undated(material: DraftInput) -> frozenset[str]:
    """Return the sources that showed something without a date: it may be of this window, so they were not silent."""
    return frozenset(source for one in _every(material) if one.item.published is None for source in one.sources)


def _grouped(coverage: Iterable[tuple[Coverage, Markdown]]) -> list[Group]:
    named: dict[str, list[Markdown]] = {}
    for one, words in coverage:
        name = {PAPERS: "Papers"}.get(group_of(one), group_of(one))
        named.setdefault(name, []).append(words)
    return [Group(name=name, lines=tuple(lines)) for name, lines in sorted(named.items())]


def negatives(material: DraftInput) -> tuple[Group, ...]:
    """List what was read over the whole window and had nothing in it, then the topics that no candidate matches."""
    undated = _undated(material)
    nothing = [one for one in material.shortlist.coverage if _silent(one) and not one.items and one.source not in undated]
    groups = _grouped((one, within(f"{one.source} ({_newest(one)})")) for one in nothing)
    matcher = TopicMatcher(material.topics)
    used = {reason.topic for candidate in material.shortlist.candidates for reason in candidate.reasons}
    used.update(*(matcher.of(one.item) for one in _every(material)))
    bare = [topic.name for topic in material.topics if topic.name not in used]
    if bare and any(_silent(one) for one in material.shortlist.coverage):
        whole = all(_silent(one) for one in material.shortlist.coverage)
        name = "Topics without a candidate" if whole else "Topics without a candidate in what was read"
        groups.append(Group(name=name, lines=(joined(bare),)))
    return tuple(groups)


def _newest(one: Coverage) -> str:
    newest = one.newest or one.outcome.newest
    return f"newest seen {newest:%Y-%m-%d}" if newest else "no dated item seen yet"


def unmatched(material: DraftInput) -> tuple[Group, ...]:
    """List what had items in the window of which none became a candidate."""
    used = {source for one in _every(material) for source in one.sources}
    quiet = [one for one in material.shortlist.coverage if _silent(one) and one.items and one.source not in used]
    return tuple(_grouped((one, within(f"{one.source} ({one.items} item{'s' * (one.items != 1)})")) for one in quiet))


def unseen(material: DraftInput) -> tuple[Markdown, ...]:
    """List whose silence means nothing, each with why and since when, as one name and one bracket."""
    undated = _undated(material)
    told = []
    for one in material.shortlist.coverage:
        if not _silent(one):
            told.append((one.source, _why(one, material.window)))
        elif not one.items and one.source in undated:
            told.append((one.source, "read, but it shows things without a date"))
    return tuple(within(f"{source} ({_flat(why)})") for source, why in told)


def _flat(words: str) -> str:
    """Take the marks out of a reason by which a reader of reports would cut it."""
    return words.translate(str.maketrans("();", "[],")).replace(": ", ", ")


def _why(one: Coverage, window: Window) -> str:
    outcome = one.outcome
    if one.why:
        return one.why
    if outcome.result not in SEEN:
        result = outcome.result.value.replace("_", " ")
        last = f"last read {outcome.last_success:%Y-%m-%d}" if outcome.last_success else "never read yet"
        return f"{result}, {outcome.why}, {last}" if outcome.why else f"{result}, {last}"
    covers = outcome.covers
    if covers is None or covers.start >= window.end or covers.end <= window.start:
        return "read, but its answers say nothing about the window"
    since = f"back only to {covers.start:%Y-%m-%d}" if covers.start > window.start else ""
    until = f"only up to {reached(covers.end)}" if covers.end < window.end else ""
    return f"read, but its answers reach {' and '.join(filter(None, (since, until))) or 'over a part of the window only'}"


def reached(until: datetime) -> str:
    """Say up to which instant a source could be read: a whole day as that day, else to the minute."""
    return f"{until:%Y-%m-%d}" if until.time() == time.min else f"{until:%Y-%m-%d %H:%M} UTC"
