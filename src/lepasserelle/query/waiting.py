"""What a slice may lack because a function waits: an `await` lets what else was started run, which may write what is read later.

A waiting statement that is not in a backward slice is named where the slice reads, after it, a variable that functions inside write
or share, or a name from outside that some other function writes. Forward it is one that is in the slice, and a reader that is not.
Not here: what runs meanwhile.
"""

from lepasserelle.graph import Graph
from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.dominance import behind
from lepasserelle.graph.statements.outside import meanings
from lepasserelle.model.body import Statement, StatementFlag
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
        readers = {number for number, one in enumerate(statements) if (number in own) != is_forward and self._reads(one, shared)}
        return sorted({statements[number].start_line for number in waits if self.leads(number, readers - {number})})

    def meets_others(self, number: int) -> bool:
        """Whether a statement reads or changes a name or field that another function writes."""
        statement = self._found.body.statements[number]
        places = [*(use.place for use in statement.uses), *(write.place for write in statement.writes)]
        return any(self._is_written(place) for place in places)

    def _shared(self) -> set[str]:
        """Variables that functions inside write, and those that they read and change inside."""
        statements = self._found.body.statements
        captured = {name for one in statements for name in one.captured}
        inside = self._program.functions_in(self._function) if captured else []
        changed = {name for one in inside for name in self._program.altered(one)}
        return {name for one in statements for name in one.rebound} | captured & changed | self._handed_over()

    def _handed_over(self) -> set[str]:
        """Variables that are given to functions which wait, and are not waited for at once."""
        statements, found = self._found.body.statements, set[str]()
        sites = self._program.sites(self._function)
        lines = {line for target, is_call, at in sites if is_call and self._waits(target) for line in at}
        for one in statements if lines else ():
            if not one.flags & StatementFlag.WAITS and not lines.isdisjoint(range(one.start_line, one.end_line + 1)):
                found.update(use.place[0] for use in one.uses if use.call >= 0 and use.flows)
        return found & {*self._found.body.variables}

    def _waits(self, target: int) -> bool:
        body = self._program.lowered(target) if target < self._graph.definition_count else None
        return body is not None and any(one.flags & StatementFlag.WAITS for one in body.statements)

    def _reads(self, statement: Statement, shared: set[str]) -> bool:
        return any(use.place[0] in shared or self._is_written(use.place) for use in statement.uses)

    def _is_written(self, place: tuple[str, ...]) -> bool:
        """Whether another function, no constructor, writes what a place means outside of this one, or the field that it is."""
        if any(self._has_writer(one.name) for one in meanings(self._found.body, place)):
            return True
        is_field = len(place) > 1 and any(one.is_receiver and one.name == place[0] for one in self._found.body.parameters)
        return is_field and self._is_field_written(place[1][1:])

    def _is_field_written(self, name: str) -> bool:
        key = f".{name}"
        if key not in self._written:
            writers = self._program.field_writers(self._function, name)
            self._written[key] = any(self._graph.name(one) not in _CONSTRUCTORS for one in writers)
        return self._written[key]

    def _has_writer(self, name: str) -> bool:
        if name not in self._written:
            changers = self._program.changers(self._function, name)
            self._written[name] = any(self._graph.name(one) not in _CONSTRUCTORS for one in changers)
        return self._written[name]

    def leads(self, start: int, ends: set[int]) -> bool:
        """Whether control can go from a statement to one of these."""
        flow = self._found.flow
        return any(flow.owners[one] in ends for one in behind(flow.successors, [start]))
