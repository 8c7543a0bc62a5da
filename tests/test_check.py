"""Each defect is found, and its clean twin is left alone."""

from __future__ import annotations

import re
import time
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from known import CLEAN, DAY, LEDGER, WEEK, Known, edited, findings, paper

from scout.check import CODES, RULES, Severity, check, explain, known_codes
from scout.errors import UsageError
from scout.reports import document as report

if TYPE_CHECKING:
    from collections.abc import Callable


def test_the_clean_report_has_no_finding() -> None:
    """Neither an error, nor a warning, nor anything unverified."""
    assert findings(CLEAN) == ()


DEFECTS = [
    ("index-link", "error", "https://github.com/larder/larder/releases/tag/v2.4.0)", "https://github.com/larder/larder/releases)"),
    ("index-link", "error", "](https://pantry.example.org/blog/halved-bill)", "](https://pantry.example.org/blog)"),
    ("index-link", "error", "- Reference: [arXiv:2603.90020](https://arxiv.org/abs/2603.90020)", "- Reference: [Sieve v1.0](https://github.com/a/sieve)"),
    ("index-link", "warning", "[Shelf Life](https://pantry.example.org/blog/shelf-life)", "[Shelf Life](https://pantry.example.org/)"),
    ("unknown-link", "unverified", "blog/shelf-life", "blog/shelf-strife"),
    ("v1-date", "error", "(Mar 9, 2026)", "(Mar 14, 2026)"),
    ("v1-date", "error", "(~Mar 12, 2026)", "(~Mar 4, 2026)"),
    ("v1-date", "warning", "(Mar 9, 2026)", "(Mar 10, 2026)"),
    ("v1-date", "error", "v1 Mar 6, 2026", "v1 Mar 1, 2026"),
    ("v1-date", "error", "Thin Ice (Mar 13, 2026)", "Thin Ice (Mar 9, 2026)"),
    ("date", "error", "(Mar 12, 2026)\n\n- Reference", "(Mar 10, 2026)\n\n- Reference"),
    ("date", "error", "release notes (Mar 10, 2026)", "release notes (Mar 14, 2026)"),
    ("window", "error", "## A′. Closely related work just outside the 7-day window\n\n### 6. Warm Shelves: Restoring Caches from Object Storage (v1 Mar 6, 2026; boundary)", "### 6. Warm Shelves: Restoring Caches from Object Storage (Mar 6, 2026)"),
    ("window", "warning", "(v1 Mar 6, 2026; boundary)\n\n- Reference: [arXiv:2603.90040](https://arxiv.org/abs/2603.90040)", "(Mar 12, 2026)\n\n- Reference: [arXiv:2603.90080](https://arxiv.org/abs/2603.90080)"),
    ("future-date", "error", "(mid Mar 2026)", "(Mar 19, 2026)"),
    ("repeat", "error", "arxiv.org/abs/2603.90030)", "arxiv.org/pdf/2603.90090v2)"),
    ("repeat", "warning", "arxiv.org/abs/2603.90050)", "arxiv.org/abs/2603.90091)"),
    ("twice", "error", "[arXiv:2603.90030](https://arxiv.org/abs/2603.90030)", "[HF](https://huggingface.co/papers/2603.90010)"),
    ("twice", "warning", "[arXiv:2603.90050 — Thin Ice (Mar 13, 2026)](https://arxiv.org/abs/2603.90050)", "[SieveStack](https://arxiv.org/abs/2603.90020)"),
    ("title", "error", "[arXiv:2603.90010 — CrumbCache]", "[arXiv:2603.90011 — CrumbCache]"),
    ("title", "error", "[Larder v2.4.0 release notes]", "[Larder v2.4.1 release notes]"),
    ("title", "error", "A Lower Bound for Prefix Sharing (mid", "Stale Crusts: Reading Caches After Their Owners Left (mid"),
    ("title", "warning", "A Lower Bound for Prefix Sharing (mid", "Zebra Quilts Under Noisy Moons (mid"),
    ("number", "error", "miss ratio cut by 12% against LRU", "SieveStack reduces the miss ratio by 21% against LRU"),
    ("number", "warning", "37% lower median latency", "73% lower median latency"),
    ("number", "unverified", "in 40 s.", "in 40 s. Throughput rises by 8×."),
    ("listed-window", "error", "## Additional context (noted this week, not selected as top entries)\n", "## Additional context (in window)\n\n- [Old Bread](https://arxiv.org/abs/2603.90070) — bread."),
    ("deferred", "warning", "a shorter post by the same team.", "a shorter post that will surface next week."),
    ("earlier", "error", "SieveStack (entry #4)", "an older sieve (entry #14 in the prior report)"),
    ("since", "error", "Low; the pieces were known.", "Low; the first tagged release since February 2026."),
    ("author", "error", "Ada Baker, Bo Cook,", "Zed Young, Yan Zorn,"),
    ("withdrawn", "error", "- Reference: [arXiv:2603.90030](https://arxiv.org/abs/2603.90030)", "- Reference: [arXiv:2603.90095](https://arxiv.org/abs/2603.90095)"),
    ("title", "warning", "3. CrumbCache: Sub-Block Eviction for Shared Prefixes", "3. CrumbCache: Learned Routing Across Many Distant Regions"),
    ("title", "warning", "3. CrumbCache: Sub-Block", "3. CrustCache: Sub-Block"),
    ("count", "error", "expanded to 6", "expanded to 9"),
    ("count", "error", "expanded to 6", "nine kept"),
    ("contradiction", "error", "(Mar 9, 2026)", "(Tuesday, Mar 9, 2026)"),
    ("count", "error", "the 7-day window", "the 10-day window"),
    ("count", "error", "## B. Academic / idea-forward work", "## B. Academic / idea-forward work (4 entries)"),
    ("count", "error", "### 5. A Lower", "### 4. A Lower"),
    ("count", "error", "SieveStack (entry #4)", "SieveStack (entry #14)"),
    ("count", "warning", "SieveStack (entry #4)", "SieveStack (entry #5)"),
    ("count", "warning", "- [arXiv:2603.90030 — A Lower Bound for Prefix Sharing](https://arxiv.org/abs/2603.90030)\n", ""),
    ("count", "error", "Normal weekly run.", "Two-week run."),
    ("count", "error", "SieveStack (entry #4) agree.", "others (entries #4, #5 and #7) agree."),
    ("count", "warning", CLEAN[CLEAN.index("- [How we halved our cache bill (") : CLEAN.index("- [arXiv:2603.90040 — Warm")], ""),
    ("index-link", "error", "](https://pantry.example.org/blog/halved-bill)", "](https://pantry.example.org/blog/2026/03/12)"),
    ("loose-reference", "warning", "[Pantry blog on the upgrade](https://pantry.example.org/blog/upgrade)\n- [How", "[Bread](https://x.example.org/bread)\n- [How"),
    ("prior-report", "error", "](./weekly-cache-report-2026-03-08.md)", "](./weekly-cache-report-2026-03-07.md)"),
    ("prior-report", "error", "](./weekly-cache-report-2026-03-08.md)", "](./weekly-cache-report-2026-03-15.md)"),
    ("prior-report", "warning", "Prior report: [`weekly-cache-report-2026-03-08.md`](./weekly-cache-report-2026-03-08.md). ", ""),
    ("unseen-negative", "unverified", "Quiet Storage,", "Quiet Storage, Nowhere Inc,"),
    ("unread-negative", "unverified", "Quiet Storage,", "Quiet Storage, one of very many small places of various kinds and sizes,"),
    ("markup", "warning", "A post-mortem", "A <b>post-mortem</b>"),
    ("markup", "warning", "## Test plan", "</answer_block>\n\n## Test plan"),
    ("markup", "warning", "in 40 s.", "in 40 s for <model>."),
    ("markup", "error", "[Shelf Life](", "[](https://pantry.example.org/x) [Shelf Life]("),
    ("relative-date", "warning", "a shorter post by the same team.", "published two months ago."),
    ("markup", "warning", "**Tiers are the default now.**", "**Tiers are the default now."),
    ("markup", "warning", "High for operators.", "High for operators.【4†source】"),
    ("markup", "warning", "- [ ] Every link opens.", "```\n- [ ] Every link opens."),
    ("markup", "error", "## References", "<<<<<<< HEAD\n## References"),
    ("suppression", "warning", "High for operators.", "High for operators. <!-- scout: off v1-date -->"),
    ("empty-slot", "warning", "- Novelty: Low; the pieces were known.", "- Novelty:"),
    ("empty-slot", "warning", "- Impact: High for operators.", "- Impact: TODO say for whom"),
]  # fmt: skip


@pytest.mark.parametrize(("code", "severity", "old", "new"), DEFECTS)
def test_each_defect_is_found(code: str, severity: str, old: str, new: str) -> None:
    """One planted defect gives a finding of its code and severity, on a line that the edit touched or that counts it."""
    found = [finding for finding in findings(edited(old, new)) if finding.code == code]
    assert [finding.severity.value for finding in found][:1] == [severity], findings(edited(old, new))
    assert all(finding.claim and finding.evidence for finding in found)


TWINS = [
    ("[Larder v2.4.0 release notes](https://github.com/larder/larder/releases/tag/v2.4.0). ", "[Larder v2.4.0](https://github.com/larder/larder/releases/tag/v2.4.0#x). "),
    ("(Mar 9, 2026)", "(9 March)"),
    ("(~Mar 12, 2026)", "(≈Mar 9, 2026)"),
    ("(mid Mar 2026)", "(Mar 2026)"),
    ("Ada Baker, Bo Cook,", "Baker, Cook, Dunn (Shelf Labs),"),
    ("Ada Baker, Bo Cook,", "Baker et al.,"),
    ("Low; the pieces were known.", "Low; the first tagged release since v2.3.9, after a short pause."),
    ("a shorter post by the same team.", "a shorter post; its paper will surface next week."),
    ("3. CrumbCache: Sub-Block Eviction for Shared Prefixes", "3. CrumbCache: Sub-Block Eviction"),
    ("(mid Mar 2026)", "(presented Mar 13, 2026)"),
    ("(Mar 12, 2026)\n\n- Reference", "(Mar 11, 2026)\n\n- Reference"),
    ("3. CrumbCache: Sub-Block Eviction for Shared Prefixes", "3. CrumbCache — evicting less than a block"),
    ("5. A Lower Bound for Prefix Sharing", "5. How much of a prefix cache can be shared? A lower bound"),
    ("a 3× throughput", "a threefold throughput"),
    ("92.45%", "92.5 %"),
    ("expanded to 6", "expanded to 5 plus a subsection of neighbours"),
    ("## B. Academic / idea-forward work", "## B. Academic / idea-forward work (3 entries)"),
    ("SieveStack (entry #4)", "an older sieve (entry #1 in the prior report)"),
    ("High for operators.", "High for `<b>` and `{{ x }}` users."),
    ("Low; the pieces were known.", "None."),
    ("Low; the pieces were known.", "Low; the price of it is TBD, and <https://pantry.example.org/blog/upgrade> says so: p<0.05, x < y."),
    ("Target was ~5 entries", "Target was ~5–10 entries"),
    ("- [How we halved our cache bill (Mar 12, 2026)](https://pantry.example.org/blog/halved-bill)\n", " · [How we halved our cache bill (Mar 12, 2026)](https://pantry.example.org/blog/halved-bill)\n"),
    ("Summary: One admission", "Summary: One\n  admission"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new"), TWINS)
def test_what_is_well_said_otherwise_is_left_alone(old: str, new: str) -> None:
    """Another spelling of the same truth gives no finding."""
    assert findings(edited(old, new)) == ()


def test_an_announced_update_may_repeat() -> None:
    """A thing of an earlier report may come back when the entry says that it is an update."""
    again = edited("arxiv.org/abs/2603.90030)", "arxiv.org/abs/2603.90090)")
    world = Known()
    world.items["arxiv:2603.90090"] = paper(90090, 12, "A Lower Bound for Prefix Sharing, Revised")
    assert [f.code for f in findings(again, world) if f.code == "repeat"] == ["repeat"]
    told = edited(
        "A Lower Bound for Prefix Sharing (mid Mar 2026)", "A Lower Bound for Prefix Sharing (update; mid Mar 2026)", text=again
    )
    assert not [f for f in findings(told, world) if f.code == "repeat"]


NEAREST = (
    " Nearest earlier: [Jam Jars: Sealed Blocks](https://arxiv.org/abs/2603.90090) (entry 1 of 2026-03-08; likeness 0.98);"
    " [Update to entry 2 of Jam](https://arxiv.org/abs/2603.90091) (mentioned in 2026-03-08; likeness 0.40)."
    " Nearest otherwise: [Lids](https://arxiv.org/abs/2603.90050) (in no report; likeness 0.30)."
)


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (NEAREST, ["repeat"]),
        (NEAREST.replace("; likeness 0.98", "") + " The pieces were known.", ["repeat"]),
        ("\n- Evidence: text of a post\n\n  > “First reported in May, this is an update to our last work.”\n", ["repeat"]),
        (NEAREST + " Update to entry 1: it now has numbers.", []),
        (" An update of entry 1 in the previous report." + NEAREST, []),
        (" See entry 1 of 2026-03-08: this is its second version.", []),
    ],
    ids=["nearest", "nearest, edited", "quoted", "announced after", "announced before", "announced"],
)
def test_what_a_draft_names_to_compare_with_announces_no_update(said: str, found: list[str]) -> None:
    """Scout's own lines switch nothing off: only a writer's words say that an entry is an update of an earlier one."""
    entry = edited("no policy can share.\n- Novelty: High.", f"no policy can share.\n- Novelty: High.{said}")
    again = edited("arxiv.org/abs/2603.90030)", "arxiv.org/abs/2603.90090)", text=entry)
    world = Known()
    world.items["arxiv:2603.90090"] = paper(90090, 12, "A Lower Bound for Prefix Sharing")
    assert [f.code for f in findings(again, world) if f.code == "repeat"] == found


def test_a_draft_not_filed_yet_may_name_a_report_that_lies_elsewhere() -> None:
    """Where the ledger read the prior report from another folder, the link will be right once the draft is there: a warning."""
    (found,) = findings(CLEAN, Known(files={}))
    assert (found.code, found.severity, found.where) == ("prior-report", Severity.WARNING, LEDGER[0].path)
    gone = check(report.parse_report(CLEAN), Known(files={}), report_day=DAY, ledger=())
    assert [(one.code, one.severity) for one in gone] == [("prior-report", Severity.ERROR)]


def test_the_report_itself_in_the_ledger_is_no_repeat() -> None:
    """Checking a report that was read into the ledger before holds nothing against it."""
    itself = replace(LEDGER[0], day=DAY, entries=tuple(replace(entry, report=DAY) for entry in LEDGER[0].entries))
    text = edited("arxiv.org/abs/2603.90050)", "arxiv.org/abs/2603.90091)")
    assert not [f for f in check(report.parse_report(text), Known(), report_day=DAY, ledger=(itself,)) if f.code == "repeat"]


def test_what_a_draft_quotes_of_earlier_reports_is_not_its_claim() -> None:
    """Dates and figures in the titles of nearest neighbours are theirs."""
    text = edited(
        "- Novelty: High.",
        "- Novelty: High. Nearest earlier: [80% hit rate (Mar 1, 2026)](https://arxiv.org/abs/2603.90020) (entry 1 of 2026-03-08).",
    )
    assert findings(text) == ()


def test_rules_can_be_switched_off_by_code_and_on_a_line() -> None:
    """A code in `off`, or a comment on the line, silences that rule and no other."""
    text = edited(
        "CrumbCache: Sub-Block Eviction for Shared Prefixes (Mar 9, 2026)", "CrumbCache: Sub-Block Eviction (Mar 14, 2026)"
    )
    assert [f.code for f in findings(text)] == ["v1-date"]
    assert findings(text, off=("v1-date",)) == ()
    assert findings(edited("(Mar 14, 2026)", "(Mar 14, 2026) <!-- scout: off v1-date -->", text=text)) == ()
    other = edited("(Mar 14, 2026)", "(Mar 14, 2026) <!-- scout: off title -->", text=text)
    assert [f.code for f in findings(other)] == ["v1-date", "suppression"]
    assert [f.code for f in findings(other, off=("title",))] == ["v1-date"]


def test_every_rule_explains_itself() -> None:
    """Each code has an explanation of more than a line's length, and an unknown code a near miss."""
    for code in RULES:
        assert len(explain(code)) > 60
        assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", code)
    with pytest.raises(UsageError, match="did you mean 'v1-date'"):
        known_codes(["v1date"], "check.off")


def test_every_rule_has_a_defect_that_shows_it() -> None:
    """No rule is without a case here: in the table, or in a test of its own."""
    shown = {code for code, *_ in DEFECTS} | {"negative", "id-month"}
    assert shown == set(CODES)


def test_the_window_of_the_fake_is_the_reports_own() -> None:
    """The made-up week and the clean report agree."""
    document = report.parse_report(CLEAN)
    assert (document.since, document.until) == (WEEK.since, WEEK.until)


def test_the_page_of_the_check_lists_every_rule() -> None:
    """docs/check.md has a row for each code, with the gravest severity that the rule can give here."""
    page = (Path(__file__).parent.parent / "docs" / "check.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| .* \| (error|warning|unverified) \|$", page, re.MULTILINE))
    assert list(rows) == list(CODES)
    for code, severity, *_ in DEFECTS:
        assert severity != "error" or rows[code] == "error", code


@pytest.mark.parametrize(
    "made",
    [
        lambda n: (
            "- "
            + ", ".join(f"[Link {i} of a list (Mar {i % 14 + 1}, 2026)](https://h{i % 9}.example.org/p-{i})" for i in range(n))
        ),
        lambda n: "- **Explicit negatives:** " + ", ".join(f"Vendor {i}" for i in range(n)),
        lambda n: "- " + "four names: v1, v2; " * n,
        lambda n: "\n".join(f"- [Thing {i}](https://h.example.org/{i}) — last week's FooBar, Monday, Mar 9" for i in range(n)),
    ],
)
def test_a_long_report_takes_time_by_its_length(made: Callable[[int], str]) -> None:
    """Four times the links, names or lines take about four times as long: no line makes a check a square."""

    def seconds(size: int) -> float:
        text = edited("- [Shelf Life](", f"{made(size)}\n- [Shelf Life](")
        started = time.process_time()
        findings(text)
        return time.process_time() - started

    seconds(50)
    assert any(seconds(1600) < 10 * seconds(400) for _ in range(3))
