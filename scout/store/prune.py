"""Find and remove what nothing needs: texts of items that no report, mark or coming draft speaks of, and old validators."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.identity import look_up, names
from scout.store import ledger, rows
from scout.store.rows import instant

if TYPE_CHECKING:
    from datetime import datetime

    from scout.store.database import Store


@dataclass(frozen=True, slots=True, kw_only=True)
class Unneeded:
    """What may go: the ids of items whose texts were read, how many characters these are, and addresses with their validators."""

    readings: tuple[str, ...]
    characters: int
    addresses: tuple[str, ...]


def unneeded(store: Store, before: datetime) -> Unneeded:
    """Return what was stored before an instant and is no evidence.

    A text is evidence, and stays with its history, if a report speaks of its item by any of the item's ids, or if the item was
    ever marked. A text stays too where the item is younger, or comes later: a draft may still be about it. Validators that no
    answer has confirmed since then belong to pages that nobody asks for; at worst one page comes whole once more.
    """
    spoken = {row["item_id"]: True for row in store.rows("select item_id from reported union select item_id from marks")}
    needed = ledger.through_talks(store, spoken)
    old = store.rows(
        "select i.*, sum(length(r.text) + length(r.sections)) as size from readings r join items i on i.id = r.item_id"
        " where i.first_seen < :before and coalesce(i.published, '') < :before"
        " group by r.item_id having max(r.checked) < :before order by r.item_id",
        {"before": instant(before)},
    )
    free = {row["id"]: row["size"] for row in old if look_up(names(rows.item(row)), needed) is None}
    addresses = store.rows("select url from http_cache where stored < ? order by url", (instant(before),))
    return Unneeded(readings=tuple(free), characters=sum(free.values()), addresses=tuple(row["url"] for row in addresses))


def remove(store: Store, found: Unneeded) -> None:
    """Remove it in one transaction, then give the space back to the disk, also that of a prune that was ended in between."""
    with store.writing(large=True) as conn:
        for table in ("readings", "reading_history"):
            conn.executemany(f"delete from {table} where item_id = ?", [(id_,) for id_ in found.readings])  # noqa: S608 -- ours
        conn.executemany("delete from http_cache where url = ?", [(url,) for url in found.addresses])
    store.compact()
