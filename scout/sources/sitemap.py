"""Watch a sitemap or an index of sitemaps: find its new addresses, then read each one's own page, once.

A sitemap lists addresses, with `lastmod` as the only date, often the day the site was built: a hint where
to look, never a publication date. So of a first reading, only what was modified lately is fetched; the rest is
stored as known, and is no item. Source of the format: sitemaps.org/protocol.html.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from datetime import timedelta
from hashlib import sha1
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from scout.dates import EARLIEST, parse_date
from scout.identity import http_url, identify
from scout.model import Failure, Interval, Item, Result
from scout.parsers.challenge import is_html
from scout.parsers.html import slug_title
from scout.sources._listing import MOST_OWN_PAGES, READING, instant, kind, near, open_pages, parse_own, useless
from scout.sources.base import Page, Parsed, Source, excerpt
from scout.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from scout.model import Answer, Window
    from scout.sources.session import FetchSession

MOST_CHILDREN = 10
MOST_BYTES = 20 * 2**20
MOST_FRESH = 100
"""Above this many recent addresses on a first reading, lastmod is the site's build time."""
LOOK_BACK = timedelta(days=30)
_ENDS = re.compile(rb"</(?:\w+:)?(?:urlset|sitemapindex)\s*+>\s*+(?>(?:(?><!--.{0,1000}?-->)\s*+)*)$", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Hold one address with its lastmod: as written, and as an instant if valid."""

    url: str
    lastmod: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitemap:
    """Hold one document: addresses of pages or of further sitemaps; `why` says what came if neither."""

    places: tuple[Place, ...] = ()
    is_index: bool = False
    cut: bool = False
    why: str = ""


@dataclass(frozen=True, kw_only=True)
class SitemapSource(Source):
    """Watch the sitemap at `url` for new addresses whose path the regular expression `match` finds."""

    url: str
    match: str = ""

    def __post_init__(self) -> None:
        """Refuse invalid options."""
        if not http_url(self.url):
            raise ValueError(f"url: {self.url!r} is not an http(s) address")
        try:
            re.compile(self.match)
        except re.error as exc:
            raise ValueError(f"match: {self.match!r} is not a regular expression: {exc}") from exc

    def hosts(self) -> tuple[str, ...]:
        """Return the one host."""
        return (urlsplit(self.url).netloc.lower(),)

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Fetch the sitemap, its children that may hold new addresses, then the new addresses' own pages."""
        finished = not session.state.get("waiting")
        answer = session.get(self.url, conditional=finished, robots=True)
        if isinstance(answer, Failure) or answer.unchanged:
            yield answer if isinstance(answer, Failure) else session.page(answer)
            return
        top = _read(answer, session.now)
        if not top.is_index:
            yield from self._with_own_pages(session, {"": answer})
            return
        able = self._children(top, session)
        if left_out := len(able[MOST_CHILDREN:]):
            session.say(f"{left_out} of {len(able)} sitemaps in the index were not asked")
        yield session.page(answer, "index", left_out=bool(left_out))
        children: dict[str, Answer] = {}
        for place in able[:MOST_CHILDREN]:
            got = session.get(place.url, conditional=finished, robots=True)
            if isinstance(got, Failure) or got.unchanged:
                yield got if isinstance(got, Failure) else session.page(got, part=place.url)
            else:
                children[place.url] = got
        yield from self._with_own_pages(session, children)

    def _children(self, index: Sitemap, session: FetchSession) -> list[Place]:
        """Select the children to fetch: on the same site, not older than a new page could be, likely ones first."""
        able = [place for place in index.places if near(place.url, self.url)]
        able = [place for place in able if place.at is None or place.at >= session.window.start - LOOK_BACK]
        return sorted(able, key=lambda one: (not self._wanted(one), one.at is None, -one.at.timestamp() if one.at else 0))

    def _with_own_pages(self, session: FetchSession, parts: dict[str, Answer]) -> Iterator[Page]:
        """Yield the sitemaps, each with its known addresses, then the own pages of new ones."""
        hints: dict[str, dict[str, Any]] = {}
        for part, answer in parts.items():
            since = session.state.get(_key(answer, "since"), "")
            hints[part] = {"part": part, "known": list(session.state.get(_key(answer, "known"), [])), "since": since}
        fresh = [
            item for part, answer in parts.items() for item in session.parse(self, session.page(answer, **hints[part])).items
        ]
        fresh.sort(key=lambda item: str(item.extra.get("lastmod", "")), reverse=True)
        opened = open_pages(self, session, fresh, self.url)
        waiting = sorted(_digest(item.id) for item in fresh if near(item.url, self.url) and item.id not in opened.settled)
        for part, answer in parts.items():
            yield session.page(answer, **hints[part], waiting=waiting)
        yield from opened.pages

    def parse(self, page: Page) -> Parsed:
        """Read a sitemap, an index, or an entry's own page."""
        if page.role == "item":
            return parse_own(page)
        if nothing := useless(page, "sitemap"):
            return nothing
        sitemap = _read(page.answer, page.now)
        if why := sitemap.why or _barren(sitemap, page):
            return Parsed(result=Result.BROKEN, why=why)
        if sitemap.is_index:
            return _index(sitemap, page)
        wanted = {ident: place for place in sitemap.places if self._wanted(place) and (ident := identify(place.url))}
        if sitemap.places and not wanted and page.answer.url == self.url:
            return Parsed(result=Result.BROKEN, why=f"none of its {len(sitemap.places)} addresses matches {self.match!r}")
        return self._news(wanted, sitemap, page)

    def _news(self, wanted: dict[str, Place], sitemap: Sitemap, page: Page) -> Parsed:
        """Find the new addresses, and state the sitemap's coverage."""
        known, first = set(page.hints.get("known") or []), not page.hints.get("since")
        new = {ident: place for ident, place in wanted.items() if _digest(ident) not in known}
        notes = list[str]()
        if first or len(new) > MOST_FRESH:
            chosen = _fresh(new, page.window)
            if passed := len(new) - len(chosen):
                reading = "a first reading" if first else "much is new at once"
                notes.append(f"{reading}: {passed} addresses are remembered as known, {len(chosen)} are looked at")
            new = chosen
        waiting = set(page.hints.get("waiting") or [])
        since = instant(page.hints.get("since")) or page.now - READING
        dated = all(place.at for place in wanted.values()) and len(new) <= MOST_OWN_PAGES
        return Parsed(
            items=tuple(_item(ident, place) for ident, place in new.items()),
            result=_result(sitemap, found=bool(new)),
            why="the sitemap breaks off" if sitemap.cut else "" if new else "no new addresses",
            total=len(sitemap.places),
            covers=Interval(start=min(since, page.window.start) if first and dated and not sitemap.cut else since, end=page.now),
            notes=tuple(notes),
            state={
                _key(page.answer, "known"): sorted((known | {_digest(ident) for ident in wanted}) - waiting),
                _key(page.answer, "since"): since.isoformat(),
                "waiting": len(waiting),
            },
        )

    def _wanted(self, place: Place) -> bool:
        return bool(re.search(self.match, unquote(urlsplit(place.url).path)))


def _barren(sitemap: Sitemap, page: Page) -> str:
    """Say what is wrong with a sitemap without addresses: only one in an index may be empty, if it always was."""
    known = page.hints.get("known")
    if sitemap.places or (page.hints.get("part") and not known):
        return ""
    return f"the sitemap has no address any more, and had {len(known)}" if known else "the sitemap has no address at all"


def _index(index: Sitemap, page: Page) -> Parsed:
    """Read an index: it holds no items and, unless some of its sitemaps are left out, is complete.

    One level is followed: an index inside an index may lead to anything, and back to itself.
    """
    if page.hints.get("part"):
        return Parsed(result=Result.BROKEN, why="an index of sitemaps inside an index, which is not followed")
    whole = not index.cut and not page.hints.get("left_out", False)
    return Parsed(
        result=Result.PARTIAL if index.cut else Result.EMPTY,
        why="the index breaks off" if index.cut else f"an index of {len(index.places)} sitemaps",
        total=len(index.places),
        covers=Interval(start=EARLIEST if whole else page.now, end=page.now),
    )


def _result(sitemap: Sitemap, *, found: bool) -> Result:
    if sitemap.cut:
        return Result.PARTIAL
    return Result.OK if found else Result.EMPTY


def _fresh(new: dict[str, Place], window: Window) -> dict[str, Place]:
    """Select what a first reading fetches: modified since a month before the window; a few undated ones."""
    lately = {ident: place for ident, place in new.items() if place.at and place.at >= window.start - LOOK_BACK}
    undated = {ident: place for ident, place in new.items() if place.at is None}
    if len(lately) > MOST_FRESH:  # the whole site was rebuilt: its dates mean nothing
        newest = sorted(lately, key=lambda ident: (lately[ident].at, ident), reverse=True)
        lately = {ident: lately[ident] for ident in newest[:MOST_OWN_PAGES]}
    return lately | dict(list(undated.items())[: max(MOST_OWN_PAGES - len(lately), 0)])


def _item(ident: str, place: Place) -> Item:
    extra: dict[str, Any] = {"title_from": "url"}
    if place.lastmod:
        extra["lastmod"] = place.lastmod
    return Item(id=ident, kind=kind(ident), title=slug_title(place.url), url=place.url, extra=extra)


def _digest(ident: str) -> str:
    """Return a digest of an address: a sitemap may hold fifty thousand, and all are stored."""
    return sha1(ident.encode("utf-8", "replace"), usedforsecurity=False).hexdigest()[:10]


def _key(answer: Answer, what: str) -> str:
    return f"{what}:{answer.url}"


def _read(answer: Answer, now: datetime) -> Sitemap:
    """Read one sitemap document: XML with or without its namespace, gzip, or plain lines of addresses."""
    body = answer.body
    if body[:2] == b"\x1f\x8b":
        body, trouble = _unpacked(body)
        if trouble:
            return Sitemap(why=trouble)
    if not body.strip():
        return Sitemap(why="the answer is empty")
    if is_html(body):
        return Sitemap(why="an HTML page, no sitemap")
    if b"<" not in body:
        lines = [clean(line) for line in body.decode("utf-8", "replace").split("\n") if line.strip()]
        if all(http_url(line) for line in lines):
            return Sitemap(places=tuple(Place(url=line) for line in lines))
    return _xml(body, answer.final_url, now)


def _unpacked(body: bytes) -> tuple[bytes, str]:
    """Return a gzip file's content, or why not: too large, or damaged."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    try:
        whole = unpacker.decompress(body, MOST_BYTES)
    except zlib.error as exc:
        return b"", f"a gzip file that cannot be unpacked: {exc}"
    if unpacker.unconsumed_tail:
        return b"", f"a gzip file of more than {MOST_BYTES >> 20} MiB"
    return whole, "" if unpacker.eof else "a gzip file that breaks off"


def _xml(body: bytes, base: str, now: datetime) -> Sitemap:
    from lxml import etree  # noqa: PLC0415 -- not for commands that read no sitemap

    def parser(*, recover: bool) -> Any:
        return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, recover=recover)

    cut = False
    try:
        root = etree.fromstring(body, parser(recover=False))
    except (etree.XMLSyntaxError, ValueError):
        cut = not _ENDS.search(body[-2000:])
        try:
            root = etree.fromstring(body, parser(recover=True))
        except (etree.XMLSyntaxError, ValueError):
            root = None
    name = _local(root.tag) if root is not None and isinstance(root.tag, str) else ""
    if name not in ("urlset", "sitemapindex"):
        return Sitemap(why=f"no sitemap: the document is {f'<{clean(name)[:40]}>' if name else 'no XML'}")
    places = tuple(_places(root, base, now))
    if not places and len(root) and not cut:
        return Sitemap(why=f"none of its {len(root)} entries has an address (loc), its shape must have changed: {excerpt(body)}")
    if not places and cut:
        return Sitemap(why="the sitemap breaks off before its first address")
    return Sitemap(places=places, is_index=name == "sitemapindex", cut=cut)


def _local(tag: str) -> str:
    """Return a tag's name without its namespace or an undeclared prefix."""
    return tag.rpartition("}")[2].rpartition(":")[2].lower()


def _places(root: Iterable[Any], base: str, now: datetime) -> Iterator[Place]:
    for node in root:
        said = {_local(child.tag): clean(child.text or "") for child in node if isinstance(child.tag, str)}
        if url := http_url(said.get("loc", ""), base):
            lastmod = said.get("lastmod", "")[:40]
            yield Place(url=url, lastmod=lastmod, at=parse_date(lastmod, now=now).at)


KIND = SitemapSource
