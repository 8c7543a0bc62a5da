"""Explain one item's rank: in or out, all reasons, the nearest earlier picks, and what would have changed it."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Unpack

from scout.model import Kind, Section, Status
from scout.shortlist.grouping import NO_TOPIC
from scout.shortlist.ranking import EXCLUDED, RankingInputs, rank
from scout.shortlist.section import AUTOMATIC
from scout.shortlist.status import IN_LEDGER
from scout.similarity import NEAREST

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from scout.model import Candidate, Reason, TrackedItem
    from scout.shortlist.ranking import Ranking


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarEntry:
    """An earlier pick and its cosine similarity, 0 to 1."""

    title: str
    id: str
    report: date
    number: int | None
    likeness: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TopicCount:
    """A topic, the share of all items that it matches, and the factor of what feeds.yaml gives it."""

    name: str
    share: float
    factor: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Why one item has its rank. `rank` is None if it is out; `stands_in` is the candidate that it is a companion of.

    `verdict` is the result in one sentence, `changes` what would have changed it. `reasons` add up to `score`; for a
    candidate with companions they are the strongest member's. `about` is the share of a paper that is on its topics, 0 to 1;
    `topics` tells what each of its topics counts.
    """

    id: str
    title: str
    verdict: str
    rank: int | None = None
    of: int = 0
    kept: bool = False
    score: float = 0.0
    status: Status | None = None
    section: Section | None = None
    why_section: str = ""
    stands_in: str = ""
    about: float | None = None
    reasons: tuple[Reason, ...] = ()
    neighbours: tuple[SimilarEntry, ...] = ()
    changes: tuple[str, ...] = ()
    topics: tuple[TopicCount, ...] = ()


def explain(item_id: str, pool: Sequence[TrackedItem], **given: Unpack[RankingInputs]) -> Explanation:
    """Explain one item of the pool, or that it is not there. The limit is ignored, so that the rank is known."""
    given["settings"] = replace(given["settings"], limit=None)
    ranking = rank(pool, **given)
    one = ranking.pool.get(item_id)
    if one is None:
        verdict = "not in the pool: nothing published in the window or its lookback, or first seen in the window, has this id"
        return Explanation(id=item_id, title="", verdict=verdict)
    scored = ranking.scored.get(item_id)
    stands_in = ranking.stands_in.get(item_id, "")
    candidates = ranking.shortlist.candidates
    found = next((candidate for candidate in candidates if candidate.item.id == (stands_in or item_id)), None)
    reasons = found.reasons if found and not stands_in else scored.reasons if scored else ()
    return Explanation(
        id=item_id,
        title=one.item.title,
        verdict=_verdict(ranking, one, found, stands_in),
        rank=found.rank if found else None,
        of=len(candidates),
        kept=bool(found and found.kept),
        score=found.score if found and not stands_in else scored.score if scored else 0.0,
        status=scored.status if scored else None,
        section=found.section if found else None,
        why_section=found.why_section if found else "",
        stands_in=stands_in,
        about=scored.verdict.about if scored and reasons == scored.reasons else None,
        reasons=reasons,
        neighbours=_neighbours(ranking, one),
        changes=tuple(_changes(ranking, one, found)),
        topics=tuple(
            TopicCount(name=name, share=round(weighed.share, 4), factor=weighed.factor)
            for name in dict.fromkeys(reason.topic for reason in reasons)
            if (weighed := ranking.learned.topics.get(name))
        ),
    )


def _verdict(ranking: Ranking, one: TrackedItem, found: Candidate | None, stands_in: str) -> str:
    if found is None:
        return f"out: {ranking.dropped[one.item.id]}"
    place = f"rank {found.rank} of {len(ranking.shortlist.candidates)}"
    line = "above the cut" if found.kept else "below the cut"
    return f"in, as a companion of {stands_in} ({place}, {line})" if stands_in else f"in: {place}, {line}"


def _neighbours(ranking: Ranking, one: TrackedItem) -> tuple[SimilarEntry, ...]:
    own = one.entry.ids if one.entry else ()
    near = ranking.learned.neighbours.nearest(one.item.title, one.item.summary, most=NEAREST + len(own))
    entries = [(ranking.learned.picks[found.key][0], found) for found in near if found.key not in own][:NEAREST]
    return tuple(
        SimilarEntry(title=entry.title, id=found.key, report=entry.report, number=entry.number, likeness=found.likeness)
        for entry, found in entries
    )


def _changes(ranking: Ranking, one: TrackedItem, found: Candidate | None) -> list[str]:
    """Return, in words, what would certainly have changed the result."""
    why = ranking.dropped.get(one.item.id, "")
    scored = ranking.scored.get(one.item.id)
    if why == IN_LEDGER and one.entry:
        number = f"entry {one.entry.number}" if one.entry.number is not None else "a mention"
        return [
            f"it is {number} of report {one.entry.report}: a change in its content since then would bring it back as an update"
        ]
    if why in (NO_TOPIC, EXCLUDED):
        return _missing(ranking, one, why)
    if found and scored and not found.kept:
        changes = _short_of(ranking.shortlist.candidates, found)
        if scored.status is Status.BOUNDARY and scored.score and ranking.learned.timing.factor < 1:
            changes.append(f"published inside the window, it would count {1 / ranking.learned.timing.factor:.1f} times as much")
        if not scored.verdict.reasons:
            changes.append("no topic matches: a term of feeds.yaml in its title would count most")
        return changes
    if found and found.kept and found.reasons:
        points: defaultdict[tuple[str, str], float] = defaultdict(float)
        for reason in found.reasons:
            points[reason.topic, reason.term] += reason.weight
        (topic, term), most = max(points.items(), key=lambda one: (one[1], one[0]))
        return [f"{most:.1f} of its {found.score:.1f} points are for {term!r} ({topic})"]
    return []


def _short_of(candidates: Sequence[Candidate], found: Candidate) -> list[str]:
    """Return, in words, what an item lacks against the lowest score kept of its half (papers, or all else)."""
    half = found.item.kind is Kind.PAPER
    competed = [one for one in candidates if one.kept and one.why_section not in AUTOMATIC]
    rivals = [one.score for one in competed if (one.item.kind is Kind.PAPER) is half]
    if not rivals or found.section is Section.CONTEXT:
        return []
    last, name = min(rivals), "paper" if half else "one that is no paper"
    if found.score < last:
        return [f"{last - found.score:.1f} points more would put it level with the last {name} kept"]
    return [f"it scores as much as the last {name} kept: the places are full, or those of its source or of earlier days"]


def _missing(ranking: Ranking, one: TrackedItem, why: str) -> list[str]:
    verdict = ranking.learned.verdicts[one.item.id]
    if why == EXCLUDED:
        return [f"a phrase that excludes stands in it, and cancels {', '.join(verdict.excluded)}"]
    changes = ["a term of a topic in its title or text would bring it in"]
    if verdict.lacking:
        changes = [f"a term of {', '.join(verdict.lacking)} stands in it, and none of the phrases that it needs beside it"]
    if ranking.learned.taste:
        taste = ranking.learned.taste_of(one.item.id)
        changes.append(f"its words are {-taste:.2f} short of what would bring it in without a topic, by what was picked before")
    else:
        changes.append("the ledger is empty, so there is no taste that could bring it in")
    return changes
