"""A week of the databases field, for the tutorial's test: what its sources would answer, each under a mirror of its host.

The papers are real: id, title, authors, day. Their notes were written for this project, and so were the two blogs' posts.
"""

from __future__ import annotations

from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any

from scout.demo import publishers, services
from scout.demo.server import NOT_FOUND, Replay, Reply

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.demo.server import Request


def paper(key: str, day: int, categories: str, title: str, authors: str, note: str) -> dict[str, Any]:
    """Return a paper of May 2026 as `scout.demo.services` takes it."""
    return {"id": key, "at": date(2026, 5, day), "categories": categories, "title": title, "authors": authors, "note": note}


PAPERS = [
    paper(
        "2605.24308", 23, "cs.DB",
        "LEARNT: A Practical Estimator for Cardinality of LIKE Queries with Formal Accuracy Guarantees",
        "Hai Lan, Zhifeng Bao, Divesh Srivastava, Shixun Huang, Yuwei Peng, Yang Yu",
        "Cardinality estimation for LIKE queries on strings, by buckets and Bloom filters, for a query optimizer.",
    ),
    paper(
        "2605.20466", 19, "cs.DB cs.DC", "Fifty Years of Transaction Processing Research (extended)", "Philip A. Bernstein",
        "A history of transaction processing research, and why it goes on.",
    ),
    paper(
        "2605.19197", 19, "cs.DB",
        "Feasible Plan Generation with Ambiguity-Boundedness in Cross-Model Query Processing", "Subhasis Dasgupta, Amarnath Gupta",
        "Query processing over several data models, from questions that may be understood in several ways.",
    ),
    paper(
        "2605.17831", 18, "cs.LG cs.DB",
        "Agentic Cost-Aware Query Planning with Knowledge Distillation for Big Data Analytics", "Mahdi Naser-Moghadasi",
        "Query optimization by a planner that is taught by rules and a bandit, under limits of memory and latency.",
    ),
    paper(
        "2605.23815", 22, "cs.DB cs.DC",
        "A Pragmatic Approach to Learned Indexing in RocksDB: Targeted Optimizations with Minimal System Modification",
        "Shubham Vashisth, Olivier Michaud, Bettina Kemme, Oana Balmau",
        "Learned indexes inside the LSM tree of a storage engine, with few changes to it.",
    ),
    paper(
        "2605.19335", 19, "cs.DB", "Leveraging I/O Stalls for Efficient Scheduling in ANNS",
        "Juncheng Zhang, Yuanming Ren, Yongkun Li, Patrick P. C. Lee",
        "Approximate nearest neighbor search from disk: other queries run while one waits.",
    ),
    paper(
        "2605.21792", 20, "cs.CL cs.AI cs.DB cs.LG", "Residual Skill Optimization for Text-to-SQL Ensembles",
        "Jiongli Zhu, Haoquan Guan, Parjanya Prajakta Prashant", "Text-to-SQL by an ensemble whose members make different errors.",
    ),
    paper(
        "2605.22811", 21, "cs.DB", "GS-QA: A Benchmark for Geospatial Question Answering",
        "Majid Saeedan, Muhammad Shihab Rashid, Ahmed Eldawy, Vagelis Hristidis", "Questions about places, with answers.",
    ),
    paper(
        "2605.24914", 24, "cs.IR cs.DB cs.LG",
        "MVR-cache: Optimizing Semantic Caching via Multi-Vector Retrieval and Learned Prompt Segmentation",
        "Ali Noshad, Zishan Zheng, Yinjun Wu", "When two prompts are so alike that one answer does for both.",
    ),
]  # fmt: skip


def post(day: int, site: str, name: str, title: str, note: str) -> dict[str, Any]:
    """Return a post of May 2026 as `scout.demo.publishers` takes it."""
    return {"at": date(2026, 5, day), "link": f"https://{site}/{name}", "title": title, "note": note}


FEEDS = {
    "duckdb.org/feed.xml": [
        post(20, "duckdb.org", "2026/05/20/exercise", "An exercise: how a buffer pool spills", "What a buffer pool does when it is full."),
        post(6, "duckdb.org", "2026/05/06/exercise", "An exercise from May 6", "What came before the week."),
    ],
    "clickhouse.com/rss.xml": [post(4, "clickhouse.com", "blog/exercise", "An exercise from May 4", "What came before the week.")],
    "planet.postgresql.org/rss20.xml": [
        post(22, "planet.postgresql.org", "exercise", "An exercise in a feed that is too short for the week", "What came on Friday."),
    ],
}  # fmt: skip
"""The posts of each feed; murat-demirbas has none, and does not answer."""


WORDS = """\
This exercise stands for a post of a database's makers. It says what such posts say: what was slow, what was tried, and what came of it.
A buffer pool holds pages of a table in memory. When it is full, a page has to go before another can come, and somebody has to choose.
For years the oldest page went; then the one that was asked for least; then one that a cheap guess took for the coldest of a few.
With the guess, the query latency of this exercise's analytical workload was 38% lower than with the oldest page. What it costs
is a counter for each page, and a look at eight of them. A table that is read once from its beginning to its end should not drive out
what is read all day; so its pages go first. The code is in the next release, and a setting brings back the old way for a year.
"""
"""The text of each post's page, below its title."""
SERVICES = {
    "api.github.com": Reply(body=b"[]", content_type="application/json"),
    "hn.algolia.com": Reply(body=b'{"hits": [], "nbHits": 0, "page": 0, "nbPages": 0}', content_type="application/json"),
    "muratbuffalo.blogspot.com": Reply(status=503, body=b"Out of order.\n"),
}


def answer(request: Request) -> Reply:
    """Answer in a host's place, which is the first part of the path."""
    place = request.path.lstrip("/")
    host, _, path = place.partition("/")
    if path == "robots.txt":
        return Reply(body=b"User-agent: *\nAllow: /\n")
    if host == "export.arxiv.org":
        return services.arxiv_answer(request, PAPERS)
    if posts := FEEDS.get(place):
        return publishers.feed_answer({"format": "rss", "title": host, "site": f"https://{host}", "post": posts})
    if title := {post["link"]: post["title"] for posts in FEEDS.values() for post in posts}.get(f"https://{place}"):
        text = "".join(f"<p>{line}</p>" for line in WORDS.splitlines())
        page = f"<!doctype html><html><head><title>{title}</title></head><body><article><h1>{title}</h1>{text}</article></body></html>"
        return Reply(body=page.encode(), content_type="text/html; charset=utf-8")
    return SERVICES.get(host, NOT_FOUND)


HOSTS = (
    "export.arxiv.org", "arxiv.org", "api.github.com", "github.com", "hn.algolia.com",
    "duckdb.org", "clickhouse.com", "planet.postgresql.org", "muratbuffalo.blogspot.com",
)  # fmt: skip


@contextmanager
def served() -> Iterator[str]:
    """Serve the week on loopback; yield the `http` part of a feeds.yaml that has every host asked there."""
    with Replay(answer) as server:
        base = server.url("")
        place = base.removeprefix("http://")
        mirror = "".join(f"    {host}: {base}/{host}\n" for host in HOSTS)
        yield f'http:\n  allow_hosts: ["{place}"]\n  pace_s: {{"{place}": 0}}\n  timeout_s: 5\n  mirror:\n{mirror}'
