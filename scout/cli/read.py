"""`scout read`: read the pages and papers that the draft would be about."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scout.cli import collect, console, options, signals, tables
from scout.cli.app import app

if TYPE_CHECKING:
    from scout.model import Window
    from scout.pipeline.read import ReadResult
    from scout.sources.workspace import Workspace

MOST_PAGES, MOST_SECONDS = 100, 1_800
"""How much one run reads unless it is told otherwise."""
Limit = Annotated[int, typer.Option(min=1, max=10_000, help="Read at most so many pages and papers.")]
Seconds = Annotated[float, typer.Option(min=1, max=86_400, help="Begin no reading after this long.")]


@app.command()
def read(
    since: options.Since = "",
    until: options.Until = "",
    limit: Limit = MOST_PAGES,
    seconds: Seconds = MOST_SECONDS,
    refresh: Annotated[bool, typer.Option("--refresh", help="Ask for what was read or tried before, too.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Exit 1 if anything could not be read.")] = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be read; ask and write nothing.")] = False,
    quiet: Annotated[bool, typer.Option("--quiet", "-q", help="Say nothing.")] = False,
    log_format: collect.LogFormat = console.LogFormat.TEXT,
    wait: options.Wait = options.WAIT_S,
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Read the pages and papers that the draft would be about.

    First the own pages of what watched sources showed in the window without a text or with a teaser, so that it can be ranked;
    then what would be numbered: a post's article, a paper's HTML at arXiv, else its PDF, else only its abstract.

    Each is asked for once, politely: hosts side by side, each at its pace, as robots.txt allows. A page may have as many MiB as
    `http.max_body_mib` says, and take as long as `http.timeout_s`. A source with `read: false` is left out. Stopped by Ctrl-C,
    SIGTERM or SIGHUP, what was read is kept. What could not be read is asked for again next time, unless there was no text.

    Example: scout read --since 2026-05-18 --until 2026-05-24
    """
    console.LOG.format = log_format
    workspace, path = options.workspace(config), options.db_path(db)
    window = options.window(workspace, path, since, until)
    if dry_run:
        _tell_plan(workspace, path, window)
        return
    found = read_window(workspace, path, window, limit=limit, seconds=seconds, refresh=refresh, quiet=quiet, wait_s=wait)
    finish(found, strict=strict)


def read_window(
    workspace: Workspace, path: Path, window: Window,
    *, limit: int = MOST_PAGES, seconds: float = MOST_SECONDS, refresh: bool = False, quiet: bool, wait_s: float,
) -> ReadResult:  # fmt: skip
    """Read for a window with progress on stderr, and tell what could not be read; quietly, nothing."""
    from scout.pipeline.read import run_read  # noqa: PLC0415

    with console.progress(quiet=quiet) as tell, signals.stopping() as stop:
        found = run_read(
            path,
            workspace,
            window,
            clock=options.now,
            pace_dir=options.pace_dir(),
            pages=limit,
            seconds=seconds,
            refresh=refresh,
            tell=tell,
            wait_s=wait_s,
            stop=stop,
        )
    if not quiet:
        _tell(found, path, window)
    return found


def _tell(found: ReadResult, path: Path, window: Window) -> None:
    for (host, result), failed in found.failed_by_host.items():
        more = f" ({len(failed)} pages)" if len(failed) > 1 else ""
        console.log(f"not read: {host}{more}: {result}: {failed[0].why}", level="warning", source=host, outcome=result)
    left = f", {len(found.left)} left for the next run" if found.left else ""
    total = len(found.readings)
    console.log(f"{len(found.texts)} of {total} texts read{left}, for {window.since} to {window.until}, in {path}")


def _tell_plan(workspace: Workspace, path: Path, window: Window) -> None:
    from scout.pipeline.read import plan  # noqa: PLC0415
    from scout.sources.text_reader import addresses  # noqa: PLC0415

    found = plan(path, workspace, window)
    console.say(f"would read {len(found)} pages and papers for {window.since} to {window.until}, into {path}")
    tables.out_table([{"when": when, "address": addresses(item)[0][1], "title": item.title} for when, item in found])


def finish(found: ReadResult, *, strict: bool) -> None:
    """End with the exit code that the run deserves."""
    from scout.errors import NothingSeenError  # noqa: PLC0415

    if found.interrupted:
        raise typer.Exit(130)
    if found.nothing_read:
        raise NothingSeenError("nothing could be read; is there a network?")
    if strict and found.failed:
        raise typer.Exit(1)
