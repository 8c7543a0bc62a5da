"""Many at once: what one source brings, who else holds the store, and how a run is ended, cost the others nothing."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
import time
from dataclasses import replace
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, WINDOW, FakeClient, FakeSource, item, page
from filelock import FileLock
from past import outcome
from terminal import Terminal
from test_cli_collect import FEED, feeds
from test_collect import configured

from scout import store
from scout.cli import signals
from scout.demo.server import Replay, Reply
from scout.errors import StoreBusyError
from scout.http.errors import RequestFailedError
from scout.http.ratelimit import HostLimiter
from scout.model import Decision, LedgerEntry, LedgerReport, Mark, Result, Validators, Vote, VoteKind
from scout.model.reading import Reading
from scout.pipeline.collect import Collector, CollectResult
from scout.sources.feed import FeedSource
from scout.sources.parse_process import LONGEST_WORD, ParseProcesses, is_usual

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from scout.model import Interval
    from scout.sources.base import Source
    from scout.sources.session import FetchSession
    from scout.store import Store

GOOD = FakeSource(name="good").found(item("Good"))


def collected(path: Path, *sources: Source, **more: Any) -> CollectResult:
    """Collect once into the store at `path`."""
    with store.open_store(path, write="a test", create=True, patience_s=0.2) as opened:
        return Collector(store=opened, client=FakeClient(), clock=lambda: NOW, **more).collect(configured(*sources), WINDOW)


def results(done: CollectResult) -> dict[str, Result]:
    """Return each source's word."""
    return {outcome.source: outcome.result for outcome in done.outcomes}


def test_half_a_character_ends_nothing(tmp_path: Path) -> None:
    """A lone surrogate in any field is stored as a replacement character, and the other sources are heard."""
    odd = item("Odd \ud800", url="https://odd.test/\ud800", summary="\udfff", authors=("\ud800",), extra={"x": "\ud800"})
    done = collected(tmp_path / "s.db", FakeSource(name="odd").found(odd), GOOD)
    assert results(done) == {"odd": Result.OK, "good": Result.OK}
    assert store.query(tmp_path / "s.db", "select count(*) from items where title like 'Odd ?'").rows == ((1,),)


def test_rows_that_cannot_be_written_are_their_sources_outcome(tmp_path: Path) -> None:
    """A source whose rows the store refuses is broken, and stored as such; the run goes on."""
    bad = replace(item("Bad"), extra={"x": object()})
    done = collected(tmp_path / "s.db", FakeSource(name="bad").found(bad), GOOD)
    assert results(done) == {"bad": Result.BROKEN, "good": Result.OK}
    assert store.query(tmp_path / "s.db", "select source, result from outcomes order by 1").rows == (
        ("bad", "broken"),
        ("good", "ok"),
    )


def test_what_remembering_raises_is_that_sources_outcome(tmp_path: Path) -> None:
    """An exception in `remembered` is one broken source."""

    class Forgetful(FakeSource):
        def remembered(self, session: FetchSession) -> Interval | None:  # noqa: ARG002
            raise ZeroDivisionError

    assert results(collected(tmp_path / "s.db", Forgetful(name="bad"), GOOD)) == {"bad": Result.BROKEN, "good": Result.OK}


def test_a_write_waits_for_a_reader_and_is_tried_again(tmp_path: Path) -> None:
    """A reader that holds its lock longer than one try keeps the run waiting, and nothing is lost."""
    path = tmp_path / "s.db"
    collected(path, FakeSource(name="first").found(item("First")))
    reader = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
    reader.execute("begin")
    reader.execute("select * from items").fetchall()

    def let_go() -> None:
        Event().wait(0.8)
        reader.rollback()

    release = Thread(target=let_go)
    release.start()
    assert results(collected(path, GOOD)) == {"good": Result.OK}
    release.join()
    reader.close()


def within(write: Callable[[sqlite3.Connection], object]) -> Callable[[Store], object]:
    """Return what a caller does with a function that writes inside a transaction."""

    def written(opened: Store) -> None:
        with opened.writing() as conn:
            write(conn)

    return written


FROM_A = store.items.Provenance(source="a", authority=1, run=1, now=NOW)
ENTRY = LedgerEntry(report=NOW.date(), number=1, section="A", grade=2, title="A cache", ids=("url:https://a.test/",))
REPORT = LedgerReport(day=NOW.date(), path="r.md", title="R", run_type="", since=None, until=None, entries=(ENTRY,))
NO_TEXT = Reading(item_id=item("A cache").id, result=Result.EMPTY, read=NOW, form="article", url="https://a.test/")


def put_reading(conn: sqlite3.Connection) -> None:
    """Write a reading and the item that it is of."""
    store.items.remember(conn, [item("A cache")], FROM_A)
    store.readings.put(conn, NO_TEXT)


def attach_itself(opened: Store) -> None:
    """Attach the file itself, and read it."""
    with opened.attached(opened.path, "other"):
        opened.rows("select * from other.items")


VOTE = Vote(item="arxiv:2605.00001", kind=VoteKind.UPVOTES, url="https://huggingface.co/papers/2605.00001", count=3)
METHODS: dict[str, Callable[[Store], object]] = {
    "rows": lambda opened: opened.rows("select * from items"),
    "health": store.runs.health,
    "recent": lambda opened: store.runs.recent(opened, days=9),
    "for_coverage": lambda opened: store.runs.for_coverage(opened, ["a"], WINDOW),
    "last_covers": lambda opened: store.runs.last_covers(opened, {"a": NOW}),
    "validators": store.runs.validators,
    "pauses": store.runs.pauses,
    "readings": store.runs.readings,
    "first_successes": store.runs.first_successes,
    "known": lambda opened: store.runs.known(opened, ["a"]),
    "state": lambda opened: store.runs.state(opened, "a", "b"),
    "start": lambda opened: store.runs.start(opened, WINDOW, {}, now=NOW, version="1"),
    "end": lambda opened: store.runs.end(opened, 1, now=NOW),
    "ledger": store.ledger.reports,
    "pool": lambda opened: store.window_items.items_for_window(opened, WINDOW, lookback_days=14),
    "by_ids": lambda opened: store.window_items.by_ids(opened, ["a"]),
    "published": lambda opened: store.window_items.published(opened, WINDOW.start, WINDOW.end, limit=1),
    "linked": store.lookup.linked,
    "titled": lambda opened: store.lookup.titled(opened, "two words here"),
    "replies": store.lookup.replies,
    "of_source": lambda opened: store.lookup.of_source(opened, "a", WINDOW),
    "around": lambda opened: store.lookup.around(opened, "2605.00001"),
    "seen_until": store.runs.seen_until,
    "first_asked": store.runs.first_asked,
    "reported": lambda opened: store.ledger.reported(opened, [REPORT]),
    "add": lambda opened: store.ledger.add(opened, REPORT),
    "remember": within(lambda conn: store.items.remember(conn, [item("A cache")], FROM_A)),
    "accept_claims": within(lambda conn: store.items.accept_claims(conn, now=NOW)),
    "mark": lambda opened: store.marks.put(opened, Mark(item="url:https://source.test/a-cache", decision=Decision.A, made=NOW)),
    "unmark": lambda opened: store.marks.undo(opened, "a", now=NOW),
    "standing": store.marks.standing,
    "by_name": lambda opened: store.marks.by_name(opened, [Mark(item="a", decision=Decision.A, made=NOW)]),
    "find": lambda opened: store.lookup.find(opened, "two words here"),
    "resembling": lambda opened: store.lookup.resembling(opened, "two words here"),
    "vote": within(lambda conn: store.votes.remember(conn, [VOTE], source="a", run=1, now=NOW)),
    "by_item": lambda opened: store.votes.by_item(opened, ["a"], window=WINDOW),
    "last_days": within(lambda conn: store.runs.last_days(conn, "a", most=3)),
    "put_outcome": within(lambda conn: store.runs.put_outcome(conn, outcome("a", run=1), "feed")),
    "put_validators": within(lambda conn: store.runs.put_validators(conn, {"https://a.test/": Validators(etag="x")}, now=NOW)),
    "put_pauses": within(lambda conn: store.runs.put_pauses(conn, {"a.test": NOW})),
    "put_state": within(lambda conn: store.runs.put_state(conn, "a", "b", {"x": 1}, now=NOW)),
    "put_reading": within(put_reading),
    "reading_of": lambda opened: store.readings.of_items(opened, ["a"]),
    "reading_attempts": lambda opened: store.readings.attempts(opened, ["a"]),
    "reading_leads": lambda opened: store.readings.leads(opened, ["a"], most=9),
    "unneeded": lambda opened: store.prune.unneeded(opened, NOW),
    "remove": lambda opened: store.prune.remove(opened, store.prune.Unneeded(readings=("a",), characters=0, addresses=())),
    "attached": attach_itself,
    "stream": lambda opened: list(opened.stream("select * from items")),
    "compact": lambda opened: opened.compact(),
    "put_reply": within(lambda conn: store.lookup.put_reply(conn, "https://a.test/", "ok", 200, now=NOW)),
}


@pytest.mark.parametrize("method", METHODS)
def test_each_method_waits_for_a_lock_and_gives_up_in_a_sentence(tmp_path: Path, method: str) -> None:
    """While a second connection holds the file, it waits as long as it was told, ends when told, and works afterwards."""
    path, stop = tmp_path / "s.db", Event()
    with store.open_store(path, write="a test", create=True, patience_s=0.1, stop=stop) as opened:
        store.runs.start(opened, WINDOW, {}, now=NOW, version="1")
        with opened.writing() as conn:
            store.items.remember(conn, [item("A cache")], FROM_A)
        other = sqlite3.connect(path, isolation_level=None)
        other.execute("begin exclusive")
        with pytest.raises(StoreBusyError, match="another program has held it"):
            METHODS[method](opened)
        stop.set()
        opened.patience_s, began = 60, time.monotonic()
        with pytest.raises(StoreBusyError):
            METHODS[method](opened)
        assert time.monotonic() - began < 5
        other.rollback()
        other.close()
        METHODS[method](opened)


def test_the_wait_for_another_writer_can_be_stopped(tmp_path: Path) -> None:
    """It waits as long as it was told, names no dead process as the holder, and ends when told."""
    path = tmp_path / "s.db"
    store.open_store(path, write="a test", create=True).close()
    with FileLock(f"{path}.lock"):
        (tmp_path / "s.db.writer").write_text("scout collect, process 999999999")
        with pytest.raises(StoreBusyError, match=r"by another process; waited 0\.2 s"):
            store.open_store(path, write="a test", wait_s=0.2)
        stop = Event()
        stop.set()
        with pytest.raises(KeyboardInterrupt):
            store.open_store(path, write="a test", wait_s=60, stop=stop)


def test_the_wait_for_arxivs_turn_can_be_stopped(tmp_path: Path) -> None:
    """Another process that holds arXiv's turn does not hold up the end of a run."""
    stopped = Event()
    stopped.set()
    with (
        FileLock(str(tmp_path / "pace.lock")),
        pytest.raises(RequestFailedError, match="stopped"),
        HostLimiter(3, tmp_path / "pace").acquire(stopped),
    ):
        pass


def test_an_unusual_body_is_read_elsewhere_and_ended() -> None:
    """An endless word is no usual body; it is read in a process, which ends when it takes too long; the next one is fresh."""
    source = FeedSource(name="f", url="https://f.test/")
    author = b"<dc:creator xmlns:dc='http://purl.org/dc/elements/1.1/'><![CDATA[" + b"a" * 120_000 + b"]]></dc:creator></item>"
    slow, usual = FEED.replace(b"</item>", author), FEED.replace(b"Post", b"a" * (LONGEST_WORD + 1))
    assert is_usual(FEED)
    assert not is_usual(slow)
    processes = ParseProcesses(cpu_s=3)
    try:
        ended = processes.parse(source, page(slow))
        assert (ended.result, "would take more than 3 s" in ended.why) == (Result.BROKEN, True)
        assert len(processes.parse(source, page(usual)).items) == 1
    finally:
        processes.close()


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_each_signal_stops_once_and_then_interrupts(number: signal.Signals) -> None:
    """The first sets the event and tears nothing; the second raises."""
    with signals.stopping() as stop:
        os.kill(os.getpid(), number)
        assert stop.wait(1)
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), number)


ABORTS = os.environ.get("SCOUT_TEST_ABORTS", "4")
"""How often a collect is ended in each way; a hundred take some minutes."""
TRIALS = """
import os, random, resource, signal, sys, threading, time
import scout.cli, scout.pipeline.collect, scout.store, scout.sources.feed, feedparser, bs4, lxml.html, dateutil.parser, scout.http.client
how, codes, rng = sys.argv[1], [], random.Random(7)
for trial in range(int(sys.argv[2])):
    pid = os.fork()
    if pid == 0:
        os.environ["SCOUT_DB"] = f"{how}-{trial}.db"
        if how == "full":
            resource.setrlimit(resource.RLIMIT_FSIZE, (rng.randrange(4, 160) * 1024,) * 2)
        elif how == "closed":
            os.close(2)
        sys.argv = ["scout", "collect", "--since", "2026-05-18", "--until", "2026-05-24"]
        from scout.cli import main
        main()
        os._exit(0)
    wait, begun = rng.uniform(0.0, 0.12), f"{how}-{trial}.db"
    while how in ("TERM", "HUP", "KILL", "twice") and not os.path.exists(begun) and os.waitid(os.P_PID, pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is None:
        time.sleep(0.005)  # a signal before the program has begun would end the interpreter alone
    for number in {"TERM": [15], "HUP": [1], "KILL": [9], "twice": [2, 2]}.get(how, []):
        time.sleep(wait)
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            pass
    _, status = os.waitpid(pid, 0)
    codes.append(os.waitstatus_to_exitcode(status))
print(sorted(set(codes)))
"""


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize(
    ("how", "codes"),
    [
        ("full", {0, 3}),
        ("closed", {0, 120}),
        ("TERM", {0, 130}),
        ("HUP", {0, 130}),
        ("KILL", {0, -signal.SIGKILL}),
        ("twice", {0, 130, -signal.SIGINT}),
    ],
)
def test_a_collect_ended_at_any_time_never_crashes(tmp_path: Path, how: str, codes: set[int]) -> None:
    """However it is ended (full disk, closed stderr, signals, kill -9, two Ctrl-C), each store is whole, and the next run works."""
    paths = {f"s{number}": f"/feed?{number}" for number in range(8)}
    with Replay({target: Reply(body=FEED, content_type="text/xml") for target in paths.values()}) as server:
        desk = Terminal(tmp_path)
        desk.write("feeds.yaml", feeds(server.host, **paths))
        uncounted = {
            name: value for name, value in desk.environment().items() if not name.startswith(("COVERAGE", "PYTHONWARNINGS"))
        }  # the one writes files, too; the other tells that an interrupted import left its file open
        ran = subprocess.run(
            [sys.executable, "-c", TRIALS, how, ABORTS], cwd=tmp_path, env=uncounted, capture_output=True, text=True, check=False,
            timeout=60 + 15 * int(ABORTS),
        )  # fmt: skip
    assert ran.returncode == 0, ran.stderr[-2000:]
    ended = {int(code) for code in ran.stdout.strip().strip("[]").split(",")}
    assert ended <= codes, ran.stderr[-2000:]
    assert "Traceback" not in ran.stderr
    for path in tmp_path.glob("*.db"):
        with sqlite3.connect(path) as conn:
            assert conn.execute("pragma integrity_check").fetchone() == ("ok",)
    again = desk("collect", "--wait", "0", SCOUT_DB=f"{how}-0.db")
    assert again.code == 4, again.err  # nothing is served any more
    assert desk("status", "--deep", SCOUT_DB=f"{how}-0.db").code == 0


@pytest.mark.usefixtures("heard")
@pytest.mark.parametrize(
    "program",
    [
        pytest.param(
            "signals.end_as_interrupted()\nclass Late:\n  def __del__(self): os.kill(os.getpid(), 2); os.kill(os.getpid(), 2)\n"
            "with signals.stopping():\n  late = Late()\n  del late\n  print('it goes on')",
            id="destructor",
        ),
        pytest.param(
            "class Late:\n  def write(self, _): os.kill(os.getpid(), 2)\n  def flush(self): pass\n"
            "def app(**_): sys.stderr = Late(); os.kill(os.getpid(), 2)\n"
            "commands.app = app\ncommands.main()",
            id="ending",
        ),
    ],
)
def test_a_second_ctrl_c_ends_wherever_it_comes(program: str) -> None:
    """Python would print and drop it in a destructor, and show a traceback where the first is being told."""
    begin = "import os, sys\nfrom scout.cli import signals\nimport scout.cli.app\ncommands = sys.modules['scout.cli.app']\n"
    done = subprocess.run([sys.executable, "-c", begin + program], capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout, done.stderr) == (-signal.SIGINT, "", "")
