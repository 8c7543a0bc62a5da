"""Build a report's header: the kind of run, its window, and the sources that could not be read."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

from scout.draft.escape import Markdown, joined, within
from scout.draft.negatives import reached
from scout.figures.vocabulary import Wording
from scout.model import SEEN
from scout.reports.size import kept
from scout.text import address

if TYPE_CHECKING:
    from scout.draft.inputs import DraftInput
    from scout.model import Coverage, LedgerReport

NORMAL, TWO_WEEKS = 9, 17
"""The longest gap, in days, to the prior report of a normal weekly run, and of a two-week run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """The header as templates get it; `span` is `this week` or `this period`, `seen_until` an instant (ISO 8601) or empty."""

    title: str
    day: str
    run_type: Markdown
    horizon: Markdown
    target: Markdown
    cut: Markdown
    scope: str
    criteria: str
    organization: str
    caveat: Markdown
    span: str
    seen_until: str


def build_header(inputs: DraftInput, numbered: int) -> Header:
    """Build the header; `numbered` is the number of entries."""
    window, wording = inputs.window, inputs.wording
    return Header(
        title=wording.title,
        day=window.until.isoformat(),
        run_type=_run_type(inputs),
        horizon=_horizon(inputs),
        target=_target(inputs, numbered),
        cut=_cut(inputs),
        scope=_unended(wording.scope) or "as configured by the topics",
        criteria=_unended(wording.criteria) or _unended(report_words(inputs).criteria),
        organization=_unended(wording.organization) or _unended(report_words(inputs).organization),
        caveat=_caveat(inputs),
        span=span(inputs),
        seen_until=f"{inputs.seen_until:%Y-%m-%dT%H:%M:%SZ}" if inputs.seen_until else "",
    )


def report_words(inputs: DraftInput) -> Wording:
    """Return the report's default wording: from the field's file, else words that fit any field."""
    return inputs.metrics.report if inputs.metrics else Wording()


def headings(inputs: DraftInput) -> dict[str, str]:
    """Return the headings of the two sections by letter."""
    own, usual = inputs.wording.sections, report_words(inputs)
    return {"A": own.A or usual.A, "B": own.B or usual.B}


def _unended(words: str) -> str:
    """Strip the final full stop, which the template adds."""
    return words.strip().rstrip(".").rstrip()


def span(inputs: DraftInput) -> str:
    """Return `this week` for up to eight days, else `this period`."""
    return "this week" if inputs.window.days <= 8 else "this period"


def _run_type(inputs: DraftInput) -> Markdown:
    prior, until = inputs.prior, inputs.window.until
    if prior is None:
        return Markdown("First run (no earlier report in the ledger).")
    gap = (until - prior.day).days
    if gap <= NORMAL:
        kind = "Normal weekly run."
    elif gap <= TWO_WEEKS:
        kind = f"Two-week run ({gap} days since the prior report)."
    else:
        kind = f"Delayed run ({round(gap / 7)} weeks, {gap} days since the prior report)."
    return Markdown(f"{kind} Prior report: {_prior(prior)}.")


def _prior(prior: LedgerReport) -> Markdown:
    file = PurePosixPath(prior.path.rpartition(":")[2]).name
    if not file.endswith(".md"):
        return within(f"{prior.title or prior.path} ({prior.day})")
    shown = f"`{file}`" if re.fullmatch(r"[\w.-]+", file) else within(file)
    return Markdown(f"[{shown}](./{address(file)})")


def _horizon(inputs: DraftInput) -> Markdown:
    window, prior = inputs.window, inputs.prior
    days = f"{window.days} day{'s' if window.days != 1 else ''}"
    words = f"Search horizon: {window.since} → {window.until} ({days}"
    if prior is not None:
        first = (prior.until or prior.day) + timedelta(days=1)
        if window.since > first:
            words += f"; {first} to {window.since - timedelta(days=1)} stand in no report's window"
        elif window.since < first:
            words += f"; from {window.since} on it overlaps the prior report's window"
        else:
            words += ", following the prior report"
    return Markdown(f"{words}).")


def _target(inputs: DraftInput, numbered: int) -> Markdown:
    return Markdown(f"{kept(inputs.wording.target, numbered)}.")


def _cut(inputs: DraftInput) -> Markdown:
    """Say by which rule the last entry was in, and what was dropped before."""
    reason = inputs.shortlist.cut.strip().rstrip(".")
    dropped = sum(inputs.shortlist.dropped.values())
    why = joined(f"{reason}: {count}" for reason, count in sorted(inputs.shortlist.dropped.items()) if count)
    pool = (
        f"of {inputs.shortlist.pool} items, {dropped} {'was' if dropped == 1 else 'were'} dropped"
        if inputs.shortlist.pool
        else "the window holds no items"
    )
    return Markdown(f"{within(reason)}{'; ' * bool(reason)}{pool}{f' ({why})' if why else ''}")


def _caveat(inputs: DraftInput) -> Markdown:
    """Say which sources were read over the whole window, in part, or not at all, and why."""
    coverage = inputs.shortlist.coverage
    if not coverage:
        return Markdown("no source was asked; nothing here can be called absent.")
    unread = [one for one in coverage if one.outcome.result not in SEEN]
    short = [one for one in coverage if one.outcome.result in SEEN and not one.covered]
    silent = [one for one in coverage if one.silent]
    whole = len(coverage) - len(unread) - len(short)
    if not unread and not short:
        words = f"all {len(coverage)} sources were read over the whole window"
    elif not whole:
        words = f"none of the {len(coverage)} sources was read over the whole window"
    else:
        words = f"{whole} of {len(coverage)} sources were read over the whole window"
    parts = [words]
    if unread:
        parts.append(f"{len(unread)} could not be read ({joined(map(_how, unread))})")
    if short:
        parts.append(
            f"{len(short)} cover{'s' * (len(short) == 1)} only a part of it ({joined(_short(one, inputs) for one in short)})"
        )
    if silent:
        have = "have" if len(silent) > 1 else "has"
        names = joined(within(one.source) for one in silent)
        parts.append(f"{len(silent)} {have} been silent for far longer than usual, which may be a fault of reading ({names})")
    if len(unread) == len(coverage):
        parts.append("what stands below was collected earlier")
    told = "; ".join(parts) + "."
    if inputs.seen_until:
        told += f" Seen until {inputs.seen_until:%Y-%m-%d %H:%M} UTC: what shows itself later is late in the next report."
    return Markdown(f"{told} Dates are those of the sources' own records; none was completed by guessing.")


def _how(one: Coverage) -> Markdown:
    return within(f"{one.source}: {one.outcome.result.value.replace('_', ' ')}")


def _short(one: Coverage, inputs: DraftInput) -> Markdown:
    """Name a source that covers a part of the window, with the end of its coverage if that is before the window's."""
    covers = one.outcome.covers
    until = covers.end if covers and inputs.window.start < covers.end < inputs.window.end else None
    return within(f"{one.source} up to {reached(until)}" if until else one.source)
