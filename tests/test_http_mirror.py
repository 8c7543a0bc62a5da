"""http.mirror: another server is asked in a host's place, and nobody behind the client learns of it."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.config import HttpSettings
from scout.demo.server import Replay, Reply
from scout.http import HttpClient
from scout.http.mirror import Mirrors
from scout.http.ratelimit import RateLimiter
from scout.model import Answer, Failure, Result

if TYPE_CHECKING:
    from collections.abc import Mapping

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)


def client(server: Replay, hosts: Mapping[str, str], *, allowed: bool = True) -> HttpClient:
    """Open a client that asks the server in these hosts' places; names resolve nowhere, so nothing else can answer."""
    mirror = {host: server.url(folder) for host, folder in hosts.items()}
    http = HttpSettings(allow_hosts=(server.host,) if allowed else (), mirror=mirror, timeout_s=2)
    return HttpClient(http, now=lambda: NOW, pause_s=0, backoff_s=0)


def test_the_mirror_is_asked_and_the_real_address_is_told() -> None:
    """The path and query go behind the base; the answer, and a failure, name the real address only."""
    with Replay({"/site/a.test/post?x=1": Reply(body=b"text")}) as server, client(server, {"A.test": "/site/a.test"}) as web:
        found, missing = web.get("https://a.test/post?x=1#part"), web.get("http://a.test/gone")
        assert isinstance(found, Answer)
        assert (found.body, found.url, found.final_url) == (b"text", "https://a.test/post?x=1#part", "https://a.test/post?x=1")
        assert isinstance(missing, Failure)
        assert missing.url == "http://a.test/gone"
        assert server.host not in missing.why


@pytest.mark.parametrize(
    ("location", "where"),
    [
        ("/new", "https://a.test/new"),
        ("new", "https://a.test/old/new"),
        ("https://b.test/there", "https://b.test/there"),
        ("/site/a.test/new", "https://a.test/new"),
        ("{server}/site/b.test/there", "https://b.test/there"),
    ],
)
def test_redirects_lead_to_real_addresses(location: str, where: str) -> None:
    """A redirect to a real address, and one to an address of the mirror, are both told as the real address."""
    pages = {"/site/a.test/new", "/site/a.test/old/new", "/site/b.test/there"}

    def reply(request: object) -> Reply:
        path = getattr(request, "path", "")
        at = location.replace("{server}", server.url("").rstrip("/"))
        return Reply(body=b"x") if path in pages else Reply(status=301, headers={"Location": at})

    with Replay(reply) as server, client(server, {"a.test": "/site/a.test", "b.test": "/site/b.test/"}) as web:
        found = web.get("https://a.test/old/post")
        assert isinstance(found, Answer), found
        assert (found.final_url, found.moved_to) == (where, where)


def test_a_private_mirror_is_refused_unless_allowed() -> None:
    """A mirror is no way around the address guard: it is asked only if allow_hosts names it, and the failure says whose it is."""
    with Replay({}) as server, client(server, {"a.test": ""}, allowed=False) as web:
        found = web.get("https://a.test/")
        assert isinstance(found, Failure)
        assert found.result is Result.REFUSED
        assert found.why.startswith(f"its mirror {server.host}: ")
        assert "allow_hosts" in found.why
        assert not server.log


def test_robots_and_pauses_are_the_real_hosts() -> None:
    """Each mirrored host has its own robots.txt, and its 429 pauses it as a whole and no other."""
    routes = {
        "/a.test/robots.txt": Reply(body=b"User-agent: *\nDisallow: /private\n"),
        "/a.test/busy": Reply(status=429),
        "/b.test/private": Reply(body=b"x"),
    }
    with Replay(routes) as server, client(server, {"a.test": "/a.test", "b.test": "/b.test"}) as web:
        refused = web.get("https://a.test/private", robots=True)
        assert isinstance(refused, Failure)
        assert refused.result is Result.REFUSED
        assert isinstance(web.get("https://b.test/private", robots=True), Answer)
        web.get("https://a.test/busy")
        assert web.pauses() == {"a.test": NOW + timedelta(seconds=60)}
        paused = web.get("https://a.test/other")
        assert isinstance(paused, Failure)
        assert paused.result is Result.RATE_LIMITED
        assert isinstance(web.get("https://b.test/private"), Answer)


def test_a_token_is_not_sent_to_a_mirror() -> None:
    """Credentials stay with the origin that they were meant for."""
    with Replay({"/x": Reply(body=b"x")}) as server, client(server, {"api.test": ""}) as web:
        web.get("https://api.test/x", headers={"Authorization": "Bearer secret", "Accept": "text/html"})
        assert "authorization" not in server.log[0].headers
        assert server.log[0].headers["accept"] == "text/html"


@pytest.mark.parametrize(
    ("pace_s", "host", "pause"),
    [
        ({}, "a.test", 7),
        ({"m.test:8": 0}, "a.test", 0),
        ({"m.test:8": 0, "a.test": 2}, "a.test", 2),
        ({}, "arxiv.org", 3),
        ({"m.test:8": 0}, "arxiv.org", 0),
    ],
)
def test_the_pace_of_a_mirrored_host(pace_s: dict[str, float], host: str, pause: float) -> None:
    """The real host's pace holds if it is named, else the mirror's, else the usual one of the real host."""
    limiter = RateLimiter(HttpSettings(pace_s=pace_s), None, pause_s=7)
    assert limiter.of(host, mirror="m.test:8").pause == pause
    assert limiter.of(host, mirror="m.test:8") is not limiter.of("b.test", mirror="m.test:8")


def test_a_mirror_at_arxiv_keeps_arxivs_pace() -> None:
    """ArXiv's hosts are one queue, in whichever host's place they are asked."""
    limiter = RateLimiter(HttpSettings(pace_s={"arxiv.org": 0}), None, pause_s=0)
    assert limiter.of("a.test", mirror="export.arxiv.org") is limiter.of("arxiv.org")
    assert limiter.of("a.test", mirror="export.arxiv.org").pause >= 3


def test_a_mirror_that_does_not_answer_is_tried_for_all_its_hosts_together() -> None:
    """A mirror that is down costs a few attempts, not a few for each host that it stands for."""
    with Replay({}) as server:
        web = client(server, {f"h{i}.test": f"/{i}" for i in range(5)})
    started = time.monotonic()
    found = [web.get(f"https://h{i}.test/") for i in range(5)]
    assert all(isinstance(one, Failure) and one.result is Result.UNREACHABLE for one in found)
    assert sum(one.requests for one in found) <= 5
    assert time.monotonic() - started < 2
    web.close()


@given(st.text("ab/-_~=&%,:@é", max_size=30))
def test_an_address_under_the_mirror_comes_back_as_itself(path: str) -> None:
    """Mapping there and back is the identity, for any path."""
    mirrors = Mirrors({"a.test": "http://m.test:8/site/a.test/", "b.test": "http://m.test:8/site"})
    real = httpx.URL(f"https://a.test/a{path}?q=1")
    assert mirrors.redirected(str(mirrors.asked(real)), real, 301) == real
