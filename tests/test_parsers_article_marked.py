"""The main text of pages whose text a person marked: how much of it is read, and how little beside it.

The pages (captures of blogs, documentation and news, with the text, title and words that must or must not be in it) are no part of
the project: without them these tests skip. `python tests/test_parsers_article_marked.py` prints the figure of each page.
"""

from __future__ import annotations

import gzip
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from scout.model.reading import ParsedText
from scout.parsers import article

PAGES = Path(__file__).parents[2] / "shared" / "world" / "data" / "captures" / "pages"
needs_pages = pytest.mark.skipif(not PAGES.exists(), reason="the marked pages are not on this machine")
FRONT_MATTER = re.compile(r"\A```json.*?```\s*", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """How well one page was read: token F1 against its marked text (None where none is marked), and which marked phrases fail."""

    file: str
    f1: float | None
    phrases: int
    wrong: tuple[str, ...]
    title: str


def marked() -> list[dict[str, Any]]:
    """Return what was marked, page by page."""
    with gzip.open(PAGES / "expected.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def flat(text: str) -> str:
    """Return a text with its white space folded."""
    return " ".join(text.split())


def token_f1(text: str, expected: str) -> float:
    """Return the harmonic mean of precision and recall of words, each as often as it stands."""
    got, wanted = (Counter(re.findall(r"\w+", one.lower())) for one in (text, expected))
    common = sum((got & wanted).values())
    return 2 * common / (sum(got.values()) + sum(wanted.values())) if common else 0.0


def measure(page: dict[str, Any]) -> Measured:
    """Read one page and compare."""
    parsed = article.parse(gzip.decompress((PAGES / page["file"]).read_bytes()), url=page["url"], content_type="text/html")
    sections = parsed.sections if isinstance(parsed, ParsedText) else ()
    text = "\n\n".join(f"{one.heading}\n\n{one.text}" for one in sections)
    wanted = [("+", phrase) for phrase in page.get("with") or []] + [("-", phrase) for phrase in page.get("without") or []]
    wrong = tuple(f"{sign}{phrase}" for sign, phrase in wanted if (flat(phrase) in flat(text)) != (sign == "+"))
    expected = FRONT_MATTER.sub("", page["main_content"] or "")
    title = parsed.title if isinstance(parsed, ParsedText) else f"({parsed.why})"
    return Measured(
        file=page["file"], f1=token_f1(text, expected) if expected else None, phrases=len(wanted), wrong=wrong, title=title
    )


@needs_pages
def test_the_main_text_is_read_and_little_else() -> None:
    """Over the marked pages the mean token F1 is at least 0.95, and at least 0.93 of the marked phrases are right."""
    found = [measure(page) for page in marked()]
    scores = [one.f1 for one in found if one.f1 is not None]
    phrases = sum(one.phrases for one in found)
    assert sum(scores) / len(scores) >= 0.95
    assert 1 - sum(len(one.wrong) for one in found) / phrases >= 0.93


@needs_pages
def test_titles_are_the_pages_own() -> None:
    """Nine in ten titles share most words with the marked one; what was marked is often the title with the site's name."""
    titles = [(page["title"], measure(page).title) for page in marked() if page.get("title")]
    alike = [token_f1(read, stated) >= 0.6 for stated, read in titles]
    assert sum(alike) >= 0.9 * len(alike), titles


if __name__ == "__main__":
    results = [measure(page) for page in marked()]
    for one in sorted(results, key=lambda one: one.f1 or 1.0):
        shown = "no text marked" if one.f1 is None else f"F1 {one.f1:.3f}"
        print(f"{one.file:60} {shown:15} {one.title[:60]} {[words[:60] for words in one.wrong]}")  # noqa: T201
    measured = [one.f1 for one in results if one.f1 is not None]
    asked, failed = sum(one.phrases for one in results), sum(len(one.wrong) for one in results)
    print(f"mean F1 {sum(measured) / len(measured):.4f} over {len(measured)} pages; {asked - failed} of {asked} phrases right")  # noqa: T201
