"""The readings in the store: one for each item and version, never lost to a failure, searched, and kept when a page changes."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, item
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlite_utils import Database

from scout import store
from scout.model import Result, Validators
from scout.model.reading import ParsedText, Reading, TextSection, plain
from scout.store.migrations import migrations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LATER = NOW + timedelta(days=7)
POST = item("A post")
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=30)
SECTIONS = st.builds(
    TextSection, heading=TEXT, text=TEXT, kind=st.sampled_from(["prose", "caption", "table", "abstract"]),
    level=st.integers(1, 6), anchor=TEXT,
)  # fmt: skip
TEXTS = st.builds(
    ParsedText, title=TEXT, sections=st.lists(SECTIONS, min_size=1, max_size=3).map(tuple), published=TEXT, language=TEXT,
    links=st.lists(TEXT, max_size=2).map(tuple), withdrawn=st.booleans(),
)  # fmt: skip


def said(*paragraphs: str, title: str = "A post") -> ParsedText:
    """Return a text of one section."""
    return ParsedText(title=title, sections=(TextSection(heading="Results", text="\n\n".join(paragraphs), anchor="results"),))


def reading(text: ParsedText | None = None, **fields: Any) -> Reading:
    """Return a reading of POST."""
    result = Result.OK if text else Result.EMPTY
    fields = {"item_id": POST.id, "result": result, "read": NOW, "form": "article", "url": POST.url, "status": 200, **fields}
    return Reading(text=text, **fields)


@pytest.fixture
def opened(tmp_path: Path) -> Iterator[store.Store]:
    """Open a store that has POST."""
    with store.open_store(tmp_path / "s.db", write="a test", create=True) as one:
        with one.writing() as conn:
            told = store.items.Provenance(source="labs", authority=2, run=1, now=NOW)
            store.items.remember(conn, [POST, item("Another post")], told)
        yield one


def put(opened: store.Store, *found: Reading) -> Reading:
    """Write readings, and return what is stored of POST."""
    for one in found:
        with opened.writing() as conn:
            store.readings.put(conn, one)
    return store.readings.of_items(opened, [POST.id])[POST.id]


def put_both(opened: store.Store, *found: Reading) -> None:
    """Write readings in one transaction."""
    with opened.writing() as conn:
        for one in found:
            store.readings.put(conn, one)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(TEXTS, st.lists(TEXT, max_size=2).map(tuple), st.none() | st.integers(100, 599))
def test_a_reading_comes_back_as_it_was(
    opened: store.Store, text: ParsedText, notes: tuple[str, ...], status: int | None
) -> None:
    """Nothing of a text, and of where it came from, is lost or changed in the store."""
    with opened.writing() as conn:
        conn.execute("delete from readings")
    one = reading(text, notes=notes, status=status, checked=NOW, final_url="https://b.test/", validators=Validators(etag='W/"x"'))
    kept = put(opened, one)
    assert replace(kept, text=None) == replace(one, text=None)
    assert kept.text == (text if plain(text) or text.withdrawn else None)


def test_a_text_is_not_lost_to_a_failure(opened: store.Store) -> None:
    """A page that fails, or has become a wall, leaves the text that was read before, and no history."""
    first = put(opened, reading(said("Once.")))
    walls = [reading(read=LATER, why="paywall"), reading(read=LATER, result=Result.BLOCKED, status=403)]
    assert put(opened, *walls) == replace(first, checked=LATER)
    assert opened.rows("select * from reading_history") == []


def test_a_withdrawal_is_told_beside_the_text(opened: store.Store) -> None:
    """A work that was withdrawn after it was read keeps its text, and is told as withdrawn."""
    put(opened, reading(said("Once.")))
    kept = put(opened, reading(read=LATER, text=ParsedText(title="", sections=(), withdrawn=True), result=Result.EMPTY))
    assert kept.text == replace(said("Once."), withdrawn=True)


def test_a_withdrawn_version_is_told_beside_the_text_of_an_earlier(opened: store.Store) -> None:
    """The text of the first version says that the second withdrew the work."""
    gone = ParsedText(title="", sections=(), withdrawn=True)
    kept = put(opened, reading(said("Once."), version="v1"), reading(gone, version="v2", result=Result.EMPTY, read=LATER))
    assert kept.text == replace(said("Once."), withdrawn=True)


def test_a_failure_is_replaced_by_a_text(opened: store.Store) -> None:
    """What could not be read at first and can be now is one reading, with the text."""
    failed = put(opened, reading(result=Result.UNREACHABLE, why="no answer", status=None))
    assert (failed.why, failed.text) == ("no answer", None)
    assert put(opened, reading(said("Now."), read=LATER)).why == ""
    assert len(opened.rows("select * from readings")) == 1


def test_a_page_that_changes_keeps_what_it_said(opened: store.Store) -> None:
    """The earlier text, its digest and its days stay; the index finds the new words and not the old."""
    put(opened, reading(said("Throughput doubled."), validators=Validators(sha256="1")))
    put(opened, reading(said("Throughput tripled."), read=LATER, validators=Validators(sha256="2")))
    (before,) = opened.rows("select text, sha256, read, replaced from reading_history")
    assert tuple(before) == ("Results\n\nThroughput doubled.", "1", "2026-05-25T06:00:00Z", "2026-06-01T06:00:00Z")
    found = "select count(*) from readings_fts where readings_fts match ?"
    assert [opened.rows(found, [word])[0][0] for word in ("tripled", "doubled")] == [1, 0]


def test_a_page_with_the_same_text_is_only_checked(opened: store.Store) -> None:
    """A page that changes in its bytes alone (a counter, another stylesheet) is no new text."""
    put(opened, reading(said("Same."), validators=Validators(sha256="1")))
    kept = put(opened, reading(said("Same."), read=LATER, validators=Validators(sha256="2")))
    assert (kept.read, kept.checked, kept.validators.sha256) == (NOW, LATER, "2")
    again = put(opened, reading(result=Result.UNCHANGED, read=LATER + timedelta(days=1), status=304))
    assert again == replace(kept, checked=LATER + timedelta(days=1))
    assert opened.rows("select * from reading_history") == []


def test_versions_stand_beside_each_other(opened: store.Store) -> None:
    """Each version of a paper has one reading; asked for the item's, the newest with a text is given: v10 comes after v9."""
    texts = {version: reading(said(version), version=version) for version in ("v9", "v10")}
    kept = put(opened, texts["v10"], texts["v9"], reading(version="v11", why="no HTML"))
    assert kept == replace(texts["v10"], checked=NOW)
    tried = store.readings.attempts(opened, [POST.id])
    assert {version: one.result for (_, version), one in tried.items()} == {
        "v9": Result.OK,
        "v10": Result.OK,
        "v11": Result.EMPTY,
    }
    assert store.readings.leads(opened, [POST.id], most=11) == {POST.id: "Results\n\nv1"}


def test_a_reading_is_of_an_item(opened: store.Store) -> None:
    """A reading of what the store does not have is refused, and what was written with it is not half there."""
    with pytest.raises(sqlite3.IntegrityError):
        put_both(opened, reading(said("x")), reading(said("x"), item_id="url:https://none.test/"))
    assert opened.rows("select * from readings") == []


def test_a_store_of_an_earlier_version_gets_the_tables(tmp_path: Path) -> None:
    """A store without readings is brought up to date when it is opened, and keeps its items."""
    path = tmp_path / "s.db"
    db = Database(path)
    migrations.apply(db, stop_before="m004_readings")
    values = dict.fromkeys(("title", "url", "date_source", "claimed", "summary", "owner"), "")
    lists = dict.fromkeys(("authors", "tags", "links"), "[]") | {"extra": "{}"}
    row = {"id": "hn:1", "kind": "thread", "precision": "none", "first_seen": "2026-05-25T06:00:00Z", "authority": 1}
    db["items"].insert(row | values | lists)  # type: ignore[union-attr]
    db.close()
    with store.open_store(path, write="a test") as one:
        put_one = reading(said("x"), item_id="hn:1", read=datetime(2026, 5, 25, tzinfo=UTC))
        with one.writing() as conn:
            store.readings.put(conn, put_one)
        assert store.readings.of_items(one, ["hn:1"])["hn:1"].text == said("x")
