"""Ask primary sources for what a report names and the store lacks: papers by id, releases by tag, links once; and keep it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scout import __version__
from scout.http import HttpCache, HttpClient
from scout.identity import identify
from scout.model import Answer, Failure, Item, Kind, Result, Window
from scout.parsers import html
from scout.sources import make_source
from scout.sources.session import FetchSession
from scout.store import Store, items, lookup, open_store, runs

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from scout.check import MissingEvidence
    from scout.sources.workspace import Workspace

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
    """Fetch what is wanted through the HTTP client, and store items and replies; what cannot be had is said."""
    now = clock()
    with open_store(path, write="scout check --fetch", create=True, wait_s=wait_s) as store:
        cache = HttpCache(not_before=runs.pauses(store))
        with HttpClient(workspace.config.http, now=clock, cache=cache, pace_dir=pace_dir) as client:
            window = Window(since=now.date(), until=now.date())
            session = FetchSession(client=client, window=window, now=now, token=token)
            got = [*_papers(session, workspace, wanted), *_releases(session, workspace, wanted), *_links(session, wanted)]
            _keep(store, got, window=window, now=now)
            with store.writing() as conn:
                runs.put_pauses(conn, client.pauses())
    failures = tuple(f"{failure.url}: {failure.why}" for failure, _ in got if isinstance(failure, Failure))
    found = sum(len(found) for _, found in got)
    return FetchResult(asked=len(wanted.arxiv_ids) + len(wanted.releases) + len(wanted.links), found=found, failures=failures)


Got = tuple[Answer | Failure, tuple[Item, ...]]


def _source(workspace: Workspace, kind: str, **options: Any) -> Any:
    """Return a source of a kind, at the endpoint that feeds.yaml uses for it."""
    endpoint = next((getattr(one.source, "endpoint", "") for one in workspace.sources if one.kind == kind), "")
    return make_source(kind, {"name": NAME, **({"endpoint": endpoint} if endpoint else {}), **options}, f"--fetch: {kind}")


def _papers(session: FetchSession, workspace: Workspace, wanted: MissingEvidence) -> Iterator[Got]:
    if not wanted.arxiv_ids:
        return
    source = _source(workspace, "arxiv", categories=("cs.DC",))
    for page in source.by_ids(session, wanted.arxiv_ids):
        yield (page, ()) if isinstance(page, Failure) else (page.answer, source.parse(page).items)


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


def _keep(store: Store, got: Sequence[Got], *, window: Window, now: datetime) -> None:
    run = runs.start(store, window, {}, now=now, version=__version__)
    provenance = items.Provenance(source=NAME, authority=1, run=run, now=now)
    with store.writing() as conn:
        items.remember(conn, [item for _, found in got for item in found], provenance)
        for reply, _ in got:
            result = reply.result if isinstance(reply, Failure) else Result.OK
            lookup.put_reply(conn, reply.url, str(result), reply.status, now=now)
    runs.end(store, run, now=now)
