"""Show what was read of an entry: where its quotes stand, with links that open at them, its code, and what stood in the way.

Source of the links: the URL Fragment Text Directives of the Web Incubator Community Group (`#:~:text=start,end`).
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import quote as percent_encoded
from urllib.parse import urldefrag, urlsplit

from scout.draft.escape import Markdown, link, quoted, within
from scout.model import Kind
from scout.text import clean, fold, sentences, shorten

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.figures import Quote
    from scout.model import Item
    from scout.model.reading import ParsedText, Reading

_FORMS = {"article": "text", "arxiv-html": "full text", "pdf": "full text (PDF)"}
_EDGE = 5
"""How many words begin and end a passage in a link."""
_LONGEST_HEADING = 80
_LONGEST_WHY = 120
_MOST_CODE = 3
_TEASER = 1_000
"""Characters up to which a post's summary may be a teaser."""
_HOSTS = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org", "zenodo.org", "huggingface.co")
_AVAILABLE = re.compile(
    r"(?i)\b(?:(?:our|the|all|source) (?:\w+ ){0,3}(?:code|implementation|artifacts?|scripts|prototype|traces?|data|datasets?)\b"
    r"|(?:code|artifacts?|implementation|project page)\s?:|open[- ]?sourced?\b|(?:publicly|made|are|is) available\b|we release\b)"
)


def form_of(reading: Reading) -> str:
    """Name what was read: the text of a post, the full text of a paper."""
    return _FORMS.get(reading.form, "text")


def shown(quote: Quote, reading: Reading | None) -> Markdown:
    """Return a quote with the heading that it stands under; the heading opens the page at it, where the page allows."""
    if reading is None:
        return quoted(quote)
    words = shorten(quote.section, _LONGEST_HEADING) or "before the first heading"
    address = opening(quote, reading)
    return Markdown(f"{quoted(quote)} ({link(words, address) if address else within(words)})")


def opening(quote: Quote, reading: Reading) -> str:
    """Return the address that opens what was read at a quote, or else at its section; empty where neither can be: in a PDF."""
    if reading.form == "pdf" or reading.text is None:
        return ""
    under = (one for one in reading.text.sections if one.heading == quote.section and one.anchor)
    holding = (one.anchor for one in under if quote.sentence in " ".join(one.text.split()))
    return passage(reading.final_url or reading.url, quote.sentence, next(holding, ""))


def passage(url: str, sentence: str, anchor: str = "") -> str:
    """Return an address that opens a page at a sentence, by its first and last words, which no formula or sign interrupts.

    Where they are not found, it opens the element `anchor`; empty where neither is known.
    """
    words = sentence.split()
    start, end = _plain_run(words), list(reversed(_plain_run(words[::-1])))
    directive = ""
    if len(start) >= 2:
        directive = f":~:text={_encoded(start)}"
        if len(words) > len(start) + len(end) and len(end) >= 2:
            directive += f",{_encoded(end)}"
    fragment = percent_encoded(anchor, safe="") + directive
    return f"{urldefrag(url).url}#{fragment}" if fragment else ""


def _plain_run(words: list[str]) -> list[str]:
    """Return the first few words up to one that a page may show in another way."""
    run: list[str] = []
    for word in words[:_EDGE]:
        if not re.fullmatch(r"[A-Za-z0-9.,;:%'’()“”\"-]{1,40}", word):
            break
        run.append(word)
    return run


def _encoded(words: list[str]) -> str:
    """Encode a part of a text directive: the dash, comma and ampersand are its syntax."""
    return percent_encoded(" ".join(words), safe="").replace("-", "%2D")


def code_links(item: Item, reading: Reading | None) -> tuple[str, ...]:
    """Return the addresses of a work's own code or artifact in what was read of it: what it says is available, or is named as it.

    A link to a code host counts where the sentence that holds it says that it is the work's, or where the repository has the
    name that the title gives the system. What others wrote is cited, and is none.
    """
    if reading is None or reading.text is None:
        return ()
    told = " ".join(_availability(reading.text))
    name = re.sub(r"\W", "", fold(item.title.partition(":")[0])) if ":" in item.title else ""
    found: dict[str, None] = {}
    for address in reading.text.links:
        parts = urlsplit(address)
        path = parts.path.strip("/")
        if (parts.hostname or "").removeprefix("www.") not in _HOSTS or path.count("/") < 1:
            continue
        repository = re.sub(r"\W", "", fold(path.split("/")[1]))
        if path in told or (len(name) >= 4 and repository == name):
            found[urldefrag(address).url] = None
    return tuple(found)[:_MOST_CODE]


def _availability(text: ParsedText) -> Iterator[str]:
    for section in text.sections:
        for sentence in sentences(section.text) if section.kind != "table" else ():
            if _AVAILABLE.search(sentence):
                yield sentence


def is_teaser(item: Item) -> bool:
    """Say whether what a source gave of a post may be its beginning alone: no figure in it is none in the post."""
    return item.kind is Kind.POST and 0 < len(item.summary) <= _TEASER


def in_the_way(item: Item, reading: Reading | None) -> str:
    """Say why an item could not be judged by more than its title or the beginning that its source gave."""
    known = "its title and a beginning are known" if is_teaser(item) else "its title is known"
    page = "was not read" if reading is None else f"gave no text: {why_not(reading)}"
    return f"only {known}, and its page {page}"


def why_not(reading: Reading) -> str:
    """Return in a line why a page gave no text."""
    return shorten(clean(reading.why), _LONGEST_WHY)
