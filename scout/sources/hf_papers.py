"""Read Hugging Face's daily papers: which papers its users put forward, day by day, with their upvotes so far.

`GET /api/daily_papers?date=YYYY-MM-DD` answers with a JSON list, at most 100 papers a page (`limit`, `p` from 0); a day ahead of
the service's clock is an error, a day without papers an empty list (huggingface.co/docs/hub/api). Upvotes go on rising, so each
run asks the days of its window again: every reading is a vote with its time.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scout.dates import parse_date
from scout.identity import http_url, named
from scout.model import Answer, Failure, Interval, Item, Kind, Precision, Result, Vote, VoteKind
from scout.parsers.challenge import challenge
from scout.sources import intervals
from scout.sources.base import Page, Parsed, Source, excerpt, unreadable
from scout.text import clean, plain, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.sources.session import FetchSession

A_PAGE = 100
"""The most papers that the service puts on a page."""
MOST_PAGES = 20
SUMMARY = 4_000
MOST_UPVOTES = 10**9
_LEFT_ALONE = {Result.RATE_LIMITED, Result.BLOCKED, Result.REFUSED}


@dataclass(frozen=True, kw_only=True)
class HfPapers(Source):
    """Papers of the daily lists with at least `min_upvotes`, as items and as votes."""

    min_upvotes: int = 0
    endpoint: str = "https://huggingface.co/api"

    broad: ClassVar[bool] = True
    authority: ClassVar[int] = 1
    delayed: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse an invalid address."""
        if not http_url(self.endpoint):
            raise ValueError(f"endpoint: {self.endpoint!r} is not an http(s) address")

    def hosts(self) -> tuple[str, ...]:
        """Return the one host."""
        return (urlsplit(self.endpoint).netloc.lower(),)

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Ask for each day of the window that has begun; after an answer that says to stop, for none."""
        window = session.window
        for number in range(window.days):
            day = window.since + timedelta(days=number)
            if _start(day) >= session.now:
                return
            for got in self._pages_of(day, session):
                yield got
                if isinstance(got, Failure) and got.result in _LEFT_ALONE:
                    return

    def _pages_of(self, day: date, session: FetchSession) -> Iterator[Page | Failure]:
        """Yield the pages of one day, until one is not full or brings nothing new."""
        span = Interval(start=_start(day), end=min(_start(day) + timedelta(days=1), session.now))
        seen: set[str] = set()
        for number in count():
            params = {"date": str(day), "limit": str(A_PAGE)} | ({"p": str(number)} if number else {})
            got = session.get(f"{self.endpoint.rstrip('/')}/daily_papers", params=params)
            if isinstance(got, Failure):
                yield got
                return
            names, key = _names(got), f"full {day} {number}"
            full = bool(session.state.get(key)) if got.unchanged else len(names) >= A_PAGE and not names <= seen
            if full and number + 1 == MOST_PAGES:
                why = f"{day} has more than {MOST_PAGES * A_PAGE} papers"
                yield Failure(url=got.url, result=Result.BROKEN, why=why, status=got.status, requests=0)
            yield session.page(got, day=str(day), covers=intervals.to_json(span), state={key: True} if full else {})
            if not full or number + 1 == MOST_PAGES:
                return
            seen |= names

    def parse(self, page: Page) -> Parsed:
        """Parse one page of one day: an item and a vote for each paper."""
        covers = intervals.from_json(page.hints.get("covers"))
        if guard := challenge(page.answer):
            return Parsed(result=Result.BLOCKED, why=guard)
        rows = _rows(page.body)
        if not isinstance(rows, list):
            return Parsed(result=Result.BROKEN, why=f"no list of papers: {excerpt(page.body) or 'the answer is empty'}")
        day = date.fromisoformat(page.hints["day"]) if page.hints.get("day") else None
        items: dict[str, Item] = {}
        votes: dict[str, Vote] = {}
        dropped: Counter[str] = Counter()
        for row in rows:
            paper = row.get("paper") if isinstance(row, dict) else None
            item = _item(paper, page) if isinstance(paper, dict) else None
            upvotes = paper.get("upvotes") if isinstance(paper, dict) else None
            if item is None:
                dropped["no paper"] += 1
            elif isinstance(upvotes, bool) or not isinstance(upvotes, int) or not 0 <= upvotes <= MOST_UPVOTES:
                dropped["upvotes that are no count"] += 1
            elif upvotes < self.min_upvotes:
                dropped[f"under {self.min_upvotes} upvotes"] += 1
            else:
                items[item.id] = item
                votes[item.id] = _vote(item, day, upvotes)
        if rows and not items and sum(dropped.values()) > dropped[f"under {self.min_upvotes} upvotes"]:
            return unreadable("papers", len(rows), rows[0], dropped=dict(dropped))
        return Parsed(
            items=tuple(items.values()),
            votes=tuple(votes.values()),
            result=Result.OK if items else Result.EMPTY,
            why="" if items else f"no papers on {day}",
            covers=covers,
            state=page.hints.get("state", {}),
            dropped=dict(dropped),
        )


def _start(day: date) -> datetime:
    return datetime.combine(day, time.min, UTC)


def _rows(body: bytes) -> Any:
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _names(answer: Answer) -> set[str]:
    """Return the ids of a page's papers as written, to see whether it is full, and whether the next one brings others."""
    rows = _rows(answer.body)
    papers = [row.get("paper") for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    return {str(paper.get("id")) for paper in papers if isinstance(paper, dict)}


def _item(paper: dict[str, Any], page: Page) -> Item | None:
    """Make an item of a paper, or None without an arXiv id and a title. Its date is the one that the service gives the paper."""
    id_, title = named(_text(paper.get("id"))), clean(_text(paper.get("title")))
    if not id_.startswith("arxiv:") or not title:
        return None
    published = parse_date(_text(paper.get("publishedAt")), now=page.now)
    midnight = published.at is not None and published.at.time() == time.min
    authors = paper.get("authors")
    return Item(
        id=id_,
        kind=Kind.PAPER,
        title=title,
        url=f"https://arxiv.org/abs/{id_.removeprefix('arxiv:')}",
        published=published.at,
        precision=Precision.DAY if midnight and published.precision is Precision.SECOND else published.precision,
        date_source="hf_papers:publishedAt" if published.at else "",
        claimed=published.claimed,
        summary=shorten(clean(plain(_text(paper.get("summary")))), SUMMARY),
        authors=tuple(name for one in authors if isinstance(one, dict) and (name := clean(_text(one.get("name")))))
        if isinstance(authors, list)
        else (),
    )


def _vote(item: Item, day: date | None, upvotes: int) -> Vote:
    number = item.id.removeprefix("arxiv:")
    url = f"https://huggingface.co/papers/{number}"
    return Vote(item=item.id, kind=VoteKind.UPVOTES, url=url, title=item.title, day=day, count=upvotes)


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


KIND = HfPapers
