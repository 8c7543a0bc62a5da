"""No outside string breaks out of its line: held against CommonMark with raw HTML allowed, and against GitHub's extensions."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from made_weeks import HOSTILE, PRIOR, Trend, Trends, Week, asked, candidate, hostile, paper, post, release, seen, talk

from scout.draft import DraftInput, Neighbour, compose, html, pr_body
from scout.model import Result, Section, Status
from scout.text import clean, markdown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from markdown_it.token import Token

OWN = re.compile(
    r"^(?:https://(?:arxiv\.org|github\.com|blog\.example\.com|cacheconf\.example\.org|news\.ycombinator\.com|safe\.example)/|\./)"
)
SPECIAL = "\\`*_{}[]()#+-.!|<>&@~$:=\"'\n\r\t\u2028\u202e\u200b0a/"
nasty = st.sampled_from(HOSTILE) | st.text(alphabet=SPECIAL, max_size=30) | st.text(max_size=30)


def _tokens(text: str) -> list[Token]:
    from markdown_it import MarkdownIt  # noqa: PLC0415 -- as in the page: only where needed

    return MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).parse(text)


def _inside(tokens: list[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or ()


def _harmless(text: str, *, headings: int) -> None:
    """Assert that the Markdown has only what the template makes: its headings, our links, no HTML, image, table, rule or mention."""
    found = list(_inside(_tokens(text)))
    assert sum(token.type == "heading_open" for token in found) == headings
    linked = False
    for token in found:
        linked = token.type == "link_open" or (linked and token.type != "link_close")
        assert token.type not in ("image", "table_open", "fence", "code_block", "s_open"), token
        if token.type in ("html_inline", "html_block"):
            assert re.fullmatch(r"<!-- (?:slot: \w+|/?evidence) -->", token.content.strip()), token.content
        if token.type == "link_open":
            assert OWN.match(str(token.attrGet("href"))), token
        if token.type == "text" and not linked:  # within a link nothing is linked again
            assert not re.search(r"@[A-Za-z0-9]|(?<!&)#\d|\bGH-\d", token.content), token.content
            assert not re.search(r"(?i)https?://|\bwww\.\w|ftp://", token.content), token.content


def _everywhere(text: str) -> DraftInput:
    """Return a week in which one text stands wherever outside text can stand."""
    item = paper(
        "1",
        text,
        f"{text} cuts TTFT by 40% over {text}. {text}",
        authors=(text, text),
        tags=(text,),
        claimed=text,
        date_source=text,
    )
    bad = post("x", text, text, url=text, claimed=text, published=None)
    train = candidate(
        3,
        seen(release("v1.0", f"- KV cache {text} (#12)\n{text}"), text),
        section=Section.A,
        term=text,
        companions=(seen(bad, text), seen(talk("1", text), text)),
    )
    conference = candidate(
        4, seen(talk("2", text), text), section=Section.A, companions=(seen(talk("3", text), text),), why_section=text
    )
    rest = [
        candidate(
            10 + n,
            seen(replace(item, id=f"url:{n}"), text, changed=text, trusted=False),
            status=status,
            kept=False,
            topic=text,
            term=text,
        )
        for n, status in enumerate(Status)
    ]
    coverage = (
        asked(text, group=text, result=Result.BLOCKED, why=text, items=0, covered=False),
        asked(f"{text}2", group=text, items=0), asked(f"{text}3", group=text, items=2),
    )  # fmt: skip
    return Week(
        candidates=(candidate(1, seen(item, text)), candidate(2, seen(bad, text), topic=text), train, conference, *rest),
        coverage=coverage, cut=text, dropped={text: 1}, prior=replace(PRIOR, path=text, title=text),
        more={"neighbours": {item.id: (Neighbour(title=text, likeness=0.5, url=text), Neighbour(title=text, likeness=0.5, url="https://safe.example/"))},
              "rising": Trends(rises=(Trend(text, 3, 1, 2.0, (text,)),), why=text), "upcoming": (seen(replace(item, id="url:up"), text),)},
    ).inputs()  # fmt: skip


@given(nasty)
@example("](javascript:alert(1))")
@example("a\n\n# b\n\n<script>x</script>")
@example("![x](https://e.example/p.png)")
def test_nothing_breaks_out(text: str) -> None:
    """Wherever a text stands, the draft has the template's headings and links and nothing more; so has the pull request's text."""
    inputs = _everywhere(text)
    _harmless(compose(inputs), headings=6 + 4)
    _harmless(pr_body(inputs), headings=2)


@given(nasty)
def test_title_stays_on_its_line(text: str) -> None:
    """A title is one line of text: read back by a CommonMark reader it is itself, cleaned."""
    escaped = markdown(text)
    assert "\n" not in escaped
    tokens = _tokens(f"### {escaped}\n\nafter")
    assert [token.type for token in tokens][:3] == ["heading_open", "inline", "heading_close"]
    read = "".join(child.content for child in tokens[1].children or ())
    assert clean(read) == clean(text)


@pytest.mark.parametrize("text", HOSTILE)
def test_known_tricks(text: str) -> None:
    """The tricks that were seen elsewhere stay inert, alone and as a list item, a quote, a paragraph and a link's words."""
    for line in (f"- {markdown(text)}", f"> {markdown(text)}", markdown(text), f"[{markdown(text)}](https://arxiv.org/)"):
        _harmless(line, headings=0)


def test_hostile_page() -> None:
    """The page of a hostile week has no active content, and no address that is not ours."""
    page = html(compose(hostile()))
    assert "<script" not in page
    assert not re.search(r"<[^>]+\bon\w+=", page)
    assert all(OWN.match(address) for address in re.findall(r'href="([^"]*)"', page))


@given(st.text(max_size=200) | nasty)
def test_any_markdown_gives_a_safe_page(text: str) -> None:
    """Even a draft that a person edited by hand gives a page without script, image or handler."""
    page = html(f"# {text}\n\n{text}\n\n<script>alert(1)</script><img src=x onerror=y> [a](javascript:b) ![c](http://d)")
    body = page.partition("<body>")[2]
    assert not re.search(r"(?i)<(?:script|img|iframe|style|svg)\b|<[^>]+\son\w+=|href=\"(?!https?://)", body)
