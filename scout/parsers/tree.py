"""Parse an HTML page of unknown quality into an lxml tree that is cheap to walk, whatever the bytes.

Subtrees deeper than `text.DEEPEST` are cut off, and a tree of more than MOST_ELEMENTS is none: walks cost time by both.
"""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING, Any

from scout.parsers import tex
from scout.text import DEEPEST, MOST_ELEMENTS, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator

Element = Any  # lxml ships no types
_CHARSET = re.compile(rb"charset\s{0,9}=\s{0,9}[\"']?([\w.:-]{1,40})", re.IGNORECASE)
_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_SPACE = re.compile(r"\s+")


def decode(body: bytes, content_type: str = "") -> str:
    """Decode a page: byte order mark, else the header's charset, else the page's own, else UTF-8, else Windows-1252."""
    for mark, name in _MARKS:
        if body.startswith(mark):
            return body.removeprefix(mark).decode(name, "replace")
    stated = [_CHARSET.search(content_type.encode("ascii", "ignore")), _CHARSET.search(body[:4096])]
    for name in (*(found[1].decode("ascii", "ignore") for found in stated if found), "utf-8"):
        try:
            if codecs.lookup(name).name.startswith("utf-16"):
                continue  # HTML: a page whose `meta` could be read is no UTF-16
            return body.decode(name)
        except (LookupError, ValueError, TypeError, AttributeError):
            continue
    return body.decode("windows-1252", "replace")


def html_tree(text: str) -> Element | None:
    """Parse a decoded page; None where it has no element, or more than MOST_ELEMENTS."""
    from lxml import etree, html  # noqa: PLC0415 -- only where pages are read

    if too_large(text):
        return None
    parser = html.HTMLParser(encoding="utf-8", huge_tree=True, remove_comments=True, remove_pis=True)
    try:
        root = html.document_fromstring(text.replace("\0", "").encode("utf-8", "replace"), parser=parser)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError, AssertionError):
        return None
    depth, count, deep = 0, 0, []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        depth += 1 if event == "start" else -1
        count += event == "start"
        if event == "start" and depth == DEEPEST:
            deep.append(element)
        if count > MOST_ELEMENTS:
            return None
    for element in deep:
        for child in list(element):
            element.remove(child)
    return root


def classes(element: Element) -> frozenset[str]:
    """Return an element's classes."""
    return frozenset((element.get("class") or "").split())


def flat(text: str) -> str:
    """Return a text with its white space collapsed, as a browser shows it."""
    return _SPACE.sub(" ", text)


def formula(element: Element) -> str:
    """Return a `<math>` in plain text: its `alttext`, its TeX annotation, else its characters."""
    source = element.get("alttext") or next((note.text or "" for note in _tex_notes(element)), "")
    return flat(tex.plain(f"${source.strip()}$") if source else "".join(element.itertext())).strip()


def _tex_notes(element: Element) -> Iterator[Element]:
    """Yield the TeX annotations of a `<math>`."""
    return (note for note in element.iter("annotation") if note.get("encoding") == "application/x-tex")
