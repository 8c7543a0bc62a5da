"""Read the text of an item from its own page: a post's article; a paper's HTML at arXiv, else its PDF, else only its abstract.

A parser runs in a process with limits on time and memory. Nothing is raised: what stood in the way is the reading's result.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING

from scout.identity import canonical_url, http_url, names
from scout.model import Answer, Failure, Item, Kind, Result
from scout.model.reading import NoText, ParsedText, Reading, plain
from scout.similarity import title_likeness
from scout.sources.fetch import fault_words
from scout.sources.parse_process import Ended
from scout.text import clean, shorten

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from scout.model.reading import TextParser
    from scout.sources.parse_process import ParseProcesses
    from scout.sources.session import Client

ARTICLE, ARXIV_HTML, PDF, ABSTRACT = "article", "arxiv-html", "pdf", "abstract"
"""The forms in which a text is read."""
CPU_S, MEMORY_BYTES = 30, 2**30
"""What the reading of one text may use: the longest of the papers measured takes 6 s and 200 MiB."""
LONGEST = 1_000_000
"""Characters that are kept of one text: a thesis has half as many."""
SAME = 60
"""The likeness of titles, 0 to 100, from which a page that an address now leads to is still the article that was meant."""
_PARSERS = {ARTICLE: "article", ABSTRACT: "article", ARXIV_HTML: "latexml", PDF: "pdf"}
_GIVE_UP = (Result.RATE_LIMITED, Result.BLOCKED, Result.NOT_FINISHED)
"""Results after which the same host is not asked for another form of the text."""


def addresses(item: Item) -> tuple[tuple[str, str], ...]:
    """Return where an item's text may stand, as form and address, the best first; empty for what has no page of its own.

    Releases have their notes, threads are not their own words, and a talk may share its programme's page.
    """
    if item.kind in (Kind.RELEASE, Kind.THREAD):
        return ()
    known = names(item)
    if paper := next((name.removeprefix("arxiv:") for name in known if name.startswith("arxiv:")), ""):
        numbered = f"{paper}{version(item)}"
        return tuple((form, f"https://arxiv.org/{part}/{numbered}") for form, part in ((ARXIV_HTML, "html"), (PDF, "pdf")))
    if item.kind is Kind.TALK and f"url:{canonical_url(item.url)}" not in known:
        return ()
    return ((ARTICLE, item.url),) if http_url(item.url) else ()


def version(item: Item) -> str:
    """Return the version of an arXiv paper as its address has it, `v2`; empty where there is none."""
    number = item.extra.get("version")
    return f"v{number}" if item.id.startswith("arxiv:") and isinstance(number, int) else ""


def parse(form: str, body: bytes, url: str, content_type: str) -> ParsedText | NoText:
    """Parse a body by its form. Runs in a process of its own, where alone the parsers are imported."""
    name = "pdf" if is_pdf(body) else _PARSERS[form]
    parser: TextParser = import_module(f"scout.parsers.{name}").parse
    return parser(body, url=url, content_type=content_type)


def is_pdf(body: bytes) -> bool:
    """Say whether a body is a PDF, whatever it is called."""
    return body[:1024].lstrip().startswith(b"%PDF-")


@dataclass(frozen=True, slots=True, kw_only=True)
class TextReader:
    """Read items through an HTTP client. Threads may share it."""

    client: Client
    processes: ParseProcesses
    clock: Callable[[], datetime]

    def read(self, item: Item, *, conditional: bool = False) -> Reading:
        """Read one item, at its first address that has a text; `conditional` sends the validators of the text that is stored."""
        try:
            return self._read(item, conditional=conditional)
        except Exception as exc:  # noqa: BLE001 -- a fault of ours in one page is that page's result
            return replace(self.unread(item, fault_words(exc)), result=Result.BROKEN)

    def unread(self, item: Item, why: str) -> Reading:
        """Return the reading of an item that was not asked for."""
        form, url = addresses(item)[0]
        return Reading(
            item_id=item.id, version=version(item), result=Result.NOT_FINISHED, read=self.clock(), form=form, url=url, why=why
        )

    def _read(self, item: Item, *, conditional: bool) -> Reading:
        failed: list[Reading] = []
        for form, url in addresses(item):
            reading = self._at(item, form, url, conditional=conditional)
            if reading.result is Result.UNREACHABLE and reading.status is None:
                return reading  # the host does not answer: no form of the text is to be had now
            if reading.result in (Result.OK, Result.UNCHANGED, *_GIVE_UP) or (reading.text and reading.text.withdrawn):
                return reading
            failed.append(reading)
        if len(failed) < 2:
            return failed[0]
        return self._only_abstract(item, failed)

    def _only_abstract(self, item: Item, failed: list[Reading]) -> Reading:
        """Say that a paper has no full text; its abstract page says whether it was withdrawn."""
        page = self._at(item, ABSTRACT, failed[-1].url.replace("/pdf/", "/abs/"), conditional=False)
        if page.text and page.text.withdrawn:
            return replace(page, result=Result.EMPTY, why="the paper was withdrawn")
        why = "; ".join(f"{one.form}: {one.why}" for one in failed)
        if passing := next((one for one in failed if one.result is Result.UNREACHABLE and not one.final), None):
            return replace(passing, why=why)
        answered = any(one.result is Result.EMPTY for one in failed)
        return replace(failed[-1], result=Result.EMPTY if answered else failed[-1].result, why=f"only the abstract: {why}")

    def _at(self, item: Item, form: str, url: str, *, conditional: bool) -> Reading:
        got = self.client.get(url, conditional=conditional, robots=True)
        reading = replace(self.unread(item, ""), result=Result.OK, form=form, url=url, status=got.status)
        if isinstance(got, Failure):
            return replace(reading, result=got.result, why=got.why)
        if got.unchanged:
            return replace(reading, result=Result.UNCHANGED)
        reading = replace(reading, final_url=got.final_url, validators=got.validators)
        match self._parsed(form, got):
            case Ended(why=why, result=result):
                return replace(reading, result=result, why=f"the reading of the text was ended: {why}")
            case NoText(why=why):
                return replace(reading, result=Result.EMPTY, why=clean(why)[:500])
            case ParsedText() as parsed:
                return _checked(replace(reading, form=PDF if is_pdf(got.body) else form), item, parsed)

    def _parsed(self, form: str, got: Answer) -> ParsedText | NoText | Ended:
        kind = got.headers.get("content-type", "")
        return self.processes.run(partial(parse, form, got.body, got.final_url, kind))


def _checked(reading: Reading, item: Item, parsed: ParsedText) -> Reading:
    """Hold a text against the item that it should be of."""
    if parsed.withdrawn:
        return replace(reading, result=Result.EMPTY, why="the page says that it was withdrawn", text=parsed)
    if not plain(parsed).strip():
        return replace(reading, result=Result.EMPTY, why="the page has no text")
    if other := _other_article(reading, item, parsed):
        return replace(reading, result=Result.BROKEN, why=other)
    fitted, cut = _fitted(parsed)
    notes = (cut, _other_title(reading, item, parsed), _other_day(item, parsed))
    return replace(reading, text=fitted, notes=tuple(filter(None, notes)))


def _other_article(reading: Reading, item: Item, parsed: ParsedText) -> str:
    """Say so where an address now leads to something else: a redirect to another address whose title is another, too."""
    here, there = canonical_url(reading.url), canonical_url(reading.final_url)
    if reading.form != ARTICLE or here == there or not parsed.title or title_likeness(item.title, parsed.title) >= SAME:
        return ""
    return f"it leads to another page, {shorten(clean(parsed.title), 120)!r} at {shorten(reading.final_url, 200)}"


def _other_title(reading: Reading, item: Item, parsed: ParsedText) -> str:
    if reading.form == PDF or not parsed.title or title_likeness(item.title, parsed.title) >= SAME:
        return ""  # what a PDF states as its title is often the name of a file
    return f"the page is titled {shorten(clean(parsed.title), 200)!r}"


def _other_day(item: Item, parsed: ParsedText) -> str:
    """Say so where a page dates itself otherwise than the item's source does; a day more or less is a time zone."""
    with suppress(ValueError):
        day = date.fromisoformat(parsed.published)
        if item.published is None:
            return f"the page dates itself {day}; its source gives no date"
        if abs((day - item.published.date()).days) > 1:
            return f"the page dates itself {day}, {item.date_source or 'its source'} {item.published:%Y-%m-%d}"
    return ""


def _fitted(parsed: ParsedText) -> tuple[ParsedText, str]:
    """Cut a text after LONGEST characters, between sections, and say so."""
    left, kept = LONGEST, []
    for section in parsed.sections:
        kept.append(replace(section, text=section.text[:left]))
        left -= len(section.text)
        if left <= 0:
            return replace(parsed, sections=tuple(kept)), f"only the first {LONGEST:,} characters are kept"
    return parsed, ""
