"""One kind of defect in several wordings, each beside a clean twin: what differs is only whether the evidence bears it out."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import CLEAN, ITEMS, LEDGER, Known, at, check_with, edited, findings, post

from scout.model import Item, LedgerEntry, Precision, Result
from scout.reports import document as report

if TYPE_CHECKING:
    from scout.check import Finding

SLOT = "- Novelty: Low; the pieces were known."
LAST = "- [Shelf Life](https://pantry.example.org/blog/shelf-life) — a shorter post by the same team."
OBSERVED = "- **Theory follows.**"
TOLD = LedgerEntry(
    report=date(2026, 3, 8),
    number=2,
    section="B",
    grade=2,
    title="TinCan: Tight Lids",
    stated="TightEn; Mar 3, 2026",
    ids=("arxiv:2603.90092",),
    text="TinCan reaches 4× higher throughput.",
    line=44,
)
LEDGERS = (replace(LEDGER[0], entries=(*LEDGER[0].entries, TOLD)),)


def held(text: str, code: str, world: Known | None = None) -> list[Finding]:
    """Return the findings of one code, with an earlier report that tells of TinCan."""
    return [one for one in check_with(text, world, ledger=LEDGERS) if one.code == code]


def novelty(words: str) -> str:
    """Return the clean report with these words in its first entry."""
    return edited(SLOT, f"{SLOT} {words}")


def listed(line: str) -> str:
    """Return the clean report with one line more in its additional context."""
    return edited(LAST, f"{LAST}\n- {line}")


@pytest.mark.parametrize(
    ("words", "code", "found"),
    [
        ("as seen cite\ue200turn0search3\ue201.", "markup", 1),
        ("as seen citeturn0search3.", "markup", 1),
        ("as claimed [^1^].", "markup", 1),
        ("first\\nThen more.", "markup", 1),
        ("the [release notes][notes] say so.", "markup", 1),
        ("<!-- to be looked up", "markup", 1),
        ("a turn of events, an array a[i][j], and a path C:\\new.", "markup", 0),
        ("see the [notes](sandbox:/mnt/data/notes.md).", "markup", 1),
        ("I'm sorry, I could not open the page.", "markup", 1),
        ("It carries two patches: #412, #413 and #414.", "count", 1),
        ("Two out of nine entries measured it.", "count", 1),
        ("Two months have passed since v2.3.9.", "since", 1),
        ("The previous release, v2.3.9, was calm.", "since", 0),
        ("It joins TinCan (#9 in the prior report).", "earlier", 1),
        ("It joins TinCan (entry #9 of the Mar 8 report).", "earlier", 1),
        ("It joins TinCan (entry #2 of the 2026-03-08 report).", "earlier", 0),
        ("TightEn (entry #2 of the prior report) reached 5× higher throughput.", "earlier", 1),
        ("Larder v2.4.0 (Mar 7) is out.", "date", 1),
        ("Larder v2.4.0 of March 10 is out.", "date", 0),
        ("Larder v2.4.0, released Mar 6, is out.", "date", 1),
        ("It joins TightEn (entry #1 in last week's report).", "earlier", 1),
        ("Jars v2.4.0 of March 1 is out.", "date", 0),
        ("It joins Stale Crusts ([arXiv](https://arxiv.org/abs/2603.90080), Mar 2, 2026).", "v1-date", 1),
        ("It joins Stale Crusts ([arXiv](https://arxiv.org/abs/2603.90080), Mar 12, 2026).", "v1-date", 0),
        ("It comes as four patches (#412, #413, #414).", "count", 1),
        ("It comes as three patches (#412, #413, #414).", "count", 0),
        ("Three vendors this week (Ash, Birch) agree.", "count", 1),
        ("Two vendors this week (Ash, Birch) agree.", "count", 0),
        ("This week's nine picks differ.", "count", 1),
        ("This week's six picks differ.", "count", 0),
        ("The nine entries above differ.", "count", 1),
        ("The two entries above differ.", "count", 0),
        ("SIGCOMM 2026 (Aug 17–21) is next; SIGCOMM 2026 is Aug 10–14.", "contradiction", 1),
        ("SIGCOMM 2026 (Aug 17–21) is next; SIGCOMM 2026 has workshops, Aug 10–11.", "contradiction", 0),
        ("It is the only release of the window.", "since", 0),
        ("It comes straight after v2.3.8.", "since", 0),
        ("It follows v2.3.9 by five weeks.", "since", 1),
        ("It follows v2.3.9 by one week.", "since", 0),
        ("Five weeks without a release are over.", "since", 1),
        ("The project was quiet for two months.", "since", 1),
        ("It joins last week's TinCan work and the prior report's TinCan.", "earlier", 0),
        ("It joins TinCan (prior report, entry #9).", "earlier", 1),
        ("It joins TinCan (last report, entry #2).", "earlier", 0),
        ("TinCan reached 5× higher throughput.", "earlier", 1),
        ("TinCan (entry #2 of the prior report) reached 4× higher throughput.", "earlier", 0),
        ("It reaches 5× higher throughput than TinCan.", "earlier", 0),
        ("Over TinCan it has 5× higher throughput.", "earlier", 0),
    ],
)  # fmt: skip
def test_what_an_entry_says_in_other_words_is_held(words: str, code: str, found: int) -> None:
    """Marks, counts, histories and earlier reports, in words that other writers use."""
    assert bool(held(novelty(words), code)) == bool(found), words


@pytest.mark.parametrize(
    ("line", "code", "found"),
    [
        ("[TinCan](https://arxiv.org/abs/2603.90092) — we have not covered it before.", "earlier", 1),
        ("[TinCan](https://arxiv.org/abs/2603.90092) — appears here for the first time.", "earlier", 1),
        ("[TinCan](https://arxiv.org/abs/2603.90092) is absent from every earlier report.", "earlier", 1),
        ("[TinCan](https://arxiv.org/abs/2603.90092), previously reported, is out in print for the first time.", "earlier", 0),
        ("[TinCan](https://arxiv.org/abs/2603.90092), missed by all earlier reports.", "earlier", 1),
        ("[TinCan](https://arxiv.org/abs/2603.90092) — first covered here.", "earlier", 1),
        ("[Found](https://pantry.example.org/wood?q=ice) — notes.", "index-link", 1),
        ("[Weights](https://huggingface.co/models) — weights.", "index-link", 1),
        ("[SieveStack](https://arxiv.org/abs/2603.90080) — crusts.", "title", 1),
        ("[Stale](https://arxiv.org/abs/2603.90080) — crusts.", "title", 0),
        ("[Engine](https://github.com/other/engine/releases) — v2.4.0 of it.", "twice", 0),
        ("[Larder releases](https://github.com/larder/larder/releases) — v2.4.0 with tiers.", "twice", 1),
        ("Larder v2.4.0 — a tiered cache.", "twice", 1),
        ("Larder v2.3.9 — the line before.", "twice", 0),
        ("[How we halved our cache bill](https://copies.example.net/p/1f2e) — a repost.", "twice", 1),
        ("[Pantry on tiers](https://pantry.example.org/papers) — notes.", "index-link", 1),
        ("[Pantry on tiers](https://pantry.example.org/blog/2026) — notes.", "index-link", 0),
        ("[The Pantry site](https://pantry.example.org/wood) — notes.", "index-link", 0),
        ("[Thin Ice in print](https://arxiv.org/abs/2603.90050) — held back; details next time.", "deferred", 1),
        ("[Thin Ice in print](https://arxiv.org/abs/2603.90050) — shown at a meeting next week.", "deferred", 0),
    ],
)
def test_what_a_list_says_in_other_words_is_held(line: str, code: str, found: int) -> None:
    """Denials of the past, releases under an index or without a link, folders, promises."""
    world = Known()
    wood = post("oak", 12, "Oak", host="pantry.example.org/wood")
    pines = post("pine", 12, "Pine", host="pantry.example.org/papers")
    world.items |= {wood.id: wood, pines.id: pines}
    assert bool(held(listed(line), code, world)) == bool(found), line


def test_the_second_final_release_of_a_window_is_not_the_only_one() -> None:
    """`The only release of the window` is an error where the store has another that is final."""
    world = Known()
    known = world.items["github:larder/larder@v2.4.0"]
    for name, found in (("v2.4.1", 1), ("v2.4.1rc1", 0)):
        other = replace(known, id=f"github:larder/larder@{name}", title=f"Larder {name}", url=f"{known.url}x", published=at(12))
        told = held(
            novelty("It is the only release of the window."), "since", replace(world, items=world.items | {other.id: other})
        )
        assert len(told) == found


@pytest.mark.parametrize(("days", "found"), [("Mar 4 and 10", 0), ("Mar 4 and Mar 10", 0), ("Mar 1 and Mar 10", 1)])
def test_each_day_of_a_heading_is_of_one_of_its_releases(days: str, found: int) -> None:
    """Of two releases with two days, each day has its release."""
    text = edited(
        "(Mar 10, 2026)\n\n- Reference: ",
        f"({days}, 2026)\n\n- Reference: [Larder v2.3.9](https://github.com/larder/larder/releases/tag/v2.3.9), ",
    )
    assert len(held(text, "date")) == found


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("None — 37% lower median latency on two traces.", 1),
        ("None; the vendor claims 37% lower median latency.", 0),
        ("Yes, as claimed; no figures could be found.", 1),
        ("Yes — 37% lower median latency; no numbers for TTFT.", 0),
    ],
)  # fmt: skip
def test_a_verdict_agrees_with_its_own_words(words: str, found: int) -> None:
    """`None` with a measured figure, and `yes` without any."""
    text = edited("- Runtime evaluation: Yes — 37% lower median latency on two traces.", f"- Runtime evaluation: {words}")
    assert len(held(text, "contradiction")) == found


@pytest.mark.parametrize(
    ("title", "found"),
    [
        ("CrumbCache: Sub-Block Eviction", 0),
        ("CrumbCache: parts of blocks, evicted one by one for good", 0),
        ("CrumbCache: Sub-Block Eviction with Learned Predictors for Shared Prefixes", 1),
    ],
)
def test_a_shortened_title_has_the_things_own_words(title: str, found: int) -> None:
    """A title behind the right name that has other words is not the paper's; a gloss in small letters is none."""
    assert len(held(edited("CrumbCache: Sub-Block Eviction for Shared Prefixes (", f"{title} ("), "title")) == found


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ("Ada Baker,", ""),
        ("Ada Becker,", "warning"),
        ("Baker Ada,", ""),
        ("Larder Labs,", ""),
        ("Ada Becker, Bo Cook,", "warning"),
    ],
)
def test_a_surname_that_is_another_is_a_doubt(names: str, found: str) -> None:
    """A first name alone makes no author, and a company's name is no person's."""
    told = held(edited("Ada Baker, Bo Cook,", names), "author")
    assert [one.severity.value for one in told] == [found] * bool(found)


@pytest.mark.parametrize(
    ("words", "days", "found"),
    [
        ("yesterday", 1, 0), ("yesterday", 6, 1), ("two weeks ago", 13, 0), ("two weeks ago", 30, 1), ("three days ago", 3, 0),
        ("three days ago", 9, 1), ("last week", 9, 0), ("last week", 40, 1), ("last month", 20, 0), ("last month", 80, 1),
        ("a few days ago", 5, 0), ("earlier this week", 3, 0), ("earlier this week", 30, 1), ("two months ago", 62, 0),
    ],
)  # fmt: skip
def test_words_for_days_are_held_against_the_thing(words: str, days: int, found: int) -> None:
    """Behind a link, and with a little room for rough words."""
    thing = replace(post("lid", 15, "Lid"), published=at(15).replace(month=1) if days > 60 else at(15), precision=Precision.DAY)
    assert thing.published
    thing = replace(thing, published=at(15) - (at(2) - at(1)) * days)
    world = Known()
    world.items[thing.id] = thing
    for line in (f"[Lid]({thing.url}), published {words}, is a post.", f"It joins {words}'s [Lid]({thing.url})."):
        if "ago" not in words or "published" in line:
            assert len(held(novelty(line), "relative-date", world)) == found, line


@given(st.integers(1, 400), st.integers(1, 20), st.sampled_from(["day", "week", "month"]))
def test_a_day_so_long_ago_is_right(days: int, count: int, unit: str) -> None:
    """What was just so many days, weeks or months ago is never held; what was ten times as long ago always is."""
    length = {"day": 1, "week": 7, "month": 30}[unit] * count
    for ago, found in ((length, False), (10 * length + days, True)):
        thing = replace(post("lid", 15, "Lid"), published=at(15) - (at(2) - at(1)) * ago)
        world = Known(items={thing.id: thing})
        text = novelty(f"[Lid]({thing.url}) came out {count} {unit}s ago.")
        assert bool(held(text, "relative-date", world)) == found


@pytest.mark.parametrize(
    ("place", "found"),
    [
        ("## Additional context (in window, not selected)", 1),
        ("## Additional context (new this week)", 1),
        ("## Additional context (not of the window)", 0),
        ("## Additional context (nothing new this week)", 0),
    ],
)
def test_a_list_that_is_said_to_be_new_holds_nothing_old(place: str, found: int) -> None:
    """The `not` of `not selected` takes nothing back."""
    old = "[Old Bread](https://arxiv.org/abs/2603.90070)"
    text = edited("## Additional context (noted this week, not selected as top entries)", place, text=listed(f"{old} — bread."))
    assert len(held(text, "listed-window")) == found
    nested = listed(f"**Out this week**\n  - {old} — bread.")
    assert len(held(nested, "listed-window")) == 1


NOTHING = (
    "Neither Ash Labs nor Quiet Storage posted anything in the window.",
    "None of Ash Labs, Birch Labs or Quiet Storage had news.",
    "No new posts on the Ash blog or at Quiet Storage.",
    "A sweep of Ash Labs, Birch Labs and Quiet Storage came up empty.",
    "Checked Ash Labs and Quiet Storage without result.",
    "Ash/Birch/quiet-storage-blog",
    "GitHub: no releases of Ash or Quiet Storage.",
    "Not a single post from Quiet Storage.",
    "No sign of the Quiet Storage.",
    "Ash Labs and Quiet Storage had a quiet week.",
    "Quiet Storage: quiet.",
    "Quiet Storage: silent throughout.",
    "Ash Labs (checked, nothing), Quiet Storage (checked, nothing).",
)


@pytest.mark.parametrize("words", NOTHING)
def test_a_source_that_is_denied_in_a_sentence_is_found(words: str) -> None:
    """Whatever the sentence: the store has a paper of that source in the window."""
    world = Known(published={"quiet-storage-blog": ("arxiv:2603.90080",)})
    text = edited("vendors: Quiet Storage, Silent", "vendors: Silent", text=listed(f"**Explicit negatives**\n  - {words}"))
    assert [one.line for one in findings(text, world) if one.code == "negative"] == [CLEAN.splitlines().index(LAST) + 3]


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("No Quiet Storage posts this week, for once.", 1),
        ("There is nothing from Quiet Storage this week.", 1),
        ("Ash Labs and Quiet Storage stayed quiet this week.", 1),
        ("Quiet Storage released nothing in the window.", 1),
        ("Walled Garden was silent this week.", 1),
        ("The week saw nothing from Quiet Storage.", 1),
        ("Nothing from Quiet Storage is as good as this.", 0),
        ("Nobody Knows stayed quiet this week.", 0),
    ],
)
def test_a_denial_outside_of_the_negatives_is_held(words: str, found: int) -> None:
    """Where it names a source and the window; one that names no source is left alone."""
    world = Known(published={"quiet-storage-blog": ("arxiv:2603.90080",)}, results={"walled-garden": Result.BLOCKED})
    text = edited(OBSERVED, f"- {words}\n{OBSERVED}", text=edited("Quiet Storage, Silent", "Silent"))
    assert len([one for one in findings(text, world) if "negative" in one.code]) == found


def test_what_is_excepted_by_its_day_is_no_contradiction() -> None:
    """`Only the post of Mar 12` excepts what is of that day."""
    for day, found in ((12, 0), (10, 1)):
        world = Known(published={"quiet-storage-blog": ("arxiv:2603.90080",)})
        text = edited("Quiet Storage, Silent", f"Quiet Storage (only the post of Mar {day}), Silent")
        assert len([one for one in findings(text, world) if one.code == "negative"]) == found


def test_a_reference_whose_words_a_sentence_has_is_named() -> None:
    """Its title's words in one line are enough, without a link; in two lines they are not."""
    more = "- [arXiv:2603.90040 — Warm Shelves](https://arxiv.org/abs/2603.90040)"
    text = edited(more, f"{more}\n- [Jugs (FAST '25 paper)](https://jugs.example.org/p.pdf)")
    for words, found in (("Jugs was shown at FAST '25.", 0), ("Jugs was shown.", 1)):
        told = edited(SLOT, f"{SLOT} {words}", text=text)
        assert len([one for one in findings(told) if one.code == "loose-reference"]) == found


def test_rows_of_a_table_are_negatives_too() -> None:
    """Each row under a heading that denies is a name and what is said of it; the table's head is none."""
    table = "## Searched, nothing found\n\n| source | result |\n|---|---|\n| Quiet Storage | nothing in window |\n| Silent Systems | nothing |\n\n"
    document = report.parse_report(edited("## Cross-cutting", f"{table}## Cross-cutting"))
    assert [one.name for one in document.negatives][-2:] == ["Quiet Storage", "Silent Systems"]
    assert [one.line for one in document.negatives][-1] == 1 + edited(
        "## Cross-cutting", f"{table}## Cross-cutting"
    ).splitlines().index("| Silent Systems | nothing |")


def test_nothing_of_a_source_that_shows_undated_things_is_questioned() -> None:
    """A hand-written negative about a source that shows something new without a date; not where it has dated things too."""
    bare = replace(post("undated", 12, "A tier without a day"), published=None, precision=Precision.NONE)
    for also, codes in (((), ["unseen-negative"]), (("arxiv:2603.90080",), ["negative"])):
        world = Known(published={"quiet-storage-blog": (bare.id, *also)})
        world.items[bare.id] = bare
        found = [one for one in findings(CLEAN, world) if "negative" in one.code]
        assert [one.code for one in found] == codes
    assert "A tier without a day" not in found[0].evidence


WORDS = """# Shelf Notes — 2026-03-15

**Run type:** Normal. Search horizon: 2026-03-09 → 2026-03-15.

## From production

### 1. Larder v2.4.0 (Mar 10, 2026)

- Source: [Larder v2.4.0](https://github.com/larder/larder/releases/tag/v2.4.0).
- Overview: Tiers.
- Results: Partial.

## Papers

### 2. SieveStack: Learned Admission at Every Tier of a Cache Hierarchy (Mar 11, 2026)

- Paper: [arXiv:2603.90020](https://arxiv.org/abs/2603.90020).
- What happened: One filter for each tier.
- Results: Yes — miss ratio cut by 12%.

## Just before the window

### 3. Warm Shelves: Restoring Caches from Object Storage (Mar 6, 2026)

- Paper: [arXiv:2603.90040](https://arxiv.org/abs/2603.90040).
- So what: It completes Larder.

## In brief

- [Shelf Life](https://pantry.example.org/blog/shelf-life) — a post.

## Sources with nothing new

- Silent Systems

## Takeaways

- Tiers are here.

## Works cited

- [Larder v2.4.0](https://github.com/larder/larder/releases/tag/v2.4.0)
- [arXiv:2603.90020](https://arxiv.org/abs/2603.90020)
- [arXiv:2603.90040](https://arxiv.org/abs/2603.90040)
"""


def test_headings_in_other_words_are_the_same_sections() -> None:
    """Sections without letters, labels and lists under other names; then one defect in each is found."""
    document = report.parse_report(WORDS)
    assert [(one.number, one.section) for one in document.entries] == [(1, "A"), (2, "B"), (3, "A'")]
    assert {one.section for one in document.lines} == {
        "head",
        "A",
        "B",
        "A'",
        "additional",
        "negatives",
        "crosscutting",
        "references",
    }
    assert [one.text("runtime") for one in document.entries] == ["Partial.", "Yes — miss ratio cut by 12%.", ""]
    assert [one.code for one in check_with(WORDS, ledger=())] == []
    for old, new, code in (
        ("(Mar 10, 2026)", "(Mar 2, 2026)", "date"),
        ("### 3. Warm Shelves: Restoring Caches from Object Storage (Mar 6, 2026)", "### 4. Warm Shelves (Mar 6, 2026)", "count"),
        ("- [Shelf Life](https://pantry.example.org/blog/shelf-life) — a post.", "- [SieveStack](https://arxiv.org/abs/2603.90020v1)", "twice"),
        ("### 1. Larder v2.4.0 (Mar 10, 2026)\n\n- Source: [Larder v2.4.0](https://github.com/larder/larder/releases/tag/v2.4.0)", "### 1. Larder v2.3.9 (Mar 4, 2026)\n\n- Source: [Larder v2.3.9](https://github.com/larder/larder/releases/tag/v2.3.9)", "window"),
    ):  # fmt: skip
        assert code in {one.code for one in check_with(WORDS.replace(old, new, 1), ledger=())}, code


@given(
    st.sampled_from([item for item in ITEMS if item.published]),
    st.sampled_from(["yesterday", "last month", "3 weeks ago", "today"]),
)
def test_a_thing_without_a_known_day_is_never_held_by_words(item: Item, words: str) -> None:
    """No day, no finding."""
    bare = replace(item, published=None, precision=Precision.NONE)
    if bare.id.startswith("arxiv:"):
        return  # its id tells its month
    text = novelty(f"[It]({bare.url}), from {words}, is known.")
    assert not [one for one in findings(text, Known(items={bare.id: bare})) if one.code == "relative-date"]
