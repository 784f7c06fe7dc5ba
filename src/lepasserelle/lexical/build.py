"""From the terms of all files to the postings of a generation.

Not a store and not a search: it returns arrays. The files are walked twice (count, then fill), so that memory is what the result
takes, plus the vocabulary.

Invariant: within a term nodes ascend; the same files in the same order give the same bytes.
"""

from collections.abc import Callable, Iterator
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.lexical.scoring import NORMALISATION, WEIGHTS, impact, inverse_document_frequency
from lepasserelle.model import Sections
from lepasserelle.terms import FIELD_COUNT, Field, TermFile, pack_vocabulary, path_terms

Ints = NDArray[np.int64]


def build(files: Callable[[], Iterator[TermFile]]) -> Sections:
    """Sections `vocabulary` u8, `vocabulary_offsets` u32, `idf` f32 and `indptr` u64 per term, `nodes` u32 and `impacts` u16 per
    posting, `node_count` u64[1]. `files` is called twice and gives the files in ascending order of their nodes, equal each time.
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
    }


class _Census(NamedTuple):
    numbers: dict[str, int]
    """Term → provisional number, by first sight."""
    document_frequency: Ints
    average_length: NDArray[np.float64]
    """Per field, over the nodes that have it."""
    node_count: int


class _Rows(NamedTuple):
    """A file's postings with provisional term numbers, one row per (definition, field, term)."""

    definition: Ints
    field: Ints
    term: Ints
    occurrences: Ints


def _rows(file: TermFile, numbers: dict[str, int]) -> _Rows:
    """The stored rows, and PATH for the file's every definition."""
    rows = file.terms.rows()
    table = np.array([numbers.setdefault(word, len(numbers)) for word in file.terms.vocabulary], dtype=np.int64)
    on_path = np.array([numbers.setdefault(word, len(numbers)) for word in path_terms(file.path)], dtype=np.int64)
    definitions = np.repeat(np.arange(file.node_count, dtype=np.int64), len(on_path))
    return _Rows(
        np.concatenate([rows["definition"].astype(np.int64), definitions]),
        np.concatenate([rows["field"].astype(np.int64), np.full(len(definitions), int(Field.PATH), dtype=np.int64)]),
        np.concatenate([table[rows["term"]], np.tile(on_path, file.node_count)]),
        np.concatenate([rows["count"].astype(np.int64), np.ones(len(definitions), dtype=np.int64)]),
    )


def _census(files: Iterator[TermFile]) -> _Census:
    numbers: dict[str, int] = {}
    frequency = np.zeros(1024, dtype=np.int64)
    total = np.zeros(FIELD_COUNT, dtype=np.int64)
    having = np.zeros(FIELD_COUNT, dtype=np.int64)
    node_count = 0
    for file in files:
        node_count = max(node_count, file.first_node + file.node_count)
        rows = _rows(file, numbers)
        if len(numbers) > len(frequency):
            frequency = np.concatenate([frequency, np.zeros(2 * len(numbers) - len(frequency), dtype=np.int64)])
        pairs = np.unique(rows.term * file.node_count + rows.definition)
        terms, counts = np.unique(pairs // max(1, file.node_count), return_counts=True)
        frequency[terms] += counts
        lengths = _lengths(rows, file.node_count)
        total += lengths.sum(axis=0)
        having += (lengths > 0).sum(axis=0)
    return _Census(numbers, frequency[: len(numbers)], total / np.maximum(1, having), node_count)


def _lengths(rows: _Rows, node_count: int) -> Ints:
    """Terms of each definition in each field, shape (definitions, fields)."""
    places = rows.definition * FIELD_COUNT + rows.field
    counted = np.bincount(places, weights=rows.occurrences, minlength=node_count * FIELD_COUNT)
    return counted.astype(np.int64).reshape(-1, FIELD_COUNT)


def _fill(
    files: Iterator[TermFile], census: _Census, number_of: Ints, indptr: Ints
) -> tuple[NDArray[np.uint32], NDArray[np.uint16]]:
    """Postings by term; each file appends to the terms that it holds."""
    nodes = np.empty(int(indptr[-1]), dtype=np.uint32)
    impacts = np.empty(int(indptr[-1]), dtype=np.uint16)
    cursor = indptr[:-1].copy()
    for file in files:
        terms, definitions, frequency = _weighted(_rows(file, census.numbers), file.node_count, census.average_length)
        if not terms.size:
            continue
        numbers = number_of[terms]
        order = np.lexsort((definitions, numbers))
        numbers = numbers[order]
        starts = np.flatnonzero(np.diff(numbers, prepend=-1))
        counts = np.diff(starts, append=len(numbers))
        places = cursor[numbers] + np.arange(len(numbers)) - np.repeat(starts, counts)
        nodes[places] = definitions[order] + file.first_node
        impacts[places] = impact(frequency[order])
        cursor[numbers[starts]] += counts
    return nodes, impacts


def _weighted(rows: _Rows, node_count: int, average: NDArray[np.float64]) -> tuple[Ints, Ints, NDArray[np.float64]]:
    """(term, definition, tf~), one row each pair, fields added in their order."""
    if not rows.term.size:
        return rows.term, rows.definition, np.zeros(0)
    relative = _lengths(rows, node_count) / np.maximum(average, 1.0)
    norm = 1.0 - NORMALISATION + NORMALISATION * relative
    part = WEIGHTS[rows.field] * rows.occurrences / norm[rows.definition, rows.field]
    order = np.lexsort((rows.field, rows.definition, rows.term))
    keys = rows.term[order] * node_count + rows.definition[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    return rows.term[order][starts], rows.definition[order][starts], np.add.reduceat(part[order], starts)
