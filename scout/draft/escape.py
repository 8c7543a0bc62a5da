"""Escape outside text for the draft's Markdown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from scout import text
from scout.identity import http_url
from scout.reports.scaffold import ASKS, HINT, SLOT

if TYPE_CHECKING:
    from collections.abc import Iterable

    from scout.figures import Quote


class Markdown(str):
    """Markdown made by scout, put into the draft unchanged. Any other string is outside text, and is escaped."""

    __slots__ = ()


def escape(value: object) -> Markdown:
    """Return a value as one line of Markdown: `Markdown` unchanged, anything else escaped."""
    return value if isinstance(value, Markdown) else Markdown(text.markdown(str(value)))


def within(value: object) -> Markdown:
    """Return a value as Markdown inside a line, where a leading dash or digit starts no list."""
    return value if isinstance(value, Markdown) else Markdown(text.inline(text.clean(str(value))))


def joined(parts: Iterable[object], separator: str = ", ") -> Markdown:
    """Return parts, each escaped, with a separator between."""
    return Markdown(separator.join(within(part) for part in parts))


def link(words: object, url: str) -> Markdown:
    """Return a link, or its text alone if the address is not http(s)."""
    if not http_url(url):
        return within(words)
    return Markdown(f"[{within(words) or within(url)}]({text.address(url)})")


def slot(name: str) -> Markdown:
    """Return a slot: a mark that `check` finds, and a hint of what to write."""
    return Markdown(f"{SLOT.format(name)} {HINT.format(ASKS[name])}")


def quoted(quote: Quote) -> Markdown:
    """Return a sentence in quotation marks, word for word; figures are bold where CommonMark allows emphasis."""
    sentence = quote.sentence
    pieces, at = [], 0
    for figure in sorted(quote.figures, key=lambda figure: figure.start):
        pieces.append(text.inline(sentence[at : figure.start]))
        beside = sentence[figure.start - 1 : figure.start] + sentence[figure.end : figure.end + 1]
        value = text.inline(sentence[figure.start : figure.end])
        pieces.append(value if any(character.isalnum() for character in beside) else f"**{value}**")
        at = figure.end
    pieces.append(text.inline(sentence[at:]))
    return Markdown(f"“{''.join(pieces)}{' …' * quote.cut}”")
