"""Reading earlier reports into the ledger: once each, and with a word on every file."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from scout import demo
from scout.errors import UsageError
from scout.pipeline.reports import import_reports, known

if TYPE_CHECKING:
    from pathlib import Path

NAME = "weekly-cache-report-2026-05-17.md"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with one report and one other file."""
    (tmp_path / "reports").mkdir()
    (tmp_path / "reports" / NAME).write_text(demo.report())
    (tmp_path / "reports" / "a.md").write_text("# About\n")
    return tmp_path


def verdicts(folder: Path, *, dry_run: bool = False) -> list[tuple[str, str]]:
    """Read the folder; return what became of each file."""
    learnt = import_reports(folder / "s.db", [str(folder / "reports")], dry_run=dry_run)
    return [(one.path.rpartition("/")[2], one.verdict) for one in learnt]


def test_each_file_has_its_verdict(folder: Path) -> None:
    """Skipped, then added, unchanged, changed; the ledger has the report once."""
    assert verdicts(folder) == [("a.md", "skipped"), (NAME, "added")]
    assert verdicts(folder) == [("a.md", "skipped"), (NAME, "unchanged")]
    path = folder / "reports" / NAME
    path.write_text(path.read_text().replace("KV-Fold: One-Step", "KV-Fold, one-step"))
    assert verdicts(folder) == [("a.md", "skipped"), (NAME, "changed")]
    (report,) = known(folder / "s.db")
    assert [entry.title for entry in report.entries if entry.number == 4] == [
        "KV-Fold, one-step KV-Cache Recurrence for Long-Context Inference"
    ]


def test_a_dry_run_leaves_no_store(folder: Path) -> None:
    """It reads, and says so."""
    assert verdicts(folder, dry_run=True) == [("a.md", "skipped"), (NAME, "read")]
    assert not (folder / "s.db").exists()


def test_one_place_that_names_nothing_stops_all(folder: Path) -> None:
    """Nothing is written when a place is misspelt: half a ledger would repeat things."""
    with pytest.raises(UsageError, match="no such file or folder"):
        import_reports(folder / "s.db", [str(folder / "reports"), str(folder / "reprots")])
    assert not (folder / "s.db").exists()
