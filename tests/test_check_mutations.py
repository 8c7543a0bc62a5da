"""What is planted in a clean report comes to light, wherever it is planted."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st
from known import CLEAN, Known, at, edited, findings, post

from scout.check import Severity, match

ENTRIES = st.integers(1, 6)


def _heading(number: int) -> str:
    return next(line for line in CLEAN.splitlines() if line.startswith(f"### {number}. "))


@given(st.sampled_from([1, 2, 3, 6]), st.sampled_from([-3, 3]))
def test_a_date_moved_by_three_days_is_found(number: int, days: int) -> None:
    """Whichever entry's exact date moves, whichever way."""
    heading = _heading(number)
    found = re.search(r"Mar (\d+), 2026", heading)
    assert found
    moved = date(2026, 3, int(found[1])) + timedelta(days=days)
    text = CLEAN.replace(heading, heading.replace(found[0], f"{moved:%b} {moved.day}, 2026"))
    assert {"v1-date", "date"} & {f.code for f in findings(text) if f.severity is Severity.ERROR and f.entry == number}


@given(ENTRIES)
def test_an_entry_told_again_is_found(number: int) -> None:
    """A copy of any entry under the next free number is the same thing twice."""
    start = CLEAN.index(_heading(number))
    block = re.split(r"\n---|\n#", CLEAN[start + 3 :])[0]
    copy = "\n###" + re.sub(r"^ \d+\.", " 7.", block) + "\n"
    text = CLEAN.replace("\n---\n\n## Additional", copy + "\n---\n\n## Additional")
    assert ("twice", 7) in {(f.code, f.entry) for f in findings(text) if f.severity is Severity.ERROR}


@given(
    ENTRIES,
    st.sampled_from(
        [
            "https://pantry.example.org",
            "https://pantry.example.org/news/",
            "https://github.com/larder/larder/releases",
            "https://arxiv.org/list/cs.DC/new",
        ]
    ),
)
def test_a_link_cut_to_its_index_is_found(number: int, index: str) -> None:
    """Whichever entry's reference is cut, to whichever index."""
    start = CLEAN.index(_heading(number))
    rest = re.sub(r"(- Reference: .*?\]\()[^)]+", rf"\g<1>{index}", CLEAN[start:], count=1)
    assert ("index-link", number) in {(f.code, f.entry) for f in findings(CLEAN[:start] + rest) if f.severity is Severity.ERROR}


@given(st.sampled_from(["Quiet Storage", "Silent Systems", "awesome-shelves"]), st.integers(9, 15), st.sampled_from([0, 12, 23]))
def test_a_negative_about_a_source_with_items_is_found(name: str, day: int, hour: int) -> None:
    """Whichever name is denied, on whichever day of the window it published."""
    source = match(name, Known().sources())[0].source
    thing = post(
        "quiet",
        day,
        "Something about caches",
        host="x.example.org/someone/awesome-shelves",
    )
    world = Known(published={source: (thing.id,)})
    world.items[thing.id] = replace(thing, published=at(day, hour=hour))
    assert [(f.code, f.severity, f.claim.split(":")[0]) for f in findings(CLEAN, world)] == [("negative", Severity.ERROR, name)]


@given(st.sampled_from(["92.45%", "37%", "12%", "3×"]), st.integers(2, 9))
def test_a_number_changed_is_found(figure: str, factor: int) -> None:
    """Whichever figure is changed, by whichever factor, something is said of it."""
    number = re.match(r"[\d.]+", figure)
    assert number
    changed = figure.replace(number[0], f"{float(number[0]) * factor + 0.3:g}")
    found = findings(CLEAN.replace(figure, changed))
    assert "number" in {f.code for f in found}


@given(st.integers(1, 30).filter(lambda n: n not in (5, 6)))
def test_a_count_changed_is_found(number: int) -> None:
    """Whatever the head says, other than the truth."""
    found = findings(edited("expanded to 6", f"expanded to {number}"))
    assert [(f.code, f.severity) for f in found] == [("count", Severity.ERROR)]


@given(st.text(alphabet=st.sampled_from("#*-[]()<>`!|\n 12AB.:—éarXiv{}%&=+~_\"'/"), max_size=300))
def test_any_text_can_be_checked(text: str) -> None:
    """No text raises, and findings are the same twice."""
    assert findings(text) == findings(text)
