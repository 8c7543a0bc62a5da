"""From the store to a shortlist: the pool as it stands to a window, what was seen of it, and the judgement over both."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING

from scout import dates, shortlist
from scout.figures.sections import own_prose
from scout.identity import identify, look_up, named, names
from scout.model import SEEN, Coverage, Kind, Outcome, Window
from scout.model.reading import LEAD, wants_text, with_lead
from scout.pipeline.alerts import is_silent
from scout.pipeline.mark import only
from scout.shortlist.ranking import rank
from scout.shortlist.section import production_evidence
from scout.sources import intervals
from scout.store import ledger, lookup, marks, open_store, readings, runs, votes, window_items

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from scout.model import Item, LedgerReport, Mark, Shortlist, TrackedItem, Vote
    from scout.shortlist.ranking import Ranking, RankingInputs
    from scout.sources.workspace import ConfiguredSource, Workspace
    from scout.store import Store
    from scout.store.window_items import StoredItem

BACKGROUND = 6000
"""How many earlier items the taste is learned against."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """A shortlist with what it was chosen from: what the draft needs beside it. `votes` are by the id voted for."""

    shortlist: Shortlist
    pool: tuple[TrackedItem, ...]
    ledger: tuple[LedgerReport, ...]
    ranking: Ranking
    votes: Mapping[str, Sequence[Vote]]


def select(path: Path, workspace: Workspace, window: Window, *, limit: int | None = None, as_of: date | None = None) -> Selection:
    """Choose from the store at `path`. `as_of` cuts the ledger before that day, and leaves out what was first seen after it."""
    with open_store(path) as store:
        return select_from(store, workspace, window, limit=limit, as_of=as_of)


def select_from(store: Store, workspace: Workspace, window: Window, *, limit: int | None, as_of: date | None) -> Selection:
    """Choose from an open store."""
    known, given = _given(store, workspace, window, limit=limit, as_of=as_of)
    ranking = rank(known, **given)
    return Selection(
        shortlist=ranking.shortlist, pool=known, ledger=tuple(given["ledger"]), ranking=ranking, votes=given.get("votes", {})
    )


def explain(
    path: Path, workspace: Workspace, window: Window, item: str, *, limit: int | None = None, as_of: date | None = None
) -> shortlist.Explanation:
    """Explain why one item, by id, address, arXiv id or title, is in or out. UsageError if a title names several."""
    with open_store(path) as store:
        id_ = named(item) or item
        if found := lookup.find(store, item):
            id_ = only(item, found).id
        known, given = _given(store, workspace, window, limit=limit, as_of=as_of)
        return shortlist.explain(id_, known, **given)


def _given(
    store: Store, workspace: Workspace, window: Window, *, limit: int | None, as_of: date | None
) -> tuple[tuple[TrackedItem, ...], RankingInputs]:
    report = workspace.config.report
    reports = ledger.reports(store, before=as_of)
    standing = marks.standing(store, as_of=as_of)
    with_texts = partial(_with_texts, store, until=_end_of(as_of))
    earliest = window.stretched(report.lookback_days).start
    background = with_texts(window_items.published(store, dates.EARLIEST, earliest, limit=BACKGROUND))
    ids = [id_ for earlier in reports for entry in earlier.entries for id_ in entry.ids] + [mark.item for mark in standing]
    examples = [*ids, *(item.id for item in background)]
    known, cast = _pool(store, workspace, window, reports, standing=standing, examples=examples, as_of=as_of)
    return known, {
        "window": window,
        "topics": workspace.config.topics,
        "ledger": reports,
        "background": background,
        "picks": {item.id: item for item in with_texts([kept.item for kept in window_items.by_ids(store, ids)])},
        "marks": {mark.item: mark for mark in standing},
        "votes": cast,
        "coverage": coverage(store, workspace, window, known, as_of=as_of),
        "settings": shortlist.Settings(
            limit=limit, target=report.target, lookback_days=report.lookback_days, metrics=workspace.config.metrics
        ),
    }


def _pool(
    store: Store, workspace: Workspace, window: Window, reports: Sequence[LedgerReport],
    *, standing: Sequence[Mark], examples: Sequence[str], as_of: date | None,
) -> tuple[tuple[TrackedItem, ...], dict[str, tuple[Vote, ...]]]:  # fmt: skip
    """Return the pool as the shortlist takes it, with sections, trust, ledger entries, changes, marks, votes and first_seen.

    Beside it, the votes by id: those for the pool and for the ids in `examples`, and all of the window.
    What is marked for a section, and in no report yet, is in the pool whenever it was published.
    """
    reported, marked = ledger.reported(store, reports), marks.by_name(store, standing)
    firsts, asked = runs.first_successes(store), runs.first_asked(store)
    earlier = shortlist.Earlier.of(reports, window)
    knew = {report.day: dates.seen_until(report) for report in reports}
    stored = window_items.items_for_window(
        store,
        window,
        lookback_days=workspace.config.report.lookback_days,
        seen_until=earlier.seen_until,
        also=[mark.item for mark in standing if mark.section and mark.item not in reported],
    )
    until = _end_of(as_of)
    texts = _with_texts(store, [kept.item for kept in stored], until=until)
    stored = [kept if item is kept.item else replace(kept, item=item) for kept, item in zip(stored, texts, strict=True)]
    told = _production(store, workspace, [kept.item for kept in stored], until=until)
    ids = [names(kept.item) for kept in stored]
    cast = votes.by_item(store, {*chain.from_iterable(ids), *examples}, window=window, as_of=as_of)
    found = []
    for kept, own, tracked in zip(stored, ids, workspace.tracked(stored), strict=True):
        counted = _counted(kept, firsts, window, earlier)
        if counted is None and until and kept.first_seen >= until:
            continue  # on that day it had not been seen yet
        entry = look_up(own, reported)
        found.append(
            replace(
                tracked,
                item=dates.redated_talk(kept.item, now=window.end),
                counted=counted,
                asked=min((asked[name] for name in tracked.sources if name in asked), default=None),
                entry=entry,
                changed=_changed(kept, knew[entry.report], window, earlier, as_of) if entry else "",
                mark=look_up(own, marked) or _dropped_page(kept.item, marked),
                votes=tuple(vote for name in own for vote in cast.get(name, ())),
                production=told.get(kept.item.id, ""),
            )
        )
    return tuple(found), cast


def _dropped_page(item: Item, marked: Mapping[str, Mark]) -> Mark | None:
    """Return the mark drop of the page that a thread is about: the thread would bring it back."""
    about = map(identify, item.links) if marked and item.kind is Kind.THREAD else ()
    return next((mark for link in about if (mark := marked.get(link)) and mark.section is None), None)


def _end_of(day: date | None) -> datetime | None:
    return Window(since=day, until=day).end if day else None


def _with_texts(store: Store, items: Sequence[Item], *, until: datetime | None) -> list[Item]:
    """Return items with the beginning of what was read of them (`until` then), where their source says too little."""
    leads = readings.leads(store, [item.id for item in items if wants_text(item)], most=LEAD, before=until)
    return [with_lead(item, leads[item.id]) if item.id in leads else item for item in items]


def _production(store: Store, workspace: Workspace, items: Sequence[Item], *, until: datetime | None) -> dict[str, str]:
    """Return by paper the sentence of what was read of it (`until` then) that says that it is from production."""
    metrics = workspace.config.metrics
    if metrics is None:
        return {}
    read = readings.of_items(store, [item.id for item in items if item.kind is Kind.PAPER])
    texts = {id_: one.text for id_, one in read.items() if one.text and (until is None or one.read < until)}
    found = {id_: production_evidence(own_prose(text), metrics) for id_, text in texts.items()}
    return {id_: sentence for id_, sentence in found.items() if sentence}


def _counted(kept: StoredItem, firsts: Mapping[str, int], window: Window, earlier: shortlist.Earlier) -> datetime | None:
    """Return when an item counts as first seen, where that is not when it was.

    What a source showed at its very first reading may be older than scout: that reading says only "by then". Such an item counts
    as seen when the window ended of the first report that could know it (else this window), if the reading came after that.
    """
    first = earlier.first_to_know(kept.first_seen)
    end = Window(since=first.day, until=first.until or first.day).end if first else window.end
    backfill = all(seeing.run == firsts.get(seeing.source) for seeing in kept.sightings)
    return end - timedelta(seconds=1) if backfill and kept.first_seen >= end else None


def _changed(kept: StoredItem, knew: datetime, window: Window, earlier: shortlist.Earlier, as_of: date | None) -> str:
    """Say what changed in an item since the report that has it, which could know up to `knew`; only what scout saw by `as_of`.

    A change is of the window in which it happened, as far as is known: a version has its date, other changes that of their being
    seen. If the last report was made before it was seen, it is of the next one.
    """
    by = _end_of(as_of) or datetime.max.replace(tzinfo=UTC)
    taken_over = {seeing.first_seen for seeing in kept.sightings}  # another source's words for the same thing change nothing
    changes = [(name, at) for name, at in kept.changes if at not in taken_over]

    def belongs(at: datetime, seen: datetime) -> bool:
        return knew < seen < by and (at in window or (at < window.start and earlier.missed(at.date(), seen)))

    version, updated = kept.item.extra.get("version"), kept.item.updated
    if updated and isinstance(version, int) and version > 1:
        seen = max((at for name, at in changes if name == "updated"), default=updated)
        if belongs(updated, seen):
            return f"version {version} of {updated:%Y-%m-%d}"
    fields = {name for name, at in changes if belongs(at, at)}
    return ", ".join(words for name, words in (("summary", "text rewritten"), ("title", "title changed")) if name in fields)


def coverage(
    store: Store, workspace: Workspace, window: Window, known: Sequence[TrackedItem] | None, *, as_of: date | None
) -> tuple[Coverage, ...]:
    """Say of each configured source whether its answers reach over the window, by the union of what its runs covered.

    `known` is the pool, for the counts and for what must be in it; None asks for what was read alone.

    `as_of` leaves out later runs, but for a source's first: a past week may be replayed from a store that was collected after it.
    """
    outcomes = runs.for_coverage(store, [one.source.name for one in workspace.sources], window, until=_end_of(as_of))
    read_with = runs.readings(store)
    counts = Counter(name for one in known or () if _inside(one.item, window) for name in one.sources)
    undated = {name for one in known or () if _undated(one, window) for name in one.sources}
    return tuple(
        _covered(
            one,
            outcomes[one.source.name],
            read_with.get(one.source.name),
            window,
            None if known is None else counts[one.source.name],
            undated=one.source.name in undated,
        )
        for one in workspace.sources
    )


def _inside(item: Item, window: Window) -> bool:
    """Say whether a thing may be of the window: what has a month or a conference's days alone is of all of them."""
    days = dates.days(item)
    return days is not None and days[0] <= window.until and days[1] >= window.since


def _undated(one: TrackedItem, window: Window) -> bool:
    """Say whether a thing without a date may be of the window: first seen since it began, and no talk of a later conference."""
    days = dates.conference(one.item)
    return one.item.published is None and one.first_seen >= window.start and not (days and days[0] > window.until)


def with_its_options(one: ConfiguredSource, outcomes: Sequence[Outcome], reading: tuple[str, datetime] | None) -> list[Outcome]:
    """Return the outcomes that cover something and came of the options that a source has now; `reading` is the store's."""
    fingerprint, since = reading or (one.fingerprint, dates.EARLIEST)
    if fingerprint != one.fingerprint:
        return []
    return [outcome for outcome in outcomes if outcome.covers and outcome.ended and outcome.ended >= since]


def _covered(
    one: ConfiguredSource,
    outcomes: Sequence[Outcome],
    reading: tuple[str, datetime] | None,
    window: Window,
    items: int | None,
    *,
    undated: bool,
) -> Coverage:
    """Judge one source by its good outcomes alone: what a partial one reached is no ground for a negative.

    Nor is what it answered when its options were others: another address, fewer repositories. Nor is one that shows no item of
    the window, but something new without a date (`undated`).
    The last day counts as covered when it was asked on that day: later items come with the next window. Not so of a source
    whose things appear later than their date: there the whole window must have been announced.
    """
    fingerprint, _ = reading or (one.fingerprint, dates.EARLIEST)
    good = [outcome for outcome in with_its_options(one, outcomes, reading) if outcome.result in SEEN]
    joined = intervals.union(outcome.covers for outcome in good if outcome.covers)
    reach = window.end if one.source.delayed else datetime.combine(window.until, time.min, UTC)
    covered = bool(good) and any(span.start <= window.start and span.end >= reach for span in joined)
    unsure = one.source.due(window) if covered and items == 0 else ""
    if covered and items == 0 and undated:
        unsure = unsure or "read, but it shows things without a date"
    if covered:
        shown = next((o for o in reversed(good) if o.covers and o.covers.end >= reach), good[-1])
    elif outcomes and fingerprint != one.fingerprint and outcomes[-1].result in SEEN:
        shown = Outcome(source=one.source.name, why="its options have changed since it was last asked")
    elif outcomes:
        shown = outcomes[-1]
    else:
        shown = Outcome(source=one.source.name, why="paused in feeds.yaml" if one.source.pause else "never asked")
    return Coverage(
        source=one.source.name,
        kind=one.kind,
        section=one.source.section,
        outcome=shown,
        covered=covered and not unsure,
        items=items or 0,
        why=unsure,
        newest=max((o.newest for o in outcomes if o.newest), default=None),
        group=one.source.group,
        silent=is_silent(shown) and not items,
    )
