"""Classify a status and its headers as success or failure. Pure; never reads a body.

Sources: RFC 9110 (statuses, Retry-After in both forms), RFC 6585 (429), GitHub's "Rate limits for the REST API"
(x-ratelimit-*), `scout.parsers.challenge` for the headers of challenge pages.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

from scout.model import Result
from scout.parsers.challenge import in_headers

if TYPE_CHECKING:
    from collections.abc import Mapping

PATIENCE_S = 10.0
"""The longest that one call waits because a server asks for it; beyond, the host is paused and the run goes on."""
COOL_DOWN = timedelta(seconds=60)
"""How long a host that limits requests without saying for how long is paused (GitHub's advice; arXiv sends `Retry-After: 0`)."""
LONGEST = timedelta(hours=24)
"""The longest pause that one header can impose."""
AGAIN = "; tried before, and not again in this run"
"""Follows the reason why a host gave no answer, where it was not asked once more."""

_PARTS = (206, 226)
"""Answers to Range (RFC 9110, 15.3.7) and A-IM (RFC 3229, 10.4.1), which scout never sends."""

_WORDS = {
    206: "a part of an answer, which was not asked for",
    226: "a change to an answer, which was not asked for",
    401: "it asks for credentials",
    403: "it refuses to answer",
    404: "there is nothing at this address",
    407: "a proxy asks for credentials",
    408: "it waited too long for us",
    410: "it is gone for good",
    429: "too many requests",
    451: "it may not answer, for legal reasons",
    500: "it failed inside",
    502: "the server behind it does not answer",
    503: "it is not available now",
    504: "the server behind it is too slow",
}


class RequestFailedError(Exception):
    """Say why one request failed. Raised inside `http` only: `HttpClient.get` returns it as a `Failure`.

    `again` is how many seconds to wait at least before the same call asks again; None: a retry would change nothing.
    `asked` names the host, once a request was made. `lost`: the host is unreachable, whatever the path.
    """

    def __init__(
        self,
        result: Result,
        why: str,
        *,
        status: int | None = None,
        not_before: datetime | None = None,
        again: float | None = None,
        headers: Mapping[str, str] | None = None,
        lost: bool = False,
    ) -> None:
        super().__init__(why)
        self.result = result
        self.why = why
        self.status = status
        self.not_before = not_before
        self.again = again
        self.headers = headers or {}
        self.lost = lost
        self.asked = ""


def failure_of(status: int, headers: Mapping[str, str], now: datetime) -> RequestFailedError | None:
    """Return the error of an answer, or None for whole 2xx and 3xx. `headers` have lower-case names."""
    if guard := in_headers(headers):
        return RequestFailedError(Result.BLOCKED, f"{status}: a {guard} stands in the way", status=status, headers=headers)
    if 200 <= status < 400 and status not in _PARTS:
        return None
    why = f"{status}: {_WORDS.get(status, 'it does not answer this request')}"
    if status == 429 or (status == 403 and _limits(headers)):
        return _limited(status, why, headers, now)
    if status in (401, 403, 407, 451):
        return RequestFailedError(Result.BLOCKED, why, status=status, headers=headers)
    wait = asked_wait(headers, now) or timedelta()
    if status == 503 and wait.total_seconds() > PATIENCE_S:
        return _limited(status, why, headers, now)
    passing = status == 408 or 500 <= status < 600
    again = min(wait.total_seconds(), PATIENCE_S) if passing else None
    result = Result.BROKEN if status in _PARTS else Result.UNREACHABLE
    return RequestFailedError(result, why, status=status, again=again, headers=headers)


def asked_wait(headers: Mapping[str, str], now: datetime) -> timedelta | None:
    """Return for how long a server asks for a pause: Retry-After, else the end of GitHub's hour; None if it does not say.

    A past time, zero and invalid values count as None. At most a day.
    """
    asked = headers.get("retry-after", "").strip()
    wait = timedelta()
    if re.fullmatch(r"\d+", asked):
        wait = timedelta(seconds=min(int(asked[:9]), LONGEST.total_seconds()))
    elif asked:
        wait = _until(asked, now)
    reset = headers.get("x-ratelimit-reset", "").strip()
    if not wait and headers.get("x-ratelimit-remaining", "").strip() == "0" and re.fullmatch(r"\d{1,11}", reset):
        wait = datetime.fromtimestamp(int(reset), UTC) - now
    return min(wait, LONGEST) if wait > timedelta() else None


def _limits(headers: Mapping[str, str]) -> bool:
    """Say whether a 403 is GitHub's form of 429."""
    return headers.get("x-ratelimit-remaining", "").strip() == "0" or "retry-after" in headers


def _limited(status: int, why: str, headers: Mapping[str, str], now: datetime) -> RequestFailedError:
    """Retry after a short wait that was asked for; where that fails, or it is long, pause the host."""
    wait = asked_wait(headers, now)
    until = now + max(wait or COOL_DOWN, COOL_DOWN)
    return RequestFailedError(
        Result.RATE_LIMITED,
        f"{why}; not to be asked before {clock(until)}",
        status=status,
        not_before=until,
        again=wait.total_seconds() if wait and wait.total_seconds() <= PATIENCE_S else None,
        headers=headers,
    )


def _until(http_date: str, now: datetime) -> timedelta:
    try:
        at = parsedate_to_datetime(http_date)
        return (at if at.tzinfo else at.replace(tzinfo=UTC)) - now
    except (ValueError, OverflowError, TypeError, IndexError):
        return timedelta()


def clock(at: datetime) -> str:
    """Format an instant for a message: `2026-06-01 12:00 UTC`, rounded up to the minute."""
    return f"{at.astimezone(UTC) + timedelta(seconds=59):%Y-%m-%d %H:%M} UTC"
