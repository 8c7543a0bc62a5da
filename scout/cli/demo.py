"""`scout demo`: the whole job on the embedded week, offline."""

from __future__ import annotations

import shlex
import shutil
import sys
from pathlib import Path
from typing import Annotated

import typer

from scout.cli import console, options
from scout.cli.app import app

Folder = Annotated[Path, typer.Option("--dir", metavar="FOLDER", help="Where to work; an earlier demo there is replaced.")]


@app.command()
def demo(folder: Folder = Path("data/demo"), config: options.UnusedConfig = None, db: options.UnusedDb = None) -> None:
    """Run the whole job on a small embedded week, offline.

    A real server, real wire formats, the same HTTP client, store, shortlist and draft as any other week. Among its sources are
    one that is blocked, one that fails, a feed too short for the week, and a page without dates: the draft says so.

    Example: scout demo --dir /tmp/demo
    """
    from scout.pipeline.demo import run_demo as shown  # noqa: PLC0415

    with console.progress() as tell:
        made = shown(folder, tell=tell)
    report, body = folder / "draft.md", folder / "pr-body.md"
    console.write(report, made.report)
    console.write(body, made.pr_body)
    standing = ", ".join(f"{count} {status}" for status, count in sorted(made.statuses.items()))
    unseen = ", ".join(f"{one.source} ({one.outcome.result})" for one in made.unseen)
    console.say(
        f"Collected {made.items} items through {made.kinds} kinds of sources; {made.dropped} dropped, {made.entries} entries."
    )
    console.say(f"Candidates: {standing}.")
    console.say(f"Not seen, or not over the whole week: {unseen}. The draft says so instead of calling it silence.")
    scout = f"{_called()} --config {made.config} --db {made.store}"
    console.say(
        f"""What to try next:
- read {report}, and write into its slots
- see why each thing has its rank: {scout} shortlist --since 2026-05-18 --until 2026-05-24
- hold what you wrote to the evidence: {scout} check {report}
- publish it: {scout} publish {report}
- begin with a field of your own: {_called()} init my-report"""
    )
    console.out(str(report))


def _called() -> str:
    """Return what to type for this very program: its name where the shell finds it by that, else its path."""
    typed = sys.argv[0]
    if Path(typed).name == "__main__.py":
        return f"{shlex.quote(sys.executable)} -m scout"
    return "scout" if typed in ("scout", shutil.which("scout")) else shlex.quote(typed)
