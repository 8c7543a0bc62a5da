"""Store the texts read of items: one reading for each item and version, and what a page said before it changed."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from scout.model import Result, Validators
from scout.model.reading import ParsedText, Reading, TextSection, plain
from scout.store.items import chunks
from scout.store.rows import instant, known, listed, member, moment, strange, text, texts, to_json

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection

    from scout.store.database import Store

_STATE = (
    "item_id", "version", "result", "why", "status", "form", "url", "final_url", "read", "checked", "notes", "sha256", "etag",
    "last_modified",
)  # fmt: skip
_TEXT = ("title", "published", "language", "withdrawn", "links", "sections", "text")


def put(conn: sqlite3.Connection, reading: Reading) -> None:
    """Write a reading, inside the caller's transaction; a text that it replaces goes to the history.

    A text is never lost to a failure: where one is stored, a reading without a text changes nothing, but that the work was
    withdrawn. A page whose text is the same, whatever else of it changed, is only checked.
    """
    key = (text(reading.item_id), reading.version)
    if reading.result is Result.UNCHANGED:
        conn.execute("update readings set checked = ? where item_id = ? and version = ?", (instant(reading.read), *key))
        return
    old = conn.execute("select * from readings where item_id = ? and version = ?", key).fetchone()
    values = _row(reading)
    if old and old["result"] == Result.OK:
        if reading.result is not Result.OK:
            if reading.final:  # so it is not asked again until its source says that it was updated
                conn.execute(
                    "update readings set checked = ?, withdrawn = max(withdrawn, ?) where item_id = ? and version = ?",
                    (values["checked"], values["withdrawn"], *key),
                )
            return
        if all(old[name] == values[name] for name in _TEXT):
            values |= {"read": old["read"]}
        else:
            conn.execute(
                "insert into reading_history (item_id, version, title, published, text, sha256, read, replaced)"
                " values (?, ?, ?, ?, ?, ?, ?, ?)",
                (*key, old["title"], old["published"], old["text"], old["sha256"], old["read"], values["read"]),
            )
    names = ", ".join(values)
    updates = ", ".join(f"{name} = excluded.{name}" for name in values)
    conn.execute(
        f"insert into readings ({names}) values ({', '.join('?' * len(values))})"  # noqa: S608 -- our own column names
        f" on conflict (item_id, version) do update set {updates}",
        tuple(values.values()),
    )


def of_items(store: Store, ids: Collection[str], *, texts: bool = True) -> dict[str, Reading]:
    """Return the reading of each item that has one: with a text if any has, of the newest version.

    Without `texts`, they say what came of each, and have no text: a thousandth of the size.
    """
    found: dict[str, Reading] = {}
    gone: set[str] = set()
    columns = ", ".join((*_STATE, *(_TEXT if texts else ())))
    for chunk in chunks(sorted(set(ids))):
        marks = ",".join("?" * len(chunk))
        for row in store.rows(
            f"select {columns} from readings where item_id in ({marks})"  # noqa: S608 -- marks
            " order by item_id, result = 'ok', length(version), version",
            chunk,
        ):
            found[row["item_id"]] = _reading(row)
            if texts and row["withdrawn"]:
                gone.add(row["item_id"])
    for id_ in gone:
        if (one := found[id_]).text:
            found[id_] = replace(one, text=replace(one.text, withdrawn=True))
    return found


def attempts(store: Store, ids: Collection[str]) -> dict[tuple[str, str], Reading]:
    """Return what came of reading each item in each version, without the texts."""
    found: dict[tuple[str, str], Reading] = {}
    for chunk in chunks(sorted(set(ids))):
        marks = ",".join("?" * len(chunk))
        for row in store.rows(f"select {', '.join(_STATE)} from readings where item_id in ({marks})", chunk):  # noqa: S608 -- marks
            found[row["item_id"], row["version"]] = _reading(row)
    return found


def leads(store: Store, ids: Collection[str], *, most: int, before: datetime | None = None) -> dict[str, str]:
    """Return the first `most` characters of the text of each item that was read (`before`), of the newest version."""
    until = instant(before or datetime.max.replace(tzinfo=UTC))
    found: dict[str, str] = {}
    for chunk in chunks(sorted(set(ids))):
        marks = ",".join("?" * len(chunk))
        for row in store.rows(
            f"select item_id, substr(text, 1, ?) as lead from readings where item_id in ({marks})"  # noqa: S608 -- marks
            " and result = 'ok' and read < ? order by item_id, length(version), version",
            (most, *chunk, until),
        ):
            found[row["item_id"]] = row["lead"]
    return found


def _row(reading: Reading) -> dict[str, str | int | None]:
    parsed = reading.text or ParsedText(title="", sections=())
    sections = [
        {"heading": one.heading, "text": one.text, "kind": one.kind, "level": one.level, "anchor": one.anchor}
        for one in parsed.sections
    ]
    return {
        "item_id": text(reading.item_id),
        "version": reading.version,
        "result": str(reading.result),
        "why": text(reading.why),
        "status": reading.status,
        "form": reading.form,
        "url": text(reading.url),
        "final_url": text(reading.final_url),
        "read": instant(reading.read),
        "checked": instant(reading.checked or reading.read),
        "notes": to_json(reading.notes),
        "sha256": reading.validators.sha256,
        "etag": text(reading.validators.etag),
        "last_modified": text(reading.validators.last_modified),
        "title": text(parsed.title),
        "published": text(parsed.published),
        "language": text(parsed.language),
        "withdrawn": int(parsed.withdrawn),
        "links": to_json(parsed.links),
        "sections": to_json(sections),
        "text": text(plain(parsed)),
    }


def _reading(row: sqlite3.Row) -> Reading:
    return Reading(
        item_id=row["item_id"],
        version=row["version"],
        result=member(Result, row["result"]),
        why=row["why"],
        status=row["status"],
        form=row["form"],
        url=row["url"],
        final_url=row["final_url"],
        read=known(row["read"]),
        checked=moment(row["checked"]),
        notes=texts(row["notes"]),
        validators=Validators(etag=row["etag"], last_modified=row["last_modified"], sha256=row["sha256"]),
        text=_parsed(row) if "sections" in row.keys() and (row["text"] or row["withdrawn"]) else None,  # noqa: SIM118 -- a Row
    )


def _parsed(row: sqlite3.Row) -> ParsedText:
    return ParsedText(
        title=row["title"],
        published=row["published"],
        language=row["language"],
        withdrawn=bool(row["withdrawn"]),
        links=texts(row["links"]),
        sections=tuple(map(_section, listed(row["sections"]))),
    )


def _section(stored: Any) -> TextSection:
    try:
        return TextSection(**stored)
    except TypeError as exc:
        raise strange(stored, "a section of a text") from exc
