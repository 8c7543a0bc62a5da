"""Which days are meant: the ledger decides where nothing is said."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
from past import Past

from scout.errors import UsageError
from scout.model import Window
from scout.pipeline.window import window

if TYPE_CHECKING:
    from pathlib import Path

TODAY = date(2026, 5, 25)


def test_without_a_ledger_it_is_a_week(tmp_path: Path) -> None:
    """No store, or none with a report: the seven days that end today, and no store is made."""
    assert window(tmp_path / "none.db", None, None, today=TODAY) == Window(since=date(2026, 5, 19), until=TODAY)
    assert not (tmp_path / "none.db").exists()


@pytest.mark.parametrize(
    ("since", "until", "wanted"),
    [
        (None, None, Window(since=date(2026, 5, 18), until=TODAY)),
        (None, date(2026, 5, 24), Window(since=date(2026, 5, 18), until=date(2026, 5, 24))),
        (None, date(2026, 5, 16), Window(since=date(2026, 5, 11), until=date(2026, 5, 16))),
        (date(2026, 5, 1), None, Window(since=date(2026, 5, 1), until=TODAY)),
        (date(2026, 5, 1), date(2026, 5, 1), Window(since=date(2026, 5, 1), until=date(2026, 5, 1))),
    ],
)
def test_it_starts_after_the_last_report_before_its_end(
    tmp_path: Path, since: date | None, until: date | None, wanted: Window
) -> None:
    """What is said counts; else the day after the last report that is older than the window's end."""
    past = Past(tmp_path / "s.db")
    for day in (date(2026, 5, 10), date(2026, 5, 17)):
        past.report(day, f"url:https://x.test/{day}")
    assert window(past.path, since, until, today=TODAY) == wanted


def test_days_in_the_wrong_order_are_refused(tmp_path: Path) -> None:
    """The sentence has both."""
    with pytest.raises(UsageError, match="--since 2026-05-24 is after --until 2026-05-18"):
        window(tmp_path / "none.db", date(2026, 5, 24), date(2026, 5, 18), today=TODAY)
