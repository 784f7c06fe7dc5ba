"""The graph's columns as one searcher uses them: each taken once, the texts asked for last remembered.

Not a copy of the graph: a column is what the graph gives, and names are kept for some thousand nodes. A question reads some 300
names, several of them more than once; the graph decodes them anew each time.
Invariant: says what the graph says.
"""

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.seams import GraphTable

_REMEMBERED_NAMES = 1 << 13
_REMEMBERED_FILES = 1 << 11


class Columns:
    """Satisfies `GraphTable` for one graph, which it does not outlive."""

    def __init__(self, graph: GraphTable) -> None:
        self.node_count: int = graph.node_count
        self.file_count: int = graph.file_count
        self.kinds: NDArray[np.uint8] = graph.kinds
        self.flag_bits: NDArray[np.uint8] = graph.flag_bits
        self.files: NDArray[np.uint32] = graph.files
        self.call_counts: NDArray[np.uint32] = graph.call_counts
        self.name = lru_cache(maxsize=_REMEMBERED_NAMES)(graph.name)
        self.file_path = lru_cache(maxsize=_REMEMBERED_FILES)(graph.file_path)
        self.file_language = lru_cache(maxsize=_REMEMBERED_FILES)(graph.file_language)
        self.first_node = graph.first_node
        self.parent = lru_cache(maxsize=_REMEMBERED_NAMES)(graph.parent)
        self.calls_among = graph.calls_among
        self.file_paths = graph.file_paths
        self.leans_on = graph.leans_on
        self.offers = graph.offers
        self.qualified_name = lru_cache(maxsize=_REMEMBERED_NAMES)(graph.qualified_name)
        self.lines = graph.lines
        self.line_counts = graph.line_counts
        self.start_lines: Sequence[int] = graph.start_lines
        self.byte_span = graph.byte_span
        self.find = graph.find
        self.near = graph.near
        self._graph = graph

    @property
    def name_numbers(self) -> NDArray[np.uint32]:
        """As the graph has them: few ask."""
        return self._graph.name_numbers

    @property
    def offered(self) -> NDArray[np.bool_]:
        """As the graph has them: few ask."""
        return self._graph.offered
