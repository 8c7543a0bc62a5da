"""Check dates: first versions, publication, the future."""

from __future__ import annotations

import calendar
import re
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from scout.check import fixes
from scout.check.context import Mention, ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.dates import days as days_of
from scout.dates import show
from scout.model import Kind, Precision
from scout.releases import in_words
from scout.reports.document import MENTIONS
from scout.reports.prose_dates import dates
from scout.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from packaging.version import Version

    from scout.model import TrackedItem
    from scout.reports.prose_dates import DateClaim

FIRST = frozenset({"", "v1", "submitted", "submission", "posted", "published", "released", "release", "boundary"})
"""Words beside a date that mean the first publication; presented, revised, announced mean another day."""
HELD = timedelta(days=7)
"""From this much before the known date, a claim may be a submission that was held, rather than a mistake."""
_NOT_ITS = frozenset({"seen", "first seen", "claimed"})
"""Words beside a date that is not the item's: when scout saw it, and a source's claim that is not trusted."""
_ADDRESS_DAY = re.compile(r"(?<!\d)(20\d\d)[/-](0[1-9]|1[0-2])[/-](0[1-9]|[12]\d|3[01])(?!\d)")
_POST = re.compile(r"^url:https://(?:x|twitter)\.com/\w+/status/(\d{17,19})(?!\d)")
_VERSION_DAY = re.compile(
    r"\b(?P<name>[A-Za-z][\w-]{2,30})\s(?P<version>v?\d{1,4}(?:\.\w{1,12}){1,4})"
    r"(?:\s(?:\(|of |on |from |came on |landed on )|,?\s(?:released|tagged|published|shipped) (?:on )?)"
    r"(?P<day>[^()]{3,16})"
)
_NO_PROSE = ("heading", "reference", "companions")
_COMING = re.compile(r"\b(?:upcoming|will|scheduled|to appear|expected|planned|forthcoming|accepted)\b", re.IGNORECASE)


def first_dates(mention: Mention) -> tuple[DateClaim, ...]:
    """Return the claims about the first publication."""
    return tuple(claim for claim in mention.dates if claim.role in FIRST)


def _mentions_with_dates(case: ReportContext) -> Iterator[Mention]:
    """Yield headings, then links, each claim about an item once."""
    said: set[tuple[str, date, date]] = set()
    for mention in (*case.headings, *case.linked):
        fresh = [(own, claim.since, claim.until) for own in mention.ids[:1] for claim in mention.dates]
        if mention.dates and not said.issuperset(fresh):
            said.update(fresh)
            yield mention


def quoted(claimed: Sequence[DateClaim]) -> str:
    """Return the words of claims."""
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
        claimed = first_dates(mention)
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
        found = flag(
            Severity.ERROR if sure else Severity.WARNING,
            mention,
            f"{mention.title}: {quoted(claimed)}",
            evidence + ("; so early a date is possible only for a paper held before its announcement" if held else ""),
            paper,
            f"write {v1:%b} {v1.day}, {v1.year}, or say what happened on the other day",
        )
        yield replace(found, fix=_fix(claimed, v1)) if sure else found


def _fix(claimed: Sequence[DateClaim], day: date) -> tuple[str, str] | None:
    """Return the fix of a single exact claim."""
    return fixes.of_date(claimed[0].words, day) if len(claimed) == 1 and claimed[0].exact else None


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
            f"{mention.title}: {quoted(claimed)}",
            f"{len(later)} papers with later ids were submitted by {bound.published.date()}",
            f"arxiv:{bound.id}",
            "look up the date of v1: this one cannot be",
        )


def date_(case: ReportContext) -> Iterator[Finding]:
    """Hold the date stated for a release, a post or a talk against the one its source gives, a day forgiven for time zones.

    A warning only where the source's dates are not trusted, where the date is known by month, where the entry's first address is
    another page than the dated one, where its source gave the date before and has changed it since, and where a release is of the
    day before or after by UTC; also where the store has no date, and the address itself holds another.
    """
    for mention in _mentions_with_dates(case):
        claimed, dated = first_dates(mention), case.dated(mention)
        if not claimed or any(one.item.kind is Kind.PAPER for one in dated):
            continue
        if _matches(dated, claimed):
            yield from _other_day(mention, dated, claimed) if len(dated) == 1 else _unpaired(mention, dated, claimed)
            continue
        if not dated:
            yield from _in_address(mention, claimed)
            continue
        item = dated[0].item
        month = item.precision is Precision.MONTH
        days = days_of(item)
        if days is None or (days[0] < days[1] and any(claim.since <= days[1] and claim.until >= days[0] for claim in claimed)):
            continue
        before = _dated_before(case, item.id, claimed)
        sure = dated[0].trusted and not month and item.id == mention.ids[0] and not before
        found = flag(
            Severity.ERROR if sure else Severity.WARNING,
            mention,
            f"{mention.title}: {quoted(claimed)}",
            f"published {show(item.published, item.precision)} by {item.date_source or 'its source'}{before}",
            item.id,
            "state the date of publication" if sure else "check which of the two dates is meant",
        )
        yield replace(found, fix=_fix(claimed, item.published.date())) if sure and item.published else found
    yield from _in_prose(case)


def _in_prose(case: ReportContext) -> Iterator[Finding]:
    """Hold `Larder v2.4.0 (Mar 10)` and `v2.4.0 of Mar 10` in sentences against the one release that is linked."""
    known: dict[Version, set[str]] = {}
    for thing in case.linked_ids:
        for version in in_words(thing.partition("@")[2]) if thing.startswith("github:") else ():
            known.setdefault(version, set()).add(thing)
    for line in case.document.lines if known else ():
        for found in (
            _VERSION_DAY.finditer(line.passage.text) if line.section != "references" and line.label not in _NO_PROSE else ()
        ):
            claimed = [claim for claim in dates(found["day"], near=case.day) if claim.exact and claim.at == 0]
            things = [thing for version in in_words(found["version"]) for thing in known.get(version, ())]
            seen = case.item(things[0]) if len(things) == 1 and fold(found["name"]) in things[0] else None
            if claimed and seen and seen.trusted and not _matches([seen], claimed):
                said = f"{found['name']} {found['version']}: {claimed[0].words}"
                evidence = f"released {show(seen.item.published, Precision.DAY)}"
                yield flag(Severity.WARNING, line, said, evidence, seen.item.id, "correct the day")


def _dated_before(case: ReportContext, thing: str, claimed: Sequence[DateClaim]) -> str:
    """Return, in words, the date that a thing's source gave before it changed it, where that is the claim's."""
    for field, earlier in case.evidence.changes(thing):
        days = [claim.since for claim in dates(earlier[:10], near=None)] if field == "published" else []
        if days and any(claim.allows(days[0], slack=1) for claim in claimed):
            return f", which said {days[0]} before"
    return ""


def _other_day(mention: Mention, dated: Sequence[TrackedItem], claimed: Sequence[DateClaim]) -> Iterator[Finding]:
    """Find a release whose day, by UTC, is the one before or after that claimed."""
    releases = [
        one.item for one in dated if one.item.kind is Kind.RELEASE and one.trusted and one.item.precision is Precision.SECOND
    ]
    days = [item.published.date() for item in releases if item.published]
    if days and all(claim.exact for claim in claimed) and not any(claim.allows(day) for claim in claimed for day in days):
        at = releases[0].published
        yield flag(
            Severity.WARNING,
            mention,
            f"{mention.title}: {quoted(claimed)}",
            f"released {at:%Y-%m-%d %H:%M} UTC",
            releases[0].id,
            f"write {days[0]:%b} {days[0].day}, {days[0].year}: days are UTC",
        )


def _unpaired(mention: Mention, dated: Sequence[TrackedItem], claimed: Sequence[DateClaim]) -> Iterator[Finding]:
    """Find a day that is none of a heading's several releases', where it gives as many days as it has releases."""
    releases = [one.item for one in dated if one.item.kind is Kind.RELEASE and one.trusted]
    if len(claimed) != len(releases) or not all(claim.exact for claim in claimed):
        return
    for claim in claimed:
        if not any(claim.allows(item.published.date(), slack=1) for item in releases if item.published):
            known = ", ".join(f"{item.id.rpartition('@')[2]} on {show(item.published, Precision.DAY)}" for item in releases)
            yield flag(
                Severity.WARNING,
                mention,
                f"{mention.title}: {claim.words}",
                f"released {known}",
                releases[0].id,
                "correct the day",
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
            f"{mention.title}: {quoted(claimed)}",
            f"the address itself is of {day}",
            mention.ids[0],
            "check which of the two dates is meant",
        )


def id_month(case: ReportContext) -> Iterator[Finding]:
    """Hold a v1 date against the month in an arXiv id, in which the id was given: it cannot be later.

    Earlier by weeks is possible (held before announcement) and explained as a warning. Only for papers whose date is not known.
    """
    for mention in _mentions_with_dates(case):
        paper, month = month_of(mention.ids)
        claimed = first_dates(mention)
        if month is None or not claimed or case.dated(mention):
            continue
        first, last = month
        if all(claim.since > last for claim in claimed):
            yield flag(
                Severity.ERROR if mention.ids[0] == paper else Severity.WARNING,
                mention,
                f"{mention.title}: {quoted(claimed)}",
                f"the id was given by {last}",
                paper,
                "one of the two is another paper's",
            )
        elif all(claim.until < first - timedelta(days=10) for claim in claimed):
            yield flag(
                Severity.WARNING,
                mention,
                f"{mention.title}: {quoted(claimed)}",
                f"the id was given in {first:%B %Y}: either the paper was held before announcement, or the date is another's",
                paper,
                "say `v1` beside the date if it was held",
            )


def month_of(ids: Sequence[str]) -> tuple[str, tuple[date, date] | None]:
    """Return the first arXiv id in the scheme since 2007, with the first and last day of its month."""
    for thing in ids:
        if (found := re.match(r"arxiv:(\d\d)(\d\d)\.", thing)) and 1 <= int(found[2]) <= 12:
            year, month = 2000 + int(found[1]), int(found[2])
            return thing, (date(year, month, 1), date(year, month, calendar.monthrange(year, month)[1]))
    return "", None


def future_date(case: ReportContext) -> Iterator[Finding]:
    """Find what is dated after the report's own day, unless the report says that it is still to come."""
    for mention in _mentions_with_dates(case):
        known_section = len(mention.section) <= 3 or mention.section in (*MENTIONS, "references")
        late = [claim for claim in mention.dates if claim.since > case.day and claim.role not in _NOT_ITS]
        if known_section and late and not _COMING.search(f"{mention.title} {mention.stated}"):
            yield flag(
                Severity.ERROR,
                mention,
                f"{mention.title}: {quoted(late)}",
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
