"""Look up stored items for a check: by link, title, arXiv id, source and days; and replies of links."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from scout.identity import identify, named
from scout.model import Kind
from scout.store import window_items
from scout.store.items import chunks
from scout.store.rows import instant, moment, text, texts
from scout.text import title_key

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection
    from datetime import datetime

    from scout.model import Window
    from scout.store.database import Store
    from scout.store.window_items import StoredItem


MOST_TERMS = 50
"""How many words of a title are looked for."""


def linked(store: Store) -> dict[str, str]:
    """Return the item id by the identity of each address: pages of talks, then the links of items but papers."""
    found: dict[str, str] = {}
    rows = store.rows("select id, kind, url, links from items where kind <> 'paper' order by published, id")
    for row in rows:
        if row["kind"] == Kind.TALK:
            found.setdefault(identify(row["url"]), row["id"])
    for row in rows:
        for link in texts(row["links"]):
            found.setdefault(identify(link), row["id"])
    found.pop("", None)
    return found


def find(store: Store, words: str) -> list[StoredItem]:
    """Return what a user's words name: an id, an address, a bare arXiv id or DOI, or a title. More than one: they are ambiguous.

    A whole title, whatever its case and punctuation, wins over titles that have all its words.
    """
    words = text(words)
    if found := window_items.by_ids(store, [words.strip()]):
        return found
    if id_ := named(words):
        return window_items.by_ids(store, [id_]) or window_items.by_ids(store, [linked(store).get(id_, "")])
    close = _matching(store, " AND ".join(_terms(words)), 50)
    return [one for one in close if title_key(one.item.title) == title_key(words)] or close


def resembling(store: Store, words: str, *, most: int = 3) -> list[StoredItem]:
    """Return the items whose titles share most with these words, best match first."""
    return _matching(store, " OR ".join(_terms(words)), most)


def titled(store: Store, title: str, *, most: int = 5) -> list[StoredItem]:
    """Return items whose title has all words of three letters or more of this one, best match first; none for a single word."""
    terms = _terms(title)
    return _matching(store, " AND ".join(terms), most) if len(terms) > 1 else []


def _terms(title: str) -> list[str]:
    """Return the words of three letters or more, quoted for FTS5."""
    return [f'"{word}"' for word in dict.fromkeys(re.findall(r"[^\W_]{3,}", title.lower()))][:MOST_TERMS]


def _matching(store: Store, query: str, most: int) -> list[StoredItem]:
    """Return the items whose title matches an FTS5 query, best match first."""
    if not query:
        return []
    rows = store.rows(
        "select items.id from items_fts join items on items.pk = items_fts.rowid where items_fts match ?"
        " order by bm25(items_fts), items.id limit ?",
        (f"title : ({query})", most),
    )
    order = [row["id"] for row in rows]
    return sorted(window_items.by_ids(store, order), key=lambda one: order.index(one.item.id))


def changes(store: Store, ids: Collection[str]) -> dict[str, list[tuple[str, str]]]:
    """Return the earlier titles and dates of publication of items, as pairs of field and value, latest change first."""
    found: dict[str, list[tuple[str, str]]] = {}
    for chunk in chunks(sorted(set(ids))):
        marks = ",".join("?" * len(chunk))
        rows = store.rows(
            f"select item_id, field, earlier from item_history where item_id in ({marks})"  # noqa: S608 -- marks
            " and field in ('title', 'published') and earlier is not null order by id desc",
            chunk,
        )
        for row in rows:
            found.setdefault(row["item_id"], []).append((row["field"], row["earlier"]))
    return found


def around(store: Store, arxiv_id: str, *, most: int = 5) -> tuple[list[tuple[str, datetime]], list[tuple[str, datetime]]]:
    """Return the dated papers of the same month just before and just after an arXiv id, nearest first."""
    month = f"arxiv:{arxiv_id.partition('.')[0]}."
    chosen = "select id, published from items where id > ? and id < ? and published is not null order by id"
    here = f"arxiv:{arxiv_id}"
    earlier = store.rows(f"{chosen} desc limit ?", (month, here, most))
    later = store.rows(f"{chosen} limit ?", (here, f"{month}~", most))
    return _papers(earlier), _papers(later)


def _papers(rows: list[sqlite3.Row]) -> list[tuple[str, datetime]]:
    return [(row["id"].removeprefix("arxiv:"), at) for row in rows if (at := moment(row["published"]))]


def of_source(store: Store, source: str, window: Window) -> list[StoredItem]:
    """Return the items that a source published in a window."""
    rows = store.rows(
        "select i.id from items i join sightings s on s.item_id = i.id"
        " where s.source = ? and i.published >= ? and i.published < ?",
        (source, instant(window.start), instant(window.end)),
    )
    return window_items.by_ids(store, [row["id"] for row in rows])


def undated_of(store: Store, source: str, since: datetime) -> list[StoredItem]:
    """Return the items that a source shows without a date, first seen since an instant."""
    rows = store.rows(
        "select i.id from items i join sightings s on s.item_id = i.id"
        " where s.source = ? and i.published is null and i.first_seen >= ?",
        (source, instant(since)),
    )
    return window_items.by_ids(store, [row["id"] for row in rows])


def replies(store: Store) -> dict[str, tuple[str, int | None, str]]:
    """Return the stored replies of links by address: result, HTTP status, when asked."""
    return {row["url"]: (row["result"], row["status"], row["asked"]) for row in store.rows("select * from replies")}


def put_reply(conn: sqlite3.Connection, url: str, result: str, status: int | None, *, now: datetime) -> None:
    """Store the reply of a link, inside the caller's transaction."""
    conn.execute("insert or replace into replies values (?, ?, ?, ?)", (url, result, status, instant(now)))
