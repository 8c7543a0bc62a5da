"""Compose the draft of a report: its Markdown, with evidence, and marked slots for a person to fill (docs/draft.md). Pure.

compose(inputs)            the report in Markdown
pr_body(inputs)            the pull request's text
report_and_pr_body(inputs) both, of one context
html(markdown)             the report as one page for reading
data(inputs)               the templates' context, as JSON values
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from scout.draft import additional, crosscutting, entry, header
from scout.draft.escape import Markdown
from scout.draft.inputs import DraftInput, Neighbour
from scout.draft.page import html
from scout.draft.render import render
from scout.model import Section
from scout.reports.scaffold import SLOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scout.draft.additional import AdditionalContext
    from scout.draft.entry import DraftEntry
    from scout.draft.negatives import Group
    from scout.model import Candidate

__all__ = ["SLOT", "DraftInput", "Neighbour", "compose", "data", "html", "numbered", "pr_body", "report_and_pr_body"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Half:
    """One half of the report: its letter, its heading, its entries."""

    letter: str
    heading: str
    entries: tuple[DraftEntry, ...]


def numbered(inputs: DraftInput) -> tuple[Candidate, ...]:
    """Return the candidates that become entries, in order: those kept for A, then those kept for B."""
    kept = [one for one in inputs.shortlist.candidates if one.kept]
    return tuple(one for section in (Section.A, Section.B) for one in kept if one.section is section)


def compose(inputs: DraftInput, *, template: str | None = None) -> str:
    """Return the draft in Markdown. `template` is the text of the user's own template; ConfigError if it cannot be rendered."""
    return _report(context(inputs), template)


def pr_body(inputs: DraftInput) -> str:
    """Return the pull request's text: summary, sections, context, cross-cutting, test plan."""
    return _pr_body(context(inputs))


def report_and_pr_body(inputs: DraftInput, *, template: str | None = None) -> tuple[str, str]:
    """Return the draft and the pull request's text in half the time of `compose` and `pr_body`."""
    given = context(inputs)
    return _report(given, template), _pr_body(given)


def _report(given: Mapping[str, Any], template: str | None) -> str:
    text = _tidy(render("report.md.j2", given, template=template))
    seen = given["head"].seen_until  # read by `scout reports add`, whatever the template
    return f"{text}\n<!-- scout: seen until {seen} -->\n" if seen else text


def _pr_body(given: Mapping[str, Any]) -> str:
    return _tidy(render("pr.md.j2", given))


def data(inputs: DraftInput) -> dict[str, Any]:
    """Return the templates' context as JSON values; strings composed by scout are Markdown."""
    given = context(inputs)
    return {
        "head": asdict(given["head"]),
        "sections": [asdict(half) for half in given["sections"]],
        "margins": asdict(given["margins"]),
        "crosscutting": asdict(given["crosscutting"]),
        "test_plan": list(given["test_plan"]),
    }


def context(inputs: DraftInput) -> dict[str, Any]:
    """Return the templates' context (listed in docs/draft.md)."""
    chosen = numbered(inputs)
    entries = [entry.build_entry(number, candidate, inputs) for number, candidate in enumerate(chosen, 1)]
    around = additional.build_additional_context(inputs, chosen)
    top = header.build_header(inputs, len(entries))
    return {
        "head": top,
        "sections": [
            Half(letter=letter, heading=words, entries=tuple(one for one in entries if one.section == letter))
            for letter, words in header.headings(inputs).items()
        ],
        "entries": entries,
        "evaluation": header.report_words(inputs).evaluation,
        "margins": around,
        "margin_lists": _lists(around, inputs),
        "crosscutting": crosscutting.build_observations(inputs, chosen),
        "test_plan": _test_plan(entries, around),
    }


def _lists(around: AdditionalContext, inputs: DraftInput) -> list[tuple[Group, str]]:
    return [
        (around.boundary, f"published in the {inputs.wording.lookback_days} days before the window, in no prior report"),
        (around.late, "published inside an earlier report's window, and not to be seen when that was made"),
        (around.undated, "without a date that counts, first seen in the window or since the last report"),
        (around.updates, "changed since an earlier report had them"),
        (around.upcoming, f"published after {inputs.window.until}, for the next report"),
    ]


def _test_plan(entries: Sequence[DraftEntry], around: AdditionalContext) -> list[Markdown]:
    """List what a person still has to do on this draft."""
    plan = [Markdown(f"Every slot is written: {3 * len(entries)} in {len(entries)} entries, and the cross-cutting observations.")]
    plan.append(Markdown("Headings, entry numbers and stated counts agree with the body; `scout check` reports no error."))
    plan.append(Markdown("Each Reference opens the thing itself, and its title and date are the entry's."))
    if doubtful := [str(one.number) for one in entries if one.unverified]:
        plan.append(Markdown(f"The dates flagged *date unverified* are looked up (entries {', '.join(doubtful)})."))
    if around.unseen:
        names = ", ".join(str(line).partition(" (")[0] for line in around.unseen)
        plan.append(Markdown(f"The sources not seen are looked at by hand, or left as not seen: {names}."))
    if around.updates.lines:
        plan.append(Markdown("The updates to earlier entries are worth repeating, or are left out."))
    return plan


def _tidy(text: str) -> str:
    """Collapse runs of blank lines, and end with one line feed."""
    lines = [line.rstrip() for line in text.splitlines()]
    kept = [line for place, line in enumerate(lines) if line or (place and lines[place - 1])]
    return "\n".join(kept).strip() + "\n"
