"""A report read as a value: layouts of the family, hand editing, hostile text."""

from __future__ import annotations

import re
import time
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.reports import document as report
from scout.reports import markdown, prose_dates

CLEAN = (Path(__file__).parent / "reports" / "clean.md").read_text(encoding="utf-8")


def test_the_head_gives_day_type_prior_and_horizon() -> None:
    """Everything that the first lines state is a value."""
    document = report.parse_report(CLEAN)
    assert document.title == "Weekly Cache Research Report — 2026-03-15"
    assert document.day == document.until == date(2026, 3, 15)
    assert document.since == date(2026, 3, 9)
    assert document.run_type == "Normal weekly run"
    assert document.prior is not None
    assert document.prior.url == "./weekly-cache-report-2026-03-08.md"
    assert document.scope.startswith("distributed caching")
    assert document.recognised
    assert not document.unknown


def test_entries_carry_number_section_title_stated_date_and_line() -> None:
    """Numbered entries come in order, primes of a section as an apostrophe, the stated date apart from the title."""
    document = report.parse_report(CLEAN)
    assert [(entry.number, entry.section) for entry in document.entries] == [
        (1, "A"),
        (2, "A"),
        (3, "B"),
        (4, "B"),
        (5, "B"),
        (6, "A'"),
    ]
    third, last = document.entries[2], document.entries[5]
    assert third.title == "CrumbCache: Sub-Block Eviction for Shared Prefixes"
    assert (third.stated, last.stated) == ("Mar 9, 2026", "v1 Mar 6, 2026; boundary")
    assert CLEAN.splitlines()[third.line - 1].startswith("### 3.")
    assert third.text("runtime").startswith("Yes — 37% lower")
    assert last.text("why").startswith("It completes")


def test_references_end_where_companions_begin() -> None:
    """A reference line's links are the thing's own up to the word Companion."""
    first = report.parse_report(CLEAN).entries[0]
    assert [link.url for link in first.references] == ["https://github.com/larder/larder/releases/tag/v2.4.0"]
    assert [link.url for link in first.companions] == ["https://pantry.example.org/blog/upgrade"]


def test_bullets_with_a_label_go_where_the_label_says() -> None:
    """Boundary, negatives and not seen may be bullets of another section."""
    document = report.parse_report(CLEAN)
    assert len(document.section("boundary")) == 1
    assert [(n.name, n.group, n.unseen) for n in document.negatives] == [
        ("Quiet Storage", "vendors", False),
        ("Silent Systems", "vendors", False),
        ("awesome-shelves", "trackers", False),
        ("Walled Garden", "", True),
    ]


@pytest.mark.parametrize(
    "text",
    [
        "## Explicit negatives\n\n- **Vendors:** Quiet Storage, Silent Systems\n- **Trackers:** awesome-shelves\n",
        "## Explicit negatives (checked, nothing in window)\n\n### Vendors\n\n- Quiet Storage\n- Silent Systems: nothing in window\n\n### Trackers\n\n- awesome-shelves\n",
        "## Additional context\n\n- **Explicit negatives**\n  - Vendors: Quiet Storage and more, Silent Systems.\n  - Trackers: awesome-shelves.\n".replace(
            " and more", ""
        ),
        "## Additional context\n\n**Explicit negatives — checked, nothing in window:** Vendors: Quiet Storage, Silent Systems. Trackers: awesome-shelves.\n",
    ],
)
def test_negatives_are_read_in_every_layout(text: str) -> None:
    """The same names come from a heading with groups, a bullet with bullets, and one paragraph."""
    found = [(negative.name, negative.group.lower()) for negative in report.parse_report(text).negatives]
    assert found == [("Quiet Storage", "vendors"), ("Silent Systems", "vendors"), ("awesome-shelves", "trackers")]


def test_a_negative_may_hold_commas_in_brackets() -> None:
    """Commas in brackets part no names; the bracket itself is a remark."""
    text = "## Explicit negatives\n\n- Topics: cross-region KV system (outside One, Two), CDN cache mechanics (Three/Four)\n"
    assert [n.name for n in report.parse_report(text).negatives] == ["cross-region KV system", "CDN cache mechanics"]


@pytest.mark.parametrize(
    ("words", "since", "until"),
    [
        ("Search horizon: 2026-03-09 → 2026-03-15 (the past 7 days).", date(2026, 3, 9), date(2026, 3, 15)),
        ("Search horizon: Mar 9 – Mar 15, 2026.", date(2026, 3, 9), date(2026, 3, 15)),
        ("Search window: 2026-02-23 to 2026-03-15 (three weeks).", date(2026, 2, 23), date(2026, 3, 15)),
        ("Search horizon: the past 7 days.", date(2026, 3, 9), date(2026, 3, 15)),
        ("Search horizon expanded to the past ~12 months; top 20.", date(2025, 3, 15), date(2026, 3, 15)),
        ("Search horizon: past year.", date(2025, 3, 15), date(2026, 3, 15)),
        ("Search horizon: as far as needed.", None, None),
        ("Search horizon: the past 3000 years.", None, None),
        (f"Search horizon: the past {'9' * 150} months.", None, None),
        ("Nothing is said.", None, None),
    ],
)
def test_a_horizon_is_what_is_stated(words: str, since: date | None, until: date | None) -> None:
    """Dates, spans and `past N` are read; what is not stated is None."""
    document = report.parse_report(f"# Report — 2026-03-15\n\n**Run type:** Normal. {words}\n\n## A. One\n")
    assert (document.since, document.until) == (since, until)


def test_an_entry_takes_time_that_grows_with_its_lines() -> None:
    """Lines below one entry are read in less than twice the time of the same lines without an entry."""
    lines = 40_000

    def seconds(heading: str) -> float:
        text = f"# Report — 2026-03-15\n\n## A. One\n\n{heading}\n\n" + "- x\n" * lines
        started = time.process_time()
        document = report.parse_report(text)
        assert [len(entry.lines) for entry in document.entries] == [lines] * bool(heading)
        return time.process_time() - started

    assert seconds("### 1. A") < 2 * seconds("")


def test_negatives_in_sentences_are_names_too() -> None:
    """What a sentence says around the names is no part of them."""
    text = (
        "## Additional context\n\n- **Explicit negatives:** no in-window posts from One, Two Three, or Four; nothing new on the Five blog; "
        "Six / Seven had no programme. Labs: no KV release by Eight, Nine. No dedicated shelf paper (outside Ten).\n"
        "- **Explicit negatives — venues (Eleven, Twelve):** none.\n- **Explicit negatives:** no Thirteen release; none at Fourteen.\n"
    )
    assert [n.name for n in report.parse_report(text).negatives] == [
        "One",
        "Two Three",
        "Four",
        "Five blog",
        "Six / Seven",
        "Eight",
        "Nine",
        "dedicated shelf paper",
        "Eleven",
        "Twelve",
        "Thirteen release",
        "Fourteen",
    ]


def test_no_prior_report_is_no_link() -> None:
    """A first run that finds no prior reports has no prior, whatever file it names."""
    text = "# Report — 2026-03-15\n\n**Run type:** First (no prior reports found in `folder/notes.md`).\n\n## A. One\n"
    assert report.parse_report(text).prior is None


def test_a_prior_report_may_be_a_bare_path() -> None:
    """A prior report that is named but not linked is still a claim that can be checked."""
    document = report.parse_report(
        "# Report — 2026-03-15\n\n**Run type:** Normal. Prior report: `old/report-2026-03-08.md`.\n\n## A. One\n"
    )
    assert document.prior is not None
    assert document.prior.url == "old/report-2026-03-08.md"


def _essence(document: report.Document) -> object:
    return (
        document.day,
        document.since,
        [
            (e.number, e.section, e.title, e.stated, [link.url for link in e.references], e.text("summary"))
            for e in document.entries
        ],
        [(n.name, n.group) for n in document.negatives],
        [(line.section, line.text) for line in document.lines],
    )


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: "\ufeff" + text,
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("\n\n", "\n"),
        lambda text: text.replace("### ", "###"),
        lambda text: text.replace("### ", "#### "),
        lambda text: text.replace("- Summary:", "- **Summary:**").replace("- Impact:", "* Impact:"),
        lambda text: text.replace(
            "# Weekly Cache Research Report — 2026-03-15\n", "Weekly Cache Research Report — 2026-03-15\n====\n", 1
        ),
        lambda text: text.replace("A′", "A'").replace("## A.", "## Section A —").replace("## B.", "## B:"),
        lambda text: text.replace("\n- Novelty", "\n<!-- a remark\n -->\n- Novelty"),
        lambda text: "---\ntitle: x\ntags: [a]\n---\n\n" + text,
    ],
)
def test_hand_editing_changes_nothing(edit: object) -> None:
    """Byte order marks, CRLF, missing blank lines, heading levels, bold labels, comments and front matter are forgiven."""
    assert callable(edit)
    edited = report.parse_report(edit(CLEAN))
    bare = _essence(report.parse_report(CLEAN))
    if "- **Summary" in edit(CLEAN) or "Section A —" in edit(CLEAN) or "A'." in edit(CLEAN):
        assert [e.number for e in edited.entries] == [1, 2, 3, 4, 5, 6]
        assert [e.section for e in edited.entries] == ["A", "A", "B", "B", "B", "A'"]
        assert all(e.text("summary") for e in edited.entries)
    else:
        assert _essence(edited) == bare


def test_lines_are_those_of_the_file() -> None:
    """After front matter and comments, an entry's line is still the line it stands on."""
    text = "---\na: b\n---\n<!-- x\ny -->\n" + CLEAN
    for entry in report.parse_report(text).entries:
        assert text.splitlines()[entry.line - 1].startswith(f"### {entry.number}.")


def test_links_in_a_wrapped_paragraph_have_their_own_line() -> None:
    """A link's line is where it stands, not where its paragraph begins."""
    text = "# R — 2026-03-15\n\n## References\n\n- [one](https://a.example.org/1) ·\n  [two](https://a.example.org/2)\n  and https://a.example.org/3.\n"
    assert [(link.url[-1], link.line) for link in report.parse_report(text).links] == [("1", 5), ("2", 6), ("3", 7)]


def test_unknown_parts_are_kept_with_their_lines() -> None:
    """A section that no report has is passed over, and said."""
    document = report.parse_report(CLEAN + "\n## Recipes\n\nTake two eggs.\n")
    assert [line.text for line in document.unknown] == ["Recipes", "Take two eggs."]
    assert document.unknown[1].line == len(CLEAN.splitlines()) + 4


def test_a_comment_switches_rules_off() -> None:
    """A comment speaks of its own line, or of the next if it stands alone."""
    text = "# R\n### 1. One <!-- scout: off v1-date, title -->\n<!-- scout: off number -->\n- Summary: x\n"
    assert report.parse_report(text).off == ((2, "v1-date"), (2, "title"), (4, "number"))


def test_what_is_no_report_is_not_recognised() -> None:
    """A readme has none of a report's headings."""
    assert not report.parse_report("# Reports\n\nHere are [reports](reports/).\n\n## License\n\nApache\n").recognised
    assert not report.parse_report("").recognised


@given(st.text(alphabet=st.characters(codec="utf-8"), max_size=400))
def test_any_text_gives_a_document(text: str) -> None:
    """Nothing that can stand in a file raises, and reading twice gives equal values."""
    assert report.parse_report(text) == report.parse_report(text)


@given(
    st.lists(
        st.sampled_from(
            [
                "## A. x",
                "### 1. t (May 4)",
                "- Reference: [a](https://a.example.org)",
                "  - b",
                "***",
                "> q",
                "<!--",
                "-->",
                "```",
                "| a |",
                "###2) y",
                "**Negatives:** a, b; c: d",
                "----",
                "====",
                "",
            ]
        ),
        max_size=30,
    )
)
def test_any_row_of_report_lines_gives_lines_within_the_text(rows: list[str]) -> None:
    """Every line number lies in the text, in rising order."""
    text = "\n".join(rows)
    numbers = [line.line for line in report.parse_report(text).lines]
    assert numbers == sorted(numbers)
    assert all(1 <= number <= max(1, len(rows)) for number in numbers)


@given(st.text(max_size=200))
def test_tidying_keeps_the_number_of_lines(text: str) -> None:
    """What is forgiven never moves a line."""
    plain = text.replace("\r\n", "\n").replace("\r", "\n")
    assert markdown.tidy(text).count("\n") == plain.count("\n")


@pytest.mark.parametrize("year", [2023, 2031])
def test_a_year_left_out_is_the_reports_own(year: int) -> None:
    """No year is assumed: the same words mean another day in a report of another year."""
    document = report.parse_report(
        f"# Weekly Report — {year}-03-15\n\nTime horizon: Mar 9 to Mar 15.\n\n## A. Work\n\n### 1. A title (Feb 27)\n\n- Summary: x.\n"
    )
    assert (document.day, document.since, document.until) == (date(year, 3, 15), date(year, 3, 9), date(year, 3, 15))
    (entry,) = document.entries
    assert (entry.title, entry.stated) == ("A title", "Feb 27")
    (claim,) = prose_dates.dates(entry.stated, near=document.day)
    assert claim.since == date(year, 2, 27)


def test_without_a_day_a_year_left_out_stays_unknown() -> None:
    """A report whose title has no year has no day, and its dates without one claim nothing; those with a year still do."""
    text = "# Weekly Report — Mar 15\n\nTime horizon: {}.\n\n## A. Work\n\n### 1. A title (Feb 29)\n"
    document = report.parse_report(text.format("Mar 9 to Mar 15"))
    assert (document.day, document.since, document.until) == (None, None, None)
    assert [(entry.title, entry.stated) for entry in document.entries] == [("A title", "Feb 29")]
    assert prose_dates.dates("Feb 27", near=None) == ()
    stated = report.parse_report(text.format("2023-03-09 to 2023-03-15"))
    assert (stated.since, stated.until) == (date(2023, 3, 9), date(2023, 3, 15))


@pytest.mark.parametrize("label", ["Adjacent", "Companion", "Context", "Earlier work", "Write-up"])
def test_a_label_inside_a_reference_line_starts_companions(label: str) -> None:
    """The entry's own links stand before it, whatever its word; `Code:` and `Paper:` are the thing's own."""
    line = "- Reference: [Paper](https://a.example.org/1). Code: [here](https://a.example.org/2). {}: [Other](https://a.example.org/3)."
    text = f"# Report — 2026-03-15\n\n## A. One\n\n### 1. Thing (Mar 9, 2026)\n\n{line.format(label)}\n"
    (entry,) = report.parse_report(text).entries
    assert [link.text for link in entry.references] == ["Paper", "here"]
    assert [link.text for link in entry.companions] == ["Other"]


def test_entries_without_numbers_are_counted_through() -> None:
    """Where no heading has a number, those below a section's letter are its entries; with numbers, they are groups as before."""
    text = re.sub(r"(?m)^### \d+\. ", "### ", CLEAN)
    entries = report.parse_report(text).entries
    assert [(entry.number, entry.section) for entry in entries] == [(1, "A"), (2, "A"), (3, "B"), (4, "B"), (5, "B"), (6, "A'")]
    assert [entry.title for entry in entries] == [entry.title for entry in report.parse_report(CLEAN).entries]
    grouped = CLEAN.replace("### 2. ", "### Posts\n\n### 2. ")
    assert len(report.parse_report(grouped).entries) == 6
