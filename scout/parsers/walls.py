"""Say why a page that was answered has no text to read: another format, a challenge, a wall, a missing page, only scripts."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scout.parsers import challenge
from scout.parsers.tree import flat
from scout.text import clean

if TYPE_CHECKING:
    from collections.abc import Sequence

Element = Any
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
_TYPES = re.compile(r"(?i)^\s*(image|audio|video|font|application/(?:pdf|zip|gzip|json|octet-stream|.{0,40}\+json))\b")
_MISSING = re.compile(
    r"(?i)^\W*(?:error\W{0,3})?(?:40[34]|410)?\W{0,5}(?:(?:error\W{0,3})?(?:the |this |that |your )?(?:requested )?"
    r"(?:page|post|article|content|document|file|url|resource)?\s?(?:you (?:requested|are looking for) )?"
    r"(?:was |is |could |can )?(?:not be |not |no longer |n['’]t be )(?:found|available|exists?)|page does(?:n['’]t| not) exist"
    r"|(?:sorry|oops|uh[- ]oh|whoops)\b.{0,60}|nothing (?:was )?found.{0,20}|40[34]|410|gone)\W*(?:error\W{0,3})?(?:$|[|–—:·-])"
)
_PAYWALL = re.compile(
    r"(?i)\b(?:this (?:post|article|story|content|page) is (?:only for|for|available to|exclusive to|reserved for) "
    r"(?:paid |paying )?(?:subscribers|members)"
    r"|(?:subscribe|become a (?:paid )?(?:member|subscriber)|upgrade|sign up|register|log in|sign in)"
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
_LOGIN = re.compile(r"(?i)^\W*(?:log ?in|sign ?in|sign up|join now)\b")
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


def barrier(tree: Element, texts: Sequence[str], url: str, title: str) -> str:
    """Say what stands in a page's place, judged by its title and the little text that was found; empty if it is a text.

    A long text is one, whatever it says: an article about paywalls, cookies or missing pages.
    """
    said = " ".join(texts)
    count = max(len(said.split()), sum(map(len, _UNSPACED.findall(said))) // 2)
    if count <= SHORT and (wall := _wall(tree, texts, url, title)):
        return wall
    if count <= TEASER and (_FREE.search(_json(tree)) or _PAYWALL.search(_visible(tree))):
        return f"a paywall: {count} words are shown"
    if (count <= SHORT and _SCRIPT.search(said)) or (count < LEAST and _needs_scripts(tree)):
        return "only scripts: the page has no text without running them"
    return f"no main text: {count} words" if count < LEAST else ""


def _wall(tree: Element, texts: Sequence[str], url: str, title: str) -> str:
    """Name the error, consent wall or login that a short page is."""
    said = " ".join(texts)
    heading = next((clean("".join(one.itertext())) for one in tree.iter("h1")), "")
    if missing := next((words for words in (title, heading, *texts[:1]) if _MISSING.search(words[:200])), ""):
        return f"a page that says it is missing: {clean(missing)[:80]!r}"
    if (urlsplit(url).hostname or "").startswith(("consent.", "guce.")) or _is_consent(said):
        return "a consent wall: the page asks for cookies and shows no text"
    if tree.find('.//input[@type="password"]') is not None or _LOGIN.search(title):
        return "a login: the page shows no text without an account"
    return ""


def _needs_scripts(tree: Element) -> bool:
    return tree.find(".//script") is not None or bool(_SCRIPT.search(_visible(tree)))


def _is_consent(said: str) -> bool:
    return len(_CONSENT.findall(said)) >= 3


def _json(tree: Element) -> str:
    return " ".join(script.text or "" for script in tree.iter("script") if "ld+json" in (script.get("type") or ""))


def _visible(tree: Element) -> str:
    """Return what a page shows, `noscript` included, without scripts and styles."""
    return flat(" ".join(text for text in tree.xpath("//body//text()[not(ancestor::script or ancestor::style)]")))
