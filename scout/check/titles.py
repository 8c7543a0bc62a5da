"""Check the titles of items."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from rapidfuzz import fuzz

from scout.check.context import Mention, ReportContext, flag
from scout.check.finding import Finding, Severity
from scout.identity import arxiv_in, identify
from scout.model import Kind
from scout.releases import in_words
from scout.similarity import title_likeness, words
from scout.text import fold, title_key

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from scout.model import TrackedItem

_ID = re.compile(r"^\s*arxiv:\s*\S+\s*[—–:-]?\s*", re.IGNORECASE)
_SPLIT = re.compile(r":\s|\s[—–-]\s|\s/\s|\(|\)")
_COMMON = frozenset({"and", "the", "for", "with"})
"""Words that are no names; the field adds more."""
_NAME_FIRST = re.compile(r"([A-Za-z][\w+-]{2,30})(?:\s\([^()]{1,30}\))?(?::\s|\s[—–]\s)(.{8,300})")
"""A name, and a title behind it."""
_RENAMED = 85
"""The similarity (0 to 100) below which a title is another than the one before."""
ALIKE = 60
"""The similarity (0 to 100, by shared words) from which two titles may be of one item, shortened or commented."""
FOREIGN = 52
"""The similarity below which a title without a shared name does not fit: 98 % of unrelated pairs lie below."""


def title(case: ReportContext) -> Iterator[Finding]:
    """Hold a title against the thing's own: it may be shortened or commented, but is no other thing's.

    An error where it names another arXiv id or version than the link leads to, or is the title of another known thing; a warning
    where it shares neither words nor a name with the thing, where a title follows the right name and is not its, or has words
    that its own lacks, where the name before it is another one, and where the thing was renamed since.
    """
    told: set[tuple[str, str]] = set()
    for mention in (*case.headings, *case.linked):
        key = (mention.ids[0] if mention.ids else "", title_key(mention.title))
        if key in told:
            continue
        told.add(key)
        yield from _other_id(mention) or _other_version(case, mention) or _renamed(case, mention) or _other_thing(case, mention)


def _other_id(mention: Mention) -> list[Finding]:
    """Return a finding if a link's text names another paper than its url."""
    named = arxiv_in(mention.link.text) if mention.link else ""
    papers = [thing.removeprefix("arxiv:") for thing in mention.ids if thing.startswith("arxiv:")]
    if not named or not papers or named in papers:
        return []
    return [
        flag(
            Severity.ERROR,
            mention,
            f"arXiv:{named}",
            f"the link leads to arXiv:{papers[0]}",
            f"arxiv:{papers[0]}",
            "correct one of them",
        )
    ]


def _other_version(case: ReportContext, mention: Mention) -> list[Finding]:
    """Return a finding if a title names other versions than its releases."""
    ids = mention.ids
    if mention.numbered:
        entry = case.entry_at(mention.line)
        ids = (*ids, *(identify(link.url) for link in entry.companions))
    tags = [thing.partition("@")[2] for thing in ids if thing.startswith("github:")]
    named = set(in_words(mention.title))
    known = {version for tag in tags for version in in_words(tag)}
    if not named or not known or named & known:
        return []
    said = ", ".join(str(version) for version in sorted(named))
    return [
        flag(
            Severity.ERROR,
            mention,
            f"{mention.title} (version {said})",
            f"the link leads to {tags[0]}",
            ids[0],
            "correct one of them",
        )
    ]


def _other_thing(case: ReportContext, mention: Mention) -> list[Finding]:
    seen = [one for one in case.seen(mention) if one.item.title and one.item.kind is not Kind.RELEASE]
    wording = _ID.sub("", mention.title).strip()
    if not seen or len(seen) < len(mention.ids):
        return []
    if len(fold(wording).split()) < 3:
        return _other_name(mention, wording, seen[0])
    if found := [finding for one in seen[:1] if one.item.kind is Kind.PAPER for finding in _apart(mention, wording, one)]:
        return found
    common = _COMMON | {fold(word) for word in (case.metrics.title_words if case.metrics else ())}
    if any(title_likeness(wording, one.item.title) >= ALIKE or _shares_a_name(wording, one, common) for one in seen):
        return []
    named = mention.numbered or seen[0].item.kind is Kind.PAPER  # the text of other links is often no title
    other = _namesake(wording, seen, case.evidence.titled(wording))
    if other:
        evidence, severity = f"that is the title of {other.item.id}; the link leads to “{seen[0].item.title}”", Severity.ERROR
    elif named and title_likeness(wording, seen[0].item.title) < FOREIGN:
        evidence, severity = f"the thing is called “{seen[0].item.title}”", Severity.WARNING
    else:
        return []
    return [flag(severity, mention, wording, evidence, seen[0].item.id, "use the thing's own title, or correct the link")]


def _other_name(mention: Mention, wording: str, seen: TrackedItem) -> list[Finding]:
    """Return a finding if a paper is called by one coined word that is neither in its title nor in its text."""
    coined = re.fullmatch(r"[A-Za-z][\w-]{3,30}", wording) and _is_name(wording) and any(letter.islower() for letter in wording)
    if not coined or seen.item.kind is not Kind.PAPER or not seen.item.summary:
        return []
    if title_key(wording) in title_key(f"{seen.item.title} {seen.item.summary}"):
        return []
    evidence = f"the thing is called “{seen.item.title}”, and its text has no such name"
    return [flag(Severity.WARNING, mention, wording, evidence, seen.item.id, "use the thing's own title, or correct the link")]


def _apart(mention: Mention, wording: str, seen: TrackedItem) -> list[Finding]:
    """Hold the name before a title and the title behind it apart against the paper's own."""
    said, own = _NAME_FIRST.match(wording), _NAME_FIRST.match(seen.item.title)
    if not said:
        return []
    name, rest = said[1], said[2]
    text = f"{seen.item.title} {seen.item.summary}"
    other_name = own is not None and _is_name(own[1]) and _is_name(name) and title_key(name) not in title_key(text)
    long = [word for word in rest.split() if len(word) > 3]
    as_title = len(long) >= 4 and sum(word[0].isupper() or not word[0].isalpha() for word in long) >= 0.7 * len(long)
    other_title = as_title and _is_name(name) and title_key(rest) not in title_key(text)
    behind = own[2] if own and title_key(own[1]) == title_key(name) else seen.item.title
    foreign = other_title and max(title_likeness(rest, behind), title_likeness(rest, seen.item.title)) < FOREIGN
    if not (other_name or foreign or (other_title and own and title_key(own[1]) == title_key(name) and _reworded(rest, behind))):
        return []
    return [
        flag(
            Severity.WARNING,
            mention,
            wording,
            f"the thing is called “{seen.item.title}”",
            seen.item.id,
            "use the thing's own title, or correct the link",
        )
    ]


def _reworded(rest: str, own: str) -> bool:
    """Say whether a title has two words or more that the thing's own lacks: a shortened one has its words alone."""
    known = set(words(own)) | set(words(own.replace("-", "")))
    return len({word for word in words(rest) if len(word) > 3 and not known & {word, f"{word}s", word.removesuffix("s")}}) > 1


def _is_name(word: str) -> bool:
    return any(letter.isupper() for letter in word[1:])


def _renamed(case: ReportContext, mention: Mention) -> list[Finding]:
    """Return a finding if a title is one that the thing had before."""
    for seen in case.seen(mention)[:1]:
        for field, earlier in case.evidence.changes(seen.item.id):
            if field != "title" or fuzz.token_sort_ratio(fold(earlier), fold(seen.item.title)) >= _RENAMED:
                continue
            wording = _ID.sub("", mention.title).strip()
            if fuzz.token_sort_ratio(fold(wording), fold(earlier)) > max(
                _RENAMED, fuzz.token_sort_ratio(fold(wording), fold(seen.item.title))
            ):
                evidence = f"renamed since: it was “{earlier}”, and is “{seen.item.title}” now"
                return [flag(Severity.WARNING, mention, wording, evidence, seen.item.id, "give its present title")]
    return []


def _shares_a_name(wording: str, seen: TrackedItem, common: Collection[str]) -> bool:
    """Say whether a part of the wording, or a name in it, is in the item's title or text."""
    text = f"{seen.item.title} {seen.item.summary}"
    key, words = title_key(text), set(fold(text).split())
    parts = [title_key(part) for part in _SPLIT.split(wording)]
    if any(len(part) >= 4 and part in key for part in parts):
        return True
    names = re.findall(r"\b(?=\w*[A-Z0-9]\w*)(?=\w*[A-Z])\w{3,}\b", wording)
    return any(fold(name) not in common and fold(name) in words for name in names)


def _namesake(wording: str, seen: Sequence[TrackedItem], found: Sequence[TrackedItem]) -> TrackedItem | None:
    own = {one.item.id for one in seen}
    best = [one for one in found if one.item.id not in own and fuzz.token_sort_ratio(fold(wording), fold(one.item.title)) >= 85]
    return best[0] if best else None
