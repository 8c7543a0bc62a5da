"""A conference's programme: how it is asked for, whose events are one paper, and which days count."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, answer, failure, fetch_session, page, requests_of
from hypothesis import given
from hypothesis import strategies as st

from scout.dates import Dated
from scout.model import Failure, Precision, Result, Window
from scout.sources._program_formats import Event
from scout.sources._program_pages import Days, day_in, names
from scout.sources.base import Page
from scout.sources.program import READER, Program, papers
from scout.text import tree

if TYPE_CHECKING:
    from scout.sources.session import FetchSession

URL = "https://mlsys.test/programme.json"
DAYS = Days(starts=date(2026, 5, 17), ends=date(2026, 5, 22))


def program(**options: Any) -> Program:
    """Return a miniconf programme, unless the options say otherwise."""
    return Program(**{"name": "mlsys", "url": URL, "format": "miniconf", **options})


def miniconf(*titles: str, following: str | None = None, count: int | None = None, **fields: Any) -> bytes:
    """Return a programme with these titles."""
    rows = [{"name": title, **fields} for title in titles]
    return json.dumps({"count": len(rows) if count is None else count, "next": following, "results": rows}).encode()


def read(source: Program, session: FetchSession) -> list[Page | Failure]:
    """Return all that a source's pages give."""
    return list(source.pages(session))


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"url": "ftp://mlsys.test/x"}, "not an http"),
        ({"starts": date(2026, 5, 22), "ends": date(2026, 5, 17)}, "before it starts"),
        ({"format": "html"}, "needs `item`"),
        ({"item": "li"}, "selectors for format html, not for miniconf"),
    ],
)
def test_options_that_cannot_be_followed_are_refused_in_words(options: dict[str, Any], words: str) -> None:
    """Each wrong option gives one sentence that names it."""
    with pytest.raises(ValueError, match=words):
        program(**options)


def test_a_programme_of_several_pages_is_read_to_its_end() -> None:
    """`next` is followed on the same site, and the keys of all pages are remembered together."""
    more = "https://mlsys.test/programme.json?page=2"
    session = fetch_session({URL: miniconf("One", count=2, following="?page=2"), more: miniconf("Two", count=2)})
    source = program(starts=DAYS.starts, ends=DAYS.ends)
    parsed = [source.parse(got) for got in read(source, session) if isinstance(got, Page)]
    assert [item.title for one in parsed for item in one.items] == ["One", "Two"]
    assert [one.result for one in parsed] == [Result.OK, Result.OK]
    assert parsed[-1].state == {"keys": ["one", "two"], "settled": False, "reader": READER}
    assert [one.complete for one in parsed] == [False, True]


def test_a_programme_that_leads_in_a_circle_ends() -> None:
    """A `next` that never becomes null costs a bounded number of requests."""
    session = fetch_session(lambda _url, _params: miniconf("One", count=9, following=URL))
    assert len(read(program(), session)) == len(requests_of(session)) == 20


def test_a_following_page_that_fails_keeps_what_came() -> None:
    """The first page and the failure of the second are both told."""
    session = fetch_session(
        {
            URL: miniconf("One", count=2, following="/2"),
            "https://mlsys.test/2": failure(Result.BLOCKED, "403", status=403),
        }
    )
    first, second = read(program(), session)
    assert isinstance(first, Page)
    assert isinstance(second, Failure)


@pytest.mark.parametrize(
    ("state", "conditional"),
    [
        ({"settled": True, "reader": READER}, True),
        ({"settled": True}, False),
        ({"settled": False}, False),
    ],
)
def test_validators_are_not_sent_while_sessions_lie_ahead(state: dict[str, Any], conditional: bool) -> None:  # noqa: FBT001
    """A date still to come counts one day though the body does not change, so the body must be had again.

    So must what an earlier reader made of it.
    """
    session = fetch_session({URL: miniconf("One")}, state=state)
    read(program(), session)
    assert [asked.conditional for asked in requests_of(session)] == [conditional]


def test_the_same_programme_counts_its_sessions_once_they_are_near() -> None:
    """A session is only a claim months ahead, and a date two days ahead."""
    body = miniconf("One", starttime="2026-05-27T05:00:00Z")
    early, near = (program().parse(page(body, url=URL, now=NOW - timedelta(days=days))).items[0] for days in (60, 0))
    assert (early.published, early.claimed) == (None, "2026-05-27T05:00:00Z")
    assert (near.published, near.claimed) == (datetime(2026, 5, 27, 5, tzinfo=UTC), "")


@pytest.mark.parametrize(
    ("days", "fields"),
    [
        ({"starts": "2026-05-17", "ends": "2026-05-22"}, ("2026-05-17", "day", "program:starts")),
        ({"ends": "2026-05-22"}, ("2026-05-22", "day", "program:starts")),
        ({"starts": "2026-05-28", "ends": "2026-05-29"}, ("", "none", "")),
        ({}, ("", "none", "")),
    ],
)
def test_talks_without_a_session_have_their_conferences_days(days: dict[str, str], fields: tuple[str, str, str]) -> None:
    """The first of the days is the date, told apart by its source, once it has come; else there is none, and no silence either."""
    source = program(**{name: date.fromisoformat(day) for name, day in days.items()})
    parsed = source.parse(page(miniconf("One"), url=URL, now=NOW))
    (one,) = parsed.items
    assert (f"{one.published:%Y-%m-%d}" if one.published else "", str(one.precision), one.date_source) == fields
    assert parsed.complete is bool(days)
    assert parsed.state["settled"] is (days.get("starts") != "2026-05-28")


@pytest.mark.parametrize(
    ("since", "due"), [("2026-05-11", True), ("2026-05-18", True), ("2026-05-23", False), ("2026-05-01", False)]
)
def test_a_conference_in_the_window_is_not_silent(since: str, due: bool) -> None:  # noqa: FBT001
    """A week that its days touch must have talks; other weeks need not, nor does a programme whose days nobody states."""
    week = Window(since=date.fromisoformat(since), until=date.fromisoformat(since) + timedelta(days=6))
    assert bool(program(starts=DAYS.starts, ends=DAYS.ends).due(week)) is due
    assert not program().due(week)


@pytest.mark.parametrize(("kind", "robots"), [("miniconf", False), ("dblp", False), ("usenix", True), ("eurosys", True)])
def test_robots_are_obeyed_for_pages_and_not_for_data(kind: str, robots: bool) -> None:  # noqa: FBT001
    """robots.txt speaks of pages."""
    session = fetch_session({URL: b"x"})
    read(program(format=kind), session)
    assert [asked.robots for asked in requests_of(session)] == [robots]


def test_dblp_is_asked_from_where_it_stopped() -> None:
    """More hits than one answer holds are asked for with `f`, once each."""
    url = "https://dblp.test/api?q=toc%3Ax&h=1&format=json"
    hit = {"info": {"title": "A.", "key": "conf/x/1", "type": "Conference and Workshop Papers"}}

    def reply(asked: str, _params: Any) -> bytes:
        first = 1 if "f=1" in asked else 0
        info = {**hit["info"], "title": f"Paper {first}.", "key": f"conf/x/{first}"}
        hits = {"@total": "2", "@first": str(first), "@sent": "1", "hit": [{"info": info}]}
        return json.dumps({"result": {"status": {"@code": "200"}, "hits": hits}}).encode()

    source = program(format="dblp", url=url)
    session = fetch_session(reply)
    found = [item.title for got in read(source, session) if isinstance(got, Page) for item in source.parse(got).items]
    assert found == ["Paper 0", "Paper 1"]
    assert [asked.url for asked in requests_of(session)] == [url, "https://dblp.test/api?q=toc%3Ax&h=1&format=json&f=1"]


def test_a_programme_page_that_breaks_off_is_partial() -> None:
    """The papers before the cut are kept, and a programme that may go on covers nothing."""
    body = b"<html><body><li><b>A paper</b></li><li><b>Another</b></li>"
    source = program(format="html", item="li", title="b", starts=DAYS.starts, ends=DAYS.ends)
    said = source.parse(page(body))
    assert [item.title for item in said.items] == ["A paper", "Another"]
    assert (said.result, said.why, said.complete) == (Result.PARTIAL, "the page breaks off after 2 entries", False)
    assert source.parse(page(body + b"</body></html>")).complete


def test_an_unchanged_programme_is_not_called_broken() -> None:
    """A 304 has no body to read, and still covers everything."""
    not_modified = answer(b"", url=URL, status=304, unchanged=True)
    parsed = program().parse(fetch_session().page(not_modified))
    assert (parsed.result, parsed.complete) == (Result.UNCHANGED, True)


def test_a_paper_keeps_the_key_it_was_known_by() -> None:
    """An arXiv address that comes later does not rename the paper."""
    late = Event(title="Old Acquaintance", marks=("arxiv:2605.00007",))
    assert [paper.key for paper in papers([late], [])] == ["arxiv:2605.00007"]
    assert [paper.key for paper in papers([late], ["oldacquaintance"])] == ["oldacquaintance"]


EVENTS = st.builds(
    Event,
    title=st.sampled_from(["Keynote", "Warm", "warm!", "Cold", "?"]),
    marks=st.lists(st.sampled_from(["uid:1", "uid:2", "arxiv:2605.00001", "path:x"]), max_size=2, unique=True).map(tuple),
    authors=st.sampled_from([(), ("Ann",), ("Bo",), ("Ann", "Bo")]),
)


@given(st.lists(EVENTS, max_size=12))
def test_papers_partition_the_events(events: list[Event]) -> None:
    """Every event belongs to exactly one paper, and no two papers share a key."""
    found = papers(events, [])
    assert sorted(id(event) for paper in found for event in paper.events) == sorted(id(event) for event in events)
    assert len({paper.key for paper in found}) == len(found)


@given(
    st.dates(DAYS.starts or date.min, DAYS.ends or date.max),
    st.sampled_from(["{d:%A}, {d:%B} {n}", "{d:%A} {n}{th} {d:%B}", "{d:%b} {n}"]),
)
def test_a_day_of_the_conference_is_read_in_every_spelling(day: date, spelling: str) -> None:
    """A heading without a year gets it from the conference's days."""
    text = spelling.format(d=day, n=day.day, th="th") + ": Caching"
    assert day_in(text, DAYS, NOW) == Dated(at=datetime(day.year, day.month, day.day, tzinfo=UTC), precision=Precision.DAY)


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Monday, May 19", DAYS),  # it was a Tuesday
        ("October 3", DAYS),  # months away from the conference
        ("February 30", DAYS),
        ("Tuesday, May 19", Days(starts=None, ends=None)),  # which year?
        ("May 19, 2126", DAYS),
    ],
)
def test_a_day_that_cannot_be_sure_is_a_claim(text: str, days: Days) -> None:
    """No year is guessed, and no contradiction is resolved."""
    assert day_in(text, days, NOW) == Dated(claimed=text)


@pytest.mark.parametrize("text", ["Caching", "May We Evict?", "10:45 – 12:15", "Session 3: Storage", "", "Marching 4 ward"])
def test_a_heading_without_a_day_is_none(text: str) -> None:
    """Words that only look like a month are no day."""
    assert day_in(text, DAYS, NOW) is None


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
MINICONF_ROW = st.fixed_dictionaries(
    {"name": st.text(min_size=1, max_size=5) | JSON},
    optional=dict.fromkeys(
        [
            "authors",
            "abstract",
            "eventtype",
            "uid",
            "topic",
            "keywords",
            "starttime",
            "virtualsite_url",
            "paper_url",
            "eventmedia",
        ],
        JSON,
    ),
)
DBLP_INFO = st.fixed_dictionaries(
    {"title": st.text(min_size=1, max_size=5) | JSON},
    optional=dict.fromkeys(["authors", "doi", "ee", "key", "url", "type", "year"], JSON),
)


@given(rows=st.lists(MINICONF_ROW | JSON, max_size=4), count=JSON, following=JSON)
def test_a_programme_of_any_json_is_read_or_refused(rows: list[Any], count: Any, following: Any) -> None:
    """Whatever types stand in its places, a virtual site's programme gives talks or words."""
    body = json.dumps({"count": count, "next": following, "results": rows}).encode()
    parsed = program().parse(page(body, url=URL))
    assert parsed.items or parsed.dropped or parsed.why
    assert all(item.title and item.url and item.id.startswith("program:mlsys/") for item in parsed.items)


@given(hits=st.lists(st.fixed_dictionaries({"info": DBLP_INFO | JSON}), max_size=4) | JSON, total=JSON)
def test_a_dblp_answer_of_any_json_is_read_or_refused(hits: Any, total: Any) -> None:
    """The same for dblp's hits."""
    body = json.dumps({"result": {"status": {"@code": "200"}, "hits": {"@total": total, "hit": hits}}}).encode()
    parsed = program(format="dblp").parse(page(body, url=URL))
    assert parsed.items or parsed.dropped or parsed.why
    assert not any(item.published for item in parsed.items)


def test_names_lose_their_places() -> None:
    """Affiliations in parentheses, nested ones too, are no authors."""
    assert names("Ann A (X (North), Y), Bob B & Cy C (Z) and Di D") == ("Ann A", "Bob B", "Cy C", "Di D")


def test_a_selector_that_cannot_be_read_is_said() -> None:
    """A typing error in a selector is a stated result, since it is only found on reading."""
    parsed = program(format="html", item="li[").parse(page("<li>x</li>", url=URL))
    assert parsed.result is Result.BROKEN
    assert "selector" in parsed.why


@pytest.mark.parametrize("opening", [b"<div>", b"<table><tr><td>", b"<article class=node-paper><h2>"])
def test_endless_nesting_is_cut_where_no_page_goes(opening: bytes) -> None:
    """Twenty thousand open tags and more leave a tree that a walk can afford, and what stands above them is read."""
    cut = tree(b"<p>kept</p>" + opening * 20_000 + b"lost")
    assert max(len(list(tag.parents)) for tag in cut.find_all()) <= 201
    assert cut.get_text() == "kept"
    assert program(format="eurosys").parse(page(opening * 20_000, url=URL)).result is Result.BROKEN
