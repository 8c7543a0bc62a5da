"""Every command in every state of its disk and store: it does its work, or says in one sentence what it found and the way out.

The commands come from the application itself, so that none is forgotten; each runs in this process, on a small store that holds
something in every table. `make fuzz` tries each value that no scout writes in each column.
"""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import typer
from terminal import EARLIER, WEEK, Ran, Terminal

from scout import demo, store
from scout.cli.app import app
from scout.demo.server import Replay, Reply
from scout.store import integrity

if TYPE_CHECKING:
    import io
    from collections.abc import Callable, Iterable, Iterator

STORE = Path("data") / "scout.db"
GIVEN: dict[str, tuple[str, ...]] = {
    "item": ("url:https://example.org/tiers",), "reports": (EARLIER,), "report": (EARLIER, "--dry-run"), "places": (EARLIER,),
    "query": ("select * from items, outcomes",), "folder": ("new",), "shell": ("bash",), "command": ("status",), "stores": ("other.db",), "names": (), "terms": (), "opml": ("new.opml", "--force"),
    "--format": ("--format", "atom"), "--as": ("--as", "A"),
}  # fmt: skip
"""What each argument, and each option that must be there, is given; others are given a word."""
APART = {
    "serve": "it becomes Datasette",
    "mcp": "it speaks through the streams of its own process",
    "demo": "it has a folder and a store of its own, and is slow",
}
"""Commands that run as processes, where they must end at once."""


def leaves(command: Any, *path: str) -> Iterator[tuple[tuple[str, ...], list[Any]]]:
    """Yield the words and parameters of each command of a group (click's, which Typer brings under a name of its own)."""
    inner = getattr(command, "commands", {})
    if not inner:
        yield path, command.params
    for name, one in inner.items():
        yield from leaves(one, *path, name)


def commands() -> dict[str, tuple[str, ...]]:
    """Return each command as a user would type it, where it cannot wait."""
    found = {}
    for path, params in leaves(typer.main.get_command(app)):
        options = {option for one in params for option in one.opts}
        given = [one.name for one in params if one.param_type_name == "argument"] + [
            one.opts[0] for one in params if one.param_type_name != "argument" and one.required
        ]
        words = [word for name in given for word in GIVEN.get(name, ("x",))]
        words = ["places.opml"] if path == ("sources", "import") else words
        words += WEEK if {"--since", "--until"} <= options else ()
        words += ("--wait", "0") if "--wait" in options else ()
        found[" ".join(path)] = (*path, *words)
    return found


COMMANDS = {name: words for name, words in commands().items() if name not in APART}
FEED = """<rss version="2.0"><channel><title>t</title><item><title>Tiered KV caches</title><link>{base}/post</link>
<pubDate>Tue, 19 May 2026 10:00:00 GMT</pubDate></item></channel></rss>"""
POST = b"<html><head><title>Tiered KV caches</title></head><body><article><h1>Tiered KV caches</h1>" + b"".join(
    b"<p>The KV cache of request %d stands in memory tier %d and is read from there by the next request of its user.</p>" % (n, n) for n in range(9)
) + b"</article></body></html>"  # fmt: skip
FEEDS = """\
report: {{history: [{earlier}]}}
http: {{allow_hosts: ["{host}"], timeout_s: 5, pace_s: {{"{host}": 0}}}}
topics: [{{name: kv, weight: 5, terms: ["KV cache"]}}]
sources: [{{name: blog, kind: feed, section: A, url: "http://{host}/feed"}}]
"""
OPML = '<opml version="2.0"><body><outline text="a" xmlUrl="https://a.example/feed"/></body></opml>'


AT = "'2026-05-20T00:00:00Z'"
RARE = (
    f"insert into hosts values ('a.example', {AT})", f"insert into replies values ('https://a.example/', 'ok', 200, {AT})",
    f"insert into votes select 1, id, 'blog', 'list', '2026-05-20', 1, url, title, {AT}, 1 from items limit 1",
    f"insert into item_history select 1, id, 'title', 'Tiers', {AT}, 1 from items limit 1",
    f"insert into reading_history select 1, item_id, version, title, published, text, sha256, read, {AT} from readings limit 1",
)  # fmt: skip
"""Rows of the tables that a first week leaves empty."""


@contextmanager
def served() -> Iterator[Path]:
    """Serve a blog, and yield a folder in which it was collected, read and marked, with a report in the ledger."""
    replies = {"/feed": Reply(), "/post": Reply(body=POST, content_type="text/html")}
    with tempfile.TemporaryDirectory() as folder, Replay(replies) as server:
        replies["/feed"] = Reply(body=FEED.format(base=f"http://{server.host}").encode(), content_type="text/xml")
        desk = Terminal(Path(folder))
        desk.write("feeds.yaml", FEEDS.format(host=server.host, earlier=EARLIER))
        desk.write("places.opml", OPML)
        desk.write(EARLIER, demo.report())
        for words in (
            ("reports", "add", EARLIER),
            ("collect", *WEEK),
            ("read", *WEEK),
            ("mark", f"http://{server.host}/post", "--as", "A"),
        ):
            ran = desk(*words)
            assert ran.code == 0, (words, ran.err)
        change(desk, *RARE)
        shutil.copy(desk.folder / STORE, desk.folder / "other.db")
        yield Path(folder)


@pytest.fixture(scope="module")
def source() -> Iterator[Path]:
    """Return the folder that the states are made of."""
    with served() as folder:
        yield folder


@pytest.fixture
def desk(tmp_path: Path, source: Path) -> Terminal:
    """Return a terminal in a copy of it."""
    return copied(source, tmp_path / "desk")


def copied(source: Path, folder: Path) -> Terminal:
    """Copy the folder, but for caches."""
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns(".cache"))
    return Terminal(folder)


def change(desk: Terminal, *statements: str) -> None:
    """Change the store as another program could."""
    conn = sqlite3.connect(desk.folder / STORE, isolation_level=None)
    conn.execute("pragma ignore_check_constraints = on")
    for statement in statements:
        conn.execute(statement)
    conn.close()


def sentence(ran: Ran) -> str:
    """Return what a command said last; the log's lines have a time before them."""
    lines = [line for line in ran.err.splitlines() if line.startswith("scout: ")]
    return lines[-1] if lines else ""


def judge(name: str, ran: Ran) -> None:
    """No traceback; a failure is one sentence, of which a user can make something."""
    assert "Traceback" not in ran.err, (name, ran.err[-900:])
    assert ran.code in (0, 1, 2, 3, 4), (name, ran.code, ran.err)
    if ran.code in (2, 3):
        assert len(sentence(ran)) > 25, (name, ran.code, ran.err)
        assert ran.err.count("\nscout: ") == 0 or ran.err.count("scout: ") == 1, (name, ran.err)
    assert "a fault in scout itself" not in ran.err, (name, ran.err)


def test_every_command_is_tried() -> None:
    """Those that run apart exist, and all others have their words."""
    assert APART.keys() <= commands().keys()
    assert len(COMMANDS) > 15


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_does_its_work_where_nothing_is_wrong(desk: Terminal, name: str) -> None:
    """The states below are told from this one: nothing fails here but what has found something, or exists."""
    ran = desk(*COMMANDS[name])
    judge(name, ran)
    assert ran.code in (0, 1) or name in ("mark", "publish", "init"), ran.err


# -- the disk ---------------------------------------------------------------------------------------------------------------
@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """A state of the disk: how it is made, and what of the environment it changes."""

    make: Callable[[Terminal], object]
    environment: tuple[tuple[str, str], ...] = ()
    opens: bool = False
    """Whether the store can be opened."""


def replaced(path: str, by: Callable[[Path], object], **more: str) -> State:
    """Return a state in which something else stands at a path."""

    def make(desk: Terminal) -> None:
        place = desk.folder / path
        place.unlink()
        by(place)

    return State(make=make, environment=tuple(more.items()))


def other_database(path: Path) -> None:
    """Write another program's database."""
    conn = sqlite3.connect(path)
    conn.execute("create table theirs (a)")
    conn.close()


def spoiled(begin: int, end: int, byte: bytes = b"\x5a") -> State:
    """Return a state in which a part of the store, in percent, is nonsense."""

    def make(desk: Terminal) -> None:
        path = desk.folder / STORE
        body = bytearray(path.read_bytes())
        first, last = len(body) * begin // 100, len(body) * end // 100
        body[first:last] = byte * (last - first)
        path.write_bytes(body)

    return State(make=make)


NOWHERE = f"{'d/' * 2500}x.db"
DISK = {
    "no-store": replaced(str(STORE), lambda _: None),
    "store-is-a-folder": replaced(str(STORE), Path.mkdir),
    "store-is-empty": replaced(str(STORE), Path.touch),
    "store-is-text": replaced(str(STORE), lambda path: path.write_text("a store\n" * 500)),
    "store-is-anothers": replaced(str(STORE), other_database),
    "store-is-a-pipe": replaced(str(STORE), os.mkfifo),
    "store-is-a-circle": replaced(str(STORE), lambda path: path.symlink_to(path.name)),
    "store-leads-nowhere": replaced(str(STORE), lambda path: path.symlink_to("gone/s.db")),
    "store-breaks-off": State(make=lambda desk: os.truncate(desk.folder / STORE, (desk.folder / STORE).stat().st_size // 2)),
    "store-is-read-only": State(make=lambda desk: (desk.folder / STORE).chmod(0o444), opens=True),
    "store-is-newer": State(make=lambda desk: change(desk, "insert into _sqlite_migrations (migration_set, name, applied_at) values ('scout', 'm999', '')")),
    "store-lacks-a-table": State(make=lambda desk: change(desk, "drop table outcomes"), opens=True),
    "store-lacks-its-index": State(make=lambda desk: change(desk, "drop table items_fts"), opens=True),
    "head-is-nonsense": spoiled(0, 1),
    "early-pages-are-nonsense": spoiled(10, 40),
    "late-pages-are-nonsense": spoiled(60, 95),
    "pages-are-zero": spoiled(30, 70, b"\0"),
    "name-is-too-long": State(make=lambda _: None, environment=(("SCOUT_DB", "x" * 300),)),
    "path-is-too-long": State(make=lambda _: None, environment=(("SCOUT_DB", NOWHERE),)),
    "below-a-file": State(make=lambda _: None, environment=(("SCOUT_DB", "feeds.yaml/s.db"),)),
    "no-feeds": replaced("feeds.yaml", lambda _: None),
    "feeds-is-a-folder": replaced("feeds.yaml", Path.mkdir),
    "feeds-is-nonsense": replaced("feeds.yaml", lambda path: path.write_bytes(b"\x00\xff{[")),
    "feeds-name-is-too-long": State(make=lambda _: None, environment=(("SCOUT_CONFIG", "x" * 300),), opens=True),
    "no-report": replaced(EARLIER, lambda _: None),
    "report-is-a-folder": replaced(EARLIER, Path.mkdir),
    "report-is-a-pipe": replaced(EARLIER, os.mkfifo),
    "report-is-nonsense": replaced(EARLIER, lambda path: path.write_bytes(bytes(range(256)) * 50)),
    "no-place-for-caches": State(make=lambda _: None, environment=(("XDG_CACHE_HOME", "/dev/null/x"),), opens=True),
    "clock-says-nothing": State(make=lambda _: None, environment=(("SCOUT_NOW", "soon"),), opens=True),
}  # fmt: skip


@pytest.mark.parametrize("state", DISK)
def test_each_command_in_each_state_of_the_disk(desk: Terminal, state: str) -> None:
    """One sentence or the work; and what is no store of scout's is left as it was."""
    DISK[state].make(desk)
    for name, words in COMMANDS.items():
        judge(f"{name} where {state}", desk(*words, **dict(DISK[state].environment)))
    if state in ("store-is-text", "store-is-anothers"):
        path = desk.folder / STORE
        before = path.read_bytes()
        judge(f"serve where {state}", desk.process("serve", "--port", "0"))
        judge(f"mcp where {state}", desk.process("mcp"))
        assert path.read_bytes() == before


def test_a_folder_that_is_gone_is_one_sentence(desk: Terminal) -> None:
    """Where the shell stands in a folder that somebody removed."""
    line = f"mkdir gone && cd gone && rmdir ../gone && exec '{sys.executable}' -m scout \"$@\""
    for name in ("draft", "collect"):
        done = subprocess.run(
            ["bash", "-c", line, "-", *COMMANDS[name]],
            cwd=desk.folder,
            env=desk.environment(),
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
        judge(f"{name} where the folder is gone", Ran(code=done.returncode, out=done.stdout, err=done.stderr))


# -- the streams ------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize("how", ["full", "closed", "ascii"])
def test_each_command_where_stdout_takes_nothing_or_little(desk: Terminal, how: str) -> None:
    """A full disk is one sentence and exit 2, a reader who left is no failure, a terminal in ASCII gets its product in UTF-8."""
    for name, words in COMMANDS.items():
        with opened(how) as stream:
            code, said = desk.into(stream, *words)
        ran = Ran(code=code, out="", err=said)
        judge(f"{name} into {how}", ran)
        if how == "full" and ran.code == 2:
            assert "No space left" in ran.err or name in ("mark", "publish", "init"), (name, ran.err)


@contextmanager
def opened(how: str) -> Iterator[io.TextIOWrapper]:
    """Open a stream that is full, that nobody reads, or that is told to be ASCII."""
    if how == "full":
        number = os.open("/dev/full", os.O_WRONLY)
    elif how == "closed":
        reader, number = os.pipe()
        os.close(reader)
    else:
        number = os.open(os.devnull, os.O_WRONLY)
    stream = os.fdopen(number, "w", encoding="ascii" if how == "ascii" else "utf-8")
    try:
        yield stream
    finally:
        with suppress(OSError):
            stream.close()


# -- the store's values -----------------------------------------------------------------------------------------------------
NONSENSE = (
    "'nonsense'",
    "''",
    "-1",
    "1e400",
    "x'ff00'",
    "'{'",
    "'[[1]]'",
    "'{\"a\": [null]}'",
    "'2026-99-99T99:99:99Z'",
    "cast(x'ed' as text)",
    "null",
)
"""Values of every sort, as SQL."""
WRITERS = ("reports add", "mark", "collect", "read", "run", "publish")
OF_THE_STORE = ("draft", "check", "status", "reports list", "shortlist", *WRITERS)
STATED = [
    *((table, column) for table, column, _ in (*integrity.WORDS, *integrity.json_columns())),
    *((table, column) for told in (integrity.INSTANTS, integrity.DAYS) for table, names in told.items() for column in names),
]
"""The columns of which the deep check knows what scout writes there."""


def columns(path: Path) -> list[tuple[str, str]]:
    """Return each column of each of scout's own tables."""
    query = "select t.name, c.name from sqlite_schema t, pragma_table_info(t.name) c where t.sql like 'create table%strict%'"
    with closing(sqlite3.connect(path)) as conn:
        return list(conn.execute(query))


def tried(desk: Terminal, table: str, column: str, value: str, names: Iterable[str]) -> int:
    """Put a value into all rows of a column, run these commands, and return how many there were.

    Where one of them fails for the store, its sentence has the way out, and the deep check finds it too.
    """
    try:
        change(desk, f"update {table} set {column} = {value}")
    except sqlite3.Error:  # the column takes no such value
        return 0
    failed, done = False, 0
    for name in names:
        done += 1
        ran = desk(*COMMANDS[name])
        judge(f"{name} with {value} in {table}.{column}", ran)
        failed |= ran.code == 3
        assert ran.code != 3 or "status --deep" in ran.err, (name, table, column, value, ran.err)
    deep = desk("status", "--deep")
    judge("status --deep", deep)
    assert deep.code == 3 or not failed, (table, column, value)
    return done + 1


@pytest.mark.parametrize("place", STATED[::3], ids=".".join)
def test_a_value_that_no_scout_writes_is_one_sentence(desk: Terminal, place: tuple[str, str]) -> None:
    """Whatever stands there, a command does its work or says what it found; `make fuzz` tries all values with all commands."""
    number = STATED.index(place)
    assert tried(desk, *place, NONSENSE[number % 4], ("draft", OF_THE_STORE[number % len(OF_THE_STORE)]))


def test_the_deep_check_knows_each_column(desk: Terminal) -> None:
    """It names all columns at once in which nonsense stands; and none whose values are instants, days or JSON is unknown to it."""
    with store.open_store(desk.folder / STORE) as opened:
        assert integrity.problems(opened) == []
        for table, column in columns(desk.folder / STORE):
            known = (table, column) in STATED
            for (value,) in opened.rows(f"select {column} from {table} where typeof({column}) = 'text'"):
                assert known or not re.fullmatch(r"\d{4}-\d\d-\d\d(T[\d:]{8}Z)?|\[.*\]|\{.*\}", value) or column == "earlier", (
                    table,
                    column,
                )
    places = dict.fromkeys(STATED)
    change(desk, *(f"update {table} set {column} = 'nonsense'" for table, column in places))
    with store.open_store(desk.folder / STORE) as opened:
        found = "\n".join(integrity.problems(opened))
    assert [place for place in places if f"{'.'.join(place)}: " not in found] == []


def test_an_entry_of_no_report_is_one_sentence(desk: Terminal) -> None:
    """A reference that leads nowhere is told as a damaged store is, by the ledger's readers and by the deep check."""
    assert tried(desk, "report_entries", "report", "-1", ("draft", "reports list", "check")) == 4


def test_bytes_that_are_no_text_are_found(desk: Terminal) -> None:
    """In any column: SQLite keeps them, Python would not read the row."""
    change(desk, "update sightings set title = cast(x'ff' as text)")
    ran = desk("status", "--deep")
    assert (ran.code, "sightings.title: no UTF-8 in 1 rows" in ran.err) == (3, True), ran.err


def test_damaged_pages_are_found(desk: Terminal) -> None:
    """The deep check says so wherever nonsense stands in the file."""
    for state in ("head-is-nonsense", "early-pages-are-nonsense", "late-pages-are-nonsense", "pages-are-zero"):
        other = copied(desk.folder, desk.folder / state)
        DISK[state].make(other)
        assert other("status", "--deep").code == 3, state


def test_the_documented_copy_is_whole_while_another_program_writes(desk: Terminal) -> None:
    """The command of docs/moving.md copies a store whose writer is within a transaction, and the copy gives the same draft."""
    text = (Path(__file__).parent.parent / "docs" / "moving.md").read_text(encoding="utf-8")
    found = re.search(r'^\$ python3 -c "(.+)"$', text, re.MULTILINE)
    assert found
    usual = desk("draft", *WEEK)
    with closing(sqlite3.connect(desk.folder / STORE, isolation_level=None)) as writer:
        writer.execute("begin immediate")
        writer.execute("delete from sightings")
        subprocess.run([sys.executable, "-c", found[1]], cwd=desk.folder, check=True)
        writer.rollback()
    assert desk("status", "--deep", "--db", "copy.db").code == 0
    assert desk("draft", *WEEK, "--db", "copy.db") == usual


# -- what a kill leaves behind ----------------------------------------------------------------------------------------------
def test_what_a_killed_run_leaves_is_swept_by_the_next(desk: Terminal) -> None:
    """A half-written draft beside the draft, the writer's note, a journal of half a transaction: gone, and nothing else is."""
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True
    ).stdout.strip()
    desk.write(f".scout-{dead}-abc", "half")
    desk.write(f".scout-{os.getpid()}-abc", "another's, who lives")
    desk.write(".scout-notes", "the user's")
    desk.write(f"{STORE}.writer", f"scout collect, process {dead}")
    desk.write(f"{STORE}-journal", b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7" + b"\0" * 600)
    assert desk("collect", *WEEK, "--wait", "0").code == 0
    assert desk("draft", *WEEK, "--out", "draft.md").code == 0
    left = {path.name for path in (*desk.folder.iterdir(), *(desk.folder / "data").iterdir()) if "scout" in path.name}
    assert left == {f".scout-{os.getpid()}-abc", ".scout-notes", "scout.db", "scout.db.lock"}
    assert desk("status", "--deep").code == 0
