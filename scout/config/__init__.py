"""feeds.yaml as values, and the reading of options into dataclasses."""

from scout.config.feeds import MAX_BYTES, Check, Config, HttpSettings, Sections, SourceSpec, Wording, load, parse

__all__ = ["MAX_BYTES", "Check", "Config", "HttpSettings", "Sections", "SourceSpec", "Wording", "load", "parse"]
