"""Which are the largest of many values: the first of a ranking without the rest of it.

Not a ranking: it knows numbers. Invariant: equal values stand in the order of their places, so that the same values give the same
places whatever else there is.
"""

from typing import Final

import numpy as np
from numpy.typing import NDArray

_GROUPS: Final = 4
"""Of so many times as many groups as values are wanted the largest one is looked at first: few others come through then."""
_MANY: Final = 4
"""Values for one that is wanted that are sorted as they are."""


def foremost(values: NDArray[np.float32], limit: int, least: float = 0.0) -> NDArray[np.int64]:
    """Places of the at most `limit` largest values that are above 0 and at least `least`, descending, equal ones in the order of
    their places.
    """
    if limit <= 0:
        return np.zeros(0, dtype=np.int64)
    bar = _bar(values, limit)
    if bar > 0 and bar >= least:
        found = np.flatnonzero(values >= bar)
    else:
        found = np.flatnonzero(values >= least if least > 0 else values > 0)
    chosen = values[found]
    if found.size > _MANY * limit:
        kept = chosen >= np.partition(chosen, found.size - limit)[found.size - limit]
        found, chosen = found[kept], chosen[kept]
    return found[np.argsort(-chosen, kind="stable")[:limit]]


def _bar(values: NDArray[np.float32], limit: int) -> np.float32:
    """What so many values reach at least: the least of the best groups' largest. 0 where looking at groups saves nothing."""
    count = _GROUPS * limit
    rows = len(values) // count
    if rows < _MANY:
        return np.float32(0)
    largest = values[: rows * count].reshape(rows, count).max(axis=0)
    bar: np.float32 = np.partition(largest, count - limit)[count - limit]
    return bar
