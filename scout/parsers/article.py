"""Read the main text of a post or page: its headings, paragraphs, lists, code and tables, and what it states of itself.

trafilatura says which of a page's text is the main one (measured: token F1 0.94 on 42 marked pages). It loses paragraphs, the
addresses of headings and the columns of tables, so the text itself is read from the smallest element that holds what it chose.
"""

from __future__ import annotations

import re
from collections import defaultdict
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scout.dates import LATEST
from scout.identity import canonical_url, http_url
from scout.model.reading import NoText, ParsedText, TextSection
from scout.parsers import arxiv_page, challenge, html, latexml, walls
from scout.parsers.blocks import Block, blocks
from scout.parsers.tree import decode, html_tree
from scout.text import clean, title_key, too_large

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

Element = Any
MOST_LINKS = 300
_AHEAD = datetime(LATEST, 1, 1, tzinfo=UTC)  # no clock here: what the page states
_SHINGLE = 4
"""How many words in a row make a passage known."""
_HOLDS = 0.8
"""The share of the guide's text that the element of the main text holds."""
_KNOWN = 0.5
"""The share of a block's passages in the guide from which it is one of the guide's."""
_LEAD, _TAIL = 3, 2
"""How many blocks before the first and after the last of the guide's may still be the text's: a date line, a last note."""
_LINKED = 0.6
"""The share of a block inside links from which it is a list of other pages, unless it stands within the text."""
_GUIDABLE, _GUIDABLE_IN_ONE = 15_000, 1_000
"""trafilatura takes quadratic time in the elements of a page, and of one paragraph: where there are more, it is not asked."""
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]|[^\W\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]+")
"""A word, or a sign of a script that writes without spaces."""
_SCRIPTS = (
    (re.compile(r"[\u3040-\u30ff]"), "ja"),
    (re.compile(r"[\uac00-\ud7af]"), "ko"),
    (re.compile(r"[\u4e00-\u9fff]"), "zh"),
)


def parse(body: bytes, *, url: str, content_type: str) -> ParsedText | NoText:
    """Read a page that was answered with a 2xx; no bytes make it raise."""
    if why := walls.other_format(body, content_type) or challenge.in_page(body):
        return NoText(why=why)
    text = decode(body, content_type)
    if not challenge.is_html(body) and (content_type.lower().lstrip().startswith("text/") and "html" not in content_type.lower()):
        return _plain_text(text)
    tree = html_tree(text)
    if tree is None:
        return NoText(why=too_large(text) or "no page that could be parsed")
    if (own := _paper(tree, url)) is not None:
        return own
    return _page(body, text, tree, url)


def _paper(tree: Element, url: str) -> ParsedText | NoText | None:
    """Read a page of arXiv's or a paper in LaTeXML's HTML; None of any other page."""
    if (own := arxiv_page.read(tree, url)) is not None:
        return own
    document = latexml.find_document(tree)
    return None if document is None else latexml.read(tree, document, url)


def _page(body: bytes, text: str, tree: Element, url: str) -> ParsedText | NoText:
    page = html.soup(text)
    title = html.title(page)
    sections, links = _main_text(tree, url, title)
    texts = [one.text for one in sections]
    if why := walls.barrier(tree, texts, url, title or _head_title(tree)):
        return NoText(why=why)
    stated = html.date(body, page, "", now=_AHEAD)
    published = f"{stated.dated.at:%Y-%m-%d}" if stated.dated.at else ""
    return ParsedText(title=title, sections=sections, published=published, language=_language(tree, texts), links=links)


def _plain_text(text: str) -> ParsedText | NoText:
    parts = [clean(part) for part in re.split(r"\n\s*\n", text)]
    said = "\n\n".join(part for part in parts if part)
    return ParsedText(title="", sections=(TextSection(heading="", text=said),)) if said else NoText(why="the page is empty")


def _head_title(tree: Element) -> str:
    return next((clean(one.text or "") for one in tree.iter("title")), "")


def _main_text(tree: Element, url: str, title: str) -> tuple[tuple[TextSection, ...], tuple[str, ...]]:
    """Return the sections of a page's main text and the links in it."""
    body = next(tree.iter("body"), tree)
    root = next((http_url(one.get("href") or "", url) for one in tree.iter("base") if one.get("href")), "") or url
    guide = _guide(tree)
    passages = {passage for line in guide.splitlines() for passage in _passages(line)}
    found = blocks(body, base=root)
    known = [_is_known(block, passages) for block in found]
    if sum(len(block.text) for block, its in zip(found, known, strict=True) if its) < len(guide) / 3:
        return (TextSection(heading="", text="\n\n".join(filter(None, map(clean, guide.splitlines())))),), ()
    container = _container(body, found, known)
    inside = [(block, its) for block, its in zip(found, known, strict=True) if its or _within(block.element, container)]
    kept = list(_chosen(inside, guided=bool(passages)))
    own = canonical_url(url)
    links = dict.fromkeys(link for block in kept for link in block.links if canonical_url(link) != own)
    return _sections(kept, title), tuple(links)[:MOST_LINKS]


def _guide(tree: Element) -> str:
    """Return the main text as trafilatura reads it, one line a block; empty where it finds none, gives up or is not asked."""
    sizes = [sum(1 for _ in element.iter()) for element in tree.iter("p", "li", "td", "pre")]
    if sum(1 for _ in tree.iter()) > _GUIDABLE or max(sizes, default=0) > _GUIDABLE_IN_ONE:
        return ""
    from trafilatura import bare_extraction  # noqa: PLC0415 -- 160 ms, and only where pages are read

    own = deepcopy(tree)
    for cell in own.iter("td", "th"):
        for span in ("colspan", "rowspan"):  # it would make a cell of each column and row that they cover
            cell.attrib.pop(span, None)
    try:
        document = bare_extraction(own, include_comments=False, include_tables=True, with_metadata=False)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 -- a parser that fails on hostile bytes has found no text
        return ""
    return getattr(document, "text", "") or ""


def _words(text: str) -> list[str]:
    return _WORD.findall(text.casefold())


def _passages(text: str) -> list[tuple[str, ...]]:
    """Return the passages of a few words in a text; a shorter text is one passage."""
    words = _words(text)
    return [tuple(words[place : place + _SHINGLE]) for place in range(max(len(words) - _SHINGLE + 1, 1))] if words else []


def _is_known(block: Block, passages: set[tuple[str, ...]]) -> bool:
    own = _passages(block.text)
    return len(own) > 1 and sum(one in passages for one in own) >= _KNOWN * len(own)


def _within(element: Element, container: Element) -> bool:
    return element is container or any(parent is container for parent in element.iterancestors())


def _container(body: Element, found: Sequence[Block], known: Sequence[bool]) -> Element:
    """Return the smallest element that holds nearly all of the known text; without a guide, the page's article or main part."""
    held: defaultdict[Element, int] = defaultdict(int)
    for block, its in zip(found, known, strict=True):
        if its:
            for element in (block.element, *block.element.iterancestors()):
                held[element] += len(block.text)
    if not held:
        return next((one for tag in ("article", "main") for one in body.iter(tag)), body)
    container, inner, enough = body, body, _HOLDS * held[body]
    while inner is not None:
        container = inner
        inner = next((one for one in container if held.get(one, 0) >= enough and one.tag not in ("table", "ul", "ol")), None)
    return container


def _chosen(inside: Sequence[tuple[Block, bool]], *, guided: bool) -> Iterable[Block]:
    """Yield the blocks of the main text: the known ones, what stands between them, and a little before and after."""
    places = [place for place, (_, its) in enumerate(inside) if its] or ([] if guided else [0, len(inside) - 1])
    if not places:
        return
    first, last = places[0], places[-1]
    for place, (block, its) in enumerate(inside):
        linked = block.linked > _LINKED and not block.level
        if its or first < place < last or (first - _LEAD <= place <= last + _TAIL and not linked):
            yield block


@dataclass(slots=True)
class _Section:
    heading: str = ""
    level: int = 1
    anchor: str = ""
    texts: list[str] = field(default_factory=list)
    after: list[TextSection] = field(default_factory=list)


def _sections(kept: Sequence[Block], title: str) -> tuple[TextSection, ...]:
    """Return blocks as sections: each with its text, then its captions and tables. The page's own title heads none."""
    highest = min((block.level for block in kept if block.level and title_key(block.text) != title_key(title)), default=1)
    opened = [_Section()]
    for block in kept:
        now = opened[-1]
        if block.level and title_key(block.text) == title_key(title):
            continue
        if block.level:
            opened.append(_Section(heading=block.text, level=max(block.level - highest + 1, 1), anchor=block.anchor))
        elif block.tag == "table":
            table = TextSection(heading=block.caption, text=block.text, kind="table", level=now.level, anchor=now.anchor)
            now.after.append(table)
        elif block.tag == "figcaption":
            now.after.append(
                TextSection(heading=now.heading, text=block.text, kind="caption", level=now.level, anchor=now.anchor)
            )
        else:
            now.texts.append(f"- {block.text}" if block.tag == "li" else block.text)
    found: list[TextSection] = []
    for one in opened:
        if one.heading or one.texts:
            found.append(TextSection(heading=one.heading, text="\n\n".join(one.texts), level=one.level, anchor=one.anchor))
        found += one.after
    return tuple(found)


def _language(tree: Element, texts: Sequence[str]) -> str:
    """Return the code of the page's language: what its script shows, else what it states."""
    sample = " ".join(texts)[:5_000]
    letters = sum(1 for char in sample if char.isalpha())
    for script, code in _SCRIPTS:
        if letters and len(script.findall(sample)) > 0.15 * letters:
            return code
    root = next(tree.iter("html"), tree)
    stated = root.get("lang") or root.get("xml:lang") or ""
    found = re.match(r"\s*([A-Za-z]{2,3})(?![A-Za-z])", stated)
    return found[1].lower() if found else ""
