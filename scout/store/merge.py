"""Take in another store: the union of what both saw, the same whichever is merged into which, and however often.

Nothing is lost. Of two values the later seen counts, by times and never by which file is which; what it replaces goes to the
history. Runs are one run if they began at the same second for the same days and no source ended differently in them; they are
numbered again in the order of their start, where no clock was ahead. Rows are compared by what they say: numbers of rows are
each store's own.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections import defaultdict
from contextlib import closing, contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from scout.errors import StoreError
from scout.store import integrity
from scout.store.database import open_store
from scout.store.merge_rows import join_items, join_readings, marks_by_time

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from scout.store.database import Store

TABLES = (
    "items", "sightings", "item_history", "readings", "reading_history", "votes", "marks", "runs", "outcomes", "reports",
    "report_entries",
)  # fmt: skip
"""What is counted; `reported` follows from the entries, the rest is remembered to ask politely."""
_LATEST = {"http_cache": "stored", "hosts": "not_before", "replies": "asked", "source_state": "stored"}
"""Tables of which the later row of two counts, whole, and the column that says which it is."""


def merge(store: Store, other: Path, *, dry_run: bool = False) -> dict[str, int]:
    """Merge the store at `other` into an open one in one transaction; return how many rows each table gained.

    A copy of the other is read: it may be written meanwhile, and of an earlier schema. StoreError if it is the same file, or
    damaged. With `dry_run` everything is done, counted, and rolled back.
    """
    if other.exists() and store.path.samefile(other):
        raise StoreError(f"{other} is the store itself; name another one to merge")
    with (
        _copied(store, other) as copy,
        store.attached(copy, "other"),
        store.writing(large=True) as conn,
    ):
        conn.execute("pragma defer_foreign_keys = on")
        before = _counts(conn)
        for step in (_runs, _items, _sightings, _history, join_readings, _votes, marks_by_time, _ledger, _memory):
            step(conn)
        after = _counts(conn)
        for table in ("ours", "theirs"):
            conn.execute(f"drop table temp.{table}")
        if dry_run:
            conn.rollback()
    return {table: after[table] - before[table] for table in TABLES}


@contextmanager
def _copied(store: Store, other: Path) -> Iterator[Path]:
    """Copy a store as it is at this moment, brought up to date; StoreError if it is none, or damaged."""
    open_store(other, migrate=False).close()  # says what it is instead
    with _scratch(store) as folder:
        copy = folder / "other.db"
        try:
            uri = f"{other.absolute().as_uri()}?mode=ro"
            with closing(sqlite3.connect(uri, uri=True)) as source, closing(sqlite3.connect(copy)) as target:
                source.backup(target)
        except sqlite3.Error as exc:
            raise StoreError(f"{other} cannot be copied: {exc}") from exc
        with open_store(copy) as opened:
            if found := integrity.problems(opened):
                raise StoreError(f"{other} is damaged, and nothing of it was merged: {'; '.join(found)}")
        yield copy


@contextmanager
def _scratch(store: Store) -> Iterator[Path]:
    """Make a folder beside a store for as long as its one writer needs it; what a killed one left there goes first."""
    folder = store.path.with_name(f".{store.path.name}.merge")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _counts(conn: sqlite3.Connection) -> dict[str, int]:
    return {table: conn.execute(f"select count(*) from main.{table}").fetchone()[0] for table in TABLES}


def _columns(conn: sqlite3.Connection, table: str, *, without: Sequence[str] = ()) -> list[str]:
    return [name for _, name, *_ in conn.execute(f"pragma main.table_info({table})") if name not in without]


# -- runs -------------------------------------------------------------------------------------------------------------------
@dataclass(slots=True, kw_only=True)
class _Run:
    """A run with its outcomes by source, and its number in either store.

    `begun_by` is the earliest start of it and of the runs after it in its store. That is its own, but where the clock was ahead:
    such a run stays before the next one, by which `runs` tells that it was.
    """

    key: tuple[Any, ...]
    begun_by: str
    ended: str | None
    outcomes: dict[str, tuple[Any, ...]]
    ours: int | None = None
    theirs: int | None = None

    def order(self) -> tuple[Any, ...]:
        ahead = self.begun_by != self.key[0]
        return (self.begun_by, not ahead, *self.key, self.ended or "", repr(sorted(self.outcomes.items())))

    def is_one_with(self, other: _Run) -> bool:
        """Say whether both may be the same run: no source ended in both, and differently."""
        both = self.outcomes.keys() & other.outcomes.keys()
        return all(
            self.outcomes[name] == other.outcomes[name] or not self.outcomes[name][-1] or not other.outcomes[name][-1]
            for name in both
        )

    def take_in(self, other: _Run) -> None:
        self.theirs = other.theirs
        self.begun_by = min(self.begun_by, other.begun_by)
        self.ended = max(filter(None, (self.ended, other.ended)), default=None)
        for name, told in other.outcomes.items():
            mine = self.outcomes.get(name, told)
            self.outcomes[name] = max(mine, told, key=lambda row: (row[-1] is not None, repr(row)))


def _read_runs(conn: sqlite3.Connection, place: str) -> list[_Run]:
    outcomes: dict[int, dict[str, tuple[Any, ...]]] = defaultdict(dict)
    for run, source, *told in conn.execute(f"select * from {place}.outcomes"):
        outcomes[run][source] = tuple(told)
    number = "ours" if place == "main" else "theirs"
    begun_by = "min(started) over (order by id desc)"
    query = f"select id, {begun_by}, ended, started, since, until, version from {place}.runs"
    found = [
        _Run(key=tuple(key), begun_by=begun_by, ended=ended, outcomes=outcomes[run], **{number: run})
        for run, begun_by, ended, *key in conn.execute(query)
    ]
    return sorted(found, key=_Run.order)


def _runs(conn: sqlite3.Connection) -> None:
    """Join the runs, number them in the order of their start, and leave in `ours` and `theirs` what each number became."""
    runs = _read_runs(conn, "main")
    same: dict[tuple[Any, ...], list[_Run]] = defaultdict(list)
    for one in runs:
        same[one.key].append(one)
    for one in _read_runs(conn, "other"):
        able = [mine for mine in same[one.key] if mine.theirs is None and mine.is_one_with(one)]
        if able:
            next((mine for mine in able if mine.outcomes == one.outcomes), able[0]).take_in(one)
        else:
            runs.append(one)
    runs.sort(key=_Run.order)
    for table in ("ours", "theirs"):
        conn.execute(f"create temp table {table} (old integer primary key, new integer not null)")
        pairs = [(old, new) for new, one in enumerate(runs, 1) if (old := getattr(one, table)) is not None]
        conn.executemany(f"insert into temp.{table} values (?, ?)", pairs)
    conn.execute("delete from main.outcomes")
    conn.execute("delete from main.runs")
    conn.executemany(
        "insert into main.runs (id, started, since, until, version, ended) values (?, ?, ?, ?, ?, ?)",
        [(new, *one.key, one.ended) for new, one in enumerate(runs, 1)],
    )
    rows = [(new, name, *told) for new, one in enumerate(runs, 1) for name, told in sorted(one.outcomes.items())]
    marks = ", ".join("?" * len(_columns(conn, "outcomes")))
    conn.executemany(f"insert into main.outcomes values ({marks})", rows)
    moved = "in (select old from temp.ours where old <> new)"
    for table, column in (("sightings", "first_run"), ("item_history", "run"), ("votes", "run")):
        conn.execute(
            f"update main.{table} set {column} = (select new from temp.ours where old = {column}) where {column} {moved}"
        )


def _theirs(column: str) -> str:
    return f"coalesce((select new from temp.theirs where old = {column}), {column})"


# -- items ------------------------------------------------------------------------------------------------------------------
def _items(conn: sqlite3.Connection) -> None:
    names = _columns(conn, "items", without=["pk"])
    listed = ", ".join(names)
    join_items(conn, names)
    new = f"select {listed} from other.items where id not in (select id from main.items) order by pk"
    conn.execute(f"insert into main.items ({listed}) {new}")


def _sightings(conn: sqlite3.Connection) -> None:
    later = "(excluded.last_seen, excluded.url, excluded.title) > (last_seen, url, title)"
    first = "(excluded.first_seen, excluded.first_run) < (first_seen, first_run)"
    conn.execute(
        f"insert into main.sightings select source, item_id, url, title, first_seen, last_seen, {_theirs('first_run')}"
        " from other.sightings where true on conflict do update set"
        f" url = iif({later}, excluded.url, url), title = iif({later}, excluded.title, title),"
        f" first_run = iif({first}, excluded.first_run, first_run),"
        " first_seen = min(first_seen, excluded.first_seen), last_seen = max(last_seen, excluded.last_seen)"
    )


def _rewrite(conn: sqlite3.Connection, table: str, theirs: str, *, order: str) -> None:
    """Make a table the union of both, each row once, numbered again in an order of time."""
    names = _columns(conn, table, without=["id"])
    listed = ", ".join(names)
    said = ", ".join(theirs if name == "run" else name for name in names)
    conn.execute(f"create temp table joined as select {listed} from main.{table} union select {said} from other.{table}")
    conn.execute(f"delete from main.{table}")
    conn.execute(f"insert into main.{table} ({listed}) select {listed} from temp.joined order by {order}, {listed}")
    conn.execute("drop table temp.joined")


def _history(conn: sqlite3.Connection) -> None:
    _rewrite(conn, "item_history", _theirs("run"), order="replaced")


def _votes(conn: sqlite3.Connection) -> None:
    _rewrite(conn, "votes", _theirs("run"), order="read_at")


# -- the ledger and what is remembered --------------------------------------------------------------------------------------
def _ledger(conn: sqlite3.Connection) -> None:
    """Take in reports. A report is the same if its day and title are; read in two versions, the one read later counts."""
    said = "day, title, read, digest, path, id"
    known = {row[:2]: row[2:] for row in map(tuple, conn.execute(f"select {said} from main.reports"))}
    told = conn.execute(f"select {said} from other.reports order by day, title").fetchall()
    for day, title, *version, theirs in map(tuple, told):
        mine = known.get((day, title))
        if mine and tuple(version) <= mine[:-1]:
            continue
        if mine:
            conn.execute("delete from main.reports where id = ?", mine[-1:])
        _take_report(conn, theirs)


def _take_report(conn: sqlite3.Connection, theirs: int) -> None:
    columns = ", ".join(_columns(conn, "reports", without=["id"]))
    query = f"insert into main.reports ({columns}) select {columns} from other.reports where id = ? returning id"
    (number,) = conn.execute(query, (theirs,)).fetchone()
    columns = ", ".join(_columns(conn, "report_entries", without=["id", "report"]))
    entry_of = f"select ?, {columns} from other.report_entries where id = ?"
    query = f"insert into main.report_entries (report, {columns}) {entry_of} returning id"
    for (entry,) in conn.execute("select id from other.report_entries where report = ? order by id", (theirs,)).fetchall():
        (key,) = conn.execute(query, (number, entry)).fetchone()
        conn.execute("insert into main.reported select item_id, ?, place from other.reported where entry = ?", (key, entry))


def _memory(conn: sqlite3.Connection) -> None:
    """Of validators, pauses, replies and states take the later."""
    for table, time in _LATEST.items():
        names = _columns(conn, table)
        rest = [time, *(name for name in names if name != time)]
        mine, told = (", ".join(f"ifnull({place}{name}, '')" for name in rest) for place in ("", "excluded."))
        changes = ", ".join(f"{name} = excluded.{name}" for name in names)
        conn.execute(
            f"insert into main.{table} select * from other.{table} where true"
            f" on conflict do update set {changes} where ({told}) > ({mine})"
        )
