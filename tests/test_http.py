"""The door: what it sends, what it makes of what comes back, and that it stays polite."""

from __future__ import annotations

import gzip
import logging
import threading
import time
import tracemalloc
import zlib
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import pairwise
from socket import AF_INET, EAI_AGAIN, EAI_NONAME, SOCK_STREAM, gaierror
from typing import TYPE_CHECKING, Any

import pytest
from faults import bomb
from hypothesis import given, settings
from hypothesis import strategies as st

from scout.config import HttpSettings
from scout.demo.server import Replay, Reply, Request
from scout.http import HttpCache, HttpClient
from scout.model import Answer, Failure, Result, Validators

if TYPE_CHECKING:
    from collections.abc import Callable

    from scout.demo.server import Connection

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
CLIENT = {"pause_s", "attempts", "backoff_s"}
"""What the client is told by keyword; the rest is feeds.yaml's."""
PAGE = Reply(body=b"<html>hello</html>", content_type="text/html")


def on_loopback(host: str, port: int) -> list[Any]:
    """Resolve every name to this machine, so that one test server has many names."""
    assert host
    return [(AF_INET, SOCK_STREAM, 6, "", ("127.0.0.1", port))]


def door(server: Replay, *, cache: HttpCache | None = None, now: Callable[[], datetime] = lambda: NOW, **how: Any) -> HttpClient:
    """Open a door that may talk to the server under any name, and hurries."""
    client = {"pause_s": 0, "backoff_s": 0} | {name: how.pop(name) for name in CLIENT & how.keys()}
    http = HttpSettings(**{"timeout_s": 2, "allow_hosts": (server.host,), **how})
    return HttpClient(http, cache=cache, now=now, version="1.2", resolve=on_loopback, **client)


def answered(found: Answer | Failure) -> Answer:
    """Insist on an answer."""
    assert isinstance(found, Answer), found
    return found


def failed(found: Answer | Failure) -> Failure:
    """Insist on a failure."""
    assert isinstance(found, Failure), found
    return found


def test_it_says_who_it_is_and_what_it_reads() -> None:
    """User-Agent with version and contact, and only codings whose size can be bounded; no cookie comes back, no proxy is asked."""
    with Replay({"/": Reply(headers={"set-cookie": "track=me"})}) as server, door(server, contact="mailto:me@example.org") as web:
        for _ in range(2):
            answered(web.get(server.url("/")))
        sent = server.log[1].headers
        assert sent["user-agent"] == "scout/1.2 (+mailto:me@example.org)"
        assert sent["accept-encoding"] == "gzip, deflate"
        assert "cookie" not in sent


@pytest.mark.parametrize(
    ("contact", "agent"),
    [("", "scout/1.2"), ("a\x00\x85x-evil: 1", "scout/1.2 (+ax-evil: 1)"), ("né", "scout/1.2 (+n)"), (" ", "scout/1.2")],
)
def test_a_contact_cannot_break_the_header(contact: str, agent: str) -> None:
    """Control characters and other scripts do no harm; line breaks and parentheses are refused with the settings."""
    for refused in ("a\r\nx-evil: 1", "(a)"):
        with pytest.raises(ValueError, match="User-Agent"):
            HttpSettings(contact=refused)
    with Replay({"/": PAGE}) as server, door(server, contact=contact) as web:
        answered(web.get(server.url("/")))
        assert server.log[0].headers["user-agent"] == agent
        assert "x-evil" not in server.log[0].headers


def test_the_environment_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    """A proxy in the environment would resolve names behind the guard's back."""
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:1")
    monkeypatch.setenv("ALL_PROXY", "http://127.0.0.1:1")
    with Replay({"/": PAGE}) as server, door(server) as web:
        assert answered(web.get(server.url("/"))).body == PAGE.body


def test_params_join_the_query_that_is_there() -> None:
    """The whole address, parameters included, is what was asked and what is remembered."""
    with Replay({"/q?a=1&b=x y": PAGE}) as server, door(server) as web:
        answer = answered(web.get(server.url("/q?a=1"), params={"b": "x y"}))
        assert answer.url == answer.final_url == server.url("/q?a=1&b=x%20y").replace("%20", "+")


@pytest.mark.parametrize("etag", ['"abc"', 'W/"a b"', '"caf\xe9"', "unquoted", '"a", "b"'])
def test_validators_go_back_byte_for_byte(etag: str) -> None:
    """What the server said comes back as it was, and a 304 is an answer: unchanged, with what was known."""
    page = Reply(body=b"x", etag=etag, last_modified="Mon, 1 Jun 2026 12:00:00 GMT")
    stored: dict[str, Validators] = {}
    with Replay({"/": page}) as server, door(server, cache=HttpCache(validators=stored)) as web:
        first = answered(web.get(server.url("/")))
        assert not first.unchanged
        stored[server.url("/")] = first.validators
        again = answered(web.get(server.url("/")))
        assert (again.status, again.unchanged, again.body) == (304, True, b"")
        assert (
            again.validators
            == first.validators
            == Validators(etag=etag, last_modified=page.last_modified, sha256=sha256(b"x").hexdigest())
        )
        assert answered(web.get(server.url("/"), conditional=False)).body == b"x"


def test_the_same_body_is_unchanged_though_the_server_has_no_validators() -> None:
    """A 200 with the digest that was stored is unchanged, and no validator is ever invented."""
    stored: dict[str, Validators] = {}
    with Replay({"/": PAGE}) as server, door(server, cache=HttpCache(validators=stored)) as web:
        stored[server.url("/")] = answered(web.get(server.url("/"))).validators
        again = answered(web.get(server.url("/")))
        assert again.unchanged
        assert again.body == PAGE.body
        assert not {"if-none-match", "if-modified-since"} & server.log[1].headers.keys()


def test_an_empty_body_is_never_unchanged() -> None:
    """An empty answer twice is a fault twice, not silence."""
    stored: dict[str, Validators] = {}
    with Replay({"/": Reply()}) as server, door(server, cache=HttpCache(validators=stored)) as web:
        stored[server.url("/")] = answered(web.get(server.url("/"))).validators
        assert not answered(web.get(server.url("/"))).unchanged


@pytest.mark.parametrize(
    ("statuses", "moved"), [((301,), True), ((308, 301), True), ((301, 302), False), ((303,), False), ((307,), False)]
)
def test_only_permanent_redirects_move(statuses: tuple[int, ...], *, moved: bool) -> None:
    """`moved_to` is where a feed lives from now on, so one temporary hop is enough to leave it empty."""
    routes = {f"/{n}": Reply(status=status, headers={"location": f"/{n + 1}#top"}) for n, status in enumerate(statuses)}
    with Replay({**routes, f"/{len(statuses)}": PAGE}) as server, door(server) as web:
        answer = answered(web.get(server.url("/0")))
        target = server.url(f"/{len(statuses)}")
        assert answer.final_url == target
        assert answer.moved_to == (target if moved else "")
        assert answer.requests == len(statuses) + 1


def test_a_token_stays_with_its_origin() -> None:
    """A redirect on one origin keeps the caller's headers; the first step to another loses all but what any browser would say."""
    with Replay({"/": PAGE, "/back": PAGE}) as other:
        away = Reply(status=302, headers={"location": other.url("/")})
        with Replay({"/a": Reply(status=302, headers={"location": "/b"}), "/b": away}) as server:
            token = {"Authorization": "Bearer t0ken\n", "X-Api-Key": "k", "Accept": "application/json"}
            with door(server, allow_hosts=(server.host, other.host)) as web:
                answered(web.get(server.url("/a"), headers=token))
            assert [heard.headers.get("authorization") for heard in server.log] == ["Bearer t0ken"] * 2
            assert other.log[0].headers["accept"] == "application/json"
            assert not {"authorization", "x-api-key"} & other.log[0].headers.keys()


def test_a_header_that_is_none_is_refused_without_being_repeated() -> None:
    """A token with a line break inside is never sent, and never stands in an outcome."""
    with Replay({"/": PAGE}) as server, door(server) as web:
        failure = failed(web.get(server.url("/"), headers={"Authorization": "Bearer s3cret\nx: y"}))
        assert (failure.result, failure.requests, server.log) == (Result.REFUSED, 0, [])
        assert "s3cret" not in repr(failure)


def test_a_host_that_limits_us_is_left_alone_and_that_can_be_remembered() -> None:
    """One 429 ends the run for the whole host; the next run knows, and asks again when the time has come."""
    later = [NOW]
    pauses: dict[str, datetime] = {}
    with Replay({"/limited": Reply(status=429, headers={"retry-after": "120"}), "/good": PAGE}) as server:
        address = f"http://api.example.org:{server.port}"
        with door(server, cache=HttpCache(not_before=pauses), now=lambda: later[0]) as web:
            first = failed(web.get(f"{address}/limited"))
            assert first.not_before == NOW + timedelta(seconds=120)
            second = failed(web.get(f"{address}/good"))
            assert (second.result, second.requests, second.not_before) == (Result.RATE_LIMITED, 0, first.not_before)
            assert "2026-06-01 12:02 UTC" in second.why
            pauses.update(web.pauses())
        with door(server, cache=HttpCache(not_before=pauses), now=lambda: later[0]) as web:
            assert failed(web.get(f"{address}/good")).result is Result.RATE_LIMITED
            later[0] += timedelta(seconds=120)
            assert answered(web.get(f"{address}/good")).body == PAGE.body
        assert len(server.log) == 2


def test_all_of_arxiv_is_left_alone_together() -> None:
    """The terms count its API, RSS and OAI-PMH as one, so a limit at one ends the asking at all."""
    with Replay({"/api/query": Reply(status=429, headers={"retry-after": "0"})}) as server, door(server) as web:
        first = failed(web.get(f"http://export.arxiv.org:{server.port}/api/query"))
        assert first.not_before == NOW + timedelta(seconds=60)
        assert failed(web.get(f"http://rss.arxiv.org:{server.port}/rss/cs.DC")).requests == 0
        assert web.pauses() == {"arxiv.org": first.not_before}


def test_a_limit_that_stays_after_short_waits_holds_for_a_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    """A server that says `Retry-After: 1` for ever is believed three times, then left alone."""
    monkeypatch.setattr(time, "sleep", lambda _: None)
    with Replay({"/": Reply(status=429, headers={"retry-after": "1"})}) as server, door(server) as web:
        failure = failed(web.get(server.url("/")))
        assert (failure.requests, failure.not_before) == (4, NOW + timedelta(seconds=60))
        assert failed(web.get(server.url("/"))).requests == 0


def test_one_host_at_a_time_many_hosts_at_once() -> None:
    """Four requests to one host come one by one; to four hosts, together."""
    together = threading.Barrier(4)
    inside: list[str] = []
    most: list[int] = []

    def alone(wire: Connection) -> None:
        inside.append(wire.request.path)
        wire.wait(0.02)
        most.append(len(inside))
        inside.pop()
        wire.head(204)

    def meet(wire: Connection) -> None:
        together.wait(timeout=1)
        wire.head(204)

    routes = {"/alone": Reply(script=alone), "/meet": Reply(script=meet)}
    with Replay(routes) as server, door(server) as web, ThreadPoolExecutor(4) as pool:
        list(pool.map(answered, pool.map(web.get, [server.url("/alone")] * 4)))
        assert max(most) == 1
        names = [f"http://host{n}.example.org:{server.port}/meet" for n in range(4)]
        assert all(isinstance(found, Answer) for found in pool.map(web.get, names))


def test_who_waits_for_a_turn_hears_that_the_host_has_had_enough() -> None:
    """Four threads want the same host; the first is told to go away, so the other three do not ask."""
    limited = Reply(status=429, headers={"retry-after": "600"})
    with Replay({"/": limited}) as server, door(server, pause_s=0.1) as web, ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(web.get, [server.url("/")] * 4))
    assert {failed(answer).result for answer in answers} == {Result.RATE_LIMITED}
    assert len(server.log) == 1


def test_waiting_for_ones_turn_costs_none_of_the_calls_time() -> None:
    """The deadline is for what the outside world does, not for our own settings."""
    with Replay({"/": PAGE}) as server, door(server, pause_s=0.25, timeout_s=0.15) as web:
        started = time.monotonic()
        answers = [answered(web.get(server.url("/"))) for _ in range(3)]
        assert time.monotonic() - started >= 0.5
        assert all(answer.seconds < 0.15 for answer in answers)
        times = [heard.at for heard in server.log]
        assert all(later - sooner > 0.2 for sooner, later in pairwise(times))


def test_the_pause_counts_from_when_a_request_arrives() -> None:
    """A first connection that is slow to set up does not bring the second request too close to the first."""

    def slowly(host: str, port: int) -> list[Any]:
        time.sleep(0.15)
        return on_loopback(host, port)

    with Replay({"/": PAGE}) as server:
        http = HttpSettings(allow_hosts=(server.host,))
        with HttpClient(http, now=lambda: NOW, resolve=slowly, pause_s=0.2) as web:
            for _ in range(2):
                answered(web.get(server.url("/")))
        assert server.log[1].at - server.log[0].at > 0.15


def test_a_connection_is_used_again() -> None:
    """A hundred conditional requests to one host are one connection; each new one resolves the name anew."""
    connections: list[str] = []

    def counting(host: str, port: int) -> list[Any]:
        connections.append(host)
        return on_loopback(host, port)

    stored: dict[str, Validators] = {}
    with Replay({"/": Reply(body=b"x", etag='"1"'), "/none": Reply(status=204)}) as server:
        http = HttpSettings(allow_hosts=(server.host,))
        stored[server.url("/")] = Validators(etag='"1"')
        with HttpClient(http, cache=HttpCache(validators=stored), now=lambda: NOW, resolve=counting, pause_s=0) as web:
            statuses = [answered(web.get(server.url(path))).status for path in ("/", "/none", "/", "/?", "/")]
    assert statuses == [304, 204, 304, 200, 304]
    assert len(connections) == 1


def test_closing_ends_all_waiting_at_once() -> None:
    """An interrupted run comes back: who waits for a turn or for an answer has not finished, which is no zero."""
    with Replay({"/": PAGE, "/hang": Reply(script=lambda wire: void(wire.wait(30)))}) as server:
        web = door(server, pause_s=30, timeout_s=30)
        answered(web.get(server.url("/")))
        with ThreadPoolExecutor(2) as pool:
            waiting = [
                pool.submit(web.get, address) for address in (server.url("/"), f"http://other.example.org:{server.port}/hang")
            ]
            time.sleep(0.1)
            started = time.monotonic()
            web.close()
            server.close()
            assert {failed(one.result()).result for one in waiting} == {Result.NOT_FINISHED}
        assert time.monotonic() - started < 2
        assert failed(web.get(server.url("/"))).result is Result.NOT_FINISHED


def test_a_connection_made_while_the_door_closes_is_hung_up_too() -> None:
    """Closed between looking a name up and connecting, the door still lets nobody wait for an answer."""
    with Replay({"/": Reply(script=lambda wire: void(wire.wait(20)))}) as server:

        def closing(host: str, port: int) -> list[Any]:
            web.close()
            return on_loopback(host, port)

        http = HttpSettings(allow_hosts=(server.host,), timeout_s=15)
        web = HttpClient(http, now=lambda: NOW, resolve=closing, pause_s=0)
        started = time.monotonic()
        assert failed(web.get(server.url("/"))).result is Result.NOT_FINISHED
        assert time.monotonic() - started < 5


def void(_: object) -> None:
    """Take a value and give none."""


def test_no_connection_is_unreachable_after_four_tries() -> None:
    """A closed port and a name that does not resolve are said in words."""
    server = Replay({})
    server.close()
    with door(server) as web:
        failure = failed(web.get(server.url("/")))
        assert (failure.result, failure.requests, failure.status) == (Result.UNREACHABLE, 4, None)
        assert "no connection" in failure.why
        tls = failed(web.get(f"https://{server.host}/"))
        assert tls.result is Result.UNREACHABLE


@pytest.mark.parametrize(("error", "tries"), [(EAI_NONAME, 1), (EAI_AGAIN, 4)])
def test_a_name_that_does_not_exist_is_asked_for_once(error: int, tries: int) -> None:
    """What a name server says of a name stays so; where it gave no answer it is asked again."""

    def unknown(*_: object) -> list[Any]:
        raise gaierror(error, "no address")

    with HttpClient(HttpSettings(), now=lambda: NOW, resolve=unknown, backoff_s=0) as web:
        failure = failed(web.get("https://nowhere.test/"))
    assert (failure.result, failure.requests) == (Result.UNREACHABLE, tries)
    assert "nowhere.test does not resolve" in failure.why


def test_who_is_not_there_is_tried_once_a_run() -> None:
    """After four tries nobody answers at an origin: its other paths are not tried, and say so; another run begins anew."""
    server = Replay({})
    server.close()
    with door(server) as web:
        web.get(server.url("/one"))
        second = failed(web.get(server.url("/two")))
        assert (second.result, second.requests) == (Result.UNREACHABLE, 0)
        assert second.why.endswith("tried before, and not again in this run")
    with door(server) as web:
        assert failed(web.get(server.url("/two"))).requests == 4


def test_a_resolver_that_hangs_ends_with_the_call() -> None:
    """The system's resolver knows no deadline; the door does."""
    release = threading.Event()

    def hang(_host: str, _port: int) -> list[Any]:
        release.wait(5)
        return []

    with HttpClient(HttpSettings(timeout_s=0.1), now=lambda: NOW, version="1", resolve=hang) as web:
        failure = failed(web.get("http://example.org/"))
    release.set()
    assert failure.result is Result.UNREACHABLE
    assert failure.seconds < 0.5


@pytest.mark.parametrize("coding", ["gzip", "deflate"])
def test_a_bomb_is_not_unfolded(coding: str) -> None:
    """The cap counts decoded bytes while decoding: 64 MiB of zeros never take more than a few MiB."""
    packed = bomb(64) if coding == "gzip" else zlib.compress(bytes(64 * 1024 * 1024), 9)
    with Replay({"/": Reply(body=packed, headers={"content-encoding": coding})}) as server, door(server, max_body_mib=1) as web:
        web.get(server.url("/missing"))
        tracemalloc.start()
        failure = failed(web.get(server.url("/")))
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
    assert failure.result is Result.BROKEN
    assert peak < 4 * 1024 * 1024


def test_bytes_that_decode_to_nothing_are_capped_too() -> None:
    """Padding without end after a gzip body is stopped by the cap on the wire."""

    def padded(wire: Connection) -> None:
        wire.head(200, content_encoding="gzip")
        wire.write(gzip.compress(b"x"))
        while not wire.wait(0):
            wire.write(bytes(65_536))

    with Replay({"/": Reply(script=padded)}) as server, door(server, max_body_mib=1) as web:
        assert failed(web.get(server.url("/"))).result is Result.BROKEN


def test_a_length_over_the_cap_is_not_read() -> None:
    """What says that it is too large is believed before the first byte."""
    body = bytes(1024 * 1024 + 1)
    with Replay({"/": Reply(body=body), "/fits": Reply(body=body[1:])}) as server, door(server, max_body_mib=1) as web:
        failure = failed(web.get(server.url("/")))
        assert (failure.result, failure.received) == (Result.BROKEN, 0)
        assert len(answered(web.get(server.url("/fits"))).body) == 1024 * 1024


def test_it_logs_and_prints_nothing(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    """What happened is in the value; a retry leaves no line anywhere."""
    with caplog.at_level(logging.INFO), Replay({"/": Reply(status=500)}) as server, door(server) as web:
        failed(web.get(server.url("/")))
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")


@settings(max_examples=60)
@given(st.one_of(st.text(), st.text(max_size=40).map("http://{}".format), st.from_regex(r"https?://\S{0,30}")))
def test_any_text_as_an_address_gives_a_value(url: str) -> None:
    """Nothing that stands in feeds.yaml or in a redirect raises; nothing resolves here, so nothing is ever answered."""
    with HttpClient(HttpSettings(timeout_s=2), now=lambda: NOW, resolve=nobody, pause_s=0, backoff_s=0) as web:
        assert failed(web.get(url)).result in (Result.REFUSED, Result.UNREACHABLE)


def nobody(host: str, _: int) -> list[Any]:
    """Know no name."""
    raise OSError(host)


HEAD = st.sampled_from(
    [
        b"",
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.1 302 Found\r\nlocation: ",
        b"HTTP/1.1 429 No\r\nretry-after: ",
        b"HTTP/1.1 200 \r\n\r\n",
    ]
)
LINES = st.lists(
    st.sampled_from(
        [b"content-encoding: gzip\r\n", b"transfer-encoding: chunked\r\n", b"content-length: 5\r\n", b"\r\n", b"etag: \xff\r\n"]
    )
)


@settings(max_examples=40)
@given(st.builds(lambda head, lines, rest: head + b"".join(lines) + rest, HEAD, LINES, st.binary(max_size=60)))
def test_any_bytes_from_a_server_give_a_value(data: bytes) -> None:
    """Whatever comes instead of HTTP, the answer is a value with words."""

    def babble(_: Request) -> Reply:
        return Reply(script=lambda wire: wire.write(data))

    with Replay(babble) as server, door(server, attempts=0, timeout_s=0.5) as web:
        found = web.get(server.url("/"))
    assert isinstance(found, Answer) or found.why
