"""The draft: golden weeks, its order and wording, its slots, and that each figure is in the sentence it is quoted from."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
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
    updated,
)

from scout.draft import SLOT, changelog, compose, data, html, numbered, pr_body
from scout.errors import ConfigError
from scout.figures import evidence, find
from scout.model import Result, Status, Topic

if TYPE_CHECKING:
    from scout.draft import Material

CASES = [
    line
    for line in Path(__file__).with_name("figures.tsv").read_text(encoding="utf-8").splitlines()
    if "\t" in line and line[0] != "#"
]
ORDER = (
    r"^# .*2026-05-24$", r"^\*\*Run type:", r"^\*\*Scope:", r"^\*\*Selection criteria:", r"^\*\*Organization:", r"^\*\*Methodology caveat:",
    r"^## A\.", r"^## B\.", r"^## Additional context", r"^## Cross-cutting observations", r"^## References$",
)  # fmt: skip


@pytest.mark.parametrize("name", WEEKS)
def test_golden(name: str) -> None:
    """A made week gives the draft that was read and agreed; `PYTHONPATH=. python tests/made_weeks.py` writes them anew."""
    assert compose(WEEKS[name]()) == (GOLDEN / f"{name}.md").read_text(encoding="utf-8")


def test_golden_pull_request() -> None:
    """The pull request's text of the full week is the agreed one, and numbers no entry in a way that links an issue."""
    body = pr_body(full())
    assert body == (GOLDEN / "full.pr.md").read_text(encoding="utf-8")
    assert not re.search(r"(?<![\w\[&])#\d", body)


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
    material = WEEKS[name]()
    draft = compose(material)
    numbers = [int(number) for number in re.findall(r"^### (\d+)\. ", draft, re.MULTILINE)]
    assert numbers == list(range(1, len(numbered(material)) + 1))
    references = draft.partition("\n## References\n")[2]
    assert len(re.findall(r"^- ", references, re.MULTILINE)) == len(numbers)


@pytest.mark.parametrize("name", WEEKS)
def test_slots(name: str) -> None:
    """Three marked slots an entry, one for the observations; no other comment."""
    draft = compose(WEEKS[name]())
    entries = len(numbered(WEEKS[name]()))
    for slot in ("summary", "novelty", "impact"):
        assert draft.count(SLOT.format(slot)) == entries
    assert draft.count(SLOT.format("observations")) == 1
    assert draft.count("<!--") == 3 * entries + 1


@pytest.mark.parametrize("name", WEEKS)
def test_no_item_twice(name: str) -> None:
    """Nothing that an entry refers to is listed again in the additional context."""
    draft = compose(WEEKS[name]())
    context = draft.partition("\n## Additional context")[2].partition("\n## Cross-cutting")[0]
    entries = draft.partition("\n## Additional context")[0].partition("\n## A.")[2]
    of_entries = set(re.findall(r"^- Reference: .*$", entries, re.MULTILINE))
    links = {address for line in of_entries for address in re.findall(r"\]\((https?://[^)]+)\)", line)}
    assert not links & set(re.findall(r"\]\((https?://[^)]+)\)", context))


def _unescaped(text: str) -> str:
    return re.sub(r"\\([^\w\s]|_)", r"\1", text.replace("\u200b", ""))


def _figures_in_their_sentences(material: Material) -> None:
    """Assert that each figure of a draft stands in the quoted sentence that it names, and that sentence in a text of the entry."""
    texts = [" ".join(one.item.summary.split()) for c in numbered(material) for one in (c.sighted, *c.companions)]
    for entry in (entry for half in data(material)["sections"] for entry in half["entries"]):
        quotes = [_unescaped(quote.replace("**", "")).strip("“”").removesuffix(" …") for quote in entry["quotes"]]
        assert all(any(quote in text for text in texts) for quote in quotes)
        for line in entry["figures"]:
            found = find(quotes[int(line[-2]) - 1])
            assert any(_unescaped(line).startswith(f"{figure.metric}: {figure.value}") for figure in found), line


@pytest.mark.parametrize("name", WEEKS)
def test_each_figure_in_its_sentence(name: str) -> None:
    """In every made week, each figure under `Runtime evaluation` is in the sentence it is said to be in."""
    _figures_in_their_sentences(WEEKS[name]())


@settings(deadline=None)
@given(st.lists(st.sampled_from([case.split("\t")[1] for case in CASES]), max_size=6))
def test_each_figure_in_its_sentence_for_any_store(sentences: list[str]) -> None:
    """Whatever the store's texts say, the draft's figures are in their quoted sentences, and the sentences in the texts."""
    kept = candidate(1, seen(paper("9", "KV cache", " ".join(sentences))))
    _figures_in_their_sentences(Week(candidates=(kept,)).material())


@settings(deadline=None)
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
    said = evidence(text)
    folded = " ".join(text.split())
    assert len(said.quotes) <= 3
    for quote in said.quotes:
        assert quote.sentence in folded
        assert len(quote.sentence) <= 420
        for figure in quote.figures:
            assert quote.sentence[figure.start : figure.end] == figure.value
    assert said.verdict == "no" or said.figures


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


def test_update_names_the_earlier_entry() -> None:
    """What an earlier report has comes back as an update to that entry, with what changed."""
    draft = compose(updated())
    assert "update to entry 3 of report 2026-05-10" in draft
    assert "changed: version 2 of May 23" in draft
    assert "update to a mention of report 2026-05-10: the title changed" in draft


def test_verdict_needs_figures() -> None:
    """Enthusiasm is no evidence: a text without figures is a no, memory alone is partial, a runtime figure with a baseline a yes."""
    assert evidence("A blazing fast engine with dramatically lower latency and unmatched throughput.").verdict == "no"
    assert evidence("").reason == "scout has no text of it to judge by"
    assert evidence(REEF.summary).verdict == "partial"
    assert evidence("Latency is 12 ms.").verdict == "partial"
    assert evidence(TIDE.summary).verdict == "yes"


def test_changelog_counts_no_topic_it_does_not_match() -> None:
    """A line is listed under its heaviest topic only; an exclude cancels; what is beyond the room is counted."""
    topics = (
        Topic(name="light", weight=1, terms=("cache",)),
        Topic(name="heavy", weight=3, terms=("KV cache",), exclude=("docs",)),
    )
    notes = "\n".join(["- KV cache docs (#1)", *(f"- Tune KV cache part {n} (#{n})" for n in range(10, 30))])
    (light,) = (group for group in changelog.read([release("v1", notes)], topics) if group.topic == "light")
    (heavy,) = (group for group in changelog.read([release("v1", notes)], topics) if group.topic == "heavy")
    assert light.lines == ()
    assert light.more == 1
    assert len(heavy.lines) == changelog.MOST
    assert heavy.more == 20 - changelog.MOST


def test_what_is_dropped_from_lists_is_counted() -> None:
    """A long list is cut and says how many it leaves out; items of watched sources without a topic are all there."""
    papers = tuple(candidate(n, seen(paper(f"5{n:04}", f"KV cache paper {n}")), kept=False) for n in range(1, 31))
    plain = tuple(
        candidate(n, seen(paper(f"6{n:04}", f"Plain {n}"), "example-blog", watched=True), topic="", kept=False)
        for n in range(31, 61)
    )
    draft = compose(Week(candidates=(*papers, *plain)).material())
    assert draft.count("KV cache paper") == 20
    assert "10 more below these" in draft
    assert draft.count("— Plain ") == 30


def test_announcements_of_several_houses_may_be_one_entry() -> None:
    """Three houses that announce a versioned thing in one window are proposed as one entry; two are not, and nothing is moved."""
    titles = ("Introducing Maple 3", "Birch Large 3.1", "Announcing Oak-Coder 7B", "How we use Maple")
    posts = [candidate(n, seen(post(f"p{n}", title), f"house-{n}"), kept=False) for n, title in enumerate(titles, 1)]
    proposed = compose(Week(candidates=tuple(posts)).material()).partition("- **Could be one entry**")[2].partition("\n")[0]
    assert all(title in proposed for title in titles[:3])
    assert titles[3] not in proposed
    assert "Could be one entry" not in compose(Week(candidates=tuple(posts[1:])).material())


def test_json_is_json() -> None:
    """The context can be written as JSON, and holds every entry."""
    told = json.loads(json.dumps(data(full())))
    assert [entry["number"] for half in told["sections"] for entry in half["entries"]] == [1, 2, 3, 4, 5, 6]


def test_user_template_is_sandboxed_and_escaped() -> None:
    """A user's template gets the documented context, escaped by default; what it may not do is one clear sentence."""
    week = Week(candidates=(candidate(1, seen(paper("7", "<b>@x</b>"))),)).material()
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


def test_page_is_self_contained() -> None:
    """The page has no script, no image and nothing remote; slots are marked; it can be read on a narrow screen."""
    for week in WEEKS.values():
        page = html(compose(week()))
        assert not re.search(r"(?i)<(?:script|img|iframe|link|object|embed|form|svg)\b", page)
        assert not re.search(r"(?i)\son\w+=|=.javascript:|url\(|@import|src=", re.sub(r">[^<]*<", "><", page))
        assert 'name="viewport"' in page
        assert page.count("<mark>") == compose(week()).count("<!-- slot:")


def test_prose_counts_agree() -> None:
    """`1` takes the singular, and the target's sentence says what became of it."""
    assert "expanded to 6: the sixth score" in compose(full())
    assert "none kept" in compose(quiet())
    one = Week(candidates=(TRAIN,), coverage=(asked("a"), asked("b", result=Result.OK, covered=False))).material()
    assert "1 covers only a part of it (b)" in compose(one)


def test_late_and_after_never_become_negatives() -> None:
    """A source whose only item lies outside the window is still silent about the window itself."""
    late = candidate(1, seen(paper("8", "KV cache later", day=26)), status=Status.AFTER, kept=False)
    draft = compose(Week(candidates=(late,), coverage=(asked("arxiv", "arxiv", items=0),)).material())
    assert "Papers: arxiv" in draft
    assert "- **Next week**" in draft
