"""Write a shortlist in the forms that other programs read: Atom (RFC 4287), JSON Feed 1.1, BibTeX. Pure."""

from __future__ import annotations

import re
import unicodedata
from datetime import UTC
from html import escape
from typing import TYPE_CHECKING
from urllib.parse import quote
from xml.etree import ElementTree as ET

from scout.identity import http_url
from scout.model import RESERVED, Kind, Precision
from scout.text import clean, fold, json_text, shorten

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from scout.model import Candidate, Item, Shortlist
    from scout.model.reading import Passage

    Quoted = Mapping[str, Sequence[Passage]]

ATOM = "http://www.w3.org/2005/Atom"
LONGEST = 1000
"""The most characters of a text that a feed quotes."""


def atom(chosen: Shortlist, *, title: str, quoted: Quoted | None = None) -> str:
    """Return the shortlist as an Atom feed, best first. Its time is that of its newest entry: no clock is read.

    `quoted` are sentences of what was read, by the item's id; each links to where it stands.
    """
    root = ET.Element("feed", xmlns=ATOM)
    _add(root, "title", _titled(chosen, title))
    _add(root, "id", f"urn:scout:shortlist:{chosen.window.since}:{chosen.window.until}")
    times = [_instant(one.item.updated or one.item.published or one.tracked.first_seen) for one in chosen.candidates]
    _add(root, "updated", max(times, default=_instant(chosen.window.start)))
    _add(root, "generator", "scout")
    for one, updated in zip(chosen.candidates, times, strict=True):
        entry = ET.SubElement(root, "entry")
        _add(entry, "title", _title(one.item))
        _add(entry, "id", _urn(one.item))
        _add(entry, "updated", updated)
        if one.item.published:
            _add(entry, "published", _instant(one.item.published))
        if url := http_url(one.item.url):
            ET.SubElement(entry, "link", href=_xml(url))
        for author in _authors(one.item) or (_source(one),):
            _add(ET.SubElement(entry, "author"), "name", author)
        for topic in _topics(one):
            ET.SubElement(entry, "category", term=_xml(topic))
        _add(entry, "summary", _text(one))
        if html := _html(one, quoted):
            content = ET.SubElement(entry, "content", type="html")
            content.text = _xml(html)
    ET.indent(root)
    return f'<?xml version="1.0" encoding="utf-8"?>\n{ET.tostring(root, encoding="unicode")}\n'


def json_feed(chosen: Shortlist, *, title: str, quoted: Quoted | None = None) -> str:
    """Return the shortlist as a JSON Feed, best first; `_scout` has rank, score, section and status. `quoted` as in Atom."""
    items = []
    for one in chosen.candidates:
        item = {
            "id": _urn(one.item),
            "url": http_url(one.item.url),
            "title": _title(one.item),
            "content_text": _text(one),
            "content_html": _html(one, quoted),
            "date_published": _instant(one.item.published) if one.item.published else "",
            "date_modified": _instant(one.item.updated) if one.item.updated else "",
            "authors": [{"name": author} for author in _authors(one.item)],
            "tags": _topics(one),
        }
        told = {"rank": one.rank, "score": one.score, "section": str(one.section), "status": str(one.status), "kept": one.kept}
        items.append({key: value for key, value in item.items() if value} | {"_scout": {"about": "scout's ranking", **told}})
    feed = {"version": "https://jsonfeed.org/version/1.1", "title": _titled(chosen, title), "items": items}
    return json_text(feed)


def bibtex(chosen: Shortlist) -> str:
    """Return what a draft would number, in its order, as BibTeX: each with the date that its source states, none completed."""
    taken: set[str] = set()
    return "\n".join(_entry(one.item, taken) for one in chosen.candidates if one.kept)


def _entry(item: Item, taken: set[str]) -> str:
    fields: dict[str, str] = {"title": f"{{{_latex(_title(item))}}}"}
    if authors := _authors(item):
        fields["author"] = " and ".join(map(_author, authors))
    if item.published and item.precision is not Precision.NONE:
        fields["year"] = f"{item.published:%Y}"
        fields["month"] = f"{item.published:%b}".lower()
    if item.id.startswith("arxiv:"):
        fields |= {"eprint": _latex(item.id.removeprefix("arxiv:")), "archiveprefix": "arXiv"}
    elif item.id.startswith("doi:"):
        fields["doi"] = _latex(item.id.removeprefix("doi:"))
    elif item.kind is not Kind.PAPER:
        fields["howpublished"] = str(item.kind)
    if url := http_url(item.url):
        fields["url"] = quote(url, safe=":/?#[]@!$&'()*+,;=%~-._")
    rows = [f"  {name} = {value}" if name == "month" else f"  {name} = {{{value}}}" for name, value in fields.items()]
    return f"@misc{{{_key(item, taken)},\n" + ",\n".join(rows) + "\n}\n"


def _author(name: str) -> str:
    """Write a name; one with an `and` or a comma of its own, as of a group, is kept together by braces."""
    return f"{{{_latex(name)}}}" if re.search(r"(?i)\band\b|,", name) else _latex(name)


def _key(item: Item, taken: set[str]) -> str:
    """Return a key of the first author's name, the year and the title's first word; letters tell equal ones apart."""
    name = (item.authors[0].split() or [""])[-1] if item.authors else ""
    year = f"{item.published:%Y}" if item.published else ""
    word = next((word for word in fold(item.title).split() if len(word) > 3), "item")
    base = re.sub(r"[^a-z0-9]", "", unicodedata.normalize("NFKD", f"{name}{year}{word}").lower()) or "item"
    key, count = base, 1
    while key in taken:
        count += 1
        key = f"{base}-{count}"
    taken.add(key)
    return key


_LATEX = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    **{mark: f"\\{mark}" for mark in "&%$#_"},
}  # fmt: skip


def _latex(text: str) -> str:
    return "".join(_LATEX.get(character, character) for character in clean(text))


def _titled(chosen: Shortlist, title: str) -> str:
    return f"{title}: {chosen.window.since} to {chosen.window.until}"


def _title(item: Item) -> str:
    return clean(item.title) or clean(item.url) or item.id


def _authors(item: Item) -> list[str]:
    return [name for author in item.authors if (name := clean(author))]


def _source(one: Candidate) -> str:
    return one.tracked.sources[0] if one.tracked.sources else "unknown"


def _topics(one: Candidate) -> list[str]:
    return list(dict.fromkeys(reason.topic for reason in one.reasons if reason.topic not in RESERVED))


def _text(one: Candidate) -> str:
    """Say why a candidate is listed, then what it says of itself."""
    return "\n\n".join(filter(None, (_why(one), shorten(clean(one.item.summary), LONGEST))))


def _html(one: Candidate, quoted: Quoted | None) -> str:
    """Return the text of a candidate with the sentences quoted of it, as HTML; empty where none is."""
    found = (quoted or {}).get(one.item.id, ())
    parts = [f"<p>{escape(part)}</p>" for part in _text(one).split("\n\n")] if found else []
    for passage in found:
        where = escape(clean(passage.section) or "in its text")
        link = f'<a href="{escape(url)}">{where}</a>' if (url := http_url(passage.url)) else where
        parts.append(f"<blockquote>{escape(clean(passage.sentence))} ({link})</blockquote>")
    return "\n".join(parts)


def _why(one: Candidate) -> str:
    matched = (reason for reason in one.reasons if reason.topic not in RESERVED)
    found = dict.fromkeys(f"{reason.topic}: “{clean(reason.term)}” in the {reason.field}" for reason in matched)
    return f"Section {one.section}, {one.status.replace('_', ' ')}. {'; '.join(found)}".strip()


def _urn(item: Item) -> str:
    return f"urn:scout:{quote(item.id, safe=':/@')}"


def _instant(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _add(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, name).text = _xml(text)


_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def _xml(text: str) -> str:
    """Leave out what XML 1.0 cannot hold."""
    return _NOT_XML.sub("", text)
