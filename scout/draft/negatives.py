"""List sources without items, sources without a match, and sources whose lack of items proves nothing."""

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
"""The group that a kind of source is listed in, unless it names its own."""
LABS = "Vendors and labs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A named list of ready lines about `of` items; `more` counts those left out."""

    name: str
    lines: tuple[Markdown, ...]
    more: int = 0
    of: int = 0


def group_of(one: Coverage) -> str:
    """Return a source's group: its own, capitalized, else its kind's."""
    return f"{one.group[0].upper()}{one.group[1:]}" if one.group else GROUPS.get(one.kind, LABS)


def _silent(one: Coverage) -> bool:
    """Say whether a source was read, and over the whole window."""
    return one.outcome.result in SEEN and one.covered


def _every(inputs: DraftInput) -> Iterator[TrackedItem]:
    for candidate in inputs.shortlist.candidates:
        yield candidate.tracked
        yield from candidate.companions


def _grouped(coverage: Iterable[tuple[Coverage, Markdown]]) -> list[Group]:
    named: dict[str, list[Markdown]] = {}
    for one, words in coverage:
        name = {PAPERS: "Papers"}.get(group_of(one), group_of(one))
        named.setdefault(name, []).append(words)
    return [Group(name=name, lines=tuple(lines)) for name, lines in sorted(named.items())]


def negatives(inputs: DraftInput) -> tuple[Group, ...]:
    """List sources read over the whole window and without items in it, then topics that no candidate matches."""
    nothing = [one for one in inputs.shortlist.coverage if _silent(one) and not one.items]
    groups = _grouped((one, within(f"{one.source} ({_newest(one)})")) for one in nothing)
    matcher = TopicMatcher(inputs.topics)
    used = {reason.topic for candidate in inputs.shortlist.candidates for reason in candidate.reasons}
    used.update(*(matcher.of(one.item) for one in _every(inputs)))
    bare = [topic.name for topic in inputs.topics if topic.name not in used]
    if bare and any(_silent(one) for one in inputs.shortlist.coverage):
        whole = all(_silent(one) for one in inputs.shortlist.coverage)
        name = "Topics without a candidate" if whole else "Topics without a candidate in what was read"
        groups.append(Group(name=name, lines=(joined(bare),)))
    return tuple(groups)


def _newest(one: Coverage) -> str:
    newest = one.newest or one.outcome.newest
    return f"newest seen {newest:%Y-%m-%d}" if newest else "no dated item seen yet"


def unmatched(inputs: DraftInput) -> tuple[Group, ...]:
    """List sources with items in the window of which none became a candidate."""
    used = {source for one in _every(inputs) for source in one.sources}
    quiet = [one for one in inputs.shortlist.coverage if _silent(one) and one.items and one.source not in used]
    return tuple(_grouped((one, within(f"{one.source} ({one.items} item{'s' * (one.items != 1)})")) for one in quiet))


def unseen(inputs: DraftInput) -> tuple[Markdown, ...]:
    """List sources whose lack of items proves nothing, each with the reason in brackets."""
    told = [(one.source, _why(one, inputs.window)) for one in inputs.shortlist.coverage if not _silent(one)]
    return tuple(within(f"{source} ({_flat(why)})") for source, why in told)


def _flat(words: str) -> str:
    """Replace the marks at which the report parser would split a reason."""
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
    """Format the end of a source's coverage: midnight as the day, else to the minute (UTC)."""
    return f"{until:%Y-%m-%d}" if until.time() == time.min else f"{until:%Y-%m-%d %H:%M} UTC"
