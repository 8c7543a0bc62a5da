"""Collecting: one outcome a source, whole or not at all, and no one's failure is another's."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Event
from typing import TYPE_CHECKING, Any, ClassVar

import pytest
from fakes import NOW, WINDOW, FakeClient, FakeSource, answer, failure, fetch_session, item

from scout import config, dates, store
from scout.http import HttpCache
from scout.http.errors import AGAIN
from scout.model import Answer, Failure, Interval, Item, Outcome, Result, Section, Validators, Window
from scout.pipeline.collect import Collector, CollectResult, Progress
from scout.pipeline.shortlist import select
from scout.pipeline.status import alerts_of, source_status
from scout.sources.base import Page, Parsed, Source
from scout.sources.fetch import fetch_source
from scout.sources.workspace import ConfiguredSource, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from pathlib import Path

    from scout.sources.session import FetchSession


@dataclass(frozen=True, kw_only=True)
class OnePage(Source):
    """A source of one address whose body is the title of its one item."""

    url: str = "https://one.test/"

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Ask the address."""
        got = session.get(self.url)
        yield got if isinstance(got, Failure) else session.page(got)

    def parse(self, page: Page) -> Parsed:
        """Make an item of the body."""
        return Parsed(items=(item(page.body.decode(), url=f"{self.url}x"),), state={"read": page.body.decode()})


@dataclass(frozen=True, kw_only=True)
class TwoParts(Source):
    """A source of two places, each of which says how far it reaches."""

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Ask both."""
        for part in ("a", "b"):
            got = session.get(f"https://{part}.test/")
            yield got if isinstance(got, Failure) else session.page(got, part=part)

    def parse(self, page: Page) -> Parsed:  # noqa: ARG002 -- nothing in it
        """Read nothing, over the whole window."""
        return Parsed(result=Result.EMPTY, covers=span(3))


@dataclass(frozen=True, kw_only=True)
class Faulty(Source):
    """A source with a bug after its first page."""

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Yield a page, then fail as only a bug does."""
        yield session.page(answer("x", url="https://faulty.test/"))
        raise ZeroDivisionError("by zero")

    def parse(self, page: Page) -> Parsed:
        """Make an item."""
        return Parsed(items=(item("kept", url=page.url),))


def outcome_of(source: Source, previous: Interval | None = None) -> Outcome:
    """Fetch a source and return its outcome."""
    return fetch_source(source, fetch_session(), previous).outcome


def configured(*sources: Source, fingerprint: str = "f") -> list[ConfiguredSource]:
    """Return the sources as a configuration has them."""
    return [ConfiguredSource(source=source, kind="fake", fingerprint=fingerprint) for source in sources]


def collected(
    path: Path, *sources: Source, client: FakeClient | None = None, fingerprint: str = "f", refresh: bool = False, now: datetime = NOW,
    tell: Callable[[Progress], None] = lambda _: None, window: Window = WINDOW,
) -> CollectResult:  # fmt: skip
    """Collect from sources into the store at `path`; the client knows the validators that are stored there."""
    client = client or FakeClient()
    with store.open_store(path, write="a test", create=True) as opened:
        client.cache = HttpCache(validators=store.runs.validators(opened))
        collector = Collector(store=opened, client=client, clock=lambda: now, refresh=refresh, tell=tell)
        return collector.collect(configured(*sources, fingerprint=fingerprint), window)


FAKE = FakeSource(name="labs")
OLD = item("old", published=WINDOW.start - timedelta(days=20))
FRESH = item("fresh")


@pytest.mark.parametrize(
    ("source", "result", "why"),
    [
        (FAKE.found(FRESH), Result.OK, ""),
        (FAKE.empty(), Result.EMPTY, "nothing in it"),
        (FAKE.fails(Result.BLOCKED, "403"), Result.BLOCKED, "403"),
        (FAKE.fails(Result.RATE_LIMITED, "429"), Result.RATE_LIMITED, "429"),
        (FAKE.fails(Result.UNREACHABLE, "no answer"), Result.UNREACHABLE, "no answer"),
        (FAKE.fails(Result.REFUSED, "robots.txt"), Result.REFUSED, "robots.txt"),
        (FAKE.found(FRESH).fails(Result.UNREACHABLE, "page 2: no answer"), Result.PARTIAL, "page 2: no answer"),
        (FAKE.found(FRESH, result=Result.PARTIAL, why="cut off"), Result.PARTIAL, "cut off"),
        (FAKE.found(result=Result.BROKEN, why="HTML instead of a feed"), Result.BROKEN, "HTML instead of a feed"),
        (FAKE.empty().found(result=Result.BROKEN, why="page 2 is no feed"), Result.PARTIAL, "page 2 is no feed"),
        (FAKE.fails(Result.BLOCKED, "a").fails(Result.UNREACHABLE, "b"), Result.BLOCKED, "a; b"),
        (FAKE.fails(Result.UNREACHABLE, "a").fails(Result.UNREACHABLE, f"a{AGAIN}"), Result.UNREACHABLE, "a"),
        (FAKE.fails(Result.UNREACHABLE, f"a{AGAIN}"), Result.UNREACHABLE, f"a{AGAIN}"),
        (FAKE, Result.BROKEN, "there was nothing to ask; is its list of places empty?"),
    ],
)  # fmt: skip
def test_a_visit_has_one_outcome_and_says_why(source: Source, result: Result, why: str) -> None:
    """Whatever came is weighed into one word, and the reason is in words."""
    outcome = outcome_of(source)
    assert (outcome.result, outcome.why) == (result, why)


def test_a_bug_in_one_kind_is_told_and_keeps_what_came() -> None:
    """A fault of scout itself is an outcome that names the place, not an end of the run."""
    result = fetch_source(Faulty(name="f"), fetch_session(), None)
    assert result.outcome.result is Result.PARTIAL
    assert "a fault in scout itself, please report it: ZeroDivisionError: by zero" in result.outcome.why
    assert [found.title for found in result.items] == ["kept"]


def span(days_before: float, end: datetime = NOW) -> Interval:
    """Return from some days before the window to now."""
    return Interval(start=WINDOW.start - timedelta(days=days_before), end=end)


@pytest.mark.parametrize(
    ("source", "covers"),
    [
        (FAKE.found(FRESH, OLD), span(20)),
        (FAKE.found(FRESH), Interval(start=FRESH.published or NOW, end=NOW)),
        (FAKE.found(item("undated", published=None)), None),
        (FAKE.empty(), Interval(start=dates.EARLIEST, end=NOW)),
        (FAKE.empty(complete=False), None),
        (FAKE.found(FRESH, covers=span(3)), span(3)),
        (FAKE.found(covers=Interval(start=WINDOW.start, end=NOW)).found(covers=span(3, WINDOW.start)), span(3)),
        (FAKE.found(FRESH, OLD).fails(Result.UNREACHABLE), None),
        (FAKE.found(FRESH, covers=span(3)).fails(Result.UNREACHABLE), span(3)),
        (FAKE.fails(Result.BLOCKED), None),
    ],
    ids=["to the oldest date", "too short", "undated", "complete", "empty, not complete", "said", "joined", "failed", "said though failed", "blocked"],
)  # fmt: skip
def test_silence_counts_only_where_the_answers_reach(source: Source, covers: Interval | None) -> None:
    """Coverage is what the pages say, else back to their oldest date; a failure leaves only what was said."""
    assert outcome_of(source).covers == covers


def test_a_part_that_failed_is_not_covered_by_the_others() -> None:
    """One repository that does not answer leaves nothing to say about all of them, whatever the others reach."""
    replies: dict[str, Answer | Failure] = {"https://a.test/": answer("x"), "https://b.test/": answer("y")}
    two = TwoParts(name="two")
    assert fetch_source(two, fetch_session(replies), None).outcome.covers == span(3)
    replies["https://b.test/"] = failure(Result.UNREACHABLE, "404", status=404)
    outcome = fetch_source(two, fetch_session(replies), None).outcome
    assert (outcome.result, outcome.covers) == (Result.PARTIAL, None)


def test_what_a_partial_answer_reached_is_no_ground_for_a_negative(tmp_path: Path) -> None:
    """A good run long ago does not lend its word to a later one that failed in part: the source is not covered, and says why."""
    past = WINDOW.start - timedelta(days=7)
    collected(tmp_path / "s.db", FAKE.empty(complete=False, covers=span(30, past)), now=past)
    collected(tmp_path / "s.db", FAKE.empty(complete=False, covers=span(8)).fails(Result.UNREACHABLE, "page 2: no answer"))
    workspace = Workspace(config=config.parse("sources: []"), sources=tuple(configured(FAKE)))
    (told,) = select(tmp_path / "s.db", workspace, WINDOW).shortlist.coverage
    assert (told.covered, told.outcome.result, told.outcome.why) == (False, Result.PARTIAL, "page 2: no answer")


def test_an_unchanged_answer_covers_what_it_covered_until_now(tmp_path: Path) -> None:
    """A 304 extends the earlier coverage to this run, and stores nothing."""
    client = FakeClient(replies={"https://one.test/": answer("a", headers={"etag": '"1"'})})
    one = OnePage(name="one")
    first = collected(tmp_path / "s.db", one, client=client).outcomes[0]
    later = NOW + timedelta(days=7)
    second = collected(tmp_path / "s.db", one, client=client, now=later).outcomes[0]
    assert first.covers
    assert second.result is Result.UNCHANGED
    assert second.covers == Interval(start=first.covers.start, end=later)


def test_validators_are_stored_with_the_items_and_used_for_the_same_options_only(tmp_path: Path) -> None:
    """The first visit asks without, the second with; changed options, and --refresh, ask for everything again."""
    given = Validators(etag='"1"', sha256=sha256(b"a").hexdigest())
    client = FakeClient(replies={"https://one.test/": answer("a", headers={"etag": '"1"'})})
    one = OnePage(name="one")
    collected(tmp_path / "s.db", one, client=client)
    with store.open_store(tmp_path / "s.db") as opened:
        assert store.runs.validators(opened) == {"https://one.test/": given}
        assert store.runs.state(opened, "one", "f") == {
            "asked": "2026-05-25T06:00:00Z",
            "bodies": {"https://one.test/": given.sha256},
            "read": "a",
        }
    collected(tmp_path / "s.db", one, client=client)
    collected(tmp_path / "s.db", one, client=client, fingerprint="other")
    collected(tmp_path / "s.db", one, client=client, refresh=True)
    assert [one.conditional for one in client.requests] == [False, True, False, False]


def test_what_was_remembered_a_year_ahead_is_asked_for_again(tmp_path: Path) -> None:
    """A clock that was wrong once keeps no source from being asked, nor its later answers from counting."""
    path = tmp_path / "s.db"
    client = FakeClient(replies={"https://one.test/": answer("a", headers={"etag": '"1"'})})
    for now in (NOW + timedelta(days=365), NOW, NOW + timedelta(minutes=1)):
        collected(path, OnePage(name="one"), client=client, now=now)
    assert [one.conditional for one in client.requests] == [False, False, True]
    with store.open_store(path) as opened:
        assert store.runs.readings(opened) == {"one": ("f", NOW)}


@pytest.mark.parametrize("etag", ['"b"', ""], ids=["304", "200 with the same body"])
def test_unchanged_is_said_of_what_this_source_read(tmp_path: Path, etag: str) -> None:
    """Two sources at one address: what one has read in the meantime is new to the other, and asked for again where needed."""
    path, url = tmp_path / "s.db", "https://one.test/"
    one, two = OnePage(name="one"), OnePage(name="two")
    client = FakeClient(replies={url: answer("a", headers={"etag": '"a"'})})
    collected(path, one, two, client=client)
    client.replies = {url: answer("b", headers={"etag": etag} if etag else {})}
    collected(path, one, client=client)
    client.requests.clear()
    assert collected(path, two, client=client).outcomes[0].result is Result.OK
    assert [one.conditional for one in client.requests] == ([True, False] if etag else [True])
    assert collected(path, two, client=client).outcomes[0].result is Result.UNCHANGED


def test_refresh_keeps_what_only_memory_can_tell(tmp_path: Path) -> None:
    """A list's earlier state is the one witness of what was added; a service's answered time may be asked again."""

    class Witness(OnePage):
        def parse(self, page: Page) -> Parsed:
            return Parsed(result=Result.EMPTY, state={"known": page.body.decode()}, complete=True)

    class Service(Witness):
        forgettable: ClassVar[bool] = True

    seen: dict[str, list[Mapping[str, Any]]] = {"witness": [], "service": []}

    def noting(kind: type[OnePage], name: str) -> OnePage:
        class Noting(kind):  # type: ignore[misc, valid-type]
            def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
                seen[name].append(session.state)
                yield from super().pages(session)

        return Noting(name=name)

    client = FakeClient(replies={"https://one.test/": answer("a")})
    sources = noting(Witness, "witness"), noting(Service, "service")
    collected(tmp_path / "s.db", *sources, client=client)
    collected(tmp_path / "s.db", *sources, client=client, refresh=True)
    assert [state.get("known") for state in seen["witness"]] == [None, "a"]
    assert [state.get("known") for state in seen["service"]] == [None, None]
    assert not any(one.conditional for one in client.requests)


def test_answers_to_other_options_are_no_ground_for_a_negative(tmp_path: Path) -> None:
    """A source whose address or list has changed since was not read; read anew, it covers from then on."""
    path = tmp_path / "s.db"

    def told(fingerprint: str) -> tuple[bool, str]:
        workspace = Workspace(config=config.parse("sources: []"), sources=tuple(configured(FAKE, fingerprint=fingerprint)))
        (one,) = select(path, workspace, WINDOW).shortlist.coverage
        return one.covered, one.outcome.why

    collected(path, FAKE.empty(), fingerprint="old")
    assert told("old") == (True, "nothing in it")
    assert told("new") == (False, "its options have changed since it was last asked")
    collected(path, FAKE.fails(Result.BLOCKED, "403"), fingerprint="new", now=NOW + timedelta(hours=1))
    assert told("new") == (False, "403")
    collected(path, FAKE.empty(complete=False, covers=span(-3)), fingerprint="new", now=NOW + timedelta(hours=2))
    assert told("new")[0] is False
    collected(path, FAKE.empty(why="nothing new"), fingerprint="new", now=NOW + timedelta(hours=3))
    assert told("new") == (True, "nothing new")


def test_a_page_that_could_not_be_read_leaves_no_validators(tmp_path: Path) -> None:
    """A body that is not what the kind expects must be asked for again in full."""

    class Unreadable(OnePage):
        def parse(self, page: Page) -> Parsed:
            return Parsed(result=Result.BROKEN, why=f"{len(page.body)} bytes of nonsense")

    client = FakeClient(replies={"https://one.test/": answer("a", headers={"etag": '"1"'})})
    collected(tmp_path / "s.db", Unreadable(name="one"), client=client)
    with store.open_store(tmp_path / "s.db") as opened:
        assert store.runs.validators(opened) == {}


@dataclass(frozen=True, kw_only=True)
class Dated(OnePage):
    """A source whose body is dates, one a line, each of one item."""

    def parse(self, page: Page) -> Parsed:
        """Make an item of each date, as it counts now."""
        found = [(line, dates.parse_date(line, now=page.now)) for line in page.body.decode().splitlines()]
        return Parsed(
            items=tuple(item(line, published=one.at, claimed=one.claimed, precision=one.precision) for line, one in found)
        )


@pytest.mark.parametrize("etag", ['"1"', ""], ids=["304", "200 with the same body"])
def test_an_answer_whose_dates_all_lie_ahead_is_read_again(tmp_path: Path, etag: str) -> None:
    """Neither validators nor a digest are kept of it: unchanged, it is read in full once its days have come, and then no more."""
    path, url, one = tmp_path / "s.db", "https://one.test/", Dated(name="one")
    client = FakeClient(replies={url: answer("2026-05-30\n2026-05-31", headers={"etag": etag} if etag else {})})
    assert collected(path, one, client=client).outcomes[0].result is Result.OK
    with store.open_store(path) as opened:
        assert store.runs.validators(opened) == {}
        assert "bodies" not in store.runs.state(opened, "one", "f")
    for days, result, newest in (
        (1, Result.OK, None),
        (7, Result.OK, datetime(2026, 5, 31, tzinfo=UTC)),
        (8, Result.UNCHANGED, None),
    ):
        outcome = collected(path, one, client=client, now=NOW + timedelta(days=days)).outcomes[0]
        assert (outcome.result, outcome.newest) == (result, newest)


def test_an_answer_of_which_some_dates_lie_ahead_is_not_read_again(tmp_path: Path) -> None:
    """The clock was right then, and what lay ahead is judged anew in the store: a blog's post for next week costs no bandwidth."""
    client = FakeClient(replies={"https://one.test/": answer("2026-05-20\n2026-05-31", headers={"etag": '"1"'})})
    results = [collected(tmp_path / "s.db", Dated(name="one"), client=client).outcomes[0].result for _ in range(2)]
    assert results == [Result.OK, Result.UNCHANGED]


WEEKLY = FAKE.found(*(item(f"Week {week}", published=NOW - timedelta(weeks=week)) for week in range(8)))


@pytest.mark.parametrize(
    "later",
    [WEEKLY, FAKE.empty(), FAKE.empty(complete=False)],
    ids=["the same items", "none, and none left out", "none any more"],
)
def test_a_source_that_fell_silent_is_noted_and_told_once(tmp_path: Path, later: FakeSource) -> None:
    """However its good answer looks: the note stands in outcome, status and coverage while it is true, the alert comes once."""
    path, workspace = tmp_path / "s.db", Workspace(config=config.parse("sources: []"), sources=tuple(configured(FAKE)))
    said, told, shown = [], [], []
    for days, source in ((0, WEEKLY), (21, later), (22, later), (29, FAKE.fails(Result.BLOCKED)), (36, later)):
        now = NOW + timedelta(days=days)
        run = collected(path, source, now=now)
        said.append(run.outcomes[0].notes)
        told += [(days, alert.what) for alert in alerts_of(path, run.run)]
        shown.append(select(path, workspace, Window(since=now.date(), until=now.date())).shortlist.coverage[0].silent)
        assert source_status(path, workspace, now=now)[0]["notes"] == list(said[-1])
    words = "silent for {} days (since 2026-05-25), where its usual gap is 7 days"
    assert said == [(), (), (words.format(22),), (), (words.format(36),)]
    assert told == [(22, f"is {words.format(22)}")]
    assert shown == [False, False, True, False, True]


def test_a_source_that_is_over_one_day_is_never_silent(tmp_path: Path) -> None:
    """A conference's programme brings nothing more, and nobody is told."""

    class Over(FakeSource):
        lasting: ClassVar[bool] = False

    collected(tmp_path / "s.db", Over(name="labs", script=WEEKLY.script))
    assert not collected(tmp_path / "s.db", Over(name="labs").empty(), now=NOW + timedelta(days=90)).outcomes[0].notes


def test_days_that_nobody_asked_for_are_no_silence(tmp_path: Path) -> None:
    """A service that is asked by time is silent for as long as it was asked about, though scout rested for months."""
    collected(tmp_path / "s.db", WEEKLY)
    now = NOW + timedelta(days=90)
    for back, noted in ((14, False), (28, True)):
        asked = FAKE.empty(complete=False, covers=Interval(start=now - timedelta(days=back), end=now))
        assert bool(collected(tmp_path / "s.db", asked, now=now).outcomes[0].notes) is noted


def test_what_is_gone_is_not_asked_again(tmp_path: Path) -> None:
    """A 410 is told each time, asked once; --refresh asks again."""
    client = FakeClient(replies={"https://one.test/": failure(Result.UNREACHABLE, "410: gone for good", status=410)})
    one = OnePage(name="one")
    whys = [collected(tmp_path / "s.db", one, client=client).outcomes[0].why for _ in range(2)]
    assert whys == [
        "410: gone for good",
        "gone for good (410) since 2026-05-25, and not asked again; replace or remove it in feeds.yaml, or ask with --refresh",
    ]
    client.replies = {"https://one.test/": answer("back")}
    assert collected(tmp_path / "s.db", one, client=client, refresh=True).outcomes[0].result is Result.OK
    assert len(client.requests) == 2


def test_one_broken_source_never_stops_the_others(tmp_path: Path) -> None:
    """Each source has its outcome and its items, in the order of feeds.yaml, whoever failed; paused ones are not asked."""
    told: list[Progress] = []
    sources = [
        FakeSource(name="a").fails(Result.BLOCKED, "403"), Faulty(name="b"), FakeSource(name="c").found(FRESH, OLD),
        FakeSource(name="d", pause=True).found(OLD), FakeSource(name="e").empty(),
    ]  # fmt: skip
    done = collected(tmp_path / "s.db", *sources, tell=told.append)
    assert [(o.source, str(o.result), o.items_new) for o in done.outcomes] == [
        ("a", "blocked", 0), ("b", "partial", 1), ("c", "ok", 2), ("e", "empty", 0),
    ]  # fmt: skip
    assert [o.source for o in done.failed] == ["a", "b"]
    assert not done.nothing_seen
    assert [at.done for at in told] == [0, 1, 2, 3, 4]
    assert told[-1].waiting == ()
    with store.open_store(tmp_path / "s.db") as opened:
        assert {row["title"] for row in opened.rows("select title from items")} == {"kept", "fresh", "old"}


def test_a_second_collect_changes_no_row(tmp_path: Path) -> None:
    """The same answers leave items, sightings and history as they are but for when they were last seen."""
    query = "select group_concat(id || title || summary || first_seen) from items"
    source = FakeSource(name="c").found(FRESH, OLD)
    collected(tmp_path / "s.db", source)
    before = store.query(tmp_path / "s.db", query)
    again = collected(tmp_path / "s.db", source, now=NOW + timedelta(hours=1))
    assert again.outcomes[0].items_new == 0
    assert store.query(tmp_path / "s.db", query) == before


def test_nothing_seen_is_said(tmp_path: Path) -> None:
    """Only where every source failed is the run a failure."""
    assert collected(tmp_path / "s.db", FAKE.fails(Result.UNREACHABLE), FakeSource(name="b").fails(Result.BLOCKED)).nothing_seen
    assert not collected(tmp_path / "s.db", FAKE.fails(Result.UNREACHABLE), FakeSource(name="b").empty()).nothing_seen


def test_an_unchanged_answer_covers_no_more_than_it_did(tmp_path: Path) -> None:
    """Where the last whole answer said nothing of time, its repetition does not speak for the one before it."""
    path, url = tmp_path / "s.db", "https://one.test/"

    class Sometimes(OnePage):
        def parse(self, page: Page) -> Parsed:
            return Parsed(items=(FRESH,), covers=span(3) if page.body == b"dated" else span(0, WINDOW.start))

    one = Sometimes(name="one")
    done = [
        collected(path, one, client=FakeClient(replies={url: answer(body)})).outcomes[0]
        for body in ("dated", "undated", "undated")
    ]
    assert [outcome.covers for outcome in done] == [span(3), None, None]
    assert done[-1].result is Result.UNCHANGED


def test_a_part_read_before_the_others_answered_is_asked_in_full_again(tmp_path: Path) -> None:
    """After a first run that failed in part nothing whole is known, so that nothing can be unchanged: the next run covers all."""
    good = {"etag": '"1"'}
    replies: dict[str, Answer | Failure] = {
        "https://a.test/": answer("x", headers=good),
        "https://b.test/": failure(Result.UNREACHABLE, "500", status=500),
    }
    client, path, two = FakeClient(replies=replies), tmp_path / "s.db", TwoParts(name="two")
    assert collected(path, two, client=client).outcomes[0].covers is None
    replies["https://b.test/"] = answer("y", headers=good)
    assert collected(path, two, client=client).outcomes[0].covers == span(3)
    last = collected(path, two, client=client).outcomes[0]
    assert (last.result, last.covers) == (Result.UNCHANGED, span(3))
    assert [one.conditional for one in client.requests] == [False] * 4 + [True] * 2


def test_what_one_line_cannot_hold_is_cut() -> None:
    """A title without end is shortened, and a claimed date brings no control characters; all else stays as it is."""
    odd = item("KV " * 40_000, published=None, claimed="20\x0026\x1b[31m", url="https://labs.test/odd")
    kept, same = fetch_source(FAKE.found(odd, FRESH), fetch_session(), None).items
    assert kept.title.startswith("KV KV")
    assert len(kept.title) <= 1000
    assert kept.claimed.isprintable()
    assert same is FRESH


def test_a_window_that_lies_ahead_is_said() -> None:
    """A source that is asked by time has nothing to ask about the future: it is not finished, and nothing is broken."""
    ahead = Window(since=NOW.date() + timedelta(days=1), until=NOW.date() + timedelta(days=7))
    outcome = fetch_source(FAKE, fetch_session(window=ahead), None).outcome
    assert (outcome.result, outcome.covers) == (Result.NOT_FINISHED, None)
    assert outcome.why == "the window begins on 2026-05-26: there is nothing to ask about yet"
    assert fetch_source(FAKE, fetch_session(), None).outcome.result is Result.BROKEN


@pytest.mark.parametrize("moment", ["told", "written"])
def test_ctrl_c_at_any_moment_loses_nothing(tmp_path: Path, moment: str) -> None:
    """Also while a source is being written or told of: it is written all the same, and nobody waits for the slow one."""
    path, hung_up = tmp_path / "s.db", Event()
    struck: list[str] = []

    class Slow(OnePage):
        def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
            hung_up.wait(20)
            yield from super().pages(session)

    class Hanging(FakeClient):
        def close(self) -> None:
            hung_up.set()

    def strike(when: str) -> None:
        if when == moment and not struck:
            struck.append(when)
            raise KeyboardInterrupt

    def clock() -> datetime:
        if running:
            strike("written")
        return NOW

    def tell(at: Progress) -> None:
        running.append(True)
        if at.last:
            strike("told")

    running: list[bool] = []
    client = Hanging(replies={"https://one.test/": answer("second")})
    with store.open_store(path, write="a test", create=True) as opened:
        collector = Collector(store=opened, client=client, clock=clock, tell=tell)
        done = collector.collect(configured(Slow(name="slow"), FAKE.found(FRESH)), WINDOW)
    assert struck == [moment]
    assert done.interrupted
    assert {o.source: o.result for o in done.outcomes} == {"slow": Result.NOT_FINISHED, "labs": Result.OK}
    with store.open_store(path) as opened:
        assert {row["title"] for row in opened.rows("select title from items")} == {"fresh"}
        assert [bool(row["ended"]) for row in opened.rows("select ended from runs")] == [True]


def test_an_interrupted_run_keeps_what_came(tmp_path: Path) -> None:
    """After Ctrl-C what had come is stored, the client hangs up, and the rest is not finished."""
    path = tmp_path / "s.db"
    stopped = Event()

    class Slow(OnePage):
        def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
            yield session.page(answer("first", url="https://one.test/1"))
            stopped.wait(20)
            yield from super().pages(session)

    client = FakeClient(replies={"https://one.test/": answer("second")})

    def tell(at: Progress) -> None:
        if at.last and at.last.source == "labs":
            collector.stop.set()
            stopped.set()

    with store.open_store(path, write="a test", create=True) as opened:
        collector = Collector(store=opened, client=client, clock=lambda: NOW, tell=tell)
        done = collector.collect(configured(Slow(name="slow"), FAKE.found(FRESH)), WINDOW)
    assert done.interrupted
    assert {o.source: o.result for o in done.outcomes} == {"slow": Result.PARTIAL, "labs": Result.OK}
    assert done.outcomes[0].why == "stopped by the user before it was finished"
    with store.open_store(path) as opened:
        assert {row["title"] for row in opened.rows("select title from items")} == {"first", "fresh"}


def test_pauses_that_hosts_ask_for_outlive_the_run(tmp_path: Path) -> None:
    """What the client learnt is in the store, with the outcome's own word on when to ask again."""
    until = NOW + timedelta(hours=1)
    client = FakeClient(replies={"https://one.test/": failure(Result.RATE_LIMITED, "429", not_before=until)})
    done = collected(tmp_path / "s.db", OnePage(name="one"), client=client)
    assert done.outcomes[0].not_before == until
    with store.open_store(tmp_path / "s.db") as opened:
        assert store.runs.pauses(opened) == {"one.test": until}


def test_items_say_who_saw_them(tmp_path: Path) -> None:
    """One thing seen by two sources is one item with two sightings."""
    shared: Item = item("shared")
    collected(tmp_path / "s.db", FakeSource(name="a", section=Section.A).found(shared), FakeSource(name="b").found(shared))
    with store.open_store(tmp_path / "s.db") as opened:
        (kept,) = store.window_items.by_ids(opened, [shared.id])
    assert [seeing.source for seeing in kept.sightings] == ["a", "b"]
    assert kept.first_seen == datetime(2026, 5, 25, 6, tzinfo=UTC)
