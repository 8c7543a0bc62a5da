"""Walk a page into its blocks: headings, paragraphs, list items, code, captions, tables; without what surrounds a main text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scout.identity import http_url
from scout.parsers import tables
from scout.parsers.tree import classes, flat, formula
from scout.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping

Element = Any
_NEVER = frozenset((
    "script", "style", "template", "noscript", "svg", "iframe", "canvas", "video", "audio", "object", "embed", "select",
    "textarea", "input", "button", "head", "link", "meta", "title", "dialog", "menu", "datalist",
))  # fmt: skip
_CROWD = frozenset(("nav", "footer", "form", "aside"))
_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_TYPED = frozenset(("p", "li", "pre", "blockquote", "dt", "dd", "figcaption", *_HEADINGS))
_BLOCKS = frozenset((
    *_TYPED, "div", "section", "article", "main", "body", "header", "table", "tbody", "thead", "tfoot", "tr", "td", "th",
    "caption", "ul", "ol", "dl", "figure", "details", "summary", "center", "address", "hr", "fieldset", "legend", "hgroup",
))  # fmt: skip
_ROLES = frozenset(("navigation", "complementary", "dialog", "search", "banner", "contentinfo", "menu", "menubar"))
_CROWD_CLASS = re.compile(
    r"(?i)(?:^|[-_])(?:nav|navbar|navigation|menu|sidebar|breadcrumbs?|share|sharing|social|related|recommended"
    r"|recommendations|newsletter|subscribe|subscription|comments?|cookies?|consent|promo|footer|toc|pagination|signup|byline"
    r"|advert|advertisement|ad|ads|popup|modal|banner|tags|disqus|feedback|rating)(?:$|[-_])|^(?:sr-only|skip-link|screen-reader"
    r"-text|visually-hidden|is-sr-only|katex-html|mathjax_preview|headerlink|anchorjs-link)$"
)
_CALLOUT = re.compile(r"(?i)note|callout|admonition|tip|warning|important|info")
_MARK = re.compile(r"\[?\d{1,3}\]?|[*†‡§¶#]")
MOST_OF_IT = 1 / 3
"""What holds this much of a page's text is no surrounding, whatever its name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """One block of a page as a browser shows it.

    `tag` is `p`, `li`, `pre`, `h1` to `h6`, `figcaption`, `table`… `linked` is the share of its text inside links, `links` their
    addresses, absolute. `anchor` is the id of a heading. `text` of a table are its lines, `caption` its caption. `element` is
    where it stands.
    """

    tag: str
    text: str
    element: Element
    linked: float = 0.0
    links: tuple[str, ...] = ()
    anchor: str = ""
    caption: str = ""

    @property
    def level(self) -> int:
        """The level of a heading, 0 of anything else."""
        return _HEADINGS.get(self.tag, 0)


def text_sizes(root: Element) -> Mapping[Element, int]:
    """Return how many characters of text stand in each element."""
    from lxml import etree  # noqa: PLC0415

    sizes: dict[Element, int] = {}
    for _, element in etree.iterwalk(root, events=("end",)):
        own = len(element.text or "") if element.tag not in _NEVER else 0
        sizes[element] = own + sum(sizes.get(child, 0) + len(child.tail or "") for child in element)
    return sizes


def is_crowd(element: Element, share: float) -> bool:
    """Say whether an element surrounds the main text: navigation, forms, sharing, comments, hidden parts.

    `share` is how much of the page's text it has: page builders name a whole article `sidebar-left`.
    """
    tag, names = element.tag, classes(element)
    if tag in _NEVER or "display:none" in (element.get("style") or "").replace(" ", ""):
        return True
    if element.get("hidden") is not None or (element.get("aria-hidden") == "true" and tag in ("span", "a", "i")):
        return True
    if tag in ("html", "body", "main", "article") or share >= MOST_OF_IT:
        return False
    if tag == "aside":
        return not any(_CALLOUT.search(name) for name in names)
    named = (*names, element.get("id") or "")
    return tag in _CROWD or element.get("role") in _ROLES or any(_CROWD_CLASS.search(name) for name in named)


def blocks(root: Element, *, base: str = "") -> list[Block]:
    """Return the blocks below an element, in order."""
    walk = _Walk(root, base)
    walk.visit(root, "p")
    walk.close("p", root)
    return walk.found


class _Walk:
    """Walk a tree whose depth is bounded; `found` are the blocks that are closed, the other fields the one that is open."""

    def __init__(self, root: Element, base: str) -> None:
        self.found: list[Block] = []
        self._root, self._base = root, base
        self._sizes = text_sizes(root)
        self._parts: list[str] = []
        self._links: list[str] = []
        self._linked = 0
        self._in_link = 0

    def visit(self, element: Element, tag: str) -> None:
        """Read an element's content into blocks of this tag, or of its own."""
        opens = element.tag in _BLOCKS
        if opens:
            self.close(tag, element.getparent())
            tag = element.tag if element.tag in _TYPED else tag if tag in ("li", "blockquote", "dd") else "p"
        link = element.tag == "a"
        self._in_link += link
        if link:
            self._links.append(element.get("href") or "")
        self._add(element.text, tag)
        for child in element:
            self._child(child, tag)
            self._add(child.tail, tag)
        self._in_link -= link
        if opens:
            self.close(tag, element)

    def _child(self, child: Element, tag: str) -> None:
        if is_crowd(child, self._sizes[child] / max(self._sizes[self._root], 1)):
            return
        if child.tag == "br":
            self._parts.append("\n")
        elif child.tag == "math":
            self._parts.append(formula(child))
        elif child.tag == "table" and tables.is_data(child) and (lines := tables.lines(child, words)):
            self.close(tag, child.getparent())
            links = [http_url(link.get("href") or "", self._base) for link in child.iter("a")]
            caption = next((words(one) for one in child.iter("caption")), "") or _figure_caption(child)
            self.found.append(
                Block(tag="table", text=lines, element=child, caption=caption, links=tuple(filter(None, dict.fromkeys(links))))
            )
        elif child.tag == "sup":
            self._parts.append(raised(child, "".join(self._parts[-1:])))
        else:
            self.visit(child, tag)

    def _add(self, text: str | None, tag: str) -> None:
        if text:
            self._parts.append(text if tag == "pre" else flat(text))
            self._linked += len(text.strip()) if self._in_link else 0

    def close(self, tag: str, element: Element) -> None:
        """End the open block; two line breaks divide paragraphs."""
        whole = "".join(self._parts)
        texts = [clean_code(whole)] if tag == "pre" else [clean(part) for part in re.split(r"\n[ \n]*\n", whole)]
        texts = [text for text in texts if text]
        share = min(self._linked / max(sum(map(len, texts)), 1), 1.0)
        links = tuple(filter(None, dict.fromkeys(http_url(link, self._base) for link in self._links)))
        for text in texts:
            anchor = _anchor(element) if tag in _HEADINGS else ""
            self.found.append(Block(tag=tag, text=text, element=element, linked=share, links=links, anchor=anchor))
            links = ()
        self._parts, self._links, self._linked = [], [], 0


def words(element: Element) -> str:
    """Return the text of a small element on one line, with its formulas."""
    parts: list[str] = [flat(element.text or "")]
    for child in element:
        if child.tag == "math":
            parts.append(formula(child))
        elif child.tag == "sup":
            parts.append(raised(child, parts[-1]))
        elif child.tag not in _NEVER and not any(_CROWD_CLASS.search(name) for name in classes(child)):
            parts.append(words(child) + " " * (child.tag in _BLOCKS or child.tag == "br"))
        parts.append(flat(child.tail or ""))
    return clean("".join(parts))


def raised(element: Element, before: str) -> str:
    """Return a superscript: `10^3` of a power, nothing of a mark that links to a note."""
    text = clean("".join(element.itertext()))
    if _MARK.fullmatch(text) and (element.find(".//a") is not None or not text.isdigit()):
        return ""
    return f"^{text}" if before.strip() and re.fullmatch(r"[-−+]?\d{1,3}", text) else text


def clean_code(text: str) -> str:
    """Return code line by line, indented as it is, without blank lines."""
    return "\n".join(line.rstrip() for line in text.splitlines() if clean(line))


def _anchor(heading: Element) -> str:
    """Return the id by which a heading can be linked: its own, of an element in it, else of the section that it begins."""
    inner = (one.get("id") or (one.get("name") if one.tag == "a" else "") for one in heading.iter())
    if found := next(filter(None, inner), ""):
        return clean(str(found))
    parent = heading.getparent()
    return clean(parent.get("id") or "") if parent is not None and parent.tag == "section" else ""


def _figure_caption(table: Element) -> str:
    for parent in table.iterancestors("figure"):
        return next((words(one) for one in parent.iter("figcaption")), "")
    return ""
