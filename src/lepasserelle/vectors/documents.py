"""From the terms of files to weighted bags, one a node.

Not an encoder: how much a field counts is decided here, how much a term tells is the encoder's.
Invariant: whole identifiers take no part (they are lexical's); a node without terms has an empty bag.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from lepasserelle.terms import FIELD_COUNT, Field, RowBatch, TermFile, TermNumbers, row_batches
from lepasserelle.vectors.encoder import Bags

FIELD_WEIGHTS: dict[Field, float] = {
    Field.NAME: 5.0,
    Field.SIGNATURE: 1.0,
    Field.DOCUMENTATION: 2.0,
    Field.BODY: 1.0,
    Field.PATH: 2.0,
    Field.SCOPE: 2.0,
}
"""A name says what a thing is in a few words and a body in many; without weights the body drowns it."""

_WEIGHTS = np.array([FIELD_WEIGHTS[Field(f)] for f in range(FIELD_COUNT)], dtype=np.float32)

_ADDED = np.array([int(f) for f in Field if f != Field.PATH] + [int(Field.PATH)]).argsort()
"""In which order the fields of a term are added: the path last."""


def corpus(files: Iterator[TermFile]) -> Bags:
    """The bags of all nodes, in the order of the nodes, over one common vocabulary in order of first sight."""
    numbers = TermNumbers()
    sizes, terms, weights = [], [], []
    node_count = 0
    for batch in row_batches(files, numbers, wholes=False):
        sizes.append(np.zeros(batch.first_node - node_count, dtype=np.int64))
        node_count = batch.first_node + batch.node_count
        node, term, weight = _weighted(batch)
        sizes.append(np.bincount(node, minlength=batch.node_count))
        terms.append(term)
        weights.append(weight)
    indptr = np.zeros(node_count + 1, dtype=np.int64)
    if sizes:
        np.cumsum(np.concatenate(sizes), out=indptr[1:])
    every_term = np.concatenate(terms) if terms else np.zeros(0, dtype=np.int32)
    every_weight = np.concatenate(weights) if weights else np.zeros(0, dtype=np.float32)
    return Bags(list(numbers), indptr, every_term, every_weight)


def _weighted(batch: RowBatch) -> tuple[NDArray[np.int64], NDArray[np.int32], NDArray[np.float32]]:
    """(node, term, Σ over fields of weight · (1 + ln count)), by node and term."""
    telling = np.float32(1) + np.log(batch.occurrences.astype(np.float32))
    weight = np.asarray(_WEIGHTS[batch.field] * telling, dtype=np.float32)
    if not batch.term.size:
        return batch.node, batch.term.astype(np.int32), weight
    width = int(batch.term.max()) + 1
    keys = (batch.node * width + batch.term) * FIELD_COUNT + _ADDED[batch.field]
    order = np.argsort(keys)
    pairs = keys[order] // FIELD_COUNT
    starts = np.flatnonzero(np.diff(pairs, prepend=-1))
    node, term = np.divmod(pairs[starts], width)
    return node, term.astype(np.int32), np.add.reduceat(weight[order], starts)
