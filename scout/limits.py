"""Bound what outside input may cost: the size of a file, the time and memory of a function in a process of its own.

A thread cannot be ended, and what runs in C listens to no deadline. What outside text decides the cost of runs in a process:
unusual bodies (`sources`), queries (`store`), a user's template (`draft`). Each costs a seventh of a second to start.
"""

from __future__ import annotations

import errno
import multiprocessing
import pickle
import signal
import stat
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection
    from pathlib import Path
    from threading import Event

T = TypeVar("T")
_POLL_S = 0.1
_STARTS_S = 30.0
"""How long a process may take to start, which is not the function's time: a busy machine needs some seconds."""


def read_file(path: Path, most: int) -> bytes:
    """Return what a regular file of at most `most` bytes holds. OSError, with words, for all else: a pipe could hang for ever."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise OSError(errno.EINVAL, "not a file", str(path))
        with path.open("rb") as file:
            body = file.read(most + 1)
    except ValueError as exc:  # NUL, or half a character
        raise OSError(errno.EINVAL, "no name of a file", str(path)) from exc
    if len(body) > most:
        raise OSError(errno.EFBIG, f"larger than {most} bytes", str(path))
    return body


class EndedError(Exception):
    """The process took too long or needed too much memory, died, or was told to stop."""


class Worker:
    """A process that calls functions one after the other, each within its own processor time. One thread at a time may ask it."""

    def __init__(self, *, cpu_s: float, memory_bytes: int) -> None:
        context = multiprocessing.get_context("spawn")  # a fork would copy locks that other threads hold
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_work, args=(theirs, cpu_s, memory_bytes), daemon=True, name="scout-worker")
        self._process.start()
        theirs.close()

    def ask(self, function: Callable[..., T], *args: Any, wall_s: float, stop: Event | None = None) -> T:
        """Return what the function returns there, or raise what it raises; all of it must pickle.

        EndedError: it died, took longer than `wall_s` seconds, or `stop` was set; then the worker is of no more use.
        """
        deadline = time.monotonic() + wall_s
        value: T
        try:
            self._pipe.send((function, args))
            while not self._pipe.poll(_POLL_S):
                if (stop and stop.is_set()) or time.monotonic() > deadline or not self._process.is_alive():
                    raise EndedError
            value, error = self._pipe.recv()
        except (EOFError, OSError, MemoryError) as exc:
            raise EndedError from exc
        if isinstance(error, MemoryError):
            raise EndedError from error
        if error:
            raise error
        return value

    def end(self) -> None:
        """End it now."""
        self._process.kill()
        self._process.join()
        self._pipe.close()


def bounded(function: Callable[..., T], *args: Any, wall_s: float, memory_bytes: int) -> T:
    """Call a function in a process of its own for at most `wall_s` seconds; EndedError where it does not end by then.

    The seconds count from when the process runs and has imported the function.
    """
    worker = Worker(cpu_s=wall_s, memory_bytes=memory_bytes)
    try:
        worker.ask(callable, function, wall_s=_STARTS_S)
        return worker.ask(function, *args, wall_s=wall_s)
    finally:
        worker.end()


def _work(pipe: Connection, cpu_s: float, memory_bytes: int) -> None:
    """Call functions until the pipe closes."""
    import resource  # noqa: PLC0415 -- only this process needs it

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C goes to all of a terminal's processes; the first one ends this
    with suppress(ValueError, OSError):  # not every system can limit it
        resource.setrlimit(resource.RLIMIT_AS, (memory_bytes, memory_bytes))
    with suppress(ValueError, OSError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with suppress(EOFError, OSError):
        while True:
            function, args = pipe.recv()
            _, hard = resource.getrlimit(resource.RLIMIT_CPU)
            soft = int(time.process_time() + cpu_s) + 1
            resource.setrlimit(resource.RLIMIT_CPU, (soft if hard == resource.RLIM_INFINITY else min(soft, hard), hard))
            pipe.send_bytes(_answer(function, args))


def _answer(function: Callable[..., object], args: tuple[Any, ...]) -> bytes:
    try:
        return pickle.dumps((function(*args), None))
    except Exception as exc:  # noqa: BLE001 -- raised by the other process
        return pickle.dumps((None, exc))
