"""Audit a window: from the store to what others chose in it that the draft does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scout.pipeline.shortlist import select_from
from scout.shortlist import audit as audits
from scout.store import open_store, window_items

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from scout.model import Window
    from scout.pipeline.shortlist import Selection
    from scout.shortlist.audit import Audit
    from scout.sources.workspace import Workspace
    from scout.store import Store


def audit(path: Path, workspace: Workspace, window: Window, *, as_of: date | None = None) -> Audit:
    """Audit a window of the store at `path`; with `as_of`, as it was on that day."""
    with open_store(path) as store:
        return audit_of(store, workspace, select_from(store, workspace, window, limit=None, as_of=as_of))


def audit_of(store: Store, workspace: Workspace, selection: Selection) -> Audit:
    """Audit what was selected from an open store."""
    chosen = audits.chosen_in(selection.votes, selection.shortlist.window)
    beside = window_items.by_ids(store, [id_ for id_ in chosen if id_ not in selection.ranking.pool])
    return audits.audit(
        selection.ranking,
        selection.votes,
        {kept.item.id: kept.item for kept in beside},
        selection.ledger,
        lookback_days=workspace.config.report.lookback_days,
    )
