"""`scout collect`: ask the sources, remember what they said."""

from __future__ import annotations

from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scout.cli import console, options, signals, tables
from scout.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from scout.http.archive import Recorder, Replay
    from scout.model import Window
    from scout.pipeline.collect import CollectResult
    from scout.sources.workspace import Workspace

Names = Annotated[
    list[str] | None, typer.Option("--source", metavar="NAME", help="Only this source or group; may be given again.")
]
Refresh = Annotated[bool, typer.Option("--refresh", help="Ask for everything again, whatever is remembered.")]
Strict = Annotated[bool, typer.Option("--strict", help="Exit 1 if any source failed.")]
Quiet = Annotated[
    bool, typer.Option("--quiet", "-q", help="Say nothing but what needs attention: one line for each source not seen.")
]
LogFormat = Annotated[
    console.LogFormat, typer.Option("--log-format", help="text or json: one object a line, on stderr.", show_default=False)
]


@app.command()
def collect(
    since: options.Since = "",
    until: options.Until = "",
    source: Names = None,
    refresh: Refresh = False,
    strict: Strict = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be asked; ask and write nothing.")] = False,
    record: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Keep every answer in a web archive, week.warc.gz; asks as --refresh.", show_default=False
        ),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE", help="Take the answers from such an archive: its time, its days, no network.", show_default=False
        ),
    ] = None,
    quiet: Quiet = False,
    log_format: LogFormat = console.LogFormat.TEXT,
    wait: options.Wait = options.WAIT_S,
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Ask the sources and remember what they said.

    Without --since it asks from `lookback_days` (feeds.yaml, 14) before the window on, so that a draft can show what lies on the
    boundary; what was answered in full before is not asked again.

    Each source ends with one outcome (ok, unchanged, empty, partial, rate_limited, blocked, unreachable, broken, refused), which
    `scout status` shows. Stopped by Ctrl-C, SIGTERM or SIGHUP, what came is kept. A second collect changes nothing that has not
    changed.

    Example: scout collect --since 2026-05-18 --until 2026-05-24
    """
    from scout.errors import UsageError  # noqa: PLC0415

    if record and replay:
        raise UsageError("either --record or --replay: an archive that is replayed is there already")
    console.LOG.format = log_format
    workspace = options.workspace(config, validate=True)
    sources = workspace.named(source or [])
    path = options.db_path(db)
    archive = _archive(replay)
    if archive and not (since or until):
        since, until = str(archive.recorded.since), str(archive.recorded.until)
    chosen = options.window(workspace, path, since, until)
    if not since:  # what lies on the boundary of the window belongs to its draft, too
        chosen = chosen.stretched(workspace.config.report.lookback_days)
    if dry_run:
        console.say(
            f"would ask {sum(not one.source.pause for one in sources)} sources for {chosen.since} to {chosen.until}, into {path}"
        )
        tables.out_table(
            [{"source": one.source.name, "kind": one.kind, "hosts": ", ".join(one.source.hosts())} for one in sources]
        )
        return
    collected = gather(
        workspace, path, chosen, names=source or [], refresh=refresh, quiet=quiet, wait_s=wait, record=record, replay=archive
    )
    finish(collected, strict=strict)


def _archive(path: Path | None) -> Replay | None:
    if path is None:
        return None
    from scout.http.archive import Replay  # noqa: PLC0415

    return Replay(path)


def gather(
    workspace: Workspace, path: Path, window: Window, *, names: Sequence[str], refresh: bool, quiet: bool, wait_s: float,
    record: Path | None = None, replay: Replay | None = None,
) -> CollectResult:  # fmt: skip
    """Run one collect with its progress on stderr, and tell what failed; quietly, nothing but that.

    A run that is recorded has one instant for its clock, and a replay the same, so that both say the same.
    """
    from scout.errors import UsageError  # noqa: PLC0415
    from scout.pipeline.collect import run_collect  # noqa: PLC0415

    sources = workspace.named(names)
    if not any(not one.source.pause for one in sources):
        raise UsageError(f"{workspace.config.path} has no source to ask; `scout sources list` shows them")
    started, token = options.now(), options.token()
    if replay:
        started, token = replay.recorded.started, "recorded" if replay.recorded.token else ""
    with ExitStack() as stack:
        recorder = stack.enter_context(_recorder(record, started, window, token)) if record else None
        tell, stop = stack.enter_context(console.progress(quiet=quiet)), stack.enter_context(signals.stopping())
        collected = run_collect(
            path,
            workspace.config.http,
            sources,
            window,
            clock=(lambda: started) if record or replay else options.now,
            token=token,
            pace_dir=options.pace_dir(),
            refresh=refresh or record is not None,
            tell=tell,
            wait_s=wait_s,
            stop=stop,
            record=recorder,
            replay=replay,
        )
    _tell(collected, path, quiet=quiet)
    return collected


def _recorder(path: Path, started: datetime, window: Window, token: str) -> Recorder:
    from scout.http.archive import Recorder  # noqa: PLC0415

    return Recorder(path, now=started, window=window, secret=token)


def _tell(collected: CollectResult, path: Path, *, quiet: bool) -> None:
    """Tell what failed, one line a source; what keeps failing or became slow is told loudly, in the run where it did."""
    from scout.pipeline.status import alerts_of  # noqa: PLC0415

    alerts = alerts_of(path, collected.run)
    for outcome in collected.failed:
        if all(alert.source != outcome.source for alert in alerts):
            words = f"not seen: {outcome.source}: {outcome.result}: {outcome.why}"
            console.log(words, level="warning", source=outcome.source, outcome=outcome.result)
    for alert in alerts:
        words = f"ATTENTION: {alert.source} {alert.what}. What to do: {alert.advice}"
        console.log(words, level="error", source=alert.source, outcome=alert.result)
    if not quiet:
        new = sum(outcome.items_new for outcome in collected.outcomes)
        good = len(collected.outcomes) - len(collected.failed)
        window = f"{collected.window.since} to {collected.window.until}"
        console.log(f"{good} of {len(collected.outcomes)} sources seen, {new} new items, {window}, in {path}")


def finish(collected: CollectResult, *, strict: bool) -> None:
    """End with the exit code that the run deserves."""
    from scout.errors import NothingSeenError  # noqa: PLC0415

    if collected.interrupted:
        raise typer.Exit(130)
    if collected.nothing_seen:
        raise NothingSeenError("every source failed; is there a network? `scout status` says why for each")
    if strict and collected.failed:
        raise typer.Exit(1)
