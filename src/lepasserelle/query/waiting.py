"""What a slice may lack because a function waits: an `await` lets what else was started run, which may write what is read later.

A waiting statement that is not in a backward slice is named where the slice reads, after it, a variable that functions inside write
or share, or a name from outside that some other function writes. Forward it is one that is in the slice, and a reader that is not.
Not here: what runs meanwhile.
"""

from collections.abc import Iterator

from lepasserelle.graph import Graph
from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.outside import altered, meanings
from lepasserelle.model.body import Body, Statement, StatementFlag
from lepasserelle.query.program import GraphProgram

_CONSTRUCTORS = frozenset({"__init__", "__new__", "constructor"})


class Waiting:
    """Asked once for one body of a slice."""

    def __init__(self, graph: Graph, program: GraphProgram, function: int, found: Dependences) -> None:
        self._graph = graph
        self._program = program
        self._function = function
        self._found = found
        self._written: dict[str, bool] = {}

    def lines(self, own: set[int], *, is_forward: bool) -> list[int]:
        """Lines of waiting statements that matter and are not followed, ascending. `own`: the statements of the slice."""
        statements = self._found.body.statements
        waits = {
            number for number, one in enumerate(statements) if one.flags & StatementFlag.WAITS and (number in own) == is_forward
        }
        if not waits:
            return []
        shared = self._shared()
        readers = [number for number, one in enumerate(statements) if (number in own) != is_forward and self._reads(one, shared)]
        return sorted({statements[number].start_line for number in waits if self._leads(number, set(readers) - {number})})

    def _shared(self) -> set[str]:
        """Variables that functions inside write, and those that they read and change inside."""
        statements = self._found.body.statements
        captured = {name for one in statements for name in one.captured}
        changed = {name for body in self._inside() for name in _altered(body)} if captured else set[str]()
        return {name for one in statements for name in one.rebound} | captured & changed

    def _inside(self) -> Iterator[Body]:
        graph, (first, last) = self._graph, self._graph.lines(self._function)
        file = graph.file_of(self._function)
        for node in range(graph.first_node(file), graph.first_node(file + 1)):
            start, end = graph.lines(node)
            if node != self._function and first <= start and end <= last and graph.kind(node).is_callable:
                body = self._program.lowered(node)
                if body is not None:
                    yield body

    def _reads(self, statement: Statement, shared: set[str]) -> bool:
        return any(use.place[0] in shared or self._is_written(use.place) for use in statement.uses)

    def _is_written(self, place: tuple[str, ...]) -> bool:
        """Whether another function, no constructor, writes what a place means outside of this one."""
        return any(self._has_writer(one.name) for one in meanings(self._found.body, place))

    def _has_writer(self, name: str) -> bool:
        if name not in self._written:
            self._written[name] = any(name in _altered(body) for body in self._others(name))
        return self._written[name]

    def _others(self, name: str) -> Iterator[Body]:
        graph = self._graph
        for one in self._program.writers(self._function, name):
            if one != self._function and graph.kind(one).is_callable and graph.name(one) not in _CONSTRUCTORS:
                body = self._program.lowered(one)
                if body is not None:
                    yield body

    def _leads(self, start: int, ends: set[int]) -> bool:
        """Whether control can go from a statement to one of these."""
        flow = self._found.flow
        seen, waiting = {start}, [start]
        while waiting:
            for one in flow.successors[waiting.pop()]:
                if flow.owners[one] in ends:
                    return True
                if one not in seen:
                    seen.add(one)
                    waiting.append(one)
        return False


def _altered(body: Body) -> set[str]:
    return {name for statement in body.statements for name in altered(body, statement)}
