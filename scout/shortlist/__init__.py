"""Which of the items a curator would take, in what order, and why: rules and taste, deterministic, every point explained.

The same pool, configuration, ledger and window give the same bytes, whatever the order of the rows.
"""

from __future__ import annotations

from scout.shortlist.explain import Explanation, explain
from scout.shortlist.ranking import Settings, choose
from scout.shortlist.status import Earlier

__all__ = ["Earlier", "Explanation", "Settings", "choose", "explain"]
