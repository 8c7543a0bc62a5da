"""The command line as a whole: it teaches, it keeps its streams apart, and it ends with the right code."""

from __future__ import annotations

import io
import os
import pty
import re
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from markdown_it import MarkdownIt
from rich.cells import cell_len
from terminal import EARLIER, WEEK, Terminal, live_week, week_terminal
from typer.main import get_command

from scout import __version__
from scout.cli import app, options
from scout.demo.server import Replay, Reply
from scout.store import open_store

if TYPE_CHECKING:
    from pathlib import Path

    from scout.demo.server import Connection

COMMANDS = (
    "audit", "check", "collect", "completion", "config", "demo", "draft", "export", "init", "mark", "mcp", "merge", "prune", "publish", "read", "run", "schema", "serve", "shortlist", "sql", "status", "trends",
    "reports add", "reports list", "sources export", "sources import", "sources list", "sources schema", "sources test",
)  # fmt: skip


def all_commands() -> set[str]:
    """Return what one can type, groups opened."""
    found = set()
    for name, command in get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found |= {f"{name} {one}" for one in inner} if inner else {name}
    return found


def test_the_commands_are_those_of_the_documents() -> None:
    """Nothing is there that no test speaks of."""
    assert all_commands() == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches(command: str, tmp_path: Path) -> None:
    """Each command says in whole sentences what it does, and what each of its options is for; -h is --help."""
    ran = Terminal(tmp_path)(*command.split(), "--help")
    assert ran == Terminal(tmp_path)(*command.split(), "-h")
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"Usage: scout {command}")
    described = ran.out.partition("\n\n")[2].partition("Options:")[0]
    assert re.match(r" +[A-Z][^.]{15,}", described)
    for option in re.findall(r"(?m)^  (--\S+.*)$", ran.out):
        assert len(option.split()) > 2 or option.endswith(">"), option


@pytest.mark.parametrize("command", COMMANDS)
def test_help_has_one_example_as_one_would_type_it(command: str, tmp_path: Path) -> None:
    """It begins with the command, and has no option that the command does not have."""
    told = Terminal(tmp_path)(*command.split(), "--help", COLUMNS="500").out
    (example,) = re.findall(rf"Example: (?:scout --db \S+ )?scout {command}\b(.*)", told.replace("scout --db other.db", "scout"))
    options_there = re.findall(r"(?m)^  (?:-\w, )?(--[\w-]+)", told)
    assert set(re.findall(r"(?<= )--[\w-]+", re.split(r"[|,>]", example)[0])) <= set(options_there)


def test_the_list_of_commands_cuts_no_sentence(tmp_path: Path) -> None:
    """On a terminal of 80 columns each command has one whole sentence in one line."""
    listed = Terminal(tmp_path)("--help", COLUMNS="80").out.partition("Commands:\n")[2].partition("\n\n")[0].splitlines()
    assert len(listed) == len(get_command(app).commands)  # type: ignore[attr-defined]
    assert all(line.endswith(".") and not line.endswith("...") for line in listed)


def test_the_version_is_one_line(tmp_path: Path) -> None:
    """It is the package's."""
    ran = Terminal(tmp_path)("--version")
    assert (ran.code, ran.out, ran.err) == (0, f"scout {__version__}\n", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("colect",), "No such command 'colect'"),
        (("collect", "--sinse", "2026-05-18"), "--sinse"),
        (("sql",), "query"),
        (("shortlist", "--limit", "0"), "--limit"),
        (("shortlist", "--format", "xml"), "--format"),
        (("sql", "select 1", "--seconds", "-1"), "--seconds"),
        (("serve", "--port", "99999"), "--port"),
    ],
)
def test_misspelt_words_are_usage_errors(words: tuple[str, ...], said: str, tmp_path: Path) -> None:
    """What Typer itself refuses ends with 2, names the word, and says where help is."""
    ran = Terminal(tmp_path)(*words)
    assert ran.code == 2
    assert said in ran.err
    assert "-h" in ran.err
    assert ran.out == ""


def test_no_command_shows_the_help(tmp_path: Path) -> None:
    """Somebody who types `scout` alone learns what there is."""
    ran = Terminal(tmp_path)()
    assert ran.code == 2
    assert "Commands:" in ran.out + ran.err


NEEDS: dict[str, tuple[str, ...]] = {
    "check": ("r.md",), "sql": ("select 1",), "reports add": ("r.md",), "sources export": ("-",), "sources import": ("f.opml",),
    "mark": ("list",), "merge": ("other.db",), "publish": ("r.md",), "completion": ("bash",), "export": ("--format", "atom"),
}  # fmt: skip
"""What a command cannot be called without."""
TYPED = ("--config", "typed.yaml", "--db", "typed.db")
NEARER = ("--config", "nearer.yaml", "--db", "nearer.db")
ELSEWHERE = {"SCOUT_CONFIG": "environment.yaml", "SCOUT_DB": "environment.db"}


def understood(words: list[str], **environment: str) -> list[tuple[str, str]]:
    """Return which feeds.yaml and store a command line comes to: the command tree is the real one, the command only looks."""
    tree, seen = get_command(app), []

    def look(config: Path | None = None, db: Path | None = None, **_: object) -> None:
        seen.append((str(options.config_path(config)), str(options.db_path(db))))

    waiting = [tree]
    while waiting:
        command = waiting.pop()
        inner = list(getattr(command, "commands", {}).values())
        waiting += inner
        if not inner:
            command.callback = look
    with pytest.MonkeyPatch.context() as patch:
        for name in ELSEWHERE:
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        tree.main(words, prog_name="scout", standalone_mode=False)
    return seen


@pytest.mark.parametrize("command", sorted(all_commands()))
@pytest.mark.parametrize("environment", [{}, ELSEWHERE], ids=["bare", "set"])
def test_an_option_wins_over_the_environment_wherever_it_stands(command: str, environment: dict[str, str]) -> None:
    """--config and --db: the nearest to the end counts, then the environment, then the default; for every command there is."""
    first, *second = command.split()
    needs, typed = NEEDS.get(command, ()), [("typed.yaml", "typed.db")]
    assert understood([*TYPED, first, *second, *needs], **environment) == typed
    assert understood([first, *second, *needs, *TYPED], **environment) == typed
    assert understood([first, *second, *TYPED, *needs], **environment) == typed
    assert understood([*NEARER, first, *second, *needs, *TYPED], **environment) == typed
    assert understood([first, *second, *needs, *NEARER, *TYPED], **environment) == typed
    if second:
        assert understood([first, *TYPED, *second, *needs], **environment) == typed
        assert understood([*NEARER, first, *TYPED, *second, *needs], **environment) == typed
        assert understood([first, *NEARER, *second, *needs, *TYPED], **environment) == typed
    without = [tuple(environment.values())] if environment else [("feeds.yaml", "data/scout.db")]
    assert understood([first, *second, *needs], **environment) == without
    assert understood(["--db", "typed.db", first, *second, *needs], **environment) == [(without[0][0], "typed.db")]


WRITERS = {
    "reports add": (EARLIER,),
    "collect": (*WEEK, "--source", "lmcache-blog"),
    "run": ("--until", "2026-05-24", "--out", "d.md"),
}


@pytest.mark.parametrize("command", WRITERS)
@pytest.mark.parametrize("before", [True, False])
def test_a_scratch_store_is_the_one_that_is_written(command: str, before: bool, tmp_path: Path) -> None:  # noqa: FBT001 -- a case
    """With another store in the environment, what writes leaves that one as it was."""
    desk = week_terminal(tmp_path)
    desk.write("feeds.yaml", (tmp_path / "feeds.yaml").read_text().replace("timeout_s: 5", "timeout_s: 1"))
    (tmp_path / "data" / "scout.db").rename(tmp_path / "real.db")
    real = (tmp_path / "real.db").read_bytes()
    where, words = ("--db", "scratch.db"), (*command.split(), *WRITERS[command])
    ran = desk(*where, *words, SCOUT_DB="real.db") if before else desk(*words, *where, SCOUT_DB="real.db")
    assert ran.code in (0, 4), "the week is no longer served, and that ends with 4"
    assert (tmp_path / "scratch.db").exists()
    assert (tmp_path / "real.db").read_bytes() == real


def test_streams_and_codes_of_a_real_process(tmp_path: Path) -> None:
    """The product goes to stdout, all else to stderr, and the code is the shell's."""
    desk = week_terminal(tmp_path)
    ran = desk.process("shortlist", *WEEK, "--format", "json", "--limit", "3")
    assert ran.code == 0
    assert len(ran.json["candidates"]) == 3
    drafted = desk.process("draft", *WEEK)
    assert drafted.out.startswith("# Weekly Cache Report — 2026-05-24\n")
    assert "challenging-vendor: blocked" in drafted.err
    missing = desk.process("status", "--config", "none.yaml")
    assert (missing.code, missing.out) == (2, "")
    assert missing.err.count("\n") == 1


class Faulty(io.StringIO):
    """A stdin whose reading fails as nothing should."""

    def read(self, size: int | None = -1, /) -> str:  # noqa: ARG002 -- the standard library's signature
        """Raise."""
        raise RuntimeError("a bug")


def test_a_bug_shows_its_traceback(tmp_path: Path) -> None:
    """Only what a user can act on is one sentence; anything else is not hidden."""
    desk = week_terminal(tmp_path)
    with pytest.raises(RuntimeError, match="a bug"):
        desk("sql", "-", stdin=Faulty())


@pytest.mark.parametrize("words", [("sql", "QUERY", "--format", "csv"), ("sql", "QUERY", "--format", "json"), ("sql", "QUERY")])
def test_a_reader_that_has_enough_is_no_error(words: tuple[str, ...], tmp_path: Path) -> None:
    """`scout … | head -1` ends with 0 and without a word, however much there was to say."""
    desk = week_terminal(tmp_path)
    query = "with recursive c (x) as (select 1 union all select x + 1 from c limit 30000) select x, 'abcdefghijkl' as y from c"
    command = [sys.executable, "-m", "scout", *(query if word == "QUERY" else word for word in words)]
    with subprocess.Popen(
        command, cwd=tmp_path, env=desk.environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout
        assert process.stderr
        process.stdout.readline()
        process.stdout.close()
        said = process.stderr.read()
        assert (process.wait(60), said) == (0, b"")


@pytest.mark.parametrize("now", ["2026-05-20T06:15:00Z", "2026-05-20T23:30:00-08:00", "2026-05-20T06:15:00.9+00:00"])
def test_the_clock_says_what_the_environment_says(tmp_path: Path, now: str) -> None:
    """Windows without --until end with the day of SCOUT_NOW, UTC, whatever the machine's clock says."""
    desk = week_terminal(tmp_path)
    ran = desk.process("shortlist", "--format", "json", SCOUT_NOW=now)
    assert ran.json["window"] == {"since": "2026-05-18", "until": "2026-05-21" if "-08" in now else "2026-05-20"}


def on_a_terminal(desk: Terminal, *words: str, stream: str = "stdout", **environment: str) -> str:
    """Run a command one of whose streams is a terminal; return what it writes there."""
    master, slave = pty.openpty()
    out, err = (slave if stream == name else subprocess.DEVNULL for name in ("stdout", "stderr"))
    command = [sys.executable, "-m", "scout", *words]
    with subprocess.Popen(command, cwd=desk.folder, env=desk.environment(**environment), stdout=out, stderr=err) as process:
        os.close(slave)
        found = b""
        try:
            while part := os.read(master, 65536):
                found += part
        except OSError:
            pass  # Linux says so when the other side has closed
        process.wait(60)
    os.close(master)
    return found.decode()


def test_colours_are_for_terminals_alone(tmp_path: Path) -> None:
    """A terminal gets colours by outcome; a pipe, and whoever sets NO_COLOR, gets none."""
    desk = week_terminal(tmp_path)
    assert "\x1b[31mchallenging-vendor" in on_a_terminal(desk, "status")
    assert "\x1b" not in on_a_terminal(desk, "status", NO_COLOR="1")
    assert "\x1b" not in desk.process("status").out


def test_progress_is_a_live_line_on_a_terminal_and_plain_lines_elsewhere(tmp_path: Path) -> None:
    """A terminal sees how many are done and for whom scout waits; a file gets one line a source; --quiet neither."""

    def late(wire: Connection) -> None:
        wire.wait(0.25)  # a live line is drawn ten times a second
        wire.head(404, content_length="0")

    with Replay({"/feed": Reply(script=late)}) as server:
        desk = Terminal(tmp_path)
        sources = "".join(f"  - {{name: 's[red]{n}', kind: feed, url: '{server.url('/feed')}?{n}'}}\n" for n in range(4))
        desk.write("feeds.yaml", f"http: {{allow_hosts: ['{server.host}'], pace_s: {{'{server.host}': 0}}}}\nsources:\n{sources}")
        live = on_a_terminal(desk, "collect", *WEEK, stream="stderr", TERM="xterm")
        assert re.search(r"waiting for s\[red\]\d", live)
        assert "4/4" in live
        assert "[4/4] s[red]" in desk("collect", *WEEK).err
        assert "/4" not in on_a_terminal(desk, "collect", *WEEK, "--quiet", stream="stderr", TERM="xterm")


TABLES = (
    ("status",), ("shortlist", *WEEK), ("reports", "list"), ("sources", "list"), ("sql", "select * from items"),
    ("sql", "select title, url, summary from items"), ("sql", "select summary from items"), ("collect", *WEEK, "--dry-run"),
)  # fmt: skip


@pytest.mark.parametrize("words", TABLES, ids=" ".join)
@pytest.mark.parametrize("columns", ["80", "120", ""])
def test_a_table_fits_its_terminal_and_a_pipe_has_80_columns(words: tuple[str, ...], columns: str, tmp_path: Path) -> None:
    """No line is longer than the width there is; JSON keeps every word of what a table shortened."""
    desk = week_terminal(tmp_path)
    desk.write("feeds.yaml", (tmp_path / "feeds.yaml").read_text().replace("name: lmcache-blog", f"name: {'long-' * 20}name"))
    ran = desk(*words, COLUMNS=columns)
    assert ran.code == 0
    assert ran.out
    assert max(map(len, ran.out.splitlines())) <= int(columns or 80)


@pytest.mark.parametrize("columns", ["80", "40"])
def test_a_table_of_wide_characters_fits_too(columns: str, tmp_path: Path) -> None:
    """A character of two columns counts as two, an accent of its own as none, and the columns stay aligned."""
    desk = week_terminal(tmp_path)
    desk.write(
        "f.sql", "select '推論キャッシュ' as a, 'e\u0301te\u0301' as b, " + "'大規模言語モデルの推論'||" * 9 + "'' as c, 'x' as d"
    )
    ran = desk("sql", "-", stdin=(tmp_path / "f.sql").read_text(), COLUMNS=columns)
    head, _, row = ran.out.splitlines()
    assert max(map(cell_len, ran.out.splitlines())) <= int(columns)
    assert [cell_len(row[: row.index(mark)]) for mark in "ex"] == [head.index(mark) for mark in "bd"]


MARKDOWN = (
    ("status",), ("sources", "list"), ("mark", "list"), ("reports", "list"), ("shortlist", *WEEK), ("audit", *WEEK),
)  # fmt: skip


@pytest.mark.parametrize("words", MARKDOWN, ids=" ".join)
def test_each_list_can_be_pasted(words: tuple[str, ...], tmp_path: Path) -> None:
    """A reader of Markdown finds a list or a whole table, with hostile text as text, and titles that open their page."""
    desk = week_terminal(tmp_path)
    assert desk("mark", "arxiv:2605.22850", "--as", "A", "--why", f"| {HOSTILE}").code == 0
    with open_store(tmp_path / "data" / "scout.db", write="a test") as store, store.writing() as conn:
        conn.execute("update items set title = ? where id = 'arxiv:2605.22850'", (f"| {HOSTILE}",))
        conn.execute("update outcomes set why = ?", (f"| {HOSTILE}",))
        conn.execute("update reports set title = ?", (f"| {HOSTILE}",))
    ran = desk(*words, "--format", "markdown")
    assert (ran.code, ran.err) == (0, "")
    tokens = MarkdownIt("commonmark", {"html": True}).enable("table").parse(ran.out)
    told = [inner for token in tokens for inner in (token, *(token.children or ()))]
    assert not {"html_inline", "html_block", "image"} & {token.type for token in told}
    assert all(str(token.attrGet("href")).startswith("http") for token in told if token.type == "link_open")
    if words[0] in ("status", "sources", "mark", "reports"):
        cells = [sum(token.type == kind for token in told) for kind in ("th_open", "td_open", "tr_open")]
        assert cells[1] == cells[0] * (cells[2] - 1)
        assert len(ran.out.splitlines()) == cells[2] + 1
    if words[0] in ("mark", "shortlist"):
        assert any(token.attrGet("href") == "https://arxiv.org/abs/2605.22850" for token in told)


def test_titles_open_their_page_on_a_terminal_alone(tmp_path: Path) -> None:
    """There by OSC 8, whose address is http(s) and plain ASCII; a pipe gets none, and columns stay where they are."""
    desk = week_terminal(tmp_path)
    with open_store(tmp_path / "data" / "scout.db", write="a test") as store, store.writing() as conn:
        conn.execute("update items set url = ? where id = 'arxiv:2605.22850'", ("https://x.test/\x1b\\ü\x07",))
        conn.execute("update items set url = 'javascript:alert(1)' where kind = 'post'")
    shown = on_a_terminal(desk, "shortlist", *WEEK, COLUMNS="160").replace("\r", "")
    opened = re.findall(r"\x1b\]8;;(.*?)\x1b\\", shown)
    assert "https://x.test/%1B%5C%C3%BC%07" in opened
    assert all(address == "" or re.fullmatch(r"https?://[!-~]+", address) for address in opened)
    bare = re.sub(r"\x1b\]8;;.*?\x1b\\", "", shown)
    assert "\x1b" not in bare
    assert bare == desk("shortlist", *WEEK, COLUMNS="160").out
    assert "\x1b" not in on_a_terminal(desk, "shortlist", *WEEK, TERM="dumb")


def test_what_did_not_answer_stands_first(tmp_path: Path) -> None:
    """Whoever tries sources sees what is wrong at the top, whatever the order of feeds.yaml."""
    with live_week(tmp_path) as desk:
        asked = ("sources", "test", "labs", "challenging-vendor")
        assert desk(*asked).rows[0].startswith("challenging-vendor")
        assert desk(*asked, "--format", "json").json[-1]["source"] == "challenging-vendor"


def test_what_a_table_shortens_json_has_whole(tmp_path: Path) -> None:
    """A cell that is cut ends with an ellipsis and begins as the whole one does."""
    desk = week_terminal(tmp_path)
    long = f"{'long-' * 20}name"
    desk.write("feeds.yaml", (tmp_path / "feeds.yaml").read_text().replace("name: lmcache-blog", f"name: {long}"))
    (cell,) = [line.split()[0] for line in desk("status", COLUMNS="80").out.splitlines() if line.startswith("long-")]
    assert cell.endswith("…")
    assert long.startswith(cell[:-1])
    assert long in {row["source"] for row in desk("status", "--format", "json").json}


HOSTILE = (
    "\x1b[31mred\x1b]0;title\x07 \u202egnp.exe\u202c [link](javascript:alert(1)) <img src=x onerror=alert(1)> @everyone \x9b2J"
)


def test_hostile_words_reach_no_terminal(tmp_path: Path) -> None:
    """No title that a place could have can move a terminal's cursor, in any command that prints titles."""
    desk = week_terminal(tmp_path)
    with open_store(tmp_path / "data" / "scout.db", write="a test") as store, store.writing() as conn:
        conn.execute("update items set title = ?, summary = ? where id = 'arxiv:2605.22850'", (HOSTILE, f"KV cache {HOSTILE}"))
        conn.execute("update outcomes set why = ?", (HOSTILE,))
    for words in (
        ("shortlist", *WEEK), ("shortlist", *WEEK, "--format", "markdown"), ("shortlist", *WEEK, "--explain", "arxiv:2605.22850"),
        ("draft", *WEEK), ("status",), ("sql", "select title from items where id = 'arxiv:2605.22850'"),
    ):  # fmt: skip
        ran = desk(*words)
        assert ran.code == 0
        assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]", ran.out + ran.err), words


def test_an_error_that_quotes_outside_words_is_one_harmless_line(tmp_path: Path) -> None:
    """A path or a name cannot colour the sentence that complains of it, nor break it."""
    ran = Terminal(tmp_path)("check", "no\x1b[31m\nsuch.md", "--explain", "x\x1b\n")
    assert ran.code == 2
    assert re.fullmatch(r"scout: [^\x00-\x1f]+\n", ran.err)
