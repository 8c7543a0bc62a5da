"""The audit: everything that others chose in a window is an entry, was reported, or is told with the reason why not."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, WINDOW, item
from hypothesis import given
from hypothesis import strategies as st
from past import Past, outcome, workspace
from terminal import WEEK, week_terminal
from test_shortlist import TOPICS, paper, tracked
from test_votes import cast

from scout import shortlist
from scout.model import Coverage, Decision, Interval, Item, Kind, Mark, Section, TrackedItem, Vote, VoteKind
from scout.pipeline.audit import audit
from scout.pipeline.draft import draft_report
from scout.pipeline.mark import mark_item
from scout.shortlist import audit as audits
from scout.shortlist.audit import Audit, Fate
from scout.shortlist.ranking import rank

if TYPE_CHECKING:
    from pathlib import Path


def vote(number: int, source: str = "list", **more: Any) -> Vote:
    """Return a vote for a paper, on a day of the window."""
    fields: dict[str, Any] = {"url": f"https://{source}.test/{number}", "day": date(2026, 5, 20), "read": NOW, "source": source}
    return Vote(item=f"arxiv:2605.{number:05}", kind=more.pop("kind", VoteKind.LIST), **(fields | more))


def audited(pool: list[TrackedItem], votes: list[Vote], *, coverage: tuple[Coverage, ...] = (), target: int = 5) -> Audit:
    """Audit a pool against two topics; the items hold the votes for them, as the pipeline gives them."""
    by_item = {id_: [one for one in votes if one.item == id_] for id_ in {one.item for one in votes}}
    known = [replace(one, votes=tuple(by_item.get(one.item.id, ()))) for one in pool]
    settings = shortlist.Settings(target=target)
    ranked = rank(known, window=WINDOW, topics=TOPICS, ledger=(), background=(), coverage=coverage, settings=settings)
    return audits.audit(ranked, by_item, {}, (), lookback_days=14)


def fates(found: Audit) -> dict[str, Fate]:
    """Return what is missing, by number."""
    return {one.id[-2:].lstrip("0"): one.fate for one in found.missed}


def test_each_choice_is_an_entry_or_told_with_its_reason() -> None:
    """Below the cut, without a topic, marked drop, never seen: each has its own word, and the sum is what was chosen."""
    drop = Mark(item="x", decision=Decision.DROP, made=NOW)
    pool = [
        paper(1, "KV cache", "We present a KV cache. " * 4),
        *(paper(number, f"LLM serving {number}", published=datetime(2026, 5, 19, tzinfo=UTC)) for number in range(10, 40)),
        paper(2, "Cooking"),
        paper(3, "KV cache of another", mark=drop),
    ]
    found = audited(pool, [vote(number) for number in (1, 2, 3, 39, 50)], target=1)
    assert fates(found) == {"39": Fate.RANK, "2": Fate.TOPIC, "3": Fate.MARKED, "50": Fate.NOT_SEEN}
    assert (found.chosen, found.kept, found.reported) == (5, 1, 0)
    (below,) = (one for one in found.missed if one.fate is Fate.RANK)
    assert below.rank
    assert below.why.startswith(f"rank {below.rank} of 31 with ")


def covering(kind: str, name: str, *, covered: bool) -> Coverage:
    """Return the coverage of one source."""
    return Coverage(source=name, kind=kind, section=Section.B, outcome=outcome(name), covered=covered, items=0)


@pytest.mark.parametrize(
    ("coverage", "why"),
    [
        ((), "no source of the kind arxiv is configured"),
        ((covering("feed", "labs", covered=True),), "no source of the kind arxiv is configured"),
        ((covering("arxiv", "arxiv", covered=False),), "not read over the window: arxiv"),
        ((covering("arxiv", "arxiv", covered=True),), "not among what is asked of arxiv"),
    ],
)
def test_what_was_not_seen_says_which_source_should_have(coverage: tuple[Coverage, ...], why: str) -> None:
    """None of its kind, none that was read, or none that asks for it."""
    assert [(one.fate, one.why) for one in audited([], [vote(50)], coverage=coverage).missed] == [(Fate.NOT_SEEN, why)]


def test_a_title_that_only_its_voter_shows_was_not_seen() -> None:
    """A list's own item without a match is no topic missing: nobody else showed its text."""
    (one,) = audited([paper(1, "Cooking", sources=("list",))], [vote(1)]).missed
    assert (one.fate, one.why) == (
        Fate.NOT_SEEN,
        "no topic matches, as its voters show it; no source of the kind arxiv is configured",
    )


def test_a_voter_of_the_field_counts_more_than_one_of_everything() -> None:
    """A list whose choices match goes before a thousand upvotes of one whose choices do not; the shares are told."""
    pool = [paper(number, f"KV cache {number}" if number <= 12 else f"Paper {number}") for number in range(1, 41)]
    votes = [vote(number) for number in (*range(1, 11), 20)]
    votes += [vote(number, "crowd", kind=VoteKind.UPVOTES, count=1000 + number) for number in (12, *range(20, 40))]
    found = audited(pool, votes, target=1)
    assert {one.source: (one.choices, one.of_the_field) for one in found.voters} == {"list": (11, 10), "crowd": (21, 1)}
    assert found.missed[0].id == "arxiv:2605.00020", "chosen by both"
    assert [one.id[-2:] for one in found.missed if one.votes[0].source == "crowd"][:3] == ["12", "39", "38"]


def test_votes_of_other_weeks_do_not_count() -> None:
    """A vote is of its day, and without one of the day when it was first read; later readings of it move nothing."""
    week_later = NOW + timedelta(days=7)
    votes = [
        vote(1, day=date(2026, 5, 17)),
        vote(2, day=date(2026, 5, 25)),
        vote(3, day=None, read=week_later),
        vote(4, day=None, read=datetime(2026, 5, 24, 23, tzinfo=UTC)),
        vote(4, day=None, read=week_later, count=9),
    ]
    (one,) = audited([], votes).missed
    assert (one.id, [vote.count for vote in one.votes]) == ("arxiv:2605.00004", [9])


def test_posts_and_threads_choose_too() -> None:
    """What a collected post or thread of the window links is chosen by its source."""
    thread = tracked(
        item("Show", id="hn:1", kind=Kind.THREAD, links=("https://blog.test/cooking",)), sources=("hn",), watched=False
    )
    blog = tracked(item("Cooking", url="https://blog.test/cooking", id="url:https://blog.test/cooking"), watched=False)
    post = tracked(item("We read", links=("https://arxiv.org/abs/2605.00050v2", "https://elsewhere.test/x")), sources=("labs",))
    told = {one.id: [vote.source for vote in one.votes] for one in audited([thread, blog, post], []).missed}
    assert told == {"arxiv:2605.00050": ["labs"], "url:https://blog.test/cooking": ["hn"]}


def test_old_things_stand_last() -> None:
    """What a list adds of earlier years is told, by its number where nobody has its date, behind all that is new."""
    old = Vote(item="arxiv:2410.00001", kind=VoteKind.LIST, url="u", day=date(2026, 5, 20), source="list", read=NOW)
    found = audited([], [old, vote(50)])
    assert [(one.id, one.fate) for one in found.missed] == [("arxiv:2605.00050", Fate.NOT_SEEN), (old.item, Fate.OLD)]
    assert found.missed[1].why == "of 2024-10 by its number"


@given(st.lists(st.tuples(st.integers(1, 12), st.sampled_from(["list", "crowd", "paper"])), max_size=20), st.integers(0, 99))
def test_the_order_of_rows_changes_nothing_and_nothing_is_lost(chosen: list[tuple[int, str]], seed: int) -> None:
    """Entries, reported and missed are all that was chosen; shuffled rows give the same audit."""
    pool = [paper(number, f"KV cache {number}" if number % 2 else f"Paper {number}") for number in range(1, 8)]
    votes = [vote(number, source) for number, source in dict.fromkeys(chosen)]
    found = audited(pool, votes)
    assert found.kept + found.reported + len(found.missed) == found.chosen == len({number for number, _ in chosen})
    shuffled = [*pool], [*votes]
    Random(seed).shuffle(shuffled[0])  # noqa: S311 -- a test's order
    Random(seed).shuffle(shuffled[1])  # noqa: S311 -- a test's order
    again = audited(*shuffled)
    assert [(one.id, one.fate, one.strength) for one in again.missed] == [
        (one.id, one.fate, one.strength) for one in found.missed
    ]


# -- from a store -----------------------------------------------------------------------------------------------------------
OFF_TOPIC = item("Cooking", id="arxiv:2605.00002", kind=Kind.PAPER, url="https://arxiv.org/abs/2605.00002")
EARLIER = item("Another cache", id="arxiv:2605.00003", kind=Kind.PAPER, url="https://arxiv.org/abs/2605.00003")
OLDER = item(
    "An old cooking", id="arxiv:2604.00004", kind=Kind.PAPER, url="https://arxiv.org/abs/2604.00004",
    published=datetime(2026, 4, 2, tzinfo=UTC),
)  # fmt: skip


@pytest.fixture
def past(tmp_path: Path) -> Past:
    """Return a past with one thing reported, one without a topic, one of an earlier month, and votes for them."""
    past = Past(tmp_path / "s.db")
    span = Interval(start=datetime(2026, 5, 1, tzinfo=UTC), end=NOW)
    known: list[Item] = [OFF_TOPIC, EARLIER, OLDER]
    past.run(NOW - timedelta(days=4), outcome("labs", covers=span), labs=known)
    past.report(date(2026, 5, 17), EARLIER.id)
    chosen = [vote(number) for number in (2, 3, 50)]
    cast(past, NOW - timedelta(days=1), *chosen, replace(vote(4), item=OLDER.id), source="list")
    return past


def test_an_audit_of_a_store_knows_the_ledger_and_the_day(past: Past) -> None:
    """What a report has is no miss; as of a day before the votes were read there are none."""
    found = audit(past.path, workspace(), WINDOW)
    assert (found.chosen, found.kept, found.reported) == (4, 0, 1)
    assert {one.id: one.fate for one in found.missed} == {
        "arxiv:2605.00002": Fate.TOPIC, "arxiv:2605.00050": Fate.NOT_SEEN, OLDER.id: Fate.OLD,
    }  # fmt: skip
    assert audit(past.path, workspace(), WINDOW, as_of=date(2026, 5, 22)).chosen == 0


def test_the_draft_names_the_three_strongest(past: Past) -> None:
    """In evidence at its end, with the reason and who chose them; what the curator marked drop is not named."""
    mark_item(past.path, OFF_TOPIC.id, Decision.DROP, "", now=NOW)
    words = draft_report(past.path, workspace(), WINDOW).report
    block = words.partition("Chosen by others, and not here")[2].partition("<!-- /evidence -->")[0]
    assert block.count("\n    - ") == 1, "what is old is not named either"
    assert "no source of the kind arxiv is configured; added to list of 2026-05-20 (seen 2026-05-24)" in block
    assert "Cooking" not in words


def test_the_command_line_answers_in_three_forms(tmp_path: Path) -> None:
    """The same things in the same order; the sum is said on stderr of the table."""
    desk = week_terminal(tmp_path)
    table, as_json, markdown = (desk("audit", *WEEK, "--format", form) for form in ("table", "json", "markdown"))
    assert (table.code, as_json.code, markdown.code, as_json.err, markdown.err) == (0, 0, 0, "", "")
    missed = as_json.json["missed"]
    assert missed
    assert len(table.rows) == len(missed)
    assert [line.split(" ")[0] for line in table.rows] == [one["fate"] for one in missed]
    assert len([line for line in markdown.out.splitlines() if line.startswith("- [")]) == len(missed)
    assert f"{as_json.json['chosen']} things chosen by others from 2026-05-18 to 2026-05-24" in table.err
