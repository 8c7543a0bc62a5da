"""Fetch sources once without storing anything, and exchange feeds with other readers as OPML."""

from __future__ import annotations

import json
import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

from scout import dates, shortlist
from scout.errors import UsageError
from scout.http import HttpClient
from scout.identity import canonical_url
from scout.limits import read_file
from scout.model import SEEN, Answer, Failure, Window
from scout.parsers import html, opml
from scout.pipeline.collect import SIDE_BY_SIDE, Progress
from scout.shortlist import render
from scout.sources.fetch import fetch_source
from scout.sources.parse_process import ParseProcesses
from scout.sources.session import Client, FetchSession
from scout.store import open_store, window_items

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from scout.model import Outcome
    from scout.sources.workspace import ConfiguredSource, Workspace

NEWEST = 2000
"""How many items tell what share a topic matches."""


def probe_sources(
    workspace: Workspace,
    names: Sequence[str],
    *,
    clock: Callable[[], datetime],
    token: str = "",
    pace_dir: Path | None = None,
    tell: Callable[[Progress], None] = lambda _: None,
) -> list[dict[str, Any]]:
    """Return for each source: source, kind, outcome, items, newest, advice (a feed address to use instead), why."""
    now = clock()
    window = Window(since=(now - timedelta(days=6)).date(), until=now.date())
    sources = [one for one in workspace.named(names) if not one.source.pause or names]
    rows = []
    stop = Event()
    pool, processes = ThreadPoolExecutor(SIDE_BY_SIDE), ParseProcesses()

    def one_row(one: ConfiguredSource) -> dict[str, Any]:
        session = FetchSession(client=client, window=window, now=now, stop=stop, token=token, parse_elsewhere=processes.parse)
        return _row(one, client, fetch_source(one.source, session, None).outcome)

    with HttpClient(workspace.config.http, now=clock, pace_dir=pace_dir) as client:
        try:
            asked = [pool.submit(one_row, one) for one in sources]
            for done, row in enumerate(asked, 1):
                rows.append(row.result())
                waiting = tuple(one.source.name for one in sources[done:])
                tell(Progress(done=done, total=len(sources), items=sum(r["items"] for r in rows), last=None, waiting=waiting))
        except BaseException:
            stop.set()
            processes.close()
            raise  # the client is closed on the way out, and everything that waits comes back
        finally:
            pool.shutdown(wait=not stop.is_set(), cancel_futures=True)
            processes.close()
    return rows


def _row(one: ConfiguredSource, client: Client, outcome: Outcome) -> dict[str, Any]:
    return {
        "source": one.source.name,
        "kind": one.kind,
        "outcome": str(outcome.result),
        "items": outcome.items_seen,
        "newest": f"{outcome.newest:%Y-%m-%d}" if outcome.newest else None,
        "advice": "" if outcome.result in SEEN else _advice(one, client),
        "why": outcome.why,
    }


def _advice(one: ConfiguredSource, client: Client) -> str:
    """Look at the source's own page and its site's front page for an advertised feed."""
    url = str(getattr(one.source, "url", ""))
    if not url:
        return ""
    front = url.split("/", 3)
    for address in dict.fromkeys([url, "/".join(front[:3]) + "/"]):
        match client.get(address, conditional=False, robots=True):
            case Answer() as answer:
                if feeds := html.feeds(answer.body, answer.final_url):
                    return f"{answer.final_url} advertises {', '.join(feeds[:3])}"
            case Failure():
                continue
    return ""


def broad_topics(db: Path, workspace: Workspace, *, now: datetime) -> list[str]:
    """Return a warning for each topic that matches a large share of the newest items in the store, if there is a store."""
    if not db.exists():
        return []
    with open_store(db) as store:
        newest = window_items.published(store, dates.EARLIEST, now, limit=NEWEST)
    return render.broad(shortlist.broad_topics(workspace.config.topics, newest))


def import_opml(path: Path, workspace: Workspace | None) -> tuple[list[str], int]:
    """Return the feeds of an OPML file as lines for `sources:`, one each, and how many were there already."""
    try:
        feeds = opml.parse_opml(read_file(path, opml.LARGEST))
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror or exc}") from exc
    except ValueError as exc:
        raise UsageError(f"{path} is no OPML: {exc}") from exc
    sources = workspace.sources if workspace else ()
    urls = {canonical_url(getattr(one.source, "url", "")) for one in sources}
    names = {one.source.name for one in sources}
    lines, known = [], 0
    for feed in feeds:
        if canonical_url(feed.url) in urls:
            known += 1
            continue
        urls.add(canonical_url(feed.url))
        name = _name(feed.title, names)
        names.add(name)
        group = f", group: {json.dumps(feed.group, ensure_ascii=False)}" if feed.group else ""
        lines.append(f"  - {{name: {json.dumps(name)}, kind: feed, section: context{group}, url: {json.dumps(feed.url)}}}")
    return lines, known


def _name(title: str, taken: set[str]) -> str:
    """Return a short name that is not taken: letters, digits and hyphens."""
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "feed"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def export_opml(workspace: Workspace) -> tuple[str, int, int]:
    """Return the feeds of a workspace as OPML, how many there are, and how many sources have no feed."""
    feeds = tuple(
        opml.Subscription(title=one.source.name, url=str(getattr(one.source, "url", "")), group=one.source.group)
        for one in workspace.sources
        if one.kind == "feed"
    )
    return opml.write_opml(workspace.config.report.title, feeds), len(feeds), len(workspace.sources) - len(feeds)
