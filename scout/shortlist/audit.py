"""Hold what others chose in a window against the ranking: what was not seen, what was seen and dropped, and why. Pure.

Others are whoever a source shows choosing: upvotes, lists, newsletters (`Vote`), and the posts and threads of the pool that link
a paper or another item of it. A voter counts by how often the ranking agrees that its choices are of the field, so that a list
of one's own subject says more than a thousand upvotes for everything; this decides only the order.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from scout import dates
from scout.identity import arxiv_month, identify, names
from scout.model import CHANGED, WATCHED, Kind, Section, Status, Vote, VoteKind
from scout.shortlist import grouping, ranking, status

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from scout.model import Candidate, Coverage, Item, LedgerReport, TrackedItem, Window
    from scout.shortlist.ranking import Ranking


class Fate(StrEnum):
    """What became of something that others chose: an entry, reported earlier, of a later week; else why it is missing."""

    KEPT = "kept"
    REPORTED = "reported"
    AFTER = "after"
    NOT_SEEN = "not_seen"
    RANK = "rank"
    TOPIC = "topic"
    EXCLUDED = "excluded"
    CONTEXT = "context"
    MARKED = "marked"
    PASSED_OVER = "passed_over"
    OLD = "old"


OF_THE_FIELD = frozenset({Fate.KEPT, Fate.REPORTED, Fate.RANK, Fate.CONTEXT, Fate.MARKED, Fate.PASSED_OVER})
"""The fates with which the ranking agrees that a choice is of the field."""
_DROPPED = {
    ranking.EXCLUDED: Fate.EXCLUDED,
    grouping.DROPPED: Fate.MARKED,
    grouping.LIMIT: Fate.RANK,
    status.PASSED_OVER: Fate.PASSED_OVER,
    status.SEEN_BEFORE: Fate.PASSED_OVER,
    status.BEFORE: Fate.OLD,
    status.IN_LEDGER: Fate.REPORTED,
    status.AFTER: Fate.AFTER,
    status.SEEN_AFTER: Fate.AFTER,
}
_KINDS = {"arxiv": "arxiv", "github": "github_releases", "hn": "hackernews", "program": "program"}
"""The kind of source that shows the things of an id's scheme."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MissedItem:
    """Something that others chose and the report does not have. `rank` is its candidate's, if it is one.

    `votes` are of the window, the last reading of each. `strength` is the sum of the voters' shares of choices of the field.
    """

    id: str
    title: str
    url: str
    fate: Fate
    why: str
    votes: tuple[Vote, ...]
    strength: float
    rank: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Voter:
    """A source that shows choices: how many in the window, and how many of them are of the field as the ranking sees it."""

    source: str
    choices: int
    of_the_field: int

    @property
    def share(self) -> float:
        """The share of choices of the field, near one half while there are few."""
        return (self.of_the_field + 1) / (self.choices + 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What others chose in a window: how much of it is an entry or was reported, and the rest, strongest first."""

    window: Window
    chosen: int
    kept: int
    reported: int
    voters: tuple[Voter, ...]
    missed: tuple[MissedItem, ...]


def chosen_in(votes: Mapping[str, Sequence[Vote]], window: Window) -> dict[str, tuple[Vote, ...]]:
    """Return the votes cast in a window by the id voted for: the last reading of each.

    A vote without a day is of the day of its first reading.
    """
    found: dict[str, tuple[Vote, ...]] = {}
    for item, cast in votes.items():
        readings: dict[tuple[str, str], list[Vote]] = defaultdict(list)
        for vote in cast:
            readings[vote.source, vote.url].append(vote)
        inside = tuple(ones[-1] for ones in readings.values() if _is_inside(ones[0], window))
        if inside:
            found[item] = inside
    return found


def _is_inside(vote: Vote, window: Window) -> bool:
    day = vote.counts_on
    return day is not None and window.since <= day <= window.until


def audit(
    ranked: Ranking,
    votes: Mapping[str, Sequence[Vote]],
    outside: Mapping[str, Item],
    ledger: Sequence[LedgerReport],
    *,
    lookback_days: int,
) -> Audit:
    """Say of each choice of the window what became of it.

    `votes` are by the id voted for, `outside` the stored items of such ids that are not in the pool.
    """
    case = _Case(ranked, outside, ledger, lookback_days)
    cast = case.gathered(chosen_in(votes, case.window))
    fates = {id_: told for id_ in cast if (told := case.fate(id_, cast[id_]))[0] is not Fate.AFTER}
    voters = _voters(cast, {id_: fate for id_, (fate, _, _) in fates.items()})
    missed = [
        MissedItem(
            id=id_,
            title=case.title(id_) or next((vote.title for vote in cast[id_] if vote.title), ""),
            url=case.url(id_),
            fate=fate,
            why=why,
            votes=cast[id_],
            strength=round(sum(voters[source].share for source in sorted({vote.source for vote in cast[id_]})), 4),
            rank=rank,
        )
        for id_, (fate, why, rank) in fates.items()
        if fate not in (Fate.KEPT, Fate.REPORTED)
    ]
    became = [fate for fate, _, _ in fates.values()]
    return Audit(
        window=case.window,
        chosen=len(became),
        kept=became.count(Fate.KEPT),
        reported=became.count(Fate.REPORTED),
        voters=tuple(sorted(voters.values(), key=lambda one: (-one.share, one.source))),
        missed=tuple(sorted(missed, key=_order)),
    )


def _order(one: MissedItem) -> tuple[bool, float, bool, int, str]:
    upvotes = max((vote.count for vote in one.votes if vote.kind is VoteKind.UPVOTES), default=0)
    return (one.fate is Fate.OLD, -one.strength, one.fate not in OF_THE_FIELD, -upvotes, one.id)


def _voters(cast: Mapping[str, Sequence[Vote]], fates: Mapping[str, Fate]) -> dict[str, Voter]:
    chosen: dict[str, set[str]] = defaultdict(set)
    for id_ in fates:
        for vote in cast[id_]:
            chosen[vote.source].add(id_)
    return {
        source: Voter(source=source, choices=len(ids), of_the_field=sum(fates[id_] in OF_THE_FIELD for id_ in ids))
        for source, ids in sorted(chosen.items())
    }


class _Case:
    """One ranking, asked what became of single items."""

    def __init__(self, ranked: Ranking, outside: Mapping[str, Item], ledger: Sequence[LedgerReport], lookback_days: int) -> None:
        self.ranked = ranked
        self.window = ranked.shortlist.window
        self.outside = outside
        self.first = self.window.stretched(lookback_days).start
        self.reported = {id_ for report in ledger for entry in report.entries if entry.grade for id_ in entry.ids}
        self.candidates = {one.item.id: one for one in ranked.shortlist.candidates}

    def gathered(self, votes: Mapping[str, Sequence[Vote]]) -> dict[str, tuple[Vote, ...]]:
        """Return the votes by the pool's id where it has the item under another, with what the pool's posts and threads link."""
        own = {name: one.item.id for one in self.ranked.pool.values() if one.votes for name in names(one.item)}
        found: dict[str, dict[tuple[str, str], Vote]] = defaultdict(dict)
        for id_, cast in [*votes.items(), *self._linked()]:
            for vote in cast:
                found[own.get(id_, id_)].setdefault((vote.source, vote.url), vote)
        return {id_: tuple(cast.values()) for id_, cast in sorted(found.items())}

    def _linked(self) -> Iterator[tuple[str, Sequence[Vote]]]:
        for one in self.ranked.pool.values():
            item = one.item
            if item.kind in (Kind.POST, Kind.THREAD) and item.published and item.published in self.window and one.sources:
                for id_ in dict.fromkeys(map(identify, item.links)):
                    if id_ in self.ranked.pool or (id_ and not id_.startswith("url:")):
                        day = item.published.date()
                        yield id_, [Vote(item=id_, kind=VoteKind.LINK, url=item.url, day=day, source=one.sources[0])]

    def title(self, id_: str) -> str:
        """Return the title of an item, empty if the store has none."""
        item = self._item(id_)
        return item.title if item else ""

    def url(self, id_: str) -> str:
        """Return the address of an item; of one that the store does not have, where a person would look for it."""
        if item := self._item(id_):
            return item.url
        scheme, _, rest = id_.partition(":")
        return {"arxiv": f"https://arxiv.org/abs/{rest}", "doi": f"https://doi.org/{rest}", "url": rest}.get(scheme, "")

    def _item(self, id_: str) -> Item | None:
        tracked = self.ranked.pool.get(id_)
        return tracked.item if tracked else self.outside.get(id_)

    def fate(self, id_: str, votes: Sequence[Vote]) -> tuple[Fate, str, int | None]:
        """Return what became of an item, why, and its candidate's rank. Shown by its voters alone, it was not seen otherwise."""
        one = self.ranked.pool.get(id_)
        if one is None:
            return (*self._beside_the_pool(id_), None)
        fate, why, rank = self._in_the_pool(one)
        if set(one.sources) <= {vote.source for vote in votes} and fate in (Fate.TOPIC, Fate.EXCLUDED, Fate.RANK):
            unasked = _unasked(id_, self.ranked.shortlist.coverage, one.sources)
            return (fate if fate is Fate.RANK else Fate.NOT_SEEN), f"{why}, as its voters show it; {unasked}", rank
        return fate, why, rank

    def _beside_the_pool(self, id_: str) -> tuple[Fate, str]:
        if id_ in self.reported:
            return Fate.REPORTED, ""
        item = self.outside.get(id_)
        if item and item.published and item.published >= self.window.end:
            return Fate.AFTER, ""
        if item and item.published:
            old = item.published < self.first
            return (Fate.OLD if old else Fate.PASSED_OVER), f"published {dates.show(item.published, item.precision)}"
        month = arxiv_month(id_)
        if month and month + timedelta(days=31) < self.first:
            return Fate.OLD, f"of {month:%Y-%m} by its number"
        if item:
            return Fate.PASSED_OVER, "without a date, first seen outside the window"
        return Fate.NOT_SEEN, _unasked(id_, self.ranked.shortlist.coverage, ())

    def _in_the_pool(self, one: TrackedItem) -> tuple[Fate, str, int | None]:
        id_ = one.item.id
        candidate = self.candidates.get(self.ranked.stands_in.get(id_, id_))
        if candidate is None:
            why = self.ranked.dropped[id_]
            return _DROPPED.get(why, Fate.TOPIC), why, None
        return (*self._as_candidate(candidate), candidate.rank)

    def _as_candidate(self, one: Candidate) -> tuple[Fate, str]:
        if one.kept:
            return Fate.KEPT, ""
        if one.status is Status.AFTER:
            return Fate.AFTER, ""
        if one.mark:
            return Fate.MARKED, one.why_section
        if all(reason.topic in (WATCHED, CHANGED) for reason in one.reasons):
            return Fate.TOPIC, grouping.NO_TOPIC
        if one.section is Section.CONTEXT:
            return Fate.CONTEXT, one.why_section or "its source's section is context"
        return Fate.RANK, f"rank {one.rank} of {len(self.candidates)} with {one.score:.1f} points, below the cut"


def _unasked(id_: str, coverage: Sequence[Coverage], voters: Collection[str]) -> str:
    """Say why no source but the voters showed a thing: none of its kind is there, or was read, or asks for it."""
    kind = _KINDS.get(id_.partition(":")[0], "")
    able = [one for one in coverage if one.kind == kind and one.source not in voters]
    if not kind or not able:
        return f"no source of the kind {kind} is configured" if kind else "no source showed it"
    if unread := [one.source for one in able if not one.covered]:
        return f"not read over the window: {', '.join(unread)}"
    return f"not among what is asked of {', '.join(one.source for one in able)}"
