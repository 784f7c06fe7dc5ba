"""The functions of a generation as slices across calls see them: bodies from their seam, calls and writers from the graph.

A call of a body and an edge of the graph are the same when they stand in one line and name the same thing; a call that several
edges could be is not followed. Not here: resolution. Ambiguous edges are never followed.
"""

from collections.abc import Iterator
from typing import Protocol

from lepasserelle.graph import Graph
from lepasserelle.graph.entering import entries
from lepasserelle.model import EdgeKind, NodeFlag, NodeKind, Resolution
from lepasserelle.model.body import CALLEE, YIELD, Body, Call, Place

_VARIABLES = frozenset({NodeKind.VARIABLE, NodeKind.CONSTANT, NodeKind.FIELD})
_CONSTRUCTORS = frozenset({"__init__", "constructor"})
_CONTAINERS = frozenset(
    """defaultdict deque OrderedDict Counter ChainMap Map Set WeakMap WeakSet Array Object make new List Dictionary HashSet
    ArrayList HashMap LinkedList TreeMap Queue Stack ConcurrentHashMap AtomicInteger AtomicLong Vec vec""".split()  # noqa: SIM905
)
"""What makes containers, beside the functions that bodies call pure."""
_MOST_READERS = 200
"""Functions that read one variable and are looked at for what they change of it."""


class Bodies(Protocol):
    """Makes the bodies of a generation."""

    @property
    def languages(self) -> frozenset[str]:
        """Those that have bodies."""

    def body(self, node: int) -> Body | None:
        """The body of a node; None when nothing with a body is there."""


class GraphProgram:
    """Satisfies `graph.statements.system.Program` over one generation."""

    def __init__(self, graph: Graph, bodies: Bodies) -> None:
        self._graph = graph
        self._bodies = bodies
        self._sites: dict[int, dict[int, list[int]]] = {}
        self._known: dict[int, Body | None] = {}

    def body(self, function: int) -> Body | None:
        """Its body; None when it has none that can be read."""
        if function not in self._known:
            graph = self._graph
            has_body = function < graph.definition_count and graph.language(function) in self._bodies.languages
            self._known[function] = self._bodies.body(function) if has_body else None
        return self._known[function]

    def targets(self, function: int, statement: int, call: int) -> tuple[tuple[int, bool], ...]:
        """The function that a call enters, and whether its first parameter is bound."""
        body = self.body(function)
        assert body is not None
        said = body.statements[statement].calls[call]
        if said.is_pure or said.chain == YIELD:
            return ()
        at_line = self._sites_of(function).get(said.line, [])
        name = said.chain.rpartition(".")[2]
        found = [target for target in at_line if self._goes_by(target, name)]
        if not found and len(at_line) == 1 and _calls_in_line(body, said.line) == 1:
            found = at_line
        entered = [one for one in map(self._entered, dict.fromkeys(found)) if one is not None]
        if len(entered) != 1 or len(set(found)) > 2:
            return ()
        return ((entered[0], self._is_bound(entered[0], said)),)

    def callers(self, function: int) -> list[int]:
        """Functions that call it, or make an instance of its class."""
        graph = self._graph
        found = graph.neighbours(function, EdgeKind.CALLS, "in", "inferred")
        parent = graph.parent(function)
        if parent >= 0 and self._is_constructor(function):
            found = sorted({*found, *graph.neighbours(parent, EdgeKind.CALLS, "in", "inferred")})
        return [caller for caller in found if caller < graph.definition_count and caller != function]

    def writers(self, function: int, name: str) -> list[int]:
        """Functions and files that write the variable that a name means in a function, and those that may change what it holds."""
        graph, found = self._graph, set[int]()
        for variable in self._meant(function, name):
            found.update(graph.neighbours(variable, EdgeKind.WRITES, "in", "inferred"))
            found.add(graph.parent(variable))
            if self._is_own(variable):
                readers = graph.neighbours(variable, EdgeKind.READS, "in", "inferred")
                found.update(node for node in readers[:_MOST_READERS] if self._changes(node, name))
        return sorted(node for node in found if 0 <= node < graph.definition_count)

    def readers(self, function: int, name: str) -> list[int]:
        """Functions and files that read the variable that a name means in a function."""
        graph, found = self._graph, set[int]()
        for variable in self._meant(function, name):
            found.update(graph.neighbours(variable, EdgeKind.READS, "in", "inferred"))
            found.update(graph.neighbours(variable, EdgeKind.WRITES, "in", "inferred"))
        return sorted(node for node in found if 0 <= node < graph.definition_count)

    def unfollowed(self, function: int) -> Iterator[tuple[int, str, bool]]:
        """(line, name, whether it is a property) of what a function may enter and slices do not: calls that several functions could
        answer, and properties that it reads or writes.
        """
        graph = self._graph
        for edge in graph.edges(function, EdgeKind.CALLS, "out", "all"):
            if edge.resolution == "ambiguous" and edge.candidates:
                yield from ((line, edge.target.rpartition(".")[2], False) for _, line in edge.sites)
        for edge in entries(graph, [function], "out", Resolution.INFERRED):
            if edge.kind != EdgeKind.CALLS.word:
                yield from ((line, edge.target.rpartition(".")[2], True) for _, line in edge.sites)

    # ── names from outside ────────────────────────────────────────────────────────────────────────────────────────────────

    def _meant(self, function: int, name: str) -> list[int]:
        """Variables of files and classes that a name can mean in a function: those that it reads or writes, or holds as a file."""
        graph = self._graph
        known = {
            *graph.neighbours(function, EdgeKind.READS, "out", "inferred"),
            *graph.neighbours(function, EdgeKind.WRITES, "out", "inferred"),
        }
        if graph.kind(function) == NodeKind.MODULE:
            known.update(node for node in graph.find(name) if graph.parent(node) == function)
        return sorted(
            node for node in known if node < graph.definition_count and graph.name(node) == name and graph.kind(node) in _VARIABLES
        )

    def _is_own(self, variable: int) -> bool:
        """Whether the code of the project makes what a variable of a file holds: no call of which nothing is known does."""
        parent = self._graph.parent(variable)
        body = self.body(parent) if parent >= 0 else None
        if body is None:
            return False
        name = self._graph.name(variable)
        makers = [one for one in enumerate(body.statements) if any(write.place == (name,) for write in one[1].writes)]
        return all(
            call.is_pure or call.chain.rpartition(".")[2] in _CONTAINERS or self.targets(parent, number, place)
            for number, statement in makers
            for place, call in enumerate(statement.calls)
        )

    def _changes(self, function: int, name: str) -> bool:
        """Whether a function may change what a name from outside holds, as far as its own text tells."""
        body = self.body(function)
        return body is not None and any(
            any(len(write.place) > 1 and _names(write.place, name) for write in statement.writes)
            or any(use.call >= 0 and use.argument != CALLEE and _names(use.place, name) for use in statement.uses)
            for statement in body.statements
        )

    # ── matching ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _sites_of(self, function: int) -> dict[int, list[int]]:
        """Line → functions and classes that asserted calls in it enter."""
        if function not in self._sites:
            found: dict[int, list[int]] = {}
            for target, lines in self._graph.call_sites(function):
                if target < self._graph.definition_count:
                    for line in lines:
                        found.setdefault(line, []).append(target)
            self._sites[function] = found
        return self._sites[function]

    def _goes_by(self, target: int, name: str) -> bool:
        graph = self._graph
        return graph.name(target) == name or (self._is_constructor(target) and graph.name(graph.parent(target)) == name)

    def _is_constructor(self, node: int) -> bool:
        return self._graph.kind(node) == NodeKind.CONSTRUCTOR or self._graph.name(node) in _CONSTRUCTORS

    def _entered(self, target: int) -> int | None:
        """The function that runs: of a class its constructor."""
        graph = self._graph
        if graph.kind(target).is_type:
            last = graph.lines(target)[1]
            node = target + 1
            while node < graph.definition_count and graph.lines(node)[0] <= last and graph.path(node) == graph.path(target):
                if graph.parent(node) == target and self._is_constructor(node):
                    return self._entered(node)
                node += 1
            return None
        if graph.flags(target) & NodeFlag.DECLARATION:
            return None
        return target if self.body(target) is not None else None

    def _is_bound(self, target: int, call: Call) -> bool:
        graph = self._graph
        kind, flags = graph.kind(target), graph.flags(target)
        if kind not in {NodeKind.METHOD, NodeKind.CONSTRUCTOR} or flags & NodeFlag.STATIC:
            return False
        owner = call.chain.rpartition(".")[0].rpartition(".")[2]
        names_class = graph.parent(target) >= 0 and owner == graph.name(graph.parent(target))
        return not names_class or bool(flags & NodeFlag.CLASS_METHOD) or self._is_constructor(target)


def _names(place: Place, name: str) -> bool:
    return name in (place[0].partition("#")[0], *(step[1:] for step in place[1:2]))


def _calls_in_line(body: Body, line: int) -> int:
    return sum(call.line == line and call.chain != YIELD for statement in body.statements for call in statement.calls)
