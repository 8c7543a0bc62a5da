"""Read arXiv's own pages: an abstract page, with whether its paper was withdrawn, and the pages in a missing text's place.

Source: the templates of arXiv/arxiv-browse (`abs.html`, `dissemination/*.html`), and ar5iv's page for a missing document.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from scout.dates import LATEST, parse_date
from scout.model.reading import NoText, ParsedText, TextSection
from scout.parsers.tree import classes, flat
from scout.text import clean

Element = Any
_HOSTS = ("arxiv.org", "ar5iv.org")
_MISSING = re.compile(
    r"(?i)^(?:no (?:html|document|article|pdf|paper|file) (?:for|with)\b|(?:pdf|file|html|source|paper) unavailable"
    r"|no such document|404\b|bad (?:paper )?identifier|unavailable)"
)
_WITHDRAWN = re.compile(r"(?i)\bthis (?:paper|article|submission|version)(?: of \S{1,30})? has been withdrawn\b")
_SUBMITTED = re.compile(r"\[Submitted on (\d{1,2} [A-Z][a-z]{2} \d{4})")
_AHEAD = datetime(LATEST, 1, 1, tzinfo=UTC)  # no clock here: what the page states


def read(tree: Element, url: str) -> ParsedText | NoText | None:
    """Read a page of arXiv's own; None if it is another page, or the full text of a paper."""
    titles = [clean(one.text or "") for one in tree.iter("title")]
    title = titles[0] if titles else ""
    if not (_is_arxiv(url) or "arXiv e-print repository" in title):
        return None
    if (abstract := next((one for one in tree.iter("blockquote") if "abstract" in classes(one)), None)) is not None:
        return _abstract_page(tree, abstract)
    heading = next((clean("".join(one.itertext())) for one in tree.iter("h1") if "ltx_title" not in classes(one)), "")
    if _WITHDRAWN.search(heading) or title.endswith(" withdrawn | arXiv e-print repository"):
        return ParsedText(title="", sections=(), withdrawn=True)
    if said := next((words for words in (heading, title) if _MISSING.search(words)), ""):
        return NoText(why=f"arXiv has no text here: {said[:100]!r}")
    return None


def _is_arxiv(url: str) -> bool:
    host = urlsplit(url).hostname or ""
    return any(host == one or host.endswith(f".{one}") for one in _HOSTS)


def _abstract_page(tree: Element, abstract: Element) -> ParsedText:
    main = next((one for one in tree.iter("div") if one.get("id") in ("abs", "content-inner")), tree)
    heading = next((one for one in main.iter("h1") if "title" in classes(one)), None)
    title = _undescribed(heading) if heading is not None else ""
    said = flat(" ".join(main.itertext()))
    dated = _SUBMITTED.search(said)
    day = parse_date(dated[1] if dated else "", now=_AHEAD).at
    stated = [one.get("href") or "" for one in main.iter("a")]
    return ParsedText(
        title=title,
        sections=(TextSection(heading="Abstract", text=_undescribed(abstract), kind="abstract"),),
        published=f"{day:%Y-%m-%d}" if day else "",
        language="en",
        links=tuple(dict.fromkeys(link for link in stated if link.startswith(("http://", "https://")) and not _is_arxiv(link))),
        withdrawn=bool(_WITHDRAWN.search(said)),
    )


def _undescribed(element: Element) -> str:
    """Return an element's text without its label, `Title:` or `Abstract:`."""
    parts = [element.text or ""]
    for child in element:
        if "descriptor" not in classes(child):
            parts += child.itertext()
        parts.append(child.tail or "")
    return clean("".join(parts))
