"""Fuzz all that reads what strangers wrote: it ends with a value or an error of ours, in bounded time and memory.

`make fuzz` runs it for ten minutes (`python tests/fuzzing.py --seconds 600 --seed 7`), with each value that no scout writes in each
column of the store after that; CI runs `tests/test_fuzz.py`: the kept inputs of `tests/fuzz/`, and some hundred new ones.
An input that fails is written to `tests/fuzz/TARGET/found-…`; made small and given a name, it is kept.

Seeds are the recorded answers, the golden reports and the kept inputs; a new input is one of them damaged, joined with another, or
with a part of it repeated some hundred times, which is where squares show.
"""

from __future__ import annotations

import argparse
import random
import re
import resource
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from hashlib import sha1
from pathlib import Path
from typing import TYPE_CHECKING, Any

from test_sources import CASES

from scout import config, figures, store, topics
from scout.config import shipped
from scout.dates import parse_date
from scout.draft.render import MEMORY_BYTES, _render_own
from scout.errors import ScoutError
from scout.limits import EndedError, Worker, bounded
from scout.model import Topic
from scout.parsers import article, challenge, html, latexml, opml, pdf, tex, walls
from scout.reports import document, prose_dates, publishing
from scout.sources.parse_process import is_usual

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

HERE = Path(__file__).parent
KEPT = HERE / "fuzz"
CPU_S, MEMORY_MIB = 3.0, 200
"""What one input of at most LARGEST bytes may cost here; the largest seed needs a tenth of both."""
UNUSUAL_S = 30.0
"""What a body may cost that scout itself reads in a process with this limit."""
LARGEST = 2**15
URL = "https://fuzz.example/page"
NOW = CASES[0].page().now


def kind(name: str) -> Callable[[bytes], object]:
    """Return what reads an answer of a kind of source as its first recorded case does, and as an entry's own page."""

    def read(body: bytes) -> object:
        case = next(one for one in CASES if one.kind == name)
        page, source = case.page(), case.source()
        pages = [replace(page, answer=replace(page.answer, body=body), role=role) for role in dict.fromkeys((page.role, "item"))]
        return [source.parse(one) for one in pages]

    return read


def of_page(body: bytes) -> object:
    """Read a page in every way."""
    return (
        article.parse(body, url=URL, content_type="text/html"),
        walls.instead(body, URL),
        challenge.in_page(body),
        html.feeds(body, URL),
        html.date(body, html.soup(body), URL, now=NOW),
    )


def of_report(body: bytes) -> object:
    """Read a report, and publish it."""
    text = body.decode("utf-8", "replace").replace("\r", "\n")
    return document.parse_report(text), publishing.publish(text), prose_dates.dates(text, near=NOW.date())


def of_prose(body: bytes) -> object:
    """Find figures, topics and dates in prose, and strip its TeX."""
    text = body.decode("utf-8", "replace")
    topic = Topic(name="kv", weight=1, terms=("KV cache", "cache"))
    return figures.find(text, shipped()), topics.TopicMatcher([topic]).in_text(text), parse_date(text, now=NOW), tex.plain(text)


def of_feeds(body: bytes) -> object:
    """Read a feeds.yaml and its sources."""
    from scout.sources.workspace import load_workspace  # noqa: PLC0415 -- as the program does

    return load_workspace(config.parse(body), validate=True)


def of_opml(body: bytes) -> object:
    """Read an OPML file; what is none is a ValueError in words."""
    with suppress(ValueError):
        return opml.parse_opml(body)
    return None


def of_query(body: bytes) -> object:
    """Ask an empty store a query, within its own limits."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.db"
        store.open_store(path, write="fuzzing", create=True).close()
        return store.query(path, body.decode("utf-8", "replace"), seconds=0.3)


def of_template(body: bytes) -> object:
    """Render a user's template as the program does, but within half a second."""
    context = {"report": {"title": "T"}, "entries": [1, 2]}
    with suppress(EndedError):
        return bounded(_render_own, body.decode("utf-8", "replace"), context, wall_s=0.5, memory_bytes=MEMORY_BYTES)
    return None


READERS: dict[str, Callable[[bytes], object]] = {
    **{name: kind(name) for name in sorted({case.kind for case in CASES})},
    "html": of_page,
    "latexml": lambda body: latexml.parse(body, url=URL, content_type="text/html"),
    "pdf": lambda body: pdf.parse(body, url=URL, content_type="application/pdf"),
    "opml": of_opml,
    "report": of_report,
    "prose": of_prose,
    "feeds": of_feeds,
}
BOUNDED: dict[str, Callable[[bytes], object]] = {"query": of_query, "template": of_template}
"""What runs in a process with limits of its own, as the program does."""


def seeds(target: str) -> list[bytes]:
    """Return what new inputs of a target are made of."""
    kept = [path.read_bytes() for path in sorted((KEPT / target).glob("*"))]
    of_case = {"html": ("page", "program"), "opml": ()}.get(target, (target,))
    own: Sequence[Path] = ()
    match target:
        case "report" | "prose":
            own = sorted((HERE / "golden").glob("*.md"))
        case "feeds":
            own = [*sorted((HERE.parent / "scout" / "config" / "starters").glob("*.yaml")), HERE / "clinical.yaml"]
        case "query":
            pages = (HERE.parent / "docs" / "store.md").read_text(encoding="utf-8")
            kept += [found.encode() for found in re.findall(r"```sql\n([^`]*)```", pages)]
    return [*kept, *(case.body for case in CASES if case.kind in of_case), *(path.read_bytes() for path in own)]


def changed(rng: random.Random, all_seeds: Sequence[bytes]) -> bytes:
    """Return a new input: a seed that was cut, joined, overwritten, or has a part of it repeated."""
    body = rng.choice(all_seeds)[: LARGEST // 2]
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(body) + 1)
        part = body[at : at + rng.choice((1, 2, 3, 7, 20, 60))]
        match rng.randrange(6):
            case 0:
                body = body[:at]
            case 1:
                body = body[:at] + body[at + len(part) :]
            case 2:
                other = rng.choice(all_seeds)
                there = rng.randrange(len(other) + 1)
                body = body[:at] + other[there : there + rng.randrange(1, 400)] + body[at:]
            case 3:
                body = body[:at] + bytes(rng.randrange(256) for _ in range(len(part))) + body[at + len(part) :]
            case _:
                body = body[:at] + part * rng.choice((2, 30, 400, 4_000)) + body[at:]
    return body[:LARGEST]


def cost(target: str, body: bytes) -> tuple[float, int]:
    """Read one input; return the seconds of processor time and the MiB by which the process grew. Raises what is a bug."""
    before, began = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.process_time()
    with suppress(ScoutError):
        READERS[target](body)
    spent = time.process_time() - began
    return spent, (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) >> 10


@dataclass(slots=True)
class Fuzzer:
    """Try inputs, and keep what was found: `worst` is the costliest of each target, `faults` are the failures in words."""

    tried: Counter[str]
    worst: dict[str, tuple[float, int]]
    faults: list[str]
    worker: Worker | None = None

    def close(self) -> None:
        """End the process that reads."""
        if self.worker:
            self.worker.end()
            self.worker = None

    def feed(self, target: str, body: bytes, *, keep: bool = False) -> None:
        """Read one input where it can be ended; note what it cost, or how it failed."""
        self.tried[target] += 1
        fault, spent, grown = self._apart(target, body) if target in BOUNDED else self._elsewhere(target, body)
        most_s = UNUSUAL_S if not is_usual(body) else CPU_S
        if not fault and (spent > most_s or grown > MEMORY_MIB):
            fault = f"{spent:.1f} s, {grown} MiB"
        seconds, mib = self.worst.get(target, (0.0, 0))
        self.worst[target] = max(seconds, spent), max(mib, grown)
        if fault:
            name = f"found-{sha1(body, usedforsecurity=False).hexdigest()[:10]}"
            self.faults.append(f"{target}/{name}: {fault}")
            if keep:
                (KEPT / target).mkdir(parents=True, exist_ok=True)
                (KEPT / target / name).write_bytes(body)

    def _apart(self, target: str, body: bytes) -> tuple[str, float, int]:
        began = time.process_time()
        try:
            with suppress(ScoutError):
                BOUNDED[target](body)
        except Exception as exc:  # noqa: BLE001 -- what a bug raises is what is looked for
            return f"{type(exc).__name__}: {exc}"[:300], 0.0, 0
        return "", time.process_time() - began, 0

    def _elsewhere(self, target: str, body: bytes) -> tuple[str, float, int]:
        if self.worker is None:
            self.worker = Worker(cpu_s=UNUSUAL_S + 5, memory_bytes=2 * 2**30)
        try:
            spent, grown = self.worker.ask(cost, target, body, wall_s=20 * UNUSUAL_S)
        except EndedError:
            self.close()
            return f"it was ended: more than {UNUSUAL_S + 5:.0f} s or 2 GiB, or a crash", 0.0, 0
        except Exception as exc:  # noqa: BLE001 -- as above
            return f"{type(exc).__name__}: {exc}"[:300], 0.0, 0
        return "", spent, grown


def kept_inputs() -> Iterator[tuple[str, Path]]:
    """Yield each input that is kept, with its target."""
    yield from ((path.parent.name, path) for path in sorted(KEPT.glob("*/*")))


def run(*, seed: int, each: int = 0, seconds: float = 0, kept: bool = True, keep: bool = False) -> Fuzzer:
    """Feed the `kept` inputs, then `each` new ones for each target, or new ones of all targets in turn for some seconds."""
    fuzzer, rng = Fuzzer(Counter(), {}, []), random.Random(seed)  # noqa: S311 -- repeatable, not secret
    pools = {target: seeds(target) for target in (*READERS, *BOUNDED)}
    ends = time.monotonic() + seconds
    try:
        for target, path in kept_inputs() if kept else ():
            fuzzer.feed(target, path.read_bytes())
        turn = 0
        while turn < each or time.monotonic() < ends:
            for target, pool in pools.items():
                if target in READERS or turn % 20 == 0:  # a process each is slow
                    fuzzer.feed(target, changed(rng, pool), keep=keep)
            turn += 1
    finally:
        fuzzer.close()
    return fuzzer


def values(*, seconds: float, seed: int) -> tuple[int, list[str]]:
    """Try values that no scout writes in columns of the store, with all commands, for some seconds; return runs and faults."""
    import test_states as states  # noqa: PLC0415 -- collects a week

    runs, faults, ends, rng = 0, list[str](), time.monotonic() + seconds, random.Random(seed)  # noqa: S311
    with states.served() as source, tempfile.TemporaryDirectory() as folder:
        places = [(table, column, value) for table, column in states.columns(source / states.STORE) for value in states.NONSENSE]
        rng.shuffle(places)
        for number, place in enumerate(places):
            if time.monotonic() > ends:
                break
            try:
                runs += states.tried(states.copied(source, Path(folder) / str(number)), *place, names=states.OF_THE_STORE)
            except Exception as exc:  # noqa: BLE001 -- as above
                faults.append(f"{place}: {type(exc).__name__}: {exc}"[:500])
    return runs, faults


def main(arguments: Sequence[str]) -> int:
    """Fuzz for a while, and say what was found."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--seconds", type=float, default=600)
    options.add_argument("--seed", type=int, default=int(time.time()))
    given: Any = options.parse_args(arguments)
    fuzzer = run(seed=given.seed, seconds=given.seconds * 0.7, keep=True)
    runs, faults = values(seconds=given.seconds * 0.3, seed=given.seed)
    lines = list[str]()
    for target, count in fuzzer.tried.items():
        seconds, mib = fuzzer.worst[target]
        lines.append(f"{target:16} {count:7,} inputs   worst {seconds:5.2f} s {mib:4} MiB")
    lines.append(f"{fuzzer.tried.total():,} inputs, {runs:,} commands on a store with a strange value, seed {given.seed}")
    sys.stdout.write("\n".join([*lines, *fuzzer.faults, *faults]) + "\n")
    return bool(fuzzer.faults or faults)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
