"""Ask primary sources for what reports name and the store lacks, hosts side by side, and keep each answer as it comes."""

from __future__ import annotations

import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from queue import Empty, SimpleQueue
from threading import Event
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from scout import __version__, check
from scout.check.evidence import GONE, asked_for
from scout.http import HttpCache, HttpClient
from scout.http.ratelimit import realm
from scout.identity import identify
from scout.model import SEEN, Answer, Failure, Item, Kind, Result, Window
from scout.parsers import html
from scout.pipeline.store_evidence import StoreEvidence
from scout.sources import make_source
from scout.sources.fetch import fault_words
from scout.sources.parse_process import Ended, ParseProcesses
from scout.sources.session import FetchInterrupted, FetchSession
from scout.store import items, lookup, open_store, rows, runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from scout.check import MissingEvidence
    from scout.reports.document import Document
    from scout.sources.workspace import Workspace
    from scout.store import Store

NAME = "check"
"""The source's name in the sightings of what was fetched so."""
SIDE_BY_SIDE = 32
"""How many hosts are asked at once: one that is dead takes half a minute to say so."""
ASK_AGAIN = timedelta(days=7)
"""How long what a link answered stands, also where it gave no answer."""
_ARXIV, _GITHUB = "arxiv.org", "api.github.com"


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchResult:
    """What was asked and what came: items stored, the failures in words, and how many of them tell nothing (not a 404).

    `left` are the addresses that were not reached in the time; `silent` those that gave no answer when they were asked last, not
    long ago, and were not asked again.
    """

    asked: int
    found: int
    failures: tuple[str, ...] = ()
    unseen: int = 0
    left: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()

    @property
    def not_looked_up(self) -> int:
        """How many things could not be looked up."""
        return self.unseen + len(self.left) + len(self.silent)


class _Got(NamedTuple):
    """One reply, what it brought, and why what it holds could not be read, where that is so."""

    reply: Answer | Failure
    items: tuple[Item, ...] = ()
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Job:
    """What one host is asked for: `wanted` are the addresses that it settles once it is done."""

    host: str
    wanted: tuple[str, ...]
    ask: Callable[[FetchSession, ParseProcesses], Iterator[_Got]]


def missing_evidence(
    path: Path, workspace: Workspace, reports: Sequence[tuple[str, Document]], *, now: datetime, refresh: bool = False
) -> MissingEvidence:
    """Return what the reports name and the store lacks, but for what was asked in the last week; `refresh` forgets that."""
    since = _instant(now + ASK_AGAIN if refresh else now - ASK_AGAIN)  # no reply is later than the first
    with open_store(path) as store:
        evidence = StoreEvidence(store=store, workspace=workspace)
        evidence.look_up({identify(link.url) for _, document in reports for link in document.links} - {""})
        each = [check.missing_evidence(document, evidence, asked_since=since) for _, document in reports]
    return check.MissingEvidence(
        arxiv_ids=tuple(dict.fromkeys(i for one in each for i in one.arxiv_ids)),
        releases=tuple(dict.fromkeys(r for one in each for r in one.releases)),
        links=tuple(dict.fromkeys(link for one in each for link in one.links)),
        silent=tuple(dict.fromkeys(link for one in each for link in one.silent)),
    )


def _instant(at: datetime) -> str:
    return rows.instant(at) or ""


def fetch_missing(
    path: Path,
    workspace: Workspace,
    wanted: MissingEvidence,
    *,
    clock: Callable[[], datetime],
    token: str = "",
    pace_dir: Path | None = None,
    wait_s: float = 0,
    seconds: float,
    processes: ParseProcesses | None = None,
) -> FetchResult:
    """Fetch what is wanted within `seconds`; each answer is stored as it comes, and what cannot be had is said.

    Pages are read in `processes`, which bound what one may cost.
    """
    now = clock()
    with open_store(path, write="scout check --fetch", create=True, wait_s=wait_s) as store:
        cache = HttpCache(not_before=runs.pauses(store))
        with HttpClient(workspace.config.http, now=clock, cache=cache, pace_dir=pace_dir) as client:
            run = runs.start(store, Window(since=now.date(), until=now.date()), {}, now=now, version=__version__)
            fetch = _Fetch(
                store=store, client=client, now=now, run=run, token=token, jobs=_jobs(workspace, wanted),
                processes=processes or ParseProcesses(),
            )  # fmt: skip
            try:
                fetch.run_for(seconds)
            finally:
                with store.writing() as conn:
                    runs.put_pauses(conn, client.pauses())
                runs.end(store, run, now=clock())
    return fetch.result(wanted.silent)


def _jobs(workspace: Workspace, wanted: MissingEvidence) -> list[_Job]:
    """Return what is to be asked, papers and releases first: theirs are the answers that most findings need."""
    jobs = []
    if wanted.arxiv_ids:
        papers = tuple(asked_for(f"arxiv:{id_}", "") for id_ in wanted.arxiv_ids)
        jobs.append(_Job(host=_ARXIV, wanted=papers, ask=partial(_papers, workspace, wanted.arxiv_ids)))
    tags = defaultdict(list)
    for repo, tag in wanted.releases:
        tags[repo].append(tag)
    for repo, its in tags.items():
        pages = tuple(asked_for(f"github:{repo}@{tag}", f"https://github.com/{repo}") for tag in its)
        jobs.append(_Job(host=_GITHUB, wanted=pages, ask=partial(_releases, workspace, repo, its)))
    return jobs + [_Job(host=_host(url), wanted=(url,), ask=partial(_link, url)) for url in wanted.links]


def _host(url: str) -> str:
    with suppress(ValueError):
        return realm(urlsplit(url).netloc)
    return url


@dataclass(slots=True, kw_only=True)
class _Fetch:
    """One fetch. A thread for each host asks; the caller's alone uses the store."""

    store: Store
    client: HttpClient
    now: datetime
    run: int
    token: str
    jobs: Sequence[_Job]
    processes: ParseProcesses
    stop: Event = field(default_factory=Event)
    found: int = 0
    unseen: int = 0
    failures: list[str] = field(default_factory=list)
    _done: set[str] = field(default_factory=set)
    _unwritten: list[tuple[_Job, _Got | None]] = field(default_factory=list)

    def run_for(self, seconds: float) -> None:
        """Ask every host until all is done or the time is over; what came is kept, also where this is interrupted."""
        deadline = time.monotonic() + seconds
        came: SimpleQueue[tuple[_Job, _Got | None]] = SimpleQueue()
        hosts: defaultdict[str, list[_Job]] = defaultdict(list)
        for job in self.jobs:
            hosts[job.host].append(job)
        pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="scout-fetch")
        try:
            tasks = [pool.submit(self._ask_host, its, came) for its in hosts.values()]
            while not all(task.done() for task in tasks) and time.monotonic() < deadline:
                self._take(came, wait_s=0.1)
        finally:
            self.stop.set()
            self.client.close()
            self.processes.close()
            pool.shutdown(cancel_futures=True)
            self._take(came, wait_s=0)
        for task in tasks:
            if not task.cancelled():
                task.result()

    def _ask_host(self, jobs: Sequence[_Job], came: SimpleQueue[tuple[_Job, _Got | None]]) -> None:
        """Do the jobs of one host one after the other; what was cut short by the end is not told."""
        window = Window(since=self.now.date(), until=self.now.date())
        session = FetchSession(
            client=self.client,
            window=window,
            now=self.now,
            token=self.token,
            stop=self.stop,
            parse_elsewhere=self.processes.parse,
        )
        for job in jobs:
            try:
                for got in job.ask(session, self.processes):
                    if self.stop.is_set():
                        return
                    came.put((job, got))
            except FetchInterrupted:
                return
            except Exception as exc:  # noqa: BLE001 -- a fault of ours in one page is that page's result
                came.put((job, _Got(Failure(url=job.wanted[0], result=Result.BROKEN, why=fault_words(exc)))))
            came.put((job, None))

    def _take(self, came: SimpleQueue[tuple[_Job, _Got | None]], *, wait_s: float) -> None:
        """Write all that has come in one transaction, after waiting a moment for the first."""
        with suppress(Empty):
            self._unwritten.append(came.get(timeout=wait_s) if wait_s else came.get_nowait())
            while True:
                self._unwritten.append(came.get_nowait())
        if not self._unwritten:
            return
        provenance = items.Provenance(source=NAME, authority=1, run=self.run, now=self.now)
        with self.store.writing() as conn:
            for _, got in self._unwritten:
                if got:
                    items.remember(conn, got.items, provenance)
                    result = got.reply.result if isinstance(got.reply, Failure) else Result.OK
                    lookup.put_reply(conn, got.reply.url, str(result), got.reply.status, now=self.now)
            runs.put_pauses(conn, self.client.pauses())
        written, self._unwritten = self._unwritten, []
        for job, got in written:
            self._count(job, got)

    def _count(self, job: _Job, got: _Got | None) -> None:
        if got is None:
            self._done.update(job.wanted)
            return
        self.found += len(got.items)
        why = got.reply.why if isinstance(got.reply, Failure) else got.why
        if why:
            self.failures.append(f"{got.reply.url}: {why}")
            told = isinstance(got.reply, Failure) and (got.reply.status in GONE or got.reply.result in SEEN)
            self.unseen += not told

    def result(self, silent: Sequence[str]) -> FetchResult:
        """Return what came of it."""
        wanted = dict.fromkeys(url for job in self.jobs for url in job.wanted)
        return FetchResult(
            asked=len(self._done),
            found=self.found,
            failures=tuple(self.failures),
            unseen=self.unseen,
            left=tuple(url for url in wanted if url not in self._done),
            silent=tuple(silent),
        )


def _source(workspace: Workspace, kind: str, **options: Any) -> Any:
    """Return a source of a kind, at the endpoint that feeds.yaml uses for it."""
    endpoint = next((getattr(one.source, "endpoint", "") for one in workspace.sources if one.kind == kind), "")
    return make_source(kind, {"name": NAME, **({"endpoint": endpoint} if endpoint else {}), **options}, f"--fetch: {kind}")


def _papers(workspace: Workspace, ids: Sequence[str], session: FetchSession, _: ParseProcesses) -> Iterator[_Got]:
    source = _source(workspace, "arxiv", categories=("cs.DC",))
    found: set[str] = set()
    for page in source.by_ids(session, ids):
        if isinstance(page, Failure):
            yield _Got(page)
            found.update(f"arxiv:{id_}" for id_ in ids)  # who was not answered is not known to be absent
            continue
        parsed = session.parse(source, page)
        found.update(item.id for item in parsed.items)
        if parsed.result not in SEEN:
            found.update(f"arxiv:{id_}" for id_ in ids)
        yield _Got(page.answer, parsed.items, parsed.why if parsed.result not in SEEN else "")
    for id_ in ids:
        if f"arxiv:{id_}" not in found:
            url = asked_for(f"arxiv:{id_}", "")
            yield _Got(Failure(url=url, result=Result.EMPTY, why="arXiv has no such paper", status=404))


def _releases(workspace: Workspace, repo: str, tags: Sequence[str], session: FetchSession, _: ParseProcesses) -> Iterator[_Got]:
    """Ask for the releases of a repository; the list answers for all its tags at once."""
    source = _source(workspace, "github_releases", repos=(repo,))
    found: set[str] = set()
    read = True
    for page in source.pages(session):
        if isinstance(page, Failure):
            read = False
            yield _Got(page)
            continue
        parsed = session.parse(source, page)
        read = read and parsed.result in SEEN
        its = tuple(item for item in parsed.items if item.extra.get("tag") in tags)
        found.update(str(item.extra["tag"]) for item in its)
        yield _Got(page.answer, its, parsed.why if parsed.result not in SEEN else "")
    for tag in tags:
        if read and tag and tag not in found:
            url = asked_for(f"github:{repo}@{tag}", "")
            yield _Got(Failure(url=url, result=Result.EMPTY, why=f"not among the latest releases of {repo}"))


def _link(url: str, session: FetchSession, processes: ParseProcesses) -> Iterator[_Got]:
    got = session.get(url, conditional=False, robots=True)
    if isinstance(got, Failure):
        yield _Got(got)
        return
    page = processes.run(partial(_page, got.body, url, got.final_url, session.now)) if _is_html(got) else None
    if isinstance(page, Ended):
        yield _Got(got, (), f"it answered, and the reading of the page was ended: {page.why}")
    else:
        yield _Got(got, (page,) if page else ())


def _is_html(answer: Answer) -> bool:
    return "html" in answer.headers.get("content-type", "")


def _page(body: bytes, url: str, final_url: str, now: datetime) -> Item | None:
    """Read the page that a link led to, in a process of its own: an item, if it has a title."""
    page = html.soup(body)
    if not (title := html.title(page)):
        return None
    found = html.date(body, page, final_url, now=now)
    return Item(
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
