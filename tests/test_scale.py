"""What is four times as large costs about four times as much: counted in calls, so that no busy machine can fail it."""

from __future__ import annotations

import re
import sys
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from fakes import WINDOW, item, page

from scout import shortlist
from scout.draft import labels
from scout.model import Item, Kind, Result, Section, Shortlist, Topic, TrackedItem
from scout.model.reading import NoText
from scout.parsers import article
from scout.parsers.feed import parse_feed
from scout.reports.document import parse_report
from scout.shortlist import linkage
from scout.sources.page import PageSource
from scout.sources.program import Program
from scout.text import MOST_ELEMENTS, tree

if TYPE_CHECKING:
    from collections.abc import Callable

SIZE, LONGER = 60, 4
TOO_MUCH = 8
"""Four times the input in less than eight times the calls is linear; a square would make sixteen times as many."""
TOPICS = (Topic(name="kv", weight=5, terms=("KV cache",)),)
SEEN = datetime(2026, 5, 20, tzinfo=UTC)


def calls(function: Callable[[], object], *, of: str = "") -> int:
    """Return how many functions a function calls, those of the interpreter included; or how often one of that name."""
    made = 0

    def count(_: object, event: str, called: object) -> None:
        nonlocal made
        made += event in ("call", "c_call") and (not of or getattr(called, "__name__", "") == of)

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        function()
    finally:
        sys.setprofile(before)
    return made


def grows(work: Callable[[int], Callable[[], object]], size: int = SIZE, *, of: str = "") -> float:
    """Return how many times as many calls LONGER times the input costs; the first run, which fills caches, does not count."""
    work(size)()
    return calls(work(LONGER * size), of=of) / calls(work(size), of=of)


def talk(number: int, title: str) -> Item:
    """Return a talk by an author of its own."""
    where = f"https://conf.test/{number}"
    return item(title, id=f"program:conf/{number}", kind=Kind.TALK, url=where, published=SEEN, authors=(f"Ann Author{number}",))


def tracked(one: Item) -> TrackedItem:
    """Return an item as a watched source of section A saw it."""
    return TrackedItem(item=one, sources=("s",), first_seen=SEEN, sections=(Section.A,), watched=True)


def choose(pool: list[Item]) -> Shortlist:
    """Rank a pool against one topic and nothing else."""
    settings = shortlist.Settings()
    seen = [tracked(one) for one in pool]
    return shortlist.choose(seen, window=WINDOW, topics=TOPICS, settings=settings, ledger=(), background=(), coverage=())


def heralded(size: int) -> list[Item]:
    """Return as many posts as releases, each of a project of its own, that the posts announce."""
    releases = [
        item(
            f"KV cache v1.{number}.0",
            id=f"github:o{number}/engine{number}@v1.{number}.0",
            kind=Kind.RELEASE,
            url=f"https://github.com/o{number}/engine{number}/releases/tag/v1.{number}.0",
            published=SEEN,
        )
        for number in range(size)
    ]
    posts = [
        item(f"engine{number} and its KV cache", id=f"url:https://engine{number}.test/{number}", published=SEEN)
        for number in range(size)
    ]
    return [*releases, *posts]


@pytest.mark.parametrize(
    "pool",
    [
        lambda size: [talk(number, f"KV cache eviction for large models, part {number}") for number in range(size)],
        lambda size: [talk(number, f"{('KV cache', 'Page')[number % 2]} eviction, part {number}") for number in range(size)],
        heralded,
    ],
    ids=["talks-that-match", "talks-of-which-half-match", "releases-and-posts"],
)
def test_a_pool_is_ranked_in_linear_time(pool: Callable[[int], list[Item]]) -> None:
    """No talk is compared with every other of its programme, no post with every release."""

    def work(size: int) -> Callable[[], object]:
        made = pool(size)
        return lambda: choose(made)

    assert grows(work) < TOO_MUCH


def test_items_of_one_title_are_joined_in_linear_time() -> None:
    """A title that hundreds have names no one thing: each is compared with the hundred before it."""

    def work(size: int) -> Callable[[], object]:
        made = [tracked(talk(number, "Opening remarks of the session")) for number in range(size)]
        return lambda: linkage.join(made)

    assert grows(work, size=5 * linkage.MOST_COMPARED) < TOO_MUCH


def test_posts_that_name_one_version_are_joined_in_linear_time() -> None:
    """That a hundred repositories have a version does not cost each post that names it a hundred looks."""

    def work(size: int) -> Callable[[], object]:
        made = [tracked(one) for one in heralded(size)]
        alike = [
            item(
                "v2.0.0",
                id=f"github:owner{number}/engine@v2.0.0",
                kind=Kind.RELEASE,
                url=f"https://github.com/owner{number}/engine/releases/tag/v2.0.0",
            )
            for number in range(size)
        ]
        posts = [item("Engine v2.0.0 is out", id=f"url:https://blog.test/{number}") for number in range(size)]
        return lambda: linkage.join([*made, *map(tracked, alike), *map(tracked, posts)])

    assert grows(work) < TOO_MUCH


def test_the_talks_of_an_entry_are_split_in_linear_time() -> None:
    """Those that match and those that do not."""

    def work(size: int) -> Callable[[], object]:
        words = ("KV cache eviction", "KV cache paging")
        (one,) = choose([talk(number, f"{words[number % 2]}, part {number}") for number in range(size)]).candidates
        return lambda: labels.split_by_match(one, (Topic(name="paging", weight=5, terms=("paging",)),))

    assert grows(work) < TOO_MUCH


def test_a_reference_line_is_cut_once_whatever_its_links() -> None:
    """Where its companions begin is looked for once a line, not once a link: a line may hold twenty thousand."""

    def work(size: int) -> Callable[[], object]:
        links = ", ".join(f"[page {number}](https://example.org/{number})" for number in range(size))
        text = f"# Report — 2026-05-24\n\n## A. Systems\n\n### 1. A thing (May 19, 2026)\n\n- **Reference:** {links}; coverage: {links}\n"
        (entry,) = parse_report(text).entries
        return lambda: (entry.references, entry.companions)

    assert grows(work, of="search") == 1


@pytest.mark.parametrize("element", [b"<a href=x>y</a>", b"<p></p>", b"<!-- -->", b"<br>"])
def test_of_a_page_of_more_tags_than_fit_no_tree_is_made(element: bytes) -> None:
    """A listing, an entry's own page, a programme and a text say so in words; what asks no words gets an empty tree."""
    body = b"<html><body>" + element * (2 * MOST_ELEMENTS + 1) + b"</body></html>"
    listing = PageSource(name="p", section=Section.A, url="https://source.test/", item="a")
    programme = Program(name="c", section=Section.A, url="https://source.test/", format="html", item="a")
    for parsed in (listing.parse(page(body)), listing.parse(page(body, role="item")), programme.parse(page(body))):
        assert (parsed.result, parsed.items) == (Result.BROKEN, ())
        assert re.fullmatch(r"the page has \d{6} tags; of more than 400000 no tree is made", parsed.why)
    text = article.parse(body, url="https://source.test/", content_type="text/html")
    assert isinstance(text, NoText)
    assert "no tree is made" in text.why
    assert not tree(body).find_all()


def test_of_a_persons_name_in_a_feed_a_thousand_letters_are_read() -> None:
    """Feedparser takes quadratic time in it: what is longer is cut before."""
    name = "a" * 10_000
    body = (
        f'<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>t</title><item><title>KV cache</title>'
        f"<link>https://example.org/1</link><dc:creator>{name}</dc:creator></item></channel></rss>"
    )
    (entry,) = parse_feed(body.encode(), "https://example.org/feed").entries
    assert entry.authors == (name[:1000],)
