"""From a selection to a report: everything a draft is made of, gathered from the store."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

from scout import draft
from scout.config import MAX_BYTES
from scout.errors import ConfigError
from scout.limits import read_file
from scout.pipeline.audit import audit_of
from scout.pipeline.shortlist import select_from
from scout.pipeline.trends import rising_terms
from scout.reports.scaffold import SEAL
from scout.similarity import NEAREST, SimilarityIndex
from scout.store import open_store, readings, runs
from scout.topics import TopicMatcher

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scout.model import Candidate, Item, LedgerEntry, LedgerReport, TrackedItem, Window
    from scout.model.reading import Reading
    from scout.pipeline.shortlist import Selection
    from scout.sources.workspace import Workspace
    from scout.store import Store

MOST_NEAR = 1500
"""Among how many candidates, the best first, an entry's nearest is looked for: more than any week has, and it bounds memory."""
_SEEN = re.compile(r"(?i)seen until [\d-]+[T ][\d:]+(?: UTC|Z)")
_SEAL = re.compile(rf"\n{SEAL.format('([0-9a-f]{64})')}\n\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A report skeleton and its pull request's text, in Markdown, and what they were made of."""

    report: str
    pr_body: str
    inputs: draft.DraftInput


def draft_report(
    path: Path, workspace: Workspace, window: Window, *, limit: int | None = None, as_of: date | None = None
) -> Draft:
    """Draft the report of a window from the store at `path`."""
    with open_store(path) as store:
        known = _seen_until(store, as_of)  # first: what a collect adds from here on comes again next week, and is not lost
        selection = select_from(store, workspace, window, limit=limit, as_of=as_of)
        inputs = _inputs(store, workspace, window, selection, seen_until=known, as_of=as_of)
    report, pr_body = draft.report_and_pr_body(inputs, template=_template(workspace))
    return Draft(report=report, pr_body=pr_body, inputs=inputs)


def _inputs(
    store: Store, workspace: Workspace, window: Window, selection: Selection, *, seen_until: datetime | None, as_of: date | None
) -> draft.DraftInput:
    earlier = tuple(report for report in selection.ledger if report.day < window.until)
    kept = [candidate for candidate in selection.shortlist.candidates if candidate.kept]
    topics = TopicMatcher(workspace.config.topics)
    ahead = [one for one in selection.pool if _is_upcoming(one, window)]
    return draft.DraftInput(
        window=window,
        wording=workspace.config.report,
        shortlist=selection.shortlist,
        prior=earlier[-1] if earlier else None,
        ledger=earlier,
        topics=workspace.config.topics,
        metrics=workspace.config.metrics,
        readings=readings_of(store, kept, as_of),
        neighbours=_neighbours(kept, earlier, selection.shortlist.candidates),
        rising=rising_terms(store, workspace, window),
        seen_until=seen_until,
        missed=audit_of(store, workspace, selection).missed,
        upcoming=[one for one in ahead if one.watched or topics.of(one.item)],
    )


def _is_upcoming(one: TrackedItem, window: Window) -> bool:
    """Say whether an item is published after the window, in no report, and not marked drop."""
    dropped = one.mark is not None and one.mark.section is None
    return bool(one.item.published and one.item.published >= window.end and one.entry is None and not dropped)


def readings_of(store: Store, kept: Sequence[Candidate], as_of: date | None) -> dict[str, Reading]:
    """Return what was read of the entries' items; in a replay, by the end of that day."""
    ids = {one.item.id for candidate in kept for one in (candidate.tracked, *candidate.companions)}
    end = datetime.combine(as_of + timedelta(days=1), time.min, UTC) if as_of else None
    return {key: one for key, one in readings.of_items(store, ids).items() if end is None or one.read < end}


def _seen_until(store: Store, as_of: date | None) -> datetime | None:
    """Return up to when the draft can know: the end of the last run; in a replay, of the last one by then, else of that day."""
    if as_of is None:
        return runs.seen_until(store)
    end = datetime.combine(as_of + timedelta(days=1), time.min, UTC)
    return runs.seen_until(store, before=end) or end


def _neighbours(
    kept: Sequence[Candidate], ledger: Sequence[LedgerReport], candidates: Sequence[Candidate]
) -> dict[str, list[draft.Neighbour]]:
    """Find for each entry the nearest of earlier reports' entries, and the nearest other candidates of this store."""
    entries = {f"{entry.report} {place}": entry for report in ledger for place, entry in enumerate(report.entries) if entry.grade}
    reported = SimilarityIndex({key: (entry.title, entry.text) for key, entry in entries.items()})
    items = {candidate.item.id: candidate.item for candidate in candidates[:MOST_NEAR]}
    stored = SimilarityIndex({key: (item.title, item.summary) for key, item in items.items()})
    found = {}
    for candidate in kept:
        item = candidate.item
        near = [_entry(entries[one.key], one.likeness) for one in reported.nearest(item.title, item.summary, most=NEAREST)]
        own = {item.id, *(companion.item.id for companion in candidate.companions)}
        others = [one for one in stored.nearest(item.title, item.summary, most=NEAREST + len(own)) if one.key not in own]
        found[item.id] = near + [_item(items[one.key], one.likeness) for one in others[:1]]
    return found


def _entry(entry: LedgerEntry, likeness: float) -> draft.Neighbour:
    url = entry.links[0] if entry.links else ""
    return draft.Neighbour(title=entry.title, likeness=likeness, number=entry.number, report=entry.report, url=url)


def _item(item: Item, likeness: float) -> draft.Neighbour:
    return draft.Neighbour(title=item.title, likeness=likeness, id=item.id, url=item.url)


def _template(workspace: Workspace) -> str | None:
    """Read the user's own template, relative to feeds.yaml, if there is one."""
    if not workspace.config.report.template:
        return None
    path = workspace.config.path.parent / workspace.config.report.template
    try:
        return read_file(path, MAX_BYTES).decode("utf-8")
    except (OSError, UnicodeDecodeError) as exc:
        raise ConfigError(f"report: template: {path} cannot be read: {exc}") from exc


def with_checksum(text: str) -> str:
    """Return a draft as it is written to a file: with a last line by which a later run can tell whether somebody edited it."""
    return f"{text}\n{SEAL.format(sha256(text.encode()).hexdigest())}\n"


def is_edited(text: str) -> bool:
    """Say whether a file is anything but a draft as scout wrote it."""
    seal = _SEAL.search(text)
    return not seal or sha256(text[: seal.start()].encode()).hexdigest() != seal[1]


def alike(text: str, report: str) -> bool:
    """Say whether a file is this draft but for when the sources were last seen: then the first one stays, it knew no less."""
    return not is_edited(text) and _SEEN.sub("", _SEAL.sub("", text)) == _SEEN.sub("", report)
