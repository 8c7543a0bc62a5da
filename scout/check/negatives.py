"""Check what a report says was absent."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING

from scout.check.evidence import match
from scout.check.finding import Finding, Severity
from scout.dates import show
from scout.model import SEEN, Result, Window
from scout.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.check.context import ReportContext
    from scout.check.evidence import SourceMatch
    from scout.model import Coverage, TrackedItem
    from scout.reports.document import Negative


def _window(case: ReportContext) -> Window:
    return case.window or Window(since=case.day - timedelta(days=6), until=case.day)


def negative(case: ReportContext) -> Iterator[Finding]:
    """Hold `nothing in window` against what the store has of that source in the window.

    An error where it has something that a topic matches; a warning where it has only things that none does. Names are matched to
    sources whole, through their names, aliases and repositories.
    """
    sources = case.evidence.sources()
    for said in case.document.negatives:
        if said.unseen:
            continue
        found = [seen for meant in match(said.name, sources) for seen in _items(case, meant)]
        found.sort(key=lambda seen: (not case.evidence.relevant(seen), str(seen.item.published), seen.item.id))
        if not found:
            continue
        relevant = [seen for seen in found if case.evidence.relevant(seen)]
        shown = relevant or found
        listed = "; ".join(
            f"{show(seen.item.published, seen.item.precision)} {shorten(seen.item.title, 80)}" for seen in shown[:3]
        )
        more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
        yield _finding(
            said,
            Severity.ERROR if relevant and any(seen.trusted for seen in relevant) else Severity.WARNING,
            f"{len(shown)} in the window{'' if relevant else ', though no topic matches'}: {listed}{more}",
            shown[0].item.url,
            "take the name out of the negatives, and look at what there was",
        )


def _items(case: ReportContext, meant: SourceMatch) -> Sequence[TrackedItem]:
    of_repo = f"github:{meant.repo.lower()}@"
    found = case.evidence.items_of(meant.source, _window(case))
    return [seen for seen in found if not meant.repo or seen.item.id.startswith(of_repo) or meant.repo in seen.item.url]


def unseen_negative(case: ReportContext) -> Iterator[Finding]:
    """Hold `nothing in window` against what could be seen of that source.

    An error where it was refused, blocked, broken or unreachable; a warning where its answers end inside the window; unverified
    where no source goes by that name, or it was never asked.
    """
    sources = case.evidence.sources()
    window = _window(case)
    for said in case.document.negatives:
        if said.unseen:
            continue
        meant = match(said.name, sources)
        answers = [found for one in meant if (found := case.evidence.coverage(one.source, window))]
        if not meant and re.match(r"topics?\b", said.group, re.IGNORECASE):
            continue  # a topic is no source: whether anything matched it is for the shortlist
        if not meant or not answers:
            why = "no source goes by this name" if not meant else "the source was never asked"
            yield _finding(said, Severity.UNVERIFIED, why, "", "add a source, or an alias, to feeds.yaml")
        elif not any(answer.covered and answer.outcome.result in SEEN for answer in answers):
            yield _unseen(said, answers[0])


def _unseen(said: Negative, answer: Coverage) -> Finding:
    outcome = answer.outcome
    failed = outcome.result not in (*SEEN, Result.PARTIAL)
    if failed:
        why = f"it was not seen: {outcome.result.value.replace('_', ' ')}" + (f", {outcome.why}" if outcome.why else "")
    else:
        reach = f"{outcome.covers.start:%Y-%m-%d}" if outcome.covers else "an unknown day"
        why = f"its answers reach back to {reach} only, or end before the window does"
    ended = f", {outcome.ended:%Y-%m-%d}" if outcome.ended else ""
    return _finding(
        said,
        Severity.ERROR if failed else Severity.WARNING,
        why,
        f"source {answer.source}, run {outcome.run}{ended}",
        "move the name to what was not seen, or look by hand",
    )


def _finding(said: Negative, severity: Severity, evidence: str, where: str, advice: str) -> Finding:
    claim = f"{said.name}: nothing in window"
    return Finding(line=said.line, code="", severity=severity, claim=claim, evidence=evidence, where=where, advice=advice)
