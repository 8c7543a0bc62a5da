"""Join what two stores say of one item, one text, one mark: by time, whichever store is which, with what gives way kept."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from scout.store.items import DATE, KEPT, chunks, is_empty
from scout.store.rows import COLUMNS, to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Sequence
    from collections.abc import Set as AbstractSet

Row = dict[str, Any]
_UNCOMPARED = ("checked", "withdrawn")
"""What is joined by itself, and so says nothing of which reading counts."""


# -- items ------------------------------------------------------------------------------------------------------------------
def join_items(conn: sqlite3.Connection, names: Sequence[str]) -> None:
    """Join the items that both stores have and do not say the same of."""
    mine, theirs = (", ".join(f"{place}.{name}" for name in names) for place in ("a", "b"))
    query = f"select a.id from main.items a join other.items b on b.id = a.id where ({mine}) is not ({theirs}) order by a.id"
    for chunk in chunks([id_ for (id_,) in conn.execute(query)]):
        ours, others, past = _items(conn, "main", chunk), _items(conn, "other", chunk), _replaced(conn, chunk)
        for id_ in chunk:
            joined, gave_way = joined_item(ours[id_], others[id_], past.get(id_, set()))
            changes = {name: joined[name] for name in names if joined[name] != ours[id_][name]}
            if changes:
                values = ", ".join(f"{name} = ?" for name in changes)
                conn.execute(f"update main.items set {values} where id = ?", (*changes.values(), id_))
            run = "coalesce((select max(id) from main.runs where started <= ?), 0)"
            conn.executemany(
                f"insert into main.item_history (item_id, field, earlier, replaced, run) values (?, ?, ?, ?, {run})",
                [(id_, name, value, joined["when"], joined["when"]) for name, value in gave_way.items()],
            )


def _replaced(conn: sqlite3.Connection, ids: Sequence[str]) -> dict[str, set[tuple[str, str]]]:
    """Return by item the fields with their earlier values that either history has."""
    marks = ",".join("?" * len(ids))
    found: dict[str, set[tuple[str, str]]] = {}
    for place in ("main", "other"):
        query = f"select item_id, field, earlier from {place}.item_history where item_id in ({marks})"
        for id_, name, earlier in conn.execute(query, ids):
            found.setdefault(id_, set()).add((name, earlier))
    return found


def _items(conn: sqlite3.Connection, place: str, ids: Sequence[str]) -> dict[str, Row]:
    """Return items with when their owner first and last showed them: `began` and `seen`."""
    marks = ",".join("?" * len(ids))
    rows = conn.execute(
        f"select i.*, coalesce(s.first_seen, '') as began, coalesce(s.last_seen, '') as seen from {place}.items i"
        f" left join {place}.sightings s on s.source = i.owner and s.item_id = i.id where i.id in ({marks})",
        ids,
    )
    return {row["id"]: dict(row) for row in rows}


def joined_item(one: Row, other: Row, past: AbstractSet[tuple[str, str]]) -> tuple[Row, dict[str, str]]:
    """Return the item that both rows tell of, with `when` it became so, and the values of it that gave way.

    The higher authority's words count, then those seen later. What they leave empty, the others fill; links are all links. A
    value in the `past`, of fields with earlier values, was replaced already, and neither comes back nor gives way again.
    """
    winner, loser = (one, other) if _outranks(one, other) else (other, one)
    told = {name: loser[name] for name in COLUMNS if not is_empty(loser[name]) and (name, loser[name]) not in past}
    joined = dict(winner)
    joined |= {name: value for name, value in told.items() if name not in DATE and is_empty(winner[name])}
    if winner["published"] is None and "published" in told:
        joined |= {name: loser[name] for name in DATE}
    if "links" in told:
        links = json.loads(winner["links"])
        joined["links"] = to_json([*links, *(link for link in json.loads(loser["links"]) if link not in links)])
    joined["first_seen"] = min(one["first_seen"], other["first_seen"])
    # Another owner's words for the same thing change nothing: they count from when it first had it.
    joined["when"] = winner["began" if winner["owner"] != loser["owner"] else "seen"] or joined["first_seen"]
    return joined, {name: told[name] for name in KEPT if name in told and name != "links" and told[name] != joined[name]}


def _outranks(one: Row, other: Row) -> bool:
    """Say whose words count. What one leaves empty decides nothing, so that filling it changes nothing the next time."""
    for name in ("authority", "seen", "owner"):
        if one[name] != other[name]:
            return bool(one[name] > other[name])
    for name in COLUMNS:
        if name != "links" and one[name] != other[name] and not is_empty(one[name]) and not is_empty(other[name]):
            return bool(one[name] > other[name])
    return (len(json.loads(one["links"])), one["links"]) >= (len(json.loads(other["links"])), other["links"])


# -- readings ---------------------------------------------------------------------------------------------------------------
def join_readings(conn: sqlite3.Connection) -> None:
    """Join readings: a text before none, then the later; another text that gives way goes to the history."""
    names = [name for _, name, *_ in conn.execute("pragma main.table_info(readings)") if name != "pk"]
    listed = ", ".join(names)
    past = "item_id, version, title, published, text, sha256, read, replaced"
    conn.execute(
        f"insert into main.reading_history ({past}) select {past} from other.reading_history"
        f" except select {past} from main.reading_history order by 8"
    )
    mine, theirs = (", ".join(f"{place}.{name}" for name in names) for place in ("a", "b"))
    same = "b.item_id = a.item_id and b.version = a.version"
    query = f"select a.pk, b.pk from main.readings a join other.readings b on {same} where ({mine}) is not ({theirs})"
    for ours, other in conn.execute(query).fetchall():
        _join_reading(conn, names, ours, other)
    conn.execute(
        f"insert into main.readings ({listed}) select {listed} from other.readings b"
        f" where not exists (select 1 from main.readings a where {same}) order by read"
    )


def _join_reading(conn: sqlite3.Connection, names: Sequence[str], ours: int, other: int) -> None:
    one = dict(conn.execute("select * from main.readings where pk = ?", (ours,)).fetchone())
    told = dict(conn.execute("select * from other.readings where pk = ?", (other,)).fetchone())
    winner, loser = (one, told) if _reading_order(one) >= _reading_order(told) else (told, one)
    joined = {name: winner[name] for name in names} | {name: max(one[name], told[name]) for name in _UNCOMPARED}
    values = ", ".join(f"{name} = ?" for name in names)
    conn.execute(f"update main.readings set {values} where pk = ?", (*joined.values(), ours))
    if loser["result"] == "ok" and loser["text"] != winner["text"]:
        lost = {name: loser[name] for name in ("item_id", "version", "title", "published", "text", "sha256", "read")}
        conn.execute(
            "insert into main.reading_history (item_id, version, title, published, text, sha256, read, replaced)"
            " select :item_id, :version, :title, :published, :text, :sha256, :read, :replaced where not exists"
            " (select 1 from main.reading_history where item_id = :item_id and version = :version and text = :text)",
            lost | {"replaced": winner["read"]},
        )


def _reading_order(row: Row) -> tuple[bool, str, str]:
    told = {name: value for name, value in row.items() if name not in ("pk", *_UNCOMPARED)}
    return row["result"] == "ok", row["read"], repr(told)


# -- marks ------------------------------------------------------------------------------------------------------------------
def marks_by_time(conn: sqlite3.Connection) -> None:
    """Join the marks as if one curator had made them all: each ends when it was taken back, or when the next was made."""
    ended: dict[tuple[str, str, str, str], str | None] = {}
    for place in ("main", "other"):
        for made, item, decision, why, undone in conn.execute(f"select made, item_id, decision, why, undone from {place}.marks"):
            key = (made, item, decision, why)
            ended[key] = min(filter(None, (ended.get(key), undone)), default=None)
    following: dict[str, str] = {}
    rows = []
    for made, item, decision, why in sorted(ended, reverse=True):
        end = min(filter(None, (ended[made, item, decision, why], following.get(item))), default=None)
        following[item] = made
        rows.append((item, decision, why, made, end))
    conn.execute("delete from main.marks")
    conn.executemany("insert into main.marks (item_id, decision, why, made, undone) values (?, ?, ?, ?, ?)", reversed(rows))
