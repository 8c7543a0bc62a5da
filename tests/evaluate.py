"""Score scout's shortlist against what a curator really picked: `make eval`.

    python tests/evaluate.py [WINDOW ...] [--ingredients] [--baselines PYTHON] [--topics FEEDS.YAML]
    python tests/evaluate.py --held-out [--topics FEEDS.YAML]
    python tests/evaluate.py --quotes

Where ../shared has the scorer and its data, each WINDOW (a report's date; A+B joins two) is ranked through the library, with the
reports before it as the ledger, and scored by `score.py`: recall of the numbered picks (r2@K) and of all (r@K), and nDCG@20.
`--ingredients` adds the rules alone (an empty ledger) and taste alone (no topics). `--baselines` prints today's rankers on the same
pools, with a Python that has scikit-learn. `--held-out` scores each window with the constants that the other windows would have
chosen: what the ranking is worth on a window that it was not tuned on; `--topics` takes another configuration's. `--quotes` tells how
much of the sentences that a draft quotes is in what the curator wrote about the same papers. Elsewhere, a small set of our own
(tests/eval_set) is ranked and scored the same way.
"""

# ruff: noqa: T201 -- it is a script, and prints

from __future__ import annotations

import argparse
import csv
import gzip
import importlib.util
import json
import math
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from itertools import product
from pathlib import Path
from statistics import mean
from typing import TYPE_CHECKING, Any

from scout import config, shortlist
from scout.config import shipped
from scout.figures import evidence
from scout.model import Item, Kind, LedgerReport, Precision, Section, Topic, TrackedItem, Window
from scout.reports import document as report
from scout.reports import history
from scout.shortlist import balance, rules, taste
from scout.similarity import words
from scout.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE = Path(__file__).resolve().parent
SHARED = HERE.parent.parent / "shared"
OWN = HERE / "eval_set"
WINDOWS = ("2026-04-26", "2026-05-03", "2026-05-10", "2026-04-26+2026-05-03", "2026-05-03+2026-05-10")
LATER = ("2605.17613", "2605.22850", "2606.00946", "2606.02964", "2606.03458", "2606.06453")
"""Section B of the report of 2026-06-07, whose window of three weeks `--held-out` has as a fourth."""
LOOKBACK = 14
GRID = {
    (balance, "HEAVIEST"): (0.35, 0.7, 1.4),
    (rules, "MOST"): (4.0, 8.0, 16.0),
    (taste, "LOSS"): (50.0, 100.0, 200.0),
}
"""What `--held-out` chooses from."""
TOPICS = (
    Topic(name="kv-cache", weight=5, terms=("KV cache", "key-value cache")),
    Topic(name="caching", weight=3, terms=("cache", "caching", "eviction", "object cache")),
    Topic(name="serving", weight=2, terms=("LLM serving", "time to first token", "prefill")),
    Topic(name="attention", weight=1, terms=("sparse attention", "long context", "quantization")),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One window to rank: the papers there are, and the reports before it."""

    window: Window
    topics: tuple[Topic, ...]
    ledger: tuple[LedgerReport, ...]
    papers: Sequence[Item]

    def rank(self) -> list[dict[str, Any]]:
        """Return the candidates as `scout shortlist --format json` gives them, as far as scoring needs."""
        earliest = (self.window.since - timedelta(days=LOOKBACK)).isoformat()
        entries = {id_: e for r in reversed(self.ledger) for e in reversed(r.entries) if e.grade for id_ in e.ids}
        days = {item.id: item.published.date().isoformat() if item.published else "" for item in self.papers}
        seen = self.window.end - timedelta(seconds=1)
        pool = [
            TrackedItem(
                item=item,
                sources=("arxiv",),
                first_seen=seen,
                sections=(Section.B,),
                watched=False,
                entry=entries.get(item.id),
            )
            for item in self.papers
            if earliest <= days[item.id] <= self.window.until.isoformat()
        ]
        chosen = shortlist.choose(
            pool,
            window=self.window,
            topics=self.topics,
            ledger=self.ledger,
            background=[item for item in self.papers if days[item.id] < earliest][-6000:],
            coverage=(),
            settings=shortlist.Settings(lookback_days=LOOKBACK, metrics=shipped()),
            picks={item.id: item for item in self.papers if item.id in entries},
        )
        return [{"rank": one.rank, "id": one.item.id, "score": one.score} for one in chosen.candidates]


def paper(row: Mapping[str, Any]) -> Item:
    """Return a paper of the stand-in world, or of our own set."""
    published = datetime.fromisoformat(row["published"]).replace(tzinfo=UTC)
    categories = tuple(dict.fromkeys([row.get("primary") or row["category"], *row.get("categories", ())]))
    return Item(
        id=f"arxiv:{row['id']}",
        kind=Kind.PAPER,
        title=row["title"],
        url=f"https://arxiv.org/abs/{row['id']}",
        published=published,
        precision=Precision.SECOND,
        summary=row.get("abstract") or row["summary"],
        tags=categories,
    )


def ledger(folder: Path) -> tuple[LedgerReport, ...]:
    """Read the reports of a folder, oldest first."""
    found = (
        history.ledger_report(report.parse_report(path.read_text(encoding="utf-8")), path.name) for path in folder.glob("*.md")
    )
    return tuple(sorted(found, key=lambda one: one.day))


def cases(windows: Sequence[str], topics: Sequence[Topic]) -> Iterator[tuple[str, Case]]:
    """Give the windows of the shared picks, each with the reports before it."""
    files = sorted((SHARED / "world/data/arxiv").glob("*.gz"))
    papers = [paper(json.loads(line)) for path in files for line in gzip.decompress(path.read_bytes()).splitlines()]
    reports = ledger(SHARED / "reports")
    with (SHARED / "eval/picks.tsv").open(newline="") as rows:
        spans = {row["report"]: (row["since"], row["until"]) for row in csv.DictReader(rows, delimiter="\t")}
    spans["2026-06-07"] = ("2026-05-18", "2026-06-07")
    for name in windows:
        days = [date.fromisoformat(day) for part in name.split("+") for day in spans[part]]
        window = Window(since=min(days), until=max(days))
        before = tuple(one for one in reports if one.day.isoformat() < min(name.split("+")))
        yield name, Case(window=window, topics=tuple(topics), ledger=before, papers=papers)


def shared(windows: Sequence[str], topics: Sequence[Topic], *, ingredients: bool, baselines: str) -> None:
    """Score windows of the shared picks with the shared scorer."""
    for name, case in cases(windows, topics):
        if baselines:
            score(baselines, name, "--baselines")
        ways = {"rules and taste": case}
        if ingredients:
            ways["rules alone"] = replace(case, ledger=())
            ways["taste alone"] = replace(case, topics=())
        for label, one in ways.items():
            started = time.perf_counter()
            found = one.rank()
            print(f"{label}: {len(found)} candidates in {time.perf_counter() - started:.1f} s")
            with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
                json.dump({"candidates": found}, file)
                file.flush()
                score(sys.executable, name, file.name)


def held_out(topics: Sequence[Topic]) -> None:
    """Score each window with the constants that do best, by nDCG@20, on the other windows."""
    spec = importlib.util.spec_from_file_location("score", SHARED / "eval/score.py")
    assert spec
    assert spec.loader
    scorer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(scorer)
    picks = scorer.picks(SHARED / "eval/picks.tsv")
    picks["2026-06-07"] = {"grades": dict.fromkeys(LATER, 2)}
    windows = (*WINDOWS[:3], "2026-06-07")
    table: dict[tuple[float, ...], dict[str, dict[str, float]]] = {}
    for name, case in cases(windows, topics):
        seen = scorer.earlier(picks, [name])
        goal = picks[name] | {"grades": {id_: grade for id_, grade in picks[name]["grades"].items() if id_ not in seen}}
        available = {item.id.removeprefix("arxiv:") for item in case.papers if item.id.removeprefix("arxiv:") not in seen}
        for constants in product(*GRID.values()):
            for (module, constant), value in zip(GRID, constants, strict=True):
                setattr(module, constant, value)
            ranked = [one["id"].removeprefix("arxiv:") for one in case.rank()]
            table.setdefault(constants, {})[name] = scorer.figures(ranked, goal, available)
    for name in windows:
        others = {constants: [row[other]["nDCG@20"] for other in windows if other != name] for constants, row in table.items()}
        best = max(others, key=lambda constants: (sum(others[constants]), constants))
        chosen = ", ".join(f"{constant} {value:.2f}" for (_, constant), value in zip(GRID, best, strict=True))
        row = table[best][name]
        print(f"{name}  nDCG@20 {row['nDCG@20']:.2f}  r2@50 {row['r2@50']:.2f}  r@100 {row['r@100']:.2f}  with {chosen}")


def quotes() -> None:
    """Tell how much of a paper's quoted sentences stands in the curator's own entry, each word by its rarity, beside other choices."""
    (_, case), *_ = cases(["2026-06-07"], ())
    texts = {item.id: item.summary for item in case.papers}
    frequency = Counter(word for text in texts.values() for word in set(words(text)))
    rarity = {word: math.log((len(texts) + 1) / (count + 1)) for word, count in frequency.items()}
    rows = []
    for entry in (entry for one in case.ledger for entry in one.entries if entry.grade == 2):
        if not (text := texts.get(next(iter(entry.ids), ""), "")):
            continue
        written = set(words(entry.text))
        told = {}
        for sentence in sentences(text):
            weights = {word: rarity[word] for word in words(sentence) if word in rarity}
            told[sentence] = sum(value for word, value in weights.items() if word in written) / (sum(weights.values()) or 1)
        chosen = [
            next(value for sentence, value in told.items() if quote.sentence in sentence)
            for quote in evidence(text, shipped()).quotes
        ]
        every = list(told.values())
        most = len(chosen)
        rows.append([mean(one) for one in (chosen, every[:most], every, sorted(every, reverse=True)[:most])])
    scout, first, every, best = (mean(column) for column in zip(*rows, strict=True))
    print(f"{len(rows)} papers: quoted {scout:.2f}, the first sentences {first:.2f}, all {every:.2f}, the best choice {best:.2f}")


def score(python: str, *given: str) -> None:
    """Run the shared scorer."""
    sys.stdout.flush()
    subprocess.run([python, str(SHARED / "eval/score.py"), *given], check=True)


def own() -> None:
    """Score the small set of our own: 20 papers of three weeks, six of them picks."""
    with (OWN / "papers.tsv").open(newline="") as file:
        rows = list(csv.DictReader(file, delimiter="\t"))
    window = Window(since=date(2026, 5, 18), until=date(2026, 6, 7))
    papers = [paper(row) for row in rows]
    grades = {f"arxiv:{row['id']}": int(row["grade"]) for row in rows if row["grade"] != "0"}
    for label, reports, topics in (
        ("rules and taste", ledger(OWN), TOPICS),
        ("rules alone", (), TOPICS),
    ):
        found = [one["id"] for one in Case(window=window, topics=topics, ledger=reports, papers=papers).rank()]
        gain = sum((2 ** grades.get(id_, 0) - 1) / math.log2(place + 1) for place, id_ in enumerate(found[:10], 1))
        best = sum((2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(sorted(grades.values(), reverse=True), 1))
        recall = sum(id_ in found[:8] for id_ in grades) / len(grades)
        print(f"{label:16s} papers {len(papers)}, picks {len(grades)}: r@8 {recall:.2f}  nDCG@10 {gain / best:.2f}")


def main() -> None:
    """Score what there is to score."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("windows", nargs="*", default=WINDOWS)
    options.add_argument("--ingredients", action="store_true")
    options.add_argument("--held-out", action="store_true")
    options.add_argument("--quotes", action="store_true")
    options.add_argument("--topics", type=Path, default=SHARED / "world/feeds.yaml")
    options.add_argument("--baselines", metavar="PYTHON", default="")
    given = options.parse_args()
    if (SHARED / "eval/score.py").exists():
        if given.quotes:
            quotes()
            return
        topics = config.load(given.topics).topics
        if given.held_out:
            held_out(topics)
            return
        shared(given.windows, topics, ingredients=given.ingredients, baselines=given.baselines)
    else:
        print("no ../shared here: the small set of our own")
        own()


if __name__ == "__main__":
    main()
