"""Fetch a feed: RSS 0.9x-2.0, RDF, Atom or JSON Feed; return its items and how far back it is complete.

A feed shows its newest entries and cuts the rest, so it covers the time from where it is cut until now (`_listing.silence`).
Entries without a date are items, but do not affect coverage. A paper's date in a feed is the day of its mention.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from hashlib import sha1
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scout.dates import Dated, parse_date
from scout.identity import canonical_url, http_url, identify
from scout.model import Failure, Interval, Item, Result
from scout.parsers.challenge import is_html
from scout.parsers.feed import Feed, FeedEntry
from scout.parsers.feed import parse_feed as read_feed
from scout.parsers.html import feeds, links, slug_title, soup
from scout.parsers.html import title as page_title
from scout.sources._listing import instant, kind, quiet, silence, useless
from scout.sources.base import Page, Parsed, Source, unreadable
from scout.text import clean, plain, sentences, shorten, title_key

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.sources.session import FetchSession

SUMMARY = 4_000
_TAG = re.compile(
    r"</?(?:a|abbr|b|br|code|div|em|font|i|img|p|script|small|span|strong|style|sub|sup|svg|u)\b[^<>]*>", re.IGNORECASE
)
_ARXIV_SUFFIX = re.compile(r"(?<!\s)\s*+\(arXiv:[^()]*\)\s*$")
_ARXIV_PREFIX = re.compile(r"^arXiv:\S+\s+Announce Type:\s*\S+\s*(?:Abstract:\s*)?")


@dataclass(frozen=True, kw_only=True)
class FeedSource(Source):
    """Read one feed at `url`, http or https."""

    url: str

    def __post_init__(self) -> None:
        """Refuse an invalid address."""
        if not http_url(self.url):
            raise ValueError(f"url: {self.url!r} is not an http(s) address")

    def hosts(self) -> tuple[str, ...]:
        """Return the one host."""
        return (urlsplit(self.url).netloc.lower(),)

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Fetch the feed, at its new address after a permanent redirect."""
        moved = str(session.state.get("moved_to") or "") if session.state.get("moved_from") == self.url else ""
        if moved and self._lives_at(moved, answer := session.get(moved), session):
            session.say(f"asked at {moved}, where it moved for good; feeds.yaml should say so")
        else:
            answer = session.get(self.url)
        if isinstance(answer, Failure):
            if answer.status == 410:
                session.say("the feed is gone for good (410): remove it, or replace its address")
            yield answer
            return
        if answer.unchanged and (newest := instant(session.state.get("newest"))) and (said := quiet(newest, session.now)):
            session.say(said)
        yield session.page(answer)

    def _lives_at(self, moved: str, answer: Any, session: FetchSession) -> bool:
        """Say whether the remembered address still serves a feed; a transient failure is no reason to go back."""
        if isinstance(answer, Failure):
            lives = answer.status not in (None, 404, 410)
        else:
            lives = answer.unchanged or session.parse(self, session.page(answer)).result is not Result.BROKEN
        if not lives:
            session.say(f"{moved}, where it had moved, serves no feed any more; the configured address was asked again")
        return lives

    def parse(self, page: Page) -> Parsed:
        """Parse one feed, one item for each id."""
        if nothing := useless(page, "feed"):
            return nothing
        feed = read_feed(page.body, page.url, page.answer.headers)
        if not feed.version:
            return Parsed(result=Result.BROKEN, why=_no_feed(feed, page))
        items, dropped = self._items(feed, page)
        notes = [f"not well-formed, read all the same: {feed.fault}"] if feed.fault and not feed.cut else []
        state: dict[str, Any] = {}
        if page.answer.moved_to:
            notes.append(f"moved for good to {page.answer.moved_to}; feeds.yaml should say so")
            state |= {"moved_from": self.url, "moved_to": page.answer.moved_to}
        if feed.cut:
            why = f"the feed breaks off after {len(items)} whole entries"
            result = Result.PARTIAL if items else Result.BROKEN
            return Parsed(
                items=items,
                result=result,
                why=why,
                covers=Interval(start=page.now, end=page.now),
                notes=tuple(notes),
                dropped=dropped,
            )
        if feed.entries and not items:
            return unreadable("entries", len(feed.entries), page.body[:4000].decode("utf-8", "replace"), dropped=dropped)
        if not items:
            why = "the feed has no entries"
            return Parsed(result=Result.EMPTY, why=why, complete=feed.complete, state=state, notes=tuple(notes))
        dates = [at for item in items if (at := item.published or item.announced)]
        covers, remark = silence(dates, page.now)
        if undated := len(items) - len(dates):
            notes.append(f"{undated} of {len(items)} entries carry no date that counts")
        if dates:
            state["newest"] = max(dates).isoformat()
        notes += filter(None, (remark, quiet(max(dates), page.now) if dates else ""))
        return Parsed(
            items=items,
            complete=feed.complete,
            covers=None if feed.complete else covers,
            notes=tuple(notes),
            state=state,
            dropped=dropped,
        )

    def _items(self, feed: Feed, page: Page) -> tuple[tuple[Item, ...], dict[str, int]]:
        """Make one item of each entry; of those with the same id the most complete, the first on a tie."""
        dropped: Counter[str] = Counter()
        found: dict[str, Item] = {}
        for entry, ident in zip(feed.entries, self._ids(feed.entries), strict=True):
            item = _item(entry, ident, feed, page)
            if item is None:
                dropped["empty entry"] += 1
            elif item.id not in found:
                found[item.id] = item
            else:
                dropped["duplicate entry"] += 1
                found[item.id] = max(found[item.id], item, key=lambda it: (it.published is not None, bool(it.summary)))
        return tuple(found.values()), dict(dropped)

    def _ids(self, entries: Sequence[FeedEntry]) -> list[str]:
        """Identify each entry by its link; by its guid where it has none or shares a page with others (a changelog's parts)."""
        by_link = [identify(entry.link) for entry in entries]
        sharing: dict[str, tuple[set[str], set[str]]] = {}
        for entry, ident in zip(entries, by_link, strict=True):
            titles, guids = sharing.setdefault(ident, (set(), set()))
            titles.add(title_key(entry.title))
            guids.add(entry.guid or entry.link)
        shared = {i for i, (titles, guids) in sharing.items() if i.startswith("url:") and len(titles) > 1 and len(guids) > 1}
        return [
            ident if ident and ident not in shared else self._own_id(entry, shared=bool(ident))
            for entry, ident in zip(entries, by_link, strict=True)
        ]

    def _own_id(self, entry: FeedEntry, *, shared: bool) -> str:
        if shared and canonical_url(entry.guid) and canonical_url(entry.guid) != canonical_url(entry.link):
            return identify(entry.guid)
        named = entry.guid or (entry.link if shared else "") or title_key(entry.title) or clean(plain(entry.body))
        return f"feed:{self.name}/{sha1(named.encode('utf-8', 'replace'), usedforsecurity=False).hexdigest()[:12]}"


def _item(entry: FeedEntry, ident: str, feed: Feed, page: Page) -> Item | None:
    """Make an item, or None of an entry without address and text."""
    text = plain(entry.body)
    is_paper = ident.startswith("arxiv:")
    if is_paper:
        text = _ARXIV_PREFIX.sub("", text)
    title, title_from = _title(entry, text)
    if is_paper:
        title = _ARXIV_SUFFIX.sub("", title)
    if not title:
        return None
    source, dated = _dated(entry.dates or entry.updated, page)
    _, updated = _dated(entry.updated if entry.dates else (), page)
    extra: dict[str, Any] = {"title_from": title_from} if title_from else {}
    if ident.startswith("github:"):
        extra["tag"] = ident.partition("@")[2]
    item = Item(
        id=ident,
        kind=kind(ident),
        title=title,
        url=entry.link or feed.site or page.url,
        published=dated.at,
        precision=dated.precision,
        date_source=source,
        claimed=dated.claimed,
        updated=updated.at,
        summary=shorten(text, SUMMARY),
        authors=entry.authors,
        tags=tuple(dict.fromkeys(entry.tags)),
        links=_links(entry, page),
        extra=extra,
    )
    return _announced(item) if is_paper and _only_announces(entry, page) else item


def _announced(item: Item) -> Item:
    """Mark a feed's date of a paper as the day of its mention, not of its first version."""
    nothing = Dated()
    return replace(item, announced=item.published, published=None, precision=nothing.precision, date_source="", claimed="")


def _only_announces(entry: FeedEntry, page: Page) -> bool:
    """Say whether a paper's date is only its mention's: in any feed but arXiv's API."""
    host = urlsplit(page.url).hostname or ""
    return bool(entry.arxiv_announcement) or host not in ("export.arxiv.org", "arxiv.org") or "/rss" in urlsplit(page.url).path


def _title(entry: FeedEntry, text: str) -> tuple[str, str]:
    """Return a title, and where it comes from if it is not the entry's own: its first words, its address, its guid."""
    words = clean(plain(entry.title)) if _TAG.search(entry.title) else clean(_unescaped(entry.title))
    if words:
        return words, ""
    if said := sentences(text):
        return shorten(said[0], 100), "text"
    if entry.link:
        return slug_title(entry.link), "url"
    return entry.guid, "guid" if entry.guid else ""


def _unescaped(title: str) -> str:
    """Undo the double escaping of many feeds; `plain` does so for text without a tag."""
    return plain(title.replace("<", "&lt;"))


def _dated(claims: Sequence[tuple[str, str]], page: Page) -> tuple[str, Dated]:
    """Return the first valid date and its field; else the text of the first."""
    read_as = [(source, parse_date(words, now=page.now)) for source, words in claims]
    counting = [(source, dated) for source, dated in read_as if dated.at is not None]
    return counting[0] if counting else ("", read_as[0][1] if read_as else Dated())


def _links(entry: FeedEntry, page: Page) -> tuple[str, ...]:
    own = canonical_url(entry.link)
    found = {canonical_url(link): link for link in (*entry.links, *links(entry.body, entry.base or page.url))}
    return tuple(link for key, link in found.items() if key and key != own)


def _no_feed(feed: Feed, page: Page) -> str:
    """Say what came instead, and the feed address that the page gives."""
    if not is_html(page.body):
        return feed.why
    named = page_title(soup(page.body))
    advertised = feeds(page.body, page.url)
    return feed.why + (f": {shorten(named, 80)!r}" if named else "") + (f"; it advertises {advertised[0]}" if advertised else "")


KIND = FeedSource
