"""Text to sub-terms: one pure pass whose result feeds lexical and vectors, for documents and for queries alike.

Keeps no state (what it remembers of an identifier is a pure function of it) and touches no file.
"""

from lepasserelle.terms.batches import RowBatch, TermNumbers, row_batches
from lepasserelle.terms.collect import collect, collect_all
from lepasserelle.terms.dictionary import Dictionary
from lepasserelle.terms.file_terms import FIELD_COUNT, ROW, Field, FileTerms, TermFile
from lepasserelle.terms.fold import folded
from lepasserelle.terms.paths import path_terms
from lepasserelle.terms.question import QueryTerm, query_terms
from lepasserelle.terms.split import TOKEN, WHOLE, forget_parts, pieces, tokens, whole
from lepasserelle.terms.stem import STOP_WORDS, family, stem
from lepasserelle.terms.vocabulary import Vocabulary, pack_vocabulary
from lepasserelle.terms.windows import WindowRows

__all__ = [
    "FIELD_COUNT",
    "ROW",
    "STOP_WORDS",
    "TOKEN",
    "WHOLE",
    "Field",
    "FileTerms",
    "QueryTerm",
    "RowBatch",
    "TermFile",
    "TermNumbers",
    "Vocabulary",
    "WindowRows",
    "collect",
    "collect_all",
    "family",
    "folded",
    "forget_tokens",
    "pack_vocabulary",
    "path_terms",
    "pieces",
    "query_terms",
    "row_batches",
    "stem",
    "subterms",
    "whole",
]


def subterms(text: str) -> list[str]:
    """Every sub-term of a text in order, repetitions kept; a compound identifier is followed by itself, marked by `WHOLE`."""
    return [term for token in tokens(text) for term in pieces(token)]


def forget_tokens() -> None:
    """Give back what this thread remembers of how tokens are cut (17 MB after Django): what is collected later is the same."""
    Dictionary.forget()
    stem.cache_clear()
    pieces.cache_clear()
    forget_parts()
