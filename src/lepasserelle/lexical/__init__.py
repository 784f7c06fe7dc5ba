"""Which nodes hold these words: BM25F over fields, in arrays. Does not know what a node is. And which files hold these trigrams."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lepasserelle.lexical.build import build
    from lepasserelle.lexical.search import Lexical

__all__ = ["Lexical", "build"]

_HOMES = {"Lexical": "search", "build": "build"}
"""Loaded when first asked for: looking for lines needs neither."""


def __getattr__(name: str) -> object:
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    globals()[name] = value
    return value
