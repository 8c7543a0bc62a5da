"""Read a paper in arXiv's HTML, which LaTeXML makes: abstract, sections, paragraphs, captions, tables, formulas as they read.

Left out: navigation, authors, bibliography, listings, and what stands inside figures. Source: LaTeXML's `LaTeXML-html5.xsl` and
its classes (`ltx_section`, `ltx_para`, `ltx_p`, `ltx_caption`, `ltx_tabular`, `ltx_note`…), math.nist.gov/~BMiller/LaTeXML.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scout.dates import LATEST, parse_date
from scout.identity import arxiv_in, http_url
from scout.model.reading import NoText, ParsedText, TextSection
from scout.parsers import arxiv_page, tables, tex, walls
from scout.parsers.tree import classes, decode, flat, formula, html_tree
from scout.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator

Element = Any
LEAST = 60
"""Words of prose below which the conversion failed: what stands there is a title and rests of macros."""
MOST_LINKS = 300
_FATAL = "Conversion to HTML had a Fatal error"
_SECTIONS = frozenset(
    f"ltx_{name}"
    for name in ("part", "chapter", "section", "subsection", "subsubsection", "paragraph", "subparagraph", "appendix")
)
_FLOATS = frozenset(("ltx_figure", "ltx_table", "ltx_float", "ltx_algorithm"))
_LEFT_OUT = frozenset((
    "ltx_bibliography", "ltx_biblist", "ltx_TOC", "ltx_authors", "ltx_page_navbar", "ltx_listing", "ltx_picture", "ltx_index",
    "ltx_pagination", "ltx_role_newpage", "package-alerts",
))  # fmt: skip
_EQUATIONS = frozenset(("ltx_equation", "ltx_equationgroup", "ltx_eqn_table"))
_LEADS = frozenset(("ltx_title_theorem", "ltx_title_proof", "ltx_runin"))
_MARKS = frozenset(("ltx_note_mark", "ltx_tag_note"))
_STAMP = re.compile(r"arXiv:\S{4,30}v1\s+\[[^\]]{1,40}\]\s+(\d{1,2} [A-Z][a-z]{2} \d{4})")
_AHEAD = datetime(LATEST, 1, 1, tzinfo=UTC)  # no clock here: what the page states


def parse(body: bytes, *, url: str, content_type: str) -> ParsedText | NoText:
    """Read an answer of arxiv.org/html that is a 2xx; no bytes make it raise."""
    if why := walls.other_format(body, content_type):
        return NoText(why=why)
    tree = html_tree(decode(body, content_type))
    if tree is None:
        return NoText(why="no page that could be parsed")
    if (own := arxiv_page.read(tree, url)) is not None:
        return own
    if (document := find_document(tree)) is None:
        return NoText(why="no paper in LaTeXML's HTML")
    return read(tree, document, url)


def find_document(tree: Element) -> Element | None:
    """Return the element of the paper in a page that LaTeXML made, if it is one."""
    return next((one for one in tree.iter("article", "section", "div") if "ltx_document" in classes(one)), None)


def read(tree: Element, document: Element, url: str) -> ParsedText | NoText:
    """Read the paper in a page."""
    fatal = any(any(name.endswith("severity-fatal") for name in classes(one)) for one in tree.iter("a", "div", "span"))
    if fatal or any(text.lstrip().startswith(_FATAL) for text in document.itertext()):
        return NoText(why="the conversion of the paper to HTML ended with a fatal error")
    walk = _Walk()
    walk.visit(document, level=0)
    sections = walk.sections()
    prose = sum(len(one.text.split()) for one in sections if one.kind == "prose")
    if prose < LEAST:
        return NoText(why=f"the conversion of the paper to HTML has {prose} words of prose")
    title = next((_inline(one) for one in document.iter("h1") if "ltx_title_document" in classes(one)), "")
    return ParsedText(
        title=title or next((clean(one.text or "") for one in tree.iter("title")), ""),
        sections=sections,
        published=_published(tree),
        language=(tree.get("lang") or "")[:2].lower(),
        links=_links(document, url),
    )


def _published(tree: Element) -> str:
    """Return the day of the first version, where the page is of it and bears arXiv's stamp."""
    stamp = next(
        (_STAMP.search(flat("".join(one.itertext()))) for one in tree.iter("div") if one.get("id") == "watermark-tr"), None
    )
    day = parse_date(stamp[1] if stamp else "", now=_AHEAD).at
    return f"{day:%Y-%m-%d}" if day else ""


def _links(document: Element, url: str) -> tuple[str, ...]:
    found: dict[str, None] = {}
    for link in document.iter("a"):
        address = http_url(link.get("href") or "", url)
        inside = "arxiv.org/html/" in address and ("#" in address or not arxiv_in(address))  # of the page, or a broken one
        if address and not inside and not any("ltx_bibliography" in classes(one) for one in link.iterancestors("section", "div")):
            found[address] = None
    return tuple(found)[:MOST_LINKS]


@dataclass(slots=True)
class _Open:
    """A section that is being read; its captions and tables follow its text."""

    section: TextSection
    paragraphs: list[str] = field(default_factory=list)
    after: list[TextSection] = field(default_factory=list)


class _Walk:
    """Walk a paper whose depth is bounded, and collect its sections in order."""

    def __init__(self) -> None:
        self._opened = [_Open(TextSection(heading="", text=""))]
        self._lead = ""  # what begins the next paragraph: a list's mark, a term, a theorem's name

    def sections(self) -> tuple[TextSection, ...]:
        """Return all sections; one without a heading only where it has a text."""
        found: list[TextSection] = []
        for one in self._opened:
            if one.paragraphs or one.section.heading:
                found.append(replace(one.section, text="\n\n".join(one.paragraphs)))
            found += one.after
        return tuple(found)

    def visit(self, element: Element, level: int) -> None:
        """Read an element below a section of this level (0: the paper)."""
        for child in element:
            names = classes(child)
            if names & _LEFT_OUT or child.tag in ("svg", "script", "style", "nav"):
                continue
            if names & _SECTIONS or "ltx_acknowledgements" in names:
                self._section(child, level + 1)
            elif "ltx_abstract" in names:
                self._abstract(child)
            elif names & _FLOATS:
                self._float(child)
            elif "ltx_tabular" in names:
                self._table(child, "")
            elif names & _EQUATIONS:
                self._equation(child)
            elif "ltx_p" in names:
                self._paragraph(child)
            elif "ltx_title" not in names or names & _LEADS:
                self._other(child, names, level)

    def _other(self, child: Element, names: frozenset[str], level: int) -> None:
        if child.tag == "dt" or names & _LEADS:
            self._lead = f"{_inline(child)} ".lstrip()
            return
        if "ltx_item" in names and child.tag == "li":
            self._lead = "- "
        self.visit(child, level)

    def _section(self, element: Element, level: int) -> None:
        title = next((one for one in element if "ltx_title" in classes(one)), None)
        heading = _inline(title) if title is not None else ""
        section = TextSection(heading=heading, text="", level=level, anchor=clean(element.get("id") or ""))
        above = self._opened[-1].section
        self._opened.append(_Open(section))
        self.visit(element, level)
        if "ltx_acknowledgements" in classes(element):
            self._opened.append(_Open(replace(above, heading="")))

    def _abstract(self, element: Element) -> None:
        parts = [_with_notes(one) for one in element.iter("p", "div", "span") if "ltx_p" in classes(one)]
        text = "\n\n".join(filter(None, parts))
        if text:
            anchor = clean(element.get("id") or "")
            self._opened[-1].after.append(TextSection(heading="Abstract", text=text, kind="abstract", anchor=anchor))

    def _paragraph(self, element: Element) -> None:
        if text := _with_notes(element):
            self._opened[-1].paragraphs.append(self._lead + text)
            self._lead = ""

    def _equation(self, element: Element) -> None:
        """Read a displayed formula: it belongs to the paragraph before it."""
        text = clean(" ".join(formula(one) for one in element.iter("math")))
        if not text:
            return
        paragraphs = self._opened[-1].paragraphs
        if paragraphs:
            paragraphs[-1] += f" {text}"
        else:
            self._lead += f"{text} "

    def _float(self, element: Element) -> None:
        """Read the captions and the tables of a figure, each table under the caption of its own figure."""
        now = self._opened[-1].section
        for one in element.iter("figcaption"):
            if text := _with_notes(one):
                caption = TextSection(
                    heading=now.heading, text=text, kind="caption", level=now.level, anchor=_id(one) or now.anchor
                )
                self._opened[-1].after.append(caption)
        for table in _outermost(element):
            figure = next(table.iterancestors("figure"), element)
            self._table(table, next((_with_notes(one) for one in figure.iter("figcaption")), ""))

    def _table(self, table: Element, caption: str) -> None:
        if lines := tables.lines(table, _inline):
            now = self._opened[-1].section
            section = TextSection(heading=caption, text=lines, kind="table", level=now.level, anchor=_id(table) or now.anchor)
            self._opened[-1].after.append(section)


def _id(element: Element) -> str:
    """Return the id of the figure that an element stands in."""
    return next((clean(one.get("id")) for one in element.iterancestors("figure", "div") if one.get("id")), "")


def _outermost(element: Element) -> Iterator[Element]:
    """Yield the tables in a figure, not the tables in their cells."""
    for table in element.iter("table", "span", "div"):
        if "ltx_tabular" in classes(table):
            above = (one for one in table.iterancestors() if "ltx_tabular" in classes(one) or one is element)
            if next(above, element) is element:
                yield table


def _with_notes(element: Element) -> str:
    """Return the text of a paragraph, its footnotes at its end."""
    notes: list[str] = []
    text = clean("".join(_pieces(element, notes)))
    return clean(" ".join([text, *notes]))


def _inline(element: Element) -> str:
    """Return the text of a heading or cell, without notes."""
    return clean("".join(_pieces(element, [])))


def _pieces(element: Element, notes: list[str]) -> Iterator[str]:
    """Yield the text in an element, formulas as they read; the texts of notes go into `notes`."""
    yield flat(element.text or "")
    for child in element:
        names = classes(child)
        if child.tag == "math":
            yield formula(child)
        elif "ltx_note" in names:
            content = next((one for one in child.iter() if "ltx_note_content" in classes(one)), child)
            notes.append(clean("".join(_pieces(content, notes))))
        elif child.tag == "img" and "ltx_Math" in names:
            yield tex.plain(f"${(child.get('alt') or '').strip()}$")
        elif child.tag not in ("svg", "script", "style", "table") and not names & _MARKS:
            yield from _pieces(child, notes)
            yield " " * (child.tag in ("br", "p", "div", "li") or "ltx_tag_item" in names)
        elif "ltx_tabular" in names:
            yield " ".join(clean("".join(_pieces(cell, notes))) for cells in tables.table_rows(child) for cell in cells)
        yield flat(child.tail or "")
