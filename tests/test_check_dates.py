"""Dates of papers, talks, posts and releases, held against what is known and explained where they can be."""

from __future__ import annotations

from dataclasses import replace

from known import CLEAN, ITEMS, Known, at, edited, findings

from scout.check import Neighbour, Severity
from scout.model import Kind, Precision


def test_an_unknown_paper_is_held_against_its_neighbours_and_its_month() -> None:
    """A date after those of later ids is impossible; a month after the id's too; weeks before it is explained."""
    world = Known()
    del world.items["arxiv:2603.90010"]
    later = tuple(Neighbour(id=f"2603.9001{n}", published=at(9)) for n in (1, 2, 3))
    assert not [f for f in findings(CLEAN, replace(world, near=((), later))) if f.code in ("v1-date", "id-month")]

    def codes(stated: str) -> set[tuple[str, str]]:
        found = findings(edited("(Mar 9, 2026)", f"({stated})"), replace(world, near=((), later)))
        return {(f.code, f.severity.value) for f in found if f.code in ("v1-date", "id-month")}

    assert codes("Mar 12, 2026") == {("v1-date", "error")}
    assert codes("Apr 2, 2026") == {("v1-date", "error"), ("id-month", "error")}
    assert codes("Jan 20, 2026") == {("id-month", "warning")}


def test_a_paper_held_before_announcement_is_explained() -> None:
    """A claim weeks before the known date is a warning that says how it could be; the true date of a held paper is none."""
    world = Known()
    world.items["arxiv:2603.90010"] = replace(ITEMS[3], published=at(3, month=2), announced=at(10))
    text = edited("(Mar 9, 2026)", "(v1 Feb 3, 2026; boundary, held before announcement)")
    assert findings(text, world) == ()
    (found,) = findings(edited("(Mar 9, 2026)", "(Feb 3, 2026, boundary)"))
    assert (found.code, found.severity) == ("v1-date", Severity.WARNING)
    assert "held" in found.evidence


def test_the_day_of_a_talk_is_not_its_papers() -> None:
    """A paper that the store knows only through a programme is not dated by the programme."""
    world = Known()
    talk = replace(
        ITEMS[3],
        id="program:shelfconf/1",
        kind=Kind.TALK,
        url="https://shelfconf.example.org/1",
        published=at(18, month=5),
        links=(ITEMS[3].url,),
    )
    world.items["arxiv:2603.90010"] = talk
    assert findings(CLEAN, world) == ()


def test_untrusted_and_monthly_dates_only_warn() -> None:
    """Evidence that is itself doubtful makes no error."""
    world = Known()
    slug = ITEMS[2].id
    world.items[slug] = replace(ITEMS[2], published=at(1), precision=Precision.MONTH)
    assert not [f for f in findings(CLEAN, world) if f.code == "date"]
    found = findings(edited("(Mar 12, 2026)\n\n- Reference", "(Feb 12, 2026; boundary)\n\n- Reference"), world)
    assert ("date", Severity.WARNING) in [(f.code, f.severity) for f in found]


def test_an_address_that_holds_a_day_speaks_where_the_store_does_not() -> None:
    """Blog paths and the ids of posts on X carry their day."""
    url = "https://pantry.example.org/blog/2026/03/02/bread"
    text = edited("[Shelf Life](https://pantry.example.org/blog/shelf-life)", f"[Bread (Mar 9, 2026)]({url})")
    assert [f.code for f in findings(text) if f.severity is Severity.WARNING] == ["date"]
    tweet = "https://x.com/pantry/status/2052113331927060840"
    text = edited("[Shelf Life](https://pantry.example.org/blog/shelf-life)", f"[Bread (Mar 9, 2026)]({tweet})")
    assert [f.code for f in findings(text) if f.severity is Severity.ERROR] == ["date"]


def test_an_old_paper_under_a_new_heading_is_outside_the_window() -> None:
    """The month in an id is enough to say so, even for a paper that the store has never seen."""
    text = edited("https://arxiv.org/abs/2603.90030).", "https://arxiv.org/abs/2401.90030).")
    assert ("window", Severity.ERROR) in [(f.code, f.severity) for f in findings(text)]


def test_a_date_in_the_reference_or_behind_a_link_is_a_claim_too() -> None:
    """Where the title states no date, the reference line or the bracket behind the link does."""
    text = edited(
        " (Mar 9, 2026)\n\n- Reference: Ada Baker, Bo Cook, ", "\n\n- Reference: Ada Baker, Bo Cook, submitted Mar 13, 2026, "
    )
    assert ("v1-date", 3) in {(f.code, f.entry) for f in findings(text)}
    text = edited("abs/2603.90060) —", "abs/2603.90060) (Mar 1, 2026) —")
    assert [f.code for f in findings(text)] == ["v1-date"]


def test_a_new_page_about_an_old_paper_is_said() -> None:
    """A vendor's page of this week does not make its paper new."""
    text = edited(
        "](https://pantry.example.org/blog/halved-bill).",
        "](https://pantry.example.org/blog/halved-bill), [paper](https://arxiv.org/abs/2410.90009).",
    )
    assert ("window", Severity.WARNING, 2) in {(f.code, f.severity, f.entry) for f in findings(text)}


def test_a_conference_in_the_title_dates_the_presentation() -> None:
    """An entry about a conference may be about old papers."""
    text = edited(
        '2. Pantry — "How we halved our cache bill" (Mar 12, 2026)', "2. ShelfConf 2026: three papers (Mar 11–13, 2026)"
    )
    text = edited(
        "](https://pantry.example.org/blog/halved-bill).",
        "](https://pantry.example.org/blog/other), [arXiv](https://arxiv.org/abs/2412.90001).",
        text=text,
    )
    assert not [f for f in findings(text) if f.severity is Severity.ERROR]
