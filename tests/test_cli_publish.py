"""`scout publish`: from a filled-in draft to the report in its place and in the ledger, or a refusal that changes nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from terminal import WEEK, Terminal, week_terminal

from scout.reports.document import parse_report
from scout.reports.scaffold import SLOTS

if TYPE_CHECKING:
    from pathlib import Path

DRAFT = "reports/2026-05-24.md"


@pytest.fixture
def desk(tmp_path: Path) -> Terminal:
    """Return the collected week with its draft, each slot written."""
    desk = week_terminal(tmp_path)
    assert desk("draft", *WEEK, "--out", DRAFT).code == 0
    desk.write(DRAFT, SLOTS.sub("A sentence of judgement.", (tmp_path / DRAFT).read_text(encoding="utf-8")))
    return desk


def test_a_filled_draft_is_published_in_its_place(desk: Terminal) -> None:
    """Checked, without evidence, in the ledger with up to when it could know; the next window starts after it."""
    entries = len(parse_report((desk.folder / DRAFT).read_text(encoding="utf-8")).entries)
    ran = desk("publish", DRAFT, "--pr-body", "pr.md")
    assert (ran.code, ran.out) == (0, "")
    assert f"{entries} entries published; scout check: " in ran.err
    assert ran.err.endswith("in the ledger: added\n")
    text = (desk.folder / DRAFT).read_text(encoding="utf-8")
    assert not re.search(r"evidence -->|slot:|drafted by scout", text)
    (filed,) = (one for one in desk("reports", "list", "--format", "json").json if one["day"] == "2026-05-24")
    assert (filed["path"], filed["since"], filed["until"]) == (DRAFT, "2026-05-18", "2026-05-24")
    assert desk("sql", "select seen_until from reports where day = '2026-05-24'", "--format", "json").json[0]["seen_until"]
    body = (desk.folder / "pr.md").read_text(encoding="utf-8")
    assert "- [x] Every slot is written" in body
    window = desk("shortlist", "--until", "2026-05-31", "--format", "json").json["window"]
    assert window == {"since": "2026-05-25", "until": "2026-05-31"}


def test_a_draft_left_among_the_reports_is_told(desk: Terminal) -> None:
    """It would be read into the ledger beside the report; elsewhere, or replaced by its report, it is nothing to tell."""
    ran = desk("publish", DRAFT, "--out", "reports/other.md")
    assert f"- {DRAFT} still stands beside it" in ran.err
    assert "still stands" not in desk("publish", DRAFT, "--out", "elsewhere.md").err
    assert "still stands" not in desk("publish", DRAFT, "--out", f"./{DRAFT}").err


def test_publishing_twice_changes_nothing(desk: Terminal) -> None:
    """Neither a file nor the ledger: the second time there is nothing left to do."""
    assert desk("publish", DRAFT, "--pr-body", "pr.md").code == 0
    before = (desk.files()[DRAFT], desk.files()["pr.md"], desk("reports", "list", "--format", "json"))
    again = desk("publish", DRAFT, "--pr-body", "pr.md")
    assert (again.code, again.err.endswith("in the ledger: unchanged\n")) == (0, True)
    assert (desk.files()[DRAFT], desk.files()["pr.md"], desk("reports", "list", "--format", "json")) == before


def test_entries_that_were_deleted_leave_no_gap(desk: Terminal) -> None:
    """Two entries taken out: the others are published, numbered through, and the ledger has those."""
    text = (desk.folder / DRAFT).read_text(encoding="utf-8")
    left = len(parse_report(text).entries) - 2
    text = re.sub(r"(?ms)^### (?:2|6)\. .*?(?=^### |^---$)", "", text)
    desk.write(DRAFT, text)
    assert desk("publish", DRAFT).code == 0
    document = parse_report((desk.folder / DRAFT).read_text(encoding="utf-8"))
    assert [entry.number for entry in document.entries] == list(range(1, left + 1))
    (filed,) = (one for one in desk("reports", "list", "--format", "json").json if one["day"] == "2026-05-24")
    assert [one["number"] for one in filed["entries"] if one["number"]] == list(range(1, left + 1))
    assert desk("check", DRAFT).code == 0


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda text: text.replace("A sentence of judgement.", "", 1), "[empty-slot] summary"),
        (lambda text: text.replace("A sentence of judgement.", "<!-- slot: summary -->", 1), "nobody wrote this: - Summary: …"),
        (lambda text: text.replace("  <!-- /evidence -->\n", "", 1), "a mark of an evidence block without its other half"),
        (lambda text: text.replace("(May 18, 2026; in window)", "(May 2, 2026; in window)", 1), "[date] "),
    ],
)
def test_what_is_unfinished_or_wrong_is_refused(desk: Terminal, edit: object, told: str) -> None:
    """Exit 1 with the line of the draft; neither the file nor the ledger changes. With --force it is published all the same."""
    assert callable(edit)
    text = edit((desk.folder / DRAFT).read_text(encoding="utf-8"))
    desk.write(DRAFT, text)
    before, ledger = desk.files()[DRAFT], desk("reports", "list").out
    ran = desk("publish", DRAFT, "--pr-body", "pr.md")
    assert ran.code == 1
    (line,) = (line for line in ran.err.splitlines() if told in line)
    number = int(line.split(":")[1])
    assert re.search(r"Summary|evidence -->|May 2, 2026", text.split("\n")[number - 1])
    assert (desk.files()[DRAFT], desk("reports", "list").out, "pr.md" in desk.files()) == (before, ledger, False)
    forced = desk("publish", DRAFT, "--force", "--pr-body", "pr.md")
    assert forced.code == 0
    assert "- [ ] Every slot is written" in (desk.folder / "pr.md").read_text(encoding="utf-8")
    assert "<!-- /evidence" not in (desk.folder / DRAFT).read_text(encoding="utf-8")


def test_a_dry_run_writes_nothing(desk: Terminal) -> None:
    """It prints the report that would be published, and what would refuse it."""
    before, ledger = desk.files()[DRAFT], desk("reports", "list").out
    ran = desk("publish", DRAFT, "--dry-run", "--pr-body", "pr.md")
    assert ran.code == 0
    assert (desk.files()[DRAFT], desk("reports", "list").out, "pr.md" in desk.files()) == (before, ledger, False)
    assert desk("publish", DRAFT).code == 0
    assert ran.out.rstrip("\n") == (desk.folder / DRAFT).read_text(encoding="utf-8").rstrip("\n")


def test_what_somebody_edited_is_not_replaced(desk: Terminal) -> None:
    """Another file in the report's place, or pull request text that was edited, stays without --force; the draft always does."""
    desk.write("there.md", "# My notes\n")
    desk.write("pr.md", "My own words\n")
    draft = desk.files()[DRAFT]
    for words in (("--out", "there.md"), ("--out", "new.md", "--pr-body", "pr.md")):
        refused = desk("publish", DRAFT, *words)
        assert refused.code == 2
        assert "--force replaces it" in refused.err
    assert "new.md" not in desk.files()
    assert desk("publish", DRAFT, "--out", "there.md", "--pr-body", "pr.md", "--force").code == 0
    assert b"## References" in desk.files()["there.md"]
    assert desk.files()[DRAFT] == draft
    assert desk("publish", DRAFT, "--out", "there.md").code == 0


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("missing.md", None, "cannot be read: No such file"),
        ("notes.md", "# Notes\n\nnothing here\n", "is not a report"),
        (
            "latin.md",
            "# R — 2026-05-24\n\n## A. X\n\n### 1. Caf\u00e9\n\n## References\n".encode("latin-1", "replace"),
            "not UTF-8 at byte",
        ),
        ("undated.md", "# R\n\n## A. X\n\n### 1. T\n\n- Summary: x\n\n## References\n", "no date in its title"),
    ],
)
def test_what_is_no_report_is_told_in_a_sentence(desk: Terminal, name: str, content: str | bytes | None, told: str) -> None:
    """Exit 2, and nothing is written."""
    if content is not None:
        desk.write(name, content)
    before = desk.files()
    ran = desk("publish", name)
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)
    assert told in ran.err
    assert desk.files() == before


def test_windows_line_ends_stay(desk: Terminal) -> None:
    """A draft that was saved with them is published with them."""
    desk.write(DRAFT, (desk.folder / DRAFT).read_bytes().replace(b"\n", b"\r\n"))
    assert desk("publish", DRAFT).code == 0
    text = (desk.folder / DRAFT).read_bytes()
    assert text.count(b"\n") == text.count(b"\r\n") > 50
