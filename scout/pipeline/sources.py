"""Ask sources once without storing anything: whether the place answers, with what, and whether there is a better address."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event
from typing import TYPE_CHECKING, Any

from scout.http import HttpClient
from scout.model import SEEN, Answer, Failure, Window
from scout.parsers import html
from scout.pipeline.collect import SIDE_BY_SIDE, Progress
from scout.sources._parse_process import ParseProcesses
from scout.sources.fetch import fetch_source
from scout.sources.session import Client, FetchSession

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from scout.model import Outcome
    from scout.sources.workspace import ConfiguredSource, Workspace


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
