"""Stand before Datasette: answer only who calls this machine by a name of its own, take marks only from scout's own pages.

A stranger's page may have its host name lead to 127.0.0.1 and read, through a visitor's browser, what is served there (DNS
rebinding). The browser still sends the stranger's name as Host (RFC 9110, section 7.2). The port is not looked at: behind a
forwarded port, as of `ssh -L`, it is another one.

Datasette's protection against forged requests (asgi-csrf) looks at a POST only if it has a cookie, and a browser sends none with
the form of another site: so a POST needs a cookie, no Authorization, and the Origin of the host that it is sent to (RFC 6454).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Event = MutableMapping[str, Any]
    Receive = Callable[[], Awaitable[Event]]
    Send = Callable[[Event], Awaitable[None]]
    App = Callable[[Event, Receive, Send], Awaitable[None]]

NAMES = frozenset(("127.0.0.1", "localhost"))
LONGEST_BODY = 20_000
"""Bytes of a form: an id, a decision, a reason, a token."""
_SHARED = (
    "default-src 'none'; img-src 'self' data:; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
STRICT = f"{_SHARED}; script-src 'self'; style-src 'self'"
"""The policy of scout's own pages: what a source wrote can run nothing, load nothing, ask nobody (CSP level 3)."""
_HEADERS = ((b"x-content-type-options", b"nosniff"), (b"referrer-policy", b"same-origin"), (b"x-frame-options", b"DENY"))


def guard(app: App, *, own: tuple[str, ...], scripts: tuple[str, ...]) -> App:
    """Return `app` guarded. `own` are the paths of scout's pages, `scripts` the hashes of Datasette's inline scripts."""
    theirs = f"{_SHARED}; script-src 'self' {' '.join(scripts)}; style-src 'self' 'unsafe-inline'"

    async def guarded(scope: Event, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            await app(scope, receive, send)
            return
        if refused := _refused(scope["method"], scope["headers"]):
            await _refuse(send, *refused)
            return
        policy = STRICT if scope["path"] in own else theirs

        async def send_with_policy(event: Event) -> None:
            if event["type"] == "http.response.start":
                added = [*_HEADERS, (b"content-security-policy", policy.encode())]
                event = {**event, "headers": [*event.get("headers", ()), *added]}
            await send(event)

        await app(scope, receive, send_with_policy)

    return guarded


def _refused(method: str, headers: list[tuple[bytes, bytes]]) -> tuple[int, str] | None:
    """Return the status and the reason if a request is to be refused."""
    hosts = _values(headers, b"host")
    if len(hosts) != 1 or not _is_own(hosts[0]):
        return 421, "scout serve answers 127.0.0.1 and localhost, no other name."
    if method in ("GET", "HEAD"):
        return None
    return _refused_form(hosts[0], headers) if method == "POST" else (405, "scout serve is read, and marked by forms.")


def _refused_form(host: str, headers: list[tuple[bytes, bytes]]) -> tuple[int, str] | None:
    origins, lengths, cookies = (_values(headers, name) for name in (b"origin", b"content-length", b"cookie"))
    if origins not in ([f"http://{host}"], [f"https://{host}"]):
        return 403, "This form was not sent from a page of scout serve."
    if len(cookies) != 1 or not cookies[0] or _values(headers, b"authorization"):
        return 403, "A form needs the cookie of the page that it stands on."
    if len(lengths) != 1 or not lengths[0].isdecimal() or int(lengths[0]) > LONGEST_BODY:
        return 413, f"A form has at most {LONGEST_BODY} bytes, and says how many."
    return None


def _values(headers: list[tuple[bytes, bytes]], name: bytes) -> list[str]:
    return [value.decode("latin-1").lower() for key, value in headers if key == name]


def _is_own(host: str) -> bool:
    """Say whether a Host is a name of the loopback address, with or without a port."""
    name, _, port = host.partition(":")
    return name in NAMES and (not port or (port.isascii() and port.isdecimal()))


async def _refuse(send: Send, status: int, why: str) -> None:
    await send({"type": "http.response.start", "status": status, "headers": [(b"content-type", b"text/plain; charset=utf-8")]})
    await send({"type": "http.response.body", "body": f"{why}\n".encode()})
