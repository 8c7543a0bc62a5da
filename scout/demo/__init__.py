"""Serve a small recorded week, packaged with scout, for `scout demo`: only loopback is used.

Ids, titles, authors, dates and links are real; every note was written for this project and is marked so. `scout.demo.server`
serves it in the formats of the real services to the ordinary HTTP client. It covers common cases: papers on and off topic,
a series of betas, a post release, an item with two URLs, items in an earlier report, undated items, items of the week
before, a feed too short for the window, and two sources that cannot be read.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scout.demo import publishers, records, services
from scout.demo.server import Replay, Reply
from scout.model import Window

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.demo.server import Answering

WINDOW = Window(since=date(2026, 5, 18), until=date(2026, 5, 24))
"""Monday to Sunday."""
NOW = datetime(2026, 5, 26, 6, tzinfo=UTC)
"""The Tuesday after, when arXiv has announced the whole week. Fixed, so that the draft is reproducible."""
PAGES = 1
"""How many pages of items the week has: the one of its first entry, so a demo reads no more."""

_CHALLENGE = b"<!doctype html><title>Just a moment...</title><body>Checking your browser before you continue.</body>"


def routes() -> dict[str, Reply | Answering]:
    """Return the reply to each path."""
    return {
        "/robots.txt": Reply(body=b"User-agent: *\nAllow: /\n"),
        "/api/query": services.arxiv,
        **{f"/repos/{repo}/releases": services.releases for repo in services.repositories()},
        "/hn/api/v1/search_by_date": services.hackernews,
        "/hf/api/daily_papers": services.daily_papers,
        **publishers.routes(),
        "/blocked/feed.xml": Reply(
            status=403, body=_CHALLENGE, content_type="text/html; charset=utf-8", headers={"cf-mitigated": "challenge"}
        ),
        "/failing/feed.xml": Reply(status=500, body=b"It failed inside.\n"),
    }


@contextmanager
def served() -> Iterator[str]:
    """Serve the week on a free port of 127.0.0.1, and yield its URL without a trailing slash."""
    with Replay(routes()) as server:
        yield server.url("")


def config(base_url: str) -> str:
    """Return a feeds.yaml with sources under `base_url`."""
    return records.text("feeds.yaml").replace("BASE", base_url).replace("HOST", urlsplit(base_url).netloc)


def report() -> str:
    """Return the previous week's report, Markdown, which the demo first adds to the ledger."""
    return records.text("report.md")
