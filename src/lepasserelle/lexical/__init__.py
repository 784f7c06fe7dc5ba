"""Which nodes hold these words: BM25F over fields, in arrays. Does not know what a node is."""

from lepasserelle.lexical.build import build
from lepasserelle.lexical.search import Lexical

__all__ = ["Lexical", "build"]
