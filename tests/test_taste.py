"""Taste: learned from the ledger, explained by its terms, silent without it."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from fakes import item
from test_shortlist import TOPICS, at, choose, entry, paper, report, tracked

from scout.model import Kind, Topic
from scout.shortlist import examples, taste
from scout.similarity import SimilarityIndex
from scout.topics import Field

if TYPE_CHECKING:
    from scout.model import Item, LedgerReport, Shortlist

_BEES = ["pollen", "nectar", "hive", "swarm", "foraging", "honey", "dance", "queen", "wax", "comb", "drone", "larva"]
BEES = [(f"arxiv:2604.{n:05}", f"Bees {n}", " ".join(_BEES[n : n + 3] * 2)) for n in range(10)]
OTHERS = [f"gradient loss network training number {n} for images and text" for n in range(60)]


def ledger(*, grade: int = 2, day: date = date(2026, 5, 17), bees: bool = True) -> tuple[LedgerReport, ...]:
    """Return a report whose picks were all about bees, or about nothing."""
    picks = [entry(title, id_, text=text, grade=grade, day=day) for id_, title, text in BEES] if bees else []
    return (report(*picks, day=day),)


def known() -> dict[str, Item]:
    """Return the picks as the store has them."""
    return {id_: replace(paper(1, title, text).item, id=id_) for id_, title, text in BEES}


def among(summary: str, **given: Any) -> Shortlist:
    """Rank one paper with this abstract among sixty others, and one of the topics."""
    others = [paper(100 + number, f"Plain {number}", text, tags=("cs.LG",)) for number, text in enumerate(OTHERS)]
    one = paper(1, "A study", summary, tags=("cs.DC",))
    return choose(one, paper(2, "KV cache", "gradient loss", tags=("cs.LG",)), *others, **given)


def test_without_a_ledger_there_is_no_taste() -> None:
    """No reason speaks of taste, and what no topic matches is dropped."""
    found = among("pollen nectar hive swarm")
    assert [one.item.id for one in found.candidates] == ["arxiv:2605.00002"]
    assert not [reason for one in found.candidates for reason in one.reasons if reason.topic == "taste"]
    assert found.candidates == among("pollen nectar hive swarm", ledger=ledger(bees=False)).candidates


def test_taste_alone_brings_in_what_resembles_earlier_picks_and_says_which() -> None:
    """Terms, and the nearest pick by its title; a topic that matches still counts."""
    found = among("swarm foraging honey dance queen wax", ledger=ledger(), picks=known())
    by_id = {one.item.id: one for one in found.candidates}
    reasons = by_id["arxiv:2605.00001"].reasons
    assert {reason.topic for reason in reasons} == {"taste"}
    assert any(reason.field == "ledger" and "Bees" in reason.term for reason in reasons)
    assert any(reason.term in _BEES for reason in reasons)
    assert "arxiv:2605.00002" in by_id


def test_earlier_items_fill_up_a_small_pool_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is learned against is the pool, and the newest items before it, as many as it lacks; a large pool needs none."""
    old = [replace(paper(500 + n, "Old", f"swarm foraging {n}").item, published=at("2026-04-01")) for n in range(40)]
    older = replace(paper(900, "Older", "pollen").item, published=at("2026-03-01"))

    def score(*background: Item) -> float:
        found = among("swarm foraging honey dance queen wax", ledger=ledger(), picks=known(), background=background)
        return next(one.score for one in found.candidates if one.item.id == "arxiv:2605.00001")

    assert score(*old) < score()
    monkeypatch.setattr(examples, "AGAINST", 62 + len(old))
    assert score(older, *old) == score(*old)
    monkeypatch.setattr(examples, "AGAINST", 62)
    assert score(*old) == score()


def test_the_reports_own_prose_stands_for_what_the_store_lacks() -> None:
    """Picks older than the store teach by what the report says of them."""
    found = among("KV cache swarm foraging honey dance queen wax", ledger=ledger())
    assert weight(found) > 0


def weight(found: Shortlist) -> float:
    """Return what taste adds to the paper about bees and a topic."""
    one = next(one for one in found.candidates if one.item.id == "arxiv:2605.00001")
    return sum(reason.weight for reason in one.reasons if reason.topic == "taste")


@pytest.mark.parametrize("less", [{"grade": 1}, {"day": date(2025, 5, 17)}])
def test_numbered_entries_and_newer_reports_teach_more(less: dict[str, Any]) -> None:
    """A mention counts half an entry; of two reports, the older one counts less."""
    bees = [entry(f"Bees {n}", f"arxiv:2604.{n:05}", text="pollen nectar hive") for n in range(10)]
    frogs = [entry(f"Frogs {n}", f"arxiv:2604.1{n:04}", text="pond croak tadpole", **less) for n in range(10)]
    both = (report(*frogs, day=less.get("day", date(2026, 5, 10))), report(*bees))
    stored = {one.ids[0]: replace(paper(1, one.title, one.text).item, id=one.ids[0]) for one in (*bees, *frogs)}
    found = among("KV cache" + " pollen croak" * 3, ledger=both, picks=stored)
    said = {reason.term: reason.weight for one in found.candidates for reason in one.reasons if reason.topic == "taste"}
    assert said["pollen"] > said["croak"]


def test_a_new_topic_works_at_once() -> None:
    """No ledger needs to know it."""
    new = (*TOPICS, type(TOPICS[0])(name="new", weight=5, terms=("quasar",)))
    found = among("about a quasar", ledger=ledger(), picks=known(), topics=new)
    assert any(reason.topic == "new" for one in found.candidates for reason in one.reasons)


def test_the_nearest_text_is_the_one_that_shares_rare_words() -> None:
    """Likeness is 1 for the text itself, and texts without a shared word are left out."""
    texts = {"a": ("KV cache eviction", "evicts keys"), "b": ("KV cache quantization", "fewer bits"), "c": ("Bees", "honey")}
    near = SimilarityIndex(texts).nearest("KV cache eviction", "evicts keys")
    assert [one.key for one in near] == ["a", "b"]
    assert near[0].likeness == 1.0
    assert not SimilarityIndex({}).nearest("x")


def test_words_that_only_hold_sentences_together_teach_nothing() -> None:
    """However often the picks say them, and nobody else, they are no reason."""
    empty = "this is what one of them is on"
    said = tuple(entry(title, id_, text=f"{text} {empty}", day=date(2026, 5, 17)) for id_, title, text in BEES)
    found = among(f"KV cache swarm foraging honey {empty}", ledger=(report(*said),))
    terms = {reason.term for one in found.candidates for reason in one.reasons if reason.topic == "taste"}
    assert terms & {*_BEES}
    assert terms.isdisjoint(empty.split())


def test_a_category_is_no_reason() -> None:
    """Two papers of one text and different categories score alike: a few picks cannot condemn a field."""
    one, two = (paper(n, "KV cache", "swarm foraging honey", tags=(tag,)) for n, tag in ((1, "cs.DC"), (2, "cs.AI")))
    others = [paper(100 + number, f"Plain {number}", text, tags=("cs.AI",)) for number, text in enumerate(OTHERS)]
    scores = {c.item.id: c.score for c in choose(one, two, *others, ledger=ledger(), picks=known()).candidates}
    assert len({scores[id_] for id_ in ("arxiv:2605.00001", "arxiv:2605.00002") if id_ in scores}) == 1


def test_ranking_imports_nothing_heavy_until_it_learns() -> None:
    """Commands that do not rank do not pay for numpy."""
    code = "import sys, scout.shortlist, scout.shortlist.linkage, scout.similarity; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_what_matches_stands_above_what_does_not_even_if_taste_is_against_it() -> None:
    """A topic of the user's counts before the silence of a watched source, also below zero."""
    picks = [entry(title, id_, text=text + " gala" * (n < 1)) for n, (id_, title, text) in enumerate(BEES)]
    against = [paper(100 + n, f"Plain {n}", OTHERS[n % 60] + " gala gala" * (n < 55)) for n in range(200)]
    topics = (Topic(name="light", weight=1, terms=("prefill",)), Topic(name="heavy", weight=50, terms=("zebra",)))
    matching = tracked(item("A gala", id="url:https://v.test/", summary="gala gala gala gala prefill"))
    first, second = choose(matching, tracked(item("A quiet day")), *against, ledger=(report(*picks),), topics=topics).candidates
    assert first.score < second.score == 0
    assert first.item.title == "A gala"


def test_the_name_of_an_owner_is_no_taste() -> None:
    """Whoever releases it: what counts is what it is."""
    picked = {id_: replace(paper(1, title, f"{text} lodestar").item, id=id_) for id_, title, text in BEES}
    picks = [entry(one.title, id_) for id_, one in picked.items()]
    releases = [f"github:{owner}/thing@v1.0" for owner in ("lodestar", "other")]
    others = [paper(100 + number, f"Plain {number}", text) for number, text in enumerate(OTHERS)]
    pool = [tracked(item("vLLM v1.0", id=id_, kind=Kind.RELEASE)) for id_ in releases]
    pool.append(tracked(item("vLLM lodestar", id="url:https://l.test/")))
    scores = {one.item.id: one.score for one in choose(*pool, *others, ledger=(report(*picks),), picks=picked).candidates}
    assert scores[releases[0]] == scores[releases[1]] < scores["url:https://l.test/"]


def test_a_version_is_no_taste() -> None:
    """A pick that was a release does not make every release like it."""
    picked = {id_: replace(paper(1, f"{title} v0", text).item, id=id_) for id_, title, text in BEES}
    picks = [entry(one.title, id_) for id_, one in picked.items()]
    others = [paper(100 + number, f"Plain {number}", text) for number, text in enumerate(OTHERS)]
    pool = [tracked(item(title, id=f"url:https://v.test/{n}")) for n, title in enumerate(("vLLM v0", "vLLM walks"))]
    scores = {one.item.title: one.score for one in choose(*pool, *others, ledger=(report(*picks),), picks=picked).candidates}
    assert scores["vLLM v0"] == scores["vLLM walks"]


def test_one_word_does_not_carry_a_bare_title() -> None:
    """It counts more in five words than in two hundred, and not three times as much."""
    vocabulary = taste.Vocabulary([taste.Text(title=Field.of("title", ["bee"]), body=None)], frozenset())
    model = taste.Taste(vocabulary, np.ones(1), {}, 0.0)
    title, abstract = (model.score(taste.Features.of(size, {0: 1})) for size in (5, 200))
    assert abstract < title < 3 * abstract


def test_an_update_is_not_learned_against() -> None:
    """It is in the pool, and it was picked: it counts for its words as it did before it changed."""
    pool = [replace(paper(n, title, text), entry=entry(title, id_)) for n, (id_, title, text) in enumerate(BEES[:5], 200)]
    pool = [replace(one, item=replace(one.item, id=id_)) for one, (id_, _, _) in zip(pool, BEES[:5], strict=True)]

    def liked(changed: str) -> float:
        more = choose(
            paper(1, "A study", "swarm foraging honey dance queen wax"),
            *(paper(100 + number, f"Plain {number}", text) for number, text in enumerate(OTHERS)),
            *(replace(one, changed=changed) for one in pool),
            ledger=ledger(),
            picks=known(),
        )
        return next(one.score for one in more.candidates if one.item.id == "arxiv:2605.00001")

    assert liked("version 2") == pytest.approx(liked(""), rel=0.05)


def test_an_item_of_the_lookback_is_learned_against_but_not_lost() -> None:
    """Boundary items compete with those of the window."""
    found = choose(paper(1, "KV cache", published=at("2026-05-10")), ledger=ledger(), picks=known())
    assert len(found.candidates) == 1
