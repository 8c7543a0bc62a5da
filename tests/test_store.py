"""The store: whole or not at all, one writer, every released version opens, and a query only reads."""

from __future__ import annotations

import sqlite3
import subprocess
import sys
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from fakes import NOW, WINDOW, item
from fakes import item as fake_item
from hypothesis import given
from hypothesis import strategies as st
from past import Past

from scout import store
from scout.errors import QueryError, StoreError
from scout.model import Interval, Item, Kind, LedgerEntry, LedgerReport, Outcome, Precision, Result, Validators
from scout.store import open_store, schema
from scout.store.items import Provenance
from scout.store.migrations import migrations

if TYPE_CHECKING:
    from pathlib import Path

LATER = NOW + timedelta(days=7)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=40)
INSTANT = st.integers(631152000, 1893456000).map(lambda seconds: datetime.fromtimestamp(seconds, UTC))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | TEXT, lambda inner: st.lists(inner, max_size=3), max_leaves=5
)
ITEMS = st.builds(
    Item, id=TEXT, kind=st.sampled_from(Kind), title=TEXT, url=TEXT, published=st.none() | INSTANT, precision=st.sampled_from(Precision),
    date_source=TEXT, claimed=TEXT, updated=st.none() | INSTANT, announced=st.none() | INSTANT, summary=TEXT,
    authors=st.lists(TEXT, max_size=3).map(tuple), tags=st.lists(TEXT, max_size=3).map(tuple), links=st.lists(TEXT, max_size=3).map(tuple),
    extra=st.dictionaries(TEXT, JSON, max_size=3),
)  # fmt: skip


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a store may be made."""
    return tmp_path / "data" / "scout.db"


def told(path: Path, *items: Item, source: str = "labs", authority: int = 2, now: datetime = NOW, run: int = 1) -> int:
    """Remember items as one source; return how many were new."""
    with store.open_store(path, write="a test", create=True) as opened, opened.writing() as conn:
        return store.items.remember(conn, items, Provenance(source=source, authority=authority, run=run, now=now))


def kept(path: Path, *ids: str) -> list[store.window_items.StoredItem]:
    """Read items back with their sightings and changes."""
    with store.open_store(path) as opened:
        return store.window_items.by_ids(opened, ids)


def ask(path: Path, sql: str) -> list[tuple[object, ...]]:
    """Answer one query."""
    return list(store.query(path, sql).rows)


@given(ITEMS)
def test_item_to_row_to_item_is_the_identity(one: Item) -> None:
    """Nothing of an item is lost or changed in the store."""
    assert store.rows.item(store.rows.row(one)) == one


def test_the_same_again_changes_nothing(path: Path) -> None:
    """Telling twice adds no item, no history, and rewrites no row."""
    one = item("A paper", summary="About caches")
    assert told(path, one, one) == 1
    before = ask(path, "select * from items")
    assert told(path, one, now=LATER, run=2) == 0
    assert ask(path, "select * from items") == before
    assert ask(path, "select count(*) from item_history") == [(0,)]
    assert ask(path, "select first_seen, last_seen from sightings") == [("2026-05-25T06:00:00Z", "2026-06-01T06:00:00Z")]


def test_a_change_keeps_the_earlier_value(path: Path) -> None:
    """A renamed title and an edited body update the item, and what they were stays."""
    one = item("Old title", summary="Old body", url="https://a.test/1")
    told(path, one)
    told(path, replace(one, title="New title", summary="New body"), now=LATER, run=2)
    assert ask(path, "select title, summary from items") == [("New title", "New body")]
    rows = ask(path, "select field, earlier, replaced, run from item_history order by field")
    assert rows == [("summary", "Old body", "2026-06-01T06:00:00Z", 2), ("title", "Old title", "2026-06-01T06:00:00Z", 2)]
    assert ask(path, "select pk from items join items_fts on items_fts.rowid = pk where items_fts match 'new'") == [(1,)]
    assert ask(path, "select pk from items join items_fts on items_fts.rowid = pk where items_fts match 'old'") == []


def test_a_poorer_telling_wipes_nothing(path: Path) -> None:
    """A date, a text or links that a source does not give this time stay as they were."""
    one = item("A post", summary="Body", links=("https://a.test/x",), authors=("B",))
    told(path, one)
    told(path, replace(one, published=None, precision=Precision.NONE, date_source="", summary="", links=(), authors=()), run=2)
    assert kept(path, one.id)[0].item == one


def test_a_mention_does_not_overrule_the_publisher(path: Path) -> None:
    """A lower authority fills what is empty and adds links; a higher one takes the words over."""
    mention = item(
        "paper!!", published=None, url="https://arxiv.org/abs/2605.00001", id="arxiv:2605.00001", links=("https://list.test/",)
    )
    service = item(
        "The Paper", summary="Abstract", url="https://arxiv.org/abs/2605.00001", id="arxiv:2605.00001", kind=Kind.PAPER
    )
    told(path, mention, source="list", authority=1)
    told(path, service, source="arxiv", authority=3, run=2)
    told(path, replace(mention, title="again", links=("https://list.test/2",)), source="list", authority=1, run=3)
    (found,) = kept(path, "arxiv:2605.00001")
    assert (found.item.title, found.item.summary, found.item.kind) == ("The Paper", "Abstract", Kind.PAPER)
    assert set(found.item.links) == {"https://list.test/", "https://list.test/2"}
    assert [seeing.source for seeing in found.sightings] == ["arxiv", "list"]


def test_a_date_comes_with_its_precision(path: Path) -> None:
    """Where a second source dates an undated item, precision and source of the date come along."""
    undated = item("A talk", published=None)
    told(path, undated, source="list", authority=2)
    told(path, replace(undated, published=NOW, precision=Precision.DAY, date_source="feed:published"), source="blog", authority=2)
    (found,) = kept(path, undated.id)
    assert (found.item.published, found.item.precision, found.item.date_source) == (NOW, Precision.DAY, "feed:published")


def test_a_date_that_edits_move_does_not_replace_the_first_publication(path: Path) -> None:
    """Where only an update's date can be had this time, the date of first publication stays."""
    first = item("v1", published=NOW - timedelta(days=9), date_source="github:published_at")
    told(path, first)
    told(path, replace(first, published=NOW, date_source="github:atom-updated"), run=2)
    assert kept(path, first.id)[0].item == first


def test_one_bad_item_leaves_none(path: Path) -> None:
    """A transaction that fails half-way leaves nothing of it, and what is wrong with a row is not the file's fault."""
    with (  # noqa: PT012 -- the second statement is what fails
        store.open_store(path, write="a test", create=True) as opened,
        pytest.raises(sqlite3.IntegrityError),
        opened.writing() as conn,
    ):
        store.items.remember(conn, [item("One")], Provenance(source="labs", authority=2, run=1, now=NOW))
        conn.execute("insert into sightings (source) values (null)")
    assert ask(path, "select count(*) from items") == [(0,)]


def test_the_pool_holds_what_a_window_is_chosen_from(path: Path) -> None:
    """The lookback, the window, what comes after, the undated; not what is older, unless it was found in the window."""
    days = {"old": -60, "found late": -40, "lookback": -10, "inside": 2, "next": 9}
    items = {name: item(name, published=WINDOW.start + timedelta(days=n)) for name, n in days.items()}
    told(path, *(items[name] for name in ("old", "lookback")), now=WINDOW.start - timedelta(days=1))
    told(path, *(items[name] for name in ("found late", "inside", "next")), item("undated", published=None), now=WINDOW.start)
    with store.open_store(path) as opened:
        titles = {one.item.title for one in store.window_items.items_for_window(opened, WINDOW, lookback_days=14)}
    assert titles == {"found late", "lookback", "inside", "next", "undated"}


def test_a_killed_run_is_never_an_honest_zero(path: Path) -> None:
    """A source of a run that ended before it did is not finished; what it last covered stays known."""
    with store.open_store(path, write="a test", create=True) as opened:
        run = store.runs.start(opened, WINDOW, {"labs": "feed", "blog": "feed"}, now=NOW, version="1")
        covers = Interval(start=WINDOW.start, end=NOW)
        with opened.writing() as conn:
            done = Outcome(source="labs", run=run, result=Result.OK, ended=NOW, covers=covers, notes=("a note",))
            store.runs.put_outcome(conn, done, "feed")
    with store.open_store(path) as opened:
        found = {outcome.source: outcome for outcome in store.runs.recent(opened, days=7)}
        assert found["blog"].result is Result.NOT_FINISHED
        assert found["labs"] == replace(done, last_success=NOW)
        assert [row["streak"] for row in store.runs.health(opened)] == [1, 1]


def test_what_is_remembered_comes_back_byte_for_byte(path: Path) -> None:
    """Validators, pauses and a source's state survive the process; changed options start anew."""
    given_ = Validators(etag='W/"a\'b"', last_modified="Tue, 02 Jun 2026 00:00:00 GMT", sha256="0" * 64)
    with store.open_store(path, write="a test", create=True) as opened:
        with opened.writing() as conn:
            store.runs.put_validators(conn, {"https://a.test/": given_}, now=NOW)
            store.runs.put_pauses(conn, {"a.test": LATER})
            store.runs.put_state(conn, "labs", "f1", {"spans": [[1, 2]], "é": None}, now=NOW)
        assert store.runs.validators(opened) == {"https://a.test/": given_}
        assert store.runs.pauses(opened) == {"a.test": LATER}
        assert store.runs.state(opened, "labs", "f1") == {"spans": [[1, 2]], "é": None}
        assert store.runs.state(opened, "labs", "f2") == {}


def report(day: date, *entries: LedgerEntry, title: str = "Weekly", path: str = "r.md") -> LedgerReport:
    """Return a small report."""
    return LedgerReport(
        day=day, path=path, title=f"{title} {day}", run_type="normal", since=day - timedelta(days=6), until=day, entries=entries,
        seen_until=datetime(day.year, day.month, day.day, 7, tzinfo=UTC),
    )  # fmt: skip


def entry(day: date, *ids: str, number: int | None = 1) -> LedgerEntry:
    """Return an entry about these items."""
    return LedgerEntry(report=day, number=number, section="A", grade=2 if number else 1, title="T", ids=ids, text="prose", line=3)


def test_reading_a_report_twice_changes_nothing(path: Path) -> None:
    """The ledger knows a report by its day and title, wherever it was read from; an edited one replaces its reading."""
    day = date(2026, 5, 10)
    with store.open_store(path, write="a test", create=True) as opened:
        assert store.ledger.add(opened, report(day, entry(day, "arxiv:1"))) == "added"
        assert store.ledger.add(opened, report(day, entry(day, "arxiv:1"), path="other@main:r.md")) == "unchanged"
        assert store.ledger.add(opened, report(day, entry(day, "arxiv:2", "url:https://a.test"))) == "changed"
        assert store.ledger.reports(opened) == (report(day, entry(day, "arxiv:2", "url:https://a.test")),)
        assert store.ledger.reports(opened, before=day) == ()
    told(path, item("x", id="arxiv:2"), item("y", id="arxiv:3"))
    assert ask(path, "select id from unreported") == [("arxiv:3",)]


def test_a_report_whose_heading_is_edited_is_still_one_report(path: Path) -> None:
    """Another title on the same day and path replaces the reading; the same path on another day is another report."""
    day, later = date(2026, 5, 10), date(2026, 5, 17)
    with store.open_store(path, write="a test", create=True) as opened:
        store.ledger.add(opened, report(day, entry(day, "arxiv:1")))
        assert store.ledger.add(opened, report(day, entry(day, "arxiv:1"), title="Weekly caches")) == "changed"
        assert store.ledger.add(opened, report(later, entry(later, "arxiv:2"))) == "added"
        assert [one.title for one in store.ledger.reports(opened)] == ["Weekly caches 2026-05-10", "Weekly 2026-05-17"]
        assert store.ledger.add(opened, report(day, entry(day, "arxiv:1"), path="s.md")) == "added"
        assert store.ledger.add(opened, report(day, entry(day, "arxiv:1"))) == "changed", "its place is taken, by either name"
        assert [one.title for one in store.ledger.reports(opened)] == ["Weekly 2026-05-10", "Weekly 2026-05-17"]


def test_one_writer_at_a_time_and_it_has_a_name(path: Path) -> None:
    """A second writer is told who writes; readers are not held up; after the end the next one may."""
    with store.open_store(path, write="scout collect", create=True):
        with pytest.raises(StoreError, match=r"by scout collect, process \d+, since \d{4}-\d\d-\d\d .* UTC; try again"):
            store.open_store(path, write="scout reports add")
        store.open_store(path).close()
    store.open_store(path, write="scout collect").close()


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (
            lambda path: path.write_bytes(b"not a database, but long enough to have a header" * 30),
            "not a store that scout can read: file is not a database",
        ),
        (
            lambda path: sqlite3.connect(path).execute("create table songs (a)").connection.close(),
            "another program's database .its tables: songs",
        ),
        (lambda path: path.mkdir(), "is no file; name a store with --db"),
    ],
    ids=["no database", "another program's", "a folder"],
)
def test_what_is_no_store_is_said(tmp_path: Path, made: object, sentence: str) -> None:
    """A wrong file gets one sentence and stays as it is."""
    path = tmp_path / "x.db"
    made(path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else b""
    for write in ("", "a test"):
        with pytest.raises(StoreError, match=sentence):
            store.open_store(path, write=write)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_missing_store_says_how_to_make_one(path: Path) -> None:
    """Reading before collecting is no traceback and makes no file."""
    with pytest.raises(StoreError, match="is not there yet; `scout collect` makes it"):
        store.open_store(path)
    assert not path.exists()


def test_a_newer_store_is_left_alone(path: Path) -> None:
    """What a later scout has migrated is refused by name, before anything is written."""
    told(path, item("x"))
    with sqlite3.connect(path) as conn:
        conn.execute("insert into _sqlite_migrations (migration_set, name, applied_at) values ('scout', 'm999_more', '2027')")
    conn.close()
    with pytest.raises(StoreError, match=r"written by a newer scout .it has m999_more.; update scout"):
        store.open_store(path)


def test_a_read_only_store_can_be_read(path: Path) -> None:
    """A file without write permission is for reading, also for root; a writer is told."""
    told(path, item("x"))
    path.chmod(0o444)
    with store.open_store(path) as opened:
        assert len(opened.rows("select * from items")) == 1
    with pytest.raises(StoreError, match="is read-only; collecting"):
        store.open_store(path, write="a test")


def test_the_first_version_is_marked_as_ours(path: Path) -> None:
    """The file's header says whose it is, and its schema explains each column."""
    told(path, item("x"))
    conn = sqlite3.connect(path)
    assert conn.execute("pragma application_id").fetchone() == (schema.APPLICATION_ID,)
    tables = conn.execute("select sql from sqlite_master where type = 'table' and sql like 'create table%strict%'").fetchall()
    conn.close()
    assert len(tables) == 16
    for (sql,) in tables:
        columns = [line for line in sql.splitlines()[1:-1] if not line.strip().startswith(("primary key", "unique", "--"))]
        assert all("--" in line for line in columns), sql


@pytest.mark.parametrize(
    "sql",
    [
        "delete from items", "insert into runs (started, since, until, version) values (1, 1, 1, 1)", "update items set title = 'x'",
        "drop table items", "create table t (a)", "create temp table t (a)", "attach 'other.db' as o", "attach 'file:o.db?mode=rwc' as o",
        "vacuum into 'copy.db'", "pragma query_only = 0", "pragma journal_mode = wal", "pragma table_info(items)", "begin", "reindex",
        "select load_extension('x')", "select writefile('x', 'y')", "select 1; delete from items", "with d as (select 1) delete from items",
        "", "-- nothing", "selec 1", "select * from nowhere", "select zeroblob(900000000)", "select 'a' || char(0) from",
    ],
)  # fmt: skip
def test_a_query_can_only_read(path: Path, sql: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever writes, attaches, loads or is no query is one sentence, and leaves no trace."""
    told(path, item("x"))
    monkeypatch.chdir(path.parent)
    before = path.read_bytes()
    with pytest.raises(QueryError):
        store.query(path, sql)
    assert path.read_bytes() == before
    assert {file.name for file in path.parent.iterdir()} <= {"scout.db", "scout.db.lock"}


def test_a_query_cannot_run_for_ever(path: Path) -> None:
    """Endless recursion is stopped at its deadline, endless rows at their count."""
    told(path, item("x"))
    endless = "with recursive n(i) as (select 1 union all select i + 1 from n)"
    with pytest.raises(QueryError, match=r"stopped after 0.2 seconds"):
        store.query(path, endless + " select count(*) from n", seconds=0.2)
    with pytest.raises(QueryError, match="more than 100000 rows"):
        store.query(path, endless + " select i from n")


def test_a_query_may_search_and_join(path: Path) -> None:
    """Full text, ranking, JSON and window functions work in the sandbox."""
    told(path, item("A cache", summary="prefix caching for all", tags=("cs.DC",)))
    sql = "select items.title, bm25(items_fts) < 0 from items join items_fts on items_fts.rowid = pk, json_each(items.tags) where items_fts match 'prefix' and value = 'cs.DC'"
    assert ask(path, sql) == [("A cache", 1)]


def test_a_claim_counts_once_its_day_has_come(tmp_path: Path) -> None:
    """What lay ahead when it was read is judged anew later; what could not be read then cannot be read now."""
    read = datetime(2026, 5, 12, 6, tzinfo=UTC)
    past = Past(tmp_path / "s.db")
    claims = {"ahead": "Tue, 19 May 2026 10:00:00 GMT", "unreadable": "soon", "far": "2031-01-01", "old": "1980-01-01"}
    past.run(read, labs=[fake_item(name, published=None, claimed=words) for name, words in claims.items()])
    with store.open_store(past.path, write="a test") as opened:
        with opened.writing() as conn:
            assert store.items.accept_claims(conn, now=read + timedelta(days=1)) == 0
            assert store.items.accept_claims(conn, now=read + timedelta(days=8)) == 1
        rows = opened.rows("select title, published, precision, claimed from items where published is not null")
    assert [tuple(row) for row in rows] == [("ahead", "2026-05-19T10:00:00Z", "second", "")]


def test_the_last_days_are_those_on_which_a_source_brought_something(path: Path) -> None:
    """By publication, each once; what has no date, or another source's words, came on the day on which this source first had it."""
    once, twice = NOW - timedelta(days=900), NOW - timedelta(days=20)
    old = item("old", published=once)
    told(path, old, item("a", published=twice), item("b", published=twice), source="blog")
    told(path, old, item("undated", published=None), source="list", now=LATER)
    told(path, item("from a feed of arXiv", published=None, announced=twice), source="list", now=LATER + timedelta(days=1))
    with store.open_store(path, write="a test") as opened, opened.writing() as conn:
        assert store.runs.last_days(conn, "blog", most=9) == [once.date(), twice.date()]
        assert store.runs.last_days(conn, "list", most=9) == [twice.date(), LATER.date()]
        assert store.runs.last_days(conn, "list", most=1) == [LATER.date()]
        assert store.runs.last_days(conn, "nobody", most=9) == []


def test_the_schema_names_every_migration() -> None:
    """What is taken for up to date without loading the migrations has really had all of them."""
    assert tuple(step.name for step in migrations._migrations) == schema.STEPS


def test_a_store_that_is_up_to_date_opens_without_the_migrations(tmp_path: Path) -> None:
    """Of sqlite-utils and of numpy, which it brings, only a new or an older store has any use: 0.2 s of every command."""
    open_store(tmp_path / "s.db", write="test", create=True).close()
    script = "import sys, pathlib, scout.store as s; s.open_store(pathlib.Path(sys.argv[1])).close(); print({'numpy', 'sqlite_utils'} & set(sys.modules))"
    said = subprocess.run([sys.executable, "-c", script, tmp_path / "s.db"], check=True, capture_output=True, text=True).stdout
    assert said == "set()\n"
