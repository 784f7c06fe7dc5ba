"""From the terms of all files to the postings of a generation.

Not a store and not a search: it returns arrays. The files are walked twice (count, then fill), so that memory is what the result
takes, plus the vocabulary.

Invariant: within a term nodes ascend; the same files in the same order give the same bytes.
"""

from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.lexical.scoring import NORMALISATION, WEIGHTS, average_length, impact, inverse_document_frequency
from lepasserelle.model import Sections
from lepasserelle.terms import FIELD_COUNT, RowBatch, TermFile, TermNumbers, pack_vocabulary, row_batches

Ints = NDArray[np.int64]
_NARROW: Final = 1 << 31


def build(files: Callable[[], Iterator[TermFile]]) -> Sections:
    """Sections `vocabulary` u8, `vocabulary_offsets` u32, `idf` f32 and `indptr` u64 per term, `nodes` u32 and `impacts` u16 per
    posting, `node_count` u64[1], `field_lengths` u64 (2, fields): terms in each field of all nodes, and how many nodes have it.
    `files` is called twice and gives the files in ascending order of their nodes, equal each time.
    """
    census = _census(files())
    words, blob, offsets = pack_vocabulary(census.numbers)
    order = np.array([census.numbers[word] for word in words], dtype=np.int64)
    frequency = census.document_frequency[order]
    number_of = np.empty(len(words), dtype=np.int64)
    number_of[order] = np.arange(len(words))
    indptr = np.zeros(len(words) + 1, dtype=np.uint64)
    np.cumsum(frequency, out=indptr[1:])
    nodes, impacts = _fill(files(), census, number_of, indptr.astype(np.int64))
    return {
        "vocabulary": blob,
        "vocabulary_offsets": offsets,
        "idf": inverse_document_frequency(frequency, census.node_count),
        "indptr": indptr,
        "nodes": nodes,
        "impacts": impacts,
        "node_count": np.array([census.node_count], dtype=np.uint64),
        "field_lengths": census.field_lengths.astype(np.uint64),
    }


class _Census(NamedTuple):
    numbers: TermNumbers
    """Provisional, by first sight."""
    document_frequency: Ints
    field_lengths: Ints
    """As the section."""
    node_count: int

    @property
    def average_length(self) -> NDArray[np.float64]:
        """Per field, over the nodes that have it."""
        return average_length(self.field_lengths)


def _census(files: Iterator[TermFile]) -> _Census:
    numbers = TermNumbers()
    frequency = np.zeros(1024, dtype=np.int64)
    field_lengths = np.zeros((2, FIELD_COUNT), dtype=np.int64)
    node_count = 0
    for batch in row_batches(files, numbers):
        node_count = batch.first_node + batch.node_count
        if len(numbers) > len(frequency):
            frequency = np.concatenate([frequency, np.zeros(2 * len(numbers) - len(frequency), dtype=np.int64)])
        pairs = _narrowed(batch.term * batch.node_count + batch.node)
        pairs.sort()
        distinct = pairs[_changes(pairs)]
        counted = np.bincount(distinct // max(1, batch.node_count))
        frequency[: len(counted)] += counted
        field_lengths += lengths_of(batch)
    return _Census(numbers, frequency[: len(numbers)], field_lengths, node_count)


def lengths_of(batch: RowBatch) -> Ints:
    """What a batch adds to `field_lengths`."""
    lengths = _lengths(batch)
    return np.stack([lengths.sum(axis=0), (lengths > 0).sum(axis=0)])


def _lengths(batch: RowBatch) -> Ints:
    """Terms of each node in each field, shape (nodes, fields)."""
    places = batch.node * FIELD_COUNT + batch.field
    counted = np.bincount(places, weights=batch.occurrences, minlength=batch.node_count * FIELD_COUNT)
    return counted.astype(np.int64).reshape(-1, FIELD_COUNT)


def _narrowed(keys: Ints) -> NDArray[np.signedinteger]:
    """The same half as wide where they fit, as nearly always: most of what is done with them goes with the bytes."""
    return keys.astype(np.int32) if keys.max(initial=0) < _NARROW else keys


def _changes(ascending: NDArray[np.signedinteger]) -> Ints:
    """Where each new value begins."""
    return np.flatnonzero(np.diff(ascending, prepend=-1))


def _fill(
    files: Iterator[TermFile], census: _Census, number_of: Ints, indptr: Ints
) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """Postings by term; each batch appends to the terms that it holds."""
    nodes = np.empty(int(indptr[-1]), dtype=np.uint32)
    impacts = np.empty(int(indptr[-1]), dtype=np.uint16)
    cursor = indptr[:-1].copy()
    average = census.average_length
    for batch in row_batches(files, census.numbers):
        if not batch.term.size:
            continue
        term, node, frequency = weighted(batch, number_of, average)
        starts = _changes(term)
        counts = np.diff(starts, append=len(term))
        places = np.repeat(cursor[term[starts]] - starts, counts) + np.arange(len(term))
        nodes[places] = node + batch.first_node
        impacts[places] = impact(frequency)
        cursor[term[starts]] += counts
    return nodes, impacts


def weighted(
    batch: RowBatch, number_of: Ints, average: NDArray[np.float64]
) -> tuple[NDArray[np.signedinteger], NDArray[np.signedinteger], NDArray[np.float64]]:
    """(term, node, tf~), one row each pair, ascending; fields are added in their order."""
    relative = _lengths(batch) / np.maximum(average, 1.0)
    norm = 1.0 - NORMALISATION + NORMALISATION * relative
    part = WEIGHTS[batch.field] * batch.occurrences / norm[batch.node, batch.field]
    keys = _narrowed((number_of[batch.term] * batch.node_count + batch.node) * FIELD_COUNT + batch.field)
    order = np.argsort(keys)
    pairs = keys[order] // FIELD_COUNT
    starts = _changes(pairs)
    term, node = np.divmod(pairs[starts], batch.node_count)
    return term, node, np.add.reduceat(part[order], starts)
