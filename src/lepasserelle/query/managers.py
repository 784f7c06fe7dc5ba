"""Which `with` of Python may keep an exception back because its manager's class inherits, from outside the project, how it is left.

Asked of the classes that the head of a `with` makes or enters, or of which its variable got an instance in the same function.
Of the standard library it is known which never keep anything back. Not here: a class of the project that says how it is left
(`keeping_back`), and an instance that comes from elsewhere.
"""

from typing import Final

from msgspec import structs

from lepasserelle.graph import Graph
from lepasserelle.graph.entering import sites
from lepasserelle.model import EdgeKind, Resolution
from lepasserelle.model.body import Body, Statement, StatementFlag, StatementKind

_LEAVING: Final = ("__exit__", "__aexit__")
_ENTERING: Final = "<enter>"
_MAKING: Final = frozenset({"__init__", "__new__", "__enter__", "__aenter__", "__post_init__"})
_PASSING: Final = frozenset(
    """abc asyncio builtin collections concurrent enum io logging multiprocessing object os pathlib selectors shelve socket sqlite3
    subprocess tarfile tempfile threading typing typing_extensions warnings zipfile""".split()  # noqa: SIM905
)
"""Modules of the standard library whose managers let every exception pass."""
_PASSING_CLASSES: Final = frozenset(
    f"contextlib.{name}"
    for name in ("AbstractContextManager", "AbstractAsyncContextManager", "ContextDecorator", "AsyncContextDecorator", "closing")
)


def with_managers(graph: Graph, function: int, body: Body) -> Body:
    """The body with every such `with` marked."""
    if body.language != "python" or not any(one.kind == StatementKind.WITH for one in body.statements):
        return body
    return structs.replace(body, statements=_Marking(graph, function, body).statements())


class _Marking:
    def __init__(self, graph: Graph, function: int, body: Body) -> None:
        self._graph = graph
        self._body = body
        self._made: dict[int, list[int]] = {}
        """Line → classes of the project that it makes or enters."""
        for target, _, lines in sites(graph, function, Resolution.INFERRED):
            cls = self._class_of(target)
            for line in lines if cls >= 0 else ():
                self._made.setdefault(line, []).append(cls)

    def statements(self) -> tuple[Statement, ...]:
        """All of the body."""
        return tuple(
            structs.replace(one, flags=one.flags | StatementFlag.SWALLOWS)
            if one.kind == StatementKind.WITH and any(map(self._inherits, self._managers(one)))
            else one
            for one in self._body.statements
        )

    def _class_of(self, target: int) -> int:
        graph = self._graph
        if target >= graph.definition_count or graph.kind(target).is_type:
            return target if target < graph.definition_count else -1
        return graph.parent(target) if graph.name(target) in _MAKING else -1

    def _managers(self, statement: Statement) -> list[int]:
        """Classes that the head of a `with` names, by itself or by a variable that got an instance."""
        calls = statement.calls
        places = {use.place for use in statement.uses if use.call >= 0 and calls[use.call].chain == _ENTERING}
        givers = [one for one in self._body.statements if any(write.place in places for write in one.writes)]
        lines = {line for one in (statement, *givers) for line in range(one.start_line, one.end_line + 1)}
        return [cls for line in sorted(lines) for cls in self._made.get(line, ())]

    def _inherits(self, cls: int) -> bool:
        """Whether how its instances are left is said outside of the project, by a class that may keep an exception back."""
        graph, seen, waiting = self._graph, {cls}, [cls]
        while waiting:
            one = waiting.pop()
            if one >= graph.definition_count:
                name = graph.qualified_name(one)
                if name.partition(".")[0].strip("<>") not in _PASSING and name not in _PASSING_CLASSES:
                    return True
            elif not self._says(one):
                above = set(graph.neighbours(one, EdgeKind.INHERITS, "out", "inferred")) - seen
                seen |= above
                waiting += sorted(above)
        return False

    def _says(self, cls: int) -> bool:
        """Whether a class has a method of its own for that."""
        graph = self._graph
        return any(graph.parent(one) == cls for name in _LEAVING for one in graph.find(name))
