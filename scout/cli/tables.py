"""Rows as a table on a terminal, as Markdown to paste, or as JSON."""

from __future__ import annotations

import os
import shutil
import sys
from typing import TYPE_CHECKING
from urllib.parse import quote

from scout import text
from scout.cli import console, options

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    Row = Mapping[str, object]

COLOURS = {"ok": "32", "unchanged": "32", "empty": "32", "partial": "33", "not_finished": "33", "rate_limited": "33"}
LEAST, READABLE = 8, 30
"""A cell keeps `LEAST` characters; columns that may be left out are, until the widest that is left has `READABLE`."""
TITLE, URL = "title", "url"
"""In rows whose titles open something, `url` is no column, but the address that `title` opens."""
LONGEST_URL = 2000
"""Terminals refuse longer ones (gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda, "Length limits")."""


def out_rows(
    rows: Sequence[Row], format_: options.ListFormat, whole: object, *, colour: str = "", spare: Sequence[str] = ()
) -> None:
    """Write rows as a table or as Markdown, or `whole`, of which they are a part, as JSON."""
    match format_:
        case options.ListFormat.JSON:
            console.out_json(whole)
        case options.ListFormat.MARKDOWN:
            if rows:
                console.out(as_markdown(rows))
        case options.ListFormat.TABLE:
            out_table(rows, colour=colour, spare=spare, linked=True)


def as_markdown(rows: Sequence[Row]) -> str:
    """Return rows as a Markdown table of GitHub's (github.github.com/gfm, 4.10), with text of sources escaped."""
    names = [name for name in rows[0] if name != URL]
    lines = [[name.replace("_", " ") for name in names], ["---"] * len(names)]
    for row in rows:
        cells = {name: text.markdown(_words(row[name])) for name in names}
        if cells.get(TITLE) and (url := _url(row)):
            cells[TITLE] = f"[{cells[TITLE]}]({text.address(url)})"
        lines.append(list(cells.values()))
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)


def out_table(rows: Sequence[Row], *, colour: str = "", spare: Sequence[str] = (), linked: bool = False) -> None:
    """Write rows as an aligned table, as wide as the terminal, 80 characters where there is none; long cells are shortened.

    `colour` names the column whose word decides the colour, `spare` the columns that are left out first where it is narrow.
    `linked`: titles open their `url` where the terminal can.
    """
    if not rows:
        return
    shown = [name for name in rows[0] if not (linked and name == URL)]
    names = [text.clean(name) for name in shown]
    cells = [[text.clean(_words(row[name])) for name in shown] for row in rows]
    widths = _widths([names, *cells])
    while (left_out := next((name for name in spare if name in names), "")) and max(widths) < READABLE:
        place = names.index(left_out)
        names, cells = _without(names, place), [_without(row, place) for row in cells]
        widths = _widths([names, *cells])
    if _total(widths) > _width():
        console.out("\n\n".join(_record(names, row) for row in cells))
        return
    cells = [[_cut(cell, width) for cell, width in zip(row, widths, strict=True)] for row in cells]
    widths = _widths([names, *cells])
    lines = [_line(names, widths), _line(["-" * width for width in widths], widths)]
    for row, cut in zip(rows, cells, strict=True):
        opened = names.index(TITLE) if linked and TITLE in names and _is_terminal() else -1
        line = _line(cut, widths, opened, _url(row) if opened >= 0 else "")
        if colour and _is_terminal() and not os.environ.get("NO_COLOR"):
            line = f"\x1b[{COLOURS.get(str(row.get(colour, '')), '31')}m{line}\x1b[0m"
        lines.append(line)
    console.out("\n".join(lines))


def _words(value: object) -> str:
    return "" if value is None else str(value)


def _url(row: Row) -> str:
    """Return the address that a row's title opens: http(s), of characters that a terminal takes; else an empty text."""
    from scout.identity import http_url  # noqa: PLC0415 -- its libraries are of no use to --help

    url = quote(http_url(_words(row.get(URL))), safe=":/?#[]@!$&'()*+,;=%~-._")
    return url if len(url) <= LONGEST_URL else ""


def _cells(words: str) -> int:
    """Count the columns that words take on a terminal: a CJK character takes two, a combining accent none."""
    from rich.cells import cell_len  # noqa: PLC0415 -- only for tables

    return len(words) if words.isascii() else cell_len(words)


def _widths(cells: Sequence[Sequence[str]]) -> list[int]:
    """Return how wide each column may be: as wide as it is, but that the widest are cut until the whole fits."""
    natural = [max(map(_cells, column)) for column in zip(*cells, strict=True)]
    most = max(natural)
    while most > LEAST and _total([min(width, most) for width in natural]) > _width():
        most -= 1
    return [min(width, most) for width in natural]


def _total(widths: Sequence[int]) -> int:
    return sum(widths) + 2 * (len(widths) - 1)


def _cut(cell: str, width: int) -> str:
    from rich.cells import set_cell_size  # noqa: PLC0415 -- as above

    return cell if _cells(cell) <= width else f"{set_cell_size(cell, width - 1).rstrip()}…"


def _line(cells: Sequence[str], widths: Sequence[int], opened: int = -1, url: str = "") -> str:
    """Align one row; the cell at `opened` opens an address (OSC 8)."""
    padding = [" " * (width - _cells(cell)) for cell, width in zip(cells, widths, strict=True)]
    shown = [f"\x1b]8;;{url}\x1b\\{cell}\x1b]8;;\x1b\\" if place == opened and url else cell for place, cell in enumerate(cells)]
    return "  ".join(cell + pad for cell, pad in zip(shown, padding, strict=True)).rstrip()


def _without(row: Sequence[str], place: int) -> list[str]:
    return [*row[:place], *row[place + 1 :]]


def _record(names: Sequence[str], row: Sequence[str]) -> str:
    """Write a row of more columns than a line can hold as lines of its own, one a column."""
    most = max(map(_cells, names))
    room = max(LEAST, _width() - most - 2)
    return "\n".join(
        f"{name}{' ' * (most - _cells(name))}  {_cut(cell, room)}".rstrip() for name, cell in zip(names, row, strict=True)
    )


def _is_terminal() -> bool:
    """Say whether stdout is a terminal that knows colours and links."""
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def _width() -> int:
    return shutil.get_terminal_size((80, 24)).columns
