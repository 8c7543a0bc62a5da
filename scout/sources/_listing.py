"""Share what feeds, listings and sitemaps need: their coverage, and fetching their entries' own pages."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scout.identity import http_url
from scout.model import Answer, Failure, Interval, Item, Kind, Precision, Result
from scout.parsers import html, walls
from scout.parsers.challenge import challenge, is_html
from scout.sources.base import Page, Parsed
from scout.text import too_large

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from scout.sources.base import Source
    from scout.sources.session import FetchSession

READING = timedelta(seconds=1)
"""What a first reading covers, so that the next interval can begin there."""
QUIET = timedelta(days=180)
MOST_OWN_PAGES = 20
"""How many entries' own pages one run fetches; the rest waits for the next."""
_GONE = (401, 404, 410, 451)
_STOP = (Result.RATE_LIMITED, Result.BLOCKED)
_WEAK = ("", "html", "url")


def kind(ident: str) -> Kind:
    """Return what an id says its item is: papers, releases and threads have ids of their own; the rest are posts."""
    scheme = ident.partition(":")[0]
    return {"arxiv": Kind.PAPER, "doi": Kind.PAPER, "github": Kind.RELEASE, "hn": Kind.THREAD}.get(scheme, Kind.POST)


def silence(dates: Sequence[datetime], now: datetime) -> tuple[Interval, str]:
    """Return the interval over which a list of newest entries is complete, from its dates in list order; and a remark.

    Newest first (the usual order), it is cut at its last entry, whatever is pinned above. Oldest first, it is cut at its
    first; but one with nothing new for long may hold a site's first entries for ever, and covers nothing.
    Nor does one not ordered by time: its entries were chosen otherwise. An empty span covers nothing.
    """
    nothing = Interval(start=now, end=now)
    if not dates:
        return nothing, ""
    falls, rises = sum(a > b for a, b in pairwise(dates)), sum(a < b for a, b in pairwise(dates))
    if falls >= 3 * rises:
        return Interval(start=min(dates[-1], now), end=now), ""
    if rises < 3 * falls:
        return nothing, "entries stand in no order of time, so what is left out cannot be told"
    if quiet(max(dates), now):
        return nothing, "oldest entry first, and nothing new for long: it may be cut at its newest entry"
    return Interval(start=min(dates[0], now), end=now), ""


def quiet(newest: datetime, now: datetime) -> str:
    """Say that a source that answers has had nothing new for long."""
    return f"nothing new for {(now - newest).days} days: the newest entry is of {newest:%Y-%m-%d}" if now - newest > QUIET else ""


def instant(words: object) -> datetime | None:
    """Parse an instant from the state."""
    try:
        return datetime.fromisoformat(str(words))
    except ValueError:
        return None


def useless(page: Page, what: str) -> Parsed | None:
    """Say why there is nothing to parse, if so: the `what` is unchanged, a challenge page came, the body is empty."""
    if page.answer.unchanged and not page.body:
        return Parsed(result=Result.UNCHANGED, why=f"the {what} is as it was")
    if guard := challenge(page.answer):
        return Parsed(result=Result.BLOCKED, why=guard)
    return None if page.body.strip() else Parsed(result=Result.BROKEN, why="the answer is empty")


def no_page(page: Page) -> str:
    """Say why an HTML page is none that can be read: too many tags, or a wall, an error or an empty site in its place."""
    return too_large(page.body) or walls.instead(page.body, page.url, page.answer.headers.get("content-type", ""))


def near(url: str, home: str) -> bool:
    """Say whether an address is on the same site: the same host, or a host above or below it; `www.` does not count."""
    here, there = ((urlsplit(one).hostname or "").removeprefix("www.") for one in (home, url))
    return here == there or here.endswith(f".{there}") or there.endswith(f".{here}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Opened:
    """Hold the entries' own pages: the good ones, their items by id, and the ids that need no further request."""

    pages: tuple[Page, ...] = ()
    items: dict[str, Item]
    settled: tuple[str, ...] = ()


def open_pages(
    source: Source, session: FetchSession, entries: Sequence[Item], home: str, settled: Collection[str] = ()
) -> Opened:
    """Fetch the own pages of entries not yet stored, in order, on the same site; note what failed and what waits.

    A page that fails does not fail the source: its entry stays as the listing has it, and is tried again in the next run, unless
    the page is gone or forbidden. A site that blocks gets no more requests.
    """
    mine = [entry for entry in entries if entry.id not in settled and near(entry.url, home)]
    known = session.known([entry.id for entry in mine])
    waiting = [entry for entry in mine if entry.id not in known]
    pages, items, done, failed = list[Page](), dict[str, Item](), list[str](known), list[str]()
    for entry in waiting[:MOST_OWN_PAGES]:
        answer = session.get(entry.url, conditional=False, robots=True)
        if isinstance(answer, Failure):
            failed.append(f"{entry.url}: {answer.why}")
        elif (parsed := session.parse(source, page := _own(session, answer, entry))).items:
            pages.append(page)
            items[entry.id] = parsed.items[0]
        else:
            failed.append(f"{entry.url}: {parsed.why}")
        if not isinstance(answer, Failure) or answer.status in _GONE or answer.result is Result.REFUSED:
            done.append(entry.id)
        elif answer.result in _STOP:
            break
    if failed:
        session.say(f"{len(failed)} of {len(pages) + len(failed)} entries' own pages gave nothing ({failed[0]})")
    if left := len(waiting) - len(pages) - len(failed):
        session.say(f"{left} entries' own pages are left for the next run")
    return Opened(pages=tuple(pages), items=items, settled=tuple(done))


def _own(session: FetchSession, answer: Answer, entry: Item) -> Page:
    """Wrap the answer to an entry's own address."""
    return session.page(
        answer,
        "item",
        id=entry.id,
        url=entry.url,
        title=entry.title,
        published=entry.published.isoformat() if entry.published else "",
        precision=str(entry.precision),
        claimed=entry.claimed,
        extra=dict(entry.extra),
    )


def parse_own(page: Page) -> Parsed:
    """Read an entry's own page: the item that the listing named, with the page's date, text, and title where it has none.

    `hints`: id, url, title, published (ISO 8601), precision, claimed, extra. A date in the page's markup
    takes precedence over the listing's; one guessed from text or address does not.
    """
    if guard := challenge(page.answer):
        return Parsed(result=Result.BLOCKED, why=guard)
    if why := no_page(page) if is_html(page.body) else "no HTML page":
        return Parsed(result=Result.BROKEN, why=why)
    item = _hinted(page)
    tree = html.soup(page.body)
    found = html.date(page.body, tree, page.url, now=page.now)
    if found.dated.claimed or (found.dated.at and not (found.source in _WEAK and item.published)):
        item = replace(
            item,
            published=found.dated.at,
            precision=found.dated.precision,
            date_source=found.source,
            claimed=found.dated.claimed,
        )
    title = html.title(tree)
    if title and ("title_from" in item.extra or item.title.endswith(("…", "..."))):
        item = replace(item, title=title, extra={key: value for key, value in item.extra.items() if key != "title_from"})
    links = html.links(str(tree.find("article") or tree.find("main") or ""), page.url)
    return Parsed(items=(replace(item, links=tuple(link for link in links if link != item.url), summary=html.excerpt(tree)),))


def _hinted(page: Page) -> Item:
    """Make the item that the listing found."""
    hints: dict[str, Any] = dict(page.hints)
    url = str(hints.get("url") or page.url)
    published = instant(hints.get("published"))
    ident = str(hints.get("id") or f"url:{http_url(url)}")
    return Item(
        id=ident,
        kind=kind(ident),
        title=str(hints.get("title") or html.slug_title(url)),
        url=url,
        published=published,
        precision=Precision(hints.get("precision") or "none") if published else Precision.NONE,
        date_source="page:listing" if published or hints.get("claimed") else "",
        claimed=str(hints.get("claimed") or ""),
        extra=dict(hints.get("extra") or ({} if hints.get("title") else {"title_from": "url"})),
    )
