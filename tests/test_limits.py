"""What outside input may cost is bounded: files, and functions in a process of their own, whatever they do."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pytest
from fakes import NOW, item
from past import Past

from scout import store
from scout.errors import QueryError
from scout.limits import EndedError, Worker, bounded, read_file

MIB = 2**20


def test_a_file_is_read_within_its_bound(tmp_path: Path) -> None:
    """A regular file of the size, or behind a link, is read; a byte more is not."""
    path = tmp_path / "a"
    path.write_bytes(b"12345")
    (tmp_path / "b").symlink_to(path)
    assert read_file(path, 5) == read_file(tmp_path / "b", 5) == b"12345"
    with pytest.raises(OSError, match="larger than 4 bytes"):
        read_file(path, 4)


@pytest.mark.parametrize("name", ["/dev/zero", "/dev/stdin", "pipe", ".", "gone", "x" * 300, "a\0b", "a\ud800", "self"])
def test_what_is_no_file_is_an_error_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """A device, a pipe that nobody writes, a folder and a name that cannot be: an OSError with words, no wait."""
    monkeypatch.chdir(tmp_path)
    os.mkfifo("pipe")
    Path("self").symlink_to("self")
    with pytest.raises(OSError, match=r"\w{3}") as said:
        read_file(Path(name), 100)
    assert said.value.strerror


def test_a_value_and_an_error_come_back() -> None:
    """What the function returns or raises is what the caller gets, one call after the other."""
    worker = Worker(cpu_s=10, memory_bytes=1024 * MIB)
    try:
        assert worker.ask(max, 1, 2, wall_s=10) == 2
        with pytest.raises(ValueError, match="invalid literal"):
            worker.ask(int, "x", wall_s=10)
        assert worker.ask(len, "abc", wall_s=10) == 3
    finally:
        worker.end()


def test_a_user_with_a_limit_of_his_own_keeps_it() -> None:
    """Where a shell allows less processor time than a function may take, a worker starts all the same."""
    program = (
        "from scout.limits import bounded\nif __name__ == '__main__': print(bounded(max, 1, 2, wall_s=60, memory_bytes=2**30))"
    )
    done = subprocess.run(
        ["sh", "-c", f'ulimit -t 20; exec "$0" -c "{program}"', sys.executable], capture_output=True, check=False
    )
    assert done.stdout == b"2\n", done.stderr


@pytest.mark.parametrize(
    ("function", "arguments"),
    [(time.sleep, (60,)), (pow, (3, 10**9)), (bytes, (4 * 1024 * MIB,)), (os._exit, (0,)), (os.abort, ())],
    ids=["waits", "one instruction", "memory", "leaves", "crashes"],
)
def test_what_does_not_end_well_is_ended(function: object, arguments: tuple[object, ...]) -> None:
    """Waiting, one endless instruction, too much memory and a crash end the process and not the program."""
    began = time.monotonic()
    with pytest.raises(EndedError):
        bounded(function, *arguments, wall_s=1, memory_bytes=1024 * MIB)  # type: ignore[arg-type]
    assert time.monotonic() - began < 15


def test_starting_the_process_is_not_the_functions_time() -> None:
    """A function that needs no time returns, though its module takes longer to import than it may run."""
    assert bounded(np.sum, (1, 2), wall_s=0.01, memory_bytes=1024 * MIB) == 3


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a store with one item."""
    past = Past(tmp_path_factory.mktemp("limits") / "s.db")
    past.run(NOW, labs=[item("A cache")])
    return past.path


LONG = "printf('%.*c', 5000000, '0')"
MANY = "with recursive c(x) as (select 1 union all select x + 1 from c limit 100000)"


@pytest.mark.parametrize(
    ("sql", "said"),
    [
        (f"select instr(hex(zeroblob(20000000)), {LONG} || '1')", "takes more than 0.5 seconds"),
        (f"select count(*) from ({MANY} select x, zeroblob(1000000) z from c order by z, x desc)", "takes more|memory|stopped"),
        (f"{MANY} select zeroblob(40000000) from c", "answer is larger than"),
        (f"{MANY} select randomblob(10000) from c", "answer is larger than|stopped after"),
        (f"{MANY} select group_concat(hex(randomblob(1000))) over (order by x) from c", "larger|takes more|stopped"),
    ],
)
def test_a_query_is_bounded_within_one_function_and_in_its_answer(path: Path, sql: str, said: str) -> None:
    """No single function outlasts the time, and neither rows nor their width outgrow the memory."""
    began = time.monotonic()
    with pytest.raises(QueryError, match=said):
        store.query(path, sql, seconds=0.5)
    assert time.monotonic() - began < 15


def test_a_query_that_is_no_text_is_refused(path: Path) -> None:
    """Bytes of the command line that are no UTF-8 are one sentence."""
    with pytest.raises(QueryError, match="no UTF-8"):
        store.query(path, "select '\udcff'")


def test_many_columns_of_one_name_are_named_in_time(path: Path) -> None:
    """As many columns as SQLite takes have names of their own."""
    assert len(set(store.query(path, f"select {', '.join(['1 as a'] * 2000)}").columns)) == 2000
