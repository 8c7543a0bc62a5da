"""How often the field speaks of what, week by week: from the store to counts, by those sources alone that saw all of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scout.draft import trends, weekly
from scout.errors import UsageError
from scout.model import SEEN, Window
from scout.pipeline.shortlist import coverage
from scout.store import open_store, window_items

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from scout.model import Coverage, Item
    from scout.sources.workspace import Workspace
    from scout.store import Store

MOST_ITEMS = 60_000
MOST_TERMS, LONGEST_TERM = 50, 200
WEEKS = trends.WEEKS + 1
"""The window's own, and those that it is compared with."""


def weekly_trends(path: Path, workspace: Workspace, window: Window, terms: Sequence[str], *, weeks: int = WEEKS) -> weekly.Weekly:
    """Count titles in the weeks that end with the window: of topics, of the terms that rose in it, of `terms`."""
    terms = list(dict.fromkeys(" ".join(term.split()) for term in terms if term.strip()))
    if len(terms) > MOST_TERMS or any(len(term) > LONGEST_TERM for term in terms):
        raise UsageError(f"at most {MOST_TERMS} terms of at most {LONGEST_TERM} characters are counted at once")
    spans = weekly.weeks_until(window, weeks)
    whole = Window(since=spans[0].since, until=spans[-1].until)
    with open_store(path) as store:
        seen = coverage(store, workspace, whole, None, as_of=None)
        counted = tuple(one.source for one in seen if one.covered)
        items = _published(store, whole, counted)
        risen = rising_terms(store, workspace, window)
    why = [f"no rising terms: {risen.why or 'none rose'}"] if not risen.rises else []
    if len(items) == MOST_ITEMS:
        why.append(f"only the newest {MOST_ITEMS} titles were counted: the first weeks may lack some")
    return weekly.Weekly(
        weeks=spans,
        lines=weekly.count(items, spans, workspace.config.topics, terms=terms, rising=[rise.term for rise in risen.rises]),
        counted=counted,
        left_out={one.source: _why(one) for one in seen if not one.covered},
        why=tuple(why),
    )


def rising_terms(store: Store, workspace: Workspace, window: Window) -> trends.Rising:
    """Compare with the eight weeks before, by those sources alone whose answers reach over all of them."""
    whole = window.stretched(7 * trends.WEEKS)
    steady = [one.source for one in coverage(store, workspace, whole, None, as_of=None) if one.covered]
    items = _published(store, whole, steady)
    return trends.rising(items, items, workspace.config.topics, window=window)


def _why(one: Coverage) -> str:
    if one.outcome.result in SEEN:
        return one.why or "its answers do not reach over all the weeks"
    return one.outcome.why or f"{one.outcome.result}"


def _published(store: Store, window: Window, sources: Sequence[str]) -> list[Item]:
    return window_items.published(store, window.start, window.end, limit=MOST_ITEMS, sources=sources, texts=False)
