"""How well a table finds the code that documentation stands on, in packages that it did not learn from.

Not the benchmark: that asks people's questions through the product (`benchmarks/retrieval`). This one chooses between recipes.
"""

import numpy as np
from numpy.typing import NDArray

from lepasserelle.vectors.sparse import Rows, product
from training.pairs import Pairs
from training.train import only, taken

Floats = NDArray[np.float32]


def mean_reciprocal_ranks(pairs: Pairs, table: Floats, most: int = 1500) -> tuple[float, float]:
    """(with all words of the question, without those that stand in the code), mean over development packages."""
    plain, hard = [], []
    for package in np.unique(pairs.packages[pairs.is_development]):
        chosen = np.flatnonzero(pairs.packages == package)[:most]
        if len(chosen) < 20:
            continue
        queries, places = taken(pairs.queries, chosen)
        code, _ = taken(pairs.code, chosen)
        given = _unit(product(code, table))
        plain.append(_ranks(queries, given, table))
        hard.append(_ranks(only(queries, ~pairs.shared[places]), given, table))
    return float(np.mean(plain)), float(np.mean(hard))


def _ranks(queries: Rows, given: Floats, table: Floats) -> float:
    asked = product(queries, table)
    has_words = np.diff(queries.indptr) >= 2
    scores = _unit(asked) @ given.T
    own = scores[np.arange(len(scores)), np.arange(len(scores))]
    place = 1 + np.count_nonzero(scores > own[:, None], axis=1) + (np.count_nonzero(scores == own[:, None], axis=1) - 1) / 2
    return float(np.mean(1 / place[has_words])) if has_words.any() else 0.0


def _unit(vectors: Floats) -> Floats:
    return np.asarray(vectors / np.maximum(np.sqrt(np.sum(vectors * vectors, axis=1, keepdims=True)), 1e-9), dtype=np.float32)
