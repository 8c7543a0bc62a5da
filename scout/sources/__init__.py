"""Find the kinds of sources: one file each, named as the kind."""

from __future__ import annotations

from functools import cache
from importlib import import_module
from pkgutil import iter_modules
from typing import TYPE_CHECKING, Any

from scout.config import options as config_options
from scout.errors import ConfigError

if TYPE_CHECKING:
    from scout.sources.base import Source


SHARED = ("base", "session", "fetch", "intervals", "text_reader", "parse_process", "workspace")
"""The modules that are no kinds."""


@cache
def kinds() -> tuple[str, ...]:
    """Return the names of all kinds: the public modules but for SHARED."""
    return tuple(sorted(one.name for one in iter_modules(__path__) if one.name not in SHARED and not one.name.startswith("_")))


def kind_class(kind: str) -> type[Source]:
    """Return the class of a kind; its module is imported only now. The name must be one of `kinds()`."""
    found: type[Source] = import_module(f"{__name__}.{kind}").KIND
    return found


def make_source(kind: str, options: dict[str, Any], where: str) -> Source:
    """Make a source of its feeds.yaml options; ConfigError names `where` and the closest match."""
    if kind not in kinds():
        raise ConfigError(f"{where}: unknown kind {kind!r}{config_options.near_miss(kind, kinds())}")
    return config_options.parse_options(kind_class(kind), options, where)


def schema() -> dict[str, Any]:
    """Return the JSON Schema of one entry of `sources`: one alternative a kind."""
    alternatives = []
    for kind in kinds():
        one = config_options.json_schema(kind_class(kind))
        one["properties"] = {"kind": {"const": kind}, **one["properties"]}
        one["required"] = ["name", "kind", *(name for name in one.get("required", []) if name != "name")]
        alternatives.append(one)
    return {"oneOf": alternatives}
