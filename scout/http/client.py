"""Get one address as an `Answer` or a `Failure`: pauses, retries, redirects, validators."""

from __future__ import annotations

from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass
from hashlib import sha256
from threading import Event, Lock
from typing import TYPE_CHECKING, Self

import stamina
from stamina.instrumentation import set_on_retry_hooks

from scout import __version__
from scout.http import body, errors, network, ratelimit
from scout.http.address import address, host, host_and_port, origin
from scout.http.cache import HttpCache
from scout.http.errors import RequestFailedError
from scout.http.mirror import Mirrors
from scout.http.robots import ROBOTS_BYTES, RobotsRules, rules
from scout.http.transport import REDIRECTS, Request, RequestUsage, Response, Transport
from scout.model import Answer, Failure, Result, Validators
from scout.text import clean

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    import httpx

    from scout.config import HttpSettings
    from scout.http.archive import Recorder, Replay, Wire

MAX_REDIRECTS = 5
_TRAVELS = {"accept", "accept-language", "if-none-match", "if-modified-since"}  # headers that another origin may see

set_on_retry_hooks([])  # stamina would log each retry; what happened is in the value that `get` returns


@dataclass(frozen=True, slots=True, kw_only=True)
class _Call:
    """Hold one `get` under way: its request, headers, validators and usage so far."""

    url: str
    headers: Mapping[str, str]
    stored: Validators
    robots: bool
    tally: RequestUsage
    cut_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """Hold the last address and its response; `moved` if there were redirects, all permanent."""

    address: httpx.URL
    heard: Response
    moved: bool


class HttpClient:
    """Make requests. Safe to use from several threads: hosts are asked in parallel, each by one thread at a time.

    `now` gives the time of day in UTC (for Retry-After and pauses), `pace_dir` holds arXiv's rate limit for all processes,
    `version` stands in the User-Agent. `resolve` answers like `socket.getaddrinfo`. What no user may set: `pause_s` is the pause
    in seconds between two requests to a host that the settings do not name, `attempts` how often a failed request is made again,
    `backoff_s` the first pause before that; it doubles. `record` keeps every answer in an archive; `replay` answers from one,
    without network and pauses.
    """

    def __init__(
        self,
        settings: HttpSettings,
        *,
        now: Callable[[], datetime],
        cache: HttpCache | None = None,
        version: str = __version__,
        pace_dir: Path | None = None,
        resolve: network.Resolve = network.resolve,
        pause_s: float = 1,
        attempts: int = 3,
        backoff_s: float = 0.5,
        record: Recorder | None = None,
        replay: Replay | None = None,
    ) -> None:
        self._settings = settings
        self._cache = cache or HttpCache()
        self._now = now
        self._attempts = attempts
        self._backoff_s = 0 if replay else backoff_s
        self._mirrors = Mirrors(settings.mirror)
        self._limiters = ratelimit.RateLimiter(settings, pace_dir, pause_s=pause_s)
        cap = int(settings.max_body_mib * body.MIB)
        wire: Wire = replay or Transport(
            network.GuardedNetwork(settings, resolve), agent=_agent(version, settings.contact), cap=cap, now=now
        )
        self._wire = record.over(wire) if record else wire
        self._offline = replay is not None
        self._stopped = Event()
        self._pauses: dict[str, datetime] = {}
        self._tries: Counter[str] = Counter()
        self._lost: dict[str, str] = {}
        self._robots: dict[str, RobotsRules] = {}
        self._robots_locks: dict[str, Lock] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections; every call that waits returns at once as not finished."""
        self._stopped.set()
        self._wire.close()

    def pauses(self) -> dict[str, datetime]:
        """Return until when each host must not be asked (Retry-After of this run), for `HttpCache.not_before` of the next."""
        return dict(self._pauses)

    def get(
        self,
        url: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Mapping[str, str] | None = None,
        conditional: bool = True,
        robots: bool = False,
        deadline_s: float | None = None,
        cut_at: int | None = None,
    ) -> Answer | Failure:
        """Get one address; a failure is returned, never raised.

        `params` are added to the address's own query. `conditional` sends what the cache has of the last answer, `robots`
        obeys robots.txt first. `deadline_s` replaces `timeout_s`. A body longer than
        `cut_at` bytes is cut there. `requests`, `received` (bytes of undecoded bodies) and
        `seconds` (without pauses of the rate limit) count everything that this call did, in failures too.
        """
        tally = RequestUsage(timer=network.Deadline(self._settings.timeout_s if deadline_s is None else deadline_s))
        try:
            if params:
                url = str(address(url).copy_merge_params(dict(params)))
            stored = (self._cache.validators.get(url) if conditional else None) or Validators()
            call = _Call(url=url, headers=headers or {}, stored=stored, robots=robots, tally=tally, cut_at=cut_at)
            return _answer(call, self._patiently(call))
        except RequestFailedError as exc:
            if exc.not_before and exc.asked:
                self._pauses[exc.asked] = exc.not_before
            return Failure(
                url=url,
                result=exc.result,
                why=exc.why,
                status=exc.status,
                not_before=exc.not_before,
                requests=tally.requests,
                received=tally.received,
                seconds=tally.timer.spent,
                headers=exc.headers,
            )

    def _patiently(self, call: _Call) -> _Found:
        """Get the address; retry transient errors until the deadline. The waits double, with jitter."""
        timer = call.tally.timer
        first = min(self._backoff_s, timer.limit / 32)
        longest = first * 8

        def worth(exc: Exception) -> bool | float:
            if not isinstance(exc, RequestFailedError) or exc.again is None or timer.left <= max(exc.again, longest):
                return False
            return exc.again or True

        for attempt in stamina.retry_context(
            on=worth, attempts=1 + self._attempts, timeout=None, wait_initial=first, wait_max=longest, wait_jitter=first
        ):
            with attempt:
                return self._follow(call)
        raise AssertionError("the last attempt returns or raises")

    def _follow(self, call: _Call) -> _Found:
        """Get, and follow redirects: each is validated like a first address, and credentials stay with their origin."""
        here, moved = address(call.url), True
        headers = _request_headers(call)
        been = {str(here)}
        while True:
            if call.robots:
                self._obey_robots(call, here)
            heard = self._ask(call, here, headers)
            if heard.status not in REDIRECTS:
                return _Found(address=here, heard=heard, moved=moved and len(been) > 1)
            there = self._mirrors.redirected(heard.headers.get("location", ""), here, heard.status)
            if str(there) in been:
                raise RequestFailedError(Result.BROKEN, "the redirects go round in a circle", status=heard.status)
            if len(been) > MAX_REDIRECTS:
                raise RequestFailedError(Result.BROKEN, f"more than {MAX_REDIRECTS} redirects in a row", status=heard.status)
            if origin(there) != origin(here):
                headers = _for_another_origin(headers)
            been.add(str(there))
            here, moved = there, moved and REDIRECTS[heard.status]

    def _ask(self, call: _Call, here: httpx.URL, headers: Mapping[str, str]) -> Response:
        """Make one request as the rate limit allows, unless its host is paused."""
        self._heed_pause(here)
        asked = self._mirrors.asked(here)
        if asked != here:
            headers = _for_another_origin(headers)
        with ExitStack() as stack:
            with call.tally.timer.stopped():
                # Another thread may pause the host while this one waits.
                leaves = stack.enter_context(self._limiter(here).acquire(self._stopped, lambda: self._heed_pause(here)))
            self._heed_pause(here)
            try:
                return self._wire.exchange(Request(address=asked, headers=headers, cut_at=call.cut_at), call.tally, leaves)
            except RequestFailedError as exc:
                if self._stopped.is_set():
                    raise RequestFailedError(Result.NOT_FINISHED, "the run was stopped") from exc
                if asked != here and (exc.lost or exc.result is Result.REFUSED):
                    exc.why = f"its mirror {host(asked)}: {exc.why}"
                exc.asked = self._pause_name(here)
                if exc.lost:
                    self._tries[origin(asked)] += 1  # over all calls: eight addresses of one host are not tried four times each
                    self._lost[origin(asked)] = exc.why
                raise

    def _limiter(self, here: httpx.URL) -> ratelimit.HostLimiter:
        if self._offline:
            return ratelimit.HostLimiter(0)
        asked = self._mirrors.asked(here)
        return self._limiters.of(host(here), mirror="" if asked == here else host(asked))

    def _heed_pause(self, here: httpx.URL) -> None:
        """Raise if the host is paused or unreachable, or the client is closed."""
        if self._stopped.is_set():
            raise RequestFailedError(Result.NOT_FINISHED, "the run was stopped")
        asked = origin(self._mirrors.asked(here))
        if self._tries[asked] > self._attempts:
            raise RequestFailedError(Result.UNREACHABLE, self._lost[asked] + errors.AGAIN)
        name = self._pause_name(here)
        known = [self._pauses.get(name), self._cache.not_before.get(name)]
        until = max((at for at in known if at), default=None)
        if until and until > self._now():
            why = f"{host(here)} wants to be left alone until {errors.clock(until)}; not asked"
            raise RequestFailedError(Result.RATE_LIMITED, why, not_before=until)

    def _pause_name(self, here: httpx.URL) -> str:
        """Name what a pause covers: the host, all of arXiv, or one path of an allowed host, which stands for many."""
        realm = ratelimit.realm(host(here))
        stands_in = realm != ratelimit.ARXIV and self._settings.allows(host_and_port(here))
        return f"{realm}{here.path}" if stands_in else realm

    def _obey_robots(self, call: _Call, here: httpx.URL) -> None:
        """Raise if robots.txt, read once a run, forbids this address; apply its Crawl-delay."""
        site, tally = origin(here), call.tally
        with tally.timer.stopped():
            lock = self._robots_locks.setdefault(site, Lock())
            with lock:
                if site not in self._robots:
                    found = self.get(
                        f"{site}/robots.txt", conditional=False, deadline_s=max(0.0, tally.timer.left), cut_at=ROBOTS_BYTES
                    )
                    tally.timer.forgive(-found.seconds)
                    tally.requests += found.requests
                    tally.received += found.received
                    self._robots[site] = rules(found)
        self._limiter(here).slow_down(self._robots[site].delay)
        if objection := self._robots[site].objection(str(here)):
            raise objection


def _agent(version: str, contact: str) -> str:
    contact = clean(contact).encode("ascii", "ignore").decode().strip("()")
    return f"scout/{version} (+{contact})" if contact else f"scout/{version}"


def _for_another_origin(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name in _TRAVELS}


def _request_headers(call: _Call) -> dict[str, str]:
    """Join the caller's headers and the validators. A token read from a file often ends in a line break: stripped."""
    headers = {"accept": "*/*", **{name.lower(): value.strip() for name, value in call.headers.items()}}
    if call.stored.etag:
        headers["if-none-match"] = call.stored.etag
    if call.stored.last_modified:
        headers["if-modified-since"] = call.stored.last_modified
    return headers


def _answer(call: _Call, found: _Found) -> Answer:
    """Make an answer of a good response. An empty body is never unchanged: the site may have failed twice."""
    heard, stored = found.heard, call.stored
    if heard.status == 304 and not (stored.etag or stored.last_modified):
        raise RequestFailedError(Result.BROKEN, "304: unchanged, though scout had nothing to compare with", status=304)
    if heard.status >= 300 and heard.status != 304:
        raise RequestFailedError(Result.BROKEN, f"{heard.status}: a redirect that leads nowhere", status=heard.status)
    before = stored if heard.status == 304 else Validators()  # RFC 9110, 15.4.5: a 304 may leave out what has not changed
    validators = Validators(
        etag=heard.headers.get("etag", before.etag),
        last_modified=heard.headers.get("last-modified", before.last_modified),
        sha256=before.sha256 or sha256(heard.body).hexdigest(),
    )
    return Answer(
        url=call.url,
        final_url=str(found.address),
        status=heard.status,
        headers=heard.headers,
        body=heard.body,
        unchanged=heard.status == 304 or (bool(heard.body) and validators.sha256 == stored.sha256),
        moved_to=str(found.address) if found.moved else "",
        validators=validators,
        requests=call.tally.requests,
        received=call.tally.received,
        seconds=call.tally.timer.spent,
    )
