"""Apply robots.txt (RFC 9309): a missing one allows everything, an unreachable one (5xx too) forbids everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from protego import Protego

from scout.http.errors import RequestFailedError
from scout.model import Answer, Failure, Result

if TYPE_CHECKING:
    from datetime import datetime

AGENT = "scout"
ROBOTS_BYTES = 500 * 1024
"""How much is read; of a longer one the beginning is obeyed. RFC 9309, 2.5: at least 500 KiB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """Hold one site's robots.txt. `closed` and `why` say why nothing at all may be fetched."""

    text: Protego | None = None
    closed: Result | None = None
    why: str = ""
    not_before: datetime | None = None

    def objection(self, url: str) -> RequestFailedError | None:
        """Return why this address is forbidden, or None."""
        if self.closed:
            return RequestFailedError(self.closed, self.why, not_before=self.not_before)
        if self.text and not self.text.can_fetch(url, AGENT):
            return RequestFailedError(Result.REFUSED, "robots.txt asks not to read this address")
        return None

    @property
    def delay(self) -> float:
        """The Crawl-delay in seconds, or 0."""
        return float((self.text and self.text.crawl_delay(AGENT)) or 0)


def rules(found: Answer | Failure) -> RobotsRules:
    """Parse the answer to /robots.txt."""
    match found:
        case Answer(body=body):
            if len(body) >= ROBOTS_BYTES:
                body = body[:ROBOTS_BYTES].rpartition(b"\n")[0]  # half a line would say something else
            return RobotsRules(text=Protego.parse(body.decode("utf-8", "replace").removeprefix("\ufeff")))
        case Failure(status=int() as status) if 400 <= status < 500 and status != 429:
            return RobotsRules()
        case Failure(result=Result.BROKEN):  # more than five redirects, or no body: unavailable, which allows (2.3.1.2)
            return RobotsRules()
        case Failure(status=int() as status) if status >= 500:
            return RobotsRules(
                closed=Result.REFUSED, why=f"robots.txt answers {status}, which forbids to read anything (RFC 9309)"
            )
        case _:
            return RobotsRules(closed=found.result, why=f"robots.txt: {found.why}", not_before=found.not_before)
