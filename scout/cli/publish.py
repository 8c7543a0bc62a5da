"""`scout publish`: make the published report of a draft that is filled in."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scout.cli import console, options
from scout.cli.app import app
from scout.cli.draft import has_text, read_text, refuse_edited, refuse_the_same

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.pipeline.publish import Publication

SHOWN = 20

Report = Annotated[Path, typer.Argument(metavar="REPORT", help="The draft, with its slots written.", show_default=False)]
Out = Annotated[
    Path | None, typer.Option(metavar="PATH", help="Write the report here instead of in the draft's place.", show_default=False)
]
PrBody = Annotated[Path | None, typer.Option(metavar="PATH", help="Write the pull request's text here.", show_default=False)]
Force = Annotated[
    bool, typer.Option("--force", help="Publish in spite of errors and empty slots, and replace what somebody has edited.")
]


@app.command()
def publish(
    report: Report,
    out: Out = None,
    pr_body: PrBody = None,
    force: Force = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Print the report; write nothing.")] = False,
    wait: options.Wait = options.WAIT_S,
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Publish a draft that is written, and file it in the ledger.

    It is checked, evidence and slots are taken out, and it is numbered through.

    Delete, move and add entries freely before: their numbers, what points to them, the references and the stated counts follow.
    Nothing else that you wrote changes. Errors of `scout check` and empty slots refuse it, with exit 1. Publishing twice is
    publishing once.

    Example: scout publish draft.md --out reports/2026-05-24.md --pr-body pr.md
    """
    from scout.pipeline.publish import file_report, prepare  # noqa: PLC0415

    workspace, path, target = options.workspace(config), options.db_path(db), out or report
    refuse_the_same(target, pr_body, path, workspace.config.path)
    made = prepare(path, workspace, report, target)
    for note in made.notes:
        console.say(f"{report}: {note}")
    refusals = list(_refusals(made))
    for words in refusals[:SHOWN]:
        console.say(f"{report}:{words}")
    if len(refusals) > SHOWN:
        console.say(f"and {len(refusals) - SHOWN} more")
    if dry_run:
        console.out(made.report)
    if refusals and not force:
        console.say(f"{report}: not published: {len(refusals)} to mend (--force publishes it all the same)")
        raise typer.Exit(1)
    if dry_run:
        return
    _write(made, report, out, pr_body, force=force)
    verdict = file_report(path, made, target, now=options.now(), wait_s=wait)
    console.say(
        f"{target}: {len(made.document.entries)} entries published; scout check: {made.checked}; in the ledger: {verdict}"
    )
    if target.resolve().parent == report.resolve().parent and not target.samefile(report):
        console.say(f"- {report} still stands beside it; take it away, or it is read as a report of its own")


def _refusals(made: Publication) -> Iterator[str]:
    """Say what stands in the way, by the draft's lines."""
    told = [(one.line, one.words) for one in made.problems]
    told += [
        (one.line, f"[{one.code}] {one.claim}: {one.evidence}" + f"; {one.advice}" * bool(one.advice)) for one in made.errors
    ]
    yield from (f"{line}: {words}" for line, words in sorted(told))


def _write(made: Publication, report: Path, out: Path | None, pr_body: Path | None, *, force: bool) -> None:
    """Write the report and the pull request's text, each whole or not at all; UsageError where somebody's edits would be lost."""
    from scout.errors import UsageError  # noqa: PLC0415
    from scout.pipeline.draft import is_edited, with_checksum  # noqa: PLC0415

    there = read_text(out) if out and out != report and has_text(out) and not force else made.report
    if there != made.report and is_edited(there):
        raise UsageError(f"{out} is there already, and is another; --force replaces it")
    refuse_edited(pr_body, "--pr-body", force=force)
    if out or made.changed:
        console.write(out or report, made.report)
    if pr_body:
        console.write(pr_body, with_checksum(made.pr_body))
