"""arXiv: every paper of a window comes, or the source says what is missing."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest
from fakes import NOW, WINDOW, Heard, answer, failure, fetch_session, listen, requests_of
from hypothesis import given, settings
from hypothesis import strategies as st

from scout.model import Answer, Failure, Interval, Result, Window
from scout.sources.arxiv import HOPELESS, MOST, PATIENCE, Arxiv

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from scout.sources.session import FetchSession

LATER = NOW + timedelta(days=60)
WEEKS = Interval(start=datetime(2026, 5, 8, tzinfo=UTC), end=datetime(2026, 5, 25, tzinfo=UTC))
"""The window and the ten days before it."""

ENTRY = (
    "<entry><id>http://arxiv.org/abs/{id}v1</id><title>Paper {id}</title><published>{at:%Y-%m-%dT%H:%M:%SZ}</published>"
    "<updated>{at:%Y-%m-%dT%H:%M:%SZ}</updated></entry>"
)
FEED = (
    '<feed xmlns="http://www.w3.org/2005/Atom" xmlns:o="http://a9.com/-/spec/opensearch/1.1/">'
    "<o:totalResults>{total}</o:totalResults>{entries}</feed>"
)


def identifier(n: int) -> str:
    """Return the nth paper's number."""
    return f"2605.{n:05d}"


@dataclass(kw_only=True)
class FakeArxiv:
    """An API over papers given as submission times; `broken` sees each asked span and start, and may answer instead."""

    papers: list[datetime]
    broken: Callable[[Interval, int], Answer | Failure | None] = lambda _span, _start: None
    shuffled: bool = False
    short: int = 10_000
    spans: list[Interval] = field(default_factory=list)

    def __call__(self, _url: str, params: Mapping[str, str]) -> Answer | Failure:
        """Answer one query."""
        found = re.search(r"submittedDate:\[(\d{12}) TO (\d{12})\]", params["search_query"])
        assert found
        low, high = (datetime.strptime(text, "%Y%m%d%H%M").replace(tzinfo=UTC) for text in found.groups())
        start, size = int(params["start"]), min(int(params["max_results"]), self.short)
        span = Interval(start=low, end=high)
        self.spans.append(span)
        if instead := self.broken(span, start):
            return instead
        hits = sorted((at, n) for n, at in enumerate(self.papers) if low <= at <= high)
        if self.shuffled:
            hits.sort(key=lambda hit: hit[1] * 7919 % 101)
        entries = "".join(ENTRY.format(id=identifier(n), at=at) for at, n in hits[start : start + size])
        return answer(FEED.format(total=len(hits), entries=entries))


def every(hours: float, span: Interval = WEEKS) -> list[datetime]:
    """Return submissions at this distance over a span."""
    return [span.start + timedelta(hours=hours) * n for n in range(int((span.end - span.start) / timedelta(hours=hours)))]


def source(**options: Any) -> Arxiv:
    """Return the source that most tests session."""
    return Arxiv(**{"name": "arxiv", "categories": ("cs.DC",), **options})


def hear(service: FakeArxiv, **asking: Any) -> tuple[Heard, FetchSession]:
    """Ask the service about the usual week, long after it."""
    options = {key: asking.pop(key) for key in ("page_size",) if key in asking}
    session = fetch_session(service, **{"now": LATER, **asking})
    return listen(source(**options), session), session


def test_the_window_and_ten_days_before_it_are_asked_by_submission() -> None:
    """Papers held by moderators keep their date, so the days before the window belong to the question."""
    heard, session = hear(FakeArxiv(papers=every(6)))
    (asked,) = requests_of(session)
    assert asked.params["search_query"] == "(cat:cs.DC) AND submittedDate:[202605080000 TO 202605250000]"
    assert (asked.params["sortBy"], asked.params["sortOrder"]) == ("submittedDate", "ascending")
    assert not asked.conditional
    assert len(heard.items) == len(every(6))
    assert heard.covers == {"": (WEEKS,)}
    assert heard.failures == ()


def test_categories_and_query_are_joined() -> None:
    """Several categories are alternatives, a query narrows them."""
    both = source(categories=("cs.DC", "quant-ph"), query="all:cache OR ti:memory")
    assert both.expression == "(cat:cs.DC OR cat:quant-ph) AND (all:cache OR ti:memory)"
    assert source(categories=(), query='ti:"KV cache"').expression == '(ti:"KV cache")'


@settings(max_examples=50)
@given(
    minutes=st.lists(st.integers(0, 60 * 24 * 17 - 1), max_size=60),
    page_size=st.integers(1, 40),
    short=st.integers(1, 40),
    shuffled=st.booleans(),
)
def test_every_paper_comes_whatever_the_pages_hold(minutes: list[int], page_size: int, short: int, *, shuffled: bool) -> None:
    """Short pages and any order lose nothing: the next page starts after what was received."""
    papers = [WEEKS.start, *(WEEKS.start + timedelta(minutes=n) for n in minutes)]
    heard, _ = hear(FakeArxiv(papers=papers, short=short, shuffled=shuffled), page_size=page_size)
    assert set(heard.items) == {f"arxiv:{identifier(n)}" for n in range(len(papers))}
    assert heard.failures == ()


def test_a_window_with_too_many_papers_is_cut() -> None:
    """No query goes deep into its pages, and together the parts hold everything."""
    papers = [WEEKS.start + (WEEKS.end - WEEKS.start) / (MOST + 10) * n for n in range(MOST + 10)]
    service = FakeArxiv(papers=papers)
    heard, session = hear(service, page_size=2000)
    assert len(heard.items) == MOST + 10
    assert len(set(service.spans)) == 3
    assert max(int(asked.params["start"]) for asked in requests_of(session)) < MOST
    assert heard.covers == {"": (WEEKS,)}


def test_later_pages_that_are_empty_are_met_by_shorter_spans() -> None:
    """Deep pages failed for weeks in 2025: first pages of shorter spans give the same papers."""

    def empty_after_first(_span: Interval, start: int) -> Answer | None:
        return answer(FEED.format(total=68, entries="")) if start else None

    heard, session = hear(FakeArxiv(papers=every(6), broken=empty_after_first), page_size=40)
    assert len(heard.items) == len(every(6))
    assert heard.failures == ()
    assert heard.covers == {"": (WEEKS,)}
    assert "68 papers and gave an empty page" in session.notes[0]


def test_a_total_that_falls_between_pages_is_met_by_shorter_spans() -> None:
    """A later page that counts fewer papers than the first has lost some: what came by then is not all there is."""

    def fewer_after_first(_span: Interval, start: int) -> Answer | None:
        return answer(FEED.format(total=0, entries="")) if start else None

    heard, session = hear(FakeArxiv(papers=every(6), broken=fewer_after_first), page_size=40)
    assert len(heard.items) == len(every(6))
    assert heard.covers == {"": (WEEKS,)}
    assert "counted 68 papers for 2026-05-08 00:00 to 2026-05-25 00:00, and 0 on a later page" in session.notes[0]


def test_what_stands_on_a_page_with_a_fallen_total_is_kept() -> None:
    """The papers of that page came; only the silence about others is not believed."""

    def one_fewer(_span: Interval, start: int) -> Answer:
        entries = "".join(ENTRY.format(id=identifier(n), at=WEEKS.start) for n in range(start, start + 3))
        return answer(FEED.format(total=6 - start // 3, entries=entries))

    heard, _ = hear(FakeArxiv(papers=[], broken=one_fewer), page_size=3)
    assert len(heard.items) == 6
    assert heard.failures
    assert heard.covers == {"": ()}


@pytest.mark.parametrize(
    ("encoded", "title"),
    [
        ("Café caches".encode("latin-1"), "Café caches"),
        ("Café “caches”".encode("cp1252"), "Café “caches”"),
        ("Café ".encode() + b"\xff caches", "Café \N{REPLACEMENT CHARACTER} caches"),
        (b"Cache\x08s", "Caches"),
    ],
    ids=["Latin-1", "Windows", "a stray byte", "a control character"],
)
def test_papers_come_in_whatever_bytes(encoded: bytes, title: str) -> None:
    """An encoding that is not declared costs no paper; a byte astray costs one character."""
    entry = ENTRY.format(id=identifier(1), at=WEEKS.start).encode().replace(b"Paper " + identifier(1).encode(), encoded)
    body = FEED.format(total=1, entries="ENTRY").encode().replace(b"ENTRY", entry)
    heard = listen(source(), fetch_session(lambda _url, _params: answer(body), now=LATER))
    assert [found.title for found in heard.items.values()] == [title]


def test_only_the_failing_day_is_lost() -> None:
    """A span that the service cannot answer is halved down to a day; its neighbours are complete and covered."""
    bad = datetime(2026, 5, 20, 12, tzinfo=UTC)

    def fails_around(span: Interval, _start: int) -> Failure | None:
        return failure(Result.UNREACHABLE, "500 Internal Server Error", status=500) if span.start <= bad < span.end else None

    heard, _ = hear(FakeArxiv(papers=every(6), broken=fails_around))
    (lost,) = heard.failures
    assert "500" in lost.why
    before, after = heard.covers[""]
    assert timedelta(0) < after.start - before.end <= timedelta(days=1)
    assert before.end <= bad < after.start
    assert (before.start, after.end) == (WEEKS.start, WEEKS.end)
    assert not before.covers(WINDOW)
    assert not after.covers(WINDOW)


@pytest.mark.parametrize("body", ["", "<feed", FEED.format(total=5, entries=""), "<html><body>Sorry</body></html>"])
def test_a_service_that_answers_nonsense_is_left_alone(body: str) -> None:
    """Halving has an end: so many requests, a stated failure, and no coverage."""
    service = FakeArxiv(papers=[], broken=lambda _span, _start: answer(body))
    heard, session = hear(service)
    assert len(service.spans) == HOPELESS
    assert {lost.result for lost in heard.failures} == {Result.BROKEN}
    assert heard.covers == {}
    assert "not asked any more" in session.notes[-1]


def test_a_service_that_fails_on_most_days_is_left_alone_too() -> None:
    """What it could answer is kept, and the rest is named as not asked."""
    weekend = Interval(start=datetime(2026, 5, 16, tzinfo=UTC), end=datetime(2026, 5, 18, tzinfo=UTC))

    def only_weekends(span: Interval, _start: int) -> Answer | None:
        return None if weekend.start <= span.start < weekend.end else answer("")

    service = FakeArxiv(papers=every(6), broken=only_weekends)
    heard, session = hear(service)
    answered = [span for span in service.spans if weekend.start <= span.start < weekend.end]
    assert answered
    assert len(heard.items) > 0
    assert len(service.spans) == PATIENCE + len(answered)
    assert {lost.result for lost in heard.failures} == {Result.BROKEN}
    assert "not asked any more" in session.notes[-1]


@pytest.mark.parametrize(
    ("what", "result"),
    [
        (failure(Result.RATE_LIMITED, "429 Too Many Requests", status=429), Result.RATE_LIMITED),
        (failure(Result.UNREACHABLE, "503 Service Unavailable", status=503), Result.UNREACHABLE),
        (failure(Result.UNREACHABLE, "no answer in 60 s"), Result.UNREACHABLE),
        (answer("Rate exceeded."), Result.RATE_LIMITED),
        (answer("<html><head><title>Just a moment...</title></head></html>"), Result.BLOCKED),
    ],
)
def test_a_service_that_refuses_is_asked_once(what: Answer | Failure, result: Result) -> None:
    """A limit, an outage or a guard ends the run's questions at once, and is named."""
    service = FakeArxiv(papers=[], broken=lambda _span, _start: what)
    heard, _ = hear(service)
    assert [lost.result for lost in heard.failures] == [result]
    assert len(service.spans) == 1


def test_what_came_before_a_failure_is_kept() -> None:
    """A limit on the second page leaves the first page's papers, and no coverage."""

    def limit(_span: Interval, start: int) -> Failure | None:
        return failure(Result.RATE_LIMITED, "429", status=429) if start else None

    heard, _ = hear(FakeArxiv(papers=every(6), broken=limit), page_size=40)
    assert len(heard.items) == 40
    assert heard.covers == {"": ()}


def test_a_page_that_repeats_is_no_progress() -> None:
    """A service that ignores `start` is broken, in words with both numbers."""

    def repeats(span: Interval, _start: int) -> Answer:
        entries = "".join(ENTRY.format(id=identifier(n), at=span.start) for n in range(3))
        return answer(FEED.format(total=9, entries=entries))

    heard, _ = hear(FakeArxiv(papers=[], broken=repeats))
    assert heard.failures
    assert all(lost.result is Result.BROKEN and "counts 9 papers" in lost.why and "gave 3" in lost.why for lost in heard.failures)


def test_weeks_without_a_paper_are_not_believed() -> None:
    """Whole categories are never silent for days: totalResults 0 is the API's known false empty."""
    heard, _ = hear(FakeArxiv(papers=[]))
    assert {lost.result for lost in heard.failures} == {Result.BROKEN}
    assert "that cannot be" in heard.failures[0].why


def test_a_free_query_may_find_nothing() -> None:
    """Silence about a phrase is an honest nothing, with coverage."""
    heard = listen(source(query="ti:nothing"), fetch_session(FakeArxiv(papers=[]), now=LATER))
    assert [said.result for said in heard.parsed] == [Result.EMPTY]
    assert heard.covers == {"": (WEEKS,)}


def test_what_was_answered_in_full_is_not_asked_again() -> None:
    """A second run asks nothing, and still knows that the window is covered."""
    service = FakeArxiv(papers=every(6))
    first, _ = hear(service)
    again = fetch_session(service, now=LATER, state=first.state)
    assert listen(source(), again).parsed == ()
    assert requests_of(again) == []
    assert source().remembered(again) == WEEKS


def test_the_last_ten_days_are_asked_again() -> None:
    """Papers still come in for days: what was asked too soon does not count as settled."""
    service = FakeArxiv(papers=every(6))
    first, _ = hear(service, now=NOW)
    second, session = hear(service, now=LATER, state=first.state)
    assert [asked.params["search_query"][-28:] for asked in requests_of(session)] == ["[202605150600 TO 202605250000]"[-28:]]
    assert second.covers == {"": (WEEKS,)}


def test_the_next_window_asks_only_what_is_new() -> None:
    """Coverage joins what is remembered to what is answered now."""
    service = FakeArxiv(papers=every(6, Interval(start=WEEKS.start, end=WEEKS.end + timedelta(days=7))))
    first, _ = hear(service)
    week = Window(since=date(2026, 5, 25), until=date(2026, 5, 31))
    heard, session = hear(service, window=week, state=first.state)
    assert len(requests_of(session)) == 1
    assert service.spans[-1] == Interval(start=WEEKS.end, end=week.end)
    assert heard.covers[""][0].covers(week.stretched(10))


def test_another_query_starts_anew() -> None:
    """What one query was told says nothing about another."""
    first, _ = hear(FakeArxiv(papers=every(6)))
    other = source(categories=("cs.DC", "cs.OS"))
    session = fetch_session(FakeArxiv(papers=every(6)), now=LATER, state=first.state)
    assert other.remembered(session) is None
    assert len(listen(other, session).items) == len(every(6))


def test_the_future_is_not_asked() -> None:
    """A window that is still running is asked up to now."""
    now = datetime(2026, 5, 20, 9, 30, 59, tzinfo=UTC)
    _, session = hear(FakeArxiv(papers=every(6)), now=now)
    assert requests_of(session)[0].params["search_query"].endswith("TO 202605200930]")


CUT_OFF = datetime(2026, 5, 22, 18, tzinfo=UTC)
"""Friday, 14:00 in New York: what was submitted later is announced on Monday evening."""


def announced(cut_off: datetime, hours: float = 1) -> FakeArxiv:
    """Return an API that has the papers up to a cut-off."""
    return FakeArxiv(papers=[at for at in every(hours) if at <= cut_off])


def test_coverage_ends_with_the_last_announced_batch() -> None:
    """On Monday morning the weekend is not announced: it is neither covered nor remembered, and the outcome says so."""
    heard, session = hear(announced(CUT_OFF), now=NOW)
    assert heard.covers == {"": (Interval(start=WEEKS.start, end=CUT_OFF),)}
    assert any("could be read up to 2026-05-22 18:00 UTC" in note for note in session.notes)
    whole, session = hear(announced(WEEKS.end), now=NOW + timedelta(days=1))
    assert whole.covers == {"": (WEEKS,)}
    assert session.notes == []


def test_a_batch_that_did_not_come_shortens_the_coverage() -> None:
    """On Tuesday the calendar expects the weekend's papers; where none is there, arXiv ends with its newest paper."""
    heard, session = hear(announced(CUT_OFF), now=NOW + timedelta(days=1))
    assert heard.covers == {"": (Interval(start=WEEKS.start, end=CUT_OFF),)}
    assert any("could be read up to 2026-05-22 18:00 UTC" in note for note in session.notes)


def test_papers_before_their_announcement_extend_the_coverage() -> None:
    """A service that shows a paper which the calendar does not allow is believed, up to that paper."""
    heard, _ = hear(FakeArxiv(papers=every(6)), now=NOW)
    assert heard.covers[""][0].end == max(every(6))


def test_what_was_not_there_is_not_remembered_as_answered() -> None:
    """An interface that stood still for a month is asked again about all that it lacked."""
    stood_still = datetime(2026, 5, 12, 18, tzinfo=UTC)
    first, _ = hear(announced(stood_still), now=LATER)
    assert first.covers == {"": (Interval(start=WEEKS.start, end=stood_still),)}
    second, session = hear(announced(WEEKS.end), state=first.state)
    assert requests_of(session)[0].params["search_query"].endswith("submittedDate:[202605121800 TO 202605250000]")
    assert second.covers == {"": (WEEKS,)}


def test_papers_of_other_days_are_no_answer() -> None:
    """Where every entry lies outside of the days asked for, the dates are ignored: broken, with a sample, and no coverage."""
    entries = ENTRY.format(id=identifier(1), at=datetime(2024, 1, 19, tzinfo=UTC))
    heard, _ = hear(FakeArxiv(papers=[], broken=lambda _span, _start: answer(FEED.format(total=1, entries=entries))))
    assert {lost.result for lost in heard.failures} == {Result.BROKEN}
    assert "gave 1 papers, none of 2026-05-08 00:00 to" in heard.failures[0].why
    assert "2605.00001v1 of 2024-01-19" in heard.failures[0].why
    assert heard.covers == {}


def test_more_papers_than_are_counted_are_no_answer() -> None:
    """A total below what came is no total, on one page or over several."""

    def too_many(span: Interval, start: int, total: int = 3) -> Answer:
        entries = "".join(ENTRY.format(id=identifier(n), at=span.start) for n in range(start, start + 2))
        return answer(FEED.format(total=total, entries=entries))

    one, _ = hear(FakeArxiv(papers=[], broken=lambda span, start: too_many(span, start, total=1)))
    several, _ = hear(FakeArxiv(papers=[], broken=too_many))
    assert "counts 1 papers and gave 2" in one.failures[0].why
    assert "counts 3 papers for 2026-05-08 00:00" in several.failures[0].why
    assert "and gave 4" in several.failures[0].why
    assert not one.covers.get("")
    assert not several.covers.get("")


def test_single_papers_are_asked_a_hundred_at_a_time() -> None:
    """Ids come in any spelling, and what is no id is not asked for."""
    session = fetch_session({source().endpoint: answer(FEED.format(total=0, entries=""))})
    names = [f"arxiv:{identifier(n)}" for n in range(100)] + [f"{identifier(0)}v2", "doi:10.1/2", "nonsense"]
    (page,) = source().by_ids(session, names)
    assert requests_of(session)[0].params["id_list"].split(",") == [identifier(n) for n in range(100)]
    assert requests_of(session)[0].params["max_results"] == "100"
    assert not isinstance(page, Failure)
    assert source().parse(page).result is Result.EMPTY
    assert len(list(source().by_ids(session, [identifier(n) for n in range(101)]))) == 2


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ({"categories": ()}, "needs categories, a query, or both"),
        ({"categories": ("cs LG",)}, "'cs LG' is no arXiv category"),
        ({"query": "submittedDate:[1 TO 2]"}, "must not name submittedDate"),
        ({"page_size": 5000}, "page_size must be 1 to 2000"),
    ],
)
def test_options_that_cannot_work_are_refused(options: dict[str, Any], sentence: str) -> None:
    """One sentence says what is wrong before anything is asked."""
    with pytest.raises(ValueError, match=sentence):
        source(**options)
