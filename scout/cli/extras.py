"""What extras are missing in this installation, and the command that really adds them."""

from __future__ import annotations

import shlex
import sys
from importlib.metadata import PackageNotFoundError, metadata, version
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement

DISTRIBUTION = "scout-lit"
"""What pip calls this program; the name `scout` is somebody else's."""
EVERYTHING = "all"


def requirements() -> dict[str, tuple[str, ...]]:
    """Return each extra's own packages, as the installed metadata states them; empty where scout runs from a source tree."""
    found: dict[str, list[str]] = {}
    try:
        about = metadata(DISTRIBUTION)
        known = [name for name in about.get_all("Provides-Extra") or () if name != EVERYTHING]
        stated = [Requirement(line) for line in about.get_all("Requires-Dist") or ()]
    except (PackageNotFoundError, InvalidRequirement):
        return {}
    for one in stated:
        for extra in known:
            if one.marker and one.name != DISTRIBUTION and one.marker.evaluate({"extra": extra}) and not one.marker.evaluate():
                found.setdefault(extra, []).append(f"{one.name}{one.specifier}")
    return {extra: tuple(names) for extra, names in found.items()}


def missing() -> dict[str, tuple[str, ...]]:
    """Return each extra with those of its packages that are not installed."""
    return {extra: tuple(name for name in names if not _installed(name)) for extra, names in requirements().items()}


def _installed(requirement: str) -> bool:
    try:
        return bool(version(Requirement(requirement).name))
    except PackageNotFoundError:
        return False


def how_to_install(extra: str, *, prefix: str = sys.prefix, python: str = sys.executable) -> str:
    """Return the command that adds an extra's packages to the environment that scout runs in: that of pipx, of uv, or pip's."""
    packages = " ".join(shlex.quote(name) for name in requirements().get(extra, ()) or (f"{_source()}[{extra}]",))
    place = Path(prefix)
    if place.parent.name == "venvs" and "pipx" in place.parts:
        return f"pipx inject {place.name} {packages}"
    if place.parent.name == "tools" and "uv" in place.parts:
        return f"uv pip install --python {shlex.quote(python)} {packages}"
    return f"{shlex.quote(python)} -m pip install {packages}"


def _source() -> str:
    """Return what pip may install scout from: the source tree that it runs from, else its name."""
    tree = Path(__file__).parents[2]
    return str(tree) if (tree / "pyproject.toml").exists() else DISTRIBUTION
