"""What a slice may lack because a library keeps it for all: random numbers, the environment, the standard streams (Python).

Nothing in the project leads from who sets such a thing to who uses it. Where the slice has a use and another function sets it
(forward: the other way round), the use is named. Who writes an attribute (`os.environ[k] = v`) is looked for in the files of the
slice: no edge says it. Not here: which of both runs first.
"""

from collections.abc import Iterable, Iterator
from typing import Final, NamedTuple

from lepasserelle.graph import Graph
from lepasserelle.model import EdgeKind
from lepasserelle.query.program import GraphProgram


class _Kept(NamedTuple):
    """One thing that a library keeps."""

    used_by: tuple[str, ...]
    """External names, or how such begin (`random.`), by which it is used …"""
    set_by: tuple[str, ...]
    """… and by which it is set."""
    place: str = ""
    """The attribute that holds it, which is set where it is written or changed."""


_KEPT: Final = (
    _Kept(("random.",), ("random.seed", "random.setstate")),
    _Kept(("numpy.random.",), ("numpy.random.seed", "numpy.random.set_state")),
    _Kept(("os.getenv", "os.environ.", "os.path.expandvars"), ("os.putenv", "os.unsetenv"), "os.environ"),
    _Kept(("<builtin>.print",), ("contextlib.redirect_stdout",), "sys.stdout"),
    _Kept(("<builtin>.input",), (), "sys.stdin"),
    _Kept(("os.getcwd", "os.path.abspath", "pathlib.Path.cwd"), ("os.chdir", "contextlib.chdir")),
    _Kept(("locale.",), ("locale.setlocale",)),
    _Kept(("decimal.",), ("decimal.setcontext",)),
)
_MAKING: Final = frozenset({"random.Random", "random.SystemRandom", "numpy.random.default_rng", "numpy.random.RandomState"})
"""What gives a state of its own."""


class LibraryState:
    """Asked once for one slice."""

    def __init__(self, graph: Graph, program: GraphProgram) -> None:
        self._graph = graph
        self._program = program
        self._files: set[int] = set()

    def uses(self, parts: Iterable[tuple[int, set[int]]], *, is_forward: bool) -> list[str]:
        """Uses in the slice of what others set (forward: settings of what others use), as `name in line`. `parts`: each function
        and the lines of it that are in the slice.
        """
        found: dict[str, None] = {}
        parts = list(parts)
        self._files = {self._graph.file_of(function) for function, _ in parts}
        for function, lines in parts:
            if self._graph.language(function) == "python" and lines:
                found.update(dict.fromkeys(self._met(function, lines, is_forward=is_forward)))
        return list(found)

    def _met(self, function: int, lines: set[int], *, is_forward: bool) -> Iterator[str]:
        for target, _, at in self._program.sites(function):
            if target < self._graph.definition_count or lines.isdisjoint(at):
                continue
            name = self._graph.qualified_name(target)
            for one in _KEPT if name not in _MAKING else ():
                if _is_among(name, one.set_by if is_forward else one.used_by) and self._others(
                    one, function, is_forward=is_forward
                ):
                    yield f"{name.removeprefix('<builtin>.')} in line {min(lines.intersection(at))}"

    def _others(self, kept: _Kept, function: int, *, is_forward: bool) -> bool:
        """Whether another function sets it (forward: uses it)."""
        if is_forward:
            return any(one != function for name in kept.used_by for one in self._callers(name))
        return any(one != function for name in kept.set_by for one in self._callers(name)) or self._is_written(kept.place, function)

    def _callers(self, name: str) -> list[int]:
        graph = self._graph
        nodes = (
            self._beginning_with(name) if name.endswith(".") else [one for one in graph.find(name) if one >= graph.definition_count]
        )
        return [caller for node in nodes for caller in graph.neighbours(node, EdgeKind.CALLS, "in", "inferred")]

    def _beginning_with(self, prefix: str) -> list[int]:
        graph = self._graph
        return [one for one in range(graph.definition_count, graph.node_count) if graph.qualified_name(one).startswith(prefix)]

    def _is_written(self, place: str, function: int) -> bool:
        """Whether another function that imports the module writes the attribute, or changes what it holds."""
        module, _, name = place.rpartition(".")
        graph = self._graph
        importers = {one for node in graph.find(module) for one in graph.neighbours(node, EdgeKind.IMPORTS, "in", "inferred")}
        files = self._files.intersection(map(graph.file_of, importers)) if place else set[int]()
        return any(
            one != function and name in self._program.altered(one)
            for file in sorted(files)
            for one in range(graph.first_node(file), graph.first_node(file + 1))
            if graph.kind(one).is_callable
        )


def _is_among(name: str, names: tuple[str, ...]) -> bool:
    return any(name.startswith(one) if one.endswith(".") else name == one for one in names)
