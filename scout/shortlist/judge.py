"""From a pool to a shortlist: what each item scores and why, who belongs together, what is dropped for which reason."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NotRequired, TypedDict, Unpack

from scout.model import Reason, Shortlist, Status
from scout.shortlist import cut, family
from scout.shortlist import status as standings
from scout.shortlist.examples import Learned, learn
from scout.shortlist.rules import Rules, Verdict

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scout.model import Coverage, Item, LedgerReport, Sighted, Topic, Window

IN_WINDOW = 1.4
"""What the rules' points of an item published in the window count, against one of the days before."""
BY_TASTE = 0.5
"""Log-odds from which taste alone brings an item in."""
TOLD = 3
"""Terms of taste that are told one by one."""

NO_TOPIC = "no topic matches"
EXCLUDED = "excluded by its topic"


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How long the shortlist may be, how many entries a week's report aims at, and how far before the window counts."""

    limit: int | None = None
    target: int = 5
    lookback_days: int = 14


class Given(TypedDict):
    """What a pool is judged by. `background`: earlier items; `picks`: the ledger's things that the store has, by id."""

    window: Window
    topics: Sequence[Topic]
    ledger: Sequence[LedgerReport]
    background: Sequence[Item]
    coverage: Sequence[Coverage]
    settings: Settings
    picks: NotRequired[Mapping[str, Item]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """One item with its status, reasons and their sum; `taste` is in log-odds."""

    sighted: Sighted
    status: Status
    verdict: Verdict
    reasons: tuple[Reason, ...]
    score: float
    taste: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """The shortlist with the way to it: why each dropped item was, and in which candidate each companion stands."""

    shortlist: Shortlist
    pool: Mapping[str, Sighted]
    dropped: Mapping[str, str]
    stands_in: Mapping[str, str]
    judged: Mapping[str, Judged]
    learned: Learned


def choose(pool: Sequence[Sighted], **given: Unpack[Given]) -> Shortlist:
    """Rank a pool: everything published in the window or its lookback, or first seen in the window, in any order."""
    return judge(pool, **given).shortlist


def judge(pool: Sequence[Sighted], **given: Unpack[Given]) -> Judgement:
    """Rank a pool and keep what `explain` needs."""
    window, settings = given["window"], given["settings"]
    everyone = {one.item.id: one for one in sorted(pool, key=lambda one: (one.item.id, one.seen))}
    ledger = sorted(given["ledger"], key=lambda report: (report.day, report.path))
    dropped: dict[str, str] = {}
    standing: dict[str, Status] = {}
    read = standings.first_read(everyone.values())
    for id_, one in everyone.items():
        match standings.standing(one, window, ledger, settings.lookback_days, read):
            case Status() as status:
                standing[id_] = status
            case why:
                dropped[id_] = why
    known = {item.id: item for item in (*given["background"], *(one.item for one in pool), *given.get("picks", {}).values())}
    learned = learn([everyone[id_] for id_ in standing], Rules(given["topics"]), ledger, given["background"], known)
    judged: dict[str, Judged] = {}
    for id_, status in standing.items():
        verdict, taste = learned.verdicts[id_], learned.taste_of(id_)
        if verdict.reasons or everyone[id_].watched or status is Status.UPDATE or taste >= BY_TASTE:
            judged[id_] = _judged(everyone[id_], status, verdict, learned, taste)
        else:
            dropped[id_] = EXCLUDED if verdict.excluded else NO_TOPIC
    ranked, stands_in, left = family.rank(judged, learned, window, known, settings.limit)
    dropped |= left
    candidates, words = cut.draw(ranked, window, settings.target)
    shortlist = Shortlist(
        window=window,
        candidates=candidates,
        dropped=dict(sorted(Counter(dropped.values()).items())),
        coverage=tuple(sorted(given["coverage"], key=lambda one: one.source)),
        pool=len(everyone),
        cut=words,
    )
    return Judgement(shortlist=shortlist, pool=everyone, dropped=dropped, stands_in=stands_in, judged=judged, learned=learned)


def _judged(one: Sighted, status: Status, verdict: Verdict, learned: Learned, taste: float) -> Judged:
    """Add up one item. Rules of what stands in the window count more than of what stands before it."""
    factor = IN_WINDOW if status in (Status.IN_WINDOW, Status.UPDATE) else 1.0
    reasons = [replace(reason, weight=round(reason.weight * factor, 4)) for reason in verdict.reasons]
    if verdict.reasons or taste >= BY_TASTE:
        reasons += _tastes(one.item, learned)
    else:
        reasons.append(Reason(topic="watched", term=one.sources[0] if one.sources else "", field="source", weight=0.0))
    score = round(sum(reason.weight for reason in reasons), 4)
    return Judged(sighted=one, status=status, verdict=verdict, reasons=tuple(reasons), score=score, taste=taste)


def _tastes(item: Item, learned: Learned) -> list[Reason]:
    """Tell what taste adds: its strongest terms one by one, the rest together."""
    if not learned.taste:
        return []
    parts = learned.taste.parts(learned.features[item.id])
    points = [(part, round(part.weight * learned.scale, 4)) for part in parts]
    reasons = [Reason(topic="taste", term=part.term, field="text", weight=weight) for part, weight in points[:TOLD] if weight]
    rest = round(sum(weight for _, weight in points[TOLD:]), 4)
    return [*reasons, Reason(topic="taste", term="other words", field="text", weight=rest)] if rest else reasons
