"""A graph of a few nodes for the tests of query, written by hand."""

from collections import Counter
from collections.abc import Set as AbstractSet
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.model import NodeFlag, NodeKind


class Node(NamedTuple):
    """One node of a table."""

    name: str
    kind: NodeKind = NodeKind.FUNCTION
    file: int = 0
    flags: int = NodeFlag.EXPORTED
    calls: int = 0
    lines: tuple[int, int] = (1, 1)
    span: tuple[int, int] = (0, 0)
    callees: tuple[int, ...] = ()
    leans: tuple[int, ...] = ()
    """Files that it calls, imports or inherits from, as often as they stand here."""


class Table:
    """Satisfies `GraphTable`."""

    def __init__(self, paths: list[str], nodes: list[Node], languages: list[str] | None = None) -> None:
        self.paths, self.nodes = paths, nodes
        self.languages = languages or ["python"] * len(paths)
        self.node_count, self.file_count = len(nodes), len(paths)
        self.kinds: NDArray[np.uint8] = np.array([node.kind for node in nodes], dtype=np.uint8)
        self.flag_bits: NDArray[np.uint8] = np.array([node.flags for node in nodes], dtype=np.uint8)
        self.start_lines = [node.lines[0] for node in nodes]
        self.files: NDArray[np.uint32] = np.array([node.file for node in nodes], dtype=np.uint32)
        self.call_counts: NDArray[np.uint32] = np.array([node.calls for node in nodes], dtype=np.uint32)

    @property
    def name_numbers(self) -> NDArray[np.uint32]:
        """By when each name comes first."""
        names = [self.name(node) for node in range(self.node_count)]
        return np.array([names.index(name) for name in names], dtype=np.uint32)

    @property
    def offered(self) -> NDArray[np.bool_]:
        """By the parent, which is the file's own node."""
        members = (NodeKind.METHOD, NodeKind.FIELD)
        own = [self.first_node(node.file) for node in self.nodes]
        return np.array(
            [self.parent(at) == own[at] != at and node.kind not in members for at, node in enumerate(self.nodes)], dtype=bool
        )

    def file_paths(self, languages: AbstractSet[str]) -> dict[int, str]:
        """Of those of these languages."""
        return {file: path for file, path in enumerate(self.paths) if self.languages[file] in languages}

    def file_path(self, file: int) -> str:
        """Posix path."""
        return self.paths[file]

    def file_language(self, file: int) -> str:
        """Lower-case name."""
        return self.languages[file]

    def first_node(self, file: int) -> int:
        """The file's own node."""
        return int(np.flatnonzero(self.files == file)[0])

    def name(self, node: int) -> str:
        """Last part."""
        return self.nodes[node].name.rpartition(".")[2]

    def parent(self, node: int) -> int:
        """By the beginning of the name."""
        above = self.nodes[node].name.rpartition(".")[0]
        return next((i for i, other in enumerate(self.nodes) if other.name == above), -1)

    def qualified_name(self, node: int) -> str:
        """As written."""
        return self.nodes[node].name

    def lines(self, node: int) -> tuple[int, int]:
        """As written."""
        return self.nodes[node].lines

    def line_counts(self, nodes: NDArray[np.uint32]) -> NDArray[np.int64]:
        """From the lines, as written."""
        spans = [self.nodes[node].lines for node in nodes.tolist()]
        return np.array([max(1, last - first + 1) for first, last in spans], dtype=np.int64)

    def byte_span(self, node: int) -> tuple[int, int]:
        """As written."""
        return self.nodes[node].span

    def calls_among(self, callers: NDArray[np.uint32], nodes: NDArray[np.uint32]) -> list[tuple[int, int]]:
        """As written."""
        place = {node: at for at, node in enumerate(nodes.tolist())}
        calls = [(at, callee) for at, caller in enumerate(callers.tolist()) for callee in self.nodes[caller].callees]
        return [(at, place[callee]) for at, callee in calls if callee in place]

    def offers(self, file: int) -> list[str]:
        """By the parent, which is the file's own node."""
        own = self.first_node(file)
        members = (NodeKind.METHOD, NodeKind.FIELD)
        return [self.name(at) for at, node in enumerate(self.nodes) if self.parent(at) == own != at and node.kind not in members]

    def leans_on(self, file: int) -> dict[int, int]:
        """As written."""
        return Counter(other for node in self.nodes if node.file == file for other in node.leans)

    def near(self, name: str, limit: int) -> list[str]:
        """Those that differ in case alone."""
        return [node.name for node in self.nodes if node.name.lower() == name.lower()][:limit]

    def find(self, name: str) -> list[int]:
        """By the end of the name."""
        return [i for i, node in enumerate(self.nodes) if f".{node.name}".endswith(f".{name}")]
