"""Send one request and read its response.

httpcore's pool is used without a client above it: no cookies, no environment, no automatic redirects, no decoding without
a cap. httpx parses addresses and makes the TLS context.
"""

from __future__ import annotations

import ssl
from collections import deque
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cache
from typing import TYPE_CHECKING

import httpcore
import httpx

from scout.http import body, errors, network
from scout.http.errors import RequestFailedError
from scout.model import Result
from scout.text import clean, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from datetime import datetime

REDIRECTS = {301: True, 302: False, 303: False, 307: False, 308: True}
"""Redirect statuses, and whether they are permanent."""


@dataclass(slots=True, kw_only=True)
class RequestUsage:
    """Count what one call has used, with its deadline. `received` counts bytes of undecoded bodies."""

    timer: network.Deadline
    requests: int = 0
    received: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """Ask for one address. `headers` are sent byte for byte (Latin-1); a body longer than `cut_at` bytes is cut there."""

    address: httpx.URL
    headers: Mapping[str, str] = field(default_factory=dict, repr=False)
    cut_at: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """Hold a good response. `headers` have lower-case names, `body` is decoded."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


class Transport:
    """Hold the connections. `cap` bounds a decoded body, in bytes."""

    def __init__(self, network: network.GuardedNetwork, *, agent: str, cap: int, now: Callable[[], datetime]) -> None:
        self._connections = network.connections
        self._agent = agent
        self._cap = cap
        self._now = now
        self._pool = httpcore.ConnectionPool(
            ssl_context=_trust(), network_backend=network, max_connections=100, max_keepalive_connections=20, keepalive_expiry=30
        )

    def close(self) -> None:
        """Close all connections."""
        self._connections.hang_up()
        self._pool.close()

    def exchange(self, request: Request, tally: RequestUsage, leaves: Callable[[], None]) -> Response:
        """Send one GET and read its response; `leaves` is called when it is sent. Raise RequestFailedError only."""

        def trace(event: str, _: object) -> None:
            if event == "http11.send_request_headers.started":
                leaves()

        address = request.address
        sent = {**request.headers, "user-agent": self._agent, "accept-encoding": body.ACCEPTED}
        coded = [(name.encode("latin-1", "replace"), value.encode("latin-1", "replace")) for name, value in sent.items()]
        url = httpcore.URL(scheme=address.raw_scheme, host=address.raw_host, port=address.port, target=address.raw_path)
        tally.requests += 1
        with network.within(tally.timer), _translated(tally):
            get = httpcore.Request("GET", url, headers=[(b"Host", address.netloc), *coded], extensions={"trace": trace})
            response = self._pool.handle_request(get)
            try:
                return self._read(response, tally, request.cut_at)
            finally:
                response.close()

    def _read(self, response: httpcore.Response, tally: RequestUsage, cut_at: int | None) -> Response:
        said = _said(response)
        if trouble := errors.failure_of(response.status, said, self._now()):
            raise trouble
        content = b""
        if response.status in (204, 304):
            deque(response.iter_stream(), maxlen=0)  # empty, and frees the connection for the next request
        elif response.status not in REDIRECTS:
            coding = said.get("content-encoding", "")
            chunks = self._chunks(response, tally, said, cut_at=cut_at)
            content = body.decoded(chunks, coding, cap=cut_at or self._cap, cut=bool(cut_at))
        return Response(status=response.status, headers=said, body=content)

    def _chunks(
        self, response: httpcore.Response, tally: RequestUsage, said: Mapping[str, str], *, cut_at: int | None
    ) -> Iterator[bytes]:
        """Yield the undecoded body, counted, at most the cap."""
        most = 2 * cut_at if cut_at else self._cap  # what is to be cut may be packed, badly
        length = said.get("content-length", "")
        if length.isdecimal() and int(length[:18]) > self._cap and not cut_at:
            raise body.too_large(self._cap)
        before = tally.received
        for chunk in response.iter_stream():
            tally.received += len(chunk)
            if tally.received - before > most:
                raise body.too_large(self._cap)
            yield chunk


@cache
def _trust() -> ssl.SSLContext:
    """Load the certificate authorities once: it takes as long as a dozen requests."""
    return httpx.create_ssl_context(trust_env=False)


def _said(response: httpcore.Response) -> dict[str, str]:
    """Return the headers byte for byte (Latin-1), lower-case names, repeated ones joined."""
    said: dict[str, str] = {}
    for raw_name, raw_value in response.headers:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        said[name] = f"{said[name]}, {value}" if name in said else value
    return said


@contextmanager
def _translated(tally: RequestUsage) -> Iterator[None]:
    """Translate network errors. The library's messages may hold a header's value, a token, so they are not repeated."""
    timer = tally.timer
    try:
        yield
    except network.RefusedError as exc:
        tally.requests -= 1  # none was sent
        raise RequestFailedError(Result.REFUSED, str(exc)) from exc
    except httpcore.TimeoutException as exc:
        late = timer.left <= 0
        why = f"no complete answer within {timer.limit:g} s" if late else "no connection in time"
        lost = isinstance(exc, httpcore.ConnectTimeout) and not late
        raise RequestFailedError(Result.UNREACHABLE, why, again=None if late else 0, lost=lost) from exc
    except httpcore.ConnectError as exc:
        untrusted = "CERTIFICATE_VERIFY_FAILED" in str(exc)
        why = "its certificate cannot be verified" if untrusted else f"no connection: {shorten(clean(str(exc)), 200)}"
        again = None if untrusted or isinstance(exc, network.UnknownNameError) else 0
        raise RequestFailedError(Result.UNREACHABLE, why, again=again, lost=True) from exc
    except httpcore.RemoteProtocolError as exc:
        why = "the connection broke before the answer was complete, or it is no HTTP"
        raise RequestFailedError(Result.UNREACHABLE, why, again=0) from exc
    except (httpcore.LocalProtocolError, httpcore.UnsupportedProtocol) as exc:
        tally.requests -= 1
        raise RequestFailedError(Result.REFUSED, "this request cannot be written as HTTP: see its address and headers") from exc
    except (httpcore.NetworkError, httpcore.ProtocolError, httpcore.ProxyError, ssl.SSLError, OSError) as exc:
        raise RequestFailedError(Result.UNREACHABLE, "the connection broke", again=0) from exc
