"""The site of `scout serve` for tests, asked through Datasette's own client, as a browser without JavaScript would.

app = site_of(desk)                       over a desk's store and feeds.yaml, on the Tuesday after the embedded week
soup = page(app, "/scout/items")          a page, which must be there
add(desk, hostile())                      an item whose every word is an attack
with serving(desk, "mine.db") as port:    the real command, on a port that the system chooses
"""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from bs4 import BeautifulSoup

from scout import demo, store
from scout.cli import options
from scout.model import Item, Kind, Precision
from scout.store.items import Provenance, remember

if TYPE_CHECKING:
    from collections.abc import Iterator

    from httpx import Response
    from terminal import Terminal

    from scout.serve import ScoutDatasette

RUNNING = re.compile(r"http://127\.0\.0\.1:(\d+) shows")
HOSTILE = "url:https://example.org/?a=1&b=<script>alert(1)</script>'\"+%2F#x,;"
TITLE = 'KV cache <script>alert(1)</script> </td></title>" onload="x\' {{7*7}} & <img src=x onerror=alert(1)>'


def site_of(desk: Terminal) -> ScoutDatasette:
    """Return the site over a desk's store."""
    from scout.serve import site  # noqa: PLC0415 -- an extra

    path = desk.folder / "data" / "scout.db"
    return site(path, workspace=lambda: options.workspace(desk.folder / "feeds.yaml"), now=lambda: demo.NOW)


def ask(app: ScoutDatasette, path: str, *, method: str = "GET", **how: Any) -> Response:
    """Return the answer to one request; redirects are not followed."""
    answer: Response = asyncio.run(app.client.request(method, path, **how))
    return answer


def page(app: ScoutDatasette, path: str) -> BeautifulSoup:
    """Return the page at a path; it must be one."""
    answer = ask(app, path)
    assert answer.status_code == 200, (path, answer.text)
    return BeautifulSoup(answer.text, "lxml")


def hostile(**fields: Any) -> Item:
    """Return an item of the embedded week whose words attack HTML, attributes, templates and addresses."""
    words = {"id": HOSTILE, "title": TITLE, "url": "javascript:alert(1)", "summary": TITLE, "authors": (TITLE,), **fields}
    return Item(kind=Kind.POST, published=datetime(2026, 5, 20, tzinfo=UTC), precision=Precision.DAY, **words)


def add(desk: Terminal, *found: Item, source: str = "vllm-blog") -> None:
    """Write items into a desk's store, as that source's."""
    with store.open_store(desk.folder / "data" / "scout.db", write="test") as opened, opened.writing() as conn:
        remember(conn, found, Provenance(source=source, authority=0, run=1, now=demo.NOW))


@contextmanager
def serving(desk: Terminal, db: str) -> Iterator[int]:
    """Serve the store with the real Datasette, on a port that the system chooses; yield the port."""
    words = [sys.executable, "-m", "scout", "serve", "--db", db, "--port", "0"]
    environment = desk.environment(PYTHONWARNINGS="ignore")
    with subprocess.Popen(words, cwd=desk.folder, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr
        try:
            yield next(int(found[1]) for line in process.stderr if (found := RUNNING.search(line)))
        finally:
            process.kill()
