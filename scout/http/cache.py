"""What the client remembers from one run to the next."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from scout.model import Validators


@dataclass(frozen=True, slots=True, kw_only=True)
class HttpCache:
    """What earlier runs stored: `validators` by address, and `not_before` by the names that `Web.pauses` gives (UTC).

    Read by the client from several threads, and never written by it: the caller stores what is new once its items are stored.
    """

    validators: Mapping[str, Validators] = field(default_factory=dict)
    not_before: Mapping[str, datetime] = field(default_factory=dict)
