"""Measured figures in prose: find them, and judge from them whether something was evaluated at run time."""

from scout.figures.evidence import Evidence, Quote, evidence
from scout.figures.find import Figure, find

__all__ = ["Evidence", "Figure", "Quote", "evidence", "find"]
