"""What all tests share: property tests are judged by what they find, not by how busy the machine is; and how signals are heard."""

from __future__ import annotations

import signal
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, settings

if TYPE_CHECKING:
    from collections.abc import Iterator

settings.register_profile("scout", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("scout")


@pytest.fixture
def heard() -> Iterator[None]:
    """Hear the signals that end a command, in this process and those it starts, though the tests were started deaf (`nohup`)."""
    ending: dict[int, Any] = {
        signal.SIGINT: signal.default_int_handler,
        signal.SIGTERM: signal.SIG_DFL,
        signal.SIGHUP: signal.SIG_DFL,
    }
    before = {number: signal.signal(number, how) for number, how in ending.items()}
    try:
        yield
    finally:
        for number, how in before.items():
            signal.signal(number, how)
