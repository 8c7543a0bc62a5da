"""Tell from its shape what an address leads to: an index, a day, a list; and which known page an unknown one stands beside."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from rapidfuzz import fuzz

from scout.identity import canonical_url, identify
from scout.releases import in_words
from scout.text import fold

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scout.model import TrackedItem

_ONE_TITLE = 88
"""The similarity (0 to 100) from which two titles are one."""
_SHORTEST_NAME = 6
"""Letters of an address's last part that may tell one page of a site from others."""
_LISTINGS = frozenset(
    {
        "archive",
        "archives",
        "articles",
        "blog",
        "blogs",
        "category",
        "changelog",
        "engineering",
        "events",
        "insights",
        "latest",
        "news",
    }
    | {
        "learn",
        "library",
        "newsroom",
        "papers",
        "posts",
        "press",
        "press-releases",
        "publications",
        "release-notes",
        "releases",
        "research",
        "resources",
        "stories",
    }
    | {"tag", "tags", "topics", "updates", "index.html", "index.php"}
)
_PROFILES = frozenset({"x.com", "twitter.com", "linkedin.com", "medium.com", "youtube.com"})
_SEARCH = re.compile(r"(?:^|&)(?:q|s|query|search)=", re.IGNORECASE)
_HUB = frozenset({"models", "datasets", "spaces", "papers"})
_FILTERS = frozenset({"tag", "tags", "category", "categories", "author", "authors", "topic", "topics", "page"})
_PROGRAMMES = frozenset({"technical-sessions", "program", "programme", "schedule", "accepted-papers", "proceedings"})
_DAYS = re.compile(r"(?:^|/)(?:19|20)\d\d[/-](?:0?[1-9]|1[0-2])(?:[/-](?:0?[1-9]|[12]\d|3[01]))?$")
"""A path that ends with a month or a day, without the name of a post."""
_RELEASE = re.compile(r"\brelease\b", re.IGNORECASE)


def index_of(url: str, title: str = "") -> str:
    """Return, in words, the index page that an address leads to; an empty string if it leads to a single item.

    `title` is the link's title: a repository's front page is an item, but not the release that a title names.
    """
    canonical = canonical_url(url)
    if not canonical:
        return ""
    parts = urlsplit(canonical)
    host, path = parts.hostname or "", [unquote(part) for part in parts.path.lower().split("/") if part]
    if host == "github.com":
        return _github(path, title)
    if host == "arxiv.org":
        return "" if path[:1] in (["abs"], ["pdf"], ["html"], ["format"]) else "a list of arXiv"
    if parts.query:
        return f"a search of {host}" if _SEARCH.search(parts.query) else ""
    if host == "huggingface.co" and len(path) == 1 and path[0] in _HUB:
        return f"the index {host}/{path[0]}"
    return _site(host, path)


def _site(host: str, path: list[str]) -> str:
    """Name the index page at a path of a site, empty if none."""
    whole, pages = "/".join([host, *path]), host.endswith((".github.io", ".gitlab.io", ".readthedocs.io"))
    front = not path or (pages and len(path) == 1 and "." not in path[0])
    kinds = (
        (f"the front page of {whole}", front),
        (f"the days of {whole}, and no post of them", bool(_DAYS.search("/".join(path)))),
        (f"a profile on {host}", host in _PROFILES and len(path) == 1),
        (f"the index {whole}", path[-1:] and path[-1] in _LISTINGS and len(path) <= 3),
        (f"the list {whole}", len(path) >= 2 and path[-2] in _FILTERS),
        (f"the programme {whole}", path[-1:] and path[-1] in _PROGRAMMES),
    )
    return next((name for name, is_it in kinds if is_it), "")


def _github(path: list[str], title: str) -> str:
    if len(path) < 2:
        return f"the GitHub account {path[0]}" if path else "the front page of GitHub"
    repo = "/".join(path[:2])
    if path[2:] in (["releases"], ["tags"], ["releases", "latest"], ["releases", "tag"]):
        return f"the index of releases of {repo}"
    if path[2:] in (["issues"], ["pulls"], ["discussions"], ["commits"], ["wiki"], ["actions"]):
        return f"the index of {path[2]} of {repo}"
    if len(path) == 2 and (in_words(title) or _RELEASE.search(title)):
        return f"the front page of the repository {repo}"
    return ""


def known_beside(url: str, title: str, known: Iterable[TrackedItem]) -> TrackedItem | None:
    """Return the one known page of the same site that an unknown address means: its title, or its name and more.

    `blog/new-cache` stands beside `blog/2026-04-24-new-cache`, and so does an address that was made up for a known title.
    """
    thing = identify(url)
    name = _words(thing.rpartition("/")[2])
    meant = []
    for seen in known:
        other = identify(seen.item.url)
        if other == thing or urlsplit(other.removeprefix("url:")).hostname != urlsplit(thing.removeprefix("url:")).hostname:
            continue
        longer = _words(other.rpartition("/")[2])
        alike = len(title.split()) >= 3 and is_titled(title, seen.item.title)
        if alike or (len("".join(name)) >= _SHORTEST_NAME and name < longer):
            meant.append((not alike, seen))
    best = [seen for worse, seen in meant if not worse] or [seen for _, seen in meant]
    return best[0] if len(best) == 1 else None


def is_titled(title: str, own: str) -> bool:
    """Say whether a title is a thing's own, but for a few letters."""
    return fuzz.token_sort_ratio(fold(title), fold(own)) >= _ONE_TITLE


def _words(name: str) -> frozenset[str]:
    return frozenset(re.findall(r"[^\W_]+", unquote(name).lower().removesuffix(".html")))
