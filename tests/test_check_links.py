"""Links by their shape: days without a post, a name beside the known one, references that nothing names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import CLEAN, Known, edited, findings, post

from scout.check import Finding, LinkReply, Severity
from scout.check.shapes import index_of
from scout.model import Result

LIFE = "[Shelf Life](https://pantry.example.org/blog/shelf-life)"


def told(text: str, code: str, world: Known | None = None) -> list[Finding]:
    """Return the findings of one code."""
    return [one for one in findings(text, world) if one.code == code]


@pytest.mark.parametrize("path", ["2026/03/12", "blog/2026/03", "blog/2026-03-12", "en/2026/3/12/"])
def test_a_day_without_a_post_is_an_index(path: str) -> None:
    """An address that ends with its date names no post."""
    assert "no post" in index_of(f"https://pantry.example.org/{path}")
    assert not index_of(f"https://pantry.example.org/{path.rstrip('/')}/shelf-life")
    assert not index_of(f"https://pantry.example.org/{path.rstrip('/')}-shelf-life")


@pytest.mark.parametrize("slug", ["2026-03-13-shelf-life", "shelf-life-of-a-block", "en-shelf-life"])
def test_a_cut_name_beside_the_known_post_is_found(slug: str) -> None:
    """The store has a page of the same folder whose name holds more: its address is the advice."""
    world = Known()
    world.items = {thing: item for thing, item in world.items.items() if not thing.endswith("/shelf-life")}
    known = post(slug, 13, "How Long a Block Keeps")
    world.items[known.id] = known
    (found,) = told(CLEAN, "unknown-link", world)
    assert (found.severity, found.advice) == (Severity.WARNING, f"link {known.url}")


def test_a_name_made_up_for_a_known_title_is_found() -> None:
    """The title is a known post's, the address is none that the store has; a post of another day is not meant."""
    text = edited(LIFE, "[How long a block keeps (Mar 13, 2026)](https://pantry.example.org/blog/block-lifetime)")
    world = Known()
    known = post("kept", 13, "How Long a Block Keeps")
    world.items[known.id] = known
    (found,) = told(text, "unknown-link", world)
    assert (found.severity, found.where) == (Severity.WARNING, known.url)
    world.items[known.id] = post("kept", 2, "How Long a Block Keeps")
    assert [one.severity for one in told(text, "unknown-link", world)] == [Severity.UNVERIFIED]


def test_two_pages_that_could_be_meant_are_no_evidence() -> None:
    """Where several known pages fit, none is named."""
    world = Known()
    for slug in ("cold-shelf-lives", "warm-shelf-lives"):
        known = post(slug, 13, "One of two")
        world.items[known.id] = known
    text = edited("blog/shelf-life)", "blog/shelf-lives)")
    assert [one.severity for one in told(text, "unknown-link", world)] == [Severity.UNVERIFIED]


def test_a_paper_that_arxiv_does_not_have_is_an_error() -> None:
    """Asked for and not there is an error, under whatever address it is linked; not asked is unverified."""
    text = edited("arxiv.org/abs/2603.90060", "arxiv.org/pdf/2603.90069v1")
    assert [one.severity for one in told(text, "unknown-link")] == [Severity.UNVERIFIED]
    world = Known(replies={"https://arxiv.org/abs/2603.90069": LinkReply(result=Result.EMPTY, status=404, when="2026-03-16")})
    (found,) = told(text, "unknown-link", world)
    assert (found.severity, "no such paper" in found.evidence) == (Severity.ERROR, True)


def test_a_reference_that_nothing_names_is_found() -> None:
    """An address in the references that no entry and no list has, once each; many are counted."""
    bullet = "- [arXiv:2603.90030 — A Lower Bound for Prefix Sharing](https://arxiv.org/abs/2603.90030)"
    (found,) = told(edited(bullet, f"{bullet} · [Bread](https://x.example.org/bread)"), "loose-reference")
    assert (found.severity, found.claim) == (Severity.WARNING, "Bread")
    more = " · ".join(f"[Bread {i}](https://x.example.org/{i})" for i in range(12))
    claims = {one.claim for one in told(edited(bullet, f"{bullet} · {more}"), "loose-reference")}
    assert claims == {*(f"Bread {i}" for i in range(8)), "4 more references that no entry names"}


@given(
    st.sampled_from(["blog/upgrade", "blog/halved-bill", "blog/shelf-life"]),
    st.sampled_from(["{}-post", "2026-03-12-{}", "{}-post-2"]),
)
def test_whichever_name_is_cut_the_known_one_is_told(path: str, longer: str) -> None:
    """A post that the store knows by a longer name of the same folder is what a cut address means."""
    folder, _, slug = path.partition("/")
    world = Known()
    gone = next(thing for thing in world.items if thing.endswith(f"/{path}"))
    known = post(longer.format(slug), 12, "A post of another name", host=f"pantry.example.org/{folder}")
    world.items = {thing: item for thing, item in world.items.items() if thing != gone} | {known.id: known}
    assert known.url in {one.where for one in told(CLEAN, "unknown-link", world)}
