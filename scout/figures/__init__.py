"""Find measured figures in prose by a field's vocabulary, and judge from them whether work was evaluated."""

from scout.figures.evidence import NOT_JUDGED, Evidence, Quote, evidence
from scout.figures.find import Figure, find
from scout.figures.vocabulary import Metrics

__all__ = ["NOT_JUDGED", "Evidence", "Figure", "Metrics", "Quote", "evidence", "find"]
