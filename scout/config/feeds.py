"""feeds.yaml and the field file that it names: sources, topics, wording, measures.

Read strictly: unknown keys, duplicate keys and names, aliases (a bomb in three lines) and other types are errors that name the
place.
A source's own options are checked by its kind (`sources.build`), with the same sentences.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import cache
from hashlib import sha256
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import yaml

from scout.config import options as config_options
from scout.errors import ConfigError
from scout.model import RESERVED, Topic

if TYPE_CHECKING:
    from scout.figures import Metrics

MAX_BYTES = 2_000_000
MAX_FIELD_BYTES = 200_000
SHIPPED = "computer-systems.yaml"
NO_METRICS = "none"
"""What `metrics` says where figures are not wanted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """The headings of the report's two halves; where they are empty, those of the field file."""

    A: str = ""
    B: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """What the report says of itself. `target` entries are aimed at; `history` are earlier reports to read into the ledger.

    `week_ends` is the day that a window ends with, unless told: the last one that is over. Empty: a window ends today.
    """

    title: str = "Weekly Research Report"
    scope: str = ""
    criteria: str = ""
    organization: str = ""
    target: int = 5
    lookback_days: int = 14
    week_ends: Literal["", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] = ""
    sections: Sections = Sections()
    history: tuple[str, ...] = ()
    template: str = ""

    def __post_init__(self) -> None:
        if not 1 <= self.target <= 30:
            raise ValueError("target is the number of entries aimed at, 1 to 30")
        if not 0 <= self.lookback_days <= 90:
            raise ValueError("lookback_days is 0 to 90")


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """How scout behaves on the network.

    `contact` stands in the User-Agent. `allow_hosts` are `host:port` (a name or an IP) that may be private or on an odd port:
    mirrors and test servers. `timeout_s` is the whole time of one call in seconds, retries included and pauses between requests
    not; `max_body_mib` caps the decoded body. `pace_s` is the pause in seconds between two requests to a `host` or `host:port`;
    arXiv's hosts are never asked faster than their terms of use allow.
    """

    contact: str = ""
    allow_hosts: tuple[str, ...] = ()
    timeout_s: float = 60
    max_body_mib: float = 20
    pace_s: dict[str, float] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < self.timeout_s <= 600 or not 0 < self.max_body_mib <= 200:
            raise ValueError("timeout_s is at most 600 seconds, max_body_mib at most 200")
        if any(seconds < 0 for seconds in self.pace_s.values()):
            raise ValueError("pace_s cannot be negative")
        if any(c in self.contact for c in "\r\n()"):
            raise ValueError("contact stands in the User-Agent header: no line breaks or parentheses")

    def allows(self, host: str) -> bool:
        """Say whether `host` (`name:port` or `ip:port`) is one of `allow_hosts`: it may stand for many hosts."""
        return _bare_host(host) in map(_bare_host, self.allow_hosts)


def _bare_host(host: str) -> str:
    return host.lower().replace("[", "").replace("]", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Which rules of `scout check` are off, by code."""

    off: tuple[str, ...] = ()


_SAID_ABOUT = {"section", "group", "aliases", "trust_dates", "pause"}
"""Options that say how a source is listed and believed, not what is asked of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """One entry of `sources`, not yet read by its kind. `where` opens every sentence about it."""

    name: str
    kind: str
    options: dict[str, Any]
    where: str

    @property
    def fingerprint(self) -> str:
        """A digest of what decides what is asked and read: what was remembered under another one is not relied on."""
        asked = {name: value for name, value in self.options.items() if name not in _SAID_ABOUT}
        return sha256(json.dumps([self.kind, asked], sort_keys=True, default=str).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A whole feeds.yaml. `field` is the vocabulary that it names, or whether the shipped one is meant or none."""

    path: Path
    report: Wording = Wording()
    http: HttpSettings = HttpSettings()
    topics: tuple[Topic, ...] = ()
    sources: tuple[SourceSpec, ...] = ()
    check: Check = Check()
    field: Metrics | Literal["shipped", "none"] = "none"

    @property
    def metrics(self) -> Metrics | None:
        """The vocabulary of the field, None where figures are not wanted; the shipped one is read when it is first needed."""
        if self.field == "shipped":
            return shipped()
        return None if self.field == "none" else self.field


class _Loader(yaml.SafeLoader):
    """YAML without aliases and without duplicate keys."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "aliases (*name) are not read; write it out", event.start_mark)
        return super().compose_node(parent, index)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 -- yaml's signature
        seen: set[Any] = set()
        for key_node, _ in node.value:
            key = key_node.value
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


_BOOL = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {  # as YAML 1.2 has it: `off` and `no` are words, or `check: {off: …}` would have no key
    first: [(tag, pattern) for tag, pattern in found if tag != _BOOL]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOL, re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def load(path: Path) -> Config:
    """Read a feeds.yaml; ConfigError says in one sentence what is wrong and where."""
    return parse(_bytes(path, MAX_BYTES, "a feeds.yaml"), path)


def _bytes(path: Path, most: int, what: str) -> bytes:
    try:
        with path.open("rb") as file:
            text = file.read(most + 1)
    except FileNotFoundError as exc:
        raise ConfigError(
            f"{path} is not there; name another with --config, or start from the feeds.yaml of the project"
            if what == "a feeds.yaml"
            else f"metrics: {path} is not there; name another file, or none"
        ) from exc
    except OSError as exc:
        raise ConfigError(f"{path} cannot be read: {exc.strerror or exc}") from exc
    if len(text) > most:
        raise ConfigError(f"{path} has more than {most} bytes; that is no{what.removeprefix('a')}")
    return text


def _yaml(text: bytes | str, path: Path) -> Any:
    try:
        return yaml.load(text, _Loader)  # noqa: S506 -- a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as exc:
        raise ConfigError(f"{path}: {_yaml_words(exc)}") from exc


def _field(named: object, beside: Path) -> Metrics | Literal["shipped", "none"]:
    """Read the field file that `metrics` names, relative to feeds.yaml; the shipped one where nothing is named."""
    if named is None:
        return "shipped"
    if not isinstance(named, str) or not named.strip():
        raise ConfigError(f"{beside}: metrics: expected the path of a field file, or none, found {named!r}")
    if named == NO_METRICS:
        return "none"
    from scout.config import fieldfile  # noqa: PLC0415 -- 50 ms that only those who read figures need

    path = beside.parent / named
    return replace(fieldfile.parse(_yaml(_bytes(path, MAX_FIELD_BYTES, "a field file"), path), str(path)), file=path.name)


@cache
def shipped() -> Metrics:
    """Return the vocabulary of computer systems, which comes with scout."""
    from scout.config import fieldfile  # noqa: PLC0415 -- as above

    file = files("scout") / "fields" / SHIPPED
    return replace(fieldfile.parse(_yaml(file.read_bytes(), Path(SHIPPED)), SHIPPED), file=SHIPPED)


def parse(text: bytes | str, path: Path = Path("feeds.yaml")) -> Config:
    """Read the text of a feeds.yaml; `path` is for the sentences and for relative paths in it."""
    data = _yaml(text, path)
    if not isinstance(data, dict):
        raise ConfigError(f"{path}: expected sections (report, http, topics, metrics, sources), found {type(data).__name__}")
    parts = {"report": Wording, "http": HttpSettings, "check": Check}
    for key in data:
        if key not in (known := {*parts, "topics", "metrics", "sources"}):
            raise ConfigError(f"{path}: unknown section {key!r}{config_options.near_miss(str(key), known)}")
    return Config(
        path=path,
        **{
            name: config_options.parse_options(cls, data[name], name) for name, cls in parts.items() if data.get(name) is not None
        },
        topics=_topics(data.get("topics")),
        sources=_sources(data.get("sources")),
        field=_field(data.get("metrics"), path),
    )


def _topics(data: object) -> tuple[Topic, ...]:
    topics = tuple(
        config_options.parse_options(Topic, entry, _where("topics", i, entry)) for i, entry in enumerate(_list(data, "topics"))
    )
    _unique("topics", [topic.name for topic in topics])
    for i, topic in enumerate(topics):
        if topic.name in RESERVED:
            raise ConfigError(f"topics[{i}] {topic.name!r}: scout gives this name to reasons of its own; choose another")
        if not topic.terms or not all(term.strip() for term in topic.terms):
            raise ConfigError(
                f"topics[{i}] {topic.name!r}: terms are the phrases to look for; there must be one, and none may be empty"
            )
    return topics


def _sources(data: object) -> tuple[SourceSpec, ...]:
    specs = []
    for i, entry in enumerate(_list(data, "sources")):
        where = _where("sources", i, entry)
        if not isinstance(entry, dict):
            raise ConfigError(f"{where}: expected options (name, kind, …), found {entry!r}")
        for needed in ("name", "kind"):
            if not isinstance(entry.get(needed), str) or not entry[needed].strip():
                raise ConfigError(f"{where}: option {needed!r} is missing or no text")
        options = {key: value for key, value in entry.items() if key != "kind"}
        specs.append(SourceSpec(name=entry["name"], kind=entry["kind"], options=options, where=where))
    _unique("sources", [spec.name for spec in specs])
    return tuple(specs)


def _list(data: object, section: str) -> list[Any]:
    if data is None:
        return []
    if not isinstance(data, list):
        raise ConfigError(f"{section}: expected a list of entries, found {type(data).__name__}")
    return data


def _where(section: str, index: int, entry: object) -> str:
    name = entry.get("name") if isinstance(entry, dict) else None
    return f"{section}[{index}]" + (f" {name!r}" if name else "")


def _unique(section: str, names: list[str]) -> None:
    for i, name in enumerate(names):
        if name in names[:i]:
            raise ConfigError(f"{section}[{i}] {name!r}: the name is taken by {section}[{names.index(name)}]; names must differ")


def _yaml_words(exc: Exception) -> str:
    if isinstance(exc, yaml.MarkedYAMLError):
        mark = exc.problem_mark or exc.context_mark
        return (f"line {mark.line + 1}, column {mark.column + 1}: " if mark else "") + (exc.problem or exc.context or "not YAML")
    return f"not YAML: {exc}".splitlines()[0]
