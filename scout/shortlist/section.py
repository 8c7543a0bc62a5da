"""Choose an item's section of the report: its source's default, changed only by evidence that is named."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from scout import dates
from scout.identity import arxiv_month, identify
from scout.model import Kind, Precision, Section
from scout.releases import is_final
from scout.text import sentences, title_key

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scout.figures import Metrics
    from scout.model import Item, TrackedItem, Window
    from scout.shortlist.rules import TopicScore

RELEASE = "a release in the window of a project that a topic names"
CONFERENCE = "a conference in session in the window"
AUTOMATIC = (RELEASE, CONFERENCE)
"""Entries of A that do not compete for a place: they have no abstract to score, and curators always report them."""

_OWN = re.compile(
    r"^it\b|\b(?:we|our|this (?:paper|work|study)|is a)\b"
    r"|\b(?:evaluat|experiment|measure[ds]?\b|analy[sz]|collect|replay|deployed)",
    re.IGNORECASE,
)
"""Found in a sentence about the paper's own work."""
_PUBLICATION = re.compile(r"/(?:research|publications?|papers?)/", re.IGNORECASE)
_OLD = timedelta(days=60)
"""A page about a paper that is older than the window by more than this brings nothing new."""


def production_evidence(text: str, metrics: Metrics) -> str:
    """Return a text's first sentence on production traces, a deployment or a measurement study of its own, or an empty string."""
    if not metrics.from_production.search(" ".join(text.split())):  # most texts; splitting them into sentences costs more
        return ""
    for sentence in sentences(text):
        found = metrics.from_production.search(sentence)
        if found and not metrics.planned.search(sentence) and _OWN.search(sentence):
            return sentence
    return ""


def place(
    one: TrackedItem,
    verdict: TopicScore,
    window: Window,
    papers: Mapping[str, Item],
    *,
    matched: bool,
    metrics: Metrics | None = None,
) -> tuple[Section, str]:
    """Return the section and, in words, why it is not the default; `papers` are known ones by `title_key`.

    What was read of a paper counts as its abstract does.

    Without `metrics`, no sentence changes a paper's section.
    """
    default = _default(one)
    if one.item.kind is Kind.POST and (old := _republished(one.item, window, papers)):
        return Section.CONTEXT, old
    if verdict.section and verdict.section is not default:
        return verdict.section, f"the topic {verdict.topic} belongs to it"
    if not matched:
        why = "its source is watched, and no topic matches" if one.watched else "no topic matches"
        return Section.CONTEXT, "" if default is Section.CONTEXT else why
    if metrics and one.item.kind is Kind.PAPER and default is Section.B:
        if sentence := production_evidence(one.item.summary, metrics):
            return Section.A, f"“{sentence}”"
        if one.production:
            return Section.A, f"its text says: “{one.production}”"
    return default, ""


def automatic_entry(first: TrackedItem, inside: Sequence[Item], verdict: TopicScore) -> str:
    """Return why a family that matches a topic is an entry of A without competing, or an empty string.

    It has a final release in the window and a topic's term in its title, or is a conference with a matching session in the
    window. `first` is its main item; `inside` are its members in the window and late ones.
    """
    if _default(first) is not Section.A or not first.watched:
        return ""
    if first.item.id.startswith("program:"):
        return CONFERENCE if inside else ""
    named = first.item.kind is Kind.RELEASE and any(reason.field == "title" for reason in verdict.reasons)
    return RELEASE if named and any(item.kind is Kind.RELEASE and is_final(item) for item in inside) else ""


def _default(one: TrackedItem) -> Section:
    """Return the first section of its sources in the order A, B, context; for a paper B, A, context."""
    order = (Section.B, Section.A) if one.item.kind is Kind.PAPER else (Section.A, Section.B)
    return next((section for section in order if section in one.sections), Section.CONTEXT)


def _republished(item: Item, window: Window, papers: Mapping[str, Item]) -> str:
    """Return, in words, the older paper that a page repeats: of its title, or the only one a publication page links."""
    named = papers.get(title_key(item.title))
    if named and named.published and named.published < window.start - _OLD:
        return f"shows again {named.id} of {dates.show(named.published, named.precision)}"
    if not _PUBLICATION.search(item.url):
        return ""
    linked = {found for url in item.links if (found := identify(url)).startswith("arxiv:")}
    months = {found: month for found in linked if (month := arxiv_month(found))}
    if len(linked) == 1 and months and (month := next(iter(months.values()))) < window.start - _OLD:
        return f"shows again {next(iter(linked))} of {dates.show(month, Precision.MONTH)}"
    return ""
