"""`scout init`: a folder for the report of a field, ready to commit."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from scout.cli import console, options
from scout.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Mapping

Folder = Annotated[Path, typer.Argument(metavar="[DIR]", help="The folder, made where there is none.", show_default="here")]
TopicName = Annotated[
    str,
    typer.Option(
        "--topic",
        metavar="NAME",
        help="caching, databases, robotics, security or llm-agents. [default: asks]",
        show_default=False,
    ),
]

Systemd = Annotated[bool, typer.Option("--systemd", help="Make a systemd service and timer for this folder and Python, too.")]


@app.command()
def init(
    folder: Folder = Path(),
    topic: TopicName = "",
    systemd: Systemd = False,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Say what would be made; write nothing.")] = False,
    config: options.UnusedConfig = None,
    db: options.UnusedDb = None,
) -> None:
    """Start a report of your own in a folder, ready to commit.

    It has feeds.yaml, reports/, .gitignore and GitHub workflows.

    The feeds.yaml is a working one for a field, to be changed into yours. What is there already is never replaced. The workflows
    draft each Tuesday and check pull requests; --systemd makes the same week's job for a machine of your own.

    Example: scout init my-report --topic databases
    """
    from scout.config import starters  # noqa: PLC0415
    from scout.errors import UsageError  # noqa: PLC0415

    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name a folder")
    made = starters.starter(topic or _asked(starters.topics()))
    if systemd:
        made |= starters.units(str(folder.resolve()), sys.executable)
    new = [path for path in made if not _is_there(folder / path)]
    for path in made:
        if path in new and not dry_run:
            console.write(folder / path, made[path], force=False)
        verb = ("would make" if dry_run else "made") if path in new else "kept, it is there already:"
        console.say(f"{verb} {folder / path}")
    if ".gitignore" not in new and new:
        console.say("- it should have the line /data/: the store is not for git")
    if systemd and not dry_run:
        console.say(f"To start the timer: {_start_timer(folder)}")
    if new and not dry_run:
        console.say(
            f"Next: {'' if folder == Path() else f'cd {folder}; '}scout sources test, then scout collect, then scout draft"
        )


def _start_timer(folder: Path) -> str:
    """Return what a user types to have the units run."""
    service, timer = (shlex.quote(str(folder.resolve() / "systemd" / name)) for name in ("scout.service", "scout.timer"))
    return f"systemctl --user link {service} && systemctl --user enable --now {timer}"


def _is_there(path: Path) -> bool:
    return path.exists() or path.is_symlink()


def _asked(topics: Mapping[str, str]) -> str:
    """Ask on a terminal which field it is; UsageError where nobody can be asked."""
    from scout.errors import UsageError  # noqa: PLC0415

    if not sys.stdin.isatty():
        raise UsageError(f"--topic is needed where nobody can be asked; there are {', '.join(topics)}")
    for name, scope in topics.items():
        console.say(f"  {name}: {scope}")
    answer: str = typer.prompt("Which is nearest to your field", default=next(iter(topics)), err=True)
    return answer.strip()
