"""Group items that belong to one entry: a release and its post, a paper, its talk and thread, a conference and its papers.

Items are joined by their links, by equal titles, by a project's name with a version, by a paper's own name, or by two coined
names that no other item has. Conservative: a wrong join hides an item, a missed one only repeats it, so a page with many links
joins nothing.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from functools import lru_cache
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from scout import releases
from scout.identity import arxiv_month, identify, programme_id
from scout.model import Kind
from scout.similarity import words
from scout.text import title_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from packaging.version import Version

    from scout.model import Item, TrackedItem

MOST_LINKED = 3
"""A post that links more known items than this is a digest, and is joined to none of them."""
LEAST_TITLE = 20
"""Shorter titles (in letters) may be equal by chance (`Release notes`)."""
MOST_COMPARED = 100
"""With how many of the items of one title the next is compared: a title that more have (`Opening remarks`) names no one thing."""
RENAMED_AFTER = 60
"""Days between two posts of one title above which they are separate posts."""

NEW_NAME = 90
"""Days after which a paper's name may be a project's, and a post that names it is about the project."""
HERALDS_BEFORE, HERALDS_AFTER = 3, 1
"""Days before and after a release in which a post on its project's site can announce it."""
SAME_STORY = 14
"""Most days between two posts of one story."""

_PRESENTS = re.compile(r"^(?:show hn:\s*|(?:introducing|announcing|presenting|meet)\s+)?", re.IGNORECASE)
_COINED = re.compile(r"\b(?=\w*[a-z])(?=\w{5})[A-Za-z]\w*[A-Z]\w*")


def join(items: Iterable[TrackedItem]) -> list[tuple[TrackedItem, ...]]:
    """Return families: each item in exactly one, ordered by id, whatever the order of `items`."""
    known = {one.item.id: one for one in sorted(items, key=lambda one: one.item.id)}
    leader = {id_: id_ for id_ in known}

    def root(id_: str) -> str:
        while leader[id_] != id_:
            leader[id_] = leader[leader[id_]]
            id_ = leader[id_]
        return id_

    every = list(known.values())
    pairs = [*_linked(every), *_titled(every), *_trains(every), *_versions(every), *_named(every), *_told_twice(every)]
    for one, other in sorted(pairs):
        first, second = sorted((root(one), root(other)))
        leader[second] = first
    families: dict[str, list[TrackedItem]] = defaultdict(list)
    for tracked in every:
        families[root(tracked.item.id)].append(tracked)
    return _conferences([tuple(family) for family in families.values()])


@lru_cache(maxsize=100_000)
def _id(url: str) -> str:
    return identify(url)


def _linked(items: Sequence[TrackedItem]) -> Iterator[tuple[str, str]]:
    """Join by links: any item to those that it links; a post only if its title names the linked item."""
    by_id = {one.item.id: one.item for one in items}
    by_url = {_id(one.item.url): one.item.id for one in items if not one.item.id.startswith("arxiv:")}
    for one in items:
        item = one.item
        urls = [url for url in item.links if not (item.id.startswith("arxiv:") and "arxiv.org/" in url)]
        ids = [found for url in urls if (found := _id(url))]
        met = sorted({by_url.get(found, found) for found in ids if by_url.get(found, found) in by_id} - {item.id})
        for other in met if len(met) <= MOST_LINKED else ():
            if item.kind is not Kind.POST or _speaks_of(item, by_id[other]):
                yield item.id, other


def _speaks_of(post: Item, other: Item) -> bool:
    """Return whether a post's title has another item's name or, if it has none, three quarters of its longer words."""
    said = set(words(post.title))
    if name := _name(other):
        return name in said or name in title_key(post.title)
    told = {word for word in words(other.title) if len(word) > 3}
    return bool(told) and len(told & said) >= 0.75 * len(told)


def _titled(items: Sequence[TrackedItem]) -> Iterator[tuple[str, str]]:
    """Join items of equal, long titles, unless their authors differ or they are posts months apart."""
    by_title: dict[str, list[Item]] = defaultdict(list)
    for tracked in items:
        if tracked.item.kind is not Kind.RELEASE and len(same_title := title_key(tracked.item.title)) >= LEAST_TITLE:
            by_title[same_title].append(tracked.item)
    for same in by_title.values():
        for place, other in enumerate(same[1:], 1):
            for one in same[max(0, place - MOST_COMPARED) : place]:
                if not _strangers(one, other) and not _apart(one, other):
                    yield one.id, other.id
                    break


def _strangers(one: Item, other: Item) -> bool:
    """Return whether two papers or talks both have authors and share no surname."""
    first, second = _surnames(one.authors), _surnames(other.authors)
    papers = {one.kind, other.kind} <= {Kind.PAPER, Kind.TALK}
    return papers and bool(first) and bool(second) and first.isdisjoint(second)


@lru_cache(maxsize=10_000)
def _surnames(authors: tuple[str, ...]) -> frozenset[str]:
    return frozenset(name.split()[-1].casefold() for name in authors if name.split())


def _apart(one: Item, other: Item) -> bool:
    """Return whether two posts are more than RENAMED_AFTER days apart: their title is a column's."""
    if one.kind is not other.kind or one.kind is not Kind.POST or not one.published or not other.published:
        return False
    return abs((one.published - other.published).days) > RENAMED_AFTER


def _trains(items: Sequence[TrackedItem]) -> Iterator[tuple[str, str]]:
    """Join the releases of one train: release candidates, patches and post-releases of a repository's minor version."""
    trains: dict[str, str] = {}
    for one in items:
        if one.item.kind is Kind.RELEASE and one.item.id.startswith("github:"):
            yield trains.setdefault(releases.train(one.item), one.item.id), one.item.id


def _versions(items: Sequence[TrackedItem]) -> Iterator[tuple[str, str]]:
    """Join a post or thread to the release whose version and project name its title has."""
    released: dict[tuple[Version, str], dict[str, str]] = defaultdict(dict)  # by train, one release of it
    for one in items:
        if one.item.kind is Kind.RELEASE and len((version := releases.read(releases.tag(one.item)).version).release) > 1:
            for name in _project(one.item):
                same = released[releases.base(version), name]
                if len(same) < 2:  # two are as good as many: none is joined
                    same.setdefault(releases.train(one.item), one.item.id)
    for one in items:
        if one.item.kind in (Kind.POST, Kind.THREAD):
            said = sorted(set(words(one.item.title)))
            stated = sorted({releases.base(version) for version in releases.in_words(one.item.title)})
            met = [trains for version in stated for name in said if (trains := released.get((version, name)))]
            if len({train for trains in met for train in trains}) == 1:
                yield one.item.id, next(iter(met[0].values()))


def _project(release: Item) -> set[str]:
    """Return a project's names: its repository's and its owner's, of three letters or more."""
    owner, _, repo = release.id.removeprefix("github:").partition("@")[0].partition("/")
    return {name for name in (repo, repo.replace("-", ""), owner.removesuffix("-project")) if len(name) > 2}


def heralds(post: Item, release: Item) -> bool:
    """Return whether a post announces a release: on the project's site, with its name in the title, in the days around it.

    `vLLM Semantic Router` and `vLLM-Omni` are not vLLM; a post whose title has a version is joined by that version alone.
    """
    if post.kind is not Kind.POST or not post.published or not release.published:
        return False
    days = (release.published.date() - post.published.date()).days
    name = repository(release)
    if not -HERALDS_AFTER <= days <= HERALDS_BEFORE or name not in site(post):
        return False
    bare = re.search(rf"(?<![\w-])(?i:{re.escape(name)})(?![\w-]|\s+[A-Z])", post.title)
    return bool(bare) and not releases.in_words(post.title)


def repository(release: Item) -> str:
    """Return the name of a release's repository, without its owner."""
    return release.id.partition("@")[0].rpartition("/")[2]


def site(post: Item) -> list[str]:
    """Return the labels of a post's host but the last: `blog`, `vllm` of `blog.vllm.ai`."""
    return (urlsplit(post.url).hostname or "").split(".")[:-1]


def _named(items: Sequence[TrackedItem]) -> Iterator[tuple[str, str]]:
    """Join a post or thread whose title begins with (or introduces) a new paper's own name, if only one paper has it.

    A name that a site, repository or owner has too, or that is older than NEW_NAME, is a project's: a post about the users of a
    project is not about its paper.
    """
    named: dict[str, list[Item]] = defaultdict(list)
    for one in items:
        if one.item.kind in (Kind.PAPER, Kind.TALK) and (name := _name(one.item)):
            named[name].append(one.item)
    taken = projects(one.item for one in items)
    single = {name: papers[0] for name, papers in named.items() if len(papers) == 1 and name not in taken}
    posts = [one.item for one in items if one.item.kind in (Kind.POST, Kind.THREAD)]
    said = Counter(word for item in posts if item.kind is Kind.POST for word in set(words(item.title)))
    for item in posts:
        first = next(iter(words(_PRESENTS.sub("", item.title, count=1))), "")
        if first in single and said[first] <= MOST_LINKED and _young(single[first], item):
            yield item.id, single[first].id


def projects(items: Iterable[Item]) -> frozenset[str]:
    """Return the project names in a pool: of repositories, their owners, and the sites of posts."""
    names: set[str] = set()
    for item in items:
        if item.kind is Kind.RELEASE:
            names |= _project(item)
        elif item.kind is Kind.POST:
            names.update(map(title_key, site(item)))
    return frozenset(names)


def _young(paper: Item, post: Item) -> bool:
    """Return whether a paper appeared at most NEW_NAME days before a post, by its arXiv id's month, else by its date."""
    ids = [found for url in (paper.url, *paper.links) if (found := identify(url)).startswith("arxiv:")]
    shown = min((month for found in ids if (month := arxiv_month(found))), default=paper.published)
    return shown is None or post.published is None or (post.published - shown).days <= NEW_NAME + 31 * bool(ids)


def _told_twice(items: Sequence[TrackedItem]) -> Iterator[tuple[str, str]]:
    """Join two posts at most SAME_STORY days apart whose titles share two coined names (`MinIO`, `MemKV`) of no other title."""
    bearers: dict[str, list[Item]] = defaultdict(list)
    for one in items:
        for name in dict.fromkeys(found.lower() for found in _COINED.findall(one.item.title)):
            bearers[name].append(one.item)
    shared = Counter((pair[0].id, pair[1].id) for pair in bearers.values() if len(pair) == 2)
    by_id = {one.item.id: one.item for one in items}
    for (first, second), names in sorted(shared.items()):
        if names > 1 and _one_story(by_id[first], by_id[second]):
            yield first, second


def _one_story(one: Item, other: Item) -> bool:
    """Return whether both are posts, at most SAME_STORY days apart."""
    if one.kind is not Kind.POST or other.kind is not Kind.POST or not one.published or not other.published:
        return False
    return abs((one.published - other.published).days) <= SAME_STORY


def _name(item: Item) -> str:
    """Return a release's repository, or the coined name before a title's colon: `ObjectCache: …`, not `Survey: …`."""
    if item.kind is Kind.RELEASE:
        return repository(item).lower()
    head, colon, _ = item.title.partition(":")
    head = head.strip()
    coined = len(head) >= 5 and " " not in head and sum(letter.isupper() for letter in head[1:]) >= 1 and not head.isupper()
    return title_key(head) if colon and coined else ""


def _conferences(families: Sequence[tuple[TrackedItem, ...]]) -> list[tuple[TrackedItem, ...]]:
    """Put the talks of one programme into one family, except those joined to a paper, post or thread."""
    programmes: dict[str, list[TrackedItem]] = defaultdict(list)
    rest = []
    for family in families:
        names = {programme_id(one.item.id) for one in family}
        if len(names) == 1 and (name := names.pop()):
            programmes[name].extend(family)
        else:
            rest.append(family)
    joined = [*rest, *(tuple(sorted(talks, key=lambda one: one.item.id)) for talks in programmes.values())]
    return sorted(joined, key=lambda family: family[0].item.id)
