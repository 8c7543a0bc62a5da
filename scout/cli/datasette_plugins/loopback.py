# ruff: noqa: INP001 -- Datasette loads it by its path
"""A plugin of Datasette, loaded by `scout serve` alone: answer only who calls this machine by a name of its own.

A stranger's page may have its host name lead to 127.0.0.1 and read, through a visitor's browser, what is served there (DNS
rebinding). The browser still sends the stranger's name as Host (RFC 9110, section 7.2). The port is not looked at: behind a
forwarded port, as of `ssh -L`, it is another one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from datasette import hookimpl

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Event = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Event]]
    Send = Callable[[Event], Awaitable[None]]
    App = Callable[[Event, Receive, Send], Awaitable[None]]

NAMES = frozenset(("127.0.0.1", "localhost"))
_REFUSED = b"scout serve answers 127.0.0.1 and localhost, no other name.\n"


@hookimpl  # type: ignore[untyped-decorator]  # Datasette ships no types
def asgi_wrapper() -> Callable[[App], App]:
    """Put the guard before Datasette (docs.datasette.io/en/stable/plugin_hooks.html#asgi-wrapper-datasette)."""
    return _guard


def _guard(app: App) -> App:
    async def guarded(scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan" or _is_own([value for name, value in scope["headers"] if name == b"host"]):
            await app(scope, receive, send)
            return
        await send({"type": "http.response.start", "status": 421, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
        await send({"type": "http.response.body", "body": _REFUSED})

    return guarded


def _is_own(hosts: list[bytes]) -> bool:
    """Say whether a request has one Host, which is a name of the loopback address, with or without a port."""
    name, _, port = hosts[0].decode("latin-1").lower().partition(":") if len(hosts) == 1 else ("", "", "")
    return name in NAMES and (not port or (port.isascii() and port.isdecimal()))
