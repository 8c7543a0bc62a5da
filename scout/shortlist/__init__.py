"""Rank the items of a window by topic rules and by a model of earlier picks, with the reasons of each score.

Deterministic: the same pool, configuration, ledger and window give the same bytes, in any order of the rows.
"""

from __future__ import annotations

from scout.shortlist.explain import Explanation, explain
from scout.shortlist.ranking import Settings, broad_topics, choose
from scout.shortlist.status import Earlier

__all__ = ["Earlier", "Explanation", "Settings", "broad_topics", "choose", "explain"]
