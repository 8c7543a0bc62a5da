"""Answer agents (`scout mcp`): eight tools over the store, each with what could not be seen."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from pydantic import TypeAdapter, ValidationError

from scout import dates
from scout.check import Severity
from scout.check.render import row
from scout.draft.readings import why_not
from scout.errors import UsageError
from scout.identity import look_up, named, names
from scout.model import Decision, Kind
from scout.model import json_mcp as shapes
from scout.model.reading import plain
from scout.pipeline import mark as marking
from scout.pipeline import passages, shortlist, window
from scout.pipeline.check import check_reports
from scout.pipeline.draft import draft_report
from scout.pipeline.mcp_pages import answer, paged, paged_text
from scout.reports.document import parse_report
from scout.shortlist.render import candidate_json, coverage_json, unseen_words
from scout.store import ledger, lookup, marks, open_store, readings, window_items
from scout.text import title_key

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime
    from pathlib import Path

    from scout.model import Item, LedgerEntry, Window
    from scout.model.reading import Reading
    from scout.sources.workspace import Workspace

    Asked = Mapping[str, Any]
    Told = dict[str, Any]

WAIT_S = 10
"""How long to wait for another writer of the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What answers come from: the store, feeds.yaml, and the time (UTC)."""

    path: Path
    workspace: Workspace
    now: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Tool:
    """A tool: what it is for, the shapes of question and answer, and the function. `writes`: it changes the store."""

    name: str
    about: str
    asked: Any
    told: Any
    run: Callable[[Desk, Asked], Told]
    writes: bool = False


def call(tool: Tool, desk: Desk, arguments: Asked) -> Told:
    """Answer one question; UsageError where it has not the shape that the tool states, and what the command would raise."""
    try:
        asked = TypeAdapter(tool.asked).validate_python(dict(arguments), extra="forbid")
    except ValidationError as exc:
        first = exc.errors(include_url=False, include_context=False)[0]
        raise UsageError(f"{'.'.join(map(str, first['loc'])) or tool.name}: {first['msg']}") from exc
    return tool.run(desk, asked)


def _days(desk: Desk, asked: Asked) -> Window:
    first, last = (dates.day(asked[name], name) if asked.get(name) else None for name in ("since", "until"))
    return window.window(desk.path, first, last, today=desk.now.date(), week_ends=desk.workspace.config.report.week_ends)


def _window_json(days: Window) -> Told:
    return {"since": str(days.since), "until": str(days.until)}


def _window(desk: Desk, asked: Asked) -> Told:
    days = _days(desk, asked)
    found = shortlist.select(desk.path, desk.workspace, days).shortlist.coverage
    report = window.reported(desk.path, days)
    told = answer(
        unseen_words(found),
        window=_window_json(days),
        reported=report.path if report else "",
        covered=sum(one.covered for one in found),
        of=len(found),
    )
    wrong_first = sorted(found, key=lambda one: one.covered)
    return paged(told, "sources", [coverage_json(one) for one in wrong_first], asked.get("cursor", ""))


def _shortlist(desk: Desk, asked: Asked) -> Told:
    days = _days(desk, asked)
    found = shortlist.select(desk.path, desk.workspace, days).shortlist
    told = answer(unseen_words(found.coverage), window=_window_json(days), pool=found.pool, cut=found.cut)
    return paged(told, "candidates", [candidate_json(one) for one in found.candidates], asked.get("cursor", ""))


def _item(desk: Desk, asked: Asked) -> Told:
    with open_store(desk.path) as store:
        item = marking.named_item(store, asked["item"])
        (kept,) = window_items.by_ids(store, [item.id])
        reading = readings.of_items(store, [item.id]).get(item.id)
        entry = look_up(names(item), ledger.reported(store, ledger.reports(store)))
        mark = look_up(names(item), marks.by_name(store, marks.standing(store)))
    evidence, found = passages.of_item(item, reading, desk.workspace.config.metrics)
    told = answer(
        _unread(item, reading),
        id=item.id, kind=item.kind, title=item.title, url=item.url,
        published=_instant(item.published), precision=item.precision, date_source=item.date_source, claimed=item.claimed,
        first_seen=_instant(kept.first_seen), sources=sorted({one.source for one in kept.sightings}),
        authors=item.authors, summary=item.summary,
        read=_instant(reading.read) if reading and reading.text else None,
        evidence=[{"sentence": one.sentence, "section": one.section, "url": one.url} for one in found],
        verdict=evidence.verdict, reason=evidence.reason,
        reported=_entry(entry) if entry else None, mark=mark.decision if mark else "",
    )  # fmt: skip
    parts = reading.text.sections if reading and reading.text else ()
    sections = [
        {"number": number, "heading": one.heading, "kind": one.kind, "characters": len(one.text)}
        for number, one in enumerate(parts, 1)
    ]
    return paged(told, "sections", sections, asked.get("cursor", ""))


def _unread(item: Item, reading: Reading | None) -> list[str]:
    """Say why an item is known by its source's words alone; releases and threads have nothing else to be read."""
    if (reading and reading.text) or item.kind in (Kind.RELEASE, Kind.THREAD):
        return []
    return [f"its page gave no text: {why_not(reading)}" if reading else "its page was not read (`scout read` does)"]


def _reading(desk: Desk, asked: Asked) -> Told:
    with open_store(desk.path) as store:
        item = marking.named_item(store, asked["item"])
        reading = readings.of_items(store, [item.id]).get(item.id)
    text = reading.text if reading else None
    if reading is None or text is None:
        told = answer(_unread(item, reading) or ["it has no page to be read"], id=item.id, url=item.url, read=None, heading="")
        return paged_text(told, "", "")
    number = asked.get("section")
    if number and number > len(text.sections):
        raise UsageError(f"section: {item.id} has {len(text.sections)} sections")
    heading = text.sections[number - 1].heading if number else text.title
    told = answer(id=item.id, url=reading.final_url or reading.url, read=_instant(reading.read), heading=heading)
    return paged_text(told, text.sections[number - 1].text if number else plain(text), asked.get("cursor", ""))


def _reported(desk: Desk, asked: Asked) -> Told:
    words = asked["item"]
    with open_store(desk.path) as store:
        reports = ledger.reports(store)
        found = lookup.find(store, words)
        item = marking.only(words, found) if found else None
        ids = set(names(item)) if item else {named(words)} - {""}
        first = look_up(ids, ledger.reported(store, reports))
    title = title_key(item.title if item else "" if ids else words)
    entries = [first] if first else []
    for report in reports:
        same = (one for one in report.entries if one.grade and (ids & set(one.ids) or (title and title_key(one.title) == title)))
        entries += [one for one in same if one not in entries]
    why = [] if reports else ["no report is in the ledger (`scout reports add` reads them)"]
    if not item and not entries:
        why.append("the store does not have it, so it was looked for by these words alone")
    told = answer(why, id=item.id if item else "", reported=bool(entries))
    return paged(told, "entries", [_entry(one) for one in entries], asked.get("cursor", ""))


def _draft(desk: Desk, asked: Asked) -> Told:
    days = _days(desk, asked)
    made = draft_report(desk.path, desk.workspace, days)
    why = unseen_words(made.inputs.shortlist.coverage)
    if report := window.reported(desk.path, days):
        why.insert(0, f"the window is reported already: {report.path}")
    return paged_text(answer(why, window=_window_json(days)), made.report, asked.get("cursor", ""))


def _check(desk: Desk, asked: Asked) -> Told:
    document = parse_report(asked["report"])
    (checked,) = check_reports(desk.path, desk.workspace, [("the report", document)])
    counts = Counter(one.severity for one in checked.findings)
    unverified = counts[Severity.UNVERIFIED]
    told = answer(
        [f"of {unverified} claims the store has no evidence either way"] if unverified else [],
        errors=counts[Severity.ERROR], warnings=counts[Severity.WARNING], unverified=unverified,
    )  # fmt: skip
    gravest_first = sorted(checked.findings, key=lambda one: list(Severity).index(one.severity))
    return paged(told, "findings", [row(one) for one in gravest_first], asked.get("cursor", ""))


def _mark(desk: Desk, asked: Asked) -> Told:
    words, decision = asked["item"], asked["as"]
    if decision == "undo":
        done = marking.unmark_item(desk.path, words, now=desk.now, wait_s=WAIT_S)
    else:
        why = asked.get("why", "").strip()
        done = marking.mark_item(desk.path, words, Decision(decision), why, now=desk.now, wait_s=WAIT_S)
    entry = _entry(done.entry) if done.entry else None
    return answer(id=done.item.id, title=done.item.title, reported=entry) | {"as": decision}


def _entry(one: LedgerEntry) -> Told:
    return {"report": str(one.report), "number": one.number, "section": one.section, "title": one.title}


def _instant(at: datetime | None) -> str | None:
    return f"{at:%Y-%m-%dT%H:%M:%SZ}" if at else None


TOOLS = {
    tool.name: tool
    for tool in (
        Tool(
            name="window",
            about="Which days the next report is about, whether a report has them already, and how far each source was read"
            " over them. A source that is not covered may have something that nobody saw: say so, and claim no silence.",
            asked=shapes.WindowAsked,
            told=shapes.WindowAnswer,
            run=_window,
        ),
        Tool(
            name="shortlist",
            about="The ranked candidates of a window, best first, with dates, status, section and reasons; the first twelve"
            " of each list. `kept` ones become entries of the draft.",
            asked=shapes.WindowAsked,
            told=shapes.ShortlistAnswer,
            run=_shortlist,
        ),
        Tool(
            name="item",
            about="All about one item: its dates and where they are from, the sentences that are evidence, each with an address"
            " that opens at it, the verdict on the evaluation, an earlier report's entry, the sections that were read; and the"
            " first twelve of its authors and sources.",
            asked=shapes.ItemAsked,
            told=shapes.ItemAnswer,
            run=_item,
        ),
        Tool(
            name="reading",
            about="The text that was read of an item: one section, by its number in `item`, or the whole.",
            asked=shapes.ReadingAsked,
            told=shapes.ReadingAnswer,
            run=_reading,
        ),
        Tool(
            name="reported",
            about="Whether earlier reports have an item, by any of its ids (arXiv, DOI, address, release) or by its title.",
            asked=shapes.ItemAsked,
            told=shapes.ReportedAnswer,
            run=_reported,
        ),
        Tool(
            name="draft",
            about="The report's skeleton for a window, in Markdown: every date and number is from the store, the slots are to be"
            " written, from the evidence beneath them alone. Put the pages together in their order; nothing is written.",
            asked=shapes.WindowAsked,
            told=shapes.DraftAnswer,
            run=_draft,
        ),
        Tool(
            name="check",
            about="Hold the Markdown of a report against the evidence in the store. Mend errors and empty slots to publish it.",
            asked=shapes.CheckAsked,
            told=shapes.CheckAnswer,
            run=_check,
        ),
        Tool(
            name="mark",
            about="Decide for the curator about an item: A or B makes it an entry of the next draft, context names it, drop keeps"
            " it away for good; undo takes that back. Only where the curator asked for it.",
            asked=shapes.MarkAsked,
            told=shapes.MarkAnswer,
            run=_mark,
            writes=True,
        ),
    )
}
