"""Open the database file: check its format, migrate it, lock it for writing."""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import contextmanager, suppress
from threading import Event, RLock
from typing import TYPE_CHECKING, Any, Self, TypeVar

from scout.errors import StoreBusyError, StoreError
from scout.store import schema, writer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path

    from filelock import FileLock


T = TypeVar("T")

PATIENCE_S = 10.0
"""How long a query or a transaction waits for another program's lock."""
_STEP_S = 0.1
"""SQLite's own timeout, short because it cannot be interrupted."""
_LAST_S = 0.5
"""How long a wait goes on after `stop` is set."""


_DAMAGED = (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
"""What SQLite says of damaged pages, of another file, and of tables and JSON that scout's own queries do not find."""


class Store:
    """Query and write one database file. A writer holds the lock until `close`; a reader needs none.

    Threads may share it: queries and transactions use the connection one at a time, and `close` waits for them. A wait for
    another program's lock ends after `patience_s` seconds, and within a second once `stop` is set.
    The journal mode is the default: with one writer a week WAL gains nothing, and SQLite before 3.51.3 can corrupt a WAL file.
    """

    def __init__(
        self,
        path: Path,
        conn: sqlite3.Connection,
        lock: FileLock | None,
        *,
        stop: Event | None = None,
        patience_s: float = PATIENCE_S,
    ) -> None:
        self.path = path
        self.conn = conn
        self.stop = stop or Event()
        self.patience_s = patience_s
        self._lock = lock
        self._using = RLock()
        self._closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and release the writer lock; a query running in another thread ends with StoreError."""
        with suppress(sqlite3.Error):  # already closed
            self.conn.interrupt()
        with self._using:
            self._closed = True
            self.conn.close()
        if self._lock:
            writer.release(self.path, self._lock)
            self._lock = None

    def rows(self, query: str, values: Sequence[Any] | dict[str, Any] = ()) -> list[sqlite3.Row]:
        """Return all rows of one query."""
        with self._connection("read") as conn:
            return self._patiently(lambda: conn.execute(query, values).fetchall())

    def stream(self, query: str) -> Iterator[sqlite3.Row]:
        """Yield the rows of one query as they are read: for what does not fit into memory."""
        with self._connection("read") as conn:
            yield from self._patiently(lambda: conn.execute(query))

    @contextmanager
    def writing(self, *, large: bool = False) -> Iterator[sqlite3.Connection]:
        """Run a transaction. BEGIN IMMEDIATE: a deferred transaction that reads first can fail at once.

        A `large` one need not fit into memory: it may keep readers out from before its commit.
        StoreBusyError: another program's lock outlasted the wait. StoreError: the file or its disk. Errors of the rows are raised
        as SQLite's own. Any error rolls back.
        """
        with self._connection("written") as conn:
            self._patiently(lambda: conn.execute("begin immediate"))
            # Where pages of the cache are written early, an exclusive lock is taken early.
            conn.execute(f"pragma cache_spill = {'on' if large else 'off'}")
            try:
                yield conn
                self._patiently(conn.commit)  # a reader delays it; the transaction stays open meanwhile
            except BaseException:
                conn.rollback()
                raise

    @contextmanager
    def attached(self, path: Path, name: str) -> Iterator[None]:
        """Let queries read another database file, under a name, for a while; no transaction may be open."""
        with self._using:
            with self._connection("read") as conn:
                conn.execute("attach ? as ?", (f"{path.absolute().as_uri()}?mode=ro", name))
            try:
                yield
            finally:
                self.conn.execute("detach ?", (name,))

    def compact(self) -> None:
        """Give the space of removed rows back to the disk. It needs as much room again while it works."""
        with self._connection("written") as conn:
            conn.execute("pragma cache_spill = on")
            self._patiently(lambda: conn.execute("vacuum"))

    @contextmanager
    def _connection(self, what: str) -> Iterator[sqlite3.Connection]:
        with self._using:
            if self._closed:
                raise StoreError(f"{self.path} cannot be {what}: it is closed")
            try:
                yield self.conn
            except sqlite3.DatabaseError as exc:
                if fault := _file_fault(self.path, what, exc):
                    raise fault from exc
                raise

    def _patiently(self, step: Callable[[], T]) -> T:
        return patiently(step, patience_s=self.patience_s, stop=self.stop)


def patiently(step: Callable[[], T], *, patience_s: float = PATIENCE_S, stop: Event | None = None) -> T:
    """Call `step`, again while the file is locked, for up to `patience_s` seconds, or half a second after `stop` is set."""
    stop = stop or Event()
    deadline = time.monotonic() + patience_s
    while True:
        try:
            return step()
        except sqlite3.OperationalError as exc:
            if not _is_busy(exc):
                raise
            if stop.is_set():
                deadline = min(deadline, time.monotonic() + _LAST_S)
                stop = Event()
            if time.monotonic() >= deadline:
                raise
        stop.wait(_STEP_S / 2)


def _is_busy(exc: BaseException) -> bool:
    return getattr(exc, "sqlite_errorcode", 0) & 0xFF in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)


def _file_fault(path: Path, what: str, exc: sqlite3.DatabaseError) -> StoreError | None:
    """Translate SQLite's errors about the file to StoreError; return None for errors about rows."""
    if _is_busy(exc):
        return StoreBusyError(f"{path} cannot be {what}: another program has held it for too long ({exc})")
    if getattr(exc, "sqlite_errorcode", 0) & 0xFF in _DAMAGED or "decode to UTF-8" in str(exc):
        way_out = "`scout status --deep` says what, docs/moving.md how to go back to a copy"
        return StoreError(f"{path} cannot be {what}: {exc}; {way_out}")
    if isinstance(exc, sqlite3.OperationalError) or type(exc) is sqlite3.DatabaseError:
        return StoreError(f"{path} cannot be {what}: {exc}")
    return None


def open_store(
    path: Path,
    *,
    write: str = "",
    create: bool = False,
    wait_s: float = 0,
    stop: Event | None = None,
    patience_s: float = PATIENCE_S,
    migrate: bool = True,
) -> Store:
    """Open a store and migrate an older one. A non-empty `write` names the writing command and takes the lock.

    `wait_s`: how long to wait for another writer to end; setting `stop` ends this and every other wait.
    StoreError: missing (unless `create`), no SQLite file, another program's, from a newer scout, read-only, or locked by whom.
    """
    stop = stop or Event()
    if not is_there(path) and not create:
        raise StoreError(f"{path} is not there yet; `scout collect` makes it, or name another with --db")
    lock = writer.take(path, write, wait_s=wait_s, stop=stop) if write else None
    conn = None
    try:
        opened = conn = _connect(path, write=bool(write))
        patiently(lambda: _check_format(opened, path), stop=stop)
        if migrate:
            _update(conn, path, locked=bool(lock), stop=stop)
        conn.execute("pragma foreign_keys = on")
        return Store(path, conn, lock, stop=stop, patience_s=patience_s)
    except BaseException as exc:
        if conn:
            conn.close()
        if lock:
            writer.release(path, lock)
        if isinstance(exc, sqlite3.Error):
            if _is_busy(exc):
                raise StoreBusyError(f"{path} cannot be read: another program has held it for too long ({exc})") from exc
            raise StoreError(f"{path} is not a store that scout can read: {exc}") from exc
        raise


def is_there(path: Path) -> bool:
    """Say whether a file or link of this name exists. StoreError: a folder may not be entered, or the name cannot be one."""
    try:
        found = path.stat()
    except FileNotFoundError:
        return False
    except (OSError, ValueError) as exc:
        raise StoreError(f"{path} cannot be read: {getattr(exc, 'strerror', None) or exc}; name another with --db") from exc
    if not stat.S_ISREG(found.st_mode):
        raise StoreError(f"{path} is no file; name a store with --db")
    return True


def _connect(path: Path, *, write: bool) -> sqlite3.Connection:
    if write and _read_only(path):
        raise StoreError(f"{path} is read-only; collecting and reading reports must write to it")
    mode = "ro" if _read_only(path) else "rwc" if write else "rw"
    uri = f"{path.absolute().as_uri()}?mode={mode}"
    conn = sqlite3.connect(uri, uri=True, isolation_level=None, check_same_thread=False, timeout=_STEP_S)
    conn.row_factory = sqlite3.Row
    return conn


def _read_only(path: Path) -> bool:
    """Return whether the file must not be written; root too respects a file without any write permission."""
    return is_there(path) and (not os.access(path, os.W_OK) or not path.stat().st_mode & 0o222)


def _update(conn: sqlite3.Connection, path: Path, *, locked: bool, stop: Event) -> None:
    if patiently(lambda: _applied(conn), stop=stop) >= set(schema.STEPS):
        return
    from sqlite_utils import Database  # noqa: PLC0415 -- imports numpy: 200 ms that only a new or an older store needs

    from scout.store.migrations import migrations  # noqa: PLC0415

    if _read_only(path):
        raise StoreError(
            f"{path} is from an earlier scout and read-only; make it writable once so that it can be brought up to date"
        )
    lock = None if locked else writer.take(path, "bringing the store up to date", wait_s=PATIENCE_S, stop=stop)
    try:
        patiently(lambda: migrations.apply(Database(conn, execute_plugins=False)), stop=stop)
        conn.execute(f"pragma application_id = {schema.APPLICATION_ID}")
    finally:
        if lock:
            writer.release(path, lock)


def _check_format(conn: sqlite3.Connection, path: Path) -> None:
    """Raise StoreError unless the file is empty or a store that this version can read."""
    tables = {name for (name,) in conn.execute("select name from sqlite_master where type = 'table'")}
    (ours,) = conn.execute("pragma application_id").fetchone()
    if tables and ours != schema.APPLICATION_ID and "_sqlite_migrations" not in tables:
        raise StoreError(
            f"{path} is another program's database (its tables: {', '.join(sorted(tables)[:4])}); name a store with --db"
        )
    if newer := sorted(_applied(conn) - set(schema.STEPS)):
        raise StoreError(f"{path} was written by a newer scout (it has {newer[-1]}); update scout to read it")


def _applied(conn: sqlite3.Connection) -> set[str]:
    """Return the names of the migrations applied to the file."""
    if not conn.execute("select 1 from sqlite_master where type = 'table' and name = '_sqlite_migrations'").fetchone():
        return set()
    return {row[0] for row in conn.execute("select name from _sqlite_migrations where migration_set = 'scout'")}
