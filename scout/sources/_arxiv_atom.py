"""Parse arXiv's Atom: its papers, or what came instead.

Source: arXiv API User's Manual, "Details of Atom results returned". The `arxiv` package's parser is not used: it is private, and
it recovers: half a page passes for a whole one, HTML for no papers, and an error for a paper named Error.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from scout import dates
from scout.identity import arxiv_in, doi_id, http_url
from scout.model import Answer, Item, Kind, Precision, Result
from scout.parsers import tex
from scout.parsers.challenge import challenge, is_html
from scout.sources.base import ATOM
from scout.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

_PUBLISHED = f"{ATOM}published"
_ID, _AUTHOR, _NAME, _CATEGORY = f"{ATOM}id", f"{ATOM}author", f"{ATOM}name", f"{ATOM}category"
_ARXIV = "{http://arxiv.org/schemas/atom}"
_PRIMARY = f"{_ARXIV}primary_category"
_TOTAL = "{http://a9.com/-/spec/opensearch/1.1/}totalResults"
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_MULTIBYTE = re.compile(rb"[\xc3-\xef][\x80-\xbf]")
_VERSION = re.compile(r"v([0-9]{1,4})$")
_ADDRESS = re.compile(r"https?://[^\s<>\"{}|\\^`]+[^\s<>\"{}|\\^`.,;:!?)\]']")


@dataclass(frozen=True, slots=True, kw_only=True)
class ArxivFeed:
    """Hold one API answer before its entries are parsed. `result` is OK, or `why` says what came instead."""

    result: Result = Result.OK
    why: str = ""
    total: int | None = None
    entries: tuple[Any, ...] = ()
    ids: frozenset[str] = frozenset()  # as they stand in the feed
    submitted: Mapping[str, datetime] = field(default_factory=dict)  # by id, of those whose date can be read


def parse_atom(answer: Answer) -> ArxivFeed:
    """Classify an answer: a page of papers, an error in Atom, a truncated page, or not Atom."""
    return _foreign(answer) or _feed(answer.body)


@lru_cache(maxsize=1)  # `pages` and `parse` look at the same body, one after the other
def _feed(body: bytes) -> ArxivFeed:
    root = _tree(body)
    if isinstance(root, str):
        return ArxivFeed(result=Result.BROKEN, why=root)
    entries = tuple(root.iterchildren(f"{ATOM}entry"))
    ids = [_child(entry, _ID) for entry in entries]
    for entry, name in zip(entries, ids, strict=True):
        if "/api/errors" in name:
            return ArxivFeed(result=Result.BROKEN, why=f"arXiv says: {clean(_child(entry, f'{ATOM}summary'))[:200]}")
    stated = _child(root, _TOTAL).strip()
    if not re.fullmatch(r"[0-9]{1,9}", stated):
        return ArxivFeed(result=Result.BROKEN, why="the feed does not say how many papers there are (opensearch:totalResults)")
    total = int(stated)
    if total and not entries:
        return ArxivFeed(result=Result.BROKEN, why=f"arXiv counts {total} papers and gave an empty page", total=total)
    times = ((name, _instant(_child(entry, _PUBLISHED))) for name, entry in zip(ids, entries, strict=True))
    submitted = {name: at for name, at in times if at >= dates.EARLIEST}
    return ArxivFeed(total=total, entries=entries, ids=frozenset(ids), submitted=submitted)


def source_of(entry: Any) -> str:
    """Return an entry as it came, for a message."""
    from lxml import etree  # noqa: PLC0415 -- only those who collect need it

    return re.sub(r' xmlns(:\w+)?="[^"]*"', "", str(etree.tostring(entry, encoding="unicode")))


def item_of(entry: Any, *, now: datetime) -> Item | None:
    """Turn an entry into an item, or None for what has no arXiv id or no title."""
    text, authors, categories = _fields(entry)
    short, title = text.get(_ID, "").rpartition("arxiv.org/abs/")[2], clean(tex.plain(text.get(f"{ATOM}title", "")))
    number = arxiv_in(f"arXiv:{short}")
    if not number or not title:
        return None
    claimed = text.get(f"{ATOM}published", "")
    published = dates.bounded(_instant(claimed), Precision.SECOND, clean(claimed), now=now)
    comment, doi, primary = (clean(text.get(tag, "")) for tag in (f"{_ARXIV}comment", f"{_ARXIV}doi", _PRIMARY))
    version = _VERSION.search(short)
    links = (f"https://doi.org/{doi}" if doi and doi_id(doi) else "", *_ADDRESS.findall(comment))
    extra = {
        "primary": primary,
        "version": int(version[1]) if version else 1,
        "comment": comment,
        "journal_ref": clean(text.get(f"{_ARXIV}journal_ref", "")),
        "doi": doi,
    }
    return Item(
        id=f"arxiv:{number}",
        kind=Kind.PAPER,
        title=title,
        url=f"https://arxiv.org/abs/{number}",
        published=published.at,
        precision=published.precision,
        date_source="arxiv:published",
        claimed=published.claimed,
        updated=dates.bounded(_instant(text.get(f"{ATOM}updated", "")), Precision.SECOND, "", now=now).at,
        summary=clean(tex.plain(text.get(f"{ATOM}summary", ""))),
        authors=tuple(filter(None, map(clean, authors))),
        tags=tuple(dict.fromkeys(tag for tag in (primary, *map(clean, categories)) if tag)),
        links=(f"https://arxiv.org/pdf/{number}", *dict.fromkeys(link for link in links if http_url(link))),
        extra={key: value for key, value in extra.items() if value},
    )


def _tree(body: bytes) -> Any:
    """Parse strictly and return the feed's element, or why not: a recovering parser takes half a page for a whole one."""
    from lxml import etree  # noqa: PLC0415 -- only those who collect need it

    why = ""
    for mended in (bytes, _printable, _recoded):
        try:
            root = etree.fromstring(mended(body), etree.XMLParser(resolve_entities=False, no_network=True, remove_pis=True))
        except etree.XMLSyntaxError as exc:
            why = why or f"the feed is cut off or malformed: {clean(str(exc.msg))}"
        else:
            return root if root.tag == f"{ATOM}feed" else f"not an Atom feed but <{clean(str(root.tag))[:40]}>"
    return why


def _printable(body: bytes) -> bytes:
    return _CONTROL.sub(b"", body)


def _recoded(body: bytes) -> bytes:
    """Return the body as UTF-8: with no UTF-8 character it is undeclared Latin-1, else it has invalid bytes."""
    coding = "utf-8" if _MULTIBYTE.search(body) else "cp1252"
    return _printable(body.decode(coding, "replace").encode())


def _foreign(answer: Answer) -> ArxivFeed | None:
    """Say what came if not Atom: a challenge page, a rate limit in plain text, HTML, nothing."""
    body = answer.body
    if guard := challenge(answer):
        return ArxivFeed(result=Result.BLOCKED, why=guard)
    if len(body) < 1000 and b"rate exceeded" in body.lower():
        return ArxivFeed(result=Result.RATE_LIMITED, why="arXiv says: Rate exceeded")
    what = "an HTML page" if is_html(body) else "" if body.strip() else "an empty body"
    return ArxivFeed(result=Result.BROKEN, why=f"{what} instead of arXiv's Atom feed") if what else None


def _child(element: Any, tag: str) -> str:
    """Return the text of the first child of this name; lxml's own `findtext` is three times slower."""
    found = next(element.iterchildren(tag), None)
    return "" if found is None else found.text or ""


def _fields(entry: Any) -> tuple[dict[str, str], list[str], list[str]]:
    """Return an entry's texts by tag (of the primary category, its term), its authors and its categories, in one pass."""
    text: dict[str, str] = {}
    authors, categories = [], []
    for child in entry.iterchildren("*"):
        tag = child.tag
        if tag == _AUTHOR:
            authors.append(_child(child, _NAME))
        elif tag == _CATEGORY:
            categories.append(child.get("term", ""))
        else:
            text[tag] = child.get("term", "") if tag == _PRIMARY else child.text or ""
    return text, authors, categories


def _instant(text: str) -> datetime:
    """Read `2026-05-18T17:59:59Z`; an unreadable one becomes a date before any window."""
    try:
        at = datetime.fromisoformat(text.strip())
        return at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return datetime(1970, 1, 1, tzinfo=UTC)
