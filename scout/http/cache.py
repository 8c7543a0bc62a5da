"""Hold validators and pauses between runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from scout.model import Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCache:
    """Hold what earlier runs stored: `validators` by address, `not_before` (UTC) by the names in `HttpClient.pauses`.

    Read by the client from several threads, and never written by it: the caller stores what is new once its items are stored.
    """

    validators: Mapping[str, Validators] = field(default_factory=dict)
    not_before: Mapping[str, datetime] = field(default_factory=dict)
