"""Votes: others' choices, read with their time; kept while they change, shown where they count, and never a date of their own."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from json import dumps
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, WINDOW, FakeClient, FakeSource, answer, failure, fetch_session, item
from hypothesis import given
from hypothesis import strategies as st
from past import Past, workspace
from test_collect import configured

from scout import store
from scout.draft.votes import told
from scout.http import HttpCache
from scout.model import Interval, Item, Kind, Outcome, Result, Section, Vote, VoteKind, Window
from scout.pipeline.collect import Collector
from scout.pipeline.draft import draft_report
from scout.pipeline.shortlist import select
from scout.shortlist import render
from scout.sources.fetch import fetch_source
from scout.sources.hf_papers import A_PAGE, HfPapers

if TYPE_CHECKING:
    from pathlib import Path

    from scout.model import Answer, Failure

PAPER = item("A cache of a test", id="arxiv:2605.00011", kind=Kind.PAPER, url="https://arxiv.org/abs/2605.00011")
API = "https://huggingface.co/api/daily_papers"
DAILY = HfPapers(name="daily")


def vote(count: int = 1, kind: VoteKind = VoteKind.UPVOTES, **more: Any) -> Vote:
    """Return a vote for the paper."""
    fields: dict[str, Any] = {"item": PAPER.id, "url": "https://huggingface.co/papers/2605.00011", "day": date(2026, 5, 20)}
    return Vote(kind=kind, count=count, **(fields | more))


def cast(past: Past, at: datetime, *votes: Vote, source: str = "daily") -> int:
    """Store what one source showed at an instant."""
    with store.open_store(past.path, write="a test", create=True) as opened:
        run = store.runs.start(opened, WINDOW, {}, now=at, version="0")
        with opened.writing() as conn:
            return store.votes.remember(conn, votes, source=source, run=run, now=at)


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """Return a past in which the paper was seen."""
    past = Past(tmp_path / "s.db")
    past.run(NOW - timedelta(days=4), labs=[PAPER])
    return past


def collected(path: Path, client: FakeClient, window: Window, now: datetime) -> Outcome:
    """Collect the daily papers once, with the validators of the runs before."""
    with store.open_store(path, write="a test", create=True) as opened:
        client.cache = HttpCache(validators=store.runs.validators(opened))
        (found,) = Collector(store=opened, client=client, clock=lambda: now).collect(configured(DAILY), window).outcomes
    return found


# -- the store --------------------------------------------------------------------------------------------------------------
def test_a_reading_is_kept_where_it_says_something_new(past: Past) -> None:
    """Upvotes have a history; the same count again writes nothing; each source and place of a vote is its own."""
    days = [NOW - timedelta(days=day) for day in (4, 3, 2, 1)]
    assert [cast(past, at, vote(count)) for at, count in zip(days, (10, 10, 25, 24), strict=True)] == [1, 0, 1, 1]
    assert cast(past, NOW, vote(24, source="other"), source="other") == 1
    with store.open_store(past.path) as opened:
        assert [(one.source, one.count) for one in store.votes.by_item(opened, [PAPER.id])[PAPER.id]] == [
            ("daily", 10), ("daily", 25), ("daily", 24), ("other", 24),
        ]  # fmt: skip
        asked = store.votes.by_item(opened, [PAPER.id], as_of=(NOW - timedelta(days=2)).date())
        assert [one.count for one in asked[PAPER.id]] == [10, 25]


@given(st.lists(st.integers(0, 3), max_size=12))
def test_the_readings_are_the_counts_without_repetition(counts: list[int]) -> None:
    """Whatever is read in whatever order: what is stored are the changes, and the last one is the last reading."""
    import tempfile  # noqa: PLC0415 -- a store for each example
    from pathlib import Path  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder, store.open_store(Path(folder) / "s.db", write="t", create=True) as opened:
        run = store.runs.start(opened, WINDOW, {}, now=NOW, version="0")
        for number, count in enumerate(counts):
            with opened.writing() as conn:
                store.votes.remember(conn, [vote(count)], source="daily", run=run, now=NOW + timedelta(hours=number))
        kept = [one.count for one in store.votes.by_item(opened, [PAPER.id]).get(PAPER.id, ())]
    assert kept == [count for place, count in enumerate(counts) if place == 0 or counts[place - 1] != count]


def test_a_collect_stores_votes_with_the_items_and_not_twice(tmp_path: Path) -> None:
    """Two overlapping runs of a list leave one row a vote; a paper that only the list has is an item with the date given."""
    body = dumps([{"paper": {"id": "2605.00011", "title": "A cache", "upvotes": 7, "publishedAt": "2026-05-18T00:00:00.000Z"}}])
    client = FakeClient(replies=lambda _, params: answer(body if params["date"] == "2026-05-20" else "[]"))
    for now in (NOW, NOW + timedelta(days=1)):
        collected(tmp_path / "s.db", client, WINDOW, now)
    rows = store.query(tmp_path / "s.db", "select item_id, kind, day, count, read_at from votes").rows
    assert rows == (("arxiv:2605.00011", "upvotes", "2026-05-20", 7, "2026-05-25T06:00:00Z"),)
    told_date = store.query(tmp_path / "s.db", "select published, precision, date_source, authority from items").rows
    assert told_date == (("2026-05-18T00:00:00Z", "day", "hf_papers:publishedAt", 1),)


# -- what is shown ----------------------------------------------------------------------------------------------------------
def test_votes_are_evidence_of_the_entry(past: Past) -> None:
    """The draft names who chose it, with day and reading; JSON has every reading; no vote decides what a paper is about."""
    cast(past, NOW - timedelta(days=4), vote(7))
    cast(past, NOW, vote(42), vote(kind=VoteKind.LINK, url="https://weekly.test/12"))
    cast(past, NOW, vote(kind=VoteKind.LIST, url="https://github.com/a/b/blob/main/README.md", day=None), source="[list](x)")
    words = draft_report(past.path, workspace(FakeSource(name="labs", section=Section.B)), WINDOW).report
    assert (
        "Chosen by others: 42 upvotes in daily of 2026-05-20 (read 2026-05-25, 7 on 2026-05-21);"
        " added to \\[list\\](x) (seen 2026-05-25); linked by daily of 2026-05-20." in words
    )
    assert "weekly.test" not in words, "a link of a report is something that it reports"
    chosen = select(past.path, workspace(), WINDOW).shortlist
    (one,) = render.as_json(chosen)["candidates"]
    assert [(v["kind"], v["count"], v["day"], v["read"]) for v in one["votes"]] == [
        ("upvotes", 7, "2026-05-20", "2026-05-21T06:00:00Z"),
        ("upvotes", 42, "2026-05-20", "2026-05-25T06:00:00Z"),
        ("link", 1, "2026-05-20", "2026-05-25T06:00:00Z"),
        ("list", 1, None, "2026-05-25T06:00:00Z"),
    ]
    (then,) = select(past.path, workspace(), WINDOW, as_of=date(2026, 5, 21)).shortlist.candidates
    assert [one.count for one in then.votes] == [7]


def test_a_vote_for_a_paper_counts_for_its_talk(past: Past) -> None:
    """By any id of the item: the talk's programme links the paper."""
    talk = item("A cache is told", id="program:conf/1", kind=Kind.TALK, url="https://conf.test/1", links=(PAPER.url,))
    past.run(NOW, labs=[talk])
    cast(past, NOW, vote(3))
    found = {one.item.id: one for one in select(past.path, workspace(), WINDOW).pool}
    assert [one.count for one in found[talk.id].votes] == [3]


@given(st.lists(st.builds(vote, st.integers(0, 10**9), st.sampled_from(list(VoteKind)), source=st.text(max_size=9)), max_size=20))
def test_any_votes_are_one_line(votes: list[Vote]) -> None:
    """No name of a source breaks out of it, in whatever order they are read."""
    assert "\n" not in told(votes)
    assert told(votes) == told(votes)


# -- Hugging Face -----------------------------------------------------------------------------------------------------------
def day_of(*numbers: int) -> bytes:
    """Return a list of papers."""
    return dumps([{"paper": {"id": f"2605.{n:05}", "title": f"Paper {n}", "upvotes": n}} for n in numbers]).encode()


def fetched(replies: Any, *, now: datetime = NOW, window: Window = WINDOW, state: dict[str, Any] | None = None) -> Any:
    """Fetch the daily papers once; return the result and the client."""
    session = fetch_session(replies, now=now, window=window, state=state or {})
    return fetch_source(DAILY, session, None), session.client


def test_each_day_that_has_begun_is_asked() -> None:
    """A day ahead is an error of the service, so none is; what was asked covers those days, the last one up to now."""
    now = datetime(2026, 5, 20, 6, tzinfo=UTC)
    done, client = fetched(lambda *_: answer(b"[]"), now=now)
    assert [request.params["date"] for request in client.requests] == ["2026-05-18", "2026-05-19", "2026-05-20"]
    assert done.outcome.result is Result.EMPTY
    assert done.outcome.covers == Interval(start=WINDOW.start, end=now)


def test_a_full_page_is_followed_by_the_next() -> None:
    """Until one is not full, or a service that knows no pages repeats itself."""
    day = Window(since=date(2026, 5, 20), until=date(2026, 5, 20))
    pages = {"0": day_of(*range(A_PAGE)), "1": day_of(*range(A_PAGE, 2 * A_PAGE)), "2": day_of(1000)}
    done, client = fetched(lambda _, params: answer(pages[params.get("p", "0")]), window=day)
    assert len(client.requests) == 3
    assert len(done.votes) == 2 * A_PAGE + 1
    done, client = fetched(lambda *_: answer(pages["0"]), window=day)
    assert len(client.requests) == 2
    assert done.outcome.result is Result.OK
    assert len({one.item for one in done.votes}) == A_PAGE


@pytest.mark.parametrize(("result", "asked"), [(Result.RATE_LIMITED, 3), (Result.BLOCKED, 3), (Result.UNREACHABLE, 7)])
def test_what_failed_is_not_covered_and_a_service_that_says_stop_is_left_alone(result: Result, asked: int) -> None:
    """What came is kept, and is partial; the day that failed is not covered."""

    def reply(_: str, params: Any) -> Answer | Failure:
        return failure(result, "no") if params["date"] == "2026-05-20" else answer(day_of(int(params["date"][-2:])))

    done, client = fetched(reply)
    assert len(client.requests) == asked
    assert done.outcome.result is Result.PARTIAL
    assert not done.outcome.covers.covers(Window(since=date(2026, 5, 20), until=date(2026, 5, 20)))
    assert len(done.votes) == asked - 1


def test_an_unchanged_day_covers_itself_and_no_other(tmp_path: Path) -> None:
    """Days answered with 304 and days answered anew make one window; an earlier window's coverage is not stretched over the gap."""
    client = FakeClient(replies=lambda _, params: answer(day_of(int(params["date"][-2:]))))
    later = Window(since=date(2026, 6, 15), until=date(2026, 6, 17))
    for window, now in ((WINDOW, NOW), (later, NOW + timedelta(days=30)), (later, NOW + timedelta(days=31))):
        done = collected(tmp_path / "s.db", client, window, now)
    assert done.result is Result.UNCHANGED
    assert done.covers == Interval(start=later.start, end=later.end)


def test_an_authority_on_the_paper_is_not_overruled(tmp_path: Path) -> None:
    """What arXiv says of a paper stays, whichever came first; the list's sighting and vote are beside it."""
    theirs = item("As the list calls it", id=PAPER.id, kind=Kind.PAPER, url=PAPER.url, published=datetime(2026, 5, 1, tzinfo=UTC))
    for order in (("arxiv", "daily"), ("daily", "arxiv")):
        past = Past(tmp_path / f"{order[0]}.db")
        for name in order:
            mine: Item = PAPER if name == "arxiv" else theirs
            past.run(NOW, authority=3 if name == "arxiv" else 1, **{name: [mine]})
        assert store.query(past.path, "select title, published from items").rows == ((PAPER.title, "2026-05-20T12:00:00Z"),)


def test_a_source_without_votes_means_nothing(past: Past) -> None:
    """Nothing is shown, and the shortlist is what it was."""
    assert "Chosen by others" not in draft_report(past.path, workspace(FakeSource(name="labs")), WINDOW).report
