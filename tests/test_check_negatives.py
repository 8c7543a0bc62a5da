"""What a report denies is held against the store, against its own entries, and against earlier reports."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import CLEAN, LEDGER, Known, at, check_with, edited, findings, post

from scout.check import Severity
from scout.model import LedgerEntry

CRUSTS = "arxiv:2603.90080"
QUIET = Known(published={"quiet-storage-blog": (CRUSTS,)})


def said(text: str, world: Known = QUIET) -> list[tuple[str, str]]:
    """Return code and severity of what is held against the negatives."""
    return [(one.code, one.severity.value) for one in findings(text, world) if "negative" in one.code]


def test_only_what_is_relevant_contradicts_a_relevant_nothing() -> None:
    """`Nothing cache-relevant` leaves room for things that no topic matches, and for no other."""
    text = edited("Quiet Storage,", "Quiet Storage (nothing cache-relevant),")
    assert said(text) == [("negative", "error")]
    assert said(text, replace(QUIET, irrelevant=frozenset({CRUSTS}))) == []
    assert said(CLEAN, replace(QUIET, irrelevant=frozenset({CRUSTS}))) == [("negative", "warning")]


def test_what_is_excepted_and_told_is_no_contradiction() -> None:
    """`Only the page above` excepts what the report links, and what no topic matches; another thing is a doubt."""
    text = edited("Quiet Storage,", "Quiet Storage (only the paper above),")
    assert said(text) == [("negative", "warning")]
    assert said(text, Known(published={"quiet-storage-blog": ("arxiv:2603.90010",)})) == []
    assert said(CLEAN, Known(published={"quiet-storage-blog": ("arxiv:2603.90010",)})) == [("negative", "error")]


def test_a_blog_is_not_contradicted_by_a_release() -> None:
    """A name that says blog means posts, one that says releases means releases."""
    world = Known(published={"engines": ("github:larder/larder@v2.4.0",)})
    assert said(edited("Quiet Storage,", "the engines blog,"), world) == []
    assert said(edited("Quiet Storage,", "larder/larder,"), world) == [("negative", "error")]


def test_a_repository_is_not_contradicted_by_one_whose_name_begins_like_it() -> None:
    """`larder/larder` is not `larder/larder-extras`, though one address holds the other."""
    thing = replace(
        post("x", 12, "Extras"),
        url="https://github.com/larder/larder-extras/releases/tag/v1.0",
        id="github:larder/larder-extras@v1.0",
    )
    world = Known(published={"engines": (thing.id,)})
    world.items[thing.id] = thing
    assert said(edited("Quiet Storage,", "larder/larder,"), world) == []


def test_a_later_post_than_the_last_one_named_is_found() -> None:
    """`Last post Feb 2` is held against what the source published between then and the window."""
    thing = replace(post("later", 1, "A later one"), published=at(27, month=2))
    world = Known(published={"silent": (thing.id,)})
    world.items[thing.id] = thing
    assert said(CLEAN, world) == [("negative", "warning")]
    assert said(edited("last post Feb 2, 2026", "last post Feb 27, 2026"), world) == []


@pytest.mark.parametrize(
    ("name", "found"),
    [("Pantry", 1), ("Pantry (only the post above)", 0), ("Pantry releases", 0), ("Pantries", 0), ("CrumbCache", 1)],
)
def test_an_entry_contradicts_the_reports_own_negative(name: str, found: int) -> None:
    """A name that an entry of section A or B begins with is not silent, whether or not a source goes by it."""
    text = edited("Quiet Storage,", f"{name},")
    doubts = [one for one in findings(text) if one.code == "negative"]
    assert [(one.severity, "of this report" in one.evidence) for one in doubts] == [(Severity.WARNING, True)] * found


def test_an_earlier_report_contradicts_a_negative_about_its_days() -> None:
    """An entry of an earlier report with a day of this window is evidence; one from before the window is none."""
    told = LedgerEntry(
        report=date(2026, 3, 10),
        number=1,
        section="A",
        grade=2,
        title="Lids: a post",
        ids=("url:https://x.example.org/l",),
        stated="Mar 9, 2026",
    )
    text = edited("Quiet Storage,", "Lids,")
    ledger = (*LEDGER, replace(LEDGER[0], day=date(2026, 3, 10), entries=(told,)))
    (doubt,) = (one for one in check_with(text, ledger=ledger) if one.code == "negative")
    assert (doubt.severity, doubt.where) == (Severity.WARNING, "2026-03-10, line 0")
    before = (*LEDGER, replace(LEDGER[0], day=date(2026, 3, 10), entries=(replace(told, stated="Mar 6, 2026"),)))
    assert not [one for one in check_with(text, ledger=before) if one.code == "negative"]


def test_what_could_not_be_read_is_said() -> None:
    """A part of the negatives that is no name is unverified, at its line: nothing is held against it in silence."""
    found = findings(edited("Quiet Storage,", "Quiet Storage, " + "one of very many small places of various kinds " * 2 + ","))
    assert [(one.code, one.severity) for one in found] == [("unread-negative", Severity.UNVERIFIED)]


@given(
    st.permutations(["Quiet Storage", "Silent Systems", "awesome-shelves", "larder/larder"]), st.sampled_from([", ", " / ", "; "])
)
def test_a_false_negative_is_found_wherever_it_stands(names: list[str], joint: str) -> None:
    """In whatever order, however joined: the one source with something in the window is the one that is found."""
    old = "vendors: Quiet Storage, Silent Systems (last post Feb 2, 2026); trackers: awesome-shelves"
    found = [one for one in findings(edited(old, joint.join(names)), QUIET) if one.severity is Severity.ERROR]
    assert [one.claim for one in found] == ["Quiet Storage: nothing in window"]
