"""The shortlist for other programs: well-formed whatever the titles say, and read back as what it was."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

import pytest
from bs4 import BeautifulSoup
from fakes import page
from hypothesis import given
from hypothesis import strategies as st
from made_weeks import Week, candidate, full, paper, post, seen
from terminal import OPENED, PAPER, SENTENCE, WEEK, Terminal, week_terminal, with_reading

from scout.model import Precision, Section
from scout.model.reading import Passage
from scout.shortlist import export
from scout.sources.feed import FeedSource
from scout.text import clean

if TYPE_CHECKING:
    from pathlib import Path

    from scout.model import Shortlist

TEXT = st.text(st.characters(categories=("L", "N", "P", "S", "Zs", "Cc", "Co")), max_size=60)
NASTY = st.one_of(TEXT, st.sampled_from(["]]>", "<b>&amp;</b>", "a } and { b", "%$#_^~\\", "\ufffe\x00\x1b[2J", "x" * 3000]))


def made(text: str) -> Shortlist:
    """Return a shortlist in which a text stands in every place that comes from outside."""
    item = paper("1", text, text, authors=(text, f"{text} and {text}"), tags=(text,))
    other = post("x", text, text, url=f"https://blog.example.com/{text}", published=None)
    return (
        Week(
            candidates=(
                candidate(1, seen(item, "arxiv"), topic=text, term=text),
                candidate(2, seen(other, "blog"), section=Section.A),
            )
        )
        .inputs()
        .shortlist
    )


@given(NASTY)
def test_a_feed_is_well_formed_whatever_is_in_it(text: str) -> None:
    """XML and JSON can be read, and have a title and an id for each candidate."""
    chosen = made(text)
    root = ET.fromstring(export.atom(chosen, title=text))
    entries = root.findall(f"{{{export.ATOM}}}entry")
    assert len(entries) == len(chosen.candidates)
    for name in ("title", "id", "updated", "summary"):
        assert all(entry.findtext(f"{{{export.ATOM}}}{name}") for entry in entries)
    feed = json.loads(export.json_feed(chosen, title=text))
    assert [item["_scout"]["rank"] for item in feed["items"]] == [1, 2]
    assert len({item["id"] for item in feed["items"]}) == 2


@given(NASTY)
def test_quotes_are_harmless_html_whatever_is_in_them(text: str) -> None:
    """Both feeds have paragraphs, quotes and links to pages, nothing else, and the same; without quotes there is no HTML."""
    chosen = made(text)
    id_ = chosen.candidates[0].item.id
    quoted = {id_: [Passage(sentence=text, section=text, url=url) for url in (f"https://a.test/#:~:text={text}", text, "")]}
    first, second = json.loads(export.json_feed(chosen, title="Week", quoted=quoted))["items"]
    assert "content_html" not in second
    root = ET.fromstring(export.atom(chosen, title="Week", quoted=quoted))
    (content,) = root.findall(f".//{{{export.ATOM}}}content")
    assert content.get("type") == "html"
    for html in (first["content_html"], content.text or ""):
        tags = BeautifulSoup(html, "html.parser").find_all()
        assert {tag.name for tag in tags} <= {"p", "blockquote", "a"}
        assert all(set(tag.attrs) <= {"href"} and str(tag.get("href", "https://")).startswith("https://") for tag in tags)
        assert len([tag for tag in tags if tag.name == "blockquote"]) == 3


@pytest.mark.parametrize("form", ["atom", "jsonfeed"])
def test_a_feed_links_the_sentence_that_the_draft_quotes(form: str, tmp_path: Path) -> None:
    """The address that opens at the evidence is the draft's; in a replay of a day before it was read there is none."""
    desk = with_reading(week_terminal(tmp_path))
    assert desk("mark", PAPER, "--as", "B").code == 0  # so that it has a place
    written = desk("export", "--format", form, *WEEK).out
    assert OPENED in written
    assert SENTENCE in written
    assert OPENED in desk("draft", *WEEK).out
    assert OPENED not in desk("export", "--format", form, *WEEK, "--as-of", "2026-05-24").out


@given(NASTY)
def test_bibtex_is_balanced_whatever_is_in_it(text: str) -> None:
    """Braces close, each entry has one key of plain letters, and no mark of TeX is left without its backslash."""
    written = export.bibtex(made(text))
    plain = re.sub(r"\\[{}\\&%$#_]|\\text\w+\{\}", "", written)
    depth = 0
    for character in plain:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert depth >= 0
    assert depth == 0
    keys = re.findall(r"(?m)^@misc\{([a-z0-9-]+),$", written)
    assert len(set(keys)) == len(keys) == 2
    for line in plain.splitlines():
        assert line.startswith(("  url = ", "  eprint = ")) or not re.search(r"[&%$#_~^\\]", line)


def test_scout_reads_its_own_feeds() -> None:
    """Titles, addresses, dates and authors come back; of a paper no date is taken from a feed, whoever wrote it."""
    chosen = full().shortlist
    dated = [one.item for one in chosen.candidates if one.item.published and one.item.url]
    for body, kind in (
        (export.atom(chosen, title="Week"), "application/atom+xml"),
        (export.json_feed(chosen, title="Week"), "application/feed+json"),
    ):
        source = FeedSource(name="own", url="https://own.example.org/feed")
        found = {item.url: item for item in source.parse(page(body.encode(), headers={"content-type": kind})).items}
        for item in dated:
            assert clean(found[item.url].title) == clean(item.title)
            assert found[item.url].published == (None if item.id.startswith("arxiv:") else item.published)
            assert found[item.url].authors == item.authors or not item.authors


def test_no_date_is_made_up() -> None:
    """Without a date there is none in the feed and none in BibTeX; the feed's own time is of its entries, not of today."""
    undated = Week(candidates=(candidate(1, seen(post("x", "A post", "", published=None), "blog")),)).inputs().shortlist
    assert "<published>" not in export.atom(undated, title="Week")
    assert "date_published" not in export.json_feed(undated, title="Week")
    assert "year" not in export.bibtex(undated)
    month = paper("1", "A paper", "", precision=Precision.NONE, published=datetime(2026, 5, 1, tzinfo=UTC))
    assert "year" not in export.bibtex(Week(candidates=(candidate(1, seen(month, "arxiv")),)).inputs().shortlist)


def test_what_a_paper_is_cited_by() -> None:
    """Author, title, year, month, arXiv id and address, under a key that a person would choose; only entries are cited."""
    written = export.bibtex(full().shortlist)
    (entry,) = (one for one in written.split("\n\n") if "2699.10001" in one)
    assert entry.splitlines() == [
        "@misc{lind2026tide,",
        "  title = {{Tide: Sharing KV Cache Between Strangers}},",
        "  author = {Ada Lind and Boris Weil},",
        "  year = {2026},",
        "  month = may,",
        "  eprint = {2699.10001},",
        "  archiveprefix = {arXiv},",
        "  url = {https://arxiv.org/abs/2699.10001}",
        "}",
    ]
    assert written.count("@misc{") == sum(one.kept for one in full().shortlist.candidates)


@pytest.mark.parametrize("form", ["atom", "jsonfeed", "bibtex"])
def test_the_command_writes_the_same_bytes_to_a_file(form: str, tmp_path: Path) -> None:
    """On stdout and in a file, twice; it needs a form."""
    desk = week_terminal(tmp_path)
    said = desk("export", "--format", form, *WEEK)
    assert (said.code, said.err) == (0, "")
    assert desk("export", "--format", form, *WEEK, "--out", "out/week").code == 0
    assert (tmp_path / "out" / "week").read_text(encoding="utf-8") == said.out
    assert desk("export", "--format", form, *WEEK) == said
    assert Terminal(tmp_path)("export", *WEEK).code == 2
