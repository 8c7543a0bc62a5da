"""Store items, runs and the ledger: SQLite, one file, one writer. The only SQL."""

from scout.store import integrity, items, ledger, lookup, marks, merge, parquet, prune, readings, rows, runs, votes, window_items
from scout.store.database import Store, open_store
from scout.store.query import Table, query

__all__ = [
    "Store",
    "Table",
    "integrity",
    "items",
    "ledger",
    "lookup",
    "marks",
    "merge",
    "open_store",
    "parquet",
    "prune",
    "query",
    "readings",
    "rows",
    "runs",
    "votes",
    "window_items",
]
