"""The windows of many files' long definitions: each two neighbouring blocks of one.

Not the cutting, which is `blocks`'. Invariant: windows ascend by node and place; rows ascend by window and term, each pair once.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.terms.blocks import BLOCK, BLOCK_TERM
from lepasserelle.terms.file_terms import TermFile

Ints = NDArray[np.int64]


class WindowRows(NamedTuple):
    """Windows, and how often each of their terms stands in them."""

    nodes: Ints
    """Of each window."""
    spans: NDArray[np.uint32]
    """Where in the file each begins and ends, shape (windows, 2)."""
    row: Ints
    """The window."""
    term: Ints
    occurrences: Ints


def window_rows(files: Sequence[TermFile], first_node: int, numbers: Ints) -> WindowRows | None:
    """The windows of files, nodes less `first_node`; None when there are none. `numbers`: of all terms of their vocabularies, one
    vocabulary after the other.
    """
    if not any(file.terms.blocks for file in files):
        return None
    blocks = np.frombuffer(b"".join(file.terms.blocks for file in files), dtype=BLOCK)
    rows = np.frombuffer(b"".join(file.terms.block_postings for file in files), dtype=BLOCK_TERM)
    block_counts = np.array([len(file.terms.blocks) // BLOCK.itemsize for file in files], dtype=np.int64)
    row_counts = np.array([len(file.terms.block_postings) // BLOCK_TERM.itemsize for file in files], dtype=np.int64)
    word_counts = np.array([len(file.terms.vocabulary) for file in files], dtype=np.int64)
    begins = np.array([file.first_node - first_node for file in files], dtype=np.int64)
    node = blocks["definition"] + np.repeat(begins, block_counts)
    block = rows["block"] + np.repeat(np.cumsum(block_counts) - block_counts, row_counts)
    term = numbers[rows["term"] + np.repeat(np.cumsum(word_counts) - word_counts, row_counts)]
    former = np.flatnonzero(node[1:] == node[:-1])
    spans = np.stack([blocks["start_byte"][former], blocks["end_byte"][former + 1]], axis=1)
    return WindowRows(node[former], spans, *_paired(former, len(blocks), block, term, rows["count"].astype(np.int64)))


def _paired(former: Ints, block_count: int, block: Ints, term: Ints, count: Ints) -> tuple[Ints, Ints, Ints]:
    """(window, term, count): each block's rows in the window that it begins and in the one that it ends."""
    begun = np.full(block_count + 1, -1, dtype=np.int64)
    begun[former] = np.arange(len(former))
    window = np.concatenate([begun[block], begun[block - 1]])  # of block 0 the last one, which begins no window
    kept = window >= 0
    width = int(term.max(initial=0)) + 1
    keys = window[kept] * width + np.concatenate([term, term])[kept]
    order = np.argsort(keys)
    keys = keys[order]
    starts = np.flatnonzero(np.diff(keys, prepend=-1))
    if not starts.size:
        return starts, starts, starts
    occurrences = np.add.reduceat(np.concatenate([count, count])[kept][order], starts)
    keys = keys[starts]
    row = keys // width  # a third of the time of `divmod`
    return row, keys - row * width, occurrences
