"""`make bench`: what scout costs, in the figures that docs/figures.md states. Makes its own world; takes minutes; is no test.

    make bench                  the whole
    make bench ARGS=--small     a quarter of the papers, to see that it runs
    make bench ARGS='--only collect'

Whole processes are measured, each against a named baseline of the same run, by turns; the figures are medians. Ratios and
targets in seconds are of wall clock; the processor's stand beside it, which other work on the machine moves least.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sqlite3
import sys
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from hashlib import sha256
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from urllib.request import urlopen

import bench_store
from bench_process import HERE, MIB, Spent, apart, by_turns, run, serving
from bench_world import BLOGS, CATEGORIES, FEEDS, POSTS, TOPICAL
from tabulate import tabulate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

PYTHON = Path(sys.executable)
SCOUT = PYTHON.with_name("scout")
PACE_S = 3
PAGES = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """One line of the table. `holds` is None where nothing is promised."""

    what: str
    figure: str
    baseline: str = ""
    ratio: float | None = None
    target: str = ""
    holds: bool | None = None

    def row(self) -> list[str]:
        """Return its cells."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        return [self.what, self.figure, self.baseline, ratio, self.target, {True: "yes", False: "NO", None: ""}[self.holds]]


def seconds(spent: Spent) -> str:
    """Say what a process cost."""
    return f"{spent.wall:.2f} s ({spent.cpu:.2f} s cpu, {spent.peak:.0f} MiB)"


@dataclass(slots=True, kw_only=True)
class Bench:
    """One bench: how large it is, on which days, and where its files are."""

    folder: Path
    papers: int
    candidates: int
    stored: int
    times: int
    until: date = field(
        default_factory=lambda: datetime.now(UTC).date() - timedelta(days=11)
    )  # so that arXiv's days have settled

    @property
    def days(self) -> list[str]:
        """The window as options."""
        return ["--since", str(self.until - timedelta(days=20)), "--until", str(self.until)]

    def config(self, host: str = "127.0.0.1:9", *, pace: float = 0) -> Path:
        """Write a feeds.yaml for the world at `host`; return its path."""
        feeds = [{"name": f"blog{n}", "kind": "feed", "section": "A", "url": f"http://{host}/feeds/{n}"} for n in range(FEEDS)]
        arxiv = {
            "name": "arxiv",
            "kind": "arxiv",
            "section": "B",
            "categories": CATEGORIES,
            "endpoint": f"http://{host}/api/query",
        }
        topics = [{"name": term.replace(" ", "-"), "weight": 2, "terms": [term]} for term in TOPICAL]
        http = {"allow_hosts": [host], "pace_s": {host: pace}}
        path = self.folder / f"feeds-{pace}.yaml"
        path.write_text(json.dumps({"http": http, "topics": topics, "sources": [arxiv, *feeds]}))  # JSON is YAML
        return path

    def scout(self, command: str, config: Path, db: Path, *more: str, out: Path | None = None) -> Spent:
        """Run one scout command over the window."""
        return run(SCOUT, command, "--config", config, "--db", db, *self.days, *more, out=out, home=self.folder)

    def start(self) -> Iterator[Figure]:
        """`scout --help`, against importing what it is made with."""
        told, typer = by_turns(self.times * 3, lambda: run(SCOUT, "--help"), lambda: run(PYTHON, "-c", "import typer"))
        ratio = told.wall / typer.wall
        yield Figure(
            what="`scout --help`",
            figure=seconds(told),
            baseline=f"`import typer`: {seconds(typer)}",
            ratio=ratio,
            target="ratio < 2",
            holds=ratio < 2,
        )

    def collect(self) -> Iterator[Figure]:
        """Collect three weeks: without pauses against the plain package, again with nothing changed, and at arXiv's pace."""
        with serving(self.papers, self.until) as host:
            yield from self._speed(host)
            yield from self._again(host)
            yield from self._paced(host)

    def _speed(self, host: str) -> Iterator[Figure]:
        config, db, plain_db = self.config(host), self.folder / "speed.db", self.folder / "plain.db"
        between = f"{self.until - timedelta(days=30):%Y%m%d}0000 TO {self.until + timedelta(days=1):%Y%m%d}0000"
        query = f"({' OR '.join(f'cat:{name}' for name in CATEGORIES)}) AND submittedDate:[{between}]"

        def ours() -> Spent:
            db.unlink(missing_ok=True)
            return self.scout("collect", config, db, "--source", "arxiv", "--quiet")

        def plain(*more: str) -> Spent:
            plain_db.unlink(missing_ok=True)
            return run(PYTHON, HERE / "bench_plain.py", f"http://{host}/api/query", query, plain_db, *more)

        scout, bare, searchable = by_turns(self.times, ours, plain, lambda: plain("searchable"))
        counts = [_one(db, "select count(*) from items"), _one(plain_db, "select count(*) from papers")]
        if counts != [self.papers] * 2:
            sys.exit(f"{self.papers} papers were to be collected: scout has {counts[0]}, the plain package {counts[1]}")
        for what, baseline in (("`arxiv` + sqlite-utils", bare), ("the same with a full-text index", searchable)):
            ratio = scout.wall / baseline.wall
            yield Figure(
                what=f"collect {self.papers:,} papers, no pauses",
                figure=seconds(scout),
                baseline=f"{what}: {seconds(baseline)}",
                ratio=ratio,
                target="ratio ≤ 1",
                holds=ratio <= 1,
            )
        yield Figure(what="memory while collecting", figure=f"{scout.peak:.0f} MiB", target="< 300 MiB", holds=scout.peak < 300)

    def _again(self, host: str) -> Iterator[Figure]:
        config, db = self.config(host), self.folder / "again.db"
        _counted(host)
        first = self.scout("collect", config, db, "--quiet")
        then, rows = _counted(host), _digest(db)
        second = self.scout("collect", config, db, "--quiet")
        now, same = _counted(host), _digest(db) == rows
        share = now["bytes"] / then["bytes"]
        yield Figure(
            what="second collect, nothing changed: bytes",
            figure=f"{now['bytes'] / MIB:.2f} MiB",
            baseline=f"the first: {then['bytes'] / MIB:.1f} MiB",
            ratio=share,
            target="ratio < 0.1",
            holds=share < 0.1,
        )
        yield Figure(
            what="… requests with validators",
            figure=f"{now['validated']} of {now['requests']}",
            baseline=f"the first: {then['requests']} requests",
            target="all",
            holds=now["validated"] == now["requests"] > 0,
        )
        yield Figure(what="… rows changed", figure="none" if same else "some", target="none", holds=same)
        yield Figure(
            what="… time", figure=seconds(second), baseline=f"the first: {seconds(first)}", ratio=second.wall / first.wall
        )

    def _paced(self, host: str) -> Iterator[Figure]:
        config, db = self.config(host, pace=PACE_S), self.folder / "paced.db"
        _counted(host)
        spent = self.scout("collect", config, db, "--source", "arxiv", "--quiet")
        requests = _counted(host)["requests"]
        ratio = spent.wall / (requests * PACE_S)
        yield Figure(
            what=f"collect {self.papers:,} papers, {PACE_S} s between requests",
            figure=seconds(spent),
            baseline=f"{requests} requests × {PACE_S} s = {requests * PACE_S} s",
            ratio=ratio,
            target="ratio ≤ 1.15",
            holds=ratio <= 1.15,
        )

    def feeds(self) -> Iterator[Figure]:
        """Read feeds alone, first and again with nothing changed, against the package `reader` with one thread and with ten."""
        with serving(100, self.until) as host:
            urls = [f"http://{host}/blogs/{n}" for n in range(BLOGS)]
            sources = [{"name": f"blog{n}", "kind": "feed", "section": "A", "url": url} for n, url in enumerate(urls)]
            config, db = self.folder / "blogs.yaml", self.folder / "blogs.db"
            config.write_text(json.dumps({"http": {"allow_hosts": [host], "pace_s": {host: 0}}, "sources": sources}))
            plain = {threads: self.folder / f"reader-{threads}.db" for threads in (1, 10)}

            def scout() -> Spent:
                return self.scout("collect", config, db, "--quiet")

            def reader(threads: int) -> Spent:
                return run(PYTHON, HERE / "bench_reader.py", plain[threads], str(threads), *urls)

            def first(path: Path, task: Callable[[], Spent]) -> Spent:
                path.unlink(missing_ok=True)
                return task()

            tasks = ((db, scout), (plain[1], lambda: reader(1)), (plain[10], lambda: reader(10)))
            new = by_turns(self.times, *(partial(first, path, task) for path, task in tasks))
            again = by_turns(self.times, *(task for _, task in tasks))
            counts = [
                _one(db, "select count(*) from items"),
                *(_one(path, "select count(*) from entries") for path in plain.values()),
            ]
        if counts != [BLOGS * POSTS] * 3:
            sys.exit(f"{BLOGS * POSTS} entries were to be read: {counts}")
        for what, (ours, *theirs) in (
            (f"read {BLOGS} feeds, {BLOGS * POSTS:,} entries", new),
            ("… again, nothing changed", again),
        ):
            for name, baseline in zip(("`reader`", "`reader`, 10 threads"), theirs, strict=True):
                ratio = ours.wall / baseline.wall
                yield Figure(
                    what=what,
                    figure=seconds(ours),
                    baseline=f"{name}: {seconds(baseline)}",
                    ratio=ratio,
                    target="ratio ≤ 1",
                    holds=ratio <= 1,
                )

    def choose(self) -> Iterator[Figure]:
        """Shortlist and draft, with the window's candidates alone in the store, and among a million items."""
        config, small, full, large = self.config(), *(self.folder / f"{name}.db" for name in ("small", "full", "large"))
        picks = apart(bench_store.fill, small, self.papers, until=self.until)
        apart(bench_store.fill, full, self.candidates, until=self.until)
        for db in (small, full):
            run(SCOUT, "reports", "add", self.report(picks), "--db", db)
        (few,) = by_turns(self.times, lambda: self._list(config, small))
        yield Figure(
            what=f"shortlist, {self.papers:,} candidates",
            figure=seconds(few),
            target="< 3 s, < 300 MiB",
            holds=few.wall < 3 and few.peak < 300,
        )
        small.unlink()
        shutil.copy(full, large)
        apart(bench_store.stretch, large, self.stored, until=self.until)
        many, among, draft, draft_among = by_turns(
            self.times,
            lambda: self._list(config, full),
            lambda: self._list(config, large),
            lambda: self.scout("draft", config, full),
            lambda: self.scout("draft", config, large),
        )
        yield Figure(what=f"shortlist, {self.candidates:,} candidates", figure=seconds(many), target="< 8 s", holds=many.wall < 8)
        for what, alone, amidst in (("shortlist", many, among), ("draft", draft, draft_among)):
            ratio = amidst.wall / alone.wall
            yield Figure(
                what=f"{what}, the same among {self.stored:,} items",
                figure=seconds(amidst),
                baseline=f"{self.candidates + bench_store.BACKGROUND:,} items: {seconds(alone)}",
                ratio=ratio,
                target="ratio < 1.5, < 400 MiB",
                holds=ratio < 1.5 and amidst.peak < 400,
            )

    def read(self) -> Iterator[Figure]:
        """Read sixty pages of one host at its pace, and once more."""
        with serving(self.papers // 10, self.until) as host:
            db, config = self.folder / "read.db", self.folder / "feeds-read.yaml"
            http = {
                "allow_hosts": [host],
                "pace_s": {host: 0, "blog1.example.org": 1},
                "mirror": {"blog1.example.org": f"http://{host}"},
            }
            blog = {"name": "blog1", "kind": "feed", "section": "A", "url": f"http://{host}/blogs/1"}
            topics = [{"name": term.replace(" ", "-"), "weight": 2, "terms": [term]} for term in TOPICAL]
            config.write_text(json.dumps({"http": http, "topics": topics, "sources": [blog]}))
            self.scout("collect", config, db, "--quiet")
            _counted(host)
            first = self.scout("read", config, db, "--limit", str(PAGES), "--quiet")
            requests = _counted(host)["requests"]
            read = _one(db, "select count(*) from readings where result = 'ok'")
            if read != PAGES:
                sys.exit(f"{PAGES} pages were to be read: {read} were")
            ratio = first.wall / requests
            yield Figure(
                what=f"read {PAGES} pages of one host, 1 s between requests",
                figure=seconds(first),
                baseline=f"{requests} requests × 1 s = {requests} s",
                ratio=ratio,
                target="ratio ≤ 1.15, < 300 MiB",
                holds=ratio <= 1.15 and first.peak < 300,
            )
            self.scout("read", config, db, "--quiet")
            self.scout("read", config, db, "--quiet")
            # The first of these reads what the limit left, after robots.txt; the second has nothing to ask for.
            twice = _counted(host)["requests"] - 1 - (_one(db, "select count(*) from readings") - PAGES)
            yield Figure(what="… pages asked for a second time by further runs", figure=str(twice), target="0", holds=twice == 0)

    def _list(self, config: Path, db: Path) -> Spent:
        return self.scout("shortlist", config, db, "--format", "json")

    def report(self, picks: list[str]) -> Path:
        """Write an earlier report, whose picks the taste learns from."""
        day = self.until - timedelta(days=24)
        entries = "\n\n".join(
            f"### {number}. A made pick of a made week (2026)\n\n- Reference: [arXiv:{pick}](https://arxiv.org/abs/{pick}).\n"
            "- Summary: The cache is made.\n- Runtime evaluation: Yes."
            for number, pick in enumerate(picks, 1)
        )
        path = self.folder / f"report-{day}.md"
        path.write_text(f"# Weekly Research Report — {day}\n\n## B. Academic / idea-forward work\n\n{entries}\n")
        return path


def _one(db: Path, query: str) -> Any:
    with sqlite3.connect(db) as conn:
        return conn.execute(query).fetchone()[0]


def _digest(db: Path) -> str:
    """Digest all rows that say what the sources said."""
    digest = sha256()
    with sqlite3.connect(db) as conn:
        for table in ("items", "sightings", "item_history"):
            for row in conn.execute(f"select * from {table} order by 1, 2"):
                digest.update(repr(row).encode())
    return digest.hexdigest()


def _counted(host: str) -> dict[str, int]:
    """Ask the world what it was asked for since the last time."""
    with urlopen(f"http://{host}/counted") as answer:
        return dict(json.load(answer))


def main() -> None:
    """Measure, and print one table; exit 1 if a figure does not hold."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--small", action="store_true", help="a quarter of the papers, a fifth of the items, one run of each")
    options.add_argument(
        "--only", action="append", choices=("start", "collect", "read", "feeds", "choose"), help="one part; may be given again"
    )
    given = options.parse_args()
    figures = []
    with TemporaryDirectory(prefix="scout-bench-") as folder:
        bench = (
            Bench(folder=Path(folder), papers=3000, candidates=9000, stored=200_000, times=1)
            if given.small
            else Bench(folder=Path(folder), papers=12_000, candidates=36_000, stored=1_000_000, times=3)
        )
        for part in given.only or ("start", "collect", "read", "feeds", "choose"):
            for figure in getattr(bench, part)():
                sys.stderr.write(" · ".join(filter(None, figure.row())) + "\n")
                figures.append(figure)
    heads = ["what", "figure", "baseline", "ratio", "target", "holds"]
    sys.stdout.write(tabulate([figure.row() for figure in figures], heads, tablefmt="github", disable_numparse=True) + "\n")
    sys.exit(any(figure.holds is False for figure in figures))


if __name__ == "__main__":
    main()
