"""Render a template. The only module that uses Jinja2; user templates run in its sandbox, in a process with limits."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scout.draft.escape import Markdown, escape, joined
from scout.errors import ConfigError
from scout.limits import EndedError, bounded

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2.sandbox import SandboxedEnvironment

SECONDS = 20.0
MEMORY_BYTES = 2**30
MOST_CHARACTERS = 20_000_000
_UNSAFE = ("safe", "forceescape", "tojson", "urlize", "xmlattr", "pprint")


def _finalize(value: object) -> object:
    return value if isinstance(value, int | float) else escape(value)


def _listed(parts: Iterable[object], separator: str = ", ") -> Markdown:
    return joined(parts, separator)


def _environment() -> SandboxedEnvironment:
    from jinja2 import PackageLoader, StrictUndefined  # noqa: PLC0415 -- only a draft needs it
    from jinja2.sandbox import ImmutableSandboxedEnvironment  # noqa: PLC0415 -- as above

    environment = ImmutableSandboxedEnvironment(
        loader=PackageLoader("scout.draft"),
        autoescape=False,  # `finalize` escapes every value, for Markdown: Jinja's own knows HTML only
        undefined=StrictUndefined,
        finalize=_finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters["listed"] = _listed
    for name in _UNSAFE:
        environment.filters.pop(name, None)
    return environment


def render(name: str, context: Mapping[str, Any], *, template: str | None = None) -> str:
    """Render the package's template of this name, or the user's own text; ConfigError says what is wrong with the latter.

    The user's is rendered in a process of its own: a loop without end, or over a number, is ended.
    """
    if template is None:
        return _environment().get_template(name).render(context)
    try:
        return bounded(_render_own, template, dict(context), wall_s=SECONDS, memory_bytes=MEMORY_BYTES)
    except EndedError as exc:
        limits = f"more than {SECONDS:g} s or {MEMORY_BYTES >> 20} MiB"
        raise ConfigError(f"report.template: it takes {limits}; is there a loop that does not end?") from exc


def _render_own(template: str, context: Mapping[str, Any]) -> str:
    try:
        text = _environment().from_string(template).render(context)
    except MemoryError:
        raise
    except Exception as exc:  # whatever it raises is the template's
        line = getattr(exc, "lineno", None)
        where = f"line {line}: " if line else ""
        raise ConfigError(f"report.template: {where}{exc}") from exc
    if len(text) > MOST_CHARACTERS:
        raise ConfigError(f"report.template: the report would have more than {MOST_CHARACTERS} characters")
    return text
