"""Hold finished reports against the store, and first fetch what the store lacks, if asked to."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

from scout import check
from scout.check import Finding, LinkReply, Neighbour, SourceNames
from scout.errors import UsageError
from scout.identity import identify
from scout.model import Result, TrackedItem
from scout.pipeline import shortlist
from scout.reports import history
from scout.store import ledger, lookup, open_store, window_items
from scout.topics import TopicMatcher

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from scout.model import Coverage, LedgerReport, Window
    from scout.reports.document import Document
    from scout.sources.workspace import Workspace
    from scout.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReport:
    """One report, and what is held against it."""

    path: str
    document: Document
    findings: tuple[Finding, ...]


@dataclass(kw_only=True)
class StoreEvidence:
    """`check.Evidence`, answered by the store. `folder` is where the report lies, for its links to other reports."""

    store: Store
    workspace: Workspace
    folder: Path | None = None
    _coverage: dict[tuple[str, Window], Coverage | None] = field(default_factory=dict)
    _items: dict[str, TrackedItem | None] = field(default_factory=dict)

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
        self._items.update({thing: own.get(thing) or linked.get(via.get(thing, "")) for thing in wanted})

    def titled(self, title: str) -> Sequence[TrackedItem]:
        """Return items whose title has the words of this one."""
        return self.workspace.tracked(lookup.titled(self.store, title))

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
            )
            for one in self.workspace.sources
        ]

    def items_of(self, source: str, window: Window) -> Sequence[TrackedItem]:
        """Return what a source published in a window."""
        return self.workspace.tracked(lookup.of_source(self.store, source, window))

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
        return None if self.folder is None else (self.folder / path).exists()


def check_reports(
    path: Path, workspace: Workspace, reports: Sequence[tuple[str, Document]], *, off: Collection[str] = ()
) -> list[CheckedReport]:
    """Check reports, as `documents` reads them; UsageError where one has no day, or a rule to leave out is none."""
    silent = check.known_codes(off, "--off") | check.known_codes(
        workspace.config.check.off, f"{workspace.config.path}: check: off"
    )
    with open_store(path) as store:
        known = ledger.reports(store)
        return [_verified(store, workspace, where, document, known=known, off=silent) for where, document in reports]


def documents(specs: Sequence[str]) -> list[tuple[str, Document]]:
    """Return each report that `specs` name, with its path, read once; UsageError says why one is no report."""
    found = [(spec, one) for spec in specs for one in history.find_reports(spec)]
    for spec, one in found:
        if one.skipped and one.path == spec:  # named itself; what only lies in a folder is passed over
            raise UsageError(f"{one.path} is not a report: {one.skipped}")
    if not (read := [(one.path, one.document) for _, one in found if not one.skipped]):
        raise UsageError(
            f"no report in {', '.join(specs)}: {len(found)} Markdown files, none with a report's headings and a date"
        )
    return read


def _verified(
    store: Store, workspace: Workspace, where: str, document: Document, *, known: Sequence[LedgerReport], off: Collection[str]
) -> CheckedReport:
    day = document.day
    if day is None:
        raise UsageError(f"{where}: its title has no day (`# … — 2026-05-10`), so nothing can be held against its window")
    folder = Path(where).parent if Path(where).exists() else None
    evidence = StoreEvidence(store=store, workspace=workspace, folder=folder)
    evidence.look_up(_things(document))
    findings = check.check(document, evidence, report_day=day, ledger=known, off=off, metrics=workspace.config.metrics)
    return CheckedReport(path=where, document=document, findings=findings)


def _things(document: Document) -> set[str]:
    """Return the canonical ids of what a report links."""
    return {identify(link.url) for link in document.links} - {""}


def missing_evidence(path: Path, workspace: Workspace, reports: Sequence[tuple[str, Document]]) -> check.MissingEvidence:
    """Return what the reports name and the store lacks."""
    with open_store(path) as store:
        evidence = StoreEvidence(store=store, workspace=workspace)
        evidence.look_up({thing for _, document in reports for thing in _things(document)})
        each = [check.missing_evidence(document, evidence) for _, document in reports]
    return check.MissingEvidence(
        arxiv_ids=tuple(dict.fromkeys(i for one in each for i in one.arxiv_ids)),
        releases=tuple(dict.fromkeys(r for one in each for r in one.releases)),
        links=tuple(dict.fromkeys(link for one in each for link in one.links)),
    )
