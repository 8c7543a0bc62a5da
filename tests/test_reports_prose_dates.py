"""Dates and counts in the words that reports use."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.reports import prose_dates

NEAR = date(2026, 5, 31)


def _one(text: str) -> tuple[str, str, bool]:
    (claim,) = prose_dates.dates(text, near=NEAR)
    return claim.since.isoformat()[5:], claim.until.isoformat()[5:], claim.about


@pytest.mark.parametrize(
    ("words", "since", "until", "about"),
    [
        ("May 18, 2026", "05-18", "05-18", False),
        ("18 May 2026", "05-18", "05-18", False),
        ("2026-05-18", "05-18", "05-18", False),
        ("Sept. 3rd, 2026", "09-03", "09-03", False),
        ("~May 25", "05-22", "05-28", True),
        ("≈May 27", "05-24", "05-30", True),
        ("around May 25, 2026", "05-22", "05-28", True),
        ("late Apr 2026", "04-21", "04-30", False),
        ("mid-late Apr", "04-11", "04-30", False),
        ("early May 2026", "05-01", "05-10", False),
        ("May 2026", "05-01", "05-31", False),
        ("April–May 2026", "04-01", "05-31", False),
        ("Apr 22–23, 2026", "04-22", "04-23", False),
        ("Apr 28 – May 2, 2026", "04-28", "05-02", False),
        ("week of May 25, 2026", "05-25", "05-31", False),
        ("2026-05-04 → 2026-05-10", "05-04", "05-10", False),
        ("v1 May 13, boundary", "05-13", "05-13", False),
        ("18. Mai 2026", "05-18", "05-18", False),
        ("3. Oktober 2026", "10-03", "10-03", False),
        ("1er juin 2026", "06-01", "06-01", False),
        ("12 de mayo de 2026", "05-12", "05-12", False),
        ("7 maggio 2026", "05-07", "05-07", False),
        ("9 maart 2026", "03-09", "03-09", False),
        ("março 2026", "03-01", "03-31", False),
    ],
)
def test_words_give_the_days_they_allow(words: str, since: str, until: str, *, about: bool) -> None:
    """Each way of writing a date gives the span it can mean."""
    assert _one(words) == (since, until, about)


def test_two_dates_are_two_claims_with_their_roles() -> None:
    """A date of revision and one of submission are kept apart, each with its word."""
    revised, submitted = prose_dates.dates("May 4 abs-revision; submitted Mar 27, 2026", near=NEAR)
    assert (revised.since, revised.role) == (date(2026, 5, 4), "revision")
    assert (submitted.since, submitted.role) == (date(2026, 3, 27), "submitted")
    assert [claim.since.day for claim in prose_dates.dates("May 29 / June 5", near=NEAR)] == [29, 5]


@pytest.mark.parametrize(
    ("words", "roles"),
    [
        ("arXiv v1 May 17, announced May 19, 2026", ["v1", "announced"]),
        ("May 19 (v1), May 26 (v2)", ["v1", "v2"]),
        ("v0.22.0 May 29, v0.22.1 Jun 5", ["", ""]),
        ("ICLR 2026, presented Apr 25, 2026", ["presented"]),
        ("MLSys 2026, May 18–22", ["presented"]),
        ("OSDI '26, Jul 8, 2026; v1 Feb 3, 2026", ["presented", "v1"]),
        ("first seen May 23, 2026", ["first seen"]),
        ("May 2026", [""]),
    ],
)
def test_what_happened_on_a_date_is_read_beside_it(words: str, roles: list[str]) -> None:
    """Only what is said of a date itself is its role; a conference's name is one."""
    assert [claim.role for claim in prose_dates.dates(words, near=NEAR)] == roles


def test_a_year_left_out_is_the_nearest() -> None:
    """In January, December is last year's; in December, January is next year's."""
    assert prose_dates.dates("Dec 28", near=date(2027, 1, 3))[0].since == date(2026, 12, 28)
    assert prose_dates.dates("Jan 3", near=date(2026, 12, 30))[0].since == date(2027, 1, 3)
    assert prose_dates.dates("Dec 28 – Jan 3, 2027", near=date(2027, 1, 3))[0].since == date(2026, 12, 28)


@pytest.mark.parametrize(
    "text",
    [
        "it may 4 times",
        "EuroSys '25",
        "2025 operational update",
        "Mar",
        "version 2026.1",
        "Feb 30, 2026",
        "May 4× faster",
        "90 % of March",
        "Section 3.12",
        "Apr 3.5",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    """Words and numbers that look like dates are left alone."""
    assert prose_dates.dates(text, near=NEAR) == ()


@given(st.dates(date(2000, 2, 1), date(2090, 11, 1)), st.sampled_from(["%Y-%m-%d", "%b %d, %Y", "%B %d %Y", "%d %b %Y"]))
def test_a_full_date_is_read_back(day: date, form: str) -> None:
    """A day written out in full is that day, whenever the report was written."""
    (claim,) = prose_dates.dates(f"({day.strftime(form)})", near=NEAR)
    assert claim.exact
    assert claim.since == day
    assert claim.allows(day + timedelta(days=1), slack=1)
    assert not claim.allows(day + timedelta(days=1))


@given(st.text(max_size=100), st.dates(date(2000, 1, 1), date(2090, 1, 1)))
def test_any_text_is_read(text: str, near: date) -> None:
    """No text raises, and no span ends before it starts."""
    assert all(claim.since <= claim.until for claim in prose_dates.dates(text, near=near))


@pytest.mark.parametrize(("word", "number"), [("nine", 9), ("9", 9), ("Twenty", 20), ("many", None), ("", None)])
def test_counts_are_words_or_digits(word: str, number: int | None) -> None:
    """Small numbers are read in either spelling."""
    assert prose_dates.count(word) == number


@pytest.mark.parametrize("word", ["²", "①", "9" * 5000], ids=["superscript", "circled", "long"])
@given(st.text(max_size=5))
def test_any_word_is_counted_or_is_none(word: str, text: str) -> None:
    """No word raises: not a digit that is no number, nor one that Python refuses to read."""
    assert prose_dates.count(word) is None
    number = prose_dates.count(text)
    assert number is None or number >= 0
