"""Every link is an identity: one thing is found again in lists, in groups, and under another address."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import CLEAN, LEDGER, Known, check_with, edited, findings

from scout.check.identities import addressed, keys
from scout.model import LedgerEntry

if TYPE_CHECKING:
    from scout.check import Finding

CONTEXT = "- [Shelf Life](https://pantry.example.org/blog/shelf-life) — a shorter post by the same team.\n"
EARLIER = (
    LedgerEntry(report=date(2026, 3, 8), number=1, section="A", grade=2, title="Jam Jars: Sealed Blocks", ids=("arxiv:2603.90090",)),
    LedgerEntry(report=date(2026, 3, 8), number=2, section="A", grade=2, title="Larder v2.3.1: fixes", ids=("github:larder/larder@v2.3.1",)),
    LedgerEntry(report=date(2026, 3, 8), number=3, section="B", grade=2, title="Crates: Stacking Blocks by Their Age", ids=("url:https://dl.acm.org/doi/10.1145/1.2",)),
)  # fmt: skip


def told(text: str, code: str = "repeat") -> list[Finding]:
    """Return what is said of a report after one with three entries."""
    return [one for one in check_with(text, ledger=(replace(LEDGER[0], entries=EARLIER),)) if one.code == code]


@pytest.mark.parametrize(
    "line",
    [
        "- **Papers:** [Thin Ice](https://arxiv.org/abs/2603.90050), [Jam Jars](https://arxiv.org/pdf/2603.90090v2).",
        "- Caches: [Thin Ice](https://arxiv.org/abs/2603.90050) — cold; [Jam Jars](https://arxiv.org/abs/2603.90090) — sealed.",
        "- [Larder v2.3.1](https://github.com/larder/larder/releases) — fixes.",
        "- [Larder v2.3.1 release](https://pantry.example.org/larder-release) — fixes.",
        "- [Larder 2.3.1](https://pypi.org/project/larder/2.3.1/) — fixes.",
        "- [Crates](https://doi.org/10.1145/1.2) — stacked.",
        "- [Crates: Stacking Blocks by Their Age](https://mirror.example.org/crates) — stacked.",
    ],
)
def test_what_an_earlier_report_has_is_found_under_any_address(line: str) -> None:
    """In a list, behind a dash, as an index with its version in words, on another host, as a DOI, by its title: once, as a doubt."""
    (found,) = told(edited(CONTEXT, CONTEXT + line + "\n"))
    assert found.severity.value == "warning"
    assert found.where.startswith("2026-03-08, line")


@pytest.mark.parametrize(
    "line",
    [
        "- [Jam Jars](https://arxiv.org/abs/2603.90090) — told in the prior report.",
        "- [Thin Ice II](https://pantry.example.org/new) — a companion to last week's [Jam Jars](https://arxiv.org/abs/2603.90090).",
        "- [Thin Ice II](https://pantry.example.org/new) — goes further than [Jam Jars](https://arxiv.org/abs/2603.90090) did.",
        "- [Larder v2.3.2](https://github.com/larder/larder/releases) — fixes.",
        "- [Larder](https://github.com/larder/larder) — the repository.",
        "- [Stacking blocks](https://doi.org/10.1145/1.3) — another paper.",
    ],
)
def test_what_the_line_itself_calls_told_or_is_another_thing_is_left_alone(line: str) -> None:
    """A companion, a prior week's, a word of a sentence, another version and a repository are no repeats."""
    assert told(edited(CONTEXT, CONTEXT + line + "\n")) == []


@pytest.mark.parametrize(
    ("line", "place"),
    [
        ("- Papers: [Thaw](https://pantry.example.org/t); [CrumbCache](https://arxiv.org/html/2603.90010v1).", "entry 3"),
        ("- [Larder v2.4.0](https://github.com/larder/larder/releases) is out.", "entry 1"),
        ("- [How we halved our cache bill](https://news.example.org/item/7) — syndicated.", "entry 2"),
        ("- [The upgrade](https://pantry.example.org/blog/upgrade) — a post.", "a companion of entry 1"),
        ("- [Shelf Life](https://pantry.example.org/blog/shelf-life?utm_source=x) — again.", "line 76"),
    ],
)
def test_what_stands_twice_is_found_in_lists_too(line: str, place: str) -> None:
    """Beside an entry, its companion or another line, under another address: the second place is told, with the first."""
    (found,) = (one for one in findings(edited(CONTEXT, CONTEXT + line + "\n")) if one.code == "twice")
    assert found.evidence.startswith(f"{place} is the same thing")


def test_a_companion_named_so_may_stand_in_a_list() -> None:
    """A line that says which entry it belongs to is no repeat of it."""
    line = "- [The upgrade](https://pantry.example.org/blog/upgrade) — a companion to entry #1.\n"
    assert findings(edited(CONTEXT, CONTEXT + line)) == ()


@given(st.integers(1, 6), st.sampled_from(["", "Papers: ", "- x; "]), st.integers(0, 4))
def test_an_entry_in_a_list_is_found_whichever_it_is(number: int, before: str, others: int) -> None:
    """Any entry's own link, after any number of other links of one bullet."""
    heading = CLEAN.index(f"### {number}. ")
    url = CLEAN[CLEAN.index("](http", heading) + 2 :].split(")")[0]
    more = ", ".join(f"[Thing {i}](https://x.example.org/{i})" for i in range(others))
    line = f"- {before}{more}{', ' if more else ''}[it]({url}) and more.\n"
    assert "twice" in {one.code for one in findings(edited(CONTEXT, CONTEXT + line), Known())}


def test_keys_hold_what_an_address_and_a_title_say() -> None:
    """A release is its repository, its version and its name; a DOI is found inside an address; a short title is no key."""
    assert set(addressed("github:larder/larder@v2.4.0")) == {"release:larder/larder 2.4.0", "named:larder 2.4.0"}
    assert set(addressed("url:https://dl.acm.org/doi/abs/10.1145/1.2")) == {"doi:10.1145/1.2"}
    assert set(addressed("url:https://github.com/larder/larder/releases", "Larder v2.4")) == {
        "release:larder/larder 2.4",
        "named:larder 2.4",
    }
    assert keys("Larder v2.4.0 (Mar 10, 2026)", [], lambda _: None) == {"named:larder 2.4.0"}
    assert keys("Measured on Larder 3.1 70B", [], lambda _: None) == {"title:measuredonlarder3170b"}
    assert keys("A short one", [("", "javascript:x")], lambda _: None) == frozenset()
