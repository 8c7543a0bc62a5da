"""Serve the recorded query APIs: arXiv, GitHub releases, Algolia's Hacker News search, Hugging Face's daily papers.

Formats: arXiv API User's Manual (Atom, opensearch totals, errors as Atom too), GitHub REST "Releases" and "Using pagination",
hn.algolia.com/api. Replies hold only the fields that scout reads.
"""

from __future__ import annotations

import json
import operator
import re
from hashlib import sha256
from html import escape
from typing import TYPE_CHECKING, Any

from scout.demo.records import instant, note, table
from scout.demo.server import Reply

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from scout.demo.server import Request

PER_PAGE = 5
"""Releases per page: fewer than GitHub's hundred, so that the demo uses pagination."""
_CATEGORIES = re.compile(r"cat:([a-z-]+(?:\.[A-Za-z-]+)?)")
_BETWEEN = re.compile(r"submittedDate:\[(\d{12}) TO (\d{12})\]")
_FILTER = re.compile(r"created_at_i(>=|<=|>|<)(\d+)")
_COMPARE: dict[str, Callable[[Any, Any], bool]] = {">=": operator.ge, "<=": operator.le, ">": operator.gt, "<": operator.lt}


def tagged(body: bytes, content_type: str, **headers: str) -> Reply:
    """Return a reply whose ETag is a digest of the body."""
    return Reply(body=body, content_type=content_type, etag=f'"{sha256(body).hexdigest()[:20]}"', headers=headers)


# -- arXiv -----------------------------------------------------------------------------------------------------------------
def arxiv(request: Request) -> Reply:
    """Answer from the embedded week's papers."""
    return arxiv_answer(request, table("papers")["paper"])


def arxiv_answer(request: Request, papers: list[dict[str, Any]]) -> Reply:
    """Answer a query by categories and submission time, or by ids, from these papers; any other gets an error."""
    query = request.query
    matching = _matching(papers, query.get("search_query", ""), query.get("id_list", ""))
    if matching is None:
        return _atom(_ERROR, total=1, start=0, status=400)
    start, size = int(query.get("start", "0")), int(query.get("max_results", "10"))
    ascending = query.get("sortOrder") == "ascending"
    found = sorted(matching, key=lambda paper: (instant(paper["at"]), paper["id"]), reverse=not ascending)
    entries = "".join(_paper(paper) for paper in found[start : start + size])
    return _atom(entries, total=len(found), start=start)


def _matching(papers: list[dict[str, Any]], search: str, ids: str) -> list[dict[str, Any]] | None:
    """Return the papers matching a query, or None if it has more than categories and dates."""
    if ids and not search:
        return [paper for paper in papers if paper["id"] in {re.sub(r"v\d+$", "", one) for one in ids.split(",")}]
    between, wanted = _BETWEEN.search(search), set(_CATEGORIES.findall(search))
    rest = re.sub(r"\b(?:OR|AND)\b|[()\s]", "", _BETWEEN.sub("", _CATEGORIES.sub("", search)))
    if not between or rest:
        return None
    return [
        paper
        for paper in papers
        if between[1] <= f"{instant(paper['at']):%Y%m%d%H%M}" <= between[2] and wanted & set(paper["categories"].split())
    ]


def _atom(entries: str, *, total: int, start: int, status: int = 200) -> Reply:
    feed = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:opensearch="http://a9.com/-/spec/opensearch/1.1/"'
        ' xmlns:arxiv="http://arxiv.org/schemas/atom">\n'
        "  <title>arXiv Query: scout's embedded week</title>\n"
        f"  <opensearch:totalResults>{total}</opensearch:totalResults>\n"
        f"  <opensearch:startIndex>{start}</opensearch:startIndex>\n{entries}</feed>\n"
    )
    return Reply(status=status, body=feed.encode(), content_type="application/atom+xml; charset=utf-8")


def _paper(paper: dict[str, Any]) -> str:
    at, categories = f"{instant(paper['at']):%Y-%m-%dT%H:%M:%SZ}", paper["categories"].split()
    lines = [
        f"<id>http://arxiv.org/abs/{paper['id']}v1</id>",
        f"<title>{escape(paper['title'])}</title>",
        f"<updated>{at}</updated>",
        f'<link href="https://arxiv.org/abs/{paper["id"]}v1" rel="alternate" type="text/html"/>',
        f"<summary>{escape(note(paper))}</summary>",
        *(f'<category term="{name}" scheme="http://arxiv.org/schemas/atom"/>' for name in categories),
        f"<published>{at}</published>",
        f'<arxiv:primary_category term="{categories[0]}"/>',
        *(f"<author><name>{escape(author)}</name></author>" for author in paper["authors"].split(", ")),
    ]
    return "  <entry>\n    " + "\n    ".join(lines) + "\n  </entry>\n"


_ERROR = (
    "  <entry>\n    <id>http://arxiv.org/api/errors#not_in_the_embedded_week</id>\n    <title>Error</title>\n"
    "    <summary>the embedded week answers queries by category and submittedDate, and by id</summary>\n  </entry>\n"
)


# -- GitHub ----------------------------------------------------------------------------------------------------------------
def repositories() -> tuple[str, ...]:
    """Return the repositories that have releases."""
    return tuple(dict.fromkeys(release["repo"] for release in table("releases")["release"]))


def releases(request: Request) -> Reply:
    """Answer a page of a repository's releases, newest first, with links to the next and last page."""
    repo = request.path.removeprefix("/repos/").removesuffix("/releases")
    mine = [release for release in table("releases")["release"] if release["repo"] == repo]
    mine.sort(key=lambda release: instant(release["at"]), reverse=True)
    size, page = min(int(request.query.get("per_page", "30")), PER_PAGE), int(request.query.get("page", "1"))
    last = max(1, -(-len(mine) // size))
    rows = [_release(release) for release in mine[(page - 1) * size : page * size]]
    body = json.dumps(rows, indent=1).encode()
    return tagged(body, "application/json; charset=utf-8", link=_links(request, page, last))


def _links(request: Request, page: int, last: int) -> str:
    """Return the Link header (RFC 8288) of a page; none for the last."""
    if page >= last:
        return ""
    rest = "".join(f"{name}={value}&" for name, value in request.query.items() if name != "page")
    here = f"http://{request.headers['host']}{request.path}?{rest}page="
    return f'<{here}{page + 1}>; rel="next", <{here}{last}>; rel="last"'


def _release(release: dict[str, Any]) -> dict[str, Any]:
    at = f"{instant(release['at']):%Y-%m-%dT%H:%M:%SZ}"
    return {
        "html_url": f"https://github.com/{release['repo']}/releases/tag/{release['tag']}",
        "tag_name": release["tag"],
        "name": release.get("name", release["tag"]),
        "draft": False,
        "prerelease": release.get("prerelease", False),
        "created_at": at,
        "published_at": at,
        "body": note(release),
    }


# -- Hacker News -----------------------------------------------------------------------------------------------------------
def hackernews(request: Request) -> Reply:
    """Answer a search for stories by phrase and time, newest first."""
    phrase = request.query.get("query", "").strip('"').casefold()
    bounds = [(_COMPARE[sign], int(stamp)) for sign, stamp in _FILTER.findall(request.query.get("numericFilters", ""))]
    hits = [
        _story(story)
        for story in table("places")["hackernews"]["story"]
        if phrase in story["title"].casefold() and _within(instant(story["at"]), bounds)
    ]
    hits.sort(key=lambda hit: hit["created_at_i"], reverse=True)
    size, page = int(request.query.get("hitsPerPage", "20")), int(request.query.get("page", "0"))
    answer = {"hits": hits[page * size : (page + 1) * size], "nbHits": len(hits), "page": page, "nbPages": -(-len(hits) // size)}
    return Reply(body=json.dumps(answer, indent=1).encode(), content_type="application/json; charset=utf-8")


def _within(at: datetime, bounds: Iterable[tuple[Callable[[Any, Any], bool], int]]) -> bool:
    return all(compare(at.timestamp(), stamp) for compare, stamp in bounds)


def _story(story: dict[str, Any]) -> dict[str, Any]:
    at, number = instant(story["at"]), str(story["id"])
    return {
        "objectID": number,
        "title": story["title"],
        "url": story.get("link"),
        "created_at": f"{at:%Y-%m-%dT%H:%M:%SZ}",
        "created_at_i": int(at.timestamp()),
        "points": None,
        "_tags": ["story", f"story_{number}"],
    }


# -- Hugging Face ----------------------------------------------------------------------------------------------------------
def daily_papers(request: Request) -> Reply:
    """Answer with the papers of one day, those with most upvotes first."""
    papers = {paper["id"]: paper for paper in table("papers")["paper"]}
    day = request.query.get("date", "")
    rows = [_daily(papers[one["id"]], one["upvotes"]) for one in table("places")["hf_papers"]["paper"] if str(one["day"]) == day]
    rows.sort(key=lambda row: -row["paper"]["upvotes"])
    return tagged(json.dumps(rows, indent=1).encode(), "application/json; charset=utf-8")


def _daily(paper: dict[str, Any], upvotes: int) -> dict[str, Any]:
    at = f"{instant(paper['at']):%Y-%m-%dT%H:%M:%S.000Z}"
    return {"paper": {"id": paper["id"], "title": paper["title"], "publishedAt": at, "upvotes": upvotes}}
