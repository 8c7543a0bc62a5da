"""Say what stands in a page's place: another format, a challenge, a wall, a missing page, only scripts.

Texts and listings are held against the same phrases (`walls.toml`). A text is judged by its length too: a long one is a text,
whatever it says. A listing may be as thin as one post; it has a date, or no sentence that a wall says.
"""

from __future__ import annotations

import re
import tomllib
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scout.identity import http_url
from scout.parsers import challenge
from scout.parsers.tree import decode, flat, html_tree
from scout.text import clean, sentences, shorten

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

Element = Any
_MISSING = "a page that says it is missing"
TEASER = 400
"""Words up to which the text beside a paywall is a teaser; a preview that is longer says enough to be quoted."""
SHORT = 150
"""Words up to which the text of a page may be that of a wall or of an error, by what it says."""
LEAST = 25
"""Words below which a page with scripts has no text."""
_FORMATS = (
    (b"%PDF-", "a PDF"), (b"PK\x03\x04", "an archive"), (b"\x89PNG", "an image"), (b"GIF8", "an image"),
    (b"\xff\xd8\xff", "an image"),    (b"\x1f\x8b", "compressed data"), (b"{", "JSON"), (b"[{", "JSON"),
)  # fmt: skip
_FEED = re.compile(
    rb"\A\s*+(?:<\?xml[^>]{0,200}\?>\s*+)?(?:<!--.{0,2000}?-->\s*+)?<(rss|feed|rdf:RDF|urlset|sitemapindex)\b", re.DOTALL
)
_TYPES = re.compile(r"(?i)^\s*(image|audio|video|font|application/(?:pdf|zip|gzip|x-tar|json|octet-stream|.{0,40}\+json))\b")
_PAYWALL = re.compile(
    r"(?i)\b(?:this (?:post|article|story|content|page) (?:is )?(?:only for|for|available to|exclusive to|reserved for) "
    r"(?:paid |paying |\w{1,20} )?(?:subscribers|members)"
    r"|(?:subscribe|become a (?:paid )?(?:member|subscriber)|upgrade|sign up|register|create an account|log in|sign in)"
    r" (?:now )?to (?:continue|keep|unlock|read (?:the )?(?:rest|full|more))|keep reading with a \d+-day"
    r"|already (?:a |an )?(?:paid )?(?:subscriber|member)\?|member-only story|members[- ]only (?:post|content|story)"
    r"|to (?:continue|keep) reading,? (?:please )?(?:subscribe|sign|log|register|create))"
)
_CONSENT = re.compile(
    r"(?i)\b(?:cookies?|consent|privacy (?:policy|choices|settings)|personali[sz]ed (?:ads|content)|our partners|accept all"
    r"|reject all|legitimate interest|data protection)\b"
)
_SCRIPT = re.compile(
    r"(?i)\b(?:enable|requires?|turn on|activate|need|without) (?:\w+ ){0,3}javascript\b"
    r"|javascript (?:is |has been )?(?:disabled|required)"
)
_STATUS = re.compile(r"(?:\bhttps? ?)?(?:\berror ?)?(?:\bcode:? ?)?\b[45]\d\d\b(?: ?error\b)?")
_HOST = re.compile(r"(?:[\w-]{1,63}\.){1,4}[a-z]{2,12}")
_BARS = re.compile(r"\s?[|·•»«:]\s|\s[–—-]\s")
_LINE = 200
"""Characters of a title, heading or line that are compared."""
_LINES = 2
"""How many sentences below a page's title and heading are compared."""
_PIECES = 1_000
"""Pieces of text that are looked at: a page that has more shows much."""
_CROWD = frozenset(
    ("script", "style", "template", "noscript", "nav", "header", "footer", "aside", "form", "svg", "iframe", "button", "select")
)
_HEADINGS = ("h1", "h2", "h3")
_DATED = re.compile(
    r"(?i)(?<!\d)(?:(?:19|20)\d\d[-/.]\d\d?[-/.]\d\d?|(?:19|20)\d\d年\d\d?月\d\d?日|\d\d?[./]\d\d?[./](?:19|20)\d\d"
    r"|(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}\.? \d\d?(?:st|nd|rd|th)?,? (?:19|20)\d\d"
    r"|\d\d?(?:st|nd|rd|th|\.)? (?:of |de )?[^\W\d]{3,12}\.?,? (?:de )?(?:19|20)\d\d)(?!\d)"
)
_REFRESH = re.compile(r"(?i)^\s*(\d{1,3})(?:\.\d*)?\s*[;,]\s*(?:url\s*=\s*)?[\"']?([^\"'\s]+)")
_AT_ONCE_S = 10
"""A page that sends its reader on within so many seconds is on the way to another."""
_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
_FREE = re.compile(r'(?i)"isAccessibleForFree"\s{0,9}:\s{0,9}"?false')


def other_format(body: bytes, content_type: str) -> str:
    """Name what a body is if it is no page and no plain text."""
    bare = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not bare:
        return "the page is empty"
    if kind := next((name for magic, name in _FORMATS if bare.startswith(magic)), ""):
        return f"{kind}, no page"
    if _FEED.match(bare[:5_000]):
        return "a feed, no page"
    if (stated := _TYPES.match(content_type)) and not challenge.is_html(body):
        return f"{stated[1]}, no page"
    return ""


def instead(body: bytes, url: str, content_type: str = "") -> str:
    """Say what an HTML page is that was answered in the place of a listing or of an entry's own page; empty if it may be one.

    It is judged by its title, its first heading and its first sentences outside of menus and links. What only a wall says decides
    at once; what a page about walls could be called (`Login`) counts where nothing on it has a date.
    """
    tree = html_tree(decode(body, content_type))
    if tree is None:
        return ""
    if onward := _sends_on(tree, url):
        return f"a page that only sends on to {onward}; it may be the address to ask"
    own = list(islice(_own_text(next(tree.iter("body"), tree)), _PIECES))
    shown = " ".join(text for text, _ in own)
    titles, unlinked = _titles(tree), [clean(text) for text, linked in own if not linked]
    lines = [*titles, *islice((sentence for text in unlinked for sentence in sentences(text)), _LINES)]
    if _words(shown) > SHORT:  # where much is shown, only a title tells
        what, line = says(titles, vague=False)
        return f"{what}: {line[:80]!r}" if what == _MISSING else ""
    dated = bool(_DATED.search(shown)) or next(tree.iter("time"), None) is not None
    what, line = says(lines, vague=not dated)
    if not what and not dated:
        if _asks_consent(url) or (_is_consent(" ".join(unlinked)) and not _has_linked_heading(tree)):
            what = "a consent wall"
        elif _has_password(tree) and _words(shown) < LEAST:
            what = "a login"
    return f"{what}: {shorten(line or clean(' '.join([*titles[:1], shown])), 80)!r}" if what else ""


def says(lines: Iterable[str], *, vague: bool = True) -> tuple[str, str]:
    """Return what the first of these titles, headings and lines that says so says its page is, and the line; else empty texts.

    A line counts as a whole, or a part of it between bars (`404 | Example`): `Login is hard` is a title like any other.
    """
    for line in lines:
        for part in (line[:_LINE], *_BARS.split(line[:_LINE])):
            words = _reduced(part)
            for what, (whole, open_ended) in _phrases(vague=vague):
                if words in whole or any(words.startswith(head) and words.endswith(tail) for head, tail in open_ended):
                    return what, line
            if vague and not words and _STATUS.search(part.casefold()):
                return "an error", line
    return "", ""


@cache
def _phrases(*, vague: bool) -> tuple[tuple[str, tuple[frozenset[str], tuple[tuple[str, str], ...]]], ...]:
    """Return what each sort of page says: whole phrases, and what others begin and end with."""
    found = []
    for what, phrases in [*_file()["plain"].items(), *(_file()["vague"].items() if vague else ())]:
        whole = frozenset(filter(None, (_reduced(phrase) for phrase in phrases if "…" not in phrase)))
        pieces = (tuple(map(_reduced, phrase.split("…"))) for phrase in phrases if "…" in phrase)
        found.append((what, (whole, tuple((head, tail) for head, *_, tail in pieces if head or tail))))
    return tuple(found)


@cache
def _file() -> dict[str, Any]:
    return tomllib.loads(Path(__file__).with_name("walls.toml").read_text(encoding="utf-8"))


@cache
def _fillers() -> frozenset[str]:
    return frozenset(_file()["fillers"].split())


def _reduced(line: str) -> str:
    """Return the words that carry a line, lower case: no fillers, statuses, contractions, marks; a host is `domain`."""
    bare = _STATUS.sub(" ", line.casefold().replace("’", "'")).replace("n't", " not").replace("'ll", " will").replace("'re", "")
    words = (word.strip(".'_") for word in re.findall(r"[\w'.-]+", bare))
    kept = ("domain" if _HOST.fullmatch(word) else word.replace("-", "") for word in words if word.strip("-"))
    return " ".join(word for word in kept if word and word not in _fillers())


def no_markdown(body: bytes, url: str) -> str:
    """Say what came in the place of a Markdown file, which may begin with HTML of its own (`<p align="center">`)."""
    if challenge.is_html(body) and (wall := instead(body, url)):
        return wall
    return "an HTML page, no Markdown" if challenge.is_document(body) else ""


def barrier(tree: Element, texts: Sequence[str], url: str, title: str) -> str:
    """Say what stands in a page's place, judged by its title and the little text that was found; empty if it is a text.

    A long text is one, whatever it says: an article about paywalls, cookies or missing pages.
    """
    said = " ".join(texts)
    count = _words(said)
    if count <= SHORT and (wall := _wall(tree, texts, url, title)):
        return wall
    if count <= TEASER and (_FREE.search(_json(tree)) or _PAYWALL.search(_visible(tree))):
        return f"a paywall: {count} words are shown"
    if (count <= SHORT and _SCRIPT.search(said)) or (count < LEAST and _needs_scripts(tree)):
        return "only scripts: the page has no text without running them"
    return f"no main text: {count} words" if count < LEAST else ""


def _wall(tree: Element, texts: Sequence[str], url: str, title: str) -> str:
    """Name the error, consent wall or login that a short page is."""
    heading = next((clean("".join(one.itertext())) for one in tree.iter("h1")), "")
    what, line = says((title, heading, *texts[:1]))
    if not what and (_asks_consent(url) or _is_consent(" ".join(texts))):
        what, line = "a consent wall", "the page asks for cookies and shows no text"
    if not what and _has_password(tree):
        what, line = "a login", "the page shows no text without an account"
    return f"{what}: {clean(line)[:80]!r}" if what else ""


def _words(said: str) -> int:
    """Count words; two signs of a script that writes without spaces are one."""
    return max(len(said.split()), sum(map(len, _UNSPACED.findall(said))) // 2)


def _titles(tree: Element) -> list[str]:
    """Return a page's title, and its first heading if that is no link: headings with links are entries."""
    title = next((clean(one.text or "") for one in tree.iter("title")), "")
    first = next((one for one in tree.iter(*_HEADINGS) if not _inside(one, ("nav", "footer", "aside"))), None)
    heading = "" if first is None or _is_linked(first) else clean("".join(first.itertext()))
    return [words for words in (title, heading) if words]


def _has_linked_heading(tree: Element) -> bool:
    return any(_is_linked(one) for one in tree.iter(*_HEADINGS))


def _is_linked(heading: Element) -> bool:
    return heading.find(".//a") is not None or _inside(heading, ("a",))


def _inside(element: Element, tags: Sequence[str]) -> bool:
    return any(one.tag in tags for one in element.iterancestors())


def _own_text(element: Element, *, linked: bool = False) -> Iterator[tuple[str, bool]]:
    """Yield the pieces of text outside of menus, forms, headers and footers, and whether each stands in a link."""
    if element.tag in _CROWD:
        return
    linked = linked or element.tag == "a"
    if (element.text or "").strip():
        yield element.text, linked
    for child in element:
        yield from _own_text(child, linked=linked)
        if (child.tail or "").strip():
            yield child.tail, linked


def _sends_on(tree: Element, url: str) -> str:
    """Return where a page sends its reader at once (`meta` refresh); empty where it only loads itself anew."""
    for meta in tree.iter("meta"):
        found = _REFRESH.match(meta.get("content") or "") if (meta.get("http-equiv") or "").lower() == "refresh" else None
        if found and int(found[1]) <= _AT_ONCE_S and not _inside(meta, ("noscript",)):
            onward = http_url(found[2], url)
            there, here = urlsplit(onward), urlsplit(url)
            if onward and (there.hostname, there.path.rstrip("/")) != (here.hostname, here.path.rstrip("/")):
                return shorten(onward, 100)
    return ""


def _has_password(tree: Element) -> bool:
    return tree.find('.//input[@type="password"]') is not None


def _asks_consent(url: str) -> bool:
    return (urlsplit(url).hostname or "").startswith(("consent.", "guce."))


def _needs_scripts(tree: Element) -> bool:
    return tree.find(".//script") is not None or bool(_SCRIPT.search(_visible(tree)))


def _is_consent(said: str) -> bool:
    return len(_CONSENT.findall(said)) >= 3


def _json(tree: Element) -> str:
    return " ".join(script.text or "" for script in tree.iter("script") if "ld+json" in (script.get("type") or ""))


def _visible(tree: Element) -> str:
    """Return what a page shows, `noscript` included, without scripts and styles."""
    return flat(" ".join(text for text in tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]")))
