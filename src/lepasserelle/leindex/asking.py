"""The questions of `LeIndex` about the graph as a whole, and those for lines. Bases of that class, apart from it for length only.

What answers them is imported by the first question: who only indexes pays for no graph.
"""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TextIO, TypeVar

from lepasserelle.leindex import needs
from lepasserelle.leindex.generation import PDG, VECTORS, OpenGeneration
from lepasserelle.leindex.needs import Need
from lepasserelle.leindex.words import CycleWord, EdgeWord, PictureFormat, ResolutionFilter, check_filters, check_flags, check_text
from lepasserelle.model import CUT_SHORT_NOTE, SHARED_NOTE, Edge, Impact, Reached, Symbol, TextMatch
from lepasserelle.model.relations import Cycle, Hotspot, SymbolPath, Unreferenced

if TYPE_CHECKING:
    from lepasserelle.graph import Graph
    from lepasserelle.query.literal import Lines
    from lepasserelle.query.patterns import Pattern

Answer = TypeVar("Answer")


class GraphQuestions:
    """What needs the graph and nothing else. `_ask` and `project` are `LeIndex`'s."""

    project: Path
    _local: threading.local

    def _ask(self, question: Callable[[OpenGeneration], Answer], caches: tuple[str, ...], need: Need | None = None) -> Answer:
        raise NotImplementedError

    def _ask_graph(self, question: "Callable[[Graph], Answer]") -> Answer:
        self._local.notes = []
        return self._ask(lambda generation: question(self._noted(generation.graph())), (PDG,))

    def _noted(self, graph: "Graph") -> "Graph":
        """A graph whose calls are asked for: a note says when they may be too few, or too many."""
        if graph.calls_cut_short:
            self._local.notes.append(CUT_SHORT_NOTE)
        if graph.contexts_shared:
            self._local.notes.append(SHARED_NOTE)
        return graph

    def symbols(self, name: str) -> list[Symbol]:
        """Every definition whose qualified name is, or ends with, `name`. Raises `UnknownSymbolError`, `NotIndexedError`."""
        from lepasserelle.leindex.answers import definitions_named

        check_text(name=name)
        self._local.notes = []
        return self._ask(lambda generation: definitions_named(generation.graph(), name), (PDG,))

    def callers(self, name: str, resolution: ResolutionFilter = "inferred") -> list[Edge]:
        """The calls of every node called `name` (also one outside the project), with their places; of a property or another
        accessor also the reads and writes that run it (`Edge.kind` says which), of a class who makes instances of it: the calls of
        its own constructors (`Edge.target` says which), and mentions of it where another's constructor is entered.

        `resolution` is the weakest that is shown: `exact`, `inferred`, or `all` with the ambiguous ones.
        """
        from lepasserelle.leindex.answers import calls_of

        check_text(name=name)
        self._local.notes = []
        return self._ask(
            lambda generation: calls_of(self._noted(generation.graph()), name, "in", resolution),
            (PDG,),
            needs.calls(name, "in"),
        )

    def callees(self, name: str, resolution: ResolutionFilter = "inferred") -> list[Edge]:
        """What every node called `name` calls, and the accessors that it runs by reading or writing them. See `callers`."""
        from lepasserelle.leindex.answers import calls_of

        check_text(name=name)
        self._local.notes = []
        return self._ask(
            lambda generation: calls_of(self._noted(generation.graph()), name, "out", resolution),
            (PDG,),
            needs.calls(name, "out"),
        )

    def impact(self, name: str, depth: int = 3, resolution: ResolutionFilter = "inferred") -> Impact:
        """What a change of the definitions called `name` could reach: callers of callers within `depth` steps, subclasses,
        overriding methods, users of a variable; tests are marked. `Impact.perhaps` counts who else could use them, one step away.

        Raises `UnknownSymbolError`, `QueryError`, `NotIndexedError`.
        """
        from lepasserelle.leindex.impacts import impact_of

        check_text(name=name)
        self._local.notes = []
        return self._ask(
            lambda generation: impact_of(self._noted(generation.graph()), name, depth, resolution), (PDG,), needs.impact()
        )

    def path(self, start: str, end: str, edges: EdgeWord = "calls", resolution: ResolutionFilter = "inferred") -> SymbolPath:
        """A shortest way along edges from a definition called `start` to one called `end`, with the place of each step.

        Raises `UnknownSymbolError`, `QueryError`, `NotIndexedError`.
        """
        from lepasserelle.leindex import relations

        check_text(start=start, end=end, edges=edges)
        return self._ask_graph(lambda graph: relations.way(graph, start, end, edges, resolution))

    def cycles(self, edges: CycleWord = "imports", resolution: ResolutionFilter = "inferred", limit: int = 100) -> list[Cycle]:
        """Groups of files that import each other, or of definitions that call (`calls`) each other, the largest first, each with a
        shortest way around. Raises `QueryError`, `NotIndexedError`.
        """
        from lepasserelle.leindex import relations

        check_text(edges=edges)
        return self._ask_graph(lambda graph: relations.cycles(graph, edges, resolution, limit))

    def unreferenced(self, exported: bool = False) -> list[Unreferenced]:
        """Definitions that nothing in the project names, not even perhaps, by path and line: no edge reaches them, and their names
        stand nowhere else in code, in strings that are nothing but a name, or in files of settings, except where another one is
        surely meant. What is public by its language's rule is left out unless `exported`, since others may use it. Names that
        are put together at run time are not seen.
        """
        from lepasserelle.leindex import relations

        check_flags(exported=exported)
        self._local.notes = []
        return self._ask(
            lambda generation: relations.unreferenced(self._noted(generation.graph()), exported, generation.text().read),
            (PDG, VECTORS),
        )

    def hotspots(self, limit: int = 20) -> list[Hotspot]:
        """Functions where use, complexity and change meet: the product of PageRank over calls, cyclomatic complexity, and how many
        of the last 5 000 commits changed the file, when git tells. Raises `QueryError`, `NotIndexedError`.
        """
        from lepasserelle.files.history import change_counts
        from lepasserelle.leindex import relations

        changes = change_counts(self.project)
        return self._ask_graph(lambda graph: relations.hotspots(graph, changes, limit))

    def calls_around(
        self, name: str, direction: Literal["in", "out"] = "in", depth: int = 2, resolution: ResolutionFilter = "inferred"
    ) -> list[Reached]:
        """Callers of callers (`in`), or callees of callees (`out`), within `depth` calls, the nearest first.

        Raises `UnknownSymbolError`, `QueryError`, `NotIndexedError`.
        """
        from lepasserelle.leindex import relations

        check_text(name=name, direction=direction)
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
        from lepasserelle.leindex import relations

        check_text(name=name, edges=edges, form=form)

        def write(graph: "Graph") -> bool:
            return relations.write_around(graph, stream, name, edges, depth, form, resolution, most_nodes)

        return self._ask_graph(write)


class LineQuestions:
    """The questions of `LeIndex` for lines, apart from it for length only. `_ask` is `LeIndex`'s."""

    _local: threading.local

    def _ask(self, question: Callable[[OpenGeneration], Answer], caches: tuple[str, ...], need: Need | None = None) -> Answer:
        raise NotImplementedError

    def find_text(
        self,
        text: str,
        path: str | None = None,
        language: str | None = None,
        *,
        is_regex: bool = False,
        ignore_case: bool = False,
        whole_word: bool = False,
    ) -> list[TextMatch]:
        """Every line of the indexed text that holds exactly `text`, by path and line; at most 10 000. `path` is a glob.

        `is_regex`: a regular expression of RE2, within a line, in linear time. What 4.5 seconds did not suffice for, and that there
        are more lines, is in `notes`.
        Raises `QueryError`, `NotIndexedError`.
        """
        from lepasserelle.leindex.lines import lines_of
        from lepasserelle.query.patterns import Pattern

        check_text(text=text)
        check_filters(path=path, language=language)
        check_flags(is_regex=is_regex, ignore_case=ignore_case, whole_word=whole_word)
        self._local.notes = []
        pattern = Pattern(text, is_regex, ignore_case, whole_word)
        found = self._ask(lambda generation: lines_of(generation, pattern, path, language), (PDG, VECTORS), needs.text_search())
        return self._lines_told(pattern, (found.matches, found))

    def _lines_told(self, pattern: "Pattern", found: "tuple[list[Answer], Lines]") -> list[Answer]:
        """The list, after `notes` were told what is not in it, for want of time or because there is too much."""
        from lepasserelle.query.line_page import line_notes

        self._local.notes = [*self._local.notes, *line_notes(pattern, found[1])]
        return found[0]
