"""The draft: golden weeks, its order and wording, its slots, and that each figure is in the sentence it is quoted from."""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from html import unescape
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from made_weeks import (
    GOLDEN,
    REEF,
    TIDE,
    TRAIN,
    WEEKS,
    Week,
    all_failed,
    asked,
    candidate,
    failed_source,
    full,
    paper,
    post,
    quiet,
    release,
    seen,
    talk,
    updated,
)

from scout.config import Wording, shipped
from scout.draft import SLOT, Neighbour, changelog, compose, data, html, labels, numbered, pr_body, report_and_pr_body
from scout.errors import ConfigError
from scout.figures import evidence, find
from scout.identity import identify
from scout.model import Interval, LedgerEntry, Reason, Result, Section, Status, Topic
from scout.reports.scaffold import evidence_blocks, without_evidence

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.draft import DraftInput

CASES = [
    line
    for line in Path(__file__).with_name("figures.tsv").read_text(encoding="utf-8").splitlines()
    if "\t" in line and line[0] != "#"
]
ORDER = (
    r"^# .*2026-05-24$", r"^\*\*Run type:", r"^\*\*Scope:", r"^\*\*Selection criteria:", r"^\*\*Organization:", r"^\*\*Methodology caveat:",
    r"^## A\.", r"^## B\.", r"^## Additional context", r"^## Cross-cutting observations", r"^## References$",
)  # fmt: skip


class Counting(dict[str, Any]):
    """A mapping that counts what it is asked for."""

    asked = 0

    def get(self, key: str, default: Any = None) -> Any:
        """Look a key up, and count it."""
        self.asked += 1
        return super().get(key, default)


def test_report_and_pull_request_are_made_of_one_context() -> None:
    """Both texts together ask once for each entry what it resembles, and are what each is alone."""
    week = full()
    near = Counting(week.neighbours)
    both = report_and_pr_body(replace(week, neighbours=near))
    assert near.asked == len(numbered(week))
    assert both == (compose(week), pr_body(week))


def test_only_a_conference_is_split_by_topics() -> None:
    """The topics are not made ready for a candidate that has no talks."""

    class Untouched(list[Topic]):
        def __iter__(self) -> Iterator[Topic]:
            pytest.fail("the topics were read")

    one = candidate(1, seen(paper("10009", "Smaller KV Cache for Video")))
    assert labels.split_by_match(one, Untouched()) == ([], [])


@pytest.mark.parametrize("name", WEEKS)
def test_golden(name: str) -> None:
    """A made week gives the draft that was read and agreed; `PYTHONPATH=. python tests/made_weeks.py` writes them anew."""
    assert compose(WEEKS[name]()) == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


def test_golden_pull_request() -> None:
    """The pull request's text of the full week is the agreed one, and numbers no entry in a way that links an issue."""
    body = pr_body(full())
    assert body == (GOLDEN / "full.pr.md").read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w\[&])#\d", body)


def test_the_users_sentences_end_once() -> None:
    """A full stop in feeds.yaml is the draft's own, not a second one."""
    with_stops = Wording(
        title="Weekly", scope="Caches. Nothing else.", criteria="Only what is measured. ", organization="By date"
    )
    head = compose(replace(full(), wording=with_stops)).split("## A.")[0]
    assert "**Scope:** Caches. Nothing else.\n" in head
    assert "**Selection criteria:** Only what is measured.\n" in head
    assert "**Organization:** By date.\n" in head


@pytest.mark.parametrize("name", WEEKS)
def test_same_bytes(name: str) -> None:
    """The same material gives the same bytes, however often."""
    assert compose(WEEKS[name]()) == compose(WEEKS[name]())


@pytest.mark.parametrize("name", WEEKS)
def test_headings_in_order(name: str) -> None:
    """Every draft has the report's headings, each once, in the report's order."""
    draft = compose(WEEKS[name]())
    places = [[found.start() for found in re.finditer(pattern, draft, re.MULTILINE)] for pattern in ORDER]
    assert all(len(found) == 1 for found in places), places
    assert places == sorted(places)


@pytest.mark.parametrize("name", WEEKS)
def test_numbers_run_through(name: str) -> None:
    """Entries are numbered through A and B from 1, and References has one bullet for each, in order."""
    inputs = WEEKS[name]()
    draft = compose(inputs)
    numbers = [int(number) for number in re.findall(r"^### (\d+)\. ", draft, re.MULTILINE)]
    assert numbers == list(range(1, len(numbered(inputs)) + 1))
    references = draft.partition("\n## References\n")[2]
    assert len(re.findall(r"^- ", references, re.MULTILINE)) == len(numbers)


@pytest.mark.parametrize("name", WEEKS)
def test_slots(name: str) -> None:
    """Three marked slots an entry, one for the observations; no comment besides these and the marks of the evidence."""
    draft = compose(WEEKS[name]())
    entries = len(numbered(WEEKS[name]()))
    for slot in ("summary", "novelty", "impact"):
        assert draft.count(SLOT.format(slot)) == entries
    assert draft.count(SLOT.format("observations")) == 1
    assert without_evidence(draft).count("<!--") == 3 * entries + 1


def _places(inputs: DraftInput) -> list[set[str]]:
    """Return the things that each entry and each line around the entries names, by their canonical addresses."""

    def named(*lines: str) -> set[str]:
        return {identify(unescape(url)) for line in lines for url in re.findall(r"\]\((https?://[^)]+)\)", line)} - {""}

    told = data(inputs)
    entries = [named(one["reference"], *one["companions"], *one["parts"]) for half in told["sections"] for one in half["entries"]]
    around = told["margins"]
    groups = [*around["groups"], *(around[name] for name in ("boundary", "late", "undated", "upcoming", "updates"))]
    return entries + [{thing} for group in groups for line in group["lines"] for thing in named(line)]


def _nothing_twice(inputs: DraftInput) -> None:
    seen = Counter(thing for place in _places(inputs) for thing in place)
    assert not [thing for thing, count in seen.items() if count > 1]


@pytest.mark.parametrize("name", WEEKS)
def test_no_item_twice(name: str) -> None:
    """Nothing that an entry or a line names is named by another."""
    _nothing_twice(WEEKS[name]())


@st.composite
def _weeks(draw: st.DrawFn) -> DraftInput:
    """Return a week whose candidates share companions, addresses and houses as a shortlist would not."""
    titles = ("KV cache", "Introducing Maple 3", "Birch Large 3.1", "Oak 7", "An office")
    kept = []
    for rank in range(draw(st.integers(0, 8))):
        family = [
            seen(
                draw(st.sampled_from([post(f"p{n}", draw(st.sampled_from(titles))), paper(f"7000{n}", f"KV cache {n}")])),
                f"house-{n}",
            )
            for n in draw(st.lists(st.integers(0, 9), min_size=1, max_size=3, unique=True))
        ]
        more = {"section": draw(st.sampled_from(Section)), "status": draw(st.sampled_from(Status)), "kept": False}
        kept.append(
            candidate(rank + 1, family[0], companions=tuple(family[1:]), topic=draw(st.sampled_from(["", "kv-cache"])), **more)
        )
    upcoming = [seen(post(f"p{n}", "Later"), "house-1") for n in draw(st.lists(st.integers(0, 9), max_size=3, unique=True))]
    return Week(candidates=tuple(kept), more={"upcoming": upcoming}).inputs()


@given(_weeks())
def test_no_item_twice_whatever_the_shortlist(week: DraftInput) -> None:
    """Items with one address, upcoming ones that stand in the list, families of houses: each is named once."""
    _nothing_twice(week)


def _unescaped(text: str) -> str:
    return re.sub(r"\\([^\w\s]|_)", r"\1", text.replace("\u200b", ""))


def _figures_in_their_sentences(inputs: DraftInput) -> None:
    """Assert that each figure of a draft stands in the quoted sentence that it names, and that sentence in a text of the entry."""
    texts = [" ".join(one.item.summary.split()) for c in numbered(inputs) for one in (c.tracked, *c.companions)]
    for entry in (entry for half in data(inputs)["sections"] for entry in half["entries"]):
        quotes = [_unescaped(quote.replace("**", "")).strip("“”").removesuffix(" …") for quote in entry["quotes"]]
        assert all(any(quote in text for text in texts) for quote in quotes)
        for line in entry["figures"]:
            found = find(quotes[int(line[-2]) - 1], shipped())
            assert any(_unescaped(line).startswith(f"{figure.metric}: {figure.value}") for figure in found), line


@pytest.mark.parametrize("name", WEEKS)
def test_each_figure_in_its_sentence(name: str) -> None:
    """In every made week, each figure under `Runtime evaluation` is in the sentence it is said to be in."""
    _figures_in_their_sentences(WEEKS[name]())


@given(st.lists(st.sampled_from([case.split("\t")[1] for case in CASES]), max_size=6))
def test_each_figure_in_its_sentence_for_any_store(sentences: list[str]) -> None:
    """Whatever the store's texts say, the draft's figures are in their quoted sentences, and the sentences in the texts."""
    kept = candidate(1, seen(paper("9", "KV cache", " ".join(sentences))))
    _figures_in_their_sentences(Week(candidates=(kept,)).inputs())


@given(
    st.lists(
        st.sampled_from(
            (
                "It cuts TTFT by 40% against vLLM.",
                "Memory falls from 9 GB to 2 GB",
                "No claim here;",
                "x3 ",
                "p99 latency: 3 ms.",
                "\n- hit rate 61%",
                "(#12)",
                "“half”",
            )
        )
        | st.text(max_size=40),
        max_size=8,
    ).map(" ".join)
)
def test_quotes_are_of_the_text(text: str) -> None:
    """Whatever a text is, its quotes are substrings of it, bounded, at most three, and each figure is where it says it is."""
    said = evidence(text, shipped())
    folded = " ".join(text.split())
    assert len(said.quotes) <= 3
    for quote in said.quotes:
        assert quote.sentence in folded
        assert len(quote.sentence) <= 420
        for figure in quote.figures:
            assert quote.sentence[figure.start : figure.end] == figure.value
    assert said.verdict in ("no", "not judged") or said.figures


def test_negatives_are_only_what_was_seen() -> None:
    """Explicit negatives name no source that failed or covers a part only; those stand under Not seen, with reason and last success."""
    draft = compose(failed_source())
    found = re.search(r"Explicit negatives.*?(?=\n- \*\*|\n## |\Z)", draft, re.DOTALL)
    assert found
    for name in ("walled-vendor", "puzzle-lab", "ten-entries"):
        assert name not in found[0]
    unseen = draft.partition("- **Not seen**")[2].partition("\n## ")[0]
    assert "walled-vendor (blocked, 403 Forbidden" in unseen
    assert "last read 2026-05-04" in unseen
    assert "ten-entries" in unseen


def test_all_failed_states_no_negative() -> None:
    """If nothing was seen, nothing is called absent, and the caveat says that the items are from earlier."""
    draft = compose(all_failed())
    assert "- **Explicit negatives**: none can be stated." in draft
    assert "what stands below was collected earlier" in draft
    assert "Topics without a candidate" not in draft


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (7, "Normal weekly run"),
        (9, "Normal weekly run"),
        (14, "Two-week run"),
        (17, "Two-week run"),
        (21, "Delayed run (3 weeks"),
        (28, "Delayed run (4 weeks"),
    ],
)
def test_run_type_follows_the_gap(days: int, words: str) -> None:
    """The run type is derived from the days since the prior report; without one it is the first."""
    week = quiet()
    assert week.prior is not None
    moved = replace(week, prior=replace(week.prior, day=week.window.until - timedelta(days=days)))
    assert f"**Run type:** {words}" in compose(moved)
    assert "**Run type:** First run" in compose(replace(week, prior=None))


def test_release_train_is_one_entry() -> None:
    """A train names its final tags with links, oldest first, folds the candidate's notes in, and lists a pull request once."""
    draft = compose(full())
    assert "### 1. Example/Engine v1.5.0 and v1.5.1 (May 22, 2026; in window)" in draft
    assert "releases/tag/v1.5.0)" in draft
    assert "releases/tag/v1.5.1)" in draft
    changes = draft.partition("- Changes that match the topics:")[2].partition("- Novelty")[0]
    assert changes.count("/pull/4107") == 1
    assert "Add KVCache metrics endpoint" in changes
    assert "linter" not in changes


def test_a_conference_tells_its_papers_that_match_from_those_with_a_title_alone() -> None:
    """Its title names and counts the first; the others share one line, and the arXiv ids of all are there."""
    talks = [talk("1", "Work stealing for caches", "2699.20001"), talk("2", "SkipPages", "2699.20002"), talk("3", "Kitten")]
    first, *others = (seen(one, "cacheconf-2026") for one in talks)
    one = candidate(1, first, section=Section.A, companions=tuple(others))
    draft = compose(Week(candidates=(one,)).inputs())
    assert "### 1. CacheConf 2026, 1 paper that matches: Work stealing for caches (" in draft
    assert "  - [Work stealing for caches](https://cacheconf.example.org/virtual/2026/poster/1) · [arXiv:2699.20001](" in draft
    (line,) = re.findall("  - By their titles alone no match: .*", draft)
    assert "[SkipPages](https://cacheconf.example.org/virtual/2026/poster/2) · [arXiv:2699.20002](" in line
    assert line.endswith("; [Kitten](https://cacheconf.example.org/virtual/2026/poster/3)")


def test_a_conference_says_which_of_its_papers_earlier_reports_have() -> None:
    """It names their entries and links none of them again; of the others it says only that no title matches."""
    had = LedgerEntry(report=date(2026, 4, 19), number=3, section="A", grade=2, title="Work stealing", ids=())
    told = seen(talk("1", "Work stealing for caches"), entry=had)
    for title, match in (("SkipPages", ""), ("Work stealing again", "1 paper that matches: Work stealing again")):
        one = candidate(1, seen(talk("2", title)), section=Section.A, told=(told,))
        draft = compose(Week(candidates=(one,)).inputs())
        named = match or "what matches is in earlier reports: Work stealing for caches"
        assert f"### 1. CacheConf 2026, {named} (" in draft
        assert "- In earlier reports: Work stealing for caches (entry 3 of report 2026-04-19)\n" in draft
        assert "poster/1" not in draft
        assert ("By their titles alone no match: [SkipPages]" in draft) is (not match)


def test_update_names_the_earlier_entry() -> None:
    """What an earlier report has comes back as an update to that entry, with what changed."""
    draft = compose(updated())
    assert "update to entry 3 of report 2026-05-10" in draft
    assert "changed: version 2 of May 23" in draft
    assert "update to a mention of report 2026-05-10: the title changed" in draft


def test_quotes_say_what_it_is_and_what_it_measured() -> None:
    """Of an abstract, the sentence that presents the work and those with its figures are quoted, before its field's background."""
    background = "Serving long prompts relies on caching.", "Others measure the KV cache and propose caching for its latency."
    presents = "We therefore propose Kelp, which keeps cold blocks of the KV cache on flash."
    way = "Each block is moved by a page table of its own."
    measured = "Kelp lowers TTFT by 2.4x against plain vLLM.", "The hit rate rises by 12%."
    said = evidence(" ".join((*background, presents, way, *measured)), shipped(), favour=["KV cache", "caching", "latency"])
    assert [quote.sentence for quote in said.quotes] == [presents, *measured]
    alone = evidence(f"{background[0]} {presents}", shipped())
    assert [quote.sentence for quote in alone.quotes] == [background[0], presents], "what little there is, is quoted in its order"


def test_the_verdict_is_of_the_works_own_figures() -> None:
    """What others are said to suffer is not what the work measured, unless there is no other figure."""
    others = "Operators see TTFT spikes of 10-16s against an idle server."
    said = evidence(f"{others} We present Kelp, a cache. It saves 12% of energy.", shipped())
    assert said.verdict == "partial"
    assert said.reason.startswith("states energy (12%)")
    assert evidence(f"{others} We present Kelp, a cache.", shipped()).figures == 1
    assert "10-16s" in evidence(f"{others} We present Kelp, a cache.", shipped()).reason


def test_verdict_needs_figures() -> None:
    """Enthusiasm is no evidence: a text without figures is a no, memory alone is partial, a runtime figure with a baseline a yes."""
    assert evidence("A blazing fast engine with dramatically lower latency and unmatched throughput.", shipped()).verdict == "no"
    assert evidence("", shipped()).reason == "scout has no text of it to judge by"
    assert evidence(REEF.summary, shipped()).verdict == "partial"
    assert evidence("Latency is 12 ms.", shipped()).verdict == "partial"
    assert evidence(TIDE.summary, shipped()).verdict == "yes"


def test_changelog_counts_no_topic_it_does_not_match() -> None:
    """A line is listed under its heaviest topic only; an exclude cancels; what is beyond the room is counted."""
    topics = (
        Topic(name="light", weight=1, terms=("cache",)),
        Topic(name="heavy", weight=3, terms=("KV cache",), exclude=("docs",)),
    )
    notes = "\n".join(["- KV cache docs (#1)", *(f"- Tune KV cache part {n} (#{n})" for n in range(10, 30))])
    (light,) = (group for group in changelog.matching_changes([release("v1", notes)], topics) if group.topic == "light")
    (heavy,) = (group for group in changelog.matching_changes([release("v1", notes)], topics) if group.topic == "heavy")
    assert light.lines == ()
    assert light.more == 1
    assert len(heavy.lines) == changelog.MOST
    assert heavy.more == 20 - changelog.MOST


def test_what_is_left_out_of_lists_is_counted() -> None:
    """Six things of a group have a bullet of their own, twenty a week are named, the rest is counted; of what matches nothing, three."""
    papers = tuple(candidate(n, seen(paper(f"5{n:04}", f"Name{n}: KV cache paper")), kept=False) for n in range(1, 31))
    plain = tuple(
        candidate(n, seen(post(f"plain-{n}", f"Plain {n}"), "example-blog"), topic="", kept=False) for n in range(31, 61)
    )
    draft = compose(Week(candidates=(*papers, *plain)).inputs())
    assert draft.count("KV cache paper") == 6
    assert len(re.findall(r"\[Name\d+\]", draft)) == 14
    assert "kv-cache (14): [Name7]" in draft
    assert "10 more below these" in draft
    assert len(re.findall(r"\[Plain \d+\]", draft)) == 3
    assert "and 27 more" in draft


def test_what_lies_beside_the_window_is_bundled_by_section_and_counted() -> None:
    """A letter says which section a thing would stand in, by its own section or its sources'."""
    early = [
        candidate(n, seen(paper(f"5{n:04}", f"KV cache {n}", day=10)), status=Status.BOUNDARY, kept=False) for n in range(1, 12)
    ]
    quiet = candidate(20, seen(post("q", "An office", day=10), "b", sections=(Section.A,)), topic="", kept=False)
    aside = replace(quiet, section=Section.CONTEXT, status=Status.BOUNDARY)
    draft = compose(Week(candidates=(*early, aside)).inputs())
    group = draft.partition("- **Boundary** ")[2].partition("\n- **")[0]
    assert group.startswith("(published in the 14 days before the window, in no prior report): 12\n")
    assert "  - A: [An office]" in group
    assert re.search(r"  - B: \[.* and 3 more\n?$", group)


def test_announcements_of_several_houses_may_be_one_entry() -> None:
    """Three houses that announce a versioned thing in one window are proposed as one entry; two are not, and nothing is moved."""
    titles = ("Introducing Maple 3", "Birch Large 3.1", "Announcing Oak-Coder 7B", "How we use Maple")
    posts = [candidate(n, seen(post(f"p{n}", title), f"house-{n}"), kept=False) for n, title in enumerate(titles, 1)]
    draft = compose(Week(candidates=tuple(posts)).inputs())
    proposed = draft.partition("- **Could be one entry of A: announcements of several houses**: 3\n")[2].partition("\n")[0]
    assert all(title in proposed and draft.count(title) == 1 for title in titles[:3])
    assert titles[3] not in proposed
    assert "Could be one entry" not in compose(Week(candidates=tuple(posts[1:])).inputs())
    assert "Could be one entry" not in compose(Week(candidates=(replace(posts[0], kept=True), *posts[1:])).inputs())


def test_why_an_entry_is_chosen_is_said_in_a_few_words() -> None:
    """The strongest phrase of each topic, none inside another; learned words only where no topic matches, and none without meaning."""
    reasons = (
        Reason(topic="kv", term="KV cache", field="title", weight=18.0),
        Reason(topic="caching", term="cache", field="title", weight=9.0),
        Reason(topic="serving", term="TTFT", field="abstract", weight=2.0),
        Reason(topic="taste", term="cs.DC", field="category", weight=9.0),
        Reason(topic="taste", term="other words", field="text", weight=9.0),
    )
    learned = (Reason(topic="taste", term="dynamo", field="text", weight=4.0), *reasons[3:])
    chosen = [replace(candidate(1, seen(TIDE)), reasons=why) for why in (reasons, learned)]
    first, second = (compose(Week(candidates=(one,)).inputs()) for one in chosen)
    assert "Chosen for: “KV cache” in the title; “TTFT” in the abstract.\n" in first
    assert "Chosen for: words of earlier picks: dynamo.\n" in second


def test_a_post_that_only_goes_with_a_release_does_not_speak_for_it() -> None:
    """It is a companion; the evidence is the release's own, or that of a post with its version."""
    herald = post("h", "New things in Engine", "Latency is 90% lower than before.", 21, url="https://blog.engine.dev/h")
    one = candidate(1, seen(release("v1.5.0", "", 22)), section=Section.A, companions=(seen(herald),))
    draft = compose(Week(candidates=(one,)).inputs())
    assert "[New things in Engine](https://blog.engine.dev/h) (post, May 21, 2026)" in draft
    assert "Latency" not in draft


def test_a_title_that_an_earlier_report_has_under_another_address_is_pointed_out() -> None:
    """Most words in common, in any order, are perhaps one thing; the rest is only alike."""
    one = candidate(1, seen(post("a", "Serving Agents at Scale with Engine x Harbour"), "b"), section=Section.A)
    titles = ("Engine × Harbour: Serving Agents at Scale", "Harbour and other engines")
    near = {one.item.id: tuple(Neighbour(title=t, likeness=0.2, number=1, report=date(2026, 5, 10)) for t in titles)}
    line = re.search("Nearest earlier: .*", compose(Week(candidates=(one,), more={"neighbours": near}).inputs()))
    assert line
    first, second = line[0].split("; likeness 0.20")[:2]
    assert "perhaps the same thing" in first
    assert "perhaps" not in second


def test_json_is_json() -> None:
    """The context can be written as JSON, and holds every entry."""
    told = json.loads(json.dumps(data(full())))
    assert [entry["number"] for half in told["sections"] for entry in half["entries"]] == [1, 2, 3, 4, 5, 6]


def test_user_template_is_sandboxed_and_escaped() -> None:
    """A user's template gets the documented context, escaped by default; what it may not do is one clear sentence."""
    week = Week(candidates=(candidate(1, seen(paper("7", "<b>@x</b>"))),)).inputs()
    assert compose(week, template="{% for e in entries %}{{ e.title }}{% endfor %}") == "\\<b\\>@\u200bx\\</b\\>\n"
    assert compose(week, template="{{ '<i>' ~ entries[0].title | upper }}") == "\\<i\\>\\<B\\>@\u200bX\\</B\\>\n"
    for wrong in (
        "{{ nothing }}",
        "{% for %}",
        "{{ entries.__class__.__mro__ }}",
        "{{ ''.__class__ }}",
        "{% include '/etc/passwd' %}",
        "{{ entries[99].title }}",
        "{{ 1/0 }}",
        "{{ head.title | safe }}",
    ):
        with pytest.raises(ConfigError, match=r"report\.template"):
            compose(week, template=wrong)


@pytest.mark.parametrize(
    "endless",
    [
        "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}",
        "{% set x = 9 ** (9 ** 9) %}",
        "{{ 'x' * 99999999999 }}",
        "{{ 'x'.ljust(99999999999) }}",
        "{{ '%99999999999d' % 1 }}",
        "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
        "{% for a in range(99999) %}{{ 'x' * 9999 }}{% endfor %}",
        "{{ ([1] * 99999999) | join }}",
    ],
)
def test_a_template_without_end_is_ended(endless: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A loop, a number, a text or a macro without end is a sentence about the template, in bounded time and memory."""
    monkeypatch.setattr(import_module("scout.draft.render"), "SECONDS", 1.5)
    began = time.monotonic()
    with pytest.raises(ConfigError, match=r"report\.template"):
        compose(Week(candidates=()).inputs(), template=endless)
    assert time.monotonic() - began < 15


def test_page_is_self_contained() -> None:
    """The page has no script, no image and nothing remote; slots are marked; it can be read on a narrow screen."""
    for week in WEEKS.values():
        page = html(compose(week()))
        assert page.count("<aside>") == page.count("</aside>") == compose(week()).count("<!-- evidence -->")
        assert not re.search(r"(?i)<(?:script|img|iframe|link|object|embed|form|svg)\b", page)
        assert not re.search(r"(?i)\son\w+=|=.javascript:|url\(|@import|src=", re.sub(r">[^<]*<", "><", page))
        assert 'name="viewport"' in page
        assert page.count("<mark>") == compose(week()).count("<!-- slot:")


def test_prose_counts_agree() -> None:
    """`1` takes the singular, and the target's sentence says what became of it."""
    assert "expanded to 6.\n" in compose(full())
    assert "How the cut fell: the sixth score" in compose(full())
    assert "none kept" in compose(quiet())
    one = Week(candidates=(TRAIN,), coverage=(asked("a"), asked("b", result=Result.OK, covered=False))).inputs()
    assert "1 covers only a part of it (b)" in compose(one)


@pytest.mark.parametrize("name", WEEKS)
def test_what_is_to_be_published_has_no_scaffolding(name: str) -> None:
    """Scores, likenesses, quotes, reasons of choice and figures' sentences stand in evidence blocks, each of them closed."""
    draft = compose(WEEKS[name]())
    assert not evidence_blocks(draft.split("\n")).single
    text = without_evidence(draft)
    for scaffolding in ("likeness", "score", "points for", "Chosen for", "Status:", "(sentence ", "dropped", "Evidence:", "> “"):
        assert scaffolding not in text


def test_late_and_after_never_become_negatives() -> None:
    """A source whose only item lies outside the window is still silent about the window itself."""
    late = candidate(1, seen(paper("8", "KV cache later", day=26)), status=Status.AFTER, kept=False)
    draft = compose(Week(candidates=(late,), coverage=(asked("arxiv", "arxiv", items=0),)).inputs())
    assert "Papers: arxiv" in draft
    assert "- **Next week**" in draft


def test_the_draft_says_up_to_which_instant_a_source_could_be_read() -> None:
    """Where arXiv's last batch comes before the window's end, caveat and list name the hour, and no negative is drawn from it."""
    week = quiet()
    first = asked("arxiv", "arxiv", items=0)
    covers = Interval(start=week.window.start, end=datetime(2026, 5, 22, 18, tzinfo=UTC))
    short = replace(first, covered=False, outcome=replace(first.outcome, covers=covers))
    said = compose(replace(week, shortlist=replace(week.shortlist, coverage=(short, asked("labs", items=0)))))
    assert "1 covers only a part of it (arxiv up to 2026-05-22 18:00 UTC)" in said
    assert "arxiv (read, but its answers reach only up to 2026-05-22 18:00 UTC)" in said
    assert "arxiv (newest" not in said


def test_the_caveat_names_a_source_that_fell_silent() -> None:
    """It was read, and stays among the negatives; the reader is told that its silence may be a fault of reading."""
    silent, other = replace(asked("labs", items=0), silent=True), asked("venue")
    said = compose(Week(candidates=(TRAIN,), coverage=(silent, other)).inputs())
    assert (
        "all 2 sources were read over the whole window; 1 has been silent for far longer than usual, which may be a fault" in said
    )
    assert "fault of reading (labs). " in said
    both = compose(Week(coverage=(silent, replace(asked("blog", items=0), silent=True))).inputs())
    assert "2 have been silent for far longer than usual, which may be a fault of reading (labs, blog). " in both
