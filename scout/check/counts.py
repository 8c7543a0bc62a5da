"""Check what a report says of itself: its number of entries, entry numbers, length of window."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from scout.check import fixes, lists
from scout.check.context import ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.identity import identify
from scout.reports import prose_dates
from scout.reports.pointers import pointers
from scout.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.reports.document import ReportEntry
    from scout.reports.sections import Line

_N = rf"({prose_dates.NUMBER})"
_VERBS = r"expanded to|kept|selected|cut to|grew to|trimmed to|ended (?:up )?(?:with|at)|settled on"
_KEPT = re.compile(
    rf"\b(?:{_VERBS})\s+{_N}(?!\s*(?:months?|days?|weeks?|%))"
    rf"|(?<![~≈\d–—−-])\b{_N}\s+(?:numbered |top |primary |full |main )?(?:entries|picks|kept)\b(?!\s*(?:target|wanted))",
    re.IGNORECASE,
)
_TARGET = re.compile(
    r"\btarget(?:s|ed|ing)?\b[\s:]{0,3}(?:(?:was|is|of|for)\s)?\s?[~≈]?\s?[\d–—−-]{0,9}(?:to )?$|[~≈]\s?$", re.IGNORECASE
)
_IN_SECTION = re.compile(
    rf"\(\s*{_N}\s+(?:entries|items|papers|posts|picks)?\s*\)|[—–:-]\s*{_N}\s+(?:entries|items|papers|picks)\b", re.IGNORECASE
)
_BY_SECTION = re.compile(rf"\bsection ([A-Z]'?)\s*\(\s*{_N}\s+(?:entries|items|papers)\s*\)", re.IGNORECASE)
_DAYS = re.compile(rf"\b{_N}[\s-]days?\b(?=\s+(?:window|horizon|following)|\s*\)|,)|\bpast {_N}[\s-]days?\b", re.IGNORECASE)
_WEEKS = re.compile(rf"\b{_N}[\s-]weeks?\b(?=[\s-]+(?:run|window|horizon|report|catch|span))", re.IGNORECASE)


def count(case: ReportContext) -> Iterator[Finding]:
    """Count what the report says of its own size: entries kept, entries of a section, days of the window, references.

    `expanded to 9` may count all entries or those of sections A and B. Entry numbers run from 1 without gap or repeat; each entry
    has its bullet in the references; an `entry #N` that is pointed to exists. A number before a list of names, of letters in
    brackets or of bullets is the list's (`six tags: …`), and so are `N of M entries` and `5 in A`: a warning where it is of names
    alone.
    """
    yield from _kept(case)
    yield from _sections(case)
    yield from _spans(case)
    yield from _numbering(case)
    yield from _pointers(case)
    yield from _references(case)
    yield from lists.enumerated(case)
    yield from lists.parts(case)


def _kept(case: ReportContext) -> Iterator[Finding]:
    entries = case.document.entries
    whole, main = len(entries), sum(len(entry.section) == 1 for entry in entries)
    for line in case.document.section("head"):
        for found in _KEPT.finditer(line.passage.text):
            stated = _stated(found)
            if stated is None or stated in (whole, main) or _TARGET.search(line.passage.text[: found.start()][-40:]):
                continue
            counted = f"{whole}" if whole == main else f"{main} in A and B, {whole} in all"
            wrong = flag(Severity.ERROR, line, found[0], f"the body has {counted}", "", "correct the count")
            yield replace(wrong, fix=fixes.of_count(found[0], whole)) if whole == main else wrong


def _stated(found: re.Match[str]) -> int | None:
    return prose_dates.count(next(word for word in found.groups() if word))


def _sections(case: ReportContext) -> Iterator[Finding]:
    held = Counter(entry.section for entry in case.document.entries)
    for line in case.document.lines:
        if line.label == "heading" and line.entry is None and line.section in held:
            stated = [
                (line.section, found[0], next(word for word in found.groups() if word))
                for found in _IN_SECTION.finditer(line.text)
            ]
        else:
            stated = [(found[1].upper(), found[0], found["n"]) for found in _BY_SECTION.finditer(line.text)]
        for section, words, number in stated:
            if prose_dates.count(number) not in (None, held[section]):
                wrong = flag(
                    Severity.ERROR, line, words.strip(), f"section {section} has {held[section]}", "", "correct the count"
                )
                yield replace(wrong, fix=fixes.of_count(words.strip(), held[section]))


def _spans(case: ReportContext) -> Iterator[Finding]:
    if case.window is None:
        return
    for line in case.document.lines:
        heading = line.label == "heading" and line.entry is None
        if not heading and not (
            line.section == "head" and re.search(r"horizon|window|run type", line.passage.text, re.IGNORECASE)
        ):
            continue
        for pattern, length in ((_DAYS, 1), (_WEEKS, 7)):
            for found in pattern.finditer(line.passage.text):
                stated = _stated(found) or 0
                if abs(stated * length - case.window.days) > (0 if length == 1 else 2) and not _rough(line, found.start()):
                    yield flag(
                        Severity.ERROR,
                        line,
                        found[0],
                        f"{case.window.since} to {case.window.until} is {case.window.days} days",
                        "",
                        "correct one of the two",
                    )


def _rough(line: Line, at: int) -> bool:
    return bool(
        re.search(r"[~≈]\s*$|\b(?:prior|previous|last|usual|normal)\b[^.;]{0,20}$", line.passage.text[:at], re.IGNORECASE)
    )


def _numbering(case: ReportContext) -> Iterator[Finding]:
    for place, entry in enumerate(case.document.entries, 1):
        if entry.number != place:
            before = [other.number for other in case.document.entries[: place - 1]]
            wrong = f"{entry.number} stands twice" if entry.number in before else f"it is the {place}th entry"
            yield flag(Severity.ERROR, entry, f"entry {entry.number}: {entry.title}", wrong, "", "number the entries through")
            return


def _pointers(case: ReportContext) -> Iterator[Finding]:
    numbers = {entry.number for entry in case.document.entries}
    if not numbers:
        return
    for line in case.document.lines:
        text = line.passage.text
        for found in pointers(text):
            for number in (int(word) for word in re.findall(r"\d+", found[0])):
                if number not in numbers:
                    yield flag(Severity.ERROR, line, found[0], f"the entries are 1 to {max(numbers)}", "", "correct the number")
            if (number := int(found[1])) in numbers and not found[2] and (other := _meant(case, text[: found.start()], number)):
                called = f"{_last_words(text[: found.start()])} (entry {number})"
                yield flag(Severity.WARNING, line, called, f"entry {other.number} is “{other.title}”", "", "correct the number")


def _meant(case: ReportContext, before: str, number: int) -> ReportEntry | None:
    """Return the one other entry whose title has the name before a reference, if the entry referred to lacks it."""
    if not before.endswith("("):
        return None
    names = {fold(name) for name in re.findall(r"\b(?=\w*[A-Z])\w[\w.]{2,}", _last_words(before))}
    pointed = next(entry for entry in case.document.entries if entry.number == number)
    words = set(
        re.findall(
            r"\w[\w.]{2,}", fold(f"{pointed.heading} {pointed.prose} {' '.join(link.text for link in pointed.references)}")
        )
    )
    if not names or names & words:
        return None
    others = [entry for entry in case.document.entries if names & set(re.findall(r"\w[\w.]{2,}", fold(entry.title)))]
    return others[0] if len(others) == 1 else None


def _last_words(before: str) -> str:
    """Return the two words before an opening bracket."""
    return " ".join(before.rstrip("( ").split()[-2:])


def _references(case: ReportContext) -> Iterator[Finding]:
    bullets = [line for line in case.document.section("references") if line.passage.kind == "item" and line.passage.level == 1]
    if not bullets:
        return
    listed = {identify(link.url) for line in case.document.section("references") for link in line.links}
    missing = [mention for mention in case.headings if mention.ids and not listed & set(mention.ids)]
    if len(missing) > 3:
        gap = f"{len(missing)} of {len(case.headings)} entries have no bullet: {', '.join(str(one.entry) for one in missing)}"
        yield flag(Severity.WARNING, bullets[0], "References, one bullet an entry", gap, "", "add them to the references")
        return
    for mention in missing:
        yield flag(
            Severity.WARNING,
            mention,
            mention.title,
            "no bullet of the references has it",
            mention.ids[0],
            "add it to the references",
        )
