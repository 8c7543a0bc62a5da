"""Count titles a week: of each topic, of each rising term, of each term asked for; as rows, JSON, Markdown and a picture. Pure.

A title counts once in a line, and none of releases does: a name and a version are no subject. Rising terms are counted as
`trends.py` counts them, in titles with a topic's phrase; terms asked for in all.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from html import escape
from typing import TYPE_CHECKING, Any, Literal

from scout.draft import trends
from scout.model import Kind, Window
from scout.text import clean, markdown
from scout.topics import PhraseFinder, TopicMatcher

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from scout.model import Item, Topic

ALL = "all titles"
What = Literal["all", "term", "topic", "rising"]
WIDTH, ROW, BAR, NAME = 640, 44, 26, 220
"""Of the picture, in units of SVG: its width, the height of a line and of its tallest bar, the room for a name."""
LONGEST_NAME = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What was counted, and its titles in each week."""

    name: str
    what: What
    counts: tuple[int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Weekly:
    """Counts over weeks, the oldest first. `counted` are the sources whose answers reach over all of them; the titles are theirs.

    `left_out` are the others, each with why. `why` says what else is missing: rising terms, or weeks that were not read whole.
    """

    weeks: tuple[Window, ...]
    lines: tuple[Line, ...]
    counted: tuple[str, ...]
    left_out: Mapping[str, str]
    why: tuple[str, ...] = ()


def weeks_until(window: Window, weeks: int) -> tuple[Window, ...]:
    """Return so many weeks of seven days that end with the window's last day, the oldest first."""
    ends = [window.until - timedelta(days=7 * back) for back in range(weeks)]
    return tuple(Window(since=end - timedelta(days=6), until=end) for end in reversed(ends))


def count(
    items: Sequence[Item], weeks: Sequence[Window], topics: Sequence[Topic], *, terms: Sequence[str], rising: Sequence[str]
) -> tuple[Line, ...]:
    """Count the titles of each week: all of them, terms, topics in their order, rising terms."""
    matcher, asked = TopicMatcher(topics), PhraseFinder(terms)
    phrases = PhraseFinder(term for topic in topics for term in topic.terms)
    found: dict[tuple[What, str], list[int]] = {("all", ALL): [0] * len(weeks)}
    found |= {("term", term): [0] * len(weeks) for term in terms}
    found |= {("topic", topic.name): [0] * len(weeks) for topic in topics}
    found |= {("rising", term): [0] * len(weeks) for term in rising}
    for item in items:
        place = next((n for n, week in enumerate(weeks) if item.published and item.published in week), None)
        if place is None or item.kind is Kind.RELEASE:
            continue
        had: set[tuple[What, str]] = {("all", ALL)}
        had |= {("term", term) for term in asked.find(item.title)}
        had |= {("topic", name) for name in matcher.in_text(item.title)}
        had |= {("rising", term) for term in trends.terms_of(item.title, phrases)} if rising else set()
        for key in had & found.keys():
            found[key][place] += 1
    return tuple(Line(name=name, what=what, counts=tuple(counts)) for (what, name), counts in found.items())


def as_json(told: Weekly) -> dict[str, Any]:
    """Return the documented JSON (docs/commands.md)."""
    return {
        "weeks": [{"since": str(week.since), "until": str(week.until)} for week in told.weeks],
        "lines": [{"name": line.name, "what": line.what, "counts": list(line.counts)} for line in told.lines],
        "counted": list(told.counted),
        "left_out": [{"source": source, "why": why} for source, why in told.left_out.items()],
        "why": list(told.why),
    }


def as_rows(told: Weekly) -> list[dict[str, Any]]:
    """Return a table row for each line; a week's column is named by its first day."""
    return [
        {"titles": line.name, "what": line.what}
        | {f"{week.since:%m-%d}": number for week, number in zip(told.weeks, line.counts, strict=True)}
        for line in told.lines
    ]


def as_words(told: Weekly) -> list[str]:
    """Return what the counts do not hold."""
    whole = f"{told.weeks[0].since} to {told.weeks[-1].until}"
    head = f"titles of the {len(told.counted)} sources whose answers reach over all of {whole}; releases are not counted"
    return [head, *told.why, *(f"not counted: {source}: {why}" for source, why in told.left_out.items())]


def as_markdown(told: Weekly) -> str:
    """Return a Markdown table, with what it does not hold."""
    head = ["titles", "what", *(str(week.since) for week in told.weeks)]
    rows = [[markdown(line.name), line.what, *map(str, line.counts)] for line in told.lines]
    table = [head, ["---", "---", *("---:" for _ in told.weeks)], *rows]
    lines = [f"| {' | '.join(row)} |" for row in table]
    return "\n".join([*lines, "", *(f"- {markdown(line)}" for line in as_words(told))]) + "\n"


def as_svg(told: Weekly) -> str:
    """Return the counts as a picture of bars, one line under the other, each in a scale of its own with its numbers.

    What it shows stands in its title and description too; it has neither script nor style, and no text but escaped.
    """
    height = ROW * len(told.lines) + 24
    first, last = told.weeks[0], told.weeks[-1]
    step = (WIDTH - NAME) / len(told.weeks)
    size = f'viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}"'
    look = 'font-family="sans-serif" font-size="13" fill="#111827"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {size} {look} role="img" aria-labelledby="trends-title trends-words">',
        f'<title id="trends-title">Titles a week, {first.since} to {last.until}</title>',
        f'<desc id="trends-words">{escape("; ".join(_words(line) for line in told.lines))}</desc>',
    ]
    for number, line in enumerate(told.lines):
        parts += _bars(line, number * ROW, step)
    parts.append(f'<text x="{NAME}" y="{height - 8}" font-size="11">{first.since}</text>')
    parts.append(f'<text x="{WIDTH}" y="{height - 8}" font-size="11" text-anchor="end">{last.since}</text>')
    return "\n".join([*parts, "</svg>"]) + "\n"


def _words(line: Line) -> str:
    return f"{clean(line.name)}: {', '.join(map(str, line.counts))}"


def _bars(line: Line, top: float, step: float) -> list[str]:
    name = clean(line.name)
    shown = name if len(name) <= LONGEST_NAME else f"{name[: LONGEST_NAME - 1]}…"
    base, most = top + ROW - 2, max(line.counts, default=0) or 1
    parts = [f'<text x="0" y="{base - 6:g}">{escape(shown)}</text>']
    for place, number in enumerate(line.counts):
        tall, left = BAR * number / most, NAME + place * step
        box = f'x="{left + 2:.1f}" y="{base - tall:.1f}" width="{step - 4:.1f}" height="{tall:.1f}"'
        parts += [f'<rect {box} fill="#1d4ed8"/>'] if number else []
        middle = f'x="{left + step / 2:.1f}" y="{base - tall - 3:.1f}" text-anchor="middle"'
        parts.append(f'<text {middle} font-size="11">{number}</text>')
    return parts
