"""Bad input, from every side: one clear sentence, the right exit code, no traceback, nothing written."""

from __future__ import annotations

import os
import re
import sqlite3
from typing import TYPE_CHECKING

import pytest
from filelock import FileLock
from terminal import EARLIER, WEEK, Ran, Terminal, week_terminal

from scout import demo

if TYPE_CHECKING:
    from pathlib import Path

GOOD = "  - {name: labs, kind: feed, url: 'https://labs.example.org/feed'}\n"
COLLECT = ("collect", *WEEK)


def sentence(ran: Ran, code: int) -> str:
    """Return the one sentence that a refused command says."""
    assert (ran.code, ran.out) == (code, "")
    found = re.fullmatch(r"scout: (.+)\n", ran.err)
    assert found, ran.err
    return found[1]


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ("  - {name: a, kind: fed, url: 'https://a.example.org'}", "sources[0] 'a': unknown kind 'fed'; did you mean 'feed'?"),
        (
            "  - {name: a, kind: github_releases, repo: [a/b]}",
            "sources[0] 'a': unknown option 'repo'; did you mean 'repos'?",
        ),
        (GOOD + GOOD, "sources[1] 'labs': the name is taken by sources[0]; names must differ"),
        (
            "  - {name: a, kind: feed, url: 'ftp://a.example.org'}",
            "sources[0] 'a': url: 'ftp://a.example.org' is not an http(s) address",
        ),
        ("  - {name: a, kind: feed}", "sources[0] 'a': option 'url' is missing"),
        ("  - {kind: feed}", "sources[0]: option 'name' is missing or no text"),
        ("  - a", "sources[0]: expected options (name, kind, …), found 'a'"),
    ],
)
def test_a_wrong_source_is_named_with_its_place(tmp_path: Path, sources: str, said: str) -> None:
    """Every command that reads feeds.yaml says the same, and no store is made."""
    desk = Terminal(tmp_path)
    desk.write("feeds.yaml", f"sources:\n{sources}\n")
    before = desk.files()
    for words in (COLLECT, ("sources", "list"), ("sources", "test"), ("run",), ("status",)):
        assert sentence(desk(*words), 2) == said
    assert desk.files() == before


def test_a_wrong_selector_stops_those_who_would_ask_with_it(tmp_path: Path) -> None:
    """It is said with its place before anything is asked; who only looks at the store pays nothing for it."""
    desk = week_terminal(tmp_path)
    page = "  - {name: p, kind: page, url: 'https://p.example.org/', item: 'a[['}\n"
    desk.write("feeds.yaml", f"sources:\n{GOOD}{page}")
    before = desk.files()
    for words in (COLLECT, ("sources", "list"), ("sources", "test"), ("run",)):
        assert sentence(desk(*words), 2).startswith("sources[1] 'p': item: 'a[[' is not a CSS selector")
    assert desk.files() == before
    for words in (("status",), ("shortlist", *WEEK), ("draft", *WEEK)):
        assert desk(*words).code == 0


@pytest.mark.parametrize(
    ("body", "said"),
    [
        (b"sauces: []", "unknown section 'sauces'; did you mean 'sources'?"),
        (b"sources: {", "line 1, column 11"),
        (b"\xff\xfe\x00", "not YAML"),
        (b"- a", "expected sections"),
        (b"report: {targets: 3}", "unknown option 'targets'; did you mean 'target'?"),
        (b"http: {timeout_s: soon}", "timeout_s"),
        (b"topics: [{name: a}]", "terms"),
        (b"a: &x [1]\nb: *x", "aliases"),
        (b"? [a]\n: b", "line 1, column 3: a key is one word"),
        (b"? {a: b}\n: b", "a key is one word"),
        (b"sources:\n- {name: a, kind: feed, ? [url] : 'https://a.example.org'}", "a key is one word"),
        (b'report: {title: "\\ud800"}', "line 1, column 17: '\\ud800' is no text"),
        (b'"\\udfff": 1', "is no text"),
        (b'report: {history: ["a\\0b"]}', "is no text"),
        (b"a: " + b"[" * 100_000, "not YAML"),
        (b"a: !!set {? [b]}", "a key is one word"),
        (b"a: !!python/object/apply:os.system [ls]", "line 1"),
        (b"a: !!timestamp 2026-99-99", "not YAML"),
        (b"a: " + b"9" * 10_000, "not YAML"),
    ],
)
def test_a_feeds_yaml_that_is_none_is_said(tmp_path: Path, body: bytes, said: str) -> None:
    """Broken YAML, other things, and misspelt sections are told by their place."""
    desk = Terminal(tmp_path)
    desk.write("feeds.yaml", body)
    assert said in sentence(desk(*COLLECT), 2)


@pytest.mark.parametrize(
    "words", [COLLECT, ("shortlist",), ("draft",), ("run",), ("status",), ("sources", "list"), ("check", EARLIER)]
)
def test_a_missing_feeds_yaml_is_said(tmp_path: Path, words: tuple[str, ...]) -> None:
    """Nothing is assumed in its place."""
    assert sentence(Terminal(tmp_path)(*words), 2).startswith("feeds.yaml is not there; name another with --config")


@pytest.mark.parametrize("name", ["/dev/zero", "pipe", ".", "x" * 300])
def test_a_feeds_yaml_that_is_no_file_is_said(tmp_path: Path, name: str) -> None:
    """A device, a pipe that nobody writes, a folder and a name too long are one sentence, at once; so where feeds.yaml names them."""
    desk = Terminal(tmp_path)
    os.mkfifo(tmp_path / "pipe")
    for words in (("status",), ("sources", "list"), (*COLLECT, "--dry-run")):
        assert "cannot be read as a feeds.yaml" in sentence(desk(*words, "--config", name), 2)
    desk.write("feeds.yaml", f"metrics: {name}\nreport: {{history: [{name}]}}\nsources:\n{GOOD}")
    assert "cannot be read as a field file" in sentence(desk("status"), 2)
    assert "cannot be read" in sentence(desk("sources", "import", name), 2)


@pytest.mark.parametrize("words", [("collect",), ("shortlist",), ("draft",)])
@pytest.mark.parametrize(
    ("days", "said"),
    [
        (("--since", "2026-05-24", "--until", "2026-05-18"), "--since 2026-05-24 is after --until 2026-05-18"),
        (("--since", "yesterday"), "--since"),
        (("--until", "2026-02-30"), "--until"),
        (("--since", "18.05.2026"), "--since"),
        (("--since", "0000-00-00"), "--since"),
    ],
)
def test_a_window_that_is_none_is_refused(tmp_path: Path, words: tuple[str, ...], days: tuple[str, ...], said: str) -> None:
    """Days in the wrong order, and what is no day, are said by the option's name."""
    desk = week_terminal(tmp_path)
    before = desk.files()
    assert said in sentence(desk(*words, *days), 2)
    assert desk.files() == before


def test_an_as_of_that_is_no_day_is_refused(tmp_path: Path) -> None:
    """As for the window."""
    assert "--as-of" in sentence(week_terminal(tmp_path)("shortlist", "--as-of", "last week"), 2)


def test_an_unknown_source_is_named_with_its_near_miss(tmp_path: Path) -> None:
    """A misspelt source or group is refused before anything is asked."""
    desk = week_terminal(tmp_path)
    before = desk.files()
    assert "--source 'lmcache-blg' is not in feeds.yaml; did you mean 'lmcache-blog'?" in sentence(
        desk(*COLLECT, "--source", "lmcache-blg"), 2
    )
    assert "did you mean 'vendors'?" in sentence(desk("sources", "test", "vendor"), 2)
    assert desk.files() == before


@pytest.mark.parametrize("sources", ["", "sources:\n  - {name: a, kind: feed, pause: true, url: 'https://a.example.org'}\n"])
def test_nothing_to_ask_is_an_error(tmp_path: Path, sources: str) -> None:
    """A feeds.yaml without a source, or with paused ones alone, is no good week."""
    desk = Terminal(tmp_path)
    desk.write("feeds.yaml", f"report: {{title: T}}\n{sources}")
    assert "has no source to ask" in sentence(desk(*COLLECT), 2)
    assert not (tmp_path / "data").exists()


# -- the store --------------------------------------------------------------------------------------------------------------
READERS = (
    ("shortlist", *WEEK),
    ("draft", *WEEK),
    ("status",),
    ("sql", "select 1"),
    ("reports", "list"),
    ("check", EARLIER),
    ("serve",),
)
NOW = ("--wait", "0")
WRITERS = ((*COLLECT, *NOW), ("reports", "add", EARLIER, *NOW), ("run", *NOW))


def newer(path: Path) -> None:
    """Make a store one of a later scout."""
    with sqlite3.connect(path) as conn:
        conn.execute("insert into _sqlite_migrations (migration_set, name, applied_at) values ('scout', 'm999_later', '')")
    conn.close()


def nonsense(path: Path) -> None:
    """Put something else into the file."""
    path.write_bytes(b"This is no database, only some words that stand where one should be. " * 20)


def another(path: Path) -> None:
    """Put another program's database there."""
    path.unlink()
    with sqlite3.connect(path) as conn:
        conn.execute("create table recipes (name text)")
    conn.close()


@pytest.mark.parametrize("words", READERS + WRITERS, ids=lambda words: words[0])
@pytest.mark.parametrize(
    ("spoil", "said"),
    [(newer, "newer scout"), (nonsense, "not a store that scout can read"), (another, "another program's database")],
)
def test_a_file_that_is_no_store_of_ours_is_left_alone(tmp_path: Path, words: tuple[str, ...], spoil: object, said: str) -> None:
    """A later scout's store, another program's, and no database at all are said, exit 3, and not touched."""
    desk = week_terminal(tmp_path)
    spoil(tmp_path / "data" / "scout.db")  # type: ignore[operator]
    before = desk.files()
    assert said in sentence(desk(*words), 3)
    assert desk.files() == before


@pytest.mark.parametrize("words", READERS, ids=lambda words: words[0])
def test_a_store_that_is_not_there_is_not_made_by_reading(tmp_path: Path, words: tuple[str, ...]) -> None:
    """The sentence says what makes one."""
    desk = week_terminal(tmp_path)
    said = sentence(desk(*words, "--db", "none/scout.db"), 3)
    assert said == "none/scout.db is not there yet; `scout collect` makes it, or name another with --db"
    assert not (tmp_path / "none").exists()


def test_a_read_only_store_can_be_read_and_not_written(tmp_path: Path) -> None:
    """Whoever gets a copy of the evidence can draft from it."""
    desk = week_terminal(tmp_path)
    drafted = desk("draft", *WEEK)
    (tmp_path / "data" / "scout.db").chmod(0o444)
    assert desk("draft", *WEEK) == drafted
    for words in WRITERS:
        assert "is read-only" in sentence(desk(*words), 3)


def test_a_store_that_is_being_written_says_by_whom(tmp_path: Path) -> None:
    """A second writer is refused at once; readers go on."""
    desk = week_terminal(tmp_path)
    with FileLock(str(tmp_path / "data" / "scout.db.lock")):
        (tmp_path / "data" / "scout.db.writer").write_text(f"scout collect, process {os.getpid()}")
        for words in WRITERS:
            assert f"is being written by scout collect, process {os.getpid()}" in sentence(desk(*words), 3)
        assert desk("shortlist", *WEEK).code == 0


def test_a_store_in_a_place_that_cannot_be_is_refused(tmp_path: Path) -> None:
    """A file where a folder should be."""
    desk = week_terminal(tmp_path)
    for words in WRITERS:
        assert "feeds.yaml/scout.db" in sentence(desk(*words, "--db", "feeds.yaml/scout.db"), 3)


# -- files ------------------------------------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "body", [b"", b"\x00\x01", b"<html></html>", b"<opml", b"not xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><opml>&a;</opml"]
)
def test_an_opml_file_that_is_none_prints_no_entries(tmp_path: Path, body: bytes) -> None:
    """Either it is said that it is none, or it holds no feed; never a made-up entry."""
    desk = Terminal(tmp_path)
    desk.write("list.opml", body)
    ran = desk("sources", "import", "list.opml")
    assert ran.out.strip() == ""
    assert (ran.code, ran.err.count("\n")) in ((0, 1), (2, 1))
    assert "cannot be read" in sentence(desk("sources", "import", "none.opml"), 2)


def test_a_history_that_is_not_there_stops_the_weekly_job(tmp_path: Path) -> None:
    """Without its memory the job would report things twice: it asks nothing, and says which report is missing."""
    desk = week_terminal(tmp_path)
    desk.write("feeds.yaml", (tmp_path / "feeds.yaml").read_text().replace("  target: 5", "  target: 5\n  history: [gone]"))
    before = desk.files()
    assert "gone: no such file or folder" in sentence(desk("run"), 2)
    assert desk.files() == before


def test_a_report_that_cannot_be_read_is_named_by_the_weekly_job(tmp_path: Path) -> None:
    """A report without a date would be told again; a readme in the folder is no news."""
    desk = week_terminal(tmp_path)
    desk.write("feeds.yaml", "report: {history: [old]}\nsources:\n  - {name: labs, kind: feed, url: 'http://127.0.0.1:1/'}\n")
    text = demo.report()
    desk.write("old/undated.md", text.replace("2026-05-17", "some day").replace("2026-05-1", "2026-05-x"))
    desk.write("old/README.md", "Reports.")
    said = desk("run", "--quiet").err
    assert "undated.md: skipped: has no date" in said
    assert "README" not in said


@pytest.mark.parametrize(
    "now", ["soon", "2026-05-18", "2026-05-18T06:15:00", "2026-13-01T00:00:00Z", "0001-01-01T00:00:00+14:00"]
)
def test_a_clock_that_says_no_instant_is_refused_by_every_command(tmp_path: Path, now: str) -> None:
    """SCOUT_NOW needs a day, a time and a time zone; nothing is done before it is read."""
    desk = week_terminal(tmp_path)
    before = desk.files()
    for words in (("run",), ("reports", "list"), ("status",)):
        ran = desk.process(*words, SCOUT_NOW=now)
        said = sentence(ran, 2)
        assert said.startswith(f"SCOUT_NOW: {now!r} is not an instant")
        assert said.endswith("write it with its time zone, e.g. 2026-05-18T06:15:00Z")
    assert desk.files() == before
