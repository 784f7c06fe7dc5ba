"""How well a table finds the code that documentation stands on, in packages and files that it did not learn from.

Not the benchmark: that asks people's questions through the product (`benchmarks/retrieval`). This one chooses between recipes.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lepasserelle.vectors.sparse import Rows, product
from training.pairs import Pairs
from training.train import only, taken

Floats = NDArray[np.float32]


Ranks = tuple[float, float]
"""Mean reciprocal rank of the right definition (with all words of the question, without those that stand in the code)."""

_LEAST_QUESTIONS = 20


def mean_reciprocal_ranks(pairs: Pairs, table: Floats, most: int = 1500) -> Ranks:
    """Mean over what is for development, package by package, each among its own."""
    found = [_of_some(pairs, table, chosen) for chosen in _development(pairs, most)]
    return float(np.mean([plain for plain, _ in found])), float(np.mean([hard for _, hard in found]))


def by_language(pairs: Pairs, table: Floats, most: int = 1500) -> dict[str, tuple[int, Ranks]]:
    """Language → (questions, mean over the packages that have it), each package's definitions in that language among their own."""
    spoken = np.array(pairs.languages)
    found: dict[str, tuple[int, Ranks]] = {}
    for language in sorted(set(pairs.languages)):
        chosen = list(_development(pairs, most, spoken == language))
        if chosen:
            plain, hard = np.mean([_of_some(pairs, table, some) for some in chosen], axis=0)
            found[language] = (sum(map(len, chosen)), (float(plain), float(hard)))
    return found


def _development(pairs: Pairs, most: int, among: NDArray[np.bool_] | None = None) -> Iterator[NDArray[np.int64]]:
    """The pairs of each package that are for development, where they suffice."""
    wanted = pairs.is_development if among is None else pairs.is_development & among
    for package in np.unique(pairs.packages[wanted]):
        chosen = np.flatnonzero((pairs.packages == package) & wanted)[:most]
        if len(chosen) >= _LEAST_QUESTIONS:
            yield chosen


def _of_some(pairs: Pairs, table: Floats, chosen: NDArray[np.int64]) -> Ranks:
    queries, places = taken(pairs.queries, chosen)
    code, _ = taken(pairs.code, chosen)
    given = _unit(product(code, table))
    return _ranks(queries, given, table), _ranks(only(queries, ~pairs.shared[places]), given, table)


def _ranks(queries: Rows, given: Floats, table: Floats) -> float:
    asked = product(queries, table)
    has_words = np.diff(queries.indptr) >= 2
    scores = _unit(asked) @ given.T
    own = scores[np.arange(len(scores)), np.arange(len(scores))]
    place = 1 + np.count_nonzero(scores > own[:, None], axis=1) + (np.count_nonzero(scores == own[:, None], axis=1) - 1) / 2
    return float(np.mean(1 / place[has_words])) if has_words.any() else 0.0


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.sqrt(np.sum(vectors * vectors, axis=1, keepdims=True)), 1e-9), dtype=np.float32)
