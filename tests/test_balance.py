"""What topics, marks, votes and dates count: as much as the items and the earlier picks say."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

import pytest
from test_shortlist import TOPICS, at, choose, entry, explained, paper, report
from test_taste import OTHERS

from scout.model import Decision, Mark, Topic, Vote, VoteKind
from scout.shortlist import balance, render

if TYPE_CHECKING:
    from scout.model import Candidate, Shortlist, TrackedItem

BROAD = Topic(name="broad", weight=5, terms=("network",))


def plain(count: int) -> list[TrackedItem]:
    """Return papers that say nothing of the field; each holds the word `network`."""
    return [paper(1000 + number, f"Plain {number}", OTHERS[number % 60]) for number in range(count)]


def of(found: Shortlist, number: int) -> Candidate:
    """Return the candidate of a paper."""
    return next(one for one in found.candidates if one.item.id == f"arxiv:2605.{number:05}")


def test_a_topic_that_matches_most_of_a_large_pool_says_little_and_that_is_said() -> None:
    """Of two topics of one weight the rare one counts more; the broad one is named with its share, in a large pool alone."""
    topics = (BROAD, Topic(name="rare", weight=5, terms=("quasar",)))
    pool = [paper(1, "A quasar"), paper(2, "A network"), *plain(1200)]
    found = choose(*pool, topics=topics)
    assert of(found, 1).score > 3 * of(found, 2).score > 0
    assert list(found.broad) == ["broad"]
    assert any(line.startswith("broad: the topic broad matches 100% of the items") for line in render.as_words(found))
    assert not choose(*pool[:100], topics=topics).broad
    told = explained("arxiv:2605.00002", *pool, topics=topics)
    (count,) = told.topics
    assert (count.name, count.share > 0.99, count.factor < 0.2) == ("broad", True, True)
    assert "the topic broad matches 99.9% of the items, and counts 0." in render.explained(told)


def test_a_topic_that_picks_have_in_common_counts_more_than_one_that_they_do_not() -> None:
    """The ledger moves the weights that feeds.yaml gives."""
    pool = [paper(1, "A quasar"), paper(2, "A pulsar"), *plain(300)]
    pool += [paper(n, f"Pulsar {n}") for n in range(3, 40)]
    topics = tuple(Topic(name=name, weight=3, terms=(name,)) for name in ("quasar", "pulsar"))
    picks = [paper(500 + n, f"The quasar {n}").item for n in range(20)]
    ledger = (report(*(entry(one.title, one.id) for one in picks)),)
    found = choose(*pool, topics=topics, ledger=ledger, picks={one.id: one for one in picks})
    assert of(found, 1).score > 1.5 * of(found, 2).score > 0


@pytest.mark.parametrize(("decision", "sign"), [("A", 1), ("context", 1), ("drop", -1)])
def test_what_is_marked_teaches(decision: str, sign: int) -> None:
    """Another paper with the words of a marked one rises, or falls if the mark is `drop`."""
    made = datetime(2026, 5, 22, tzinfo=UTC)
    picks = [paper(600 + n, f"Bees {n}", "pollen nectar").item for n in range(5)]
    seen = [paper(700 + n, f"Wasps {n}", "zither").item for n in range(5)]
    given = {
        "ledger": (report(*(entry(one.title, one.id) for one in picks)),),
        "picks": {one.id: one for one in (*picks, *seen)},
    }
    pool = [
        paper(1, "KV cache", "pollen zither"),
        *(paper(10 + n, "Plain", "pollen zither and gradient") for n in range(3)),
        *plain(300),
    ]
    before = choose(*pool, **given)
    marks = {one.id: Mark(item=one.id, decision=Decision(decision), made=made) for one in seen}
    after = choose(*pool, **given, marks=marks)
    assert sign * (of(after, 1).score - of(before, 1).score) > 0


def voted(number: int, count: int = 40, day: date = date(2026, 5, 10)) -> Vote:
    """Return upvotes of a paper."""
    return Vote(item=f"arxiv:2605.{number:05}", kind=VoteKind.UPVOTES, url=str(number), count=count, source="daily", day=day)


def test_votes_count_as_far_as_earlier_picks_had_them() -> None:
    """If they had, a paper with votes stands above its twin, with a reason; if not, or too late, votes change nothing."""
    picks = [paper(600 + n, f"Bees {n}", f"pollen {n}").item for n in range(20)]
    ledger = (report(*(entry(one.title, one.id) for one in picks)),)
    stored = {one.id: one for one in picks}
    pool = [replace(paper(1, "KV cache"), votes=(voted(1),)), paper(2, "KV cache"), *plain(300)]

    def ranked(votes: list[Vote]) -> Shortlist:
        return choose(*pool, ledger=ledger, picks=stored, votes={vote.item: (vote,) for vote in [*votes, voted(1)]})

    liked = ranked([voted(600 + n) for n in range(20)])
    assert of(liked, 1).score > of(liked, 2).score
    assert [(r.term, r.field) for r in of(liked, 1).reasons if r.topic == "votes"] == [("daily, 40 upvotes", "upvotes")]
    assert not [r for r in of(liked, 2).reasons if r.topic == "votes"]
    for without in ([], [voted(600 + n, day=date(2026, 5, 20)) for n in range(20)]):
        assert of(ranked(without), 1).score <= of(ranked(without), 2).score


def test_a_vote_counts_on_its_own_day_or_on_that_of_its_reading() -> None:
    """Of several readings the last by the day counts, and none after it."""
    day = date(2026, 5, 10)
    early, late = voted(1, 3, day), voted(1, 30, date(2026, 5, 12))
    undated = replace(early, day=None, source="list", read=at("2026-05-11"))
    assert balance.last_votes((early, late, undated), day) == {"daily": early}
    assert balance.last_votes((early, late, undated), date(2026, 5, 12)) == {"daily": late, "list": undated}


def test_what_picks_seldom_are_counts_less_before_the_window() -> None:
    """Where earlier reports picked old things, an older paper counts more than where they did not."""
    pool = [paper(n, f"KV cache {n}", published=at("2026-05-10" if n < 40 else "2026-05-20")) for n in range(1, 60)]
    scores = []
    for published in ("2026-05-01", "2026-05-15"):
        picks = [paper(600 + n, f"KV cache {n}", published=at(published)).item for n in range(20)]
        ledger = (report(*(entry(one.title, one.id) for one in picks)),)
        scores.append(of(choose(*pool, ledger=ledger, picks={one.id: one for one in picks}, topics=TOPICS), 1).score)
    assert scores[0] > scores[1] > 0
