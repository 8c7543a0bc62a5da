"""Fetch one source: return its items and its outcome. Does not touch the store."""

from __future__ import annotations

import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from scout import dates
from scout.http.errors import AGAIN
from scout.identity import identify
from scout.model import SEEN, Failure, Interval, Item, Kind, Outcome, Result, Validators, Vote, VoteKind, Window
from scout.sources import intervals
from scout.sources.session import ASKED, BODIES, GONE, FetchInterrupted
from scout.text import clean, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from scout.sources.base import Page, Parsed, Source
    from scout.sources.session import FetchSession


LONGEST_TITLE = 1000
FEW = 3
"""A post that links more things than this chooses among others' work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceResult:
    """Hold what one source gave in one run: stored in one transaction, or not at all."""

    outcome: Outcome
    items: tuple[Item, ...] = ()
    votes: tuple[Vote, ...] = ()
    state: Mapping[str, Any] | None = None
    validators: Mapping[str, Validators] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _FetchLog:
    """Collect pages while fetching."""

    pages: list[tuple[Page, Parsed | None]] = field(default_factory=list)  # bodies dropped once they are read
    failures: list[Failure] = field(default_factory=list)
    stopped: tuple[Result, str] | None = None  # why it ended early, if it did


def fetch_source(source: Source, session: FetchSession, previous: Interval | None) -> SourceResult:
    """Fetch one source for its window. `previous` is its last good coverage: an unchanged answer keeps it.

    Never raises: any error becomes the source's outcome.
    """
    try:
        return _fetch_source(source, session, previous)
    except Exception as exc:  # noqa: BLE001 -- in the outcome, too
        return fault_result(source, exc)


def _fetch_source(source: Source, session: FetchSession, previous: Interval | None) -> SourceResult:
    log = _FetchLog()
    if gone := session.state.get(GONE):
        log.failures.append(_still_gone(source, str(gone)))
    else:
        _fetch_pages(source, session, log)
    outcome = _outcome(source, session, log, previous)
    good = [(page, parsed) for page, parsed in log.pages if parsed is None or parsed.result in SEEN]
    tainted = {urlsplit(failure.url).path for failure in log.failures}
    state = _state(source, session, log, good)
    return SourceResult(
        outcome=outcome,
        items=tuple(_fit(item) for _, parsed in log.pages if parsed for item in parsed.items),
        votes=tuple(replace(vote, title=_line(vote.title)) for _, parsed in log.pages if parsed for vote in votes_of(parsed)),
        state=state if state != session.state or (session.refresh and good) else None,
        validators={
            page.answer.url: page.answer.validators
            for page, parsed in good
            if parsed
            and not _ahead(parsed, session)
            and urlsplit(page.answer.url).path not in tainted
            and page.answer.validators != Validators()
        },
    )


def votes_of(parsed: Parsed) -> Iterator[Vote]:
    """Give the votes that a page shows, and those of its posts that link more than FEW things with ids of their own.

    Such a post, of a feed or a repository or a page, is a newsletter or a digest, and links papers, releases and threads that its
    author chose; one that links fewer announces its own.
    """
    yield from parsed.votes
    for item in parsed.items:
        things = dict.fromkeys(map(identify, item.links)) if item.kind is Kind.POST else {}
        chosen = [thing for thing in things if thing and not thing.startswith("url:")]
        if len(chosen) > FEW:
            day = item.published.date() if item.published else None
            for thing in chosen:
                yield Vote(item=thing, kind=VoteKind.LINK, url=item.url, day=day)


def _fit(item: Item) -> Item:
    """Limit an item to one line: no service has a title of a hundred thousand characters, some server may."""
    title, claimed = _line(item.title), clean(item.claimed)
    return item if (title, claimed) == (item.title, item.claimed) else replace(item, title=title, claimed=claimed)


def _line(title: str) -> str:
    return shorten(title, LONGEST_TITLE)


def _ahead(parsed: Parsed, session: FetchSession) -> bool:
    """Say whether all dates of a page lie ahead, as with a wrong clock: unchanged, it must be parsed again."""
    dated = any(item.published for item in parsed.items)
    return not dated and any(dates.ahead(item.claimed, now=session.now) for item in parsed.items if item.claimed)


def _state(source: Source, session: FetchSession, log: _FetchLog, good: list[tuple[Page, Parsed | None]]) -> dict[str, Any]:
    """Return the state to store; without a good page, the previous state."""
    state = dict(session.state)
    for _, parsed in good:
        state |= parsed.state if parsed else {}
    if not good and any(failure.status == 410 for failure in log.failures):
        state[GONE] = f"{session.now:%Y-%m-%d}"
    if good or state != session.state:
        state.setdefault(ASKED, f"{session.now:%Y-%m-%dT%H:%M:%SZ}")
    if not source.remembers_spans:  # requests by time send no validators
        whole = [(page, parsed) for page, parsed in good if parsed and page.role != "item" and not _ahead(parsed, session)]
        read = {page.answer.url: page.answer.validators.sha256 for page, _ in whole}
        state |= {BODIES: {**state.get(BODIES, {}), **read}} if read else {}
    return state


def _fetch_pages(source: Source, session: FetchSession, log: _FetchLog) -> None:
    """Fetch, and parse each page during the next request; bodies are dropped once parsed."""
    reading: Future[None] | None = None
    try:
        with ThreadPoolExecutor(1) as reader:
            for got in source.pages(session):
                if isinstance(got, Failure):
                    log.failures.append(got)
                    continue
                if reading:
                    reading.result()  # at most one body waits
                reading = reader.submit(_read, source, got, session, log)
        if reading:
            reading.result()
    except FetchInterrupted:
        log.stopped = Result.NOT_FINISHED, "stopped by the user before it was finished"
    except Exception as exc:  # noqa: BLE001 -- one source's fault must not end the others' run; reported in full
        log.stopped = Result.BROKEN, fault_words(exc)


def fault_result(source: Source, exc: Exception) -> SourceResult:
    """Return the result of a bug in scout: an outcome that names it, and no items."""
    return SourceResult(outcome=Outcome(source=source.name, result=Result.BROKEN, why=fault_words(exc)))


def fault_words(exc: Exception) -> str:
    """Say that an exception is a bug, and where."""
    where = traceback.extract_tb(exc.__traceback__)[-1]
    return f"a fault in scout itself, please report it: {type(exc).__name__}: {exc} ({where.filename}:{where.lineno})"[:1000]


def _read(source: Source, page: Page, session: FetchSession, log: _FetchLog) -> None:
    parsed = None if page.answer.unchanged else session.parse(source, page)
    log.pages.append((replace(page, answer=replace(page.answer, body=b"")), parsed))


def _still_gone(source: Source, since: str) -> Failure:
    why = f"gone for good (410) since {since}, and not asked again; replace or remove it in feeds.yaml, or ask with --refresh"
    return Failure(url=getattr(source, "url", ""), result=Result.UNREACHABLE, why=why, status=410, requests=0)


def _outcome(source: Source, session: FetchSession, log: _FetchLog, previous: Interval | None) -> Outcome:
    items = [item for _, parsed in log.pages if parsed for item in parsed.items]
    instants = [item.published for item in items if item.published]
    result, why = _result(log, found=bool(items))
    remembered = source.remembered(session)
    if not log.pages and not log.failures and not log.stopped:
        result, why = _nothing_asked(session, remembered)
    notes = list(session.notes)
    for _, parsed in log.pages:
        for note in (*parsed.notes, *(f"{count} {reason}" for reason, count in parsed.dropped.items())) if parsed else ():
            if note not in notes:
                notes.append(note)
    return Outcome(
        source=source.name,
        result=result,
        why=why,
        requests=session.requests,
        received=session.received,
        seconds=session.seconds,
        items_seen=len({item.id for item in items}),
        oldest=min(instants, default=None),
        newest=max(instants, default=None),
        covers=_covers(session, log, remembered, previous),
        not_before=session.not_before,
        notes=tuple(notes[:20]),
    )


def _result(log: _FetchLog, *, found: bool) -> tuple[Result, str]:
    """Reduce pages and failures to one `Result`, and say why."""
    bad = [(failure.result, failure.why) for failure in log.failures]
    bad += [(parsed.result, parsed.why) for _, parsed in log.pages if parsed and parsed.result not in SEEN]
    good = [parsed for _, parsed in log.pages if parsed is None or parsed.result in SEEN]
    if log.stopped:
        bad.append(log.stopped)
    if bad:
        return (Result.PARTIAL if good or found else bad[0][0]), _told_once([words for _, words in bad])[:1000]
    if found:
        return Result.OK, ""
    if good and all(parsed is None for parsed in good):
        return Result.UNCHANGED, ""
    return Result.EMPTY, next((parsed.why for parsed in good if parsed and parsed.why), "")


def _told_once(reasons: list[str]) -> str:
    """Join the different reasons; that a host was not asked once more for the same reason is not one."""
    different = dict.fromkeys(filter(None, reasons))
    return "; ".join(one for one in different if not one.endswith(AGAIN) or one.removesuffix(AGAIN) not in different)


def _nothing_asked(session: FetchSession, remembered: Interval | None) -> tuple[Result, str]:
    """Say why a source made no request."""
    if remembered:
        return Result.UNCHANGED, ""
    if session.window.start >= session.now:
        return Result.NOT_FINISHED, f"the window begins on {session.window.since}: there is nothing to ask about yet"
    return Result.BROKEN, "there was nothing to ask; is its list of places empty?"


def _covers(session: FetchSession, log: _FetchLog, remembered: Interval | None, previous: Interval | None) -> Interval | None:
    """Return the coverage: the intersection over the independent parts of the source.

    Where something failed, a part may be missing altogether, so the whole is not covered.
    """
    broken = bool(log.failures or log.stopped or any(parsed and parsed.result not in SEEN for _, parsed in log.pages))
    parts: dict[str, list[Interval]] = {}
    for page, parsed in log.pages:
        part = parts.setdefault(str(page.hints.get("part", "")), [])
        part += _page_covers(page, parsed, session, previous, broken=broken)
    if broken and any(parts):
        return None
    if not parts:
        parts[""] = []
    if remembered:
        for part in parts.values():
            part.append(remembered)
    joined = [_nearest(intervals.union(part), session.window) for part in parts.values()]
    if any(span is None for span in joined):
        return None
    known = [span for span in joined if span]
    both = Interval(start=max(span.start for span in known), end=min(span.end for span in known))
    return both if both.start < both.end else None


def _page_covers(
    page: Page, parsed: Parsed | None, session: FetchSession, previous: Interval | None, *, broken: bool
) -> list[Interval]:
    if parsed is None and (span := intervals.from_json(page.hints.get("covers"))):
        return [] if broken else [span]
    if parsed is None:
        return [Interval(start=previous.start, end=session.now)] if previous and not broken else []
    if parsed.covers:
        return [parsed.covers]
    if broken or page.role == "item":
        return []
    instants = [item.published for item in parsed.items if item.published]
    start = dates.EARLIEST if parsed.complete else min(instants, default=None)
    return [Interval(start=start, end=session.now)] if start and start < session.now else []


def _nearest(joined: tuple[Interval, ...], window: Window) -> Interval | None:
    """Return the interval that overlaps the window most."""
    return max(joined, key=lambda span: (min(span.end, window.end) - max(span.start, window.start), span.end), default=None)
