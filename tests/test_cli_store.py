"""What is in the store: sql, and the ledger."""

from __future__ import annotations

import csv
import io
import re
import subprocess
from typing import TYPE_CHECKING

import pytest
from terminal import EARLIER, WEEK, Terminal, week_terminal

from scout import demo

if TYPE_CHECKING:
    from pathlib import Path

QUERY = "select source, result from outcomes order by source limit 3"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Return the collected week, for commands that only read."""
    return week_terminal(tmp_path_factory.mktemp("week"))


# -- sql --------------------------------------------------------------------------------------------------------------------
def test_a_query_answers_in_three_forms(desk: Terminal) -> None:
    """Table, JSON and CSV hold the same rows, and stderr is silent."""
    table, as_json, as_csv = (desk("sql", QUERY, "--format", form) for form in ("table", "json", "csv"))
    assert (table.code, table.err, as_json.err, as_csv.err) == (0, "", "", "")
    rows = list(csv.DictReader(io.StringIO(as_csv.out)))
    assert as_json.json == rows
    assert [line.split() for line in table.rows] == [list(row.values()) for row in rows]


def test_the_help_names_every_table_a_user_may_ask(desk: Terminal) -> None:
    """What is not named is scout's own book-keeping."""
    there = {row["name"] for row in desk("sql", "select name from sqlite_schema where type = 'table'", "--format", "json").json}
    own = {name for name in there if re.match(r"sqlite_|(items|readings)_fts_", name)}
    own |= {"_sqlite_migrations", "http_cache", "hosts", "replies", "source_state"}
    named = re.search(r"Tables: ([^.]*)\.", desk("sql", "--help").out)
    assert named
    assert set(re.findall(r"\w+", named[1])) == there - own


def test_a_query_can_come_from_stdin(desk: Terminal) -> None:
    """`-` reads it there, so that long ones need no quoting."""
    assert desk("sql", "-", "--format", "csv", stdin=QUERY).out == desk("sql", QUERY, "--format", "csv").out


def test_no_cell_of_an_answer_is_lost(desk: Terminal) -> None:
    """Columns of one name stay apart; numbers that JSON cannot have become null; nothing found is nothing, not an error."""
    ran = desk("sql", "select 1 as a, 2 as a, 9e999 as b, x'00ff' as c, null as d", "--format", "json")
    assert ran.json == [{"a": 1, "a_2": 2, "b": None, "c": "b'\\x00\\xff'", "d": None}]
    assert desk("sql", "select 1 where false").out == ""
    assert desk("sql", "select 1 as a where false", "--format", "json").json == []
    assert desk("sql", "select 1 as a where false", "--format", "csv").out == "a\n"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("delete from items", "only reads"),
        ("insert into runs default values", "only reads"),
        ("drop table items", "only reads"),
        ("attach 'other.db' as o", "only reads"),
        ("vacuum into 'copy.db'", "only reads"),
        ("pragma query_only = off", "only reads"),
        ("select load_extension('x')", "only reads"),
        ("select 1; select 2", "one query at a time"),
        ("with recursive c (x) as (select 1 union all select x + 1 from c) select count(*) from c", "stopped after"),
        ("selekt 1", "syntax error"),
        ("select * from nowhere", "no such table"),
        ("", "no rows"),
        ("/* nothing */", "no rows"),
    ],
)
def test_a_query_only_reads_and_ends(own: Terminal, query: str, said: str) -> None:
    """What writes, attaches, loads or never ends is refused in one sentence, exit 3, and no file changes."""
    before = own.files()
    ran = own("sql", query, "--seconds", "0.2")
    assert (ran.code, ran.out) == (3, "")
    assert said in ran.err
    assert ran.err.count("\n") == 1
    assert own.files() == before


@pytest.fixture
def own(tmp_path: Path) -> Terminal:
    """Return the collected week in a folder that the test may change."""
    return week_terminal(tmp_path)


# -- the ledger -------------------------------------------------------------------------------------------------------------
def test_a_report_is_read_once_and_an_edited_one_again(tmp_path: Path) -> None:
    """added, unchanged, changed: the ledger holds each report once."""
    desk = Terminal(tmp_path)
    desk.write(EARLIER, demo.report())
    first = desk("reports", "add", EARLIER)
    assert (first.code, first.out, first.err) == (0, "", f"{EARLIER}: added: 2026-05-17, 4 entries, 1 mentions\n")
    assert ": unchanged: " in desk("reports", "add", "reports").err
    desk.write(EARLIER, demo.report().replace("llm-d v0.7.0 — from", "llm-d v0.7.0: from"))
    assert ": changed: " in desk("reports", "add", "reports/").err
    assert len(desk("reports", "list").rows) == 1


def test_a_dry_run_tells_and_writes_nothing(tmp_path: Path) -> None:
    """There is no store after it."""
    desk = Terminal(tmp_path)
    desk.write(EARLIER, demo.report())
    ran = desk("reports", "add", EARLIER, "--dry-run")
    assert (ran.code, ran.out) == (0, "")
    assert ": read: 2026-05-17, 4 entries" in ran.err
    assert not (tmp_path / "data").exists()


def test_reports_of_a_git_revision(tmp_path: Path) -> None:
    """Reports that are on another branch are read without checking it out; a file of the tree is not taken for them."""
    desk = Terminal(tmp_path)
    desk.write(f"site/{EARLIER}", demo.report())
    for words in (
        ("init", "-q", "-b", "main"), ("add", "."),
        ("-c", "user.name=t", "-c", "user.email=t@example.org", "commit", "-q", "-m", "report"), ("checkout", "-q", "--orphan", "other"),
        ("rm", "-q", "-rf", "."),
    ):  # fmt: skip
        subprocess.run(["git", *words], cwd=tmp_path / "site", check=True, capture_output=True)
    ran = desk("reports", "add", "site@main:reports")
    assert ran.code == 0
    assert ran.err.startswith(f"site@main:{EARLIER}: added: 2026-05-17, 4 entries")
    for place in ("site@gone:reports", "site@main:nothing", "site@--all:x", "site@main"):
        refused = desk("reports", "add", place)
        assert (refused.code, refused.err.count("\n")) == (2, 1)


def test_what_could_not_be_read_is_said(tmp_path: Path) -> None:
    """A report's unread lines, and files that are no reports, are told one by one; the rest is read."""
    desk = Terminal(tmp_path)
    report = demo.report().replace(
        "[llm-d v0.7.0 release notes](https://github.com/llm-d/llm-d/releases/tag/v0.7.0)", "the notes"
    )
    report = report.replace("[llm-d blog — llm-d v0.7: From Feature Introduction to Production Hardening]", "the blog, ")
    desk.write(EARLIER, report.replace("Search horizon: 2026-05-11 → 2026-05-17.", ""))
    desk.write("reports/README.md", "# About these reports\n")
    ran = desk("reports", "add", "reports")
    assert ran.code == 0
    assert "not read: no search horizon" in ran.err
    assert "reports/README.md: skipped: has none of a report's headings" in ran.err
    assert desk("reports", "list", "--format", "json").json[0]["unread"]


def test_nothing_read_is_an_error(tmp_path: Path) -> None:
    """A folder without reports, or a place that is none, is never taken for success."""
    desk = Terminal(tmp_path)
    desk.write("notes/a.md", "# Notes\n")
    for place in ("notes", "none", "notes/a.md"):
        ran = desk("reports", "add", place)
        assert ran.code == 2
        assert "scout: " in ran.err


def test_the_ledger_is_listed(desk: Terminal) -> None:
    """A line a report; with JSON every entry, with what it is about."""
    ran = desk("reports", "list")
    assert ran.rows[0].split()[:4] == ["2026-05-17", "2026-05-11", "to", "2026-05-17"]
    (report,) = desk("reports", "list", "--format", "json").json
    assert [entry["number"] for entry in report["entries"] if entry["number"]] == [1, 2, 3, 4]
    assert report["negatives"] == ["Databricks", "FAST '26"]


def test_what_a_report_has_is_no_candidate(desk: Terminal) -> None:
    """The ledger and the shortlist agree."""
    entries = {
        ident
        for report in desk("reports", "list", "--format", "json").json
        for entry in report["entries"]
        for ident in entry["ids"]
    }
    assert not entries & {one["id"] for one in desk("shortlist", *WEEK, "--format", "json").json["candidates"]}
