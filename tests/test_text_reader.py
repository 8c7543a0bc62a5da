"""An item's text is read from its own page; what stood in the way is a result in words, whatever the page holds."""

from __future__ import annotations

import re
import zlib
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, FakeClient, Reply, answer, failure, item

from scout.config import HttpSettings
from scout.demo.server import Replay
from scout.demo.server import Reply as Served
from scout.http import HttpCache, HttpClient
from scout.model import Item, Kind, Result, Validators
from scout.model.reading import plain
from scout.sources import text_reader
from scout.sources.parse_process import ParseProcesses
from scout.sources.text_reader import TextReader

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.demo.server import Connection
    from scout.sources.session import Client

POST = item("A cache of pages", url="https://labs.test/cache")
PAPER = item("A cache for papers", kind=Kind.PAPER, id="arxiv:2605.00001", url="https://arxiv.org/abs/2605.00001")
HTML, AT_PDF, ABS = (f"https://arxiv.org/{part}/2605.00001" for part in ("html", "pdf", "abs"))
WORDS = "The cache keeps the pages that are asked for most, and it forgets the others after a while. "


def article(title: str = POST.title, *, head: str = "", words: str = WORDS * 20) -> bytes:
    """Return a page with an article."""
    paragraphs = f"<p>{words}</p><h2 id='r'>Results</h2><p>Latency fell by 40%. {words}</p>"
    page = f"<html lang='en'><head><title>{title}</title>{head}</head><body><article><h1>{title}</h1>{paragraphs}</article></body></html>"
    return page.encode()


def paper(title: str = PAPER.title) -> bytes:
    """Return a page as LaTeXML makes it."""
    para = f"<div class='ltx_para'><p class='ltx_p'>{WORDS * 10}</p></div>"
    section = f"<section class='ltx_section' id='S1'><h2 class='ltx_title ltx_title_section'>1 Evaluation</h2>{para}</section>"
    head = f"<h1 class='ltx_title ltx_title_document'>{title}</h1>"
    return f"<html lang='en'><body><article class='ltx_document'>{head}{section}</article></body></html>".encode()


def html(body: bytes, **more: Any) -> Reply:
    """Answer with a page."""
    return answer(body, headers={"content-type": "text/html; charset=utf-8"}, **more)


@pytest.fixture(scope="module")
def processes() -> Iterator[ParseProcesses]:
    """Share one process: it is the same for all."""
    shared = ParseProcesses(cpu_s=text_reader.CPU_S, memory_bytes=text_reader.MEMORY_BYTES, most=1)
    yield shared
    shared.close()


def reader(processes: ParseProcesses, replies: dict[str, Reply] | Client) -> TextReader:
    """Return a reader over prepared replies."""
    client = FakeClient(replies=replies) if isinstance(replies, dict) else replies
    return TextReader(client=client, processes=processes, clock=lambda: NOW)


def test_an_article_is_read_with_its_sections(processes: ParseProcesses) -> None:
    """The text, its headings and anchors, where it stood and its digest are in the reading."""
    found = reader(processes, {POST.url: html(article())}).read(POST)
    assert (found.result, found.form, found.status, found.final_url) == (Result.OK, "article", 200, POST.url)
    assert found.text
    assert [(one.heading, one.anchor) for one in found.text.sections if one.heading] == [("Results", "r")]
    assert "Latency fell by 40%." in plain(found.text)
    assert len(found.validators.sha256) == 64
    assert found.notes == ()


def test_a_paper_is_read_as_html_in_its_version(processes: ParseProcesses) -> None:
    """The version that the item has is asked for, and the PDF is not, where there is HTML."""
    second = item(PAPER.title, kind=Kind.PAPER, id=PAPER.id, url=PAPER.url, extra={"version": 2})
    client = FakeClient(replies={f"{HTML}v2": html(paper())})
    found = reader(processes, client).read(second)
    assert (found.result, found.form, found.version) == (Result.OK, "arxiv-html", "v2")
    assert [one.url for one in client.requests] == [f"{HTML}v2"]


@pytest.mark.parametrize(
    "at_pdf", [html(b"<html><title>PDF unavailable</title><h1>PDF unavailable</h1></html>"), answer(status=404)]
)
def test_html_under_pdf_is_no_paper(processes: ParseProcesses, at_pdf: Reply) -> None:
    """Where neither form has a text, only the abstract is left, and both reasons are said."""
    found = reader(processes, {AT_PDF: at_pdf, ABS: html(b"<html><h1>A paper</h1></html>")}).read(PAPER)
    assert found.result in (Result.EMPTY, Result.UNREACHABLE)
    assert found.text is None
    assert found.why.startswith("only the abstract: arxiv-html: 404")
    assert "; pdf: " in found.why


def test_a_withdrawn_paper_is_told_as_such(processes: ParseProcesses) -> None:
    """Its abstract page says so, where there is neither HTML nor PDF."""
    page = (
        b"<html><title>[2605.00001] A | arXiv e-print repository</title><div id='abs'><h1 class='title'>Title:A</h1>"
        b"<span class='error'>This paper has been withdrawn by A. Author</span><blockquote class='abstract'>About.</blockquote></div></html>"
    )
    found = reader(processes, {ABS: html(page)}).read(PAPER)
    assert (found.result, found.why) == (Result.EMPTY, "the paper was withdrawn")
    assert found.text
    assert found.text.withdrawn


def test_a_host_that_limits_is_not_asked_for_another_form(processes: ParseProcesses) -> None:
    """After a 429 or a block for the HTML, the PDF of the same host is not asked for."""
    for status in (429, 403):
        client = FakeClient(replies={HTML: answer(status=status)})
        assert reader(processes, client).read(PAPER).status == status
        assert len(client.requests) == 1


def test_a_pdf_that_fails_in_passing_is_asked_for_again(processes: ParseProcesses) -> None:
    """A paper without HTML whose PDF does not come today has not been read, and is no paper without a text."""
    for passing in (answer(status=503), failure(Result.UNREACHABLE, "no answer in 60 s")):
        found = reader(processes, {AT_PDF: passing, ABS: html(b"<html><h1>A paper</h1></html>")}).read(PAPER)
        assert (found.result, found.final) == (Result.UNREACHABLE, False)


def test_a_host_that_does_not_answer_is_not_asked_for_another_form(processes: ParseProcesses) -> None:
    """No connection for the HTML is none for the PDF."""
    client = FakeClient(replies={HTML: failure(Result.UNREACHABLE, "no connection")})
    assert reader(processes, client).read(PAPER).result is Result.UNREACHABLE
    assert len(client.requests) == 1


def test_a_page_without_a_title_behind_a_redirect_is_read(processes: ParseProcesses) -> None:
    """Only another title says that a redirect leads to another article."""
    moved = html(article("").replace(b"<h1></h1>", b""), final_url="https://labs.test/blog/cache")
    assert reader(processes, {POST.url: moved}).read(POST).result is Result.OK


def test_a_redirect_to_another_article_is_no_text_of_this_one(processes: ParseProcesses) -> None:
    """An address that leads to another article, or to the front page, is told; one whose article has moved is read."""
    for title in ("Our quarterly results for investors", "Welcome to Labs"):
        moved = html(article(title), final_url="https://labs.test/other")
        found = reader(processes, {POST.url: moved}).read(POST)
        assert (found.result, found.text) == (Result.BROKEN, None)
        assert "it leads to another page" in found.why
        assert "https://labs.test/other" in found.why
    moved = html(article(f"{POST.title} | Labs"), final_url="https://labs.test/blog/cache")
    assert reader(processes, {POST.url: moved}).read(POST).result is Result.OK


def test_what_a_page_states_otherwise_is_noted_with_both(processes: ParseProcesses) -> None:
    """Another title and another date are notes; the item's own stay what they were, and an undated item gets no date."""
    head = '<meta property="article:published_time" content="2026-05-12T08:00:00Z">'
    page = {POST.url: html(article("Something else entirely", head=head))}
    said = reader(processes, page).read(POST).notes
    assert said == ("the page is titled 'Something else entirely'", "the page dates itself 2026-05-12, feed:published 2026-05-20")
    undated = item(POST.title, url=POST.url, published=None)
    assert "its source gives no date" in reader(processes, page).read(undated).notes[1]
    near = item(POST.title, url=POST.url, published=datetime(2026, 5, 13, 2, tzinfo=UTC))
    assert reader(processes, {POST.url: html(article(head=head))}).read(near).notes == ()


def test_an_unchanged_page_is_not_parsed(processes: ParseProcesses) -> None:
    """A page whose validators are the stored ones is unchanged, and has no text; without them it is read."""
    page = answer(article(), headers={"content-type": "text/html", "etag": '"1"'})
    client = FakeClient(replies={POST.url: page}, cache=HttpCache(validators={POST.url: Validators(etag='"1"')}))
    found = reader(processes, client).read(POST, conditional=True)
    assert (found.result, found.status, found.text) == (Result.UNCHANGED, 304, None)
    assert reader(processes, client).read(POST).result is Result.OK


@pytest.mark.parametrize(
    ("thing", "form"),
    [
        (POST, ["article"]),
        (PAPER, ["arxiv-html", "pdf"]),
        (item("v1.0", kind=Kind.RELEASE, id="github:a/b@v1.0", url="https://github.com/a/b/releases/tag/v1.0"), []),
        (item("Ask", kind=Kind.THREAD, id="hn:1", url="https://labs.test/cache"), []),
        (item("A talk", kind=Kind.TALK, id="program:x/1", url="https://conf.test/program"), []),
        (item("A talk", kind=Kind.TALK, id="program:x/1", url="https://conf.test/program", links=(PAPER.url,)), ["arxiv-html", "pdf"]),
        (item("No address", url="ftp://labs.test/x"), []),
    ],
)  # fmt: skip
def test_what_has_a_page_of_its_own(thing: Item, form: list[str]) -> None:
    """Posts, papers, and talks with a paper have; releases are their notes, threads are about another page."""
    assert [name for name, _ in text_reader.addresses(thing)] == form


def deflated(size: int) -> bytes:
    """Return a PDF of one page whose drawing is `size` bytes of nothing, deflated."""
    stream = zlib.compress(b"BT (x) Tj ET " * (size // 13), 9)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 4 0 R >>",
        b"<< /Length %d /Filter /FlateDecode >>\nstream\n%s\nendstream" % (len(stream), stream),
    ]
    body, places = b"%PDF-1.4\n", []
    for number, one in enumerate(objects, 1):
        places.append(len(body))
        body += b"%d 0 obj\n%s\nendobj\n" % (number, one)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    at = len(body)
    return (
        body + b"xref\n0 5\n0000000000 65535 f \n" + table + b"trailer << /Size 5 /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % at
    )


def test_a_pdf_bomb_ends_in_a_sentence(processes: ParseProcesses) -> None:
    """A PDF of two hundred kilobytes whose drawing has two hundred megabytes is no text, and the next paper is read."""
    bomb = answer(deflated(200_000_000), headers={"content-type": "application/pdf"})
    found = reader(processes, {AT_PDF: bomb}).read(PAPER)
    assert found.result in (Result.EMPTY, Result.BROKEN)
    assert found.text is None
    assert "pdf: " in found.why
    assert reader(processes, {HTML: html(paper())}).read(PAPER).result is Result.OK


def test_a_parser_that_takes_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    """Time and memory of a reading are bounded from outside the parser, whatever it does; the next one is read."""
    tight = ParseProcesses(cpu_s=1, memory_bytes=2**28, most=1)
    try:
        for costly in (endless, vast):
            monkeypatch.setattr(text_reader, "parse", costly)
            found = reader(tight, {POST.url: html(article())}).read(POST)
            assert (found.result, found.text) == (Result.BROKEN, None)
            assert "it would take more than 1 s or 256 MiB" in found.why
    finally:
        tight.close()


def endless(*_: object) -> None:
    """Never come to an end."""
    while True:
        pass


def vast(*_: object) -> bytes:
    """Need more memory than there is."""
    return bytes(2**29)


def drip(wire: Connection) -> None:
    """Answer without an end."""
    wire.head(content_type="text/html")
    while not wire.wait(0.001):
        wire.write(b"<p>more and more</p>" * 500)


@pytest.mark.parametrize(
    ("served", "sentence"),
    [
        (Served(body=b"x" * 50 * 2**20, content_type="text/html"), "larger than 1 MiB"),
        (Served(script=drip), "larger than 1 MiB|no complete answer within"),
        (Served(body=b"\x89PNG" * 100, content_type="image/png"), "an image, no page"),
    ],
)
def test_a_page_beyond_all_bounds_is_no_text(processes: ParseProcesses, served: Served, sentence: str) -> None:
    """A page of 50 MB and one without an end are given up at the cap or the deadline; a picture is told as one."""
    with Replay({"/cache": served}) as server:
        http = HttpSettings(allow_hosts=(server.host,), mirror={"labs.test": server.url("")}, max_body_mib=1, timeout_s=5)
        with HttpClient(http, now=lambda: NOW, pause_s=0) as client:
            found = reader(processes, client).read(POST)
    assert found.text is None
    assert found.result in (Result.BROKEN, Result.UNREACHABLE, Result.EMPTY)
    assert found.why
    assert re.search(sentence, found.why)
