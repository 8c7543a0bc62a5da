"""Pages give their title, date, text, links and feeds, and never a date they do not state."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.model import Precision
from scout.parsers import html

NOW = datetime(2026, 5, 25, tzinfo=UTC)


@pytest.mark.parametrize(
    ("head", "body", "title"),
    [
        ("<title>KV tiers | Vendor</title>", "", "KV tiers"),
        ("<title>vLLM - what is new - Vendor</title>", "", "vLLM - what is new"),
        ("<title>Vendor</title>", "<h1>KV <b>tiers</b></h1>", "KV tiers"),
        ('<meta property="og:title" content="KV tiers | Vendor">', "<h1>KV tiers</h1>", "KV tiers"),
        (
            '<meta property="og:title" content="A - B"><meta property="og:site_name" content="Vendor">',
            "<h1>x</h1><h1>y</h1>",
            "A - B",
        ),
        ('<meta property="og:title" content="A | Vendor"><meta property="og:site_name" content="Vendor">', "", "A"),
        ("", "", ""),
    ],
)
def test_the_title_is_the_pages_own(head: str, body: str, title: str) -> None:
    """The site's name is cut off only where it is one."""
    assert html.title(html.soup(f"<html><head>{head}</head><body>{body}</body></html>".encode())) == title


@pytest.mark.parametrize(
    "body",
    ["<p>Copyright 2024</p>", "<p>03/04/2026</p>", "", "<time datetime='2026-05-01'></time><time datetime='2026-05-02'></time>"],
)
def test_no_date_is_made_up(body: str) -> None:
    """A copyright line, an ambiguous day or two teasers' dates are no publication date."""
    raw = f"<html><body>{body}</body></html>".encode()
    assert html.date(raw, html.soup(raw), "https://a.example/post", now=NOW).dated.at is None


def test_an_address_states_a_day() -> None:
    """`/2026/05/18/` is a day; a version or a number is not."""
    found = html.in_path("https://a.example/2026/05/18/post", now=NOW)
    assert (found.source, found.dated.precision) == ("url", Precision.DAY)
    for path in ("/v/2026.05.18", "/20260518/1", "/2026/13/40/x", "/posts/2026"):
        assert html.in_path(f"https://a.example{path}", now=NOW).dated.at is None


def test_advertised_feeds_are_found() -> None:
    """Every type, relative to `<base>`, in order, once; stylesheets and other alternates are not feeds."""
    body = b"""<html><head><base href="https://b.example/x/">
    <link rel="alternate" type="application/rss+xml" href="feed.xml"><link rel="Alternate" type="application/atom+xml" href="/atom">
    <link rel="alternate" type="application/feed+json; charset=utf-8" href="https://c.example/f.json">
    <link rel="alternate" hreflang="de" href="/de"><link rel="stylesheet" href="s.css"><link href="x">
    <link rel="alternate" type="application/rss+xml" href="javascript:x"></head></html>"""
    assert html.feeds(body, "https://a.example/") == [
        "https://b.example/x/feed.xml",
        "https://b.example/atom",
        "https://c.example/f.json",
    ]


def test_the_excerpt_leaves_out_what_is_not_the_text() -> None:
    """Menus, scripts and footers are no text; a page without any has its description."""
    body = (
        b"<body><nav>Menu</nav><main><p>One.</p><script>x()</script><aside>Ad</aside><p>Two.</p></main><footer>F</footer></body>"
    )
    assert html.excerpt(html.soup(body)) == "One.\nTwo."
    empty = b'<head><meta name="description" content="Said of it."></head><body><nav>Menu</nav></body>'
    assert html.excerpt(html.soup(empty)) == "Said of it."


def test_the_slug_gives_words() -> None:
    """The last part of an address, without its ending, as words."""
    assert html.slug_title("https://a.example/blog/kv-cache_tiers.html?x=1") == "Kv cache tiers"
    assert html.slug_title("https://a.example/") == "a.example"


@pytest.mark.parametrize(
    ("body", "cut"),
    [
        (b"<html><body><p>a</p></body></html>", False),
        (b"<!doctype html><HTML lang='en'><p>a</HTML >", False),
        (b"<body><p>a</body>", False),
        (b"<p>a page that spares its tags", False),
        (b"<html><body><p>a", True),
        (b"<html\n><p>a</p></div>", True),
        ("<html><p>a</p>".encode("utf-16"), True),
        ("<html><p>a</p></html>".encode("utf-16"), False),
        (b"", False),
    ],
)
def test_a_page_that_breaks_off_is_told_from_a_terse_one(body: bytes, cut: bool) -> None:  # noqa: FBT001 -- the table's last column
    """Who opens the document and never closes it was cut off; who writes neither tag was not."""
    assert html.breaks_off(body) is cut


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200).map(lambda text: f"<p>{text}".encode("utf-8", "replace"))))
def test_any_bytes_are_a_page(body: bytes) -> None:
    """Nothing in a body raises; a date, if any, is not ahead of its time."""
    page = html.soup(body)
    assert isinstance(html.title(page), str)
    found = html.date(body, page, "https://a.example/", now=NOW)
    assert found.dated.at is None or found.source
    assert isinstance(html.feeds(body, "https://a.example/"), list)
    assert isinstance(html.excerpt(page), str)
