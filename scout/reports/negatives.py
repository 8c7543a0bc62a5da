"""Parse the negatives of a report: names that it says had nothing new, or could not be read. No I/O.

`Vendors: A, B (last post Apr 3); labs: C`, `A: nothing in window`, `Labs (A, B): none`, `no posts from A, B or C`,
`Nothing relevant at: A / B / C`, `A — only the release above`. A statement that is neither a list nor a predicate is prose and
denies nothing; one that looks like a list but whose parts are no names is kept as `Unread`.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.reports import prose_dates, sections

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from scout.reports.sections import Line

LONGEST = 100
"""Characters of a name."""
_MOST_WORDS = 9
_STATEMENTS = re.compile(r";\s+|(?<=[\w)])\.\s++(?=[A-Z])|(?<!\s)\s++·\s+")
_COMMA = re.compile(r",\s+")
_LEAD = re.compile(r"(?<![\s:])(?::|\s?[—–])\s+(?=\S)")
_SPACED = re.compile(r"(?<=\S) / (?=\S)")
_TIGHT = re.compile(r"[A-Z][\w.&+' -]{0,40}(?:/\w[\w.&+' -]{0,40}){2,40}")
_NO = r"(?:nothing|none|no|zero|neither|nil|not (?:a|one)(?: single)?)\b"
_NOTHING = re.compile(rf"(?:there (?:was|were|is|are) )?(?:checked|{_NO})\s*", re.IGNORECASE)
_DENIED = rf"(?:there (?:was|were|is|are) )?(?:{_NO}|(?:all )?(?:quiet|silence)\b)[^,;:]{{0,80}}?\b"
_ANY = r"\s+(?:the |any of (?:the )?|either )?"
_FROM = re.compile(
    rf"{_DENIED}(?:from|by|out of){_ANY}"
    rf"|{_NO}(?: new| further| tagged)? (?:releases?|tags?|versions?|posts?|updates?|news|commits?|signs?) of{_ANY}",
    re.IGNORECASE,
)
_AT = re.compile(rf"{_DENIED}(?:at|on){_ANY}", re.IGNORECASE)
_PART = re.compile(r"(?:,\s+)?(?<!\s)\s++(?:and|or|nor)\s+(?:at|on|from|by|in)\s+(?:the\s+)?", re.IGNORECASE)
"""Joins names of which each has its own preposition: `at A or on B`."""
_OF_ALL = re.compile(
    r"(?:neither|none of|not one of|no one at)\s+(?:the\s+)?(?P<names>[^;:]{2,600}?)\s+"
    r"(?:posted|published|shipped|released|announced|had|has|have|showed|shows|moved|reported|brought|put|said)\b",
    re.IGNORECASE,
)
_SWEPT = re.compile(
    r"(?<!\s)\s++(?:and |but |all )?(?:(?:came|turned) (?:up |back )?(?:empty|nothing)\b(?!\s*:)"
    r"|without (?:any )?(?:result|finding|hit|news)s?\b(?!\s*:)"
    r"|(?:found|gave|yielded|brought|returned|produced) (?:nothing|none|no \w{1,20})(?=\s*(?:$|[.,;]|new|in|this)))",
    re.IGNORECASE,
)
"""How `A sweep of A, B and C came up empty` ends, and how it begins."""
_SWEEP = re.compile(
    r"(?:(?:an?|our|the|we|also|checked|searched|scanned|swept|read|looked|visited|sweep|scan|check|search|look|of|at|through|over)\s+){1,5}",
    re.IGNORECASE,
)
_EACH = re.compile(r",\s++(?:and\s+|or\s+)?|(?<!\s)\s++(?:and|or|nor|&)\s+")
_STILL = (
    r"(?:quiet|silent|unchanged|dormant|inactive|empty)\b"
    r"(?=\s*(?:$|[,;.()]|(?:in|on|throughout|altogether|this|since|during|for|all|again|over)\b))"
)
_QUIET = re.compile(
    rf"(?:(?:all|both|each|also|again|still|were|was|are|is)\s+){{0,3}}(?:{_NO}|checked\b|{_STILL})", re.IGNORECASE
)
_REMARK = re.compile(
    r"(?:only|last|latest|newest|most recent|unchanged|still|same|the (?:last|latest|newest|only))\b|v?\d", re.IGNORECASE
)
_DENIAL = re.compile(
    r"(?<!\s)\s++(?:(?:had|have|has|published|posted|showed|shows|shipped|released|announced|were|was|are|is|did|gave|stayed|went|remained)\s+"
    rf"(?:(?:all|both|again|also|still|otherwise|each)\s+){{0,3}}(?:{_NO}|not\b|quiet|silent|unchanged|dormant|inactive|empty|checked|searched"
    r"|scanned)|nothing\b|none\b|had a quiet (?:week|fortnight|window)|stayed (?:quiet|silent))",
    re.IGNORECASE,
)
_VERB = re.compile(
    r"\b(?:is|are|was|were|has|had|have|did|does|do|will|would|can|could|may|might|published|posted|shipped|released|announced|showed"
    r"|reads?|says?|reports?|adds?|lists?|moved|fell|landed|appeared|remains?)\b"
)
_BUT = re.compile(
    r"\b(?:only|other than|besides|apart from|aside from|except(?: for)?|excluding|beyond)\b(?P<rest>.*)", re.IGNORECASE
)
_NOT_READ = re.compile(
    r"\bnot (?:yet )?(?:searched|read|checked|reached|reachable|seen|asked|accessible|available)\b"
    r"|\bcould(?:n't| not)\b|\bunreachable\b|\bblocked\b|\b(?:403|429|5\d\d)\b|\btimed? ?out\b",
    re.IGNORECASE,
)
_TOPICAL = re.compile(
    r"(?:\b|-)(?:relevant|related|specific|focus+ed|centric)\b|\bon[- ]topic\b|\bin[- ]scope\b"
    r"|\bof (?:note|interest|relevance)\b",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\(([^()]*(?:\([^()]*\)[^()]*)*)\)\s*$")
_NO_NAME = re.compile(
    r"(?:all |both |the )?(?:others?|rest|remaining|else|everything else|etc|and more|more|in[- ]window|in (?:the )?window|new"
    r"|checked|searched|came up empty|can be stated|noted|found|applicable|this week)\.?",
    re.IGNORECASE,
)


_PERIOD = (
    r"(?:this (?:week|fortnight|window|period)|(?:in|during|inside|within) (?:the|this) (?:window|week|period)"
    r"|these (?:two|three) weeks)\b"
)
_NAME = r"[A-Z][\w.&/+-]{1,30}(?:\s[A-Z0-9][\w.&/+-]{0,30}){0,3}"
_NAMES = rf"(?P<names>{_NAME}(?:, {_NAME}){{0,9}}(?:,? (?:and|or|nor) {_NAME})?)(?: blog| engineering)?"
_WHAT = r"(?:posts?|releases?|updates?|news|papers?|announcements?|activity|tags?|versions?)"
_NONE = rf"(?:[Nn]othing|[Nn]o (?:\w{{1,20}} )?{_WHAT})(?: new)?"
_ASIDES = (
    re.compile(rf"\b[Nn]o (?:new |further )?{_NAMES} {_WHAT} {_PERIOD}"),
    re.compile(rf"\b{_NONE} (?:from|at|on|by|of|out of) (?:the )?{_NAMES} {_PERIOD}"),
    re.compile(
        rf"\b{_NAMES} (?:was|were|stayed|remained|went|has been|have been) (?:all |both |again )?(?:quiet|silent|dark) {_PERIOD}"
    ),
    re.compile(rf"\b[Tt]h(?:e|is) (?:week|window) (?:saw|brought|had) {_NONE} (?:from|by|at) (?:the )?{_NAMES}"),
    re.compile(rf"\b{_NAMES} (?:published|posted|released|shipped|had|tagged) {_NONE} {_PERIOD}"),
)
"""Sentences of any section that say that a name had nothing in the window."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Negative:
    """A source name, as written, that the report lists as having nothing new (`unseen`: as unreadable).

    `remark` is what stands beside the name (`last post Apr 3`). `topical`: only what is relevant is denied. `but`: the report
    excepts something, often what it tells elsewhere (`only the release above`).
    """

    name: str
    group: str
    line: int
    unseen: bool = False
    remark: str = ""
    topical: bool = False
    but: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A part of the negatives that is no name: its text and its line."""

    text: str
    line: int


def parse(lines: Iterable[Line]) -> tuple[tuple[Negative, ...], tuple[Unread, ...]]:
    """Return the negatives in a report's lines, and what among them could not be read."""
    found = [one for line in lines if line.section in ("negatives", "unseen") and line.label != "heading" for one in _line(line)]
    return tuple(one for one in found if isinstance(one, Negative)), tuple(one for one in found if isinstance(one, Unread))


def asides(lines: Iterable[Line]) -> Iterator[Negative]:
    """Yield what sentences of other sections deny: `no Larder releases this week`."""
    for line in lines:
        if line.section not in ("negatives", "unseen", "references", "testplan") and line.label not in ("heading", "reference"):
            for found in (one for pattern in _ASIDES for one in pattern.finditer(line.passage.text)):
                topical = bool(_TOPICAL.search(found[0]))
                for name in _EACH.split(found["names"]):
                    yield Negative(name=name, group="", line=line.line, remark=found[0], topical=topical)


def _line(line: Line) -> Iterator[Negative | Unread]:
    unseen = line.section == "unseen"
    context = f"{line.group} {line.label}"
    label = "" if sections.section_of(line.label) in ("negatives", "unseen") else line.label
    group = label or line.group
    if line.label and _NOTHING.match(line.text) and not _from(line.text):
        listed = re.search(r"\((?!checked|nothing|no )([^()]+)\)", line.passage.text[: line.start])
        if listed or label:
            names = listed[1].split(", ") if listed else [label]
            yield from _named(names, group if listed else line.group, line.text, context, line.line, unseen=unseen)
            return
        if re.fullmatch(r"(?:none|nothing)\b[^,;:]{0,40}", line.text, re.IGNORECASE):
            return
    if label and not unseen and _QUIET.match(line.text) and not _from(line.text):
        yield from _named([label], line.group, line.text, context, line.line, unseen=False)
        return
    if label and unseen:
        yield from _named([label], line.group, line.text, context, line.line, unseen=True)
        return
    if label and _REMARK.match(line.text) and not _outside(line.text, _COMMA)[1:]:
        yield from _named([label], line.group, line.text, context, line.line, unseen=unseen)
        return
    spoken = (
        _led(line.label) or _from(line.label) or _OF_ALL.match(line.label) or _SWEPT.search(line.label) or "), " in line.label
    )
    words = line.text or (line.label if spoken else label)
    for part in _outside(words.rstrip(" ."), _STATEMENTS):
        if unseen:
            yield from _named(_first(part), group, part, context, line.line, unseen=True)
            continue
        names, group, remark, intro = _statement(part, group)
        yield from _named(names, group, remark, f"{context} {intro}", line.line, unseen=unseen)


def _first(part: str) -> list[str]:
    """Return the name or names before the reason why they could not be read."""
    lead = _led(part)
    return _outside(lead[0] if lead else part, _COMMA)


def _statement(text: str, group: str) -> tuple[list[str], str, str, str]:
    """Return the names listed in a statement, their group, what is said of all of them, and the words before the list."""
    text = text.strip()
    if found := _OF_ALL.match(text):
        return _EACH.split(found["names"]), group, text[found.end("names") :].strip(), ""
    if found := _SWEPT.search(text):
        begun = _SWEEP.match(text)
        return _EACH.split(text[begun.end() if begun else 0 : found.start()]), group, text[found.start() :].strip(), ""
    intro = ""
    for _ in range(3):
        text = text.lstrip()
        lead = _led(text)
        if lead is None:
            break
        before, after = lead
        if (_QUIET.match(after) and not _from(after)) or _REMARK.match(after):
            return _outside(before, _COMMA), group, after, intro
        if _outside(before, _COMMA)[1:] and not _NOTHING.match(before):
            break
        group = group if _NOTHING.match(before) else before.strip(" *`")
        intro, text = f"{intro} {before}", after
    said = _from(text) or _NOTHING.match(text)
    names = _outside(_PART.sub(", ", text[said.end() :]) if said else text, _COMMA)
    intro += said[0] if said else ""
    *first, last = names
    if first and re.match(rf"\s*(?:and\s+)?{_NO}", last, re.IGNORECASE):
        return first, group, last.strip(), intro
    if (cut := _DENIAL.search(last)) and not any(_DENIAL.search(name) for name in first):
        return [*first, last[: cut.start()]], group, last[cut.start() :].strip(), intro
    return names, group, "", intro


def _led(text: str) -> tuple[str, str] | None:
    """Split a statement at its first colon or dash outside of brackets."""
    parts = _outside(text[:2000], _LEAD)
    return (parts[0], text[text.index(parts[1], len(parts[0])) :]) if len(parts) > 1 and len(parts[0]) >= 2 else None


def _from(text: str) -> re.Match[str] | None:
    return _FROM.match(text) or _AT.match(text)


def _named(
    names: Iterable[str], group: str, remark: str, context: str, line: int, *, unseen: bool
) -> Iterator[Negative | Unread]:
    """Make a negative of each name in a list; its own remark is its bracket, or what follows a dash."""
    for part in (one for name in names for one in _slashes(name)):
        name, own = _split(part)
        said = f"{own} {remark}".strip()
        if not name or _NO_NAME.fullmatch(name):
            continue
        if not unseen and _VERB.search(name) and not re.search(rf"\b(?:{_NO}|not\b|never\b)", name, re.IGNORECASE):
            continue  # a sentence that denies nothing
        if len(name) > LONGEST or len(name.split()) > _MOST_WORDS or (not unseen and _VERB.search(name)):
            yield Unread(text=part.strip(), line=line)
            continue
        yield Negative(
            name=name,
            group=group,
            line=line,
            unseen=unseen or bool(_NOT_READ.search(said)),
            remark=said,
            topical=bool(_TOPICAL.search(f"{context} {said}")),
            but=bool(_BUT.search(f" {said}") or _BUT.search(context)),
        )


def _slashes(name: str) -> list[str]:
    """Part names that three or more slashes join; two names (`Meta AI/FAIR`) are one source's."""
    spaced = _outside(name, _SPACED)
    if len(spaced) > 2:
        return spaced
    bare = _BRACKET.sub("", name)
    return bare.split("/") if bare == name and _TIGHT.fullmatch(name.strip(" .*`")) else [name]


def _split(part: str) -> tuple[str, str]:
    """Return a name and the remark beside it."""
    lead = _led(part)
    bare, remark = lead or (part.strip(), "")
    if found := _BRACKET.search(bare):
        bare, remark = bare[: found.start()], f"{found[1]} {remark}"
    for pattern in (_DENIAL, _BUT):
        if (cut := pattern.search(bare)) and cut.start() > 0:
            bare, remark = bare[: cut.start()], f"{bare[cut.start() :].strip(' (,—–')} {remark}"
    if (cut := re.search(r"(?<!\s)\s++(?=(?:since|before|until|after)\s)", bare)) and prose_dates.stated(bare[cut.end() :]):
        bare, remark = bare[: cut.start()], f"{bare[cut.end() :]} {remark}"
    return re.sub(r"^(?:(?:and|or|nor|&|an?|the)\s+){1,2}", "", bare.strip()).strip(" .*`(,—–"), remark.strip()


def _outside(text: str, pattern: re.Pattern[str]) -> list[str]:
    """Split a text at a pattern, but not where the next bracket is a closing one."""
    brackets = [found.start() for found in re.finditer(r"[()]", text)]
    parts, start = [], 0
    for found in pattern.finditer(text):
        following = bisect_left(brackets, found.start())
        if following < len(brackets) and text[brackets[following]] == ")":
            continue
        parts.append(text[start : found.start()])
        start = found.end()
    return [*parts, text[start:]]
