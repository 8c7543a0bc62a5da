"""Build a numbered entry: heading, references, quoted evidence, and the slots that a person fills."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from scout import dates
from scout.draft import changelog, readings, votes
from scout.draft.escape import Markdown, joined, link, slot, within
from scout.draft.full_text import evidence_in
from scout.draft.labels import (
    dated,
    earlier,
    finals,
    label,
    name,
    programme,
    qualified,
    releases_of,
    repository,
    split_by_match,
    talks_of,
)
from scout.draft.readings import is_teaser
from scout.figures import NOT_JUDGED, Evidence, evidence
from scout.identity import arxiv_in, identify
from scout.model import TASTE, UNNAMED, Kind, Status
from scout.releases import tag
from scout.shortlist.linkage import heralds
from scout.similarity import NEAREST, words
from scout.text import clean, fold, shorten, title_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scout.draft.inputs import DraftInput, Neighbour
    from scout.figures import Figure, Metrics
    from scout.model import Candidate, Item, Reason, Topic, TrackedItem
    from scout.model.reading import Reading

AUTHORS = 6
REASONS = 4
LEAST_LIKE = 0.1
"""The least similarity (0 to 1) of a neighbour."""
LONGEST_WHY = 200
SAME_TITLE = 0.7
"""The share of common words from which two titles may be of one item."""
_PLACES = {"body": "text", "authors": "list of its authors"}


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftEntry:
    """A numbered entry as templates get it. `Markdown` fields are ready; other strings are escaped."""

    number: int
    section: str
    id: str
    title: str
    titled: Markdown
    heading: Markdown
    reference: Markdown
    companions: tuple[Markdown, ...]
    parts: tuple[Markdown, ...]
    status: Markdown
    chosen: Markdown
    votes: Markdown
    changes: tuple[tuple[str, tuple[Markdown, ...], int], ...]
    quotes: tuple[Markdown, ...]
    quoted_from: Markdown
    nearest: Markdown
    verdict: str
    reason: str
    figures: tuple[Markdown, ...]
    unlisted: int
    unverified: bool
    references: Markdown
    summary_slot: Markdown
    novelty_slot: Markdown
    impact_slot: Markdown


def build_entry(number: int, candidate: Candidate, inputs: DraftInput) -> DraftEntry:
    """Build the entry of a candidate. Pure: all comes from its items, their sightings and the ledger."""
    family = [candidate.tracked, *candidate.companions]
    releases = releases_of(family)
    title = name(candidate, inputs.topics, inputs.metrics)
    said, source, reading = evidence_of(candidate, inputs)
    shown = [figure for quote in said.quotes for figure in quote.figures]
    changes = changelog.matching_changes(releases, inputs.topics)
    return DraftEntry(
        number=number,
        section=candidate.section.value,
        id=candidate.item.id,
        title=title,
        titled=Markdown(f"{within(title)} ({qualified(candidate)})"),
        heading=Markdown(f"{number}. {within(title)} ({qualified(candidate)})"),
        reference=_reference(candidate, releases, inputs.metrics),
        companions=(*(_companion(one) for one in _others(candidate, releases)), *_code(candidate, inputs)),
        parts=_parts(candidate, inputs.topics),
        status=_status(candidate, inputs.readings.get(candidate.item.id)),
        chosen=_chosen(candidate),
        votes=votes.told(candidate.votes),
        changes=tuple((group.topic, tuple(_change(line, releases[0]) for line in group.lines), group.more) for group in changes),
        quotes=tuple(readings.shown(quote, reading) for quote in said.quotes),
        quoted_from=_from(source, reading),
        nearest=_nearest(candidate, inputs),
        verdict=said.verdict.capitalize(),
        reason=reason_of(said, source, reading, inputs),
        figures=tuple(
            _figure(figure, place, inputs.metrics) for place, quote in enumerate(said.quotes, 1) for figure in quote.figures
        ),
        unlisted=said.figures - len(shown),
        unverified=any(not one.trusted for one in family),
        references=_references(family),
        summary_slot=slot("summary"),
        novelty_slot=slot("novelty"),
        impact_slot=slot("impact"),
    )


def _reference(candidate: Candidate, releases: list[Item], metrics: Metrics | None) -> Markdown:
    item = candidate.item
    if releases:
        return joined(link(label(release), release.url) for release in reversed(finals(releases)))
    if talks_of(candidate):
        return within(f"{programme(item, metrics)} programme")
    authors = list(item.authors[:AUTHORS])
    if len(item.authors) > AUTHORS:
        authors.append("et al.")
    words = f"arXiv:{item.id.removeprefix('arxiv:')}" if item.id.startswith("arxiv:") else label(item)
    return joined([*([", ".join(authors)] if authors else []), link(words, item.url)])


def _others(candidate: Candidate, releases: list[Item]) -> list[TrackedItem]:
    own = {release.id for release in finals(releases)} if releases else set()
    own |= {talk.item.id for talk in talks_of(candidate)}
    return [one for one in candidate.companions if one.item.id not in own]


def _companion(tracked: TrackedItem) -> Markdown:
    item = tracked.item
    return Markdown(f"{link(label(item), item.url)} ({within(f'{item.kind.value}, {dated(tracked)}')})")


def _parts(candidate: Candidate, topics: Sequence[Topic]) -> tuple[Markdown, ...]:
    """Return the papers of a conference entry, each with its arXiv id where the programme or a companion names one.

    Papers that match a topic have a line each; the others, known by title only, share the last line.
    """
    papers = {title_key(one.item.title): one.item.id for one in candidate.companions if one.item.id.startswith("arxiv:")}
    found, rest = split_by_match(candidate, topics)
    told = [Markdown(f"In earlier reports: {joined(map(earlier, candidate.told), '; ')}")] if candidate.told else []
    unread = (
        [Markdown(f"By their titles alone no match: {joined((_part(one.item, papers) for one in rest), '; ')}")] if rest else []
    )
    return (*told, *(_part(one.item, papers) for one in found), *unread)


def _part(talk: Item, papers: Mapping[str, str]) -> Markdown:
    known = [identify(url) for url in talk.links] + [f"arxiv:{arxiv_in(url)}" for url in talk.links if arxiv_in(url)]
    paper = papers.get(title_key(talk.title))
    ids = dict.fromkeys(([paper] if paper else []) + [one for one in known if one.startswith("arxiv:")])
    also = [link(f"arXiv:{one.removeprefix('arxiv:')}", f"https://arxiv.org/abs/{one.removeprefix('arxiv:')}") for one in ids]
    return joined([link(talk.title, talk.url), *also], " · ")


def _status(candidate: Candidate, reading: Reading | None) -> Markdown:
    tracked, item = candidate.tracked, candidate.item
    shown = dates.show(item.published, item.precision)
    first = f"published {shown} ({item.date_source or 'source not recorded'})" if shown else "no date that counts"
    if not shown and item.claimed:
        first += f", claimed as “{clean(item.claimed)[:60]}”"
    parts = [first, f"first seen {tracked.first_seen:%Y-%m-%d} by {', '.join(tracked.sources)}"]
    if not tracked.trusted:
        parts.append("the source's dates are not trusted")
    if candidate.status is Status.UPDATE and tracked.changed:
        parts.append(f"changed: {tracked.changed}")
    if item.updated and item.published and item.updated.date() > item.published.date():
        parts.append(f"updated {item.updated:%Y-%m-%d}")
    if reading is not None and reading.text is not None and reading.text.withdrawn:
        parts.append("withdrawn, as its page says")
    return joined(parts, "; ")


def _chosen(candidate: Candidate) -> Markdown:
    """Say why the entry was chosen: the strongest phrase of each topic by field, and the reason for its section.

    Words of earlier picks are named only where no topic matches; `UNNAMED` is left out.
    """
    best: dict[str, Reason] = {}
    for reason in sorted(candidate.reasons, key=lambda reason: (-reason.weight, reason.topic, reason.term)):
        if (
            reason.topic != TASTE
            and reason.weight > 0
            and not any(fold(reason.term) in fold(told.term) for told in best.values())
        ):
            best.setdefault(reason.topic, reason)
    places: dict[str, list[str]] = {}
    for reason in list(best.values())[:REASONS]:
        place = "name" if candidate.item.kind is Kind.RELEASE and reason.field == "title" else reason.field
        places.setdefault(_PLACES.get(place, place), []).append(f"“{reason.term}”")
    parts = [f"{', '.join(terms)} in the {place}" for place, terms in places.items()]
    liked = [
        reason.term for reason in candidate.reasons if reason.topic == TASTE and reason.field == "text" and reason.weight > 0
    ]
    if not parts and (named := [term for term in liked if term != UNNAMED]):
        parts.append(f"words of earlier picks: {', '.join(named)}")
    if why := candidate.why_section:
        parts.append(f"in {candidate.section.value}: {shorten(why, LONGEST_WHY)}")
    return joined(parts, "; ")


def evidence_of(candidate: Candidate, inputs: DraftInput) -> tuple[Evidence, Item, Reading | None]:
    """Return the evidence in the entry's texts, its item, and the reading that it was found in, if not the source's own summary.

    It is that of the first text with verdict yes or partial, else of the first text; what was read of an item comes before its
    summary. Release notes are read line by line (`changelog`), so only their sentences with figures are quoted; a post that only
    announces a release is not read.
    """
    favour = {reason.term for reason in candidate.reasons} | {term for topic in inputs.topics for term in topic.terms[:3]}
    items = [candidate.item, *(one.item for one in candidate.companions)]
    releases = releases_of([candidate.tracked, *candidate.companions])
    told: list[tuple[Evidence, Item, Reading | None]] = []
    for item in items:
        reading = inputs.readings.get(item.id)
        if any(heralds(item, release) for release in releases):
            continue
        if reading is not None and reading.text is not None and reading.text.sections:
            told.append((evidence_in(reading.text, inputs.metrics, favour=favour), item, reading))
        elif item.summary.strip():
            said = evidence(item.summary, inputs.metrics, favour=favour)
            told.append((replace(said, verdict=NOT_JUDGED) if said.verdict == "no" and is_teaser(item) else said, item, None))
    if not told:
        return evidence("", inputs.metrics), candidate.item, None
    said, item, reading = next((one for one in told if one[0].verdict in ("yes", "partial")), told[0])
    if item.kind is Kind.RELEASE:
        said = replace(said, quotes=tuple(quote for quote in said.quotes if quote.figures))
    return said, item, reading


def reason_of(said: Evidence, source: Item, reading: Reading | None, inputs: DraftInput) -> str:
    """Return the verdict's reason, and which text it is of; without a text, what stood in the way."""
    tried = inputs.readings.get(source.id)
    if said.verdict == NOT_JUDGED:
        return readings.in_the_way(source, tried)
    alone = f" alone, as its page gave no text: {readings.why_not(tried)}" if reading is None and tried and tried.why else ""
    return f"{said.reason}; judged by the {_text_of(source, reading)}{alone}" if said.verdict else ""


def _text_of(item: Item, reading: Reading | None) -> str:
    if reading is not None:
        return readings.form_of(reading)
    return {Kind.PAPER: "abstract", Kind.RELEASE: "release notes", Kind.TALK: "abstract"}.get(item.kind, "source's text")


def _from(item: Item, reading: Reading | None) -> Markdown:
    words = f"{repository(item)} {tag(item)}" if item.kind is Kind.RELEASE else label(item).partition(" — ")[0]
    read = f", read {reading.read:%Y-%m-%d}" if reading is not None else ""
    return Markdown(f"{_text_of(item, reading)} of {link(words, item.url)}{read}")


def _code(candidate: Candidate, inputs: DraftInput) -> list[Markdown]:
    """Return the links to the work's own code that its text gives, but for what is a companion already."""
    known = {one.item.url for one in candidate.companions}
    found = readings.code_links(candidate.item, inputs.readings.get(candidate.item.id))
    return [Markdown(f"{link(address, address)} (linked in its text)") for address in found if address not in known]


def _nearest(candidate: Candidate, inputs: DraftInput) -> Markdown:
    """Name the nearest entries of earlier reports and the nearest stored item; say "none" only where a comparison was made."""
    found = inputs.neighbours.get(candidate.item.id)
    near = [one for one in found or () if one.likeness >= LEAST_LIKE]
    earlier = [one for one in near if one.report is not None][:NEAREST]
    stored = [one for one in near if one.report is None][:1]
    words = []
    if earlier:
        words.append(f"Nearest earlier: {joined((_neighbour(candidate.item, one) for one in earlier), '; ')}.")
    elif not inputs.ledger and inputs.prior is None:
        words.append("No earlier report to compare with.")
    elif found is not None:
        best = [one.likeness for one in found if one.report is not None]
        words.append(f"No earlier entry resembles it{f' (likeness at most {max(best):.2f})' if best else ''}.")
    if stored:
        words.append(f"Nearest otherwise: {joined((_neighbour(candidate.item, one) for one in stored), '; ')}.")
    return Markdown(" ".join(words))


def _neighbour(item: Item, one: Neighbour) -> Markdown:
    if one.report is None:
        where = "in no report"
    else:
        where = f"entry {one.number} of {one.report}" if one.number is not None else f"mentioned in {one.report}"
    if one.report is not None and _one_title(item.title, one.title):
        where += ", by its title perhaps the same thing"
    return Markdown(f"{link(one.title, one.url)} ({within(where)}; likeness {one.likeness:.2f})")


def _one_title(title: str, other: str) -> bool:
    """Say whether two titles share most words, in any order: an earlier report may have linked another address."""
    own, their = set(words(title)), set(words(other))
    return bool(own) and len(own & their) >= SAME_TITLE * len(own | their)


def _change(change: changelog.Change, release: Item) -> Markdown:
    base = f"https://github.com/{repository(release)}/pull/"
    pulls = ", ".join(link(Markdown(f"#{number}"), f"{base}{number}") for number in change.pulls)
    tagged = "" if change.tag == tag(release) else f" ({within(change.tag)})"
    return Markdown(within(change.words) + (f" ({pulls})" if pulls else "") + tagged)


def _figure(figure: Figure, place: int, metrics: Metrics | None) -> Markdown:
    """Write one figure: `TTFT: 38% lower, against “vLLM” (sentence 3)`; a change states its own baseline."""
    change = bool(figure.baseline) and figure.value.startswith(figure.baseline)
    words = figure.direction if figure.direction != "none" and not change else ""
    if words and figure.value[0].isalpha():
        words = f"({words})"
    grounds = [("against", "" if change else figure.baseline)]
    if metrics:
        grounds += [
            (metrics.models.label, figure.model),
            (metrics.hardware.label, figure.hardware),
            (metrics.workloads.label, figure.workload),
        ]
    stated = "".join(f", {within(word)} “{within(value)}”" for word, value in grounds if value)
    return Markdown(f"{within(figure.metric)}: {within(figure.value)}{' ' * bool(words)}{words}{stated} (sentence {place})")


def _references(family: list[TrackedItem]) -> Markdown:
    return joined((link(f"{label(one.item)} ({dated(one)})", one.item.url) for one in family), " · ")
