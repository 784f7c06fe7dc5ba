"""The words that questions take, as types: they cost nothing to import, so that a command can name them before it asks anything."""

from collections.abc import Sequence
from typing import Final, Literal

from lepasserelle.errors import QueryError

SearchMode = Literal["hybrid", "lexical", "semantic", "symbol", "literal", "regex"]
ResolutionFilter = Literal["exact", "inferred", "all"]
GraphFormat = Literal["adjacency", "graphml", "dot"]
EdgeWord = Literal["calls", "imports", "inherits", "reads", "writes", "any"]
CycleWord = Literal["calls", "imports", "inherits"]
PictureFormat = Literal["dot", "graphml", "json", "svg"]

_SHOWN_CHARS: Final = 80
RESOLUTIONS: Sequence[str] = ("exact", "inferred", "all")


def check_resolution(resolution: str) -> None:
    """Raise `QueryError` for a word that is no resolution."""
    if resolution not in RESOLUTIONS:
        raise QueryError(f"no resolution {resolution!r}; they are {', '.join(RESOLUTIONS)}")


def check_text(**given: object) -> None:
    """Raise `QueryError` for the first of these that is no text."""
    for name, value in given.items():
        if not isinstance(value, str):
            raise QueryError(f"{name} is {_shown(value)}, of type {type(value).__name__}; give a text (str)")


def check_filters(**given: object) -> None:
    """As `check_text`; None, which leaves a filter out, is as good."""
    check_text(**{name: value for name, value in given.items() if value is not None})


def check_flags(**given: object) -> None:
    """Raise `QueryError` for the first of these that is neither True nor False."""
    for name, value in given.items():
        if not isinstance(value, bool):
            raise QueryError(f"{name} is {_shown(value)}, of type {type(value).__name__}; give True or False")


def _shown(value: object) -> str:
    shown = repr(value)
    return shown if len(shown) <= _SHOWN_CHARS else f"{shown[:_SHOWN_CHARS]}…"


def check_request(request: object) -> None:
    """Raise `QueryError` for what is no request, or has an argument out of its range."""
    from lepasserelle.model import check_request as check

    check(request)
