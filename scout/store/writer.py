"""Lock the store for one writer: a lock file beside it, and a note file that names the holder.

The lock is the operating system's: it is released when its process dies, and the note of a dead process is ignored.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from filelock import FileLock, Timeout

from scout.errors import StoreBusyError, StoreError

if TYPE_CHECKING:
    from pathlib import Path
    from threading import Event

_POLL_S = 0.1


def take(path: Path, command: str, *, wait_s: float, stop: Event) -> FileLock:
    """Take the writer lock of the store at `path`, waiting up to `wait_s` seconds for another writer.

    StoreBusyError names the holder and since when; KeyboardInterrupt if `stop` is set meanwhile.
    """
    left = wait_s
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(f"{path}.lock", timeout=0)
        while not _acquired(lock):
            if left <= 0:
                raise StoreBusyError(f"{path} is being written by {_holder(path)}; {_advice(wait_s)}")
            if stop.wait(min(_POLL_S, left)):
                raise KeyboardInterrupt
            left -= _POLL_S
        _note(path).unlink(missing_ok=True)  # a killed writer's, or a link that somebody put there
        with _note(path).open("x", encoding="utf-8") as note:
            note.write(f"{command}, process {os.getpid()}")
    except OSError as exc:
        raise StoreError(f"{path} cannot be written: {exc.strerror or exc}") from exc
    return lock


def release(path: Path, lock: FileLock) -> None:
    """Release the writer lock."""
    with suppress(OSError):  # the folder was closed meanwhile; a note of nobody is ignored
        _note(path).unlink(missing_ok=True)
    lock.release()


def _acquired(lock: FileLock) -> bool:
    try:
        lock.acquire()
    except Timeout:
        return False
    return True


def _note(path: Path) -> Path:
    return path.with_name(path.name + ".writer")


def _holder(path: Path) -> str:
    """Return the command and process that hold the lock, and since when (the note's mtime, UTC)."""
    note = _note(path)
    try:
        words, since = note.read_text(encoding="utf-8"), datetime.fromtimestamp(note.stat().st_mtime, UTC)
    except (OSError, UnicodeDecodeError):
        return "another process"
    found = re.search(r"process (\d{1,10})$", words)
    if not found or not lives(int(found[1])):
        return "another process"
    return f"{words}, since {since:%Y-%m-%d %H:%M:%S} UTC"


def lives(pid: int) -> bool:
    """Say whether a process of this number runs on this machine."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except (OSError, OverflowError):
        return False
    return True


def _advice(wait_s: float) -> str:
    return f"waited {wait_s:g} s for it (--wait)" if wait_s else "try again when it has ended, or wait for it with --wait SECONDS"
