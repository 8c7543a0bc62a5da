"""Convert items to rows and back; only fractions of seconds and surrogates are lost."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, TypeVar

from scout.errors import StoreError
from scout.model import Item, Kind, Precision

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Mapping
    from enum import StrEnum

    E = TypeVar("E", bound=StrEnum)

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
    """Return the instant of a stored text; StoreError if it is none."""
    if not text:
        return None
    try:
        at = datetime.fromisoformat(text)
    except (ValueError, TypeError) as exc:
        raise strange(text, "an instant") from exc
    if at.tzinfo is None:
        raise strange(text, "an instant with its time zone")
    return at


def known(text: str) -> datetime:
    """Return the instant of a stored text that is always there; StoreError if it is none."""
    at = moment(text)
    if at is None:
        raise strange(text, "an instant")
    return at


def day(text: str) -> date:
    """Return the day of a stored text; StoreError if it is none."""
    try:
        return date.fromisoformat(text)
    except (ValueError, TypeError) as exc:
        raise strange(text, "a day") from exc


def member(words: type[E], word: str) -> E:
    """Return the member of an enumeration that a stored word names; StoreError if it names none."""
    try:
        return words(word)
    except ValueError as exc:
        raise strange(word, f"one of {', '.join(words)}") from exc


def listed(text: str) -> tuple[Any, ...]:
    """Return a stored JSON list; StoreError if it is none."""
    found = _json(text)
    if not isinstance(found, list):
        raise strange(text, "a JSON list")
    return tuple(found)


def texts(text: str) -> tuple[str, ...]:
    """Return a stored JSON list of texts; StoreError if it is none."""
    found = listed(text)
    if not all(isinstance(one, str) for one in found):
        raise strange(text, "a JSON list of texts")
    return found


def mapping(text: str) -> dict[str, Any]:
    """Return a stored JSON object; StoreError if it is none."""
    found = _json(text)
    if not isinstance(found, dict):
        raise strange(text, "a JSON object")
    return found


def _json(text: str) -> Any:
    try:
        return _READ(text)
    except (ValueError, TypeError, RecursionError) as exc:
        raise strange(text, "JSON") from exc


def strange(found: object, expected: str) -> StoreError:
    """Return the error for a value that no scout writes: the file was damaged, or another program changed it."""
    return StoreError(
        f"the store has {str(found)[:60]!r} where {expected} should stand; `scout status --deep` looks for more of it, "
        "and docs/moving.md says how to go back to a copy"
    )


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
        kind=member(Kind, row["kind"]),
        title=row["title"],
        url=row["url"],
        published=moment(row["published"]),
        precision=member(Precision, row["precision"]),
        date_source=row["date_source"],
        claimed=row["claimed"],
        updated=moment(row["updated"]),
        announced=moment(row["announced"]),
        summary=row["summary"],
        authors=texts(row["authors"]),
        tags=texts(row["tags"]),
        links=texts(row["links"]),
        extra=mapping(row["extra"]),
    )
