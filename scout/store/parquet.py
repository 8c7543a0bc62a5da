"""Write the store's tables as Parquet files for other engines, a folder for each month: `items/month=2026-05/rows.parquet`.

Columns, names and values are those of the schema: text, 64-bit integers, doubles; instants and JSON stay text.
"""

from __future__ import annotations

import tempfile
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

from scout.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.store.database import Store

MONTHS = {
    "items": "coalesce(published, first_seen)", "sightings": "first_seen", "item_history": "replaced", "runs": "started",
    "outcomes": "(select started from runs where id = run)", "readings": "read", "reading_history": "replaced",
    "votes": "read_at", "marks": "made", "reports": "day", "report_entries": "(select day from reports where id = report)",
    "reported": "(select day from reports where id = (select report from report_entries e where e.id = entry))",
}  # fmt: skip
"""The tables, and the time by whose month each row is filed."""
GROUP = 20_000
"""How many rows wait in memory, over all months, before the fullest month's are written."""


def export(store: Store, folder: Path) -> dict[str, int]:
    """Write all tables into a new folder, whole or not at all; return how many rows each has. UsageError if it is there."""
    if folder.exists() or folder.is_symlink():
        raise UsageError(f"{folder} is there already; name another folder with --out")
    try:
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}.", dir=folder.parent) as made:
            whole = Path(made) / "whole"
            counts = {table: _write(store, table, whole / table) for table in MONTHS}
            whole.rename(folder)
    except OSError as exc:
        raise UsageError(f"{folder} cannot be written: {exc.strerror or exc}") from exc
    return counts


def _write(store: Store, table: str, folder: Path) -> int:
    import pyarrow as pa  # noqa: PLC0415 -- the extra `parquet`
    from pyarrow import parquet  # noqa: PLC0415

    types = {"TEXT": pa.string(), "INTEGER": pa.int64(), "REAL": pa.float64()}
    columns = [(row["name"], types[row["type"]], not row["notnull"]) for row in store.rows(f"pragma table_info({table})")]
    schema = pa.schema([pa.field(name, kind, nullable=null) for name, kind, null in columns])
    waiting: dict[str, list[dict[str, Any]]] = {}
    count = 0
    with ExitStack() as stack:
        writers: dict[str, Any] = {}

        def flush(month: str) -> None:
            if month not in writers:
                place = folder / f"month={month}"
                place.mkdir(parents=True)
                writers[month] = stack.enter_context(parquet.ParquetWriter(place / "rows.parquet", schema, compression="zstd"))
            writers[month].write_table(pa.Table.from_pylist(waiting.pop(month), schema=schema))

        for month, row in _by_month(store, table):
            waiting.setdefault(month, []).append(row)
            count += 1
            if count % GROUP == 0:
                flush(max(waiting, key=lambda one: len(waiting[one])))
        if not count:
            waiting["none"] = []  # an engine finds the columns of an empty table, too
        for month in sorted(waiting):
            flush(month)
    return count


def _by_month(store: Store, table: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for row in store.stream(f"select substr({MONTHS[table]}, 1, 7) as month, * from {table}"):  # noqa: S608 -- ours
        month, *values = row
        yield month or "none", dict(zip(row.keys()[1:], values, strict=True))
