"""Run the whole job on the embedded week: a real server on loopback, and the same client, store and draft as any week."""

from __future__ import annotations

import shutil
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout import config, demo, draft
from scout.errors import UsageError
from scout.pipeline.collect import run_collect
from scout.pipeline.draft import draft_report, with_checksum
from scout.pipeline.read import run_read
from scout.pipeline.reports import import_reports
from scout.sources.workspace import load_workspace

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scout.model import Coverage
    from scout.pipeline.collect import Progress


READ_S = 60.0
"""After how many seconds the demo begins to read no further page."""
MARK = ".scout-demo"
"""Stands in a folder that a demo made, and that the next one may replace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoResult:
    """What the demo made, and what a reader should notice in it."""

    report: str
    pr_body: str
    store: Path
    config: Path
    items: int
    kinds: int
    entries: int
    dropped: int
    unseen: tuple[Coverage, ...]
    statuses: dict[str, int]


def run_demo(folder: Path, *, tell: Callable[[Progress], None]) -> DemoResult:
    """Serve the week, add the earlier report, collect, read, choose and draft in `folder`; an earlier demo there is replaced."""
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file; name an empty or new folder with --dir")
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        raise UsageError(f"{folder} holds other things than an earlier demo; name an empty or new folder with --dir")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / MARK).touch()
    earlier = folder / "weekly-cache-report-2026-05-17.md"  # beside the draft, which links to it
    earlier.write_text(demo.report(), encoding="utf-8")
    store, feeds = folder / "scout.db", folder / "feeds.yaml"
    import_reports(store, [str(earlier)], now=demo.NOW)
    with demo.served() as base:
        feeds.write_text(demo.config(base), encoding="utf-8")
        workspace = load_workspace(config.load(feeds))
        collected = run_collect(store, workspace.config.http, workspace.sources, demo.WINDOW, clock=lambda: demo.NOW, tell=tell)
        run_read(store, workspace, demo.WINDOW, clock=lambda: demo.NOW, pages=demo.PAGES, seconds=READ_S)
    made = draft_report(store, workspace, demo.WINDOW)
    chosen = made.inputs.shortlist
    return DemoResult(
        report=with_checksum(made.report),
        pr_body=made.pr_body,
        store=store,
        config=feeds,
        items=sum(outcome.items_new for outcome in collected.outcomes),
        kinds=len({one.kind for one in workspace.sources}),
        entries=len(draft.numbered(made.inputs)),
        dropped=sum(chosen.dropped.values()),
        unseen=tuple(one for one in chosen.coverage if not one.covered),
        statuses=dict(Counter(str(one.status) for one in chosen.candidates)),
    )
