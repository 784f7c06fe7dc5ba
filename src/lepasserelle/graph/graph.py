"""The program dependence graph as it is read: views of frozen arrays, nothing copied, no object per node or edge.

Scalars are read through memoryviews (an index costs 40 ns, and gives a Python int), columns through numpy.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property, lru_cache, partial
from typing import Final, Literal, TextIO

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph import answers, imported_names, incident, lookup, package_names, rows
from lepasserelle.graph.constructing import found_with_constructors
from lepasserelle.graph.definitions import Definitions
from lepasserelle.graph.file_names import file_named
from lepasserelle.graph.layout import CUT_SHORT, HOT, SHARED, TALL, TEXT_BLOCK, TEXT_BREAK, Reason
from lepasserelle.graph.nearness import Nearness, near
from lepasserelle.model import Edge, EdgeKind, NodeKind, Resolution, Sections

ResolutionFilter = Literal["exact", "inferred", "all"]
Direction = Literal["out", "in"]

STRONGEST: Final[dict[str, Resolution]] = {
    "exact": Resolution.EXACT,
    "inferred": Resolution.INFERRED,
    "all": Resolution.AMBIGUOUS,
}


_EXTERNAL: Final = int(NodeKind.EXTERNAL)
_NONE_BY_NAME: Final = np.zeros(0, dtype="<u4")
_FOUND: Final = 2
"""Names of which the nodes are remembered: what a question claims is found out by the same name as its answer."""


class Graph(Definitions):
    """Answers about nodes and edges of one generation. A node is a number below `node_count`; one that is not raises IndexError."""

    def __init__(self, sections: Sections) -> None:
        super().__init__(sections)
        self.sections = sections
        self.hot: NDArray[np.void] = sections["nodes"].reshape(-1).view(HOT)
        self._start_bytes = _scalars(self.hot["start_byte"])
        self._lengths = _scalars(self.hot["length"])
        self.file_rows = _u32(sections["files"])
        self.out_start = _scalars(_u32(sections["out_start"]))
        self.out_target = _u32(sections["out_target"])
        self.out_type = _u8(sections["out_type"])
        self.in_start = _scalars(_u32(sections["in_start"]))
        self.in_edge = _u32(sections["in_edge"])
        self.targets = _scalars(self.out_target)
        self.types = _scalars(self.out_type)
        self.by_name = _scalars(_u32(sections.get("by_name", _NONE_BY_NAME)))
        self.name_numbers = self._names
        self.site_start = _scalars(_u32(sections["site_start"]))
        self.sites = _scalars(sections["sites"])
        self.edge_types: list[tuple[int, int, int]] = [tuple(row) for row in sections["edge_types"].tolist()]
        self._found = lru_cache(maxsize=_FOUND)(self._find)
        self.with_constructors = lru_cache(maxsize=_FOUND)(partial(found_with_constructors, self))
        self.file_path = lru_cache(maxsize=256)(self._file_path)
        self.text_block = lru_cache(maxsize=8)(self._read_text_block)

    def close(self) -> None:
        """Drop every view and what was remembered, at once: its caches and it refer to each other. Not to be asked after that."""
        self.__dict__.clear()

    # ── size ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    @cached_property
    def edge_words(self) -> list[tuple[str, str, str]]:
        """(kind, resolution, reason) of every type of edges, in words."""
        return [
            (EdgeKind(kind).word, Resolution(resolution).word, Reason(reason).words) for kind, resolution, reason in self.edge_types
        ]

    @cached_property
    def nameless(self) -> int:
        """The number of the empty string, -1 where nothing is called so."""
        return self.strings.number("")

    @cached_property
    def has_nameless_modules(self) -> bool:
        """Whether a file's module has no name, so that what stands in it has its simple name alone."""
        return bool(np.any(self.file_rows[:, 1] == self.nameless))

    @property
    def node_count(self) -> int:
        """Definitions and external nodes."""
        return len(self.hot)

    @property
    def calls_cut_short(self) -> bool:
        """Whether the flow of values ended at its bound, so that calls through values may be missing."""
        bounds = self.sections.get("bounds")
        return bounds is not None and bool(bounds[0] & CUT_SHORT)

    @property
    def contexts_shared(self) -> bool:
        """Whether there was no room to keep all decorated definitions apart: calls of some name the callees of others too."""
        bounds = self.sections.get("bounds")
        return bounds is not None and bool(bounds[0] & SHARED)

    @property
    def edge_count(self) -> int:
        """Edges that are stored; `contains`, which follows from the parents, is not among them."""
        return len(self.out_target)

    @property
    def file_count(self) -> int:
        """Files of the project."""
        return len(self.file_rows)

    def bytes_by_part(self) -> dict[str, int]:
        """Bytes of every section, by name; their sum is all that the graph holds."""
        return {name: int(array.nbytes) for name, array in self.sections.items()}

    # ── columns ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    @property
    def kinds(self) -> NDArray[np.uint8]:
        """`NodeKind` of every node: a view."""
        return self.hot["kind"]

    @property
    def flag_bits(self) -> NDArray[np.uint8]:
        """`NodeFlag`s of every node: a view."""
        return self.hot["flags"]

    @property
    def files(self) -> NDArray[np.uint32]:
        """File of every node, `file_count` of external ones: computed, 4 bytes a node."""
        base = _u32(self.sections["files_base"])
        sizes = np.append(np.diff(base), self.node_count - int(base[-1]))
        return np.repeat(np.arange(self.file_count + 1, dtype=np.uint32), sizes)

    @property
    def call_counts(self) -> NDArray[np.uint32]:
        """Asserted incoming calls of every node: computed, 4 bytes a node."""
        calls = [int(kind == EdgeKind.CALLS and resolution != Resolution.AMBIGUOUS) for kind, resolution, _ in self.edge_types]
        chosen = np.take(np.array(calls or [0], dtype=bool), self.out_type, mode="clip")
        chosen &= self.out_target < self.node_count
        return np.bincount(self.out_target[chosen], minlength=self.node_count).astype(np.uint32)

    # ── files ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _file_path(self, file: int) -> str:
        """Path of a file."""
        return self.strings[int(self.file_rows[file, 0])]

    def path_bytes(self, file: int) -> bytes:
        """Path of a file in UTF-8."""
        return self.strings.raw(int(self.file_rows[file, 0]))

    def file_language(self, file: int) -> str:
        """Language of a file."""
        return self.strings[int(self.file_rows[file, 2])]

    def files_of(self, nodes: NDArray[np.int64]) -> NDArray[np.int64]:
        """Files of definitions."""
        found: NDArray[np.int64] = np.searchsorted(_u32(self.sections["files_base"]), nodes.astype("<u4"), side="right") - 1
        return found

    def file_of(self, node: int) -> int:
        """File of a node, -1 for an external one."""
        return bisect_right(self.files_base, node) - 1 if node < self.files_base[-1] else -1

    # ── nodes ─────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def set_name(self, number: int) -> str:
        """The name of a candidate set: what the code writes for all of them."""
        return self.strings[int(self.sections["set_names"][number])]

    def flags(self, node: int) -> int:
        """`NodeFlag`s."""
        return self._flags[node]

    def path(self, node: int) -> str:
        """Path of its file, empty for an external node."""
        file = self.file_of(node)
        return self.file_path(file) if file >= 0 else ""

    def language(self, node: int) -> str:
        """Language of its file, empty for an external node."""
        file = self.file_of(node)
        return self.file_language(file) if file >= 0 else ""

    def byte_span(self, node: int) -> tuple[int, int]:
        """(first byte, byte after the last one) in its file."""
        start = self._start_bytes[node]
        return start, start + self._lengths[node]

    span = byte_span

    def end_of(self, node: int) -> int:
        """The first definition of its file that does not begin within it, or the first one of the next file."""
        stop = self.files_base[self.file_of(node) + 1]
        return bisect_left(self._start_bytes, self.byte_span(node)[1], node + 1, stop)

    def line_columns(self, nodes: NDArray[np.int64]) -> tuple[list[int], list[int]]:
        """First lines and last lines of definitions, as `lines` says them."""
        rows = self.hot[nodes]
        starts: list[int] = rows["start_line"].tolist()
        ends: list[int] = (rows["start_line"].astype(np.int64) + rows["line_count"] - 1).tolist()
        for at in np.flatnonzero(rows["line_count"] == TALL).tolist():
            ends[at] = self.lines(int(nodes[at]))[1]
        return starts, ends

    def complexity(self, node: int) -> int:
        """Cyclomatic complexity, 0 where there is no body."""
        if node >= self.definition_count:
            return 0
        value = int(self.sections["complexity"][node])
        return _sparse(self.sections["complex"], node, value) if value == 255 else value

    def signature(self, node: int) -> str:
        """The head as written, empty when there is none."""
        return self._texts(node)[0]

    def documentation(self, node: int) -> str:
        """Docstring or documentation comment."""
        return self._texts(node)[1]

    def _texts(self, node: int) -> tuple[str, str]:
        if node >= self.definition_count:
            return "", ""
        texts = self.text_block(node // TEXT_BLOCK)
        at = 2 * (node % TEXT_BLOCK)
        return texts[at].decode("utf-8", "replace"), texts[at + 1].decode("utf-8", "replace")

    def _read_text_block(self, block: int) -> list[bytes]:
        from zstandard import ZstdDecompressor

        ends = self.sections["text_end"]
        start, end = int(ends[block - 1]) if block else 0, int(ends[block])
        frame = self.sections["text"][start:end].tobytes()
        return ZstdDecompressor().decompress(frame).split(TEXT_BREAK)

    # ── questions ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def find(self, name: str) -> list[int]:
        """Every node whose qualified name is (these first), or ends with, the dotted name; each group in node order. Where that is
        no definition of the project, or a whole file, those that are imported under that name come before what is outside.
        """
        return list(self._found(name))

    def _find(self, name: str) -> tuple[int, ...]:
        found = lookup.find(self, name)
        if "." not in name or not all(node >= self.definition_count or self.kind(node) is NodeKind.MODULE for node in found):
            return tuple(found)
        files = [node for node in found if node < self.definition_count]
        imported = [] if files else imported_names.imported_as(self, name)
        inside = [*imported, *package_names.in_package(self, name)]
        outside = [node for node in found if node >= self.definition_count]
        return (*files, *inside, *outside) if inside else tuple(found)

    def file_named(self, path: str) -> int:
        """The file with this path, -1 when the project has none."""
        return file_named(self, path)

    def near(self, name: str, limit: int = 5) -> list[str]:
        """Qualified names that look like a name that was not found, best first."""
        from lepasserelle.graph import likeness

        return likeness.near(self, name, limit)

    def callers(self, node: int, resolution: ResolutionFilter = "inferred") -> list[Edge]:
        """Calls of a node, sorted by source. `all`: also those that could mean it among others."""
        return self.edges(node, EdgeKind.CALLS, "in", resolution)

    def callees(self, node: int, resolution: ResolutionFilter = "all") -> list[Edge]:
        """What a node calls, sorted by target; ambiguous calls carry their candidates."""
        return self.edges(node, EdgeKind.CALLS, "out", resolution)

    def edges(self, node: int, kind: EdgeKind, direction: Direction, resolution: ResolutionFilter = "all") -> list[Edge]:
        """The relations of one kind that start at a node (`out`) or reach it (`in`), sorted by the other end's name."""
        return answers.edges(self, node, kind, direction, STRONGEST[resolution])

    def degrees(self, nodes: Sequence[int], direction: Direction) -> int:
        """How many edges of any kind start at these nodes (`out`) or reach them (`in`), candidate sets not expanded."""
        return incident.degree(self, np.asarray(nodes, dtype=np.int64), direction)

    def neighbours(self, node: int, kind: EdgeKind, direction: Direction, resolution: ResolutionFilter = "inferred") -> list[int]:
        """The same as node numbers, ascending, candidate sets expanded."""
        return answers.neighbours(self, node, kind, direction, STRONGEST[resolution])

    def nearness(self, starts: Mapping[int, float], least: float) -> Nearness:
        """What is near these nodes: personalised PageRank, to the precision `least`. See `graph.nearness`."""
        return near(self, starts, least)

    def call_sites(self, node: int) -> list[tuple[int, list[int]]]:
        """(callee, lines) of every asserted call of a node."""
        return answers.call_sites(self, node)

    def adjacency(
        self, kind: EdgeKind = EdgeKind.CALLS, resolution: ResolutionFilter = "inferred"
    ) -> Iterator[tuple[str, list[str]]]:
        """(name, sorted names that it reaches) of every module, type and callable, by name; also of those that reach none."""
        return answers.adjacency(self, kind, STRONGEST[resolution])

    def write_graphml(self, stream: TextIO, kind: EdgeKind = EdgeKind.CALLS, resolution: ResolutionFilter = "inferred") -> None:
        """The edges of one kind as GraphML, written as it goes."""
        from lepasserelle.graph import export

        export.graphml(self, stream, kind, STRONGEST[resolution])

    def write_dot(self, stream: TextIO, kind: EdgeKind = EdgeKind.CALLS, resolution: ResolutionFilter = "inferred") -> None:
        """The edges of one kind in Graphviz' language, written as it goes."""
        from lepasserelle.graph import export

        export.dot(self, stream, kind, STRONGEST[resolution])

    def symbol_rows(self, files: Iterable[int] | None = None) -> Iterator[tuple[str, list[rows.SymbolRow]]]:
        """(path, rows of its definitions) of these files, of all by default."""
        return rows.symbols(self, files)

    def edge_rows(self, files: Iterable[int] | None = None) -> Iterator[tuple[str, list[rows.EdgeRow]]]:
        """(path, rows of the edges that start in it) of these files, of all by default; types of edges as in `edge_words`."""
        return rows.edges(self, files)


def _u32(array: NDArray[np.generic]) -> NDArray[np.uint32]:
    return array.view("<u4")


def _u8(array: NDArray[np.generic]) -> NDArray[np.uint8]:
    return array.view(np.uint8)


def _scalars(array: NDArray[np.generic]) -> memoryview:
    """The array for one item at a time: an index gives a Python int in 40 ns."""
    return memoryview(array)  # type: ignore[arg-type]


def _sparse(table: NDArray[np.generic], node: int, otherwise: int) -> int:
    """The value of a node in a sorted table of (node, value) rows."""
    at = int(np.searchsorted(table[:, 0], node))
    return int(table[at, 1]) if at < len(table) and table[at, 0] == node else otherwise
