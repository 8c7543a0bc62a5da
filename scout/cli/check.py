"""`scout check`: hold finished reports against the evidence."""

from __future__ import annotations

import os
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scout.cli import console, options
from scout.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scout.check import Finding
    from scout.pipeline.check import CheckedReport
    from scout.reports.document import Document
    from scout.sources.workspace import Workspace


MAX_BASELINE = 50_000_000
FETCH_S = 120
"""How long --fetch may take, unless told otherwise."""
MOST_TOLD = 10
"""How many addresses of one kind are told."""


class CheckFormat(StrEnum):
    """How `check` answers."""

    TEXT = "text"
    JSON = "json"
    GITHUB = "github"
    SARIF = "sarif"
    MARKDOWN = "markdown"


NOT_LOOKED_UP = 5
"""The exit code where nothing is wrong, but something that was asked for could not be looked up."""
Places = Annotated[list[str] | None, typer.Argument(metavar="REPORT...", help="A file, a folder, or REPO@REV:PATH.")]
Fetch = Annotated[bool, typer.Option("--fetch", help="First ask primary sources for what the store lacks.")]
Seconds = Annotated[float, typer.Option(min=1, max=86_400, help="How long --fetch may take as a whole.")]
Refresh = Annotated[bool, typer.Option("--refresh", help="With --fetch: ask again for what was asked in the last week.")]
Off = Annotated[list[str] | None, typer.Option(metavar="CODE", help="Switch a rule off; may be given again.")]
Baseline = Annotated[
    Path | None,
    typer.Option(metavar="JSON", help="Findings of an earlier --format json: only new ones count.", show_default=False),
]
Since = Annotated[str, typer.Option(metavar="REV", help="Only what came since this git revision of the same files.")]
Fix = Annotated[bool, typer.Option("--fix", help="Write what has one right answer into the files: dates, counts, addresses.")]
Diff = Annotated[bool, typer.Option("--diff", help="Show what --fix would write, as a patch on stdout, and nothing else.")]
ExplainCode = Annotated[str, typer.Option("--explain", metavar="CODE", help="Say what a rule looks for; `all` lists them.")]


@app.command()
def check(
    reports: Places = None,
    format_: Annotated[CheckFormat, typer.Option("--format", help="text, json, github, sarif or markdown.")] = CheckFormat.TEXT,
    fetch: Fetch = False,
    seconds: Seconds = FETCH_S,
    refresh: Refresh = False,
    off: Off = None,
    baseline: Baseline = None,
    since: Since = "",
    fix: Fix = False,
    diff: Diff = False,
    explain: ExplainCode = "",
    unverified: Annotated[bool, typer.Option("--unverified", help="List claims without evidence either way, too.")] = False,
    wait: options.Wait = options.WAIT_S,
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Hold finished reports against the evidence in the store.

    Exit 1 if there are errors.

    A claim without evidence either way is unverified, which is no error; exit 5 if --fetch could not look something up and
    nothing else is wrong. A line is left alone by <!-- scout: off CODE --> in it.

    --fetch asks hosts side by side, each at its pace, and a link at most once a week. It ends after --seconds: what was not
    reached by then is told, and asked for the next time. What came is kept, also where it is interrupted.

    Example: scout check reports/2026-05-24.md --fetch
    """
    from scout import check as rules  # noqa: PLC0415
    from scout.errors import UsageError  # noqa: PLC0415
    from scout.pipeline import check  # noqa: PLC0415

    if explain:
        codes = rules.CODES if explain == "all" else [explain]
        console.out("\n".join(f"{code}: {rules.explain(code)}" for code in codes))
        return
    if not reports:
        raise UsageError("name a report to check: a file, a folder, or REPO@REV:PATH")
    workspace, path = options.workspace(config), options.db_path(db)
    documents = check.documents(reports)
    unseen = _fetch(workspace, path, documents, seconds=seconds, refresh=refresh, wait_s=wait) if fetch else 0
    known = _known(baseline)
    checked = check.check_reports(path, workspace, documents, off=off or [])
    if since:
        known |= check.known_before(path, workspace, checked, since, off=off or [])
    held = {one.path: rules.fresh(one.findings, known) for one in checked}
    if fix or diff:
        held = _fixed(held, write=fix and not diff)
    if not diff:
        _show(format_, checked, held, unverified=unverified)
    if any(finding.severity is rules.Severity.ERROR for findings in held.values() for finding in findings):
        raise typer.Exit(1)
    if unseen:
        raise typer.Exit(NOT_LOOKED_UP)


def _show(
    format_: CheckFormat, checked: Sequence[CheckedReport], held: Mapping[str, Sequence[Finding]], *, unverified: bool
) -> None:
    """Write findings to stdout in a format."""
    from scout import __version__  # noqa: PLC0415
    from scout import check as rules  # noqa: PLC0415
    from scout.check import render  # noqa: PLC0415

    match format_:
        case CheckFormat.JSON:
            console.out(render.as_json(held, {one.path: one.verified for one in checked}))
        case CheckFormat.GITHUB:
            shown = (render.github(name, findings, unverified=unverified) for name, findings in held.items())
            console.out("\n".join(filter(None, shown)))
        case CheckFormat.SARIF:
            console.out(
                render.sarif(held, {code: rules.explain(code) for code in rules.CODES}, __version__, unverified=unverified)
            )
        case CheckFormat.MARKDOWN:
            console.out(render.comment(held))
        case CheckFormat.TEXT:
            for one in checked:
                console.out(render.text(one.path, one.document, held[one.path], unverified=unverified, verified=one.verified))


def _fixed(held: Mapping[str, Sequence[Finding]], *, write: bool) -> dict[str, tuple[Finding, ...]]:
    """Write what has one right answer into the files, or show it as a patch; return what is left."""
    from difflib import unified_diff  # noqa: PLC0415

    from scout.check import fixes  # noqa: PLC0415
    from scout.errors import UsageError  # noqa: PLC0415

    left = {}
    for name, findings in held.items():
        file = Path(name)
        if not file.is_file():
            raise UsageError(f"--fix and --diff change files of a working tree, and {name} is none")
        try:
            text = file.read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as exc:
            raise UsageError(f"{name} cannot be changed: {exc}") from exc
        new, done = fixes.fixed(text, findings)
        left[name] = tuple(finding for finding in findings if not (write and finding in done))
        if write and done:
            console.write(file, new)
            console.say(f"{name}: {len(done)} fixed")
        elif not write:
            named = Path(os.path.relpath(file)).as_posix()
            patch = unified_diff(fixes.LINES.findall(text), fixes.LINES.findall(new), f"a/{named}", f"b/{named}")
            if lines := "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in patch):
                console.out(lines)
    return left


def _known(baseline: Path | None) -> frozenset[str]:
    """Return the fingerprints of the findings that are known already."""
    from scout.check import render  # noqa: PLC0415
    from scout.errors import UsageError  # noqa: PLC0415
    from scout.limits import read_file  # noqa: PLC0415

    if baseline is None:
        return frozenset()
    try:
        return render.baseline(read_file(baseline, MAX_BASELINE).decode("utf-8"))
    except (OSError, ValueError) as exc:
        raise UsageError(f"--baseline {baseline}: not the output of `scout check --format json`: {exc}") from exc


def _fetch(
    workspace: Workspace, path: Path, reports: Sequence[tuple[str, Document]], *, seconds: float, refresh: bool, wait_s: float
) -> int:
    """Ask primary sources for what the store lacks; return how many things could not be looked up."""
    from scout.pipeline import fetch  # noqa: PLC0415

    fetched = fetch.fetch_missing(
        path,
        workspace,
        fetch.missing_evidence(path, workspace, reports, now=options.now(), refresh=refresh),
        clock=options.now,
        token=options.token(),
        pace_dir=options.pace_dir(),
        wait_s=wait_s,
        seconds=seconds,
    )
    console.say(f"asked for {fetched.asked} things that the store lacks, {fetched.found} found")
    for failure in fetched.failures:
        console.say(f"- {failure}")
    _tell_some(fetched.left, f"could not be looked up in {seconds:g} s (--seconds)")
    _tell_some(fetched.silent, "could not be looked up in the last week, and not asked again (--refresh)")
    return fetched.not_looked_up


def _tell_some(addresses: Sequence[str], what: str) -> None:
    """Say what came of addresses, with the first of them."""
    if addresses:
        more = f" and {len(addresses) - MOST_TOLD} more" if len(addresses) > MOST_TOLD else ""
        console.say(f"{len(addresses)} {what}: {', '.join(addresses[:MOST_TOLD])}{more}")
