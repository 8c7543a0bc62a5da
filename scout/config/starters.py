"""Give what a new report starts with: a feeds.yaml for each of a few fields, and the files around it, ready to commit."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml

from scout.config.options import near_miss
from scout.errors import UsageError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_AROUND = {
    ".gitignore": "gitignore",
    "README.md": "readme.md",
    "reports/README.md": "reports.md",
    ".github/workflows/scout.yml": "week.yml",
    ".github/workflows/scout-check.yml": "check.yml",
    ".github/workflows/scout-comment.yml": "comment.yml",
}
_UNITS = {"systemd/scout.service": "service", "systemd/scout.timer": "timer"}


def _shipped() -> Traversable:
    return files("scout.config") / "starters"


def topics() -> dict[str, str]:
    """Return the fields that there is a feeds.yaml for, each with its scope in words."""
    return {name: str(_report(name)["scope"]) for name in _names()}


def starter(topic: str) -> dict[str, str]:
    """Return the files of a new report by their paths, feeds.yaml first; UsageError names the fields that there are."""
    if topic not in _names():
        raise UsageError(f"--topic: no field {topic!r}{near_miss(topic, _names())}")
    around = {path: (_shipped() / name).read_text(encoding="utf-8") for path, name in _AROUND.items()}
    around["README.md"] = around["README.md"].replace("{title}", str(_report(topic)["title"]))
    return {"feeds.yaml": _feeds(topic), **around}


def units(folder: str, python: str) -> dict[str, str]:
    """Return a systemd service that drafts in a folder by a Python, both absolute paths, and its timer.

    UsageError: a path that no unit can name.
    """
    if any(not character.isprintable() for character in folder + python):
        raise UsageError(f"no systemd unit can name {folder!r} or {python!r}; use a folder whose name is printable")
    plain = folder.replace("%", "%%")  # systemd(5), "Specifiers"
    quoted = re.sub(r'(["\\])', r"\\\1", python).replace("%", "%%")
    filled = {path: (_shipped() / name).read_text(encoding="utf-8") for path, name in _UNITS.items()}
    return {path: text.replace("{folder}", plain).replace("{python}", f'"{quoted}"') for path, text in filled.items()}


def _names() -> list[str]:
    return sorted(file.name.removesuffix(".yaml") for file in _shipped().iterdir() if file.name.endswith(".yaml"))


def _feeds(topic: str) -> str:
    return (_shipped() / f"{topic}.yaml").read_text(encoding="utf-8")


def _report(topic: str) -> dict[str, object]:
    report: dict[str, object] = yaml.safe_load(_feeds(topic))["report"]
    return report
