"""How each source is doing: what `scout status` shows, as values for a table or JSON; and what a run must tell of at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scout.errors import StoreError
from scout.model import SEEN
from scout.pipeline import alerts
from scout.store import integrity, open_store, runs

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from pathlib import Path

    from scout.sources.workspace import Workspace


def source_status(path: Path, workspace: Workspace, *, now: datetime) -> list[dict[str, Any]]:
    """Return one mapping for each configured source, in feeds.yaml's order, then those that only the store knows.

    Keys: source, kind, outcome, why, covers ([start, end] or null), newest, last_success, streak (runs in a row that went like
    the last), asked_again (an instant, `next run`, or `paused`), items_seen, items_new, notes. Instants are UTC.
    """
    with open_store(path) as store:
        known = {row["source"]: row for row in runs.health(store)}
        slower = alerts.slower(runs.recent(store, days=alerts.REACH_DAYS))
    for name, last in known.items():
        last["notes"] += [slower[name]] if name in slower else []
    rows = []
    for one in workspace.sources:
        row = known.pop(one.source.name, None)
        rows.append(_row(one.source.name, one.kind, row, paused=one.source.pause, now=now))
    return rows + [_row(name, row["kind"], row, paused=False, now=now, removed=True) for name, row in known.items()]


def check_store(path: Path) -> None:
    """Raise StoreError with what is wrong with the store at `path`, from its pages to its values, and the way back."""
    with open_store(path) as store:
        if found := integrity.problems(store):
            raise StoreError(f"{path} is damaged: {'; '.join(found)}. Go back to a copy: docs/moving.md says how")


def alerts_of(path: Path, run: int) -> list[alerts.Alert]:
    """Return what became true in a run of the store at `path` and must be told now."""
    with open_store(path) as store:
        return alerts.alerts(runs.recent(store, days=alerts.REACH_DAYS), run)


def sorted_by_need(rows: Sequence[dict[str, Any]]) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Part the rows of `health` into what is wrong, the longest first, and the rest: notes first, what is not asked last."""
    idle = ("paused", "never: no longer in feeds.yaml")
    wrong = [row for row in rows if row["outcome"] not in SEEN and row["asked_again"] not in idle]
    rest = [row for row in rows if row not in wrong]
    wrong.sort(key=lambda row: -row["streak"])
    rest.sort(key=lambda row: (row["asked_again"] in idle, not row["notes"]))
    return wrong, rest


def _row(
    name: str, kind: str, row: dict[str, Any] | None, *, paused: bool, now: datetime, removed: bool = False
) -> dict[str, Any]:
    if row is None:
        why = "paused in feeds.yaml" if paused else "never asked"
        row = dict.fromkeys(("covers_start", "covers_end", "newest_seen", "last_success", "not_before"))
        row |= {"result": "not_finished", "why": why, "streak": 0, "notes": [], "items_seen": 0, "items_new": 0}
    newest = row["newest_seen"]
    waits = row["not_before"] if row["not_before"] and row["not_before"] > f"{now:%Y-%m-%dT%H:%M:%SZ}" else None
    return {
        "source": name,
        "kind": kind,
        "outcome": row["result"],
        "why": row["why"],
        "covers": [row["covers_start"], row["covers_end"]] if row["covers_start"] else None,
        "newest": newest[:10] if newest else None,
        "last_success": row["last_success"],
        "streak": row["streak"],
        "asked_again": "never: no longer in feeds.yaml" if removed else "paused" if paused else waits or "next run",
        "items_seen": row["items_seen"],
        "items_new": row["items_new"],
        "notes": row["notes"],
    }
