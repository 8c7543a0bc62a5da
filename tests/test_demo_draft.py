"""The draft of the embedded week: what the real pipeline makes of it, held against the one that was read and agreed."""

from __future__ import annotations

import re
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import pytest

from scout import config, demo, draft
from scout.check import Severity
from scout.demo import records
from scout.model import Result
from scout.pipeline.check import check_reports, documents
from scout.pipeline.collect import run_collect
from scout.pipeline.draft import Draft, draft_report
from scout.pipeline.read import run_read
from scout.pipeline.reports import import_reports
from scout.sources.workspace import load_workspace

if TYPE_CHECKING:
    from scout.check import Finding

GOLDEN = Path(__file__).with_name("golden") / "embedded-week.md"


class Made:
    """The embedded week's draft and what `check` says of it."""

    def __init__(self, folder: Path) -> None:
        earlier = folder / "weekly-cache-report-2026-05-17.md"
        earlier.write_text(demo.report(), encoding="utf-8")
        store = folder / "scout.db"
        import_reports(store, [str(earlier)])
        with demo.served() as base:
            self.base = base
            workspace = load_workspace(config.parse(demo.config(base)))
            run_collect(store, workspace.config.http, workspace.sources, demo.WINDOW, clock=lambda: demo.NOW)
            self.read = run_read(store, workspace, demo.WINDOW, clock=lambda: demo.NOW, pages=demo.PAGES, seconds=60).readings
        self.draft: Draft = draft_report(store, workspace, demo.WINDOW)
        path = folder / "weekly-cache-report-2026-05-24.md"
        path.write_text(self.draft.report, encoding="utf-8")
        (checked,) = check_reports(store, workspace, documents([str(path)]))
        self.findings: tuple[Finding, ...] = checked.findings


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    """Add the earlier report, collect the week over loopback and read its page, draft it, and check the draft."""
    return Made(tmp_path_factory.mktemp("embedded"))


def test_the_embedded_week_gives_the_agreed_draft(made: Made) -> None:
    """Byte for byte, on any machine and port: nothing of where the week was served is in it.

    `PYTHONPATH=. python tests/test_demo_draft.py` writes it anew; read what changed before committing it.
    """
    assert made.base.partition("://")[2] not in made.draft.report
    assert "127.0.0.1" not in made.draft.report
    assert made.draft.report == GOLDEN.read_text(encoding="utf-8")


def test_check_has_nothing_against_it_but_its_slots(made: Made) -> None:
    """The store that made a draft bears it out: no error and no warning other than what a person has to write."""
    graver = [one for one in made.findings if one.severity is not Severity.UNVERIFIED]
    assert {one.code for one in graver} == {"empty-slot"}
    assert {one.entry for one in graver} >= set(range(1, len(draft.numbered(made.draft.inputs)) + 1))


def test_the_first_entry_is_judged_by_its_page(made: Made) -> None:
    """The one page that the week has is the one that is read; each quote of it is marked as written for the week."""
    (reading,) = made.read
    assert (reading.result, reading.form) == (Result.OK, "article")
    (entry,) = re.findall(r"^### 1\. .*?(?=^### 2)", made.draft.report, re.MULTILINE | re.DOTALL)
    quotes = re.findall(r"> “.*", entry)
    assert len(quotes) == 3
    assert all(f"{records.MARK}](https://vllm.ai/blog/2026-05-18-pegaflow#:~:text=" in quote for quote in quotes)
    assert "judged by the text" in entry


def test_a_customers_post_is_an_entry_of_its_own(made: Made) -> None:
    """A post about who uses a project is not joined to the talk about the project's paper, which stands with its conference."""
    entries = re.split(r"^### ", made.draft.report.partition("\n## Additional")[0], flags=re.MULTILINE)
    (customer,) = (entry for entry in entries if "blog.lmcache.ai/2026-05-23-bloomberg" in entry.partition("- Summary")[0])
    assert "arXiv:2510.09665" not in customer.partition("- Novelty")[0]
    (conference,) = (entry for entry in entries if "MLSys 2026 programme" in entry)
    assert "arXiv:2510.09665" in conference
    assert "arXiv:2605.00831" in conference


if __name__ == "__main__":
    with TemporaryDirectory() as folder:
        GOLDEN.write_text(Made(Path(folder)).draft.report, encoding="utf-8", newline="\n")
