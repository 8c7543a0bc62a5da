"""A damaged store: every command says one sentence with the way out, the deep check finds it, and a copy leads back."""

from __future__ import annotations

import re
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from terminal import EARLIER, WEEK, Terminal, week_terminal

COMMANDS = (
    ("status",), ("shortlist", *WEEK), ("draft", *WEEK), ("reports", "list"), ("check", EARLIER), ("sql", "select * from items"),
    ("sql", "select * from outcomes"), ("run", "--wait", "0"), ("collect", *WEEK, "--wait", "0"), ("reports", "add", EARLIER, "--wait", "0"),
)  # fmt: skip
STORE = Path("data") / "scout.db"


@pytest.fixture
def desk(tmp_path: Path) -> Terminal:
    """Return the collected week in a folder that the test may change."""
    return week_terminal(tmp_path)


def change(desk: Terminal, *statements: str) -> None:
    """Change the store as another program could."""
    conn = sqlite3.connect(desk.folder / STORE, isolation_level=None)
    conn.execute("pragma ignore_check_constraints = on")
    for statement in statements:
        conn.execute(statement)
    conn.close()


VALUES = {
    "items.kind": "update items set kind = 'song'",
    "items.precision": "update items set precision = 'century'",
    "items.tags": "update items set tags = '{'",
    "items.authors": "update items set authors = '5'",
    "items.extra": "update items set extra = '[1]'",
    "items.published": "update items set published = 'soon'",
    "items.first_seen": "update items set first_seen = 'long ago'",
    "outcomes.result": "update outcomes set result = 'fine'",
    "outcomes.notes": "update outcomes set notes = 'none'",
    "outcomes.ended": "update outcomes set ended = 'x'",
    "source_state.state": "update source_state set state = '" + "[" * 1000 + "'",
    "reports.day": "update reports set day = '2026-99-99'",
    "report_entries.ids": "update report_entries set ids = 'x'",
}


@pytest.mark.parametrize("place", VALUES)
def test_a_value_that_no_scout_writes_is_one_sentence(desk: Terminal, place: str) -> None:
    """Whatever stands there, each command does its work or says in one sentence what it found; the deep check names the place."""
    change(desk, VALUES[place])
    for words in COMMANDS[:5]:
        ran = desk(*words)
        assert "Traceback" not in ran.err
        assert ran.code in (0, 1) or re.fullmatch(r"scout: .*status --deep.*\n", ran.err), ran.err
    ran = desk("status", "--deep")
    assert ran.code == 3
    assert place in ran.err
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("spoil", range(8))
def test_damaged_pages_are_one_sentence(desk: Terminal, spoil: int) -> None:
    """Wherever in the file nonsense stands: no traceback, exit 3 where it is met."""
    path = desk.folder / STORE
    body = bytearray(path.read_bytes())
    begin = 4096 + spoil * (len(body) - 8192) // 8
    body[begin : begin + 4096] = b"\x5a" * 4096
    path.write_bytes(body)
    for words in (*COMMANDS, ("status", "--deep")):
        ran = desk(*words)
        assert "Traceback" not in ran.err
        assert ran.code in (0, 1, 3, 4), (words, ran.err)
    assert desk("status", "--deep").code == 3


def test_a_whole_store_is_whole(desk: Terminal) -> None:
    """The deep check finds nothing in what scout wrote."""
    ran = desk("status", "--deep")
    assert ran.code == 0, ran.err
    assert "the store is whole" in ran.err


def test_the_documented_copy_is_whole_while_another_program_writes(desk: Terminal) -> None:
    """The command of docs/moving.md copies a store whose writer is within a transaction, and the copy gives the same draft."""
    text = (Path(__file__).parent.parent / "docs" / "moving.md").read_text(encoding="utf-8")
    found = re.search(r'^\$ python3 -c "(.+)"$', text, re.MULTILINE)
    assert found
    usual = desk("draft", *WEEK)
    writer = sqlite3.connect(desk.folder / STORE, isolation_level=None)
    writer.execute("begin immediate")
    writer.execute("delete from items")
    subprocess.run([sys.executable, "-c", found[1]], cwd=desk.folder, check=True)
    writer.rollback()
    writer.close()
    assert desk("status", "--deep", "--db", "copy.db").code == 0
    assert desk("draft", *WEEK, "--db", "copy.db") == usual
