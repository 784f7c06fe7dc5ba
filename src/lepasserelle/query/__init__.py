"""Which places answer this question, in which order, and why. Reads one pinned generation and never the working tree."""

from lepasserelle.query.searcher import MODES, Searcher
from lepasserelle.query.weights import Weights

__all__ = ["MODES", "Searcher", "Weights"]
