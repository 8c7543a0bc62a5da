"""Measuring whole processes: wall clock, processor time, peak memory; medians of several."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from datetime import date

HERE = Path(__file__).parent
MIB = 1024 * 1024
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spent:
    """What a process cost: seconds of wall clock, seconds of processor (user and system), and MiB at its peak."""

    wall: float
    cpu: float
    peak: float


def run(*command: str | Path, out: Path | None = None, home: Path | None = None) -> Spent:
    """Run one command to its end and say what it cost; its standard output goes to `out`, or nowhere.

    The peak is the kernel's, of this child alone (`wait4`). It is never below what this process has at the fork, so that whatever
    is large is done `apart`.
    """
    environment = {**os.environ, **({"XDG_CACHE_HOME": str(home), "HOME": str(home)} if home else {})}
    with Path(out or os.devnull).open("wb") as target:
        start = time.perf_counter()
        child = subprocess.Popen(list(map(str, command)), stdout=target, stderr=subprocess.PIPE, env=environment)
        said = child.stderr.read() if child.stderr else b""
        _, status, usage = os.wait4(child.pid, 0)
        wall = time.perf_counter() - start
        child.returncode = os.waitstatus_to_exitcode(status)
    if child.stderr:
        child.stderr.close()
    if child.returncode:
        sys.exit(f"{' '.join(map(str, command))}\nended with {child.returncode}: {said.decode(errors='replace')[-2000:]}")
    to_mib = MIB if sys.platform == "darwin" else 1024
    return Spent(wall=wall, cpu=usage.ru_utime + usage.ru_stime, peak=usage.ru_maxrss / to_mib)


def apart(task: Callable[..., T], *given: Any, **named: Any) -> T:
    """Call a function in a process of its own, so that this one stays small."""
    with ProcessPoolExecutor(1, mp_context=get_context("spawn")) as pool:
        return pool.submit(task, *given, **named).result()


def middle(spent: Sequence[Spent]) -> Spent:
    """Return the medians, and the highest peak."""
    return Spent(
        wall=median(one.wall for one in spent), cpu=median(one.cpu for one in spent), peak=max(one.peak for one in spent)
    )


def by_turns(times: int, *tasks: Callable[[], Spent]) -> list[Spent]:
    """Do each task so many times, by turns, so that what else the machine does falls on all of them; return their medians."""
    rounds = [[task() for task in tasks] for _ in range(times)]
    return [middle(runs) for runs in zip(*rounds, strict=True)]


@contextmanager
def serving(papers: int, until: date) -> Iterator[str]:
    """Start the made world as a process of its own; give its `127.0.0.1:port`."""
    command: Any = [sys.executable, HERE / "bench_world.py", "--papers", str(papers), "--until", str(until)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as server:
        try:
            yield server.stdout.readline().strip() if server.stdout else ""
        finally:
            server.communicate("")
