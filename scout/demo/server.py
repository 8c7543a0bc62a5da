"""Serve replies from a table over HTTP/1.1 on loopback, for `scout demo` and tests.

Supports validators and 304, logs requests, and stops at once. A `Reply` may have a `script` that writes to the connection
itself, for answers broken on purpose.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Lock, Thread
from typing import Any, Self, TypeAlias
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """A request. `path` is without the query, `query` its parameters (the last of each name), header names lower-case."""

    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)

    @property
    def target(self) -> str:
        """Path and query as one string."""
        return self.path + ("?" + "&".join(f"{name}={value}" for name, value in self.query.items()) if self.query else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A reply. `etag` and `last_modified` are sent; a request that repeats them byte for byte gets a 304.

    `script` replaces all of it: it gets the `Connection` and may write, wait or hang up.
    """

    status: int = 200
    body: bytes = b""
    content_type: str = "text/plain; charset=utf-8"
    headers: Mapping[str, str] = field(default_factory=dict)
    etag: str = ""
    last_modified: str = ""
    script: Callable[[Connection], None] | None = None

    def unchanged_for(self, request: Request) -> bool:
        """Return whether the request's validators match: If-None-Match takes precedence over If-Modified-Since (RFC 9110)."""
        if asked := request.headers.get("if-none-match"):
            return bool(self.etag) and asked == self.etag
        return bool(self.last_modified) and request.headers.get("if-modified-since") == self.last_modified


@dataclass(slots=True, kw_only=True)
class LogEntry:
    """A log entry: `at` is monotonic time in seconds, `status` None until answered, `sent` the bytes of body sent."""

    at: float
    path: str
    headers: Mapping[str, str]
    status: int | None = None
    sent: int = 0


Answering: TypeAlias = Callable[[Request], Reply]
Routes: TypeAlias = Mapping[str, Reply | Answering] | Answering
NOT_FOUND = Reply(status=404, body=b"There is nothing here.\n")


def lookup(routes: Routes, request: Request) -> Reply:
    """Find the reply. Keys are `/path` or `/path?name=value`: the one matching the most parameters wins."""
    if not isinstance(routes, Mapping):
        return routes(request)
    best, most = NOT_FOUND, -1
    for key, reply in routes.items():
        path, _, query = key.partition("?")
        wanted = dict(parse_qsl(query, keep_blank_values=True))
        if path == request.path and wanted.items() <= request.query.items() and len(wanted) > most:
            best, most = reply if isinstance(reply, Reply) else reply(request), len(wanted)
    return best


class Connection:
    """A script's connection: sends raw bytes, waits for server shutdown."""

    def __init__(self, handler: _Handler, request: Request, heard: LogEntry) -> None:
        self.request = request
        self.heard = heard
        self._handler = handler

    def write(self, data: bytes) -> None:
        """Send raw bytes."""
        self._handler.wfile.write(data)

    def head(self, status: int = 200, **headers: str) -> None:
        """Send a status line and headers (`content_length="5"`); the connection closes after the script."""
        self.heard.status = status
        lines = [f"HTTP/1.1 {status} X", *(f"{name.replace('_', '-')}: {value}" for name, value in headers.items())]
        self.write(("\r\n".join([*lines, "connection: close", "", ""])).encode("latin-1"))

    def wait(self, seconds: float) -> bool:
        """Wait at most `seconds`; return whether the server is stopping."""
        return self._handler.server.stopping.wait(seconds)

    def reset(self) -> None:
        """Reset the connection."""
        self._handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\x01\0\0\0\0\0\0\0")
        self._handler.connection.close()


class Replay:
    """The server: listens on a free port of 127.0.0.1 within its context."""

    def __init__(self, routes: Routes) -> None:
        self.log: list[LogEntry] = []
        self._server = _Server(routes, self.log)
        self._thread = Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, name="replay")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def host(self) -> str:
        """Return `127.0.0.1:port`, the form of `allow_hosts`."""
        return f"127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """The port it listens on."""
        return self._server.server_address[1]

    def url(self, path: str) -> str:
        """Return the URL of a path that starts with a slash."""
        return f"http://{self.host}{path}"

    def close(self) -> None:
        """Stop at once, cutting off unfinished replies."""
        self._server.stopping.set()
        if self._thread.is_alive():
            self._server.shutdown()
            self._thread.join()
        self._server.hang_up()
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # server_close joins them: no thread outlives the server

    def __init__(self, routes: Routes, log: list[LogEntry]) -> None:
        self.routes = routes
        self.log = log
        self.stopping = Event()
        self._open: set[socket.socket] = set()
        self._lock = Lock()
        super().__init__(("127.0.0.1", 0), _Handler)

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._lock:
            self._open.add(request)
        super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._lock:
            self._open.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """Close every connection, so that no read blocks."""
        with self._lock:
            for connection in self._open:
                try:
                    connection.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue  # closed already by the client or a script

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Print nothing: a client may disconnect."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    server: _Server

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        headers = {name.lower(): value for name, value in self.headers.items()}
        request = Request(path=parts.path, query=dict(parse_qsl(parts.query, keep_blank_values=True)), headers=headers)
        heard = LogEntry(at=time.monotonic(), path=self.path, headers=headers)
        self.server.log.append(heard)
        reply = lookup(self.server.routes, request)
        if reply.script:
            self.close_connection = True
            reply.script(Connection(self, request, heard))
        else:
            self._answer(reply, request, heard)

    def _answer(self, reply: Reply, request: Request, heard: LogEntry) -> None:
        unchanged = reply.status == 200 and reply.unchanged_for(request)
        body = b"" if unchanged else reply.body
        heard.status, heard.sent = 304 if unchanged else reply.status, len(body)
        self.send_response_only(heard.status)
        ours = {"etag": reply.etag, "last-modified": reply.last_modified}
        if heard.status not in (204, 304):
            ours |= {"content-type": reply.content_type, "content-length": str(len(body))}
        for name, value in {**ours, **reply.headers}.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 -- the standard library's name
        """Print nothing; the log is a list."""
