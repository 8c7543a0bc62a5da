"""Extract from an HTML page its title, date and the date's location, a text excerpt, its links and advertised feeds.

Bytes in, values out; invalid input gives an empty page. Sources: schema.org `datePublished` in JSON-LD, the Open
Graph protocol's `article:published_time`, HTML's `<time datetime>`, and the feed autodiscovery of the RSS Advisory Board.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from html import unescape
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from scout.dates import AHEAD, Dated, parse_date
from scout.identity import canonical_url, http_url
from scout.text import INSTRUCTION, clean, clean_lines, shorten, tree

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from bs4 import BeautifulSoup, Tag

EXCERPT = 2_000
_ARTICLES = re.compile(r"(?i)(article|posting|report|webpage)$")
_METAS = (
    "article:published_time",
    "og:article:published_time",
    "article:published",
    "datepublished",
    "citation_publication_date",
    "citation_date",
    "dc.date.issued",
    "dcterms.issued",
    "dc.date",
    "dcterms.created",
    "parsely-pub-date",
    "sailthru.date",
    "publish_date",
    "publishdate",
    "pubdate",
    "date",
)
_FEED_TYPES = {"application/rss+xml", "application/atom+xml", "application/feed+json", "application/rdf+xml", "application/json"}
_DAY_IN_PATH = re.compile(r"/((?:19|20)\d\d)[/-](0?[1-9]|1[0-2])[/-](0?[1-9]|[12]\d|3[01])(?=[/_.-]|$)")
_YEAR = re.compile(r"\d{4}")
_OPENS, _CLOSES = re.compile(rb"<(?:html|body)[\s>]", re.IGNORECASE), re.compile(rb"</(?:html|body)\s*>", re.IGNORECASE)
_BARE = re.compile(r"https?://[^\s<>\"'\\^`{|}]+")
_ALWAYS = ("arxiv.org", "github.com")  # links that identify companions
_CROWD = ["script", "style", "template", "noscript", "nav", "header", "footer", "aside", "form", "svg", "iframe", "button"]
_BLOCKS = ["p", "div", "li", "br", "h1", "h2", "h3", "h4", "tr", "pre", "blockquote", "section"]
_PUBLISHED = re.compile(r"(?i)publish|posted")
_SITE = re.compile(r"(?<!\s)\s++(?:[|·•—–]|-|::|»)\s+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A date and where the page states it: `json-ld:datePublished`, `meta:…`, `time`, `html`, `url`."""

    dated: Dated
    source: str = ""


def soup(body: bytes | str) -> BeautifulSoup:
    """Parse a page into a tree; no input raises."""
    if isinstance(body, str):
        return tree(INSTRUCTION.sub("", f"<div>{body}"), scripts=True)
    if body[:2] not in (b"\xff\xfe", b"\xfe\xff"):  # UTF-16
        body = body.replace(b"\0", b"")
    return tree(re.sub(rb"<\?xml[^>]{0,200}\?>", b"", body) if b"<" in body else b"<p>" + body, scripts=True)


def breaks_off(body: bytes) -> bool:
    """Return whether a document is truncated: it opens `<html>` or `<body>` and closes neither.

    HTML makes these end tags optional, but a page without them is far more often cut than terse.
    """
    bare = body.replace(b"\0", b"")
    return bool(_OPENS.search(bare)) and not _CLOSES.search(bare)


def title(page: BeautifulSoup) -> str:
    """Return a page's title without the site's name: JSON-LD headline, Open Graph, the only `<h1>`, `<title>`; or empty."""
    if headline := next((clean(unescape(words)) for _, words in _json_ld(page, "headline")), ""):
        return headline
    headings = page.find_all("h1")
    heading = clean(headings[0].get_text(" ")) if len(headings) == 1 else ""
    stated = _meta(page, "og:title", "twitter:title")
    if heading and (not stated or stated.startswith(heading)):
        return heading
    words = stated or (clean(page.title.get_text(" ")) if page.title else "")
    *parts, last = _SITE.split(words)
    return (
        words.removesuffix(last).rstrip(" |·•—–-:»") if parts and (not stated or last == _meta(page, "og:site_name")) else words
    )


def _meta(page: BeautifulSoup, *names: str) -> str:
    for name in names:
        for meta in (*page.find_all("meta", attrs={"property": name}), *page.find_all("meta", attrs={"name": name})):
            if words := clean(str(meta.get("content") or "")):
                return words
    return ""


def date(body: bytes, page: BeautifulSoup, url: str, *, now: datetime) -> Found:
    """Return a page's first publication from its best source; only the unparsed claim if that date is not accepted."""
    for source, words in _stated(body, page, now):
        dated = parse_date(words, now=now)
        if dated.at is not None:
            return Found(dated=dated, source=source)
        if _YEAR.search(dated.claimed):  # a stated date that is not accepted is not overridden by a worse source
            return Found(dated=dated)
    return in_path(url, now=now)


def in_path(url: str, *, now: datetime) -> Found:
    """Return the date in a URL path (`/2026/05/18/`), or none."""
    found = _DAY_IN_PATH.search(urlsplit(url).path)
    if found is None:
        return Found(dated=Dated())
    dated = parse_date(f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}", now=now)
    return Found(dated=dated, source="url" if dated.at else "")


def _stated(body: bytes, page: BeautifulSoup, now: datetime) -> Iterator[tuple[str, str]]:
    yield from ((f"json-ld:{name}", words) for name, words in _json_ld(page, "datePublished", "dateCreated"))
    metas = {
        str(meta.get("property") or meta.get("name") or meta.get("itemprop") or "").lower(): str(meta.get("content") or "")
        for meta in reversed(page.find_all("meta"))
    }
    yield from ((f"meta:{name}", metas[name]) for name in _METAS if metas.get(name))
    yield from (("time", words) for words in _times(page))
    if page.find("time", attrs={"datetime": True}):
        return  # only teasers have a `<time>`; htmldate would take one of them
    if guess := _htmldate(body, now):
        yield "html", guess


def _times(page: BeautifulSoup) -> list[str]:
    """Return the page's own `<time>`: the first in its article, not a teaser's; without an article, the only one."""
    scope = page.find("article") or page.find("main")
    times = [tag for tag in (scope or page).find_all("time", attrs={"datetime": True}) if tag.find_parent("a") is None]
    said = [tag for tag in times if tag.has_attr("pubdate") or _PUBLISHED.search(f"{tag.get('itemprop')} {tag.get('class')}")]
    stated = [str(tag["datetime"]) for tag in said or times]
    return stated[:1] if scope or said or len(set(stated)) == 1 else []


def _htmldate(body: bytes, now: datetime) -> str:
    """Ask htmldate for a stated date; extensive search is off, as it makes `2024-01-01` of a copyright line."""
    from htmldate import find_date  # noqa: PLC0415 -- half a second that most commands never need

    try:
        latest = f"{now + AHEAD:%Y-%m-%d}"  # explicit, as the default is the system clock
        return find_date(body.decode("utf-8", "replace"), extensive_search=False, original_date=True, max_date=latest) or ""
    except Exception:  # noqa: BLE001 -- htmldate failed: the page has no date
        return ""


def _json_ld(page: BeautifulSoup, *names: str) -> Iterator[tuple[str, str]]:
    """Yield these fields of the page's JSON-LD article (else of any other object), also in `@graph` and lists."""
    nodes: list[dict[str, Any]] = []
    for script in page.find_all("script", attrs={"type": re.compile(r"(?i)^\s*application/ld\+json")}):
        try:
            nodes.extend(_nodes(json.loads(_bare_json(script.get_text()))))
        except (ValueError, RecursionError):
            continue
    articles = [node for node in nodes if any(_ARTICLES.search(str(kind)) for kind in _many(node.get("@type")))]
    articles.sort(key=lambda node: any(str(kind) == "WebPage" for kind in _many(node.get("@type"))))
    for name in names:
        yield from ((name, str(node[name])) for node in articles or nodes if isinstance(node.get(name), str | int))


def _bare_json(text: str) -> str:
    """Strip the comment and CDATA marks around a script's JSON."""
    return re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[|<!\[CDATA\[)|(?:-->|//\s*\]\]>|\]\]>)\s*$", "", text)


def _nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, list):
        for inner in value:
            yield from _nodes(inner)
    elif isinstance(value, dict):
        yield value
        for key in ("@graph", "mainEntity", "mainEntityOfPage"):
            yield from _nodes(value.get(key))


def _many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def excerpt(page: BeautifulSoup, limit: int = EXCERPT) -> str:
    """Return the first `limit` characters of the main text, in lines, without menus, forms and footers. Modifies the tree."""
    scope: Tag = page.find("article") or page.find("main") or page.select_one("[role=main]") or page.body or page
    for tag in scope(_CROWD):
        tag.decompose()
    for tag in scope(_BLOCKS):
        tag.append("\n")
    words = clean_lines(scope.get_text())
    return shorten(words or _meta(page, "description", "og:description"), limit)


def links(markup: str, base: str = "", *, most: int = 20) -> tuple[str, ...]:
    """Return the URLs in an HTML fragment's links and text, in order: the first `most`, and all of arXiv and GitHub."""
    if "http" not in markup and "href" not in markup:
        return ()
    from lxml import html  # noqa: PLC0415 -- not for commands that read no page; a tenth of Beautiful Soup's time on long bodies

    whole = f"<div>{INSTRUCTION.sub('', markup)}</div>".replace("\0", "").encode("utf-8", "replace")
    document = html.document_fromstring(whole, parser=html.HTMLParser(encoding="utf-8"))
    hrefs = [http_url(str(tag.get("href") or ""), base) for tag in document.iter("a")]
    bare = [found.rstrip(".,;:!?)]") for found in _BARE.findall(document.text_content())]
    kept: dict[str, str] = {}
    for link in (*hrefs, *map(http_url, bare)):
        key = canonical_url(link)
        host = urlsplit(key).hostname or ""
        if key and key not in kept and (len(kept) < most or host.endswith(_ALWAYS)):
            kept[key] = link
    return tuple(kept.values())


def feeds(body: bytes, base_url: str) -> list[str]:
    """Return the feeds a page advertises (`<link rel="alternate" type="application/rss+xml">`…), absolute, in order."""
    page = soup(body)
    root = page.find("base", href=True)
    base = http_url(str(root["href"]), base_url) if root else ""
    found: dict[str, None] = {}
    for tag in page.find_all("link", href=True):
        relation, kind = (
            {str(word).lower() for word in _many(tag.get("rel") or "")},
            str(tag.get("type") or "").split(";")[0].strip().lower(),
        )
        if "alternate" in relation and kind in _FEED_TYPES and "/wp-json/" not in str(tag["href"]):
            found[http_url(str(tag["href"]), base or base_url)] = None
    return [url for url in found if url]


def slug_title(url: str) -> str:
    """Make a title from a URL's last part (`/blog/kv-cache-tiers.html` gives `Kv cache tiers`); callers mark it as a guess."""
    parts = [part for part in urlsplit(url).path.split("/") if part]
    words = clean(re.sub(r"[-_+]+", " ", re.sub(r"\.\w{2,5}$", "", unquote(parts[-1])))) if parts else ""
    return words[:1].upper() + words[1:] if words else clean(urlsplit(url).hostname or url)
