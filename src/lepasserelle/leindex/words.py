"""The words that questions take, as types: they cost nothing to import, so that a command can name them before it asks anything."""

from collections.abc import Sequence
from typing import Literal

from lepasserelle.errors import QueryError

SearchMode = Literal["hybrid", "lexical", "semantic", "symbol", "literal", "regex"]
ResolutionFilter = Literal["exact", "inferred", "all"]
GraphFormat = Literal["adjacency", "graphml", "dot"]
EdgeWord = Literal["calls", "imports", "inherits", "reads", "writes", "any"]
CycleWord = Literal["calls", "imports", "inherits"]
PictureFormat = Literal["dot", "graphml", "json", "svg"]

RESOLUTIONS: Sequence[str] = ("exact", "inferred", "all")


def check_resolution(resolution: str) -> None:
    """Raise `QueryError` for a word that is no resolution."""
    if resolution not in RESOLUTIONS:
        raise QueryError(f"no resolution {resolution!r}; they are {', '.join(RESOLUTIONS)}")
