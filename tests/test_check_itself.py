"""A report against itself: its lists and counts, its dates in two places, its verdicts, its promises."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import CLEAN, SOURCES, Known, edited, findings

from scout.check import Finding, SourceNames

SLOT = "- Novelty: Low; the pieces were known."
NAMES = [f"Crate{letter}" for letter in "ABCDEFGHIJ"]


def told(text: str, code: str = "count", world: Known | None = None) -> list[Finding]:
    """Return the findings of one code."""
    return [one for one in findings(text, world) if one.code == code]


def said(words: str) -> str:
    """Return the clean report with these words in an entry."""
    return edited(SLOT, f"- Novelty: Low. {words}")


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("It comes as four releases (v1.1, v1.2, v1.3, v1.4, v1.5).", "error"),
        ("Six tags: v1.1, v1.2, v1.3, v1.4, v1.5.", "error"),
        ("Four vendors — Ash, Birch, Cedar — agree.", "warning"),
        ("Three things stand out: (a) one of them; (b) the other.", "warning"),
        ("Two teams (Ash Labs, Birch Labs and Cedar Labs) wrote it, and five shelves: OakShelf, PineShelf.", "warning"),
        ("3 of the 9 entries measured it.", "error"),
        ("All nine entries agree.", "error"),
    ],
)
def test_a_number_that_its_list_contradicts_is_found(words: str, severity: str) -> None:
    """Names, versions, letters in brackets and the entries themselves are counted."""
    assert severity in {one.severity.value for one in told(said(words))}


@pytest.mark.parametrize(
    "words",
    [
        "It comes as five releases (v1.1, v1.2, v1.3, v1.4, v1.5).",
        "Four vendors — Ash, Birch, Cedar and Elm — agree.",
        "Three vendors: Ash and Birch, Cedar.",
        "Four vendors (including Ash, Birch) agree, and three others, e.g. Cedar, Elm.",
        "Two modules: a search that picks widths, which is slow, and a kernel.",
        "It took 3 days: Ash, Birch. Speeds of 4 GPUs (H100, B200) differ.",
        "Four stages — making, keeping, finding, throwing — instead.",
        "3 of the 6 entries measured it; all six entries agree; in the prior report, all nine entries did.",
        "~5 vendors: Ash, Birch.",
    ],
)
def test_a_number_that_its_list_bears_out_is_left_alone(words: str) -> None:
    """Lists that go on, clauses, units and rough numbers are no counts."""
    assert told(said(words)) == []


@given(st.integers(2, 10), st.integers(2, 10), st.sampled_from([", ", "; ", " / "]))
def test_whatever_is_counted_the_list_decides(stated: int, listed: int, joint: str) -> None:
    """A number before names is wrong exactly where it is not their number."""
    found = told(said(f"We saw {stated} shelves: {joint.join(NAMES[:listed])}."))
    assert bool(found) == (stated != listed)


@given(st.integers(2, 8), st.integers(2, 8))
def test_bullets_beneath_a_number_are_counted(stated: int, listed: int) -> None:
    """A line that ends with a colon and has a number counts the bullets below it."""
    bullets = "\n".join(f"  - thing {number} of it" for number in range(listed))
    old = "- [ ] Every link opens."
    text = edited("- **Theory follows.**", f"- There were {stated} shelves this week:\n{bullets}\n- **Theory follows.**")
    assert old in text
    assert bool(told(text)) == (stated != listed)


def test_counts_of_sections_and_of_lists_are_held() -> None:
    """`3 in A` in the head, and a number in the heading of a list."""
    head = edited("expanded to 6 because", "expanded to 6 (3 in A and 3 in B) because")
    assert [one.evidence for one in told(head)] == ["section A has 2"]
    assert told(edited("expanded to 6 because", "expanded to 6 (2 in A and 3 in B) because")) == []
    heading = "## Additional context (noted this week, not selected as top entries)"
    assert len(told(edited(heading, "## Additional context (9 items)"))) == 1
    assert told(edited(heading, "## Additional context (5 items)")) == []


CONTRADICTIONS = [
    ("(Mar 9, 2026)", "(Tuesday, Mar 9, 2026)", "error"),
    ("a shorter post by the same team.", "a post (Shelf Conf, Monday Mar 10) by the same team.", "error"),
    ("- Runtime evaluation: Yes — hit rate and cost on the real fleet.", "- Runtime evaluation: Yes — as claimed, not visible in the post.", "warning"),
    ("because two releases fell into one week", "because two releases and ZebraCon fell into one week", "warning"),
    (SLOT, "- Novelty: Low; see the next week section for more.", "warning"),
    (SLOT, "- Novelty: Low; the talk is at OSDI 2026 (Jul 8–10). OSDI, Jul 9–11, is in Boston.", "warning"),
    ("for each tier, trained online.", "for each tier, trained online, with a hit rate of 92.45%.", "warning"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "severity"), CONTRADICTIONS)
def test_what_the_report_says_otherwise_elsewhere_is_found(old: str, new: str, severity: str) -> None:
    """Each contradiction once, with its severity."""
    assert [one.severity.value for one in told(edited(old, new), "contradiction")] == [severity]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("(Mar 9, 2026)", "(Monday, Mar 9, 2026)"),
        ("hit rate and cost on the real fleet.", "hit rate and cost on the real fleet. Tail latency is not visible."),
        ("because two releases fell into one week", "because CrumbCache and SieveStack fell into one week"),
        (SLOT, "- Novelty: Low; see the additional context section for more."),
        (SLOT, "- Novelty: Low; the talk is at OSDI 2026 (Jul 8–10). OSDI, Jul 9, is its day."),
        ("for each tier, trained online.", "for each tier, as in entry #2 with its hit rate of 92.45%."),
    ],
)
def test_what_agrees_is_left_alone(old: str, new: str) -> None:
    """The clean twins of the contradictions above."""
    assert told(edited(old, new), "contradiction") == []


def test_one_things_dates_in_two_places_must_agree() -> None:
    """A date in a list and another in the references, of a thing that the store has no date of."""
    old = "- [Shelf Life](https://pantry.example.org/blog/shelf-life)"
    world = Known()
    world.items = {thing: item for thing, item in world.items.items() if not thing.endswith("shelf-life")}
    more = "\n- [Shelf Life again (Mar {}, 2026)](https://pantry.example.org/blog/shelf-life)"
    for day, found in ((12, 1), (13, 0)):
        text = edited(old, "- [Shelf Life (Mar 13, 2026)](https://pantry.example.org/blog/shelf-life)" + more.format(day))
        assert len(told(text, "contradiction", world)) == found
    assert told(text.replace("Mar 13", "Mar 2", 1), "contradiction") == []  # the store has its date


def test_days_of_a_conference_are_held_against_its_programme() -> None:
    """Days outside of those that feeds.yaml gives; days inside are a part of it."""

    class World(Known):
        def sources(self) -> tuple[SourceNames, ...]:
            """Return a conference with its days."""
            return (*SOURCES, SourceNames(name="shelfconf-2026", days=(date(2026, 3, 10), date(2026, 3, 14))))

    for days, found in (("Mar 9–13", 1), ("Mar 11–13", 0), ("Mar 10–14", 0)):
        assert len(told(said(f"It was at ShelfConf 2026, {days}."), "contradiction", World())) == found


@given(st.integers(1, 28), st.integers(1, 12), st.integers(0, 6))
def test_a_weekday_is_right_on_one_day_of_seven(day: int, month: int, weekday: int) -> None:
    """Whatever the date: the calendar decides."""
    when = date(2026, month, day)
    name = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"][weekday]
    text = edited(SLOT, f"- Novelty: Low; they met on {name}, {when:%b} {day}, 2026.")
    assert bool(told(text, "contradiction")) == (when.weekday() != weekday)


def test_the_clean_report_agrees_with_itself() -> None:
    """Neither a count nor a contradiction, with or without what the store knows."""
    assert told(CLEAN) == told(CLEAN, "contradiction") == []
    assert told(CLEAN, "contradiction", replace(Known(), items={})) == []
