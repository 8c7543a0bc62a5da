"""Check the text for broken markup, traces of tools, and empty slots."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING

from scout.check import fixes
from scout.check.context import ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.text import fold, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.reports.document import ReportEntry

_CODE = re.compile(r"(?<!`)(`+)(?!`).{0,2000}?(?<!`)\1(?!`)")
_TALK = (
    r"(?i)\b(?:as an AI (?:language )?model|I['’]m sorry, (?:but )?I|I (?:cannot|can['’]t|could not|was unable to)"
    r" (?:access|browse|open|verify)|my (?:knowledge cutoff|training data))\b"
)
_STRAY = tuple(
    (what, severity, re.compile(pattern))
    for what, severity, pattern in (
        ("an empty link", Severity.ERROR, r"(?<!\\)\[\s*\]\([^)]{0,2000}\)|(?<!\\)\[[^\]\[]{0,1000}\]\(\s*\)"),
        (
            "a link without its closing bracket",
            Severity.ERROR,
            r"(?<!\\)\]\(https?://[^\s()]*(?:\([^\s()]*\)[^\s()]*)*(?=\s|$)(?!\s+[\"'(])",
        ),
        ("a link that is not one", Severity.ERROR, r"(?<!\\)\]\s{1,9}\(https?://[^)]{0,2000}\)"),
        (
            "a trace of a tool",
            Severity.WARNING,
            r"【[^】]{0,200}】|:contentReference\[|oaicite|(?<![A-Za-z])(?:cite)?turn\d+(?:search|view|news|fetch|file)\d+",
        ),
        (
            "a trace of a tool",
            Severity.WARNING,
            _TALK,
        ),
        (
            "an address that opens nowhere",
            Severity.ERROR,
            r"(?i)(?<=[^\\]\]\()(?:sandbox|file|attachment|about|javascript|data|blob):[^)\s]{0,300}",
        ),
        ("a footnote's mark that leads nowhere", Severity.WARNING, r"(?<!\\)\[\^[^\]\s]{1,40}\](?!:)"),
        ("a link that leads nowhere", Severity.WARNING, r"(?<![\w\\)])\[[^\]\[]{2,300}\]\[[^\]\[]{1,100}\]"),
        ("a line end that was written out", Severity.WARNING, r"\\n(?=\\n|[\s#*-]|[A-Z][a-z]|$)"),
        ("a comment that does not end", Severity.ERROR, r"<!--"),
        (
            "a trace of a tool",
            Severity.WARNING,
            r"utm_source=(?:chatgpt|openai|perplexity)[\w.]*|</?(?:cite|artifact|thinking)\b[^>]{0,500}>",
        ),
        (
            "HTML",
            Severity.WARNING,
            r"(?<!\\)</?[A-Za-z][\w:.-]{0,60}(?:\s[^<>]{0,500})?/?>",
        ),
        ("a template's own marks", Severity.WARNING, r"\{\{.{0,200}?\}\}|\{%.{0,200}?%\}|\$\{\w+\}"),
        ("an HTML entity", Severity.WARNING, r"(?i)(?<!\\)&(?:amp|lt|gt|quot|nbsp|#\d+|#x[0-9a-f]+);"),
        ("a conflict mark", Severity.ERROR, r"^(?:<{7}|>{7}|={7})(?:\s|$)"),
    )
)
_TO_DEFINE = ("a footnote's mark that leads nowhere", "a link that leads nowhere")
_DEFINED = re.compile(r"\s{0,3}\[([^\]\[]{1,100})\]:")
_BLOCK = re.compile(r"\s*(?:[-*+] |\d+[.)] |#)")
_ADDRESS = re.compile(r"(?<=\]\()[^()\s]{0,3000}(?=\))")
_BOLD = re.compile(r"(?<!\\)\*\*")
_SLOT = re.compile(
    r"(?:\W*(?:todo|tbd|tba|fixme|to be (?:written|filled|added|done)|fill (?:me|this|in)|slot|placeholder)\b.*"
    r"|[\s_…—–.?*()\[\]<>-]*)",
    re.IGNORECASE | re.DOTALL,
)
_MARKED = re.compile(r"(?i:\[(?:TODO|TBD|TBA|slot|fill in)\b[^\]]{0,500}\])|\b(?:TODO|FIXME)\b|‹[^‹›]*›")
"""What marks a slot inside a sentence; a price that is TBD is what a source says."""


def markup(case: ReportContext) -> Iterator[Finding]:
    """Find markup that a reader would see: empty or unclosed links, any HTML tag, bold that does not end, traces of tools.

    What stands in code is left alone, and so are comments and addresses in angle brackets.
    """
    starts = [line.line for line in case.document.lines]
    for number, what, severity, words in _strays(case):
        before = bisect_right(starts, number)
        yield Finding(
            line=number,
            code="",
            severity=severity,
            claim=shorten(words, 100),
            evidence=what,
            advice="take it out",
            entry=case.document.lines[before - 1].entry if before else None,
            fix=fixes.of_tracking(case.document.source[number - 1], words) if words.startswith("utm_") else None,
        )


def _strays(case: ReportContext) -> Iterator[tuple[int, str, Severity, str]]:
    source = case.document.source
    defined = {fold(found[1]) for line in source if (found := _DEFINED.match(line))}
    odd = _odd_paragraphs(source)
    fenced = 0
    for number, line in enumerate(source, 1):
        if re.match(r"\s*(?:```|~~~)", line):
            fenced = 0 if fenced else number
        elif not fenced:
            bare = _CODE.sub("code", line)
            text = _ADDRESS.sub(lambda link: re.sub(r"&\w*;", "", link[0]), bare)  # an address may have what looks like an entity
            taken: set[int] = set()
            for what, severity, pattern in _STRAY:
                for mark in pattern.finditer(text):
                    if mark.start() not in taken and not (
                        what in _TO_DEFINE and fold(mark[0][:-1].rpartition("[")[2]) in defined
                    ):
                        yield number, what, severity, mark[0]
                    taken.add(mark.start())
            if number in odd and len(_BOLD.findall(bare)) % 2:
                yield number, "bold that does not end", Severity.WARNING, "**"
    if fenced:
        yield fenced, "a code block that does not end", Severity.WARNING, source[fenced - 1]


def _odd_paragraphs(lines: Sequence[str]) -> set[int]:
    """Return the numbers of the lines whose paragraph has an odd number of bold marks; bold may span lines."""
    odd: set[int] = set()
    paragraph: list[int] = []
    for number, line in enumerate((*lines, ""), 1):
        if paragraph and (not line.strip() or _BLOCK.match(line)):
            if len(_BOLD.findall(_CODE.sub("code", "\n".join(lines[one - 1] for one in paragraph)))) % 2:
                odd.update(paragraph)
            paragraph = []
        paragraph += [number] if line.strip() else []
    return odd


def empty_slot(case: ReportContext) -> Iterator[Finding]:
    """Find what a draft leaves to its writer and nobody wrote: an empty summary, novelty or impact, a placeholder."""
    for entry in case.document.entries:
        yield from _entry_slots(entry)
    for line in case.document.lines:
        words = line.text or line.label  # a label with bullets of its own is no slot
        empty = line.section == "crosscutting" and line.label != "heading" and _SLOT.fullmatch(words)
        if line.entry is None and (empty or _MARKED.search(line.text)):
            yield flag(
                Severity.WARNING,
                line,
                line.text or "an empty bullet",
                "a slot that nobody filled",
                "",
                "write it, or take it out",
            )


def _entry_slots(entry: ReportEntry) -> Iterator[Finding]:
    for label in dict.fromkeys(line.label for line in entry.lines):
        first = next(line for line in entry.lines if line.label == label)
        text = entry.text(label)
        if label in ("summary", "novelty", "impact", "runtime", "why") and (_SLOT.fullmatch(text) or _MARKED.search(text)):
            yield flag(
                Severity.WARNING,
                first,
                f"{label}: {text}".strip(": "),
                "a slot that nobody filled",
                "",
                "write it, or take it out",
            )
