"""`scout run`: collect, read, then draft the next window."""

from __future__ import annotations

import typer

from scout.cli import collect, console, notify, options, read
from scout.cli.app import app
from scout.cli.draft import DraftFormat, Force, Out, PrBody, draft_words, reported_words, write_draft


@app.command()
def run(
    since: options.Since = "",
    until: options.Until = "",
    out: Out = None,
    pr_body: PrBody = None,
    strict: collect.Strict = False,
    quiet: collect.Quiet = False,
    log_format: collect.LogFormat = console.LogFormat.TEXT,
    force: Force = False,
    notify_: notify.Urls = None,
    wait: options.Wait = options.CRON_WAIT_S,
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Collect, read and draft the next window: the weekly job.

    The window starts the day after the last report's and ends with the last `report.week_ends` of feeds.yaml that is over (else
    today). Reports that feeds.yaml names under `history` are read first. Where the window is reported already, that is said, and
    nothing is done without --since or --force. Without --out the draft is written beside the store, as draft-DAY.md.

    --notify tells somebody where the draft is and what it could not see; one that fails is said, and fails nothing. It needs the
    extra `notify`.

    Example: scout run --quiet, as in the crontab line `15 6 * * 2  cd /srv/scout && scout run --quiet`
    """
    from scout.pipeline.reports import NO_REPORT, import_reports  # noqa: PLC0415

    console.LOG.format = log_format
    workspace, path = options.workspace(config, validate=True), options.db_path(db)
    if workspace.config.report.history:
        places = [str(workspace.config.path.parent / place) for place in workspace.config.report.history]
        for one in import_reports(path, places, now=options.now(), wait_s=wait):
            if one.verdict == "skipped" and one.why != NO_REPORT:  # a readme stands in most folders
                console.log(f"{one.path}: skipped: {one.why}", level="warning")
    window = options.window(workspace, path, since, until)
    if not (since or force) and (words := reported_words(path, window)):
        console.log(f"{words}; nothing to do: --since {window.since} or --force drafts it again")
        return
    asked = window.stretched(workspace.config.report.lookback_days)
    collected = collect.gather(workspace, path, asked, names=[], refresh=False, quiet=quiet, wait_s=wait)
    if not collected.interrupted:
        found = read.read_window(workspace, path, window, quiet=quiet, wait_s=wait)
        if found.interrupted:
            raise typer.Exit(130)
        target = out or path.parent / f"draft-{window.until}.md"
        made = write_draft(
            workspace, path, window, target, pr_body, DraftFormat.MARKDOWN, limit=None, force=force, as_of=None, quiet=quiet
        )
        if not quiet:
            for line in draft_words(made, target, window):
                console.log(line)
        title = f"scout: the week to {window.until} is drafted"
        notify.notify(notify_ or [], title, draft_words(made, target.resolve(), window))
    collect.finish(collected, strict=strict)
