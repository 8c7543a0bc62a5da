"""Define what a check asks of the store, as a protocol, and match names in a report to sources.

No network here: `missing_evidence` lists what the store lacks, and the caller may fetch it before checking.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Protocol

from scout.identity import identify
from scout.model import SEEN, Result
from scout.text import fold

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import date, datetime

    from scout.model import Coverage, TrackedItem, Window
    from scout.model.reading import ParsedText
    from scout.reports.document import Document

GONE = (404, 410)
"""Statuses that say that there is no such page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Neighbour:
    """An arXiv paper near another in the order of ids: its id without prefix, and when its v1 was submitted."""

    id: str
    published: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceNames:
    """A source with every name that a report may use for it. `repos` are the repositories it covers, `days` a conference's."""

    name: str
    aliases: tuple[str, ...] = ()
    group: str = ""
    repos: tuple[str, ...] = ()
    days: tuple[date, date] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceMatch:
    """A source that a name means; `repo` where only one of its repositories is meant."""

    source: str
    repo: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkReply:
    """The reply to one request for a link: `ok` results answered; status 404 or 410 means that the page is gone."""

    result: Result
    status: int | None = None
    when: str = ""

    @property
    def gone(self) -> bool:
        """Whether there is no such page."""
        return self.status in GONE

    @property
    def tells(self) -> bool:
        """Whether it says if the page is there: a site that is down, or asks to be left alone, says nothing."""
        return self.gone or self.result in SEEN


class Evidence(Protocol):
    """What the store knows. No method uses the network."""

    def item(self, id: str) -> TrackedItem | None:  # noqa: A002 -- the model's word
        """Return the item with a canonical id, also where that is its `url` or one of its `links`; None if it was never seen."""
        ...

    def text(self, id: str) -> ParsedText | None:  # noqa: A002 -- the model's word
        """Return what was read of an item, None where nothing was."""
        ...

    def titled(self, title: str) -> Sequence[TrackedItem]:
        """Return a few items whose title has the words of this one, best first."""
        ...

    def under(self, prefix: str) -> Sequence[TrackedItem]:
        """Return up to a few hundred items whose id begins so (`url:https://example.org/blog/`, `github:a/b@`), by id."""
        ...

    def changes(self, id: str) -> Sequence[tuple[str, str]]:  # noqa: A002 -- the model's word
        """Return an item's earlier values as pairs of field (`title`, `published`) and value, latest change first."""
        ...

    def neighbours(self, arxiv_id: str) -> tuple[Sequence[Neighbour], Sequence[Neighbour]]:
        """Return up to five known papers of the same month on each side of an id (`2605.18071`), the nearest first."""
        ...

    def reply(self, url: str) -> LinkReply | None:
        """Return what a link answered when asked (`--fetch`), or None if it was not asked."""
        ...

    def sources(self) -> Sequence[SourceNames]:
        """Return the configured sources with their names."""
        ...

    def items_of(self, source: str, window: Window) -> Sequence[TrackedItem]:
        """Return what a source published in a window, by dates that count."""
        ...

    def undated(self, source: str, window: Window) -> Sequence[TrackedItem]:
        """Return what a source shows without a date, first seen since a window began; no talks of a later conference."""
        ...

    def relevant(self, seen: TrackedItem) -> bool:
        """Say whether any of the configured topics is in the item; True where none are configured."""
        ...

    def coverage(self, source: str, window: Window) -> Coverage | None:
        """Return a source's coverage of a window, None if it was never asked."""
        ...

    def exists(self, path: str) -> bool | None:
        """Say whether a path, relative to the report's folder, leads to a file; None where that cannot be known."""
        ...


_KIND_WORDS = re.compile(r"\b(?:the|official|blogs?|news|newsroom|feed|rss|atom|releases?|site|github|list)\b")
_TEAM_WORDS = re.compile(r"\b(?:engineering|tech)\b")
"""A company's name means its engineering blog only where it has no other source."""
_PARTS = re.compile(r"(?:(?<!\s)\s++)?/\s*|(?<!\s)\s++(?:and|or|&|×|x)\s+|,\s+")


@lru_cache(maxsize=8192)
def name_key(name: str) -> str:
    """Normalize a name: folded, without spaces and words such as `blog` or `feed`."""
    folded = re.sub(r"[^\w ]+", " ", fold(name.replace("'", "")))
    bare = _KIND_WORDS.sub(" ", folded)
    return re.sub(r"[\s_]+", "", bare if bare.strip() else folded)


@lru_cache(maxsize=8192)
def _house(name: str) -> str:
    """Return the key without the team: `uber-engineering` is Uber's."""
    folded = fold(name)
    return name_key(bare if (bare := _TEAM_WORDS.sub(" ", folded)).strip() else folded)


@lru_cache(maxsize=8192)
def _loose(name: str) -> str:
    """Return the key without a year and without `AI`, for `Together AI` and `FAST` of fast-2026."""
    return re.sub(r"(?:19|20)\d\d", "", name_key(re.sub(r"\bAI\b", " ", name, flags=re.IGNORECASE)))


def match(name: str, sources: Iterable[SourceNames]) -> tuple[SourceMatch, ...]:
    """Return the sources that a name in a report means: by name, alias, repository, or a part of `Meta AI/FAIR`.

    A source's own name, as drafts write it, means that source alone. Else a name is matched whole, `Google` is not
    `google-developers`; and only where nothing fits, without its team, and then without a year and `AI`: never without both,
    as `Meta AI` is not `meta-engineering`. A group's name means all its sources.
    """
    places = tuple(sources)
    if own := [SourceMatch(source=source.name) for source in places if source.name.casefold() == name.strip().casefold()]:
        return tuple(own)
    parts = [part for part in (name, *_PARTS.split(name)) if len(part) > 2]
    for key in (name_key, _house, _loose):
        if found := tuple(_matches(name, {key(part) for part in parts} - {""}, places, key)):
            return found
    return ()


def _matches(
    name: str, missing_evidence: set[str], sources: Sequence[SourceNames], key: Callable[[str], str]
) -> Iterator[SourceMatch]:
    for source in sources:
        names = {key(word) for word in (source.name, *source.aliases)}
        repos = [
            repo for repo in source.repos if fold(repo) == fold(name) or name_key(repo.rsplit("/", 1)[-1]) in missing_evidence
        ]
        if names & missing_evidence:
            yield SourceMatch(source=source.name)
        elif repos:
            yield from (SourceMatch(source=source.name, repo=repo) for repo in repos)
        elif source.group and name_key(source.group) == name_key(name):
            yield SourceMatch(source=source.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class MissingEvidence:
    """What a report names and the store lacks: arXiv ids, releases as (repository, tag), and other links, each once, in order.

    `silent` are links that were asked not long ago and gave no answer, so that they are not asked again.
    """

    arxiv_ids: tuple[str, ...] = ()
    releases: tuple[tuple[str, str], ...] = ()
    links: tuple[str, ...] = ()
    silent: tuple[str, ...] = ()


def asked_for(thing: str, url: str) -> str:
    """Return the address under which the reply for a thing is kept: one for each paper and release, else the link's own."""
    if thing.startswith("arxiv:"):
        return f"https://arxiv.org/abs/{thing.removeprefix('arxiv:')}"
    repo, _, tag = thing.removeprefix("github:").partition("@")
    return f"https://github.com/{repo}/releases/tag/{tag}" if thing.startswith("github:") and tag else url


def missing_evidence(document: Document, evidence: Evidence, *, asked_since: str = "") -> MissingEvidence:
    """Return what has to be fetched so that every link of the document can be checked.

    What was asked since the instant `asked_since` (as `LinkReply.when`) is not asked again, unless it was told to wait.
    """
    papers, releases, others, silent = [], [], [], []
    told: set[str] = set()
    for link in document.links:
        thing = identify(link.url)
        if not thing or thing in told or evidence.item(thing) is not None:
            continue
        told.add(thing)
        reply = evidence.reply(asked_for(thing, link.url))
        if reply is not None and reply.when >= asked_since and reply.result is not Result.RATE_LIMITED:
            if not reply.tells:
                silent.append(link.url)
        elif thing.startswith("arxiv:"):
            papers.append(thing.removeprefix("arxiv:"))
        elif thing.startswith("github:"):
            repo, _, tag = thing.removeprefix("github:").partition("@")
            releases.append((repo, tag))
        else:
            others.append(link.url)
    return MissingEvidence(arxiv_ids=tuple(papers), releases=tuple(releases), links=tuple(others), silent=tuple(silent))
