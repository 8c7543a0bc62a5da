"""Read the text of a paper's PDF: pages, paragraphs, captions, and the headings that are beyond doubt.

A PDF holds glyphs at places; sections are a guess. A heading is a line with the next number (`4 Evaluation`, `4.1 Setup`,
`IV. RESULTS`) or one of the names that papers give their parts. What pypdf cannot read is no text, with the reason.
"""

from __future__ import annotations

import io
import logging
import re
from collections import Counter
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from scout.identity import http_url
from scout.model.reading import NoText, ParsedText, TextSection
from scout.parsers import arxiv_page, challenge
from scout.parsers.tree import decode, html_tree
from scout.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MOST_PAGES = 200
MOST_CONTENT = 8 * 2**20
"""Bytes of drawing on one page: a page of a paper has at most one MiB, a plot of a million points or a bomb more."""
MOST_TEXT = 3_000_000
MOST_LINKS = 300
LEAST = 100
"""Words below which a PDF is a scan: images of pages, with a line or two of a stamp."""
_NUMBERED = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,2})\.?\s{1,3}([A-Z][^.!?;=<>{}|—•]{2,70})")
_ROMAN = re.compile(r"([IVX]{1,5})\.\s{1,3}([A-Z][A-Z0-9 ,:&/()-]{3,60})")
_ROMANS = ("I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX", "X", "XI", "XII")
_NAMES = re.compile(
    r"(?i)(?:abstract|introduction|background|related work|motivation|design|implementation|methods?|methodology|evaluation"
    r"|experiments|experimental (?:results|setup)|results|discussion|limitations|conclusions?|future work"
    r"|acknowledge?ments?|references|bibliography|appendix)"
)
_BIBLIOGRAPHY = re.compile(r"(?i)(?:references|bibliography)")
_APPENDIX = re.compile(r"(?:Appendix|APPENDIX|Supplementary)\b.{0,70}|A\.?\s{1,3}[A-Z][A-Za-z ,:-]{3,60}")
_CAPTION = re.compile(r"(?:Figure|Fig\.|Table|Listing|Algorithm)\s\d{1,3}\s?[.:|]")
_MOST_CAPTION = 8
_WITHDRAWN = re.compile(r"(?i)\bthis (?:paper|article|submission|manuscript) has been withdrawn\b")
_TEX_LIGATURES = {"\x0b": "ff", "\x0c": "fi", "\r": "fl", "\x0e": "ffi", "\x0f": "ffl"}
_CONTROL_LIGATURES = re.compile(r"[\x0b\x0e\x0f]|(?<=\w)[\x0c\r](?=\w)")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})
_ENDS = re.compile(r"[.!?:][\"”’)\]]*$")
_NO_TITLE = re.compile(r"(?i)^(?:untitled|microsoft word\b.*|.*\.(?:tex|dvi|docx?|pdf|indd)|paper|main|title|\S*)$")


def parse(body: bytes, *, url: str, content_type: str) -> ParsedText | NoText:
    """Read a body that was answered as a PDF; no bytes make it raise. It may take long: call it in a process with limits."""
    if not body.lstrip()[:1024].startswith(b"%PDF-"):
        return NoText(why=_instead(body, url, content_type))
    import pypdf  # noqa: PLC0415 -- 80 ms, and only where a PDF is read

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # its remarks on broken files are the reasons below
    try:
        reader = pypdf.PdfReader(io.BytesIO(body))
        if reader.is_encrypted and not reader.decrypt(""):
            return NoText(why="an encrypted PDF")
        return _read(reader, url)
    except pypdf.errors.DependencyError:
        return NoText(why="an encrypted PDF")
    except Exception as exc:  # noqa: BLE001 -- a parser that fails on hostile bytes has found no text
        cut = "" if b"%%EOF" in body[-2048:] else "the PDF breaks off: "
        return NoText(why=f"{cut}a PDF that cannot be read: {type(exc).__name__} {clean(str(exc))[:80]}".rstrip())


def _instead(body: bytes, url: str, content_type: str) -> str:
    """Say what a body is that is no PDF."""
    if challenge.is_html(body):
        tree = html_tree(decode(body, content_type))
        own = arxiv_page.read(tree, url) if tree is not None else None
        return own.why if isinstance(own, NoText) else challenge.in_page(body) or "an HTML page, no PDF"
    return "no PDF" if body.strip() else "the answer is empty"


def _read(reader: Any, url: str) -> ParsedText | NoText:
    pages: list[list[str]] = []
    links: dict[str, None] = {}
    size = 0
    for number, page in enumerate(reader.pages, 1):
        if number > MOST_PAGES or size > MOST_TEXT:
            return NoText(why=f"a PDF of more than {MOST_PAGES} pages or {MOST_TEXT} characters")
        contents = page.get_contents()
        if contents is not None and len(contents.get_data()) > MOST_CONTENT:
            return NoText(why=f"page {number} of the PDF holds more than {MOST_CONTENT // 2**20} MiB of drawing")
        text = page.extract_text()
        size += len(text)
        pages.append(_lines(text))
        links.update(dict.fromkeys(_page_links(page, url)))
    count = sum(len(line.split()) for lines in pages for line in lines)
    if count < LEAST:
        said = " ".join(line for lines in pages for line in lines)
        if _WITHDRAWN.search(said):
            return ParsedText(title="", sections=(), withdrawn=True)
        return NoText(why=f"a scanned PDF: {len(pages)} pages with {count} words of text")
    info = reader.metadata
    title = clean(str(info.title or "")) if info else ""
    return ParsedText(
        title="" if _NO_TITLE.match(title) else title,
        sections=tuple(_sections(_without_running_heads(pages))),
        language=clean(str(reader.root_object.get("/Lang", "")))[:2].lower(),
        links=tuple(links)[:MOST_LINKS],
    )


def _lines(text: str) -> list[str]:
    """Return a page's lines, ligatures as letters: TeX's first fonts have them where ASCII has controls."""
    text = _CONTROL_LIGATURES.sub(lambda found: _TEX_LIGATURES[found[0]], text).translate(_LIGATURES)
    return [line for line in map(clean, re.split(r"[\n\r\f]", text)) if line]


def _page_links(page: Any, url: str) -> Iterator[str]:
    for annotation in (page.annotations or ())[:MOST_LINKS]:
        action = annotation.get_object().get("/A")
        address = action.get_object().get("/URI") if action is not None else None
        if isinstance(address, str) and (found := http_url(address, url)):
            yield found


def _without_running_heads(pages: Sequence[Sequence[str]]) -> list[str]:
    """Return all lines but page numbers, and what stands first or last on three pages or more with another number."""
    edges = Counter(key for lines in pages for key in {re.sub(r"\d+", "#", line) for line in (*lines[:2], *lines[-2:])})
    often = {key for key, count in edges.items() if count >= 3 or key == "#"}
    kept: list[str] = []
    for lines in pages:
        edge = {0, 1, len(lines) - 2, len(lines) - 1}
        kept += [line for place, line in enumerate(lines) if place not in edge or re.sub(r"\d+", "#", line) not in often]
    return kept


@dataclass(slots=True)
class _Heading:
    """Where the reading of headings stands: the last number of each level."""

    numbers: tuple[int, ...] = ()
    roman: int = 0
    names: set[str] = field(default_factory=set)

    def read(self, line: str, following: str) -> tuple[str, int] | None:
        """Return a line's heading and level if it is one: the next in order, or a name that was not met.

        A line that goes on in small letters is an item of a list.
        """
        if (found := _NUMBERED.fullmatch(line)) and not line.endswith((",", "-")) and not following[:1].islower():
            numbers = tuple(int(part) for part in found[1].split("."))
            if self._follows(numbers):
                self.numbers = numbers
                return line, len(numbers)
        if (found := _ROMAN.fullmatch(line)) and _ROMANS[self.roman : self.roman + 1] == (found[1],):
            self.roman += 1
            return line, 1
        name = line.rstrip(".:").casefold()
        if _NAMES.fullmatch(name) and line[:1].isupper() and name not in self.names:
            self.names.add(name)
            return line, 1
        return None

    def _follows(self, numbers: tuple[int, ...]) -> bool:
        before = self.numbers
        if len(numbers) > len(before):
            return numbers[:-1] == before and numbers[-1] == 1
        return numbers[:-1] == before[: len(numbers) - 1] and numbers[-1] == before[len(numbers) - 1] + 1


def _sections(lines: Sequence[str]) -> Iterator[TextSection]:  # noqa: C901 -- one pass over lines with what is open
    """Yield the sections of a PDF's lines: text first, then captions; the bibliography is left out."""
    words = Counter(word for line in lines for word in re.findall(r"(?<!\w)\w++-\w++", line))
    width = sorted(len(line) for line in lines)[len(lines) * 3 // 4] if lines else 0
    heading, level, own, captions, caption, skipped = "", 1, list[str](), list[str](), list[str](), False
    headings = _Heading()

    def closed() -> Iterator[TextSection]:
        text = _paragraphs(own, words, width)
        if heading or text:
            kind = "abstract" if heading.casefold().rstrip(".:") == "abstract" else "prose"
            yield TextSection(heading=heading, text=text, kind=kind, level=level)  # type: ignore[arg-type]
        for one in captions:
            yield TextSection(heading=heading, text=one, kind="caption", level=level)

    for line, following in zip(lines, (*lines[1:], ""), strict=True):
        found = headings.read(line, following)
        if skipped:
            found = (line, 1) if _APPENDIX.fullmatch(line) else None
        if caption and (found or len(caption) >= _MOST_CAPTION or _ENDS.search(caption[-1])):
            captions.append(_joined(caption, words))
            caption = []
        if found:
            yield from closed()
            (heading, level), own, captions = found, [], []
            skipped = bool(_BIBLIOGRAPHY.fullmatch(re.sub(r"^[\dIVX.]+\s+", "", heading).rstrip(".:")))
            if skipped:
                heading = ""
        elif skipped:
            continue
        elif caption or _CAPTION.match(line):
            caption.append(line)
        else:
            own.append(line)
    if caption:
        captions.append(_joined(caption, words))
    yield from closed()


def _paragraphs(lines: Sequence[str], words: Counter[str], width: int) -> str:
    """Join lines to paragraphs: one ends where a sentence ends on a line that is clearly shorter than most."""
    found: list[list[str]] = [[]]
    for line in lines:
        found[-1].append(line)
        if _ENDS.search(line) and len(line) < 0.8 * width:
            found.append([])
    return "\n\n".join(_joined(part, words) for part in found if part)


def _joined(lines: Sequence[str], words: Counter[str]) -> str:
    """Join lines to one; a word divided at a line's end is whole again, a compound keeps its hyphen."""
    text = ""
    for line in lines:
        if text.endswith("-") and line[:1].islower():
            left, right = text.rsplit(" ", 1)[-1], re.match(r"\w+", line)
            compound = right is not None and words[left.lstrip('([“"') + right[0]] > 0
            text = (text if compound else text[:-1]) + line
        else:
            text = f"{text} {line}" if text else line
    return clean(text)
