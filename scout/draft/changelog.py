"""Read release notes: the lines that match the topics, each once, with its pull requests; pre-releases included."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.releases import tag
from scout.text import clean, fold, shorten
from scout.topics import TopicMatcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scout.model import Item, Topic

MOST = 14
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d+[.)])\s+")
_CREDIT = re.compile(r"(?:(?<!\s)\s++)?\b(?:by\s++@?[\w-]++(?:\[bot\])?\s++)?in\s++(?:https?://\S++|#\d++)\s*+$")
_PULL = re.compile(r"(?:#|/(?:pull|issues)/)(\d{2,7})\b")
_PULLS = re.compile(r"(?:(?<!\s)\s++)?\(?(?:#\d{2,7}(?:,\s*|\s+and\s+|\s+)?)+\)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One line of release notes: its words without credits and numbers, its pull requests, and its release's tag."""

    words: str
    pulls: tuple[int, ...]
    tag: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The changes under one topic; `more` counts those not listed."""

    topic: str
    lines: tuple[Change, ...]
    more: int = 0


def _lines(item: Item) -> Iterable[Change]:
    for line in item.summary.splitlines():
        words = clean(_BULLET.sub("", line))
        if not words or line.lstrip().startswith("#") or "New Contributors" in line or "first contribution" in line:
            continue
        pulls = tuple(dict.fromkeys(int(number) for number in _PULL.findall(words)))
        bare = _PULLS.sub("", _CREDIT.sub("", words)).strip(" .;,") if pulls else words
        if len(bare.split()) >= 2:
            yield Change(words=shorten(bare, 200), pulls=pulls, tag=tag(item))


def matching_changes(releases: Sequence[Item], topics: Sequence[Topic]) -> tuple[Changes, ...]:
    """Return the matching lines of releases, final first, under their heaviest topic; a pull request or a line counts once."""
    heaviest = sorted(topics, key=lambda topic: (-topic.weight, topic.name))
    matcher = TopicMatcher(topics)
    seen: set[object] = set()
    found: dict[str, list[Change]] = {}
    for release in releases:
        for change in _lines(release):
            keys = {fold(change.words), *change.pulls}
            matched = matcher.in_text(change.words)
            topic = next((topic for topic in heaviest if topic.name in matched), None)
            if topic is None or keys & seen:
                continue
            seen |= keys
            found.setdefault(topic.name, []).append(change)
    room, groups = MOST, []
    for name in (topic.name for topic in heaviest if topic.name in found):
        lines = found[name]
        shown = tuple(lines[: max(room, 0)])
        room -= len(shown)
        groups.append(Changes(topic=name, lines=shown, more=len(lines) - len(shown)))
    return tuple(groups)
