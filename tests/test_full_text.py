"""Evidence of texts that were read: every quote stands in its reading, under its heading, and opens its page."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, get_args
from urllib.parse import unquote

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from made_weeks import WEEKS

from scout.config import shipped
from scout.draft import compose, readings
from scout.draft.full_text import evidence_in
from scout.figures import Quote
from scout.model import Kind, Result
from scout.model.reading import ParsedText, Reading, TextSection

if TYPE_CHECKING:
    from scout.draft import DraftInput
    from scout.model import Item

SECTIONS = (
    TextSection(heading="Abstract", text="We present Tide, a tiered cache. It cuts TTFT by 38% against vLLM.", kind="abstract"),
    TextSection(heading="2 Related Work", text="Reef reports a throughput of 9.9x over a plain store."),
    TextSection(heading="4 Evaluation", text="We compare with two systems on one node."),
    TextSection(
        heading="4.2 Latency", level=2,
        text="On the Azure trace we measure a p99 latency of 212 ms, 2.4x lower than vLLM.\n\nfor x in y:\n  latency = 77 ms",
    ),
    TextSection(heading="Table 1", text="System\tp99 (ms)\nTide\t212", kind="table"),
    TextSection(heading="6 Artifact", text="Our code is available at https://github.com/example/tide and tested."),
)  # fmt: skip
TEXT = ParsedText(
    title="Tide", sections=SECTIONS, links=("https://github.com/example/tide", "https://github.com/vllm-project/vllm")
)


def reading(item: Item, text: ParsedText | None = TEXT, **fields: object) -> Reading:
    """Return a reading of an item."""
    url = "https://arxiv.org/html/2605.00002v1"
    whole = Reading(
        item_id=item.id, result=Result.OK, read=datetime(2026, 5, 20, tzinfo=UTC), form="arxiv-html", url=url, text=text
    )
    return replace(whole, **fields)  # type: ignore[arg-type]


def test_the_evaluation_speaks_before_the_abstract() -> None:
    """Sentences of the evaluation come first, with their own heading; others' figures, code and tables are not quoted or counted."""
    said = evidence_in(TEXT, shipped())
    assert [(quote.section, quote.sentence) for quote in said.quotes] == [
        ("4.2 Latency", "On the Azure trace we measure a p99 latency of 212 ms, 2.4x lower than vLLM."),
        ("Abstract", "We present Tide, a tiered cache."),
        ("Abstract", "It cuts TTFT by 38% against vLLM."),
    ]
    assert said.verdict == "yes"
    assert "9.9x" not in str(said)
    assert "77 ms" not in str(said)


SENTENCES = st.sampled_from([
    "We measure a latency of 38 ms against vLLM.", "Throughput rises by 2x; cost falls.", "It is so.", "e.g. this", "  two\twords  ", "- an item of 12%",
    "word " * 120 + "with a TTFT of 9 ms.", "Grün ist 3.8× schneller.", "a\u00a0b 10 ms", "3.",
])  # fmt: skip
TEXTS = st.builds(
    TextSection,
    heading=st.sampled_from(["", "Abstract", "4 Evaluation", "Related work", "Results (1/2)"]),
    text=st.lists(SENTENCES | st.text(max_size=40), max_size=8).map(" ".join) | st.lists(SENTENCES, max_size=5).map("\n\n".join),
    kind=st.sampled_from(get_args(TextSection.__annotations__["kind"]) or ["prose", "caption", "table", "abstract"]),
    level=st.integers(1, 4),
)


@settings(deadline=None)
@given(sections=st.lists(TEXTS, max_size=6))
def test_every_quote_stands_in_its_reading(sections: list[TextSection]) -> None:
    """Whatever was read, a quoted sentence is in a section of its heading, white space folded, and each of its figures in it."""
    for quote in evidence_in(ParsedText(title="", sections=tuple(sections)), shipped()).quotes:
        assert any(quote.sentence in " ".join(one.text.split()) and one.heading == quote.section for one in sections)
        assert all(quote.sentence[figure.start : figure.end] == figure.value for figure in quote.figures)


@given(sentence=st.lists(st.from_regex(r"\S{1,12}", fullmatch=True), max_size=20).map(" ".join))
def test_a_link_opens_at_words_of_the_sentence(sentence: str) -> None:
    """The directive holds the sentence's first words, and its last, and none of the signs that are its syntax."""
    address = readings.passage("https://blog.example/a?b=1#old", sentence)
    if not address:
        return
    page, _, directive = address.partition("#:~:text=")
    assert page == "https://blog.example/a?b=1"
    start, _, end = directive.partition(",")
    assert sentence.startswith(unquote(start))
    assert sentence.endswith(unquote(end))
    assert not set("-,& ") & set(start + end)


def test_a_table_alone_is_partial_and_names_the_cell() -> None:
    """A text whose sentences have no figure is not told to have none where a table has one; not one on others' work."""
    table = TextSection(heading="Table 2", text="System\tTTFT (ms)\nTide\t212", kind="table")
    own, others = (TextSection(heading=heading, text="We look at Table 2.") for heading in ("4 Evaluation", "2 Related Work"))
    said = evidence_in(ParsedText(title="", sections=(own, table)), shipped())
    assert (said.verdict, said.figures) == ("partial", 0)
    assert "TTFT (212 ms: Tide, TTFT (ms))" in said.reason
    assert evidence_in(ParsedText(title="", sections=(others, table)), shipped()).verdict == "no"


@pytest.mark.parametrize(
    ("sentence", "form", "fragment"),
    [
        ("On the Azure trace we measure a p99 latency.", "arxiv-html", "S4.SS2:~:text=On%20the%20Azure%20trace%20we"),
        ("∑ α β γ", "arxiv-html", "S4.SS2"),
        ("On the Azure trace we measure a p99 latency.", "pdf", ""),
        ("It stands in no section.", "arxiv-html", ":~:text=It%20stands%20in%20no%20section."),
    ],
)  # fmt: skip
def test_a_quote_opens_at_its_section_where_its_words_cannot_be_found(sentence: str, form: str, fragment: str) -> None:
    """The section's anchor comes before the directive, so that a browser without one, or a page that changed, opens there."""
    text = "On the Azure trace we measure a p99 latency.\n\n∑ α β γ"
    parsed = ParsedText(title="", sections=(TextSection(heading="4.2 Latency", text=text, anchor="S4.SS2"),))
    read = Reading(
        item_id="x", result=Result.OK, read=datetime(2026, 5, 20, tzinfo=UTC), form=form, url="https://a.test/", text=parsed
    )
    address = readings.opening(Quote(sentence=sentence, section="4.2 Latency"), read)
    assert address == (f"https://a.test/#{fragment}" if fragment else "")


def draft_of(**fields: object) -> tuple[str, DraftInput]:
    """Return the full week's draft with readings, and its input."""
    inputs = WEEKS["full"]()
    return compose(replace(inputs, **fields)), inputs  # type: ignore[arg-type]


def paper_in(inputs: DraftInput) -> Item:
    """Return a paper that has an entry."""
    return next(one.item for one in inputs.shortlist.candidates if one.kept and one.item.kind is Kind.PAPER)


def test_an_entry_is_written_from_its_reading() -> None:
    """The quotes are the reading's, with heading and link; the verdict says by what it was given; code is a companion, cited work none."""
    paper = paper_in(WEEKS["full"]())
    report, _ = draft_of(readings={paper.id: reading(paper)})
    (entry,) = [part for part in report.split("\n### ") if "full text of" in part]
    assert (
        "([4.2 Latency](https://arxiv.org/html/2605.00002v1#:~:text=On%20the%20Azure%20trace%20we,ms%2C%202.4x%20lower%20than%20vLLM.))"
        in entry
    )
    assert "judged by the full text" in entry
    assert "(https://github.com/example/tide) (linked in its text)" in entry
    assert "vllm-project/vllm" not in entry.partition("- Summary")[0]


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        (
            {"text": None, "result": Result.BLOCKED, "why": "a paywall: 40 words are shown"},
            "alone, as its page gave no text: a paywall",
        ),
        ({"text": ParsedText(title="", sections=(), withdrawn=True)}, "withdrawn, as its page says"),
    ],
)
def test_what_stood_in_the_way_is_told(fields: dict[str, object], said: str) -> None:
    """Where a page gave no text, the verdict is the abstract's alone, with the reason; a withdrawn paper is told as such."""
    paper = paper_in(WEEKS["full"]())
    report, _ = draft_of(readings={paper.id: replace(reading(paper), **fields)})  # type: ignore[arg-type]
    assert said in report


def test_a_title_alone_is_not_judged() -> None:
    """No entry says no of something that nobody read."""
    report, _ = draft_of()
    assert "scout has no text of it" not in report
    assert "Not judged — only its title" in report
