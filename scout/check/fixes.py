"""Apply what has one right answer: a date, a count, the address of a release, an address without its tracking. Pure.

Prose is never touched, and a fix whose words stand twice in their line is left to the writer.
"""

from __future__ import annotations

import calendar
import re
from typing import TYPE_CHECKING

from scout.reports import prose_dates

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

    from scout.check.finding import Finding

LINES = re.compile(r"[^\r\n]*(?:\r\n|\n|\r)|[^\r\n]+")
_DAY = re.compile(r"(?P<month>[A-Z][a-z]{2,8})(?P<space>\.?\s+)(?P<day>\d{1,2})(?P<year>,?\s*\d{4})?")
_NUMBER = re.compile(prose_dates.NUMBER, re.IGNORECASE)


def fixed(text: str, findings: Iterable[Finding]) -> tuple[str, tuple[Finding, ...]]:
    """Return a report's text with the fixes applied, and the findings that they answer."""
    lines = LINES.findall(text)
    done = []
    for finding in findings:
        place = finding.line - 1
        if finding.fix is None or not 0 <= place < len(lines) or lines[place].count(finding.fix[0]) != 1:
            continue
        lines[place] = lines[place].replace(*finding.fix)
        done.append(finding)
    return "".join(lines), tuple(done)


def of_date(words: str, day: date) -> tuple[str, str] | None:
    """Return the fix of a date: the day in the form that the words have, None for other forms."""
    if re.fullmatch(r"\d{4}-\d\d-\d\d", words):
        return words, day.isoformat()
    found = _DAY.fullmatch(words)
    if not found or found["month"] not in prose_dates.ENGLISH:
        return None
    full = found["month"] in calendar.month_name[1:] and found["month"] != "May"
    month = calendar.month_name[day.month] if full else calendar.month_abbr[day.month]
    year = re.sub(r"\d{4}", str(day.year), found["year"] or "")
    return words, f"{month}{found['space']}{day.day}{year}"


def of_count(words: str, number: int) -> tuple[str, str] | None:
    """Return the fix of a count: the number in digits or in a word, as it is written."""
    found = list(_NUMBER.finditer(words))
    if len(found) != 1:
        return None
    named = {value: word for word, value in prose_dates.WORDS.items()}
    stated = found[0][0]
    new = str(number) if stated.isdigit() or number not in named else named[number]
    if stated[:1].isupper():
        new = new.capitalize()
    return words, f"{words[: found[0].start()]}{new}{words[found[0].end() :]}"


def of_tracking(line: str, parameter: str) -> tuple[str, str] | None:
    """Return the fix of an address with a tracking parameter: the same address without it."""
    for old, new in ((f"?{parameter}&", "?"), (f"?{parameter}", ""), (f"&{parameter}", "")):
        if old in line:
            return old, new
    return None
