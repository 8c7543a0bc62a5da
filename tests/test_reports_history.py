"""Earlier reports found in files, folders and git, and what the ledger keeps of them."""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest

from scout.errors import UsageError
from scout.identity import identify
from scout.reports import document as report
from scout.reports import history, prose_dates

HERE = Path(__file__).parent
CLEAN = (HERE / "reports" / "clean.md").read_text(encoding="utf-8")
SHARED = HERE.parent.parent / "shared"

needs_git = pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")


def test_the_ledger_keeps_things_with_section_number_grade_and_ids() -> None:
    """Numbered entries have grade 2, mentions 1, what only stands in the references 0; the thing itself comes first."""
    kept = history.ledger_report(report.parse_report(CLEAN), "clean.md")
    assert [(entry.section, entry.number, entry.grade, entry.ids[0]) for entry in kept.entries] == [
        ("A", 1, 2, "github:larder/larder@v2.4.0"),
        ("A", 2, 2, "url:https://pantry.example.org/blog/halved-bill"),
        ("B", 3, 2, "arxiv:2603.90010"),
        ("B", 4, 2, "arxiv:2603.90020"),
        ("B", 5, 2, "arxiv:2603.90030"),
        ("A'", 6, 2, "arxiv:2603.90040"),
        ("boundary", None, 1, "arxiv:2603.90070"),
        ("additional", None, 1, "arxiv:2603.90050"),
        ("additional", None, 1, "arxiv:2603.90060"),
        ("additional", None, 1, "url:https://pantry.example.org/blog/shelf-life"),
        ("crosscutting", None, 1, "arxiv:2510.90001"),
    ]
    assert kept.entries[0].ids[1:] == ("url:https://pantry.example.org/blog/upgrade",)
    assert kept.entries[2].runtime == "Yes"
    assert kept.entries[7].stated == "Mar 13, 2026"
    assert kept.negatives == ("Quiet Storage", "Silent Systems", "awesome-shelves")
    assert (kept.day, kept.since, kept.unread) == (date(2026, 3, 15), date(2026, 3, 9), ())


def test_reading_twice_gives_equal_values() -> None:
    """The ledger of a report depends on its text alone."""
    assert history.ledger_report(report.parse_report(CLEAN), "a.md") == history.ledger_report(report.parse_report(CLEAN), "a.md")


def test_what_could_not_be_read_is_said_line_by_line() -> None:
    """An unknown section, an entry without a thing and a missing horizon are named."""
    text = "# R\n\n## A. One\n\n### 1. Nothing behind it\n\n- Summary: words\n\n## Recipes\n\nTwo eggs.\n"
    kept = history.ledger_report(report.parse_report(text), "report-2026-03-15.md")
    assert kept.day == date(2026, 3, 15)
    assert kept.unread == (
        "no search horizon stated that gives two dates",
        "line 9: Recipes",
        "line 11: Two eggs.",
        "line 5: entry 1 has no reference that leads to a thing",
    )


def test_an_id_without_a_link_is_an_id() -> None:
    """A reference that only names an arXiv id leads to the paper."""
    text = "# R — 2026-03-15\n\n## B. One\n\n### 1. T\n\n- Reference: Baker et al., arXiv:2603.90010v2, Mar 2026.\n"
    assert history.ledger_report(report.parse_report(text), "r.md").entries[0].ids == ("arxiv:2603.90010",)


def test_a_report_without_a_date_cannot_stand_in_the_ledger() -> None:
    """No day is invented."""
    with pytest.raises(UsageError, match=r"r\.md: no date"):
        history.ledger_report(report.parse_report("# R\n\n## A. One\n\n### 1. T\n"), "r.md")


def test_a_folder_gives_its_reports_and_says_the_rest(tmp_path: Path) -> None:
    """Reports come in order of path; a readme and an oversized file are skipped with the reason; hidden folders are not entered."""
    (tmp_path / "b.md").write_text(CLEAN, encoding="utf-8")
    (tmp_path / "deep").mkdir()
    (tmp_path / "deep" / "c.md").write_text(CLEAN, encoding="utf-8")
    (tmp_path / ".git").mkdir()
    (tmp_path / ".git" / "d.md").write_text(CLEAN, encoding="utf-8")
    (tmp_path / "README.md").write_text("# Reports\n", encoding="utf-8")
    (tmp_path / "a.md").write_bytes(b"\xff\x00" * history.LARGEST)
    (tmp_path / "undated.md").write_text("# R\n\n## A. One\n\n### 1. T\n", encoding="utf-8")
    found = list(history.find_reports(str(tmp_path)))
    assert [(Path(one.path).name, one.skipped) for one in found] == [
        ("README.md", "has none of a report's headings"),
        ("a.md", "larger than 5 MiB"),
        ("b.md", ""),
        ("c.md", ""),
        ("undated.md", "has no date in its title or file name"),
    ]
    assert found[2].document == report.parse_report(CLEAN)


def test_a_folder_with_odd_things_gives_the_rest(tmp_path: Path) -> None:
    """A pipe, a link that leads nowhere or in a circle, and a folder called like a report hold nothing up."""
    os.mkfifo(tmp_path / "a.md")
    (tmp_path / "b.md").symlink_to(tmp_path / "gone")
    (tmp_path / "c.md").mkdir()
    (tmp_path / "c.md" / "d.md").write_text(CLEAN, encoding="utf-8")
    (tmp_path / "e.md").symlink_to(tmp_path / "e.md")
    (tmp_path / "f.md").symlink_to("/dev/zero")
    assert [(Path(one.path).name, one.skipped) for one in history.find_reports(str(tmp_path))] == [
        ("a.md", "a device or a pipe"),
        ("b.md", "a link that leads nowhere"),
        ("d.md", ""),
        ("e.md", "a link that leads nowhere"),
        ("f.md", "a device or a pipe"),
    ]


@pytest.mark.parametrize("name", ["/dev/zero", "pipe", "x" * 300, f"{'x/' * 3000}y", "a\0b", "b\udcff", "self"])
def test_a_name_that_cannot_be_a_report_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A device, a pipe, a name too long and one that no system has are one sentence each; nothing waits."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("self").symlink_to("self")
    with pytest.raises(UsageError):
        list(history.find_reports(name))


def test_what_is_nowhere_is_a_usage_error(tmp_path: Path) -> None:
    """A name that leads nowhere is one clear sentence."""
    with pytest.raises(UsageError, match="no such file or folder"):
        list(history.find_reports(str(tmp_path / "none.md")))


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """Make a repository whose second branch holds a report that the work tree does not."""
    repo = tmp_path / "re@po"
    (repo / "reports ü").mkdir(parents=True)

    def git(*words: str) -> None:
        subprocess.run(
            ["git", "-C", str(repo), "-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false", *words],
            check=True,
            capture_output=True,
        )

    git("init", "-q", "-b", "main")
    (repo / "README.md").write_text("# Reports\n", encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "one")
    git("checkout", "-q", "-b", "weekly/w1")
    (repo / "reports ü" / "r.md").write_text(CLEAN, encoding="utf-8")
    (repo / "reports ü" / "notes.txt").write_text("no", encoding="utf-8")
    git("add", "-A")
    git("commit", "-q", "-m", "two")
    git("checkout", "-q", "main")
    return repo


@needs_git
@pytest.mark.parametrize("path", ["reports ü/r.md", "reports ü", "reports ü/", "./reports ü", ""])
def test_a_revision_gives_what_another_branch_holds(repository: Path, path: str) -> None:
    """A file, a folder or the root of any revision, whatever is checked out."""
    found = [one for one in history.find_reports(f"{repository}@weekly/w1:{path}") if not one.skipped]
    assert [(one.path, one.document) for one in found] == [(f"{repository}@weekly/w1:reports ü/r.md", report.parse_report(CLEAN))]


@needs_git
@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("@nowhere:reports", "no revision 'nowhere'"),
        ("@main:nothing.md", "no 'nothing.md' in revision 'main'"),
        ("@--upload-pack=x:reports", "is not a revision"),
        ("@-v:reports", "is not a revision"),
        ("@main..weekly:reports", "is not a revision"),
        ("@main:-rf", "is not a path"),
    ],
)
def test_a_wrong_revision_or_path_is_a_usage_error(repository: Path, spec: str, sentence: str) -> None:
    """What git does not have is said in words, and nothing can pass as an option."""
    with pytest.raises(UsageError, match=sentence):
        list(history.find_reports(f"{repository}{spec}"))


@needs_git
def test_a_folder_that_is_no_repository_is_a_usage_error(tmp_path: Path) -> None:
    """Git's own reason is passed on."""
    with pytest.raises(UsageError, match="no revision 'main'"):
        list(history.find_reports(f"{tmp_path}@main:reports"))


def test_a_missing_git_is_a_usage_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without git the sentence says what to give instead."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git is not installed"):
        list(history.find_reports(f"{tmp_path}@main:reports"))


# What a reading by rules cannot know: the curator's table dates one bullet by the prose behind its link.
DIFFERENT_DATES = {("2026-05-10", "url:https://github.com/ovg-project/kvcached")}


@pytest.mark.skipif(not (SHARED / "eval" / "picks.tsv").exists(), reason="the real reports and the curator's picks are not here")
def test_the_real_reports_read_as_the_curator_reads_them() -> None:
    """Sections, numbers, grades, claimed dates, ids, addresses and titles are those of the table of picks."""
    with (SHARED / "eval" / "picks.tsv").open(newline="", encoding="utf-8") as file:
        picks = list(csv.DictReader(file, delimiter="\t"))
    differences = []
    for found in history.find_reports(str(SHARED / "reports")):
        kept = history.ledger_report(found.document, found.path)
        rows = [row for row in picks if row["report"] == str(kept.day)]
        assert len(rows) == len(kept.entries), kept.day
        assert {(row["since"], row["until"]) for row in rows} == {(str(kept.since), str(kept.until))}
        assert kept.unread == ()
        for entry, row in zip(kept.entries, rows, strict=True):
            urls = tuple(identify(url) for url in row["urls"].split())
            if (str(kept.day), urls[0]) in DIFFERENT_DATES:
                row["claimed_date"] = ""
            claimed = prose_dates.dates(entry.stated, near=kept.day)
            day = claimed[0] if claimed else None
            middle = (
                f"{day.since + (day.until - day.since) // (2 if day.about else 10**6)}"[: len(row["claimed_date"])] if day else ""
            )
            mine = (entry.section, entry.number, entry.grade, middle, entry.ids[: len(urls)])
            theirs = (row["section"], int(row["rank"]) if entry.number else None, int(row["grade"]), row["claimed_date"], urls)
            if mine != theirs or not row["title"].startswith(entry.title):
                differences.append((entry.title, mine, theirs))
    assert not differences
