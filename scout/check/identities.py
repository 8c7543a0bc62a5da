"""Name a thing by every identity that its title and its links give it, so that one thing is one under any address.

A key is a canonical id (`identity.py`), every other id of the stored item, a DOI inside an address, a release by its repository
and version (`release:larder/larder 2.4.0`, also where an index page is linked and the version stands in words), a name with its
version (`named:larder 2.4.0`), or a whole title (`title:…`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from scout.identity import canonical_url, doi_id, identify, names
from scout.releases import in_words
from scout.text import fold, title_key

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from scout.model import TrackedItem

_DOI = re.compile(r"/(10\.\d{4,9}/[^\s?#]{1,200})")
_NAMED = re.compile(
    r"(?:[A-Z]\w{0,30}\s)?([A-Za-z][\w.+-]{1,40})\s+v?(\d{1,6}(?:\.\d{1,6}){1,3}(?:[.-]?(?:rc|post|a|b|alpha|beta)[.-]?\d{0,4})?)"
    r"(?![\w.]*\d)(?=\s*(?:$|[:,;()—–]|and\b|release|\w*notes))",
    re.IGNORECASE,
)
_VERSION_IN_PATH = re.compile(r"/project/([\w.-]{1,80})/(\d[\w.]{0,40})$")
_DASH = re.compile(r"\s[—–]\s")
_SHORTEST_TITLE = 20


def keys(title: str, links: Iterable[tuple[str, str]], item: Callable[[str], TrackedItem | None]) -> frozenset[str]:
    """Return the keys of a thing called `title` with these links (text and address)."""
    found = set(_titled(title))
    for part in _DASH.split(title):
        found |= set(_titled(part))
    for text, url in links:
        found |= {*_titled(text), *link_keys(text or title, url, item)}
    return frozenset(found)


def link_keys(text: str, url: str, item: Callable[[str], TrackedItem | None]) -> Iterator[str]:
    """Yield the keys of one link."""
    own = identify(url)
    if not own:
        return
    yield own
    if seen := item(own):
        yield from names(seen.item)
        yield from _titled(seen.item.title)
    yield from addressed(own, text)


def addressed(thing: str, text: str = "") -> Iterator[str]:
    """Yield the keys that an id itself holds: a DOI, a release; `text` may name its version."""
    if thing.startswith("github:"):
        repo, _, tag = thing.removeprefix("github:").partition("@")
        yield from _released(repo, tag)
        return
    url = canonical_url(thing.removeprefix("url:")) if thing.startswith("url:") else ""
    if not url:
        return
    parts = urlsplit(url)
    path = unquote(parts.path)
    if (found := _DOI.search(path)) and (doi := doi_id(found[1])):
        yield doi
    steps = [step for step in path.split("/") if step]
    if parts.hostname == "github.com" and len(steps) >= 2 and steps[2:3] in ([], ["releases"], ["tags"], ["tree"]):
        yield from _released("/".join(steps[:2]).lower(), f"{' '.join(steps[3:])} {text}")
    if parts.hostname == "pypi.org" and (found := _VERSION_IN_PATH.search(path)):
        yield from (f"named:{fold(found[1])} {version}" for version in in_words(found[2]))


def _released(repo: str, words: str) -> Iterator[str]:
    name = repo.rpartition("/")[2]
    for version in in_words(words.replace("/", " ")):
        yield f"release:{repo} {version}"
        yield f"named:{fold(name)} {version}"


def _titled(title: str) -> Iterator[str]:
    if found := _NAMED.match(title.strip()):
        yield from (f"named:{fold(found[1])} {version}" for version in in_words(found[2]))
    key = title_key(title)
    if len(key) >= _SHORTEST_TITLE and len(title.split()) >= 4:
        yield f"title:{key}"
