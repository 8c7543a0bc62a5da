"""What has one right answer is written; a fixed report has that finding no more, and nothing else changes."""

from __future__ import annotations

import subprocess
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import CLEAN, edited, findings
from terminal import EARLIER, week_terminal

from scout import demo
from scout.check import Finding, Severity
from scout.check.fixes import fixed, of_count, of_date

if TYPE_CHECKING:
    from pathlib import Path

DEFECTS = [
    ("Thin Ice (Mar 13, 2026)", "Thin Ice (Mar 9, 2026)"),
    ("CrumbCache: Sub-Block Eviction for Shared Prefixes (Mar 9, 2026)", "CrumbCache: Sub-Block Eviction for Shared Prefixes (Mar 14, 2026)"),
    ("release notes (Mar 10, 2026)", "release notes (Mar 14, 2026)"),
    ("## B. Academic / idea-forward work", "## B. Academic / idea-forward work (4 entries)"),
    ("](https://github.com/larder/larder/releases/tag/v2.4.0). ", "](https://github.com/larder/larder/releases). "),
    ("](https://pantry.example.org/blog/shelf-life)", "](https://pantry.example.org/blog/shelf-life?utm_source=chatgpt.com)"),
]  # fmt: skip


@pytest.mark.parametrize(("right", "wrong"), DEFECTS)
def test_a_fix_gives_back_the_clean_report(right: str, wrong: str) -> None:
    """Each defect with one right answer, planted once, is undone to the letter; twice is once."""
    text = edited(right, wrong)
    new, done = fixed(text, findings(text))
    assert len(done) == 1
    assert new == (CLEAN if "4 entries" not in wrong else text.replace("(4 entries)", "(3 entries)"))
    assert fixed(new, findings(new)) == (new, ())


@pytest.mark.parametrize("wrong", [("(~Mar 12, 2026)", "(~Mar 4, 2026)"), ("expanded to 6", "expanded to 9"), ("in 40 s.", "in 40 s. Throughput rises by 8×.")])  # fmt: skip
def test_what_is_only_likely_is_left_to_the_writer(wrong: tuple[str, str]) -> None:
    """A rough date, a count with two meanings, a figure: no word changes."""
    text = edited(*wrong)
    assert fixed(text, findings(text)) == (text, ())


@given(
    st.dates(min_value=date(1990, 1, 1)), st.sampled_from(["May 4, 2026", "Sept. 3, 2026", "January 5", "Jan 5", "2026-01-05"])
)
def test_a_date_keeps_its_form(day: date, words: str) -> None:
    """Abbreviated or whole, with a year or without."""
    fix = of_date(words, day)
    assert fix
    assert fix[0] == words
    assert ("," in fix[1]) == ("," in words)
    assert fix[1].startswith(f"{day:%Y}") if words[0].isdigit() else str(day.day) in fix[1]
    assert of_count("four entries", 5) == ("four entries", "five entries")
    assert of_count("(4 of 5)", 6) is None


@given(st.text(max_size=200), st.integers(0, 5))
def test_any_text_survives(text: str, line: int) -> None:
    """Without a finding nothing changes, whatever the line ends; a finding whose words are not there changes nothing."""
    none = Finding(line=line, code="count", severity=Severity.ERROR, claim="", evidence="", fix=("\0none", "x"))
    assert fixed(text, ()) == fixed(text, (none,)) == (text, ())


def test_the_command_fixes_shows_and_compares(tmp_path: Path) -> None:
    """`--diff` writes nothing, `--fix` the file alone; `--since` holds only what came since; a worktree is needed."""
    desk = week_terminal(tmp_path)
    path = desk.folder / EARLIER
    good = demo.report()
    bad = good.replace("## A. Production", "## A. (9 entries) Production", 1)
    assert bad != good
    path.write_text(bad)
    for words in (
        ["init", "-q"],
        ["add", "reports"],
        ["-c", "user.name=a", "-c", "user.email=a@example.org", "commit", "-qm", "x"],
    ):
        subprocess.run(["git", "-C", str(desk.folder), *words], check=True, capture_output=True)
    before = desk("check", EARLIER)
    assert before.code == 1
    since = desk("check", EARLIER, "--since", "HEAD")
    assert (since.code, "0 error" in since.out or "nothing found" in since.out) == (0, True)
    assert desk("check", EARLIER, "--since", "no-such").code == 2
    shown = desk("check", EARLIER, "--diff")
    assert "-## A. (9 entries)" in shown.out
    assert path.read_text() == bad
    told = subprocess.run(["git", "-C", str(desk.folder), "apply", "--check"], input=shown.out, text=True, check=False)
    assert told.returncode == 0
    assert desk("check", EARLIER, "--fix").code == 0
    assert "(9 entries)" not in path.read_text()
    assert desk("check", EARLIER, "--format", "sarif").json["version"] == "2.1.0"
