"""Validate options into dataclasses: known keys, typed values, and errors that suggest the nearest name.

A frozen dataclass defines each part of feeds.yaml; this module reads a mapping into it, or raises one sentence on what is wrong
and where, and exports the dataclass as JSON Schema (draft 2020-12) for editors.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import MISSING, fields
from difflib import get_close_matches
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from scout.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pydantic import TypeAdapter

T = TypeVar("T")


def near_miss(word: str, known: Iterable[str]) -> str:
    """Return `; did you mean 'x'?` for the nearest known name, else a list of all."""
    names = sorted(known)
    close = get_close_matches(word, names, n=1, cutoff=0.6)
    return f"; did you mean {close[0]!r}?" if close else f"; known are {', '.join(names)}"


@cache
def _adapter(cls: type[Any]) -> TypeAdapter[Any]:
    from pydantic import TypeAdapter  # noqa: PLC0415 -- 40 ms that `--help` never needs

    return TypeAdapter(cls)


def parse_options(cls: type[T], data: object, where: str) -> T:
    """Read `data` into the dataclass `cls`; `where` starts the ConfigError, e.g. `sources[3] 'vllm'`."""
    from pydantic import ValidationError  # noqa: PLC0415 -- as above

    if not isinstance(data, Mapping):
        raise ConfigError(f"{where}: expected options (key: value), found {_kind_of(data)}")
    options = {field.name: field for field in fields(cls) if field.init}  # type: ignore[arg-type]
    for key in data:
        if key not in options:
            raise ConfigError(f"{where}: unknown option {key!r}{near_miss(str(key), options)}")
    for name, field in options.items():
        if name not in data and field.default is MISSING and field.default_factory is MISSING:
            raise ConfigError(f"{where}: option {name!r} is missing")
    try:
        return _adapter(cls).validate_python(dict(data))  # type: ignore[arg-type, no-any-return]
    except ValidationError as exc:
        first = exc.errors(include_url=False)[0]
        path = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]).lstrip(".")
        message = first["msg"].removeprefix("Value error, ").replace("valid tuple", "valid list")
        found = "" if first["type"] == "value_error" else f", found {first['input']!r}"[:120]
        raise ConfigError(f"{where}: {path + ': ' if path else ''}{message}{found}") from exc


def json_schema(cls: type[Any]) -> dict[str, Any]:
    """Return a dataclass's JSON Schema; unknown keys are errors."""
    from pydantic import TypeAdapter  # noqa: PLC0415

    schema = TypeAdapter(cls).json_schema(ref_template="#/$defs/{model}")
    schema["additionalProperties"] = False
    return schema


def _kind_of(data: object) -> str:
    match data:
        case None:
            return "nothing"
        case list():
            return "a list"
        case str() | int() | float() | bool():
            return f"{data!r}"
        case _:
            return type(data).__name__
