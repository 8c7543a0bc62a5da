"""Filling stores for the bench: a window's candidates as a collect would leave them, and years of papers before them."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING

from bench_world import SEED, Paper, papers

from scout import __version__, dates
from scout.model import Interval, Item, Kind, Outcome, Precision, Result, Window
from scout.store import Store, items, open_store, runs

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date
    from pathlib import Path

BACKGROUND = 6000
"""How many papers lie before the window in every store: what the taste is learnt against."""
WEEKS = 150
"""Over how many weeks before these the rest of a large store lies."""
PICKS = 15
SOURCE = "arxiv"


def fill(path: Path, count: int, *, until: date) -> list[str]:
    """Make a store with so many candidates in the three weeks until a day, and a background; return ids for earlier reports."""
    window = Window(since=until - timedelta(days=20), until=until)
    before = Window(since=window.since - timedelta(days=60), until=window.since - timedelta(days=16))
    earlier = list(papers(BACKGROUND, since=before.since, days=before.days, seed=SEED + 2))
    with open_store(path, write="the bench", create=True) as store:
        _visit(store, earlier, before)
        _visit(store, papers(count, since=window.since), window)
    return [paper.id for paper in earlier if "cache" in paper.title][-PICKS:]


def _visit(store: Store, made: Iterable[Paper], window: Window) -> None:
    now = datetime.combine(window.until, time(23, 30), UTC)
    run = runs.start(store, window, {SOURCE: "arxiv"}, now=now, version=__version__)
    provenance = items.Provenance(source=SOURCE, authority=3, run=run, now=now)
    with store.writing() as conn:
        found = [_item(paper) for paper in made]
        new = items.remember(conn, found, provenance)
        covers = Interval(start=dates.EARLIEST, end=now)
        outcome = Outcome(
            source=SOURCE, run=run, result=Result.OK, requests=1, items_seen=len(found), items_new=new, covers=covers, ended=now
        )
        runs.put_outcome(conn, outcome, "arxiv")
    runs.end(store, run, now=now)


def _item(paper: Paper) -> Item:
    return Item(
        id=f"arxiv:{paper.id}",
        kind=Kind.PAPER,
        title=paper.title,
        url=f"https://arxiv.org/abs/{paper.id}",
        published=paper.at,
        precision=Precision.SECOND,
        date_source="arxiv:published",
        updated=paper.at,
        summary=" ".join(paper.abstract.split()),
        authors=paper.authors,
        tags=paper.categories,
        links=(f"https://arxiv.org/pdf/{paper.id}",),
        extra={"primary": paper.categories[0], "version": 1},
    )


_EARLIER = """
insert into items (id, kind, title, url, published, precision, date_source, claimed, updated, announced, summary, authors, tags,
                   links, extra, first_seen, owner, authority)
select 'arxiv:' || strftime('%Y%m', day) || '.' || pk || '.' || :copy, kind, title, url || '.' || :copy, day, precision,
       date_source, claimed, day, null, summary, authors, tags, links, extra, day, owner, authority
from (select *, strftime('%Y-%m-%dT%H:%M:%SZ', :newest, '-' || (:days * (pk + 0.5) / :size) || ' days') as day
      from items where pk <= :size)
"""


def stretch(path: Path, total: int, *, until: date) -> None:
    """Add papers of the years before, with their sightings, until the store holds `total` items.

    They are copies of the same texts under other ids and dates, written in SQL. They are left out of the full-text index,
    which neither `shortlist` nor `draft` asks.
    """
    newest = datetime.combine(until - timedelta(days=82), time.min, UTC)
    with open_store(path, write="the bench") as store:
        conn = store.conn
        conn.execute("pragma synchronous = off")
        conn.execute("pragma journal_mode = off")
        conn.execute("pragma cache_size = -200000")
        (trigger,) = conn.execute("select sql from sqlite_master where name = 'items_fts_insert'").fetchone()
        (size,) = conn.execute("select count(*) from items").fetchone()
        rounds = -(-(total - size) // size)
        days = WEEKS * 7 / rounds
        conn.execute("begin")
        conn.execute("drop trigger items_fts_insert")
        for copy in range(rounds):
            part = min(size, total - size * (copy + 1))
            end = newest - timedelta(days=days * copy)
            conn.execute(_EARLIER, {"copy": copy, "newest": f"{end:%Y-%m-%d}", "days": days, "size": part})
        conn.execute(
            "insert into sightings select owner, id, url, title, first_seen, first_seen, 1 from items where pk > ? order by id",
            (size,),
        )
        conn.execute(trigger)
        conn.execute("commit")
        conn.execute("pragma journal_mode = delete")
