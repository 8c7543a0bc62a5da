"""Fetch for one source through the HTTP client: count requests, and send validators only where allowed."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from threading import Event
from typing import TYPE_CHECKING, Any, Protocol, TypedDict, Unpack

from scout.model import Answer, Failure, Window
from scout.sources.base import Page

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime

    from scout.sources.base import Parsed, Source

ASKED, BODIES, GONE = "asked", "bodies", "gone"
"""Keys of any source's state: when it first answered with these options, digests of bodies read, since when it is gone."""


class How(TypedDict, total=False):
    """Options of one request. `conditional` (the default) sends stored validators; `robots` obeys robots.txt first."""

    params: Mapping[str, str] | None
    headers: Mapping[str, str] | None
    conditional: bool
    robots: bool


class Client(Protocol):
    """The HTTP client: `HttpClient`, or `FakeClient` in tests (held to the same contract by tests/test_fetch_session.py)."""

    def get(self, url: str, **how: Unpack[How]) -> Answer | Failure:
        """Get one address; a failure is returned, never raised."""
        ...

    def pauses(self) -> dict[str, datetime]:
        """Return until when (UTC) each host must not be asked, as learnt in this run."""
        ...

    def close(self) -> None:
        """Close every connection; every call that waits returns at once."""
        ...


class FetchInterrupted(Exception):  # noqa: N818 -- no error: the user asked to stop
    """Stop the run; what was fetched is kept."""


def _nothing_known(_: Collection[str]) -> frozenset[str]:
    return frozenset()


@dataclass(slots=True, kw_only=True)
class FetchSession:
    """Make one source's requests in one run. Used by one thread at a time.

    `state` is what the source remembered at the end of its last good run (JSON values); empty the first time, or with --refresh.
    `token` is GITHUB_TOKEN, or empty. `stored_ids` returns which of some ids the store has. `stop` ends the session.
    `parse_elsewhere` parses where that can be ended; without it, pages are parsed here.
    `refresh`: no validators are sent, because of --refresh or because no whole answer has come yet that could be unchanged.
    `requests`, `received` (bytes) and `seconds` are its usage so far, `not_before` is when it may be asked again (UTC).
    """

    client: Client
    window: Window
    now: datetime
    state: Mapping[str, Any] = field(default_factory=dict)
    token: str = ""
    stored_ids: Callable[[Collection[str]], frozenset[str]] = _nothing_known
    stop: Event = field(default_factory=Event)
    parse_elsewhere: Callable[[Source, Page], Parsed] | None = None
    refresh: bool = False
    notes: list[str] = field(default_factory=list)
    requests: int = 0
    received: int = 0
    seconds: float = 0.0
    not_before: datetime | None = None

    def get(self, url: str, **how: Unpack[How]) -> Answer | Failure:
        """Get one address. What is unchanged since another source read it is new to this one: fetched again in full."""
        how["conditional"] = bool(self.state) and not self.refresh and how.get("conditional", True)
        got = self._once(url, **how)
        if isinstance(got, Failure) or not got.unchanged or self.state.get(BODIES, {}).get(got.url, "") == got.validators.sha256:
            return got
        if got.body:
            return replace(got, unchanged=False)
        how["conditional"] = False
        return self._once(url, **how)

    def _once(self, url: str, **how: Unpack[How]) -> Answer | Failure:
        if self.stop.is_set():
            raise FetchInterrupted
        got = self.client.get(url, **how)
        self.requests += got.requests
        self.received += got.received
        self.seconds += got.seconds
        if isinstance(got, Failure) and got.not_before:
            self.not_before = max(self.not_before or got.not_before, got.not_before)
        if self.stop.is_set():
            raise FetchInterrupted
        return got

    def page(self, answer: Answer, role: str = "listing", **hints: Any) -> Page:
        """Wrap an answer with this run's window and clock."""
        return Page(answer=answer, window=self.window, now=self.now, role=role, hints=hints)

    def parse(self, source: Source, page: Page) -> Parsed:
        """Parse as `source.parse(page)` does, but where a large body can be ended."""
        return self.parse_elsewhere(source, page) if self.parse_elsewhere else source.parse(page)

    def known(self, ids: Collection[str]) -> frozenset[str]:
        """Say which of these ids the store has already, dated and titled: their own pages need no request."""
        return self.stored_ids(ids)

    def say(self, note: str) -> None:
        """Add a note to the outcome, once, for `scout status`."""
        if note not in self.notes:
            self.notes.append(note)
