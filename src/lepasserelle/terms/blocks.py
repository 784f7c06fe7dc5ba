"""Where the own text of a long definition is cut into blocks: half the windows that vectors are made of.

Own text is what belongs to a definition and to none inside it; for a file's own node it is the code outside of all definitions. Two
neighbouring blocks are a window, so windows overlap by half and each word of a block is counted once, here, in the one pass.

Invariant: the blocks of a definition hold each byte of its own text exactly once, in order; no cut is inside of a token.
"""

from collections.abc import Iterable, Iterator
from itertools import repeat

import numpy as np
from numpy.typing import NDArray

BLOCK_BYTES = 600
"""A window is two of them (decision 298)."""
LONG_BYTES = 5 * BLOCK_BYTES // 2
"""Own text from which a definition is cut: below, the node's own direction is that of about one window."""
MOST_BLOCKS = 128
"""Of one definition: blocks of larger own text are larger, so that a file of data is not all windows."""

BLOCK = np.dtype([("definition", "<u4"), ("start_byte", "<u4"), ("end_byte", "<u4")])
"""One block: what of the file it spans, half open. Definitions inside the span belong to themselves."""

BLOCK_TERM = np.dtype([("block", "<u4"), ("term", "<u4"), ("count", "<u2")])
"""How often a term stands in a block."""


Row = tuple[int, int, int]
"""A definition, and from where to where."""


class Blocks:
    """Cuts the stretches of one file. `rows` afterwards: owner, start and end of each block, in order of their beginnings."""

    def __init__(self, data: bytes, stretches: Iterable[Row]) -> None:
        self._data = data
        self._stretches = list(stretches)
        self._sizes = _block_sizes(self._stretches) if len(data) >= LONG_BYTES else {}
        self._open: dict[int, tuple[int, int]] = {}
        """Definition → (its open block, bytes that this may still take)."""
        self.rows: list[Row] = []

    def pieces(self) -> Iterator[tuple[Row, int]]:
        """The stretches in order, each with its block, those of long definitions in pieces; -1: of no block."""
        if not self._sizes:
            yield from zip(self._stretches, repeat(-1))
            return
        for stretch in self._stretches:
            if stretch[0] in self._sizes:
                yield from self._cut(*stretch)
            else:
                yield stretch, -1

    def _cut(self, owner: int, start: int, end: int) -> Iterator[tuple[Row, int]]:
        at = start
        while at < end:
            block, room = self._open.get(owner) or (self._begin(owner, at), self._sizes[owner])
            cut = end if end - at <= room else self._boundary(at + room, end)
            self.rows[block] = (owner, self.rows[block][1], cut)
            yield (owner, at, cut), block
            if cut - at >= room:
                self._open.pop(owner, None)
            else:
                self._open[owner] = block, room - (cut - at)
            at = cut

    def _begin(self, owner: int, at: int) -> int:
        self.rows.append((owner, at, at))
        return len(self.rows) - 1

    def _boundary(self, at: int, end: int) -> int:
        """The next end of a line; where none is near, the next space; else the end."""
        line = self._data.find(b"\n", at - 1, min(end, at + BLOCK_BYTES))
        if line < 0:
            line = self._data.find(b" ", at - 1, end)
        return end if line < 0 else line + 1


def _block_sizes(stretches: list[Row]) -> dict[int, int]:
    """Definitions with much own text → bytes of a block of theirs."""
    own: dict[int, int] = {}
    for owner, start, end in stretches:
        own[owner] = own.get(owner, 0) + end - start
    return {owner: max(BLOCK_BYTES, -(-size // MOST_BLOCKS)) for owner, size in own.items() if size >= LONG_BYTES}


def packed_blocks(rows: list[Row]) -> tuple[NDArray[np.void], NDArray[np.int64]]:
    """(`BLOCK` rows by definition, then by place; the new number of each block)."""
    found = np.zeros(len(rows), dtype=BLOCK)
    found["definition"], found["start_byte"], found["end_byte"] = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    order = np.argsort(found["definition"], kind="stable")
    number = np.empty(len(rows), dtype=np.int64)
    number[order] = np.arange(len(rows))
    return found[order], number
