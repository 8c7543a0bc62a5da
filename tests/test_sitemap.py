"""Sitemaps: what is asked of an index, and what is new between two readings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from fakes import answer, failure, fetch_session, requests_of

from scout.model import Failure, Item, Result
from scout.sources.base import Page
from scout.sources.sitemap import KIND as SITEMAP

if TYPE_CHECKING:
    from scout.sources.session import FetchSession

URL = "https://vendor.example/sitemap.xml"
OWN = b'<html><head><title>Its title</title><meta property="article:published_time" content="2026-05-20"></head><p>x</p></html>'


def urlset(*places: str, root: str = "urlset", node: str = "url") -> bytes:
    """Return a sitemap of `address` or `address lastmod`."""
    rows = [place.partition(" ") for place in places]
    inner = "".join(f"<{node}><loc>{loc}</loc>{f'<lastmod>{mod}</lastmod>' if mod else ''}</{node}>" for loc, _, mod in rows)
    return f'<{root} xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{inner}</{root}>'.encode()


def visit(session: FetchSession, match: str = "/blog/") -> tuple[list[Page | Failure], list[Item], dict[str, Any]]:
    """Ask as the collector does; return what came, its items, and what is to be remembered."""
    source = SITEMAP(name="v", url=URL, match=match)
    got = list(source.pages(session))
    parsed = [source.parse(one) for one in got if isinstance(one, Page)]
    state = dict(session.state)
    for one in parsed:
        state |= one.state
    return got, [item for one in parsed for item in one.items], state


def test_a_wrong_expression_is_refused() -> None:
    """`match` is checked before anything is asked."""
    with pytest.raises(ValueError, match=r"match: .* is not a regular expression"):
        SITEMAP(name="v", url=URL, match="/blog/(")
    with pytest.raises(ValueError, match="url"):
        SITEMAP(name="v", url="sitemap.xml")


def test_what_is_new_between_two_readings_is_found() -> None:
    """The second reading gives the new address alone, dated by its own page, and covers the time between."""
    first = urlset("https://vendor.example/blog/old 2024-01-01")
    _, items, state = visit(fetch_session({URL: first}))
    assert items == []
    both = urlset("https://vendor.example/blog/old 2026-05-21", "https://vendor.example/blog/new 2026-05-20")
    session = fetch_session({URL: both, "https://vendor.example/blog/new": OWN}, state=state)
    got, items, _ = visit(session)
    assert {item.id for item in items} == {"url:https://vendor.example/blog/new"}
    assert (items[-1].title, items[-1].date_source) == ("Its title", "meta:article:published_time")
    assert isinstance(got[0], Page)
    assert [asked.url for asked in requests_of(session)] == [URL, "https://vendor.example/blog/new"]


def test_a_page_that_failed_is_tried_again() -> None:
    """Its item has the address's words for a title, marked, and stays new until its page answers."""
    body = urlset("https://vendor.example/blog/kv-tiers 2026-05-20")
    down = failure(Result.UNREACHABLE, "503", status=503)
    _, items, state = visit(fetch_session({URL: body, "https://vendor.example/blog/kv-tiers": down}))
    assert (items[0].title, items[0].extra["title_from"], items[0].published) == ("Kv tiers", "url", None)
    again = fetch_session({URL: body, "https://vendor.example/blog/kv-tiers": OWN}, state=state)
    _, items, state = visit(again)
    assert not requests_of(again)[0].conditional
    assert items[-1].published
    _, items, _ = visit(fetch_session({URL: body}, state=state))
    assert items == []


def test_an_index_is_followed_on_its_own_site_only() -> None:
    """Children of other sites, and those untouched for long, are not asked; a child that fails is a failure of a part."""
    places = (
        "https://vendor.example/posts.xml 2026-05-20",
        "https://vendor.example/ancient.xml 2020-01-01",
        "https://evil.example/posts.xml 2026-05-20",
        "https://vendor.example/down.xml",
    )
    session = fetch_session(
        {
            URL: urlset(*places, root="sitemapindex", node="sitemap"),
            "https://vendor.example/posts.xml": urlset("https://vendor.example/blog/new 2026-05-20"),
            "https://vendor.example/down.xml": failure(Result.UNREACHABLE, "503", status=503),
            "https://vendor.example/blog/new": OWN,
        }
    )
    got, items, _ = visit(session)
    asked = {request.url for request in requests_of(session)}
    assert asked == {
        URL,
        "https://vendor.example/posts.xml",
        "https://vendor.example/down.xml",
        "https://vendor.example/blog/new",
    }
    assert len([one for one in got if isinstance(one, Failure)]) == 1
    assert items[-1].title == "Its title"


def test_an_index_inside_an_index_is_not_taken_for_silence() -> None:
    """Sitemaps are followed one level down: what leads further, or back to itself, was not read, and says so."""
    nested = urlset(URL, "https://vendor.example/s2.xml", root="sitemapindex", node="sitemap")
    session = fetch_session(lambda _url, _: answer(nested))
    got, items, _ = visit(session)
    said = [SITEMAP(name="v", url=URL).parse(one) for one in got if isinstance(one, Page)]
    assert len(requests_of(session)) == 3
    assert items == []
    assert [one.result for one in said] == [Result.EMPTY, Result.BROKEN, Result.BROKEN]
    assert said[1].why == "an index of sitemaps inside an index, which is not followed"
    assert (said[1].covers, said[1].state) == (None, {})


def test_a_large_index_says_what_it_left_out_and_covers_nothing() -> None:
    """Ten children at most; silence about the rest counts for nothing."""
    children = [f"https://vendor.example/s{n}.xml" for n in range(14)]
    index = urlset(*children, root="sitemapindex", node="sitemap")
    session = fetch_session(lambda url, _: answer(index if url == URL else urlset("https://vendor.example/about")))
    got, _, _ = visit(session)
    assert len(requests_of(session)) == 11
    assert session.notes == ["4 of 14 sitemaps in the index were not asked"]
    assert isinstance(got[0], Page)
    covers = SITEMAP(name="v", url=URL).parse(got[0]).covers
    assert covers
    assert covers.start == covers.end
