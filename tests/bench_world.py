"""The bench's made world: papers of invented words, and one server that is arXiv's API, feeds with validators, and a counter.

    python tests/bench_world.py --papers 12000 --until 2026-05-24        prints its address, and serves until its input ends

It runs as a process of its own, so that its cost is nobody's but its own. `/counted` tells as JSON what has been asked of it
since the last time that this was asked.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from bisect import bisect_left, bisect_right
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from itertools import accumulate
from random import Random
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from scout.demo.server import NOT_FOUND, LogEntry, Replay, Reply, Request

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

SEED = 2026
DAYS = 21
FEEDS = 20
"""Blogs beside arXiv, each with validators."""
BLOGS, POSTS = 42, 70
"""Feeds of whole posts, for reading feeds alone: how many, and how many posts each shows."""
CATEGORIES = ("cs.LG", "cs.CL", "cs.AI", "cs.DC", "cs.DB", "cs.AR", "cs.NI", "cs.OS", "cs.PF")
TOPICAL = (
    "KV cache", "prefix caching", "cache eviction", "speculative decoding", "LLM serving", "disaggregated prefill", "NVMe offloading",
    "long context", "object storage", "CXL memory", "page cache", "sparse attention", "time to first token", "quantization",
)  # fmt: skip
SHARE = 0.03
"""How many papers speak of a topic: what whole categories of arXiv hold of a curator's interest."""
_COMMON = (
    "the of and to in a we is for that with on by this as are our an from which be it can than at or these show results using "
    "has have both between across over more while their its under not also each such when"
)
_TEX = (r"$3.8\times$", r"$\alpha$-stable", r"\emph{exact}", r"$O(n \log n)$", r"45\%", r"$\mathcal{L}_{2}$", r"$\sim$20")
_SYLLABLES = "ba ce di fo gu ka le mi no pu ra se ti vo zu chel dran fim gor lun mar nes pol qui ril sten tor vash wex yal"


def _words(rng: Random, most: int = 6000) -> tuple[list[str], list[float]]:
    """Make a vocabulary, and how often each word comes: common words for half of all, the rest by Zipf's law."""
    common, syllables = _COMMON.split(), _SYLLABLES.split()
    made = dict.fromkeys("".join(rng.choices(syllables, k=rng.choice((2, 2, 3, 3, 4)))) for _ in range(most))
    weights = [2.0 / (rank + 2) for rank in range(len(common))] + [1.0 / (rank + 8) for rank in range(len(made))]
    return [*common, *made], list(accumulate(weights))


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """One made paper, as arXiv would state it."""

    id: str
    at: datetime
    title: str
    abstract: str
    authors: tuple[str, ...]
    categories: tuple[str, ...]
    comment: str = ""


def papers(count: int, *, since: date, days: int = DAYS, seed: int = SEED) -> Iterator[Paper]:
    """Make papers in the order of their submission, spread evenly over the days; the same numbers give the same papers."""
    rng = Random(seed)  # noqa: S311 -- made text, no secret
    words, weights = _words(rng)
    start = datetime(since.year, since.month, since.day, tzinfo=UTC)
    months: dict[str, int] = {}

    def text(length: int) -> list[str]:
        return rng.choices(words, cum_weights=weights, k=length)

    for number in range(count):
        at = start + timedelta(days=days) * ((number + 0.5) / count)
        month = f"{at:%y%m}"
        months[month] = months.get(month, 0) + 1
        title, abstract = text(rng.randint(6, 14)), text(rng.randint(120, 240))
        if rng.random() < SHARE:
            title.insert(rng.randint(0, 5), rng.choice(TOPICAL))
            for phrase in rng.choices(TOPICAL, k=4):
                abstract.insert(rng.randint(0, 100), phrase)
        if rng.random() < 0.25:
            for sign in rng.choices(_TEX, k=3):
                abstract.insert(rng.randint(0, 100), sign)
        for stop in range(18, len(abstract) - 1, 18):
            abstract[stop] += "."
            abstract[stop + 1] = abstract[stop + 1].capitalize()
        for line in range(12, len(abstract), 12):
            abstract[line] = "\n" + abstract[line]
        yield Paper(
            id=f"{month}.{months[month]:05d}",
            at=at.replace(microsecond=0),
            title=" ".join(title).capitalize(),
            abstract=" ".join(abstract).capitalize() + ".",
            authors=tuple(" ".join(text(2)).title() for _ in range(rng.randint(1, 8))),
            categories=tuple(dict.fromkeys(rng.choices(CATEGORIES, k=rng.choice((1, 2, 2, 3))))),
            comment="12 pages, 5 figures. Code: https://example.org/code" if rng.random() < 0.3 else "",
        )


def entry(paper: Paper) -> str:
    """Write a paper as an entry of arXiv's Atom."""
    at, address = f"{paper.at:%Y-%m-%dT%H:%M:%SZ}", f"http://arxiv.org/abs/{paper.id}v1"
    lines = (
        f"<id>{address}</id>",
        f"<title>{escape(paper.title)}</title>",
        f"<updated>{at}</updated>",
        f'<link href="{address}" rel="alternate" type="text/html"/>',
        f'<link href="{address.replace("abs", "pdf")}" rel="related" type="application/pdf" title="pdf"/>',
        f"<summary>{escape(paper.abstract)}</summary>",
        *(f'<category term="{name}" scheme="http://arxiv.org/schemas/atom"/>' for name in paper.categories),
        f"<published>{at}</published>",
        *((f"<arxiv:comment>{escape(paper.comment)}</arxiv:comment>",) if paper.comment else ()),
        f'<arxiv:primary_category term="{paper.categories[0]}"/>',
        *(f"<author><name>{escape(name)}</name></author>" for name in paper.authors),
    )
    return "  <entry>\n    " + "\n    ".join(lines) + "\n  </entry>\n"


_HEAD = """<?xml version='1.0' encoding='UTF-8'?>
<feed xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/" xmlns:arxiv="http://arxiv.org/schemas/atom"
 xmlns="http://www.w3.org/2005/Atom">
  <id>https://arxiv.org/api/made</id>
  <title>arXiv Query: made</title>
  <updated>2026-01-01T00:00:00Z</updated>
  <opensearch:itemsPerPage>{size}</opensearch:itemsPerPage>
  <opensearch:totalResults>{total}</opensearch:totalResults>
  <opensearch:startIndex>{start}</opensearch:startIndex>
"""
_BETWEEN = re.compile(r"submittedDate:\[(\d{12}) TO (\d{12})\]")


@dataclass(slots=True)
class World:
    """What the server answers from: the papers' entries by minute, written beforehand, and the feeds."""

    minutes: list[str]
    entries: list[str]
    feeds: dict[str, Reply]
    log: list[LogEntry] = field(default_factory=list)

    def __call__(self, request: Request) -> Reply:
        """Answer one request."""
        if request.path == "/api/query":
            return self._query(request)
        if request.path == "/counted":
            return self._counted()
        if request.path.startswith("/posts/"):
            return self._post(request.path.removeprefix("/posts/"))
        return self.feeds.get(request.path, NOT_FOUND)

    def _post(self, name: str) -> Reply:
        """Answer a post's own page: an article of forty paragraphs, with a validator."""
        rng = Random(name)  # noqa: S311 -- the same page each time
        words = "".join(f"<p>{escape(rng.choice(self.entries))}</p>" for _ in range(40))
        body = f"<html><head><title>{name}</title></head><body><article><h1>{name}</h1>{words}</article></body></html>"
        return Reply(body=body.encode(), content_type="text/html; charset=utf-8", etag=f'"{name}"')

    def _query(self, request: Request) -> Reply:
        between = _BETWEEN.search(request.query.get("search_query", ""))
        if not between or request.query.get("sortOrder") != "ascending":
            return Reply(status=400)
        first, after = bisect_left(self.minutes, between[1]), bisect_right(self.minutes, between[2])
        start, size = int(request.query["start"]), int(request.query["max_results"])
        head = _HEAD.format(size=size, total=after - first, start=start)
        body = head + "".join(self.entries[first + start : min(first + start + size, after)]) + "</feed>\n"
        return Reply(body=body.encode(), content_type="application/atom+xml; charset=utf-8")

    def _counted(self) -> Reply:
        heard = [one for one in self.log if one.path != "/counted"]
        self.log.clear()
        validated = [one for one in heard if {"if-none-match", "if-modified-since"} & one.headers.keys()]
        told = {"requests": len(heard), "bytes": sum(one.sent for one in heard), "validated": len(validated)}
        return Reply(body=json.dumps(told).encode(), content_type="application/json")


def feed(name: str, made: Sequence[Paper]) -> Reply:
    """Make a blog's feed of a few posts, with a validator."""
    posts = "".join(
        f"<entry><id>https://{name}.example.org/{post.id}</id><title>{escape(post.title)}</title>"
        f'<link href="https://{name}.example.org/{post.id}"/><updated>{post.at:%Y-%m-%dT%H:%M:%SZ}</updated>'
        f"<published>{post.at:%Y-%m-%dT%H:%M:%SZ}</published><summary>{escape(post.abstract)}</summary></entry>"
        for post in made
    )
    head = f'<feed xmlns="http://www.w3.org/2005/Atom"><id>https://{name}.example.org/</id><title>{name}</title>'
    body = f"{head}<updated>2026-01-01T00:00:00Z</updated>{posts}</feed>".encode()
    return Reply(body=body, content_type="application/atom+xml", etag=f'"{sha256(body).hexdigest()[:20]}"')


def blog(name: str, made: Sequence[Paper], *, whole: bool) -> Reply:
    """Make an RSS feed as blogs publish it: dates of RFC 2822, a sentence or two; or `whole` posts in HTML, as a few do."""
    home = f"https://{name}.example.org"

    def item(number: int, post: Paper) -> str:
        links = f'<a href="/posts/{post.id}">more</a> <a href="https://github.com/{name}/code">code</a>'
        paragraphs = "".join(f"<p>{escape(one)} <em>and</em> {links}</p>" for one in post.abstract.split(". ") * 4)
        text = paragraphs if whole else post.abstract[:300]
        return (
            f"<item><title>{escape(post.title)}</title><link>{home}/posts/{post.id}</link>"
            f"<guid>{home}/?p={number}</guid><pubDate>{post.at:%a, %d %b %Y %H:%M:%S} GMT</pubDate>"
            f"<category>made</category><description>{escape(text)}</description></item>"
        )

    items = "".join(item(number, post) for number, post in enumerate(reversed(made)))
    body = f'<rss version="2.0"><channel><title>{name}</title><link>{home}/</link>{items}</channel></rss>'.encode()
    return Reply(body=body, content_type="application/rss+xml", etag=f'"{sha256(body).hexdigest()[:20]}"')


def world(count: int, *, until: date) -> World:
    """Make the three weeks that end on a day."""
    since = until - timedelta(days=DAYS - 1)
    made = list(papers(count, since=since))
    posts = list(papers(FEEDS * 20, since=since, seed=SEED + 1))
    feeds = {f"/feeds/{n}": feed(f"blog{n}", posts[n::FEEDS]) for n in range(FEEDS)}
    entries = list(papers(BLOGS * POSTS, since=since, seed=SEED + 2))
    feeds |= {f"/blogs/{n}": blog(f"blog{n}", entries[n::BLOGS], whole=n % 21 == 0) for n in range(BLOGS)}
    return World([f"{paper.at:%Y%m%d%H%M}" for paper in made], [entry(paper) for paper in made], feeds)


def main() -> None:
    """Serve until the standard input ends."""
    options = argparse.ArgumentParser()
    options.add_argument("--papers", type=int, required=True)
    options.add_argument("--until", type=date.fromisoformat, required=True)
    given = options.parse_args()
    made = world(given.papers, until=given.until)
    with Replay(made) as server:
        made.log = server.log
        sys.stdout.write(server.host + "\n")
        sys.stdout.flush()
        sys.stdin.read()


if __name__ == "__main__":
    main()
