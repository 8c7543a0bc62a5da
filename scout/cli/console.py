"""Printing: the product to stdout, everything else to stderr; plain when piped, harmless always."""

from __future__ import annotations

import json
import os
import shutil
import stat
import sys
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from enum import StrEnum
from io import TextIOWrapper
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Protocol, TextIO

from scout import text
from scout.cli import options

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

_BESIDE = ".scout-"
"""Begins the name of a file that is being written, with the process that writes it."""


class LogFormat(StrEnum):
    """How the log is written."""

    TEXT = "text"
    JSON = "json"


@dataclass(slots=True)
class Log:
    """How this command writes its log."""

    format: LogFormat = LogFormat.TEXT


LOG = Log()


class Progress(Protocol):
    """How far a command has come: `description` for a live line, `line` for the log, if there is something to tell."""

    @property
    def done(self) -> int:
        """How many are done."""
        ...

    @property
    def total(self) -> int:
        """Of how many."""
        ...

    @property
    def description(self) -> str:
        """What it is at, in a few words."""
        ...

    @property
    def line(self) -> str:
        """What has just been done, or an empty text."""
        ...

    @property
    def source(self) -> str | None:
        """The source or address that the line is about."""
        ...

    @property
    def outcome(self) -> str | None:
        """What became of it."""
        ...


@contextmanager
def _stdout() -> Iterator[TextIO]:
    """Yield stdout; when its reader has enough (`scout … | head`), the rest is discarded, and the command goes on.

    UsageError: the product cannot be written, as where the disk is full.
    """
    from scout.errors import UsageError  # noqa: PLC0415

    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        discard(sys.stdout)
    except OSError as exc:
        discard(sys.stdout)
        raise UsageError(f"stdout cannot be written: {exc.strerror or exc}") from exc


def discard(stream: TextIO) -> None:
    """Send what a stream still holds, and all that follows, to nowhere."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)


def prepare_streams() -> None:
    """Open what the shell closed (`2>&-`), and let every character be written, whatever the terminal's encoding.

    Python has no stream where one was closed, and the next file to be opened would take its place. The product is UTF-8 always.
    """
    for number, name in enumerate(("stdin", "stdout", "stderr")):
        if getattr(sys, name) is None:
            found = os.open(os.devnull, os.O_RDWR)
            if found != number:
                os.dup2(found, number)
                os.close(found)
            setattr(sys, name, os.fdopen(number, "r" if number == 0 else "w", encoding="utf-8"))
    for stream, encoding, errors in (
        (sys.stdin, "utf-8", "surrogateescape"),
        (sys.stdout, "utf-8", "backslashreplace"),
        (sys.stderr, None, "backslashreplace"),
    ):
        if isinstance(stream, TextIOWrapper):
            stream.reconfigure(encoding=encoding, errors=errors)


def out(product: str) -> None:
    """Write the product to stdout."""
    with _stdout() as stdout:
        stdout.write(product if product.endswith("\n") else product + "\n")


def say(message: str) -> None:
    """Tell the user something, on stderr; where that cannot be written (its reader left, a full disk) the command goes on."""
    try:
        sys.stderr.write(text.clean_lines(message) + "\n")
        sys.stderr.flush()
    except OSError:
        discard(sys.stderr)


def log(message: str, *, level: str = "info", source: str | None = None, outcome: str | None = None) -> None:
    """Write one line of the log to stderr: with the time (UTC) where nobody watches, or as one JSON object."""
    at = f"{options.now():%Y-%m-%dT%H:%M:%SZ}"
    if LOG.format is LogFormat.JSON:
        event = {"time": at, "level": level, "source": source, "outcome": outcome, "message": text.clean(message)}
        say(json.dumps(event, ensure_ascii=False))
    else:
        say(message if sys.stderr.isatty() else f"{at} {message}")


def out_json(value: object) -> None:
    """Write a JSON document to stdout: UTF-8, keys in the order given."""
    out(text.json_text(value))


def out_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows as CSV (RFC 4180) to stdout, without control and bidi characters, which CSV cannot escape."""
    import csv  # noqa: PLC0415

    with _stdout() as stdout:
        writer = csv.writer(stdout, lineterminator="\n")
        for row in (columns, *rows):
            writer.writerow([text.visible(cell) if isinstance(cell, str) else cell for cell in row])


def write(path: Path, content: str, *, force: bool = True) -> None:
    """Write a file whole or not at all: beside it first, then renamed. A link is written through, a device is written to.

    UsageError: it is a folder or a pipe, it cannot be written, or it is there already and not to be replaced without `force`.
    """
    from scout.errors import UsageError  # noqa: PLC0415

    try:
        if is_device(path):
            path.write_text(content, encoding="utf-8")
        elif path.exists() and not force:
            raise UsageError(f"{path} is there already; --force replaces it")
        else:
            _replace(path.resolve(), content)
    except (OSError, ValueError, RuntimeError) as exc:  # RuntimeError: links that lead in a circle
        raise UsageError(f"{path} cannot be written: {getattr(exc, 'strerror', None) or exc}") from exc


def is_device(path: Path) -> bool:
    """Say whether a path is a device (`/dev/null`), which has nothing to replace. UsageError: it is neither that nor a file."""
    from scout.errors import UsageError  # noqa: PLC0415

    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as exc:
        raise UsageError(f"{path} cannot be written: {getattr(exc, 'strerror', None) or exc}") from exc
    if stat.S_ISDIR(mode):
        raise UsageError(f"{path} is a folder; name a file in it")
    if not stat.S_ISREG(mode) and not stat.S_ISCHR(mode):
        raise UsageError(f"{path} is a pipe or the like; name a file")
    return stat.S_ISCHR(mode)


def _replace(path: Path, content: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    _sweep(path.parent)
    beside = path.with_name(f"{_BESIDE}{os.getpid()}-{token_hex(4)}")
    try:
        with beside.open("x", encoding="utf-8", newline="") as file:  # "x": no link that stands there is followed
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            shutil.copymode(path, beside)
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)
        raise


def _sweep(folder: Path) -> None:
    """Remove what killed runs left beside their files."""
    from scout.store.writer import lives  # noqa: PLC0415

    for left in folder.glob(f"{_BESIDE}*-*"):
        pid = left.name.removeprefix(_BESIDE).partition("-")[0]
        if pid.isdecimal() and not lives(int(pid)):
            with suppress(OSError):
                left.unlink()


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Callable[[Progress], None]]:
    """Show how a command goes on: a live line on a terminal, a line for each thing done where stderr is piped."""
    if quiet:
        yield lambda _: None
    elif not sys.stderr.isatty() or LOG.format is LogFormat.JSON:
        yield _tell_line
    else:
        from rich.console import Console  # noqa: PLC0415 -- only for a terminal
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
        from rich.progress import Progress as Bar  # noqa: PLC0415

        columns = (BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
        bar = Bar(*columns, console=Console(stderr=True), transient=True)
        task = bar.add_task("asking", total=None)

        def tell(at: Progress) -> None:
            with suppress(OSError):  # the terminal was closed
                bar.update(task, total=at.total, completed=at.done, description=text.clean(at.description))

        try:
            with suppress(OSError):
                bar.start()
            yield tell
        finally:
            with suppress(OSError):
                bar.stop()


def _tell_line(at: Progress) -> None:
    if at.line:
        log(f"[{at.done}/{at.total}] {at.line}", source=at.source, outcome=at.outcome)
