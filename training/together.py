"""One table out of several that were learned from different random beginnings.

Each has the same cosines but for chance. They are put side by side and brought back to as many components as one has, along the
directions in which most of their length lies (singular values of concatenated embeddings: Yin and Schütze, 2016). What they agree
on stays, what each made up is thinned.

Invariant: equal tables give an equal one on one machine; one alone is returned as it is.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

_SEED: Final = 20260105


def together(tables: Sequence[Floats]) -> Floats:
    """The table of all of them, shape of one; rows are the same words in each."""
    if len(tables) == 1:
        return tables[0]
    dimensions = tables[0].shape[1]
    wide = np.concatenate([table / np.float32(np.mean(_lengths(table))) for table in tables], axis=1)
    directions, _, _ = np.linalg.svd(wide.T @ wide)
    return np.asarray(wide @ (directions[:, :dimensions] @ _turn(dimensions)), dtype=np.float32)


def _turn(dimensions: int) -> Floats:
    """A random rotation: without it the first components would be the largest by far, and i8 would have few steps for the rest."""
    generator = np.random.default_rng(_SEED)
    turned, upper = np.linalg.qr(generator.standard_normal((dimensions, dimensions)))
    return np.asarray(turned * np.sign(np.diag(upper)), dtype=np.float32)


def _lengths(table: Floats) -> Floats:
    return np.asarray(np.sqrt(np.sum(table * table, axis=1)), dtype=np.float32)
