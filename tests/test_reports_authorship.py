"""What a person wrote in a report, and what scout's own draft listed there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from scout.reports import document as report
from scout.reports import history

GOLDEN = Path(__file__).parent / "golden"
DRAFT = (GOLDEN / "full.md").read_text(encoding="utf-8")


def test_a_filed_draft_teaches_only_what_its_curator_kept_or_wrote() -> None:
    """Two entries taken out, slots filled, one remark and one bullet added: these and the kept entries are chosen, no list is."""
    filled = re.sub(r"<!-- slot: \w+ --> _…[^_]*_", "A sentence of judgement.", DRAFT)
    first, *parts = re.split(r"(?m)^(?=### \d+\. |---\n\n## B|---\n\n## Additional)", filled)
    text = first + "".join(part for part in parts if not part.startswith(("### 1.", "### 6.")))
    text = text.replace("(May 14, 2026)\n", "(May 14, 2026) — the first cache at the edge that anybody measured.\n")
    text = text.replace(
        "## Cross-cutting", "- Worth a look: [A post](https://a.example.org/post), by hand.\n\n## Cross-cutting", 1
    )
    entries = history.ledger_report(report.parse_report(text), "r.md").entries
    assert all(one.chosen for one in entries if one.number is not None)
    assert {one.ids[0] for one in entries if one.grade == 1 and one.chosen} == {
        "arxiv:2699.10010",
        "url:https://a.example.org/post",
    }


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.md")), ids=lambda path: path.stem)
def test_nothing_that_a_draft_lists_is_anybodys_choice(path: Path) -> None:
    """Every list of every golden draft is known as scout's own."""
    document = report.parse_report(path.read_text(encoding="utf-8"))
    if document.day:
        assert document.drafted
        assert not [one for one in history.ledger_report(document, path.name).entries if one.grade == 1 and one.chosen]


def test_a_report_written_by_hand_is_its_writers() -> None:
    """Without any mark of a draft, the same lines are a person's."""
    document = report.parse_report((Path(__file__).parent / "reports" / "clean.md").read_text(encoding="utf-8"))
    assert not document.drafted
    assert all(one.chosen for one in history.ledger_report(document, "clean.md").entries)
