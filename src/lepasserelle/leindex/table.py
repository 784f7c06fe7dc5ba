"""The graph as a search needs it: the nodes that the project defines, each of them a document of lexical and vectors.

Not a copy: columns are views, except the two that the graph computes, which are kept here. Invariant: node numbers are those of the
graph; external nodes, which follow all others, are not in the table.
"""

from bisect import bisect_right
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from functools import cached_property
from itertools import accumulate

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph import Graph
from lepasserelle.model import EdgeKind, NodeKind, Resolution

_LEANING = frozenset({EdgeKind.CALLS, EdgeKind.IMPORTS, EdgeKind.INHERITS})
"""Kinds of edges by which a file builds on another one."""


_OFFERED = np.isin(
    np.arange(len(NodeKind)),
    [
        NodeKind.CLASS,
        NodeKind.INTERFACE,
        NodeKind.STRUCT,
        NodeKind.ENUM,
        NodeKind.FUNCTION,
        NodeKind.VARIABLE,
        NodeKind.CONSTANT,
    ],
)
"""By kind: what a file offers, when it stands in no other definition."""


class DocumentTable:
    """Satisfies `query.seams.GraphTable` for one graph. Safe in threads: what is computed is computed the same twice."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self.node_count: int = graph.definition_count
        self.file_count: int = graph.file_count
        self.kinds: NDArray[np.uint8] = graph.kinds[: self.node_count]
        self.flag_bits: NDArray[np.uint8] = graph.flag_bits[: self.node_count]
        self.file_path = graph.file_path
        self.file_language = graph.file_language
        self.first_node = graph.first_node
        self.name = graph.name
        self.near = graph.near
        self.parent = graph.parent
        self.qualified_name = graph.qualified_name
        self.lines = graph.lines
        self.start_lines: Sequence[int] = graph.start_lines
        self.byte_span = graph.byte_span
        self._is_call = np.array(
            [kind == EdgeKind.CALLS and how != Resolution.AMBIGUOUS for kind, how, _ in graph.edge_types], dtype=np.bool_
        )
        self._is_leaning = np.array(
            [kind in _LEANING and how != Resolution.AMBIGUOUS for kind, how, _ in graph.edge_types], dtype=np.bool_
        )

    @cached_property
    def files(self) -> NDArray[np.uint32]:
        """File number of each node."""
        return self._graph.files[: self.node_count]

    @cached_property
    def call_counts(self) -> NDArray[np.uint32]:
        """Incoming calls of each node."""
        return self._graph.call_counts[: self.node_count]

    @property
    def name_numbers(self) -> NDArray[np.uint32]:
        """Of each node a number for its simple name: a view."""
        return self._graph.hot["name"][: self.node_count]

    @property
    def offered(self) -> NDArray[np.bool_]:
        """Which nodes are types, functions and values outside of other definitions."""
        rows = self._graph.hot[: self.node_count]
        firsts = np.array(self._graph.files_base, dtype=np.uint32)
        return np.asarray(_OFFERED[rows["kind"]] & (rows["parent"] == firsts[self.files]), dtype=np.bool_)

    def line_counts(self, nodes: NDArray[np.uint32]) -> NDArray[np.int64]:
        """How many lines each of these nodes has; at least 1."""
        column = self._graph.hot["line_count"]
        counts = column[nodes].astype(np.int64)
        for at in np.flatnonzero(counts == np.iinfo(column.dtype).max).tolist():  # so many or more: the graph knows
            first, last = self.lines(int(nodes[at]))
            counts[at] = last - first + 1
        return np.maximum(counts, 1)

    def file_paths(self, languages: AbstractSet[str]) -> dict[int, str]:
        """Path of each file in one of these languages."""
        rows, strings = self._graph.file_rows, self._graph.strings
        spoken = [number for number in set(rows[:, 2].tolist()) if strings[number] in languages]
        files = np.flatnonzero(np.isin(rows[:, 2], spoken))
        return dict(zip(files.tolist(), strings.texts(rows[files, 0]), strict=True))

    def computed_bytes(self) -> int:
        """What was computed so far, which is all that it holds."""
        return sum(self.__dict__[name].nbytes for name in ("files", "call_counts") if name in self.__dict__)

    def calls_among(self, callers: NDArray[np.uint32], nodes: NDArray[np.uint32]) -> list[tuple[int, int]]:
        """Which of the callers are asserted to call which of the nodes, which ascend: places in both, in the order of the callers,
        each pair once.
        """
        graph = self._graph
        spans = [(graph.out_start[node], graph.out_start[node + 1]) for node in callers.tolist()]
        if not spans or not len(nodes):
            return []
        targets = np.concatenate([graph.out_target[start:end] for start, end in spans])
        places = np.searchsorted(nodes, targets)
        np.minimum(places, len(nodes) - 1, out=places)
        found = np.flatnonzero(nodes[places] == targets)
        types = np.concatenate([graph.out_type[start:end] for start, end in spans])[found]
        found = found[self._is_call[types]]
        ends = list(accumulate([end - start for start, end in spans]))
        pairs = zip(found.tolist(), places[found].tolist(), strict=True)
        return list(dict.fromkeys((bisect_right(ends, at), place) for at, place in pairs))

    def leans_on(self, file: int) -> dict[int, int]:
        """Other files whose definitions those of a file are asserted to call, import or inherit from, and how often."""
        graph = self._graph
        start, end = graph.out_start[graph.first_node(file)], graph.out_start[graph.first_node(file + 1)]
        targets = graph.out_target[start:end]
        leaning = targets[self._is_leaning[graph.out_type[start:end]] & (targets < self.node_count)]
        files, counts = np.unique(self.files[leaning], return_counts=True)
        found = dict(zip(files.tolist(), counts.tolist(), strict=True))
        found.pop(file, None)
        return found

    def offers(self, file: int) -> list[str]:
        """Names of the types, functions and values that a file defines outside of other definitions."""
        graph = self._graph
        start, end = graph.first_node(file), graph.first_node(file + 1)
        rows = graph.hot[start:end]
        return graph.strings.texts(rows["name"][_OFFERED[rows["kind"]] & (rows["parent"] == start)])

    def find(self, name: str) -> list[int]:
        """Every node of the table whose qualified name is, or ends with, the dotted name."""
        return [node for node in self._graph.find(name) if node < self.node_count]
