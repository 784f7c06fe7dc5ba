"""What a search needs of the parts around it, as shapes: the graph's columns, two kinds of retrieval, and the indexed text.

Not their implementation; each is satisfied without importing this.
"""

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from lepasserelle.terms import QueryTerm

Hits = tuple[NDArray[np.uint32], NDArray[np.float32]]
"""(nodes, scores), best first."""


class GraphTable(Protocol):
    """The nodes of a generation. Node numbers follow the files; external nodes come last, and have `file_count` as their file."""

    @property
    def node_count(self) -> int:
        """Nodes, external ones among them."""

    @property
    def file_count(self) -> int:
        """Files of the project."""

    @property
    def kinds(self) -> NDArray[np.uint8]:
        """`NodeKind` of each node."""

    @property
    def flag_bits(self) -> NDArray[np.uint8]:
        """`NodeFlag`s of each node."""

    @property
    def start_lines(self) -> Sequence[int]:
        """First line of each node, 1-based; 0 of an external node."""

    @property
    def files(self) -> NDArray[np.uint32]:
        """File number of each node; ascending."""

    @property
    def name_numbers(self) -> NDArray[np.uint32]:
        """Of each node a number for its simple name, the same one for the same name."""

    @property
    def offered(self) -> NDArray[np.bool_]:
        """Which nodes are types, functions and values outside of other definitions."""

    @property
    def call_counts(self) -> NDArray[np.uint32]:
        """Incoming calls of each node."""

    def file_path(self, file: int) -> str:
        """Posix path, relative to the project."""

    def file_paths(self, languages: AbstractSet[str]) -> dict[int, str]:
        """Path of each file in one of these languages."""

    def file_language(self, file: int) -> str:
        """Lower-case name."""

    def first_node(self, file: int) -> int:
        """The file's own node (`MODULE`); its definitions follow."""

    def near(self, name: str, limit: int) -> list[str]:
        """Qualified names like one that was not found, those that differ in case alone first."""

    def name(self, node: int) -> str:
        """Simple name; of a file's own node the last part of the module's."""

    def parent(self, node: int) -> int:
        """The node around it, -1 for a file's own node."""

    def qualified_name(self, node: int) -> str:
        """Dotted from the import root."""

    def lines(self, node: int) -> tuple[int, int]:
        """First and last line, 1-based, inclusive."""

    def line_counts(self, nodes: NDArray[np.uint32]) -> NDArray[np.int64]:
        """How many lines each of them has; at least 1."""

    def byte_span(self, node: int) -> tuple[int, int]:
        """Half open, in the file's text."""

    def calls_among(self, callers: NDArray[np.uint32], nodes: NDArray[np.uint32]) -> list[tuple[int, int]]:
        """Which of the callers are asserted to call which of the nodes, which ascend: places in both, in the order of the callers,
        each pair once.
        """

    def offers(self, file: int) -> list[str]:
        """Names of the types, functions and values that a file defines outside of other definitions."""

    def leans_on(self, file: int) -> dict[int, int]:
        """Other files whose definitions those of a file are asserted to call, import or inherit from, and how often."""

    def find(self, name: str) -> list[int]:
        """Every node whose qualified name is, or ends with, the dotted name."""


class WordIndex(Protocol):
    """Retrieval by words."""

    def search(self, terms: "Sequence[QueryTerm]", limit: int, mask: NDArray[np.bool_] | None = None) -> Hits:
        """The best nodes by their words."""

    def by_group(self, terms: "Sequence[QueryTerm]", groups: NDArray[np.uint32], group_count: int) -> NDArray[np.float32]:
        """A score for each group of nodes: each word counts where in the group it stands best. `groups` ascends."""

    def idf(self, term: str) -> float | None:
        """How telling a term is; None when nothing holds it."""

    def near(self, term: str, limit: int) -> list[tuple[str, int]]:
        """Terms that are written like one that nothing holds, and how many slips away each is."""


class MeaningIndex(Protocol):
    """Retrieval by direction."""

    def search(
        self, terms: "Sequence[QueryTerm]", limit: int, mask: NDArray[np.bool_] | None = None, window_share: float = 1.0
    ) -> Hits:
        """The nearest nodes; windows of long ones count so much of themselves."""

    def passage(self, node: int, terms: "Sequence[QueryTerm]") -> tuple[int, int, bool] | None:
        """Bytes of the file of a long node: the window of it that is nearest to the question; and whether that is nearer than all
        of the node.
        """


class TextStore(Protocol):
    """The text of the indexed generation."""

    def slice(self, file_index: int, start_byte: int, end_byte: int) -> bytes:
        """Bytes of a file, cut to what it has."""
