"""Convert items to rows and back; only fractions of seconds and surrogates are lost."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scout.model import Item, Kind, Precision

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping

COLUMNS = (
    "id", "kind", "title", "url", "published", "precision", "date_source", "claimed", "updated", "announced",
    "summary", "authors", "tags", "links", "extra",
)  # fmt: skip
_JSON = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"))  # built once: `dumps` builds one each time
_READ = json.JSONDecoder().decode


def instant(at: datetime | None) -> str | None:
    """Return an instant as stored: ISO 8601, UTC, without fractions of a second."""
    return at.astimezone(UTC).replace(tzinfo=None).isoformat(timespec="seconds") + "Z" if at else None


def moment(text: str | None) -> datetime | None:
    """Return the instant of a stored text."""
    return datetime.fromisoformat(text) if text else None


def text(outside: str) -> str:
    """Return text that UTF-8 can encode: a lone surrogate from JSON becomes `?`."""
    return outside if outside.isascii() else outside.encode("utf-8", "replace").decode()


def to_json(value: object) -> str:
    """Return a list or mapping as stored JSON."""
    return text(_JSON.encode(value))


def row(item: Item) -> dict[str, Any]:
    """Return an item's columns, in the order of COLUMNS."""
    return {
        "id": text(item.id),
        "kind": str(item.kind),
        "title": text(item.title),
        "url": text(item.url),
        "published": instant(item.published),
        "precision": str(item.precision),
        "date_source": text(item.date_source),
        "claimed": text(item.claimed),
        "updated": instant(item.updated),
        "announced": instant(item.announced),
        "summary": text(item.summary),
        "authors": to_json(item.authors),
        "tags": to_json(item.tags),
        "links": to_json(item.links),
        "extra": to_json(dict(item.extra)),
    }


def item(row: Mapping[str, Any] | sqlite3.Row) -> Item:
    """Return the item of a row."""
    return Item(
        id=row["id"],
        kind=Kind(row["kind"]),
        title=row["title"],
        url=row["url"],
        published=moment(row["published"]),
        precision=Precision(row["precision"]),
        date_source=row["date_source"],
        claimed=row["claimed"],
        updated=moment(row["updated"]),
        announced=moment(row["announced"]),
        summary=row["summary"],
        authors=tuple(_READ(row["authors"])),
        tags=tuple(_READ(row["tags"])),
        links=tuple(_READ(row["links"])),
        extra=_READ(row["extra"]),
    )
