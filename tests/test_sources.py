"""The one test of every kind: a recorded answer goes into `parse`, and what the case states must come out.

    tests/recorded/<kind>/<case>.<ext>            the body, byte for byte; the case is named by the defect
    tests/recorded/<kind>/<case>.expected.json    {"source": {options of feeds.yaml},
                                                   "page": {"url", "status", "headers", "role", "hints", "since", "until", "now"},
                                                   "result", "why" (a part of it), "total", "complete", "covers", "notes", "state",
                                                   "dropped", "items": [{fields of an item}], "votes": [{fields of a vote}]}

Votes are the page's own and those of its digests. Only what a case states is compared: of an item the fields that stand there, of `extra` and `state` the keys. Instants are
written `2026-05-18T17:00:00Z`; `items` must be as many, in that order; each of `notes` is a part of one note.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from fakes import NOW, WINDOW, page
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from scout.model import Result, Window
from scout.sources import kind_class, kinds
from scout.sources.base import Page, Parsed, Source
from scout.sources.fetch import votes_of

RECORDED = Path(__file__).parent / "recorded"
SUFFIX = ".expected.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One recorded answer and what it must give."""

    kind: str
    name: str

    @property
    def expected(self) -> dict[str, Any]:
        """What the case states."""
        stated: dict[str, Any] = json.loads((RECORDED / self.kind / (self.name + SUFFIX)).read_text("utf-8"))
        return stated

    @property
    def body(self) -> bytes:
        """The recorded body: the one file beside the expectation that has the case's name."""
        (file,) = (f for f in (RECORDED / self.kind).iterdir() if f.stem == self.name and not f.name.endswith(SUFFIX))
        return file.read_bytes()

    def source(self) -> Source:
        """Make the source from the options, as feeds.yaml would."""
        options = {"name": "recorded", **self.expected.get("source", {})}
        found: Source = TypeAdapter(kind_class(self.kind)).validate_python(options)
        return found

    def page(self) -> Page:
        """Make the page that `parse` is given."""
        stated = dict(self.expected.get("page", {}))
        since, until, now = (stated.pop(key, None) for key in ("since", "until", "now"))
        window = Window(
            since=date.fromisoformat(since) if since else WINDOW.since,
            until=date.fromisoformat(until) if until else WINDOW.until,
        )
        return page(self.body, window=window, now=datetime.fromisoformat(now) if now else NOW, **stated)


CASES = [Case(kind=file.parent.name, name=file.name.removesuffix(SUFFIX)) for file in sorted(RECORDED.glob(f"*/*{SUFFIX}"))]


def as_json(value: Any) -> Any:
    """Return a value as a case would write it: instants with Z, tuples as lists."""
    if isinstance(value, date) and not isinstance(value, datetime):
        return str(value)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if isinstance(value, dict):
        return {str(key): as_json(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(inner) for inner in value]
    return value


def stated_of(actual: dict[str, Any], stated: dict[str, Any]) -> dict[str, Any]:
    """Return of `actual` only what `stated` speaks of, mappings inside treated alike."""
    return {
        key: stated_of(actual[key], value) if isinstance(value, dict) and isinstance(actual.get(key), dict) else actual.get(key)
        for key, value in stated.items()
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.kind}-{case.name}")
def test_a_recorded_answer_gives_what_its_case_states(case: Case) -> None:
    """Each stated field of each recorded case comes out of `parse`."""
    expected = case.expected
    found = case.source().parse(case.page())
    parsed = as_json(asdict(found))
    plainly: dict[str, Any] = {
        key: expected[key] for key in ("result", "total", "complete", "covers", "state") if key in expected
    }
    assert stated_of(parsed, plainly) == plainly
    if "dropped" in expected:
        assert parsed["dropped"] == expected["dropped"]
    assert expected.get("why", "") in parsed["why"]
    for note in expected.get("notes", []):
        assert any(note in said for said in parsed["notes"]), (note, parsed["notes"])
    if "votes" in expected:
        votes = [as_json(asdict(vote)) for vote in votes_of(found)]
        assert [stated_of(vote, stated) for vote, stated in zip(votes, expected["votes"], strict=True)] == expected["votes"]
    if "items" in expected:
        items = expected["items"]
        assert len(parsed["items"]) == len(items), [found["title"] for found in parsed["items"]]
        assert [stated_of(found, item) for found, item in zip(parsed["items"], items, strict=True)] == items


def test_every_recording_belongs_to_a_case() -> None:
    """A recorded body without expectation, or an expectation that states no result, would test nothing."""
    files = [f for f in RECORDED.glob("*/*") if not f.name.endswith(SUFFIX)]
    assert {(f.parent.name, f.stem) for f in files} == {(case.kind, case.name) for case in CASES}
    assert [case for case in CASES if "result" not in case.expected] == []


def test_every_kind_is_recorded() -> None:
    """Each file in `scout/sources` has its cases here."""
    assert set(kinds()) <= {case.kind for case in CASES}


def mutations(body: bytes) -> st.SearchStrategy[bytes]:
    """Damage a body as networks and servers do: cut it, lose, repeat or overwrite a part of it."""
    at = st.integers(0, max(len(body) - 1, 0))
    length = st.integers(1, 200)
    return st.one_of(
        at.map(lambda i: body[:i]),
        st.builds(lambda i, n: body[:i] + body[i + n :], at, length),
        st.builds(lambda i, n: body[: i + n] + body[i:], at, length),
        st.builds(lambda i, new: body[:i] + new + body[i + len(new) :], at, st.binary(min_size=1, max_size=20)),
        st.builds(lambda i, j, n: body[:i] + body[j : j + n] + body[i + n :], at, at, length),
    )


@pytest.mark.parametrize("kind", sorted({case.kind for case in CASES}))
@settings(suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large])
@given(data=st.data())
def test_any_bytes_give_items_or_a_stated_result(kind: str, data: st.DataObject) -> None:
    """Whatever stands in the body, `parse` returns: the same twice, with words where it is not well."""
    case = data.draw(st.sampled_from([case for case in CASES if case.kind == kind]))
    body = data.draw(st.one_of(mutations(case.body), st.binary(), st.text().map(str.encode)))
    whole = case.page()
    damaged = replace(whole, answer=replace(whole.answer, body=body))
    source = case.source()
    parsed = source.parse(damaged)
    assert isinstance(parsed, Parsed)
    assert parsed == source.parse(damaged)
    assert parsed.items or parsed.dropped or parsed.result is not Result.OK
    assert parsed.why or parsed.result in {Result.OK, Result.EMPTY}
    assert all(found.id and found.url for found in parsed.items)
