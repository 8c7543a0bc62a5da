"""Fetch papers from arXiv's query API: all of some categories, or of a query, by time of first submission.

Source: arXiv API User's Manual. A good answer is Atom with `opensearch:totalResults`; an error is Atom too, with status 200 or
400 and one entry whose id leads to `/api/errors`. At most 2,000 entries a page and 30,000 a query; dates are GMT, to the minute.
`published` is v1's submission. A paper that moderators hold appears days later under its old date, hence the overlap. What was
submitted after the last announced cut-off is not there yet, and is neither covered nor remembered (`_arxiv_calendar.py`).

The `arxiv` package builds the query; its client is not used: no timeout, four errors read as no papers.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import urlsplit

from scout.identity import arxiv_in
from scout.model import Answer, Failure, Interval, Result
from scout.sources import intervals
from scout.sources._arxiv_atom import ArxivFeed, item_of, parse_atom, source_of
from scout.sources._arxiv_calendar import readable_until
from scout.sources.base import Page, Parsed, Source, unreadable
from scout.text import clean

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterator

    from scout.sources.session import FetchSession

OVERLAP = timedelta(days=10)
"""How far before the window is queried: moderators hold papers for days, and the date stays that of submission."""
MOST = 10_000
"""How many papers one query may have before it is split; deep pages are where the API fails, well before its limit of 30,000."""
UNANNOUNCED = timedelta(days=4)
"""How long a submission may stay unannounced without being held: Thursday afternoon to Monday, and a holiday."""
QUIET = 3
"""Weekdays without any paper in whole categories from which the answer counts as broken."""
LEAST = timedelta(days=1)
"""A span that fails is halved down to this; only a day that still fails is lost."""
PATIENCE = 12
"""How many spans may fail before the service is not asked further: enough to find two bad days in a month."""
HOPELESS = 4
"""How many may fail if none was answered."""

_CATEGORY = re.compile(r"^[a-z-]+(\.([A-Za-z-]+|\*))?$")
_MINUTE = timedelta(minutes=1)  # the precision of a query
_TOO_HEAVY = {400, 500, 502, 504}
"""Statuses that a shorter span may not meet; 429 and 503 ask for a pause."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why a span was not answered in full; `shorter`: its parts may be."""

    failure: Failure
    shorter: bool


@dataclass(slots=True, kw_only=True)
class _Progress:
    """Track one run: the spans answered in full, by earlier runs too, and the papers seen in this one."""

    answered: intervals.AnsweredIntervals
    asked: list[Interval] = field(default_factory=list)
    submitted: dict[str, datetime] = field(default_factory=dict)

    def add(self, span: Interval) -> None:
        """Add a span answered in full."""
        self.answered = self.answered.adding(span)
        self.asked.append(span)

    def readable_until(self, now: datetime) -> datetime:
        """Return until when arXiv could be read, as known to this run."""
        return readable_until(now, self.submitted.values(), self.asked)

    def hints(self, span: Interval, now: datetime) -> dict[str, Any]:
        """Return the hints of a span's last page: the coverage around it, and the state to store."""
        until = self.readable_until(now)
        around = self.answered.around(span.start) or span
        capped = Interval(start=around.start, end=min(around.end, until))
        covers = {"covers": intervals.to_json(capped)} if capped.start < capped.end else {}
        return {**covers, "state": self.answered.state(now, until=until)}


@dataclass(frozen=True, kw_only=True)
class Arxiv(Source):
    """arXiv, windowed by submission. With both, a paper must be in one of the categories and match the query."""

    categories: tuple[str, ...] = ()
    query: str = ""
    endpoint: str = "https://export.arxiv.org/api/query"
    page_size: int = 1000

    broad: ClassVar[bool] = True
    authority: ClassVar[int] = 3
    delayed: ClassVar[bool] = True
    remembers_spans: ClassVar[bool] = True
    forgettable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        if not self.categories and not self.query.strip():
            raise ValueError("arxiv needs categories, a query, or both")
        if wrong := [name for name in self.categories if not _CATEGORY.match(name)]:
            raise ValueError(f"{wrong[0]!r} is no arXiv category; they look like cs.LG or quant-ph")
        if "submittedDate" in self.query:
            raise ValueError("the query must not name submittedDate: the window adds it")
        if not 1 <= self.page_size <= 2000:
            raise ValueError(f"page_size must be 1 to 2000, not {self.page_size}: arXiv gives no more at once")

    @property
    def expression(self) -> str:
        """The query in arXiv's grammar, without the dates."""
        parts = (" OR ".join(f"cat:{name}" for name in self.categories), self.query.strip())
        return " AND ".join(f"({part})" for part in parts if part)

    def hosts(self) -> tuple[str, ...]:
        """Return the API's host."""
        return (urlsplit(self.endpoint).netloc,)

    def remembered(self, session: FetchSession) -> Interval | None:
        """Return the interval that earlier runs answered in full around this run's start."""
        return self._answered(session).around(self._wanted(session).start)

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Query each span not yet answered in full; one that is too large is cut, one that fails is halved.

        The long spans come first, to tell early a service that fails altogether from one that fails on some days.
        """
        wanted, progress = self._wanted(session), _Progress(answered=self._answered(session))
        todo = list(intervals.subtract(wanted, progress.answered.spans))
        failed, patience = 0, HOPELESS
        while todo:
            span = todo.pop(0)
            match (yield from self._span(session, span, progress)):
                case None:
                    patience = PATIENCE
                case int() as total:
                    todo[:0] = intervals.partition(span, -(-total // MOST))
                case Trouble(failure=failure, shorter=True) if span.end - span.start > LEAST and failed + 1 < patience:
                    failed += 1
                    if failed == 1:
                        session.say(f"{_days(span)} was asked again in shorter spans: {failure.why}")
                    todo += intervals.partition(span, 2)
                case Trouble(failure=failure, shorter=shorter):
                    failed += 1
                    yield failure
                    if failed >= patience or not shorter:
                        break
        if todo:
            left = Interval(start=min(span.start for span in todo), end=max(span.end for span in todo))
            session.say(f"not asked any more: {_days(left)}")
        if progress.asked and (until := progress.readable_until(session.now)) < wanted.end:
            session.say(f"arXiv could be read up to {until:%Y-%m-%d %H:%M} UTC: what was submitted later was not announced yet")

    def by_ids(self, session: FetchSession, ids: Collection[str]) -> Iterator[Page | Failure]:
        """Fetch single papers (`2605.18071` or `arxiv:2605.18071`), a hundred at a time; unknown ids are left out."""
        wanted = sorted({found for name in ids if (found := arxiv_in(f"arXiv:{name.removeprefix('arxiv:')}"))})
        for first in range(0, len(wanted), 100):
            batch = wanted[first : first + 100]
            params = {"id_list": ",".join(batch), "max_results": str(len(batch))}
            got = session.get(self.endpoint, params=params, conditional=False)
            yield got if isinstance(got, Failure) else session.page(got, role="ids")

    def parse(self, page: Page) -> Parsed:
        """Read one page of papers."""
        feed = self._judged(page.answer, intervals.from_json(page.hints.get("asked")), page.now)
        if feed.result is not Result.OK:
            return Parsed(result=feed.result, why=feed.why, total=feed.total)
        dropped: Counter[str] = Counter()
        items = []
        for entry in feed.entries:
            item = item_of(entry, now=page.now)
            if item is None:
                dropped["an entry without arXiv id or title"] += 1
            else:
                items.append(item)
        if feed.entries and not items:
            return unreadable("papers", len(feed.entries), source_of(feed.entries[0]), total=feed.total, dropped=dict(dropped))
        return Parsed(
            items=tuple(items),
            result=Result.OK if items else Result.EMPTY,
            total=feed.total,
            covers=intervals.from_json(page.hints.get("covers")) or intervals.NOTHING,
            state=page.hints.get("state", {}),
            dropped=dict(dropped),
        )

    def _answered(self, session: FetchSession) -> intervals.AnsweredIntervals:
        return intervals.AnsweredIntervals.recall(session.state, self.endpoint, self.expression)

    def _wanted(self, session: FetchSession) -> Interval:
        """Return the window and the overlap before it, as far as there is a past."""
        end = min(session.window.end, session.now.replace(second=0, microsecond=0))
        return Interval(start=session.window.start - OVERLAP, end=end)

    def _span(self, session: FetchSession, span: Interval, progress: _Progress) -> Generator[Page, None, Trouble | int | None]:
        """Yield all pages of one span. Return None when every paper came, a total that is too large, or what went wrong."""
        seen: set[str] = set()
        start = total = 0
        while True:
            got = session.get(self.endpoint, params=self._params(span, start), conditional=False)
            if isinstance(got, Failure):
                return Trouble(failure=got, shorter=got.status in _TOO_HEAVY)
            feed = _plausible(parse_atom(got), span) if start else self._judged(got, span, session.now)
            if feed.result is not Result.OK:
                return Trouble(
                    failure=_failure(got, feed.result, feed.why), shorter=feed.result is Result.BROKEN and feed.total != 0
                )
            progress.submitted |= feed.submitted
            if (feed.total or 0) < total:
                if feed.entries:
                    yield session.page(got, asked=intervals.to_json(span))
                why = f"arXiv counted {total} papers for {_days(span)}, and {feed.total or 0} on a later page"
                return Trouble(failure=_failure(got, Result.BROKEN, why), shorter=True)
            total = feed.total or 0
            if not start and total > MOST and len(intervals.partition(span, 2)) == 2:
                return total
            fresh = feed.ids - seen
            seen |= fresh
            if len(seen) == total:
                progress.add(span)
                yield session.page(got, asked=intervals.to_json(span), **progress.hints(span, session.now))
                return None
            if len(seen) > total or not fresh:
                if fresh:
                    yield session.page(got, asked=intervals.to_json(span))
                why = f"arXiv counts {total} papers for {_days(span)} and gave {len(seen)}"
                return Trouble(failure=_failure(got, Result.BROKEN, why), shorter=True)
            yield session.page(got, asked=intervals.to_json(span))
            start += len(feed.entries)

    def _params(self, span: Interval, start: int) -> dict[str, str]:
        from arxiv import Search, SortCriterion, SortOrder  # noqa: PLC0415 -- brings requests, 150 ms

        # Both ends are included, and to the minute: the last minute is queried twice rather than lost.
        between = f"submittedDate:[{span.start:%Y%m%d%H%M} TO {span.end:%Y%m%d%H%M}]"
        search = Search(f"{self.expression} AND {between}", sort_by=SortCriterion.SubmittedDate, sort_order=SortOrder.Ascending)
        return {
            "search_query": search.query,
            "start": str(start),
            "max_results": str(self.page_size),
            "sortBy": search.sort_by.value,
            "sortOrder": search.sort_order.value,
        }

    def _judged(self, answer: Answer, span: Interval | None, now: datetime) -> ArxivFeed:
        """Parse the feed; whole categories with nothing for days are broken."""
        feed = _plausible(parse_atom(answer), span)
        if feed.result is not Result.OK or feed.total or span is None or self.query.strip():
            return feed
        days = intervals.weekdays(Interval(start=span.start, end=min(span.end, now - UNANNOUNCED)))
        if days < QUIET:
            return feed
        why = f"arXiv says that {', '.join(self.categories)} had no paper on {days} weekdays, {_days(span)}: that cannot be"
        return ArxivFeed(result=Result.BROKEN, why=why, total=0)


def _plausible(feed: ArxivFeed, span: Interval | None) -> ArxivFeed:
    """Return the feed, or that it is broken: more papers than its total, or none from the span queried."""
    if feed.result is not Result.OK or not feed.entries:
        return feed
    if len(feed.ids) > (feed.total or 0):
        why = f"arXiv counts {feed.total} papers and gave {len(feed.ids)} on one page"
        return ArxivFeed(result=Result.BROKEN, why=why, total=feed.total)
    times = feed.submitted.values()
    if span and times and not any(span.start - _MINUTE <= at <= span.end + _MINUTE for at in times):
        name, at = next(iter(feed.submitted.items()))
        sample = f"{clean(name)[:60]} of {at:%Y-%m-%d %H:%M}"
        why = f"arXiv gave {len(times)} papers, none of {_days(span)}, which was asked for: {sample}"
        return ArxivFeed(result=Result.BROKEN, why=why, total=feed.total)
    return feed


def _days(span: Interval) -> str:
    return f"{span.start:%Y-%m-%d %H:%M} to {span.end:%Y-%m-%d %H:%M}"


def _failure(answer: Answer, result: Result, why: str) -> Failure:
    return Failure(url=answer.url, result=result, why=why, status=answer.status, requests=0)


KIND = Arxiv
