"""Read the pages and papers that a draft would be about, within bounds, and keep each text as it comes.

Before the ranking: what watched sources showed in the window without a text, or with a teaser. After it: what would be numbered.
What was read is not asked for again, unless its source says that it was updated since; what failed for good is not either.
"""

from __future__ import annotations

import time
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from threading import Event
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scout.http import HttpCache, HttpClient
from scout.http.ratelimit import realm
from scout.model import Result, Status
from scout.model.reading import wants_text
from scout.pipeline.collect import PATIENCE_S
from scout.pipeline.shortlist import select_from
from scout.sources import text_reader
from scout.sources.parse_process import ParseProcesses
from scout.sources.text_reader import TextReader
from scout.store import open_store, readings, runs

if TYPE_CHECKING:
    from collections.abc import Callable, Container, Iterable, Sequence
    from datetime import datetime
    from pathlib import Path

    from scout.model import Item, Shortlist, TrackedItem, Validators, Window
    from scout.model.reading import Reading
    from scout.sources.session import Client
    from scout.sources.workspace import Workspace
    from scout.store import Store

SIDE_BY_SIDE = 8
"""How many hosts are asked at once."""
REFUSALS = 3
"""After how many pages in a row that it did not give a host is left alone."""
ROUNDS = 3
"""How often the ranking may number others because of what was read."""
_REFUSED = (Result.BLOCKED, Result.UNREACHABLE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadProgress:
    """How far a run has come; `last` is the reading that has just been stored."""

    done: int
    total: int
    last: Reading

    @property
    def description(self) -> str:
        """What was read last."""
        return f"read {self.source}"

    @property
    def line(self) -> str:
        """What came of the last reading."""
        how = f" as {self.last.form}" if self.last.text else ""
        why = f": {self.last.why}" if self.last.why else ""
        return f"{self.source}: {self.last.result}{how}{why}"

    @property
    def source(self) -> str:
        """The address that was read last."""
        return self.last.final_url or self.last.url

    @property
    def outcome(self) -> str:
        """What came of it in one word."""
        return str(self.last.result)


@dataclass(frozen=True, slots=True, kw_only=True)
class ReadResult:
    """What one run brought: the readings in the order they came, and the items that its bounds left for the next."""

    readings: tuple[Reading, ...]
    left: tuple[Item, ...] = ()
    interrupted: bool = False

    @property
    def texts(self) -> tuple[Reading, ...]:
        """The readings with a text, unchanged ones included."""
        return tuple(one for one in self.readings if one.result in (Result.OK, Result.UNCHANGED))

    @property
    def failed(self) -> tuple[Reading, ...]:
        """The readings without a text."""
        return tuple(one for one in self.readings if one.result not in (Result.OK, Result.UNCHANGED))

    @property
    def failed_by_host(self) -> dict[tuple[str, str], list[Reading]]:
        """The readings without a text, by host and result: of what kept one from being read, others suffered too."""
        found: defaultdict[tuple[str, str], list[Reading]] = defaultdict(list)
        for one in self.failed:
            found[urlsplit(one.url).netloc, str(one.result)].append(one)
        return dict(sorted(found.items()))

    @property
    def nothing_read(self) -> bool:
        """Whether no page could be had at all, as without a network."""
        return bool(self.readings) and all(
            one.status is None and one.result not in (Result.EMPTY, Result.BROKEN, Result.REFUSED, Result.OK)
            for one in self.readings
        )


def pages_before_ranking(shortlist: Shortlist) -> list[TrackedItem]:
    """Return the posts that watched sources showed in the window, without a text or with a teaser, the best ranked first."""
    shown = (Status.IN_WINDOW, Status.LATE, Status.UNDATED, Status.UPDATE)
    return [one.tracked for one in shortlist.candidates if one.tracked.watched and one.status in shown and wants_text(one.item)]


def what_is_numbered(shortlist: Shortlist) -> list[TrackedItem]:
    """Return the items that a draft numbers, in its order."""
    return [one.tracked for one in shortlist.candidates if one.kept]


def due(store: Store, workspace: Workspace, chosen: Iterable[TrackedItem], *, refresh: bool = False) -> list[Item]:
    """Return what is to be read: it has a page or paper of its own, its sources allow it, and it was not read or tried before."""
    silent = {one.source.name for one in workspace.sources if not one.source.read}
    able = [one.item for one in chosen if silent.isdisjoint(one.sources) and text_reader.addresses(one.item)]
    known = readings.attempts(store, [item.id for item in able])
    return [item for item in able if refresh or _is_due(item, known.get((item.id, text_reader.version(item))))]


def _is_due(item: Item, known: Reading | None) -> bool:
    if known is None or (item.updated and item.updated > (known.checked or known.read)):
        return True
    return known.result is not Result.OK and not known.final


@dataclass(slots=True, kw_only=True)
class ReadingRun:
    """One run. `client`, its `validators` by address, and `clock` come from outside; `tell` is called after each reading.

    At most `pages` items are read, and none is begun after `seconds`. Used by one thread, which alone uses the store.
    """

    store: Store
    client: Client
    clock: Callable[[], datetime]
    pages: int
    seconds: float
    validators: dict[str, Validators] = field(default_factory=dict)
    refresh: bool = False
    tell: Callable[[ReadProgress], None] = lambda _: None
    stop: Event = field(default_factory=Event)
    processes: ParseProcesses = field(
        default_factory=lambda: ParseProcesses(cpu_s=text_reader.CPU_S, memory_bytes=text_reader.MEMORY_BYTES, most=1)
    )
    _found: list[Reading] = field(default_factory=list, init=False)
    _left: dict[str, Item] = field(default_factory=dict, init=False)
    _deadline: float = field(default=0.0, init=False)

    def read(self, workspace: Workspace, window: Window) -> ReadResult:
        """Read before the ranking, then what it numbers, until that no longer changes. Interrupted, it keeps what came."""
        self._deadline = time.monotonic() + self.seconds
        try:
            shortlist = self._shortlist(workspace, window)
            changed = self._read_chosen(workspace, pages_before_ranking(shortlist))
            for _ in range(ROUNDS):
                if self.stop.is_set():
                    break
                shortlist = self._shortlist(workspace, window) if changed else shortlist
                changed = self._read_chosen(workspace, what_is_numbered(shortlist))
                if not changed:
                    break
        finally:
            self.processes.close()
        return ReadResult(readings=tuple(self._found), left=tuple(self._left.values()), interrupted=self.stop.is_set())

    def _shortlist(self, workspace: Workspace, window: Window) -> Shortlist:
        return select_from(self.store, workspace, window, limit=None, as_of=None).shortlist

    def _read_chosen(self, workspace: Workspace, items: Iterable[TrackedItem]) -> bool:
        """Read what was chosen from the shortlist; return whether that may change the ranking: papers have abstracts."""
        tried = {one.item_id for one in self._found} | self._left.keys()
        before = len(self._found)
        chosen = [one for one in items if one.item.id not in tried]
        self._read(due(self.store, workspace, chosen, refresh=self.refresh))
        return any(one.result is Result.OK and one.form == text_reader.ARTICLE for one in self._found[before:])

    def _read(self, items: Sequence[Item]) -> None:
        """Read items, hosts side by side, within the bounds; what is beyond them is left."""
        inside = items[: max(0, self.pages - len(self._found))]
        self._left |= {item.id: item for item in items}
        known = readings.attempts(self.store, [item.id for item in inside])
        stored = {key for key, one in known.items() if one.result is Result.OK}
        self.validators |= {known[key].url: known[key].validators for key in stored}
        hosts = defaultdict(list)
        for item in inside:
            hosts[_host(item)].append(item)
        came: SimpleQueue[Reading] = SimpleQueue()
        pool = ThreadPoolExecutor(SIDE_BY_SIDE, thread_name_prefix="scout-read")
        try:
            tasks = [pool.submit(self._read_host, name, its, stored, came) for name, its in hosts.items()]
            while not all(task.done() for task in tasks) or not came.empty():
                self._keep(_waited(came), total=len(self._found) + sum(item.id in self._left for item in inside))
                if self.stop.is_set():
                    self._hang_up()
            for task in tasks:
                task.result()
        except BaseException:
            self._hang_up()
            raise
        finally:
            pool.shutdown(cancel_futures=True)

    def _hang_up(self) -> None:
        """Let everything that waits come back at once."""
        self.stop.set()
        self.client.close()
        self.processes.close()

    def _read_host(
        self, host: str, items: Sequence[Item], stored: Container[tuple[str, str]], came: SimpleQueue[Reading]
    ) -> None:
        """Read the items of one host one after the other; one that gives no page several times in a row is left alone."""
        reader = TextReader(client=self.client, processes=self.processes, clock=self.clock)
        refused = 0
        for item in items:
            if self.stop.is_set() or time.monotonic() > self._deadline:
                return
            if refused < REFUSALS:
                known = (item.id, text_reader.version(item)) in stored
                reading = reader.read(item, conditional=known and not self.refresh)
                refused = refused + 1 if reading.result in _REFUSED and not reading.final else 0
            else:
                reading = reader.unread(item, f"{host} did not give {REFUSALS} pages in a row, so it was left alone")
            if not self.stop.is_set():
                came.put(reading)

    def _keep(self, came: Sequence[Reading], total: int) -> None:
        """Write what came in one transaction, and tell it."""
        if not came:
            return
        with self.store.writing() as conn:
            for reading in came:
                readings.put(conn, reading)
            runs.put_pauses(conn, self.client.pauses())
        for reading in came:
            self._found.append(reading)
            self._left.pop(reading.item_id, None)
            self.tell(ReadProgress(done=len(self._found), total=total, last=reading))


def _host(item: Item) -> str:
    return realm(urlsplit(text_reader.addresses(item)[0][1]).netloc)


def _waited(came: SimpleQueue[Reading]) -> list[Reading]:
    """Wait a moment for the next reading, and return all that have come."""
    found = []
    with suppress(Empty):
        found.append(came.get(timeout=0.1))
        while True:
            found.append(came.get_nowait())
    return found


def run_read(
    path: Path,
    workspace: Workspace,
    window: Window,
    *,
    clock: Callable[[], datetime],
    pace_dir: Path | None = None,
    pages: int,
    seconds: float,
    refresh: bool = False,
    tell: Callable[[ReadProgress], None] = lambda _: None,
    wait_s: float = 0,
    stop: Event | None = None,
) -> ReadResult:
    """Open the store for writing and the HTTP client, and read. Setting `stop`, from any thread, ends the run with what came."""
    stop = stop or Event()
    with open_store(path, write="scout read", wait_s=wait_s, stop=stop, patience_s=PATIENCE_S) as store:
        validators: dict[str, Validators] = {}
        cache = HttpCache(validators=validators, not_before=runs.pauses(store))
        with HttpClient(workspace.config.http, now=clock, cache=cache, pace_dir=pace_dir) as client:
            run = ReadingRun(
                store=store, client=client, clock=clock, validators=validators, pages=pages, seconds=seconds, refresh=refresh,
                tell=tell, stop=stop,
            )  # fmt: skip
            return run.read(workspace, window)


def plan(path: Path, workspace: Workspace, window: Window) -> list[tuple[str, Item]]:
    """Return what a run would read, with why: its page before the ranking, or what would be numbered as things are known now."""
    with open_store(path) as store:
        shortlist = select_from(store, workspace, window, limit=None, as_of=None).shortlist
        pages = due(store, workspace, pages_before_ranking(shortlist))
        numbered = due(store, workspace, what_is_numbered(shortlist))
    shown = {item.id for item in pages}
    return [("before ranking", item) for item in pages] + [("numbered", item) for item in numbered if item.id not in shown]
