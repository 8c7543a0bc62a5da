"""Score scout's shortlist against what curators really picked: `make eval`.

    python tests/evaluate.py [--constants | --held-out]
    python tests/evaluate.py --shared [WINDOW ...] [--ingredients] [--baselines PYTHON] [--topics FEEDS.YAML]
    python tests/evaluate.py --quotes

The fields of tests/eval_set are made of facts: which papers reports and lists took and when, titles and days, no abstracts; beside
them a twentieth of the papers of those weeks. Each report is ranked with those before it as the ledger, by titles alone: low figures,
good for comparing. `--constants` moves each constant alone, to half and twice; `--held-out` scores each field with the constants that
the other fields would have chosen.

`--shared` ranks windows of ../shared by whole abstracts, where it is there: each WINDOW (a report's date; A+B joins two) is scored by
`score.py`. `--ingredients` adds the rules alone (an empty ledger) and taste alone (no topics); `--baselines` prints today's rankers on
the same pools, with a Python that has scikit-learn. `--quotes` tells how much of the sentences that a draft quotes is in what the
curator wrote about the same papers.
"""

# ruff: noqa: T201 -- it is a script, and prints

from __future__ import annotations

import argparse
import csv
import gzip
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

import yaml

from scout import config, shortlist
from scout.config import shipped
from scout.figures import evidence
from scout.model import Item, Kind, LedgerEntry, LedgerReport, Precision, Section, Topic, TrackedItem, Window
from scout.reports import document as report
from scout.reports import history
from scout.shortlist import balance, examples, rules, taste
from scout.similarity import words
from scout.text import sentences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

HERE = Path(__file__).resolve().parent
SHARED = HERE.parent.parent / "shared"
OWN = HERE / "eval_set"
WINDOWS = ("2026-04-26", "2026-05-03", "2026-05-10", "2026-04-26+2026-05-03", "2026-05-03+2026-05-10")
LOOKBACK = 14
CONSTANTS = {
    (balance, "HEAVIEST"): "the heaviest topic's weight",
    (balance, "TOPIC_RIDGE"): "how firmly topics are held",
    (rules, "MOST"): "a topic's limit",
    (taste, "LOSS"): "the loss",
    (taste, "SHORT"): "words added to a text",
    (taste, "COMMON"): "the share of texts above which a word is common",
    (examples, "HALF_LIFE"): "half-life of a pick",
}
GRID = ((balance, "HEAVIEST"), (rules, "MOST"), (taste, "LOSS"))
"""What `--held-out` chooses from: each at half, as it is, and twice."""


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
    """Return a paper of the stand-in world, or of the fields of our own, which have no abstracts."""
    published = datetime.fromisoformat(row["published"]).replace(tzinfo=UTC)
    return Item(
        id=f"arxiv:{row['id']}",
        kind=Kind.PAPER,
        title=row["title"],
        url=f"https://arxiv.org/abs/{row['id']}",
        published=published,
        precision=Precision.SECOND,
        summary=row.get("abstract", ""),
        tags=tuple(dict.fromkeys([*filter(None, [row.get("primary")]), *row.get("categories", ())])),
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
    spans["2026-06-07"] = ("2026-05-18", "2026-06-07")  # its picks are not among the shared ones
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


def fields() -> dict[str, list[tuple[Case, dict[str, int]]]]:
    """Return each field's reports but the first: what there was to rank, and the grades of what was picked, by id."""
    with (OWN / "papers.tsv").open(newline="") as file:
        papers = [paper(row) for row in csv.DictReader(file, delimiter="\t")]
    titles = {item.id: item.title for item in papers}
    reports: dict[str, dict[str, LedgerReport]] = {}
    with (OWN / "picks.tsv").open(newline="") as file:
        for row in csv.DictReader(file, delimiter="\t"):
            day, since, until = (date.fromisoformat(row[name]) for name in ("report", "since", "until"))
            id_ = f"arxiv:{row['id']}"
            empty = LedgerReport(day=day, path=f"{day}.md", title="", run_type="", since=since, until=until, entries=())
            known = reports.setdefault(row["field"], {}).setdefault(row["report"], empty)
            entry = LedgerEntry(
                report=day, number=len(known.entries) + 1, section="B", grade=int(row["grade"]), title=titles[id_], ids=(id_,)
            )
            reports[row["field"]][row["report"]] = replace(known, entries=(*known.entries, entry))
    topics = yaml.safe_load((OWN / "topics.yaml").read_text(encoding="utf-8"))
    found: dict[str, list[tuple[Case, dict[str, int]]]] = {}
    for field, by_day in reports.items():
        asked = tuple(Topic(**{**topic, "terms": tuple(topic["terms"])}) for topic in topics[field])
        ordered = [by_day[day] for day in sorted(by_day)]
        for place, one in enumerate(ordered[1:], 1):
            before = tuple(ordered[:place])
            told = {id_ for earlier in before for entry in earlier.entries for id_ in entry.ids}
            grades = {id_: entry.grade for entry in one.entries for id_ in entry.ids if id_ not in told}
            window = Window(since=one.since or one.day, until=one.until or one.day)
            found.setdefault(field, []).append((Case(window=window, topics=asked, ledger=before, papers=papers), grades))
    return found


def scored(cases: Sequence[tuple[Case, dict[str, int]]]) -> tuple[float, float]:
    """Return the means of nDCG@20 and of the share of picks among the first 50."""
    rows = []
    for case, grades in cases:
        found = [one["id"] for one in case.rank()]
        gain = sum((2 ** grades.get(id_, 0) - 1) / math.log2(place + 1) for place, id_ in enumerate(found[:20], 1))
        best = sum(
            (2**grade - 1) / math.log2(place + 1) for place, grade in enumerate(sorted(grades.values(), reverse=True)[:20], 1)
        )
        rows.append((gain / best, sum(id_ in found[:50] for id_ in grades) / len(grades)))
    return mean(row[0] for row in rows), mean(row[1] for row in rows)


def own() -> None:
    """Score the fields, with topics and ledger and with each alone."""
    for field, cases in fields().items():
        ways = {
            "topics and ledger": cases,
            "topics alone": [(replace(case, ledger=()), grades) for case, grades in cases],
            "ledger alone": [(replace(case, topics=()), grades) for case, grades in cases],
        }
        told = "  ".join(f"{way} {ndcg:.2f} {recall:.2f}" for way, (ndcg, recall) in ((w, scored(c)) for w, c in ways.items()))
        print(f"{field}, {len(cases)} reports, nDCG@20 and r@50: {told}")


def constants() -> None:
    """Tell what each constant, moved alone, adds to each field's nDCG@20."""
    everything = fields()
    plain = {field: scored(cases)[0] for field, cases in everything.items()}
    print(f"{'as it is':52s}" + "  ".join(f"{field} {value:.3f}" for field, value in plain.items()))
    for (module, name), what in CONSTANTS.items():
        value = getattr(module, name)
        for factor in (0.5, 2.0):
            setattr(module, name, value * factor)
            moved = "  ".join(f"{field} {scored(cases)[0] - plain[field]:+.3f}" for field, cases in everything.items())
            print(f"{what + ', ' + format(value * factor, 'g'):52s}{moved}")
        setattr(module, name, value)


def held_out() -> None:
    """Score each field with the constants that do best, by nDCG@20, on the other fields."""
    everything = fields()
    usual = [getattr(module, name) for module, name in GRID]
    table: dict[tuple[float, ...], dict[str, float]] = {}
    for factors in product((0.5, 1.0, 2.0), repeat=len(GRID)):
        for (module, name), value, factor in zip(GRID, usual, factors, strict=True):
            setattr(module, name, value * factor)
        table[factors] = {field: scored(cases)[0] for field, cases in everything.items()}
    for field in everything:
        best = max(table, key=lambda factors: (sum(v for other, v in table[factors].items() if other != field), factors))
        with_ = ", ".join(f"{name} x {factor:g}" for (_, name), factor in zip(GRID, best, strict=True))
        print(f"{field}: nDCG@20 {table[best][field]:.3f} with {with_}; {table[(1.0,) * len(GRID)][field]:.3f} as it is")


def main() -> None:
    """Score what is asked for."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("windows", nargs="*", default=WINDOWS)
    options.add_argument("--constants", action="store_true")
    options.add_argument("--held-out", action="store_true")
    options.add_argument("--shared", action="store_true")
    options.add_argument("--ingredients", action="store_true")
    options.add_argument("--quotes", action="store_true")
    options.add_argument("--topics", type=Path, default=SHARED / "world/feeds.yaml")
    options.add_argument("--baselines", metavar="PYTHON", default="")
    given = options.parse_args()
    if (given.shared or given.quotes) and not (SHARED / "eval/score.py").exists():
        sys.exit("there is no ../shared here")
    if given.quotes:
        quotes()
    elif given.shared:
        shared(given.windows, config.load(given.topics).topics, ingredients=given.ingredients, baselines=given.baselines)
    elif given.constants:
        constants()
    elif given.held_out:
        held_out()
    else:
        own()


if __name__ == "__main__":
    main()
