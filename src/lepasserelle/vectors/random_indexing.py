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

from collections.abc import Sequence

import numpy as np
import xxhash
from numpy.typing import NDArray

from lepasserelle.model import Sections
from lepasserelle.terms import Vocabulary, family, pack_vocabulary
from lepasserelle.vectors.encoder import UNIT, Bags, quantised
from lepasserelle.vectors.sparse import Rows, product, transposed

NAME = "random-indexing"
VERSION = "1"
DIMENSIONS = 128
MIN_DOCUMENTS = 2
"""A term in one node only has no company to learn from."""
OWN_DIRECTION = 2.0
"""How much of a term stays itself beside the company it keeps."""

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
        numbers = np.array([-1 if number is None else number for number in found], dtype=np.int64)
        return _encoded(bags, numbers, self._table, self._scales)


def fit(bags: Bags, dimensions: int = DIMENSIONS) -> Sections:
    """The term table of a project: `vocabulary`, `vocabulary_offsets`, `table` i8 (terms, dimensions), `table_scales` f32."""
    roots: dict[str, int] = {}
    root_of = np.array([roots.setdefault(family(word), len(roots)) for word in bags.vocabulary], dtype=np.int64)
    frequency = _node_frequency(bags, root_of, len(roots))
    words, blob, offsets = pack_vocabulary(root for root, number in roots.items() if frequency[number] >= MIN_DOCUMENTS)
    kept = np.array([roots[word] for word in words], dtype=np.int64)
    renumbered = np.full(len(roots), -1, dtype=np.int64)
    renumbered[kept] = np.arange(len(kept))
    numbers = renumbered[root_of] if len(root_of) else root_of
    telling = np.log((len(bags) + 1.0) / (frequency[kept] + 0.5)).astype(np.float32)
    vectors = _context_vectors(_known(bags, numbers), telling, index_vectors(words, dimensions))
    table = quantised(vectors)
    return {
        "vocabulary": blob,
        "vocabulary_offsets": offsets,
        "table": table,
        "table_scales": np.maximum(telling, 0) / np.float32(UNIT),
    }


def _node_frequency(bags: Bags, root_of: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    """In how many bags each root stands."""
    owner = np.repeat(np.arange(len(bags), dtype=np.int64), np.diff(bags.indptr))
    roots = root_of[bags.terms] if bags.terms.size else bags.terms
    return np.bincount(np.unique(owner * max(1, count) + roots) % max(1, count), minlength=count).astype(np.int64)


def encode_corpus(bags: Bags, sections: Sections) -> NDArray[np.int8]:
    """What `RandomIndexing(sections).encode(bags)` gives, with one dictionary in place of a bisection a word."""
    vocabulary = Vocabulary.of(sections)
    sought = {vocabulary[number]: number for number in range(len(vocabulary))}
    numbers = np.array([sought.get(family(word), -1) for word in bags.vocabulary], dtype=np.int64)
    return _encoded(
        bags, numbers, np.asarray(sections["table"], dtype=np.int8), np.asarray(sections["table_scales"], dtype=np.float32)
    )


def index_vectors(words: Sequence[str], dimensions: int) -> Floats:
    """The fixed random direction of each term, components ±1/√dimensions, from the bits of its hash."""
    blocks = -(-dimensions // 128)
    digests = b"".join(
        xxhash.xxh3_128_digest(word.encode("utf-8", "replace"), seed=seed) for word in words for seed in range(blocks)
    )
    bits = np.unpackbits(np.frombuffer(digests, dtype=np.uint8).reshape(len(words), blocks * 16), axis=1)[:, :dimensions]
    return (bits.astype(np.float32) * 2 - 1) / np.float32(np.sqrt(dimensions))


def _encoded(bags: Bags, numbers: NDArray[np.int64], table: NDArray[np.int8], scales: Floats) -> NDArray[np.int8]:
    rows = _known(bags, numbers)
    if not len(table):
        return np.zeros((len(bags), table.shape[1]), dtype=np.int8)
    used, columns = np.unique(rows.columns, return_inverse=True)
    return quantised(product(Rows(rows.indptr, columns, rows.values), table[used].astype(np.float32) * scales[used, None]))


def _known(bags: Bags, numbers: NDArray[np.int64]) -> Rows:
    """The bags without the terms that have no number; columns ascend within a row, so that sums do not depend on the vocabulary's
    order.
    """
    columns = numbers[bags.terms] if bags.terms.size else bags.terms
    known = columns >= 0
    owner = np.repeat(np.arange(len(bags), dtype=np.int64), np.diff(bags.indptr))[known]
    columns = columns[known]
    order = np.lexsort((columns, owner))
    indptr = np.zeros(len(bags) + 1, dtype=np.int64)
    np.cumsum(np.bincount(owner, minlength=len(bags)), out=indptr[1:])
    return Rows(indptr, columns[order], bags.weights[known][order])


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
    lengths = np.sqrt(np.sum(vectors * vectors, axis=1, keepdims=True))
    return np.asarray(vectors / np.maximum(lengths, np.float32(1e-12)), dtype=np.float32)
