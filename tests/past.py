"""A store with a past that a test writes down: runs, what each source said in them, and reports.

past = Past(tmp_path / "s.db")
past.run(at, ok("labs", covers=span), labs=[item("A post")])
past.report(date(2026, 5, 17), "arxiv:2605.00001")
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from fakes import FakeSource

from scout import config, store
from scout.model import LedgerEntry, LedgerReport, Outcome, Result, Window
from scout.sources.workspace import ConfiguredSource, Workspace
from scout.store.items import Provenance

if TYPE_CHECKING:
    from datetime import date, datetime
    from pathlib import Path

    from scout.model import Interval, Item
    from scout.sources.base import Source


def outcome(source: str, result: Result = Result.OK, covers: Interval | None = None, **fields: Any) -> Outcome:
    """Return what became of a source in a run."""
    return Outcome(source=source, result=result, covers=covers, **fields)


@dataclass(frozen=True, slots=True)
class Past:
    """A store at `path`, made by the first thing that is written."""

    path: Path

    def run(self, at: datetime, *outcomes: Outcome, authority: int = 2, **said: list[Item]) -> int:
        """Write one run: its outcomes, and what each source said; a source without an outcome was ok. Return its number."""
        given = {one.source: one for one in outcomes}
        given |= {source: outcome(source) for source in said if source not in given}
        window = Window(since=at.date(), until=at.date())
        with store.open_store(self.path, write="a test", create=True) as opened:
            number = store.runs.start(opened, window, dict.fromkeys(given, "feed"), now=at, version="0")
            with opened.writing() as conn:
                for one in given.values():
                    items = said.get(one.source, [])
                    new = store.items.remember(
                        conn, items, Provenance(source=one.source, authority=authority, run=number, now=at)
                    )
                    seen = replace(one, run=number, ended=at, items_seen=len(items), items_new=new)
                    store.runs.put_outcome(conn, seen, "feed")
            store.runs.end(opened, number, now=at)
        return number

    def report(self, day: date, *ids: str, since: date | None = None, seen_until: datetime | None = None) -> None:
        """Put a report into the ledger that has one numbered entry for each id."""
        entries = tuple(
            LedgerEntry(report=day, number=number, section="A", grade=2, title=f"Entry {id_}", ids=(id_,), text="A cache.")
            for number, id_ in enumerate(ids, 1)
        )
        whole = LedgerReport(
            day=day,
            path=f"{day}.md",
            title=f"Report {day}",
            run_type="Normal weekly run",
            since=since,
            until=day,
            seen_until=seen_until,
            entries=entries,
        )
        with store.open_store(self.path, write="a test", create=True) as opened:
            store.ledger.add(opened, whole)


def workspace(*sources: Source, text: str = "topics: [{name: caching, terms: [cache]}]") -> Workspace:
    """Return a workspace with these sources, or with one called labs."""
    given = sources or (FakeSource(name="labs"),)
    return Workspace(
        config=config.parse(text), sources=tuple(ConfiguredSource(source=one, kind="feed", fingerprint="f") for one in given)
    )
