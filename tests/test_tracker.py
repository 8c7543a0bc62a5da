"""Awesome-lists: where the file is asked for, and what is remembered between two readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, failure, fetch_session, requests_of
from hypothesis import given
from hypothesis import strategies as st

from scout.model import Failure, Result
from scout.sources.base import Page, Parsed
from scout.sources.tracker import Tracker

if TYPE_CHECKING:
    from scout.sources.session import FetchSession

RAW = "https://raw.githubusercontent.com/example/list/main/README.md"
API = "https://api.github.com/repos/example/list/contents/README.md?ref=main"


def tracker(**options: Any) -> Tracker:
    """Return a tracker of example/list."""
    return Tracker(**{"name": "list", "repo": "example/list", **options})


def reading(source: Tracker, session: FetchSession) -> Parsed:
    """Return what the one page of a reading says."""
    (got,) = source.pages(session)
    assert isinstance(got, Page)
    return source.parse(got)


def listed(*numbers: int) -> bytes:
    """Return a list of made-up papers."""
    return "\n".join(["# List", *(f"- [Paper {n}](https://arxiv.org/abs/2605.{n:05d})" for n in numbers)]).encode()


@pytest.mark.parametrize("options", [{"repo": "example"}, {"repo": "a/b/c"}, {"endpoint": "file:///x"}, {"path": "/"}])
def test_options_that_cannot_be_asked_are_refused(options: dict[str, Any]) -> None:
    """A wrong repository, endpoint or path is found before anything is asked."""
    with pytest.raises(ValueError, match=r"repo|endpoint|path"):
        tracker(**options)


@given(st.sets(st.integers(0, 99), min_size=1, max_size=12), st.sets(st.integers(0, 99), max_size=12))
def test_what_was_added_is_the_difference_of_two_readings(before: set[int], new: set[int]) -> None:
    """The second reading gives each link that the first had not, once, and the third gives none."""
    source = tracker()
    first = reading(source, fetch_session({RAW: listed(*before)}))
    both = listed(*before, *new)
    second = reading(source, fetch_session({RAW: both}, state=first.state))
    third = reading(source, fetch_session({RAW: both}, state=second.state))
    assert not first.items
    assert {item.title for item in second.items} == {f"Paper {n}" for n in new - before}
    assert len(second.items) == len(new - before)
    assert third.result is Result.EMPTY


def test_a_shrunken_list_keeps_what_is_known() -> None:
    """A README replaced by a stub neither forgets the links nor brings them back as new ones later."""
    source = tracker()
    state = reading(source, fetch_session({RAW: listed(*range(10))})).state
    stub = reading(source, fetch_session({RAW: listed(77)}, state=state))
    assert (stub.result, dict(stub.state)) == (Result.BROKEN, {})
    assert reading(source, fetch_session({RAW: listed(*range(10))}, state=state)).items == ()


def test_a_link_that_left_and_comes_back_is_no_addition() -> None:
    """A file that was cut off in between, or an entry that was moved, makes nothing new; what was added meanwhile is."""
    source = tracker()
    state: dict[str, Any] = {}
    for numbers in (range(10), range(7), range(7), (3, 4, 5, 6)):
        state |= reading(source, fetch_session({RAW: listed(*numbers)}, state=state)).state
    whole = reading(source, fetch_session({RAW: listed(*range(12))}, state=state))
    assert [item.title for item in whole.items] == ["Paper 10", "Paper 11"]
    assert whole.state["left"] == []


def test_a_first_reading_covers_nothing_and_a_second_the_time_between() -> None:
    """Silence means something only between two readings."""
    source = tracker()
    first = reading(source, fetch_session({RAW: listed(1)}))
    second = reading(source, fetch_session({RAW: listed(1)}, state=first.state))
    assert first.covers is None
    assert second.covers is not None
    assert (second.covers.start, second.covers.end) == (NOW, NOW)


def test_the_api_stands_in_where_the_raw_file_is_limited() -> None:
    """A limited raw host is gone around, and the outcome says so."""
    session = fetch_session({RAW: failure(Result.RATE_LIMITED, "429 Too Many Requests", status=429), API: listed(1)})
    assert reading(tracker(), session).result is Result.EMPTY
    assert requests_of(session)[-1].headers == {"Accept": "application/vnd.github.raw+json"}
    assert "429 Too Many Requests" in session.notes[0]


def test_a_list_that_is_not_there_is_not_asked_for_twice() -> None:
    """A 404 is the answer: the repository, branch or file is another."""
    session = fetch_session({})
    (got,) = tracker().pages(session)
    assert isinstance(got, Failure)
    assert len(requests_of(session)) == 1


def test_a_mirror_is_asked_alone() -> None:
    """With an endpoint of its own nothing goes to GitHub."""
    session = fetch_session({})
    source = tracker(endpoint="http://mirror.test/raw/", branch="v2", path="docs/A list.md")
    (got,) = source.pages(session)
    assert isinstance(got, Failure)
    assert [asked.full for asked in requests_of(session)] == ["http://mirror.test/raw/example/list/v2/docs/A%20list.md"]
    assert source.hosts() == ("mirror.test",)
