"""Which places answer this question, in which order, and why. Reads one pinned generation and never the working tree."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lepasserelle.query.analyze import Analyst, check_budget
    from lepasserelle.query.ground import Ground
    from lepasserelle.query.searcher import MODES, Searcher
    from lepasserelle.query.tokens import estimate_tokens
    from lepasserelle.query.weights import Weights

__all__ = ["MODES", "Analyst", "Ground", "Searcher", "Weights", "check_budget", "estimate_tokens"]

_HOME_OF = {
    "MODES": "searcher",
    "Analyst": "analyze",
    "Ground": "ground",
    "Searcher": "searcher",
    "Weights": "weights",
    "check_budget": "analyze",
    "estimate_tokens": "tokens",
}
"""Loaded when first asked for: who looks for lines pays for no ranking."""


def __getattr__(name: str) -> object:
    if name not in _HOME_OF:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOME_OF[name]}"), name)
    globals()[name] = value
    return value
