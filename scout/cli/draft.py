"""`scout draft`: write the report skeleton of a window."""

from __future__ import annotations

from datetime import date
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scout import text
from scout.cli import console, options
from scout.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.model import Outcome, Window
    from scout.pipeline.draft import Draft
    from scout.sources.workspace import Workspace


MOST_BYTES = 50_000_000
"""A larger file is no draft of scout's."""


class DraftFormat(StrEnum):
    """How `draft` answers."""

    MARKDOWN = "markdown"
    HTML = "html"
    JSON = "json"


Out = Annotated[Path | None, typer.Option(metavar="PATH", help="Write the report here, whole or not at all.", show_default=False)]
PrBody = Annotated[Path | None, typer.Option(metavar="PATH", help="Write the pull request's text here.", show_default=False)]
Force = Annotated[bool, typer.Option("--force", help="Replace a draft or pull request text that somebody has edited.")]


@app.command()
def draft(
    since: options.Since = "",
    until: options.Until = "",
    out: Out = None,
    pr_body: PrBody = None,
    format_: Annotated[DraftFormat, typer.Option("--format", help="markdown, html or json.")] = DraftFormat.MARKDOWN,
    limit: options.Limit = None,
    force: Force = False,
    as_of: options.AsOf = "",
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Write the report skeleton of a window.

    Evidence where there is any, marked slots where a person must judge.

    Without --out it goes to stdout. The same store gives the same bytes. A file that somebody has edited is not replaced without
    --force.

    Example: scout draft --since 2026-05-18 --out reports/2026-05-24.md --pr-body pr.md
    """
    from scout.errors import UsageError  # noqa: PLC0415

    workspace, path = options.workspace(config), options.db_path(db)
    day = options.day(as_of, "--as-of")
    window = options.window(workspace, path, since, until, as_of=day)
    if not (since or force) and (words := reported_words(path, window, as_of=day)):
        raise UsageError(f"{words}; --since {window.since} or --force drafts it again")
    made = write_draft(workspace, path, window, out, pr_body, format_, limit=limit, force=force, as_of=day)
    for line in draft_words(made, out, window):
        console.say(line)


def reported_words(path: Path, window: Window, *, as_of: date | None = None) -> str:
    """Say which report has the window already; empty where none has."""
    from scout.pipeline.window import reported  # noqa: PLC0415

    report = reported(path, window, as_of=as_of)
    return f"the window that ends on {window.until} is reported: {report.path}, of {report.day}" if report else ""


def write_draft(
    workspace: Workspace, path: Path, window: Window, out: Path | None, pr_body: Path | None, format_: DraftFormat,
    *, limit: int | None, force: bool, as_of: date | None, quiet: bool = False,
) -> Draft:  # fmt: skip
    """Draft a window into a file, or to stdout; UsageError where somebody has edited what would be replaced."""
    from scout import draft as drafts  # noqa: PLC0415
    from scout.pipeline.draft import alike, draft_report, with_checksum  # noqa: PLC0415

    refuse_the_same(out, pr_body, path, workspace.config.path)
    if out and has_text(out) and not _of_format(read_text(out), format_):
        refuse_edited(out, "--out", force=force)
    refuse_edited(pr_body, "--pr-body", force=force)
    made = draft_report(path, workspace, window, limit=limit, as_of=as_of)
    match format_:
        case DraftFormat.JSON:
            product = text.json_text(drafts.data(made.inputs))
        case DraftFormat.HTML:
            product = drafts.html(made.report)
        case DraftFormat.MARKDOWN:
            product = with_checksum(made.report) if out else made.report
    if out and format_ is DraftFormat.MARKDOWN and alike(read_text(out), made.report):
        if not quiet:
            console.say(f"{out}: nothing new since it was written")
    elif out:
        console.write(out, product)
    else:
        console.out(product)
    if pr_body:
        console.write(pr_body, with_checksum(made.pr_body))
    return made


def draft_words(made: Draft, out: Path | None, window: Window) -> Iterator[str]:
    """Say what the draft holds, and what it could not see."""
    from scout import draft as drafts  # noqa: PLC0415

    entries = len(drafts.numbered(made.inputs))
    unseen = [one for one in made.inputs.shortlist.coverage if not one.covered]
    where = f"{out}: " if out else ""
    yield f"{where}{entries} entries for {window.since} to {window.until}; {len(unseen)} sources not seen or not covering it"
    for one in unseen:
        yield f"- {one.source}: {one.outcome.result}: {one.why or _why(one.outcome, window)}"


def _why(outcome: Outcome, window: Window) -> str:
    from scout.draft.negatives import reached  # noqa: PLC0415

    if outcome.why or not outcome.oldest:
        return outcome.why or "nothing dated"
    if outcome.covers and outcome.covers.start <= window.start < outcome.covers.end < window.end:
        return f"its answers end with {reached(outcome.covers.end)}"
    return f"its answers reach back to {outcome.oldest:%Y-%m-%d}"


def _of_format(text: str, format_: DraftFormat) -> bool:
    """Say whether a file is a page or JSON as scout writes it: nobody edits those, so that a new one may replace them."""
    begins = {DraftFormat.HTML: "<!doctype html>", DraftFormat.JSON: "{"}.get(format_)
    return begins is not None and text.startswith(begins)


def has_text(path: Path) -> bool:
    """Say whether something stands in a file that would be replaced; UsageError where no file can stand."""
    return not console.is_device(path) and path.exists()


def refuse_the_same(*paths: Path | None) -> None:
    """Raise UsageError where the report, the pull request's text, the store and feeds.yaml are not different files."""
    from scout.errors import UsageError  # noqa: PLC0415

    given = [path for path in paths if path and not console.is_device(path)]
    for place, path in enumerate(given):
        if any(path.resolve() == other.resolve() for other in given[:place]):
            raise UsageError(f"{path} is named twice: report, pull request, store and feeds.yaml are four files")


def refuse_edited(path: Path | None, option: str, *, force: bool) -> None:
    """Raise UsageError where somebody has edited what would be replaced."""
    from scout.errors import UsageError  # noqa: PLC0415
    from scout.pipeline.draft import is_edited  # noqa: PLC0415

    if path and has_text(path) and not force and is_edited(read_text(path)):
        raise UsageError(f"{path} has been edited since scout wrote it; --force replaces it, or name another with {option}")


def read_text(path: Path) -> str:
    """Return what a file holds; empty where there is none, or no text."""
    from scout.limits import read_file  # noqa: PLC0415

    try:
        return read_file(path, MOST_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
