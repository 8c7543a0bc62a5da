"""Make the pull request's text of a published report: its own words, in the order of a reviewer. Pure."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scout.reports.document import parse_report
from scout.reports.scaffold import LINE_ENDS
from scout.text import inline

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.reports.document import Document

_MARKS = re.compile(r"^\s*#{1,6}\s*|<!--[^<>]*-->")
_COUNTED = re.compile(r": (\d{1,5})$")


def pull_request(text: str, *, checked: str, sound: bool) -> str:
    """Return the pull request's text. `checked` is what `scout check` found, in words; `sound`: nothing that must be mended."""
    document, lines = parse_report(text), LINE_ENDS.split(text)
    parts = [
        "## Summary",
        ". ".join(filter(None, (_words(lines, 1 + _title(lines)), _labelled(document, lines, "run type")))),
        *_sections(document, lines),
        f"**Additional context:** {_context(document)}.",
    ]
    if observations := _observations(document, lines):
        parts += ["**Cross-cutting observations**", observations]
    if caveat := _labelled(document, lines, "methodology caveat"):
        parts.append(f"**Methodology caveat:** {caveat}")
    parts += ["## Test plan", "\n".join(_test_plan(document, checked, sound=sound))]
    return "\n\n".join(parts) + "\n"


def _title(lines: Sequence[str]) -> int:
    return next((place for place, line in enumerate(lines) if line.lstrip("\ufeff ").startswith("# ")), 0)


def _words(lines: Sequence[str], number: int) -> str:
    """Return a heading's Markdown without its marks and comments."""
    return _MARKS.sub("", lines[number - 1].removeprefix("\ufeff")).strip() if number <= len(lines) else ""


def _labelled(document: Document, lines: Sequence[str], label: str) -> str:
    """Return the Markdown after a label of the head, to the end of its paragraph or the next label."""
    for line in (*document.section("head"), *document.section("methodology")):
        if line.label.lower() == label:
            paragraph = [lines[line.line - 1].partition(":")[2].lstrip("* ")]
            for words in lines[line.line :]:
                if not words.strip() or words.startswith("**"):
                    break
                paragraph.append(words.strip())
            return " ".join(paragraph).strip()
    return ""


def _sections(document: Document, lines: Sequence[str]) -> Iterator[str]:
    """Yield each half's heading and its entries."""
    for letter in dict.fromkeys(entry.section for entry in document.entries):
        heading = next((line for line in document.section(letter) if line.label == "heading" and line.entry is None), None)
        if heading:
            yield f"**{_words(lines, heading.line)}**"
        yield "\n".join(_words(lines, entry.line) for entry in document.entries if entry.section == letter)


def _context(document: Document) -> str:
    """Name the groups around the entries with their counts."""
    counted = []
    for line in document.lines:
        if line.passage.kind == "item" and line.passage.level == 1 and line.section in ("additional", "boundary", "late", "next"):
            found = _COUNTED.search(line.passage.text)
            counted += [f"{inline(line.passage.lead)} {found[1]}"] if found and line.passage.lead else []
    unseen = _unseen(document)
    counted += [f"not seen {len(unseen)}"] if unseen else []
    return ", ".join(counted) or "nothing else in the window"


def _observations(document: Document, lines: Sequence[str]) -> str:
    heading = next((line for line in document.section("crosscutting") if line.label == "heading"), None)
    if heading is None:
        return ""
    end = next((line.line - 1 for line in document.lines if line.label == "heading" and line.line > heading.line), len(lines))
    return "\n".join(lines[heading.line : end]).strip("\n")


def _test_plan(document: Document, checked: str, *, sound: bool) -> Iterator[str]:
    """List what was checked in publishing, and what only a person can look at."""
    done = "x" if sound else " "
    yield f"- [{done}] Every slot is written, and the entries are numbered through; `scout check`: {checked}."
    yield "- [ ] Each Reference opens the thing itself, and its title and date are the entry's."
    if doubtful := [str(entry.number) for entry in document.entries if "date unverified" in entry.heading]:
        yield f"- [ ] The dates flagged *date unverified* are looked up (entries {', '.join(doubtful)})."
    if unseen := _unseen(document):
        yield f"- [ ] The sources not seen are looked at by hand, or left as not seen: {', '.join(map(inline, unseen))}."


def _unseen(document: Document) -> list[str]:
    return list(dict.fromkeys(negative.name for negative in document.negatives if negative.unseen))
