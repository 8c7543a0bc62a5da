"""OPML: any list that is one can be read, what is none is said, and nothing outside of it is touched."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.parsers import opml
from scout.parsers.opml import Subscription
from scout.text import clean

if TYPE_CHECKING:
    from pathlib import Path

TEXT = st.text(max_size=30)
FEEDS = st.lists(
    st.builds(Subscription, title=TEXT, url=st.integers(0, 999).map("https://feeds.example.org/{}?a=1&b=<2>".format), group=TEXT)
).map(tuple)


@given(TEXT, FEEDS)
def test_what_is_written_is_read_again(title: str, feeds: tuple[Subscription, ...]) -> None:
    """Whatever the words, titles, addresses and groups come back; a feed without a title is called by its address."""
    back = opml.parse_opml(opml.write_opml(title, feeds).encode())
    wanted = [(clean(feed.title) or feed.url, feed.url, clean(feed.group)) for feed in feeds]
    assert sorted((one.title, one.url, one.group) for one in back) == sorted(wanted)


def test_groups_and_feeds_keep_their_order() -> None:
    """Groups come in the order in which they first appear, feeds in their own."""
    feeds = tuple(
        Subscription(title=name, url=f"https://{name}.example.org", group=group) for name, group in ("aY", "bX", "cY", "dX")
    )
    assert [one.title for one in opml.parse_opml(opml.write_opml("T", feeds).encode())] == ["a", "c", "b", "d"]


@given(st.binary(max_size=200) | TEXT.map(lambda text: f"<opml><body>{text}</body></opml>".encode()))
def test_any_bytes_give_feeds_or_a_sentence(body: bytes) -> None:
    """Nothing but ValueError is raised, whatever comes."""
    with suppress(ValueError):
        opml.parse_opml(body)


@pytest.mark.parametrize(
    ("body", "said"),
    [(b"", "XML"), (b"hello", "root is not"), (b"<rss/>", "root is not"), (b"<opml/>" + b" " * opml.LARGEST, "bytes")],
    ids=["empty", "no XML", "another root", "too large"],
)
def test_what_is_no_list_is_said(body: bytes, said: str) -> None:
    """In words that name what is wrong."""
    with pytest.raises(ValueError, match=said):
        opml.parse_opml(body)


def test_outlines_nest_and_only_feeds_count() -> None:
    """Folders in folders, attributes in any case, links without feeds, and addresses that cannot be asked."""
    body = b"""<OPML version="1.0"><body>
      <outline text="Labs"><outline text="Deep"><outline TEXT="One &amp; only" XMLURL="https://one.example.org/f"/></outline>
        <outline title="Two" type="rss" xmlUrl="http://two.example.org/f"/></outline>
      <outline text="A link" url="https://three.example.org"/>
      <outline text="Local" xmlUrl="file:///etc/passwd"/><outline xmlUrl="https://four.example.org/f"/>
    </body></OPML>"""
    assert [(one.title, one.url, one.group) for one in opml.parse_opml(body)] == [
        ("One & only", "https://one.example.org/f", "Deep"),
        ("Two", "http://two.example.org/f", "Labs"),
        ("https://four.example.org/f", "https://four.example.org/f", ""),
    ]


@pytest.mark.parametrize("entity", ["&file;", "&bomb;"])
def test_entities_bring_nothing_in(entity: str, tmp_path: Path) -> None:
    """Neither a file of this machine nor a bomb comes in by an entity."""
    (tmp_path / "secret").write_text("a secret")
    levels = "".join(f'<!ENTITY b{n} "{f"&b{n - 1};" * 10}">' for n in range(1, 12))
    body = f"""<!DOCTYPE opml [<!ENTITY file SYSTEM "{(tmp_path / "secret").as_uri()}"><!ENTITY b0 "aaaaaaaaaa">{levels}
      <!ENTITY bomb "&b11;">]><opml><body><outline text="x{entity}" xmlUrl="https://one.example.org/f"/></body></opml>"""
    with suppress(ValueError):
        found = opml.parse_opml(body.encode())
        assert all("secret" not in feed.title and len(feed.title) < 100 for feed in found)
