"""Check dates: first versions, publication, the window, the future."""

from __future__ import annotations

import calendar
import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from scout.check.context import Mention, ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.dates import days as days_of
from scout.dates import show
from scout.model import Kind, Precision
from scout.reports.document import MENTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.model import TrackedItem, Window
    from scout.reports.claims import DateClaim

_FIRST = frozenset({"", "v1", "submitted", "submission", "posted", "published", "released", "release", "boundary"})
"""Words beside a date that mean the first publication; presented, revised, announced mean another day."""
HELD = timedelta(days=7)
"""From this much before the known date, a claim may be a submission that was held, rather than a mistake."""
_OUTSIDE = re.compile(
    r"boundary|outside|(?:before|after) (?:the )?window|\blate\b(?! (?:[A-Z]|\d))|\bupdate|follow-?up|catch-?up|revisit",
    re.IGNORECASE,
)
_NOT_ITS = frozenset({"seen", "first seen", "claimed"})
"""Words beside a date that is not the item's: when scout saw it, and a source's claim that is not trusted."""
_ADDRESS_DAY = re.compile(r"(?<!\d)(20\d\d)[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?!\d)")
_POST = re.compile(r"^url:https://(?:x|twitter)\.com/\w+/status/(\d{17,19})(?!\d)")
_COMING = re.compile(r"\b(?:upcoming|will|scheduled|to appear|expected|planned|forthcoming|accepted)\b", re.IGNORECASE)


def _first_dates(mention: Mention) -> tuple[DateClaim, ...]:
    return tuple(claim for claim in mention.dates if claim.role in _FIRST)


def _mentions_with_dates(case: ReportContext) -> Iterator[Mention]:
    """Yield headings, then links, each claim about an item once."""
    said: set[tuple[str, date, date]] = set()
    for mention in (*case.headings, *case.linked):
        fresh = [(own, claim.since, claim.until) for own in mention.ids[:1] for claim in mention.dates]
        if mention.dates and not said.issuperset(fresh):
            said.update(fresh)
            yield mention


def _quoted(claimed: Sequence[DateClaim]) -> str:
    return " / ".join(claim.words for claim in claimed)


def v1_date(case: ReportContext) -> Iterator[Finding]:
    """Hold the date stated for an arXiv paper against the day its first version was submitted (UTC).

    An error where it is another day. A warning where it is a day up to the announcement, which is public but not the paper's
    date, and where it is weeks earlier: a paper may be submitted, and held before it is announced. `~May 25` is three days
    either way, `late Apr 2026` ten days. A paper that the store lacks is held against its neighbours: ids are given in order, so
    the date cannot be later than that of papers whose ids come after.
    """
    for mention in _mentions_with_dates(case):
        paper = next((thing for thing in mention.ids if thing.startswith("arxiv:")), "")
        claimed = _first_dates(mention)
        if not paper or not claimed:
            continue
        if _matches(case.dated(mention), claimed):
            continue
        seen = next((one for one in case.dated(mention) if one.item.id == paper), None)
        if seen is None or seen.item.published is None:
            yield from _impossible(case, mention, paper, claimed)
            continue
        v1 = seen.item.published.date()
        announced = seen.item.announced.date() if seen.item.announced else v1
        public = all(v1 <= claim.since and claim.until <= announced + timedelta(days=1) for claim in claimed if claim.exact)
        held = all(claim.until < v1 - HELD for claim in claimed)
        sure = mention.ids[0] == paper and not held and not (public and any(claim.exact for claim in claimed))
        evidence = f"v1 was submitted on {v1}" + (f" and announced on {announced}" if announced != v1 else "")
        yield flag(
            Severity.ERROR if sure else Severity.WARNING,
            mention,
            f"{mention.title}: {_quoted(claimed)}",
            evidence + ("; so early a date is possible only for a paper held before its announcement" if held else ""),
            paper,
            f"write {v1:%b} {v1.day}, {v1.year}, or say what happened on the other day",
        )


def _matches(seen: Sequence[TrackedItem], claimed: Sequence[DateClaim]) -> bool:
    """Say whether a claim allows the date of one of the items; a day off counts for all but papers."""
    return any(
        claim.allows(one.item.published.date(), slack=0 if one.item.kind is Kind.PAPER else 1)
        for one in seen
        if one.item.published
        for claim in claimed
    )


def _impossible(case: ReportContext, mention: Mention, paper: str, claimed: Sequence[DateClaim]) -> Iterator[Finding]:
    _, later = case.evidence.neighbours(paper.removeprefix("arxiv:"))
    if len(later) < 2:
        return
    bound = max(later, key=lambda neighbour: neighbour.published)
    if all(claim.since > bound.published.date() + timedelta(days=1) for claim in claimed):
        yield flag(
            Severity.ERROR,
            mention,
            f"{mention.title}: {_quoted(claimed)}",
            f"{len(later)} papers with later ids were submitted by {bound.published.date()}",
            f"arxiv:{bound.id}",
            "look up the date of v1: this one cannot be",
        )


def date_(case: ReportContext) -> Iterator[Finding]:
    """Hold the date stated for a release, a post or a talk against the one its source gives, a day forgiven for time zones.

    A warning only where the source's dates are not trusted, where the date is known by month, or where the entry's first address
    is another page than the dated one; also where the store has no date, and the address itself holds another.
    """
    for mention in _mentions_with_dates(case):
        claimed, dated = _first_dates(mention), case.dated(mention)
        if not claimed or any(one.item.kind is Kind.PAPER for one in dated) or _matches(dated, claimed):
            continue
        if not dated:
            yield from _in_address(mention, claimed)
            continue
        item = dated[0].item
        month = item.precision is Precision.MONTH
        days = days_of(item)
        if days is None or (days[0] < days[1] and any(claim.since <= days[1] and claim.until >= days[0] for claim in claimed)):
            continue
        sure = dated[0].trusted and not month and item.id == mention.ids[0]
        yield flag(
            Severity.ERROR if sure else Severity.WARNING,
            mention,
            f"{mention.title}: {_quoted(claimed)}",
            f"published {show(item.published, item.precision)} by {item.date_source or 'its source'}",
            item.id,
            "state the date of publication" if sure else "check which of the two dates is meant",
        )


def _in_address(mention: Mention, claimed: Sequence[DateClaim]) -> Iterator[Finding]:
    """Compare with the day in an address: `/2026/04/28/`, `2026-04-28`, or the time in the id of a post on X.

    Source: Twitter's snowflake ids hold the milliseconds since 1288834974657 above their lowest 22 bits.
    """
    found = _ADDRESS_DAY.search(mention.ids[0]) if mention.ids else None
    post = _POST.search(mention.ids[0]) if mention.ids else None
    try:
        day = date(*(int(part) for part in found.groups())) if found else None
        if post:
            day = datetime.fromtimestamp(((int(post[1]) >> 22) + 1288834974657) / 1000, UTC).date()
    except ValueError:
        return
    if day and not any(claim.allows(day, slack=1) for claim in claimed):
        yield flag(
            Severity.ERROR if post else Severity.WARNING,
            mention,
            f"{mention.title}: {_quoted(claimed)}",
            f"the address itself is of {day}",
            mention.ids[0],
            "check which of the two dates is meant",
        )


def id_month(case: ReportContext) -> Iterator[Finding]:
    """Hold a v1 date against the month in an arXiv id, in which the id was given: it cannot be later.

    Earlier by weeks is possible (held before announcement) and explained as a warning. Only for papers whose date is not known.
    """
    for mention in _mentions_with_dates(case):
        paper, month = _month_of(mention.ids)
        claimed = _first_dates(mention)
        if month is None or not claimed or case.dated(mention):
            continue
        first, last = month
        if all(claim.since > last for claim in claimed):
            yield flag(
                Severity.ERROR if mention.ids[0] == paper else Severity.WARNING,
                mention,
                f"{mention.title}: {_quoted(claimed)}",
                f"the id was given by {last}",
                paper,
                "one of the two is another paper's",
            )
        elif all(claim.until < first - timedelta(days=10) for claim in claimed):
            yield flag(
                Severity.WARNING,
                mention,
                f"{mention.title}: {_quoted(claimed)}",
                f"the id was given in {first:%B %Y}: either the paper was held before announcement, or the date is another's",
                paper,
                "say `v1` beside the date if it was held",
            )


def _month_of(ids: Sequence[str]) -> tuple[str, tuple[date, date] | None]:
    """Return the first arXiv id in the scheme since 2007, with the first and last day of its month."""
    for thing in ids:
        if (found := re.match(r"arxiv:(\d\d)(\d\d)\.", thing)) and 1 <= int(found[2]) <= 12:
            year, month = 2000 + int(found[1]), int(found[2])
            return thing, (date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return "", None


def window(case: ReportContext) -> Iterator[Finding]:
    """Hold numbered entries of sections A and B against the horizon that the report states: first published inside it.

    Entries that say otherwise (boundary, outside the window, late, an update; presented or revised then) are left alone. A
    warning where the horizon is a rough one (a first or catch-up run), the paper was announced inside it, or a section of things
    just outside the window holds one from inside.
    """
    if case.window is None:
        return
    rough = case.window.days > 60 or bool(re.search(r"first|catch", case.document.run_type, re.IGNORECASE))
    for mention in case.headings:
        other = any(claim.role not in _FIRST and _inside(case, claim) for claim in mention.dates)
        if len(mention.section) > 1:
            yield from _not_outside(case, mention)
            continue
        if other or _OUTSIDE.search(f"{mention.title} {mention.stated}"):
            continue
        if dated := case.dated(mention):
            yield from _outside(case, mention, dated, rough=rough)
            yield from _old_paper(case, mention)
            continue
        paper, month = _month_of(mention.ids)
        if month and month[1] < case.window.since:
            yield flag(
                Severity.WARNING if rough or mention.ids[0] != paper else Severity.ERROR,
                mention,
                f"{mention.title}: in the window from {case.window.since}",
                f"the id was given by {month[1]}",
                paper,
                "move it out of the window's sections, or say why it is here",
            )
        elif (claimed := _first_dates(mention)) and not any(_inside(case, claim) for claim in claimed):
            yield flag(
                Severity.ERROR,
                mention,
                f"{mention.title}: {_quoted(claimed)}",
                f"the report's own horizon is {case.window.since} to {case.window.until}",
                "",
                "move it, or mark it as outside the window",
            )


def _old_paper(case: ReportContext, mention: Mention) -> Iterator[Finding]:
    """Find a new page about an old paper: its id was given over 60 days before the window."""
    paper, month = _month_of(mention.ids)
    if month and case.window and mention.ids[0] != paper and month[1] < case.window.since - timedelta(days=60):
        yield flag(
            Severity.WARNING,
            mention,
            f"{mention.title}: in the window from {case.window.since}",
            f"the paper itself was given its id by {month[1]}",
            paper,
            "tell it with the paper's own date",
        )


def _inside(case: ReportContext, claim: DateClaim) -> bool:
    return case.window is not None and claim.since <= case.window.until and claim.until >= case.window.since


def _outside(case: ReportContext, mention: Mention, dated: Sequence[TrackedItem], *, rough: bool) -> Iterator[Finding]:
    if case.window is None or any(_overlaps(one, case.window) for one in dated):
        return
    item = dated[0].item
    announced = item.announced is not None and item.announced in case.window
    sure = item.id == mention.ids[0] and dated[0].trusted and item.precision is not Precision.MONTH
    yield flag(
        Severity.ERROR if sure and not rough and not announced else Severity.WARNING,
        mention,
        f"{mention.title}: in the window {case.window.since} to {case.window.until}",
        f"published {show(item.published, item.precision)}" + (", announced inside the window" if announced else ""),
        item.id,
        "mark it as boundary or outside the window",
    )


def _overlaps(seen: TrackedItem, window: Window) -> bool:
    """Say whether an item may have been published in a window, by its day, its month or its conference's days."""
    days = days_of(seen.item)
    return days is not None and days[0] <= window.until and days[1] >= window.since


def _not_outside(case: ReportContext, mention: Mention) -> Iterator[Finding]:
    """Find an entry inside the window in a section for those outside; a section for `window or scope` is exempt."""
    headings = [line.text for line in case.document.section(mention.section) if line.label == "heading" and line.entry is None]
    if not any(re.search(r"outside .*window", text) and "scope" not in text for text in headings):
        return
    inside = [one.item for one in case.dated(mention) if one.item.published and one.item.published in (case.window or ())]
    claimed = _first_dates(mention)
    if inside and all(_inside(case, claim) for claim in claimed):
        yield flag(
            Severity.WARNING,
            mention,
            f"{mention.title}: under “{headings[0]}”",
            f"published {show(inside[0].published, inside[0].precision)}, inside the window",
            inside[0].id,
            "move it, or say why it stands here",
        )


def future_date(case: ReportContext) -> Iterator[Finding]:
    """Find what is dated after the report's own day, unless the report says that it is still to come."""
    for mention in _mentions_with_dates(case):
        known_section = len(mention.section) <= 3 or mention.section in (*MENTIONS, "references")
        late = [claim for claim in mention.dates if claim.since > case.day and claim.role not in _NOT_ITS]
        if known_section and late and not _COMING.search(f"{mention.title} {mention.stated}"):
            yield flag(
                Severity.ERROR,
                mention,
                f"{mention.title}: {_quoted(late)}",
                f"the report is of {case.day}",
                "",
                "correct the date",
            )
    for mention in (*case.headings, *case.mentions):
        for one in case.dated(mention)[:1]:
            published = one.item.published
            if published and published.date() > case.day + timedelta(days=1) and one.item.precision is not Precision.MONTH:
                yield flag(
                    Severity.ERROR if one.trusted else Severity.WARNING,
                    mention,
                    f"{mention.title}: reported on {case.day}",
                    f"published {published.date()}, after the report",
                    one.item.id,
                    "the link leads to another thing, or the report was edited later",
                )
