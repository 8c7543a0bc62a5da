"""Limit the rate: one request at a time for each host, and a pause between the starts of two.

arXiv's terms of use: "no more than one request every three seconds, … a single connection at a time", counted over its API,
OAI-PMH and RSS together and over all one's machines. So its hosts are one realm, whose last request is kept in a file that every
process on this machine respects.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from threading import Event, Lock
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from scout.http.errors import RequestFailedError
from scout.model import Result

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from scout.config import HttpSettings

ARXIV = "arxiv.org"
ARXIV_S = 3.0
CRAWL_DELAY_S = 30.0
"""The longest Crawl-delay that is obeyed; it is no part of RFC 9309, and some sites ask for a day."""
_POLL_S = 0.05
_SLACK_S = 0.02  # the server counts from arrival to arrival, not from start to start


def realm(host: str) -> str:
    """Return the name under which a host's rate and pauses are kept: `name` or `name:port`, but one for all of arXiv."""
    name = host.rpartition(":")[0] if host.rpartition(":")[2].isdigit() else host
    name = name.rstrip(".").lower()
    return ARXIV if name == ARXIV or name.endswith(f".{ARXIV}") else host.lower()


class HostLimiter:
    """One realm's queue. `stamp` is a file that holds when any process last started a request, on the monotonic clock."""

    def __init__(self, pause: float, stamp: Path | None = None) -> None:
        self.pause = pause
        self._lock = Lock()
        self._last = float("-inf")
        self._stamp = stamp
        self._file = FileLock(f"{stamp}.lock") if stamp else None

    @contextmanager
    def acquire(self, stopped: Event, still: Callable[[], None] = lambda: None) -> Iterator[Callable[[], None]]:
        """Wait until a request may be made, and hold the host meanwhile; `stopped` ends the pause at once.

        Call what it yields when the request is sent: connecting must not shorten the next pause.
        `still` raises if a request has become pointless meanwhile: then there is no pause, nothing is held.
        """
        with self._lock, self._machine_wide(stopped):
            still()
            now = time.monotonic()
            last = max(self._last, self._others())
            # A stamp from the future is from before a restart of the machine: one pause, then it is overwritten.
            stopped.wait(max(0.0, min(last + self.pause - now, self.pause)))
            self._begin()
            yield self._begin

    @contextmanager
    def _machine_wide(self, stopped: Event) -> Iterator[None]:
        """Hold the lock that all processes respect, if there is one; give up once `stopped` is set."""
        if self._file is None:
            yield
            return
        while not _acquired(self._file):
            if stopped.wait(_POLL_S):
                raise RequestFailedError(Result.NOT_FINISHED, "the run was stopped")
        try:
            yield
        finally:
            self._file.release()

    def _begin(self) -> None:
        self._last = time.monotonic()
        if self._stamp:
            self._stamp.write_text(f"{self._last:.6f}", encoding="ascii")

    def slow_down(self, seconds: float) -> None:
        """Raise the pause to a Crawl-delay, at most CRAWL_DELAY_S."""
        self.pause = max(self.pause, min(seconds, CRAWL_DELAY_S))

    def _others(self) -> float:
        try:
            return float(self._stamp.read_text(encoding="ascii")) if self._stamp else float("-inf")
        except (FileNotFoundError, ValueError):
            return float("-inf")


def _acquired(lock: FileLock) -> bool:
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    return True


class RateLimiter:
    """Make each realm's queue when first needed. `pause_s` is the pause where the settings name none."""

    def __init__(self, settings: HttpSettings, folder: Path | None, *, pause_s: float) -> None:
        self._settings = settings
        self._pause_s = pause_s
        self._folder = folder
        self._limiters: dict[str, HostLimiter] = {}
        self._lock = Lock()

    def of(self, host: str, *, mirror: str = "") -> HostLimiter:
        """Return the queue for `name` or `name:port`, and for what a mirror answers in its place."""
        with self._lock:
            name = f"{realm(host)} at {realm(mirror)}" if mirror and realm(mirror) != ARXIV else realm(mirror or host)
            if name not in self._limiters:
                self._limiters[name] = self._new(name, host, mirror)
            return self._limiters[name]

    def _new(self, name: str, host: str, mirror: str) -> HostLimiter:
        """Make a queue. A mirrored host has its own pace if one is named, else the mirror's, else the usual one."""
        usual = ARXIV_S if realm(host) == ARXIV else self._pause_s
        pause = next((pace for one in (host, mirror) if (pace := self._named(one)) is not None), usual)
        if name != ARXIV:
            return HostLimiter(pause)
        if self._folder is None:
            return HostLimiter(max(pause, ARXIV_S) + _SLACK_S)
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
        except OSError as exc:
            raise RequestFailedError(Result.REFUSED, f"arXiv's pace cannot be kept: {self._folder} cannot be written") from exc
        return HostLimiter(max(pause, ARXIV_S) + _SLACK_S, self._folder / f"{ARXIV}.pace")

    def _named(self, host: str) -> float | None:
        """Return the pause that the settings name for `name:port`, else for `name`."""
        paces = {key.lower(): seconds for key, seconds in self._settings.pace_s.items()}
        return paces.get(host.lower(), paces.get(host.lower().partition(":")[0]))
