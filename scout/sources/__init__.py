"""The kinds of sources: one file each, found by its name, nowhere registered."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scout.sources.base import Source


@cache
def kinds() -> tuple[str, ...]:
    """Return the names of all kinds: the files of this folder, but for the base."""
    return tuple(
        sorted(module.name for module in iter_modules(__path__) if module.name != "base" and not module.name.startswith("_"))
    )


def kind_class(kind: str) -> type[Source]:
    """Return the class behind a kind; its file is imported now and not before. The name must be one of `kinds()`."""
    found: type[Source] = import_module(f"{__name__}.{kind}").KIND
    return found
