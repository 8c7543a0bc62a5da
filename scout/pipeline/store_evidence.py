"""Answer what a check asks of the store: `check.Evidence`."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from scout.check import LinkReply, Neighbour, SourceNames
from scout.dates import conference
from scout.model import Result, TrackedItem, Window
from scout.pipeline import shortlist
from scout.store import Store, lookup, readings, window_items
from scout.topics import TopicMatcher

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date
    from pathlib import Path

    from scout.model import Coverage
    from scout.model.reading import ParsedText
    from scout.sources.workspace import Workspace


@dataclass(kw_only=True)
class StoreEvidence:
    """`check.Evidence`, answered by the store. `folder` is where the report lies, for its links to other reports."""

    store: Store
    workspace: Workspace
    folder: Path | None = None
    _coverage: dict[tuple[str, Window], Coverage | None] = field(default_factory=dict)
    _items: dict[str, TrackedItem | None] = field(default_factory=dict)
    _changes: dict[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    _titled: dict[str, Sequence[TrackedItem]] = field(default_factory=dict)
    _texts: dict[str, ParsedText | None] = field(default_factory=dict)
    _under: dict[str, Sequence[TrackedItem]] = field(default_factory=dict)

    @cached_property
    def _linked(self) -> dict[str, str]:
        return lookup.linked(self.store)

    @cached_property
    def _replies(self) -> dict[str, tuple[str, int | None, str]]:
        return lookup.replies(self.store)

    @cached_property
    def _topics(self) -> TopicMatcher:
        return TopicMatcher(self.workspace.config.topics)

    def item(self, id: str) -> TrackedItem | None:  # noqa: A002 -- the protocol's word
        """Return the item with a canonical id, or the one that links to it."""
        if id not in self._items:
            self.look_up([id])
        return self._items[id]

    def look_up(self, ids: Iterable[str]) -> None:
        """Read the items of many ids at once, so that none of them is asked for again."""
        wanted = set(ids) - self._items.keys()
        own = {one.item.id: one for one in self.workspace.tracked(window_items.by_ids(self.store, wanted))}
        via = {thing: self._linked[thing] for thing in wanted - own.keys() if thing in self._linked}
        linked = {one.item.id: one for one in self.workspace.tracked(window_items.by_ids(self.store, via.values()))}
        changed = lookup.changes(self.store, [one.item.id for one in (*own.values(), *linked.values())])
        self._changes.update({one.item.id: changed.get(one.item.id, []) for one in (*own.values(), *linked.values())})
        self._items.update({thing: own.get(thing) or linked.get(via.get(thing, "")) for thing in wanted})

    def text(self, id: str) -> ParsedText | None:  # noqa: A002 -- the protocol's word
        """Return what was read of an item."""
        if id not in self._texts:
            found = readings.of_items(self.store, [id]).get(id)
            self._texts[id] = found.text if found else None
        return self._texts[id]

    def titled(self, title: str) -> Sequence[TrackedItem]:
        """Return items whose title has the words of this one."""
        if title not in self._titled:
            self._titled[title] = self.workspace.tracked(lookup.titled(self.store, title))
        return self._titled[title]

    def under(self, prefix: str) -> Sequence[TrackedItem]:
        """Return items whose id begins so."""
        if prefix not in self._under:
            self._under[prefix] = self.workspace.tracked(window_items.under(self.store, prefix))
        return self._under[prefix]

    def changes(self, id: str) -> Sequence[tuple[str, str]]:  # noqa: A002 -- the protocol's word
        """Return an item's earlier values."""
        if id not in self._changes:
            self._changes[id] = lookup.changes(self.store, [id]).get(id, [])
        return self._changes[id]

    def neighbours(self, arxiv_id: str) -> tuple[Sequence[Neighbour], Sequence[Neighbour]]:
        """Return known papers of the same month on each side of an id."""
        earlier, later = lookup.around(self.store, arxiv_id)
        return [Neighbour(id=i, published=at) for i, at in earlier], [Neighbour(id=i, published=at) for i, at in later]

    def reply(self, url: str) -> LinkReply | None:
        """Return what a link answered when it was asked."""
        if url not in self._replies:
            return None
        result, status, when = self._replies[url]
        return LinkReply(result=Result(result), status=status, when=when)

    def sources(self) -> Sequence[SourceNames]:
        """Return the configured sources with their names."""
        return [
            SourceNames(
                name=one.source.name,
                aliases=one.source.aliases,
                group=one.source.group,
                repos=tuple(getattr(one.source, "repos", ())),
                days=_days(one.source),
            )
            for one in self.workspace.sources
        ]

    def items_of(self, source: str, window: Window) -> Sequence[TrackedItem]:
        """Return what a source published in a window."""
        return self.workspace.tracked(lookup.of_source(self.store, source, window))

    def undated(self, source: str, window: Window) -> Sequence[TrackedItem]:
        """Return what a source shows without a date, new since a window began."""
        found = self.workspace.tracked(lookup.undated_of(self.store, source, window.start))
        return [one for one in found if not (days := conference(one.item)) or days[0] <= window.until]

    def relevant(self, seen: TrackedItem) -> bool:
        """Say whether any topic is in the item; True where none are configured."""
        return not self.workspace.config.topics or bool(self._topics.of(seen.item))

    def coverage(self, source: str, window: Window) -> Coverage | None:
        """Return how far a source's answers reach over a window."""
        if (source, window) not in self._coverage:
            for one in shortlist.coverage(self.store, self.workspace, window, (), as_of=None):
                self._coverage[one.source, window] = one if one.outcome.run else None
        return self._coverage.get((source, window))

    def exists(self, path: str) -> bool | None:
        """Say whether a path relative to the report's folder leads to a file."""
        return None if self.folder is None else is_there(self.folder / path)


def is_there(path: Path) -> bool:
    """Say whether a path, which a report may state, leads to something; a name that cannot be leads nowhere."""
    try:
        return path.exists()
    except OSError:
        return False


def _days(source: object) -> tuple[date, date] | None:
    """Return a conference's first and last day, where a source has both."""
    starts, ends = getattr(source, "starts", None), getattr(source, "ends", None)
    return (starts, ends) if starts and ends else None
