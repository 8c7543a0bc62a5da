"""Parse HTML programmes: USENIX, EuroSys, and any other page by CSS selectors.

A page is read once from top to bottom: a heading that names a day or a session applies to the papers up to the next
one. A day without a year gets it from the conference's dates, and counts only where it fits them and its own weekday.

usenix    `article.node-session > h2`, `article.node-paper > h2 a`, `.field-name-field-paper-people-text` (names, `<em>` places),
          `.field-name-field-paper-description-long`; keynotes have no people. Schedules and accepted-papers pages alike
eurosys   2025: tables with a `Title` column, sessions in the first `th`, days in `h2`; posters as `p > strong + em`
          2026: cells `<a href=DOI>title</a><br><small>authors</small>`, sessions in `td.session-cell` or a track's `th`
html      the selectors of feeds.yaml
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from scout import dates
from scout.dates import Dated
from scout.identity import http_url
from scout.model import Precision
from scout.sources._program_formats import Event, ParsedProgramme, broken, link_marks, paper_links
from scout.text import clean, clean_lines, tree

if TYPE_CHECKING:
    from bs4 import Tag

    from scout.sources.base import Page

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTH = (
    r"(?:(?P<month{n}>jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)"
    r"(?:uary|ruary|ch|il|e|y|ust|t|tember|ober|ember)?\.?(?![a-z]))"
)
_DAY = re.compile(
    r"^\W*(?:(?P<weekday>mon|tue|wed|thu|fri|sat|sun)[a-z]*\.?,?\s+(?:the\s+)?)?(?:"
    + _MONTH.format(n=1)
    + r"\s+(?P<day1>\d{1,2})(?:st|nd|rd|th)?\b|(?P<day2>\d{1,2})(?:st|nd|rd|th)?\s+(?:of\s+)?"
    + _MONTH.format(n=2)
    + r"\b)(?:,?\s+(?P<year>\d{4})\b)?\s*[:,–—-]?\s*",
    re.IGNORECASE,
)
_HOURS = re.compile(r"^\W*\d{1,2}[:.]\d\d\s*(?:[ap]m)?\s*[–—-]\s*\d{1,2}[:.]\d\d\s*(?:[ap]m)?\s*", re.IGNORECASE)
_AFFILIATION = re.compile(r"\([^()]*(?:\([^()]*\)[^()]*)*\)")
_AROUND = timedelta(days=7)


@dataclass(frozen=True, slots=True, kw_only=True)
class Days:
    """Hold a conference's first and last day, both included, if known."""

    starts: date | None
    ends: date | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Selectors:
    """Hold CSS selectors: `item` in the page, the others within an item; empty ones select the item itself."""

    item: str
    title: str
    authors: str
    link: str
    date: str


def day_in(text: str, days: Days, now: datetime) -> Dated | None:
    """Read a text that begins with a day (`Tuesday, February 24: Caching`); None where it does not.

    A day that contradicts the conference's dates or its own weekday keeps its text and has no instant.
    """
    found = _DAY.match(clean(text)[:120])
    if not found:
        return None
    claimed = clean(found[0]).rstrip(":,–—- ")
    month = _MONTHS.index((found["month1"] or found["month2"]).lower()) + 1
    starts, ends = days.starts, days.ends or days.starts
    years = [int(found["year"])] if found["year"] else sorted({d.year for d in (starts, ends) if d})
    for year in years:
        try:
            day = date(year, month, int(found["day1"] or found["day2"]))
        except ValueError:
            continue
        fits = not (starts and ends) or starts - _AROUND <= day <= ends + _AROUND
        named = not found["weekday"] or _WEEKDAYS[day.weekday()] == found["weekday"].lower()
        if fits and named:
            return dates.bounded(datetime(day.year, day.month, day.day, tzinfo=UTC), Precision.DAY, claimed, now=now)
    return Dated(claimed=claimed)


def _text(tag: Tag | None) -> str:
    return clean(tag.get_text(" ")) if tag else ""


def _links(tag: Tag, base: str) -> tuple[str, ...]:
    return paper_links((str(a["href"]) for a in tag.select("a[href]")), base)


def names(text: str) -> tuple[str, ...]:
    """Split `Ann A (X, Y), Bob B and Cy C (Z); …` into names, without the places."""
    bare = _AFFILIATION.sub(",", clean(text))
    return tuple(name for part in re.split(r"[,;]|\band\b|&", bare) if (name := clean(part).strip(" .*")))


# ------------------------------------------------------------------------------------------------------------------ usenix
def usenix(page: Page, days: Days) -> ParsedProgramme:
    """Read a USENIX schedule or accepted-papers page."""
    events: list[Event] = []
    day, session = Dated(), ""
    for tag in tree(page.body).select("h1, h2, h3, h4, h5, .date-display-single, .view-grouping-header, article"):
        article = tag if tag.name == "article" else tag.find_parent("article")
        classes = list(article.get("class") or []) if article else []
        if "node-paper" in classes or "node-keynote" in classes:
            if tag is article and (event := _usenix_event(tag, page.url, session, day)):
                events.append(event)
        elif tag.name != "article":
            found = day_in(_text(tag), days, page.now)
            if found:
                day = found
            rest = clean(_DAY.sub("", _text(tag)))
            if "node-session" in classes:
                session = rest
    if not events:
        return broken("no paper in the page: no `article.node-paper` with a title; not out yet, or the markup changed")
    return ParsedProgramme(events=tuple(events), rows=len(events))


def _usenix_event(article: Tag, base: str, session: str, day: Dated) -> Event | None:
    heading = article.select_one("h2")
    title = _text(heading)
    if not heading or not title:
        return None
    link = heading.select_one("a[href]")
    url = http_url(str(link["href"]), base) if link else ""
    people = article.select_one(".field-name-field-paper-people-text")
    speakers = people or article.select_one(".field-name-field-presented-by")
    if speakers:
        for place in speakers.select("em"):
            place.replace_with(";")
    about = article.select_one(".field-name-field-paper-description-long, .field-name-field-paper-description")
    pdfs = tuple(a for a in _links(article, base) if a.lower().endswith(".pdf"))
    return Event(
        title=title,
        url=url,
        marks=(f"path:{url.rstrip('/').rsplit('/', 1)[-1]}",) if "/presentation/" in url else (),
        authors=names(speakers.get_text(" ")) if speakers else (),
        abstract=clean_lines(about.get_text("\n")) if about else "",
        links=pdfs,
        session=session,
        type="paper" if people else "keynote",
        at=day,
        date_source="program:heading" if day.claimed or day.at else "",
    )


# ----------------------------------------------------------------------------------------------------------------- eurosys
def eurosys(page: Page, days: Days) -> ParsedProgramme:
    """Read EuroSys' accepted papers, posters or programme, in the markup of 2025 or 2026."""
    events: list[Event] = []
    day = Dated()
    for tag in tree(page.body).find_all(["h1", "h2", "h3", "h4", "button", "table", "p"]):
        if tag.name == "table":
            events += _table(tag, page.url, day)
        elif tag.name == "button":
            if (title := _text(tag)) and "collapsible" in (tag.get("class") or []):
                events.append(replace(_presented(title, day), type="keynote"))
        elif tag.name == "p":
            strong, people = tag.find("strong", recursive=False), tag.find("em", recursive=False)
            if strong and people and "(" in people.get_text():
                poster = _presented(_text(strong), day, names(_text(people)), links=_links(tag, page.url))
                events.append(replace(poster, type="poster"))
        elif found := day_in(_text(tag), days, page.now):
            day = found
    events = [event for event in events if event.title]
    if not events:
        return broken("no paper in the page: it has an overall schedule alone, or its markup changed")
    return ParsedProgramme(events=tuple(events), rows=len(events))


def _presented(title: str, day: Dated, authors: tuple[str, ...] = (), *, links: tuple[str, ...] = (), session: str = "") -> Event:
    return Event(
        title=title,
        url=next(iter(links), ""),
        marks=link_marks(links),
        authors=authors,
        links=links,
        session=session,
        at=day,
        date_source="program:heading" if day.claimed or day.at else "",
    )


def _table(table: Tag, base: str, day: Dated) -> list[Event]:
    """Read a table with a `Title` column, or one whose cells hold a title and the authors in small print."""
    heads = [_text(th) for th in table.select("th")]
    columns = [head.lower() for head in heads]
    session = _session(heads[0]) if heads and columns[0] != "title" else ""
    events = []
    for row in table.select("tr"):
        cells = row.find_all("td", recursive=False)
        if "title" in columns:
            at = columns.index("title")
            if at < len(cells):
                people = names(_text(cells[at + 1])) if at + 1 < len(cells) else ()
                events.append(_presented(_text(cells[at]), day, people, links=_links(cells[at], base), session=session))
            continue
        for number, cell in enumerate(cells):
            small = cell.find("small", recursive=False)
            if "session-cell" in (cell.get("class") or []):
                session = _session(_text(cell))
            elif small and (cell.find("a", recursive=False) or "(" in small.get_text()):
                people = names(_text(small.extract()))
                track = _session(heads[number]) if number < len(heads) else session
                events.append(_presented(_text(cell), day, people, links=_links(cell, base), session=track))
    return events


def _session(text: str) -> str:
    """Return a session's name without times, place and chair."""
    return clean(re.split(r"\b(?:Chair|Location):", _HOURS.sub("", text))[0]).strip(" -–—")


# -------------------------------------------------------------------------------------------------------------------- html
def html(page: Page, days: Days, selectors: Selectors) -> ParsedProgramme:
    """Read any page by the selectors of feeds.yaml; a selector without a match means that the page changed."""
    from soupsieve import SelectorSyntaxError  # noqa: PLC0415 -- comes with bs4, and is as slow

    try:
        items = tree(page.body).select(selectors.item)
        events = [event for item in items if (event := _selected(item, page, days, selectors))]
    except (SelectorSyntaxError, ValueError, NotImplementedError) as fault:
        return broken(f"a selector cannot be read: {clean(str(fault))[:200]}")
    if not items:
        return broken(f"nothing in the page matches item: {selectors.item}")
    if not events:
        return broken(f"{len(items)} times {selectors.item}, and in none of them a title by {selectors.title}")
    missed = len(items) - len(events)
    return ParsedProgramme(events=tuple(events), rows=len(items), dropped={"without a title": missed} if missed else {})


def _selected(item: Tag, page: Page, days: Days, selectors: Selectors) -> Event | None:
    heading = item.select_one(selectors.title) if selectors.title else item
    if not (title := _text(heading)):
        return None
    anchor = item.select_one(selectors.link) if selectors.link else item if item.name == "a" else item.select_one("a[href]")
    links = paper_links([str(anchor["href"])], page.url) if anchor and anchor.get("href") else ()
    people = item.select_one(selectors.authors) if selectors.authors else None
    moment = item.select_one(selectors.date) if selectors.date else None
    stated = str(moment.get("datetime") or _text(moment)) if moment else ""
    at = day_in(stated, days, page.now) or dates.parse_date(stated, now=page.now)
    return Event(
        title=title,
        url=next(iter(links), ""),
        marks=link_marks(links),
        authors=names(_text(people)) if people else (),
        links=links,
        at=at,
        date_source="program:date" if at.at or at.claimed else "",
    )
