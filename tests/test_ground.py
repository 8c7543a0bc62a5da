"""Text made harmless, dates never completed by guessing, one id however a thing is addressed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from scout import dates, text
from scout.errors import UsageError
from scout.identity import _PLAIN, _canonical, arxiv_in, canonical_url, doi_id, http_url, identify
from scout.model import Precision, Window
from scout.similarity import words

NOW = datetime(2026, 11, 24, tzinfo=UTC)
DAYS = st.dates(date(2000, 1, 1), date(2100, 1, 1))


@pytest.mark.parametrize(
    ("written", "at", "precision"),
    [
        ("2026-11-23 10:00:00 UTC", datetime(2026, 11, 23, 10, tzinfo=UTC), Precision.SECOND),
        ("1795428000", datetime(2026, 11, 23, 10, tzinfo=UTC), Precision.SECOND),
        ("1795428000000", datetime(2026, 11, 23, 10, tzinfo=UTC), Precision.SECOND),
        ("Tue, 02 Jun 2026 00:00:00 GMT", datetime(2026, 6, 2, tzinfo=UTC), Precision.SECOND),
        ("Tue, 02 Jun 2026 00:00:00 PDT", datetime(2026, 6, 2, 7, tzinfo=UTC), Precision.SECOND),
        ("2026-05-19T09:50:00-07:00", datetime(2026, 5, 19, 16, 50, tzinfo=UTC), Precision.SECOND),
        ("2026-05-19T09:50", datetime(2026, 5, 19, 9, 50, tzinfo=UTC), Precision.SECOND),
        ("Nov 23, 2026", datetime(2026, 11, 23, tzinfo=UTC), Precision.DAY),
        ("Monday, November 23, 2026", datetime(2026, 11, 23, tzinfo=UTC), Precision.DAY),
        ("23/11/2026", datetime(2026, 11, 23, tzinfo=UTC), Precision.DAY),
        ("3.4.2026", datetime(2026, 4, 3, tzinfo=UTC), Precision.DAY),
        ("20260518", datetime(2026, 5, 18, tzinfo=UTC), Precision.DAY),
        ("2026-05", datetime(2026, 5, 1, tzinfo=UTC), Precision.MONTH),
        ("May 2026", datetime(2026, 5, 1, tzinfo=UTC), Precision.MONTH),
    ],
)
def test_a_date_is_read_with_the_precision_that_it_has(written: str, at: datetime, precision: Precision) -> None:
    """What a date does not say is not filled in."""
    assert dates.parse_date(written, now=NOW) == dates.Dated(at=at, precision=precision)


@pytest.mark.parametrize(
    "written",
    [
        "26-05-19",
        "Tue, 26-05-19",
        "26/05/19",
        "19.05.26",
        "260519",
        "260519 10:00",
        "03/04/2026",
        "12:30",
        "2026",
        "May 18",
        "soon",
        "Thu, 01 Jan 1970 00:00:00 GMT",
        "2027-01-01",
        "0000-00-00",
        "99999999999",
    ],
)
def test_a_date_that_cannot_count_keeps_its_words(written: str) -> None:
    """Two days at once, no year, before 1990, in the future: the claim stays, and no instant is made of it."""
    assert dates.parse_date(written, now=NOW) == dates.Dated(claimed=written)


@given(st.text())
def test_any_text_is_a_date_or_a_claim(written: str) -> None:
    """Reading never raises, and what counts lies between 1990 and two days from now."""
    found = dates.parse_date(written, now=NOW)
    assert found.at is None or dates.EARLIEST <= found.at <= NOW + dates.AHEAD
    assert (found.at is None) == (found.precision is Precision.NONE)


@given(
    st.datetimes(datetime(1985, 1, 1), datetime(2030, 1, 1)),  # noqa: DTZ001 -- the zone is part of the spelling
    st.sampled_from(("%Y-%m-%dT%H:%M:%S{}", "%Y-%m-%d %H:%M:%S.%f{}", "%Y-%m-%dT%H:%M{}", "%Y-%m-%d", "%a, %d %b %Y %H:%M:%S {}", "%d %b %Y %H:%M {}")),
    st.sampled_from(("Z", "+00:00", "-07:00", "+05:30", "+0530", "GMT", "UTC", "UT", "PDT", "EST", "-0000", "-1145", "")),
)  # fmt: skip
def test_the_short_way_reads_what_the_general_parser_reads(at: datetime, spelling: str, zone: str) -> None:
    """RFC 3339, ISO and RFC 2822 dates mean the same whichever reader takes them."""
    written = at.strftime(spelling).format(zone).strip()
    short = dates._standard(written)
    assert short is None or short == dates._other(written)


@pytest.mark.parametrize(
    "written", ["2026-05-18", "2026-05-18T10:00:00Z", "2026-05-18T10:00:00.250+02:00", "Mon, 18 May 2026 10:00:00 GMT"]
)
def test_what_nearly_all_feeds_write_takes_the_short_way(written: str) -> None:
    """The general parser costs a hundred times as much, and holds a lock while it reads."""
    assert dates._standard(written)


@given(DAYS, st.integers(1, 40), st.integers(1, 20))
def test_weeks_partition_time(start: date, days: int, count: int) -> None:
    """Windows that follow each other hold every instant exactly once."""
    windows = [
        Window(since=start + timedelta(days=days * n), until=start + timedelta(days=days * (n + 1) - 1)) for n in range(count)
    ]
    instant = datetime(start.year, start.month, start.day, tzinfo=UTC) + timedelta(days=days * count) / 3
    assert sum(instant in window for window in windows) == 1
    assert all(window.days == days for window in windows)


def test_the_window_follows_the_ledger() -> None:
    """Without `--since` it starts the day after the last report before its end, else it is a week."""
    today = date(2026, 5, 24)
    assert dates.window(None, None, today=today, reports=[]) == Window(since=date(2026, 5, 18), until=today)
    reports = [date(2026, 5, 3), date(2026, 5, 10), date(2026, 6, 1)]
    assert dates.window(None, None, today=today, reports=reports).since == date(2026, 5, 11)
    with pytest.raises(UsageError, match="2026-05-25 is after --until 2026-05-24"):
        dates.window(date(2026, 5, 25), today, today=today, reports=[])
    with pytest.raises(UsageError, match="--since: '18 May' is not a day; write it as YYYY-MM-DD"):
        dates.day("18 May", "--since")
    for beyond in ("0001-01-01", "1989-12-31", "3000-01-01", "9999-12-31"):
        with pytest.raises(UsageError, match=f"--until: {beyond} lies outside of the years 1990 to 2999"):
            dates.day(beyond, "--until")


SPELLINGS = [
    ("arxiv:2605.18071", ["https://arxiv.org/abs/2605.18071", "http://www.arxiv.org/pdf/2605.18071v3.pdf", "https://arxiv.org/html/2605.18071v1",
                          "https://www.alphaxiv.org/abs/2605.18071", "https://hf.co/papers/2605.18071", "https://huggingface.co/papers/2605.18071/",
                          "https://doi.org/10.48550/arXiv.2605.18071", "https://export.arxiv.org/abs/2605.18071?context=cs.LG"]),
    ("arxiv:hep-th/9901001", ["https://arxiv.org/abs/hep-th/9901001v2"]),
    ("github:vllm-project/vllm@v0.20.2", ["https://github.com/vllm-project/vllm/releases/tag/v0.20.2", "http://www.GitHub.com/vLLM-Project/vLLM/releases/tag/v0.20.2/#x"]),
    ("github:maximhq/bifrost@plugins/telemetry/v1.5.27", ["https://github.com/maximhq/bifrost/releases/tag/plugins%2Ftelemetry%2Fv1.5.27"]),
    ("doi:10.1145/3689031.3696098", ["https://doi.org/10.1145/3689031.3696098", "http://dx.doi.org/10.1145/3689031.3696098"]),
    ("hn:47822117", ["https://news.ycombinator.com/item?id=47822117", "http://news.ycombinator.com/item?utm_source=a&id=47822117#c"]),
    ("url:https://example.com/b?a=1&b=2", ["HTTP://Example.com:80/a/../b/?utm_source=x&b=2&a=1#frag", "https://user:pw@www.example.com/b?a=1&b=2&fbclid=9"]),
    ("url:https://a.test/~x/%E4%BD", ["https://a.test/%7Ex/%e4%bd/"]),
]  # fmt: skip


@pytest.mark.parametrize(("identity", "url"), [(identity, url) for identity, urls in SPELLINGS for url in urls])
def test_every_spelling_of_an_address_has_one_id(identity: str, url: str) -> None:
    """A thing has one id however it is addressed."""
    assert identify(url) == identity


@given(st.one_of(st.text(), st.builds("https://{}/{}?{}".format, st.text(), st.text(), st.text())))
def test_canonical_twice_is_canonical_once(url: str) -> None:
    """Normalising never raises, and twice is once."""
    once = canonical_url(url)
    assert canonical_url(once) == once
    assert identify(url) == identify(once)


LABELS = st.lists(st.text("abz019-", min_size=1, max_size=20), min_size=1, max_size=4).map(".".join)
PATHS = st.lists(st.text("aZ0._~-/", max_size=8), max_size=4).map("/".join)


@given(st.builds("{}://{}{}.{}{}{}".format, st.sampled_from(("http", "https")), st.sampled_from(("", "www.")), LABELS, st.sampled_from(("com", "xn", "a")), st.sampled_from(("", "/")), PATHS))  # fmt: skip
def test_a_plain_address_has_the_spelling_that_normalising_gives(url: str) -> None:
    """What is taken for canonical at a glance is what the whole normalising would make of it."""
    assert not _PLAIN.fullmatch(url) or canonical_url(url) == _canonical(url)


@pytest.mark.parametrize(
    "url",
    ["javascript:alert(1)", "file:///etc/passwd", "//x", "", "https://", "http://a b/", "ftp://a.test/x", "https://a:99999/"],
)
def test_only_the_web_has_addresses(url: str) -> None:
    """Other schemes and nonsense have no address and no id."""
    assert http_url(url) == canonical_url(url) == identify(url) == ""


def test_ids_in_words() -> None:
    """An arXiv id is found in prose, a DOI in any case, and neither in other numbers."""
    assert arxiv_in("see arXiv:2605.18071v2 (May)") == "2605.18071"
    assert arxiv_in("version 2605.18071 of arxiv") == ""
    assert doi_id("10.1145/ABC.1") == "doi:10.1145/abc.1"
    assert doi_id("11.5/x") == ""


HOSTILE = st.text(alphabet=st.characters(), max_size=60) | st.sampled_from(
    ["# x", "1. x", "- x", "a\n\n# b", "<script>alert(1)</script>", "![i](http://t)", "[a](b)", "@user #12", "http://x.y", "www.x.y", "```", "=====",
     "| a | b |", "a\u202eb", "\x1b[2J", "&lt;b&gt;", "a\n---", "~~x~~", "__x__", "$x$", "user@example.com", "> q", "+ x", "\\", "a\\", "[^1]"]
)  # fmt: skip


@given(HOSTILE)
def test_no_title_breaks_out_of_its_line(title: str) -> None:
    """Escaped text is one paragraph of plain text for a CommonMark and for a GitHub-like renderer."""
    escaped = text.markdown(title)
    assert "\n" not in escaped
    for preset in ("commonmark", "gfm-like"):
        tokens = MarkdownIt(preset, {"linkify": False, "html": True}).parse(f"{escaped}x")
        assert [token.type for token in tokens] == ["paragraph_open", "inline", "paragraph_close"]
        assert {child.type for child in tokens[1].children or ()} <= {"text", "text_special"}
    for mention in ("@", "#"):
        assert all(
            not (after[:1].isascii() and after[:1].isalnum()) or before[-1:].isalnum()
            for before, after in _around(escaped, mention)
        )


def _around(escaped: str, mark: str) -> list[tuple[str, str]]:
    return [(escaped[:i], escaped[i + 1 :]) for i, c in enumerate(escaped) if c == mark]


@given(st.text())
def test_an_address_stays_inside_its_parentheses(url: str) -> None:
    """A link made with `address` is one link, whatever the address holds."""
    made = f"[t](https://a.test/{text.address(url)})"
    (paragraph,) = [token for token in MarkdownIt("commonmark").parse(made) if token.type == "inline"]
    assert [child.type for child in paragraph.children or ()] == ["link_open", "text", "link_close"]


@given(st.text())
def test_cleaning_twice_is_cleaning_once(words: str) -> None:
    """Clean text is one line without control characters, and stays as it is."""
    once = text.clean(words)
    assert text.clean(once) == once
    assert not any(ord(c) < 32 or 0x7F <= ord(c) < 0xA0 or 0x202A <= ord(c) <= 0x202E for c in once)


def test_sentences_keep_abbreviations_and_decimals_whole() -> None:
    """A sentence ends where a reader would end it."""
    words = "It is 3.8x faster, cf. Fig. 2. We ran e.g. Llama 3.1 at 0.5 s. Done!\n\nA new block\n- one\n- two"
    assert text.sentences(words) == [
        "It is 3.8x faster, cf. Fig. 2.",
        "We ran e.g. Llama 3.1 at 0.5 s.",
        "Done!",
        "A new block",
        "- one",
        "- two",
    ]


@pytest.mark.parametrize("length", range(24))
@pytest.mark.parametrize("abbreviation", ["cf.", "et al.", "approx.", "B."])
def test_an_abbreviation_is_one_at_any_place(length: int, abbreviation: str) -> None:
    """However long the sentence is before it; a word that only ends like one is none."""
    start = "x" * length
    assert text.sentences(f"{start} {abbreviation} Next one.".strip()) == [f"{start} {abbreviation} Next one.".strip()]
    if length and abbreviation != "et al.":
        assert text.sentences(f"{start}{abbreviation} Next one.") == [f"{start}{abbreviation}", "Next one."]


def test_html_becomes_text() -> None:
    """Markup goes, its text stays, scripts go with their text."""
    assert text.plain("<p>A &amp; B</p><script>x()</script><ul><li>c<li>d</ul>") == "A & B\nc\nd"
    assert text.plain("no markup") == "no markup"
    assert text.title_key("KV-Cache: A Test") == text.title_key("KVCache a test")
    assert text.shorten("one two three", 9) == "one two…"
    assert text.plain("<p>a lone \ud83d surrogate</p>") == "a lone surrogate"
    assert text.plain("<b>" * 100_000 + "deep") == ""


@given(st.text())
def test_a_titles_key_is_its_words_as_one(title: str) -> None:
    """What equal titles share and what words are found by fold the same letters, in any script."""
    assert text.title_key(title) == "".join(words(title))


TAGS = (
    "<p>", "</p>", "<div>", "</div>", "<br>", "<br/>", "<script>", "</script>", "x < y", "<!-- c -->", "<![CDATA[a]]>", "&amp;", "&lt;b&gt;",
    "<li>", "<td>", "<tr>", "<table>", "</table>", "word", " ", "\n\n", "<b", "<a href='x'>", "</a>", "<style>", "</style>", "<template>",
    "<noscript>", "</noscript>", "<html>", "</body>", "</html>", "<svg>", "<textarea>", "</textarea>", "<title>", "</title>", "<pre>", "</pre>",
    "<>", "</>", "<iframe>", "</iframe>", "&nbsp;", "&#0;", "<plaintext>", "<ruby>", "</ruby>",
)  # fmt: skip


@given(st.lists(st.sampled_from(TAGS), max_size=12).map(lambda parts: "<i>" + "".join(parts)))
def test_text_is_what_beautiful_soup_would_read(markup: str) -> None:
    """The quick reader of markup says what the tree says: no script, no style, and where blocks end a line does."""
    soup = text.tree(markup)
    for tag in soup(["p", "div", "li", "br", "h1", "h2", "h3", "h4", "tr", "pre", "blockquote"]):
        tag.append("\n")
    assert text.plain(markup) == text.clean_lines(soup.get_text())
