"""A report's figures held against what was read: shown where they stand, contradicted only by a sentence that says the same."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from known import CLEAN, DAY, Known, at, edited, findings
from past import Past, workspace

from scout import check, store
from scout.config import shipped
from scout.model import Result
from scout.model.reading import ParsedText, Reading, TextSection
from scout.pipeline.check import check_reports
from scout.reports import document as report

if TYPE_CHECKING:
    from pathlib import Path

THING = "arxiv:2603.90010"
CLAIM = "On Llama-3-8B energy falls by 8×."
DAY_AT = at(15)
TEXT = edited("latency on two traces.", f"latency on two traces. {CLAIM}")


def world(sentence: str, heading: str = "5 Evaluation") -> Known:
    """Return the clean week's evidence, in which one sentence of the paper's text was read."""
    section = TextSection(heading=heading, text=f"We measure. {sentence} It holds.")
    return Known(texts={THING: ParsedText(title="", sections=(section,))})


def judged(sentence: str, heading: str = "5 Evaluation", text: str = TEXT) -> tuple[list[str], list[check.Verified]]:
    """Return the severities of the findings on figures, and what was verified."""
    known = world(sentence, heading)
    shown = check.verified(report.parse_report(text), known, report_day=DAY, metrics=shipped())
    return [str(one.severity) for one in findings(text, known) if one.code == "number"], list(shown)


@pytest.mark.parametrize(
    "sentence",
    [
        "The energy of Llama-3-8B is 8x lower than with whole blocks.",
        "It serves Llama-3-8B with an eightfold energy reduction.",
        "With it we reach 8.0× lower energy on eight GPUs.",
    ],
)
def test_a_figure_that_stands_in_a_text_is_shown_with_its_sentence(sentence: str) -> None:
    """In other words too, with the item and the heading; then it is no finding."""
    found, (shown,) = judged(sentence)
    assert (found, shown.claim, shown.sentence) == ([], "energy: 8×", sentence)
    assert shown.where == f"{THING}, 5 Evaluation"
    assert f"“{sentence}” ({THING}, 5 Evaluation)" in check_text(shown)


def check_text(shown: check.Verified) -> str:
    """Return what a terminal shows."""
    from scout.check import render  # noqa: PLC0415 -- this test alone renders

    return render.text("r.md", report.parse_report(TEXT), (), verified=(shown,))


@pytest.mark.parametrize(
    ("sentence", "heading"),
    [
        ("Latency on Llama-3-8B is 8x lower.", "5 Evaluation"),  # another metric
        ("Energy on Llama-3-8B is 8 J.", "5 Evaluation"),  # another unit
        ("Energy on Llama-3-8B is 8x higher.", "5 Evaluation"),  # another direction
        ("Energy on Llama-3-70B is 8x lower.", "5 Evaluation"),  # another model
        ("Energy on Llama-3-8B is 8x lower in Reef.", "2 Related Work"),  # another's
        ("We set the block to 8 KB on Llama-3-8B.", "5 Evaluation"),  # no figure
        ("An energy of 3 J was seen once for a small trace of the night.", "5 Evaluation"),  # another figure, far from it
    ],
)
def test_what_is_not_the_same_verifies_and_contradicts_nothing(sentence: str, heading: str) -> None:
    """The figure stays unverified."""
    assert judged(sentence, heading) == (["unverified"], [])


@pytest.mark.parametrize(
    ("sentence", "severity"),
    [
        ("On Llama-3-8B energy falls by 3×.", "error"),
        ("On Llama-3-8B the energy of blocks falls by 3×.", "warning"),
    ],
)
def test_a_sentence_that_says_the_same_contradicts(sentence: str, severity: str) -> None:
    """The sentence's own words with another figure are an error, nearly its words a doubt."""
    assert judged(sentence) == ([severity], [])


def test_a_cell_verifies_what_is_said_of_its_row() -> None:
    """By a word that only this row has; what is said of another row stays unverified, and no cell contradicts."""
    table = TextSection(heading="Table 3", kind="table", text="System\tEnergy (J)\nCrumbCache small\t8.0\nReef\t9.5")
    for said, shown in (("CrumbCache needs an energy of 8 J.", True), ("An energy of 8 J is needed.", False), ("CrumbCache needs an energy of 9 J.", False)):  # fmt: skip
        text = TEXT.replace(CLAIM, said)
        known = Known(texts={THING: ParsedText(title="", sections=(table,))})
        found = check.verified(report.parse_report(text), known, report_day=DAY, metrics=shipped())
        assert [(one.sentence, one.where) for one in found] == [
            ("CrumbCache small, Energy (J): 8.0 J", f"{THING}, Table 3")
        ] * shown
        severities = [str(one.severity) for one in findings(text, known) if one.code == "number"]
        assert severities == ["unverified"] * (not shown)


def test_the_abstract_comes_first() -> None:
    """What it has is not shown again; what it lacks where nothing was read is unverified as ever."""
    assert judged("CrumbCache lowers median latency by 37%.", text=CLEAN) == ([], [])
    unread = findings(TEXT, Known())
    assert [(one.code, str(one.severity)) for one in unread] == [("number", "unverified")]


def test_the_store_answers_with_what_was_read(tmp_path: Path) -> None:
    """Through the store: the checked report carries the sentence; a reading without a text verifies nothing."""
    past = Past(tmp_path / "s.db")
    item = Known().items[THING]
    past.run(DAY_AT, labs=[item])
    sentence = "The energy of Llama-3-8B is 8x lower than with whole blocks."
    read = Reading(item_id=THING, result=Result.OK, read=DAY_AT, form="pdf", url=item.url, text=world(sentence).texts[THING])
    document = report.parse_report(TEXT)
    for one, shown in ((replace(read, result=Result.EMPTY, text=None), ()), (read, (sentence,))):
        with store.open_store(past.path, write="a test") as opened, opened.writing() as conn:
            store.readings.put(conn, one)
        (checked,) = check_reports(past.path, workspace(), [("r.md", document)])
        assert tuple(figure.sentence for figure in checked.verified) == shown
