"""From the terms of files to weighted bags, one a node.

Not an encoder: how much a field counts is decided here, how much a term tells is the encoder's.
Invariant: whole identifiers take no part (they are lexical's); a node without terms has an empty bag.
"""

from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.terms import FIELD_COUNT, WHOLE, Field, TermFile, path_terms
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


class Corpus(NamedTuple):
    """All bags of a generation and where they belong."""

    bags: Bags
    node_count: int


def corpus(files: Iterator[TermFile]) -> Corpus:
    """The bags of all nodes, in the order of the nodes, over one common vocabulary in order of first sight."""
    numbers: dict[str, int] = {}
    sizes, terms, weights = [], [], []
    node_count = 0
    for file in files:
        if file.first_node > node_count:
            sizes.append(np.zeros(file.first_node - node_count, dtype=np.int64))
        node_count = file.first_node + file.node_count
        definition, term, weight = _weighted(file, numbers)
        sizes.append(np.bincount(definition, minlength=file.node_count))
        terms.append(term)
        weights.append(weight)
    indptr = np.zeros(node_count + 1, dtype=np.int64)
    if sizes:
        np.cumsum(np.concatenate(sizes), out=indptr[1:])
    every_term = np.concatenate(terms) if terms else np.zeros(0, dtype=np.int64)
    every_weight = np.concatenate(weights) if weights else np.zeros(0, dtype=np.float32)
    return Corpus(Bags(list(numbers), indptr, every_term, every_weight), node_count)


def _weighted(file: TermFile, numbers: dict[str, int]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
    """(definition, term, Σ over fields of weight · (1 + ln count)), by definition and term."""
    rows = file.terms.rows()
    table = np.array([_number(word, numbers) for word in file.terms.vocabulary], dtype=np.int64)
    rows = rows[table[rows["term"]] >= 0] if len(rows) else rows
    on_path = [number for number in (_number(word, numbers) for word in path_terms(file.path)) if number >= 0]
    spread = np.repeat(np.arange(file.node_count, dtype=np.int64), len(on_path))
    definition = np.concatenate([rows["definition"].astype(np.int64), spread])
    term = np.concatenate([table[rows["term"]], np.tile(np.array(on_path, dtype=np.int64), file.node_count)])
    counted = _WEIGHTS[rows["field"]] * (1.0 + np.log(rows["count"].astype(np.float32)))
    weight = np.concatenate([counted, np.full(len(spread), _WEIGHTS[Field.PATH], dtype=np.float32)])
    if not definition.size:
        return definition, term, weight
    width = int(term.max()) + 1
    keys = definition * width + term
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    return keys[starts] // width, keys[starts] % width, np.add.reduceat(weight[order], starts).astype(np.float32)


def _number(word: str, numbers: dict[str, int]) -> int:
    """The word's number, -1 for a whole identifier."""
    return -1 if word.startswith(WHOLE) else numbers.setdefault(word, len(numbers))
