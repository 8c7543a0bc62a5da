"""A small recorded week inside the package, for `scout demo`: it needs no network but this machine's own.

The ids, titles, authors, dates and links are real; every note is this project's own and says so. Served by `scout.demo.server` in
the formats of the real services, the week goes through the same door as any other. It holds what a real week holds: papers on
the topic and off it, a train of betas, a post release, a thing with two addresses, things that an earlier report has, undated
things and some of the week before, a feed that is too short, and two places that cannot be seen.
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
"""The week: Monday to Sunday."""
NOW = datetime(2026, 5, 26, 6, tzinfo=UTC)
"""The Tuesday morning after it, when arXiv has announced the whole week: always the same, so that the draft is too."""

_CHALLENGE = b"<!doctype html><title>Just a moment...</title><body>Checking your browser before you continue.</body>"


def routes() -> dict[str, Reply | Answering]:
    """Return what each address of the week answers."""
    return {
        "/robots.txt": Reply(body=b"User-agent: *\nAllow: /\n"),
        "/api/query": services.arxiv,
        **{f"/repos/{repo}/releases": services.releases for repo in services.repositories()},
        "/hn/api/v1/search_by_date": services.hackernews,
        **publishers.routes(),
        "/blocked/feed.xml": Reply(
            status=403, body=_CHALLENGE, content_type="text/html; charset=utf-8", headers={"cf-mitigated": "challenge"}
        ),
        "/failing/feed.xml": Reply(status=500, body=b"It failed inside.\n"),
    }


@contextmanager
def served() -> Iterator[str]:
    """Serve the week on a free port of 127.0.0.1, and yield its address, without a slash at the end."""
    with Replay(routes()) as server:
        yield server.url("")


def config(base_url: str) -> str:
    """Return the text of a feeds.yaml that asks the week where it is served."""
    return records.text("feeds.yaml").replace("BASE", base_url).replace("HOST", urlsplit(base_url).netloc)


def report() -> str:
    """Return the report of the week before, in Markdown, which the demo reads into the ledger first."""
    return records.text("report.md")
