"""The replay server answers what its table says, remembers what it was asked, and stops at once."""

from __future__ import annotations

import http.client
import socket
import threading
import time
from typing import TYPE_CHECKING

import pytest

from scout.demo.server import NOT_FOUND, Replay, Reply, Request, lookup

if TYPE_CHECKING:
    from collections.abc import Mapping

    from scout.demo.server import Connection, Routes

ONE = Reply(body=b"one", etag='W/"1"', last_modified="Mon, 01 Jun 2026 12:00:00 GMT")


def fetch(server: Replay, path: str, headers: Mapping[str, str] | None = None) -> tuple[int, bytes, Mapping[str, str]]:
    """Ask as any client would."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=5)
    connection.request("GET", path, headers=dict(headers or {}))
    answer = connection.getresponse()
    found = answer.status, answer.read(), {name.lower(): value for name, value in answer.getheaders()}
    connection.close()
    return found


ROUTES: Routes = {
    "/q": Reply(body=b"all"),
    "/q?start=10": Reply(body=b"second"),
    "/q?start=10&n=5": Reply(body=b"second, small"),
    "/echo": lambda request: Reply(body=request.query["say"].encode()),
}


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/q", b"all"),
        ("/q?start=0", b"all"),
        ("/q?x=1&start=10", b"second"),
        ("/q?n=5&start=10", b"second, small"),
        ("/echo?say=a+b", b"a b"),
    ],
)
def test_the_key_that_asks_for_most_wins(path: str, body: bytes) -> None:
    """Parameters in a key must all be there, in any order; others may be."""
    with Replay(ROUTES) as server:
        assert fetch(server, path)[:2] == (200, body)
        assert fetch(server, "/nowhere")[0] == 404


def test_routes_may_be_a_function() -> None:
    """One function may answer everything; `target` is what it was asked, path and query."""
    assert lookup(lambda request: Reply(body=request.target.encode()), Request(path="/a", query={"b": "c"})).body == b"/a?b=c"
    assert lookup({}, Request(path="/a")) is NOT_FOUND


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"If-None-Match": 'W/"1"'}, 304),
        ({"If-None-Match": '"1"'}, 200),
        ({"If-Modified-Since": ONE.last_modified}, 304),
        ({"If-Modified-Since": "Mon, 1 Jun 2026 12:00:00 GMT"}, 200),
        ({"If-None-Match": '"2"', "If-Modified-Since": ONE.last_modified}, 200),
        ({}, 200),
    ],
)
def test_validators_are_compared_byte_for_byte(headers: dict[str, str], status: int) -> None:
    """Only what was sent, as it was sent, gives a 304; the etag decides before the date."""
    with Replay({"/": ONE}) as server:
        got, body, said = fetch(server, "/", headers)
        assert (got, body) == (status, b"one" if status == 200 else b"")
        assert said["etag"] == ONE.etag
        assert (server.log[0].status, server.log[0].sent) == (status, len(body))


def test_the_log_tells_what_was_asked_when() -> None:
    """Time, path with query, and headers, in order."""
    with Replay({}) as server:
        fetch(server, "/a?b=c", {"User-Agent": "me"})
        fetch(server, "/d")
    assert [heard.path for heard in server.log] == ["/a?b=c", "/d"]
    assert server.log[0].headers["user-agent"] == "me"
    assert server.log[0].at <= server.log[1].at <= time.monotonic()


def test_a_script_speaks_for_itself() -> None:
    """Bytes go out as they are; a reset is seen as one."""

    def half(wire: Connection) -> None:
        wire.head(200, content_length="10")
        wire.write(b"half")

    with Replay({"/half": Reply(script=half), "/reset": Reply(script=lambda wire: wire.reset())}) as server:
        with pytest.raises(http.client.IncompleteRead):
            fetch(server, "/half")
        with pytest.raises(ConnectionResetError):
            fetch(server, "/reset")


def test_it_stops_at_once() -> None:
    """Neither a script that waits, nor an idle connection, nor a half-sent request holds it up; no thread is left."""
    before = threading.active_count()
    ended: list[bool] = []
    server = Replay({"/hang": Reply(script=lambda wire: ended.append(wire.wait(30)))})
    with server:
        idle = [socket.create_connection(("127.0.0.1", server.port)) for _ in range(3)]
        idle[1].sendall(b"GET /hang HTTP/1.1\r\nhost: x\r\n\r\n")
        idle[2].sendall(b"GET /ha")
        while not server.log:
            time.sleep(0.01)
        started = time.monotonic()
    assert time.monotonic() - started < 1
    assert ended == [True]
    assert threading.active_count() == before
    for connection in idle:
        connection.close()
