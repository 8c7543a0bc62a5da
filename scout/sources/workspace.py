"""Hold the configuration with its sources made by their kinds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scout.config import Check, HttpSettings, Wording
from scout.config import options as config_options
from scout.errors import ConfigError, UsageError
from scout.model import Section, Topic, TrackedItem
from scout.sources import make_source
from scout.sources import schema as entry_schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from scout.config import Config
    from scout.sources.base import Source
    from scout.store.window_items import StoredItem


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfiguredSource:
    """Hold one source with its kind and the digest of its options."""

    source: Source
    kind: str
    fingerprint: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """Hold a configuration and its sources; every option is checked if `load_workspace` validated them."""

    config: Config
    sources: tuple[ConfiguredSource, ...]

    def named(self, names: Sequence[str]) -> tuple[ConfiguredSource, ...]:
        """Return the sources of these names or groups, all if none is given. UsageError names the closest match."""
        if not names:
            return self.sources
        known = {one.source.name for one in self.sources} | {one.source.group for one in self.sources if one.source.group}
        for name in names:
            if name not in known:
                raise UsageError(f"--source {name!r} is not in {self.config.path}{config_options.near_miss(name, known)}")
        return tuple(one for one in self.sources if one.source.name in names or one.source.group in names)

    def tracked(self, stored: Iterable[StoredItem]) -> list[TrackedItem]:
        """Return stored items as they are ranked and checked: with their sources' sections, trust and breadth.

        A source no longer configured has the section context; an item of such sources alone is trusted and not watched.
        """
        sources = {one.source.name: one.source for one in self.sources}
        found = []
        for kept in stored:
            names = tuple(sorted({seeing.source for seeing in kept.sightings}))
            configured = [sources[name] for name in names if name in sources]
            found.append(
                TrackedItem(
                    item=kept.item,
                    sources=names,
                    first_seen=kept.first_seen,
                    sections=tuple(sources[name].section if name in sources else Section.CONTEXT for name in names),
                    trusted=any(source.trust_dates for source in configured) or not configured,
                    watched=any(not source.broad for source in configured),
                )
            )
        return found


def load_workspace(config: Config, *, validate: bool = False) -> Workspace:
    """Make every source; check every option with `validate`. ConfigError names the place and the closest match."""
    found = []
    for spec in config.sources:
        source = make_source(spec.kind, spec.options, spec.where)
        try:
            if validate:
                source.validate()
        except ValueError as exc:
            raise ConfigError(f"{spec.where}: {exc}") from exc
        found.append(ConfiguredSource(source=source, kind=spec.kind, fingerprint=spec.fingerprint))
    return Workspace(config=config, sources=tuple(found))


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a whole feeds.yaml, every kind's options included."""
    parts: dict[str, type[Any]] = {"report": Wording, "http": HttpSettings, "check": Check}
    properties = {
        **{name: config_options.json_schema(cls) for name, cls in parts.items()},
        "metrics": {"type": "string", "description": "a field file, relative to this one, or none"},
        "topics": {"type": "array", "items": config_options.json_schema(Topic)},
        "sources": {"type": "array", "items": entry_schema()},
    }
    shared: dict[str, Any] = {}
    for one in (*properties.values(), properties["topics"]["items"], *properties["sources"]["items"]["oneOf"]):
        shared |= one.pop("$defs", {})  # references start at the document root
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "feeds.yaml of scout",
        "type": "object",
        "additionalProperties": False,
        "properties": properties,
        "$defs": shared,
    }
