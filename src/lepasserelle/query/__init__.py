"""Which places answer this question, in which order, and why. Reads one pinned generation and never the working tree."""

from lepasserelle.query.analyze import Analyst, check_budget
from lepasserelle.query.searcher import MODES, Searcher
from lepasserelle.query.tokens import estimate_tokens
from lepasserelle.query.weights import Weights

__all__ = ["MODES", "Analyst", "Searcher", "Weights", "check_budget", "estimate_tokens"]
