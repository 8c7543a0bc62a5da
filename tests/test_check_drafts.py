"""Scout's own drafts check clean but for their slots: draft and check agree about the world."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest
from known import Known
from made_weeks import WEEKS

from scout.check import Severity, SourceNames, check
from scout.config import shipped
from scout.draft import compose
from scout.identity import identify
from scout.reports import document as report

if TYPE_CHECKING:
    from collections.abc import Callable

    from scout.draft import DraftInput
    from scout.model import Coverage, Item, Window


@dataclass
class Collected(Known):
    """What the store of a made week knows: its candidates under all their addresses, and how its sources answered."""

    answers: tuple[Coverage, ...] = ()

    def sources(self) -> tuple[SourceNames, ...]:
        """Return the sources that were asked."""
        return tuple(SourceNames(name=one.source, group=one.group) for one in self.answers)

    def coverage(self, source: str, window: Window) -> Coverage | None:
        """Return how a source answered."""
        assert window.days > 0
        return next((one for one in self.answers if one.source == source), None)


def collected(inputs: DraftInput) -> Collected:
    """Return the evidence that a draft was made of."""
    items: dict[str, Item] = {}
    for one in inputs.shortlist.candidates:
        for seen in (one.tracked, *one.companions):
            for thing in (seen.item.id, identify(seen.item.url), *(identify(link) for link in seen.item.links)):
                items.setdefault(thing, seen.item)
    files = {f"./{inputs.prior.path.rsplit('/', 1)[-1]}": True} if inputs.prior else {}
    return Collected(items=items, files=files, answers=inputs.shortlist.coverage)


@pytest.mark.parametrize(("name", "make"), WEEKS.items())
def test_a_draft_has_nothing_against_it_but_its_slots(name: str, make: Callable[[], DraftInput]) -> None:
    """Each made week's draft is read whole, and gives neither errors nor warnings other than the slots left to the writer."""
    inputs = make()
    document = report.parse_report(compose(inputs))
    assert (document.since, document.until) == (inputs.window.since, inputs.window.until)
    assert document.unknown == ()
    assert document.day is not None
    found = check(
        document,
        collected(inputs),
        report_day=document.day,
        ledger=[inputs.prior] if inputs.prior else [],
        metrics=shipped(),
    )
    graver = [one for one in found if one.severity is not Severity.UNVERIFIED and one.code != "empty-slot"]
    allowed = {"twice"} if name == "hostile-titles" else set()  # its addresses are broken on purpose, and two become one
    assert not [one for one in graver if one.code not in allowed]
    slots = {one.entry for one in found if one.code == "empty-slot"}
    assert slots >= {entry.number for entry in document.entries}


@pytest.mark.parametrize(("name", "make"), WEEKS.items())
def test_a_draft_that_was_filled_in_has_no_error(name: str, make: Callable[[], DraftInput]) -> None:
    """With a sentence in every slot nothing is left of empty slots, and nothing that scout wrote is an error."""
    inputs = make()
    filled = re.sub(r"<!-- slot: \w+ --> _…[^_]*_", "A sentence of judgement.", compose(inputs))
    assert "slot" not in filled
    document = report.parse_report(filled)
    assert document.day is not None
    found = check(document, collected(inputs), report_day=document.day, ledger=[inputs.prior] if inputs.prior else [])
    allowed = {"twice"} if name == "hostile-titles" else set()  # as above
    assert not [one for one in found if one.code == "empty-slot" or (one.severity is Severity.ERROR and one.code not in allowed)]


@pytest.mark.parametrize("name", ["quiet", "failed-source", "delayed"])
def test_a_drafts_negatives_are_all_verified(name: str) -> None:
    """What a draft denies is a source that was read over the whole window: nothing about it is left unverified."""
    inputs = WEEKS[name]()
    document = report.parse_report(compose(inputs))
    assert document.day is not None
    assert [negative.name for negative in document.negatives if not negative.unseen]
    found = check(document, collected(inputs), report_day=document.day, metrics=shipped())
    assert not [one for one in found if one.code in ("negative", "unseen-negative")]
