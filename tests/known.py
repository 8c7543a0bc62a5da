"""A small world as `check` sees it: what `reports/clean.md` tells of, in dictionaries."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from scout.check import Finding, LinkReply, Neighbour, SourceNames, check
from scout.config import shipped
from scout.identity import identify
from scout.model import (
    Coverage,
    Interval,
    Item,
    Kind,
    LedgerEntry,
    LedgerReport,
    Outcome,
    Precision,
    Result,
    Section,
    TrackedItem,
    Window,
)
from scout.reports import document as report

if TYPE_CHECKING:
    from scout.model.reading import ParsedText

CLEAN = (Path(__file__).parent / "reports" / "clean.md").read_text(encoding="utf-8")
DAY = date(2026, 3, 15)
WEEK = Window(since=date(2026, 3, 9), until=date(2026, 3, 15))


def at(day: int, month: int = 3, hour: int = 9) -> datetime:
    """Return an instant of 2026."""
    return datetime(2026, month, day, hour, tzinfo=UTC)


def paper(number: int, day: int, title: str, summary: str = "A text.", *, announced: int | None = None) -> Item:
    """Return a made-up arXiv paper of March 2026."""
    return Item(
        id=f"arxiv:2603.{number}",
        kind=Kind.PAPER,
        title=title,
        url=f"https://arxiv.org/abs/2603.{number}",
        published=at(day),
        precision=Precision.SECOND,
        date_source="arxiv:published",
        announced=at(announced or day + 1, hour=0),
        summary=summary,
    )


def post(slug: str, day: int, title: str, summary: str = "A text.", host: str = "pantry.example.org/blog") -> Item:
    """Return a made-up post of March 2026."""
    url = f"https://{host}/{slug}"
    return Item(
        id=identify(url),
        kind=Kind.POST,
        title=title,
        url=url,
        published=at(day),
        precision=Precision.DAY,
        date_source="feed:published",
        summary=summary,
    )


ITEMS = (
    Item(
        id="github:larder/larder@v2.4.0",
        kind=Kind.RELEASE,
        title="Larder v2.4.0",
        url="https://github.com/larder/larder/releases/tag/v2.4.0",
        published=at(10, hour=23),
        precision=Precision.SECOND,
        date_source="github:published_at",
        summary="The tiered cache is on by default. Each node stores four times more blocks than v2.3. 31 commits.",
    ),
    post("upgrade", 11, "Upgrading to Larder 2.4"),
    post("halved-bill", 12, "How we halved our cache bill", "We moved to two tiers. The hit rate is 92.45 % over the month, and the bill was halved."),
    replace(
        paper(90010, 9, "CrumbCache: Sub-Block Eviction for Shared Prefixes", "We evict parts of a block. CrumbCache improves throughput threefold over whole-block eviction and lowers median latency by 37%."),
        authors=("Ada Baker", "Bo Cook", "Cy de la Dunn"),
    ),
    paper(90020, 11, "SieveStack: Learned Admission at Every Tier of a Cache Hierarchy", "SieveStack reduces the miss ratio by 12% against LRU."),
    paper(90030, 12, "A Lower Bound for Prefix Sharing"),
    paper(90040, 6, "Warm Shelves: Restoring Caches from Object Storage", "A cold node is restored in 40 s; the latency of restoring drops."),
    paper(90050, 13, "Thin Ice: Cold Storage for Caches"),
    paper(90060, 13, "Thick Ice: Colder Storage for Caches"),
    post("shelf-life", 13, "Shelf Life"),
    paper(90070, 5, "Old Bread: Expiry Without Clocks"),
    replace(paper(90001, 1, "Older Theory"), id="arxiv:2510.90001", published=datetime(2025, 10, 3, tzinfo=UTC), announced=None),
    paper(90080, 12, "Stale Crusts: Reading Caches After Their Owners Left"),
    Item(
        id="github:larder/larder@v2.3.9",
        kind=Kind.RELEASE,
        title="Larder v2.3.9",
        url="https://github.com/larder/larder/releases/tag/v2.3.9",
        published=at(4),
        precision=Precision.SECOND,
        date_source="github:published_at",
    ),
    paper(90095, 12, "Mouldy Bread: A Retracted Cache", "This paper has been withdrawn by the authors."),
)  # fmt: skip
SOURCES = (
    SourceNames(name="quiet-storage-blog", aliases=("Quiet Storage",)),
    SourceNames(name="silent", aliases=("Silent Systems",)),
    SourceNames(name="shelves", repos=("someone/awesome-shelves",)),
    SourceNames(name="walled-garden"),
    SourceNames(name="engines", repos=("larder/larder", "other/engine"), group="engines"),
)
LEDGER = (
    LedgerReport(
        day=date(2026, 3, 8),
        path="weekly-cache-report-2026-03-08.md",
        title="Weekly Cache Research Report — 2026-03-08",
        run_type="Normal weekly run",
        since=date(2026, 3, 2),
        until=date(2026, 3, 8),
        entries=(
            LedgerEntry(
                report=date(2026, 3, 8),
                number=1,
                section="A",
                grade=2,
                title="Jam Jars: Sealed Blocks",
                ids=("arxiv:2603.90090",),
            ),
            LedgerEntry(
                report=date(2026, 3, 8), number=None, section="additional", grade=1, title="Lids", ids=("arxiv:2603.90091",)
            ),
        ),
    ),
)


@dataclass
class Known:
    """Evidence in dictionaries. `published` says what each source had; sources answer well and cover everything unless told."""

    items: dict[str, Item] = field(default_factory=lambda: {item.id: item for item in ITEMS})
    published: dict[str, tuple[str, ...]] = field(default_factory=dict)
    results: dict[str, Result] = field(default_factory=dict)
    uncovered: frozenset[str] = frozenset()
    replies: dict[str, LinkReply] = field(default_factory=dict)
    near: tuple[tuple[Neighbour, ...], tuple[Neighbour, ...]] = ((), ())
    files: dict[str, bool] = field(default_factory=lambda: {"./weekly-cache-report-2026-03-08.md": True})
    irrelevant: frozenset[str] = frozenset()
    texts: dict[str, ParsedText] = field(default_factory=dict)
    changed: dict[str, tuple[tuple[str, str], ...]] = field(default_factory=dict)

    def _tracked(self, item: Item) -> TrackedItem:
        return TrackedItem(item=item, sources=("a",), first_seen=at(16))

    def item(self, id: str) -> TrackedItem | None:  # noqa: A002 -- the protocol's word
        """Return what is known under an id."""
        return self._tracked(self.items[id]) if id in self.items else None

    def text(self, id: str) -> ParsedText | None:  # noqa: A002 -- the protocol's word
        """Return what was read of a thing."""
        return self.texts.get(id)

    def titled(self, title: str) -> list[TrackedItem]:
        """Return items by the words of their title."""
        found = sorted(self.items.values(), key=lambda item: -fuzz.token_set_ratio(title, item.title))
        return [self._tracked(item) for item in found[:3]]

    def under(self, prefix: str) -> list[TrackedItem]:
        """Return what begins so."""
        return [self._tracked(item) for thing, item in sorted(self.items.items()) if thing.startswith(prefix)]

    def changes(self, id: str) -> tuple[tuple[str, str], ...]:  # noqa: A002 -- the protocol's word
        """Return earlier values."""
        return self.changed.get(id, ())

    def neighbours(self, arxiv_id: str) -> tuple[tuple[Neighbour, ...], tuple[Neighbour, ...]]:
        """Return the same neighbours for all."""
        assert not arxiv_id.startswith("arxiv:")
        return self.near

    def reply(self, url: str) -> LinkReply | None:
        """Return what a link answered."""
        return self.replies.get(url)

    def sources(self) -> tuple[SourceNames, ...]:
        """Return the configured sources."""
        return SOURCES

    def items_of(self, source: str, window: Window) -> list[TrackedItem]:
        """Return what a source had in the window."""
        found = [self.items[thing] for thing in self.published.get(source, ())]
        return [self._tracked(item) for item in found if item.published and item.published in window]

    def undated(self, source: str, window: Window) -> list[TrackedItem]:
        """Return what a source had without a date."""
        found = [self.items[thing] for thing in self.published.get(source, ())]
        return [self._tracked(item) for item in found if item.published is None and at(16) >= window.start]

    def relevant(self, seen: TrackedItem) -> bool:
        """Say whether a topic matches."""
        return seen.item.id not in self.irrelevant

    def coverage(self, source: str, window: Window) -> Coverage | None:
        """Return the coverage of a source that is not named `never`."""
        result = self.results.get(source, Result.OK)
        covered = source not in self.uncovered
        outcome = Outcome(
            source=source, result=result, run=7, covers=Interval(start=window.start if covered else at(12), end=window.end)
        )
        return Coverage(source=source, kind="feed", section=Section.A, outcome=outcome, covered=covered, items=0)

    def exists(self, path: str) -> bool | None:
        """Say whether a file is there."""
        return self.files.get(path, False)


def findings(text: str, world: Known | None = None, *, off: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Check a report of the clean week."""
    return check_with(text, world, off=off)


def check_with(
    text: str, world: Known | None = None, *, ledger: tuple[LedgerReport, ...] = LEDGER, off: tuple[str, ...] = ()
) -> tuple[Finding, ...]:
    """Check a report of the clean week with another ledger."""
    return check(report.parse_report(text), world or Known(), report_day=DAY, ledger=ledger, off=off, metrics=shipped())


def edited(old: str, new: str, *, text: str = CLEAN) -> str:
    """Return the clean report with one edit, which must apply."""
    assert old in text
    return text.replace(old, new, 1)
