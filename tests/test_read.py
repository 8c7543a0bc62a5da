"""`scout read`: what a draft would be about is read, once, politely, within bounds, and what came is kept whatever happens."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from threading import Lock
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, WINDOW, FakeClient, answer, failure, item
from terminal import Terminal
from test_text_reader import ABS, AT_PDF, HTML, PAPER, WORDS, article, html, paper

from scout import config, store
from scout.demo.server import Replay
from scout.demo.server import Reply as Served
from scout.model import Result
from scout.model.reading import TEASER, plain
from scout.pipeline.read import ReadingRun, plan
from scout.pipeline.shortlist import select
from scout.sources import text_reader
from scout.sources.parse_process import ParseProcesses
from scout.sources.workspace import Workspace, load_workspace
from scout.store.items import Provenance

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from fakes import Reply

    from scout.model import Answer, Failure
    from scout.pipeline.read import ReadResult

FEEDS = """
report: {{target: 4}}
topics: [{{name: caches, weight: 3, terms: [cache]}}]
sources:
  - {{name: labs, kind: feed, section: A, url: "https://labs.test/feed"{labs}}}
  - {{name: others, kind: feed, section: A, url: "https://others.test/feed"}}
  - {{name: arxiv, kind: arxiv, section: B, categories: [cs.DC]{arxiv}}}
"""
POST = item("A cache of pages", url="https://labs.test/cache", summary="In short.")
SUMMARY = "A cache for papers keeps what is read most. It is a good cache."


@pytest.fixture(scope="module")
def processes() -> Iterator[ParseProcesses]:
    """Share one process: it is the same for all."""
    shared = ParseProcesses(cpu_s=text_reader.CPU_S, memory_bytes=text_reader.MEMORY_BYTES, most=1)
    yield shared
    shared.close()


class Shared(ParseProcesses):
    """Parse in the processes of all tests, which outlive a run."""

    def __init__(self, shared: ParseProcesses) -> None:
        super().__init__()
        self.run = shared.run  # type: ignore[method-assign]


def workspace(**options: str) -> Workspace:
    """Return a workspace of two blogs and arXiv; `labs` and `arxiv` are further options of theirs."""
    return load_workspace(config.parse(FEEDS.format(**{"labs": "", "arxiv": ""} | options)))


def stored(folder: Path, **told: Any) -> Path:
    """Make a store in which each source has told its items; return its path."""
    path = folder / "s.db"
    with store.open_store(path, write="a test", create=True) as opened:
        run = store.runs.start(opened, WINDOW, {}, now=NOW - timedelta(hours=1), version="1")
        with opened.writing() as conn:
            for name, items in told.items():
                provenance = Provenance(source=name, authority=2, run=run, now=NOW - timedelta(hours=1))
                store.items.remember(conn, items, provenance)
    return path


class Clients(FakeClient):
    """A FakeClient that several threads may use."""

    lock = Lock()

    def get(self, url: str, **how: Any) -> Answer | Failure:
        """Give one answer at a time."""
        with self.lock:
            return super().get(url, **how)


def read(path: Path, replies: Mapping[str, Reply], shared: ParseProcesses, **how: Any) -> tuple[ReadResult, list[str]]:
    """Read for the week; return the result, and the addresses that were asked."""
    client = Clients(replies=replies)
    space = how.pop("workspace", None) or workspace()
    with store.open_store(path, write="a test") as opened:
        run = ReadingRun(
            store=opened, client=client, clock=lambda: NOW, processes=Shared(shared), **{"pages": 100, "seconds": 60.0, **how}
        )
        client.cache = replace(client.cache, validators=run.validators)
        found = run.read(space, WINDOW)
    return found, [one.url for one in client.requests]


def texts(path: Path, *ids: str) -> dict[str, str]:
    """Return the texts in the store."""
    with store.open_store(path) as opened:
        return {key: plain(one.text) for key, one in store.readings.of_items(opened, ids).items() if one.text}


def test_pages_are_read_and_then_what_would_be_numbered(tmp_path: Path, processes: ParseProcesses) -> None:
    """A watched post without a text is read; so are the numbered paper, and a numbered post whose feed has all its text."""
    whole = item("A cache in full", url="https://labs.test/full", summary=WORDS * 30)
    unnumbered = item("Hiring", url="https://labs.test/hiring", summary=WORDS.replace("cache", "team") * 30)
    assert len(whole.summary) > TEASER
    one_paper = replace(PAPER, summary=SUMMARY)
    path = stored(tmp_path, labs=[POST, whole, unnumbered], arxiv=[one_paper])
    replies = {POST.url: html(article()), whole.url: html(article(whole.title)), HTML: html(paper())}
    found, asked = read(path, replies, processes)
    assert asked[0] == POST.url
    assert set(asked) == {POST.url, whole.url, HTML}
    assert {one.result for one in found.readings} == {Result.OK}
    assert texts(path, POST.id, PAPER.id).keys() == {POST.id, PAPER.id}


def test_a_second_run_asks_for_nothing(tmp_path: Path, processes: ParseProcesses) -> None:
    """What was read, what has no text and what is gone is not asked for again; what robots.txt forbade is, as far as its robots.txt."""
    posts = [item(f"A cache, part {name}", url=f"https://{name}.test/x") for name in ("read", "wall", "gone", "closed")]
    replies = {
        posts[0].url: html(article(posts[0].title)),
        posts[1].url: html(b"<html><title>x</title><script>x()</script></html>"),
        "https://closed.test/robots.txt": b"User-agent: *\nDisallow: /",
    }
    path = stored(tmp_path, labs=posts)
    first, _ = read(path, replies, processes)
    assert {one.result for one in first.readings} == {Result.OK, Result.EMPTY, Result.UNREACHABLE, Result.REFUSED}
    second, asked = read(path, replies, processes)
    assert ([one.result for one in second.readings], second.left) == ([Result.REFUSED], ())
    assert asked == [posts[3].url]


def test_what_failed_in_passing_is_tried_again(tmp_path: Path, processes: ParseProcesses) -> None:
    """A page that did not answer is read when it does, and is one reading."""
    path = stored(tmp_path, labs=[POST])
    first, _ = read(path, {POST.url: failure(Result.UNREACHABLE, "no answer in 60 s")}, processes)
    assert first.nothing_read
    read(path, {POST.url: html(article())}, processes)
    assert POST.id in texts(path, POST.id)


def test_a_page_is_read_again_with_validators_when_it_was_updated(tmp_path: Path, processes: ParseProcesses) -> None:
    """A later `updated` of the source asks again, conditionally; an unchanged page is checked, a changed one is read."""
    page = answer(article(), headers={"content-type": "text/html", "etag": '"1"'})
    path = stored(tmp_path, labs=[POST])
    read(path, {POST.url: page}, processes)
    stored(tmp_path, labs=[replace(POST, updated=NOW + timedelta(hours=1))])
    unchanged, asked = read(path, {POST.url: page}, processes)
    assert ([one.result for one in unchanged.readings], asked) == ([Result.UNCHANGED], [POST.url])
    read(path, {POST.url: html(article(words="Another text. " * 50))}, processes, refresh=True)
    assert "Another text" in texts(path, POST.id)[POST.id]
    with store.open_store(path) as opened:
        assert len(opened.rows("select * from reading_history")) == 1


def test_a_robots_file_that_fails_for_a_day_costs_a_day(tmp_path: Path, processes: ParseProcesses) -> None:
    """A robots.txt that answers 503 forbids to read the page now; the next run reads it."""
    path = stored(tmp_path, labs=[POST])
    robots = "https://labs.test/robots.txt"
    first, _ = read(path, {POST.url: html(article()), robots: b"User-agent: *\nDisallow: /"}, processes)
    assert first.readings[0].result is Result.REFUSED
    read(path, {POST.url: html(article())}, processes)
    assert POST.id in texts(path, POST.id)


def test_an_updated_page_that_is_gone_is_asked_for_once(tmp_path: Path, processes: ParseProcesses) -> None:
    """Its earlier text stays, and the page is not asked for in each run ever after."""
    path = stored(tmp_path, labs=[POST])
    read(path, {POST.url: html(article())}, processes)
    stored(tmp_path, labs=[replace(POST, updated=NOW - timedelta(minutes=1))])
    with store.open_store(path, write="a test") as opened, opened.writing() as conn:
        conn.execute("update readings set read = ?, checked = ?", (["2026-05-01T00:00:00Z"] * 2))
    gone, asked = read(path, {}, processes)
    assert ([one.status for one in gone.readings], asked) == ([404], [POST.url])
    again, asked = read(path, {}, processes)
    assert (again.readings, asked) == ((), [])
    assert POST.id in texts(path, POST.id)


def test_to_refresh_asks_for_the_whole_page(tmp_path: Path, processes: ParseProcesses) -> None:
    """Told to, it takes the page as it is, whatever its validators say."""
    page = answer(article(), headers={"content-type": "text/html", "etag": '"1"'})
    path = stored(tmp_path, labs=[POST])
    read(path, {POST.url: page}, processes)
    again, _ = read(path, {POST.url: page}, processes, refresh=True)
    assert [one.result for one in again.readings] == [Result.OK]


def test_a_past_week_is_ranked_without_later_texts(tmp_path: Path, processes: ParseProcesses) -> None:
    """A replay as of a day takes no text that was read after it."""
    path = stored(tmp_path, labs=[POST])
    read(path, {POST.url: html(article())}, processes)
    with store.open_store(path, write="a test") as opened, opened.writing() as conn:
        conn.execute("update readings set read = ?", (f"{NOW + timedelta(days=2):%Y-%m-%dT%H:%M:%SZ}",))
    for days, said in ((0, "In short."), (2, "The cache keeps the pages")):
        (chosen,) = select(path, workspace(), WINDOW, as_of=NOW.date() + timedelta(days)).pool
        assert said in chosen.item.summary


def test_a_new_version_of_a_paper_is_read_beside_the_earlier(tmp_path: Path, processes: ParseProcesses) -> None:
    """Once for each version."""
    for number in (1, 2, 2):
        path = stored(tmp_path, arxiv=[replace(PAPER, summary=SUMMARY, extra={"version": number})])
        read(path, {f"{HTML}v{number}": html(paper())}, processes)
    with store.open_store(path) as opened:
        assert [row["version"] for row in opened.rows("select version from readings order by version")] == ["v1", "v2"]


def test_a_source_can_be_left_unread(tmp_path: Path, processes: ParseProcesses) -> None:
    """`read: false` keeps the own pages and papers of what a source shows from being asked for."""
    path = stored(tmp_path, labs=[POST], arxiv=[replace(PAPER, summary=SUMMARY)])
    found, asked = read(path, {}, processes, workspace=workspace(labs=", read: false", arxiv=", read: false"))
    assert (found.readings, asked) == ((), [])


def test_the_bounds_leave_the_rest_for_the_next_run(tmp_path: Path, processes: ParseProcesses) -> None:
    """Pages and seconds bound a run; what they leave is told, and read by the next one."""
    posts = [item(f"A cache, part {number}", url=f"https://labs.test/{number}") for number in range(4)]
    path = stored(tmp_path, labs=posts)
    replies = {post.url: html(article(post.title)) for post in posts}
    late, asked = read(path, replies, processes, seconds=-1.0)
    assert (late.readings, len(late.left), asked) == ((), 4, [])
    some, _ = read(path, replies, processes, pages=3)
    assert (len(some.readings), len(some.left)) == (3, 1)
    rest, asked = read(path, replies, processes)
    assert (len(rest.readings), len(rest.left), asked) == (1, 0, [some.left[0].url])


def test_a_host_that_blocks_after_ten_pages_is_left_alone(tmp_path: Path, processes: ParseProcesses) -> None:
    """Ten texts are kept; after three refusals in a row it is not asked again in this run, which is said of each page left."""
    posts = [item(f"A cache, part {number:02}", url=f"https://labs.test/{number:02}") for number in range(20)]
    other = item("A cache elsewhere", url="https://others.test/x")
    path = stored(tmp_path, labs=posts, others=[other])
    replies: dict[str, Reply] = {other.url: html(article(other.title))}
    given = 0

    def reply(url: str, _: object) -> Reply:
        nonlocal given
        if url == other.url:
            return replies[url]
        given += 1
        return html(article(next(post.title for post in posts if post.url == url))) if given <= 10 else answer(status=403)

    found, asked = read(path, reply, processes)  # type: ignore[arg-type]
    assert len(found.texts) == 11
    assert len(asked) == 14
    refused = [one for one in found.failed if one.result is Result.BLOCKED]
    left_alone = [one for one in found.failed if one.result is Result.NOT_FINISHED]
    assert (len(refused), len(left_alone)) == (3, 7)
    assert all(one.why == "labs.test did not give 3 pages in a row, so it was left alone" for one in left_alone)
    assert len(texts(path, *(post.id for post in posts))) == 10


def test_an_interrupted_run_keeps_what_it_has(tmp_path: Path, processes: ParseProcesses) -> None:
    """Told to stop while the third page is asked for, it has stored two, and leaves the others for the next run."""
    posts = [item(f"A cache, part {number}", url=f"https://labs.test/{number}") for number in range(5)]
    path = stored(tmp_path, labs=posts)

    def reply(url: str, _: object) -> Reply:
        if url == posts[2].url:
            run.stop.set()
        return html(article(next(post.title for post in posts if post.url == url)))

    client = Clients(replies=reply)
    with store.open_store(path, write="a test") as opened:
        run = ReadingRun(store=opened, client=client, clock=lambda: NOW, pages=9, seconds=60, processes=Shared(processes))
        found = run.read(workspace(), WINDOW)
    assert (found.interrupted, client.closed) == (True, True)
    assert [one.item_id for one in found.readings] == [post.id for post in posts[:2]]
    assert [one.id for one in found.left] == [post.id for post in posts[2:]]
    assert len(texts(path, *(post.id for post in posts))) == 2


def test_a_fault_of_ours_in_one_page_is_that_pages_result(
    tmp_path: Path, processes: ParseProcesses, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A parser with a bug costs its page and no other, and the place of the bug is said."""
    posts = [item(f"A cache, part {number}", url=f"https://labs.test/{number}") for number in range(2)]
    path = stored(tmp_path, labs=posts)
    monkeypatch.setattr(text_reader, "parse", faulty)
    found, _ = read(path, {post.url: html(article(post.title)) for post in posts}, processes)
    assert [one.result for one in found.readings] == [Result.BROKEN, Result.BROKEN]
    assert all("a fault in scout itself" in one.why and "ZeroDivisionError" in one.why for one in found.readings)


def faulty(*_: object) -> float:
    """Be wrong."""
    return 1 / 0


def test_what_the_texts_put_among_the_numbered_is_read_too(tmp_path: Path, processes: ParseProcesses) -> None:
    """A post whose title says nothing is numbered for its text, and the paper that its text is about is read as well."""
    news = item("News", url="https://labs.test/news")
    path = stored(tmp_path, labs=[news], arxiv=[replace(PAPER, summary=SUMMARY)])
    assert [when for when, _ in plan(path, workspace(), WINDOW)] == ["before ranking", "numbered"]
    replies = {news.url: html(article("News")), AT_PDF: answer(status=404), ABS: html(b"<p>x")}
    found, asked = read(path, replies, processes)
    assert asked == [news.url, HTML, AT_PDF, ABS]
    assert [one.result for one in found.readings] == [Result.OK, Result.UNREACHABLE]


def test_posts_are_ranked_by_what_was_read(tmp_path: Path, processes: ParseProcesses) -> None:
    """A post without a word in its feed is no entry; with its text read it is one, and the reasons say where the phrase stood."""
    news = item("News", url="https://labs.test/news")
    path = stored(tmp_path, labs=[news])
    (before,) = select(path, workspace(), WINDOW).shortlist.candidates
    assert (before.kept, before.score) == (False, 0)
    read(path, {news.url: html(article("News"))}, processes)
    (after,) = select(path, workspace(), WINDOW).shortlist.candidates
    assert after.kept
    assert {(one.topic, one.field) for one in after.reasons} == {("caches", "text read")}
    assert after.item.published == news.published


def test_a_long_text_does_not_win_by_its_length(tmp_path: Path, processes: ParseProcesses) -> None:
    """The same beginning counts the same, however much follows it."""
    scores = []
    for name, words in (("short", WORDS * 30), ("long", WORDS * 3000)):
        news = item("News", url=f"https://{name}.test/news")
        (tmp_path / name).mkdir()
        path = stored(tmp_path / name, labs=[news])
        read(path, {news.url: html(article("News", words=words))}, processes)
        scores.append(select(path, workspace(), WINDOW).shortlist.candidates[0].score)
    assert scores[0] == scores[1] > 0


def test_the_plan_asks_and_writes_nothing(tmp_path: Path) -> None:
    """It names what would be read, and in which step."""
    path = stored(tmp_path, labs=[POST], arxiv=[replace(PAPER, summary=SUMMARY)])
    before = path.read_bytes()
    assert [(when, thing.id) for when, thing in plan(path, workspace(), WINDOW)] == [
        ("before ranking", POST.id),
        ("numbered", PAPER.id),
    ]
    assert path.read_bytes() == before


def test_the_command_says_what_it_would_read_and_what_it_could_not(tmp_path: Path) -> None:
    """--dry-run lists addresses on stdout and asks nobody; a run tells what stood in the way on stderr, and exits 4 if nothing answered."""
    with Replay({"/robots.txt": Served(status=404), "/cache": Served(body=article(), content_type="text/html")}) as server:
        (tmp_path / "data").mkdir()
        stored(tmp_path, labs=[POST, item("A lost cache", url="https://labs.test/lost")]).rename(tmp_path / "data/scout.db")
        http = f"http: {{allow_hosts: ['{server.host}'], pace_s: {{'{server.host}': 0}}, mirror: {{labs.test: '{server.url('')}'}}}}\n"
        desk = Terminal(tmp_path)
        desk.write("feeds.yaml", http + FEEDS.format(labs="", arxiv=""))
        days = ("--since", str(WINDOW.since), "--until", str(WINDOW.until))
        planned = desk("read", *days, "--dry-run")
        assert planned.code == 0
        assert "https://labs.test/cache" in planned.out
        assert server.log == []
        ran = desk("read", *days)
        assert (ran.code, ran.out) == (0, "")
        assert "not read: labs.test: unreachable: 404: there is nothing at this address" in ran.err
        assert "1 of 2 texts read" in ran.err
        assert desk("read", *days, "--quiet").err == ""
        assert [heard.path for heard in server.log].count("/cache") == 1
        desk.write("feeds.yaml", http.replace(server.host, "127.0.0.1:9") + FEEDS.format(labs="", arxiv=""))
        assert desk("read", *days, "--refresh", "--strict").code == 4
        assert desk("read", "--limit", "0").code == 2
