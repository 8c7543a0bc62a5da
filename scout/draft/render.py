"""Render a template. The only module that uses Jinja2; user templates run in its sandbox."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scout.draft.escape import Markdown, escape, joined
from scout.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from jinja2.sandbox import SandboxedEnvironment

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
    """Render the package's template of this name, or the user's own text; ConfigError says what is wrong with the latter."""
    from jinja2 import TemplateError  # noqa: PLC0415 -- only a draft needs it

    environment = _environment()
    if template is None:
        return environment.get_template(name).render(context)
    try:
        return environment.from_string(template).render(context)
    except (
        TemplateError,
        TypeError,
        ValueError,
        ArithmeticError,
        LookupError,
        AttributeError,
        RecursionError,
        MemoryError,
    ) as exc:
        line = getattr(exc, "lineno", None)
        where = f"line {line}: " if line else ""
        raise ConfigError(f"report.template: {where}{exc}") from exc
