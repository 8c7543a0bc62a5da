"""Assign each passage of a report its section, entry and label.

Layouts differ between reports (`A′` sections, additional context under References, negatives as a bullet or a heading), so a
passage is classified by the headings and labels above it, never by position. No I/O.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from scout.reports.markdown import Link, Passage

_PRIME = str.maketrans(dict.fromkeys("’′‘`´ʹ", "'"))
_NUMBERED = re.compile(r"^(?:entry\s+)?#?(\d{1,3})\s*[.):–—-]\s*(\S.*)$", re.IGNORECASE | re.DOTALL)
_LETTERED = re.compile(r"^(?:section\s+|part\s+)?\(?([A-Z]\s?'{0,2})\)?\s*(?:[.):–—-]\s|$)", re.IGNORECASE)
_DENIALS = (
    r"negatives?\b|\b(?:checked|searched|scanned|swept|looked at|read)\b.{0,80}\b(?:nothing|none|no|quiet|empty|without)\b"
    r"|^(?:nothing|none) (?:new|found|to report|in[ -](?:the )?window|this week)|^(?:came up )?empty\b"
    r"|^without (?:news|results?)\b"
    r"|^(?:all )?(?:quiet|silent)\b(?: this week| in (?:the )?window| sources)?$|^sources with (?:nothing|no)\b"
    r"|^no (?:news|hits|findings|results|updates|activity|in[ -]window|new (?:posts|items|releases))"
)
_UNSEEN = (
    r"^(?:sources? )?not (?:seen|read|reached|reachable|accessible|searched)|^unseen|could not (?:be )?(?:read|see|reach|open)"
    r"|^(?:unreachable|unreadable|inaccessible|blocked)\b|^failed (?:sources|fetches)|^coverage gaps?"
)
_LATER = (
    r"^(?:for |in )?(?:the )?next (?:week|report|issue)|^watch ?list|^upcoming|^coming up|^on the radar|^looking ahead|^to watch"
)
_ADDITIONAL = (
    r"^(?:additional|further|other|more) (?:context|items|links|reading|notes|news|papers|work)"
    r"|^also (?:noted|seen|this week|of note|worth)|^honou?rable mention|^in brief|^briefly\b|^brief notes|^elsewhere|^miscellan"
    r"|^(?:quick|short) (?:hits|links|notes)|^context$|^worth (?:a look|noting|reading)|^runners?[ -]up|^noted\b"
)
_CROSSCUTTING = (
    r"^cross[ -]?cutting|^observations|^trends|^themes|^takeaways|^patterns|^synthesis|^the big(?:ger)? picture"
    r"|^key (?:observations|takeaways|themes|trends)|^what it (?:all )?means|^what we (?:see|learned)"
)
_SECTIONS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (
        ("unseen", _UNSEEN),
        ("negatives", _DENIALS),
        ("boundary", r"^boundary|^(?:just )?(?:before|outside) the window$"),
        ("late", r"^late\b"),
        ("next", _LATER),
        ("additional", _ADDITIONAL),
        ("crosscutting", _CROSSCUTTING),
        ("references", r"^references?\b|^bibliography|^sources\b|^links\b|^works cited|^citations|^reading list"),
        ("testplan", r"^test plan|^checklist|^verification"),
        ("methodology", r"^methodolog|^caveats?\b|^limitations|^how (?:this|it) was (?:made|compiled)"),
        ("head", r"^(?:run type|scope|selection criteria|organi[sz]ation|summary of the week|tl;dr)"),
    )
}
_LABELS = {
    name: re.compile(pattern, re.IGNORECASE)
    for name, pattern in (
        ("reference", r"references?|links?|sources?|papers?|urls?|where|primary source|read(?: it| more)?"),
        ("companions", r"companions?|coverage|discussion|see also|related|companion (?:work|posts?|links?)|background"),
        ("summary", r"summary|what(?: it is| happened)?|abstract|overview|gist|in short"),
        ("novelty", r"novelty|what(?:['’]s| is) new|contribution"),
        ("impact", r"(?:potential )?(?:systems? )?impact|relevance|significance|so what"),
        (
            "runtime",
            r"run-?time(?: (?:evaluation|efficiency|eval))?|evaluation|measured|measurements?|results?|performance|benchmarks?",
        ),
        ("why", r"why (?:noted|included|it matters|here)"),
        ("status", r"status|date|window|published"),
        ("evidence", r"evidence|figures|quoted|numbers"),
        ("changes", r"changes(?: that match the topics)?|changelog"),
    )
}
_LABEL = re.compile(r"^([^\W\d][\w /&'’-]{1,50}?)\s*+(?:\([^()]{0,80}\)\s*+)?[:—–]\s*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A classified passage.

    `section` is a letter (`A`, `B`, `A'`), or `head`, `additional`, `boundary`, `late`, `next`, `negatives`, `unseen`,
    `crosscutting`, `references`, `methodology`, `testplan`, `unknown`. `label` is the passage's role in an entry (`heading`,
    `reference`, `summary`, `runtime`…), elsewhere its own label; `text` omits that label and starts at offset `start` of the
    passage. `group` is the nearest heading or label above a bullet, `entry` the number of its entry.
    """

    passage: Passage
    section: str
    text: str
    start: int = 0
    label: str = ""
    group: str = ""
    entry: int | None = None

    @property
    def line(self) -> int:
        """Its first line."""
        return self.passage.line

    @property
    def links(self) -> tuple[Link, ...]:
        """Its links."""
        return self.passage.links


def place(passages: Iterable[Passage]) -> Iterator[Line]:
    """Classify each passage by the headings and labels above it."""
    known = list(passages)
    headings = [passage for passage in known if passage.kind == "heading" and passage.level > 1]
    place = _Place(numbered=any(_NUMBERED.match(passage.text) for passage in headings), letters=_letters(headings))
    for passage in known:
        yield place.heading(passage) if passage.kind == "heading" else place.prose(passage)


def _letters(headings: Sequence[Passage]) -> dict[int, str]:
    """Give the sections that hold numbered entries letters, by line, where a report gives none: A, B, …; A' beside the window."""
    if any(_LETTERED.match(one.text.translate(_PRIME).strip("*_: ")) for one in headings):
        return {}
    above: Passage | None = None
    found: dict[int, str] = {}
    names = iter("ABCDEFGHIJ")
    for one in headings:
        if _NUMBERED.match(one.text) and above is not None and one.level > above.level and above.line not in found:
            beside = re.search(r"(?i)\b(?:outside|before|missed)\b.{0,80}\bwindow", above.text)
            found[above.line] = "A'" if beside else next(names, "J")
        elif not _NUMBERED.match(one.text) and (above is None or one.level <= above.level or above.line not in found):
            above = one
    return found


class _Place:
    """Parser state: the current section, the entry if any, and the labelled bullet above nested bullets."""

    def __init__(self, *, numbered: bool = True, letters: Mapping[int, str] | None = None) -> None:
        self.numbered, self.last = numbered, 0
        self.letters = letters or {}
        self.section, self.section_level = "head", 2
        self.entry: int | None = None
        self.entry_level = 9
        self.group = self.label = ""
        self.route, self.route_level = "", 9

    def heading(self, passage: Passage) -> Line:
        """Process a heading: it starts an entry, a part of one, a section, or a group in one."""
        text = passage.text.translate(_PRIME)
        self.route = self.label = self.group = ""
        named = self.letters.get(passage.line) or section_of(text)
        if passage.level > 1 and not named and (found := _NUMBERED.match(text)):
            self.entry, self.entry_level = int(found[1]), passage.level
            return self._line(passage, found.start(2), label="heading")
        lettered = self.section[:1].isupper() and len(self.section) <= 3
        if not self.numbered and not named and lettered and self.section_level < passage.level <= self.entry_level:
            self.last += 1
            self.entry, self.entry_level = self.last, passage.level
            return self._line(passage, 0, label="heading")
        if self.entry is not None and passage.level > self.entry_level and not named:
            self.label = label_of(text)[1]
            return self._line(passage, len(passage.text), label=self.label or "part")
        if named or passage.level <= self.section_level or self.entry is not None:
            self.section, self.section_level = named or "unknown", passage.level
        else:
            self.group = text
        self.entry = None
        return self._line(passage, 0, label="heading")

    def prose(self, passage: Passage) -> Line:
        """Process a bullet or paragraph."""
        word, known, start = label_of(passage.text.translate(_PRIME), passage.lead.translate(_PRIME))
        if self.entry is not None:
            if known or (passage.kind == "item" and passage.level <= 1):
                self.label = known
            return self._line(passage, start if known else 0, label=self.label)
        if passage.level <= self.route_level:
            self.route, self.route_level = "", 9
        named = "" if self.section in ("references", "crosscutting") or _LETTERED.match(word) else section_of(word)
        if named and named != self.section:
            self.route, self.route_level = named, passage.level or 1
        return self._line(passage, start, label=word)

    def _line(self, passage: Passage, start: int, label: str) -> Line:
        return Line(
            passage=passage,
            section=self.route or self.section,
            text=passage.text[start:].strip(),
            start=start,
            label=label,
            group=self.group,
            entry=self.entry,
        )


def section_of(heading: str) -> str:
    """Return the section that a heading or label starts, or an empty string."""
    text = heading.strip().strip("*_: ")
    if lettered := _LETTERED.match(text):
        return lettered[1].replace(" ", "").upper()
    return next((name for name, pattern in _SECTIONS.items() if pattern.search(text)), "") if text else ""


def label_of(text: str, lead: str = "") -> tuple[str, str, int]:
    """Return a passage's label, its role in an entry (or an empty string), and the offset of the text after it."""
    word, start = "", 0
    if lead and text.startswith(lead) and (lead[-1] in ":." or text[len(lead) :].lstrip()[:1] in (":", "—", "–", "")):
        word, start = lead, len(lead)
        start += len(text[start:]) - len(text[start:].lstrip(" :—–"))
    elif found := _LABEL.match(text):
        word, start = found[1], found.end()
    elif _known(text) or (section_of(text) and not _LETTERED.match(text)):
        word, start = text, len(text)
    word = word.strip(" :.")
    return word, _known(re.sub(r"(?<!\s)\s*+\([^()]*\)$", "", word)), start


def _known(label: str) -> str:
    return next((name for name, pattern in _LABELS.items() if pattern.fullmatch(label)), "")
