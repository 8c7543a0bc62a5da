"""How each source is doing: last outcome, streak, and when it will be asked again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, FakeSource, item
from past import Past, outcome, workspace

from scout.model import Interval, Result
from scout.pipeline.status import source_status

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """Return a past without anything in it."""
    return Past(tmp_path / "s.db")


def row(past: Path, *sources: FakeSource) -> dict[str, Any]:
    """Return the first source's row."""
    return source_status(past, workspace(*sources), now=NOW)[0]


def test_a_streak_counts_runs_that_went_alike(past: Past) -> None:
    """Good ones of any kind are alike, and so are bad ones; the last success is remembered through a streak of failures."""
    told = (Result.OK, Result.BLOCKED, Result.OK, Result.UNCHANGED, Result.EMPTY)
    for day, result in enumerate(told):
        past.run(NOW - timedelta(days=20 - day), outcome("labs", result))
    assert (row(past.path)["streak"], row(past.path)["outcome"]) == (3, "empty")
    for day, result in enumerate((Result.BLOCKED, Result.UNREACHABLE)):
        past.run(NOW - timedelta(days=10 - day), outcome("labs", result))
    assert row(past.path)["streak"] == 2
    assert row(past.path)["last_success"] == f"{NOW - timedelta(days=16):%Y-%m-%dT%H:%M:%SZ}"


@pytest.mark.parametrize(
    ("wait", "again"), [(timedelta(hours=1), "2026-05-25T07:00:00Z"), (-timedelta(hours=1), "next run"), (None, "next run")]
)
def test_a_pause_counts_while_it_lasts(past: Past, wait: timedelta | None, again: str) -> None:
    """What a host asked for is shown until then."""
    past.run(NOW, outcome("labs", Result.RATE_LIMITED, not_before=NOW + wait if wait else None))
    assert row(past.path)["asked_again"] == again


def test_coverage_and_newest_are_shown(past: Past) -> None:
    """From when to when the last answer speaks, and the newest date of all runs."""
    covers = Interval(start=NOW - timedelta(days=9), end=NOW)
    past.run(NOW - timedelta(days=1), outcome("labs", newest=NOW - timedelta(days=2)))
    past.run(NOW, outcome("labs", covers=covers, newest=NOW - timedelta(days=3), notes=("moved",)), labs=[item("a")])
    shown = row(past.path)
    assert shown["covers"] == ["2026-05-16T06:00:00Z", "2026-05-25T06:00:00Z"]
    assert (shown["newest"], shown["notes"], shown["items_seen"], shown["items_new"]) == ("2026-05-23", ["moved"], 1, 1)


def test_configured_sources_come_first_in_their_order(past: Past) -> None:
    """Then those that only the store knows."""
    past.run(NOW, outcome("old"), outcome("b"))
    rows = source_status(past.path, workspace(FakeSource(name="b"), FakeSource(name="a")), now=NOW)
    assert [one["source"] for one in rows] == ["b", "a", "old"]
    assert rows[2]["asked_again"].startswith("never")
