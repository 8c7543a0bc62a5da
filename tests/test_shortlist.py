"""The shortlist: status, section, companions, the cut, and a sum that is told term by term."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from fakes import WINDOW, item
from hypothesis import given, settings
from hypothesis import strategies as st

from scout import shortlist
from scout.config import shipped
from scout.dates import BY_CONFERENCE
from scout.model import (
    Candidate,
    Item,
    Kind,
    LedgerEntry,
    LedgerReport,
    Precision,
    Section,
    Shortlist,
    Status,
    Topic,
    TrackedItem,
)

SEEN = datetime(2026, 5, 24, 12, tzinfo=UTC)
TOPICS = (
    Topic(name="kv", weight=5, terms=("KV cache",)),
    Topic(name="serving", weight=2, terms=("LLM serving", "vLLM", "prefill")),
)


def at(day: str, hour: int = 12) -> datetime:
    """Return an hour of a day, UTC."""
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=UTC)


def tracked(one: Item, **more: Any) -> TrackedItem:
    """Return an item as a source of section A saw it, at the end of the window unless told otherwise."""
    fields: dict[str, Any] = {"item": one, "sources": ("s",), "first_seen": SEEN, "sections": (Section.A,)}
    return TrackedItem(**(fields | more))


def paper(number: int, title: str, summary: str = "", **more: Any) -> TrackedItem:
    """Return a paper as arXiv's source saw it."""
    id_ = f"2605.{number:05}"
    fields = {"published": more.pop("published", at("2026-05-20")), "tags": more.pop("tags", ("cs.DC",))}
    one = item(title, id=f"arxiv:{id_}", kind=Kind.PAPER, url=f"https://arxiv.org/abs/{id_}", summary=summary, **fields)
    return tracked(one, **({"sources": ("arxiv",), "sections": (Section.B,), "watched": False} | more))


def entry(title: str, *ids: str, day: date = date(2026, 5, 17), **more: Any) -> LedgerEntry:
    """Return a numbered entry of the report before the window."""
    fields: dict[str, Any] = {"report": day, "number": 1, "section": "B", "grade": 2, "title": title, "ids": ids}
    return LedgerEntry(**(fields | more))


def report(*entries: LedgerEntry, day: date = date(2026, 5, 17)) -> LedgerReport:
    """Return a report over the week that ends on its day."""
    since = day - timedelta(days=6)
    return LedgerReport(day=day, path="r.md", title="", run_type="normal", since=since, until=day, entries=entries)


def choose(*pool: TrackedItem, **given: Any) -> Shortlist:
    """Rank a pool against two topics and an empty ledger, unless told otherwise."""
    chosen: dict[str, Any] = {"window": WINDOW, "topics": TOPICS, "ledger": (), "background": (), "coverage": ()}
    return shortlist.choose(pool, **(chosen | {"settings": shortlist.Settings(metrics=shipped())} | given))


def only(found: Shortlist) -> Candidate:
    """Return the one candidate."""
    (candidate,) = found.candidates
    return candidate


MONTH = {"published": at("2026-05-01"), "precision": Precision.MONTH}


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"published": at("2026-05-18", 0)}, Status.IN_WINDOW),
        ({"published": at("2026-05-24", 23)}, Status.IN_WINDOW),
        ({"published": at("2026-05-18", 0), "precision": Precision.DAY}, Status.IN_WINDOW),
        ({"published": at("2026-05-17", 23)}, Status.BOUNDARY),
        ({"published": at("2026-05-04", 0)}, Status.BOUNDARY),
        ({"published": at("2026-05-03", 23)}, None),
        ({"published": at("2026-05-25", 0)}, None),
        ({"published": None}, Status.UNDATED),
        (MONTH, Status.UNDATED),
        (MONTH | {"published": at("2026-04-01")}, None),
    ],
)
def test_days_compare_as_days(fields: dict[str, Any], status: Status | None) -> None:
    """Both ends of the window and of the lookback are inside; what has only a month is undated."""
    found = choose(tracked(item("KV cache", **fields)))
    assert [one.status for one in found.candidates] == ([status] if status else [])
    assert len(found.candidates) + sum(found.dropped.values()) == found.pool == 1


@pytest.mark.parametrize("seen", ["2026-05-17", "2026-05-25"])
def test_undated_things_belong_to_the_window_they_were_first_seen_in(seen: str) -> None:
    """Seen before or after, an undated item is dropped, and counted as that."""
    found = choose(tracked(item("KV cache", published=None), first_seen=at(seen)))
    assert not found.candidates
    assert list(found.dropped) == [f"undated, first seen {'before' if seen < '2026-05-18' else 'after'} the window"]


@pytest.mark.parametrize(("late", "week"), [(0, 5), (1, 5), (7, 10)])
def test_a_week_that_comes_late_has_places_of_its_own(late: int, week: int) -> None:
    """The target is for a week's papers: those of seven lost days count as a second week, a held one does not."""
    papers = [paper(number, f"KV cache {number}", published=at(f"2026-05-{18 + number % 7}")) for number in range(28)]
    papers += [
        paper(100 + number, f"KV cache {number}", published=at(f"2026-05-{11 + number % 7}"), asked=at("2026-05-04"))
        for number in range(late * 4 if late > 1 else late)
    ]
    assert f"gives {week} places" in choose(*papers, ledger=(report(),)).cut


HELD = paper(1, "KV cache", published=at("2026-05-12"), asked=at("2026-05-04"), first_seen=at("2026-05-24"))
PASSED = "passed over by an earlier report"


@pytest.mark.parametrize(
    ("changes", "seen_until", "status"),
    [
        ({}, None, Status.LATE),
        ({"first_seen": at("2026-05-17", 23)}, None, PASSED),  # the end of its day, where a report does not say more
        ({"first_seen": at("2026-05-18", 1)}, None, Status.LATE),
        ({"first_seen": at("2026-05-19", 6)}, at("2026-05-19", 6), PASSED),  # the run of Tuesday saw it
        ({"first_seen": at("2026-05-19", 7)}, at("2026-05-19", 6), Status.LATE),
        ({"asked": at("2026-05-20")}, None, Status.BOUNDARY),  # its source was first asked after the report: nobody can say
        ({"asked": None}, None, Status.BOUNDARY),
    ],
)
def test_late_is_what_no_earlier_report_could_have(
    changes: dict[str, Any], seen_until: datetime | None, status: Status | str
) -> None:
    """Of an earlier report's days, asked for then, and first seen after all that it could know; else it was passed over."""
    found = choose(replace(HELD, **changes), ledger=(replace(report(), seen_until=seen_until),))
    assert [*(one.status for one in found.candidates), *found.dropped] == [status]


def test_late_is_late_once() -> None:
    """What the report after its own could choose, and did not, was passed over, too; what lies in no report's days is boundary."""
    before = report(day=date(2026, 5, 10))
    old = replace(HELD, item=replace(HELD.item, published=at("2026-05-06")), first_seen=at("2026-05-13"))
    assert only(choose(old, ledger=(before,))).status is Status.LATE
    assert choose(old, ledger=(before, report())).dropped == {PASSED: 1}
    assert only(choose(HELD, ledger=(before,))).status is Status.BOUNDARY
    earlier = replace(HELD, item=replace(HELD.item, published=at("2026-05-09")), first_seen=at("2026-05-14"))
    assert choose(earlier, ledger=(report(),)).dropped == {PASSED: 1}, "it was boundary for the report of its week"


def test_an_outage_costs_a_week_nothing_but_time() -> None:
    """Late papers have the points and the places of those in the window; boundary alone has a share, and stands behind."""
    fresh = [paper(number, f"KV cache {number}") for number in range(10, 13)]
    missed = [
        paper(number, f"KV cache {number}", "A KV cache.", published=at("2026-05-12"), asked=at("2026-05-04"))
        for number in range(20, 25)
    ]
    found = choose(*fresh, *missed, ledger=(report(),))
    kept = Counter(one.status for one in found.candidates if one.kept)
    assert kept[Status.LATE] >= 5
    assert len({round(one.score, 4) for one in found.candidates if one.status is Status.LATE}) == 1
    without = choose(*fresh, *missed)
    assert Counter(one.status for one in without.candidates if one.kept)[Status.BOUNDARY] < kept[Status.LATE]


def test_what_a_report_has_is_no_candidate_until_it_changes() -> None:
    """Changed, it comes back as an update."""
    one = paper(1, "KV cache", entry=entry("KV cache", "arxiv:2605.00001"))
    assert choose(one).dropped == {"in the ledger": 1}
    assert only(choose(replace(one, changed="version 2"))).status is Status.UPDATE
    assert choose(replace(one, entry=entry("x", grade=0))).candidates


def test_reasons_add_up_to_the_score_and_the_window_counts_more() -> None:
    """No point without a reason; the same words are worth more in the window, whatever the ids."""
    before, inside = (
        paper(n, "KV cache", "KV cache for LLM serving", published=at(day)) for n, day in ((1, "2026-05-10"), (2, "2026-05-20"))
    )
    found = choose(before, inside)
    for one in found.candidates:
        assert one.score == round(sum(reason.weight for reason in one.reasons), 4) > 0
    assert [one.item.id for one in found.candidates] == ["arxiv:2605.00002", "arxiv:2605.00001"]


def test_a_watched_source_is_never_dropped_in_silence() -> None:
    """What matches nothing is listed as context, after all that matches, and says why; of a broad source it is dropped."""
    quiet = tracked(item("A new office"))
    found = choose(quiet, paper(1, "KV cache"), paper(2, "Protein folding"))
    assert [one.item.title for one in found.candidates] == ["KV cache", "A new office"]
    last = found.candidates[-1]
    assert (last.section, last.kept, [reason.topic for reason in last.reasons]) == (Section.CONTEXT, False, ["watched"])
    assert found.dropped == {"no topic matches": 1}


def test_an_update_without_a_topic_says_that_it_changed() -> None:
    """No source watches it; it is there because a report had it."""
    one = paper(1, "Bees", entry=entry("Bees", "arxiv:2605.00001"), changed="version 2")
    found = only(choose(one))
    assert [reason.topic for reason in found.reasons] == ["update"]
    assert (found.section, found.why_section, found.kept) == (Section.CONTEXT, "no topic matches", False)


def test_very_many_quiet_items_are_cut_and_counted() -> None:
    """An archive of posts does not bury the list."""
    found = choose(*(tracked(item(f"Office news {number}")) for number in range(250)))
    assert len(found.candidates) == 200
    assert sum(found.dropped.values()) == 50


def test_a_release_train_is_one_candidate_at_its_newest_tag() -> None:
    """The others are companions, newest first, and counted."""
    tags = ("v0.22.0rc1", "v0.22.0", "v0.22.1")
    releases = [tracked(item(tag, id=f"github:vllm-project/vllm@{tag}", kind=Kind.RELEASE)) for tag in tags]
    found = choose(*releases)
    assert only(found).item.title == "v0.22.1"
    assert [one.item.title for one in only(found).companions] == ["v0.22.0", "v0.22.0rc1"]
    assert found.dropped == {"companion of another": 2}


def test_a_conference_is_one_candidate_with_its_matching_talks() -> None:
    """Talks that match no topic are dropped, and counted as that; of a title alone that cannot be said, and they stay, last."""
    titles = ("KV cache one", "Bees", "KV cache two")
    talks = [tracked(item(t, id=f"program:c/{n}", kind=Kind.TALK, summary=f"On {t}.")) for n, t in enumerate(titles)]
    found = choose(*talks)
    assert len(only(found).companions) == 1
    assert found.dropped == {"companion of another": 1, "no topic matches": 1}
    title_alone = choose(*talks[::2], replace(talks[1], item=replace(talks[1].item, summary="")))
    assert [one.item.title for one in only(title_alone).companions] == ["KV cache two", "Bees"]
    assert title_alone.dropped == {"companion of another": 2}


@pytest.mark.parametrize(
    ("reported", "titles", "summary", "kept"),
    [
        (date(2026, 4, 19), ("Bees", "Wasps"), "", ["Bees", "Wasps"]),
        (date(2026, 4, 19), ("Bees",), "", ["Bees"]),
        (date(2026, 4, 19), ("Bees", "Wasps"), "On insects.", []),
        (date(2026, 4, 19), (), "", []),
        (date(2026, 5, 17), ("Bees", "Wasps"), "", None),
    ],
)
def test_a_conference_in_session_is_of_a_though_a_report_had_its_match_before(
    reported: date, titles: tuple[str, ...], summary: str, kept: list[str] | None
) -> None:
    """What is left may match, going by titles alone; with nothing left, or once a report told of the conference, it is none."""
    days: dict[str, Any] = {"published": at("2026-05-17"), "date_source": BY_CONFERENCE}
    days["extra"] = {"starts": "2026-05-17", "ends": "2026-05-22"}
    had = tracked(
        item("KV cache", id="program:c/x", kind=Kind.TALK, **days), entry=entry("KV cache", "program:c/x", day=reported)
    )
    left = [
        tracked(item(title, id=f"program:c/{n}", kind=Kind.TALK, summary=summary, **days), watched=True)
        for n, title in enumerate(titles)
    ]
    found = choose(had, *left)
    assert found.dropped["in the ledger"] == 1
    assert len(found.candidates) + sum(found.dropped.values()) == len(titles) + 1
    if kept:
        one = only(found)
        assert [c.item.title for c in (one.tracked, *one.companions)] == kept
        assert (one.section, one.kept, one.told) == (Section.A, True, (had,))
        assert one.why_section == "a conference in session in the window"
    else:
        assert not any(one.told or one.section is Section.A for one in found.candidates)
        assert bool(found.candidates) is (kept is None)


@pytest.mark.parametrize(
    ("sentence", "moved"),
    [
        ("We analyse production traces of a large KV cache.", True),
        ("The system has been deployed across Alibaba Cloud since March.", True),
        ("It runs in production at scale.", True),
        ("This is a measurement study of prefix reuse.", True),
        ("It can be deployed in production systems.", False),
        ("We present a production-ready design.", False),
        ("Token production is slow.", False),
        ("We deployed a new loss.", False),
        ("In production environments, serving must meet strict objectives.", False),
        ("Compression is static, despite production service context that varies.", False),
        ("Production clusters are heterogeneous.", False),
    ],
)
def test_production_evidence_offers_a_paper_for_a(sentence: str, *, moved: bool) -> None:
    """The sentence that moves it is quoted; a plan or a word alone moves nothing."""
    one = only(choose(paper(1, "KV cache", f"Caches matter. {sentence} More follows.")))
    assert one.section is (Section.A if moved else Section.B)
    assert (sentence in one.why_section) is moved


def test_what_was_read_of_a_paper_moves_it_as_its_abstract_does() -> None:
    """With the sentence, in the reasons too; without the field's words, or where no topic matches, it moves nothing."""
    said = "We replay production traces of four clusters."
    one = paper(1, "KV cache", "Caches matter.", production=said)
    moved = only(choose(one))
    assert (moved.section, moved.why_section) == (Section.A, f"its text says: “{said}”")
    assert [(reason.term, reason.weight) for reason in moved.reasons if reason.field == "text read"] == [(said, 0.0)]
    assert only(choose(one, settings=shortlist.Settings())).section is Section.B
    assert only(choose(replace(one, item=replace(one.item, title="Birds"), watched=True))).section is Section.CONTEXT


def test_a_page_that_shows_an_old_paper_again_is_context() -> None:
    """By one title with a known older paper, or by the only paper that a publication page links; the true date is told."""
    old = item("KV cache prediction for all", id="arxiv:2410.08391", kind=Kind.PAPER, published=at("2024-10-10"))
    page = tracked(item("KV Cache Prediction for All"))
    named = only(choose(page, background=(old,)))
    assert (named.section, named.why_section) == (Section.CONTEXT, "shows again arxiv:2410.08391 of 2024-10-10")
    url, links = "https://lab.test/research/kv", ("https://arxiv.org/abs/2410.08391",)
    linking = only(choose(tracked(item("KV cache", url=url, links=links))))
    assert (linking.section, linking.why_section) == (Section.CONTEXT, "shows again arxiv:2410.08391 of 2024-10")


def test_a_topic_with_a_section_moves_what_matches() -> None:
    """And says so."""
    one = only(choose(paper(1, "KV cache"), topics=(replace(TOPICS[0], section=Section.A),)))
    assert (one.section, one.why_section) == (Section.A, "the topic kv belongs to it")


def test_the_limit_counts_what_it_leaves_out() -> None:
    """Candidates and dropped add up to the pool."""
    found = choose(*(paper(n, f"KV cache design {n}") for n in range(9)), settings=shortlist.Settings(limit=4))
    assert len(found.candidates) == 4
    assert found.dropped == {"over the limit": 5}


def test_the_cut_follows_from_target_and_scores() -> None:
    """Five a week; what scores within a tenth of the last place comes in too; context never does; the words say so."""
    strong = [paper(n, f"KV cache {'x' * n}") for n in range(1, 5)]
    equal = [paper(n, f"KV cache {'y' * n}") for n in range(5, 8)]
    weak = [paper(n, f"Prefill {'z' * n}") for n in range(8, 20)]
    found = choose(*strong, *equal, *weak)
    kept = [one for one in found.candidates if one.kept]
    assert len(kept) == 7
    assert found.cut.startswith("the target of 5 gives 5 places for 1 week")
    assert "2 more score within a tenth" in found.cut
    assert "nothing is kept" in choose(tracked(item("An office"))).cut


def test_papers_have_half_of_the_target_and_all_else_the_other() -> None:
    """Posts without abstracts are not buried by papers, wherever production evidence puts those."""
    posts = [tracked(item(f"vLLM news {n}", id=f"p{n}")) for n in range(9)]
    papers = [paper(n, f"KV cache {'x' * n}", "KV cache " * 5 + ". It runs in production at scale.") for n in range(9)]
    kept = [one.item.kind for one in choose(*posts, *papers).candidates if one.kept]
    assert kept.count(Kind.POST) >= 2
    assert kept.count(Kind.PAPER) >= 3
    alone = choose(*posts)
    assert sum(one.kept for one in alone.candidates) >= 5, "a source's share binds only where others could have the place"


def test_one_busy_blog_is_not_the_week() -> None:
    """Of the places that posts have, a source has a third; of all places, what was published before the window has a fifth."""
    window = replace(WINDOW, since=date(2026, 4, 27))
    busy = [tracked(item(f"KV cache news {'x' * n}", id=f"p{n}"), sources=("busy",)) for n in range(9)]
    calm = [tracked(item(f"vLLM news {'x' * n}", id=f"q{n}"), sources=(f"calm-{n}",)) for n in range(9)]
    old = [
        tracked(item(f"KV cache and vLLM {n}", id=f"o{n}", published=at("2026-04-20")), sources=(f"old-{n}",)) for n in range(9)
    ]
    papers = [paper(n, f"KV cache {'x' * n}") for n in range(20)]
    kept = {
        one.item.id[0] + one.item.id[1:2] for one in choose(*busy, *calm, *old, *papers, window=window).candidates if one.kept
    }
    assert sum(name[0] == "p" for name in kept) == 10 // 3
    assert sum(name[0] == "o" for name in kept) == 20 // 5
    assert any(name[0] == "q" for name in kept)


def test_releases_of_named_projects_and_conferences_in_session_stand_in_a() -> None:
    """They need no place; a trial, a release before the window, one of no topic, and one of a broad source have no such right."""
    papers = [paper(n, f"KV cache {'x' * n}", "KV cache " * 5) for n in range(9)]

    def told(tag: str, repo: str = "vllm-project/vllm", **more: Any) -> TrackedItem:
        fields = {"published": more.pop("published", at("2026-05-20")), "kind": Kind.RELEASE}
        return tracked(item(tag, id=f"github:{repo}@{tag}", **fields), **more)

    found = choose(told("v0.22.0"), tracked(item("KV cache talk", id="program:c/1", kind=Kind.TALK)), *papers)
    standing = {one.item.id: one.why_section for one in found.candidates if one.section is Section.A}
    assert standing == {
        "github:vllm-project/vllm@v0.22.0": "a release in the window of a project that a topic names",
        "program:c/1": "a conference in session in the window",
    }
    assert all(one.kept for one in found.candidates if one.section is Section.A)
    assert "besides these: releases of projects that a topic names (1), conferences (1)" in found.cut
    for other in (
        told("v0.22.0rc1"),
        told("v0.22.0", published=at("2026-05-10")),
        told("v0.22.0", repo="o/engine"),
        replace(
            told("v0.22.0", repo="o/engine"), item=replace(told("v0.22.0", repo="o/engine").item, summary="Fix the KV cache")
        ),
        told("v0.22.0", watched=False),
        told("v0.22.0", sections=(Section.CONTEXT,)),
    ):
        assert not any(one.why_section.startswith("a release") for one in choose(other, *papers).candidates)


def test_posts_of_a_projects_own_site_go_with_its_release_unless_they_have_a_subject_of_their_own() -> None:
    """A heavier topic than the project's name in the title keeps a post apart; the release scores as itself."""
    one = tracked(item("v0.22.0", id="github:vllm-project/vllm@v0.22.0", kind=Kind.RELEASE, published=at("2026-05-20")))
    plain, own = (
        tracked(item(title, id=title, url=f"https://vllm.ai/{title[:2]}", published=at("2026-05-19"), summary="KV cache " * 9))
        for title in ("Native APIs in vLLM", "A KV cache for vLLM")
    )
    found = choose(one, plain, own)
    assert [candidate.item.id for candidate in found.candidates] == ["A KV cache for vLLM", one.item.id]
    assert [companion.item.id for companion in found.candidates[1].companions] == ["Native APIs in vLLM"]
    assert found.candidates[1].score == pytest.approx(choose(one).candidates[0].score, rel=0.1)
    assert {reason.field for reason in found.candidates[1].reasons} == {"title"}


def test_explain_tells_in_or_out_rank_neighbours_and_what_would_change_it() -> None:
    """For a candidate, a companion, a dropped item, one of the ledger and a stranger."""
    known = report(entry("ObjectStore: KV cache on object storage", "arxiv:2604.00001", text="KV cache on object storage."))
    talk = tracked(item("KV cache thing", id="hn:1", kind=Kind.THREAD, links=("https://arxiv.org/abs/2605.00001",)))
    said = entry("Old", "arxiv:2605.00003")
    pool = (paper(1, "KV cache on object storage"), talk, paper(2, "Bees"), paper(3, "KV cache", entry=said))
    given: dict[str, Any] = {"window": WINDOW, "topics": TOPICS, "ledger": (known,), "background": (), "coverage": ()}
    one, companion, out, told, stranger = (
        shortlist.explain(id_, pool, **given, settings=shortlist.Settings(limit=0))
        for id_ in ("arxiv:2605.00001", "hn:1", "arxiv:2605.00002", "arxiv:2605.00003", "arxiv:2605.99999")
    )
    assert one.verdict == "in: rank 1 of 1, above the cut"
    assert one.neighbours[0].id == "arxiv:2604.00001"
    assert one.reasons
    assert one.changes
    assert companion.stands_in == "arxiv:2605.00001"
    assert out.verdict == "out: no topic matches"
    assert any("the ledger teaches nothing of" in change or "short of" in change for change in out.changes)
    assert told.verdict == "out: in the ledger"
    assert "entry 1 of report 2026-05-17" in told.changes[0]
    assert stranger.verdict.startswith("not in the pool")


def explained(id_: str, *pool: TrackedItem, **given: Any) -> shortlist.Explanation:
    """Explain one item of a pool."""
    chosen: dict[str, Any] = {"window": WINDOW, "topics": TOPICS, "ledger": (), "background": (), "coverage": ()}
    return shortlist.explain(id_, pool, **(chosen | {"settings": shortlist.Settings(metrics=shipped())} | given))


def test_what_is_missing_is_missing_against_those_it_competes_with() -> None:
    """A paper against papers, a post against posts, whatever stands by its kind."""
    posts = [tracked(item(f"KV cache {n}", id=f"url:https://{n}.test/"), sources=(str(n),)) for n in range(9)]
    release = tracked(item("vLLM v1", id="github:vllm-project/vllm@v1", kind=Kind.RELEASE), sources=("r",))
    told = explained("url:https://w.test/", tracked(item("Prefill", id="url:https://w.test/"), sources=("w",)), release, *posts)
    assert not told.kept
    assert "points more would put it level with the last one that is no paper kept" in told.changes[0]
    tied = explained("url:https://8.test/", release, *posts)
    assert not tied.kept
    assert "as much as the last one" in tied.changes[0]


def test_what_is_kept_says_what_its_points_are_for() -> None:
    """Its strongest phrase, in all fields; where a thread speaks for a paper, the thread's."""
    told = explained("arxiv:2605.00001", paper(1, "KV cache and vLLM", "A KV cache is used. It walks far."))
    (said,) = told.changes
    points = sum(reason.weight for reason in told.reasons if reason.term == "KV cache")
    assert said == f"{points:.1f} of its {told.score:.1f} points are for 'KV cache' (kv)"
    thread = tracked(item("KV cache, vLLM and prefill", id="hn:1", kind=Kind.THREAD, links=("https://arxiv.org/abs/2605.00001",)))
    led = explained("arxiv:2605.00001", paper(1, "A store", "It walks. It sees. A KV cache is there. It ends."), thread)
    assert led.about is None
    assert sum(reason.weight for reason in led.reasons) == pytest.approx(led.score)


def test_an_update_is_not_its_own_neighbour() -> None:
    """What resembles it is something else."""
    said = entry("KV cache bees", "arxiv:2605.00001")
    one = paper(1, "KV cache bees", entry=said, changed="version 2")
    told = explained("arxiv:2605.00001", one, ledger=(report(said),), picks={one.item.id: one.item})
    assert told.neighbours == ()


def test_an_item_that_lacks_what_its_topic_needs_says_so() -> None:
    """Writing the term into it once more would not help."""
    topics = (Topic(name="offload", terms=("offload",), needs=("GPU",)),)
    told = explained("arxiv:2605.00001", paper(1, "Offload it"), topics=topics)
    assert "none of the phrases that it needs" in told.changes[0]


KINDS = st.sampled_from([Kind.PAPER, Kind.POST, Kind.RELEASE, Kind.TALK, Kind.THREAD])
DATES = st.none() | st.datetimes(datetime(2026, 4, 20), datetime(2026, 6, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001
WORDS = st.lists(st.sampled_from(["KV cache", "for", "LLM serving", "bees", "vLLM", "v1.2.0", "in production"]), max_size=8)


@st.composite
def pools(draw: st.DrawFn) -> list[TrackedItem]:
    """Return a pool of any kinds, dates, texts, links and ledger entries."""
    pool = []
    for number in range(draw(st.integers(0, 7))):
        kind, published = draw(KINDS), draw(DATES)
        id_ = {Kind.PAPER: f"arxiv:2605.{number:05}", Kind.RELEASE: f"github:o/vllm@v1.{number % 2}.{number}"}.get(
            kind, f"url:{number}"
        )
        one = item(" ".join(draw(WORDS)), id=id_, kind=kind, published=published, summary=" ".join(draw(WORDS)))
        seen = draw(st.datetimes(datetime(2026, 5, 1), datetime(2026, 5, 30))).replace(tzinfo=UTC)  # noqa: DTZ001
        said = draw(st.none() | st.just(entry("x", id_)))
        pool.append(
            tracked(one, first_seen=seen, entry=said, watched=draw(st.booleans()), changed=draw(st.sampled_from(["", "v2"])))
        )
    return pool


@settings(max_examples=60)
@given(pools(), st.randoms(use_true_random=False), st.none() | st.integers(0, 3))
def test_any_order_gives_the_same_and_nothing_is_lost(pool: list[TrackedItem], random: Any, limit: int | None) -> None:
    """Candidates and dropped add up to the pool; ranks count from one; shuffled rows, topics and reports change nothing."""
    ledger = (report(entry("KV cache on disk", "arxiv:2604.1", text="KV cache for LLM serving")), report(day=date(2026, 5, 10)))
    given: dict[str, Any] = {"ledger": ledger, "settings": shortlist.Settings(limit=limit)}
    found = choose(*pool, **given)
    assert len(found.candidates) + sum(found.dropped.values()) == found.pool == len(pool)
    assert [one.rank for one in found.candidates] == list(range(1, len(found.candidates) + 1))
    assert all(one.reasons for one in found.candidates)
    shuffled = list(pool)
    random.shuffle(shuffled)
    assert choose(*shuffled, **given, topics=TOPICS[::-1]) == found
    assert choose(*shuffled, **(given | {"ledger": ledger[::-1]})) == found
