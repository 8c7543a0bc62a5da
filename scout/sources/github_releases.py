"""Releases of GitHub repositories: REST, or the public ten-entry Atom feed once its limit is spent.

Source: GitHub REST documentation, "Releases", "Using pagination" and "Rate limits". The date is `published_at`; `created_at` is
the commit's. The order of the list is not documented, so pages are read until one has nothing near the window. Tags
without a release are not listed. `releases.atom` is undocumented: ten entries, no `published`, pre-releases mixed in.

Each repository is a part of its own: the source covers what all of them cover.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, unquote, urlsplit

from scout import dates
from scout.identity import http_url, release_id
from scout.model import Answer, Failure, Interval, Item, Kind, Result
from scout.parsers.challenge import challenge
from scout.releases import is_trial
from scout.sources import intervals
from scout.sources.base import ATOM, GITHUB_API, REPOSITORY, Page, Parsed, Source, unreadable
from scout.text import clean, clean_lines, plain, shorten

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Mapping

    from scout.sources.session import FetchSession

LOOKBACK = timedelta(days=30)
"""How far before the window a page must reach until the next one is left unread."""
MOST_PAGES = 20
"""Two thousand releases of one repository: a longer list counts as broken."""
LONGEST = 20_000
"""Characters of release notes that are kept."""
PATIENCE = 3
"""How many repositories in a row may go unanswered before the service is not asked further."""
FEED_ENTRIES = 10
"""What `releases.atom` holds; with fewer it holds all there are."""

_SITE = "https://github.com"
_RELEASE = re.compile(r"/([\w.-]+/[\w.-]+)/releases/tag/(.+)")
_NEXT = re.compile(r'<([^<>]*)>\s*;[^,<>]*\brel="?next\b')
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)

UNREADABLE = "not a release"
"""Why a row without a release's fields is dropped; a list of only those has changed its format."""


@dataclass(frozen=True, kw_only=True)
class GithubReleases(Source):
    """The releases of some repositories, `owner/name` each."""

    repos: tuple[str, ...]
    prereleases: bool = True
    endpoint: str = GITHUB_API

    authority: ClassVar[int] = 3

    def __post_init__(self) -> None:
        if not self.repos:
            raise ValueError("github_releases needs at least one repository in repos")
        if wrong := [repo for repo in self.repos if not REPOSITORY.fullmatch(repo)]:
            raise ValueError(f"{wrong[0]!r} is no repository; write it as owner/name")

    def hosts(self) -> tuple[str, ...]:
        """Return the API's host and the feeds'."""
        return tuple(dict.fromkeys(urlsplit(url).netloc for url in (self.endpoint, self._feed_url(self.repos[0]))))

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Fetch each repository; what the rate limit does not allow comes from the repository's feed."""
        spent, silent = False, 0
        for n, repo in enumerate(self.repos):
            if silent == PATIENCE:
                session.say(f"not asked any more after {PATIENCE} in a row without an answer: {', '.join(self.repos[n:])}")
                return
            limit: Failure | None = None
            if not spent:
                last = yield from self._releases(session, repo)
                silent = silent + 1 if _is_silent(last) else 0
                limit = last if isinstance(last, Failure) and last.result is Result.RATE_LIMITED else None
                spent = limit is not None or last.headers.get("x-ratelimit-remaining") == "0"
                if limit is None:
                    continue
            got = session.get(self._feed_url(repo), headers={"Accept": "application/atom+xml"})
            silent = silent + 1 if _is_silent(got) else 0
            if isinstance(got, Failure):
                yield limit or got
            else:
                session.say(f"{repo}: read from its feed of {FEED_ENTRIES} entries, because GitHub's rate limit is spent")
                yield session.page(got, role="feed", part=repo)

    def parse(self, page: Page) -> Parsed:
        """Read one page of releases, or one feed."""
        if guard := challenge(page.answer):
            return Parsed(result=Result.BLOCKED, why=guard)
        return self._feed(page) if page.role == "feed" else self._list(page)

    def _feed_url(self, repo: str) -> str:
        site = _SITE if self.endpoint == GITHUB_API else self.endpoint
        return f"{site}/{repo}/releases.atom"

    def _releases(self, session: FetchSession, repo: str) -> Generator[Page | Failure, None, Answer | Failure]:
        """Yield a repository's pages near the window. Return the last answer; a spent limit is only returned."""
        headers = {"Accept": "application/vnd.github+json", "X-GitHub-Api-Version": "2022-11-28"}
        if session.token:
            headers["Authorization"] = f"Bearer {session.token}"
        url, horizon = f"{self.endpoint}/repos/{repo}/releases?per_page=100", session.window.start - LOOKBACK
        been = {url}
        for n in range(1, MOST_PAGES + 1):
            got = _list_at(session, url, headers)
            if isinstance(got, Failure):
                if got.result is not Result.RATE_LIMITED:
                    yield got
                break
            seen = session.state[got.url] if got.status == 304 else _seen(got)
            newest, following = dates.parse_date(seen["newest"], now=session.now).at, seen["next"]
            reach: dict[str, Any] = {}
            if not following:
                reach = {"since": dates.EARLIEST.isoformat(), "complete": True}
            elif newest and newest < horizon:
                reach = {"since": horizon.isoformat()}
            yield session.page(got, role="releases", part=repo, first=n == 1, **reach)
            if reach:
                break
            if urlsplit(http_url(following))[:2] != urlsplit(self.endpoint)[:2]:
                yield _broken(got, f"the next page of {repo} is said to be at {shorten(clean(following), 100)}")
                break
            if following in been or n == MOST_PAGES:
                why = "lead round in a circle" if following in been else f"go on after {MOST_PAGES} pages"
                yield _broken(got, f"the releases of {repo} {why}")
                break
            url = following
            been.add(url)
        return got

    def _list(self, page: Page) -> Parsed:
        """Read REST's list of releases."""
        rows = _rows(page.body)
        if isinstance(rows, str):
            return Parsed(result=Result.BROKEN, why=rows)
        asked = str(page.hints.get("part", ""))
        found, dropped = _sorted_out(self._release(row, asked, page) for row in rows)
        if not found and 2 * dropped.get(UNREADABLE, 0) > len(rows):
            return unreadable("releases", len(rows), rows[0], dropped=dropped)
        return Parsed(
            items=found,
            result=Result.OK if rows else Result.EMPTY,
            covers=intervals.from_json([page.hints.get("since"), page.now.isoformat()]) or intervals.NOTHING,
            complete=bool(page.hints.get("complete")),
            notes=_notes(asked, found, page, bare=not rows and page.hints.get("first", True)),
            state={page.answer.url: _seen(page.answer)},
            dropped=dropped,
        )

    def _release(self, row: Any, asked: str, page: Page) -> Item | str:
        """Turn a row into an item, or say why not."""
        if not isinstance(row, dict) or not (tag := _text(row.get("tag_name"))):
            return UNREADABLE
        if "published_at" not in row and not row.get("draft"):
            return UNREADABLE
        if row.get("draft") or not row.get("published_at"):
            return "draft"
        if not self.prereleases and (row.get("prerelease") or is_trial(tag)):
            return "pre-release"
        author, notes = row.get("author"), row.get("body")
        return _item(
            address=_text(row.get("html_url")),
            asked=asked,
            tag=tag,
            name=_text(row.get("name")),
            published=dates.parse_date(_text(row.get("published_at")), now=page.now),
            date_source="github:published_at",
            updated=dates.parse_date(_text(row.get("updated_at")), now=page.now),
            body=clean_lines(_COMMENT.sub("", notes[: 4 * LONGEST])) if isinstance(notes, str) else "",
            author=_text(author.get("login")) if isinstance(author, dict) else "",
            prerelease=bool(row.get("prerelease")),
        )

    def _feed(self, page: Page) -> Parsed:
        """Read `releases.atom`."""
        entries = _entries(page.body)
        if isinstance(entries, str):
            return Parsed(result=Result.BROKEN, why=entries)
        asked = str(page.hints.get("part", ""))
        found, dropped = _sorted_out(self._feed_entry(entry, asked, page) for entry in entries)
        if not found and 2 * dropped.get(UNREADABLE, 0) > len(entries):
            return unreadable("entries", len(entries), " ".join(entries[0].itertext()), dropped=dropped)
        complete = len(entries) < FEED_ENTRIES
        oldest = min((item.published for item in found if item.published), default=page.now)
        return Parsed(
            items=found,
            result=Result.OK if entries else Result.EMPTY,
            covers=Interval(start=dates.EARLIEST if complete else oldest, end=page.now),
            complete=complete,
            notes=_notes(asked, found, page, bare=not entries),
            dropped=dropped,
        )

    def _feed_entry(self, entry: Any, asked: str, page: Page) -> Item | str:
        """Turn an entry into an item, or say why not. Whether it is a pre-release only its tag can tell."""
        address = next((link.get("href", "") for link in entry.iterfind(f"{ATOM}link") if link.get("rel") == "alternate"), "")
        named = _named(clean(address))
        if not named:
            return UNREADABLE
        if not self.prereleases and is_trial(named[1]):
            return "pre-release by its tag"
        claimed = clean(entry.findtext(f"{ATOM}updated") or "")
        at = dates.parse_date(claimed, now=page.now)
        return _item(
            address=clean(address),
            asked=asked,
            tag=named[1],
            name=clean(entry.findtext(f"{ATOM}title") or ""),
            published=at,
            date_source="github:atom-updated",
            updated=at,
            body=plain((entry.findtext(f"{ATOM}content") or "")[: 4 * LONGEST]),
            author=clean(entry.findtext(f"{ATOM}author/{ATOM}name") or ""),
        )


def _list_at(session: FetchSession, url: str, headers: Mapping[str, str]) -> Answer | Failure:
    """Send validators; a 304 for a page not in the state is fetched again without, since it does not name the next page."""
    got = session.get(url, headers=headers)
    if isinstance(got, Answer) and got.status == 304 and got.url not in session.state:
        got = session.get(url, headers=headers, conditional=False)
    if isinstance(got, Answer) and urlsplit(got.final_url).netloc != urlsplit(url).netloc:
        return _broken(got, f"the list of releases was redirected to {clean(urlsplit(got.final_url).netloc)}")
    return got


def _is_silent(last: Answer | Failure) -> bool:
    """Say whether the service did not answer; a missing repository (4xx) does not count."""
    if not isinstance(last, Failure) or last.result not in (Result.BLOCKED, Result.UNREACHABLE):
        return False
    return last.result is Result.BLOCKED or last.status is None or last.status >= 500


def _broken(got: Answer, why: str) -> Failure:
    return Failure(url=got.url, result=Result.BROKEN, why=why, status=got.status, requests=0)


def _rows(body: bytes) -> list[Any] | str:
    """Return the list of releases, or why it is invalid."""
    try:
        said = json.loads(body)
    except (ValueError, RecursionError):
        return "not JSON, where GitHub's list of releases was expected"
    if isinstance(said, list):
        return said
    message = _text(said.get("message")) if isinstance(said, dict) else ""
    return f"GitHub says: {message[:200]}" if message else "JSON, but not a list of releases"


def _seen(got: Answer) -> dict[str, str]:
    """Return the newest date of a page and the address of the next, which a later 304 lacks."""
    rows = _rows(got.body)
    stamps = [_text(row.get("published_at")) for row in rows if isinstance(row, dict)] if isinstance(rows, list) else []
    found = _NEXT.search(got.headers.get("link", ""))
    return {"newest": max(stamps, default=""), "next": found[1] if found else ""}


def _entries(body: bytes) -> list[Any] | str:
    """Return the feed's entries, or why there are none; a truncated feed is an error."""
    from lxml import etree  # noqa: PLC0415 -- only those who collect need it

    try:
        root = etree.fromstring(body, etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True))
    except etree.XMLSyntaxError as exc:
        return f"the feed is cut off or malformed: {clean(str(exc.msg))}"
    if root.tag != f"{ATOM}feed":
        return f"not an Atom feed but <{clean(str(root.tag))[:40]}>"
    return list(root.iterchildren(f"{ATOM}entry"))


def _text(value: Any) -> str:
    return clean(value) if isinstance(value, str) else ""


def _named(address: str) -> tuple[str, str] | None:
    """Return the repository and the tag that a release's address names."""
    found = _RELEASE.fullmatch(unquote(urlsplit(address).path)) if http_url(address) else None
    return (found[1], found[2]) if found else None


def _sorted_out(found: Iterator[Item | str]) -> tuple[tuple[Item, ...], dict[str, int]]:
    """Split items from drop reasons, counted."""
    items, reasons = [], []
    for one in found:
        if isinstance(one, str):
            reasons.append(one)
        else:
            items.append(one)
    return tuple(items), dict(Counter(reasons))


def _notes(asked: str, found: tuple[Item, ...], page: Page, *, bare: bool) -> tuple[str, ...]:
    """Note what feeds.yaml should change: a repository that moved, or has only tags."""
    names = dict.fromkeys(str(item.extra["repo"]) for item in found)
    moved = [name for name in names if asked and name.lower() != asked.lower()]
    if moved:
        return (f"{asked} is now {moved[0]}",)
    if page.answer.moved_to and not found:
        return (f"{asked} has moved to {clean(page.answer.moved_to)}",)
    return (f"{asked} has no releases; tags without a release are not listed",) if bare else ()


def _item(
    *,
    address: str,
    asked: str,
    tag: str,
    name: str,
    published: dates.Dated,
    date_source: str,
    updated: dates.Dated,
    body: str,
    author: str,
    prerelease: bool | None = None,
) -> Item:
    """Make the item; its repository is from the release's own address, which follows renames."""
    named = _named(address)
    repo = named[0] if named else asked
    name = name or tag
    extra = {"repo": repo, "tag": tag, "name": name} | ({} if prerelease is None else {"prerelease": prerelease})
    return Item(
        id=release_id(repo, tag),
        kind=Kind.RELEASE,
        title=f"{repo} {name}" if tag.lstrip("vV") in name else f"{repo} {tag}: {name}",
        url=address if named else f"{_SITE}/{repo}/releases/tag/{quote(tag, safe='')}",
        published=published.at,
        precision=published.precision,
        date_source=date_source,
        claimed=published.claimed,
        updated=updated.at,
        summary=shorten(body, LONGEST),
        authors=(author,) if author else (),
        extra=extra,
    )


KIND = GithubReleases
