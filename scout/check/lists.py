"""Count what a sentence, a heading or a bullet says that it lists: `four releases: a, b, c, d`."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice, takewhile
from typing import TYPE_CHECKING

from scout.check.context import ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.releases import in_words
from scout.reports import prose_dates
from scout.text import shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from scout.reports.sections import Line

_COUNTED = re.compile(
    rf"(?<![~≈\d.–—-])\b(?P<count>{prose_dates.NUMBER})\s+(?P<what>(?:[A-Za-z][\w'’-]{{0,30}}\s){{0,4}}[A-Za-z-]{{2,30}}s)\b(?P<rest>[^.;:()—–]{{0,60}}?)"
    r"\s?(?P<opens>[:(—–])\s",
    re.IGNORECASE,
)
_HERE = r"(?:\s(?:this (?:week|time|month|window)|in (?:all|total|the window)|so far|here|above|below|today))?"
_COUNTED_BRACKET = re.compile(
    rf"(?<![~≈\d.–—-])\b(?P<count>{prose_dates.NUMBER})\s+(?P<what>(?:[A-Za-z][\w'’-]{{0,30}}\s){{0,4}}[A-Za-z-]{{2,30}}s){_HERE}\s\((?P<list>[^()]{{3,600}})\)",
    re.IGNORECASE,
)
_UNITS = re.compile(
    r"\b(?:days?|weeks?|months?|years?|hours?|minutes?|seconds?|times|GPUs?|nodes|tokens|bits|bytes|points|stars|upvotes|layers|agents)$",
    re.IGNORECASE,
)
"""What is measured rather than listed."""
_OPEN = re.compile(
    r"\b(?:etc|e\.g|such as|including|among (?:others|them)|and (?:more|others)|like|notably|incl|mostly|plus)\b|…", re.IGNORECASE
)
_LETTER = re.compile(r"(?<!\w)\(([a-h]|[1-9]|i{1,3}|iv|v)\)\s")
_SEPARATOR = re.compile(r",\s+(?:and\s+|or\s+)?|\s·\s|\s/\s|;\s+(?:and\s+)?")
_AND = re.compile(r"\s(?:and|&|\+)\s")
_NAME = re.compile(
    r"[`“\"'*]{0,3}(?:#\d{1,7}|v?\d[\w.+-]{0,40}|(?:\w{0,20}[A-Z]|[\w-]{0,20}\d)[\w.×&'’/+-]{0,60}(?:\s[\w.×&'’/+-]{1,40}){0,4})(?:\s\([^()]{0,80}\))?[`”\"'*]{0,3}"
)
_PLAIN = re.compile(r"[#v]?\d[\w.+-]{0,40}")
_OF = re.compile(
    rf"\b(?P<some>{prose_dates.NUMBER})\s+(?:out\s+)?of\s+(?:the\s+|our\s+|these\s+|this (?:week|report)['’]s\s+)?"
    rf"(?P<all>{prose_dates.NUMBER})\s+"
    r"(?:numbered\s+|primary\s+|top\s+)?(?:entries|picks)\b",
    re.IGNORECASE,
)
_ALL = re.compile(
    rf"\b(?:all|these|across (?:the|all)|(?:this|the) (?:week|report|issue)['’]s)\s+(?P<all>{prose_dates.NUMBER})\s+"
    r"(?:numbered\s+|top\s+)?(?:entries|picks)\b",
    re.IGNORECASE,
)
_SOME = re.compile(
    rf"\b(?:the|our)\s+(?P<all>{prose_dates.NUMBER})\s+(?:numbered\s+|top\s+)?(?:entries|picks)\s+"
    r"(?:above|below|here|in this report)\b",
    re.IGNORECASE,
)
"""These may be a part of the entries, never more."""
_BY_LETTER = re.compile(
    rf"\b(?P<count>{prose_dates.NUMBER})\s+(?:entries\s+)?(?:in|under|for)\s+(?:section\s+)?(?P<section>[A-Z]['’′]?)(?![\w'’′])"
    rf"|\b(?:section\s+)?(?P<section2>[A-Z]['’′]?):\s?(?P<count2>{prose_dates.NUMBER})(?=\s*(?:[,;)]|entries|and\b|$))"
)
_IN_HEADING = re.compile(rf"\(\s?({prose_dates.NUMBER})\s(?:items|papers|posts|things|links)\s?\)", re.IGNORECASE)
_MOST = 40
"""Numbers of one line that are held against lists."""
_EARLIER = re.compile(r"\b(?:prior|previous|last|earlier)\b[^.;]{0,30}$", re.IGNORECASE)


def enumerated(case: ReportContext) -> Iterator[Finding]:
    """Hold a number before a list against the list: of names, of letters in brackets, of bullets beneath."""
    lines = case.document.lines
    for place, line in enumerate(lines):
        if line.section in ("references", "testplan", "negatives", "unseen"):
            continue
        text = line.passage.text
        for found in islice(_COUNTED_BRACKET.finditer(text), _MOST):
            yield from _held(line, found, _names(found["list"]))
        for found in islice(_COUNTED.finditer(text), _MOST):
            if found["opens"] != "(":
                rest = re.split(r"(?<=[\w)])[.!?](?:\s|$)", text[found.end() : found.end() + 1200])[0]
                lettered = len(dict.fromkeys(_LETTER.findall(rest)))
                listed = (
                    (lettered, lettered) if lettered > 1 else _names(rest.split(" — ")[0] if found["opens"] in "—–" else rest)
                )
                yield from _held(line, found, listed)
        if text.rstrip().endswith(":") and (above := list(_COUNTED.finditer(f"{text.rstrip()[-400:]} "))):
            bullets = _beneath(line, lines[place + 1 :])
            yield from _held(line, above[-1], (bullets, bullets) if bullets > 1 else None)


def _beneath(line: Line, following: Sequence[Line]) -> int:
    """Count the bullets right below a line, one level deeper."""
    level = line.passage.level + 1 if line.passage.kind == "item" else 1
    below = takewhile(lambda one: one.passage.kind == "item" and one.passage.level >= level, following)
    return sum(one.passage.level == level for one in below)


def _names(text: str) -> tuple[int, int] | None:
    """Return how many names a list may have, at least and at most; None if it is no plain list of two names or more."""
    if _OPEN.search(text):
        return None
    parts = [part.strip() for part in _SEPARATOR.split(text.strip(" .")) if part.strip()]
    if len(parts) < 2 or not all(_NAME.fullmatch(part) or all(map(_NAME.fullmatch, _AND.split(part))) for part in parts):
        return None
    joined = sum(len(_AND.findall(part)) for part in parts)
    plain = joined == 1 and all(_PLAIN.fullmatch(name) for name in _AND.split(parts[-1]))  # `v1.1, v1.2 and v1.3` are three
    return len(parts) + plain, len(parts) + joined


def _held(line: Line, found: re.Match[str], listed: tuple[int, int] | None) -> Iterator[Finding]:
    stated = prose_dates.count(found["count"])
    if listed is None or stated is None or stated < 2 or _UNITS.search(found["what"]) or listed[0] <= stated <= listed[1]:
        return
    versions = len(in_words(line.passage.text[found.start() : found.end() + 600])) >= listed[0]
    counted = str(listed[0]) if listed[0] == listed[1] else f"{listed[0]} or {listed[1]}"
    yield flag(
        Severity.ERROR if versions or found["what"].split()[-1].lower() in ("releases", "tags", "entries") else Severity.WARNING,
        line,
        shorten(line.passage.text[found.start() : found.end() + 120], 160),
        f"the list has {counted}",
        "",
        "correct the count, or the list",
    )


def parts(case: ReportContext) -> Iterator[Finding]:
    """Hold `N of M entries`, `all M entries` and `5 in A` against the entries, a count in a list's heading against the list."""
    held = Counter(entry.section for entry in case.document.entries)
    whole, main = len(case.document.entries), sum(len(entry.section) == 1 for entry in case.document.entries)
    if not whole:
        return
    for line in case.document.lines:
        text = line.passage.text
        for found in (*_OF.finditer(text), *_ALL.finditer(text)):
            stated = prose_dates.count(found["all"])
            if stated not in (whole, main, *held.values()) and not _EARLIER.search(text[: found.start()]):
                yield flag(Severity.ERROR, line, found[0], f"the report has {whole} entries", "", "correct the count")
        for found in _SOME.finditer(text):
            if (prose_dates.count(found["all"]) or 0) > whole:
                yield flag(Severity.ERROR, line, found[0], f"the report has {whole} entries", "", "correct the count")
        for found in _BY_LETTER.finditer(text) if line.section == "head" else ():
            section = (found["section"] or found["section2"]).replace("’", "'").replace("′", "'")
            stated = prose_dates.count(found["count"] or found["count2"])
            if section in held and stated != held[section]:
                yield flag(Severity.ERROR, line, found[0], f"section {section} has {held[section]}", "", "correct the count")
    yield from _headings(case)


def _headings(case: ReportContext) -> Iterator[Finding]:
    lines = case.document.lines
    for place, heading in enumerate(lines):
        found = _IN_HEADING.search(heading.text) if heading.label == "heading" and heading.entry is None else None
        if not found or len(heading.section) == 1:
            continue
        below = list(takewhile(lambda line: line.label != "heading", lines[place + 1 :]))
        own = [line for line in below if line.section == heading.section]
        bullets = [sum(line.passage.kind == "item" and line.passage.level == 1 for line in part) for part in (own, below)]
        links = sum(len(line.links) for line in own)
        if bullets[1] and prose_dates.count(found[1]) not in (*bullets, links):
            counted = f"it has {bullets[0]} bullets and {links} links"
            yield flag(Severity.ERROR, heading, found[0], counted, "", "correct the count")
