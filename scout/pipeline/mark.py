"""Mark items: from a user's words to a stored item, and what stands marked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from scout.errors import UsageError
from scout.identity import look_up, named, names
from scout.model import Decision, Item, LedgerEntry, Mark
from scout.store import ledger, lookup, marks, open_store, window_items

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from pathlib import Path

    from scout.store import Store
    from scout.store.window_items import StoredItem

MOST_NAMED = 5
"""How many items a message names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MarkedItem:
    """An item with its mark, the mark that it had before, and its entry in an earlier report."""

    item: Item
    mark: Mark
    earlier: Mark | None = None
    entry: LedgerEntry | None = None


def mark_item(path: Path, words: str, decision: Decision, why: str, *, now: datetime, wait_s: float = 0) -> MarkedItem:
    """Mark the item that `words` name; UsageError if they name none, or several."""
    with open_store(path, write="scout mark", wait_s=wait_s) as store:
        item = named_item(store, words)
        mark = Mark(item=item.id, decision=decision, why=why, made=now)
        earlier = marks.put(store, mark)
        entry = look_up(names(item), ledger.reported(store, ledger.reports(store)))
        return MarkedItem(item=item, mark=mark, earlier=earlier, entry=entry)


def unmark_item(path: Path, words: str, *, now: datetime, wait_s: float = 0) -> MarkedItem:
    """Take back the mark of the item that `words` name; UsageError if it has none."""
    with open_store(path, write="scout mark", wait_s=wait_s) as store:
        item = named_item(store, words)
        if (mark := marks.undo(store, item.id, now=now)) is None:
            raise UsageError(f"{item.id} has no mark that could be undone; `scout mark list` shows what is marked")
        return MarkedItem(item=item, mark=mark)


def marked(path: Path, *, as_of: date | None = None) -> list[MarkedItem]:
    """Return what stands marked, in the order of marking; with `as_of`, what stood so at the end of that day."""
    with open_store(path) as store:
        standing = marks.standing(store, as_of=as_of)
        items = {kept.item.id: kept.item for kept in window_items.by_ids(store, [mark.item for mark in standing])}
        reported = ledger.reported(store, ledger.reports(store, before=as_of))
        return [
            MarkedItem(item=items[mark.item], mark=mark, entry=look_up(names(items[mark.item]), reported)) for mark in standing
        ]


def named_item(store: Store, words: str) -> Item:
    """Return the item that `words` name; UsageError if they name none, or several, with what is near."""
    if found := lookup.find(store, words):
        return only(words, found)
    near = _near(store, words)
    hint = (
        f"; near it: {_listed(near)}" if near else "; `scout shortlist` shows ids, and `scout collect --source NAME` brings more"
    )
    raise UsageError(f"the store has nothing that is {words!r}, as an id, an address, an arXiv id or a title{hint}")


def only(words: str, found: Sequence[StoredItem]) -> Item:
    """Return the one item that `words` name; UsageError if they name several."""
    if len(found) > 1:
        raise UsageError(f"{words!r} may be {len(found)} things: name one by its id: {_listed(found)}")
    return found[0].item


def _near(store: Store, words: str) -> list[StoredItem]:
    """Return what may have been meant: the papers with the next numbers, or titles that share words."""
    if (id_ := named(words)).startswith("arxiv:"):
        earlier, later = lookup.around(store, id_.removeprefix("arxiv:"), most=1)
        return window_items.by_ids(store, [f"arxiv:{number}" for number, _ in (*earlier, *later)])
    return lookup.resembling(store, words)


def _listed(found: Sequence[StoredItem]) -> str:
    more = f", and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
    return ", ".join(f"{one.item.id} ({one.item.title})" for one in found[:MOST_NAMED]) + more
