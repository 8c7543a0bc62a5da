"""feeds.yaml as values, and the reading of options into dataclasses."""

from scout.config.feeds import (
    MAX_BYTES,
    MAX_FIELD_BYTES,
    NO_METRICS,
    SHIPPED,
    Check,
    Config,
    Http,
    Sections,
    SourceSpec,
    Wording,
    load,
    parse,
    shipped,
)

__all__ = [
    "Check",
    "Config",
    "Http",
    "MAX_BYTES",
    "MAX_FIELD_BYTES",
    "NO_METRICS",
    "SHIPPED",
    "Sections",
    "SourceSpec",
    "Wording",
    "load",
    "parse",
    "shipped",
]
