"""What is read of an item: the text of its own page, in sections, or why there is none.

A parser of text is a function `parse(body, *, url, content_type)`: bytes in, `ParsedText` or `NoText` out. It runs in a
process of its own (`sources/parse_process.py`), so what it returns is plain values, and it may raise on what it cannot read.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Literal, Protocol

from scout.model import Kind, Result, Validators

if TYPE_CHECKING:
    from datetime import datetime

    from scout.model import Item


@dataclass(frozen=True, slots=True, kw_only=True)
class TextSection:
    """One section of a text. `text` is plain: paragraphs divided by a blank line.

    A `table` is one line a row, cells divided by tabs, the header first, its caption as `heading`. `level` is the heading's
    depth, from 1; `anchor` the id of the section's element in its page, if it has one.
    """

    heading: str
    text: str
    kind: Literal["prose", "caption", "table", "abstract"] = "prose"
    level: int = 1
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ParsedText:
    """The text of one page, in its order, without navigation and bibliography.

    `title` and `published` (an ISO day) are what the page itself states, empty where it states none. `language` is the page's
    code (`en`), if known. `links` are the http(s) addresses in the main text, absolute. `withdrawn`: the page says that the
    work was withdrawn.
    """

    title: str
    sections: tuple[TextSection, ...]
    published: str = ""
    language: str = ""
    links: tuple[str, ...] = ()
    withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class NoText:
    """A page without a text to read, with the reason in words: "paywall", "consent wall", "only scripts", "encrypted PDF"."""

    why: str


class TextParser(Protocol):
    """A parser of text, as `scout/parsers/article.py`, `latexml.py` and `pdf.py` have one by the name `parse`."""

    def __call__(self, body: bytes, *, url: str, content_type: str) -> ParsedText | NoText:
        """Read one body; `url` is where it came from, after redirects, `content_type` the header."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What came of reading an item, in one version: its text with where, when and how, or the reason why there is none.

    `version` is what the text is of (`v2` of a paper, else empty), `form` how it was read: `article`, `arxiv-html`, `pdf`.
    `url` is the address asked, `final_url` where the text stood, `status` the HTTP status if there was an answer. `read` is when
    the text came, `checked` when it was last found unchanged. `notes` say where the page and the item's source differ.
    The result is OK with a text; EMPTY for a page that was read and has none; UNCHANGED for one whose text is stored.
    """

    item_id: str
    result: Result
    read: datetime
    form: str
    url: str
    why: str = ""
    version: str = ""
    final_url: str = ""
    status: int | None = None
    checked: datetime | None = None
    validators: Validators = field(default_factory=Validators)
    notes: tuple[str, ...] = ()
    text: ParsedText | None = None

    @property
    def final(self) -> bool:
        """Whether to ask once more would bring nothing else: the page has no text, cannot be read, or is gone."""
        return self.result in (Result.EMPTY, Result.BROKEN) or self.status in (404, 410)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """A sentence, verbatim, the heading that it stands under, and the address that opens at it, if there is one."""

    sentence: str
    section: str = ""
    url: str = ""


TEXT_READ = "text read"
"""The field of an item whose summary is the beginning of the text that was read of it, as `extra["summary_from"]` says."""
TEASER = 1_000
"""Characters up to which a post's summary is a teaser: those of 41 feeds end at 600, and whole posts begin at 2,600."""
LEAD = 2_000
"""How many characters of its text a post is ranked by: as many as a long abstract has, so that no text wins by its length."""


def wants_text(item: Item) -> bool:
    """Say whether an item is a post whose source says too little of it to be judged by."""
    return item.kind is Kind.POST and (len(item.summary) <= TEASER or item.extra.get("summary_from") == TEXT_READ)


def with_lead(item: Item, lead: str) -> Item:
    """Return an item with the beginning of its text as its summary."""
    return replace(item, summary=lead, extra={**item.extra, "summary_from": TEXT_READ})


def plain(text: ParsedText) -> str:
    """Return a text as one string, headings among it, with a blank line between its parts."""
    parts = (part for section in text.sections for part in (section.heading, section.text))
    return "\n\n".join(part for part in parts if part)
