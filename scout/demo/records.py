"""Read the recorded week from the TOML files in `data/`, and mark its notes as written for this project."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

MARK = "(note written for scout's embedded week)"


def text(name: str) -> str:
    """Return a file of `data/`."""
    return (files(__name__.rpartition(".")[0]) / "data" / name).read_text(encoding="utf-8")


@cache
def table(name: str) -> dict[str, Any]:
    """Return the parsed TOML file `data/NAME.toml`. The value is cached and shared: do not modify it."""
    return tomllib.loads(text(f"{name}.toml"))


def note(record: dict[str, Any]) -> str:
    """Return a record's note with the mark in its last sentence, to show that it is no quotation."""
    return f"{record['note'].removesuffix('.')} {MARK}."


def instant(at: date) -> datetime:
    """Return a record's time in UTC; a day without a time is midnight, as in feeds."""
    return at.astimezone(UTC) if isinstance(at, datetime) else datetime.combine(at, time.min, UTC)
