"""From the places to the store: collect, status, run, and the places themselves."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import yaml
from terminal import EARLIER, WEEK, Ran, Terminal, live_week, week_terminal

from scout import config, sources
from scout.demo.server import Replay, Reply
from scout.sources.workspace import load_workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from scout.demo.server import Connection

UNSEEN = ("challenging-vendor", "failing-vendor")
ITEMS = "select id, title, summary, published, first_seen from items order by id"


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    """Serve the week for the tests that ask it, and collect nothing yet."""
    with live_week(tmp_path_factory.mktemp("live")) as desk:
        yield desk


def at(desk: Terminal, db: str, *words: str) -> Ran:
    """Run a command on another store of the same folder, so that tests do not see each other's."""
    return desk(*words, SCOUT_DB=db)


def test_collect_tells_each_source_once_and_prints_no_product(live: Terminal) -> None:
    """Progress, failures and a summary go to stderr; what failed is named, and is no error unless --strict."""
    ran = at(live, "first.db", "collect", *WEEK)
    assert (ran.code, ran.out) == (0, "")
    lines = [line.removeprefix("2026-05-26T06:00:00Z ") for line in ran.err.splitlines()]
    assert len([line for line in lines if re.match(r"\[\d+/21\] ", line)]) == 21
    assert [line.split(": ")[:2] for line in lines if line.startswith("not")] == [["not seen", name] for name in UNSEEN]
    assert lines[-1] == "19 of 21 sources seen, 109 new items, 2026-05-18 to 2026-05-24, in first.db"


def test_a_second_collect_changes_nothing(live: Terminal) -> None:
    """The same answers give the same items."""
    at(live, "twice.db", "collect", *WEEK)
    before = at(live, "twice.db", "sql", ITEMS, "--format", "csv")
    ran = at(live, "twice.db", "collect", *WEEK)
    assert ran.code == 0
    assert "19 of 21 sources seen, 0 new items" in ran.err
    assert at(live, "twice.db", "sql", ITEMS, "--format", "csv") == before


def test_each_line_of_the_log_has_its_time(live: Terminal) -> None:
    """Where stderr is no terminal, every line of a run says when it was written, so that a week's log can be read later."""
    ran = live.process("collect", *WEEK, "--source", "lmcache-blog", "--source", "failing-vendor", SCOUT_DB="timed.db")
    assert len(ran.err.splitlines()) == 4
    assert all(re.match(r"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ \S", line) for line in ran.err.splitlines())


def test_the_log_is_json_on_request(live: Terminal) -> None:
    """One object a line, each with the same keys, to the last word of a command that fails."""
    ran = at(live, "json.db", "collect", *WEEK, "--log-format", "json", "--source", "lmcache-blog", "--source", "failing-vendor")
    events = [json.loads(line) for line in ran.err.splitlines()]
    assert [(event["level"], event["source"], event["outcome"]) for event in events] == [
        ("info", "lmcache-blog", "ok"), ("info", "failing-vendor", "unreachable"),
        ("warning", "failing-vendor", "unreachable"), ("info", None, None),
    ]  # fmt: skip
    assert {event["time"] for event in events} == {"2026-05-26T06:00:00Z"}
    page = (Path(__file__).parent.parent / "docs" / "commands.md").read_text(encoding="utf-8").split("\n## The log")[1]
    documented = re.findall(r"(?m)^\| `(\w+)` \|", page.split("\n## ")[0])
    assert all(list(event) == documented for event in events)
    failed = at(live, "json.db", "collect", *WEEK, "--quiet", "--log-format", "json", "--source", "failing-vendor")
    levels = [json.loads(line)["level"] for line in failed.err.splitlines()]
    assert (failed.code, levels) == (4, ["warning", "error"])


def test_a_good_week_is_quiet_and_a_bad_one_has_a_line_for_each_source(tmp_path: Path) -> None:
    """`--quiet` says nothing while all goes well, so that cron sends no mail; else what was not seen, and nothing else."""
    with live_week(tmp_path) as desk:
        assert desk("reports", "add", EARLIER).code == 0
        good = (tmp_path / "feeds.yaml").read_text()
        desk.write("feeds.yaml", "\n".join(line for line in good.splitlines() if not any(name in line for name in UNSEEN)))
        for words in (
            ("run", "--until", "2026-05-24"),
            ("run", "--until", "2026-05-24", "--log-format", "json"),
            ("collect", *WEEK),
        ):
            ran = desk(*words, "--quiet")
            assert (ran.code, ran.out, ran.err) == (0, "", ""), words
        desk.write("feeds.yaml", good)
        ran = desk("run", "-q", "--until", "2026-05-24")
        assert (ran.code, ran.out) == (0, "")
        assert [line.split()[1:4] for line in ran.err.splitlines()] == [["not", "seen:", f"{name}:"] for name in UNSEEN]


def test_what_fails_three_times_is_said_once_and_loudly(tmp_path: Path) -> None:
    """The third failed run in a row says so with what to do, in place of the usual line; the fourth has the usual line again."""
    with live_week(tmp_path) as desk:
        said = [desk("collect", *WEEK, "-q", "--source", "vendors").err for _ in range(4)]
        for name in UNSEEN:
            lines = [next(line for line in err.splitlines() if name in line) for err in said]
            assert ["ATTENTION" in line for line in lines] == [False, False, True, False]
            assert f"scout sources test {name}" in lines[2]
        assert [len(err.splitlines()) for err in said] == [2, 2, 2, 2]


def test_only_the_named_sources_and_groups_are_asked(live: Terminal) -> None:
    """--source may be given again, and a group stands for its sources."""
    ran = at(live, "some.db", "collect", *WEEK, "--source", "arxiv", "--source", "labs")
    assert ran.code == 0
    asked = at(live, "some.db", "sql", "select source from outcomes order by source", "--format", "csv").out.split()[1:]
    assert asked == ["apple-ml", "arxiv", "hugging-face", "the-batch"]


def test_a_dry_run_asks_and_writes_nothing(live: Terminal) -> None:
    """It says what would be asked, and leaves no store behind."""
    ran = at(live, "dry/none.db", "collect", *WEEK, "--dry-run", "--source", "vendors")
    assert ran.code == 0
    assert "would ask 9 sources for 2026-05-18 to 2026-05-24, into dry/none.db" in ran.err
    assert len(ran.rows) == 9
    assert not (live.folder / "dry").exists()


def test_strict_makes_a_failed_source_an_error(live: Terminal) -> None:
    """With --strict the code is 1 if any source failed, and what came is kept all the same."""
    ran = at(live, "strict.db", "collect", *WEEK, "--strict", "--source", "failing-vendor", "--source", "lmcache-blog")
    assert ran.code == 1
    assert "1 of 2 sources seen, 3 new items" in ran.err
    assert at(live, "strict.db", "collect", *WEEK, "--strict", "--source", "lmcache-blog").code == 0


def test_everything_is_asked_again_with_refresh(live: Terminal) -> None:
    """What was unchanged is read again, and still nothing is new."""
    at(live, "again.db", "collect", *WEEK, "--source", "lmcache-blog")
    assert "unchanged" in at(live, "again.db", "collect", *WEEK, "--source", "lmcache-blog").err
    assert "lmcache-blog: ok, 0 new of 3" in at(live, "again.db", "collect", *WEEK, "--source", "lmcache-blog", "--refresh").err


def test_run_is_the_weekly_job(tmp_path: Path) -> None:
    """It reads the reports of `history`, takes the window from the ledger, collects, and drafts beside the store, sealed."""
    with live_week(tmp_path) as desk:
        feeds = (tmp_path / "feeds.yaml").read_text().replace("  target: 5\n", "  target: 5\n  history: [reports]\n")
        desk.write("conf/feeds.yaml", feeds)
        (tmp_path / "reports").rename(tmp_path / "conf" / "reports")
        ran = desk("run", "--quiet", "--until", "2026-05-24", "--pr-body", "pr.md", SCOUT_CONFIG="conf/feeds.yaml")
        assert (ran.code, ran.out) == (0, "")
        pages = desk("sql", "select why from readings", "--format", "json").json
        told = [page["why"] for page in pages]
        assert all(why == "" or "404" in why for why in told), "the week's own server is asked for them, nobody else"
        loud = desk("run", "--until", "2026-05-24", "--pr-body", "pr.md", SCOUT_CONFIG="conf/feeds.yaml").err
        assert re.search(r"19 of 21 sources seen, \d+ new items, 2026-05-04 to 2026-05-24", loud), "the lookback days too"
        assert re.search(r"draft-2026-05-24.md: \d+ entries for 2026-05-18 to 2026-05-24", loud)
        drafted = (tmp_path / "data" / "draft-2026-05-24.md").read_text()
        assert "following the prior report" in drafted
        assert "drafted by scout, unedited" in drafted.splitlines()[-1]
        assert (tmp_path / "pr.md").read_text().strip()
        assert "weekly-cache-report-2026-05-17.md" in desk("reports", "list").out
        again = desk("run", "-q", "--until", "2026-05-24", "--strict", "--out", "out.md", SCOUT_CONFIG="conf/feeds.yaml")
        assert again.code == 1, "two sources failed, and --strict was given"
        assert (tmp_path / "out.md").exists(), "the draft is written all the same: it says what was not seen"


@pytest.mark.usefixtures("heard")
def test_an_interrupted_collect_ends_with_130_and_keeps_what_came(tmp_path: Path) -> None:
    """After Ctrl-C the sources that were read are stored, and the one in flight is not finished, nor waited for."""
    served = {"/feed": Reply(body=FEED, content_type="text/xml"), "/hangs": Reply(script=_hang)}
    with Replay(served) as server, Replay(served) as other:  # one host answers one request at a time
        desk = Terminal(tmp_path)
        text = feeds(server.host, good="/feed", slow="/hangs").replace("timeout_s: 30", "timeout_s: 90")
        text = text.replace(f"{server.host}/hangs", f"{other.host}/hangs").replace(
            f"['{server.host}']", f"['{server.host}', '{other.host}']"
        )
        desk.write("feeds.yaml", text)
        process = subprocess.Popen(
            [sys.executable, "-m", "scout", "collect", *WEEK],
            cwd=tmp_path, env=desk.environment(), stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        assert process.stderr
        with process:
            assert "good: ok, 1 new of 1" in process.stderr.readline()
            process.send_signal(signal.SIGINT)
            _, rest = process.communicate(timeout=45)  # far less than the source would be waited for
            assert process.returncode == 130
        assert "Traceback" not in rest
    found = desk("sql", "select source, result from outcomes order by source", "--format", "csv").out.splitlines()[1:]
    assert found == ["good,ok", "slow,not_finished"]
    assert desk("sql", "select title from items", "--format", "csv").out.split() == ["title", "Post"]


def _hang(wire: Connection) -> None:
    wire.wait(90)


FEED = (
    b'<rss version="2.0"><channel><title>F</title><item><title>Post</title><link>https://posts.example.org/1</link>'
    b"<pubDate>Tue, 19 May 2026 08:00:00 GMT</pubDate></item></channel></rss>"
)


def feeds(host: str, **paths: str) -> str:
    """Return a feeds.yaml with feeds on one host of this machine."""
    sources = "\n".join(f"  - {{name: {name}, kind: feed, url: 'http://{host}{path}'}}" for name, path in paths.items())
    return f"http: {{allow_hosts: ['{host}'], pace_s: {{'{host}': 0}}, timeout_s: 30}}\nsources:\n{sources}\n"


def closed_port() -> str:
    """Return an address of this machine where nobody listens."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return f"127.0.0.1:{found.getsockname()[1]}"


def test_no_network_at_all_ends_with_4_and_names_each_source(tmp_path: Path) -> None:
    """Where every source fails, silence is no answer: each is named with its reason, and nothing is claimed."""
    desk, host = Terminal(tmp_path), closed_port()
    desk.write("feeds.yaml", feeds(host, one="/a", two="/b").replace("timeout_s: 30", "timeout_s: 1"))
    ran = desk.process("collect", "--quiet")
    assert (ran.code, ran.out) == (4, "")
    assert re.findall(r"(?m)^\S+Z not seen: (\w+): unreachable: \S", ran.err) == ["one", "two"]
    assert ran.err.splitlines()[-1].startswith("scout: every source failed; is there a network?")
    assert desk("run", "--quiet").code == 4
    probed = desk("sources", "test")
    assert probed.code == 4
    assert len(probed.rows) == 2


# -- status -----------------------------------------------------------------------------------------------------------------
def test_status_tells_of_every_source(tmp_path: Path) -> None:
    """A line for each of feeds.yaml, what is wrong first, with what is known; notes go to stderr, JSON is in feeds.yaml's order."""
    desk = week_terminal(tmp_path)
    ran = desk("status")
    names = [one.source.name for one in load_workspace(config.load(tmp_path / "feeds.yaml")).sources]
    told = [line.split()[0] for line in ran.out.splitlines() if line and not line.startswith(("source ", "---"))]
    assert (ran.code, sorted(told)) == (0, sorted(names))
    assert told[:2] == list(UNSEEN)
    assert [row["source"] for row in desk("status", "--format", "json").json] == names
    rows = {row["source"]: row for row in desk("status", "--format", "json").json}
    assert rows["lmcache-blog"]["outcome"] == "ok"
    assert rows["lmcache-blog"]["newest"] == "2026-05-23"
    assert rows["lmcache-blog"]["last_success"] == "2026-05-26T06:00:00Z"
    assert rows["challenging-vendor"]["outcome"] == "blocked"
    assert rows["challenging-vendor"]["last_success"] is None
    assert rows["challenging-vendor"]["streak"] == 1


def test_status_knows_what_was_never_asked_paused_or_removed(tmp_path: Path) -> None:
    """A new source, a paused one, and one that only the store knows are told apart."""
    desk = week_terminal(tmp_path)
    desk.write("feeds.yaml", "sources:\n  - {name: new, kind: feed, url: 'https://new.example.org/f'}\n"
        "  - {name: weka, kind: feed, pause: true, url: 'https://weka.example.org/f'}\n"
        "  - {name: asleep, kind: feed, pause: true, url: 'https://asleep.example.org/f'}\n")  # fmt: skip
    rows = {row["source"]: row for row in desk("status", "--format", "json").json}
    assert (rows["new"]["outcome"], rows["new"]["why"], rows["new"]["asked_again"]) == ("not_finished", "never asked", "next run")
    assert (rows["weka"]["outcome"], rows["weka"]["asked_again"]) == ("ok", "paused")
    assert rows["asleep"]["why"] == "paused in feeds.yaml"
    assert rows["arxiv"]["asked_again"] == "never: no longer in feeds.yaml"


# -- sources ----------------------------------------------------------------------------------------------------------------
def test_sources_are_listed_with_where_they_ask(tmp_path: Path) -> None:
    """Each source of feeds.yaml, as a table and as JSON."""
    desk = week_terminal(tmp_path)
    rows = desk("sources", "list", "--format", "json").json
    assert len(desk("sources", "list").rows) == len(rows) == 21
    assert rows[0] | {"hosts": ""} == {
        "name": "arxiv", "kind": "arxiv", "section": "B", "group": "", "hosts": "", "paused": False,
    }  # fmt: skip


def test_sources_are_tried_without_storing_anything(live: Terminal) -> None:
    """`sources test` says what came from each, and leaves no store."""
    before = live.files().keys()
    rows = {row["source"]: row for row in live("sources", "test", "vendors", "arxiv", "--format", "json").json}
    assert len(rows) == 10
    assert rows["lmcache-blog"] | {"why": ""} == {
        "source": "lmcache-blog", "kind": "feed", "outcome": "ok", "items": 3, "newest": "2026-05-23", "advice": "", "why": "",
    }  # fmt: skip
    assert rows["challenging-vendor"]["outcome"] == "blocked"
    assert live.files().keys() == before


def test_feeds_travel_by_opml(tmp_path: Path) -> None:
    """What is exported is imported again, feed by feed; what feeds.yaml has already is only counted."""
    desk = week_terminal(tmp_path)
    ran = desk("sources", "export", "feeds.opml")
    assert (ran.code, ran.out) == (0, "")
    assert ran.err == "9 feeds written, 12 sources of other kinds left out\n"
    assert desk("sources", "export", "-").out == (tmp_path / "feeds.opml").read_text()
    known = desk("sources", "import", "feeds.opml")
    assert (known.out.strip(), known.err.split(";")[0]) == ("", "0 new, 9 already in feeds.yaml")
    fresh = desk("sources", "import", "feeds.opml", "--config", "none.yaml")
    assert fresh.err.startswith("9 new, 0 already in none.yaml")
    entries = yaml.safe_load("sources:\n" + fresh.out)["sources"]
    wanted = [one for one in yaml.safe_load((tmp_path / "feeds.yaml").read_text())["sources"] if one["kind"] == "feed"]
    assert [(one["name"], one["url"], one.get("group", "")) for one in entries] == [
        (one["name"], one["url"], one.get("group", ""))
        for one in sorted(wanted, key=lambda one: list(GROUPS).index(one["group"]))
    ]


GROUPS = ("trackers", "vendors", "labs")


def test_an_opml_file_that_is_there_is_not_replaced(tmp_path: Path) -> None:
    """Without --force the export is refused, and the file stays."""
    desk = week_terminal(tmp_path)
    desk.write("mine.opml", "mine")
    ran = desk("sources", "export", "mine.opml")
    assert (ran.code, (tmp_path / "mine.opml").read_text()) == (2, "mine")
    assert ran.err == "scout: mine.opml is there already; --force replaces it\n"
    assert desk("sources", "export", "mine.opml", "--force").code == 0


def test_the_schema_is_json_and_knows_every_kind(tmp_path: Path) -> None:
    """Editors get one document with all options."""
    ran = Terminal(tmp_path)("sources", "schema")
    assert ran.err == ""
    kinds = {one["properties"]["kind"]["const"] for one in ran.json["properties"]["sources"]["items"]["oneOf"]}
    assert kinds == set(sources.kinds())


# -- demo -------------------------------------------------------------------------------------------------------------------
def test_the_demo_prints_where_its_draft_is(tmp_path: Path) -> None:
    """The path is the product; a second demo replaces the first, and another folder's things are left alone."""
    desk = Terminal(tmp_path)
    ran = desk("demo", "--dir", "shown")
    assert (ran.code, ran.out) == (0, "shown/draft.md\n")
    draft = (tmp_path / "shown" / "draft.md").read_text()
    assert desk("demo", "--dir", "shown").code == 0
    assert (tmp_path / "shown" / "draft.md").read_text() == draft
    _, _, tries = ran.err.partition("What to try next:")
    shown = [words.split() for words in re.findall(r": scout (.*)", tries)]
    assert [next(word for word in words if word in ("shortlist", "check", "publish", "init")) for words in shown] == [
        "shortlist", "check", "publish", "init"
    ]  # fmt: skip
    assert [desk(*words).code for words in shown[:3]] == [0, 0, 1]  # nothing is written yet
    where = ("--config", "shown/feeds.yaml", "--db", "shown/scout.db")
    desk.write("shown/draft.md", re.sub(r"<!-- slot: \w+ --> _…[^_]*_", "A sentence of judgement.", draft))
    checked = desk("check", "shown/draft.md", *where)
    assert (checked.code, "prior-report" in checked.out) == (0, False), checked.out
    desk.write("mine/notes.md", "mine")
    refused = desk("demo", "--dir", "mine")
    assert refused.code == 2
    assert "holds other things" in refused.err
    assert "is a file" in desk("demo", "--dir", "mine/notes.md").err
    assert (tmp_path / "mine" / "notes.md").read_text() == "mine"
