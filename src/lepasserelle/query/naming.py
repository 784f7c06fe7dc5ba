"""How far a question is the name of a candidate; and which ones a sentence names without quoting: words that, joined, spell the
name of a member with what it belongs to.

"session commit" is `Session.commit`, "query set filter" is `QuerySet.filter`; people and agents leave out the dot. Not a retrieval:
it looks at candidates only. Invariant: pure; between 0 and 1, and 1 only when the whole question is the name.
"""

from collections.abc import Mapping
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.seams import GraphTable
from lepasserelle.query.understand import Question, Shape
from lepasserelle.terms import STOP_WORDS, TOKEN, WHOLE, family, folded, pieces

_MOST_WORDS = 24
_MOST_JOINED = 6
_LESS = 0.9
"""A name that only stands there once function words are left out is less surely meant: `filter`, not `filter_by`."""
_DECORATION = "_$#@"


def spelled(graph: GraphTable, question: Question, nodes: NDArray[np.uint32], names: list[str]) -> NDArray[np.float64]:
    """For each candidate the share of the question's words that spell `parent.name`, 0 where they do not. A name of several words
    is spelled by itself where it is all that is asked: in a longer question its words may be any.
    """
    result = np.zeros(len(names))
    if question.shape is not Shape.SENTENCE:
        return result
    words = [word for word in map(_plain, TOKEN.findall(question.text)[:_MOST_WORDS]) if word]
    telling = [word for word in words if word not in STOP_WORDS]
    in_a_row = f"{''.join(telling)} {''.join(words)}"
    ends = tuple({word for word in words if len(word) > 1})
    joined: dict[str, float] | None = None
    alone = {"".join(telling): _LESS, "".join(words): 1.0} if len(telling) > 1 else {}
    for at, name in enumerate(names):
        own = _plain(name)
        if own in alone:
            result[at] = alone[own]
        elif own.endswith(ends) and (parent := graph.parent(int(nodes[at]))) >= 0:
            owned = _plain(graph.name(parent)) + own
            if owned in in_a_row:
                joined = _joined_with_and_without(words, telling) if joined is None else joined
                result[at] = joined.get(owned, 0.0)
    return result


def _joined_with_and_without(words: list[str], telling: list[str]) -> dict[str, float]:
    """Neighbours joined → which share of the words they are; `telling`: without function words."""
    joined = {key: _LESS * share for key, share in _joined(telling).items()}
    for key, share in _joined(words).items():
        joined[key] = max(share, joined.get(key, 0.0))
    return joined


@lru_cache(maxsize=1 << 14)
def _plain(name: str) -> str:
    return folded(name).replace("_", "").strip(_DECORATION)


def _joined(words: list[str]) -> dict[str, float]:
    """Neighbours joined → which share of the words they are."""
    found: dict[str, float] = {}
    for start in range(len(words)):
        for end in range(start + 2, min(start + _MOST_JOINED, len(words)) + 1):
            key = "".join(words[start:end])
            found[key] = max(found.get(key, 0.0), (end - start) / len(words))
    return found


@lru_cache(maxsize=1 << 14)
def name_roots(name: str) -> tuple[str, ...]:
    """The families of the words that a name consists of."""
    return tuple(family(term) for term in pieces(name) if not term.startswith(WHOLE))


def agreement(own: tuple[str, ...], telling: Mapping[str, float]) -> float:
    """Harmonic mean of how much of the question is in a name of these words, and how much of the name is in the question."""
    shared = [telling[term] for term in own if term in telling]
    if not shared:
        return 0.0
    covered, share = sum(shared), len(shared) / len(own)
    return 2 * covered * share / (covered + share)
