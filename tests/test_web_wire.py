"""The transport: whatever the library below raises comes out as a trouble in scout's words."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import httpcore
import pytest

from scout.config import HttpSettings
from scout.http.address import address
from scout.http.errors import RequestFailedError
from scout.http.network import Deadline, GuardedNetwork, resolve
from scout.http.transport import Request, RequestUsage, Transport
from scout.model import Result

NOW = datetime(2026, 6, 1, 12, tzinfo=UTC)
INTERNAL = {httpcore.ConnectionNotAvailable}
"""What the pool says to itself: it takes another connection then."""
RAISED = sorted(
    {
        found
        for name in httpcore.__all__
        if isinstance(found := getattr(httpcore, name), type) and issubclass(found, Exception) and found not in INTERNAL
    },
    key=lambda found: found.__name__,
)


class Failing(GuardedNetwork):
    """A network on which each connection fails with one exception."""

    def __init__(self, exc: Exception) -> None:
        super().__init__(HttpSettings(), resolve)
        self.exc = exc

    def connect_tcp(self, *_: Any, **__: Any) -> httpcore.NetworkStream:
        """Fail."""
        raise self.exc


@pytest.mark.parametrize("kind", [*RAISED, OSError], ids=lambda kind: kind.__name__)
def test_every_exception_of_the_library_is_a_trouble(kind: type[Exception]) -> None:
    """Nothing but TroubleError leaves the transport, and no text of the library that might hold a header's value."""
    wire = Transport(Failing(kind("Bearer s3cret")), agent="scout/1", cap=1000, now=lambda: NOW)
    with pytest.raises(RequestFailedError) as caught:
        wire.exchange(Request(address=address("http://a.test/")), RequestUsage(timer=Deadline(5)), lambda: None)
    wire.close()
    assert caught.value.result in {Result.UNREACHABLE, Result.REFUSED}
    assert caught.value.why
    assert kind is httpcore.ConnectError or "s3cret" not in caught.value.why


def test_a_connection_is_made_through_the_given_network_only() -> None:
    """The backend that guards addresses is the one that the pool connects with, for http and https."""
    for scheme in ("http", "https"):
        wire = Transport(Failing(httpcore.ConnectError("asked the guard")), agent="scout/1", cap=1000, now=lambda: NOW)
        with pytest.raises(RequestFailedError, match="asked the guard"):
            wire.exchange(Request(address=address(f"{scheme}://a.test/")), RequestUsage(timer=Deadline(5)), lambda: None)
        wire.close()
