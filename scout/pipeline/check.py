"""Hold finished reports against the store, and first fetch what the store lacks, if asked to."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scout import __version__, check
from scout.errors import UsageError
from scout.http import HttpCache, HttpClient
from scout.identity import identify
from scout.model import SEEN, Answer, Failure, Item, Kind, Result, Window
from scout.parsers import html
from scout.pipeline.store_evidence import StoreEvidence, is_there
from scout.reports import git, history
from scout.reports.document import parse_report
from scout.sources import make_source
from scout.sources.session import FetchSession
from scout.store import Store, items, ledger, lookup, open_store, runs

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from datetime import datetime

    from scout.check import Finding, MissingEvidence
    from scout.model import LedgerReport
    from scout.reports.document import Document
    from scout.sources.workspace import Workspace
    from scout.store import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedReport:
    """One report, and what is held against it."""

    path: str
    document: Document
    findings: tuple[Finding, ...]


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


def known_before(
    path: Path, workspace: Workspace, checked: Sequence[CheckedReport], revision: str, *, off: Collection[str] = ()
) -> frozenset[str]:
    """Return the fingerprints of what was held against the same files in a git revision: what a change did not bring."""
    found: set[str] = set()
    for one in checked:
        if not is_there(Path(one.path)):
            raise UsageError(f"--since compares files of a working tree, and {one.path} is none")
        body = git.file_at(Path(one.path), revision, largest=history.LARGEST)
        document = parse_report(body.decode("utf-8", errors="replace")) if body and len(body) <= history.LARGEST else None
        if document and document.day:
            before = check_reports(path, workspace, [(one.path, document)], off=off)
            found.update(finding.fingerprint for report in before for finding in report.findings)
    return frozenset(found)


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
    own = Path(where).parent if is_there(Path(where)) else None
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
    """What was asked and what came: items stored, the failures in words, and how many of them tell nothing (not a 404)."""

    asked: int
    found: int
    failures: tuple[str, ...]
    unseen: int = 0


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
    found = unseen = 0
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
                    if isinstance(reply, Failure):
                        failures.append(f"{reply.url}: {reply.why}")
                        unseen += reply.status not in (404, 410)
            finally:
                with store.writing() as conn:
                    runs.put_pauses(conn, client.pauses())
                runs.end(store, run, now=clock())
    asked = len(wanted.arxiv_ids) + len(wanted.releases) + len(wanted.links)
    return FetchResult(asked=asked, found=found, failures=tuple(failures), unseen=unseen)


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
