"""What each command costs on a store of many years: a million items, 500 runs of 51 sources, 200,000 votes, 400 reports.

    python tests/bench_years.py [--items 1000000] [--keep FOLDER]        minutes and 4 GB of disk; is no test

Each is measured once, beside the same command on the same three weeks alone: what the years cost is the difference.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import bench_store
from bench import SCOUT, Bench, seconds
from bench_process import apart, run, serving
from tabulate import tabulate

from scout import __version__
from scout.model import Interval, Outcome, Result, Window
from scout.store import open_store, runs

if TYPE_CHECKING:
    from collections.abc import Sequence

RUNS, SOURCES = 500, 50
PAPERS = 12_000
"""Candidates of the three weeks that every command is about."""
REPORTS, ENTRIES = 400, 30
_VOTES = """
insert into votes (item_id, source, kind, day, count, url, title, read_at, run)
select id, 'papers', 'upvotes', substr(first_seen, 1, 10), pk % 90, url, title, first_seen, 1 from items where pk % 5 = 0 and kind = 'paper'
"""
_POSTS = """
update items set kind = 'post', id = 'url:https://blog.test/' || pk, url = 'https://blog.test/' || pk,
    links = '["https://example.org/' || pk || '"]' where pk > :first and pk % 20 = 1
"""
_TEXTS = """
insert into readings (item_id, version, result, why, form, url, final_url, read, checked, title, published, language, withdrawn,
    notes, links, sections, text, sha256, etag, last_modified)
select id, '', 'ok', '', 'article', url, url, first_seen, first_seen, title, '', 'en', 0, '[]', '[]',
    json_array(json_object('heading', '', 'text', substr(replace(hex(zeroblob(30000)), '00', 'text '), 1, 60000), 'kind', '', 'level', 1, 'anchor', '')),
    substr(replace(hex(zeroblob(30000)), '00', 'text '), 1, 60000), '', '', ''
from items where pk > :first and pk % 200 = 0
"""


def age(path: Path, until: date) -> None:
    """Give a stretched store its runs, posts, votes and texts."""
    with open_store(path, write="the bench") as store:
        conn = store.conn
        conn.execute("pragma foreign_keys = off")
        conn.execute("pragma synchronous = off")
        with store.writing():
            first = {"first": PAPERS + bench_store.BACKGROUND}
            (trigger,) = conn.execute("select sql from sqlite_master where name = 'items_fts_update'").fetchone()
            conn.execute("drop trigger items_fts_update")
            conn.execute("create temp table renamed as select id, pk from items where pk > :first and pk % 20 = 1", first)
            conn.execute(_POSTS, first)
            conn.execute("create unique index temp.renamed_id on renamed (id)")
            conn.execute(
                "update sightings set item_id = 'url:https://blog.test/' || (select pk from renamed r where r.id = item_id)"
                " where item_id in (select id from renamed)"
            )
            conn.execute(trigger)
            conn.execute(_VOTES)
            conn.execute(_TEXTS, first)
            conn.execute("insert into items_fts (items_fts) values ('rebuild')")
        for week in range(RUNS - 1, -1, -1):
            now = datetime.combine(until - timedelta(days=7 * week), time(23), UTC)
            window = Window(since=now.date() - timedelta(days=6), until=now.date())
            kinds = {f"blog{n}": "feed" for n in range(SOURCES)}
            number = runs.start(store, window, kinds, now=now, version=__version__)
            with store.writing() as own:
                for n, name in enumerate(kinds):
                    covers = Interval(start=now - timedelta(days=60), end=now)
                    done = Outcome(source=name, run=number, result=Result.OK, ended=now, covers=covers, items_new=5, newest=now)
                    failed = replace(done, result=Result.BLOCKED, covers=None, newest=None)
                    runs.put_outcome(own, failed if (n + week) % 13 == 0 else done, "feed")
            runs.end(store, number, now=now)


def reports(folder: Path, path: Path, until: date) -> Path:
    """Write the reports of so many weeks about items of the store, one file each; return their folder."""
    with open_store(path) as store:
        rows = store.rows(
            "select id, title from items where pk % 60 = 0 and kind = 'paper' and published < ? order by published desc limit ?",
            (str(until - timedelta(days=30)), REPORTS * ENTRIES),
        )
    target = folder / "reports"
    target.mkdir(exist_ok=True)
    for number in range(REPORTS):
        day = until - timedelta(days=7 * (number + 5))
        part = rows[number * ENTRIES : (number + 1) * ENTRIES]
        entries = "\n\n".join(
            f"### {place}. {row['title']} (2026)\n\n- Reference: [arXiv](https://arxiv.org/abs/{row['id'].removeprefix('arxiv:')}).\n"
            "- Summary: The cache is made.\n- Runtime evaluation: Yes."
            for place, row in enumerate(part, 1)
        )
        (target / f"report-{day}.md").write_text(
            f"# Weekly Research Report — {day}\n\n## B. Academic / idea-forward work\n\n{entries}\n"
        )
    return target


def commands(bench: Bench, config: Path, db: Path, folder: Path) -> dict[str, Sequence[str | Path]]:
    """Return what is measured, in this order, by name."""
    one = ("--config", config, "--db", db)
    draft = folder / f"{db.stem}.md"
    days = bench.days
    return {
        "`collect`, again": ("collect", *one, *days, "--quiet"),
        "`shortlist`": ("shortlist", *one, *days),
        "`shortlist --as-of`": ("shortlist", *one, *days, "--as-of", str(bench.until)),
        "`draft`": ("draft", *one, *days, "--out", draft, "--force"),
        "`check` of the draft": ("check", *one, draft, "--format", "json"),
        "`audit`": ("audit", *one, *days),
        "`mark list`": ("mark", *one, "list"),
        "`export --format atom`": ("export", *one, *days, "--format", "atom"),
        "`status`": ("status", *one),
        "`reports list`": ("reports", "list", *one),
        "`prune`": ("prune", *one),
    }


def main() -> None:
    """Make the stores, measure, and print one table."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--items", type=int, default=1_000_000)
    options.add_argument("--keep", type=Path, help="leave the stores here, and take those that are there")
    given = options.parse_args()
    with TemporaryDirectory(prefix="scout-years-") as temporary:
        folder = given.keep or Path(temporary)
        folder.mkdir(exist_ok=True)
        bench = Bench(folder=folder, papers=PAPERS, candidates=PAPERS, stored=given.items, times=1)
        few, many = folder / "few.db", folder / "many.db"
        with serving(PAPERS, bench.until) as host:
            config = bench.config(host)
            if not many.exists():
                picks = apart(bench_store.fill, few, PAPERS, until=bench.until)
                shutil.copy(few, many)
                run(SCOUT, "reports", "add", bench.report(picks), "--db", few)
                apart(bench_store.stretch, many, given.items, until=bench.until)
                apart(age, many, bench.until)
                run(SCOUT, "reports", "add", apart(reports, folder, many, bench.until), "--db", many)
            rows = []
            for name in commands(bench, config, few, folder):
                alone, amid = (run(SCOUT, *commands(bench, config, db, folder)[name]) for db in (few, many))
                rows.append([name, seconds(alone), seconds(amid)])
                sys.stderr.write(" · ".join(rows[-1]) + "\n")
    heads = ["command", "three weeks alone", f"among {given.items:,} items, {RUNS} runs"]
    sys.stdout.write(tabulate(rows, heads, tablefmt="github", disable_numparse=True) + "\n")


if __name__ == "__main__":
    main()
