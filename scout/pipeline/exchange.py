"""Feeds in and out of other readers: OPML to entries of feeds.yaml, and back."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

from scout.errors import UsageError
from scout.identity import canonical_url
from scout.parsers import opml

if TYPE_CHECKING:
    from pathlib import Path

    from scout.sources.workspace import Workspace


def import_opml(path: Path, workspace: Workspace | None) -> tuple[list[str], int]:
    """Return the feeds of an OPML file as lines for `sources:`, one each, and how many were there already."""
    try:
        feeds = opml.parse_opml(path.read_bytes())
    except OSError as exc:
        raise UsageError(f"{path} cannot be read: {exc.strerror or exc}") from exc
    except ValueError as exc:
        raise UsageError(f"{path} is no OPML: {exc}") from exc
    sources = workspace.sources if workspace else ()
    urls = {canonical_url(getattr(one.source, "url", "")) for one in sources}
    names = {one.source.name for one in sources}
    lines, known = [], 0
    for feed in feeds:
        if canonical_url(feed.url) in urls:
            known += 1
            continue
        urls.add(canonical_url(feed.url))
        name = _name(feed.title, names)
        names.add(name)
        group = f", group: {json.dumps(feed.group, ensure_ascii=False)}" if feed.group else ""
        lines.append(f"  - {{name: {json.dumps(name)}, kind: feed, section: context{group}, url: {json.dumps(feed.url)}}}")
    return lines, known


def _name(title: str, taken: set[str]) -> str:
    """Return a short name that is not taken: letters, digits and hyphens."""
    base = re.sub(r"[^a-z0-9]+", "-", title.lower()).strip("-")[:40] or "feed"
    name, number = base, 2
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def export_opml(workspace: Workspace) -> tuple[str, int, int]:
    """Return the feeds of a workspace as OPML, how many there are, and how many sources have no feed."""
    feeds = tuple(
        opml.Subscription(title=one.source.name, url=str(getattr(one.source, "url", "")), group=one.source.group)
        for one in workspace.sources
        if one.kind == "feed"
    )
    return opml.write_opml(workspace.config.report.title, feeds), len(feeds), len(workspace.sources) - len(feeds)
