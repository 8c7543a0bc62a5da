"""What the outside world does wrong, as scripts for scout's own replay server: `/fault/KIND/REST` is REST, broken.

    with Replay(Faults({"/feed.xml": Reply(body=FEED)})) as server:
        web.get(server.url("/fault/truncated/feed.xml"))

`docs/faults.md` says for each kind what the HTTP client returns. A kind that ends in `-once` or gets better counts by address.
"""

from __future__ import annotations

import gzip
import re
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import count
from typing import TYPE_CHECKING

from scout.demo.server import NOT_FOUND, Reply, Request, Routes, lookup

if TYPE_CHECKING:
    from collections.abc import Callable

    from scout.demo.server import Connection

_HTML = "text/html; charset=utf-8"
_WAITING = b"<!doctype html><html><head><title>Just a moment...</title></head><body>One moment, please.</body></html>"
_PUZZLE = b"<!doctype html><html><head><title>Making sure you&#39;re not a bot!</title></head><body>Proof of work.</body></html>"
_LAUGHS = b"".join(b'<!ENTITY l%d "%s">' % (n, b"&l%d;" % (n - 1) * 10) for n in range(1, 10))
_ENTITIES = (
    b'<?xml version="1.0"?><!DOCTYPE rss [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY l0 "ha">' + _LAUGHS + b"]>"
    b"<rss version='2.0'><channel><title>&f;</title><item><title>&l9;</title></item></channel></rss>"
)


def bomb(mebibytes: int) -> bytes:
    """Return gzip that unfolds to so many MiB of zeros, made in steps so that making it costs no memory either."""
    return b"".join([gzip.compress(bytes(1024 * 1024), 9)] * mebibytes)  # members are one body (RFC 1952, 2.2)


def _raw(script: Callable[[Connection], None]) -> Reply:
    return Reply(script=script)


def _error(status: int, body: bytes = b"<h1>No.</h1>", **headers: str) -> Reply:
    return Reply(status=status, body=body, content_type=_HTML, headers={k.replace("_", "-"): v for k, v in headers.items()})


def _to(location: str, status: int = 302) -> Reply:
    return Reply(status=status, headers={"location": location})


def _hang(wire: Connection) -> None:
    wire.wait(60)


def _drip_headers(wire: Connection) -> None:
    wire.write(b"HTTP/1.1 200 OK\r\n")
    for n in count():
        wire.write(b"x-%d: y\r\n" % n)
        if wire.wait(0.05):
            return


def _endless(wire: Connection) -> None:
    wire.head(200, content_type="application/xml")
    while not wire.wait(0):
        wire.write(b"<!-- " + b"x" * 65_000 + b" -->\n")


def _garbage(wire: Connection) -> None:
    wire.write(b"220 mail.example.org ESMTP ready\r\n")


def _slowly(body: bytes) -> Callable[[Connection], None]:
    def script(wire: Connection) -> None:
        wire.head(200, content_length=str(len(body)))
        for byte in body:
            wire.write(bytes([byte]))
            if wire.wait(0.05):
                return

    return script


def _claiming(body: bytes, length: int) -> Callable[[Connection], None]:
    """Send the body under a Content-Length that is not its own, then hang up."""

    def script(wire: Connection) -> None:
        wire.head(200, content_length=str(length))
        wire.write(body)

    return script


ALWAYS: dict[str, Reply] = {
    "401": _error(401, www_authenticate='Basic realm="members"'),
    "403": _error(403, _WAITING, cf_mitigated="challenge"),
    "403-bare": _error(403),
    "403-limited": _error(403, x_ratelimit_remaining="0", x_ratelimit_reset="1780318800"),
    "404": _error(404),
    "410": _error(410),
    "429-bare": _error(429, b"Rate exceeded."),
    "429-forever": _error(429, b"Rate exceeded.", retry_after="3600"),
    "451": _error(451),
    "500": _error(500),
    "503-date": _error(503, retry_after="Mon, 01 Jun 2026 15:00:00 GMT"),
    "503-forever": _error(503),
    "999": _error(999),
    "204": Reply(status=204),
    "206": Reply(status=206, body=b"<rss version='2.0'><channel></channel></rss>", headers={"content-range": "bytes 0-43/9000"}),
    "206-empty": Reply(status=206),
    "226": Reply(status=226, body=b"<rss version='2.0'><channel></channel></rss>", headers={"im": "feed"}),
    "304-uninvited": Reply(status=304),
    "empty": Reply(content_type="application/xml"),
    "challenge": Reply(body=_WAITING, content_type=_HTML),
    "challenge-header": Reply(body=_WAITING, content_type=_HTML, headers={"cf-mitigated": "challenge"}),
    "anubis": Reply(body=_PUZZLE, content_type=_HTML),
    "html-for-json": Reply(body=b"<html><body>Something went wrong.</body></html>", content_type="application/json"),
    "xxe": Reply(body=_ENTITIES, content_type="application/rss+xml"),
    "bad-gzip": Reply(body=b"this was never compressed", headers={"content-encoding": "gzip"}),
    "brotli": Reply(body=b"\x0b\x02\x80hello\x03", headers={"content-encoding": "br"}),
    "reset": _raw(lambda wire: wire.reset()),
    "hang": _raw(_hang),
    "drip-headers": _raw(_drip_headers),
    "huge": _raw(_endless),
    "not-http": _raw(_garbage),
    "to-private": _to("http://169.254.169.254/latest/meta-data/"),
    "to-localhost": _to("http://localhost:22/"),
    "to-file": _to("file:///etc/passwd"),
    "to-user": _to("https://user:secret@example.org/"),
    "to-nothing": _to(""),
    "to-nonsense": _to("http://[::1/"),
    "300": Reply(status=300, body=b"choose"),
}
"""The faults that need no real answer."""


@dataclass(kw_only=True)
class Faults:
    """Routes with every address broken in every way. Faults that pass count how often each address was asked."""

    routes: Routes
    asked: Counter[str] = field(default_factory=Counter)

    def __call__(self, request: Request) -> Reply:
        """Answer `/fault/KIND/REST` with what KIND makes of REST, everything else as it is."""
        found = re.fullmatch(r"/fault/([a-z0-9-]+)(/.*)", request.path)
        if not found:
            return lookup(self.routes, request)
        kind, path = found.groups()
        self.asked[request.target] += 1
        if kind in ALWAYS:
            return ALWAYS[kind]
        if passing := self._passing(kind, request):
            return passing
        if kind in ("empty-page", "short-page"):
            return self._paged(kind, request, path)
        good = replace(request, path=path)
        return _to(good.target, 301) if kind == "moved" else _changed(kind, lookup(self.routes, good))

    def _passing(self, kind: str, request: Request) -> Reply | None:
        times = self.asked[request.target]
        match kind:
            case "429" if times <= 2:
                return _error(429, b"Rate exceeded.", retry_after="1")
            case "503-once" if times == 1:
                return _error(503)
            case "reset-once" if times == 1:
                return ALWAYS["reset"]
            case "loop":
                return _to(request.path)
            case "chain":
                return _to(f"{request.path}?hop={int(request.query.get('hop', '0')) + 1}")
        return None

    def _paged(self, kind: str, request: Request, path: str) -> Reply:
        """Answer a paged service wrongly: nothing after the first page, or less than was asked for."""
        query = dict(request.query)
        if kind == "empty-page" and int(query.get("start", "0")) > 0:
            return Reply(content_type="application/atom+xml")
        if kind == "short-page" and query.get("max_results", "").isdecimal():
            query["max_results"] = str(max(1, int(query["max_results"]) // 3))
        return lookup(self.routes, replace(request, path=path, query=query))


def _changed(kind: str, good: Reply) -> Reply:
    """Break a good answer; one that passed by now comes as it is."""
    body = good.body
    half = len(body) // 2
    packed = gzip.compress(body)
    gzipped = {"content-encoding": "gzip"}
    latin1 = body.decode("utf-8", "replace").encode("latin-1", "replace")
    broken = {
        "truncated": lambda: _raw(_claiming(body[:half], len(body))),
        "long-length": lambda: _raw(_claiming(body, len(body) + 9)),
        "short-length": lambda: _raw(_claiming(body, half)),
        "slow": lambda: _raw(_slowly(body)),
        "bomb": lambda: replace(good, body=bomb(64), headers=gzipped),
        "cut-gzip": lambda: replace(good, body=packed[: len(packed) // 2], headers=gzipped),
        "latin1": lambda: replace(good, body=latin1, content_type="text/plain"),
        "wrong-charset": lambda: replace(good, body=latin1, content_type="text/plain; charset=utf-16"),
        "bad-xml": lambda: replace(good, body=body[: int(len(body) * 0.9)].replace(b"<title>", b"<title>R&D ", 1)),
    }
    if kind in ("429", "503-once", "reset-once"):
        return good
    return broken[kind]() if kind in broken else NOT_FOUND


KINDS = (
    *ALWAYS,
    *("429", "503-once", "reset-once", "loop", "chain", "empty-page", "short-page", "moved", "truncated", "long-length"),
    *("short-length", "slow", "bomb", "cut-gzip", "latin1", "wrong-charset", "bad-xml"),
)
"""Every kind there is."""
