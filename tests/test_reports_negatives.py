"""The grammar of negatives: which names a report denies, what it says beside them, and what could not be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.reports import document as report

MANY = [
    f"{name} Systems"
    for name in ["Ash", "Birch", "Cedar", "Elm", "Fir", "Hazel", "Larch", "Maple", "Oak", "Pine", "Rowan", "Willow"]
]


def read(text: str) -> report.Document:
    """Return a report whose only bullets are these negatives."""
    return report.parse_report(f"# Report — 2026-03-15\n\n## A. One\n\n## Additional context\n\n{text}\n")


def named(text: str) -> list[str]:
    """Return the names that a text denies."""
    return [one.name for one in read(text).negatives if not one.unseen]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        (f"- **Explicit negatives:** {' / '.join(MANY)} had nothing in window.", MANY),
        ("- **Explicit negatives:** No in-window posts found: Larder, Pantry, Shelf.", ["Larder", "Pantry", "Shelf"]),
        ("- **Explicit negatives:** Checked and found nothing for: Larder; Pantry (not in season).", ["Larder", "Pantry"]),
        ("- **Explicit negatives:** no new posts from Larder/Pantry/Shelf.", ["Larder", "Pantry", "Shelf"]),
        ("- **Explicit negatives:** Larder, Pantry — last posts Feb 3.", ["Larder", "Pantry"]),
        ("- **Explicit negatives:** Larder, Pantry and Shelf: nothing new.", ["Larder", "Pantry and Shelf"]),
        ("- **Explicit negatives:** Labs: Larder, Pantry, none with a paper.", ["Larder", "Pantry"]),
        ("- **Explicit negatives:** Larder (a, b, c), Pantry (v2, of Mar 2, only).", ["Larder", "Pantry"]),
        ("- **Explicit negatives:** All quiet at Larder and Pantry.", ["Larder and Pantry"]),
        ("- **Vendor blogs checked with nothing in window:** Larder, Pantry.", ["Larder", "Pantry"]),
        ("## Explicit negatives\n\nThe following were checked and had nothing in it: Larder, Pantry.", ["Larder", "Pantry"]),
        ("- **Explicit negatives:** The feed of Larder was read up to Monday. Pantry had nothing.", ["Pantry"]),
        ("- **Explicit negatives:** Nothing other than v2 above from Larder; none beyond the talk from Pantry.", ["Larder", "Pantry"]),
    ],
)  # fmt: skip
def test_each_name_of_a_list_is_read(text: str, names: list[str]) -> None:
    """Slashes, colons, dashes, brackets with commas and sentences around a list leave each name of it, and nothing else."""
    assert named(text) == names
    assert not read(text).unread


def test_a_remark_belongs_to_its_name_and_a_predicate_to_all() -> None:
    """A bracket is its name's own; what a sentence says at its end holds for each name in it."""
    first, second = read("- **Explicit negatives:** Larder (last post Feb 3, 2026), Pantry had nothing relevant.").negatives
    assert first.remark == "last post Feb 3, 2026 had nothing relevant"
    assert second.remark == "had nothing relevant"
    assert (first.topical, second.topical, first.but) == (True, True, False)


@pytest.mark.parametrize(
    "words", ["Larder (only the page above)", "Larder: only v2.4 (entry #1)", "nothing other than v2.4 above from Larder", "nothing from Larder except v2.4"]
)  # fmt: skip
def test_what_is_excepted_is_no_part_of_the_name(words: str) -> None:
    """`only`, `other than`, `except` except something, and the name stays the name."""
    (said,) = read(f"- **Explicit negatives:** {words}.").negatives
    assert (said.name, said.but) == ("Larder", True)


def test_what_was_not_read_is_unseen_wherever_it_stands() -> None:
    """Among the negatives too, a name that was not searched is denied nothing."""
    said = read("- **Explicit negatives:** Larder had nothing, Pantry was not searched.").negatives
    assert [(one.name, one.unseen) for one in said] == [("Larder", False), ("Pantry", True)]


def test_what_is_no_name_is_said_as_unread() -> None:
    """A part too long to be a name is kept with its line; none vanishes."""
    document = read("- **Explicit negatives:** Larder, " + "one of the many small companies with a web site " * 3 + ", Pantry.")
    assert [one.name for one in document.negatives] == ["Larder", "Pantry"]
    (part,) = document.unread
    assert (part.line, part.text.startswith("one of the many")) == (7, True)


NAMES = st.lists(st.from_regex(r"[A-Z][a-z]{2,8}[0-9]?", fullmatch=True), min_size=1, max_size=30, unique=True)


@given(
    NAMES, st.sampled_from([", ", "; ", " / "]), st.sampled_from(["{}", "vendors: {}", "no posts from {}", "{} had nothing new"])
)
def test_no_name_of_a_list_is_lost(names: list[str], joint: str, frame: str) -> None:
    """However many names, however joined, whatever stands around them: each is found, in order."""
    names = [f"{name} Works" for name in names]
    found = named(f"- **Explicit negatives:** {frame.format(joint.join(names))}.")
    assert " / ".join(found).split(" / ") == names
