"""What stands in for the outside in tests: `FakeClient` answers a source's session, `FakeSource` answers the pipeline.

session = fetch_session({"https://a.test/feed": b"<rss/>", "https://b.test/": answer(status=403)})
FakeSource(name="labs").found(item("A paper")).fails(Result.UNREACHABLE, "no answer in 60 s").empty()
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, ClassVar, Unpack

from scout.http import HttpCache, errors
from scout.http.address import address, host, origin
from scout.http.robots import rules
from scout.model import Answer, Failure, Interval, Item, Kind, Precision, Result, Validators, Window
from scout.sources.base import Page, Parsed, Source
from scout.sources.intervals import union
from scout.sources.session import BODIES, FetchSession

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    import httpx

    from scout.sources.session import How

Reply = Answer | Failure | bytes

WINDOW = Window(since=date(2026, 5, 18), until=date(2026, 5, 24))
"""The week that tests speak of unless they say another: Monday to Sunday."""
NOW = datetime(2026, 5, 25, 6, tzinfo=UTC)
"""The Monday morning after it."""


def answer(
    body: bytes | str = b"", *, url: str = "", status: int = 200, headers: Mapping[str, str] | None = None, **more: Any
) -> Answer:
    """Return a good answer; without `url` a `FakeClient` fills in the address that was asked."""
    body = body.encode() if isinstance(body, str) else body
    more.setdefault("final_url", url)
    return Answer(url=url, status=status, headers=dict(headers or {}), body=body, received=len(body), **more)


def failure(result: Result, why: str, *, url: str = "", status: int | None = None, **more: Any) -> Failure:
    """Return a failure; without `url` a `FakeClient` fills in the address that was asked."""
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
class Request:
    """One request that a `FakeClient` was given. `full` is the address with its parameters."""

    url: str
    full: str
    params: Mapping[str, str]
    headers: Mapping[str, str]
    conditional: bool
    robots: bool


@dataclass(kw_only=True)
class FakeClient:
    """`sources.session.Client` over prepared replies: by full address, else without parameters; or a function of both.

    What nobody prepared is a 404. Validators follow from a reply's headers and body, and are compared with those in `cache`;
    robots.txt is obeyed if one is prepared. `requests` are what was asked. tests/test_fetch_session.py holds it to `web.Web`.
    """

    replies: Mapping[str, Reply] | Callable[[str, Mapping[str, str]], Reply] = field(default_factory=dict)
    cache: HttpCache = field(default_factory=HttpCache)
    requests: list[Request] = field(default_factory=list)
    closed: bool = False
    asked_to_pause: dict[str, datetime] = field(default_factory=dict)

    def get(self, url: str, **how: Unpack[How]) -> Answer | Failure:
        """Give the prepared reply, and remember that it was asked for."""
        params, conditional, robots = dict(how.get("params") or {}), how.get("conditional", True), how.get("robots", False)
        full, requests = url, 0
        try:
            full = str(address(url).copy_merge_params(params)) if params else url
            place = address(full)
            self.requests.append(
                Request(
                    url=url, full=full, params=params, headers=how.get("headers") or {}, conditional=conditional, robots=robots
                )
            )
            if robots and (objection := self._objection(place)):
                raise objection
            requests = 1
            reply = self._reply(url, full, params)
            if isinstance(reply, Failure):
                return self._noted(replace(reply, url=full), place)
            if trouble := errors.failure_of(reply.status, reply.headers, NOW):
                raise trouble
        except errors.RequestFailedError as exc:
            failed = failure(exc.result, exc.why, url=full, status=exc.status, not_before=exc.not_before)
            return self._noted(replace(failed, headers=exc.headers, requests=requests), place if requests else None)
        stored = self.cache.validators.get(full) if conditional else None
        return _compared(replace(reply, url=full, final_url=reply.final_url or str(place)), stored or Validators())

    def pauses(self) -> dict[str, datetime]:
        """Return until when which host asked to be left alone."""
        return self.asked_to_pause

    def close(self) -> None:
        """Remember that it was closed."""
        self.closed = True

    def _reply(self, url: str, full: str, params: Mapping[str, str]) -> Answer | Failure:
        reply: Reply = answer(status=404)
        if isinstance(self.replies, Mapping):
            reply = self.replies.get(full, self.replies.get(url, reply))
        else:
            reply = self.replies(url, params)
        return answer(reply) if isinstance(reply, bytes) else reply

    def _objection(self, place: httpx.URL) -> errors.RequestFailedError | None:
        site = f"{origin(place)}/robots.txt"
        prepared = self.replies.get(site) if isinstance(self.replies, Mapping) else None
        return rules(answer(prepared)).objection(str(place)) if isinstance(prepared, bytes) else None

    def _noted(self, failed: Failure, place: httpx.URL | None) -> Failure:
        if failed.not_before and place:
            self.asked_to_pause[host(place)] = failed.not_before
        return failed


def _compared(reply: Answer, stored: Validators) -> Answer:
    """Return the answer as it is against what was stored: a 304, the same body again, or new."""
    assert reply.validators == Validators(), "validators follow from headers and body"
    assert not reply.unchanged, "prepare a cache instead"
    etag, modified = reply.headers.get("etag", ""), reply.headers.get("last-modified", "")
    if stored.etag == etag if stored.etag and etag else stored.last_modified == modified != "":
        validators = Validators(etag=etag, last_modified=modified, sha256=stored.sha256)
        return replace(reply, status=304, body=b"", received=0, unchanged=True, validators=validators)
    validators = Validators(etag=etag, last_modified=modified, sha256=sha256(reply.body).hexdigest())
    return replace(reply, validators=validators, unchanged=bool(reply.body) and validators.sha256 == stored.sha256)


def fetch_session(
    replies: Mapping[str, Reply] | Callable[[str, Mapping[str, str]], Reply] | None = None,
    *,
    state: Mapping[str, Any] | None = None,
    stored: Collection[str] = (),
    read_before: Collection[str] = (),
    **fields: Any,
) -> FetchSession:
    """Return a real session over prepared replies. `stored` are ids that the store has.

    `read_before` are addresses whose reply is the one that this source read in its last run: they come back unchanged, as a 304
    if the reply has an ETag.
    """
    client = FakeClient(replies=replies or {})
    first = {url: got for url in read_before if isinstance(got := client.get(url), Answer)}
    state = dict(state or {})
    if first:
        state[BODIES] = {url: got.validators.sha256 for url, got in first.items()} | state.get(BODIES, {})
    client = FakeClient(replies=replies or {}, cache=HttpCache(validators={url: got.validators for url, got in first.items()}))
    known = frozenset(stored)
    return FetchSession(**{
        "client": client, "window": WINDOW, "now": NOW, "state": state, "stored_ids": known.intersection, **fields,
    })  # fmt: skip


def requests_of(session: FetchSession) -> list[Request]:
    """Return what the session's fake client was asked."""
    assert isinstance(session.client, FakeClient)
    return session.client.requests


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

    def pages(self, session: FetchSession) -> Iterator[Page | Failure]:
        """Play the script."""
        for step, what in enumerate(self.script):
            url = f"https://{self.name}.test/{step}"
            yield what if isinstance(what, Failure) else session.page(answer(url=url), step=step)

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


def listen(source: Source, session: FetchSession) -> Heard:
    """Let a source ask and parse, as the pipeline would, but without a store. What is unchanged is not parsed."""
    items: dict[str, Item] = {}
    failures: list[Failure] = []
    parsed: list[Parsed] = []
    covers: dict[str, tuple[Interval, ...]] = {}
    state = dict(session.state)
    for got in source.pages(session):
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
