"""Opening the one file: is it ours, is it today's, and who is writing."""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self

from filelock import FileLock, Timeout
from sqlite_utils import Database

from scout.errors import StoreError
from scout.store import schema
from scout.store.migrations import migrations

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path


class Store:
    """One open store. A writer holds the lock from opening to closing; a reader needs none.

    The journal stays in its default mode: with one writer a week WAL would gain nothing, and SQLite before 3.51.3 can corrupt it.
    """

    def __init__(self, path: Path, db: Database, lock: FileLock | None) -> None:
        self.path = path
        self.db = db
        self.conn: sqlite3.Connection = db.conn
        self._lock = lock

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and let the next writer in."""
        self.conn.close()
        if self._lock:
            _release(self.path, self._lock)

    def rows(self, query: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of one query."""
        try:
            return self.conn.execute(query, values).fetchall()
        except sqlite3.Error as exc:
            raise StoreError(f"{self.path} cannot be read: {exc}") from exc

    @contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Write whole or not at all. BEGIN IMMEDIATE: a deferred transaction that reads first can fail at once."""
        try:
            self.conn.execute("begin immediate")
            try:
                yield self.conn
            except BaseException:
                self.conn.rollback()
                raise
            self.conn.commit()
        except sqlite3.Error as exc:
            raise StoreError(f"{self.path} cannot be written: {exc}") from exc


def open_store(path: Path, *, write: str = "", create: bool = False) -> Store:
    """Open a store, bringing an older one up to date. `write` names the command that will write, and takes the lock.

    StoreError: not there (unless `create`), no SQLite file, another program's, from a newer scout, read-only, or locked by whom.
    """
    if not path.exists() and not create:
        raise StoreError(f"{path} is not there yet; `scout collect` makes it, or name another with --db")
    lock = _take_lock(path, write) if write else None
    conn = None
    try:
        conn = _connect(path, write=bool(write))
        _prove(conn, path)
        _update(conn, path, locked=bool(lock))
        conn.execute("pragma foreign_keys = on")
        return Store(path, Database(conn, execute_plugins=False), lock)
    except BaseException as exc:
        if conn:
            conn.close()
        if lock:
            _release(path, lock)
        if isinstance(exc, sqlite3.Error):
            raise StoreError(f"{path} is not a store that scout can read: {exc}") from exc
        raise


def _connect(path: Path, *, write: bool) -> sqlite3.Connection:
    if write and _read_only(path):
        raise StoreError(f"{path} is read-only; collecting and reading reports must write to it")
    mode = "ro" if _read_only(path) else "rwc" if write else "rw"
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    conn = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=10)
    conn.row_factory = sqlite3.Row
    return conn


def _read_only(path: Path) -> bool:
    """Say whether the file may not be written; a file without any write permission is left alone by root too."""
    return path.exists() and (not os.access(path, os.W_OK) or not path.stat().st_mode & 0o222)


def _update(conn: sqlite3.Connection, path: Path, *, locked: bool) -> None:
    db = Database(conn, execute_plugins=False)
    if not migrations.pending(db):
        return
    if _read_only(path):
        raise StoreError(
            f"{path} is from an earlier scout and read-only; make it writable once so that it can be brought up to date"
        )
    lock = None if locked else _take_lock(path, "bringing the store up to date")
    try:
        migrations.apply(db)
        conn.execute(f"pragma application_id = {schema.APPLICATION_ID}")
    finally:
        if lock:
            _release(path, lock)


def _prove(conn: sqlite3.Connection, path: Path) -> None:
    """Raise unless the file is empty or a store that this version understands."""
    tables = {name for (name,) in conn.execute("select name from sqlite_master where type = 'table'")}
    (ours,) = conn.execute("pragma application_id").fetchone()
    if tables and ours != schema.APPLICATION_ID and "_sqlite_migrations" not in tables:
        raise StoreError(
            f"{path} is another program's database (its tables: {', '.join(sorted(tables)[:4])}); name a store with --db"
        )
    if "_sqlite_migrations" in tables:
        done = {row[0] for row in conn.execute("select name from _sqlite_migrations where migration_set = 'scout'")}
        known = {step.name for step in migrations._migrations}  # noqa: SLF001 -- there is no public list of them
        if newer := sorted(done - known):
            raise StoreError(f"{path} was written by a newer scout (it has {newer[-1]}); update scout to read it")


def _holder(path: Path) -> Path:
    return path.with_name(path.name + ".writer")


def _release(path: Path, lock: FileLock) -> None:
    _holder(path).unlink(missing_ok=True)
    lock.release()


def _take_lock(path: Path, command: str) -> FileLock:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(str(path) + ".lock", timeout=0)
        lock.acquire()
        _holder(path).write_text(f"{command}, process {os.getpid()}")
    except Timeout as exc:
        try:
            holder = _holder(path).read_text()
        except OSError:
            holder = "another process"
        raise StoreError(f"{path} is being written by {holder}; try again when it has ended") from exc
    except OSError as exc:
        raise StoreError(f"{path} cannot be written: {exc.strerror or exc}") from exc
    return lock
