"""Asking one source, whole: what came, and the outcome in one word. Touches no store: it returns a value."""

from __future__ import annotations

import traceback
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any, Protocol, Unpack
from urllib.parse import urlsplit

from scout import dates, intervals
from scout.model import SEEN, Answer, Failure, Interval, Item, Outcome, Result, Validators, Window
from scout.sources.base import Page, Parsed
from scout.text import clean, shorten

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Mapping
    from datetime import datetime
    from threading import Event

    from scout.sources.base import How, Source


ASKED, BODIES, GONE = "asked", "bodies", "gone"
"""What is remembered of any source: when it first answered with these options, digests of what it read, since when it is gone."""


LONGEST_TITLE = 1000


class Door(Protocol):
    """What asks the network: `web.Web`, or a test's."""

    def pauses(self) -> dict[str, datetime]:
        """Return until when which host asked to be left alone, as learnt in this run."""
        ...

    def close(self) -> None:
        """Hang up: everything that waits comes back at once."""
        ...

    def get(self, url: str, **how: Unpack[How]) -> Answer | Failure:
        """Ask one address."""
        ...


class InterruptedVisit(Exception):  # noqa: N818 -- no error: the user asked to stop
    """The run is being stopped; what came so far is kept."""


@dataclass(slots=True, kw_only=True)
class Asking:
    """One source's `Ask`: passes requests to the door, and counts them.

    `afresh`: without validators, because of --refresh or because no whole answer has come yet that could be unchanged.
    """

    door: Door
    window: Window
    now: datetime
    state: Mapping[str, Any]
    knows: Callable[[Collection[str]], frozenset[str]]
    stop: Event
    token: str = ""
    afresh: bool = False
    notes: list[str] = field(default_factory=list)
    requests: int = 0
    received: int = 0
    seconds: float = 0.0
    not_before: datetime | None = None

    def get(self, url: str, **how: Unpack[How]) -> Answer | Failure:
        """Ask one address through the door."""
        how["conditional"] = bool(self.state) and not self.afresh and how.get("conditional", True)
        got = self._once(url, **how)
        if isinstance(got, Failure) or not got.unchanged or self.state.get(BODIES, {}).get(got.url, "") == got.validators.sha256:
            return got
        # Unchanged since another source read it, or since this one could not: to this source it is new.
        if got.body:
            return replace(got, unchanged=False)
        how["conditional"] = False
        return self._once(url, **how)

    def _once(self, url: str, **how: Unpack[How]) -> Answer | Failure:
        if self.stop.is_set():
            raise InterruptedVisit
        got = self.door.get(url, **how)
        self.requests += got.requests
        self.received += got.received
        self.seconds += got.seconds
        if isinstance(got, Failure) and got.not_before:
            self.not_before = max(self.not_before or got.not_before, got.not_before)
        if self.stop.is_set():
            raise InterruptedVisit
        return got

    def page(self, answer: Answer, role: str = "listing", **hints: Any) -> Page:
        """Wrap an answer with this run's window and clock."""
        return Page(answer=answer, window=self.window, now=self.now, role=role, hints=hints)

    def known(self, ids: Collection[str]) -> frozenset[str]:
        """Say which of these ids the store has already, dated and titled."""
        return self.knows(ids)

    def say(self, note: str) -> None:
        """Add a note to the outcome."""
        if note not in self.notes:
            self.notes.append(note)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceResult:
    """All that one visit brought: to be committed as one, or not at all."""

    source: Source
    outcome: Outcome
    items: tuple[Item, ...] = ()
    state: Mapping[str, Any] | None = None
    validators: Mapping[str, Validators] = field(default_factory=dict)


@dataclass(slots=True, kw_only=True)
class _FetchLog:
    """What is gathered while a visit goes on."""

    pages: list[tuple[Page, Parsed | None]] = field(default_factory=list)  # bodies dropped once they are read
    failures: list[Failure] = field(default_factory=list)
    stopped: tuple[Result, str] | None = None  # what ended it early, if anything did


def visit(source: Source, asking: Asking, previous: Interval | None) -> SourceResult:
    """Ask one source for its window. `previous` is what its last good outcome covered: an unchanged answer still does."""
    haul = _FetchLog()
    if gone := asking.state.get(GONE):
        haul.failures.append(_still_gone(source, str(gone)))
    else:
        _gather(source, asking, haul)
    outcome = _judge(source, asking, haul, previous)
    good = [(page, parsed) for page, parsed in haul.pages if parsed is None or parsed.result in SEEN]
    tainted = {urlsplit(failure.url).path for failure in haul.failures}
    state = _state(source, asking, haul, good)
    return SourceResult(
        source=source,
        outcome=outcome,
        items=tuple(_fit(item) for _, parsed in haul.pages if parsed for item in parsed.items),
        state=state if state != asking.state or (asking.afresh and good) else None,
        validators={
            page.answer.url: page.answer.validators
            for page, parsed in good
            if parsed and urlsplit(page.answer.url).path not in tainted and page.answer.validators != Validators()
        },
    )


def _fit(item: Item) -> Item:
    """Return the item fit to be shown in one line: no service has a title of a hundred thousand letters, some server may."""
    title, claimed = shorten(item.title, LONGEST_TITLE), clean(item.claimed)
    return item if (title, claimed) == (item.title, item.claimed) else replace(item, title=title, claimed=claimed)


def _state(source: Source, asking: Asking, haul: _FetchLog, good: list[tuple[Page, Parsed | None]]) -> dict[str, Any]:
    """Return what is to be remembered; of a source that gave nothing good, what was remembered before."""
    state = dict(asking.state)
    for _, parsed in good:
        state |= parsed.state if parsed else {}
    if not good and any(failure.status == 410 for failure in haul.failures):
        state[GONE] = f"{asking.now:%Y-%m-%d}"
    if good or state != asking.state:
        state.setdefault(ASKED, f"{asking.now:%Y-%m-%dT%H:%M:%SZ}")
    if not source.remembers_spans:  # services that are asked by time are asked without validators
        read = {page.answer.url: page.answer.validators.sha256 for page, parsed in good if parsed and page.role != "item"}
        state |= {BODIES: {**state.get(BODIES, {}), **read}} if read else {}
    return state


def _gather(source: Source, asking: Asking, haul: _FetchLog) -> None:
    """Ask, and read each page while the next one is asked for; bodies are dropped once they are read."""
    reading: Future[None] | None = None
    try:
        with ThreadPoolExecutor(1) as reader:
            for got in source.pages(asking):
                if isinstance(got, Failure):
                    haul.failures.append(got)
                    continue
                if reading:
                    reading.result()  # at most one body waits
                reading = reader.submit(_read, source, got, haul)
        if reading:
            reading.result()
    except InterruptedVisit:
        haul.stopped = Result.NOT_FINISHED, "stopped by the user before it was finished"
    except Exception as exc:  # noqa: BLE001 -- one source's fault must not end the others' run; it is told in full
        where = traceback.extract_tb(exc.__traceback__)[-1]
        why = f"a fault in scout itself, please report it: {type(exc).__name__}: {exc} ({where.filename}:{where.lineno})"
        haul.stopped = Result.BROKEN, why


def _read(source: Source, page: Page, haul: _FetchLog) -> None:
    parsed = None if page.answer.unchanged else source.parse(page)
    haul.pages.append((replace(page, answer=replace(page.answer, body=b"")), parsed))


def _still_gone(source: Source, since: str) -> Failure:
    why = f"gone for good (410) since {since}, and not asked again; replace or remove it in feeds.yaml, or ask with --refresh"
    return Failure(url=getattr(source, "url", ""), result=Result.UNREACHABLE, why=why, status=410, requests=0)


def _judge(source: Source, asking: Asking, haul: _FetchLog, previous: Interval | None) -> Outcome:
    items = [item for _, parsed in haul.pages if parsed for item in parsed.items]
    instants = [item.published for item in items if item.published]
    result, why = _result(haul, found=bool(items))
    remembered = source.remembered(asking)
    if not haul.pages and not haul.failures and not haul.stopped:
        result, why = _nothing_asked(asking, remembered)
    notes = list(asking.notes)
    for _, parsed in haul.pages:
        for note in (*parsed.notes, *(f"{count} {reason}" for reason, count in parsed.dropped.items())) if parsed else ():
            if note not in notes:
                notes.append(note)
    return Outcome(
        source=source.name,
        result=result,
        why=why,
        requests=asking.requests,
        received=asking.received,
        seconds=asking.seconds,
        items_seen=len({item.id for item in items}),
        oldest=min(instants, default=None),
        newest=max(instants, default=None),
        covers=_covers(asking, haul, remembered, previous),
        not_before=asking.not_before,
        notes=tuple(notes[:20]),
    )


def _result(haul: _FetchLog, *, found: bool) -> tuple[Result, str]:
    """Weigh the pages and failures into one word, and say why in words."""
    bad = [(failure.result, failure.why) for failure in haul.failures]
    bad += [(parsed.result, parsed.why) for _, parsed in haul.pages if parsed and parsed.result not in SEEN]
    good = [parsed for _, parsed in haul.pages if parsed is None or parsed.result in SEEN]
    if haul.stopped:
        bad.append(haul.stopped)
    if bad:
        why = "; ".join(dict.fromkeys(words for _, words in bad if words))
        return (Result.PARTIAL if good or found else bad[0][0]), why[:1000]
    if found:
        return Result.OK, ""
    if good and all(parsed is None for parsed in good):
        return Result.UNCHANGED, ""
    return Result.EMPTY, next((parsed.why for parsed in good if parsed and parsed.why), "")


def _nothing_asked(asking: Asking, remembered: Interval | None) -> tuple[Result, str]:
    """Say why a source had nothing to ask."""
    if remembered:
        return Result.UNCHANGED, ""
    if asking.window.start >= asking.now:
        return Result.NOT_FINISHED, f"the window begins on {asking.window.since}: there is nothing to ask about yet"
    return Result.BROKEN, "there was nothing to ask; is its list of places empty?"


def _covers(asking: Asking, haul: _FetchLog, remembered: Interval | None, previous: Interval | None) -> Interval | None:
    """Return the one stretch over which silence is silence: the intersection over the independent parts of the source.

    Where something failed, a part may be missing altogether, and nothing can be said for all of them.
    """
    broken = bool(haul.failures or haul.stopped or any(parsed and parsed.result not in SEEN for _, parsed in haul.pages))
    parts: dict[str, list[Interval]] = {}
    for page, parsed in haul.pages:
        part = parts.setdefault(str(page.hints.get("part", "")), [])
        part += _page_covers(page, parsed, asking, previous, broken=broken)
    if broken and any(parts):
        return None
    if not parts:
        parts[""] = []
    if remembered:
        for part in parts.values():
            part.append(remembered)
    joined = [_nearest(intervals.union(part), asking.window) for part in parts.values()]
    if any(span is None for span in joined):
        return None
    known = [span for span in joined if span]
    both = Interval(start=max(span.start for span in known), end=min(span.end for span in known))
    return both if both.start < both.end else None


def _page_covers(page: Page, parsed: Parsed | None, asking: Asking, previous: Interval | None, *, broken: bool) -> list[Interval]:
    if parsed is None:
        return [Interval(start=previous.start, end=asking.now)] if previous and not broken else []
    if parsed.covers:
        return [parsed.covers]
    if broken or page.role == "item":
        return []
    instants = [item.published for item in parsed.items if item.published]
    start = dates.EARLIEST if parsed.complete else min(instants, default=None)
    return [Interval(start=start, end=asking.now)] if start and start < asking.now else []


def _nearest(joined: tuple[Interval, ...], window: Window) -> Interval | None:
    """Return the span that shares most with the window."""
    return max(joined, key=lambda span: (min(span.end, window.end) - max(span.start, window.start), span.end), default=None)


def numbered(visited: SourceResult, *, run: int, new: int, ended: datetime) -> Outcome:
    """Return the outcome as it is stored: with its run, what was new, and when it ended."""
    return replace(visited.outcome, run=run, items_new=new, ended=ended)
