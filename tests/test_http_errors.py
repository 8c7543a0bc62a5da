"""Statuses and headers become one word, and a time that a server cannot abuse."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scout.http.errors import asked_wait, clock, failure_of
from scout.model import Result

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
EAST = timezone(timedelta(hours=2))
RESET = str(int((NOW + timedelta(minutes=20)).timestamp()))


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after": "7"}, 7),
        ({"retry-after": " 007 "}, 7),
        ({"retry-after": format_datetime(NOW + timedelta(minutes=5), usegmt=True)}, 300),
        ({"retry-after": format_datetime((NOW + timedelta(minutes=5)).astimezone(EAST))}, 300),
        ({"retry-after": "Monday, 01-Jun-26 12:05:00 GMT"}, 300),
        ({"retry-after": format_datetime(NOW - timedelta(minutes=5), usegmt=True)}, None),
        ({"retry-after": "0"}, None),
        ({"retry-after": "-5"}, None),
        ({"retry-after": "1.5"}, None),
        ({"retry-after": "soon"}, None),
        ({"retry-after": "9" * 5000}, 86_400),
        ({"retry-after": "Fri, 31 Dec 9999 23:59:59 GMT"}, 86_400),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": RESET}, 1200),
        ({"x-ratelimit-remaining": "1", "x-ratelimit-reset": RESET}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "never"}, None),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": "99999999999"}, 86_400),
        ({"x-ratelimit-remaining": "0", "x-ratelimit-reset": RESET, "retry-after": "30"}, 30),
        ({}, None),
    ],
)
def test_the_wait_is_what_the_server_asks_for(headers: dict[str, str], seconds: int | None) -> None:
    """Retry-After in both forms first, GitHub's reset time second; the past, zero and nonsense say nothing; a day at most."""
    assert asked_wait(headers, NOW) == (None if seconds is None else timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("status", "headers", "result"),
    [
        (200, {}, None),
        (203, {}, None),
        (206, {}, Result.BROKEN),
        (226, {}, Result.BROKEN),
        (304, {}, None),
        (301, {}, None),
        (200, {"cf-mitigated": "challenge"}, Result.BLOCKED),
        (503, {"cf-mitigated": "challenge", "retry-after": "3600"}, Result.BLOCKED),
        (401, {}, Result.BLOCKED),
        (403, {}, Result.BLOCKED),
        (451, {}, Result.BLOCKED),
        (403, {"x-ratelimit-remaining": "0"}, Result.RATE_LIMITED),
        (403, {"x-ratelimit-remaining": "12"}, Result.BLOCKED),
        (403, {"retry-after": "60"}, Result.RATE_LIMITED),
        (429, {}, Result.RATE_LIMITED),
        (503, {"retry-after": "3600"}, Result.RATE_LIMITED),
        (503, {"retry-after": "2"}, Result.UNREACHABLE),
        (404, {}, Result.UNREACHABLE),
        (410, {}, Result.UNREACHABLE),
        (500, {}, Result.UNREACHABLE),
    ],
)
def test_a_status_becomes_a_word(status: int, headers: dict[str, str], result: Result | None) -> None:
    """The word in the outcome, status by status."""
    found = failure_of(status, headers, NOW)
    assert (found.result if found else None) == result
    assert found is None or str(status) in found.why


def test_gone_is_said() -> None:
    """410 is told from 404: this source can be taken out."""
    found = failure_of(410, {}, NOW)
    assert found
    assert "gone for good" in found.why


NAMES = st.sampled_from(["retry-after", "x-ratelimit-remaining", "x-ratelimit-reset", "cf-mitigated", "server"])
VALUES = st.one_of(st.text(max_size=30), st.integers(-9, 10**12).map(str), st.datetimes().map(format_datetime))


@given(st.integers(100, 999), st.dictionaries(NAMES, VALUES))
def test_no_header_breaks_the_verdict_or_keeps_us_away_for_long(status: int, headers: dict[str, str]) -> None:
    """Any headers give a word or nothing; a pause lies between a minute and a day, a wait inside a call within ten seconds."""
    found = failure_of(status, headers, NOW)
    assert (found is None) <= (200 <= status < 400)
    if found:
        assert found.why
        assert found.again is None or 0 <= found.again <= 10
        assert (found.not_before is not None) == (found.result is Result.RATE_LIMITED)
    if found and found.not_before:
        assert timedelta(minutes=1) <= found.not_before - NOW <= timedelta(days=1)


def test_a_clock_never_shows_too_early() -> None:
    """The minute in the sentence is the first one in which asking is allowed."""
    assert clock(NOW) == "2026-06-01 12:00 UTC"
    assert clock((NOW + timedelta(seconds=1)).astimezone(EAST)) == "2026-06-01 12:01 UTC"
