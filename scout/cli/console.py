"""Printing: the product to stdout, everything else to stderr; plain when piped, harmless always."""

from __future__ import annotations

import json
import os
import sys
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, TextIO

from scout import text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path

    from scout.pipeline.collect import Progress

COLOURS = {"ok": "32", "unchanged": "32", "empty": "32", "partial": "33", "not_finished": "33", "rate_limited": "33"}


@contextmanager
def _stdout() -> Iterator[TextIO]:
    """Yield stdout; when its reader has enough (`scout … | head`), the rest is discarded, and the command goes on."""
    try:
        yield sys.stdout
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def out(product: str) -> None:
    """Write the product to stdout."""
    with _stdout() as stdout:
        stdout.write(product if product.endswith("\n") else product + "\n")


def say(message: str) -> None:
    """Tell the user something, on stderr."""
    sys.stderr.write(text.clean_lines(message) + "\n")
    sys.stderr.flush()


def out_json(value: object) -> None:
    """Write a JSON document to stdout: UTF-8, keys in the order given."""
    out(json_text(value))


def json_text(value: object) -> str:
    """Return a value as JSON text."""
    return json.dumps(value, ensure_ascii=False, indent=2, default=str) + "\n"


def out_csv(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Write rows as CSV (RFC 4180) to stdout."""
    import csv  # noqa: PLC0415

    with _stdout() as stdout:
        writer = csv.writer(stdout, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(
            [[text.clean(cell) if isinstance(cell, str) else cell for cell in row] for row in rows] if _seen() else rows
        )


def out_table(rows: Sequence[Mapping[str, object]], *, colour: str = "") -> None:
    """Write rows as an aligned table; cells are one line each. `colour` names the column whose word decides the colour."""
    from tabulate import tabulate  # noqa: PLC0415

    if not rows:
        return
    width = _width() // len(rows[0]) * 2
    cells = [[_cell(value, width) for value in row.values()] for row in rows]
    lines = tabulate(cells, headers=list(rows[0]), disable_numparse=True).splitlines()
    if colour and _colours():
        words = [str(row.get(colour, "")) for row in rows]
        lines[2:] = [f"\x1b[{COLOURS.get(word, '31')}m{line}\x1b[0m" for word, line in zip(words, lines[2:], strict=True)]
    out("\n".join(line.rstrip() for line in lines))


def _cell(value: object, width: int) -> str:
    cell = text.clean("" if value is None else str(value))
    return text.shorten(cell, max(width, 24)) if _seen() else cell


def _seen() -> bool:
    """Say whether stdout is a terminal, which what comes from outside could command."""
    return sys.stdout.isatty()


def _width() -> int:
    import shutil  # noqa: PLC0415

    return shutil.get_terminal_size((160, 24)).columns


def _colours() -> bool:
    return _seen() and not os.environ.get("NO_COLOR")


def write(path: Path, content: str, *, force: bool = True) -> None:
    """Write a file whole or not at all: beside it first, then renamed."""
    from scout.errors import UsageError  # noqa: PLC0415

    if path.exists() and not force:
        raise UsageError(f"{path} is there already; --force replaces it")
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        beside.write_text(content, encoding="utf-8")
        beside.replace(path)
    except OSError as exc:
        with suppress(OSError):
            beside.unlink()
        raise UsageError(f"{path} cannot be written: {exc.strerror or exc}") from exc


@contextmanager
def progress(*, quiet: bool = False) -> Iterator[Callable[[Progress], None]]:
    """Show how a collect goes on: a live line on a terminal, a line for each source where stderr is piped."""
    if quiet:
        yield lambda _: None
    elif not sys.stderr.isatty():
        yield _tell_line
    else:
        from rich.console import Console  # noqa: PLC0415 -- only for a terminal
        from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn  # noqa: PLC0415
        from rich.progress import Progress as Bar  # noqa: PLC0415

        columns = (BarColumn(30), MofNCompleteColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
        with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
            task = bar.add_task("asking", total=None)

            def tell(at: Progress) -> None:
                waiting = ", ".join(at.waiting[:3]) + (f" and {len(at.waiting) - 3} more" if len(at.waiting) > 3 else "")
                words = text.clean(f"{at.items} new; waiting for {waiting}" if waiting else f"{at.items} new")
                bar.update(task, total=at.total, completed=at.done, description=words)

            yield tell


def _tell_line(at: Progress) -> None:
    if at.last:
        why = f": {at.last.why}" if at.last.why else ""
        say(f"[{at.done}/{at.total}] {at.last.source}: {at.last.result}, {at.last.items_new} new of {at.last.items_seen}{why}")
