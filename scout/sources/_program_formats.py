"""Parse the two JSON programme formats, and share what all formats need.

A programme lists *events*: one paper may be an oral and a poster, in two rows. A format only reads rows into
events; `program.py` makes one item of all events of one paper.

miniconf  `{count, next, results: [{id, uid, name, authors, eventtype, session, topic, starttime, paper_url, …}]}`: the virtual
          sites of MLSys, NeurIPS, ICML, ICLR, CVPR (`/static/virtual/data/CONF-YEAR-orals-posters.json`)
dblp      `{result: {hits: {@total, @sent, @first, hit: [{info: {title, authors: {author}, year, doi, ee, key, …}}]}}}`: dblp's
          search API (dblp.org/faq/How+to+use+the+dblp+search+API.html); one hit or author may stand without its list
"""

from __future__ import annotations

import html
import json
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from scout import dates
from scout.dates import Dated
from scout.identity import doi_id, http_url, identify
from scout.model import Result
from scout.text import clean, plain

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from scout.sources.base import Page

_NO_TALK = {"break", "coffeebreak", "lunch", "dinner", "meal", "reception", "registration", "banquet"}
_WITHDRAWN = re.compile(r"\b(reject|withdraw|desk)", re.IGNORECASE)
_DOI_PAGE = re.compile(r"/doi/(?:abs/|pdf/|epdf/|full/|fullHtml/)?(10\.\d{4,9}/[^\s?#]+)")


_UNDATED = Dated()


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Hold one row of a programme. `marks` name the paper beyond its title, the best first: `uid:…`, `path:…`, a canonical id.

    `at` is when it is presented, `date_source` where that was read; `links` are addresses of the paper itself.
    """

    title: str
    url: str = ""
    marks: tuple[str, ...] = ()
    authors: tuple[str, ...] = ()
    abstract: str = ""
    links: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    session: str = ""
    type: str = ""
    at: Dated = _UNDATED
    ends: str = ""
    date_source: str = ""
    extra: Mapping[str, Any] = field(default_factory=dict)


UNTITLED = "without a title"


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedProgramme:
    """Hold one page of a programme: `rows` of the service's stated `total`, and the next page's address."""

    events: tuple[Event, ...] = ()
    result: Result = Result.OK
    why: str = ""
    rows: int = 0
    total: int | None = None
    following: str = ""
    dropped: Mapping[str, int] = field(default_factory=dict)
    sample: str = ""  # the first row as it came


def broken(why: str) -> ParsedProgramme:
    """Return the result for a page that does not fit the format."""
    return ParsedProgramme(result=Result.BROKEN, why=why)


def words(value: Any) -> str:
    """Return a JSON value as one clean line, or "" if it is no text or number."""
    return clean(str(value)) if isinstance(value, str | int | float) and not isinstance(value, bool) else ""


def paper_links(urls: Iterable[str], base: str) -> tuple[str, ...]:
    """Return absolute addresses, each once; beside a publisher's DOI page the DOI itself, so that it joins other records."""
    found: dict[str, None] = {}
    for url in urls:
        if absolute := http_url(url, base):
            found[absolute] = None
            if (doi := _DOI_PAGE.search(urlsplit(absolute).path)) and doi_id(doi[1]):
                found[f"https://doi.org/{doi[1]}"] = None
    return tuple(found)


def _addresses(*values: Any) -> list[str]:
    return [value for value in values if isinstance(value, str) and value.strip()]


def link_marks(links: Iterable[str]) -> tuple[str, ...]:
    """Return the identifiers in a paper's addresses, arXiv and DOI first; a bare host gives none."""
    ids = [identify(link) for link in links if urlsplit(link).path.strip("/") or urlsplit(link).query]
    return tuple(dict.fromkeys(sorted(filter(None, ids), key=lambda found: found.startswith("url:"))))


def load(body: bytes) -> Any:
    """Parse a body as JSON, or return None."""
    try:
        return json.loads(body)
    except (ValueError, RecursionError):
        return None


def _people(value: Any) -> tuple[str, ...]:
    """Read authors as lists of names, of objects, or one string with commas."""
    if isinstance(value, str):
        value = re.split(r"[,;]", value)
    rows = value if isinstance(value, list) else [value]
    names = (words(row.get("fullname") or row.get("name")) if isinstance(row, dict) else words(row) for row in rows)
    return tuple(name for name in names if name)


def _several(value: Any) -> tuple[str, ...]:
    rows = value if isinstance(value, list) else re.split(r"[,;]", value) if isinstance(value, str) else []
    return tuple(found for row in rows if (found := words(row)))


# ---------------------------------------------------------------------------------------------------------------- miniconf
def miniconf(page: Page) -> ParsedProgramme:
    """Read a virtual site's programme. `count: 0` is a programme not yet published."""
    data = load(page.body)
    rows = data.get("results") if isinstance(data, dict) else None
    if not isinstance(rows, list):
        return broken("not a miniconf programme: no JSON object with `results`")
    count = data.get("count")
    following = words(data.get("next"))
    if not rows and not following:
        if count in (0, None):
            return ParsedProgramme(
                result=Result.EMPTY, why="the programme is not published yet: it answers with no entries", total=0
            )
        return broken(f"the programme states {count} entries and holds none")
    events: list[Event] = []
    dropped: Counter[str] = Counter()
    for row in rows:
        reason, event = _miniconf_event(row, page)
        if event:
            events.append(event)
        else:
            dropped[reason] += 1
    return ParsedProgramme(
        events=tuple(events),
        rows=len(rows),
        total=count if isinstance(count, int) and not isinstance(count, bool) else None,
        following=http_url(following, page.url) if following else "",
        dropped=dict(dropped),
        sample=json.dumps(rows[0], ensure_ascii=False)[:1000] if rows else "",
    )


def _miniconf_event(row: Any, page: Page) -> tuple[str, Event | None]:
    """Return the event of one row, or why it is dropped."""
    if not isinstance(row, dict) or not (title := clean(html.unescape(words(row.get("name"))))):
        return UNTITLED, None
    kind = words(row.get("event_type") or row.get("eventtype"))
    if row.get("visible") is False:
        return "hidden by the site", None
    if re.sub(r"[^a-z]", "", kind.lower()) in _NO_TALK:
        return "no talk", None
    if _WITHDRAWN.search(words(row.get("decision"))):
        return "not accepted", None
    media = row.get("eventmedia")
    papers = paper_links(_addresses(row.get("paper_url"), row.get("paper_pdf_url")), page.url)
    shown = [one.get("uri") for one in media if isinstance(one, dict)] if isinstance(media, list) else []
    uid = words(row.get("uid"))
    starts = words(row.get("starttime"))
    return "", Event(
        title=title,
        url=http_url(words(row.get("virtualsite_url")), page.url) if row.get("virtualsite_url") else "",
        marks=((f"uid:{uid}",) if uid and uid != "0" else ()) + link_marks(papers),
        authors=_people(row.get("authors")),
        abstract=plain(row["abstract"]) if isinstance(row.get("abstract"), str) else "",
        links=tuple(dict.fromkeys([*papers, *paper_links(_addresses(*shown), page.url)])),
        tags=(*_several(row.get("topic")), *_several(row.get("keywords"))),
        session=words(row.get("session")),
        type=kind,
        at=dates.parse_date(starts, now=page.now),
        ends=words(row.get("endtime")),
        date_source="program:starttime" if starts else "",
    )


# -------------------------------------------------------------------------------------------------------------------- dblp
def dblp(page: Page) -> ParsedProgramme:
    """Read one answer of dblp's search API. It has only the year, which is no date."""
    data = load(page.body)
    result = data.get("result") if isinstance(data, dict) else None
    hits = result.get("hits") if isinstance(result, dict) else None
    if not isinstance(result, dict) or not isinstance(hits, dict):
        return broken("not an answer of dblp's search API: no JSON object with `result.hits`")
    status = result.get("status")
    if isinstance(status, dict) and words(status.get("@code")) not in ("", "200"):
        return broken(f"dblp says {words(status.get('@code'))} {words(status.get('text'))}".strip())
    total, first = _number(hits.get("@total")), _number(hits.get("@first")) or 0
    rows = hits.get("hit", [])
    rows = rows if isinstance(rows, list) else [rows]
    if not rows:
        if total:
            return broken(f"dblp states {total} records and sends none")
        return ParsedProgramme(result=Result.EMPTY, why="dblp has no record of it yet", total=0)
    events: list[Event] = []
    dropped: Counter[str] = Counter()
    for row in rows:
        reason, event = _dblp_event(row.get("info") if isinstance(row, dict) else None)
        if event:
            events.append(event)
        else:
            dropped[reason] += 1
    reached = first + len(rows)
    following = _dblp_following(page.url, reached) if total is not None and reached < total else ""
    return ParsedProgramme(
        events=tuple(events),
        rows=len(rows),
        total=total,
        following=following,
        dropped=dict(dropped),
        sample=json.dumps(rows[0], ensure_ascii=False)[:1000],
    )


def _number(value: Any) -> int | None:
    text = words(value)
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else None


def _dblp_following(url: str, first: int) -> str:
    """Return the same query from hit `first` on."""
    parts = urlsplit(url)
    query = [(key, value) for key, value in parse_qsl(parts.query, keep_blank_values=True) if key != "f"]
    return urlunsplit(parts._replace(query=urlencode([*query, ("f", str(first))])))


def _dblp_event(info: Any) -> tuple[str, Event | None]:
    if not isinstance(info, dict) or not (title := clean(html.unescape(words(info.get("title")))).removesuffix(".")):
        return UNTITLED, None
    if words(info.get("type")) in ("Editorship", "Books and Theses"):
        return "no paper (the proceedings themselves)", None
    people = info.get("authors", {})
    people = people.get("author") if isinstance(people, dict) else people
    rows = people if isinstance(people, list) else [people]
    names = (words(row.get("text")) if isinstance(row, dict) else words(row) for row in rows)
    electronic = info.get("ee")
    links = paper_links(_addresses(*electronic) if isinstance(electronic, list) else _addresses(electronic), "")
    if doi_id(doi := words(info.get("doi"))):
        links = tuple({identify(link): link for link in (f"https://doi.org/{doi}", *links)}.values())
    key = words(info.get("key"))
    return "", Event(
        title=title,
        url=next(iter(links), "") or http_url(words(info.get("url"))),
        marks=((f"path:{key}",) if key else ()) + link_marks(links),
        authors=tuple(re.sub(r" \d{4}$", "", html.unescape(name)) for name in names if name),
        links=links,
        extra={"year": words(info.get("year"))},
    )
