"""Bring a report's references into the order of its entries: one bullet an entry."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.identity import identify
from scout.text import address, inline

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from scout.reports.document import Document, ReportEntry
    from scout.reports.markdown import Link

Rows = list[tuple[int, str]]
"""Lines of a text, each with its number in the draft, or 0."""
_NONE = "No entry, no reference."
_ONLY_LINKS = re.compile(r"[\s·,;.&+]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Bullet:
    """A bullet of the references: the span of its lines, from 0, what it links, and whether it is nothing but links."""

    span: range
    ids: frozenset[str]
    bare: bool
    words: str


def rebuilt(lines: Sequence[str | None], document: Document) -> tuple[Rows, list[str]]:
    """Return the rows with the references rebuilt, and what was left out of them.

    A bullet stands as it is, in its entry's place; an entry without one gets the links of its reference line. A bullet of no
    entry is left out if it is nothing but links, as that of a deleted entry is, and else stands after the others.
    """
    bullets = list(_bullets(lines, document))
    start = _start(lines, document, bullets)
    if start is None:
        return _rows(lines, range(len(lines))), []
    free = list(bullets)
    ordered: Rows = []
    for entry in document.entries:
        own = [bullet for bullet in free if bullet.ids & _ids(entry)]
        free = [bullet for bullet in free if bullet not in own]
        ordered += [row for bullet in own for row in _rows(lines, bullet.span)] or _made(entry)
    ordered += [row for bullet in free if not bullet.bare for row in _rows(lines, bullet.span)]
    spent = {place for bullet in bullets for place in bullet.span}
    spent |= {place for place in range(len(lines)) if ordered and place >= start and (lines[place] or "").strip() == _NONE}
    rest = [place for place in range(start, len(lines)) if place not in spent]
    rows = [*_rows(lines, range(start)), *ordered, *_rows(lines, rest)]
    return rows, [
        f"line {bullet.span.start + 1}: of no entry, left out of the references: {bullet.words}" for bullet in free if bullet.bare
    ]


def _rows(lines: Sequence[str | None], places: Iterable[int]) -> Rows:
    return [(place + 1, words) for place in places if (words := lines[place]) is not None]


def _bullets(lines: Sequence[str | None], document: Document) -> Iterator[_Bullet]:
    """Yield the bullets of the references; one ends where the next begins, or a line that is not indented."""
    for line in document.section("references"):
        passage = line.passage
        if passage.kind != "item" or passage.level != 1:
            continue
        end = line.line
        while end < len(lines) and (lines[end] or "").startswith((" ", "\t")):
            end += 1
        left = passage.text
        for link in passage.links:
            left = left.replace(link.text, "", 1)
        yield _Bullet(
            span=range(line.line - 1, end),
            ids=frozenset(_identified(passage.links)),
            bare=bool(_ONLY_LINKS.fullmatch(left)) and end == line.line,
            words=passage.text[:100],
        )


def _start(lines: Sequence[str | None], document: Document, bullets: Sequence[_Bullet]) -> int | None:
    """Return the place of the first bullet, or where it would stand; None where the report has no references."""
    if bullets:
        return bullets[0].span.start
    heading = next((line for line in document.section("references") if line.label == "heading"), None)
    if heading is None or not document.entries:
        return None
    return next((place for place in range(heading.line, len(lines)) if (lines[place] or "").strip()), len(lines))


def _identified(links: Iterable[Link]) -> Iterator[str]:
    yield from (found for link in links if (found := identify(link.url)))


def _ids(entry: ReportEntry) -> set[str]:
    return set(_identified(entry.references)) or set(_identified(entry.companions))


def _made(entry: ReportEntry) -> Rows:
    """Make the bullet of an entry that a person added, of the links of its reference line."""
    words = " · ".join(f"[{inline(link.text)}]({address(link.url)})" for link in (*entry.references, *entry.companions))
    return [(0, f"- {words}")] if words else []
