"""The contract of a fetch session: the same over the `FakeClient` of the tests and over the real client on loopback."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, WINDOW, FakeClient, answer, fetch_session, requests_of

from scout.config import HttpSettings
from scout.demo.server import Replay, Reply
from scout.http import HttpCache, HttpClient
from scout.model import Answer, Failure, Result, Validators
from scout.sources.session import BODIES, FetchInterrupted, FetchSession

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from scout.sources.session import Client

    Connect = Callable[..., AbstractContextManager["Connected"]]

PAGE = answer("<p>hello</p>", headers={"etag": '"1"', "last-modified": "Mon, 1 Jun 2026 12:00:00 GMT"})
PLAIN = answer("hello")
DIGEST = sha256(PAGE.body).hexdigest()
STORED = Validators(etag='"1"', last_modified="Mon, 1 Jun 2026 12:00:00 GMT", sha256=DIGEST)
FAKE = "http://127.0.0.1:8900"


@dataclass(frozen=True, slots=True, kw_only=True)
class Connected:
    """A client of one of the two kinds: where its addresses begin, and the headers of what it sent so far."""

    client: Client
    base: str
    sent: Callable[[], list[Mapping[str, str]]]

    def session(self, **fields: Any) -> FetchSession:
        """Return a session over this client."""
        return FetchSession(**{"client": self.client, "window": WINDOW, "now": NOW, **fields})


@contextmanager
def fake(routes: Mapping[str, Answer], stored: Mapping[str, Validators] | None = None) -> Iterator[Connected]:
    """Connect to prepared replies; keys of `routes` and `stored` are paths."""
    cache = HttpCache(validators={FAKE + path: one for path, one in (stored or {}).items()})
    client = FakeClient(replies=dict(prepared(routes)), cache=cache)
    yield Connected(client=client, base=FAKE, sent=lambda: [one.headers for one in client.requests])


def prepared(routes: Mapping[str, Answer]) -> Iterator[tuple[str, Answer | bytes]]:
    """Yield replies by address, redirects at their end."""
    for path, reply in routes.items():
        if path == "/robots.txt":
            yield FAKE + path, reply.body
        elif reply.moved_to:
            there = FAKE + reply.moved_to
            yield FAKE + path, answer(routes[reply.moved_to].body, final_url=there, moved_to=there)
        else:
            yield FAKE + path, reply


@contextmanager
def real(routes: Mapping[str, Answer], stored: Mapping[str, Validators] | None = None) -> Iterator[Connected]:
    """Connect to a server on loopback that serves the same."""
    with Replay({path: served(reply) for path, reply in routes.items()}) as server:
        base = server.url("")
        cache = HttpCache(validators={base + path: one for path, one in (stored or {}).items()})
        http = HttpSettings(allow_hosts=(server.host,), timeout_s=2)
        with HttpClient(http, now=lambda: NOW, cache=cache, pause_s=0, backoff_s=0, attempts=0) as client:
            yield Connected(client=client, base=base, sent=lambda: [one.headers for one in server.log])


def served(reply: Answer) -> Reply:
    """Return an answer as a server gives it."""
    headers = dict(reply.headers)
    etag, modified = headers.pop("etag", ""), headers.pop("last-modified", "")
    if reply.moved_to:
        return Reply(status=301, headers={"location": reply.moved_to})
    return Reply(status=reply.status, body=reply.body, etag=etag, last_modified=modified, headers=headers)


@pytest.fixture(params=[fake, real], ids=["FakeClient", "Web"])
def connect(request: pytest.FixtureRequest) -> Connect:
    """Return how to connect, by either client."""
    chosen: Connect = request.param
    return chosen


def got(found: Answer | Failure) -> Answer:
    """Insist on an answer."""
    assert isinstance(found, Answer), found
    return found


def failed(found: Answer | Failure) -> Failure:
    """Insist on a failure."""
    assert isinstance(found, Failure), found
    return found


def test_an_answer_has_its_address_headers_and_validators(connect: Connect) -> None:
    """The body, lower-case header names, and what to ask again with; the cost is counted in the session."""
    with connect({"/a": PAGE}) as there:
        session = there.session()
        found = got(session.get(f"{there.base}/a"))
    assert (found.url, found.final_url, found.status, found.body) == (f"{there.base}/a", f"{there.base}/a", 200, PAGE.body)
    assert (found.unchanged, found.moved_to, found.validators) == (False, "", STORED)
    assert found.headers["etag"] == '"1"'
    assert (found.requests, found.received) == (session.requests, session.received) == (1, len(PAGE.body))


def test_where_redirects_end_is_told(connect: Connect) -> None:
    """`url` is what was asked, `final_url` what answered, and a move for good is said."""
    with connect({"/old": answer(moved_to="/new"), "/new": PLAIN}) as there:
        found = got(there.session().get(f"{there.base}/old"))
    assert (found.url, found.final_url, found.moved_to) == (f"{there.base}/old", f"{there.base}/new", f"{there.base}/new")
    assert found.body == PLAIN.body


def test_params_join_the_address(connect: Connect) -> None:
    """The address that was asked has its parameters, encoded, after those that stood there."""
    with connect({"/q?a=1": PLAIN}) as there:
        found = got(there.session().get(f"{there.base}/q?a=1", params={"b": "x y"}))
    assert found.url == found.final_url == f"{there.base}/q?a=1&b=x+y"


def test_headers_are_sent(connect: Connect) -> None:
    """What a source adds goes out."""
    with connect({"/a": PLAIN}) as there:
        got(there.session().get(f"{there.base}/a", headers={"accept": "application/json"}))
        (sent,) = there.sent()
    assert sent["accept"] == "application/json"


def test_a_304_is_unchanged_for_who_read_it(connect: Connect) -> None:
    """With the validators and the digest of the last run there is no body, and what to ask again with stays."""
    with connect({"/a": PAGE}, {"/a": STORED}) as there:
        found = got(there.session(state={BODIES: {f"{there.base}/a": DIGEST}}).get(f"{there.base}/a"))
    assert (found.status, found.unchanged, found.body, found.received) == (304, True, b"", 0)
    assert found.validators == STORED


def test_a_304_for_another_source_is_asked_again_in_full(connect: Connect) -> None:
    """What this source has not read is new to it, at the cost of a second request."""
    with connect({"/a": PAGE}, {"/a": STORED}) as there:
        session = there.session(state={BODIES: {f"{there.base}/a": "another"}})
        found = got(session.get(f"{there.base}/a"))
    assert (found.status, found.unchanged, found.body, session.requests) == (200, False, PAGE.body, 2)


@pytest.mark.parametrize("known", [True, False])
def test_the_same_body_is_unchanged_by_its_digest(connect: Connect, *, known: bool) -> None:
    """A server without validators: unchanged for the source that read this body, new for one that did not."""
    digest = sha256(PLAIN.body).hexdigest()
    with connect({"/a": PLAIN}, {"/a": Validators(sha256=digest)}) as there:
        session = there.session(state={BODIES: {f"{there.base}/a": digest if known else ""}})
        found = got(session.get(f"{there.base}/a"))
    assert (found.status, found.unchanged, found.body, session.requests) == (200, known, PLAIN.body, 1)
    assert found.validators == Validators(sha256=digest)


def test_an_empty_body_is_never_unchanged(connect: Connect) -> None:
    """Nothing twice may be a fault twice."""
    empty = Validators(sha256=sha256(b"").hexdigest())
    with connect({"/a": answer()}, {"/a": empty}) as there:
        session = there.session(state={BODIES: {f"{there.base}/a": empty.sha256}})
        assert not got(session.get(f"{there.base}/a")).unchanged


@pytest.mark.parametrize(
    ("fields", "conditional"),
    [({}, True), ({"state": {"asked": "x"}, "refresh": True}, True), ({"state": {"asked": "x"}}, False)],
    ids=["first time", "refresh", "not wanted"],
)  # fmt: skip
def test_validators_are_sent_only_where_they_may(connect: Connect, fields: dict[str, Any], *, conditional: bool) -> None:
    """A source that remembers nothing, is asked afresh or does not want them gets the whole answer."""
    with connect({"/a": PAGE}, {"/a": STORED}) as there:
        found = got(there.session(**fields).get(f"{there.base}/a", conditional=conditional))
    assert (found.status, found.unchanged, found.body) == (200, False, PAGE.body)


@pytest.mark.parametrize(
    ("reply", "result", "paused"),
    [
        (answer(status=404), Result.UNREACHABLE, False),
        (answer(status=410), Result.UNREACHABLE, False),
        (answer(status=500), Result.UNREACHABLE, False),
        (answer(status=403), Result.BLOCKED, False),
        (answer(status=403, headers={"cf-mitigated": "challenge"}), Result.BLOCKED, False),
        (answer(status=403, headers={"x-ratelimit-remaining": "0"}), Result.RATE_LIMITED, True),
        (answer(status=429, headers={"retry-after": "3600"}), Result.RATE_LIMITED, True),
    ],
    ids=lambda value: str(value.status) if isinstance(value, Answer) else "",
)
def test_a_failure_has_all_its_fields(connect: Connect, reply: Answer, result: Result, *, paused: bool) -> None:
    """Address, status, reason, headers, cost and pause are the same for both clients."""
    with connect({"/a": reply}) as there:
        session = there.session()
        found = failed(session.get(f"{there.base}/a"))
        pauses = there.client.pauses()
    with fake({"/a": reply}) as fakes:
        same = failed(fakes.session().get(f"{FAKE}/a"))
    assert (found.url, found.result, found.status, found.requests) == (f"{there.base}/a", result, reply.status, 1)
    assert (found.why, found.not_before, session.not_before) == (same.why, same.not_before, same.not_before)
    assert reply.headers.items() <= found.headers.items()
    assert (found.not_before is not None, list(pauses.values())) == (paused, [found.not_before] if paused else [])


def test_what_nobody_prepared_is_not_there(connect: Connect) -> None:
    """An address that a test forgot is a 404 as on a server."""
    with connect({}) as there:
        found = failed(there.session().get(f"{there.base}/forgotten"))
    assert (found.result, found.status, found.why) == (Result.UNREACHABLE, 404, "404: there is nothing at this address")


@pytest.mark.parametrize("url", ["ftp://a.test/", "mailto:me@a.test", "https://me:pw@a.test/", "", "http://"])
def test_an_address_that_may_not_be_asked_is_refused(connect: Connect, url: str) -> None:
    """Nobody is asked, and nothing is counted."""
    with connect({}) as there:
        session = there.session()
        found = failed(session.get(url))
        assert there.sent() == []
    assert (found.url, found.result, found.status, session.requests) == (url, Result.REFUSED, None, 0)


def test_robots_txt_is_obeyed_where_the_source_wants(connect: Connect) -> None:
    """A forbidden address is refused without asking it; data interfaces are asked all the same."""
    robots = answer("User-agent: *\nDisallow: /private\n")
    with connect({"/robots.txt": robots, "/private/a": PLAIN, "/a": PLAIN}) as there:
        found = failed(there.session().get(f"{there.base}/private/a", robots=True))
        assert got(there.session().get(f"{there.base}/a", robots=True)).body == PLAIN.body
        assert got(there.session().get(f"{there.base}/private/a")).body == PLAIN.body
    assert (found.url, found.result, found.status) == (f"{there.base}/private/a", Result.REFUSED, None)
    assert found.why == "robots.txt asks not to read this address"


def test_a_stopped_session_asks_nobody() -> None:
    """Once the run is being stopped, the next question ends the source."""
    session = fetch_session({"https://a.test/": b"x"})
    session.stop.set()
    with pytest.raises(FetchInterrupted):
        session.get("https://a.test/")
    assert requests_of(session) == []


def test_a_note_is_said_once() -> None:
    """The same words twice are one note."""
    session = fetch_session()
    session.say("moved")
    session.say("moved")
    assert session.notes == ["moved"]
