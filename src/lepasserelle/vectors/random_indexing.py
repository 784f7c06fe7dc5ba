"""The encoder that needs nothing: random indexing over sub-terms, fitted on the project itself.

Sahlgren, "An Introduction to Random Indexing" (2005): each term has a fixed random direction (its index vector); a node is the
sum of
those of its terms; a term's context vector is the sum of the nodes that hold it. Terms that keep the same company point the same
way, so a
question meets code that uses other words for it. Weighted by inverse document frequency, and with the direction that all have in
common removed (Arora, Liang and Ma, "A simple but tough-to-beat baseline for sentence embeddings", 2017).

A term here is a family of words: the lexical side keeps `validator` and `validation` apart, meaning does not (decision 061).

Not a trained model: it knows only what this project's names and comments tell.
Invariant: the same files give the same table byte for byte; no BLAS, no random generator: directions come from the term's hash.
"""

import itertools
from collections.abc import Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray

from lepasserelle.model import Sections
from lepasserelle.terms import Vocabulary, family, pack_vocabulary
from lepasserelle.vectors.encoder import UNIT, Bags, lengths, quantised
from lepasserelle.vectors.sparse import Rows, product, transposed

NAME = "random-indexing"
VERSION = "1"
DIMENSIONS = 128
MIN_DOCUMENTS = 2
"""A term in one node only has no company to learn from."""
OWN_DIRECTION = 2.0
"""How much of a term stays itself beside the company it keeps."""

_BLOCK_ROWS = 1 << 13

Floats = NDArray[np.float32]


class RandomIndexing:
    """The encoder over a fitted table that lies in sections."""

    name = NAME
    version = VERSION

    def __init__(self, sections: Sections) -> None:
        self._vocabulary = Vocabulary.of(sections)
        self._table = np.asarray(sections["table"], dtype=np.int8)
        self._scales = np.asarray(sections["table_scales"], dtype=np.float32)

    @property
    def dimensions(self) -> int:
        """Components of a vector."""
        return int(self._table.shape[1])

    def encode(self, bags: Bags) -> NDArray[np.int8]:
        """One i8 row a bag, of length 127; zeros where no term is known."""
        found = [self._vocabulary.find(family(word)) for word in bags.vocabulary]
        rows = _rows(bags, np.array([-1 if number is None else number for number in found], dtype=np.int32))
        used = np.array(sorted({number for number in found if number is not None}), dtype=np.int64)
        number_of = np.full(len(self._table) + 1, -1, dtype=np.int32)  # the last one is that of −1
        number_of[used] = np.arange(len(used))
        return _encoded(_renumbered(rows, number_of), self._table[used].astype(np.float32) * self._scales[used, None])


def fit(bags: Bags, dimensions: int = DIMENSIONS) -> tuple[Sections, NDArray[np.int8]]:
    """The term table of a project: `vocabulary`, `vocabulary_offsets`, `table` i8 (terms, dimensions), `table_scales` f32; and what
    `RandomIndexing` over it encodes the bags to. Lets go of the bags as soon as it can: pass no other reference to them.
    """
    roots, _, _ = pack_vocabulary({family(word) for word in bags.vocabulary})
    number_of = {root: number for number, root in enumerate(roots)}
    rows = _rows(bags, np.array([number_of[family(word)] for word in bags.vocabulary], dtype=np.int32))
    del bags
    frequency = _node_frequency(rows, len(roots))
    kept = frequency >= MIN_DOCUMENTS
    words, blob, offsets = pack_vocabulary(itertools.compress(roots, kept.tolist()))
    rows = _renumbered(rows, np.where(kept, np.cumsum(kept) - 1, -1).astype(np.int32))
    telling: Floats = np.log(len(rows.indptr) / (frequency[kept] + 0.5)).astype(np.float32)
    table = quantised(_context_vectors(rows, telling, index_vectors(words, dimensions)))
    scales = np.asarray(np.maximum(telling, 0) / np.float32(UNIT), dtype=np.float32)
    sections: Sections = {"vocabulary": blob, "vocabulary_offsets": offsets, "table": table, "table_scales": scales}
    return sections, _encoded(rows, table.astype(np.float32) * scales[:, None])


def _rows(bags: Bags, column_of: NDArray[np.int32]) -> Rows:
    """The bags over other columns. They ascend within a row, so that sums do not depend on the vocabulary's order."""
    columns = np.empty(len(bags.terms), dtype=np.int32)
    values = np.empty(len(bags.terms), dtype=np.float32)
    for start in range(0, len(bags), _BLOCK_ROWS):
        bounds = bags.indptr[start : start + _BLOCK_ROWS + 1]
        block = slice(int(bounds[0]), int(bounds[-1]))
        wanted = column_of[bags.terms[block]]
        owner = np.repeat(np.arange(len(bounds) - 1), np.diff(bounds))
        order = np.argsort(owner * (len(column_of) + 1) + wanted, kind="stable")
        columns[block] = wanted[order]
        values[block] = bags.weights[block][order]
    return Rows(bags.indptr, columns, values)


def _renumbered(rows: Rows, number_of: NDArray[np.int32]) -> Rows:
    """Only the columns that have a number, in the order of the numbers, which ascend; −1 is none."""
    columns = number_of[rows.columns]
    known = columns >= 0
    indptr = np.concatenate([[0], np.cumsum(known)])[rows.indptr]
    return Rows(indptr, columns[known], rows.values[known])


def _node_frequency(rows: Rows, count: int) -> NDArray[np.int64]:
    """In how many rows each column stands."""
    first = np.diff(rows.columns, prepend=-1) != 0
    first[rows.indptr[:-1][np.diff(rows.indptr) > 0]] = True
    return np.bincount(rows.columns[first], minlength=count)


def index_vectors(words: Sequence[str], dimensions: int) -> Floats:
    """The fixed random direction of each term, components ±1/√dimensions, from the bits of its hash."""
    blocks = -(-dimensions // 128)
    digests = b"".join(
        xxhash.xxh3_128_digest(word.encode("utf-8", "replace"), seed=seed) for word in words for seed in range(blocks)
    )
    bits = np.unpackbits(np.frombuffer(digests, dtype=np.uint8).reshape(len(words), blocks * 16), axis=1)[:, :dimensions]
    return (bits.astype(np.float32) * 2 - 1) / np.float32(np.sqrt(dimensions))


def _encoded(rows: Rows, table: Floats) -> NDArray[np.int8]:
    """Directions of the rows' sums, made in blocks: only the result is as long as the project."""
    count = len(rows.indptr) - 1
    result = np.zeros((count, table.shape[1]), dtype=np.int8)
    for start in range(0, count if len(table) else 0, _BLOCK_ROWS):
        block = rows.between(start, min(start + _BLOCK_ROWS, count))
        result[start : start + _BLOCK_ROWS] = quantised(product(block, table))
    return result


def _context_vectors(rows: Rows, telling: Floats, index: Floats) -> Floats:
    """Own direction plus company, each of unit length, without what all company has in common."""
    weighted = Rows(rows.indptr, rows.columns, rows.values * telling[rows.columns])
    nodes = _unit(product(weighted, index))
    company = _unit(product(transposed(weighted, len(index)), nodes))
    company = _unit(_without_common(company))
    return _unit(company + np.float32(OWN_DIRECTION) * index)


def _without_common(vectors: Floats) -> Floats:
    """Less the projection on the mean direction."""
    if not len(vectors):
        return vectors
    mean = np.add.reduce(vectors, axis=0) / np.float32(len(vectors))
    common = _unit(mean[None, :])[0]
    along = np.sum(vectors * common, axis=1, keepdims=True)
    return np.asarray(vectors - along * common, dtype=np.float32)


def _unit(vectors: Floats) -> Floats:
    """The rows at length 1, in place; rows of zeros stay zeros."""
    for start in range(0, len(vectors), _BLOCK_ROWS):
        block = vectors[start : start + _BLOCK_ROWS]
        block /= np.maximum(lengths(block), np.float32(1e-12))
    return vectors
