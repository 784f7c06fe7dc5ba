"""What a slice within one function may lack: calls that it leaves out and that meet, elsewhere, a name that it has.

A call that is not entered is taken to change all that it is given; it is not given the names of files and classes. Where a call
that is not in the slice leads, as far as the graph follows, to a function that writes such a name of a backward slice, or reads one
that a forward slice writes, the slice says so. Not here: what the function itself does with a name.
"""

from collections import deque
from typing import Final

from lepasserelle.graph import Graph
from lepasserelle.graph.entering import sites
from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.dominance import behind, reverse
from lepasserelle.graph.statements.outside import altered, is_plain, meanings
from lepasserelle.model import Resolution
from lepasserelle.model.body import Statement
from lepasserelle.query.program import GraphProgram

_MOST_ENTERED: Final = 200
"""Functions that the calls of one statement lead to and that are looked at."""


class Unentered:
    """Asked once for one slice."""

    def __init__(self, graph: Graph, program: GraphProgram, function: int, found: Dependences) -> None:
        self._graph = graph
        self._program = program
        self._function = function
        self._found = found
        self._entered_by: dict[int, set[int]] = {}
        """Function → what it runs, as far as it was asked for."""

    def calls(self, reached: set[int], *, is_forward: bool) -> list[str]:
        """The calls, as `name in line`, each once, by line."""
        statements = self._found.body.statements
        own = {number for number in reached if number < len(statements)}
        met, ends = self._met(own, is_forward=is_forward)
        if not met:
            return []
        there = self._between(ends, is_forward=is_forward)
        lines = {line for number in there - own for line in _lines(statements[number])}
        found = []
        for line, targets in sorted(self._left_out(own).items()):
            if line in lines:
                found += [f"{self._graph.name(one)} in line {line}" for one in targets if met & self._entered(one)]
        return list(dict.fromkeys(found))

    def _met(self, own: set[int], *, is_forward: bool) -> tuple[set[int], set[int]]:
        """Functions that write what the slice reads, or read what it writes, and the statements of the slice that do that."""
        body, found, ends = self._found.body, set[int](), set[int]()
        known: dict[str, set[int]] = {}
        for number in own:
            one = body.statements[number]
            names = set(altered(body, one)) if is_forward else {each.name for use in one.uses for each in meanings(body, use.place)}
            for name in names:
                if name not in known:
                    known[name] = self._others(name, is_forward=is_forward)
                if known[name]:
                    found |= known[name]
                    ends.add(number)
        return found, ends

    def _others(self, name: str, *, is_forward: bool) -> set[int]:
        if is_forward:
            return {*self._program.readers(self._function, name)} - {self._function}
        return set(self._program.changers(self._function, name))

    def _between(self, ends: set[int], *, is_forward: bool) -> set[int]:
        """Statements that run before one of these (forward: behind one)."""
        flow = self._found.flow
        steps = flow.successors if is_forward else reverse(flow.successors)
        return {flow.owners[one] for one in behind(steps, ends) if flow.owners[one] >= 0}

    def _left_out(self, reached: set[int]) -> dict[int, list[int]]:
        """Line → what its calls enter, of statements that are not in the slice."""
        statements = self._found.body.statements
        kept = {line for number in reached if number < len(statements) for line in _lines(statements[number])}
        plain = {line for one in statements if is_plain(one) for line in _lines(one)}
        found: dict[int, list[int]] = {}
        for target, _, lines in sites(self._graph, self._function, Resolution.INFERRED):
            for line in lines if target < self._graph.definition_count else ():
                if line not in kept and line not in plain:
                    found.setdefault(line, []).append(target)
        return found

    def _entered(self, function: int) -> set[int]:
        """What a function runs, itself among it, and what that runs."""
        if function not in self._entered_by:
            self._entered_by[function] = self._run_by(function)
        return self._entered_by[function]

    def _run_by(self, function: int) -> set[int]:
        found, waiting = {function}, deque([function])
        while waiting and len(found) < _MOST_ENTERED:
            for target, _, _ in sites(self._graph, waiting.popleft(), Resolution.INFERRED):
                if target < self._graph.definition_count and target not in found:
                    found.add(target)
                    waiting.append(target)
        return found


def _lines(statement: Statement) -> range:
    return range(statement.start_line, statement.end_line + 1)
