"""Read a blog from the Markdown files of its public git repository, where its site blocks or has no feed.

The folder is listed through GitHub's contents API (docs.github.com/rest/repos/contents: at most 1,000 entries, each with its
`sha`); a post is read once for each `sha`, newest names first, a bounded number in a run. A directory is a post with its
pictures: `slug/index.md`. Names are Jekyll's (`2026-05-18-slug.md`), front matter is YAML (yaml.org/spec/1.1)
between `---` or TOML (toml.io) between `+++`.
"""

from __future__ import annotations

import json
import re
import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar
from urllib.parse import quote, urlsplit

import yaml

from scout import dates
from scout.identity import http_url, identify
from scout.model import Answer, Failure, Interval, Item, Kind, Precision, Result
from scout.parsers.challenge import challenge
from scout.parsers.html import links
from scout.parsers.walls import no_markdown
from scout.sources.base import GITHUB_API, REPOSITORY, Page, Parsed, Source, excerpt
from scout.text import clean, plain, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from scout.dates import Dated
    from scout.sources.session import FetchSession

MOST_POSTS = 20
MOST_LISTED = 1000
SUMMARY = 8_000
LONGEST = 100_000
"""The characters of a post's Markdown that are read: a newsletter with a hundred links has half as many."""
FRONT = 16 * 1024
"""The longest front matter read, in characters."""
DEEPEST = 20
"""How many lists and mappings of front matter may stand within each other: libyaml ends the process over some ten thousand."""
_NAME = re.compile(r"^(?:(\d{4})-(\d{1,2})-(\d{1,2})[-_]?)?(.*?)(?:\.(?:md|mdx|markdown))?$", re.IGNORECASE)
_MARKDOWN = (".md", ".mdx", ".markdown")
_NOT_POSTS = {"readme", "_index", "contributing", "template"}
_FENCE = re.compile(r"\A\ufeff?(---|\+\+\+)[ \t]*\r?\n(.*?)\r?\n\1[ \t]*(?:\r?\n|\Z)", re.DOTALL)
_PLACES = {"year", "month", "day", "slug", "name"}


@dataclass(frozen=True, kw_only=True)
class Posts(Source):
    """Watch one folder: `repo` is owner/name, `path` the folder, `branch` where it lives.

    `site` makes a post's public address: a base that front matter's own paths are joined to, or a pattern with `{year}`,
    `{month}`, `{day}`, `{slug}` or `{name}` (the file's name without its ending). Without it the item leads to the file.
    """

    repo: str
    path: str = "_posts"
    branch: str = "main"
    site: str = ""
    endpoint: str = GITHUB_API

    forgettable: ClassVar[bool] = True

    def __post_init__(self) -> None:
        """Refuse invalid options."""
        if not REPOSITORY.fullmatch(self.repo):
            raise ValueError(f"repo: {self.repo!r} is not owner/name")
        for option in ("endpoint", "site"):
            if (value := getattr(self, option)) and not http_url(value):
                raise ValueError(f"{option}: {value!r} is not an http(s) address")
        if unknown := set(re.findall(r"\{([^{}]*)\}", self.site)) - _PLACES:
            raise ValueError(f"site: {{{min(unknown)}}} is not one of {', '.join(sorted(_PLACES))}")

    def hosts(self) -> tuple[str, ...]:
        """Return the API's host; files come from the hosts it names."""
        return (urlsplit(self.endpoint).netloc.lower(),)

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """List the folder, read what is new, and yield the listing last, with the count left: a crash loses nothing."""
        url = f"{self.endpoint.rstrip('/')}/repos/{self.repo}/contents/{quote(self.path.strip('/'))}"
        answer = session.get(url, params={"ref": self.branch}, conditional=not session.state.get("left", 0))
        if isinstance(answer, Failure) or not answer.body:
            yield answer if isinstance(answer, Failure) else session.page(answer)
            return
        todo = [entry for entry in _entries(answer) or () if session.state.get(entry["path"]) != entry["sha"]]
        todo = [entry for entry in todo if (day := _day(entry["name"])) is None or day >= session.window.since]
        left = len(todo)
        for entry in todo[:MOST_POSTS]:
            got = self._post(session, entry)
            if isinstance(got, Failure):
                yield got
                continue
            page = session.page(got, "item", path=entry["path"], name=entry["name"], sha=entry["sha"], shown=entry["html_url"])
            left -= bool(session.parse(self, page).state)
            yield page
        yield session.page(answer, left=left)

    def _post(self, session: FetchSession, entry: Mapping[str, str]) -> Answer | Failure:
        """Fetch one post's text; list a directory first."""
        if entry["type"] == "dir":
            answer = session.get(entry["url"], conditional=False)
            if isinstance(answer, Failure):
                return answer
            inside = [file for file in _entries(answer) or () if file["type"] == "file"]
            entry = next((f for f in inside if _stem(f["name"]) == "index"), inside[0] if inside else {"download_url": ""})
            if not entry["download_url"]:
                return Failure(url=answer.url, result=Result.BROKEN, why="the directory of a post holds no Markdown")
        return session.get(entry["download_url"], conditional=False)

    def parse(self, page: Page) -> Parsed:
        """Read the folder's listing, or one post."""
        if page.answer.unchanged and not page.body:
            return Parsed(result=Result.UNCHANGED, why="the folder is as it was")
        if guard := challenge(page.answer):
            return Parsed(result=Result.BLOCKED, why=guard)
        return self._parse_post(page) if page.role == "item" else self._parse_listing(page)

    def _parse_listing(self, page: Page) -> Parsed:
        entries = _entries(page.answer)
        if entries is None:
            return Parsed(result=Result.BROKEN, why="not a folder's listing: no JSON list of files")
        if not entries:
            why = f"no Markdown post in {self.path} of {self.repo}: has the folder moved? It holds: {excerpt(page.body)}"
            return Parsed(result=Result.BROKEN, why=why)
        left = int(page.hints.get("left", 0))
        if len(entries) >= MOST_LISTED:
            return Parsed(result=Result.PARTIAL, why="the API lists the first 1,000 files of a folder and leaves out the rest")
        span = None if left else Interval(start=page.window.start, end=page.now)
        why = f"{len(entries)} posts in the folder" + (f", {left} of them still to be read" if left else "")
        return Parsed(result=Result.EMPTY, why=why, covers=span, notes=(why,) if left else (), state={"left": left})

    def _parse_post(self, page: Page) -> Parsed:
        path, name = str(page.hints.get("path", "")), str(page.hints.get("name", ""))
        if why := "a binary file" if b"\0" in page.body else no_markdown(page.body, page.url):
            return Parsed(result=Result.BROKEN, why=f"not Markdown: {path or page.url}: {why}")
        front, body = front_matter(page.body.decode("utf-8", "replace"))
        state = {path: page.hints["sha"]} if path and "sha" in page.hints else {}
        if str(front.get("draft", "")).lower() == "true" or str(front.get("published", "")).lower() == "false":
            return Parsed(result=Result.EMPTY, why="a draft", dropped={"draft": 1}, state=state)
        title = clean(str(front.get("title", ""))) or _heading(body)
        if not title:
            return Parsed(
                result=Result.BROKEN, why=f"no title in {path or page.url}", dropped={"without a title": 1}, state=state
            )
        at, source = _published(front, name, page.now)
        shown = http_url(str(page.hints.get("shown", "")))
        url = self._address(front, name, at) or shown or page.url
        markup = _markup(body)
        item = Item(
            id=identify(url) or f"url:{url}",
            kind=Kind.POST,
            title=shorten(title, 300),
            url=url,
            published=at.at,
            precision=at.precision,
            date_source=source,
            claimed=at.claimed,
            summary=_summary(front, markup),
            authors=_words(front, "authors", "author"),
            tags=_words(front, "tags", "categories"),
            links=tuple(link for link in dict.fromkeys((shown, *links(markup, url))) if link and link != url),
            extra={"repo": self.repo, "path": path},
        )
        ahead = at.at is None and bool(at.claimed)  # a date still to come counts one day: then the post is read again
        return Parsed(items=(item,), state={} if ahead else state)

    def _address(self, front: Mapping[str, Any], name: str, at: Dated) -> str:
        """Return a post's public address, where front matter or `site` give one."""
        own = next((str(front[key]).strip() for key in ("permalink", "url", "canonical_url") if front.get(key)), "")
        if http_url(own):
            return own
        if not self.site:
            return ""
        if "{" not in self.site:
            return http_url(own or str(front.get("slug", "")), self.site.rstrip("/") + "/") if own or front.get("slug") else ""
        day = _day(name) or (at.at.date() if at.at else None)
        if day is None and re.search(r"\{(year|month|day)\}", self.site):
            return ""
        filled = self.site
        values = {"slug": str(front.get("slug") or _slug(name)), "name": _stem(name)}
        if day:
            values |= {"year": f"{day:%Y}", "month": f"{day:%m}", "day": f"{day:%d}"}
        for place, value in values.items():
            filled = filled.replace(f"{{{place}}}", quote(value.strip("/")))
        return http_url(filled)


class _TextLoader(getattr(yaml, "CBaseLoader", yaml.BaseLoader)):  # type: ignore[misc]
    """Makes text, lists and mappings, and nothing else, whatever a tag says. A null that is not quoted is an empty text."""


_TextLoader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"(?:~|null|Null|NULL)\Z"), list("~nN"))
_TextLoader.add_constructor("tag:yaml.org,2002:null", lambda *_: "")


def front_matter(text: str) -> tuple[dict[str, Any], str]:
    """Split a post into its front matter and its body; unreadable front matter counts as none."""
    found = _FENCE.match(text)
    if not found:
        return {}, text
    body = text[found.end() :]
    if found[1] == "---":
        return _yaml(found[2]), body
    if len(found[2]) > FRONT:
        return {}, body
    try:
        table = tomllib.loads(found[2].replace("\r\n", "\n"))
    except (ValueError, RecursionError):  # a number of more than 4,300 digits is no TOMLDecodeError
        return {}, body
    nested = [value for value in table.values() if isinstance(value, dict)]
    return {**{key: value for inner in nested for key, value in inner.items()}, **table}, body


def _yaml(text: str) -> dict[str, Any]:
    """Read YAML front matter: every scalar stays text as written, dates too. Aliases are not followed.

    Of nested mappings, only authors are kept: the rest is about layout.
    """
    if len(text) > FRONT:
        return {}
    depth = 0
    try:
        for event in yaml.parse(text, _TextLoader):
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > DEEPEST or isinstance(event, yaml.AliasEvent):
                return {}
        table = yaml.load(text, _TextLoader)  # noqa: S506 -- it makes no objects
    except (yaml.YAMLError, RecursionError):
        return {}
    pairs = table.items() if isinstance(table, dict) else ()
    named = {key.lower(): value for key, value in pairs if isinstance(key, str)}
    return {key: value for key, value in named.items() if key in ("author", "authors") or not isinstance(value, dict)}


def _entries(answer: Answer) -> list[dict[str, str]] | None:
    """Return the posts of a folder's listing, newest names first, or None if it is none."""
    try:
        rows = json.loads(answer.body)
    except (ValueError, RecursionError):
        return None
    if not isinstance(rows, list):
        return None
    wanted = ("name", "path", "type", "sha", "url", "html_url", "download_url")
    found = [{key: row[key] if isinstance(row.get(key), str) else "" for key in wanted} for row in rows if isinstance(row, dict)]
    posts = [row for row in found if row["name"] and row["sha"] and row["path"] and _is_post(row)]
    return sorted(posts, key=lambda row: (_day(row["name"]) or date.min, row["name"]), reverse=True)


def _is_post(row: Mapping[str, str]) -> bool:
    if _stem(row["name"]).lower() in _NOT_POSTS or row["name"].startswith("."):
        return False
    return row["type"] == "dir" or (row["type"] == "file" and row["name"].lower().endswith(_MARKDOWN))


def _stem(name: str) -> str:
    return re.sub(r"\.(md|mdx|markdown)$", "", name, flags=re.IGNORECASE)


def _slug(name: str) -> str:
    found = _NAME.match(name)
    return found[4] if found else name


def _day(name: str) -> date | None:
    """Return the day that a file's name begins with."""
    found = _NAME.match(name)
    if not found or not found[1]:
        return None
    try:
        return date(int(found[1]), int(found[2]), int(found[3]))
    except ValueError:
        return None


def _published(front: Mapping[str, Any], name: str, now: datetime) -> tuple[Dated, str]:
    """Return a post's date and its place: front matter first, else the file's name, which has only the day."""
    stated = next((str(front[key]) for key in ("date", "pubdate", "published_at") if front.get(key)), "")
    at = dates.parse_date(stated, now=now)
    if at.at or not (day := _day(name)):
        return at, "posts:date" if stated else ""
    named = dates.bounded(datetime(day.year, day.month, day.day, tzinfo=UTC), Precision.DAY, day.isoformat(), now=now)
    return named, "posts:filename"


def _heading(body: str) -> str:
    found = re.search(r"^#{1,2}[ \t]++(\S.*)$", body, re.MULTILINE)
    return clean(re.sub(r"[*_`]", "", found[1].rstrip().rstrip("#"))) if found else ""


def _markup(body: str) -> str:
    """Return a post as HTML."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 -- only where a post is read

    return str(MarkdownIt("commonmark", {"html": True}).enable("table").render(body[:LONGEST]))


def _summary(front: Mapping[str, Any], markup: str) -> str:
    """Return the description and the text of a post without its markup."""
    about = next((clean(str(front[key])) for key in ("description", "summary", "excerpt") if front.get(key)), "")
    return shorten("\n\n".join(part for part in (about, plain(markup)) if part), SUMMARY)


def _words(front: Mapping[str, Any], *keys: str) -> tuple[str, ...]:
    value = next((front[key] for key in keys if front.get(key)), "")
    listed = [value] if isinstance(value, dict) else value
    parts: Sequence[Any] = listed if isinstance(listed, list) else re.split(r",|\band\b", str(listed))
    return tuple(found for part in parts if (found := clean(str(part.get("name", "") if isinstance(part, dict) else part))))


KIND = Posts
