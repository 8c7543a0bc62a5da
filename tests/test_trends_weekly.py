"""Titles a week: each counted once, in its week, of sources that saw all the weeks; the same numbers in every form."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest
from fakes import item
from hypothesis import given
from hypothesis import strategies as st
from terminal import WEEK, Terminal, week_terminal

from scout.draft import weekly
from scout.model import Kind, Topic, Window

if TYPE_CHECKING:
    from scout.model import Item

WINDOW = Window(since=date(2026, 5, 18), until=date(2026, 5, 24))
TOPICS = (Topic(name="kv-cache", terms=("KV cache",)), Topic(name="<b>x</b>&\u202e", terms=("paging",)))
SVG = "{http://www.w3.org/2000/svg}"


def titled(title: str, weeks_before: int, number: int = 0) -> Item:
    """Return an item published so many weeks before the window's."""
    at = datetime(2026, 5, 20, 12, tzinfo=UTC) - timedelta(weeks=weeks_before)
    return item(title, id=f"url:https://example.org/{title}{weeks_before}{number}", published=at)


def told(items: list[Item], **how: list[str]) -> weekly.Weekly:
    """Count items over three weeks."""
    weeks = weekly.weeks_until(WINDOW, 3)
    lines = weekly.count(items, weeks, TOPICS, terms=how.get("terms", []), rising=how.get("rising", []))
    return weekly.Weekly(weeks=weeks, lines=lines, counted=("a",), left_out={"b": "403"})


def counts(found: weekly.Weekly) -> dict[str, tuple[int, ...]]:
    """Return the counts by name."""
    return {line.name: line.counts for line in found.lines}


def test_weeks_end_with_the_window() -> None:
    """Seven days each, without a gap, the last one's last day is the window's, however long the window is."""
    weeks = weekly.weeks_until(replace(WINDOW, since=date(2026, 5, 1)), 4)
    assert weeks[-1] == WINDOW
    assert all(week.days == 7 for week in weeks)
    assert all(later.since - earlier.until == timedelta(days=1) for earlier, later in pairwise(weeks))


def test_a_title_counts_once_in_its_week() -> None:
    """For each topic, term and rising term that it has, in any spelling; no release, and nothing outside the weeks."""
    items = [
        titled("A KVCache and a KV cache", 0), titled("On KV caches", 2), titled("KV cache", 3), titled("Of cats", 0),
        replace(titled("KV cache v1", 0, 1), kind=Kind.RELEASE), replace(titled("KV cache", 0, 2), published=None),
    ]  # fmt: skip
    found = counts(told(items, terms=["cats", "kv cache"], rising=["kv cache"]))
    assert found[weekly.ALL] == (1, 0, 2)
    assert found["kv-cache"] == found["kv cache"] == (1, 0, 1)
    assert found["cats"] == (0, 0, 1)


@given(st.lists(st.tuples(st.text(alphabet="KVcache aging-", max_size=12), st.integers(0, 4)), max_size=30))
def test_no_line_has_more_than_all(titles: list[tuple[str, int]]) -> None:
    """Whatever the titles: all of them is the number of items in the weeks, and no other line has more in any."""
    items = [titled(title, back, number) for number, (title, back) in enumerate(titles)]
    found = told(items, terms=["cache"])
    whole = counts(found)[weekly.ALL]
    assert sum(whole) == sum(back < 3 for _, back in titles)
    assert all(number <= most for line in found.lines for number, most in zip(line.counts, whole, strict=True))


def test_the_picture_is_sound_and_says_its_numbers() -> None:
    """It is well-formed XML with a title and a description, no script, style or handler, and every number as text."""
    found = told([titled("paging the KV cache", back, n) for back in range(3) for n in range(back + 1)])
    svg = ET.fromstring(weekly.as_svg(found))
    assert svg.tag == f"{SVG}svg"
    described = svg.findtext(f"{SVG}desc")
    assert described
    assert "<b>x</b>&: 3, 2, 1" in described
    assert {one.tag.removeprefix(SVG) for one in svg.iter()} == {"svg", "title", "desc", "text", "rect"}
    assert not [name for one in svg.iter() for name in one.attrib if name.startswith("on") or name in ("style", "href")]
    assert len(svg.findall(f"{SVG}rect")) == 9
    assert "\u202e" not in weekly.as_svg(found)


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Return the collected week."""
    return week_terminal(tmp_path_factory.mktemp("week"))


def test_the_command_has_four_forms_of_the_same_numbers(desk: Terminal) -> None:
    """Table, JSON, Markdown and picture; what is not counted is on stderr, or in the document."""
    words = ("trends", "kv cache", *WEEK, "--weeks", "2")
    found = desk(*words, "--format", "json").json
    assert [week["until"] for week in found["weeks"]] == ["2026-05-17", "2026-05-24"]
    lines = {line["name"]: line["counts"] for line in found["lines"]}
    table = desk(*words)
    assert [line.split()[-2:] for line in table.rows] == [[str(number) for number in numbers] for numbers in lines.values()]
    assert "not counted: challenging-vendor: 403" in table.err
    pasted = desk(*words, "--format", "markdown").out
    assert all(f"| {' | '.join(map(str, numbers))} |" in pasted for numbers in lines.values())
    assert "challenging\\-vendor" in pasted or "challenging-vendor" in pasted
    assert len(ET.fromstring(desk(*words, "--format", "svg").out).findall(f"{SVG}rect")) == sum(
        number > 0 for numbers in lines.values() for number in numbers
    )


def test_only_sources_that_saw_all_the_weeks_are_counted(desk: Terminal) -> None:
    """Over the one week that arXiv was asked for its papers count; over nine they do not, and that is said."""
    short = desk("trends", *WEEK, "--weeks", "2", "--format", "json").json
    long = desk("trends", *WEEK, "--format", "json").json
    assert set(long["counted"]) < set(short["counted"]) | {"none"}
    assert "arxiv" in {one["source"] for one in long["left_out"]}
    assert long["lines"][0]["counts"][-1] <= short["lines"][0]["counts"][-1]
    assert {one["source"] for one in long["left_out"]}.isdisjoint(long["counted"])


def test_too_much_is_one_sentence(desk: Terminal) -> None:
    """A thousand terms, or one of a book's length, is refused."""
    for terms in (["x"] * 1 + [f"t{n}" for n in range(60)], ["y" * 500]):
        ran = desk("trends", *terms, *WEEK)
        assert (ran.code, ran.out) == (2, "")
        assert "at most" in ran.err
