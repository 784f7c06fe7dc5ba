"""Which `with` of a body may keep an exception back, by what the managers of the project do (Python).

The text of a body tells that of managers of the standard library alone. Where the graph says that a `with` is left by a method of
the project that gives something back, or enters a generator that catches what is raised at its `yield`, the statement is marked.
Not here: whether it keeps back this exception.
"""

from typing import Final

from msgspec import structs

from lepasserelle.graph import Graph
from lepasserelle.graph.statements.raising import handles_what_is_thrown_in
from lepasserelle.model.body import Body, Statement, StatementFlag, StatementKind
from lepasserelle.query.managers import with_managers
from lepasserelle.query.program import GraphProgram
from lepasserelle.query.seams import TextStore

_LEAVING: Final = frozenset({"__exit__", "__aexit__"})
_NOTHING: Final = frozenset({b"return", b"return None", b"return False"})
_DEEPEST: Final = 3
"""Managers inside managers that are looked into."""


class KeepingBack:
    """Asked once for one body."""

    def __init__(self, graph: Graph, program: GraphProgram, text: TextStore) -> None:
        self._graph = graph
        self._program = program
        self._text = text

    def marked(self, function: int, body: Body) -> Body:
        """The body with every such `with` marked, and those whose managers inherit from outside how they are left."""
        if body.language != "python" or not any(one.kind == StatementKind.WITH for one in body.statements):
            return body
        body = with_managers(self._graph, function, body)
        return structs.replace(body, statements=tuple(self._marked(function, one, 0) for one in body.statements))

    def _marked(self, function: int, statement: Statement, depth: int) -> Statement:
        if statement.kind != StatementKind.WITH or not self._may(function, statement, depth):
            return statement
        return structs.replace(statement, flags=statement.flags | StatementFlag.SWALLOWS)

    def _may(self, function: int, statement: Statement, depth: int) -> bool:
        graph, head = self._graph, range(statement.start_line, statement.end_line + 1)
        targets = [target for target, _, lines in self._program.sites(function) if any(line in head for line in lines)]
        return any(self._keeps(one, depth) for one in targets if one < graph.definition_count and graph.kind(one).is_callable)

    def _keeps(self, target: int, depth: int) -> bool:
        body = self._program.lowered(target)
        if body is None:
            return False
        if self._graph.name(target) in _LEAVING:
            return any(one.kind == StatementKind.RETURN and self._gives(target, one) for one in body.statements)
        if handles_what_is_thrown_in(body):
            return True
        around = {each for one in body.statements if one.flags & StatementFlag.YIELDS for each in _around(body, one)}
        held = [one for number, one in enumerate(body.statements) if number in around and one.kind == StatementKind.WITH]
        return any(one.flags & StatementFlag.SWALLOWS or (depth < _DEEPEST and self._may(target, one, depth + 1)) for one in held)

    def _gives(self, function: int, statement: Statement) -> bool:
        text = self._text.slice(self._graph.file_of(function), statement.start_byte, statement.end_byte)
        return text.strip() not in _NOTHING


def _around(body: Body, statement: Statement) -> list[int]:
    """The statements that one stands in."""
    found, above = list[int](), statement.parent
    while above >= 0:
        found.append(above)
        above = body.statements[above].parent
    return found
