"""Clean, normalise and escape text from sources. No I/O."""

from __future__ import annotations

import json
import re
import unicodedata
from html import unescape
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bs4 import BeautifulSoup

DEEPEST = 200
MOST_ELEMENTS = 200_000
"""In a page of which a tree is made. The largest page met, a changelog of ten years, has 60,000."""
_UNREAD = frozenset(("script", "style", "template", "noscript", "rt", "rp"))
_BLOCKS = frozenset(("p", "div", "li", "br", "h1", "h2", "h3", "h4", "tr", "pre", "blockquote"))
_AS_IS = frozenset(("pre", "textarea"))

_CONTROL = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f"  # C0 but tab and line feed, DEL, C1
    r"\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\ufff9-\ufffb"  # invisible, and bidirectional overrides
    r"\U000e0000-\U000e007f\ud800-\udfff]"  # tags, lone surrogates
)
_SPACE = re.compile(r"\s+")
INSTRUCTION = re.compile(r"<\?[^>]*>?")  # `<?xml …?>` inside HTML; a parser warns about it
_ONLY_LETTERS = {code: chr(code) if chr(code).isalnum() else None for code in range(128)}
_DASH = re.compile(r"[-\u2010-\u2015\u2212/_]+")
_ABBREVIATION = re.compile(r"(?:\b(?:e\.g|i\.e|et al|vs|cf|Fig|Eq|Sec|approx|resp|No|Inc|Dr|etc)|\b[A-Z])\.$")
_LONGEST = len("approx.")
"""The characters of the longest abbreviation, which is looked for at the end alone."""
_SENTENCE = re.compile(r"(?<=[.!?])[\"')\]]*\s+(?=[\"'(\[]*[A-Z0-9\u00c0-\u00de])")


def clean(text: str) -> str:
    """Return `text` on one line, without control, bidi or invisible characters, white space collapsed."""
    line = text.replace("\n", " ")
    if not line.isprintable():  # removed characters are not printable; most text is
        line = _CONTROL.sub("", line)
    return " ".join(line.split())


def clean_lines(text: str) -> str:
    """Return `text` cleaned line by line; runs of blank lines become one."""
    lines = [_SPACE.sub(" ", _CONTROL.sub("", line)).strip() for line in text.splitlines()]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip()


def visible(text: str) -> str:
    """Return `text` without control, bidi or invisible characters; its lines and tabs stay."""
    return _CONTROL.sub("", text)


def json_text(value: object) -> str:
    """Return a value as indented JSON text; what could command a terminal is written as an escape: the value is the same."""
    return _CONTROL.sub(_json_escape, json.dumps(value, ensure_ascii=False, indent=2, default=str)) + "\n"


def _json_escape(found: re.Match[str]) -> str:
    return json.dumps(found[0])[1:-1]


def too_large(markup: str | bytes) -> str:
    """Say that a page has more tags than MOST_ELEMENTS have, if so: counted before a tree of gigabytes is made of it."""
    tags = markup.count("<") if isinstance(markup, str) else markup.count(b"<")
    return f"the page has {tags} tags; of more than {2 * MOST_ELEMENTS} no tree is made" if tags > 2 * MOST_ELEMENTS else ""


def tree(markup: str | bytes, *, scripts: bool = False) -> BeautifulSoup:
    """Parse HTML into a tree without scripts and styles (unless `scripts`) or tags nested deeper than DEEPEST.

    Tree walks cost time by depth: a body of a hundred thousand open tags would take minutes. The tree of a page that is
    `too_large` is empty.
    """
    from bs4 import BeautifulSoup  # noqa: PLC0415 -- 100 ms that most commands never need

    soup = BeautifulSoup("" if too_large(markup) else markup, "lxml")
    depths, cut = {id(soup): 0}, []
    for tag in soup.find_all():
        depth = depths.get(id(tag.parent))
        if depth is None:
            continue  # inside a removed tag
        if depth >= DEEPEST or (not scripts and tag.name in ("script", "style", "template", "noscript")):
            cut.append(tag)
        else:
            depths[id(tag)] = depth + 1
    for tag in cut:
        tag.decompose()
    return soup


class _Words:
    """Collect the text of an HTML fragment as lxml parses it (lxml.de/parsing.html, "the target parser interface").

    White space between two tags becomes one line break or space, and a block ends its line. Hidden text (scripts, styles,
    ruby annotations) and text nested deeper than DEEPEST is left out.
    """

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._chunk: list[str] = []
        self._depth = self._skipped = self._as_is = 0

    def start(self, tag: str, _: object) -> None:
        self._flush()
        self._depth += 1
        self._skipped += bool(self._skipped) or tag in _UNREAD or self._depth > DEEPEST
        self._as_is += tag in _AS_IS

    def end(self, tag: str) -> None:
        self._flush()
        self._depth -= 1
        if self._skipped:
            self._skipped -= 1
        elif tag in _BLOCKS:
            self._parts.append("\n")
        self._as_is -= tag in _AS_IS

    def data(self, words: str) -> None:
        self._chunk.append(words)

    def comment(self, _: str) -> None:
        self._flush()

    def close(self) -> str:
        self._flush()
        return "".join(self._parts)

    def _flush(self) -> None:
        words = "".join(self._chunk)
        self._chunk.clear()
        if words and not self._skipped:
            self._parts.append(words if self._as_is or words.strip(" \n\t\f\r") else "\n" if "\n" in words else " ")


def plain(markup: str) -> str:
    """Return the text of an HTML fragment, with a line break after each block. Text without markup is cleaned."""
    if "<" not in markup:
        return clean_lines(unescape(markup))
    from lxml import etree  # noqa: PLC0415 -- only where pages are read; a sixth of Beautiful Soup's time

    parser = etree.HTMLParser(target=_Words(), encoding="utf-8")
    parser.feed(INSTRUCTION.sub("", markup).encode("utf-8", "ignore"))
    return clean_lines(parser.close())


def fold(text: str) -> str:
    """Normalise `text` for comparison: NFKD without accents, lower case, hyphens and slashes as spaces."""
    bare = text
    if not text.isascii():
        bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return _SPACE.sub(" ", _DASH.sub(" ", bare.casefold())).strip()


def title_key(title: str) -> str:
    """Return a key for comparing titles: folded letters and digits only, so that `KV-Cache` equals `KVCache`."""
    if title.isascii():  # ten times as fast as the regular expressions, and most titles are
        return title.lower().translate(_ONLY_LETTERS)
    return re.sub(r"[^\w]+", "", fold(title)).replace("_", "")


def sentences(text: str) -> list[str]:
    """Split plain text into sentences, one line each, not at abbreviations or decimals."""
    found: list[str] = []
    for block in re.split(r"\n\s*\n|\n(?=\s*[-*\u2022]\s)", text):
        parts: list[str] = []
        for part in _SENTENCE.split(" ".join(block.split())):
            parts.append(part)
            if not _ABBREVIATION.search(part, max(0, len(part) - _LONGEST)):
                found.append(" ".join(parts))
                parts = []
        found.append(" ".join(parts))
    return [sentence for sentence in found if sentence]


def shorten(text: str, limit: int) -> str:
    """Cut `text` at a word to at most `limit` characters, including the ellipsis."""
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:.") + "…"


_MARKDOWN = re.compile(r"([\\`*_\[\]<>~$|#]|&(?=#?\w+;)|!$)")
_MENTION = re.compile(r"(@|\\#|\b[Gg][Hh]-)(?=[A-Za-z0-9])")
_SCHEME = re.compile(r"(?i)\b(https?|ftp|mailto|xmpp)(:)|\b(www)(\.)")


def markdown(text: str) -> str:
    """Escape text for one line of Markdown: no markup, links, mentions or block starts are left.

    Source: CommonMark 0.31 (any ASCII punctuation may be escaped), GitHub's autolinks, mentions and issue references.
    """
    return block(inline(clean(text)))


def inline(text: str) -> str:
    """Escape cleaned text within a line; white space at its ends is kept."""
    line = _MARKDOWN.sub(r"\\\1", text)
    line = _MENTION.sub("\\1\u200b", line)
    return _SCHEME.sub(lambda m: (m[1] or m[3]) + "\u200b" + (m[2] or m[4]), line)


def block(line: str) -> str:
    """Escape the start of a line, so that it is no list, heading or rule."""
    return re.sub(r"^([-+=]|\d+[.)])", lambda m: m[1][:-1] + "\\" + m[1][-1], line)


_UNSAFE_IN_LINK = re.compile(r"[\s<>()\[\]\"`\\|{}^]")


def address(url: str) -> str:
    """Escape a URL for a Markdown link's parentheses: spaces, brackets, quotes and control characters."""
    bare = _UNSAFE_IN_LINK.sub(lambda m: "".join(f"%{byte:02X}" for byte in m.group().encode()), _CONTROL.sub("", url))
    return re.sub(r"&(?=#?\w+;)", "&amp;", bare)  # CommonMark decodes entities in URLs
