"""Parse strangers' bytes in a separate process, which can be ended: no thread can, and one could block all others.

The libraries that read feeds, pages and PDFs are not linear in everything that a hostile body may hold, and hold the
interpreter's lock meanwhile. A source's usual bodies are parsed in the calling thread: a process costs half a second once.
"""

from __future__ import annotations

import traceback
from dataclasses import dataclass
from functools import partial
from threading import BoundedSemaphore, Event, Lock
from typing import TYPE_CHECKING, Any, TypeVar

from scout.limits import EndedError, Worker
from scout.model import Result
from scout.sources.base import Parsed

if TYPE_CHECKING:
    from collections.abc import Callable

    from scout.sources.base import Page, Source

T = TypeVar("T")

USUAL_BYTES = 2**20
"""A source's larger bodies are parsed in a process: no known parser needs more than two seconds for one of this size."""
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


class ParseFault(Exception):  # noqa: N818 -- a bug, not an error of the caller's
    """Report what a parser raised in the other process, with the place."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A job that was ended, and why."""

    why: str
    result: Result = Result.BROKEN


@dataclass(frozen=True, slots=True)
class _Raised:
    """What a job raised, in words: the exception itself may not survive the way between processes."""

    words: str


class ParseProcesses:
    """Run parsers in up to `most` processes, started when first needed. Threads may share it.

    Each job may use `cpu_s` seconds of the processor and its process `memory_bytes`. `close` ends what is being parsed.
    """

    def __init__(self, *, cpu_s: int = CPU_S, memory_bytes: int = MEMORY_BYTES, most: int = MOST) -> None:
        self._cpu_s, self._memory = cpu_s, memory_bytes
        self._slots = BoundedSemaphore(most)
        self._idle: list[Worker] = []
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
        parsed = self.run(partial(source.parse, page))
        if isinstance(parsed, Ended):
            return Parsed(result=parsed.result, why=f"the reading of the answer was ended: {parsed.why}")
        return parsed

    def run(self, job: Callable[[], T]) -> T | Ended:
        """Return what `job` returns in a process of its own, or why it was ended. ParseFault: it raised.

        The job and what it returns must be picklable: a `partial` of a module's function, and plain values.
        """
        while not self._slots.acquire(timeout=_POLL_S):
            if self._closed.is_set():
                return Ended(why="the run was stopped", result=Result.NOT_FINISHED)
        try:
            return self._elsewhere(job)
        finally:
            self._slots.release()

    def _elsewhere(self, job: Callable[[], T]) -> T | Ended:
        with self._lock:
            worker = self._idle.pop() if self._idle else None
        worker = worker or Worker(cpu_s=self._cpu_s, memory_bytes=self._memory)
        said: T | Ended | _Raised
        try:
            said = worker.ask(_done, job, wall_s=WALL_S, stop=self._closed)
        except EndedError:
            worker.end()
            if self._closed.is_set():
                return Ended(why="the run was stopped", result=Result.NOT_FINISHED)
            return Ended(why=f"it would take more than {self._cpu_s} s or {self._memory >> 20} MiB to read")
        except BaseException:
            worker.end()
            raise
        with self._lock:
            kept = not self._closed.is_set()
            if kept:
                self._idle.append(worker)
        if not kept:
            worker.end()
        if isinstance(said, _Raised):
            raise ParseFault(said.words)
        return said


def _done(job: Callable[[], Any]) -> Any:
    try:
        return job()
    except MemoryError:
        raise  # which ends this process: what it holds it may not give back
    except Exception as exc:  # noqa: BLE001 -- raised by the other process
        where = traceback.extract_tb(exc.__traceback__)[-1]
        return _Raised(f"{type(exc).__name__}: {exc} ({where.filename}:{where.lineno})")
