"""Made weeks for the golden drafts: invented things with invented figures, each week special in one way."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from scout.config import Wording, shipped
from scout.draft import DraftInput, Neighbour, compose, pr_body
from scout.model import (
    Candidate,
    Coverage,
    Interval,
    Item,
    Kind,
    LedgerEntry,
    LedgerReport,
    Outcome,
    Precision,
    Reason,
    Result,
    Section,
    Shortlist,
    Status,
    Topic,
    TrackedItem,
    Window,
)

WEEK = Window(since=date(2026, 5, 18), until=date(2026, 5, 24))
TOPICS = (
    Topic(name="kv-cache", weight=5, terms=("KV cache", "KVCache")),
    Topic(name="prefix-caching", weight=4, terms=("prefix caching", "prompt cache")),
    Topic(name="memory-tiers", weight=2, terms=("NVMe", "offloading")),
    Topic(name="scheduling", weight=1, terms=("work stealing",)),
)
WORDING = Wording(
    title="Weekly Cache Research Report", scope="distributed caching, KV cache, caching for inference, storage-system caching"
)
PRIOR = LedgerReport(
    day=date(2026, 5, 17),
    path="reports/weekly-cache-report-2026-05-17.md",
    title="Weekly Cache Research Report",
    run_type="Normal weekly run",
    since=date(2026, 5, 11),
    until=date(2026, 5, 17),
)


def at(day: int, hour: int = 9, month: int = 5) -> datetime:
    """Return an instant of 2026."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def paper(number: str, title: str, summary: str = "", day: int = 19, **more: Any) -> Item:
    """Return a made paper; ids of month 99 exist nowhere."""
    given: dict[str, Any] = {
        "id": f"arxiv:2699.{number}", "kind": Kind.PAPER, "title": title, "url": f"https://arxiv.org/abs/2699.{number}", "summary": summary,
        "published": at(day), "precision": Precision.SECOND, "date_source": "arxiv:published", "authors": ("Ada Lind", "Boris Weil"),
    }  # fmt: skip
    return Item(**{**given, **more})


def release(tag: str, notes: str = "", day: int = 20) -> Item:
    """Return a made release of a made engine."""
    return Item(
        id=f"github:example/engine@{tag}", kind=Kind.RELEASE, title=f"engine {tag}", summary=notes, published=at(day), precision=Precision.SECOND,
        url=f"https://github.com/Example/Engine/releases/tag/{tag}", date_source="github:published_at", extra={"tag": tag},
    )  # fmt: skip


def post(path: str, title: str, summary: str = "", day: int = 21, **more: Any) -> Item:
    """Return a made post of a made vendor."""
    given: dict[str, Any] = {
        "id": f"url:https://blog.example.com/{path}", "kind": Kind.POST, "title": title, "url": f"https://blog.example.com/{path}",
        "summary": summary, "published": at(day), "precision": Precision.DAY, "date_source": "feed:published",
    }  # fmt: skip
    return Item(**{**given, **more})


def talk(key: str, title: str, arxiv: str = "") -> Item:
    """Return a made conference paper, joined to a made arXiv id or to none."""
    return Item(
        id=f"program:cacheconf-2026/{key}", kind=Kind.TALK, title=title, url=f"https://cacheconf.example.org/virtual/2026/poster/{key}",
        published=at(20), precision=Precision.DAY, date_source="program:starttime",
        links=(f"https://arxiv.org/abs/{arxiv}",) if arxiv else (), extra={"venue": "CacheConf 2026"},
    )  # fmt: skip


def seen(item: Item, *sources: str, **more: Any) -> TrackedItem:
    """Return an item as the store knows it, first seen the day after it was published."""
    first = (item.published or at(22)) + timedelta(days=1)
    known: dict[str, Any] = {"sources": sources or ("arxiv",), "first_seen": first, "watched": item.kind is not Kind.PAPER}
    return TrackedItem(**{"item": item, **known, **more})


def candidate(
    rank: int, tracked: TrackedItem, *, section: Section = Section.B, topic: str = "kv-cache", term: str = "KV cache", **more: Any
) -> Candidate:
    """Return a line of the shortlist with one reason."""
    reasons = (Reason(topic=topic, term=term, field="title", weight=5.0),) if topic else ()
    given: dict[str, Any] = {
        "rank": rank,
        "score": 10.0 - rank,
        "tracked": tracked,
        "status": Status.IN_WINDOW,
        "section": section,
        "reasons": reasons,
    }
    return Candidate(**{**given, **more})


def asked(
    source: str,
    kind: str = "feed",
    *,
    result: Result = Result.OK,
    items: int = 1,
    group: str = "",
    covered: bool = True,
    why: str = "",
    last_success: datetime | None = None,
) -> Coverage:
    """Return what is known of a source in the week."""
    covers = Interval(start=at(1), end=at(26)) if covered else None
    outcome = Outcome(source=source, result=result, why=why, ended=at(25), run=3, covers=covers, last_success=last_success)
    return Coverage(
        source=source,
        kind=kind,
        section=Section.A,
        outcome=outcome,
        covered=covered,
        items=items,
        newest=at(22 if items else 12),
        group=group,
    )


COVERAGE = (
    asked("arxiv", "arxiv", items=900),
    asked("engine-releases", "github_releases"),
    asked("example-blog", group="vendors", items=4),
    asked("north-storage", group="vendors", items=0),
    asked("quiet-labs", group="labs", items=0),
    asked("busy-labs", group="labs", items=3),
    asked("cacheconf-2026", "program", group="venues"),
    asked("awesome-caches", "tracker", group="trackers", items=0),
)


@dataclass(frozen=True, slots=True)
class Trend:
    """A term that rose, in the shape that the draft asks for."""

    term: str
    now: int
    before: int
    ratio: float
    examples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Trends:
    """What rose, or why nothing can be said."""

    rises: tuple[Trend, ...] = ()
    why: str = ""


NO_TRENDS = Trends(why="only 2 of the 8 weeks before the window were collected as it was")


@dataclass
class Week:
    """A week being made: what is not said is empty."""

    candidates: tuple[Candidate, ...] = ()
    coverage: tuple[Coverage, ...] = COVERAGE
    window: Window = WEEK
    prior: LedgerReport | None = PRIOR
    cut: str = ""
    dropped: dict[str, int] = field(default_factory=lambda: {"no topic matched": 880})
    more: dict[str, object] = field(default_factory=dict)

    def inputs(self) -> DraftInput:
        """Return the inputs of this week's draft."""
        shortlist = Shortlist(
            window=self.window, candidates=self.candidates, dropped=self.dropped, coverage=self.coverage, cut=self.cut,
            pool=len(self.candidates) + sum(self.dropped.values()),
        )  # fmt: skip
        given: dict[str, Any] = {
            "window": self.window, "wording": WORDING, "shortlist": shortlist, "prior": self.prior, "topics": TOPICS, "rising": NO_TRENDS, "metrics": shipped(),
        }  # fmt: skip
        return DraftInput(**{**given, **self.more})


TIDE = paper(
    "10001",
    "Tide: Sharing KV Cache Between Strangers",
    "Requests of different tenants seldom share a prefix, so their caches are built again and again. We present Tide, which shares blocks by content. "
    "On the ShareGPT workload it lowers mean TTFT by 38% against vLLM and raises hit rate from 41% to 66%. Code will follow.",
)
REEF = paper(
    "10002",
    "Reef: A Disk Tier for the KV Cache",
    "Reef keeps cold blocks on NVMe. It shrinks GPU memory from 21 GB to 6.5 GB with a perplexity loss of 0.3%.",
    day=20,
    authors=tuple(f"Author {letter}" for letter in "ABCDEFGH"),
)
ESSAY = paper(
    "10003",
    "A Position on Cache Economics",
    "We argue that caches will be priced like storage. Nothing is measured here.",
    day=22,
)
NOTES = """## Highlights
- [Core] Prefix caching for hybrid models by @someone in https://github.com/Example/Engine/pull/4101
- Fix KV cache block leak under preemption (#4107, #4112)
- Bump the linter by @bot in https://github.com/Example/Engine/pull/4110
- NVMe offloading connector: 1.4x higher decode throughput than the file path on long traces (#4120)
"""
CANDIDATE_NOTES = """- Fix KV cache block leak under preemption (#4107)
- Add KVCache metrics endpoint by @someone in https://github.com/Example/Engine/pull/4090
"""
TRAIN = candidate(
    1,
    seen(release("v1.5.1", NOTES, 22), "engine-releases"),
    section=Section.A,
    companions=(
        seen(release("v1.5.0", "- Fix KV cache eviction order (#4050)", 19), "engine-releases"),
        seen(release("v1.5.0rc1", CANDIDATE_NOTES, 18), "engine-releases"),
        seen(
            post("engine-1-5", "Engine 1.5 is out", "Decode throughput is 1.6x higher than in 1.4 on long traces.", 22),
            "example-blog",
        ),
    ),
)
POST = candidate(
    2,
    seen(
        post("prompt-cache", "Prompt caching in production", "Cached prompts cost 70% less. Latency drops by half."),
        "example-blog",
    ),
    section=Section.A,
    topic="prefix-caching",
    term="prompt cache",
    why_section="the post reports a deployment",
)
CONFERENCE = candidate(
    3,
    seen(talk("11", "Ghost Pages", "2699.20001"), "cacheconf-2026"),
    section=Section.A,
    topic="memory-tiers",
    term="offloading",
    companions=(
        seen(talk("12", "Cold Start, Warm Cache", "2699.20002"), "cacheconf-2026"),
        seen(talk("13", "On Eviction"), "cacheconf-2026"),
    ),
)


def full() -> DraftInput:
    """Return a week with everything: a release train, a conference, papers, context, boundary, late, next week, trends."""
    below = candidate(7, seen(paper("10009", "Smaller KV Cache for Video")), kept=False)
    plain = candidate(8, seen(post("hiring", "We open an office"), "example-blog"), topic="", kept=False, section=Section.CONTEXT)
    edge = candidate(9, seen(paper("10010", "KV Cache at the Edge", day=14)), status=Status.BOUNDARY, kept=False)
    held = candidate(10, seen(paper("10011", "Held KV Cache Paper", day=13), first_seen=at(20)), status=Status.LATE, kept=False)
    thread = Item(
        id="hn:99000001",
        kind=Kind.THREAD,
        title="Tide discussed",
        url="https://news.ycombinator.com/item?id=99000001",
        published=at(20),
        precision=Precision.SECOND,
    )
    near = {TIDE.id: (
        Neighbour(title="Harbour: Shared Prefix Pools", likeness=0.618, number=4, report=date(2026, 5, 10), id="arxiv:2699.00900", url="https://arxiv.org/abs/2699.00900"),
        Neighbour(title="Cove", likeness=0.4, id="arxiv:2699.00901", url="https://arxiv.org/abs/2699.00901"),
    )}  # fmt: skip
    rises = Trends(
        rises=(Trend("kv cache", 12, 31, 3.1, ("Reef: A Disk Tier for the KV Cache",)), Trend("content addressing", 3, 0, 24.0))
    )
    tide = candidate(4, seen(TIDE, "arxiv", "hacker-news"), companions=(seen(thread, "hacker-news"),))
    return Week(
        candidates=(TRAIN, POST, CONFERENCE, tide, candidate(5, seen(REEF)), candidate(6, seen(ESSAY)), below, plain, edge, held),
        cut="the sixth score is close to the fifth, the seventh is half of it",
        more={"neighbours": near, "rising": rises, "upcoming": (seen(paper("10020", "Tomorrow's KV Cache", day=26)),)},
    ).inputs()


def quiet() -> DraftInput:
    """Return a week in which all was read and nothing matched."""
    none = tuple(replace(one, items=0, newest=at(12)) for one in COVERAGE)
    return Week(coverage=none, cut="no candidate").inputs()


def delayed() -> DraftInput:
    """Return a run four weeks after the prior report, whose window leaves days out."""
    late = replace(PRIOR, day=date(2026, 4, 26), until=date(2026, 4, 26), path="x@main:reports/weekly-cache-report-2026-04-26.md")
    window = Window(since=date(2026, 5, 4), until=date(2026, 5, 24))
    return Week(candidates=(candidate(1, seen(TIDE)), candidate(2, seen(REEF))), window=window, prior=late).inputs()


def failed_source() -> DraftInput:
    """Return a first run with a blocked source, a challenged one, and one whose answers are too short."""
    coverage = (
        *COVERAGE,
        asked(
            "walled-vendor",
            group="vendors",
            result=Result.BLOCKED,
            items=0,
            covered=False,
            why="403 Forbidden (https://walled.example.com/feed)",
            last_success=at(4),
        ),
        asked("puzzle-lab", group="labs", result=Result.BROKEN, items=0, covered=False, why="a challenge page; not a feed"),
        asked("ten-entries", group="vendors", items=10, covered=False),
    )
    return Week(candidates=(candidate(1, seen(TIDE)),), coverage=coverage, prior=None).inputs()


def all_failed() -> DraftInput:
    """Return a week in which every source failed, with items from an earlier run."""
    down = tuple(
        replace(
            one,
            covered=False,
            outcome=replace(one.outcome, result=Result.UNREACHABLE, why="no route to host", covers=None, last_success=at(20)),
        )
        for one in COVERAGE
    )
    return Week(candidates=(candidate(1, seen(TIDE)), POST), coverage=down).inputs()


HOSTILE = (
    "# Not a heading\n## Nor this <script>alert(1)</script>",
    "![pixel](http://tracker.example/p.png) and [link](javascript:alert(1))",
    "- [x] done @maintainer fixes #1234 and o/r#5, mail a@b.example",
    "\u202egnp.exe\u202c www.example.com https://example.com/a_b_c",
    "Title\u2028---\r\n***\n| a | b |\n|---|---|",
    "</h3><img src=x onerror=alert(1)> &lt;b&gt; &#x3c;i&#x3e; `code` $x$ ~~gone~~ [^1] #",
)


def hostile() -> DraftInput:
    """Return a week of titles, texts, names and addresses that try to break out."""
    items = [
        paper(f"3000{n}", title, f"{title}. It lowers TTFT by 40% over @vllm [here](http://evil.example).", authors=("<b>Eve</b>", "](x)"),
              url=f'https://arxiv.org/abs/2699.3000{n}?a=1&copy;=2)<b>"[x](javascript:y)')
        for n, title in enumerate(HOSTILE)
    ]  # fmt: skip
    foul = seen(post("x", "javascript address", url="javascript:alert(1)"), "example-blog\n# forged")
    kept = [candidate(n, seen(item, "arxiv\n## forged"), term="<i>term</i>\n\n# x") for n, item in enumerate(items, 1)]
    low = [
        candidate(
            n + 10,
            seen(replace(item, id=item.id.replace("2699.3", "2699.8"), url=item.url.replace("2699.3", "2699.8"))),
            kept=False,
        )
        for n, item in enumerate(items, 1)
    ]
    coverage = (
        *COVERAGE,
        asked(
            "bad\n- **Explicit negatives**", result=Result.BLOCKED, why="<h1>403</h1>\n\n# forged (x; y)", items=0, covered=False
        ),
    )
    return Week(candidates=(*kept, *low, candidate(30, foul, kept=False)), coverage=coverage, cut="a\n\n# forged cut").inputs()


def undated_and_future() -> DraftInput:
    """Return a week with an undated item, a date that cannot count, an untrusted date, a month, and an item after the window."""
    undated = post("undated", "KV cache without a date", published=None, precision=Precision.NONE)
    future = post("future", "KV cache from the future", published=None, precision=Precision.NONE, claimed="2031-01-01")
    month = paper("40001", "KV Cache, Some Day in May", precision=Precision.MONTH, day=1)
    return Week(
        candidates=(
            candidate(1, seen(undated, "example-blog"), section=Section.A, status=Status.UNDATED),
            candidate(2, seen(post("doubt", "KV cache by hearsay"), "example-blog", trusted=False), section=Section.A),
            candidate(3, seen(month)),
            candidate(4, seen(future, "example-blog"), status=Status.UNDATED, kept=False),
            candidate(5, seen(paper("40002", "KV Cache Next Week", day=26)), status=Status.AFTER, kept=False),
        )
    ).inputs()


def updated() -> DraftInput:
    """Return a week in which an item of an earlier report changed, once kept and once not."""
    earlier = LedgerEntry(report=date(2026, 5, 10), number=3, section="B", grade=2, title="Tide", ids=(TIDE.id,))
    noted = replace(earlier, number=None, title="Reef", ids=(REEF.id,))
    return Week(
        candidates=(
            candidate(1, seen(replace(TIDE, updated=at(23)), entry=earlier, changed="version 2 of May 23"), status=Status.UPDATE),
            candidate(2, seen(REEF, entry=noted, changed="the title changed"), status=Status.UPDATE, kept=False),
        )
    ).inputs()


WEEKS = {
    "all-failed": all_failed,
    "delayed": delayed,
    "failed-source": failed_source,
    "full": full,
    "hostile-titles": hostile,
    "quiet": quiet,
    "undated-and-future": undated_and_future,
    "updated": updated,
}
GOLDEN = Path(__file__).with_name("golden")

if __name__ == "__main__":  # `PYTHONPATH=. python tests/made_weeks.py` writes the golden drafts anew; read them before committing
    for name, week in WEEKS.items():
        (GOLDEN / f"{name}.md").write_text(compose(week()), encoding="utf-8", newline="\n")
    (GOLDEN / "full.pr.md").write_text(pr_body(full()), encoding="utf-8", newline="\n")
