"""The options that commands share, and what they come to: paths, days, a workspace."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from scout.model import Window
    from scout.sources.workspace import Workspace

CONFIG = Path("feeds.yaml")
DB = Path("data/scout.db")


class ListFormat(StrEnum):
    """How a command shows a list."""

    TABLE = "table"
    JSON = "json"
    MARKDOWN = "markdown"


Format = Annotated[ListFormat, typer.Option("--format", help="table, json, or markdown to paste.")]
_SOURCES, _STORE = "The sources and topics. [default: feeds.yaml]", "The store. [default: data/scout.db]"
CommonConfig = Annotated[Path | None, typer.Option("--config", envvar="SCOUT_CONFIG", help=_SOURCES, show_default=False)]
CommonDb = Annotated[Path | None, typer.Option("--db", envvar="SCOUT_DB", help=_STORE, show_default=False)]
"""Before the command: here alone the environment is read, else it would win over what was typed."""
ConfigPath = Annotated[Path | None, typer.Option("--config", help=_SOURCES, show_default=False)]
DbPath = Annotated[Path | None, typer.Option("--db", help=_STORE, show_default=False)]
UnusedConfig = Annotated[Path | None, typer.Option("--config", help="Taken as everywhere; not read here.", show_default=False)]
UnusedDb = Annotated[Path | None, typer.Option("--db", help="Taken as everywhere; not opened here.", show_default=False)]
"""Every command takes both options, so that a script can set them without knowing which command reads what."""
Since = Annotated[
    str,
    typer.Option(
        metavar="DAY",
        help="First day, YYYY-MM-DD. [default: the day after the last report's window, else 7 days in all]",
        show_default=False,
    ),
]
Until = Annotated[
    str,
    typer.Option(
        metavar="DAY",
        help="Last day, included. [default: the last `report.week_ends` that is over, else today, UTC]",
        show_default=False,
    ),
]
Limit = Annotated[
    int | None,
    typer.Option(
        min=1,
        max=10_000,
        help="List the best so many, and what is marked; the rest is counted as dropped, and the cut is made among those listed.",
        show_default=False,
    ),
]
AsOf = Annotated[
    str,
    typer.Option(metavar="DAY", help="Replay: the ledger and what was seen as they were on that day.", show_default=False),
]

WAIT_S = 10
"""How long a command that a person typed waits for another writer."""
CRON_WAIT_S = 600
"""How long `scout run` waits: nobody would type it again."""
Wait = Annotated[
    float,
    typer.Option("--wait", metavar="SECONDS", min=0, max=86_400, help="How long to wait for another writer of the store."),
]


@dataclass(slots=True)
class GlobalOptions:
    """What stood before the command (`scout --config F --db F COMMAND`), or in the environment."""

    config: Path | None = None
    db: Path | None = None


GLOBAL = GlobalOptions()


def group(config: ConfigPath = None, db: DbPath = None) -> None:
    """Take the options of a group of commands, `scout sources --config F list`: nearer than what stands before the group."""
    GLOBAL.config, GLOBAL.db = config_path(config), db_path(db)


def now() -> datetime:
    """Return the time, UTC, to the second: what SCOUT_NOW says, else the machine's clock. The program's only clock.

    UsageError where SCOUT_NOW is no instant (ISO 8601, with its time zone).
    """
    given = os.environ.get("SCOUT_NOW", "")
    if not given:
        return datetime.now(UTC).replace(microsecond=0)
    from scout import dates  # noqa: PLC0415

    return dates.instant(given, "SCOUT_NOW")


def token() -> str:
    """Return GitHub's token, if the environment has one."""
    return os.environ.get("GITHUB_TOKEN", "")


def pace_dir() -> Path:
    """Return the folder of this user in which all processes keep when arXiv was last asked."""
    from platformdirs import user_cache_path  # noqa: PLC0415

    return user_cache_path("scout")


def config_path(given: Path | None) -> Path:
    """Return which feeds.yaml is meant."""
    return given or GLOBAL.config or CONFIG


def db_path(given: Path | None) -> Path:
    """Return which store is meant."""
    return given or GLOBAL.db or DB


def workspace(config: Path | None, *, validate: bool = False) -> Workspace:
    """Read feeds.yaml and all its sources, to the last option with `validate`: for those who ask, or show what is configured."""
    from scout import config as feeds  # noqa: PLC0415 -- `--help` needs none of it
    from scout.sources.workspace import load_workspace  # noqa: PLC0415

    return load_workspace(feeds.load(config_path(config)), validate=validate)


def window(workspace: Workspace, path: Path, since: str, until: str, *, as_of: date | None = None) -> Window:
    """Return the days that a command is about: as given, else as the ledger at `path` and feeds.yaml say."""
    from scout.pipeline import window  # noqa: PLC0415

    first, last = day(since, "--since"), day(until, "--until")
    return window.window(path, first, last, today=now().date(), week_ends=workspace.config.report.week_ends, as_of=as_of)


def day(text: str, option: str) -> date | None:
    """Read a day given as an option; empty is None."""
    from scout import dates  # noqa: PLC0415

    return dates.day(text, option) if text else None
