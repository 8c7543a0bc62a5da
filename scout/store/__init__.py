"""The store: SQLite, one file, one writer at a time. The only package that speaks SQL."""

from scout.store import items, ledger, lookup, pool, rows, runs
from scout.store.base import Store, open_store
from scout.store.sandbox import Table, query

__all__ = ["Store", "Table", "items", "ledger", "lookup", "open_store", "pool", "query", "rows", "runs"]
