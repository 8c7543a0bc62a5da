"""Restrict where connections go and how long they take: a network backend of the connection pool.

Names are resolved here and the connection goes to the address that was checked: a name cannot resolve differently a
moment later, and every redirect is checked like the first address.
"""

from __future__ import annotations

import queue
import socket
import time
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from threading import Lock, Thread
from typing import TYPE_CHECKING, Any, TypeAlias

import httpcore

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterable, Iterator

    from scout.config import HttpSettings

Resolve: TypeAlias = "Callable[[str, int], list[Any]]"
"""Like `socket.getaddrinfo(host, port)`; tests map names to loopback with it."""

CONNECT_S = 10.0
"""The longest that one address of a host may take to connect before the next one is tried."""

# Global to `ipaddress`: NAT64, 6to4 and Teredo, which can carry a private IPv4 address inside (RFC 6052, 8215, 3056, 4380),
# 6to4's relays (RFC 7526), and what was site-local (RFC 3879).
_NOT_PUBLIC = [
    ip_network(net) for net in ("64:ff9b::/96", "64:ff9b:1::/48", "2002::/16", "2001::/32", "192.88.99.0/24", "fec0::/10")
]


class RefusedError(Exception):
    """Refuse an address, in one sentence."""


class UnknownNameError(httpcore.ConnectError):
    """A name server says that there is no such name: to ask again would change nothing."""


class Deadline:
    """The time one call has left, in seconds, on the monotonic clock. Waiting for the rate limit does not count."""

    def __init__(self, limit: float) -> None:
        self.limit = limit
        self._started = time.monotonic()

    @property
    def spent(self) -> float:
        """Seconds used so far."""
        return time.monotonic() - self._started

    @property
    def left(self) -> float:
        """Seconds left; negative past the deadline."""
        return self.limit - self.spent

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Exclude the time spent inside."""
        before = time.monotonic()
        try:
            yield
        finally:
            self.forgive(time.monotonic() - before)

    def forgive(self, seconds: float) -> None:
        """Add seconds back."""
        self._started += seconds


_TIMER: ContextVar[Deadline] = ContextVar("_TIMER")


@contextmanager
def within(timer: Deadline) -> Iterator[None]:
    """Bound every network operation of this thread by what the timer has left: connections are shared, deadlines are not."""
    token = _TIMER.set(timer)
    try:
        yield
    finally:
        _TIMER.reset(token)


def _at_most(seconds: float | None, error: type[Exception]) -> float:
    left = _TIMER.get().left
    if left <= 0:
        raise error("the time for this request is over")
    return left if seconds is None else min(left, seconds)


def public(address: IPv4Address | IPv6Address) -> bool:
    """Say whether an address is on the public internet, beyond what `ipaddress.is_global` calls so."""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    return (
        address.is_global
        and not (address.is_multicast or address.is_reserved or address.is_link_local or address.is_unspecified)
        and not any(address.version == net.version and address in net for net in _NOT_PUBLIC)
    )


class GuardedNetwork(httpcore.SyncBackend):
    """Connect to public addresses and to those the user allowed, on web ports, by the deadline."""

    def __init__(self, settings: HttpSettings, resolve: Resolve) -> None:
        self._settings = settings
        self._resolve = resolve
        self.connections = Connections()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Resolve, check, then connect. One address that is not public refuses the name."""
        named = self._settings.allows(f"{host}:{port}")
        if not named and port not in (80, 443) and port < 1024:
            raise RefusedError(f"port {port} of {host} is not a web server's; allow_hosts can name it")
        found = self._addresses(host, port, _at_most(timeout, httpcore.ConnectTimeout))
        for address in found:
            if not named and not public(address) and not self._settings.allows(f"{address}:{port}"):
                where = host if host == str(address) else f"{host} is at {address}, which"
                raise RefusedError(f"{where} is not a public address; allow_hosts can name it")
        failed: Exception = httpcore.ConnectError(f"{host} has no address")
        for address in found:
            patience = min(_at_most(timeout, httpcore.ConnectTimeout), CONNECT_S)
            try:
                inner = super().connect_tcp(str(address), port, patience, local_address, socket_options)
                return DeadlineStream(inner, self.connections)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as exc:
                failed = exc
        raise failed

    def connect_unix_socket(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        """Refuse: no Unix sockets."""
        raise RefusedError("a local socket is not a public address")

    def _addresses(self, host: str, port: int, seconds: float) -> list[IPv4Address | IPv6Address]:
        """Resolve in a separate thread: the system's resolver has no timeout."""
        answer: queue.SimpleQueue[list[Any] | Exception] = queue.SimpleQueue()

        def ask() -> None:
            try:
                answer.put(self._resolve(host, port))
            except (OSError, UnicodeError) as exc:
                answer.put(exc)

        Thread(target=ask, daemon=True, name=f"resolve {host}").start()
        try:
            found = answer.get(timeout=seconds)
        except queue.Empty:
            raise httpcore.ConnectTimeout(f"the name {host} was not resolved in time") from None
        if isinstance(found, Exception):
            unknown = isinstance(found, socket.gaierror) and found.errno == socket.EAI_NONAME
            error = UnknownNameError if unknown else httpcore.ConnectError
            raise error(f"the name {host} does not resolve") from found
        return list(dict.fromkeys(ip_address(entry[4][0]) for entry in found))


def resolve(host: str, port: int) -> list[Any]:
    """Use the system's resolver."""
    return socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)


class Connections:
    """Track open connections, so that all can be closed, also one that is being opened meanwhile."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._open: set[DeadlineStream] = set()
        self._over = False

    def admit(self, one: DeadlineStream) -> None:
        """Track a new connection; once closed, shut it at once."""
        with self._lock:
            self._open.add(one)
            over = self._over
        if over:
            one.shut()

    def forget(self, one: DeadlineStream) -> None:
        """Stop tracking a connection."""
        with self._lock:
            self._open.discard(one)

    def hang_up(self) -> None:
        """Shut all connections: every blocked read returns at once."""
        with self._lock:
            self._over = True
            left = tuple(self._open)
        for one in left:
            one.shut()


class DeadlineStream(httpcore.NetworkStream):
    """Bound every read and write by the call's deadline, slow headers and bodies included."""

    def __init__(self, inner: httpcore.NetworkStream, connections: Connections) -> None:
        self._inner = inner
        self._connections = connections
        connections.admit(self)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        """Read what is there, until the deadline."""
        return self._inner.read(max_bytes, _at_most(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        """Write, until the deadline."""
        self._inner.write(buffer, _at_most(timeout, httpcore.WriteTimeout))

    def close(self) -> None:
        """Close and untrack."""
        self._connections.forget(self)
        self._inner.close()

    def shut(self) -> None:
        """Shut down both directions. Closing alone would leave another thread's read blocked until its deadline."""
        with suppress(OSError, TypeError):  # it is closed already, or there never was a socket
            socket.socket.shutdown(self._inner.get_extra_info("socket"), socket.SHUT_RDWR)

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        """Do the TLS handshake, until the deadline."""
        secret = self._inner.start_tls(ssl_context, server_hostname, _at_most(timeout, httpcore.ConnectTimeout))
        self._connections.forget(self)
        return DeadlineStream(secret, self._connections)

    def get_extra_info(self, info: str) -> Any:
        """Return the inner stream's info."""
        return self._inner.get_extra_info(info)
