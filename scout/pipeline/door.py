"""The HTTP door with the manners that a configuration wants."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING

from scout import __version__
from scout.http import HttpCache, HttpClient, HttpSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from scout.config import Http


def open_door(
    http: Http, *, clock: Callable[[], datetime], pace_dir: Path | None = None, memory: HttpCache | None = None
) -> HttpClient:
    """Open the door; leaving its context closes it. `pace_dir` is where arXiv's turns are kept for all processes."""
    manners = HttpSettings(**asdict(http))
    return HttpClient(manners, memory=memory or HttpCache(), now=clock, pace_dir=pace_dir, version=__version__)
