"""The terms of a question: the same cuts as for documents, with a weight each.

Not query understanding: whether a text is a symbol or a sentence, and what that means for the answer, is decided in `query`.
Invariant: for any text the terms are distinct, in order of first sight, and their weights positive.
"""

from itertools import pairwise
from typing import NamedTuple

from lepasserelle.terms.fold import normal
from lepasserelle.terms.split import TOKEN, pieces, whole
from lepasserelle.terms.stem import STOP_WORDS

MAX_QUESTION_TOKENS = 256
_REPEATED = 0.5
_WHOLE_OF_COMPOUND = 1.0
_WHOLE_OF_WORD = 0.6
_JOINED_NEIGHBOURS = 0.6


class QueryTerm(NamedTuple):
    """One term of a question and how much it counts."""

    term: str
    weight: float


def query_terms(text: str) -> tuple[QueryTerm, ...]:
    """Weighted terms of a question; at most its first 256 tokens count.

    Function words go, unless nothing else is left. A compound word also asks for its parts and for itself joined
    (`QuerySet` → `query`, `set`, `queryset`, `=queryset`); a plain word, and two plain neighbours, also ask for the whole
    identifier that they would make (`query set` → `=queryset`).
    """
    found = TOKEN.findall(normal(text))[:MAX_QUESTION_TOKENS]
    meaning = [token for token in found if token.lower() not in STOP_WORDS] or found
    weights: dict[str, float] = {}
    for token in meaning:
        for term, weight in _token_terms(token):
            weights[term] = weights[term] + _REPEATED * weight if term in weights else weight
    for left, right in pairwise(meaning):
        joined = whole(left.replace("_", "") + right.replace("_", ""))
        weights.setdefault(joined, _JOINED_NEIGHBOURS)
    return tuple(QueryTerm(term, round(weight, 4)) for term, weight in weights.items())


def _token_terms(token: str) -> list[tuple[str, float]]:
    cut = pieces(token)
    if len(cut) == 1:
        joined = token.replace("_", "")
        return [(cut[0], 1.0), (whole(joined), _WHOLE_OF_WORD)]
    terms = [(term, _WHOLE_OF_COMPOUND) for term in cut]
    if cut and cut[-1].startswith("="):
        terms.extend((term, _WHOLE_OF_WORD) for term in pieces(cut[-1][1:]))
    return terms
