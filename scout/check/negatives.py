"""Check what a report says was absent."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from scout.check.evidence import match, name_key
from scout.check.finding import Finding, Severity
from scout.dates import show
from scout.identity import identify
from scout.model import SEEN, Kind, Result, Window
from scout.reports import prose_dates
from scout.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scout.check.context import ReportContext
    from scout.check.evidence import SourceMatch
    from scout.model import Coverage, TrackedItem
    from scout.reports.negatives import Negative

_LAST = re.compile(
    r"\b(?:last|latest|newest|most recent|nothing since|none since|no \w{1,20} since|quiet since|silent since)\b", re.IGNORECASE
)
_NAME_ENDS = re.compile(r"[:—–×(,/]|\s-\s|\s[vV]?\d|['’]s\b")


def _window(case: ReportContext) -> Window:
    return case.window or Window(since=case.day - timedelta(days=6), until=case.day)


def negative(case: ReportContext) -> Iterator[Finding]:
    """Hold `nothing in window` against what the store has of that source in the window, and against the report's own entries.

    An error where it has something that a topic matches; a warning where it has only things that none does, and where the store
    has a later thing than the `last post` that the report names. Names are matched to sources whole, by names, aliases and
    repositories. `Nothing relevant` denies only what a topic matches; `only X`, `other than X` except what the report tells.
    Sentences elsewhere (`no Larder releases this week`) are held too, and names against the titles of this report's entries,
    and of earlier reports' with a day in this window.
    """
    sources = case.evidence.sources()
    entries = _entries(case)
    for said in (*case.document.negatives, *case.document.asides):
        if said.unseen:
            continue
        meant = match(said.name, sources)
        found = _contradicting(case, said, [seen for one in meant for seen in _items(case, one, _window(case))])
        if found:
            yield _contradicted(case, said, found)
        else:
            yield from _later(case, said, meant)
            yield from _told(said, entries)


def _contradicting(case: ReportContext, said: Negative, found: Sequence[TrackedItem]) -> list[TrackedItem]:
    """Return what contradicts a negative, relevant items first: not what it leaves open, nor what it excepts."""
    own = {identify(link.url) for link in case.document.links} if said.but else set()
    left = [
        seen for seen in found if seen.item.id not in own and identify(seen.item.url) not in own and _of_kind(said.name, seen)
    ]
    excepted = prose_dates.dates(said.remark, near=case.day) if said.but else ()
    left = [one for one in left if not any(claim.allows(day.date()) for claim in excepted if (day := one.item.published))]
    if said.topical or said.but:
        left = [seen for seen in left if case.evidence.relevant(seen)]
    return sorted(left, key=lambda seen: (not case.evidence.relevant(seen), str(seen.item.published), seen.item.id))


def _of_kind(name: str, seen: TrackedItem) -> bool:
    """Say whether a thing is what a name speaks of: a blog has no releases, and what is released is no post."""
    release = seen.item.kind is Kind.RELEASE
    return not (
        release if re.search(r"(?i)\bblogs?\b", name) else not release if re.search(r"(?i)\breleases?\b", name) else False
    )


def _contradicted(case: ReportContext, said: Negative, found: Sequence[TrackedItem]) -> Finding:
    relevant = [seen for seen in found if case.evidence.relevant(seen)]
    shown = relevant or found
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    return _finding(
        said,
        Severity.ERROR if relevant and any(seen.trusted for seen in relevant) and not said.but else Severity.WARNING,
        f"{len(shown)} in the window{'' if relevant else ', though no topic matches'}: {_listed(shown)}{more}",
        shown[0].item.url,
        "take the name out of the negatives, and look at what there was",
    )


def _listed(shown: Sequence[TrackedItem]) -> str:
    return "; ".join(f"{show(seen.item.published, seen.item.precision)} {shorten(seen.item.title, 80)}" for seen in shown[:3])


def _items(case: ReportContext, meant: SourceMatch, window: Window) -> Sequence[TrackedItem]:
    found = case.evidence.items_of(meant.source, window)
    of_repo = re.compile(rf"(?:github:|/){re.escape(meant.repo)}(?![\w.-])", re.IGNORECASE)
    return [seen for seen in found if not meant.repo or of_repo.search(seen.item.id) or of_repo.search(seen.item.url)]


def _later(case: ReportContext, said: Negative, meant: Sequence[SourceMatch]) -> Iterator[Finding]:
    """Find a later thing of the same source than the last one that the report knows: `last post Apr 3`."""
    last = _LAST.search(said.remark)
    named = prose_dates.dates(said.remark[last.end() :], near=case.day) if last else ()
    if not named or named[0].until >= _window(case).since:
        return
    since = named[0].until + timedelta(days=2)
    until = _window(case).since - timedelta(days=1)
    found = [seen for one in meant for seen in _items(case, one, Window(since=since, until=until))] if since <= until else []
    found.sort(key=lambda seen: (str(seen.item.published), seen.item.id), reverse=True)
    if found and all(seen.trusted for seen in found[:1]):
        yield Finding(
            line=said.line,
            code="",
            severity=Severity.WARNING,
            claim=f"{said.name}: {said.remark}",
            evidence=f"there was a later one: {_listed(found[:1])}",
            where=found[0].item.url,
            advice="name the last one",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Entry:
    """An entry that may contradict a negative: whether it is of a release, where it stands, and in words."""

    release: bool
    where: str
    words: str


def _entries(case: ReportContext) -> dict[str, list[_Entry]]:
    """Return this report's entries, and earlier reports' with a day in this window, by the name that their title begins with."""
    found: dict[str, list[_Entry]] = {}
    for entry in case.document.entries:
        if len(entry.section) == 1:
            where = f"entry {entry.number}, line {entry.line}"
            release = any(identify(link.url).startswith("github:") for link in entry.references[:1])
            one = _Entry(release=release, where=where, words=f"{where} of this report: “{entry.title}”")
            found.setdefault(_lead(entry.title), []).append(one)
    window = _window(case)
    for report in case.ledger:
        for told in report.entries if report.day < case.day else ():
            days = prose_dates.dates(told.stated, near=report.day) if told.grade else ()
            if any(one.exact and window.since <= one.since <= window.until for one in days):
                words = f"the report of {told.report} has “{told.title}” ({told.stated})"
                release = any(thing.startswith("github:") for thing in told.ids[:1])
                one = _Entry(release=release, where=f"{told.report}, line {told.line}", words=words)
                found.setdefault(_lead(told.title), []).append(one)
    return found


def _lead(title: str) -> str:
    return name_key(_NAME_ENDS.split(f"{title} ", maxsplit=1)[0])


def _told(said: Negative, entries: Mapping[str, Sequence[_Entry]]) -> Iterator[Finding]:
    """Find an entry about the very name that is denied, of the kind that the name says (`blog`, `releases`)."""
    key = name_key(said.name)
    if said.but or said.topical or len(key) < 3:
        return
    blog, releases = (bool(re.search(rf"(?i)\b{word}\b", said.name)) for word in ("blogs?", "releases?"))
    for entry in entries.get(key, ()):
        if not (blog and entry.release) and not (releases and not entry.release):
            yield _finding(
                said, Severity.WARNING, entry.words, entry.where, "take the name out of the negatives, or say what is excepted"
            )
            return


def unread_negative(case: ReportContext) -> Iterator[Finding]:
    """Say what stands among the negatives and could not be read as names: nothing is held against it, so a person must look."""
    for part in case.document.unread:
        yield Finding(
            line=part.line,
            code="",
            severity=Severity.UNVERIFIED,
            claim=shorten(part.text, 160),
            evidence="not read: this is no list of names",
            advice="write one name, or names joined by commas",
        )


def unseen_negative(case: ReportContext) -> Iterator[Finding]:
    """Hold `nothing in window` against what could be seen of that source.

    An error where it was refused, blocked, broken or unreachable; a warning where its answers end inside the window, and where it
    shows nothing of the window but things without a date that were new then; unverified
    where no source goes by that name, or it was never asked.
    """
    sources = case.evidence.sources()
    window = _window(case)
    listed = len(case.document.negatives)
    for place, said in enumerate((*case.document.negatives, *case.document.asides)):
        meant = match(said.name, sources)
        if said.unseen or (not meant and place >= listed):  # a sentence may speak of anybody
            continue
        answers = [found for one in meant if (found := case.evidence.coverage(one.source, window))]
        if not meant and re.match(r"topics?\b", said.group, re.IGNORECASE):
            continue  # a topic is no source: whether anything matched it is for the shortlist
        if not meant or not answers:
            why = "no source goes by this name" if not meant else "the source was never asked"
            yield _finding(said, Severity.UNVERIFIED, why, "", "add a source, or an alias, to feeds.yaml")
        elif not any(answer.covered and answer.outcome.result in SEEN for answer in answers):
            yield _unseen(said, answers[0])
        else:
            undated = [seen for one in meant for seen in case.evidence.undated(one.source, window) if _of_kind(said.name, seen)]
            if undated and not any(_items(case, one, window) for one in meant):
                shown = f"it shows things without a date, new since {window.since}: “{shorten(undated[0].item.title, 80)}”"
                more = f" and {len(undated) - 1} more" if len(undated) > 1 else ""
                where, advice = undated[0].item.url, "look when they were published"
                yield _finding(said, Severity.WARNING, f"{shown}{more}", where, advice)


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
