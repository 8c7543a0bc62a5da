"""Read feeds.yaml, and validate options into dataclasses."""

from scout.config.feeds import (
    MAX_BYTES,
    MAX_FIELD_BYTES,
    NO_METRICS,
    SHIPPED,
    Check,
    Config,
    HttpSettings,
    Sections,
    SourceSpec,
    Wording,
    load,
    parse,
    shipped,
)

__all__ = [
    "MAX_BYTES",
    "MAX_FIELD_BYTES",
    "NO_METRICS",
    "SHIPPED",
    "Check",
    "Config",
    "HttpSettings",
    "Sections",
    "SourceSpec",
    "Wording",
    "load",
    "parse",
    "shipped",
]
