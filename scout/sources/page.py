"""Read an HTML listing: the entries that a selector matches, then each new entry's own page, once.

A listing shows the present. Its first reading covers what its entries' dates imply; each later one that still shows an
entry of the reading before covers everything since, because whatever came in between would stand above it.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scout.dates import Dated, parse_date
from scout.identity import http_url, identify
from scout.model import Failure, Interval, Item, Result
from scout.parsers.html import breaks_off, slug_title, soup
from scout.sources._listing import READING, instant, kind, near, no_page, open_pages, parse_own, quiet, silence, useless
from scout.sources.base import Page, Parsed, Source, excerpt
from scout.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from bs4 import Tag

    from scout.sources._listing import Opened
    from scout.sources.session import FetchSession

_HEADINGS = "h1, h2, h3, h4, h5, h6"
MOST_ENTRIES = 1_000


@dataclass(frozen=True, kw_only=True)
class PageSource(Source):
    """Read the listing at `url`: `item` selects one entry; `title`, `date` and `link` select inside it, where needed."""

    url: str
    item: str
    title: str = ""
    date: str = ""
    link: str = ""

    def __post_init__(self) -> None:
        """Refuse invalid options."""
        if not http_url(self.url):
            raise ValueError(f"url: {self.url!r} is not an http(s) address")
        if not self.item.strip():
            raise ValueError("item: name a CSS selector for one entry")

    def validate(self) -> None:
        """Refuse invalid selectors."""
        from soupsieve import SelectorSyntaxError, compile  # noqa: A004, PLC0415 -- 150 ms with what they compile

        for option in ("item", "title", "date", "link"):
            try:
                compile(getattr(self, option) or "*")
            except (SelectorSyntaxError, ValueError) as exc:
                said = clean(str(exc).splitlines()[0])
                raise ValueError(f"{option}: {getattr(self, option)!r} is not a CSS selector: {said}") from exc

    def hosts(self) -> tuple[str, ...]:
        """Return the one host."""
        return (urlsplit(self.url).netloc.lower(),)

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Fetch the listing, then the own pages of new entries; no validators are sent while some of them wait."""
        before, settled = list(session.state.get("ids") or []), list(session.state.get("settled") or [])
        waiting = {ident for ident in before if ident not in settled and near(ident.removeprefix("url:"), self.url)}
        finished = not waiting - session.known(sorted(waiting))
        answer = session.get(self.url, conditional=finished, robots=True)
        if isinstance(answer, Failure) or answer.unchanged:
            yield answer if isinstance(answer, Failure) else session.page(answer)
            return
        entries = session.parse(self, session.page(answer)).items
        opened = open_pages(self, session, entries, answer.final_url, settled)
        shown = {entry.id for entry in entries}
        yield session.page(
            answer,
            before=before,
            since=session.state.get("since") or "",
            settled=[ident for ident in dict.fromkeys([*settled, *opened.settled]) if ident in shown],
            dates=[f"{at.isoformat()}" for at in _dates(entries, opened)],
        )
        yield from opened.pages

    def parse(self, page: Page) -> Parsed:
        """Read the listing, or one entry's own page."""
        if page.role == "item":
            return parse_own(page)
        if nothing := useless(page, "listing") or _refused(page):
            return nothing
        entries = soup(page.body).select(self.item)
        if not entries:
            return Parsed(result=Result.BROKEN, why=_matches_nothing("item", self.item))
        items, dropped = self._items(entries, page)
        if not items:
            why = f"the {len(entries)} entries on the page have no links; the first: {excerpt(str(entries[0]))}"
            return Parsed(result=Result.BROKEN, why=why, dropped=dropped)
        for option in ("title", "date", "link"):
            selector = getattr(self, option)
            if selector and not any(_inside(entry, selector) for entry in entries):
                return Parsed(items=items, result=Result.BROKEN, why=_matches_nothing(option, selector), dropped=dropped)
        return self._read(items, dropped, page)

    def _read(self, items: tuple[Item, ...], dropped: dict[str, int], page: Page) -> Parsed:
        """Return a good listing's coverage and state; for a truncated one, neither."""
        if breaks_off(page.body):
            return Parsed(
                items=items, result=Result.PARTIAL, why=f"the page breaks off after {len(items)} entries", dropped=dropped
            )
        ids = [item.id for item in items]
        overlaps = set(ids) & set(page.hints.get("before") or [])
        since = (instant(page.hints.get("since")) if overlaps else None) or page.now - READING
        told = [at for words in page.hints.get("dates") or [] if (at := instant(words))]
        dates = told or [item.published for item in items if item.published]
        span, remark = silence(dates, page.now)
        notes = (remark, quiet(max(dates), page.now) if dates else "")
        return Parsed(
            items=items,
            covers=Interval(start=min(span.start, since), end=page.now),
            notes=tuple(note for note in notes if note),
            state={"ids": ids, "settled": list(page.hints.get("settled") or []), "since": since.isoformat()},
            dropped=dropped,
        )

    def _items(self, entries: Sequence[Tag], page: Page) -> tuple[tuple[Item, ...], dict[str, int]]:
        dropped: Counter[str] = Counter()
        found: dict[str, Item] = {}
        itself = {identify(page.url), identify(self.url), ""}
        if beyond := len(entries[MOST_ENTRIES:]):
            dropped[f"entry beyond the first {MOST_ENTRIES}"] = beyond
        for entry in entries[:MOST_ENTRIES]:
            url = self._link(entry, page.url)
            ident = identify(url)
            if ident in itself:
                dropped["entry without a link of its own"] += 1
                continue
            item = self._item(entry, ident, url, page)
            if earlier := found.get(ident):
                dropped["duplicate entry"] += 1
                item = max(earlier, item, key=lambda one: (one.published is not None, not one.extra, len(one.title)))
            found[ident] = item
        return tuple(found.values()), dict(dropped)

    def _item(self, entry: Tag, ident: str, url: str, page: Page) -> Item:
        heading = _inside(entry, self.title or _HEADINGS) or (None if self.title else entry)
        title = clean(heading.get_text(" ")) if heading else ""
        dated, extra = self._dated(entry, page), dict[str, Any]()
        if not title or heading is entry:  # the whole entry may hold a date and a teaser too: use the page's title
            extra["title_from"] = "entry" if title else "url"
        return Item(
            id=ident,
            kind=kind(ident),
            title=title or slug_title(url),
            url=url,
            published=dated.at,
            precision=dated.precision,
            date_source="page:listing" if dated.at or dated.claimed else "",
            claimed=dated.claimed,
            extra=extra,
        )

    def _link(self, entry: Tag, base: str) -> str:
        """Return where an entry leads: the link selected, else the entry's or its heading's, else its first."""
        heading = _inside(entry, self.title or _HEADINGS)
        places = [_inside(entry, self.link)] if self.link else [entry, heading, heading and heading.find_parent("a"), entry]
        for place in places:
            anchor = place and (place if place.get("href") else place.find("a", href=True))
            if anchor and (url := http_url(str(anchor["href"]), base)):
                return url
        return ""

    def _dated(self, entry: Tag, page: Page) -> Dated:
        """Return the date that the listing gives an entry: of the element selected, else of a `<time datetime>`."""
        tag = _inside(entry, self.date or "time[datetime]")
        return parse_date(str(tag.get("datetime") or "") or clean(tag.get_text(" ")), now=page.now) if tag else Dated()


def _refused(page: Page) -> Parsed | None:
    return Parsed(result=Result.BROKEN, why=why) if (why := no_page(page)) else None


def _inside(entry: Tag, selector: str) -> Tag | None:
    """Return the first match inside an entry; an entry that is the match itself counts, as when each entry is one link."""
    from soupsieve import match  # noqa: PLC0415 -- not for commands that read no page

    return entry.select_one(selector) or (entry if match(selector, entry) else None)


def _dates(entries: Sequence[Item], opened: Opened) -> list[datetime]:
    """Return the dates of the listing's entries in its order, down to the first that was not read."""
    dates: list[datetime] = []
    for entry in entries:
        item = opened.items.get(entry.id, entry)
        if item.published:
            dates.append(item.published)
        elif entry.id not in opened.items:
            break
    return dates


def _matches_nothing(option: str, selector: str) -> str:
    return f"the selector {option}: {selector!r} matches nothing: the page has changed"


KIND = PageSource
