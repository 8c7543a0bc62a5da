"""Listings: whose own pages are asked, in what order, and what a failure of one costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fakes import answer, failure, fetch_session, requests_of

from scout.model import Failure, Item, Result
from scout.sources.base import Page, Parsed
from scout.sources.page import KIND as PAGE

if TYPE_CHECKING:
    from scout.sources.base import Source
    from scout.sources.session import FetchSession

URL = "https://vendor.example/blog"
OWN = (
    b'<html><head><meta property="article:published_time" content="2026-05-20T10:00:00Z"></head><article>Words.</article></html>'
)


def listing(*paths: str) -> bytes:
    """Return a listing of these addresses."""
    entries = "".join(f'<article><h3><a href="{path}">Title of {path}</a></h3></article>' for path in paths)
    return f"<html><body>{entries}</body></html>".encode()


def visit(session: FetchSession) -> tuple[list[Page | Failure], list[Item]]:
    """Ask as the collector does: every page in order is parsed."""
    source = PAGE(name="v", url=URL, item="article")
    got = list(source.pages(session))
    return got, [item for one in got if isinstance(one, Page) for item in source.parse(one).items]


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"url": "ftp://x.example/", "item": "a"}, "url"),
        ({"url": URL, "item": " "}, "item"),
        ({"url": URL, "item": "a[["}, "item: .* is not a CSS selector"),
        ({"url": URL, "item": "a", "date": ":nonsense("}, "date: .* is not a CSS selector"),
    ],
)
def test_what_cannot_be_selected_is_refused(options: dict[str, Any], words: str) -> None:
    """A wrong option is refused with its name before anything is asked."""
    with pytest.raises(ValueError, match=words):
        PAGE(name="v", **options).validate()


def test_new_entries_own_pages_are_asked_once() -> None:
    """What the store knows and what lies on another site is not asked; robots.txt is obeyed throughout."""
    session = fetch_session(
        {URL: listing("/blog/new", "/blog/known", "https://elsewhere.example/x"), "https://vendor.example/blog/new": OWN},
        stored=frozenset({"url:https://vendor.example/blog/known"}),
    )
    got, items = visit(session)
    assert [asked.url for asked in requests_of(session)] == [URL, "https://vendor.example/blog/new"]
    assert all(asked.robots for asked in requests_of(session))
    assert [page.role for page in got if isinstance(page, Page)] == ["listing", "item"]
    assert [(item.id, bool(item.published)) for item in items][-1] == ("url:https://vendor.example/blog/new", True)


def test_own_pages_are_read_where_they_can_be_ended() -> None:
    """As every other body is; one that was ended costs its entry nothing, and is not asked for again."""
    ended = []

    def end(source: Source, page: Page) -> Parsed:
        if page.role != "item":
            return source.parse(page)
        ended.append(page.url)
        return Parsed(result=Result.BROKEN, why="it would take too long")

    own = "https://vendor.example/blog/a"
    session = fetch_session({URL: listing("/blog/a"), own: OWN}, parse_elsewhere=end)
    got, items = visit(session)
    assert ended == [own]
    assert [item.id for item in items] == [f"url:{own}"]
    assert session.notes == [f"1 of 1 entries' own pages gave nothing ({own}: it would take too long)"]
    assert [page.hints["settled"] for page in got if isinstance(page, Page)] == [[f"url:{own}"]]


def test_an_own_page_that_fails_costs_only_itself() -> None:
    """The listing stays good and keeps the entry; a note says what failed, and the next run asks again in full."""
    session = fetch_session(
        {URL: listing("/blog/a"), "https://vendor.example/blog/a": failure(Result.UNREACHABLE, "503", status=503)}
    )
    got, items = visit(session)
    assert [item.id for item in items] == ["url:https://vendor.example/blog/a"]
    assert not any(isinstance(one, Failure) for one in got)
    assert "1 of 1 entries' own pages gave nothing" in session.notes[0]
    assert isinstance(got[0], Page)
    state = PAGE(name="v", url=URL, item="article").parse(got[0]).state
    again = fetch_session({URL: listing("/blog/a"), "https://vendor.example/blog/a": OWN}, state=state)
    _, items = visit(again)
    assert not requests_of(again)[0].conditional
    assert items[-1].published


def test_an_own_page_without_a_date_is_not_asked_again() -> None:
    """A page read well but undated, or gone, is settled: asking it every week would find the same."""
    session = fetch_session(
        {URL: listing("/blog/a", "/blog/gone"), "https://vendor.example/blog/a": b"<html><p>Words</p></html>"}
    )
    got, _ = visit(session)
    assert isinstance(got[0], Page)
    state = PAGE(name="v", url=URL, item="article").parse(got[0]).state
    again = fetch_session({URL: listing("/blog/a", "/blog/gone")}, state=state)
    visit(again)
    assert [asked.url for asked in requests_of(again)] == [URL]
    assert requests_of(again)[0].conditional


def test_a_long_listing_is_looked_at_in_parts() -> None:
    """Twenty own pages a run, from the top; the note says how many wait."""
    paths = [f"/blog/{n}" for n in range(30)]
    session = fetch_session(lambda url, _: answer(listing(*paths) if url == URL else OWN))
    visit(session)
    assert len(requests_of(session)) == 21
    assert requests_of(session)[1].url.endswith("/blog/0")
    assert session.notes == ["10 entries' own pages are left for the next run"]


def test_a_site_that_blocks_is_not_asked_further() -> None:
    """After a 403 the rest of the entries wait."""
    session = fetch_session(
        lambda url, _: answer(listing("/a", "/b")) if url == URL else failure(Result.BLOCKED, "403", status=403)
    )
    visit(session)
    assert len(requests_of(session)) == 2


def test_a_first_reading_covers_what_own_pages_date() -> None:
    """Dates found on the entries' own pages tell how far down the listing reaches."""
    session = fetch_session(lambda url, _: answer(listing("/a", "/b") if url == URL else OWN))
    got, _ = visit(session)
    assert isinstance(got[0], Page)
    covers = PAGE(name="v", url=URL, item="article").parse(got[0]).covers
    assert covers
    assert f"{covers.start:%Y-%m-%d}" == "2026-05-20"


def test_a_listing_that_breaks_off_is_partial() -> None:
    """What stands before the cut is kept; nothing is remembered of it, and its silence says nothing."""
    whole = listing("/blog/a", "/blog/b")
    session = fetch_session({URL: whole[: whole.index(b"</body>")]})
    got, items = visit(session)
    assert isinstance(got[0], Page)
    said = PAGE(name="v", url=URL, item="article").parse(got[0])
    assert (said.result, said.why) == (Result.PARTIAL, "the page breaks off after 2 entries")
    assert (said.covers, said.state) == (None, {})
    assert len(items) == 2


def test_a_failed_listing_is_the_sources_failure() -> None:
    """What the listing answers goes through as it is."""
    got, items = visit(fetch_session({URL: failure(Result.REFUSED, "robots.txt")}))
    assert [one.result for one in got if isinstance(one, Failure)] == [Result.REFUSED]
    assert items == []
