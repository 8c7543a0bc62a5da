"""Earlier reports and the store's history as evidence: what was told before, what was released between, what was changed since."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st
from known import CLEAN, LEDGER, Known, at, check_with, edited, findings

from scout.check import Finding, Severity
from scout.model import LedgerEntry, LedgerReport

SLOT = "- Novelty: Low; the pieces were known."
OLDER = replace(
    LEDGER[0],
    day=date(2026, 3, 1),
    path="weekly-cache-report-2026-03-01.md",
    entries=(
        LedgerEntry(
            report=date(2026, 3, 1), number=4, section="B", grade=2, title="TinCan: Sealing", ids=("arxiv:2602.90001",), line=40
        ),
    ),
)


def told(code: str, words: str, *ledger: LedgerReport, world: Known | None = None) -> list[Finding]:
    """Return the findings of a code where an entry says these words."""
    return [one for one in check_with(edited(SLOT, f"- Novelty: {words}"), world, ledger=(*ledger, *LEDGER)) if one.code == code]


def test_last_weeks_thing_is_in_the_last_report() -> None:
    """What only an older report had is not last week's; what the last one had is, and a name that none had is nobody's."""
    (found,) = told("earlier", "It joins last week's TinCan.", OLDER)
    assert (found.severity, found.where) == (Severity.WARNING, "2026-03-01, line 40")
    last = replace(LEDGER[0], entries=(*LEDGER[0].entries, replace(OLDER.entries[0], report=LEDGER[0].day)))
    text = edited(SLOT, "- Novelty: It joins last week's TinCan and last week's NobodyKnows.")
    assert not [one for one in check_with(text, ledger=(OLDER, last)) if one.code == "earlier"]


@pytest.mark.parametrize(
    ("words", "severity"),
    [
        ("It extends TinCan (entry #2 in the prior report).", "warning"),
        ("It extends TinCan (entry #9 in the prior report).", "error"),
        ("It extends TinCan (entry #1 in the prior report).", ""),
        ("It extends Lids (last week's edge entry #2 of the prior report).", ""),
    ],
)
def test_an_entry_of_the_last_report_is_what_it_is_called(words: str, severity: str) -> None:
    """The number exists, and leads to the name before it."""
    two = (replace(OLDER.entries[0], number=1), replace(OLDER.entries[0], number=2, title="Jam Jars", ids=("arxiv:2603.90090",)))
    text = edited(SLOT, f"- Novelty: {words}")
    found = [one for one in check_with(text, ledger=(replace(LEDGER[0], entries=two),)) if one.code == "earlier"]
    assert [one.severity.value for one in found] == [severity] * bool(severity)


@pytest.mark.parametrize("words", ["absent from all prior reports", "not covered in any earlier report", "in none of our previous reports", "never before reported"])  # fmt: skip
def test_what_was_told_was_not_absent(words: str) -> None:
    """By the link in the line or the entry's own; where no report has it, the claim stands."""
    (found,) = told("earlier", f"[Jam Jars](https://arxiv.org/abs/2603.90090) is {words}.")
    assert (found.severity, found.where) == (Severity.ERROR, "2026-03-08, line 0")
    assert told("earlier", f"[Thin Ice](https://arxiv.org/abs/2603.90050) is {words}.") == []


def test_another_date_or_verdict_than_an_earlier_report_gave_is_told() -> None:
    """Only where the store has no date itself; an earlier `yes` and a `none` of today are both shown."""
    entry = LedgerEntry(
        report=date(2026, 3, 8), number=2, section="B", grade=2, title="A Lower Bound (update)", ids=("arxiv:2603.90030",), stated="Mar 2, 2026", runtime="Yes"
    )  # fmt: skip
    ledger = (replace(LEDGER[0], entries=(entry,)),)
    found = [one.evidence for one in check_with(CLEAN, ledger=ledger) if one.code == "earlier"]
    assert found == ["the report of 2026-03-08 says “Yes”"]
    bare = Known()
    del bare.items["arxiv:2603.90030"]
    found = [one.evidence for one in check_with(CLEAN, bare, ledger=ledger) if one.code == "earlier"]
    assert "the report of 2026-03-08 says Mar 2, 2026" in found


@pytest.mark.parametrize(
    ("words", "severities"),
    [
        ("The first tagged release since v2.3.8.", []),
        ("The first release after Feb 20, 2026.", ["error"]),
        ("The first major release since February 2026.", []),
        ("It ends a three-week hiatus.", ["warning"]),
        ("It ends a one-week pause.", []),
        ("The first release in two months.", ["warning"]),
        ("The first post since February 2026.", []),
    ],
)
def test_a_projects_history_is_its_releases(words: str, severities: list[str]) -> None:
    """What lies between is an error, a gap less than half as long a doubt; a kind of release that did not lie between is none."""
    assert [one.severity.value for one in told("since", words)] == severities


@given(st.integers(1, 9))
def test_a_gap_is_wrong_where_it_was_half_as_long(weeks: int) -> None:
    """Six days passed between the two releases."""
    assert bool(told("since", f"It ends a {weeks}-week silence.")) == (weeks * 7 / 2 > 6)


def test_a_post_that_was_dated_anew_shows_both_dates() -> None:
    """A claim that was right before the source changed its date is a doubt, not an error."""
    text = edited("(Mar 12, 2026)\n\n- Reference", "(Mar 10, 2026)\n\n- Reference")
    thing = "url:https://pantry.example.org/blog/halved-bill"
    assert [one.severity for one in findings(text) if one.code == "date"] == [Severity.ERROR]
    (found,) = (
        one for one in findings(text, Known(changed={thing: (("published", "2026-03-10T09:00:00Z"),)})) if one.code == "date"
    )
    assert (found.severity, "2026-03-10 before" in found.evidence) == (Severity.WARNING, True)


@pytest.mark.parametrize(("day", "severity"), [(9, "warning"), (10, ""), (11, "warning"), (12, "error")])
def test_the_day_of_a_release_is_by_utc(day: int, severity: str) -> None:
    """A day off is a doubt for a release, whose instant is known; more is an error."""
    text = edited("release notes (Mar 10, 2026)", f"release notes (Mar {day}, 2026)")
    assert [one.severity.value for one in findings(text) if one.code == "date"] == [severity] * bool(severity)


def test_a_thing_renamed_since_shows_both_titles() -> None:
    """A title that was the thing's own before is no other thing's; it is told with the present one."""
    world = Known(changed={"arxiv:2603.90030": (("title", "Zebra Quilts Under Noisy Moons"),)})
    (found,) = (
        one for one in findings(edited("A Lower Bound for Prefix Sharing (mid", "Zebra Quilts Under Noisy Moons (mid"), world)
    )
    assert (found.severity, "it was “Zebra" in found.evidence) == (Severity.WARNING, True)


@given(
    st.lists(
        st.sampled_from(["Ada Baker", "B. Cook", "Dunn", "Cy de la Dunn", "Zed Young", "Yan Zorn"]),
        min_size=2,
        max_size=4,
        unique=True,
    )
)
def test_names_that_are_no_authors_are_found(names: list[str]) -> None:
    """All wrong is an error, some wrong a doubt, all right nothing."""
    wrong = [name for name in names if name.startswith(("Z", "Y"))]
    found = [one for one in findings(edited("Ada Baker, Bo Cook,", f"{', '.join(names)},")) if one.code == "author"]
    assert [one.severity for one in found] == [Severity.ERROR if len(wrong) == len(names) else Severity.WARNING] * bool(wrong)


def test_what_was_withdrawn_may_be_told_with_that_word() -> None:
    """A mention that says so is fine; one that does not is a doubt."""
    line = "- [Mouldy Bread](https://arxiv.org/abs/2603.90095) — {}.\n- [Shelf Life]("
    for words, found in (("a cache", 1), ("withdrawn since", 0)):
        text = edited("- [Shelf Life](", line.format(words))
        assert [one.severity for one in findings(text) if one.code == "withdrawn"] == [Severity.WARNING] * found


def test_what_the_last_report_put_off_is_to_be_told() -> None:
    """A mention that would surface next week, and does not, is a promise that was not kept."""
    promise = LedgerEntry(report=date(2026, 3, 8), number=None, section="additional", grade=1, title="Lids", ids=("arxiv:2603.90091",), text="Lids — will surface next week.", line=30)  # fmt: skip
    ledger = (replace(LEDGER[0], entries=(promise,)),)
    (found,) = (one for one in check_with(CLEAN, ledger=ledger) if one.code == "deferred")
    assert (found.severity, found.where) == (Severity.WARNING, "2026-03-08, line 30")
    kept = edited("- [Shelf Life](", "- [Lids](https://arxiv.org/abs/2603.90091), promised in the prior report.\n- [Shelf Life](")
    assert not [one for one in check_with(kept, ledger=ledger) if one.code == "deferred"]


def test_a_list_in_the_window_holds_what_is_in_it() -> None:
    """Under another heading, or said to be older, an old thing may stand in a list."""
    line = "- [Old Bread](https://arxiv.org/abs/2603.90070) — {}.\n- [Shelf Life]("
    heading = "## Additional context ({})"
    for title, words, found in (("in window", "bread", 1), ("nothing in window", "bread", 0), ("in window", "from before the window", 0), ("noted this week", "bread", 0)):  # fmt: skip
        text = edited(
            "- [Shelf Life](",
            line.format(words),
            text=edited("## Additional context (noted this week, not selected as top entries)", heading.format(title)),
        )
        assert len([one for one in findings(text) if one.code == "listed-window"]) == found
    assert at(5).date() < date(2026, 3, 9)
