"""How much the code itself leans on a node and on its file: incoming calls, logarithmically; and what builds on what.

Not a ranking. Computed once for a generation, and again after its graph was spilled: so nothing is made for every node that few
questions ask for. Invariant: values in 0…1, the most called is 1.
"""

import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.builds import Builds
from lepasserelle.query.seams import GraphTable
from lepasserelle.query.variants import Remembered, Variants


class Standing:
    """Prominence of nodes and files."""

    def __init__(self, graph: GraphTable, forms: Remembered | None = None) -> None:
        self.builds = Builds(graph)
        """Which files are one module in several forms."""
        self.variants = Variants(graph, forms, self.builds)
        """Which files are a form of another one."""
        calls = graph.call_counts[: graph.node_count]
        files = np.minimum(graph.files[: graph.node_count], graph.file_count)
        self._calls = calls
        self._most_calls = int(calls.max(initial=0))
        file_calls = np.bincount(files, weights=calls, minlength=graph.file_count + 1).astype(np.float64)
        self._of_file = _logarithmic(file_calls, float(file_calls.max(initial=0.0)))

    def nodes(self, nodes: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Calls of each node, relative to the most called one."""
        return _logarithmic(self._calls[nodes].astype(np.float64), self._most_calls)

    def files(self, files: NDArray[np.uint32]) -> NDArray[np.float64]:
        """Calls into each file, relative to the most called one."""
        return self._of_file[files]


def _logarithmic(calls: NDArray[np.float64], most: float) -> NDArray[np.float64]:
    return np.asarray(np.log1p(calls) / np.log1p(max(most, 1.0)), dtype=np.float64)
