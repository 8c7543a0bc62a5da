"""`scout config`: which files and settings are in use, and why."""

from __future__ import annotations

import os
import platform
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any

import typer

from scout import __version__
from scout.cli import console, options
from scout.cli.app import app

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class ConfigFormat(StrEnum):
    """How `config` answers."""

    TEXT = "text"
    JSON = "json"


FILES = ("feeds.yaml", "store", "pauses of hosts")


@app.command(name="config")
def show_config(
    context: typer.Context,
    format_: Annotated[ConfigFormat, typer.Option("--format", help="text (lines to read) or json.")] = ConfigFormat.TEXT,
    config: options.ConfigPath = None,
    db: options.DbPath = None,
) -> None:
    """Say which configuration and store are used, and why.

    Example: scout --db other.db config
    """
    rows: list[dict[str, Any]] = [
        {"what": what, "value": value, "why": why, "there": there}
        for what, value, why, there in (*_files(context, config, db), *_settings())
    ]
    if format_ is ConfigFormat.JSON:
        console.out_json(rows)
        return
    for row in rows:
        missing = ", not there yet" if row["there"] is False and row["what"] in FILES else ""
        console.out(f"{row['what']}: {row['value']} ({row['why']}{missing})")


def _files(context: typer.Context, config: Path | None, db: Path | None) -> Iterator[tuple[str, str, str, bool | None]]:
    for what, name, given, path in (
        ("feeds.yaml", "config", config, options.config_path(config)),
        ("store", "db", db, options.db_path(db)),
    ):
        source = context.find_root().get_parameter_source(name)
        if given is not None or (source is not None and source.name == "COMMANDLINE"):
            why = f"--{name}"
        elif source is not None and source.name == "ENVIRONMENT":
            why = f"SCOUT_{name.upper()}"
        else:
            why = "the default, in this folder"
        yield what, str(path.absolute()), why, path.exists()
    pauses = options.pace_dir()
    yield "pauses of hosts", str(pauses), "this user's cache", pauses.exists()


def _settings() -> Iterator[tuple[str, str, str, bool | None]]:
    from scout.cli import extras  # noqa: PLC0415 -- reads the metadata of all that is installed

    now = os.environ.get("SCOUT_NOW", "")
    yield "clock", f"{options.now():%Y-%m-%dT%H:%M:%SZ}", "SCOUT_NOW" if now else "this machine's clock", None
    yield "GitHub token", "set" if options.token() else "not set", "GITHUB_TOKEN", bool(options.token())
    yield "scout", __version__, f"Python {platform.python_version()}", None
    for extra, missing in extras.missing().items():
        why = extras.how_to_install(extra) if missing else "installed"
        yield f"extra {extra}", ", ".join(missing) or "complete", why, not missing
