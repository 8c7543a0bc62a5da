"""Read the largest answers and reports that there could be: seconds of processor time and MiB, each in a process of its own.

`python tests/bench_sizes.py` prints the table of docs/reliability.md.
"""

from __future__ import annotations

import resource
import sys
import time
from multiprocessing import get_context
from typing import TYPE_CHECKING

from fakes import page

from scout.parsers import article, walls
from scout.reports.document import parse_report
from scout.sources.feed import FeedSource
from scout.sources.page import PageSource
from scout.sources.sitemap import SitemapSource

if TYPE_CHECKING:
    from collections.abc import Callable
    from multiprocessing.connection import Connection

URL = "https://source.test/"


def feed(count: int) -> bytes:
    """Return an RSS feed of as many entries."""
    entry = (
        "<item><title>Tiered caches, part {0}</title><link>https://source.test/{0}</link>"
        "<pubDate>Tue, 19 May 2026 10:00:00 GMT</pubDate><description>{1}</description></item>"
    )
    body = "".join(entry.format(number, "What a cache keeps. " * 5) for number in range(count))
    return f'<rss version="2.0"><channel><title>t</title>{body}</channel></rss>'.encode()


def sitemap(count: int) -> bytes:
    """Return a sitemap of as many addresses."""
    places = "".join(f"<url><loc>{URL}blog/{n}</loc><lastmod>2026-05-{n % 28 + 1:02}</lastmod></url>" for n in range(count))
    return f"<urlset>{places}</urlset>".encode()


def listing(count: int) -> bytes:
    """Return an HTML listing of as many links."""
    return ("<html><body>" + "".join(f"<li><a href=/{n}>Part {n}</a></li>" for n in range(count)) + "</body></html>").encode()


def report(count: int) -> str:
    """Return a report with as many links in one line."""
    return "# Report — 2026-05-24\n\n## A\n\n### 1. A cache (2026-05-20)\n\n" + "[a](https://a.example/1), " * count + "\n"


CASES: dict[str, Callable[[], object]] = {
    "a feed of 50,000 entries": lambda: FeedSource(name="f", url=URL).parse(page(feed(50_000))),
    "a sitemap of 50,000 addresses": lambda: SitemapSource(name="s", url=URL, match="/blog/").parse(page(sitemap(50_000))),
    "a listing of 90,000 links": lambda: PageSource(name="p", url=URL, item="li").parse(page(listing(90_000))),
    "the same, looked at for walls": lambda: walls.instead(listing(90_000), URL),
    "an article of 90,000 links": lambda: article.parse(listing(90_000), url=URL, content_type="text/html"),
    "a report of 20,000 links in a line": lambda: parse_report(report(20_000)),
}


def measure(name: str, pipe: Connection) -> None:
    """Send what one case costs beyond an empty process."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    CASES[name]()
    pipe.send((time.process_time() - began, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10))


def main() -> None:
    """Print a row for each case."""
    context = get_context("spawn")
    for name in CASES:
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(target=measure, args=(name, theirs))
        process.start()
        theirs.close()
        seconds, mib = ours.recv()
        process.join()
        sys.stdout.write(f"| {name} | {seconds:.1f} s | {mib} MiB |\n")


if __name__ == "__main__":
    main()
