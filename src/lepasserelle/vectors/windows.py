"""Which windows are whose: the rows behind those of the nodes, each of a part of a long node's text.

Not the directions. Invariant: windows ascend by node, and within a node by place; window i is row `nodes + i` of the vectors.
"""

from bisect import bisect_left

import numpy as np
from numpy.typing import NDArray

from lepasserelle.model import Sections

Floats = NDArray[np.float32]
Ints = NDArray[np.int64]


class Windows:
    """The sections `window_nodes` and `window_spans`; without them every row is a node's."""

    def __init__(self, sections: Sections) -> None:
        self._nodes = np.asarray(sections.get("window_nodes", ()), dtype=np.uint32)
        self._spans = np.asarray(sections.get("window_spans", ()), dtype=np.uint32).reshape(-1, 2)
        self._firsts = np.flatnonzero(np.diff(self._nodes.astype(np.int64), prepend=-1))
        """The first window of each node that has any."""
        self._long = self._nodes[self._firsts].astype(np.int64)
        """Those nodes."""
        self._owners = memoryview(self._long)  # type: ignore[arg-type]
        """The same, for one at a time."""

    def __len__(self) -> int:
        return len(self._nodes)

    def of(self, node: int) -> range:
        """The windows of a node."""
        at = bisect_left(self._owners, node)
        if at == len(self._owners) or self._owners[at] != node:
            return range(0)
        end = self._firsts[at + 1] if at + 1 < len(self._firsts) else len(self._nodes)
        return range(int(self._firsts[at]), int(end))

    def span(self, window: int) -> tuple[int, int]:
        """Where it begins and ends in its file, in bytes."""
        start, end = self._spans[window].tolist()
        return start, end

    def nodes_of(self, rows: Ints, node_count: int) -> Ints:
        """The nodes whose own row, or one of whose windows', is among these rows; ascending."""
        own = np.searchsorted(rows, node_count)
        nodes = np.concatenate([rows[:own], self._nodes[rows[own:] - node_count].astype(np.int64)])
        nodes.sort()
        distinct: Ints = nodes[np.diff(nodes, prepend=-1) != 0]
        return distinct

    def rows_of(self, nodes: Ints) -> Ints:
        """The windows of these nodes, which ascend."""
        return np.flatnonzero(np.isin(self._nodes, nodes))

    def merged(self, own: Floats, of_windows: Floats, nodes: Ints | None) -> Floats:
        """For each of these nodes (None: of all) the larger of its own score and the best of its windows; `of_windows`: of
        all of theirs.
        """
        if not of_windows.size:
            return own
        long, firsts = self._long, self._firsts
        if nodes is not None:
            owners = self._nodes[self.rows_of(nodes)].astype(np.int64)
            firsts = np.flatnonzero(np.diff(owners, prepend=-1))
            long = np.searchsorted(nodes, owners[firsts])
        own[long] = np.maximum(own[long], np.maximum.reduceat(of_windows, firsts))
        return own
