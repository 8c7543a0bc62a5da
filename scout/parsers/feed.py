"""Parse RSS 0.9x-2.0, RDF, Atom and JSON Feed into a `Feed` of entries; no input raises.

Sources: RSS 2.0 specification, RFC 4287 (Atom), RFC 5005 (complete feeds), jsonfeed.org/version/1.1. feedparser reads the XML
dialects, always from a `BytesIO`: given bytes or text it would open files and URLs that a hostile body names.
"""

from __future__ import annotations

import io
import json
import re
from dataclasses import dataclass, replace
from html import escape
from typing import TYPE_CHECKING, Any

from scout.identity import http_url
from scout.parsers.challenge import is_html
from scout.text import clean, plain

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_OPEN = re.compile(rb"<(?:\w+:)?(?:item|entry)(?=[\s>])")
_CLOSE = re.compile(rb"</(?:\w+:)?(?:item|entry)\s*>")
_ROOT = re.compile(rb"<(?:\w+:)?(?:rss|feed|rdf)(?=[\s>])", re.IGNORECASE)
_ROOT_CLOSE = re.compile(rb"</(?:\w+:)?(?:rss|feed|rdf)\s*>", re.IGNORECASE)
_MAIL = re.compile(r"(?<![^\s<>()])[^\s<>()@]++@[^\s<>()]++")
_LONG_NAME = re.compile(
    rb"(<(?:\w{1,20}:)?(?:creator|author|name|managingEditor|webMaster|publisher)(?:\s[^<>]{0,200})?>[^<]{1000})[^<]+"
)
"""A person's name of more than 1,000 letters: feedparser looks for a mail address in it in quadratic time."""
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_MOST = 50_000  # far above any real feed; bounds the parsing time of a hostile one
_FIELDS = ("id", "url", "external_url", "title", "summary", "content_html", "content_text", "date_published", "date_modified")


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedEntry:
    """One feed entry. `body` is its unmodified markup, `link` is absolute http(s) or empty.

    `base` is the base URL of links in the body, if the entry has one (`xml:base`). `dates` are the dates of first
    publication, `updated` of the last change, unparsed: (field name, text), best first.
    """

    guid: str = ""
    link: str = ""
    title: str = ""
    body: str = ""
    base: str = ""
    dates: tuple[tuple[str, str], ...] = ()
    updated: tuple[tuple[str, str], ...] = ()
    authors: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    links: tuple[str, ...] = ()
    arxiv_announcement: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """A parsed feed. `version` is empty if the document is no feed; `why` then says what it is.

    `site` is its home page. `complete`: it declares itself complete (RFC 5005). `cut`: the document is truncated; `entries`
    are then the whole ones. `fault` is what a strict XML parser would reject.
    """

    version: str = ""
    why: str = ""
    site: str = ""
    entries: tuple[FeedEntry, ...] = ()
    complete: bool = False
    cut: bool = False
    fault: str = ""


def parse_feed(body: bytes, url: str, headers: Mapping[str, str] | None = None) -> Feed:
    """Parse a document fetched from `url` with these headers (lower-case names)."""
    bare = body.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not bare:
        return Feed(why="the answer is empty")
    if bare[:1] in b"{[":
        return _json_feed(body, url)
    if len(_OPEN.findall(body)) > _MOST:
        return Feed(why=f"more than {_MOST} entries in one document")
    return _xml_feed(body, url, headers or {})


def _xml_feed(body: bytes, url: str, headers: Mapping[str, str]) -> Feed:
    import feedparser  # noqa: PLC0415 -- 80 ms that most commands never need

    passed = {"content-location": url, "content-type": headers.get("content-type", "application/xml")}
    # Off, as they take a third of the time: markup is never shown, `text.plain` and `html.links` read it.
    raw = {"sanitize_html": False, "resolve_relative_uris": False}
    try:
        # feedparser takes quadratic time on leading white space.
        found = feedparser.parse(io.BytesIO(_LONG_NAME.sub(rb"\1", _without_margin(body))), response_headers=passed, **raw)
        version: str = found.get("version") or ""
        if not version:
            return Feed(why="an HTML page, no feed" if is_html(body) else f"no feed: {_beginning(body)}")
        dublin_core = version.startswith("rss") and _DUBLIN_CORE in found.get("namespaces", {}).values()
        entries = tuple(_xml_entry(entry, dublin_core=dublin_core) for entry in found.entries)
        site = http_url(found.feed.get("link") or "")
        complete = "fh_complete" in found.feed
        fault = clean(f"{found.get('bozo_exception', '')}")[:200] if found.get("bozo") else ""
    except Exception as exc:  # noqa: BLE001 -- a parser that fails on hostile bytes is one broken feed, not the run's end
        return Feed(why=f"the feed parser gave up: {type(exc).__name__} {clean(str(exc))[:100]}".rstrip())
    cut, last_is_whole = _breaks_off(body)
    if cut and not last_is_whole:
        entries = entries[:-1]
    return Feed(version=version, site=site, entries=entries, complete=complete and not cut, cut=cut, fault=fault)


def _without_margin(body: bytes) -> bytes:
    """Strip leading white space from a document, unless it is UTF-16."""
    mark = b"\xef\xbb\xbf" if body.startswith(b"\xef\xbb\xbf") else b""
    return body if b"\0" in body[:4] else mark + body[len(mark) :].lstrip()


def _breaks_off(body: bytes) -> tuple[bool, bool]:
    """Return whether the root is unclosed, and whether the last entry is whole. NULs are dropped to read UTF-16 as ASCII."""
    bare = body.replace(b"\0", b"")
    opened, closed = (max((m.start() for m in rule.finditer(bare)), default=-1) for rule in (_OPEN, _CLOSE))
    root = _ROOT.search(bare)
    if (
        root is None
        or _ROOT_CLOSE.search(bare, max(opened, root.start()))
        or bare[: bare.find(b">", root.start())].endswith(b"/")
    ):
        return False, True
    return True, closed > opened


def _beginning(body: bytes) -> str:
    """Quote the start of a document, for an outcome's reason."""
    return repr(clean(re.sub(rb"<[?!][^>]{0,300}>", b"", body[:1000]).decode("utf-8", "replace"))[:60])


def _xml_entry(entry: Any, *, dublin_core: bool) -> FeedEntry:
    links = [link for link in entry.get("links", []) if http_url(link.get("href") or "")]
    pages = [link for link in links if link.get("rel") == "alternate"]
    pages.sort(key=lambda link: link.get("type", "text/html") not in ("text/html", "application/xhtml+xml"))
    main = http_url(entry.get("feedburner_origlink") or "") or (pages[0]["href"] if pages else http_url(entry.get("link") or ""))
    body = max((*entry.get("content", []), _detail(entry, "summary")), key=lambda part: len(part.get("value") or ""))
    # Unparsed: feedparser reads a Korean 2026-05-20 as 2026-11-01, and seconds since the epoch as the year 1795.
    published = [("feed:published", entry.get("published")), ("feed:created", entry.get("created"))]
    changed = dict.get(entry, "updated")  # `dict.get`, as feedparser's `get` returns `published` if `updated` is missing
    if dublin_core:  # feedparser stores it under `updated`
        published.insert(1, ("feed:dc:date", changed))
    updated = [] if dublin_core else [("feed:updated", changed)]
    others = [link["href"] for link in links if link.get("rel") in ("alternate", "related", "via", "enclosure")]
    return FeedEntry(
        guid=clean(entry.get("id") or ""),
        link=main,
        title=_xml_title(entry),
        body=body.get("value") or "",
        base=http_url(body.get("base") or ""),
        dates=tuple((name, text) for name, text in published if text),
        updated=tuple((name, text) for name, text in updated if text),
        authors=tuple(_authors(entry)),
        tags=tuple(filter(None, (clean(tag.get("label") or tag.get("term") or "") for tag in entry.get("tags", [])))),
        links=tuple(link for link in (*others, http_url(entry.get("comments") or "")) if link and link != main),
        arxiv_announcement=clean(entry.get("arxiv_announce_type") or ""),
    )


def _detail(entry: Any, name: str) -> Mapping[str, str]:
    return {**(entry.get(f"{name}_detail") or {}), "value": entry.get(name) or ""}


def _xml_title(entry: Any) -> str:
    """Return a title; one with markup is reduced to its text, escaped, so that no tag is left."""
    title = str(entry.get("title") or "")
    markup = _detail(entry, "title").get("type") in ("text/html", "application/xhtml+xml") and re.search(r"<[A-Za-z/!?]", title)
    return escape(plain(title), quote=False) if markup else title


def _authors(entry: Any) -> Iterator[str]:
    """Yield names without mail addresses, which feedparser cuts at four letters of the top-level domain."""
    named = [clean(author.get("name") or "") for author in entry.get("authors", [])]
    for name in [clean(entry.get("author") or "")] if len(named) == 1 else named:
        bare = _MAIL.sub("", name).strip("()<> ")
        parts = re.split(r"[,;]\s+", bare)
        yield from filter(None, map(str.strip, parts if all(" " in part.strip() for part in parts) else [bare]))


def _json_feed(body: bytes, url: str) -> Feed:
    try:
        document = json.loads(body)
    except (ValueError, RecursionError) as exc:
        return Feed(why=f"JSON that cannot be read: {clean(str(exc))[:100]}")
    version = document.get("version") if isinstance(document, dict) else None
    if not isinstance(version, str) or "jsonfeed.org/version/" not in version:
        return Feed(why="JSON, but no JSON Feed: it names no version of jsonfeed.org")
    items = document.get("items")
    if not isinstance(items, list):
        return Feed(why="a JSON Feed without the list `items`")
    base = http_url(document.get("home_page_url") or "", url) if isinstance(document.get("home_page_url"), str) else ""
    whole = [_json_entry(item, url) for item in items if isinstance(item, dict)]
    fault = "" if len(whole) == len(items) else f"{len(items) - len(whole)} of {len(items)} items are no objects"
    return Feed(version=version.rsplit("/", 1)[-1].join(("json", "")), site=base, entries=tuple(whole), fault=fault)


def _json_entry(item: dict[str, Any], url: str) -> FeedEntry:
    text = {name: str(item[name]) for name in _FIELDS if isinstance(item.get(name), str | int | float)}
    people = item.get("authors") if isinstance(item.get("authors"), list) else [item.get("author")]
    names = [person["name"] for person in people or [] if isinstance(person, dict) and isinstance(person.get("name"), str)]
    tags = item.get("tags") if isinstance(item.get("tags"), list) else []
    guid, about = text.get("id", ""), http_url(text.get("external_url", ""), url)
    link = http_url(text["url"], url) if text.get("url") else http_url(guid) or about
    entry = FeedEntry(
        guid=clean(guid),
        link=link,
        title=text.get("title", ""),
        body=text.get("content_html") or _as_markup(text.get("content_text", "")) or _as_markup(text.get("summary", "")),
        authors=tuple(clean(name) for name in names if clean(name)),
        tags=tuple(clean(tag) for tag in tags or [] if isinstance(tag, str) and clean(tag)),
        links=(about,) if about and about != link else (),
    )
    dates, updated = text.get("date_published", ""), text.get("date_modified", "")
    return replace(
        entry,
        dates=(("jsonfeed:date_published", dates),) if dates else (),
        updated=(("jsonfeed:date_modified", updated),) if updated else (),
    )


def _as_markup(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;")
