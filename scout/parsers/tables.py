"""Write an HTML table as lines: one line a row, cells divided by tabs, the header first. Cells that span are repeated.

A table without header cells has an empty header: what its columns are is then not stated.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from scout.parsers.tree import classes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

Element = Any
MOST_ROWS, MOST_COLUMNS = 500, 60
LONGEST_CELL = 400
"""A cell longer than this is a paragraph: the table is a layout."""


def is_data(table: Element) -> bool:
    """Say whether a table holds data: two rows and columns, no table, heading or long text in it."""
    rows = list(table_rows(table))
    if len(rows) < 2 or max(map(len, rows)) < 2:
        return False
    if any(True for _ in table.iterdescendants("table", "h1", "h2", "h3", "h4", "form")):
        return False
    return all(len("".join(cell.itertext())) <= LONGEST_CELL or _has_formula(cell) for row in rows for cell in row)


def _has_formula(cell: Element) -> bool:
    """Say whether a cell has a formula, whose annotations make its text longer than it reads."""
    return any(True for _ in cell.iterdescendants("math"))


def table_rows(table: Element) -> Iterator[list[Element]]:
    """Yield the cells of each row of a table, not of tables in its cells; LaTeXML names those of inline tables by class."""
    for part in table:
        for row in [part] if _is_a(part, "tr") else part if _is_a(part, "thead", "tbody", "tfoot") else ():
            if _is_a(row, "tr"):
                yield [cell for cell in row if _is_a(cell, "td", "th")]


def _is_a(element: Element, *names: str) -> bool:
    return element.tag in names or any(f"ltx_{name}" in classes(element) for name in names)


def _is_header(row: Sequence[Element], words: Callable[[Element], str]) -> bool:
    """Say whether a row names the columns: it stands in the head, or its cells are headers of columns but for empty ones."""
    if not row:
        return False
    if _is_a(row[0].getparent().getparent(), "thead"):
        return True
    headers = [cell for cell in row if (("ltx_th_column" in classes(cell)) if "ltx_th" in classes(cell) else cell.tag == "th")]
    return bool(headers) and all(cell in headers or not words(cell) for cell in row)


def lines(table: Element, words: Callable[[Element], str]) -> str:
    """Return a table's lines; `words` gives the text of a cell on one line."""
    head: list[list[str]] = []
    body: list[list[str]] = []
    open_cells: dict[int, tuple[int, str]] = {}  # by column: rows still to fill, and with what
    for count, cells in enumerate(table_rows(table)):
        if count >= MOST_ROWS:
            break
        row = _row(cells, words, open_cells)
        if any(row):
            (head if not body and _is_header(cells, words) else body).append(row)
    width = max(map(len, (*head, *body)), default=0)
    if not body or width < 2:
        return ""
    titles = [" ".join(dict.fromkeys(filter(None, parts))) for parts in zip(*(_padded(row, width) for row in head), strict=True)]
    return "\n".join("\t".join(row) for row in (titles or [""] * width, *(_padded(row, width) for row in body)))


def _row(cells: Sequence[Element], words: Callable[[Element], str], open_cells: dict[int, tuple[int, str]]) -> list[str]:
    """Return a row's cells, with those that reach into it from the rows above."""
    row: list[str] = []
    waiting = list(cells)
    while (waiting or len(row) in open_cells) and len(row) < MOST_COLUMNS:
        column = len(row)
        if column in open_cells:
            left, text = open_cells.pop(column)
            row.append(text)
            if left > 1:
                open_cells[column] = (left - 1, text)
            continue
        cell = waiting.pop(0)
        text = words(cell)
        for place in range(column, min(column + _span(cell, "colspan"), MOST_COLUMNS)):
            row.append(text)
            if (down := _span(cell, "rowspan")) > 1:
                open_cells[place] = (down - 1, text)
    return row


def _span(cell: Element, name: str) -> int:
    stated = (cell.get(name) or "").strip()
    return min(max(int(stated), 1), MOST_ROWS) if stated.isascii() and stated.isdigit() and len(stated) < 5 else 1


def _padded(row: list[str], width: int) -> list[str]:
    return row + [""] * (width - len(row))
