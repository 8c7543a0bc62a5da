"""The store as Datasette shows it: keys that can be followed, columns that are explained, facets, and ready queries."""

from __future__ import annotations

import json
from importlib.resources import files
from typing import Any

from datasette.database import Database

from scout.store import columns

NAME = "scout"
"""What the database is called in every address, whatever its file's name is."""
ITEM = ("items", "id")
LINKS = {
    ("votes", "item_id"): ITEM,
    ("reported", "item_id"): ITEM,
    ("sightings", "first_run"): ("runs", "id"),
    ("item_history", "run"): ("runs", "id"),
}
"""Columns that may lead to a row and do not have to, so that the schema cannot hold them to it."""
LABELS = {"items": "title", "reports": "title", "report_entries": "title", "runs": "started"}
FACETS = {
    "items": ["kind", "owner"],
    "this_week": ["kind", "owner"],
    "unreported": ["kind", "owner"],
    "sightings": ["source"],
    "item_history": ["field"],
    "outcomes": ["source", "kind", "result"],
    "source_health": ["kind", "result"],
    "marks": ["decision"],
    "votes": ["source", "kind"],
    "readings": ["result", "form"],
    "report_entries": ["report", "section"],
}
NEWEST_FIRST = {"items": "published", "runs": "id", "reports": "day", "marks": "id", "votes": "id", "item_history": "id"}
VIEWS = ("this_week", "unreported")
"""Of items, without keys."""
UNSURE = ("votes", "reported")
"""What was voted for, or reported, need not be in the store."""
HIDDEN = ("_sqlite_migrations", "http_cache", "hosts", "replies", "source_state")
"""Scout's own book-keeping. What full text needs is hidden by Datasette."""


class StoreDatabase(Database):  # type: ignore[misc]  # Datasette ships no types
    """The store, in which an item goes by its id, which other tables name, and not by its row number."""

    async def primary_keys(self, table: str) -> list[str]:
        """Return the columns by which a row is addressed."""
        return ["id"] if table == "items" else list(await super().primary_keys(table))

    async def foreign_keys_for_table(self, table: str) -> list[dict[str, str]]:
        """Return where a table's columns lead."""
        return [*await super().foreign_keys_for_table(table), *(_link(c, there) for (t, c), there in LINKS.items() if t == table)]

    async def get_all_foreign_keys(self) -> dict[str, dict[str, list[dict[str, str]]]]:
        """Return for each table which columns lead to it, and which lead away."""
        found: dict[str, dict[str, list[dict[str, str]]]] = await super().get_all_foreign_keys()
        for (table, column), (other, key) in LINKS.items():
            found[table]["outgoing"].append(_link(column, (other, key)))
            found[other]["incoming"].append({"other_table": table, "column": key, "other_column": column})
        return found


def _link(column: str, there: tuple[str, str]) -> dict[str, str]:
    return {"column": column, "other_table": there[0], "other_column": there[1]}


def metadata() -> dict[str, Any]:
    """Return what Datasette is told: titles, labels, facets, what each column is, and the ready queries."""
    told: dict[str, Any] = json.loads((files("scout.serve") / "queries.json").read_text(encoding="utf-8"))
    tables: dict[str, dict[str, Any]] = {table: {"columns": words} for table, words in columns.comments().items()}
    for table, column in LABELS.items():
        tables[table]["label_column"] = column
    for table, column in NEWEST_FIRST.items():
        tables[table]["sort_desc"] = column
    for table, facets in FACETS.items():
        tables.setdefault(table, {})["facets"] = facets
    for table in HIDDEN:
        tables[table] = {"hidden": True}
    tables["items"] |= {"fts_table": "items_fts", "fts_pk": "pk"}
    tables["readings"] |= {"fts_table": "readings_fts", "fts_pk": "pk"}
    told["databases"][NAME]["tables"] = tables
    return told


def is_item(table: str | None, column: str) -> bool:
    """Say whether a column of a table or view holds the id of an item that is there."""
    return column == "id" if table in VIEWS else column == "item_id" and table is not None and table not in UNSURE
