"""A draft's evidence blocks: found by their marks alone, and never more than what scout put between them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from scout.reports import document as report
from scout.reports.scaffold import CLOSE, OPEN, evidence_blocks, without_evidence

LINES = st.lists(st.sampled_from([OPEN, CLOSE, f"  {OPEN}", f"{CLOSE} ", "- Summary: words", "### 2. A title", "", f"x {OPEN}"]))


@given(LINES)
def test_a_block_is_what_its_two_marks_hold(lines: list[str]) -> None:
    """Every mark is one half of one block or told as single; no block holds a heading or another's mark."""
    found = evidence_blocks(lines)
    marks = [place for place, line in enumerate(lines) if line.strip() in (OPEN, CLOSE)]
    assert sorted([*(span[0] for span in found.spans), *(span[-1] for span in found.spans), *found.single]) == marks
    for span in found.spans:
        inside = [lines[place] for place in span[1:-1]]
        assert not [line for line in inside if line.strip() in (OPEN, CLOSE) or line.startswith("#")]


@given(LINES)
def test_lines_keep_their_numbers(lines: list[str]) -> None:
    """Without its evidence a text has as many lines, each its own or empty."""
    text = "\n".join(lines)
    left = without_evidence(text).split("\n")
    assert len(left) == len(text.split("\n"))
    assert all(line in (own, "") for line, own in zip(left, text.split("\n"), strict=True))


def test_a_report_is_read_without_its_evidence() -> None:
    """What stands in a block is neither the entry's text nor its link; the lines after it keep their numbers."""
    text = f"# R — 2026-05-24\n\n## A. X\n\n### 1. T (May 20, 2026)\n\n- Summary: own words\n\n  {OPEN}\n  - Status: [x](https://a.example/x)\n  {CLOSE}\n- Impact: high\n"
    (entry,) = report.parse_report(text).entries
    assert [(line.label, line.text, line.line) for line in entry.lines] == [("summary", "own words", 7), ("impact", "high", 12)]
    assert not report.parse_report(text).links
