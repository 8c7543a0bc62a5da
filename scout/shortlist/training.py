"""Collect training examples for taste: the ledger's picks are positive, other items of the pool and older ones negative."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from scout.shortlist import taste
from scout.similarity import SimilarityIndex, words
from scout.topics import Field, fields, owned

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from scout.model import Item, LedgerEntry, LedgerReport, TrackedItem
    from scout.shortlist.rules import TopicRules, TopicScore

GRADES = {2: 1.0, 1: 0.5}
"""The weights of a numbered entry (2) and a mention (1)."""
WORTH = 1.5
"""Points of taste's log-odds, against the same log-odds of the rules: the ridge shrinks taste's."""
HALF_LIFE = 56
"""Days after which a report's weight is halved."""
LATEST = 400
"""Positive examples used, the newest: older ones have hardly any weight, and a decade of reports must not cost a minute."""
EARLIER = 2000
"""Older items used as negative examples; more bring nothing."""
PROSE = 400
"""Words of a report's own text used for a pick that the store does not have."""


@dataclass(frozen=True, kw_only=True)
class Learned:
    """Topic matches (`verdicts`) and features by item id, the picks, and the model; `taste` is None without picks."""

    verdicts: Mapping[str, TopicScore]
    features: Mapping[str, taste.Features]
    taste: taste.Taste | None
    worth: float
    picks: Mapping[str, tuple[LedgerEntry, Item | None]]

    def taste_of(self, item_id: str) -> float:
        """Return an item's taste in log-odds."""
        return round(self.taste.score(self.features[item_id]), 4) if self.taste else 0.0

    @cached_property
    def neighbours(self) -> SimilarityIndex:
        """An index of the earlier picks: the stored item's text, else the report's."""
        return SimilarityIndex(
            {key: (item.title, item.summary) if item else (entry.title, entry.text) for key, (entry, item) in self.picks.items()}
        )


def learn(
    pool: Sequence[TrackedItem],
    rules: TopicRules,
    ledger: Sequence[LedgerReport],
    background: Iterable[Item],
    known: Mapping[str, Item],
) -> Learned:
    """Match every item once, and fit taste. `pool` and `ledger` are in a fixed order; `known` are items by id."""
    picks = _picks(ledger, known)
    newest = max((report.day for report in ledger), default=None)
    examples = [_example(entry, item, rules, newest) for _, (entry, item) in sorted(picks.items())] if newest else []
    items = [one.item for one in pool]
    picked = {id_ for report in ledger for entry in report.entries if entry.grade for id_ in entry.ids}
    if examples:
        taken = picked | {item.id for item in items}
        earlier = sorted((item for item in background if item.id not in taken), key=lambda item: item.id)
        items += earlier[:: 1 + len(earlier) // EARLIER]
    vocabulary = taste.Vocabulary(examples, rules.spoken)
    verdicts: dict[str, TopicScore] = {}
    features: dict[str, taste.Features] = {}
    for item in items:
        found = fields(item)
        verdicts[item.id] = rules.read(found)
        if examples:
            features[item.id] = vocabulary.read(*_texts(item, found))
    model = None
    if examples:
        against = [id_ for id_ in features if id_ not in picked]  # an update is in the pool, and was picked
        points = [_points(verdicts[id_]) for id_ in against]
        model = taste.learn(vocabulary, examples, [features[id_] for id_ in against], points, rules.scale)
    return Learned(verdicts=verdicts, features=features, taste=model, worth=WORTH * rules.scale, picks=picks)


def _picks(ledger: Sequence[LedgerReport], known: Mapping[str, Item]) -> dict[str, tuple[LedgerEntry, Item | None]]:
    """Return the newest picks by item id: the entry of the highest grade, and the item if the store has it.

    Entries that only a draft listed are no picks: learning from them would repeat them for ever.
    """
    found: dict[str, tuple[LedgerEntry, Item | None]] = {}
    for report in reversed(ledger):
        for entry in report.entries:
            key = entry.ids[0] if entry.ids else f"{entry.report} {entry.title}"
            if entry.chosen and entry.grade in GRADES and (key not in found or found[key][0].grade < entry.grade):
                item = next((known[id_] for id_ in entry.ids[:1] if id_ in known), None)
                found[key] = (entry, item)
        if len(found) >= LATEST:
            break
    return found


def _example(entry: LedgerEntry, item: Item | None, rules: TopicRules, newest: date) -> taste.Example:
    weight = GRADES[entry.grade] * 0.5 ** ((newest - entry.report).days / HALF_LIFE)
    found = fields(item) if item else [Field.of("title", words(entry.title)), Field.of("abstract", words(entry.text)[:PROSE])]
    title, body = _texts(item, found)
    points = _points(rules.read(found))
    return taste.Example(title=title, body=body, weight=weight, points=points, prose=item is None)


def _texts(item: Item | None, found: Sequence[Field]) -> tuple[Field, Field | None]:
    """Return the title and text that taste reads, the title without a repository's owner."""
    by_name = {field.name: field for field in found}
    owner, title = owned(item) if item else ("", "")
    return Field.of("title", words(title)) if owner else by_name["title"], by_name.get("abstract") or by_name.get("body")


def _points(verdict: TopicScore) -> float:
    return sum(reason.weight for reason in verdict.reasons)
