"""How commands end and what they write to: streams, devices, links, odd names. No traceback, nothing lost, no wait."""

from __future__ import annotations

import json
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from terminal import EARLIER, WEEK, Ran, Terminal, week_terminal

from scout import text

DRAFT = ("draft", *WEEK)


@pytest.fixture
def desk(tmp_path: Path) -> Terminal:
    """Return the collected week in a folder that the test may change."""
    return week_terminal(tmp_path)


def shell(desk: Terminal, words: str, **environment: str) -> Ran:
    """Run a line in which `scout` stands, as a shell would."""
    line = words.replace("scout", f"'{sys.executable}' -m scout", 1)
    done = subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        cwd=desk.folder, env=desk.environment(**environment), capture_output=True, timeout=60, check=False,
    )  # fmt: skip
    return Ran(code=done.returncode, out=done.stdout.decode(errors="replace"), err=done.stderr.decode(errors="replace"))


def said(ran: Ran, code: int) -> str:
    """Return the one sentence with which a command ended."""
    assert ran.code == code, ran.err
    assert ran.err.count("\n") == 1, ran.err
    assert ran.err.startswith("scout: ")
    return ran.err


# -- streams ----------------------------------------------------------------------------------------------------------------
COMMANDS = (
    "--version",
    "--help",
    "draft --help",
    "status",
    "sources list",
    "sql 'select 1'",
    "check --explain all",
    "reports list",
)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_full_disk_behind_stdout_is_one_sentence(desk: Terminal, words: str) -> None:
    """It is no finding, whoever writes: click's own help and version too."""
    assert "No space left on device" in said(shell(desk, f"scout {words} > /dev/full"), 2)


@pytest.mark.parametrize("words", COMMANDS)
def test_a_reader_who_has_enough_ends_nothing(desk: Terminal, words: str) -> None:
    """A closed pipe is no failure and no finding, and nothing is said of it."""
    ran = shell(desk, f"scout {words} | true")
    assert ran.code == 0
    assert "scout: " not in ran.err
    assert "Error" not in ran.err


@pytest.mark.parametrize("closed", ["<&- >&- 2>&-", "2> /dev/full"])
def test_closed_and_full_streams_end_nothing(desk: Terminal, closed: str) -> None:
    """What cannot be told is not told; the command does its work."""
    ran = shell(desk, f"scout draft {' '.join(WEEK)} --out new.md {closed}")
    assert ran.code == 0
    assert (desk.folder / "new.md").read_text().startswith("# ")


def test_the_product_is_utf8_whatever_the_terminal_is(desk: Terminal) -> None:
    """The same bytes in every locale: a cron job's is often C."""
    usual = shell(desk, f"scout draft {' '.join(WEEK)}")
    assert "—" in usual.out
    for encoding in ("ascii:strict", "utf-16"):
        other = shell(desk, f"scout draft {' '.join(WEEK)}", PYTHONIOENCODING=encoding, LC_ALL="C")
        assert (other.code, other.out) == (0, usual.out)


UNSEEN = "\x1b]0;x\x07 \x1b[31m \x9b31m \x7f \u202e \u2066 \u200b \ufeff \U000e0041"


@pytest.mark.parametrize("format_", ["table", "json", "csv"])
def test_nothing_from_outside_commands_a_terminal(desk: Terminal, format_: str) -> None:
    """No control, bidi or invisible character is written, in cells and in the names of columns; JSON has the same value, escaped."""
    ran = desk("sql", f"select 'a{UNSEEN}b' as \"c{UNSEEN}d\", 1 as n", "--format", format_)
    assert ran.code == 0
    assert text.visible(ran.out) == ran.out
    if format_ == "json":
        assert ran.json == [{f"c{UNSEEN}d": f"a{UNSEEN}b", "n": 1}]


# -- words and names --------------------------------------------------------------------------------------------------------
LONG = "x" * 300
ODD = ("a\udcff", LONG, f"{'d/' * 3000}x", "/proc/x/y", "feeds.yaml/x", "self", "/dev/null/x")
"""Names that are no UTF-8, too long, in a folder that takes none, below a file, and a link to itself."""


@pytest.mark.parametrize(
    "words",
    [
        ("status", "--db"), ("sql", "select 1", "--db"), ("reports", "add", EARLIER, "--wait", "0", "--db"), ("run", "--config"),
        ("sources", "list", "--config"), ("reports", "add", "--dry-run"), ("check",), ("check", EARLIER, "--baseline"),
        ("sources", "import"), ("sources", "export"), (*DRAFT, "--out"), (*DRAFT, "--pr-body"), ("demo", "--dir"), ("sql",),
        ("shortlist", "--explain"), ("mark", "--as", "A"), ("mark", "2605.22850", "--as", "A", "--why"), ("check", EARLIER, "--off"), ("collect", "--source"), ("draft", "--since"),
    ],
    ids=" ".join,
)  # fmt: skip
def test_an_odd_word_is_taken_or_refused_in_a_sentence(desk: Terminal, words: tuple[str, ...]) -> None:
    """Whatever word stands in whatever place: the command does its work, or says one sentence and exits with 2 or 3."""
    (desk.folder / "self").symlink_to("self")
    for name in ODD[words[0] == "demo" :]:  # the demo takes the first, below
        ran = desk(*words, name)
        assert "Traceback" not in ran.err
        assert ran.code == 0 or said(ran, ran.code)
        assert ran.code in (0, 2, 3)


def test_a_folder_whose_name_is_bytes_takes_the_demo(tmp_path: Path) -> None:
    """A name that is no UTF-8 is a name; what is told of it shows which bytes it has."""
    ran = Terminal(tmp_path).process("demo", "--dir", "e\udcff")
    assert ran.code == 0, ran.err
    assert ran.out == "e\\udcff/draft.md\n"
    assert f"{sys.executable} -m scout --config" in ran.err  # what to try next is typed as this was


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may drop root's right to enter every folder")
@pytest.mark.parametrize("words", ["status", "draft", "reports add x.md"])
def test_a_folder_that_may_not_be_entered_is_one_sentence(desk: Terminal, words: str) -> None:
    """Exit 3, with the store's path and what the system said."""
    closed = desk.folder / "closed"
    closed.mkdir()
    desk.write("x.md", (desk.folder / EARLIER).read_bytes())
    closed.chmod(0)
    line = f"setpriv --bounding-set=-dac_override,-dac_read_search scout {words} --db closed/s.db"
    ran = shell(desk, line)
    closed.chmod(0o755)
    if "setpriv" in ran.err:
        pytest.skip("setpriv cannot drop rights here")
    assert "closed/s.db" in said(ran, 3)
    assert "Permission denied" in ran.err


# -- what is written to -----------------------------------------------------------------------------------------------------
WRITERS = (
    (*DRAFT, "--out"),
    (*DRAFT, "--force", "--out"),
    (*DRAFT, "--out", "r.md", "--pr-body"),
    ("sources", "export", "--force"),
)


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_a_device_is_written_to_and_stays_one(desk: Terminal, words: tuple[str, ...]) -> None:
    """Also where --force replaces files."""
    device = desk.folder / "null"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
    except PermissionError:
        pytest.skip("only root makes devices")
    for name in ("null", "/dev/null"):
        assert desk(*words, name).code == 0
    assert stat.S_ISCHR(device.lstat().st_mode)
    assert "No space left" in desk(*words, "/dev/full").err


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_what_cannot_hold_a_file_is_refused(desk: Terminal, words: tuple[str, ...]) -> None:
    """A pipe, a folder, a socket: one sentence, no wait, and what stands there stays."""
    os.mkfifo(desk.folder / "pipe")
    (desk.folder / "folder").mkdir()
    os.mknod(desk.folder / "socket", 0o600 | stat.S_IFSOCK)
    before = sorted(desk.folder.iterdir())
    for kind in ("pipe", "folder", "socket"):
        assert said(desk(*words, kind), 2).startswith(f"scout: {kind} is a ")
    assert said(desk.process(*words, "/dev/stdout"), 2).startswith("scout: /dev/stdout is a pipe")
    assert [path for path in sorted(desk.folder.iterdir()) if path.name != ".cache"] == before


@pytest.mark.parametrize("words", WRITERS, ids=" ".join)
def test_a_link_is_written_through(desk: Terminal, words: tuple[str, ...]) -> None:
    """The link stays, its target is what is written; a target that is not there yet is made, with the mode that files have."""
    (desk.folder / "sub").mkdir()
    (desk.folder / "l.md").symlink_to("sub/t.md")
    for _ in range(2):
        assert desk(*words, "l.md").code == 0
    assert (desk.folder / "l.md").readlink() == Path("sub/t.md")
    assert (desk.folder / "sub" / "t.md").stat().st_size > 100


def test_what_somebody_wrote_behind_a_link_is_kept(desk: Terminal) -> None:
    """An edited file is not replaced without --force, whatever leads to it; with it, its mode stays."""
    desk.write("t.md", "mine").chmod(0o640)
    (desk.folder / "l.md").symlink_to("t.md")
    assert "has been edited" in said(desk(*DRAFT, "--out", "l.md"), 2)
    assert (desk.folder / "t.md").read_text() == "mine"
    assert desk(*DRAFT, "--out", "l.md", "--force").code == 0
    assert stat.S_IMODE((desk.folder / "t.md").stat().st_mode) == 0o640


@pytest.mark.parametrize("taken", ["data/scout.db", "feeds.yaml", "r.md"])
def test_no_two_things_are_written_to_one_file(desk: Terminal, taken: str) -> None:
    """Not even with --force is the store or feeds.yaml replaced, or one product by the other; whatever link leads to it."""
    (desk.folder / "link").symlink_to(taken)
    before = desk.files()
    for name in (taken, "link", f"./data/../{taken}"):
        assert "is named twice" in said(desk(*DRAFT, "--force", "--out", "r.md", "--pr-body", name), 2)
    assert {name: body for name, body in desk.files().items() if name != "link"} == {
        name: body for name, body in before.items() if name != "link"
    }


def test_what_a_killed_run_left_is_swept(desk: Terminal) -> None:
    """Half a draft of a process that is gone goes with the next; that of a process that lives stays, and a file of that name too."""
    gone = subprocess.run([sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, check=True)
    desk.write(f".scout-{gone.stdout.strip()}-abcd", "half")
    for kept in (f".scout-{os.getpid()}-abcd", ".scout-demo", ".scout-mine-x"):
        desk.write(kept, "kept")
    assert desk(*DRAFT, "--out", "r.md").code == 0
    assert {path.name for path in desk.folder.glob(".scout-*")} == {f".scout-{os.getpid()}-abcd", ".scout-demo", ".scout-mine-x"}


def test_a_writers_note_follows_no_link(desk: Terminal) -> None:
    """What somebody put in the place of the writer's note is not written to; the lock's neither."""
    victim = desk.write("victim", "mine")
    note = desk.folder / "data" / "scout.db.writer"
    note.symlink_to(victim)
    assert desk("reports", "add", EARLIER).code == 0
    assert victim.read_text() == "mine"
    assert not note.is_symlink()
    lock = desk.folder / "data" / "scout.db.lock"
    lock.unlink(missing_ok=True)
    lock.symlink_to(victim)
    assert "scout.db cannot be written" in said(desk("reports", "add", EARLIER, "--wait", "0"), 3)
    assert victim.read_text() == "mine"


@given(st.recursive(st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)))
def test_json_text_is_the_value(value: object) -> None:
    """Whatever the value, its JSON says the same and holds nothing that a terminal would obey."""
    written = text.json_text(value)
    assert json.loads(written) == value
    assert text.visible(written) == written
