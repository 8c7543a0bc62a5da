"""Group items that belong together into one candidate each, and rank the candidates."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import TYPE_CHECKING

from scout.identity import programme_id
from scout.model import CHANGED, MARKED, MOVED, TASTE, WATCHED, Candidate, Kind, Reason, Section
from scout.model.reading import TEXT_READ
from scout.releases import is_final, newest_first
from scout.shortlist import linkage, section
from scout.shortlist.status import COMPETES
from scout.text import shorten, title_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from scout.figures import Metrics
    from scout.model import Item, Mark, TrackedItem, Window
    from scout.shortlist.examples import Learned
    from scout.shortlist.ranking import Settings
    from scout.shortlist.score import ScoredItem

COMPANION = "companion of another"
DROPPED = "marked drop, or belongs to what is"
LIMIT = "over the limit"
MOST_QUIET = 200
"""Most candidates without a match that are listed because their source is watched."""
QUIET = f"watched, no topic matches, beyond the first {MOST_QUIET}"
NO_TOPIC = "no topic matches"
MOST_UNREAD = 12
"""Most talks of one programme kept without a match, because they have only a title to match."""
RESEMBLES = 0.05
_LONGEST = 200

Ranked = tuple[tuple[Candidate, ...], dict[str, str], dict[str, str]]


def group_and_rank(  # noqa: PLR0917 -- the scored items before the context
    scored: Mapping[str, ScoredItem],
    learned: Learned,
    window: Window,
    known: Mapping[str, Item],
    settings: Settings,
    told: Sequence[TrackedItem] = (),
) -> Ranked:
    """Return the ranked candidates, the candidate id of each companion, and why each other item was dropped.

    `told` are talks that match a topic and that earlier reports have: for them their conference matches, if other talks are left.
    """
    told_of: dict[str, list[TrackedItem]] = {}
    for one in told:
        told_of.setdefault(programme_id(one.item.id), []).append(one)
    stands_in: dict[str, str] = {}
    left: dict[str, str] = {}
    papers = {title_key(item.title): item for _, item in sorted(known.items()) if item.kind is Kind.PAPER and item.title}
    joined = linkage.join(j.tracked for j in scored.values())
    families = _with_posts(
        [family for members in joined if (family := _family([scored[one.item.id] for one in members], left, told_of))]
    )
    families = [part for family in families for part in _by_marks(family, left)]
    families.sort(key=lambda family: (not _matched(family, told_of), -_strongest(family).score, family[0].tracked.item.id))
    quiet = Counter[bool]()
    chosen = 0
    found: list[Candidate] = []
    for family in families:
        matched = _matched(family, told_of)
        quiet[not matched] += 1
        if quiet[True] > MOST_QUIET and not matched:
            left |= {one.tracked.item.id: QUIET for one in family}
        elif settings.limit is not None and chosen >= settings.limit and not _mark(family):
            left |= {one.tracked.item.id: LIMIT for one in family}
        else:
            chosen += not _mark(family)
            first = family[0].tracked.item.id
            stands_in |= {one.tracked.item.id: first for one in family[1:]}
            left |= dict.fromkeys((one.tracked.item.id for one in family[1:]), COMPANION)
            told_here = told_of.get(_programme(family), ())
            found.append(_candidate(len(found) + 1, family, learned, window, papers, settings.metrics, told_here))
    return tuple(found), stands_in, left


def _with_posts(families: Sequence[list[ScoredItem]]) -> list[list[ScoredItem]]:
    """Group a post with the release that it announces, unless its title has a heavier topic than the release's."""
    trains: dict[str, list[list[ScoredItem]]] = defaultdict(list)
    for family in families:
        for name in dict.fromkeys(map(linkage.repository, _releases(family) if _topical(family) else ())):
            trains[name].append(family)
    left: list[list[ScoredItem]] = []
    for family in families:
        home = _home(family[0], trains) if len(family) == 1 else None
        if home is None:
            left.append(family)
        else:
            home.append(family[0])
    return left


def _by_marks(family: list[ScoredItem], left: dict[str, str]) -> list[list[ScoredItem]]:
    """Leave out what is marked drop, and part from the family what is marked context when its main item is not.

    With a main item that is marked drop all that belongs to it goes, unless that is marked for a section itself. A programme's
    talks belong together, not to the first of them.
    """
    main = family[0].tracked.mark
    whole = main is not None and main.section is None and not _mark(family) and not _programme(family)
    kept = [] if whole else [one for one in family if one.tracked.mark is None or one.tracked.mark.section]
    apart = [one for one in kept[1:] if _for_context(one) and not _for_context(kept[0])]
    left |= dict.fromkeys(_ids(family) - _ids(kept), DROPPED)
    rest = _without(kept, apart)
    return [part for part in (rest, *([one] for one in apart)) if part]


def _ids(family: Iterable[ScoredItem]) -> set[str]:
    return {one.tracked.item.id for one in family}


def _without(family: Iterable[ScoredItem], others: Iterable[ScoredItem]) -> list[ScoredItem]:
    """Return a family without some of its members, by id: to compare members with each other would cost the square of it."""
    taken = _ids(others)
    return [one for one in family if one.tracked.item.id not in taken]


def _for_context(one: ScoredItem) -> bool:
    return one.tracked.mark is not None and one.tracked.mark.section is Section.CONTEXT


def _mark(family: Sequence[ScoredItem]) -> Mark | None:
    """Return the first mark of a family for a section."""
    return next((one.tracked.mark for one in family if one.tracked.mark and one.tracked.mark.section), None)


def _releases(family: Sequence[ScoredItem]) -> list[Item]:
    items = [one.tracked.item for one in family if one.status in COMPETES]
    return [item for item in items if item.kind is Kind.RELEASE and is_final(item)]


def _home(post: ScoredItem, trains: Mapping[str, list[list[ScoredItem]]]) -> list[ScoredItem] | None:
    """Return the release family that a post announces, if it is exactly one; else None. `trains` are by repository."""
    item = post.tracked.item
    near = [train for label in dict.fromkeys(linkage.site(item)) for train in trains.get(label, ())]
    heralded = [train for train in near if any(linkage.heralds(item, release) for release in _releases(train))]
    if len(heralded) != 1:
        return None
    named = {reason.topic for reason in heralded[0][0].reasons}
    own = [reason for reason in post.reasons if reason.field == "title"]
    least = max((reason.weight for reason in own if reason.topic in named), default=0.0)
    heavier = any(reason.weight > least for reason in own if reason.topic not in named)
    return None if heavier else heralded[0]


def _matched(family: Sequence[ScoredItem], told: Collection[str] = ()) -> bool:
    if _mark(family) or _programme(family) in told:
        return True
    return any(reason.topic not in (WATCHED, CHANGED) for one in family for reason in one.reasons)


def _programme(family: Sequence[ScoredItem]) -> str:
    """Return the id of the programme whose talks make up a family, or an empty string."""
    names = {programme_id(one.tracked.item.id) for one in family}
    return names.pop() if len(names) == 1 else ""


def _strongest(family: Sequence[ScoredItem]) -> ScoredItem:
    """Return the member with the highest score, without posts that only announce a release."""
    releases = [one.tracked.item for one in family if one.tracked.item.kind is Kind.RELEASE]
    own = [one for one in family if not any(linkage.heralds(one.tracked.item, release) for release in releases)]
    return max(own, key=lambda one: one.score)


def _topical(family: Sequence[ScoredItem]) -> bool:
    return any(one.verdict.reasons for one in family)


def _family(members: Sequence[ScoredItem], left: dict[str, str], told: Collection[str]) -> list[ScoredItem]:
    """Order a family, its main item first; a programme keeps only the talks that match, if any do or are `told` already.

    Up to MOST_UNREAD talks that have only a title are kept too, last. Where nothing is kept, the family is empty.
    """
    if programme := _programme(members):
        matching = [one for one in members if _matched([one])]
        if matching or programme in told:
            others = _without(members, matching)
            unread = [one for one in others if not one.tracked.item.summary.strip()][:MOST_UNREAD]
            left |= dict.fromkeys(_ids(others) - _ids(unread), NO_TOPIC)
            return [*sorted(matching, key=lambda one: (-one.score, one.tracked.item.id)), *unread]
    releases = [one for one in members if one.tracked.item.kind is Kind.RELEASE]
    if releases:
        inside = [one for one in releases if one.status in COMPETES] or releases
        newest = (*newest_first(one.tracked for one in inside), *newest_first(one.tracked for one in releases))
        order = dict.fromkeys(tracked.item.id for tracked in newest)
        rest = sorted(_without(members, releases), key=lambda one: (-one.score, one.tracked.item.id))
        by_id = {one.tracked.item.id: one for one in releases}
        return [*(by_id[id_] for id_ in order), *rest]
    return sorted(members, key=lambda one: (one.tracked.item.kind is Kind.THREAD, -one.score, one.tracked.item.id))


def _candidate(  # noqa: PLR0917 -- a candidate's own values before the context
    place: int,
    family: Sequence[ScoredItem],
    learned: Learned,
    window: Window,
    papers: Mapping[str, Item],
    metrics: Metrics | None,
    told: Sequence[TrackedItem],
) -> Candidate:
    """Make the candidate of a family: the strongest member's score and reasons, the first member's item and status."""
    first = family[0]
    best = _strongest(family)
    matched = _matched(family) or bool(told)
    if (mark := _mark(family)) and mark.section:
        where, why = mark.section, f"marked on {mark.made:%Y-%m-%d}{': ' if mark.why else ''}{mark.why}"
    else:
        where, why = section.place(first.tracked, best.verdict, window, papers, matched=matched, metrics=metrics)
    eligible = (_topical(family) or bool(told)) and where is Section.A
    inside = [one.tracked.item for one in family if one.status in COMPETES]
    automatic = section.automatic_entry(first.tracked, inside, first.verdict) if eligible else ""
    marked = [Reason(topic=MARKED, term=str(mark.decision), field="mark", weight=0.0)] if mark else []
    said = first.tracked.production
    moved = [Reason(topic=MOVED, term=shorten(said, _LONGEST), field=TEXT_READ, weight=0.0)] if said and said in why else []
    return Candidate(
        rank=place,
        score=best.score,
        tracked=first.tracked,
        status=first.status,
        section=where,
        reasons=(*marked, *moved, *best.reasons, *_resembled(best, learned)),
        companions=tuple(one.tracked for one in family[1:]),
        told=tuple(told),
        why_section=why or automatic,
        mark=mark,
    )


def _resembled(one: ScoredItem, learned: Learned) -> list[Reason]:
    """Return the nearest earlier pick as a reason for an item that only taste brings in, so that an example is shown."""
    if one.verdict.reasons or not any(reason.topic == TASTE for reason in one.reasons):
        return []
    near = learned.neighbours.nearest(one.tracked.item.title, one.tracked.item.summary, most=1, least=RESEMBLES)
    return [
        Reason(topic=TASTE, term=f"like “{shorten(learned.picks[n.key][0].title, 80)}”", field="ledger", weight=0.0) for n in near
    ]
