"""Papers in arXiv's HTML: sections, paragraphs, captions and tables, counted against the markup by another parser."""

from __future__ import annotations

import csv
import gzip
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scout.model.reading import NoText, ParsedText
from scout.parsers import article, latexml
from scout.text import tree

URL = "https://arxiv.org/html/2605.00002v1"
DATA = Path(__file__).parents[2] / "shared" / "world" / "data"
PAPERS = sorted((DATA / "site").glob("latexml__*.html.gz"))
needs_papers = pytest.mark.skipif(not PAPERS, reason="the papers in LaTeXML's HTML are not on this machine")
WORDS = " ".join(["We serve requests from a tier of flash behind the cache in memory, and measure each step."] * 5)


def paper(body: str, *, error: str = "") -> bytes:
    """Return a page as arXiv has it around a paper's markup."""
    return (
        f'<!DOCTYPE html><html lang="en"><head><title>A Paper</title></head><body><nav class="ltx_TOC"><ol><li>1 Contents</li></ol></nav>'
        f'<div id="watermark-tr">arXiv:2605.00002v1 [cs.DC] 02 May 2026</div><article class="ltx_document">'
        f'<h1 class="ltx_title ltx_title_document">A Paper</h1><div class="ltx_authors">A. Author</div>{error}{body}</article></body></html>'
    ).encode()


BODY = f"""<div class="ltx_abstract" id="id1"><h6 class="ltx_title ltx_title_abstract">Abstract</h6><p class="ltx_p">We cut cost.</p></div>
<section class="ltx_section" id="S4"><h2 class="ltx_title ltx_title_section"><span class="ltx_tag">4 </span>Evaluation</h2>
<div class="ltx_para"><p class="ltx_p">{WORDS}<span class="ltx_note"><sup class="ltx_note_mark">1</sup><span class="ltx_note_outer"><span
class="ltx_note_content"><sup class="ltx_note_mark">1</sup>Code: <a href="https://github.com/example/tier">there</a>.</span></span></span></p></div>
<section class="ltx_subsection" id="S4.SS1"><h3 class="ltx_title ltx_title_subsection"><span class="ltx_tag">4.1 </span>Latency</h3>
<div class="ltx_para"><p class="ltx_p">It is <math class="ltx_Math" alttext="14.9\\times"><semantics><mn>14.9</mn><annotation
encoding="application/x-tex">14.9\\times</annotation></semantics></math> faster.</p>
<table class="ltx_equation ltx_eqn_table"><tr><td><math alttext="a=b"><mi>a</mi></math></td></tr></table></div>
<figure class="ltx_table" id="S4.T1"><figcaption class="ltx_caption"><span class="ltx_tag ltx_tag_table">Table 1: </span>Latency.</figcaption>
<table class="ltx_tabular"><thead class="ltx_thead"><tr class="ltx_tr"><th class="ltx_td ltx_th ltx_th_column">System</th><th class="ltx_td ltx_th
ltx_th_column">TTFT (ms)</th></tr></thead><tbody><tr class="ltx_tr"><td class="ltx_td">ours</td><td class="ltx_td"><math alttext="38"><mn>38</mn></math></td></tr>
</tbody></table></figure></section></section>
<section class="ltx_bibliography"><h2 class="ltx_title">References</h2><ul class="ltx_biblist"><li class="ltx_bibitem"><p class="ltx_p">Someone Else.
<a href="https://github.com/other/work">w</a></p></li></ul></section>"""


def test_a_paper_is_read_in_its_sections() -> None:
    """Sections keep heading, depth and address; notes end their paragraph, formulas read as text, captions and tables follow."""
    found = latexml.parse(paper(BODY), url=URL, content_type="text/html")
    assert isinstance(found, ParsedText)
    assert (found.title, found.published, found.language, found.links) == (
        "A Paper",
        "2026-05-02",
        "en",
        ("https://github.com/example/tier",),
    )
    assert [(one.kind, one.heading, one.level, one.anchor, one.text) for one in found.sections] == [
        ("abstract", "Abstract", 1, "id1", "We cut cost."),
        ("prose", "4 Evaluation", 1, "S4", f"{WORDS} Code: there."),
        ("prose", "4.1 Latency", 2, "S4.SS1", "It is 14.9× faster. a=b"),
        ("caption", "4.1 Latency", 2, "S4.T1", "Table 1: Latency."),
        ("table", "Table 1: Latency.", 2, "S4.T1", "System\tTTFT (ms)\nours\t38"),
    ]


def test_a_page_of_posts_reads_a_paper_as_a_paper() -> None:
    """Whoever asks the parser of posts for a paper in LaTeXML's HTML gets the same."""
    assert article.parse(paper(BODY), url=URL, content_type="text/html") == latexml.parse(
        paper(BODY), url=URL, content_type="text/html"
    )


FATAL = "Conversion to HTML had a Fatal error and exited abruptly. This document may be truncated or damaged."


@pytest.mark.parametrize(
    ("said", "body"),
    [
        ("fatal error", paper(BODY, error=f'<div class="ltx_para"><span class="ltx_ERROR">{FATAL}</span></div>')),
        ("fatal error", paper(BODY, error='<a class="ar5iv-severity-fatal" href="/log">report</a>')),
        ("words of prose", paper('<div class="ltx_para"><p class="ltx_p">acmart</p></div>')),
        ("no paper", b"<html><body><p>Something else</p></body></html>"),
        ("a PDF", b"%PDF-1.5"),
        ("empty", b""),
    ],
)
def test_what_is_no_paper_is_no_text(said: str, body: bytes) -> None:
    """A conversion that failed, though the status is 200, and other pages give no text, with the reason."""
    found = latexml.parse(body, url=URL, content_type="text/html")
    assert isinstance(found, NoText)
    assert said in found.why


def test_a_withdrawn_version_is_told() -> None:
    """The page of arXiv for a version that was withdrawn has no text, and says so of the paper."""
    title = "Paper 2605.12345v2 withdrawn | arXiv e-print repository"
    page = f"<html><head><title>{title}</title></head><body><main><h1>This version of 2605.12345v2 has been withdrawn and is unavailable</h1></main></body></html>"
    found = latexml.parse(page.encode(), url=URL, content_type="text/html")
    assert isinstance(found, ParsedText)
    assert (found.withdrawn, found.sections) == (True, ())


@needs_papers
@pytest.mark.parametrize("path", PAPERS, ids=[path.name for path in PAPERS])
def test_nothing_of_a_paper_is_lost(path: Path) -> None:
    """Sections, paragraphs, captions and tables are as many as CSS selectors find in the page, and none is empty of words."""
    body = gzip.decompress(path.read_bytes())
    found = latexml.parse(body, url=URL, content_type="text/html")
    assert isinstance(found, ParsedText)
    page = tree(body)
    for part in page.select(".ltx_bibliography, .ltx_authors, .ltx_abstract"):
        part.decompose()
    kinds = ("section", "subsection", "subsubsection", "paragraph", "subparagraph", "appendix")
    floats = ["ltx_figure", "ltx_table", "ltx_float", "ltx_tabular"]
    paragraphs = [one for one in page.select("p.ltx_p") if not one.find_parent(class_=floats) and one.get_text(strip=True)]
    prose = [one for one in found.sections if one.kind == "prose"]
    assert len([one for one in prose if one.heading]) == len(page.select(", ".join(f"section.ltx_{kind}" for kind in kinds)))
    assert sum(len(one.text.split("\n\n")) for one in prose if one.text) == len(paragraphs)
    assert len([one for one in found.sections if one.kind == "caption"]) == len(page.select("figcaption"))
    assert len([one for one in found.sections if one.kind == "table"]) == len(page.select("table.ltx_tabular"))


@pytest.mark.skipif(not DATA.exists(), reason="the stand-in world is not on this machine")
def test_each_page_of_the_stand_in_world_has_its_result() -> None:
    """The texts of the world's site are read, the stubs are told for what they are."""
    with (DATA / "site.tsv").open(encoding="utf-8") as lines:
        rows = [row for row in csv.DictReader(lines, delimiter="\t") if "arxiv.org" in row["url"] and "/pdf/" not in row["url"]]
    for row in rows:
        path = DATA / row["file"]
        body = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
        found = latexml.parse(body, url=row["url"], content_type=row["type_or_target"])
        if "stub__" not in row["file"]:
            assert isinstance(found, ParsedText), (row["url"], found)
            assert sum(len(one.text) for one in found.sections) > 5_000
        elif "withdrawn" in row["file"]:
            assert isinstance(found, ParsedText), row["url"]
            assert found.withdrawn
        else:
            assert isinstance(found, NoText), row["url"]
            assert found.why.startswith(("arXiv has no text here", "the conversion")), found


MARKUP = st.lists(
    st.sampled_from([
        '<article class="ltx_document">', '<section class="ltx_section" id="S1">', '<p class="ltx_p">', "</p>", "</section>", "<math alttext='\\frac{'>",
        '<figure class="ltx_table">', '<table class="ltx_tabular">', '<tr class="ltx_tr">', '<td class="ltx_td" colspan="9">', "<figcaption>",
        '<span class="ltx_note">', '<span class="ltx_note_content">', '<div class="ltx_abstract">', f"{WORDS} ", "&#0;", "\x00", '<dt class="ltx_item">',
    ]),
    max_size=60,
).map(lambda parts: "".join(parts).encode())  # fmt: skip


@settings(deadline=None)
@given(body=st.binary(max_size=300) | MARKUP)
def test_no_bytes_make_it_raise(body: bytes) -> None:
    """Whatever was answered, there is a text or a reason."""
    found = latexml.parse(body, url=URL, content_type="text/html")
    assert found.why if isinstance(found, NoText) else found.sections is not None
