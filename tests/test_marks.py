"""The curator's marks: what is marked wins over the cut, and a dropped thing never comes back as news."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from fakes import WINDOW, item
from hypothesis import given
from hypothesis import strategies as st
from past import Past, workspace
from terminal import WEEK, week_terminal
from test_shortlist import at, choose, paper, tracked

from scout import store
from scout.errors import UsageError
from scout.identity import named
from scout.model import Candidate, Decision, Item, Kind, Mark, Section, Status, TrackedItem, Window
from scout.pipeline.draft import draft_report
from scout.pipeline.mark import mark_item, marked, unmark_item
from scout.pipeline.shortlist import Selection, explain, select
from scout.shortlist import Settings

if TYPE_CHECKING:
    from pathlib import Path

MAY_25 = datetime(2026, 5, 25, 6, tzinfo=UTC)
NEXT = Window(since=date(2026, 5, 25), until=date(2026, 5, 31))
DROPPED = "marked drop, or belongs to what is"


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """Return a past without anything in it."""
    return Past(tmp_path / "s.db")


def of(decision: str, why: str = "") -> Mark:
    """Return a mark of the tests' day."""
    return Mark(item="x", decision=Decision(decision), why=why, made=MAY_25)


def candidate(selection: Selection, title: str) -> Candidate | None:
    """Return the candidate of a title."""
    return next((one for one in selection.shortlist.candidates if one.item.title == title), None)


def mark(past: Past, words: str, decision: str, *, at: datetime = MAY_25, why: str = "") -> None:
    """Mark an item of the store."""
    mark_item(past.path, words, Decision(decision), why, now=at)


# -- ranking ----------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("decision", ["A", "B"])
def test_what_is_marked_is_kept_whatever_it_scores(decision: str) -> None:
    """A paper that no topic matches is an entry of the section named, beside better ones; the mark is a reason, with why."""
    rivals = [paper(number, f"KV cache {number}", "KV cache. " * 4) for number in range(2, 30)]
    odd = paper(1, "Nothing of the field", mark=of(decision, "a reader asked"))
    found = choose(odd, *rivals)
    one = next(one for one in found.candidates if one.item.id == odd.item.id)
    assert (one.kept, one.section) == (True, Section(decision))
    assert one.why_section == "marked on 2026-05-25: a reader asked"
    assert [(reason.topic, reason.term, reason.weight) for reason in one.reasons] == [("mark", decision, 0.0)]
    assert "1 kept because it is marked" in found.cut
    assert sum(one.kept for one in found.candidates) <= 8  # no more than without it


def test_what_is_marked_context_is_no_entry() -> None:
    """The best of the week goes to context, and another takes its place."""
    best = paper(1, "KV cache KV cache", "KV cache. " * 4, mark=of("context"))
    found = choose(best, paper(2, "A KV cache"))
    assert [(one.section, one.kept) for one in found.candidates] == [(Section.CONTEXT, False), (Section.B, True)]


def test_no_limit_leaves_out_what_is_marked() -> None:
    """The limit counts what the ranking chose."""
    found = choose(
        paper(1, "Nothing of the field", mark=of("A")),
        *(paper(number, f"KV cache {number}") for number in (2, 3)),
        settings=Settings(limit=1),
    )
    assert [one.item.id for one in found.candidates] == ["arxiv:2605.00002", "arxiv:2605.00001"]


def test_a_release_that_is_dropped_does_not_come_back_as_its_trial() -> None:
    """The whole train of the dropped release goes, each counted; a candidate of another project stays."""
    final = release("v1.1", mark=of("drop"))
    found = choose(final, release("v1.1rc1", published=at("2026-05-19")), paper(1, "KV cache"))
    assert [one.item.id for one in found.candidates] == ["arxiv:2605.00001"]
    assert found.dropped == {DROPPED: 2}


def release(tag: str, **more: Any) -> TrackedItem:
    """Return a release of a project that a topic names."""
    fields = {"published": more.pop("published", at("2026-05-20")), "extra": {"tag": tag}}
    url = f"https://github.com/vllm-project/vllm/releases/tag/{tag}"
    one = item(f"vLLM {tag}", id=f"github:vllm-project/vllm@{tag}", kind=Kind.RELEASE, url=url, **fields)
    return tracked(one, **more)


def test_a_dropped_talk_takes_no_other_with_it() -> None:
    """Talks of one conference belong together, and not to the first of them."""
    talks = [
        tracked(item(f"KV cache {name}", id=f"program:conf/{name}", kind=Kind.TALK, published=at("2026-05-20")), mark=mark)
        for name, mark in (("one", of("drop")), ("two", None))
    ]
    (one,) = choose(*talks).candidates
    assert (one.item.id, one.companions) == ("program:conf/two", ())


def test_a_companion_marked_context_stands_by_itself() -> None:
    """A post that would belong to its paper's entry is context of its own, and the paper stays an entry."""
    work = paper(1, "KV cache of the year", "We present a KV cache.")
    post = tracked(item("KV cache of the year, explained", links=("https://arxiv.org/abs/2605.00001",)), mark=of("context"))
    joined = choose(work, replace(post, mark=None))
    assert [len(one.companions) for one in joined.candidates] == [1]
    apart = {one.item.id: one for one in choose(work, post).candidates}
    assert (apart[work.item.id].kept, apart[post.item.id].section) == (True, Section.CONTEXT)


@given(st.lists(st.sampled_from([None, "A", "B", "context", "drop"]), max_size=8), st.integers(0, 3))
def test_nothing_is_lost_by_marks(decisions: list[str | None], limit: int) -> None:
    """Candidates and dropped are the pool; marked A or B is kept, marked drop is out, whatever the rest."""
    pool = [
        paper(number, f"KV cache {number}" if number % 2 else f"Paper {number}", mark=of(decision) if decision else None)
        for number, decision in enumerate(decisions, 1)
    ]
    found = choose(*pool, settings=Settings(limit=limit or None))
    assert len(found.candidates) + sum(found.dropped.values()) == len(pool)
    kept = {one.item.id for one in found.candidates if one.kept}
    assert kept >= {one.item.id for one in pool if one.mark and one.mark.decision in ("A", "B")}
    assert not {one.item.id for one in found.candidates} & {
        one.item.id for one in pool if one.mark and one.mark.decision is Decision.DROP
    }


# -- the store --------------------------------------------------------------------------------------------------------------
def test_a_mark_stands_until_it_is_undone_and_a_replay_knows_when(past: Past) -> None:
    """A second mark replaces the first; marking the same again changes nothing; each past day has its own."""
    past.run(MAY_25, labs=[item("A cache")])
    mark(past, "A cache", "A", why="first")
    mark(past, "A cache", "A", why="first", at=MAY_25 + timedelta(hours=1))
    mark(past, "A cache", "drop", at=MAY_25 + timedelta(days=2))
    unmark_item(past.path, "A cache", now=MAY_25 + timedelta(days=4))
    told = [
        [str(one.mark.decision) for one in marked(past.path, as_of=MAY_25.date() + timedelta(days=day))] for day in range(-1, 6)
    ]
    assert told == [[], ["A"], ["A"], ["drop"], ["drop"], [], []]
    assert marked(past.path) == []
    assert store.query(past.path, "select decision, made, undone from marks order by id").rows == (
        ("A", "2026-05-25T06:00:00Z", "2026-05-27T06:00:00Z"),
        ("drop", "2026-05-27T06:00:00Z", "2026-05-29T06:00:00Z"),
    )
    with pytest.raises(UsageError, match="has no mark that could be undone"):
        unmark_item(past.path, "A cache", now=MAY_25)


def test_marks_survive_a_rebuilt_ledger_and_a_new_id(past: Past) -> None:
    """The ledger can be read again, and an item renamed: its marks go with it."""
    past.run(MAY_25, labs=[item("A cache")])
    mark(past, "A cache", "B")
    past.report(date(2026, 5, 17), "url:https://other.test/")
    with store.open_store(past.path, write="a test") as opened, opened.writing() as conn:
        conn.execute("delete from reports")
        conn.execute("pragma defer_foreign_keys = on")
        conn.execute("delete from sightings")
        conn.execute("update items set id = 'url:https://new.test/'")
    assert [(one.item.id, str(one.mark.decision)) for one in marked(past.path)] == [("url:https://new.test/", "B")]


# -- from a store to the next draft ------------------------------------------------------------------------------------------
OLD = item("An older cache", published=datetime(2026, 3, 2, tzinfo=UTC))


def test_what_is_marked_is_in_the_next_draft_whatever_its_date(past: Past) -> None:
    """Passed over and older than the lookback, it is an entry with its true date; once a report has it, it is news no more."""
    past.run(datetime(2026, 3, 3, tzinfo=UTC), labs=[OLD])
    past.run(MAY_25, labs=[item("A cache")])
    past.report(date(2026, 5, 17))
    assert candidate(select(past.path, workspace(), WINDOW), OLD.title) is None
    mark(past, OLD.url, "A", why="asked for")
    one = candidate(select(past.path, workspace(), WINDOW), OLD.title)
    assert one
    assert (one.status, one.section, one.kept) == (Status.BOUNDARY, Section.A, True)
    draft = draft_report(past.path, workspace(), WINDOW).report
    assert "An older cache (Mar 2, 2026; before the window, not in any prior report)" in draft
    assert "in A: marked on 2026-05-25: asked for" in draft
    assert candidate(select(past.path, workspace(), WINDOW, as_of=date(2026, 5, 24)), OLD.title) is None
    past.report(WINDOW.until, OLD.id)
    assert candidate(select(past.path, workspace(), NEXT), OLD.title) is None


TALK = item(
    "A cache", id="program:conf/1", kind=Kind.TALK, url="https://conf.test/talk/1", links=("https://arxiv.org/abs/2605.00001",)
)
PAPER = item("A cache, revised", id="arxiv:2605.00001", kind=Kind.PAPER, url="https://arxiv.org/abs/2605.00001")
THREAD = item(
    "A cache is discussed", id="hn:1", kind=Kind.THREAD, url="https://news.ycombinator.com/item?id=1", links=(PAPER.url,)
)


@pytest.mark.parametrize(("first", "later"), [(PAPER, TALK), (TALK, PAPER), (PAPER, THREAD), (TALK, THREAD)])
def test_a_dropped_thing_never_comes_back_by_another_name(past: Past, first: Item, later: Item) -> None:
    """A paper, its talk and a thread about it are no news in a later window, nor listed for the week after."""
    known = [first] if first is PAPER or later is PAPER else [first, PAPER]
    past.run(MAY_25 - timedelta(days=7), labs=known)
    mark(past, first.id, "drop")
    past.run(MAY_25 + timedelta(days=6), labs=[replace(later, published=datetime(2026, 5, 28, tzinfo=UTC))])
    assert [one.item.id for one in select(past.path, workspace(), NEXT).shortlist.candidates if one.item.id == later.id] == []
    assert later.title not in draft_report(past.path, workspace(), WINDOW).report


def test_what_is_marked_context_is_named_in_the_draft(past: Past) -> None:
    """However many score more: beyond a group's lines the others are counted, the marked one stands first, with why."""
    past.run(MAY_25, labs=[item("No match at all"), *(item(f"A cache cache {number}") for number in range(80))])
    mark(past, "No match at all", "context", why="for *Ann* <b>")
    draft = draft_report(past.path, workspace(), WINDOW).report
    line = next(line for line in draft.partition("## Additional context")[2].splitlines() if "No match at all" in line)
    assert r"marked on 2026-05-25: for \*Ann\* \<b\>" in line


# -- what a user types ------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "words",
    ["arxiv:2605.00001", "2605.00001", "2605.00001v3", "arXiv: 2605.00001", "https://arxiv.org/pdf/2605.00001v2",
     "https://huggingface.co/papers/2605.00001", "A cache, revised", "a CACHE revised", "https://conf.test/talk/9"],
)  # fmt: skip
def test_an_item_is_named_as_people_name_it(past: Past, words: str) -> None:
    """By id, bare number, any address of it, or title in any spelling."""
    other = item("A cache revised in other words", id="program:conf/9", kind=Kind.TALK, url="https://conf.test/talk/9")
    past.run(MAY_25, labs=[PAPER, other])
    mark(past, words, "A")
    assert [one.item.id for one in marked(past.path)] == ["program:conf/9" if "talk" in words else PAPER.id]


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("2605.00002", r"nothing that is '2605.00002'.*; near it: arxiv:2605.00001 \(A cache, revised\)"),
        ("a cache rewritten", r"near it: .*A cache, revised"),
        ("zzz", r"`scout shortlist` shows ids"),
        ("", r"nothing that is ''"),
        ('NEAR("', r"nothing that is"),
        ("cache", r"may be 2 things: name one by its id: .*arxiv:2605.00001"),
    ],
)
def test_what_names_nothing_or_several_is_said_with_what_is_near(past: Past, words: str, said: str) -> None:
    """One sentence, and nothing is marked."""
    past.run(MAY_25, labs=[PAPER, item("A second cache")])
    with pytest.raises(UsageError, match=said):
        mark(past, words, "A")
    assert marked(past.path) == []


@given(st.text(max_size=80))
def test_any_words_are_an_id_or_a_title(words: str) -> None:
    """No text is too odd to be looked up."""
    assert isinstance(named(words), str)


def test_the_command_line_marks_lists_and_undoes(tmp_path: Path) -> None:
    """The list is a table for people and JSON for programs; what is done is said on stderr, and contradictions are refused."""
    desk = week_terminal(tmp_path)
    done = desk("mark", "2605.22850", "--as", "A", "--why", "production traces")
    assert (done.code, done.out) == (0, "")
    assert re.fullmatch(r"arxiv:2605\.22850 \(.+\): marked A\n", done.err)
    assert desk("mark", "2605.22850", "--as", "B").err.endswith("marked B, A before\n")
    (row,) = desk("mark", "list").rows
    assert row.startswith("B   2026-05-26  arxiv:2605.22850")
    assert [(one["id"], one["as"], one["why"]) for one in desk("mark", "list", "--format", "json").json] == [
        ("arxiv:2605.22850", "B", "")
    ]
    chosen = {one["id"]: one for one in desk("shortlist", *WEEK, "--format", "json").json["candidates"]}
    assert (chosen["arxiv:2605.22850"]["mark"], chosen["arxiv:2605.22850"]["section"]) == ("B", "B")
    assert "mark: B" in desk("shortlist", *WEEK).out
    assert "mark: B" in desk("shortlist", *WEEK, "--format", "markdown").out
    assert desk("mark", "2605.22850", "--undo").err.endswith("not marked B any more\n")
    assert desk("mark", "list", "--format", "json").json == []
    for words in (("2605.22850",), ("2605.22850", "--as", "A", "--undo"), ("list", "--as", "A")):
        ran = desk("mark", *words)
        assert (ran.code, ran.out) == (2, "")
        assert re.fullmatch(r"scout: .+\n", ran.err)


def test_a_mark_of_what_is_reported_says_so(past: Past) -> None:
    """It is an example to learn from, and no news."""
    past.run(MAY_25, labs=[PAPER])
    past.report(date(2026, 5, 17), PAPER.id)
    done = mark_item(past.path, PAPER.id, Decision.A, "", now=MAY_25)
    assert done.entry
    assert done.entry.report == date(2026, 5, 17)
    assert select(past.path, workspace(), WINDOW).shortlist.candidates == ()


def test_an_explanation_takes_the_same_names(past: Past) -> None:
    """A bare arXiv id and a title are the item; a title of several is refused, an unknown id is not in the pool."""
    past.run(MAY_25, labs=[PAPER, item("A second cache")])
    for words in (PAPER.id, "2605.00001v2", "a cache, revised"):
        assert explain(past.path, workspace(), WINDOW, words).title == PAPER.title
    with pytest.raises(UsageError, match="may be 2 things"):
        explain(past.path, workspace(), WINDOW, "cache")
    assert explain(past.path, workspace(), WINDOW, "2605.00009").verdict.startswith("not in the pool")
