"""Ask the sources side by side, and remember what each said whole: items, validators, state and outcome in one transaction."""

from __future__ import annotations

import time
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field, replace
from functools import partial
from threading import Event
from typing import TYPE_CHECKING, TypeVar

from scout import __version__
from scout.errors import ScoutError, StoreBusyError
from scout.http import HttpCache, HttpClient
from scout.model import SEEN, Outcome, Result
from scout.pipeline import alerts
from scout.sources.fetch import SourceResult, fault_result, fetch_source
from scout.sources.parse_process import ParseProcesses
from scout.sources.session import ASKED, GONE, Client, FetchSession
from scout.store import Store, items, open_store, runs, votes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date, datetime
    from pathlib import Path

    from scout.config import HttpSettings
    from scout.http.archive import Recorder, Replay
    from scout.model import Interval, Window
    from scout.sources.workspace import ConfiguredSource

SIDE_BY_SIDE = 16
"""How many sources are asked at once; the client paces each host, so this only bounds how many hosts."""
PATIENCE_S = 600.0
"""How long a run goes on trying to write while another program reads the store; what came waits in memory."""
TRY_S, GAP_S = 1.0, 0.2
"""How long one try to write lasts, and the gap in which the run's own questions to the store are answered."""
LAST_S = 5.0
"""How long a run that was told to stop waits for sources that are still reading an answer."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a collect has come; `last` is the outcome that has just been stored."""

    done: int
    total: int
    items: int
    last: Outcome | None
    waiting: tuple[str, ...]

    @property
    def description(self) -> str:
        """How many items are new, and which sources have not answered yet."""
        more = f" and {len(self.waiting) - 3} more" if len(self.waiting) > 3 else ""
        waiting = f"; waiting for {', '.join(self.waiting[:3])}{more}" if self.waiting else ""
        return f"{self.items} new{waiting}"

    @property
    def line(self) -> str:
        """What the last source answered."""
        if self.last is None:
            return ""
        why = f": {self.last.why}" if self.last.why else ""
        return f"{self.last.source}: {self.last.result}, {self.last.items_new} new of {self.last.items_seen}{why}"

    @property
    def source(self) -> str | None:
        """The source that was the last."""
        return self.last.source if self.last else None

    @property
    def outcome(self) -> str | None:
        """Its outcome in one word."""
        return str(self.last.result) if self.last else None


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectResult:
    """What one run brought: an outcome for each source asked, in feeds.yaml's order."""

    run: int
    window: Window
    outcomes: tuple[Outcome, ...]
    interrupted: bool = False

    @property
    def failed(self) -> tuple[Outcome, ...]:
        """The outcomes after which silence is not silence."""
        return tuple(outcome for outcome in self.outcomes if outcome.result not in SEEN)

    @property
    def nothing_seen(self) -> bool:
        """Whether every single source failed."""
        return bool(self.outcomes) and all(o.result not in SEEN and o.result is not Result.PARTIAL for o in self.outcomes)


@dataclass(slots=True, kw_only=True)
class Collector:
    """One run. `client` and `clock` come from outside; `tell` is called after each source, from the main thread."""

    store: Store
    client: Client
    clock: Callable[[], datetime]
    token: str = ""
    refresh: bool = False
    tell: Callable[[Progress], None] = lambda _: None
    stop: Event = field(default_factory=Event)
    patience_s: float = PATIENCE_S
    processes: ParseProcesses = field(default_factory=ParseProcesses)
    in_order: bool = False
    """Write the sources in feeds.yaml's order, whichever answers first: so that a replay writes what the recorded run wrote."""

    def collect(self, sources: Sequence[ConfiguredSource], window: Window) -> CollectResult:
        """Ask every source for the window. Interrupted, it keeps what came and says of the rest that it is not finished."""
        now = self.clock()
        asked = [one for one in sources if not one.source.pause]
        kinds = {one.source.name: one.kind for one in asked}
        run = self._written(lambda: runs.start(self.store, window, kinds, now=now, version=__version__))
        self._written(lambda: self._accept_claims(now))
        outcomes: dict[str, Outcome] = {one.source.name: Outcome(source=one.source.name, run=run) for one in asked}
        reader = open_store(self.store.path, stop=self.stop, patience_s=self.patience_s)
        pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="scout")
        try:
            covered = self._covered(asked)
            ahead = runs.stored_ahead(self.store, now)
            waiting = {
                pool.submit(self._fetch, one, window, now, reader, covered, ahead=one.source.name in ahead): one for one in asked
            }
            self._commit_all(waiting, outcomes, run)
        except BaseException:
            self._hang_up()  # else the pool would wait for the slowest
            raise
        finally:
            pool.shutdown(wait=not self.stop.is_set(), cancel_futures=True)
            self.processes.close()
            reader.close()
        self._written(lambda: runs.end(self.store, run, now=self.clock()))
        return CollectResult(run=run, window=window, outcomes=tuple(outcomes.values()), interrupted=self.stop.is_set())

    def _accept_claims(self, now: datetime) -> None:
        with self.store.writing() as conn:
            items.accept_claims(conn, now=now)

    def _covered(self, asked: Sequence[ConfiguredSource]) -> dict[str, Interval | None]:
        """Return what the last whole answer to the same options covered, for each source that gave one."""
        readings = runs.readings(self.store)
        options = {one.source.name: one.fingerprint for one in asked}
        since = {name: at for name, (fingerprint, at) in readings.items() if options.get(name) == fingerprint}
        return runs.last_covers(self.store, since)

    def _fetch(
        self, one: ConfiguredSource, window: Window, now: datetime, reader: Store, covered: dict[str, Interval | None],
        *, ahead: bool,
    ) -> SourceResult:  # fmt: skip
        try:
            return self._fetch_with_state(one, window, now, reader, covered, ahead=ahead)
        except Exception as exc:  # noqa: BLE001 -- what it remembered may be unreadable: its own outcome, not the end of the run
            return fault_result(one.source, exc)

    def _fetch_with_state(
        self, one: ConfiguredSource, window: Window, now: datetime, reader: Store, covered: dict[str, Interval | None],
        *, ahead: bool,
    ) -> SourceResult:  # fmt: skip
        state = runs.state(reader, one.source.name, one.fingerprint)
        if self.refresh or ahead:
            kept = {ASKED} if one.source.forgettable else state.keys() - {GONE}
            kept = kept - {ASKED} if ahead else kept  # since when it is read is not known
            state = {key: state[key] for key in state if key in kept}
        session = FetchSession(
            client=self.client,
            window=window,
            now=now,
            state=state,
            stored_ids=partial(runs.known, reader),
            stop=self.stop,
            token=self.token,
            parse_elsewhere=self.processes.parse,
            refresh=self.refresh or ahead or one.source.name not in covered,
        )
        return fetch_source(one.source, session, covered.get(one.source.name))

    def _commit_all(self, waiting: dict[Future[SourceResult], ConfiguredSource], outcomes: dict[str, Outcome], run: int) -> None:
        total, found = len(waiting), 0

        def tell(last: Outcome | None) -> None:
            names = tuple(one.source.name for one in waiting.values())
            self.tell(Progress(done=total - len(waiting), total=total, items=found, last=last, waiting=names))

        tell(None)
        told_at = None
        while waiting and not (told_at and time.monotonic() - told_at > LAST_S):
            try:
                if self.stop.is_set() and not told_at:
                    told_at = time.monotonic()
                    self._hang_up()
                done, _ = wait([next(iter(waiting))] if self.in_order else waiting, timeout=0.1, return_when=FIRST_COMPLETED)
                together = {future: (future.result(), waiting[future]) for future in done}
                for future, last in zip(together, self._commit(tuple(together.values()), run), strict=True):
                    del waiting[future]  # only now: interrupted while it was written, it is written again
                    outcomes[last.source] = last
                    found += last.items_new
                    tell(last)
            except KeyboardInterrupt:
                if self.stop.is_set():
                    raise
                self._hang_up()

    def _hang_up(self) -> None:
        """Let every source come back at once with what it has."""
        self.stop.set()
        self.client.close()
        self.processes.close()

    def _written(self, write: Callable[[], T]) -> T:
        """Write, and again while another program reads the store, for `patience_s` or until told to stop.

        Each try is short, so that sources that are still being fetched can read between two.
        """
        deadline = time.monotonic() + self.patience_s
        while True:
            try:
                return write()
            except StoreBusyError:
                if self.stop.wait(GAP_S) or time.monotonic() > deadline:
                    raise

    def _commit(self, results: Sequence[tuple[SourceResult, ConfiguredSource]], run: int) -> tuple[Outcome, ...]:
        """Write the sources that have come meanwhile in one transaction: the disk takes as long for one as for all of them.

        Where the rows of one cannot be written, each is written by itself, and that is its outcome. The store's own trouble is
        raised.
        """
        if not results:
            return ()
        try:
            return self._written(lambda: self._write(results, run))
        except ScoutError:
            raise
        except Exception as exc:  # noqa: BLE001 -- what one source brought must not end the others' run
            if len(results) > 1:
                return tuple(outcome for one in results for outcome in self._commit([one], run))
            one = results[0][1]
            fault = fault_result(one.source, exc)
            return self._written(lambda: self._write([(fault, one)], run))

    def _write(self, results: Sequence[tuple[SourceResult, ConfiguredSource]], run: int) -> tuple[Outcome, ...]:
        """Write each source whole: a killed process loses at most the sources in flight, and never leaves a half-written one."""
        now = self.clock()
        outcomes = []
        with self.store.writing() as conn:
            for result, one in results:
                provenance = items.Provenance(source=one.source.name, authority=one.source.authority, run=run, now=now)
                new = items.remember(conn, result.items, provenance)
                votes.remember(conn, result.votes, source=one.source.name, run=run, now=now)
                outcome = replace(result.outcome, run=run, items_new=new, ended=now)
                if one.source.lasting and _may_be_silent(outcome, now):
                    outcome = _with_silence(outcome, runs.last_days(conn, outcome.source, most=alerts.RECENT), now)
                runs.put_outcome(conn, outcome, one.kind)
                runs.put_validators(conn, result.validators, now=now)
                if result.state is not None:
                    runs.put_state(conn, one.source.name, one.fingerprint, result.state, now=now)
                outcomes.append(outcome)
            runs.put_pauses(conn, self.client.pauses())
        return tuple(outcomes)


def _may_be_silent(outcome: Outcome, now: datetime) -> bool:
    """Say whether the store must be asked: not of what failed, nor of what has just shown something new."""
    return outcome.result in SEEN and not (outcome.newest and now - outcome.newest < alerts.SHORTEST)


def _with_silence(outcome: Outcome, days: Sequence[date], now: datetime) -> Outcome:
    """Note it where a source that was read has brought nothing for far longer than usual; that may be a fault of reading."""
    read_since = outcome.covers.start.date() if outcome.covers else None
    words = alerts.silence(days, now.date(), read_since)
    return replace(outcome, notes=(*outcome.notes, words)) if words else outcome


def run_collect(
    path: Path,
    http: HttpSettings,
    sources: Sequence[ConfiguredSource],
    window: Window,
    *,
    clock: Callable[[], datetime],
    token: str = "",
    pace_dir: Path | None = None,
    refresh: bool = False,
    tell: Callable[[Progress], None] = lambda _: None,
    wait_s: float = 0,
    stop: Event | None = None,
    record: Recorder | None = None,
    replay: Replay | None = None,
) -> CollectResult:
    """Open the store for writing and the HTTP client, and collect; the store is locked from the first request to the last row.

    `wait_s` is how long to wait for another writer. Setting `stop`, from any thread, ends the run with what came.
    `record` keeps every answer, `replay` gives them instead of the network.
    """
    stop = stop or Event()
    with open_store(path, write="scout collect", create=True, wait_s=wait_s, stop=stop, patience_s=TRY_S) as store:
        cache = HttpCache(validators=runs.validators(store), not_before=runs.pauses(store))
        with HttpClient(http, now=clock, cache=cache, pace_dir=pace_dir, record=record, replay=replay) as client:
            in_order = record is not None or replay is not None
            collector = Collector(
                store=store, client=client, clock=clock, token=token, refresh=refresh, tell=tell, stop=stop, in_order=in_order
            )
            return collector.collect(sources, window)
