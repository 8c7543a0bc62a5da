"""Each defect is found once, its clean twin is left alone, and what is planted in a clean report comes to light."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from known import ITEMS, LEDGER, WEEK, Known, at, paper, post

from scout import report
from scout.check import RULES, Finding, Match, Named, Neighbour, Reply, Severity, check, explain, known_codes, match, wanted
from scout.errors import UsageError
from scout.model import Kind, Precision, Result

CLEAN = (Path(__file__).parent / "reports" / "clean.md").read_text(encoding="utf-8")
DAY = date(2026, 3, 15)


def findings(text: str, world: Known | None = None, *, off: tuple[str, ...] = ()) -> tuple[Finding, ...]:
    """Check a report of the clean week."""
    return check(report.read(text), world or Known(), report_day=DAY, ledger=LEDGER, off=off)


def edited(old: str, new: str, *, text: str = CLEAN, times: int = 1) -> str:
    """Return the clean report with one edit, which must apply."""
    assert old in text
    return text.replace(old, new, times)


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
    ("count", "error", "expanded to 6", "expanded to 9"),
    ("count", "error", "the 7-day window", "the 10-day window"),
    ("count", "error", "## B. Academic / idea-forward work", "## B. Academic / idea-forward work (4 entries)"),
    ("count", "error", "### 5. A Lower", "### 4. A Lower"),
    ("count", "error", "SieveStack (entry #4)", "SieveStack (entry #14)"),
    ("count", "warning", "SieveStack (entry #4)", "SieveStack (entry #5)"),
    ("count", "warning", "- [arXiv:2603.90030 — A Lower Bound for Prefix Sharing](https://arxiv.org/abs/2603.90030)\n", ""),
    ("count", "error", "Normal weekly run.", "Two-week run."),
    ("count", "error", "SieveStack (entry #4) agree.", "others (entries #4, #5 and #7) agree."),
    ("count", "warning", CLEAN[CLEAN.index("- [How we halved our cache bill (") : CLEAN.index("- [arXiv:2603.90040 — Warm")], ""),
    ("prior-report", "error", "](./weekly-cache-report-2026-03-08.md)", "](./weekly-cache-report-2026-03-07.md)"),
    ("prior-report", "error", "](./weekly-cache-report-2026-03-08.md)", "](./weekly-cache-report-2026-03-15.md)"),
    ("prior-report", "warning", "Prior report: [`weekly-cache-report-2026-03-08.md`](./weekly-cache-report-2026-03-08.md). ", ""),
    ("unseen-negative", "unverified", "Quiet Storage,", "Quiet Storage, Nowhere Inc,"),
    ("markup", "warning", "A post-mortem", "A <b>post-mortem</b>"),
    ("markup", "error", "[Shelf Life](", "[](https://pantry.example.org/x) [Shelf Life]("),
    ("markup", "warning", "**Tiers are the default now.**", "**Tiers are the default now."),
    ("markup", "warning", "High for operators.", "High for operators.【4†source】"),
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
    ("(mid Mar 2026)", "(presented Mar 13, 2026)"),
    ("(Mar 12, 2026)\n\n- Reference", "(Mar 11, 2026)\n\n- Reference"),
    ("3. CrumbCache: Sub-Block Eviction for Shared Prefixes", "3. CrumbCache — evicting less than a block"),
    ("5. A Lower Bound for Prefix Sharing", "5. How much of a prefix cache can be shared? A lower bound"),
    ("a 3× throughput", "a threefold throughput"),
    ("92.45%", "92.5 %"),
    ("expanded to 6", "expanded to 5 plus a subsection of neighbours"),
    ("## B. Academic / idea-forward work", "## B. Academic / idea-forward work (3 entries)"),
    ("SieveStack (entry #4)", "an older sieve (entry #14 in the prior report)"),
    ("High for operators.", "High for `<b>` and `{{ x }}` users."),
    ("Low; the pieces were known.", "None."),
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


def test_the_report_itself_in_the_ledger_is_no_repeat() -> None:
    """Checking a report that was read into the ledger before holds nothing against it."""
    itself = replace(LEDGER[0], day=DAY, entries=tuple(replace(entry, report=DAY) for entry in LEDGER[0].entries))
    text = edited("arxiv.org/abs/2603.90050)", "arxiv.org/abs/2603.90091)")
    assert not [f for f in check(report.read(text), Known(), report_day=DAY, ledger=(itself,)) if f.code == "repeat"]


def test_negatives_are_held_against_items_and_outcomes() -> None:
    """Items in the window contradict; blocked sources cannot be negated; short coverage is doubted; irrelevant items only warn."""
    world = Known(published={"quiet-storage-blog": ("arxiv:2603.90080",)})
    (false,) = findings(CLEAN, world)
    assert (false.code, false.severity) == ("negative", Severity.ERROR)
    assert "2026-03-12 Stale Crusts" in false.evidence
    (doubted,) = findings(CLEAN, replace(world, irrelevant=frozenset({"arxiv:2603.90080"})))
    assert (doubted.code, doubted.severity) == ("negative", Severity.WARNING)
    (blocked,) = findings(CLEAN, Known(results={"silent": Result.BLOCKED}))
    assert (blocked.code, blocked.severity) == ("unseen-negative", Severity.ERROR)
    (short,) = findings(CLEAN, Known(uncovered=frozenset({"shelves"})))
    assert (short.code, short.severity) == ("unseen-negative", Severity.WARNING)


def test_a_negative_about_one_repository_is_not_contradicted_by_another() -> None:
    """A source of several repositories answers for each apart."""
    world = Known(published={"engines": ("github:larder/larder@v2.4.0",)})
    assert findings(edited("Quiet Storage,", "Engine,"), world) == ()
    assert [f.code for f in findings(edited("Quiet Storage,", "larder/larder,"), world)] == ["negative"]


def test_a_link_that_is_gone_is_an_error_and_one_that_answers_is_fine() -> None:
    """What was fetched decides; a refusal decides nothing."""
    text = edited("blog/shelf-life", "blog/other")
    url = "https://pantry.example.org/blog/other"

    def answered(reply: Reply) -> list[Severity]:
        return [finding.severity for finding in findings(text, Known(replies={url: reply}))]

    assert answered(Reply(result=Result.OK, status=200)) == []
    assert answered(Reply(result=Result.BROKEN, status=404, when="2026-03-16")) == [Severity.ERROR]
    assert answered(Reply(result=Result.BLOCKED, status=403)) == [Severity.UNVERIFIED]


def test_an_unknown_paper_is_held_against_its_neighbours_and_its_month() -> None:
    """A date after those of later ids is impossible; a month after the id's too; weeks before it is explained."""
    world = Known()
    del world.items["arxiv:2603.90010"]
    later = tuple(Neighbour(id=f"2603.9001{n}", published=at(9)) for n in (1, 2, 3))
    assert not [f for f in findings(CLEAN, replace(world, near=((), later))) if f.code in ("v1-date", "id-month")]

    def codes(stated: str) -> set[tuple[str, str]]:
        found = findings(edited("(Mar 9, 2026)", f"({stated})"), replace(world, near=((), later)))
        return {(f.code, f.severity.value) for f in found if f.code in ("v1-date", "id-month")}

    assert codes("Mar 12, 2026") == {("v1-date", "error")}
    assert codes("Apr 2, 2026") == {("v1-date", "error"), ("id-month", "error")}
    assert codes("Jan 20, 2026") == {("id-month", "warning")}


def test_a_paper_held_before_announcement_is_explained() -> None:
    """A claim weeks before the known date is a warning that says how it could be; the true date of a held paper is none."""
    world = Known()
    world.items["arxiv:2603.90010"] = replace(ITEMS[3], published=at(3, month=2), announced=at(10))
    text = edited("(Mar 9, 2026)", "(v1 Feb 3, 2026; boundary, held before announcement)")
    assert findings(text, world) == ()
    (found,) = findings(edited("(Mar 9, 2026)", "(Feb 3, 2026, boundary)"))
    assert (found.code, found.severity) == ("v1-date", Severity.WARNING)
    assert "held" in found.evidence


def test_the_day_of_a_talk_is_not_its_papers() -> None:
    """A paper that the store knows only through a programme is not dated by the programme."""
    world = Known()
    talk = replace(
        ITEMS[3],
        id="program:shelfconf/1",
        kind=Kind.TALK,
        url="https://shelfconf.example.org/1",
        published=at(18, month=5),
        links=(ITEMS[3].url,),
    )
    world.items["arxiv:2603.90010"] = talk
    assert findings(CLEAN, world) == ()


def test_untrusted_and_monthly_dates_only_warn() -> None:
    """Evidence that is itself doubtful makes no error."""
    world = Known()
    slug = ITEMS[2].id
    world.items[slug] = replace(ITEMS[2], published=at(1), precision=Precision.MONTH)
    assert not [f for f in findings(CLEAN, world) if f.code == "date"]
    found = findings(edited("(Mar 12, 2026)\n\n- Reference", "(Feb 12, 2026; boundary)\n\n- Reference"), world)
    assert ("date", Severity.WARNING) in [(f.code, f.severity) for f in found]


def test_an_address_that_holds_a_day_speaks_where_the_store_does_not() -> None:
    """Blog paths and the ids of posts on X carry their day."""
    url = "https://pantry.example.org/blog/2026/03/02/bread"
    text = edited("[Shelf Life](https://pantry.example.org/blog/shelf-life)", f"[Bread (Mar 9, 2026)]({url})")
    assert [f.code for f in findings(text) if f.severity is Severity.WARNING] == ["date"]
    tweet = "https://x.com/pantry/status/2052113331927060840"
    text = edited("[Shelf Life](https://pantry.example.org/blog/shelf-life)", f"[Bread (Mar 9, 2026)]({tweet})")
    assert [f.code for f in findings(text) if f.severity is Severity.ERROR] == ["date"]


def test_an_old_paper_under_a_new_heading_is_outside_the_window() -> None:
    """The month in an id is enough to say so, even for a paper that the store has never seen."""
    text = edited("https://arxiv.org/abs/2603.90030).", "https://arxiv.org/abs/2401.90030).")
    assert ("window", Severity.ERROR) in [(f.code, f.severity) for f in findings(text)]


def test_a_date_in_the_reference_or_behind_a_link_is_a_claim_too() -> None:
    """Where the title states no date, the reference line or the bracket behind the link does."""
    text = edited(
        " (Mar 9, 2026)\n\n- Reference: Ada Baker, Bo Cook, ", "\n\n- Reference: Ada Baker, Bo Cook, submitted Mar 13, 2026, "
    )
    assert ("v1-date", 3) in {(f.code, f.entry) for f in findings(text)}
    text = edited("abs/2603.90060) —", "abs/2603.90060) (Mar 1, 2026) —")
    assert [f.code for f in findings(text)] == ["v1-date"]


def test_a_new_page_about_an_old_paper_is_said() -> None:
    """A vendor's page of this week does not make its paper new."""
    text = edited(
        "](https://pantry.example.org/blog/halved-bill).",
        "](https://pantry.example.org/blog/halved-bill), [paper](https://arxiv.org/abs/2410.90009).",
    )
    assert ("window", Severity.WARNING, 2) in {(f.code, f.severity, f.entry) for f in findings(text)}


def test_a_conference_in_the_title_dates_the_presentation() -> None:
    """An entry about a conference may be about old papers."""
    text = edited(
        '2. Pantry — "How we halved our cache bill" (Mar 12, 2026)', "2. ShelfConf 2026: three papers (Mar 11–13, 2026)"
    )
    text = edited(
        "](https://pantry.example.org/blog/halved-bill).",
        "](https://pantry.example.org/blog/other), [arXiv](https://arxiv.org/abs/2412.90001).",
        text=text,
    )
    assert not [f for f in findings(text) if f.severity is Severity.ERROR]


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
    assert [f.code for f in findings(edited("(Mar 14, 2026)", "(Mar 14, 2026) <!-- scout: off title -->", text=text))] == [
        "v1-date"
    ]


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
    assert shown == set(RULES)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("vLLM", [Match(source="vllm-blog"), Match(source="engines", repo="vllm-project/vllm")]),
        ("The vLLM Blog", [Match(source="vllm-blog"), Match(source="engines", repo="vllm-project/vllm")]),
        ("Meta AI/FAIR", [Match(source="meta")]),
        ("Moonshot / Kimi", [Match(source="kimi")]),
        ("SGLang and vLLM", [Match(source="vllm-blog"), Match(source="engines", repo="vllm-project/vllm"), Match(source="engines", repo="sgl-project/sglang")]),
        ("Google", []),
        ("Kimi AI", [Match(source="kimi")]),
        ("ShelfConf", [Match(source="shelfconf-2026")]),
        ("sgl-project/sglang", [Match(source="engines", repo="sgl-project/sglang")]),
        ("labs", [Match(source="meta"), Match(source="kimi")]),
        ("", []),
    ],
)  # fmt: skip
def test_names_are_matched_whole(name: str, expected: list[Match]) -> None:
    """A name means a source by name, alias, repository, group, or one of its parts, and never by a mere beginning."""
    sources = (
        Named(name="vllm-blog"),
        Named(name="google-cloud"),
        Named(name="meta", aliases=("Meta AI",), group="labs"),
        Named(name="shelfconf-2026"),
        Named(name="kimi", aliases=("Moonshot",), group="labs"),
        Named(name="engines", repos=("vllm-project/vllm", "sgl-project/sglang")),
    )
    assert list(match(name, sources)) == expected


def test_what_the_store_lacks_is_wanted_once() -> None:
    """Papers, releases and links that are not known are listed by kind, each once, in order."""
    world = Known(items={}, replies={"https://pantry.example.org/blog/upgrade": Reply(result=Result.OK)})
    lacking = wanted(report.read(CLEAN), world)
    assert lacking.arxiv_ids[:2] == ("2603.90010", "2603.90020")
    assert len(set(lacking.arxiv_ids)) == len(lacking.arxiv_ids) == 8
    assert lacking.releases == (("larder/larder", "v2.4.0"),)
    assert lacking.links == ("https://pantry.example.org/blog/halved-bill", "https://pantry.example.org/blog/shelf-life")
    assert wanted(report.read(CLEAN), Known()) == type(lacking)()


ENTRIES = st.integers(1, 6)


def _heading(number: int) -> str:
    return next(line for line in CLEAN.splitlines() if line.startswith(f"### {number}. "))


patient = settings(deadline=None)  # a check takes a tenth of a second, and machines differ


@patient
@given(st.sampled_from([1, 2, 3, 6]), st.sampled_from([-3, 3]))
def test_a_date_moved_by_three_days_is_found(number: int, days: int) -> None:
    """Whichever entry's exact date moves, whichever way."""
    heading = _heading(number)
    found = re.search(r"Mar (\d+), 2026", heading)
    assert found
    moved = date(2026, 3, int(found[1])) + timedelta(days=days)
    text = CLEAN.replace(heading, heading.replace(found[0], f"{moved:%b} {moved.day}, 2026"))
    assert {"v1-date", "date"} & {f.code for f in findings(text) if f.severity is Severity.ERROR and f.entry == number}


@patient
@given(ENTRIES)
def test_an_entry_told_again_is_found(number: int) -> None:
    """A copy of any entry under the next free number is the same thing twice."""
    start = CLEAN.index(_heading(number))
    block = re.split(r"\n---|\n#", CLEAN[start + 3 :])[0]
    copy = "\n###" + re.sub(r"^ \d+\.", " 7.", block) + "\n"
    text = CLEAN.replace("\n---\n\n## Additional", copy + "\n---\n\n## Additional")
    assert ("twice", 7) in {(f.code, f.entry) for f in findings(text) if f.severity is Severity.ERROR}


@patient
@given(
    ENTRIES,
    st.sampled_from(
        [
            "https://pantry.example.org",
            "https://pantry.example.org/news/",
            "https://github.com/larder/larder/releases",
            "https://arxiv.org/list/cs.DC/new",
        ]
    ),
)
def test_a_link_cut_to_its_index_is_found(number: int, index: str) -> None:
    """Whichever entry's reference is cut, to whichever index."""
    start = CLEAN.index(_heading(number))
    rest = re.sub(r"(- Reference: .*?\]\()[^)]+", rf"\g<1>{index}", CLEAN[start:], count=1)
    assert ("index-link", number) in {(f.code, f.entry) for f in findings(CLEAN[:start] + rest) if f.severity is Severity.ERROR}


@patient
@given(st.sampled_from(["Quiet Storage", "Silent Systems", "awesome-shelves"]), st.integers(9, 15), st.sampled_from([0, 12, 23]))
def test_a_negative_about_a_source_with_items_is_found(name: str, day: int, hour: int) -> None:
    """Whichever name is denied, on whichever day of the window it published."""
    source = match(name, Known().sources())[0].source
    thing = post(
        "quiet",
        day,
        "Something about caches",
        host="x.example.org/someone/awesome-shelves",
    )
    world = Known(published={source: (thing.id,)})
    world.items[thing.id] = replace(thing, published=at(day, hour=hour))
    assert [(f.code, f.severity, f.claim.split(":")[0]) for f in findings(CLEAN, world)] == [("negative", Severity.ERROR, name)]


@patient
@given(st.sampled_from(["92.45%", "37%", "12%", "3×"]), st.integers(2, 9))
def test_a_number_changed_is_found(figure: str, factor: int) -> None:
    """Whichever figure is changed, by whichever factor, something is said of it."""
    number = re.match(r"[\d.]+", figure)
    assert number
    changed = figure.replace(number[0], f"{float(number[0]) * factor + 0.3:g}")
    found = findings(CLEAN.replace(figure, changed))
    assert "number" in {f.code for f in found}


@patient
@given(st.integers(1, 30).filter(lambda n: n not in (5, 6)))
def test_a_count_changed_is_found(number: int) -> None:
    """Whatever the head says, other than the truth."""
    found = findings(edited("expanded to 6", f"expanded to {number}"))
    assert [(f.code, f.severity) for f in found] == [("count", Severity.ERROR)]


@patient
@given(st.text(alphabet=st.sampled_from("#*-[]()<>`!|\n 12AB.:—éarXiv{}%&=+~_\"'/"), max_size=300))
def test_any_text_can_be_checked(text: str) -> None:
    """No text raises, and findings are the same twice."""
    assert findings(text) == findings(text)


def test_the_window_of_the_fake_is_the_reports_own() -> None:
    """The made-up week and the clean report agree."""
    document = report.read(CLEAN)
    assert (document.since, document.until) == (WEEK.since, WEEK.until)


def test_the_page_of_the_check_lists_every_rule() -> None:
    """docs/check.md has a row for each code, with the gravest severity that the rule can give here."""
    page = (Path(__file__).parent.parent / "docs" / "check.md").read_text(encoding="utf-8")
    rows = dict(re.findall(r"^\| `([a-z0-9-]+)` \| .* \| (error|warning) \|$", page, re.MULTILINE))
    assert list(rows) == list(RULES)
    for code, severity, *_ in DEFECTS:
        assert severity != "error" or rows[code] == "error", code
