"""What stands in for the outside in tests: `FakeAsk` answers a source's questions, `FakeSource` answers the pipeline's.

ask = FakeAsk({"https://a.test/feed": b"<rss/>", "https://b.test/": failure(Result.BLOCKED, "403 Forbidden", status=403)})
FakeSource(name="labs").found(item("A paper")).fails(Result.UNREACHABLE, "no answer in 60 s").empty()
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, ClassVar, Unpack
from urllib.parse import urlencode

from scout.intervals import union
from scout.model import Answer, Failure, Interval, Item, Kind, Precision, Result, Window
from scout.sources.base import Page, Parsed, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from scout.sources.base import Ask, How

Reply = Answer | Failure | bytes

WINDOW = Window(since=date(2026, 5, 18), until=date(2026, 5, 24))
"""The week that tests speak of unless they say another: Monday to Sunday."""
NOW = datetime(2026, 5, 25, 6, tzinfo=UTC)
"""The Monday morning after it."""


def answer(
    body: bytes | str = b"", *, url: str = "", status: int = 200, headers: Mapping[str, str] | None = None, **more: Any
) -> Answer:
    """Return a good answer; without `url` a `FakeAsk` fills in the address that was asked."""
    body = body.encode() if isinstance(body, str) else body
    more.setdefault("final_url", url)
    return Answer(url=url, status=status, headers=dict(headers or {}), body=body, received=len(body), **more)


def failure(result: Result, why: str, *, url: str = "", status: int | None = None, **more: Any) -> Failure:
    """Return a failure; without `url` a `FakeAsk` fills in the address that was asked."""
    return Failure(url=url, result=result, why=why, status=status, **more)


def page(
    body: bytes | str,
    *,
    url: str = "https://source.test/",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
    role: str = "listing",
    hints: Mapping[str, Any] | None = None,
    window: Window = WINDOW,
    now: datetime = NOW,
) -> Page:
    """Return a page as a source's `parse` gets it."""
    got = answer(body, url=url, status=status, headers=headers)
    return Page(answer=got, window=window, now=now, role=role, hints=dict(hints or {}))


def item(title: str, *, published: datetime | None = datetime(2026, 5, 20, 12, tzinfo=UTC), **fields: Any) -> Item:
    """Return an item with this title; id and address follow from it unless they are given."""
    url = fields.pop("url", f"https://source.test/{title.lower().replace(' ', '-')}")
    fields.setdefault("id", f"url:{url}")
    fields.setdefault("kind", Kind.POST)
    fields.setdefault("precision", Precision.SECOND if published else Precision.NONE)
    fields.setdefault("date_source", "feed:published" if published else "")
    return Item(title=title, url=url, published=published, **fields)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question that a source put to a `FakeAsk`. `full` is the address with its parameters."""

    url: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    conditional: bool
    robots: bool

    @property
    def full(self) -> str:
        """The address as it goes out."""
        return _full(self.url, self.params)


@dataclass(kw_only=True)
class FakeAsk:
    """`sources.base.Ask` from a mapping (by full address, else by address without parameters) or a function of both.

    What nobody prepared answers 404. `requests` and `notes` hold what the source asked and said.
    """

    replies: Mapping[str, Reply] | Callable[[str, Mapping[str, str]], Reply] = field(default_factory=dict)
    window: Window = WINDOW
    now: datetime = NOW
    state: Mapping[str, Any] = field(default_factory=dict)
    token: str = ""
    stored: frozenset[str] = frozenset()
    requests: list[Asked] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def get(self, url: str, **how: Unpack[How]) -> Answer | Failure:
        """Give the prepared reply, and remember that it was asked for."""
        asked = Asked(
            url=url,
            params=dict(how.get("params") or {}),
            headers=dict(how.get("headers") or {}),
            conditional=how.get("conditional", True),
            robots=how.get("robots", False),
        )
        self.requests.append(asked)
        reply = self._reply(asked)
        if isinstance(reply, bytes):
            reply = answer(reply)
        if reply.url:
            return reply
        if isinstance(reply, Failure):
            return replace(reply, url=asked.full)
        return replace(reply, url=asked.full, final_url=reply.final_url or asked.full)

    def page(self, answer: Answer, role: str = "listing", **hints: Any) -> Page:
        """Wrap an answer with this run's window and clock."""
        return Page(answer=answer, window=self.window, now=self.now, role=role, hints=hints)

    def known(self, ids: Collection[str]) -> frozenset[str]:
        """Say which of these ids the test declared as `stored`."""
        return self.stored.intersection(ids)

    def say(self, note: str) -> None:
        """Keep the note for the test to read."""
        self.notes.append(note)

    def _reply(self, asked: Asked) -> Reply:
        missing = failure(Result.UNREACHABLE, "404 Not Found", status=404)
        if isinstance(self.replies, Mapping):
            return self.replies.get(asked.full, self.replies.get(asked.url, missing))
        return self.replies(asked.url, asked.params)


def _full(url: str, params: Mapping[str, str]) -> str:
    return f"{url}{'&' if '?' in url else '?'}{urlencode(params)}" if params else url


@dataclass(frozen=True, kw_only=True)
class FakeSource(Source):
    """A source that gives what it was told to give, in that order."""

    script: tuple[Parsed | Failure, ...] = ()

    remembers_spans: ClassVar[bool] = False

    def found(self, *items: Item, covers: Interval | None = None, complete: bool = False, **parsed: Any) -> FakeSource:
        """Return the same source, whose next page holds these items."""
        return self._then(Parsed(items=items, covers=covers, complete=complete, **parsed))

    def fails(self, result: Result, why: str = "", **failure_fields: Any) -> FakeSource:
        """Return the same source, whose next question fails."""
        return self._then(failure(result, why or result.value, url=f"https://{self.name}.test/", **failure_fields))

    def empty(self, *, why: str = "nothing in it", complete: bool = True, **parsed: Any) -> FakeSource:
        """Return the same source, whose next page is good and holds nothing."""
        return self._then(Parsed(result=Result.EMPTY, why=why, complete=complete, **parsed))

    def pages(self, ask: Ask) -> Iterator[Page | Failure]:
        """Play the script."""
        for step, what in enumerate(self.script):
            url = f"https://{self.name}.test/{step}"
            yield what if isinstance(what, Failure) else ask.page(answer(url=url), step=step)

    def parse(self, page: Page) -> Parsed:
        """Give what the script has for this page."""
        what: Parsed | Failure = self.script[page.hints["step"]]
        if isinstance(what, Failure):
            raise TypeError("a failure has no page to parse")
        return what

    def _then(self, step: Parsed | Failure) -> FakeSource:
        return replace(self, script=(*self.script, step))


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a source said in one run. `covers` is its parts' time by name, `state` what it would remember."""

    items: Mapping[str, Item]
    failures: tuple[Failure, ...]
    parsed: tuple[Parsed, ...]
    covers: Mapping[str, tuple[Interval, ...]]
    state: Mapping[str, Any]


def listen(source: Source, ask: FakeAsk) -> Heard:
    """Let a source ask and parse, as the pipeline would, but without a store. What is unchanged is not parsed."""
    items: dict[str, Item] = {}
    failures: list[Failure] = []
    parsed: list[Parsed] = []
    covers: dict[str, tuple[Interval, ...]] = {}
    state = dict(ask.state)
    for got in source.pages(ask):
        if isinstance(got, Failure):
            failures.append(got)
            continue
        if got.answer.unchanged:
            continue
        said = source.parse(got)
        parsed.append(said)
        items.update({found.id: found for found in said.items})
        state.update(said.state)
        part = str(got.hints.get("part", ""))
        covers[part] = union((*covers.get(part, ()), *([said.covers] if said.covers else [])))
    return Heard(items=items, failures=tuple(failures), parsed=tuple(parsed), covers=covers, state=state)
