"""Hacker News: slices of time under the search's limit, and only stories that hold the phrase."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, answer, failure, fetch_session, listen, requests_of
from hypothesis import given, settings
from hypothesis import strategies as st

from scout.model import Answer, Failure, Interval, Result
from scout.sources.hackernews import MOST, HackerNews

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

LATER = NOW + timedelta(days=60)
WEEKS = Interval(start=datetime(2026, 5, 8, tzinfo=UTC), end=datetime(2026, 5, 25, tzinfo=UTC))
"""The window and the ten days before it."""


@dataclass(kw_only=True)
class FakeSearch:
    """A search over stories given as times, with Algolia's limit; `broken` sees the phrase and the page, and may answer instead."""

    stories: list[datetime]
    title: str = "A KV cache"
    size: int = MOST
    broken: Callable[[str, int], Answer | Failure | None] = lambda _phrase, _page: None
    asked: list[tuple[str, Interval]] = field(default_factory=list)

    def __call__(self, _url: str, params: Mapping[str, str]) -> Answer | Failure:
        """Answer one query."""
        found = re.fullmatch(r"created_at_i>=(\d+),created_at_i<(\d+)", params["numericFilters"])
        assert found
        low, high = (datetime.fromtimestamp(int(text), UTC) for text in found.groups())
        page, phrase = int(params["page"]), params["query"].strip('"')
        self.asked.append((phrase, Interval(start=low, end=high)))
        if instead := self.broken(phrase, page):
            return instead
        hits = [(at, n) for n, at in enumerate(self.stories) if low <= at < high]
        shown = hits[:MOST][page * self.size : (page + 1) * self.size]
        rows = [{"objectID": str(n), "title": self.title, "created_at_i": int(at.timestamp()), "points": 5} for at, n in shown]
        beyond = page * self.size >= MOST
        return answer(json.dumps({"hits": rows, "nbHits": 0 if beyond else len(hits), "page": page}))


def source(**options: Any) -> HackerNews:
    """Return the source that most tests session."""
    return HackerNews(**{"name": "hacker-news", "queries": ("KV cache",), **options})


def test_a_phrase_is_asked_by_time_with_quotes() -> None:
    """The question holds the phrase, the window and ten days before it; points are not filtered there."""
    search = FakeSearch(stories=[WEEKS.start])
    session = fetch_session(search, now=LATER)
    heard = listen(source(min_points=3), session)
    (asked,) = requests_of(session)
    assert asked.url == "https://hn.algolia.com/api/v1/search_by_date"
    assert asked.params["query"] == '"KV cache"'
    assert asked.params["tags"] == "story"
    assert "points" not in asked.params["numericFilters"]
    assert search.asked == [("KV cache", WEEKS)]
    assert heard.covers == {"KV cache": (WEEKS,)}


@settings(max_examples=30)
@given(st.lists(st.integers(0, 60 * 24 * 17 - 1), max_size=40), st.integers(1, 20))
def test_every_story_comes_whatever_the_pages_hold(minutes: list[int], size: int) -> None:
    """Pages that are shorter than asked for are followed to the end."""
    search = FakeSearch(stories=[WEEKS.start + timedelta(minutes=n) for n in minutes], size=size)
    heard = listen(source(), fetch_session(search, now=LATER))
    assert len(heard.items) == len(minutes)
    assert heard.covers == {"KV cache": (WEEKS,)}


def test_a_slice_beyond_the_limit_is_halved() -> None:
    """The search gives a thousand hits and then silence: time is cut until every slice has fewer."""
    step = (WEEKS.end - WEEKS.start) / 2500
    search = FakeSearch(stories=[WEEKS.start + step * n for n in range(2500)])
    heard = listen(source(), fetch_session(search, now=LATER))
    assert len(heard.items) == 2500
    assert heard.failures == ()
    assert heard.covers == {"KV cache": (WEEKS,)}


def test_too_many_stories_in_an_hour_are_not_believed() -> None:
    """A count that stays too large ends the questions, and says so."""
    search = FakeSearch(stories=[], broken=lambda _phrase, _page: answer(json.dumps({"hits": [], "nbHits": 10**6})))
    heard = listen(source(), fetch_session(search, now=LATER))
    assert heard.failures[0].result is Result.BROKEN
    assert "1000000 stories" in heard.failures[0].why
    assert len(search.asked) < 15
    assert heard.covers == {}


@pytest.mark.parametrize("count", [-1, True, None, "0", 1.5])
def test_a_count_that_is_none_is_broken(count: object) -> None:
    """No hits beside a count that cannot be one is no honest nothing."""
    search = FakeSearch(stories=[], broken=lambda _phrase, _page: answer(json.dumps({"hits": [], "nbHits": count})))
    heard = listen(source(), fetch_session(search, now=LATER))
    assert [lost.result for lost in heard.failures] == [Result.BROKEN]
    assert heard.covers == {}


def test_a_service_that_is_down_is_left_alone() -> None:
    """Three phrases without an answer are enough, and those that nobody asked for are named."""
    down = failure(Result.UNREACHABLE, "no answer")
    session = fetch_session(FakeSearch(stories=[], broken=lambda _phrase, _page: down), now=LATER)
    heard = listen(source(queries=tuple(f"phrase {n}" for n in range(8))), session)
    assert len(requests_of(session)) == len(heard.failures) == 3
    assert session.notes == ["not asked any more: " + ", ".join(f"'phrase {n}'" for n in range(3, 8))]


def test_a_total_that_is_not_reached_is_broken() -> None:
    """Counting more than it gives is no complete answer, whatever came is kept."""

    def after_first(_phrase: str, page: int) -> Answer | None:
        return answer(json.dumps({"hits": [], "nbHits": 0, "message": "limit"})) if page else None

    search = FakeSearch(stories=[WEEKS.start] * 9, size=5, broken=after_first)
    heard = listen(source(), fetch_session(search, now=LATER))
    assert len(heard.items) == 5
    assert "counts 9 stories for 'KV cache' and gave 5" in heard.failures[0].why
    assert heard.covers == {"KV cache": ()}


def test_each_phrase_is_a_part() -> None:
    """A phrase that fails leaves the others whole, and the source's coverage is what all parts share."""

    def refused(phrase: str, _page: int) -> Answer | None:
        return answer('{"message": "bad query"}') if phrase == "vLLM" else None

    search = FakeSearch(stories=[WEEKS.start], broken=refused)
    heard = listen(source(queries=("vLLM", "KV cache")), fetch_session(search, now=LATER))
    assert "bad query" in heard.failures[0].why
    assert heard.covers == {"KV cache": (WEEKS,)}


@pytest.mark.parametrize("result", [Result.RATE_LIMITED, Result.BLOCKED, Result.REFUSED])
def test_a_service_that_refuses_is_asked_once(result: Result) -> None:
    """A limit is not tried again with the next phrase."""
    search = FakeSearch(stories=[], broken=lambda _phrase, _page: failure(result, "no", status=429))
    heard = listen(source(queries=("vLLM", "KV cache")), fetch_session(search, now=LATER))
    assert [lost.result for lost in heard.failures] == [result]
    assert len(search.asked) == 1


def test_a_story_is_the_same_whichever_phrase_found_it() -> None:
    """Two phrases in one title give one item, which names both."""
    search = FakeSearch(stories=[WEEKS.start], title="vLLM and its KV cache")
    heard = listen(source(queries=("vLLM", "KV cache")), fetch_session(search, now=LATER))
    first, second = (said.items[0] for said in heard.parsed)
    assert first == second
    assert first.extra["queries"] == ["vLLM", "KV cache"]


def test_settled_time_is_not_asked_again() -> None:
    """What was answered ten days after its end is remembered for each phrase; a new phrase is asked for alone."""
    search = FakeSearch(stories=[WEEKS.start])
    before = listen(source(), fetch_session(search, now=LATER))
    again = fetch_session(search, now=LATER, state=before.state)
    assert listen(source(), again).parsed == ()
    assert source().remembered(again) == WEEKS
    both = source(queries=("KV cache", "vLLM"))
    assert both.remembered(again) is None
    listen(both, again)
    assert [asked.params["query"] for asked in requests_of(again)] == ['"vLLM"']


def test_another_floor_of_points_asks_again() -> None:
    """Stories that were passed over are not in the store, so a lower floor must see them anew."""
    search = FakeSearch(stories=[WEEKS.start])
    before = listen(source(min_points=100), fetch_session(search, now=LATER))
    assert before.items == {}
    assert len(listen(source(), fetch_session(search, now=LATER, state=before.state)).items) == 1


@pytest.mark.parametrize("queries", [(), ("",), ("KV cache", " ")])
def test_options_that_cannot_work_are_refused(queries: tuple[str, ...]) -> None:
    """One sentence says what is wrong before anything is asked."""
    with pytest.raises(ValueError, match="at least one phrase"):
        source(queries=queries)


@pytest.mark.parametrize("title", ["KVCache for all", "Two kv-caches", "The KV cache"])
def test_a_story_is_kept_however_it_spells_the_phrase(title: str) -> None:
    """A thread titled `KVCache` is one about the phrase `KV cache`; another word is not."""
    heard = listen(source(), fetch_session(FakeSearch(stories=[WEEKS.start], title=title), now=LATER))
    assert len(heard.items) == 1
    other = listen(source(), fetch_session(FakeSearch(stories=[WEEKS.start], title="MKV cached"), now=LATER))
    assert not other.items
