"""robots.txt is obeyed where it is asked for, read once a run, and never a way around the guard."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.config import HttpSettings
from scout.demo.server import Replay, Reply
from scout.http import HttpClient
from scout.http.robots import rules
from scout.model import Answer, Failure, Result

if TYPE_CHECKING:
    from collections.abc import Iterator

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
ROBOTS = b"User-agent: *\nDisallow: /\n\nUser-agent: scout\nDisallow: /private\nAllow: /private/open\nCrawl-delay: 0.05\n"


def web(*servers: Replay) -> HttpClient:
    """Open a door to these servers."""
    http = HttpSettings(allow_hosts=tuple(server.host for server in servers), timeout_s=1)
    return HttpClient(http, now=lambda: NOW, pause_s=0, backoff_s=0)


@pytest.fixture
def site() -> Iterator[Replay]:
    """Serve a site with rules for scout."""
    with Replay({"/robots.txt": Reply(body=ROBOTS), "/page": Reply(body=b"x"), "/private/open": Reply(body=b"y")}) as server:
        yield server


def test_what_it_forbids_is_not_asked(site: Replay) -> None:
    """A forbidden address is refused without a request of its own; the rules for scout come before those for all."""
    with web(site) as door:
        found = door.get(site.url("/private/x"), robots=True)
        assert isinstance(found, Failure)
        assert (found.result, found.requests) == (Result.REFUSED, 1)
        assert "robots.txt" in found.why
        assert isinstance(door.get(site.url("/private/open"), robots=True), Answer)
        assert [heard.path for heard in site.log] == ["/robots.txt", "/private/open"]


def test_it_is_read_once_a_run_and_only_where_asked_for(site: Replay) -> None:
    """An API is not governed by it; pages share one reading, counted with the page that caused it; its delay is kept."""
    with web(site) as door:
        assert door.get(site.url("/page")).requests == 1
        started = time.monotonic()
        first, second = (door.get(site.url("/page"), robots=True) for _ in range(2))
        assert time.monotonic() - started >= 0.05
        assert (first.requests, second.requests) == (2, 1)


@pytest.mark.parametrize("status", [401, 403, 404, 410])
def test_an_absent_one_allows(status: int) -> None:
    """4xx means that there are no rules (RFC 9309, 2.3.1.3)."""
    with Replay({"/robots.txt": Reply(status=status), "/page": Reply()}) as server, web(server) as door:
        assert isinstance(door.get(server.url("/page"), robots=True), Answer)


@pytest.mark.parametrize("status", [500, 503])
def test_one_that_fails_forbids(status: int) -> None:
    """5xx means that nobody knows the rules (RFC 9309, 2.3.1.4); it is not asked for again in this run."""
    with Replay({"/robots.txt": Reply(status=status), "/page": Reply()}) as server, web(server) as door:
        first, second = (door.get(server.url("/page"), robots=True) for _ in range(2))
        assert isinstance(first, Failure)
        assert first.result is Result.REFUSED
        assert second.requests == 0


def test_a_site_that_does_not_answer_is_unreachable() -> None:
    """No connection for robots.txt is no connection, not a rule; a limit is a limit."""
    server = Replay({})
    server.close()
    with web(server) as door:
        found = door.get(server.url("/page"), robots=True)
        assert isinstance(found, Failure)
        assert found.result is Result.UNREACHABLE
    limited = Reply(status=429, headers={"retry-after": "600"})
    with Replay({"/robots.txt": limited, "/page": Reply()}) as server, web(server) as door:
        found = door.get(server.url("/page"), robots=True)
        assert isinstance(found, Failure)
        assert found.result is Result.RATE_LIMITED
        assert found.not_before


def test_a_redirect_obeys_the_rules_of_where_it_leads(site: Replay) -> None:
    """One site cannot send scout to a page that another forbids."""
    away = Reply(status=302, headers={"location": site.url("/private/x")})
    with Replay({"/": away}) as server, web(server, site) as door:
        found = door.get(server.url("/"), robots=True)
        assert isinstance(found, Failure)
        assert found.result is Result.REFUSED


@given(
    st.one_of(st.binary(max_size=300), st.text(alphabet="User-agentDislowCrdly:*/$%\n 0.9\ufeff", max_size=200).map(str.encode))
)
def test_any_bytes_are_rules_or_none(body: bytes) -> None:
    """Nothing in a robots.txt raises."""
    read = rules(Answer(url="u", final_url="u", status=200, headers={}, body=body))
    assert read.delay >= 0
    read.objection("http://example.org/private?x=%zz")


@pytest.mark.parametrize("length", [499, 501, 2_000])
def test_a_long_one_is_obeyed_as_far_as_it_is_read(length: int) -> None:
    """Beyond 500 KiB and beyond max_body_mib, what stands at its beginning holds; half a line at the end says nothing."""
    filler = b"#" * 99 + b"\n"
    body = b"User-agent: *\nDisallow: /private\n" + filler * (length * 1024 // 100) + b"Disallow: /"
    with Replay({"/robots.txt": Reply(body=body), "/page": Reply(body=b"x"), "/private": Reply(body=b"y")}) as server:
        settings = HttpSettings(allow_hosts=(server.host,), timeout_s=5, max_body_mib=0.3)
        with HttpClient(settings, now=lambda: NOW, pause_s=0, backoff_s=0) as door:
            refused = door.get(server.url("/private"), robots=True)
            assert isinstance(refused, Failure)
            assert refused.result is Result.REFUSED
            assert isinstance(door.get(server.url("/page"), robots=True), Answer) == (length > 500)
