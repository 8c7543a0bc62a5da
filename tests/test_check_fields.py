"""Weeklies of other fields and shapes, made for these tests: they are read whole, and a defect in them is found."""

from __future__ import annotations

from dataclasses import replace

import pytest
from known import DAY, Known, paper, post

from scout.check import Finding, check
from scout.reports import document as report

CLINICAL = """# Wochenbericht Bildgebung — 15. März 2026

**Run type:** Normal. Search horizon: 2026-03-09 → 2026-03-15.

## A. Klinische Studien

### Schichtdicke und Befund (10. März 2026)

- Reference: [Schichtdicke und Befund](https://klinik.example.org/studien/schichtdicke).
- Summary: Dünnere Schichten ändern den Befund.

## B. Methoden

### LeberNetz: Segmentierung in einem Durchgang (11. März 2026)

- Reference: [arXiv:2603.91001](https://arxiv.org/abs/2603.91001).
- Summary: Ein Netz für alle Lappen.

## References

- [Schichtdicke und Befund](https://klinik.example.org/studien/schichtdicke)
- [arXiv:2603.91001 — LeberNetz](https://arxiv.org/abs/2603.91001)
"""
SKY = """# Sky Notes — 2026-03-15

**Run type:** Normal. Search window: 2026-03-09 to 2026-03-15.

## A. Instruments

### 1. A mirror for faint dwarfs (2026-03-12)

- Reference: [A mirror for faint dwarfs](https://sky.example.org/notes/mirror).
- What it is: A mirror.

## Further reading

| what | when | where |
|---|---|---|
| Dust lanes | 2026-03-13 | [Dust Lanes in Quiet Galaxies (2026-03-13)](https://arxiv.org/abs/2603.91002) |

## References

- [A mirror for faint dwarfs](https://sky.example.org/notes/mirror)
"""
WORLD = Known()
WORLD.items = {
    one.id: one
    for one in (
        post("schichtdicke", 10, "Schichtdicke und Befund", host="klinik.example.org/studien"),
        replace(paper(91001, 11, "LeberNetz: Segmentierung in einem Durchgang"), authors=()),
        post("mirror", 12, "A mirror for faint dwarfs", host="sky.example.org/notes"),
        paper(91002, 13, "Dust Lanes in Quiet Galaxies"),
    )
}


def held(text: str) -> tuple[Finding, ...]:
    """Check a weekly without figures of a field, and with no report before it."""
    return check(report.parse_report(text), WORLD, report_day=DAY)


@pytest.mark.parametrize("text", [CLINICAL, SKY])
def test_a_weekly_of_another_field_is_read_whole(text: str) -> None:
    """Its day, its window and its entries are read, and nothing is held against it."""
    document = report.parse_report(text)
    assert document.day == DAY
    assert document.since
    assert document.entries
    assert held(text) == ()


@pytest.mark.parametrize(
    ("text", "old", "new", "code"),
    [
        (CLINICAL, "(11. März 2026)", "(13. März 2026)", "v1-date"),
        (CLINICAL, "(10. März 2026)", "(2. März 2026)", "date"),
        (CLINICAL, "studien/schichtdicke).", "studien/schichtdicke). Companion: [Heft](https://klinik.example.org/2026/03).", "index-link"),
        (SKY, "Galaxies (2026-03-13)", "Galaxies (2026-03-11)", "v1-date"),
        (SKY, "[Dust Lanes in Quiet Galaxies (2026-03-13)](https://arxiv.org/abs/2603.91002)", "[the mirror](https://sky.example.org/notes/mirror)", "twice"),
        (SKY, "### 1.", "### 2.", "count"),
    ],
)  # fmt: skip
def test_a_defect_in_it_is_found(text: str, old: str, new: str, code: str) -> None:
    """Dates in other words, entries without numbers, and rows of a table are held like any other."""
    assert old in text
    assert code in {one.code for one in held(text.replace(old, new, 1))}
