"""Trying a source without storing anything, and finding the feed that its place advertises."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, item
from past import Past, outcome, workspace

from scout import config, demo
from scout.demo.server import Replay, Reply
from scout.pipeline.sources import broad_topics, probe_sources
from scout.sources.workspace import load_workspace

if TYPE_CHECKING:
    from pathlib import Path

    from scout.pipeline.collect import Progress

FEED = (
    b'<rss version="2.0"><channel><title>F</title><item><title>Post</title><link>https://posts.example.org/1</link>'
    b"<pubDate>Tue, 19 May 2026 08:00:00 GMT</pubDate></item></channel></rss>"
)
ADVERTISES = (
    b'<html><head><link rel="alternate" type="application/rss+xml" href="/feed.xml"><title>T</title></head><body>x</body></html>'
)
HTML = "text/html; charset=utf-8"


def probed(routes: dict[str, Reply], *names: str, told: list[Progress] | None = None, **paths: str) -> dict[str, dict[str, Any]]:
    """Probe feeds at these paths; return the rows by source."""
    with Replay(routes) as server:
        sources = "\n".join(
            f"  - {{name: {name}, kind: feed, pause: {str(name == 'paused').lower()}, url: '{server.url(path)}'}}"
            for name, path in paths.items()
        )
        http = f"http: {{allow_hosts: ['{server.host}'], pace_s: {{'{server.host}': 0}}, timeout_s: 2}}\n"
        workspace = load_workspace(config.parse(f"{http}sources:\n{sources}\n"))
        tell = told.append if told is not None else lambda _: None
        rows = probe_sources(workspace, names, clock=lambda: demo.NOW, token="", tell=tell)
    return {row["source"]: row for row in rows}


@pytest.fixture(autouse=True)
def caches(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep the door's caches in the test's folder."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))


def test_a_good_source_needs_no_advice() -> None:
    """What came, and the newest of it."""
    row = probed({"/feed.xml": Reply(body=FEED, content_type="text/xml")}, good="/feed.xml")["good"]
    assert row == {"source": "good", "kind": "feed", "outcome": "ok", "items": 1, "newest": "2026-05-19", "advice": "", "why": ""}


def test_a_page_in_place_of_a_feed_names_its_feed() -> None:
    """Somebody who took the site's address is told the feed's."""
    row = probed({"/blog": Reply(body=ADVERTISES, content_type=HTML)}, site="/blog")["site"]
    assert row["outcome"] == "broken"
    assert row["why"]
    assert row["advice"].endswith("/feed.xml")
    assert " advertises " in row["advice"]


def test_a_feed_that_is_gone_is_looked_for_on_the_front_page() -> None:
    """A 404 leads to what the site says of itself today."""
    row = probed({"/": Reply(body=ADVERTISES, content_type=HTML)}, moved="/old/feed.xml")["moved"]
    assert row["outcome"] == "unreachable"
    assert row["advice"].endswith("/feed.xml")


def test_where_nothing_is_advertised_nothing_is_advised() -> None:
    """No feed is made up."""
    assert (
        probed({"/": Reply(body=b"<html><title>T</title></html>", content_type=HTML)}, lost="/feed.xml")["lost"]["advice"] == ""
    )


def test_paused_sources_are_tried_only_by_name() -> None:
    """All means those that would be asked; progress is told after each."""
    told: list[Progress] = []
    routes = {"/feed.xml": Reply(body=FEED, content_type="text/xml")}
    assert probed(routes, told=told, a="/feed.xml", paused="/feed.xml", b="/feed.xml").keys() == {"a", "b"}
    assert [(at.done, at.total, at.items) for at in told] == [(1, 2, 1), (2, 2, 2)]
    assert probed(routes, "paused", a="/feed.xml", paused="/feed.xml").keys() == {"paused"}


def test_a_topic_that_matches_much_of_the_store_is_named_with_its_share(tmp_path: Path) -> None:
    """By the newest items; not where there are few, and nothing is said without a store."""
    past = Past(tmp_path / "s.db")
    broad = workspace(text="topics: [{name: wide, terms: [network]}, {name: rare, terms: [quasar]}]")
    assert broad_topics(past.path, broad, now=NOW) == []
    assert not past.path.exists()
    for count, told in (
        (900, []),
        (300, ["broad: the topic wide matches 33% of the items, so it says little and weighs little"]),
    ):
        words = [("network" if number % 3 == 0 else "other", number) for number in range(count)]
        past.run(NOW, outcome("feed"), feed=[item(f"The {word} of {count}, {number}") for word, number in words])
        assert broad_topics(past.path, broad, now=NOW) == told
