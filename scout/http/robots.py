"""What robots.txt allows (RFC 9309): an absent one allows everything, one that the server cannot give forbids everything."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from protego import Protego

from scout.http.errors import RequestFailedError
from scout.model import Answer, Failure, Result

if TYPE_CHECKING:
    from datetime import datetime

AGENT = "scout"
_READ = 500 * 1024  # RFC 9309, 2.5: at least 500 KiB must be read


@dataclass(frozen=True, slots=True, kw_only=True)
class RobotsRules:
    """What one site's robots.txt says. `closed` and `why` say why nothing may be asked at all."""

    text: Protego | None = None
    closed: Result | None = None
    why: str = ""
    not_before: datetime | None = None

    def objection(self, url: str) -> RequestFailedError | None:
        """Say why this address may not be asked, or None."""
        if self.closed:
            return RequestFailedError(self.closed, self.why, not_before=self.not_before)
        if self.text and not self.text.can_fetch(url, AGENT):
            return RequestFailedError(Result.REFUSED, "robots.txt asks not to read this address")
        return None

    @property
    def delay(self) -> float:
        """The pause in seconds that it asks for between two requests."""
        return float((self.text and self.text.crawl_delay(AGENT)) or 0)


def rules(found: Answer | Failure) -> RobotsRules:
    """Read what the server gave for /robots.txt."""
    match found:
        case Answer(body=body):
            return RobotsRules(text=Protego.parse(body[:_READ].decode("utf-8", "replace").removeprefix("\ufeff")))
        case Failure(status=int() as status) if 400 <= status < 500 and status != 429:
            return RobotsRules()
        case Failure(result=Result.BROKEN):  # more than five redirects, or no text: unavailable, which allows (2.3.1.2)
            return RobotsRules()
        case Failure(status=int() as status) if status >= 500:
            return RobotsRules(
                closed=Result.REFUSED, why=f"robots.txt answers {status}, which forbids to read anything (RFC 9309)"
            )
        case _:
            return RobotsRules(closed=found.result, why=f"robots.txt: {found.why}", not_before=found.not_before)
