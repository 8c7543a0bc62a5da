"""Give what a new report starts with: a feeds.yaml for each of a few fields, and the files around it, ready to commit."""

from __future__ import annotations

from difflib import get_close_matches
from importlib.resources import files
from typing import TYPE_CHECKING

import yaml

from scout.errors import UsageError

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

_AROUND = {
    ".gitignore": "gitignore",
    "README.md": "readme.md",
    "reports/README.md": "reports.md",
    ".github/workflows/scout.yml": "workflow.yml",
}


def _shipped() -> Traversable:
    return files("scout.config") / "starters"


def topics() -> dict[str, str]:
    """Return the fields that there is a feeds.yaml for, each with its scope in words."""
    names = sorted(file.name.removesuffix(".yaml") for file in _shipped().iterdir() if file.name.endswith(".yaml"))
    return {name: str(_report(name)["scope"]) for name in names}


def starter(topic: str) -> dict[str, str]:
    """Return the files of a new report by their paths, feeds.yaml first; UsageError names the fields that there are."""
    known = topics()
    if topic not in known:
        near = get_close_matches(topic, known, 1)
        raise UsageError(
            f"--topic: no field {topic!r}" + (f"; did you mean {near[0]!r}?" if near else f"; there are {', '.join(known)}")
        )
    around = {path: (_shipped() / name).read_text(encoding="utf-8") for path, name in _AROUND.items()}
    around["README.md"] = around["README.md"].replace("{title}", str(_report(topic)["title"]))
    return {"feeds.yaml": _feeds(topic), **around}


def _feeds(topic: str) -> str:
    return (_shipped() / f"{topic}.yaml").read_text(encoding="utf-8")


def _report(topic: str) -> dict[str, object]:
    report: dict[str, object] = yaml.safe_load(_feeds(topic))["report"]
    return report
