"""Read feeds.yaml and the field file that it names: sources, topics, wording, metrics.

Unknown keys, duplicate keys and names, aliases (they allow a billion-laughs attack) and wrong types are errors that say where.
A source's own options are checked by its kind (`sources.build`), with the same messages.
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
from urllib.parse import urlsplit

import yaml

from scout.config import options as config_options
from scout.errors import ConfigError
from scout.identity import http_url, one_person
from scout.limits import read_file
from scout.model import RESERVED, Topic

if TYPE_CHECKING:
    from scout.figures import Metrics

MAX_BYTES = 2_000_000
MAX_FIELD_BYTES = 200_000
SHIPPED = "computer-systems.yaml"
NO_METRICS = "none"
"""The value of `metrics` that turns figures off."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sections:
    """Headings of sections A and B; if empty, those of the field file."""

    A: str = ""
    B: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """Options of the report. `target` is the intended number of entries; `history` are earlier reports for the ledger.

    `week_ends` is the default last weekday of a window: the latest one that is over. Empty: a window ends today.
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
    """Options of the HTTP client.

    `contact` is put in the User-Agent. `allow_hosts` are `host:port` (a name or an IP) that may be private or on any port:
    mirrors and test servers. `timeout_s` limits one call, in seconds, including retries but not pauses between requests;
    `max_body_mib` limits the decoded body, in MiB. `pace_s` is the pause in seconds between two requests to a `host` or
    `host:port`; requests to arXiv are never faster than its terms of use allow. `mirror` is a base address by `host`: it is
    asked in the host's place, and what is stored and shown keeps the real address; a private one must be in `allow_hosts` too.
    """

    contact: str = ""
    allow_hosts: tuple[str, ...] = ()
    timeout_s: float = 60
    max_body_mib: float = 20
    pace_s: dict[str, float] = field(default_factory=dict)
    mirror: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not 0 < self.timeout_s <= 600 or not 0 < self.max_body_mib <= 200:
            raise ValueError("timeout_s is at most 600 seconds, max_body_mib at most 200")
        if any(seconds < 0 for seconds in self.pace_s.values()):
            raise ValueError("pace_s cannot be negative")
        if any(c in self.contact for c in "\r\n()"):
            raise ValueError("contact stands in the User-Agent header: no line breaks or parentheses")
        for host, base in self.mirror.items():
            if urlsplit(f"//{host}").netloc != host or not host or "@" in host:
                raise ValueError(f"mirror: {host!r} is no host; write `name: address`, without https://")
            if http_url(base) != base or "@" in base or urlsplit(base).query or urlsplit(base).fragment:
                raise ValueError(f"mirror: {host}: {base!r} is no http(s) address to put a path behind")

    def allows(self, host: str) -> bool:
        """Return whether `host` (`name:port` or `ip:port`) is in `allow_hosts`; it may serve many hosts."""
        return _bare_host(host) in map(_bare_host, self.allow_hosts)


def _bare_host(host: str) -> str:
    return host.lower().replace("[", "").replace("]", "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """Codes of the `scout check` rules that are off."""

    off: tuple[str, ...] = ()


_SAID_ABOUT = {"section", "group", "aliases", "trust_dates", "pause", "read"}
"""Options that change no request: how a source is listed and trusted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceSpec:
    """An entry of `sources`, not yet parsed by its kind. `where` starts its error messages."""

    name: str
    kind: str
    options: dict[str, Any]
    where: str

    @property
    def fingerprint(self) -> str:
        """Digest of the options that affect requests and parsing; state stored under another one is ignored."""
        asked = {name: value for name, value in self.options.items() if name not in _SAID_ABOUT}
        return sha256(json.dumps([self.kind, asked], sort_keys=True, default=str).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """A parsed feeds.yaml. `field` is the vocabulary that `metrics` names, or `shipped`, or `none`."""

    path: Path
    report: Wording = Wording()
    http: HttpSettings = HttpSettings()
    topics: tuple[Topic, ...] = ()
    sources: tuple[SourceSpec, ...] = ()
    check: Check = Check()
    field: Metrics | Literal["shipped", "none"] = "none"

    @property
    def metrics(self) -> Metrics | None:
        """The field's vocabulary, None if figures are off; the shipped one is read on first use."""
        if self.field == "shipped":
            return shipped()
        return None if self.field == "none" else self.field


_NO_TEXT = re.compile("[\\x00\\ud800-\\udfff]")
"""What a YAML escape can write, and no file name, request or store can hold."""


class _Loader(yaml.SafeLoader):
    """YAML without aliases, without duplicate keys, and with keys and values that are text."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            event = self.peek_event()  # type: ignore[no-untyped-call]
            raise yaml.constructor.ConstructorError(None, None, "aliases (*name) are not read; write it out", event.start_mark)
        return super().compose_node(parent, index)

    def construct_scalar(self, node: yaml.ScalarNode | yaml.MappingNode) -> Any:
        if isinstance(node, yaml.ScalarNode) and (found := _NO_TEXT.search(node.value)):
            raise yaml.constructor.ConstructorError(None, None, f"{found[0]!r} is no text", node.start_mark)
        return super().construct_scalar(node)

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:  # noqa: FBT001, FBT002 -- yaml's signature
        seen: set[Any] = set()
        for key_node, _ in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise yaml.constructor.ConstructorError(None, None, "a key is one word, no list or mapping", key_node.start_mark)
            key = key_node.value
            if key in seen:
                raise yaml.constructor.ConstructorError(None, None, f"{key!r} stands twice", key_node.start_mark)
            seen.add(key)
        return super().construct_mapping(node, deep)


_BOOL = "tag:yaml.org,2002:bool"
_Loader.yaml_implicit_resolvers = {  # as in YAML 1.2: `off` and `no` are strings, else `check: {off: …}` has a boolean key
    first: [(tag, pattern) for tag, pattern in found if tag != _BOOL]
    for first, found in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
_Loader.add_implicit_resolver(_BOOL, re.compile("^(?:true|True|TRUE|false|False|FALSE)$"), list("tTfF"))


def load(path: Path) -> Config:
    """Read a feeds.yaml; raises ConfigError with the place of the error."""
    return parse(_bytes(path, MAX_BYTES, "a feeds.yaml"), path)


def _bytes(path: Path, most: int, what: str) -> bytes:
    try:
        return read_file(path, most)
    except FileNotFoundError as exc:
        raise ConfigError(
            f"{path} is not there; name another with --config, or make one with scout init"
            if what == "a feeds.yaml"
            else f"metrics: {path} is not there; name another file, or none"
        ) from exc
    except OSError as exc:
        raise ConfigError(f"{path} cannot be read as {what}: {exc.strerror or exc}") from exc


def _yaml(text: bytes | str, path: Path) -> Any:
    try:
        return yaml.load(text, _Loader)  # noqa: S506 -- a SafeLoader
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as exc:
        raise ConfigError(f"{path}: {_yaml_words(exc)}") from exc


def _field(named: object, beside: Path) -> Metrics | Literal["shipped", "none"]:
    """Read the field file named by `metrics`, relative to feeds.yaml; `shipped` by default."""
    if named is None:
        return "shipped"
    if not isinstance(named, str) or not named.strip():
        raise ConfigError(f"{beside}: metrics: expected the path of a field file, or none, found {named!r}")
    if named == NO_METRICS:
        return "none"
    from scout.config import field_file  # noqa: PLC0415 -- 50 ms that only those who read figures need

    path = beside.parent / named
    return replace(field_file.parse(_yaml(_bytes(path, MAX_FIELD_BYTES, "a field file"), path), str(path)), file=path.name)


@cache
def shipped() -> Metrics:
    """Return the shipped vocabulary, of computer systems."""
    from scout.config import field_file  # noqa: PLC0415 -- as above

    file = files("scout") / "fields" / SHIPPED
    return replace(field_file.parse(_yaml(file.read_bytes(), Path(SHIPPED)), SHIPPED), file=SHIPPED)


def parse(text: bytes | str, path: Path = Path("feeds.yaml")) -> Config:
    """Parse the text of a feeds.yaml; `path` is for error messages and relative paths."""
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
        if not (topic.terms or topic.authors) or not all(term.strip() for term in topic.terms):
            raise ConfigError(
                f"topics[{i}] {topic.name!r}: terms are the phrases to look for; there must be one (or one of authors), "
                "and none may be empty"
            )
        for name in topic.authors:
            if "," in name or not one_person(name, name):
                raise ConfigError(
                    f"topics[{i}] {topic.name!r}: authors: {name!r} is a surname alone or in another order; write a first "
                    "name or initial and then the surname (J. Müller)"
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
