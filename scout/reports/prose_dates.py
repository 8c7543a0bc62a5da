"""Parse the dates and counts that a report states in prose.

A date claim is a range of days: `May 18, 2026` is one day, `~May 25` three days either way, `late Apr 2026` the last third of
the month, `May 2026` a month. A missing year is the one that puts the date nearest to the report's day.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

MONTHS = {name: number for number in range(1, 13) for name in (calendar.month_name[number], calendar.month_abbr[number])} | {
    "Sept": 9
}
_OTHERS = (
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember",
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre",
    "enero febrero marzo abril mayo junio julio agosto septiembre octubre noviembre diciembre",
    "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
    "janeiro fevereiro março abril maio junho julho agosto setembro outubro novembro dezembro",
    "januari februari maart april mei juni juli augustus september oktober november december",
)
"""The months in German, French, Spanish, Italian, Portuguese and Dutch: no name is another month's in another of them."""
ENGLISH = frozenset(MONTHS)
MONTHS |= {name: number for year in _OTHERS for number, name in enumerate(year.split(), 1)}
ABOUT = timedelta(days=3)
"""Tolerance of an approximate date (`~May 25`, `around May 25`)."""

_MONTH = "(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")\b\.?"
_ABOUT = r"(?:[~≈∼]|\b(?:about|around|approx\.?|approximately|circa|ca\.|c\.))\s*"
_DAY = r"(?:3[01]|[12]\d|0?[1-9])(?!\d|\s*[×x%:]|\.\d)(?:st|nd|rd|th)?"
_DASH = r"\s*(?:-|–|—|‑|−|→|\bto\b|\bthrough\b)\s*"
_YEAR = r"(?:(?:,?\s*|\sde\s)(?P<{}>(?:19|20)\d\d)(?!\d))?"
_ISO = rf"(?P<iso>(?:19|20)\d\d-\d\d-\d\d)(?!\d)(?:{_DASH}(?P<iso2>(?:19|20)\d\d-\d\d-\d\d)(?!\d))?"
_PART = r"(?P<part>(?:early|mid|late)(?:\s*(?:-|–|/|\bto\b)\s*(?:early|mid|late))?)[\s-]*"
_WORDS = (
    rf"(?P<month>{_MONTH})\s*(?P<day>{_DAY})(?:{_DASH}(?:(?P<month2>{_MONTH})\s*)?(?P<day2>{_DAY}))?" + _YEAR.format("year"),
    rf"(?<![\w.])(?P<rday>{_DAY})(?:\.|er)?\s+(?:de\s)?(?P<rmonth>{_MONTH})" + _YEAR.format("ryear"),
    rf"(?:{_PART})?(?P<wmonth>{_MONTH})(?:{_DASH}(?P<wmonth2>{_MONTH}))?,?\s*(?P<wyear>(?:19|20)\d\d)(?!\d)",
    rf"{_PART.replace('part', 'bpart')}(?P<bmonth>{_MONTH})",
)
_DATE = re.compile(rf"(?P<about>{_ABOUT})?(?P<week>\bweek of )?(?:{_ISO}|" + "|".join(_WORDS) + ")")
_FULL_DAY = re.compile(rf"{_MONTH}\s*{_DAY},?\s*(20\d\d)\b")
_VENUE = re.compile(
    r"\b(?=\w*[A-Z]\w*[A-Z])[A-Z][\w&-]{0,60}+\s+(?:['’]\d\d|20\d\d)\b|\b(?:conference|workshop|proceedings|keynote|session)\b"
)
_PARTS = {"early": (1, 10), "mid": (11, 20), "late": (21, 31)}
_ROLE = re.compile(
    r"\b((?:first )?seen|claimed|v\d+(?!\.\d)|submitted|submission|presented|presentation|accepted|camera-ready|released?"
    r"|announced|published|posted|revised|revision|updated?|boundary)\b",
    re.IGNORECASE,
)


_NEAR = 160
"""Characters beside a date in which the word for its event is looked for."""
_LEAP_DAY = date(2000, 2, 29)
"""The report day for `stated`: in a leap year, every day of every month is valid."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DateClaim:
    """Days `since`..`until` (both included) that the text `words` at offset `at` can mean.

    `role` names the event: v1, submitted, presented, released, revised…
    """

    words: str
    since: date
    until: date
    about: bool = False
    role: str = ""
    at: int = 0

    @property
    def exact(self) -> bool:
        """Whether it is one day, not approximate."""
        return self.since == self.until and not self.about

    def allows(self, day: date, *, slack: int = 0) -> bool:
        """Return whether `day` is in the range, give or take `slack` days."""
        room = timedelta(days=slack)
        return self.since - room <= day <= self.until + room


def dates(text: str, *, near: date | None) -> tuple[DateClaim, ...]:
    """Return the date claims in a text, in order. A missing year is chosen nearest to `near`, the report's day.

    If `near` is None, dates without a year are skipped.
    """
    found: list[DateClaim] = []
    end = 0
    for match in _DATE.finditer(text):
        span = _span(match, near, _later_year(text, match.end()))
        if span is None:
            continue
        since, until = span
        about = bool(match["about"])
        if about:
            since, until = since - ABOUT, until + ABOUT
        if match["week"]:
            until = since + timedelta(days=6)
        role = _role(text[max(end, match.start() - _NEAR) : match.start()], text[match.end() : match.end() + _NEAR])
        found.append(DateClaim(words=match[0].strip(), since=since, until=until, about=about, role=role, at=match.start()))
        end = match.end()
    return tuple(found)


def stated(text: str) -> bool:
    """Return whether a text contains a date, with or without a year."""
    return bool(dates(text, near=_LEAP_DAY))


def _role(before: str, after: str) -> str:
    """Return the word naming the event of a date: in its clause, before it or right after, else in its parentheses.

    A conference name with a year before the date means `presented`.
    """
    before = re.split(r"[;/()]", before)[-1][-40:]
    right = re.split(r"[;/(),]", after)[0][:30]
    bracket = re.match(r"\s*\([^()]*\)", after)
    words = [found[1].lower() for found in _ROLE.finditer(before)][-1:]
    words += [found[1].lower() for part in (right, bracket[0] if bracket else "") for found in _ROLE.finditer(part)][:1]
    words += ["presented"] if _VENUE.search(before) else []
    return words[0] if words else ""


def at_venue(title: str) -> bool:
    """Return whether a title names a conference with a year, so that a date beside it is the presentation's."""
    return bool(_VENUE.search(title))


def _later_year(text: str, start: int) -> int | None:
    """Return the year of a full date within the next 60 characters: `May 4; submitted Mar 27, 2026`."""
    later = _FULL_DAY.search(text, start, start + 60)
    return int(later[1]) if later else None


def _span(match: re.Match[str], near: date | None, later: int | None) -> tuple[date, date] | None:
    try:
        if match["iso"]:
            since = date.fromisoformat(match["iso"])
            until = date.fromisoformat(match["iso2"]) if match["iso2"] else since
        elif match["month"] or match["rmonth"]:
            since, until = _days(match, near, later)
        else:
            since, until = _months(match, near)
    except ValueError:
        return None
    return (since, until) if since <= until else None


def _days(match: re.Match[str], near: date | None, later: int | None) -> tuple[date, date]:
    month, day = _month(match["month"] or match["rmonth"]), _number(match["day"] or match["rday"])
    month2 = _month(match["month2"]) if match["month2"] else month
    day2 = _number(match["day2"]) if match["day2"] else day
    stated = match["year"] or match["ryear"]
    year = int(stated) if stated else later or _nearest(month, min(day, 28), near)
    until = date(year, month2, day2)
    since = date(year - 1 if month > month2 else year, month, day)
    return since, until


def _months(match: re.Match[str], near: date | None) -> tuple[date, date]:
    month = _month(match["wmonth"] or match["bmonth"])
    month2 = _month(match["wmonth2"]) if match["wmonth2"] else month
    year = int(match["wyear"]) if match["wyear"] else _nearest(month, 15, near)
    parts = re.findall("early|mid|late", match["part"] or match["bpart"] or "")
    first = _PARTS[parts[0]][0] if parts else 1
    last = _PARTS[parts[-1]][1] if parts else 31
    length = calendar.monthrange(year, month2)[1]
    return date(year - 1 if month > month2 else year, month, first), date(year, month2, min(last, length))


def _month(word: str) -> int:
    return MONTHS[word.rstrip(".")]


def _number(word: str) -> int:
    return int(re.sub(r"\D", "", word))


def _nearest(month: int, day: int, near: date | None) -> int:
    if near is None:
        raise ValueError("a date without a year, in a report without a day")
    return min((near.year - 1, near.year, near.year + 1), key=lambda year: abs((date(year, month, day) - near).days))


_UNITS = "zero one two three four five six seven eight nine ten"
_TEENS = "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen twenty"
WORDS = {word: number for number, word in enumerate(f"{_UNITS} {_TEENS}".split())}
NUMBER = r"(?:\d{1,3}|" + "|".join(WORDS) + r")\b"


def count(word: str) -> int | None:
    """Parse a number in at most a thousand digits (`9`) or in words (`nine`); return None for anything else."""
    word = word.strip().lower()
    return int(word) if word.isdecimal() and len(word) <= 1000 else WORDS.get(word)
