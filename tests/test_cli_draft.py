"""From the store to a report: shortlist, draft and check, on the collected week."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING

import pytest
from terminal import EARLIER, WEEK, Terminal, live_week, week_terminal

if TYPE_CHECKING:
    from pathlib import Path

PAPER = "arxiv:2605.22850"


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Terminal:
    """Return the collected week, for commands that only read."""
    return week_terminal(tmp_path_factory.mktemp("week"))


@pytest.fixture
def own(tmp_path: Path) -> Terminal:
    """Return the collected week in a folder that the test may change."""
    return week_terminal(tmp_path)


# -- shortlist --------------------------------------------------------------------------------------------------------------
def test_a_shortlist_in_three_forms_says_the_same(desk: Terminal) -> None:
    """Table, JSON and Markdown have the same candidates in the same order, and only the table needs stderr for the rest."""
    whole = desk("shortlist", *WEEK, "--format", "json")
    titles = [one["title"] for one in whole.json["candidates"]]
    assert (whole.code, whole.err) == (0, "")
    table = desk("shortlist", *WEEK)
    assert len(table.rows) == len(titles)
    assert all(title[:24] in row for title, row in zip(titles, table.rows, strict=True))
    assert "not seen: challenging-vendor: blocked" in table.err
    markdown = desk("shortlist", *WEEK, "--format", "markdown")
    assert [int(number) for number in re.findall(r"(?m)^(\d+)\. \[", markdown.out)] == list(range(1, len(titles) + 1))
    assert "- not seen: challenging-vendor" in markdown.out
    assert markdown.err == ""


def test_the_counts_add_up_to_the_pool(desk: Terminal) -> None:
    """Whatever the limit, candidates and what was dropped are the pool."""
    for limit in ((), ("--limit", "1"), ("--limit", "7"), ("--limit", "10000")):
        told = desk("shortlist", *WEEK, *limit, "--format", "json").json
        assert len(told["candidates"]) + sum(told["dropped"].values()) == told["pool"]
        assert len(told["candidates"]) <= (int(limit[1]) if limit else 10_000)


def test_the_same_store_gives_the_same_bytes(desk: Terminal) -> None:
    """Shortlist and draft do not depend on when and how often they are asked for."""
    for words in (("shortlist", *WEEK, "--format", "json"), ("draft", *WEEK), ("draft", *WEEK, "--format", "json")):
        assert desk(*words) == desk(*words)


def test_the_window_follows_the_ledger(desk: Terminal) -> None:
    """Without --since it starts the day after the last report, without --until it ends today."""
    assert desk("shortlist", "--format", "json").json["window"] == {"since": "2026-05-18", "until": "2026-05-26"}
    assert desk("shortlist", "--until", "2026-05-20", "--format", "json").json["window"]["until"] == "2026-05-20"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (PAPER, "in: rank "),
        ("https://arxiv.org/pdf/2605.22850v1", "in: rank "),
        ("arxiv:2605.13734", "ledger"),
        ("arxiv:2605.99999", "not"),
        ("nonsense", "not"),
    ],
)
def test_one_item_is_explained(desk: Terminal, item: str, said: str) -> None:
    """By id or by any of its addresses: in or out, and why; what is not in the pool is said to be none of it."""
    ran = desk("shortlist", *WEEK, "--explain", item)
    assert ran.code == 0
    assert said in ran.out.splitlines()[1] if len(ran.out.splitlines()) > 1 else said in ran.out
    assert said in desk("shortlist", *WEEK, "--explain", item, "--format", "json").json["verdict"]


def test_a_past_week_can_be_replayed(own: Terminal) -> None:
    """With --as-of a day before it, a report that came later is not known, so that its entries are candidates again."""
    entries = {"arxiv:2605.13734", "arxiv:2605.12471"}
    week = ("--since", "2026-05-11", "--until", "2026-05-17", "--format", "json")

    def ids(*words: str) -> set[str]:
        return {one["id"] for one in own("shortlist", *week, *words).json["candidates"]}

    assert not entries & ids()
    assert entries <= ids("--as-of", "2026-05-17")
    assert not entries & ids("--as-of", "2026-05-18")


# -- draft ------------------------------------------------------------------------------------------------------------------
def test_a_draft_goes_to_stdout_and_what_was_not_seen_to_stderr(desk: Terminal) -> None:
    """Without --out nothing is written, and the draft carries no seal."""
    before = desk.files()
    ran = desk("draft", *WEEK)
    assert ran.code == 0
    assert ran.out.startswith("# Weekly Cache Report — 2026-05-24\n")
    assert "drafted by scout" not in ran.out
    assert re.match(r"\d+ entries for 2026-05-18 to 2026-05-24; 7 sources not seen or not covering it\n", ran.err)
    assert desk.files() == before


def test_a_draft_that_nobody_edited_is_replaced_and_an_edited_one_is_not(own: Terminal) -> None:
    """The last line tells them apart; --force replaces either."""
    report = own.folder / "out" / "report.md"
    first = own("draft", *WEEK, "--out", "out/report.md")
    assert (first.code, first.out) == (0, "")
    sealed = report.read_text()
    assert own("draft", *WEEK, "--out", "out/report.md", "--limit", "3").code == 0
    assert report.read_text() != sealed
    edited = sealed.replace("Weekly", "My weekly")
    report.write_text(edited)
    refused = own("draft", *WEEK, "--out", "out/report.md", "--pr-body", "pr.md")
    assert refused.code == 2
    assert (
        refused.err
        == "scout: out/report.md has been edited since scout wrote it; --force replaces it, or name another with --out\n"
    )
    assert report.read_text() == edited
    assert not (own.folder / "pr.md").exists()
    assert own("draft", *WEEK, "--out", "out/report.md", "--force").code == 0
    assert report.read_text() == sealed


@pytest.mark.parametrize("form", ["html", "json"])
def test_no_form_of_a_draft_replaces_what_somebody_wrote(own: Terminal, form: str) -> None:
    """A page or JSON is replaced by its like, never a report that a person has worked on."""
    assert own("draft", *WEEK, "--out", "made", "--format", form).code == 0
    assert own("draft", *WEEK, "--out", "made", "--format", form).code == 0
    own.write("made", "# My report\n")
    assert own("draft", *WEEK, "--out", "made", "--format", form).code == 2
    assert (own.folder / "made").read_text() == "# My report\n"


def test_a_draft_as_a_page_and_as_data(desk: Terminal) -> None:
    """HTML is one page without scripts, JSON has the parts of the report."""
    page = desk("draft", *WEEK, "--format", "html").out
    assert page.startswith("<!doctype html>")
    assert "<script" not in page
    data = desk("draft", *WEEK, "--format", "json").json
    assert data["head"]["title"]
    assert [half["letter"] for half in data["sections"]] == ["A", "B"]


def test_the_pull_requests_text_is_written_beside(own: Terminal) -> None:
    """--pr-body needs no --out: then the draft still goes to stdout."""
    ran = own("draft", *WEEK, "--pr-body", "pr.md")
    assert ran.out.startswith("# Weekly Cache Report")
    assert "Test plan" in (own.folder / "pr.md").read_text()


def test_an_unwritable_place_leaves_nothing_behind(own: Terminal) -> None:
    """A file where a folder should be: one sentence, exit 2, and no half of a file."""
    own.write("taken", "a file")
    before = own.files()
    ran = own("draft", *WEEK, "--out", "taken/report.md")
    assert ran.code == 2
    assert re.fullmatch(r"scout: taken/report.md cannot be written: [\w ]+\n", ran.err)
    assert own.files() == before


def test_a_users_template_is_used_and_a_wrong_one_is_said(own: Terminal) -> None:
    """`template` of feeds.yaml is relative to it; one that is missing or cannot be filled is a configuration error."""
    feeds = (own.folder / "feeds.yaml").read_text()
    own.write("feeds.yaml", feeds.replace("  target: 5", "  target: 5\n  template: mine.j2"))
    missing = own("draft", *WEEK)
    assert (missing.code, missing.out) == (2, "")
    assert "template" in missing.err
    own.write("mine.j2", "# {{ head.title }}, mine\n")
    assert own("draft", *WEEK).out == "# Weekly Cache Report, mine\n\n<!-- scout: seen until 2026-05-26T06:00:00Z -->\n"
    own.write("mine.j2", "{{ head.nothing.at_all }}{% for %}")
    wrong = own("draft", *WEEK)
    assert (wrong.code, wrong.out, wrong.err.count("\n")) == (2, "", 1)


# -- check ------------------------------------------------------------------------------------------------------------------
def test_a_report_without_errors_passes(desk: Terminal) -> None:
    """What is only unverified is no error, and is counted; --unverified lists it."""
    ran = desk("check", EARLIER)
    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith(f"{EARLIER}: ")
    assert "FAST '26" not in ran.out
    assert "FAST '26" in desk("check", EARLIER, "--unverified").out


def wrong(own: Terminal) -> str:
    """Write a report with one certain error, and return its name."""
    report = (own.folder / EARLIER).read_text()
    own.write("wrong.md", report.replace("Inference (May 12, 2026)", "Inference (May 17, 2026)"))
    return "wrong.md"


def test_an_error_ends_with_1_in_every_form(own: Terminal) -> None:
    """Text, JSON, GitHub's annotations and Markdown tell the same finding, each in its way."""
    name = wrong(own)
    text = own("check", name)
    assert text.code == 1
    assert "error [v1-date]" in text.out
    found = own("check", name, "--format", "json")
    (finding,) = [one for one in found.json["reports"][0]["findings"] if one["severity"] == "error"]
    assert (found.code, finding["code"], finding["entry"]) == (1, "v1-date", 4)
    github = own("check", name, "--format", "github")
    assert github.code == 1
    assert re.search(rf"(?m)^::error file=wrong.md,line={finding['line']},title=scout v1-date::", github.out)
    markdown = own("check", name, "--format", "markdown")
    assert markdown.code == 1
    assert "`v1-date`" in markdown.out


def test_known_findings_and_rules_that_are_off_do_not_count(own: Terminal) -> None:
    """A baseline holds only what is new; a rule can be switched off here, in feeds.yaml, or in the line."""
    name = wrong(own)
    own.write("known.json", own("check", name, "--format", "json").out)
    assert own("check", name, "--baseline", "known.json").code == 0
    assert own("check", name, "--off", "v1-date").code == 0
    report, feeds = (own.folder / name).read_text(), (own.folder / "feeds.yaml").read_text()
    own.write("feeds.yaml", f"{feeds}\ncheck: {{off: [v1-date]}}\n")
    assert own("check", name).code == 0
    own.write("feeds.yaml", f"{feeds}\ncheck: {{off: [v1-dat]}}\n")
    assert own("check", name).err == "scout: feeds.yaml: check: off: there is no rule 'v1-dat'; did you mean 'v1-date'?\n"
    own.write("feeds.yaml", feeds)
    own.write(name, report.replace("(May 17, 2026)", "(May 17, 2026) <!-- scout: off v1-date -->"))
    assert own("check", name).code == 0


def test_rules_explain_themselves(desk: Terminal) -> None:
    """One rule by its code, all with `all`; a code that is none is said, with the near miss where there is one."""
    one = desk("check", "--explain", "v1-date")
    assert one.out.startswith("v1-date: Hold the date")
    assert len(re.findall(r"(?m)^[a-z0-9-]+: [A-Z]", desk("check", "--explain", "all").out)) >= 10
    for words in (("--explain", "v1-dat"), (EARLIER, "--off", "v1-dat")):
        ran = desk("check", *words)
        assert (ran.code, ran.out) == (2, "")
        assert "v1-dat" in ran.err


def test_a_folder_of_reports_is_checked_as_a_whole(own: Terminal) -> None:
    """Every report of it, and what is none is passed over."""
    name = wrong(own)
    (own.folder / name).rename(own.folder / "reports" / name)
    own.write("reports/README.md", "# Not a report\n")
    ran = own("check", "reports", "--format", "json")
    assert ran.code == 1
    assert {one["path"] for one in ran.json["reports"]} == {"reports/wrong.md", EARLIER}


@pytest.mark.parametrize("place", ["notes.md", "notes", "empty", "none.md", ".@main:reports"])
def test_what_is_no_report_is_never_taken_for_a_good_one(own: Terminal, place: str) -> None:
    """A file, a folder or a revision without a report ends with 2: nothing was checked."""
    own.write("notes.md", "# Notes\n")
    own.write("notes/a.md", "# Notes\n")
    own.write("notes/b.md", "# More notes\n")
    (own.folder / "empty").mkdir()
    ran = own("check", place)
    assert (ran.code, ran.out) == (2, "")
    assert ran.err.startswith("scout: ")
    assert ran.err.count("\n") == 1


@pytest.mark.parametrize("body", ["{", "[]", '{"reports": [{}]}', "\x00", "null"])
def test_a_baseline_that_is_none_is_said(own: Terminal, body: str) -> None:
    """Something else than the JSON of a check is a usage error, and so is a file that is not there."""
    own.write("known.json", body)
    for name in ("known.json", "none.json"):
        ran = own("check", EARLIER, "--baseline", name)
        assert (ran.code, ran.out) == (2, "")
        assert ran.err.startswith(f"scout: --baseline {name}: ")


def test_fetch_asks_for_what_the_store_lacks(tmp_path: Path) -> None:
    """On an empty store a report's papers and releases are unverified; --fetch asks for them, says so, and holds them after."""
    with live_week(tmp_path) as desk:
        assert desk("collect", *WEEK, "--source", "weka", "-q").code == 0
        before = json.loads(desk("check", EARLIER, "--format", "json").out)
        ran = desk("check", EARLIER, "--fetch", "--format", "json")
        assert re.match(r"asked for \d+ things that the store lacks, \d+ found\n", ran.err)
        unverified = [
            [one for one in told["reports"][0]["findings"] if one["severity"] == "unverified"] for told in (before, ran.json)
        ]
        assert len(unverified[1]) < len(unverified[0])
        stored = desk("sql", "select id from items where id like 'arxiv:%' order by id", "--format", "csv").out.split()[1:]
        assert stored == ["arxiv:2605.12471", "arxiv:2605.13734"]
