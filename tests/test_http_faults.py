"""docs/faults.md, compared with what the HTTP client returns: a row and a result for each fault."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from faults import KINDS, Faults

from scout.config import HttpSettings
from scout.demo.server import Replay, Reply
from scout.http import HttpClient
from scout.model import Answer, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.model import Failure

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
PAGE = Path(__file__).parent.parent / "docs" / "faults.md"
FEED = "<?xml version='1.0'?><rss version='2.0'><channel><title>Café</title></channel></rss>".encode() * 3
PASSING = {"429", "503-once", "reset-once", "moved"}
ROW = re.compile(r"^\| `([a-z0-9-]+)` \| .+? \| `([a-z_]+)` \| .+ \|$", re.MULTILINE)
TABLE = dict(ROW.findall(PAGE.read_text(encoding="utf-8")))


@pytest.fixture
def server() -> Iterator[Replay]:
    """Serve one feed, and every fault of it."""
    with Replay(Faults(routes={"/feed.xml": Reply(body=FEED, content_type="application/rss+xml")})) as replay:
        yield replay


def ask(server: Replay, kind: str) -> Answer | Failure:
    """Ask once; enough time only where the fault passes with time."""
    http = HttpSettings(allow_hosts=(server.host,), max_body_mib=1, timeout_s=4 if kind in ("429", "bomb") else 0.4)
    with HttpClient(http, now=lambda: NOW, pause_s=0, backoff_s=0) as web:
        return web.get(server.url(f"/fault/{kind}/feed.xml"))


def test_the_table_names_every_fault() -> None:
    """No fault is without a row, no row without a fault."""
    assert sorted(TABLE) == sorted(KINDS)


@pytest.mark.parametrize("kind", KINDS)
def test_the_door_says_what_the_table_says(server: Replay, kind: str) -> None:
    """Each fault comes out as the word in its row; what passes leaves no trace, a failure has words and ends in time."""
    answer = ask(server, kind)
    if isinstance(answer, Answer):
        assert TABLE[kind] == Result.OK
        assert answer.body == FEED or kind not in PASSING
    else:
        assert TABLE[kind] == answer.result
        assert answer.why
        assert answer.seconds < (0.8 if kind != "bomb" else 4)
    assert answer.requests == len(server.log)
    assert (getattr(answer, "not_before", None) is not None) == (TABLE[kind] == Result.RATE_LIMITED)


@pytest.mark.parametrize(
    ("kind", "requests"),
    [("403", 1), ("404", 1), ("429-forever", 1), ("500", 4), ("503-forever", 4), ("503-date", 1), ("reset", 4), ("reset-once", 2),
     ("bad-gzip", 1), ("truncated", 4), ("loop", 1), ("chain", 6), ("to-private", 1), ("hang", 1)],
)  # fmt: skip
def test_only_what_may_pass_is_asked_again(server: Replay, kind: str, requests: int) -> None:
    """A guard, a limit, a lie are asked once; a server's weakness four times; a chain of redirects is followed five steps."""
    assert ask(server, kind).requests == requests


def test_one_address_fails_while_another_answers(server: Replay) -> None:
    """A stand-in is many hosts in one: a pause that one of its paths asks for holds for that path alone."""
    with HttpClient(HttpSettings(allow_hosts=(server.host,)), now=lambda: NOW, pause_s=0) as web:
        limited = [web.get(server.url("/fault/429-forever/feed.xml"), params={"page": page}) for page in "12"]
        assert [failure.requests for failure in limited] == [1, 0]
        assert isinstance(web.get(server.url("/feed.xml")), Answer)
