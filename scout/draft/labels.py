"""Name entries, releases, programmes, dates and updates in a draft."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scout import dates
from scout.draft.escape import Markdown, escape, link, within
from scout.identity import programme_id
from scout.model import Kind, Precision, Status
from scout.releases import is_final, tag
from scout.text import clean, shorten
from scout.topics import TopicMatcher

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from scout.figures import Metrics
    from scout.model import Candidate, Item, Topic, TrackedItem

LONGEST_TITLE = 300
SHORT = 60
NAMED = 4
"""How many papers a conference entry's title names."""


def name(candidate: Candidate, topics: Sequence[Topic] = (), metrics: Metrics | None = None) -> str:
    """Return an entry's title: a series of releases by its tags, a programme by its first papers, else its own."""
    item = candidate.item
    if releases := releases_of([candidate.tracked, *candidate.companions]):
        tags = [tag(release) for release in reversed(finals(releases))]
        return f"{repository(item)} {_and(tags)}"
    if talks := split_by_match(candidate, topics)[0]:
        named = [short(one.item) for one in talks[:NAMED]]
        more = [f"{len(talks) - NAMED} more"] if len(talks) > NAMED else []
        count = "1 paper that matches" if len(talks) == 1 else f"{len(talks)} papers that match"
        return f"{programme(item, metrics)}, {count}: {' / '.join([*named, *more])}"
    if candidate.told:
        told = " / ".join(short(one.item) for one in candidate.told[:NAMED])
        return f"{programme(item, metrics)}, what matches is in earlier reports: {told}"
    return shorten(item.title or item.url, LONGEST_TITLE)


def repository(item: Item) -> str:
    """Return the repository of a release as its address writes it, `owner/name`."""
    found = re.search(r"github\.com/([\w.-]+/[\w.-]+)/releases/", item.url)
    return found[1] if found else item.id.removeprefix("github:").partition("@")[0]


def day(at: datetime | None, precision: Precision = Precision.DAY) -> str:
    """Write a date as the reports do: `May 7, 2026`, or `May 2026` where the day is not known."""
    if at is None or precision is Precision.NONE:
        return ""
    return f"{at:%b %Y}" if precision is Precision.MONTH else f"{at:%b} {at.day}, {at:%Y}"


def published(item: Item) -> str:
    """Write when an item was published: its date, or all days of the conference that a talk is dated by."""
    first, last = dates.days(item) or (None, None)
    if item.date_source != dates.BY_CONFERENCE or not first or not last or first == last:
        return day(item.published, item.precision)
    same = first.month == last.month and first.year == last.year
    return f"{first:%b} {first.day}{'–' if same else f' – {last:%b} '}{last.day}, {last:%Y}"


def dated(tracked: TrackedItem) -> str:
    """Write an item's date for a list: the date, `date unverified` where its source is not trusted, or that there is none."""
    item = tracked.item
    if item.published is None:
        claim = f", claimed “{clean(item.claimed)[:60]}”" if item.claimed else ""
        return f"no date{claim}"
    return published(item) + ("" if tracked.trusted else ", date unverified")


def releases_of(family: list[TrackedItem]) -> list[Item]:
    """Return the releases of the first item's repository, newest first; none if the first item is no release."""
    first = family[0].item
    if first.kind is not Kind.RELEASE or not first.id.startswith("github:"):
        return []
    repo = first.id.partition("@")[0]
    found = [one.item for one in family if one.item.kind is Kind.RELEASE and one.item.id.partition("@")[0] == repo]
    return [first, *sorted(found[1:], key=lambda item: (item.published is not None, item.published, item.id), reverse=True)]


def finals(releases: list[Item]) -> list[Item]:
    """Return the releases that are not pre-releases; the first where there is no other."""
    return [one for one in releases if is_final(one)] or releases[:1]


def talks_of(candidate: Candidate) -> list[TrackedItem]:
    """Return the papers of a conference programme, if the candidate is one; else nothing."""
    item = candidate.item
    if not (programme := programme_id(item.id)):
        return []
    talks = [one for one in (candidate.tracked, *candidate.companions) if programme_id(one.item.id) == programme]
    return talks if len(talks) > 1 or candidate.told else []


def split_by_match(candidate: Candidate, topics: Sequence[Topic]) -> tuple[list[TrackedItem], list[TrackedItem]]:
    """Split a conference's papers into those that match (all, if none does and none was reported earlier) and the rest."""
    talks = talks_of(candidate)
    if not talks:
        return [], []
    matcher = TopicMatcher(topics)
    found = [one for one in talks if matcher.of(one.item)] or ([] if candidate.told else talks)
    named = {one.item.id for one in found}
    return found, [one for one in talks if one.item.id not in named]


def programme(item: Item, metrics: Metrics | None) -> str:
    """Return a programme's name: its own, else its source's, spelt as the field spells venues."""
    stated = item.extra.get("venue") or item.extra.get("program")
    plain = programme_id(item.id).removeprefix("program:").replace("-", " ")
    if stated or plain != plain.lower():
        return str(stated or plain)
    return metrics.venue(plain) if metrics else plain.upper()


def _and(words: list[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def qualified(candidate: Candidate) -> str:
    """Return the words in a heading's brackets: the date, and the item's status in the window."""
    tracked, item = candidate.tracked, candidate.item
    parts = [published(item) or "no date"]
    match candidate.status:
        case Status.BOUNDARY:
            parts.append(f"{'before the window' if candidate.mark else 'boundary'}, not in any prior report")
        case Status.LATE:
            parts.append(f"late: first seen {day(tracked.first_seen)}")
        case Status.UNDATED:
            parts.append(f"undated: first seen {day(tracked.first_seen)}")
        case Status.UPDATE:
            parts.append(update_words(tracked))
        case Status.AFTER:
            parts.append("after the window")
        case Status.IN_WINDOW:
            parts.append("in window")
    if not tracked.trusted:
        parts.append("date unverified")
    return "; ".join(within(part) for part in parts)


def earlier(tracked: TrackedItem) -> Markdown:
    """Say which entry of an earlier report has an item."""
    return Markdown(f"{within(short(tracked.item))} ({within(update_words(tracked).removeprefix('update to '))})")


def update_words(tracked: TrackedItem) -> str:
    """Say which earlier entry an item updates."""
    entry = tracked.entry
    if entry is None:
        return "update"
    numbered = f"entry {entry.number}" if entry.number is not None else "a mention"
    return f"update to {numbered} of report {entry.report}"


def update_of(tracked: TrackedItem) -> Markdown:
    """Say which earlier entry an item updates, and what changed."""
    return Markdown(within(update_words(tracked)) + (f": {within(tracked.changed)}" if tracked.changed else ""))


def label(item: Item) -> str:
    """Return an item's label: `arXiv:2605.18071 — Title`, `owner/name v1.2`, or its title."""
    if item.id.startswith("arxiv:"):
        return f"arXiv:{item.id.removeprefix('arxiv:')} — {shorten(item.title, LONGEST_TITLE)}"
    if item.kind is Kind.RELEASE and item.id.startswith("github:"):
        return f"{repository(item)} {tag(item)} release notes"
    return shorten(item.title or item.url, LONGEST_TITLE)


def titled(tracked: TrackedItem) -> Markdown:
    """Return an item as a link with its date: `[Title](address) (May 7, 2026)`."""
    return Markdown(f"{link(label(tracked.item), tracked.item.url)} ({escape(dated(tracked))})")


def short(item: Item) -> str:
    """Return a short label for lists: the part of the title before a colon, else its start."""
    head = item.title.partition(":")[0].strip()
    return head if 0 < len(head) <= SHORT and head != item.title else shorten(item.title or item.url, SHORT)
