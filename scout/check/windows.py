"""Check the window: entries and lists that are said to be in it, or outside of it, and what is put off to the next one."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import takewhile, zip_longest
from typing import TYPE_CHECKING

from scout.check.context import Mention, ReportContext, flag
from scout.check.dates import FIRST, first_dates, month_of, quoted
from scout.check.finding import Finding, Severity
from scout.dates import days as days_of
from scout.dates import show
from scout.identity import identify
from scout.model import Precision
from scout.reports.document import MENTIONS

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.model import TrackedItem, Window
    from scout.reports.prose_dates import DateClaim

_OUTSIDE = re.compile(
    r"boundary|outside|(?:before|after) (?:the )?window|\blate\b(?! (?:[A-Z]|\d))|\bupdate|follow-?up|catch-?up|revisit",
    re.IGNORECASE,
)
_PERIOD = r"(?:(?:this|the past|the last) (?:week|fortnight|window|period)|(?:these|the past|the last) (?:two|three|\d) weeks)"
_IN_WINDOW = re.compile(
    r"\b(?:in|inside|within|during|of)[- ](?:the |this )?window\b"
    rf"|\b(?:published|new|out|released|shipped|landed|posted|appeared) (?:in |within |during )?{_PERIOD}",
    re.IGNORECASE,
)
_NOT_IN = re.compile(
    r"\b(?:nothing|none|no|not|just|almost)\s(?:\w+[\s-]){0,3}(?:in|inside|within|of)[- ](?:the |this )?window\b"
    r"|\b(?:nothing|none|no|not)\s(?:\w+\s){0,2}(?:published|new|out|released|shipped|landed|posted|appeared)\b"
    r"|\boutside\b|\bbefore\b|\bafter\b|\bnext\b",
    re.IGNORECASE,
)
_APART = re.compile(r"\b(?:outside|before|older than|prior to|missed)\b.{0,80}window", re.IGNORECASE)
_GOES_ON = re.compile(
    r"(?<!\s)\s*+(?:and |but )?(?:will|to|held|deferred|kept|saved|moved|postponed|queued|left|details|more|revisit\w*)\b",
    re.IGNORECASE,
)
_NEXT = r"next (?:week|report|run|issue|edition|time)\b"
_DEFERRED = re.compile(
    r"\b(?:surface|tell|cover|report|discuss|revisit|return to|pick(?:ed)? up|include|come back"
    r"|on (?:the|our) list|entry|detail|more|closer look|write-?up"
    rf"|follow-?up|review|treatment|stay tuned)\w*\b[^.;]{{0,40}}\b{_NEXT}"
    r"|\b(?:deferred|held|hold|queued|kept|left|saved|postponed|moved|carried|put off) (?:over |back )?(?:to|for|until) (?:the )?"
    rf"{_NEXT}",
    re.IGNORECASE,
)


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
        other = any(claim.role not in FIRST and _inside(case, claim) for claim in mention.dates)
        if len(mention.section) > 1:
            yield from _not_outside(case, mention)
            continue
        if other or _OUTSIDE.search(f"{mention.title} {mention.stated}"):
            continue
        if dated := case.dated(mention):
            yield from _outside(case, mention, dated, rough=rough)
            yield from _old_paper(case, mention)
            continue
        paper, month = month_of(mention.ids)
        if month and month[1] < case.window.since:
            yield flag(
                Severity.WARNING if rough or mention.ids[0] != paper else Severity.ERROR,
                mention,
                f"{mention.title}: in the window from {case.window.since}",
                f"the id was given by {month[1]}",
                paper,
                "move it out of the window's sections, or say why it is here",
            )
        elif (claimed := first_dates(mention)) and not any(_inside(case, claim) for claim in claimed):
            yield flag(
                Severity.ERROR,
                mention,
                f"{mention.title}: {quoted(claimed)}",
                f"the report's own horizon is {case.window.since} to {case.window.until}",
                "",
                "move it, or mark it as outside the window",
            )


def _old_paper(case: ReportContext, mention: Mention) -> Iterator[Finding]:
    """Find a new page about an old paper: its id was given over 60 days before the window."""
    paper, month = month_of(mention.ids)
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
    if not any(_APART.search(text) and "scope" not in text for text in headings):
        return
    inside = [one.item for one in case.dated(mention) if one.item.published and one.item.published in (case.window or ())]
    claimed = first_dates(mention)
    if inside and all(_inside(case, claim) for claim in claimed):
        yield flag(
            Severity.WARNING,
            mention,
            f"{mention.title}: under “{headings[0]}”",
            f"published {show(inside[0].published, inside[0].precision)}, inside the window",
            inside[0].id,
            "move it, or say why it stands here",
        )


def listed_window(case: ReportContext) -> Iterator[Finding]:
    """Hold the things of a list against its heading, where that says that they are in the window.

    An error where the thing itself was published outside of it; a warning where the date is not trusted, or of a month. A line
    that says otherwise is left alone.
    """
    if case.window is None:
        return
    above = over = ""
    for line in case.document.lines:
        above, over = (line.text, "") if line.label == "heading" else (above, over)
        over = over if line.passage.level > 1 else "" if line.links else line.passage.text  # a bullet over bullets
        heading = f"{above} {line.group} {line.label} {over}"
        if line.section not in MENTIONS or line.label == "heading" or not _IN_WINDOW.search(heading) or _NOT_IN.search(heading):
            continue
        for link in line.links:
            mention = case.link(link, line)
            dated = case.dated(mention) if identify(link.url) else ()
            if dated and not _OUTSIDE.search(line.text) and not any(_overlaps(one, case.window) for one in dated):
                item = dated[0].item
                sure = dated[0].trusted and item.precision is not Precision.MONTH and item.id == mention.ids[0]
                yield flag(
                    Severity.ERROR if sure else Severity.WARNING,
                    mention,
                    f"{mention.title}: in the window {case.window.since} to {case.window.until}",
                    f"published {show(item.published, item.precision)}",
                    item.id,
                    "take it out, or say that it is older",
                )


def deferred(case: ReportContext) -> Iterator[Finding]:
    """Find what is put off to the next report though it is of this window, and what the last report put off and this one lacks.

    A promise is to be kept: a warning, for only its writer knows why.
    """
    for line in case.document.lines:
        links = line.links if line.entry is None and _DEFERRED.search(line.passage.text) else ()
        for link, following in zip_longest(links, links[1:]):
            if not _DEFERRED.search(_clause(line.passage.text, link.at, following.at if following else None)):
                continue
            mention = case.link(link, line)
            inside = (
                [one.item for one in case.dated(mention) if case.window and _overlaps(one, case.window)] if mention.ids[0] else []
            )
            if inside:
                yield flag(
                    Severity.WARNING,
                    mention,
                    f"{mention.title}: put off to the next report",
                    f"published {show(inside[0].published, inside[0].precision)}, inside this window",
                    inside[0].id,
                    "tell it now, or keep the promise: the next report has to have it",
                )
    last = max((report for report in case.ledger if report.day < case.day), key=lambda report: report.day, default=None)
    head = next((line for line in case.document.lines if line.section == "head"), None)
    for told in last.entries if last and head else ():
        if told.number is None and _DEFERRED.search(told.text) and not case.linked_ids & set(told.ids) and head:
            yield flag(
                Severity.WARNING,
                head,
                f"promised by the report of {told.report}: {told.title}",
                "this report does not have it",
                f"{told.report}, line {told.line}",
                "keep the promise, or say why not",
            )


def _clause(text: str, at: int, end: int | None) -> str:
    """Return the part of a text around a place, up to `end`: between semicolons, and what goes on without a new subject."""
    parts = text[text.rfind(";", 0, at) + 1 : end].split(";")
    return "; ".join([parts[0], *takewhile(_GOES_ON.match, parts[1:])])
