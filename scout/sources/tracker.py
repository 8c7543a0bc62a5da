"""Find links added to an awesome-list since the last reading.

The list is one Markdown file in a public git repository (CommonMark with GitHub's tables; raw HTML inside is read too). The
first reading gives no items, since it is unknown when its links were added. When a link was listed says
nothing about when the thing was published, so its items have no date.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar
from urllib.parse import quote, urlsplit

from scout.identity import http_url, identify
from scout.model import Failure, Interval, Item, Kind, Result, Vote, VoteKind
from scout.parsers.challenge import challenge
from scout.parsers.walls import no_markdown
from scout.sources.base import GITHUB_API, REPOSITORY, Page, Parsed, Source, excerpt
from scout.text import clean, shorten, title_key, tree

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bs4 import Tag

    from scout.sources.session import FetchSession

RAW = "https://raw.githubusercontent.com"
# A link's text that names the sort of link: the title then comes before it.
_LABELS = re.compile(
    r"\W*(?:papers?|pdf|arxiv|html|abs|abstract|links?|url|here|code|github|repo(?:sitory)?|page|project|project page|website"
    r"|site|homepage|blog|post|slides|video|talk|poster|demo|models?|data|dataset|doi|acm|ieee|openreview|usenix|publication|stars?"
    r"|github stars|huggingface|hf|tweet|bib|bibtex|docs|arxiv[:\s]*[\d.v]+)?\W*",
    re.IGNORECASE,
)
_FURNITURE = {"img.shields.io", "badge.fury.io", "badges.frapsoft.com", "api.star-history.com", "star-history.com", "awesome.re"}
_TRIM = re.compile(r"^[\s|:.,;–—-]+|(?<![\s|:.,;(\[–—-])[\s|:.,;(\[–—-]++$")
_CODE = {"github.com", "gitlab.com", "huggingface.co"}
_HEADINGS = ["h1", "h2", "h3", "h4", "h5", "h6"]


@dataclass(kw_only=True, slots=True)
class _Entry:
    """Build one listed entry: its name, the heading above it, and its addresses by id."""

    title: str
    heading: str
    links: dict[str, str]

    @property
    def id(self) -> str:
        """The paper's id where one of the links leads to a paper, else the first link's."""
        return next((found for found in self.links if not found.startswith("url:")), next(iter(self.links)))

    def add(self, url: str, text: str) -> None:
        """Add another link of the same row or entry; one to the paper itself has the better title."""
        was = self.id
        self.links.setdefault(identify(url), url)
        if text and was.startswith("url:") and self.id != was:
            self.title = _title(text)


@dataclass(frozen=True, kw_only=True)
class Tracker(Source):
    """Watch one list: `repo` is owner/name, `path` the file, `branch` where it lives. `endpoint` serves the raw files."""

    repo: str
    path: str = "README.md"
    branch: str = "main"
    endpoint: str = RAW

    broad: ClassVar[bool] = True
    authority: ClassVar[int] = 1

    def __post_init__(self) -> None:
        """Refuse invalid options."""
        if not REPOSITORY.fullmatch(self.repo):
            raise ValueError(f"repo: {self.repo!r} is not owner/name")
        if not http_url(self.endpoint):
            raise ValueError(f"endpoint: {self.endpoint!r} is not an http(s) address")
        if not self.path.strip("/") or not self.branch:
            raise ValueError("path and branch must not be empty")

    def hosts(self) -> tuple[str, ...]:
        """Return the one host; GitHub's API is used only if the raw file fails."""
        return (urlsplit(self.endpoint).netloc.lower(),)

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Fetch the file; if GitHub's raw host fails, from GitHub's API."""
        path = quote(self.path.strip("/"))
        answer = session.get(f"{self.endpoint.rstrip('/')}/{self.repo}/{quote(self.branch)}/{path}")
        if isinstance(answer, Failure) and self.endpoint == RAW and answer.status not in (404, 410):
            why = answer.why
            answer = session.get(
                f"{GITHUB_API}/repos/{self.repo}/contents/{path}",
                params={"ref": self.branch},
                headers={"Accept": "application/vnd.github.raw+json"},
            )
            if not isinstance(answer, Failure):
                session.say(f"read through GitHub's API, since the raw file could not be had: {why}")
        before = {"links": (), "left": (), "read": ""}
        hints = {name: session.state.get(name, nothing) for name, nothing in before.items()}
        yield answer if isinstance(answer, Failure) else session.page(answer, **hints)

    def parse(self, page: Page) -> Parsed:
        """Parse the list, and return what the last reading did not have."""
        known: frozenset[str] = frozenset(page.hints.get("links", ()))
        covers = Interval(start=datetime.fromisoformat(page.hints["read"]), end=page.now) if page.hints.get("read") else None
        if page.answer.unchanged and not page.body:
            return Parsed(result=Result.UNCHANGED, why="the list is as it was", covers=covers)
        if (unreadable := _unreadable(page)) is not None:
            return unreadable
        entries = _entries(page.body.decode("utf-8", "replace"), self.repo)
        now = dict.fromkeys(link for entry in entries for link in entry.links)
        if not now:
            why = f"not a list: the file has no links to other places: {excerpt(page.body) or 'it is empty'}"
            return Parsed(result=Result.BROKEN, why=why)
        gone = len(known - now.keys())
        if gone * 2 > len(known):
            why = f"the list lost {gone} of its {len(known)} links at once; what is known is kept until it is whole again"
            return Parsed(result=Result.BROKEN, why=why)
        left = (set(page.hints.get("left", ())) | known) - now.keys()  # a link that returns is not new
        state = {"links": sorted(now), "left": sorted(left), "read": page.now.isoformat()}
        if not known:
            why = f"first reading: {len(now)} links are known from now on"
            return Parsed(result=Result.EMPTY, why=why, notes=(why,), state=state)
        added = tuple(_added(entries, known.union(page.hints.get("left", ()))))
        items = tuple(map(self._item, added))
        return Parsed(
            items=items,
            votes=tuple(map(self._vote, added)),
            result=Result.OK if items else Result.EMPTY,
            why="" if items else f"none of the {len(now)} links is new since {page.hints.get('read', '')[:10]}",
            covers=covers,
            notes=(f"{gone} links left the list",) if gone else (),
            state=state,
        )

    def _item(self, entry: _Entry) -> Item:
        main = entry.id
        return Item(
            id=main,
            kind=Kind.POST if main.startswith("url:") else Kind.PAPER,
            title=entry.title,
            url=entry.links[main],
            links=tuple(link for found, link in entry.links.items() if found != main),
            extra={"tracker": self.repo, "list_section": entry.heading},
        )

    def _vote(self, entry: _Entry) -> Vote:
        """Return the list's vote; when it was cast nobody says, only between which readings."""
        url = f"https://github.com/{self.repo}/blob/{quote(self.branch)}/{quote(self.path.strip('/'))}"
        return Vote(item=entry.id, kind=VoteKind.LIST, url=url, title=entry.title)


def _unreadable(page: Page) -> Parsed | None:
    """Return the result of a page that cannot be a Markdown file."""
    if guard := challenge(page.answer):
        return Parsed(result=Result.BLOCKED, why=guard)
    why = no_markdown(page.body, page.url)
    return Parsed(result=Result.BROKEN, why=why) if why else None


def _added(entries: Sequence[_Entry], known: frozenset[str]) -> Iterator[_Entry]:
    """Yield each entry whose own address is new, once: a new code link of a known paper does not count."""
    seen = set(known)
    for entry in entries:
        if entry.id not in seen:
            seen.add(entry.id)
            yield entry


def _entries(markdown: str, repo: str) -> list[_Entry]:
    """Parse the entries of a list, in order."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 -- only where a list is read

    soup = tree(MarkdownIt("commonmark", {"html": True}).enable("table").render(markdown))
    entries: list[_Entry] = []
    heading, place, entry = "", None, None
    for tag in soup.find_all([*_HEADINGS, "a"]):
        if tag.name != "a":
            heading, place = clean(tag.get_text(" ")), None
            continue
        url = http_url(str(tag.get("href", "")))
        if not identify(url) or _is_furniture(url, repo):
            continue
        text, here = clean(tag.get_text(" ")), _place(tag)
        label = _LABELS.fullmatch(text) is not None
        if here is not None and here is place and (label or here.name == "tr" or _is_code(url)):
            if entry:
                entry.add(url, "" if label else text)
            continue
        title, place = (_name_before(tag, here) if label else text), here
        named = len(title_key(title)) > 2
        entry = _Entry(title=_title(title), heading=heading, links={identify(url): url}) if named else None
        entries += [entry] if entry else []
    return entries


def _title(text: str) -> str:
    return shorten(text.removesuffix("."), 300)


def _is_code(url: str) -> bool:
    return (urlsplit(url).hostname or "").removeprefix("www.") in _CODE


def _place(link: Tag) -> Tag | None:
    """Return the list item, table row or paragraph around a link: one entry."""
    return link.find_parent(["li", "tr"]) or link.find_parent(["p", "td"])


def _name_before(link: Tag, place: Tag | None) -> str:
    """Return the text before a bare `[paper]` link: a row's longest cell, the bold words, or the text of its place."""
    bold, cells = "", [""]
    for node in place.descendants if place else ():
        if node is link:
            break
        if isinstance(node, str):
            cells[-1] += node
        elif getattr(node, "name", "") == "td":
            cells.append("")
        elif getattr(node, "name", "") in ("strong", "b") and not bold and link.find_parent(["strong", "b"]) is not node:
            words = clean(node.get_text(" "))
            bold = "" if _LABELS.fullmatch(words) else words
    longest = max(cells, key=len)
    return _TRIM.sub("", clean(longest if place and place.name == "tr" else bold or longest))


def _is_furniture(url: str, repo: str) -> bool:
    """Say whether a link belongs to the list itself: badges, its own repository, a star chart."""
    parts = urlsplit(url)
    host, path = (parts.hostname or "").removeprefix("www."), parts.path.strip("/").lower()
    own = host == "github.com" and (path == repo.lower() or path.startswith(repo.lower() + "/"))
    return own or host in _FURNITURE or path.endswith((".svg", ".png", ".gif", ".jpg"))


KIND = Tracker
