"""Parse a large or unusual body in a separate process, which can be ended: no thread can, and one could block all others.

The libraries that read feeds and pages are not linear in everything that a hostile body may hold, and hold the interpreter's
lock meanwhile. Usual bodies are parsed in the calling thread; a process costs half a second once.
"""

from __future__ import annotations

import multiprocessing
import signal
import time
import traceback
from contextlib import suppress
from dataclasses import dataclass
from threading import BoundedSemaphore, Event, Lock
from typing import TYPE_CHECKING, Any

from scout.model import Result
from scout.sources.base import Parsed

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from multiprocessing.context import SpawnProcess

    from scout.sources.base import Page, Source

USUAL_BYTES = 2**20
"""What is larger is parsed in a process: no known parser needs more than two seconds for a body of this size."""
LONGEST_WORD = 3_000
"""feedparser looks for mail addresses in quadratic time; a word of this length costs it 50 ms."""
CPU_S = 30
MEMORY_BYTES = 2**31
WALL_S = 120.0
MOST = 2
_POLL_S = 0.1
_GZIP = b"\x1f\x8b"
_WORDS = bytes(ord("a") if chr(byte).isalnum() or chr(byte) in "_.+-" else 0 for byte in range(128)) + b"a" * 128


def is_usual(body: bytes) -> bool:
    """Say whether a body may be parsed in a thread: of the usual size, without overlong words, not compressed."""
    return len(body) <= USUAL_BYTES and not body.startswith(_GZIP) and b"a" * LONGEST_WORD not in body.translate(_WORDS)


class ReadingFault(Exception):  # noqa: N818 -- a bug, not an error of the caller's
    """Report what `parse` raised in the other process, with the place."""


@dataclass(slots=True)
class _Worker:
    process: SpawnProcess
    pipe: Connection

    def end(self) -> None:
        """End it now."""
        self.process.kill()
        self.process.join()
        self.pipe.close()


class ParseProcesses:
    """Parse pages, unusual ones in up to two processes started when first needed. Threads may share it.

    `close` ends what is being parsed.
    """

    def __init__(self, *, cpu_s: int = CPU_S, memory_bytes: int = MEMORY_BYTES) -> None:
        self._cpu_s, self._memory = cpu_s, memory_bytes
        self._slots = BoundedSemaphore(MOST)
        self._idle: list[_Worker] = []
        self._lock = Lock()
        self._closed = Event()

    def close(self) -> None:
        """End every process; what waits for one returns at once."""
        self._closed.set()
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def parse(self, source: Source, page: Page) -> Parsed:
        """Return what `source.parse(page)` returns, or a broken result that says why it was ended."""
        if is_usual(page.body):
            return source.parse(page)
        while not self._slots.acquire(timeout=_POLL_S):
            if self._closed.is_set():
                return _ended("the run was stopped", Result.NOT_FINISHED)
        try:
            return self._elsewhere(source, page)
        finally:
            self._slots.release()

    def _elsewhere(self, source: Source, page: Page) -> Parsed:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        worker = worker or _start(self._cpu_s, self._memory)
        try:
            said = self._ask(worker, source, page)
        except BaseException:
            worker.end()
            raise
        if said is None:
            worker.end()
            if self._closed.is_set():
                return _ended("the run was stopped", Result.NOT_FINISHED)
            return _ended(f"it would take more than {self._cpu_s} s or {self._memory >> 20} MiB to read", Result.BROKEN)
        with self._lock:
            kept = not self._closed.is_set()
            if kept:
                self._idle.append(worker)
        if not kept:
            worker.end()
        if isinstance(said, Parsed):
            return said
        raise ReadingFault(said)

    def _ask(self, worker: _Worker, source: Source, page: Page) -> Parsed | str | None:
        """Return the process's result, or None if it died, took too long, or the run was stopped."""
        deadline = time.monotonic() + WALL_S
        try:
            worker.pipe.send((source, page))
            while not worker.pipe.poll(_POLL_S):
                if self._closed.is_set() or time.monotonic() > deadline or not worker.process.is_alive():
                    return None
            said: Parsed | str = worker.pipe.recv()
        except (EOFError, OSError):
            return None
        return said


def _ended(why: str, result: Result) -> Parsed:
    return Parsed(result=result, why=f"the reading of the answer was ended: {why}")


def _start(cpu_s: int, memory_bytes: int) -> _Worker:
    context = multiprocessing.get_context("spawn")  # a fork would copy locks that other threads hold
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(theirs, cpu_s, memory_bytes), daemon=True, name="scout-parse")
    process.start()
    theirs.close()
    return _Worker(process, ours)


def _work(pipe: Connection, cpu_s: int, memory_bytes: int) -> None:
    """Parse pages until the pipe closes; each within its own CPU time."""
    import resource  # noqa: PLC0415 -- only this process needs it

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all of a terminal's processes; the first one ends this
    with suppress(ValueError, OSError):  # not every system can limit it
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, OSError):
        while True:
            source, page = pipe.recv()
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            resource.setrlimit(resource.RLIMIT_CPU, (int(time.process_time()) + cpu_s, hard))
            pipe.send(_parsed(source, page))


def _parsed(source: Any, page: Any) -> Parsed | str:
    try:
        said: Parsed = source.parse(page)
    except MemoryError:
        return _ended("not enough memory", Result.BROKEN)
    except Exception as exc:  # noqa: BLE001 -- raised by the other process
        where = traceback.extract_tb(exc.__traceback__)[-1]
        return f"{type(exc).__name__}: {exc} ({where.filename}:{where.lineno})"
    return said
