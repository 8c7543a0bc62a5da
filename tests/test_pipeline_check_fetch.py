"""Asking primary sources for what a report names: kept as any other item, and what cannot be had is said."""

from __future__ import annotations

from signal import SIGINT, pthread_kill
from threading import main_thread
from typing import TYPE_CHECKING

import pytest

from scout import config, demo, store
from scout.check import MissingEvidence
from scout.demo.server import Replay, Reply
from scout.pipeline.check import FetchResult, fetch_missing
from scout.sources.workspace import load_workspace

if TYPE_CHECKING:
    from pathlib import Path

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


def fetched(db: Path, server: Replay, *paths: str, **wanted: tuple[object, ...]) -> FetchResult:
    """Fetch what is wanted from the week and the pages above."""
    workspace = load_workspace(config.parse(demo.config(server.url(""))))
    links = tuple(server.url(path) for path in paths)
    return fetch_missing(db, workspace, MissingEvidence(links=links, **wanted), clock=lambda: demo.NOW, token="")  # type: ignore[arg-type]


def served() -> Replay:
    """Return the week with some more pages."""
    return Replay({**demo.routes(), **EXTRA})


def test_papers_and_releases_come_from_their_own_services(db: Path) -> None:
    """At the endpoints that feeds.yaml names, only what was wanted, with the date that counts; a second time nothing is new."""
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
    thread = main_thread()
    stops = Reply(script=lambda _: pthread_kill(thread.ident or 0, SIGINT))
    with Replay({**demo.routes(), **EXTRA, "/stops": stops}) as server, pytest.raises(KeyboardInterrupt):
        fetched(db, server, "/page", "/limited", "/stops", "/bare")
    with store.open_store(db) as opened:
        assert [row["title"] for row in opened.rows("select title from items")] == ["A cache that forgets"]
        assert {url.rpartition("/")[2] for url in store.lookup.replies(opened)} == {"page", "limited"}
        assert store.runs.pauses(opened)
        assert not opened.rows("select * from runs where ended is null")


def test_what_a_check_fetches_is_no_run_of_the_sources(db: Path) -> None:
    """A draft after it says up to when the sources were seen, which it did not ask."""
    with served() as server:
        fetched(db, server, "/page")
    with store.open_store(db) as opened:
        assert store.runs.seen_until(opened) is None


def test_nothing_wanted_asks_nothing(db: Path) -> None:
    """A report whose things are all known costs no request."""
    with served() as server:
        assert fetched(db, server) == FetchResult(asked=0, found=0, failures=())
        assert not server.log
