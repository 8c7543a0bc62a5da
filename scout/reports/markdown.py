"""Parse Markdown into headings, bullets and paragraphs, each with its line number.

CommonMark (markdown-it-py), tolerant of hand-editing errors: byte order mark, CRLF, front matter, `###4.` without a space,
rules and headings next to a paragraph, bullets indented by four. Line numbers are those of the input, from 1.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from scout.reports.scaffold import without_evidence
from scout.text import clean

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from markdown_it.token import Token

PassageKind = Literal["heading", "item", "paragraph", "other"]

_FRONT_MATTER = re.compile(r"\A---[ \t]*\n.*?\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_TIGHT_HEADING = re.compile(r"^(\s{0,3}#{1,6})(?=[^\s#!])", re.MULTILINE)
_UNDERLINED = re.compile(r"^(\S[^\n]*)\n=+[ \t]*$", re.MULTILINE)
_BREAKS = ("softbreak", "hardbreak")
_BARE_URL = re.compile(r"https?://[^\s<>()\[\]\"'`]+[^\s<>()\[\]\"'`.,;:!?*_]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """A link: its text, its URL as written, its line, and its offset in the passage's text."""

    text: str
    url: str
    line: int
    at: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A heading, a bullet or a paragraph as plain text.

    `level` is a heading's level, or the list depth (0: not in a list). `lead` is the bold text it starts with.
    `kind` is `other` for code, HTML and the head of a table; each row of a table is an item, its cells joined by dashes.
    """

    kind: PassageKind
    text: str
    line: int
    level: int = 0
    lead: str = ""
    links: tuple[Link, ...] = ()


def tidy(text: str) -> str:
    """Correct hand-editing errors, and blank comments and a draft's evidence; the number of lines is kept."""
    text = text.removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    text = _FRONT_MATTER.sub(lambda found: "\n" * found[0].count("\n"), text)
    text = _without_comments(without_evidence(text))
    text = _UNDERLINED.sub(r"# \1\n", text)
    return _TIGHT_HEADING.sub(r"\1 ", text)


def _without_comments(text: str) -> str:
    """Blank HTML comments, keeping line ends; an unclosed comment is text."""
    kept, start = [], 0
    while (opened := text.find("<!--", start)) >= 0 and (closed := text.find("-->", opened)) >= 0:
        kept += [text[start:opened], "\n" * text.count("\n", opened, closed)]
        start = closed + 3
    return "".join([*kept, text[start:]])


def passages(text: str) -> tuple[Passage, ...]:
    """Return the passages of a Markdown text, in order."""
    from markdown_it import MarkdownIt  # noqa: PLC0415 -- 40 ms that most commands never need

    # `lheading` would make a heading of any paragraph before a rule; `code` would make code of a misindented bullet.
    reader = MarkdownIt("commonmark").disable(["lheading", "code"]).enable("table")
    return tuple(_walk(list(_with_rows(reader.parse(tidy(text))))))


def _with_rows(tokens: Sequence[Token]) -> Iterator[Token]:
    """Yield the tokens with each row of a table as one: `row`, or `head_row`, its cells joined by dashes."""
    from markdown_it.token import Token  # noqa: PLC0415 -- see above

    row: Token | None = None
    head = False
    for token in tokens:
        match token.type:
            case "thead_open" | "thead_close":
                head = token.type == "thead_open"
            case "tr_open":
                row = Token(type="head_row" if head else "row", tag="", nesting=0, map=token.map, children=[])
            case "inline" if row is not None and row.children is not None:
                dash = [Token(type="text", tag="", nesting=0, content=" — ")] if row.children and token.content else []
                row.children += [*dash, *(token.children or [])]
            case "tr_close" if row is not None:
                yield row
                row = None
            case _:
                yield token


def _walk(tokens: Sequence[Token]) -> Iterator[Passage]:
    depth, opening, heading = 0, False, 0
    for token in tokens:
        line = (token.map or [0])[0] + 1
        match token.type:
            case "bullet_list_open" | "ordered_list_open":
                depth += 1
            case "bullet_list_close" | "ordered_list_close":
                depth -= 1
            case "list_item_open":
                opening = True
            case "heading_open":
                heading = int(token.tag[1:])
            case "row" | "head_row":
                yield _passage(token.children or [], "item" if token.type == "row" else "other", depth + 1, line)
            case "inline":
                kind: PassageKind = "heading" if heading else "item" if opening else "paragraph"
                for run in _runs(token.children or []):
                    yield _passage(run, kind, heading or depth, line)
                    line += sum(child.type in _BREAKS for child in run)
                    kind = "paragraph" if kind == "item" else kind
                opening, heading = False, 0
            case "fence" | "code_block" | "html_block":
                yield Passage(kind="other", text=clean(token.content), line=line, level=depth)


def _runs(children: Sequence[Token]) -> Iterator[Sequence[Token]]:
    """Split inline tokens at each line that starts with a bold label, as where a blank line is missing."""
    start = 0
    for i in range(1, len(children) - 2):
        opens = children[i - 1].type in _BREAKS and "strong_open" in (children[i].type, children[i + 1].type)
        label = next((child for child in children[i : i + 3] if child.type == "text" and child.content), None)
        if opens and label is not None and label.content.rstrip().endswith(":"):
            yield children[start:i]
            start = i
    yield children[start:]


def _passage(children: Sequence[Token], kind: PassageKind, level: int, line: int) -> Passage:
    """Flatten inline tokens to text without markup, and links with offsets."""
    text, lead, bold, first = "", "", 0, line
    links: list[Link] = []
    opened: tuple[str, int, int] | None = None
    for child in children:
        match child.type:
            case kind_of if kind_of in _BREAKS:
                line += 1
                text = _join(text, " ")
            case "link_open":
                opened = (str(child.attrs.get("href", "")), line, len(text))
            case "link_close" if opened is not None:
                url, at_line, start = opened
                links.append(Link(text=text[start:].strip(), url=url, line=at_line, at=start))
                opened = None
            case "strong_open":
                bold = bold or (1 if not text.strip() else 2)
            case "strong_close":
                lead = text.strip() if bold == 1 else lead
                bold = 2
            case "text" | "code_inline" | "image" | "html_inline":
                if child.type == "text" and opened is None:
                    links.extend(_bare(child.content, line, len(text)))
                text = _join(text, "" if child.type == "html_inline" else child.content)
    return Passage(kind=kind, text=text.strip(), line=first, level=level, lead=lead, links=tuple(links))


def _join(text: str, more: str) -> str:
    """Append a fragment, cleaned except for the space at its ends."""
    body = clean(more)
    if more[:1].isspace() and text and not text.endswith(" "):
        text += " "
    text += body
    return text + " " if body and more[-1:].isspace() else text


def _bare(text: str, line: int, start: int) -> Iterator[Link]:
    for found in _BARE_URL.finditer(text):
        yield Link(text=found[0], url=found[0], line=line, at=start + found.start())
