"""How the door behaves, and what it remembers from one run to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from scout.model import Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpSettings:
    """How to behave on the network; the `http` part of feeds.yaml.

    `contact` stands in the User-Agent. `allow_hosts` are `host:port` (a name or an IP) that may be private or on an odd port:
    stand-ins and mirrors. `timeout_s` is the whole time of one call, retries included and the pauses of politeness not;
    `max_body_mib` caps the decoded body. `pace_s` is the pause in seconds between two requests to a `host` or `host:port`,
    `pause_s` where it says nothing. arXiv's hosts are never paced faster than their terms of use allow.
    `attempts` is how often a failed request is made again, `backoff_s` the first pause before that; it doubles.
    """

    contact: str = ""
    allow_hosts: tuple[str, ...] = ()
    timeout_s: float = 60
    max_body_mib: float = 20
    pace_s: Mapping[str, float] = field(default_factory=dict)
    pause_s: float = 1
    attempts: int = 3
    backoff_s: float = 0.5

    def stand_in(self, host: str) -> bool:
        """Say whether `host` (`name:port` or `ip:port`) is one that the user lets through: it may stand for many hosts."""
        return _bare(host) in map(_bare, self.allow_hosts)


def _bare(host: str) -> str:
    return host.lower().replace("[", "").replace("]", "")


class Memory(Protocol):
    """What is remembered between runs. Asked from several threads; written by others, once the items are committed."""

    def validators(self, url: str) -> Validators | None:
        """Return what the server gave with the last answer that was kept, or None."""
        ...

    def not_before(self, host: str) -> datetime | None:
        """Return until when a host wants to be left alone; the names are those that `Web.pauses` gives."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCache:
    """A memory of two dictionaries, for tests and for runs that keep nothing."""

    answers: dict[str, Validators] = field(default_factory=dict)
    hosts: dict[str, datetime] = field(default_factory=dict)

    def validators(self, url: str) -> Validators | None:
        """Return what was kept for this address."""
        return self.answers.get(url)

    def not_before(self, host: str) -> datetime | None:
        """Return until when this host wants to be left alone."""
        return self.hosts.get(host)
