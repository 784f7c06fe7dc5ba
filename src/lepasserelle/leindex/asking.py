"""The questions of `LeIndex` about the graph as a whole. A base of that class, apart from it for length only."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Literal, TextIO, TypeVar

from lepasserelle.files.history import change_counts
from lepasserelle.graph import Graph
from lepasserelle.leindex import relations
from lepasserelle.leindex.answers import ResolutionFilter
from lepasserelle.leindex.generation import PDG, OpenGeneration
from lepasserelle.leindex.relations import CycleWord, EdgeWord, PictureFormat
from lepasserelle.model import CUT_SHORT_NOTE, Reached
from lepasserelle.model.relations import Cycle, Hotspot, SymbolPath, Unreferenced

Answer = TypeVar("Answer")


class GraphQuestions:
    """What needs the graph and nothing else. `_ask` and `project` are `LeIndex`'s."""

    project: Path
    _local: threading.local

    def _ask(self, question: Callable[[OpenGeneration], Answer], caches: tuple[str, ...]) -> Answer:
        raise NotImplementedError

    def _ask_graph(self, question: Callable[[Graph], Answer]) -> Answer:
        self._local.notes = []
        return self._ask(lambda generation: question(self._noted(generation.graph())), (PDG,))

    def _noted(self, graph: Graph) -> Graph:
        """A graph whose calls are asked for: a note says when they may be too few."""
        if graph.calls_cut_short:
            self._local.notes.append(CUT_SHORT_NOTE)
        return graph

    def path(self, start: str, end: str, edges: EdgeWord = "calls", resolution: ResolutionFilter = "inferred") -> SymbolPath:
        """A shortest way along edges from a definition called `start` to one called `end`, with the place of each step.

        Raises `UnknownSymbolError`, `QueryError`, `NotIndexedError`.
        """
        return self._ask_graph(lambda graph: relations.way(graph, start, end, edges, resolution))

    def cycles(self, edges: CycleWord = "imports", resolution: ResolutionFilter = "inferred", limit: int = 100) -> list[Cycle]:
        """Groups of files that import each other, or of definitions that call (`calls`) each other, the largest first, each with a
        shortest way around. Raises `QueryError`, `NotIndexedError`.
        """
        return self._ask_graph(lambda graph: relations.cycles(graph, edges, resolution, limit))

    def unreferenced(self, exported: bool = False) -> list[Unreferenced]:
        """Definitions that nothing in the project names, not even perhaps, by path and line. What is public by its language's rule
        is left out unless `exported`, since others may use it. Names that are put together at run time are not seen.
        """
        return self._ask_graph(lambda graph: relations.unreferenced(graph, exported))

    def hotspots(self, limit: int = 20) -> list[Hotspot]:
        """Functions where use, complexity and change meet: the product of PageRank over calls, cyclomatic complexity, and how many
        of the last 5 000 commits changed the file, when git tells. Raises `QueryError`, `NotIndexedError`.
        """
        changes = change_counts(self.project)
        return self._ask_graph(lambda graph: relations.hotspots(graph, changes, limit))

    def calls_around(
        self, name: str, direction: Literal["in", "out"] = "in", depth: int = 2, resolution: ResolutionFilter = "inferred"
    ) -> list[Reached]:
        """Callers of callers (`in`), or callees of callees (`out`), within `depth` calls, the nearest first.

        Raises `UnknownSymbolError`, `QueryError`, `NotIndexedError`.
        """
        return self._ask_graph(lambda graph: relations.calls_around(graph, name, direction, depth, resolution))

    def export_around(
        self,
        stream: TextIO,
        name: str,
        edges: EdgeWord = "calls",
        depth: int = 2,
        form: PictureFormat = "svg",
        resolution: ResolutionFilter = "inferred",
        most_nodes: int = 200,
    ) -> bool:
        """Write what is within `depth` edges of a symbol: DOT, GraphML, JSON, or an SVG picture. False: it was cut at `most_nodes`.

        Raises as `calls_around` does.
        """

        def write(graph: Graph) -> bool:
            return relations.write_around(graph, stream, name, edges, depth, form, resolution, most_nodes)

        return self._ask_graph(write)
