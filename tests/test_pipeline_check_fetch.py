"""Asking primary sources for what a report names: kept as any other item, and what cannot be had is said."""

from __future__ import annotations

import socket
from datetime import timedelta
from signal import SIGINT, pthread_kill
from threading import Barrier, Event, main_thread
from typing import TYPE_CHECKING

import pytest

from scout import config, demo, store
from scout.check import MissingEvidence
from scout.demo.server import Replay, Reply
from scout.pipeline.check import documents
from scout.pipeline.fetch import FetchResult, fetch_missing, missing_evidence
from scout.sources.parse_process import ParseProcesses
from scout.sources.workspace import load_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from scout.demo.server import Connection
    from scout.sources.workspace import Workspace

PAGE = b"""<!doctype html><html><head><title>A cache that forgets</title>
<script type="application/ld+json">{"@type": "BlogPosting", "datePublished": "2026-05-19T08:00:00Z"}</script></head>
<body><article><h1>A cache that forgets</h1><p>It forgets what nobody asked for in a week, and keeps the rest.</p></article></body>"""
EXTRA = {
    "/page": Reply(body=PAGE, content_type="text/html; charset=utf-8"),
    "/bare": Reply(body=b"<html><body><p>no title</p></body></html>", content_type="text/html"),
    "/file.pdf": Reply(body=b"%PDF-1.7 ...", content_type="application/pdf"),
    "/gone": Reply(status=410),
    "/limited": Reply(status=429, headers={"retry-after": "3600"}),
    "/robots.txt": Reply(body=b"User-agent: *\nDisallow: /private/\n"),
    "/private/page": Reply(body=PAGE, content_type="text/html"),
}


@pytest.fixture
def db(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where a store may be made, with the caches beside it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "s.db"


def workspace_for(*servers: Replay) -> Workspace:
    """Return a workspace of the first server's week that may ask them all."""
    text = demo.config(servers[0].url(""))
    own = f'allow_hosts: ["{servers[0].host}"'
    assert own in text
    return load_workspace(config.parse(text.replace(own, ", ".join([own, *(f'"{one.host}"' for one in servers[1:])]))))


def fetched(
    db: Path, server: Replay, *paths: str, seconds: float = 600, processes: ParseProcesses | None = None, **wanted: object
) -> FetchResult:
    """Fetch what is wanted from the week and the pages above."""
    links = tuple(server.url(path) for path in paths)
    missing = MissingEvidence(links=links, **wanted)  # type: ignore[arg-type]
    return fetch_missing(db, workspace_for(server), missing, clock=lambda: demo.NOW, seconds=seconds, processes=processes)


def served() -> Replay:
    """Return the week with some more pages."""
    return Replay({**demo.routes(), **EXTRA})


def test_papers_and_releases_come_from_their_own_services(db: Path) -> None:
    """At the endpoints that feeds.yaml names, only what was wanted, with the date that counts; what they lack is remembered."""
    with served() as server:
        got = fetched(
            db, server, arxiv_ids=("2605.18071", "2605.99999"), releases=(("llm-d/llm-d", "v0.7.0"), ("llm-d/llm-d", "v9"))
        )
        paths = {one.path.partition("?")[0] for one in server.log}
    assert (got.asked, got.found) == (4, 2)
    assert paths == {"/api/query", "/repos/llm-d/llm-d/releases"}
    with store.open_store(db) as opened:
        rows = opened.rows("select id, date_source, owner from items order by id")
        replies = store.lookup.replies(opened)
    assert replies["https://arxiv.org/abs/2605.99999"][:2] == ("empty", 404)
    assert replies["https://github.com/llm-d/llm-d/releases/tag/v9"][:2] == ("empty", None)
    assert got.not_looked_up == 0
    assert "https://arxiv.org/abs/2605.18071" not in replies
    assert [tuple(row) for row in rows] == [
        ("arxiv:2605.18071", "arxiv:published", "check"),
        ("github:llm-d/llm-d@v0.7.0", "github:published_at", "check"),
    ]


def test_a_page_that_a_link_leads_to_becomes_an_item(db: Path) -> None:
    """Title and date are the page's own; a page without a title and a file are answers, no items."""
    with served() as server:
        got = fetched(db, server, "/page", "/bare", "/file.pdf")
    assert (got.asked, got.found, got.failures) == (3, 1, ())
    with store.open_store(db) as opened:
        (row,) = opened.rows("select title, published, date_source, summary from items")
        replies = store.lookup.replies(opened)
    assert (row["title"], row["published"]) == ("A cache that forgets", "2026-05-19T08:00:00Z")
    assert "json-ld" in row["date_source"]
    assert "forgets what nobody asked for" in row["summary"]
    assert {result for result, _, _ in replies.values()} == {"ok"}


def test_what_cannot_be_had_is_told_and_kept_as_an_answer(db: Path) -> None:
    """Each failure has its address and reason; robots.txt is obeyed; pauses outlive the command."""
    with served() as server:
        got = fetched(db, server, "/gone", "/limited", "/private/page")
        host = server.host
    assert (got.asked, got.found) == (3, 0)
    assert len(got.failures) == 3
    assert all(failure.startswith("http://127.0.0.1") and ": " in failure for failure in got.failures)
    with store.open_store(db) as opened:
        replies = {url.rpartition("/")[2]: (result, status) for url, (result, status, _) in store.lookup.replies(opened).items()}
        assert [place.partition("/")[0] for place in store.runs.pauses(opened)] == [host]
    assert replies["gone"] == ("unreachable", 410)
    assert replies["limited"] == ("rate_limited", 429)
    assert replies["page"][0] == "refused"
    assert not any(one.path == "/private/page" for one in server.log)


@pytest.mark.usefixtures("heard")
def test_what_came_before_an_interrupt_is_kept(db: Path) -> None:
    """Each answer is stored as it comes, and the pauses asked for; the next command asks for the rest alone."""

    def stops(at: Connection) -> None:
        pthread_kill(main_thread().ident or 0, SIGINT)
        at.wait(60)

    with Replay({**demo.routes(), **EXTRA, "/stops": Reply(script=stops)}) as server:
        with pytest.raises(KeyboardInterrupt):
            fetched(db, server, "/page", "/limited", "/stops", "/bare")
        assert not any(one.path == "/bare" for one in server.log)
    with store.open_store(db) as opened:
        assert [row["title"] for row in opened.rows("select title from items")] == ["A cache that forgets"]
        assert {url.rpartition("/")[2] for url in store.lookup.replies(opened)} == {"page", "limited"}
        assert store.runs.pauses(opened)
        assert not opened.rows("select * from runs where ended is null")


def test_hosts_are_asked_side_by_side_and_each_one_link_at_a_time(db: Path) -> None:
    """Two hosts that answer only while both are being asked; on neither is a second request begun meanwhile."""
    meeting = Barrier(2, timeout=60)
    busy = {"a": Event(), "b": Event()}

    def answers(name: str) -> Reply:
        def script(at: Connection) -> None:
            assert not busy[name].is_set()
            busy[name].set()
            meeting.wait()
            busy[name].clear()
            at.head(200, content_type="text/html", content_length=str(len(PAGE)))
            at.write(PAGE)

        return Reply(script=script)

    pages = ("/1", "/2", "/3")
    with (
        Replay({page: answers("a") for page in pages}) as one,
        Replay({page: answers("b") for page in pages}) as other,
    ):
        links = tuple(server.url(page) for server in (one, other) for page in pages)
        got = fetch_missing(db, workspace_for(one, other), MissingEvidence(links=links), clock=lambda: demo.NOW, seconds=600)
    assert (got.asked, got.found, got.failures, got.left) == (6, 6, (), ())


def test_what_was_not_reached_in_time_is_told_and_stays_to_be_asked(db: Path) -> None:
    """One host never answers: the whole ends nevertheless, each link is answered or told, and only answers are remembered."""

    def hangs(at: Connection) -> None:
        at.wait(600)

    never = Reply(script=hangs)
    with served() as one, Replay({"/never": never, "/after": never, "/robots.txt": Reply()}) as other:
        links = (other.url("/never"), other.url("/after"), one.url("/page"))
        got = fetch_missing(db, workspace_for(one, other), MissingEvidence(links=links), clock=lambda: demo.NOW, seconds=2)
        assert "/after" not in {entry.path for entry in other.log}
    with store.open_store(db) as opened:
        assert {*store.lookup.replies(opened), *got.left} == set(links)
        assert not opened.rows("select * from runs where ended is null")
    assert set(links[:2]) <= set(got.left)
    assert got.not_looked_up == len(got.left)
    assert got.asked == len(links) - len(got.left)


def dead_address() -> str:
    """Return an address on loopback where nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{probe.getsockname()[1]}"


def test_links_are_asked_once_a_week_whatever_came_of_it(db: Path, tmp_path: Path) -> None:
    """Within the week nothing is asked again, and what gave no answer is told as such; later, or on request, it is."""
    with served() as server:
        hosts = [dead_address() for _ in range(20)]
        text = demo.config(server.url("")).replace("allow_hosts: [", "allow_hosts: [" + "".join(f'"{host}", ' for host in hosts))
        workspace = load_workspace(config.parse(text))
        dead = tuple(f"http://{host}/post" for host in hosts)
        lines = "".join(f"- [A link]({url})\n" for url in (*dead, server.url("/bare"), server.url("/gone")))
        (tmp_path / "r.md").write_text(f"{demo.report()}\n{lines}")
        reports = documents([str(tmp_path / "r.md")])
        store.open_store(db, write="test", create=True).close()
        first = missing_evidence(db, workspace, reports, now=demo.NOW)
        mine = tuple(link for link in first.links if "127.0.0.1" in link)
        got = fetch_missing(db, workspace, MissingEvidence(links=mine), clock=lambda: demo.NOW, seconds=600)
        asked = len(server.log)
        again = missing_evidence(db, workspace, reports, now=demo.NOW + timedelta(days=6))
        later = missing_evidence(db, workspace, reports, now=demo.NOW + timedelta(days=8))
        forced = missing_evidence(db, workspace, reports, now=demo.NOW, refresh=True)
        told = fetch_missing(db, workspace, MissingEvidence(silent=again.silent), clock=lambda: demo.NOW, seconds=600)
    assert len(mine) == 22
    assert got.unseen == 20
    assert len(server.log) == asked
    assert not set(mine) & set(again.links)
    assert set(again.silent) == set(dead)
    assert set(mine) <= set(later.links)
    assert set(mine) <= set(forced.links)
    assert (told.asked, told.not_looked_up) == (0, 20)


def test_a_page_that_costs_too_much_is_ended_and_told(db: Path) -> None:
    """It is read in a process with limits: the link answers, what stands there is not known, and the others are read."""
    heavy = Reply(body=b"<title>x</title>" + b"<a href='x'>" * 300_000, content_type="text/html")
    with Replay({**demo.routes(), **EXTRA, "/heavy": heavy}) as server:
        got = fetched(db, server, "/heavy", "/page", processes=ParseProcesses(cpu_s=1))
    assert (got.asked, got.found, got.unseen) == (2, 1, 1)
    (failure,) = got.failures
    assert "the reading of the page was ended" in failure
    with store.open_store(db) as opened:
        assert {result for result, _, _ in store.lookup.replies(opened).values()} == {"ok"}


def test_what_a_check_fetches_is_no_run_of_the_sources(db: Path) -> None:
    """A draft after it says up to when the sources were seen, which it did not ask."""
    with served() as server:
        fetched(db, server, "/page")
    with store.open_store(db) as opened:
        assert store.runs.seen_until(opened) is None


def test_nothing_wanted_asks_nothing(db: Path) -> None:
    """A report whose things are all known costs no request."""
    with served() as server:
        assert fetched(db, server) == FetchResult(asked=0, found=0)
        assert not server.log
