"""`scout reports`: the ledger of what earlier reports said."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from scout.cli import console, options, tables
from scout.cli.app import app

if TYPE_CHECKING:
    from scout.model import LedgerReport

reports = typer.Typer(no_args_is_help=True, help="The ledger of earlier reports: add, list.", rich_markup_mode=None)
reports.callback()(options.group)
app.add_typer(reports, name="reports")


@reports.command()
def add(
    places: Annotated[
        list[str], typer.Argument(metavar="PLACE...", help="A file, a folder, or REPO@REV:PATH of a git repository.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Read and tell; write nothing.")] = False,
    wait: options.Wait = options.WAIT_S,
    config: options.UnusedConfig = None,
    db: options.DbPath = None,
) -> None:
    """Read earlier reports into the ledger, so that nothing is reported twice and taste can be learned.

    Reading a report twice changes nothing; an edited one replaces its earlier reading. What could not be read is said, line by
    line.

    Example: scout reports add reports/ ../site@main:reports
    """
    from scout.errors import UsageError  # noqa: PLC0415
    from scout.pipeline.reports import import_reports  # noqa: PLC0415

    learnt = import_reports(options.db_path(db), places, now=options.now(), dry_run=dry_run, wait_s=wait)
    for one in learnt:
        if one.report is None:
            console.say(f"{one.path}: skipped: {one.why}")
            continue
        numbered = sum(entry.number is not None for entry in one.report.entries)
        console.say(
            f"{one.path}: {one.verdict}: {one.report.day}, {numbered} entries, {len(one.report.entries) - numbered} mentions"
        )
        for line in one.report.unread:
            console.say(f"- not read: {line}")
    if not any(one.report for one in learnt):
        raise UsageError("no report was read; a report has the headings of a scout draft (a dated title, A., B., References)")


@reports.command("list")
def list_(
    format_: options.Format = options.ListFormat.TABLE,
    config: options.UnusedConfig = None,
    db: options.DbPath = None,
) -> None:
    """List the reports of the ledger, oldest first; with --format json, every entry too.

    Example: scout reports list --format markdown
    """
    from scout.pipeline.reports import known  # noqa: PLC0415

    ledger = known(options.db_path(db))
    rows = [
        {
            "day": report.day,
            "window": f"{report.since or '?'} to {report.until or '?'}",
            "entries": sum(entry.number is not None for entry in report.entries),
            "mentions": sum(entry.number is None for entry in report.entries),
            "title": report.title,
            "path": report.path,
        }
        for report in ledger
    ]
    tables.out_rows(rows, format_, [_whole(report) for report in ledger], spare=("title",))


def _whole(report: LedgerReport) -> dict[str, Any]:
    return {
        "day": str(report.day),
        "title": report.title,
        "path": report.path,
        "run_type": report.run_type,
        "since": str(report.since) if report.since else None,
        "until": str(report.until) if report.until else None,
        "entries": [
            {
                "number": entry.number,
                "section": entry.section,
                "grade": entry.grade,
                "title": entry.title,
                "ids": entry.ids,
                "links": entry.links,
                "stated": entry.stated,
                "runtime": entry.runtime,
                "line": entry.line,
                "chosen": entry.chosen,
            }
            for entry in report.entries
        ],
        "negatives": report.negatives,
        "unread": report.unread,
    }
