"""Hold finished reports against the store, and first fetch what the store lacks, if asked to."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scout import __version__, check
from scout.check import Finding, LinkReply, Neighbour, SourceNames
from scout.errors import UsageError
from scout.http import HttpCache, HttpClient
from scout.identity import identify
from scout.model import SEEN, Answer, Failure, Item, Kind, Result, TrackedItem, Window
from scout.parsers import html
from scout.pipeline import shortlist
from scout.reports import history
from scout.sources import make_source
from scout.sources.session import FetchSession
from scout.store import Store, items, ledger, lookup, open_store, runs, window_items
from scout.topics import TopicMatcher

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from scout.check import MissingEvidence
    from scout.model import Coverage, LedgerReport
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
    _changes: dict[str, Sequence[tuple[str, str]]] = field(default_factory=dict)
    _titled: dict[str, Sequence[TrackedItem]] = field(default_factory=dict)
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
        return None if self.folder is None else _is_there(self.folder / path)


def _is_there(path: Path) -> bool:
    """Say whether a path, which a report may state, leads to something; a name that cannot be leads nowhere."""
    try:
        return path.exists()
    except OSError:
        return False


def _days(source: object) -> tuple[date, date] | None:
    """Return a conference's first and last day, where a source has both."""
    starts, ends = getattr(source, "starts", None), getattr(source, "ends", None)
    return (starts, ends) if starts and ends else None


def check_reports(
    path: Path,
    workspace: Workspace,
    reports: Sequence[tuple[str, Document]],
    *,
    off: Collection[str] = (),
    folder: Path | None = None,
) -> list[CheckedReport]:
    """Check reports, as `documents` reads them; UsageError where one has no day, or a rule to leave out is none.

    Their links to files lead from `folder`, else from the file's own.
    """
    silent = check.known_codes(off, "--off") | check.known_codes(
        workspace.config.check.off, f"{workspace.config.path}: check: off"
    )
    with open_store(path) as store:
        known = ledger.reports(store)
        return [
            _verified(store, workspace, where, document, known=known, off=silent, folder=folder) for where, document in reports
        ]


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
    store: Store,
    workspace: Workspace,
    where: str,
    document: Document,
    *,
    known: Sequence[LedgerReport],
    off: Collection[str],
    folder: Path | None,
) -> CheckedReport:
    day = document.day
    if day is None:
        raise UsageError(f"{where}: its title has no day (`# … — 2026-05-10`), so nothing can be held against its window")
    own = Path(where).parent if _is_there(Path(where)) else None
    evidence = StoreEvidence(store=store, workspace=workspace, folder=folder or own)
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


NAME = "check"
"""The source's name in the sightings of what was fetched so."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """What was asked and what came: items stored, and the failures in words."""

    asked: int
    found: int
    failures: tuple[str, ...]


def fetch_missing(
    path: Path,
    workspace: Workspace,
    wanted: MissingEvidence,
    *,
    clock: Callable[[], datetime],
    token: str = "",
    pace_dir: Path | None = None,
    wait_s: float = 0,
) -> FetchResult:
    """Fetch what is wanted through the HTTP client; each answer is stored as it comes, and what cannot be had is said."""
    now = clock()
    found = 0
    failures: list[str] = []
    with open_store(path, write="scout check --fetch", create=True, wait_s=wait_s) as store:
        cache = HttpCache(not_before=runs.pauses(store))
        with HttpClient(workspace.config.http, now=clock, cache=cache, pace_dir=pace_dir) as client:
            window = Window(since=now.date(), until=now.date())
            session = FetchSession(client=client, window=window, now=now, token=token)
            run = runs.start(store, window, {}, now=now, version=__version__)
            provenance = items.Provenance(source=NAME, authority=1, run=run, now=now)
            try:
                for reply, came in chain(
                    _papers(session, workspace, wanted), _releases(session, workspace, wanted), _links(session, wanted)
                ):
                    _keep(store, reply, came, provenance)
                    found += len(came)
                    failures += [f"{reply.url}: {reply.why}"] if isinstance(reply, Failure) else []
            finally:
                with store.writing() as conn:
                    runs.put_pauses(conn, client.pauses())
                runs.end(store, run, now=clock())
    asked = len(wanted.arxiv_ids) + len(wanted.releases) + len(wanted.links)
    return FetchResult(asked=asked, found=found, failures=tuple(failures))


Got = tuple[Answer | Failure, tuple[Item, ...]]


def _source(workspace: Workspace, kind: str, **options: Any) -> Any:
    """Return a source of a kind, at the endpoint that feeds.yaml uses for it."""
    endpoint = next((getattr(one.source, "endpoint", "") for one in workspace.sources if one.kind == kind), "")
    return make_source(kind, {"name": NAME, **({"endpoint": endpoint} if endpoint else {}), **options}, f"--fetch: {kind}")


def _papers(session: FetchSession, workspace: Workspace, wanted: MissingEvidence) -> Iterator[Got]:
    if not wanted.arxiv_ids:
        return
    source = _source(workspace, "arxiv", categories=("cs.DC",))
    found: set[str] = set()
    for page in source.by_ids(session, wanted.arxiv_ids):
        if isinstance(page, Failure):
            yield page, ()
            found.update(f"arxiv:{id_}" for id_ in wanted.arxiv_ids)  # who was not answered is not known to be absent
            continue
        parsed = source.parse(page)
        found.update(item.id for item in parsed.items)
        if parsed.result not in SEEN:
            found.update(f"arxiv:{id_}" for id_ in wanted.arxiv_ids)
        yield page.answer, parsed.items
    for id_ in wanted.arxiv_ids:
        if f"arxiv:{id_}" not in found:
            url = f"https://arxiv.org/abs/{id_}"
            yield Failure(url=url, result=Result.EMPTY, why="arXiv has no such paper", status=404), ()


def _releases(session: FetchSession, workspace: Workspace, wanted: MissingEvidence) -> Iterator[Got]:
    """Ask for the releases of each repository named; the list answers for all its tags at once."""
    for repo in dict.fromkeys(repo for repo, _ in wanted.releases):
        source = _source(workspace, "github_releases", repos=(repo,))
        tags = {tag for name, tag in wanted.releases if name == repo}
        for page in source.pages(session):
            if isinstance(page, Failure):
                yield page, ()
            else:
                yield page.answer, tuple(item for item in source.parse(page).items if item.extra.get("tag") in tags)


def _links(session: FetchSession, wanted: MissingEvidence) -> Iterator[Got]:
    for url in wanted.links:
        got = session.get(url, conditional=False, robots=True)
        yield got, () if isinstance(got, Failure) else tuple(_page(got, url, session.now))


def _page(answer: Answer, url: str, now: datetime) -> Iterator[Item]:
    """Read what a link led to: an HTML page with a title becomes an item, anything else is only an answer."""
    if "html" not in answer.headers.get("content-type", ""):
        return
    page = html.soup(answer.body)
    if not (title := html.title(page)):
        return
    found = html.date(answer.body, page, answer.final_url, now=now)
    yield Item(
        id=identify(url),
        kind=Kind.POST,
        title=title,
        url=url,
        published=found.dated.at,
        precision=found.dated.precision,
        date_source=found.source if found.dated.at else "",
        claimed=found.dated.claimed,
        summary=html.excerpt(page),
    )


def _keep(store: Store, reply: Answer | Failure, came: Sequence[Item], provenance: items.Provenance) -> None:
    result = reply.result if isinstance(reply, Failure) else Result.OK
    with store.writing() as conn:
        items.remember(conn, came, provenance)
        lookup.put_reply(conn, reply.url, str(result), reply.status, now=provenance.now)
