"""The main text of posts and pages, and the reasons why a page has none."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scout.model.reading import NoText, ParsedText
from scout.parsers import article

URL = "https://blog.example/2026/05/tiered-cache"
PROSE = [
    "We moved the cache of our serving fleet from host memory to a tier of flash behind it, and measured every step of it.",
    "The old design kept all of the blocks in memory, which was simple to run but made a restart cost eleven minutes of traffic.",
    "The new one writes a block to flash when it has been used twice, and reads it back while the request waits in the queue.",
    "Median time to first token fell from 412 ms to 238 ms on the same trace, and the cost of a replica fell by 31%.",
]
NAVIGATION = "<nav><ul>" + "".join(f'<li><a href="/p{n}">Another post, number {n}</a></li>' for n in range(12)) + "</ul></nav>"
TABLE = """<table><thead><tr><th>Tier</th><th>p50 (ms)</th><th>p99 (ms)</th></tr></thead>
<tbody><tr><td>memory</td><td>238</td><td>900</td></tr><tr><td>flash</td><td>251</td><td>1,130</td></tr></tbody></table>"""


def plain(found: ParsedText) -> str:
    """Return all that was read, headings among it."""
    return "\n\n".join(part for one in found.sections for part in (one.heading, one.text))


def page(main: str, *, head: str = "", lang: str = "en", scripts: str = "") -> bytes:
    """Return a whole page around a main part."""
    return (
        f'<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>A tiered cache | Example</title>{head}</head>'
        f"<body>{NAVIGATION}{main}<footer><p>© 2026 Example, all rights reserved</p></footer>{scripts}</body></html>"
    ).encode()


def post(*more: str) -> str:
    """Return a post with two headings and what else it has."""
    return (
        f'<main><article><h1>A tiered cache</h1><p>{PROSE[0]}</p><h2 id="design">Design</h2><p>{PROSE[1]}</p><p>{PROSE[2]}</p>'
        f'<h2 id="results">Results</h2><p>{PROSE[3]}</p>{"".join(more)}</article></main>'
    )


def read(body: bytes, url: str = URL, content_type: str = "text/html; charset=utf-8") -> ParsedText:
    """Read a page that has a text."""
    found = article.parse(body, url=url, content_type=content_type)
    assert isinstance(found, ParsedText), found
    return found


def why(body: bytes, url: str = URL, content_type: str = "text/html") -> str:
    """Read a page that has none, and return the reason."""
    found = article.parse(body, url=url, content_type=content_type)
    assert isinstance(found, NoText), found
    return found.why


def test_a_post_is_read_in_sections() -> None:
    """Each heading opens a section with its address; the page's own title heads none; what surrounds the text is left out."""
    found = read(page(post()))
    assert [(one.heading, one.level, one.anchor) for one in found.sections] == [
        ("", 1, ""),
        ("Design", 1, "design"),
        ("Results", 1, "results"),
    ]
    assert found.sections[1].text == f"{PROSE[1]}\n\n{PROSE[2]}"
    assert "Another post" not in plain(found)
    assert "all rights reserved" not in plain(found)


def test_a_page_states_its_title_date_and_language() -> None:
    """Title, date of publication and language are the page's own; a date in the address alone is none that the page states."""
    head = '<meta property="article:published_time" content="2026-05-19T09:00:00+02:00">'
    assert (read(page(post(), head=head)).title, read(page(post(), head=head)).published) == ("A tiered cache", "2026-05-19")
    assert read(page(post())).published == ""
    assert read(page(post(), lang="de-AT")).language == "de"


def test_the_script_of_a_text_outweighs_what_the_page_says_of_its_language() -> None:
    """A Chinese text on a page that says `en` is Chinese."""
    chinese = "我们把缓存从内存移到闪存，并且测量了每一步的延迟和成本，结果非常好，平均延迟下降了一半。" * 6
    assert read(page(f"<article><h1>缓存</h1><p>{chinese}</p><p>{chinese}</p></article>")).language == "zh"


def test_tables_keep_their_header_and_their_cells() -> None:
    """A table is a section of its own after the text of its section: a line a row, cells by tabs, the header first."""
    found = [one for one in read(page(post(TABLE))).sections if one.kind == "table"]
    assert [one.text for one in found] == ["Tier\tp50 (ms)\tp99 (ms)\nmemory\t238\t900\nflash\t251\t1,130"]


def test_a_table_without_header_cells_has_an_empty_header() -> None:
    """What the columns of such a table are is not stated, so its first row is not taken for it."""
    bare = "<table><tr><td>memory</td><td>238</td></tr><tr><td>flash</td><td>251</td></tr></table>"
    found = [one for one in read(page(post(bare))).sections if one.kind == "table"]
    assert found[0].text.split("\n") == ["\t", "memory\t238", "flash\t251"]


def test_cells_that_span_stand_in_each_column_and_row_that_they_cover() -> None:
    """A header over two columns names both, with the line below it; a cell over two rows stands in both."""
    spanned = """<table><thead><tr><th rowspan="2">Tier</th><th colspan="2">Latency</th></tr><tr><th>p50</th><th>p99</th></tr></thead>
    <tbody><tr><td rowspan="2">flash</td><td>1</td><td>2</td></tr><tr><td>3</td><td>4</td></tr></tbody></table>"""
    found = [one for one in read(page(post(spanned))).sections if one.kind == "table"]
    assert found[0].text.split("\n") == ["Tier\tLatency p50\tLatency p99", "flash\t1\t2", "flash\t3\t4"]


def test_a_power_is_no_longer_number_and_the_mark_of_a_note_none() -> None:
    """`10<sup>3</sup>` is not 103, and a note's mark after a figure does not change it."""
    more = '<p>It moved 10<sup>3</sup> blocks a second of 38<sup><a href="#n1">2</a></sup> GB in all, measured on the same trace.</p>'
    assert "moved 10^3 blocks a second of 38 GB in all" in plain(read(page(post(more))))


def test_links_are_those_of_the_text() -> None:
    """Links in the text are given, absolute; those of the navigation are not."""
    more = '<p>The code is <a href="https://github.com/example/tier">here</a>, the talk <a href="/talk">there</a>, both since May of this year.</p>'
    assert read(page(post(more))).links == ("https://github.com/example/tier", "https://blog.example/talk")


WALLS = {
    "a soft 404": ("missing", page("<main><h1>Page not found</h1><p>Sorry, we could not find that page.</p></main>")),
    "a consent wall": (
        "consent",
        page("<main><h1>Before you continue</h1><p>We and our partners use cookies. Accept all or reject all cookies, or see our privacy policy.</p></main>"),
    ),
    "a paywall": ("paywall", page(f"<article><h1>A tiered cache</h1><p>{PROSE[0]}</p><p>Subscribe to continue reading.</p></article>")),
    "a members' story": (
        "paywall",
        page(f"<article><h1>A cache</h1><p>The author made this story available to Medium members only.</p><p>{PROSE[0]}</p></article>"),
    ),
    "an account's story": (
        "paywall",
        page(f"<article><h1>A cache</h1><p>{PROSE[0]}</p><p>Create an account to read the full story.</p></article>"),
    ),
    "a stated paywall": (
        "paywall",
        page(f"<article><h1>A tiered cache</h1><p>{PROSE[0]}</p></article>", head='<script type="application/ld+json">{"isAccessibleForFree": false}</script>'),
    ),
    "a page that is only script": ("only scripts", b'<html><body><div id="root"></div><script src="/app.js"></script></body></html>'),
    "a page that asks for scripts": (
        "only scripts",
        b"<html><body><noscript>You need to enable JavaScript to run this app.</noscript><script>1</script></body></html>",
    ),
    "a challenge": ("challenge", b"<html><head><title>Just a moment...</title></head><body><p>Checking</p></body></html>"),
    "a login": ("login", page('<main><h1>Welcome</h1><form><input type="password"></form><p>Use your account.</p></main>')),
    "a PDF": ("a PDF", b"%PDF-1.7 1 0 obj"),
    "JSON": ("JSON", b'{"error": "gone"}'),
    "a feed": ("a feed", b'<?xml version="1.0"?><rss version="2.0"><channel></channel></rss>'),
    "nothing": ("empty", b" \n"),
}  # fmt: skip


@pytest.mark.parametrize("case", WALLS)
def test_what_stands_in_a_texts_place_is_no_text_and_told(case: str) -> None:
    """A wall, an error or another format gives no text, with its kind in the reason."""
    said, body = WALLS[case]
    assert said in why(body)


@pytest.mark.parametrize(
    "about", ["How we found every page not found", "Cookies, consent and our partners", "Sign in to read more: paywalls"]
)
def test_an_article_about_walls_is_an_article(about: str) -> None:
    """A long text is a text, whatever words stand in it."""
    words = f"<p>{about}. Accept all cookies. Subscribe to continue reading. Please enable JavaScript.</p>"
    assert "Subscribe to continue" in plain(read(page(post(words, *(f"<p>{one} {two}</p>" for one in PROSE for two in PROSE)))))


def test_a_paper_or_an_arxiv_page_is_read_as_what_it_is() -> None:
    """An abstract page gives the abstract, and that its paper was withdrawn; a page for a missing text gives the reason."""
    abstract = (
        b'<html><head><title>[2604.13127] A Paper</title></head><body><div id="abs"><div class="dateline">[Submitted on 13 Apr 2026]</div>'
        b'<h1 class="title"><span class="descriptor">Title:</span>A Paper</h1><p>This paper has been withdrawn by A. Author</p>'
        b'<blockquote class="abstract"><span class="descriptor">Abstract:</span>We propose a thing.</blockquote></div></body></html>'
    )
    found = read(abstract, url="https://arxiv.org/abs/2604.13127")
    assert (found.title, found.published, found.withdrawn) == ("A Paper", "2026-04-13", True)
    assert [(one.kind, one.text) for one in found.sections] == [("abstract", "We propose a thing.")]
    missing = b"<html><head><title> | arXiv e-print repository</title></head><body><main><h1>No HTML for '2605.22850'</h1></main></body></html>"
    assert "No HTML" in why(missing, url="https://arxiv.org/html/2605.22850")


@pytest.mark.parametrize(
    "body",
    [
        b"<div>" * 50_000 + b"deep",
        b"<p>" + b"<b><i>x</i></b> y " * 30_000,
        b"<table>" + b"<tr><td colspan=9999 rowspan=9999>1</td><td>2</td></tr>" * 3_000,
        b"<ul>" + b"<li><a href=x>one</a>" * 20_000,
        b"<p>word " * 100_000,
        b"<html>" + b"<!--" * 100_000,
    ],
    ids=["deep", "inline", "spans", "list", "paragraphs", "comments"],
)
def test_a_hostile_page_costs_little(body: bytes) -> None:
    """Depth, tags within a paragraph, cells that span and sheer number end in a text or a reason, not in minutes."""
    assert article.parse(body, url=URL, content_type="text/html")


MARKUP = st.lists(
    st.sampled_from(["<p>", "</p>", "<table>", "<tr>", "<td>", "<h2 id=a>", "<math alttext='\\frac{1}'>", "<sup>", "<a href='//['>", "<li>", "<br>", "<pre>", "text 12 ms. ", "&#0;", "\x00", "]]>", "<?xml", "<!doctype", "\ud7ff"]),
    max_size=60,
).map(lambda parts: "".join(parts).encode())  # fmt: skip


@settings(deadline=None)
@given(
    body=st.binary(max_size=300) | MARKUP,
    content_type=st.sampled_from(["text/html", "", "text/plain", "text/html; charset=utf-16", "x; charset=\xff"]),
)
def test_no_bytes_make_it_raise(body: bytes, content_type: str) -> None:
    """Whatever was answered, there is a text or a reason."""
    found = article.parse(body, url=URL, content_type=content_type)
    assert found.why if isinstance(found, NoText) else found.sections is not None
