"""The records of the week: TOML files in `data/`, to be read by people; and the mark that every note carries when served."""

from __future__ import annotations

import tomllib
from datetime import UTC, date, datetime, time
from functools import cache
from importlib.resources import files
from typing import Any

MARK = "(note written for scout's embedded week)"


def text(name: str) -> str:
    """Return one file of `data/`."""
    return (files(__name__.rpartition(".")[0]) / "data" / name).read_text(encoding="utf-8")


@cache
def table(name: str) -> dict[str, Any]:
    """Return one file of `data/`, `name` without its ending, as TOML reads it. It is shared: nobody may change it."""
    return tomllib.loads(text(f"{name}.toml"))


def note(record: dict[str, Any]) -> str:
    """Return a record's note with the mark in its last sentence, so that nobody takes it for the thing's own words."""
    return f"{record['note'].removesuffix('.')} {MARK}."


def instant(at: date) -> datetime:
    """Return a record's day or time in UTC; a day alone begins at midnight, as feeds write it."""
    return at.astimezone(UTC) if isinstance(at, datetime) else datetime.combine(at, time.min, UTC)
