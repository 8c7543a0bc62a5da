"""Rank a pool into a shortlist: score the items with reasons, group them, and count what is dropped by reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack

from scout.model import Shortlist, Status
from scout.shortlist import grouping, selection
from scout.shortlist import status as status_rules
from scout.shortlist.balance import Matches
from scout.shortlist.examples import Evidence, Learned, learn
from scout.shortlist.rules import TopicRules
from scout.shortlist.score import score
from scout.topics import fields

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scout.figures import Metrics
    from scout.model import Coverage, Item, LedgerReport, Mark, Topic, TrackedItem, Vote, Window
    from scout.shortlist.score import ScoredItem

EXCLUDED = "excluded by its topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The most candidates (`limit`), the entries that a week's report aims at, and the days before the window that count.

    `metrics` are the field's words, by which an abstract reports production use; without them none does.
    """

    limit: int | None = None
    target: int = 5
    lookback_days: int = 14
    metrics: Metrics | None = None


class RankingInputs(TypedDict):
    """What a pool is ranked with.

    `background`: earlier items. `marks` and `votes` of any item, by its id; those of the pool's items stand in the pool too.
    `picks`: the reported and the marked items that the store has, by id.
    """

    window: Window
    topics: Sequence[Topic]
    ledger: Sequence[LedgerReport]
    background: Sequence[Item]
    coverage: Sequence[Coverage]
    settings: Settings
    picks: NotRequired[Mapping[str, Item]]
    marks: NotRequired[Mapping[str, Mark]]
    votes: NotRequired[Mapping[str, Sequence[Vote]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ranking:
    """A shortlist with its intermediate values: by id why each item was dropped, and each companion's candidate."""

    shortlist: Shortlist
    pool: Mapping[str, TrackedItem]
    dropped: Mapping[str, str]
    stands_in: Mapping[str, str]
    scored: Mapping[str, ScoredItem]
    learned: Learned


def choose(pool: Sequence[TrackedItem], **given: Unpack[RankingInputs]) -> Shortlist:
    """Rank a pool: everything published in the window or its lookback, or first seen in the window, in any order."""
    return rank(pool, **given).shortlist


def rank(pool: Sequence[TrackedItem], **given: Unpack[RankingInputs]) -> Ranking:
    """Rank a pool and keep what `explain` needs."""
    window, settings = given["window"], given["settings"]
    everyone = {one.item.id: one for one in sorted(pool, key=lambda one: (one.item.id, one.seen))}
    ledger = sorted(given["ledger"], key=lambda report: (report.day, report.path))
    dropped: dict[str, str] = {}
    statuses: dict[str, Status] = {}
    earlier = status_rules.Earlier.of(ledger, window)
    for id_, one in everyone.items():
        match status_rules.status_of(one, window, earlier, settings.lookback_days):
            case Status() as status:
                statuses[id_] = status
            case why:
                dropped[id_] = why
    known = {item.id: item for item in (*given["background"], *(one.item for one in pool), *given.get("picks", {}).values())}
    rules = TopicRules(given["topics"])
    evidence = Evidence(
        until=window.until,
        ledger=ledger,
        background=given["background"],
        known=known,
        marks=given.get("marks", {}),
        votes=given.get("votes", {}),
    )
    learned = learn([everyone[id_] for id_ in statuses], statuses, rules, evidence)
    scored: dict[str, ScoredItem] = {}
    for id_, status in statuses.items():
        verdict, one = learned.verdicts[id_], everyone[id_]
        if verdict.reasons or one.watched or status is Status.UPDATE or one.mark or learned.taste_of(id_) >= 0:
            scored[id_] = score(one, status, learned, until=window.until)
        else:
            dropped[id_] = EXCLUDED if verdict.excluded else grouping.NO_TOPIC
    reported = [one for id_, one in everyone.items() if dropped.get(id_) == status_rules.IN_LEDGER]
    told = [one for one in status_rules.told_early(reported, window) if rules.read(fields(one.item)).reasons]
    ranked, stands_in, left = grouping.group_and_rank(scored, learned, window, known, settings, told)
    dropped |= left
    candidates, words = selection.select_entries(ranked, window, settings.target)
    shortlist = Shortlist(
        window=window,
        candidates=candidates,
        dropped=dict(sorted(Counter(dropped.values()).items())),
        coverage=tuple(sorted(given["coverage"], key=lambda one: one.source)),
        pool=len(everyone),
        cut=words,
        broad={name: one.share for name, one in learned.topics.items() if one.broad},
    )
    return Ranking(shortlist=shortlist, pool=everyone, dropped=dropped, stands_in=stands_in, scored=scored, learned=learned)


def broad_topics(topics: Sequence[Topic], items: Sequence[Item]) -> dict[str, float]:
    """Return the topics that match so many of some items that they tell little, with the share."""
    rules = TopicRules(topics)
    matches = Matches.of([rules.read(fields(item)) for item in items])
    return {topic.name: matches.share(topic.name) for topic in rules.topics if matches.broad(topic.name)}
