"""Collect what the model learns from: picks of reports and marks are examples, the other items are against them."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from scout import dates
from scout.model import Decision
from scout.model.reading import TEXT_READ
from scout.shortlist import balance, taste
from scout.similarity import SimilarityIndex, words
from scout.topics import Field, fields, owned

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
    from datetime import date

    from scout.model import Item, LedgerEntry, LedgerReport, Mark, Status, TrackedItem, Vote
    from scout.shortlist.rules import TopicRules, TopicScore

GRADES = {2: 1.0, 1: 0.5}
"""What a numbered entry (2) and a mention (1) weigh."""
MARKS = {Decision.A: GRADES[2], Decision.B: GRADES[2], Decision.CONTEXT: GRADES[1], Decision.DROP: -GRADES[2]}
"""What a mark weighs; below zero it is an example of what is not wanted."""
HALF_LIFE = 56
"""Days after which a pick's weight is halved."""
LATEST = 400
"""Picks used, the newest: older ones have hardly any weight, and a decade of reports must not cost a minute."""
AGAINST = 6000
"""Items learned against: where the pool has fewer, the newest of those before it fill it up."""
PROSE, TOLD = 400, 0.3
"""Words of a report's own text used for a pick that the store does not have, and the factor of such a pick's weight."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What there is to learn from, up to the day `until`. `ledger` is in a fixed order; `known` are items by id."""

    until: date
    ledger: Sequence[LedgerReport]
    background: Iterable[Item]
    known: Mapping[str, Item]
    marks: Mapping[str, Mark] = field(default_factory=dict)
    votes: Mapping[str, Sequence[Vote]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Learned:
    """What was learned: items' topic matches (`verdicts`) and rows by id, what topics count, and the model, None without picks.

    `worth` are the points for one unit of taste.
    """

    verdicts: Mapping[str, TopicScore]
    rows: Mapping[str, taste.Row]
    taste: taste.Taste | None
    worth: float
    topics: Mapping[str, balance.Weighed]
    timing: balance.Timing
    picks: Mapping[str, tuple[LedgerEntry, Item | None]]

    def taste_of(self, item_id: str) -> float:
        """Return how far an item's words alone are above what makes a pick; negative without picks."""
        return round(self.taste.score(self.rows[item_id].words) - self.taste.line, 4) if self.taste else -1.0

    @cached_property
    def neighbours(self) -> SimilarityIndex:
        """An index of the earlier picks: the stored item's text, else the report's."""
        return SimilarityIndex(
            {key: (item.title, item.summary) if item else (entry.title, entry.text) for key, (entry, item) in self.picks.items()}
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Example:
    """An example: an item, or what a report says of it, its weight before it ages, and when it was chosen."""

    id: str
    item: Item | None
    title: Field
    body: Field | None
    found: Sequence[Field]
    weight: float
    day: date


def learn(pool: Sequence[TrackedItem], statuses: Mapping[str, Status], rules: TopicRules, given: Evidence) -> Learned:
    """Match every item once, and fit the model. `pool` is in a fixed order."""
    picks = _picks(given.ledger, given.known)
    examples = _examples(picks, pool, given)
    liked = [one for one in examples if one.weight > 0]
    texts = [taste.Text(title=one.title, body=one.body, prose=one.item is None) for one in examples]
    vocabulary = taste.Vocabulary(texts, rules.spoken)
    chosen = {id_ for report in given.ledger for entry in report.entries if entry.grade for id_ in entry.ids}
    chosen |= {one.id for one in examples}  # an update is in the pool, and was picked
    items = {one.item.id: one.item for one in pool}
    if liked:
        items |= _earlier(given.background, items.keys() | chosen, AGAINST - len(items))
    verdicts: dict[str, TopicScore] = {}
    rows: dict[str, taste.Row] = {}
    for item in items.values():
        found = fields(item)
        verdicts[item.id] = rules.read(found)
        read = vocabulary.read(*_texts(item, found)) if liked else taste.NO_WORDS
        rows[item.id] = taste.Row(words=read, more=balance.columns(verdicts[item.id], given.votes.get(item.id, ()), given.until))
    matches = balance.Matches.of(verdicts.values())
    voters = {vote.source for votes in given.votes.values() for vote in votes}
    priors = balance.priors(rules.topics, rules.heaviest, matches, voters)
    model = None
    if liked:
        newest = max(one.day for one in examples)
        read_examples = [(_row(one, vocabulary, rules, given), _aged(one, newest)) for one in examples]
        model = _fit(vocabulary, read_examples, [row for id_, row in rows.items() if id_ not in chosen], priors)
    weights = model.weights if model else {name: prior.weight for name, prior in priors.items()}
    return Learned(
        verdicts=verdicts,
        rows=rows,
        taste=model,
        worth=balance.POINTS * rules.heaviest,
        topics=balance.weighed(rules.topics, rules.heaviest, matches, weights),
        timing=balance.timing(_days(picks, given.ledger), statuses.values()),
        picks=picks,
    )


def _earlier(background: Iterable[Item], but: Collection[str], most: int) -> dict[str, Item]:
    """Return at most so many earlier items, the newest, by id and in its order."""
    left = [item for item in background if item.id not in but]
    left.sort(key=lambda item: (item.published or dates.EARLIEST, item.id), reverse=True)
    return {item.id: item for item in sorted(left[: max(0, most)], key=lambda item: item.id)}


def _days(picks: Mapping[str, tuple[LedgerEntry, Item | None]], ledger: Sequence[LedgerReport]) -> Iterator[tuple[date, date]]:
    """Give the day of each pick, and the first day of its report's window."""
    since = {report.day: report.since for report in ledger}
    for entry, item in picks.values():
        if item and item.published and (first := since.get(entry.report)):
            yield item.published.date(), first


def _fit(
    vocabulary: taste.Vocabulary,
    examples: Sequence[tuple[taste.Row, float]],
    others: Sequence[taste.Row],
    priors: Mapping[str, taste.Prior],
) -> taste.Taste:
    """Fit the model; what is not wanted is against the picks with the weight of one of them."""
    liked = [(row, weight) for row, weight in examples if weight > 0]
    each = max(1, len(others)) / sum(weight for _, weight in liked)
    unwanted = [(row, -weight * each) for row, weight in examples if weight < 0]
    return taste.learn(vocabulary, liked, [*((row, 1.0) for row in others), *unwanted], priors)


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


def _examples(
    picks: Mapping[str, tuple[LedgerEntry, Item | None]], pool: Sequence[TrackedItem], given: Evidence
) -> list[_Example]:
    """Return the picks and what is marked, by id; a mark wins over what a report says of the same item."""
    marked = {id_: (mark, item) for id_, mark in given.marks.items() if (item := given.known.get(id_))}
    marked |= {one.item.id: (one.mark, one.item) for one in pool if one.mark}
    found = [
        _example(item.id, item, fields(item), MARKS[mark.decision], mark.made.date())
        for _, (mark, item) in sorted(marked.items())
    ]
    for key, (entry, item) in sorted(picks.items()):
        if key not in marked:
            told = [Field.of("title", words(entry.title)), Field.of("abstract", words(entry.text)[:PROSE])]
            weight = GRADES[entry.grade] * (1.0 if item else TOLD)
            found.append(_example(key, item, fields(item) if item else told, weight, entry.report))
    return found


def _example(id_: str, item: Item | None, found: Sequence[Field], weight: float, day: date) -> _Example:
    title, body = _texts(item, found)
    return _Example(id=id_, item=item, title=title, body=body, found=found, weight=weight, day=day)


def _aged(one: _Example, newest: date) -> float:
    return one.weight * math.exp2(-(newest - one.day).days / HALF_LIFE)


def _row(one: _Example, vocabulary: taste.Vocabulary, rules: TopicRules, given: Evidence) -> taste.Row:
    """Return an example as the model reads it, with the votes that it had when it was chosen."""
    more = balance.columns(rules.read(one.found), given.votes.get(one.id, ()), min(one.day, given.until))
    return taste.Row(words=vocabulary.read(one.title, one.body), more=more)


def _texts(item: Item | None, found: Sequence[Field]) -> tuple[Field, Field | None]:
    """Return the title and text that taste reads, the title without a repository's owner."""
    by_name = {field.name: field for field in found}
    owner, title = owned(item) if item else ("", "")
    own = next((by_name[name] for name in ("abstract", TEXT_READ, "body") if name in by_name), None)
    return Field.of("title", words(title)) if owner else by_name["title"], own
