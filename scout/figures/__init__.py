"""Measured figures in prose: find them in a field's words, and judge from them whether something was evaluated."""

from scout.figures.evidence import Evidence, Quote, evidence
from scout.figures.find import Figure, find
from scout.figures.vocabulary import Metrics

__all__ = ["Evidence", "Figure", "Metrics", "Quote", "evidence", "find"]
