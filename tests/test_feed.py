"""Feeds: what is asked, what is remembered, and that nothing captured in the wild brings the reader down."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from fakes import answer, failure, fetch_session, page, requests_of

from scout.model import Answer, Failure, Result
from scout.parsers.feed import parse_feed
from scout.sources.feed import KIND as FEED

URL = "https://vendor.example/feed"
NEW = "https://blog.vendor.example/feed"
ENTRY = "<item><title>One</title><link>https://vendor.example/1</link><pubDate>Wed, 20 May 2026 10:00:00 GMT</pubDate></item>"
RSS = f'<rss version="2.0"><channel><title>V</title>{ENTRY}</channel></rss>'.encode()
NASTY = Path(__file__).parents[2] / "shared" / "world" / "data" / "feeds" / "nasty"


def test_only_http_addresses_are_feeds() -> None:
    """A feed on disk, or none, is refused in a sentence that names the option."""
    for url in ("file:///etc/passwd", "vendor.example/feed", ""):
        with pytest.raises(ValueError, match=r"url: .* is not an http"):
            FEED(name="v", url=url)
    assert FEED(name="v", url=URL).hosts() == ("vendor.example",)


def test_a_moved_feed_is_remembered_once_the_target_proved_to_be_a_feed() -> None:
    """A permanent redirect to a feed goes into the state with a note; one to a parked page does not."""
    source = FEED(name="v", url=URL)
    moved = answer(RSS, url=URL, final_url=NEW, moved_to=NEW)
    (got,) = source.pages(fetch_session({URL: moved}))
    assert not isinstance(got, Failure)
    parsed = source.parse(got)
    assert parsed.state["moved_to"] == NEW
    assert any(NEW in note for note in parsed.notes)
    parked = answer(b"<html><title>Domain for sale</title></html>", url=URL, final_url=NEW, moved_to=NEW)
    (got,) = source.pages(fetch_session({URL: parked}))
    assert not isinstance(got, Failure)
    assert source.parse(got).state == {}


def test_the_next_run_asks_where_the_feed_moved() -> None:
    """The moved address is asked alone, and the outcome says so."""
    session = fetch_session({NEW: RSS}, state={"moved_from": URL, "moved_to": NEW})
    (got,) = FEED(name="v", url=URL).pages(session)
    assert isinstance(got.answer, Answer) if not isinstance(got, Failure) else False
    assert [asked.url for asked in requests_of(session)] == [NEW]
    assert "moved for good" in session.notes[0]


def test_links_of_a_body_are_relative_to_what_the_entry_says() -> None:
    """`xml:base` goes before the feed's own address, in a body as in a link."""
    body = b"""<feed xmlns="http://www.w3.org/2005/Atom" xml:base="https://www.vendor.example/2026/"><id>f</id><title>V</title>
      <entry><id>e</id><title>One</title><link href="one"/><content type="html">&lt;a href="/paper.pdf"&gt;it&lt;/a&gt;</content></entry></feed>"""
    (item,) = FEED(name="v", url=URL).parse(page(body, url=URL)).items
    assert (item.url, item.links) == ("https://www.vendor.example/2026/one", ("https://www.vendor.example/paper.pdf",))


@pytest.mark.parametrize("kind", ["rss", "atom"])
def test_no_markup_of_a_title_is_left_but_its_words(kind: str) -> None:
    """A title is shown, so that tags of any name, scripts and handlers go, whether the feed calls it text or HTML."""
    title = "A &lt;iframe src=x&gt;&lt;/iframe&gt;&lt;b onclick=y()&gt;bold&lt;/b&gt; &lt;script&gt;z()&lt;/script&gt;&amp;lt;T&amp;gt; claim"
    atom = (
        f'<feed xmlns="http://www.w3.org/2005/Atom"><id>f</id><entry><id>e</id><title type="html">{title}</title></entry></feed>'
    )
    rss = f'<rss version="2.0"><channel><item><title>{title}</title><guid>e</guid></item></channel></rss>'
    (item,) = FEED(name="v", url=URL).parse(page((atom if kind == "atom" else rss).encode(), url=URL)).items
    assert item.title == "A bold <T> claim"


@pytest.mark.parametrize("there", [b"<html>for sale</html>", failure(Result.UNREACHABLE, "404 Not Found", status=404)])
def test_a_moved_feed_that_is_gone_sends_back_to_the_configured_address(there: bytes | Failure) -> None:
    """What was remembered must not outlive the feed it led to."""
    session = fetch_session({NEW: there, URL: RSS}, state={"moved_from": URL, "moved_to": NEW})
    (got,) = FEED(name="v", url=URL).pages(session)
    assert not isinstance(got, Failure)
    assert [asked.url for asked in requests_of(session)] == [NEW, URL]


def test_a_move_of_another_address_is_forgotten() -> None:
    """After feeds.yaml names another address, the old one's move means nothing."""
    session = fetch_session({URL: RSS}, state={"moved_from": "https://old.example/", "moved_to": NEW})
    list(FEED(name="v", url=URL).pages(session))
    assert [asked.url for asked in requests_of(session)] == [URL]


def test_a_feed_that_is_gone_says_what_to_do() -> None:
    """410 is a failure, and the note tells the reader to remove or replace the feed."""
    session = fetch_session({URL: failure(Result.UNREACHABLE, "410 Gone", status=410)})
    (got,) = FEED(name="v", url=URL).pages(session)
    assert isinstance(got, Failure)
    assert "remove it, or replace" in session.notes[0]


def test_an_unchanged_feed_that_is_quiet_for_long_says_so() -> None:
    """A feed frozen behind a 304 is told from one that merely has nothing new."""
    session = fetch_session(
        {URL: answer(RSS, headers={"etag": '"1"'})}, read_before=[URL], state={"newest": "2025-01-01T00:00:00+00:00"}
    )
    (got,) = FEED(name="v", url=URL).pages(session)
    assert not isinstance(got, Failure)
    assert "nothing new for 509 days" in session.notes[0]
    assert FEED(name="v", url=URL).parse(got).result is Result.UNCHANGED


def test_a_hostile_body_that_is_a_path_opens_nothing() -> None:
    """Files named by a body that is no markup, which feedparser would open, are just no feed."""
    for body in (str(Path(__file__)).encode(), b"file:///etc/passwd", b"http://127.0.0.1:9/feed"):
        assert not parse_feed(body, URL).version


def test_a_flood_of_entries_is_refused() -> None:
    """A megabyte of open tags costs no minute."""
    assert "more than" in parse_feed(b"<rss><channel>" + b"<item>" * 60_000, URL).why


def test_mail_addresses_are_no_names() -> None:
    """An author's name comes without the address, however long its top-level domain is; names are split only where they are whole."""
    for words, names in {
        "ann@vendor.technology (Ann Coder)": ("Ann Coder",),
        "Ann Coder &lt;ann@vendor.cloud&gt;": ("Ann Coder",),
        "ann@vendor.example": (),
        "Ann Coder, Bo Researcher": ("Ann Coder", "Bo Researcher"),
        "Coder, Ann": ("Coder, Ann",),
    }.items():
        body = f'<rss version="2.0"><channel><item><title>x</title><author>{words}</author></item></channel></rss>'
        assert parse_feed(body.encode(), URL).entries[0].authors == names, words


def test_papers_and_code_are_kept_among_many_links() -> None:
    """Beyond the first twenty links only those to papers and code stay."""
    anchors = "".join(f'<a href="https://x.example/{n}">x</a>' for n in range(40))
    body = anchors + '<a href="https://arxiv.org/abs/2605.00001">p</a> https://github.com/o/r.'
    feed = (
        f'<rss version="2.0"><channel><item><title>x</title><description><![CDATA[{body}]]></description></item></channel></rss>'
    )
    (item,) = FEED(name="v", url=URL).parse(page(feed)).items
    assert len(item.links) == 22
    assert item.links[-2:] == ("https://arxiv.org/abs/2605.00001", "https://github.com/o/r")


@pytest.mark.skipif(not NASTY.is_dir(), reason="the collection of nasty feeds is not part of the project")
def test_feeds_that_broke_other_readers_are_read() -> None:
    """Each of the 163 captured feeds gives items or a stated result; no item has a date that its feed does not state."""
    now = datetime(2026, 6, 14, tzinfo=UTC)
    source = FEED(name="v", url=URL)
    results: dict[Result, int] = {}
    files = sorted(NASTY.iterdir())
    for file in files:
        parsed = source.parse(page(file.read_bytes(), url=URL, now=now))
        results[parsed.result] = results.get(parsed.result, 0) + 1
        assert parsed.items or parsed.result is not Result.OK, file.name
        assert parsed.why or parsed.result is Result.OK, file.name
        assert all(item.date_source for item in parsed.items if item.published), file.name
        assert not any(item.published and item.published > now for item in parsed.items), file.name
    assert len(files) == 163
    assert results == {Result.OK: 96, Result.EMPTY: 50, Result.BROKEN: 14, Result.PARTIAL: 3}
