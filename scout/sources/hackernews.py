"""Hacker News stories by phrase, from Algolia's search.

Source: hn.algolia.com/api. A query gives at most 1,000 hits in all, and beyond them empty pages with `nbHits` 0, so time is cut
until each slice has fewer. Algolia tolerates typos and matches text that is not shown: the phrase is matched to title
and address here, and points are counted here, because the filter for points is refused at times.

Each query is a part of its own: the source covers what all of them cover.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from itertools import count
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import unquote, urlsplit

from scout import dates, topics
from scout.identity import http_url
from scout.model import Answer, Failure, Interval, Item, Kind, Result
from scout.parsers.challenge import challenge
from scout.sources import intervals
from scout.sources.base import Page, Parsed, Source, unreadable
from scout.text import clean, fold, plain

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from scout.sources.session import FetchSession

OVERLAP = timedelta(days=10)
"""How far before the window is queried: a story gathers its points after its date."""
MOST = 1000
"""How many hits Algolia gives to one query, whatever its total."""
LEAST = timedelta(hours=1)
"""The shortest slice; one that still has too many hits is broken."""
PATIENCE = 3
"""How many phrases may go unanswered before the service is not asked further."""
_LEFT_ALONE = {Result.RATE_LIMITED, Result.BLOCKED, Result.REFUSED}

NO_STORY = "not a story"
"""Why a hit without number or title is dropped; an answer of only those has changed its format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hits:
    """Hold one answer before its hits are parsed. `result` is OK, or `why` says what came instead."""

    result: Result = Result.OK
    why: str = ""
    total: int = 0
    rows: tuple[Any, ...] = ()

    @property
    def ids(self) -> set[str]:
        """The stories' ids, as in the answer."""
        return {str(row.get("objectID")) for row in self.rows if isinstance(row, dict)}


@dataclass(frozen=True, kw_only=True)
class HackerNews(Source):
    """Stories whose title or address holds one of the phrases, with at least so many points."""

    queries: tuple[str, ...]
    min_points: int = 0
    endpoint: str = "https://hn.algolia.com/api/v1"

    broad: ClassVar[bool] = True
    authority: ClassVar[int] = 1
    remembers_spans: ClassVar[bool] = True
    forgettable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not self.queries or not all(topics.spellings(query) for query in self.queries):
            raise ValueError("hackernews needs at least one phrase in queries, and none of them empty")

    def hosts(self) -> tuple[str, ...]:
        """Return the search's host."""
        return (urlsplit(self.endpoint).netloc,)

    def remembered(self, session: FetchSession) -> Interval | None:
        """Return the interval that earlier runs answered in full, for every phrase, around this run's start."""
        start = self._wanted(session).start
        known = [self._answered(session, query).around(start) for query in self.queries]
        found = [span for span in known if span]
        if len(found) < len(known):
            return None
        return Interval(start=max(span.start for span in found), end=min(span.end for span in found))

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Query each phrase; a slice of time with too many stories is halved."""
        silent = 0
        for place, query in enumerate(self.queries, 1):
            answered = self._answered(session, query)
            todo = list(intervals.subtract(self._wanted(session), answered.spans))
            while todo:
                span = todo.pop(0)
                trouble = yield from self._span(session, query, span, answered)
                if trouble is None:
                    answered = answered.adding(span)
                elif isinstance(trouble, int) and span.end - span.start > LEAST:
                    todo[:0] = intervals.partition(span, 2)
                else:
                    failure = trouble if isinstance(trouble, Failure) else _too_many(self.endpoint, query, span, trouble)
                    yield failure
                    silent += failure.result is Result.UNREACHABLE
                    if failure.result in _LEFT_ALONE or silent == PATIENCE:
                        if left := self.queries[place:]:
                            session.say(f"not asked any more: {', '.join(map(repr, left))}")
                        return
                    break

    def parse(self, page: Page) -> Parsed:
        """Read one page of hits."""
        hits = _hits(page.answer)
        if hits.result is not Result.OK:
            return Parsed(result=hits.result, why=hits.why)
        items: list[Item] = []
        dropped: Counter[str] = Counter()
        for row in hits.rows:
            item = self._item(row, page)
            if isinstance(item, str):
                dropped[item] += 1
            else:
                items.append(item)
        if hits.rows and dropped[NO_STORY] == len(hits.rows):
            return unreadable("stories", len(hits.rows), hits.rows[0], dropped=dict(dropped))
        return Parsed(
            items=tuple(items),
            result=Result.OK if hits.rows else Result.EMPTY,
            total=hits.total,
            covers=intervals.from_json(page.hints.get("covers")) or intervals.NOTHING,
            state=page.hints.get("state", {}),
            dropped=dict(dropped),
        )

    def _answered(self, session: FetchSession, query: str) -> intervals.AnsweredIntervals:
        return intervals.AnsweredIntervals.recall(session.state, self.endpoint, fold(query), self.min_points)

    def _wanted(self, session: FetchSession) -> Interval:
        end = min(session.window.end, session.now.replace(second=0, microsecond=0))
        return Interval(start=session.window.start - OVERLAP, end=end)

    def _span(
        self, session: FetchSession, query: str, span: Interval, answered: intervals.AnsweredIntervals
    ) -> Generator[Page, None, Failure | int | None]:
        """Yield all pages of one slice. Return None when every story came, a total that is too large, or what went wrong."""
        seen: set[str] = set()
        total = 0
        for number in count():
            got = session.get(f"{self.endpoint}/search_by_date", params=_params(query, span, number), conditional=False)
            if isinstance(got, Failure):
                return got
            hits = _hits(got)
            if hits.result is not Result.OK:
                return Failure(url=got.url, result=hits.result, why=hits.why, status=got.status, requests=0)
            total = max(total, hits.total)  # beyond its limit the service counts 0
            if total > MOST:
                return total
            fresh = hits.ids - seen
            seen |= fresh
            if len(seen) >= total:
                done = answered.adding(span)
                around = done.around(span.start) or span
                yield session.page(got, role="hits", part=query, covers=intervals.to_json(around), state=done.state(session.now))
                return None
            if not fresh:
                why = f"Hacker News counts {total} stories for {query!r} and gave {len(seen)}"
                return Failure(url=got.url, result=Result.BROKEN, why=why, status=got.status, requests=0)
            yield session.page(got, role="hits", part=query)
        return None

    def _item(self, row: Any, page: Page) -> Item | str:
        """Turn a hit into an item, or say why not."""
        if not isinstance(row, dict):
            return NO_STORY
        number, title = str(row.get("objectID", "")), _text(row.get("title"))
        if not re.fullmatch(r"[0-9]{1,12}", number) or not title:
            return NO_STORY
        target = http_url(_text(row.get("url")))
        text = f"{title}\n{unquote(target)}"
        found = [query for query in self.queries if topics.named(query, text)]
        if not found:
            return "the phrase is in neither title nor address"
        points, comments = _number(row.get("points")), _number(row.get("num_comments"))
        if points < self.min_points:
            return f"under {self.min_points} points"
        stamp = row.get("created_at_i")
        published = dates.parse_date(str(stamp) if isinstance(stamp, int) else _text(row.get("created_at")), now=page.now)
        author, marks = _text(row.get("author")), row.get("_tags")
        return Item(
            id=f"hn:{number}",
            kind=Kind.THREAD,
            title=title,
            url=f"https://news.ycombinator.com/item?id={number}",
            published=published.at,
            precision=published.precision,
            date_source="hackernews:created_at",
            claimed=published.claimed,
            summary=plain(row["story_text"]) if isinstance(row.get("story_text"), str) else "",
            authors=(author,) if author else (),
            tags=tuple(mark for mark in ("ask_hn", "show_hn") if isinstance(marks, list) and mark in marks),
            links=(target,) if target else (),
            extra={"points": points, "num_comments": comments, "queries": found},
        )


def _too_many(url: str, query: str, span: Interval, total: int) -> Failure:
    why = f"Hacker News counts {total} stories for {query!r} from {span.start:%Y-%m-%d %H:%M} to {span.end:%H:%M}"
    return Failure(url=url, result=Result.BROKEN, why=why, requests=0)


def _params(query: str, span: Interval, number: int) -> dict[str, str]:
    return {
        "query": f'"{query}"',
        "advancedSyntax": "true",  # quotes mean a phrase
        "tags": "story",
        "numericFilters": f"created_at_i>={int(span.start.timestamp())},created_at_i<{int(span.end.timestamp())}",
        "hitsPerPage": str(MOST),
        "page": str(number),
    }


def _hits(answer: Answer) -> Hits:
    """Classify an answer: a page of hits, a message, or neither."""
    if guard := challenge(answer):
        return Hits(result=Result.BLOCKED, why=guard)
    try:
        said = json.loads(answer.body)
    except (ValueError, RecursionError):
        return Hits(result=Result.BROKEN, why="not JSON, where Hacker News's search was expected")
    rows, total = (said.get("hits"), said.get("nbHits")) if isinstance(said, dict) else (None, None)
    if not isinstance(rows, list) or not isinstance(total, int) or isinstance(total, bool) or total < 0:
        message = _text(said.get("message")) if isinstance(said, dict) else ""
        return Hits(result=Result.BROKEN, why=f"no hits in the answer{f': {message[:200]}' if message else ''}")
    return Hits(total=total, rows=tuple(rows))


def _text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""


def _number(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) else 0


KIND = HackerNews
