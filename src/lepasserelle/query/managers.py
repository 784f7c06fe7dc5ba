"""Which `with` of Python may keep an exception back because its manager's class inherits, from outside the project, how it is left.

Asked of the classes that the head of a `with` makes or enters, or of which its variable got an instance in the same function. Of
the standard library it is known which never keep anything back. An instance that is given, or stands in a field or a name of the
file, is of a class that those who call or write make: there only classes above count that are known or called to keep back. Not
here: a class of the project that says how it is left (`keeping_back`).
"""

import re
from collections.abc import Iterable
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

_KEEPING: Final = re.compile(r"(?i)suppress|exitstack|context|guard|raises|scope|timeout|retry|transaction|atomic")
"""What classes are called whose instances keep exceptions back."""
_LEVELS: Final = 2
"""Calls between who makes a manager and who enters it, or puts it into the field."""
_MOST_MAKERS: Final = 50


def with_managers(graph: Graph, function: int, body: Body) -> Body:
    """The body with every such `with` marked."""
    if body.language != "python" or not any(one.kind == StatementKind.WITH for one in body.statements):
        return body
    return structs.replace(body, statements=_Marking(graph, function, body).statements())


class _Marking:
    def __init__(self, graph: Graph, function: int, body: Body) -> None:
        self._graph = graph
        self._function = function
        self._body = body
        self._made: dict[int, list[int]] = {}
        """Line → classes of the project that it makes or enters."""
        self._known: set[int] = set()
        """Lines of which it is known how what they enter is left."""
        for target, _, lines in sites(graph, function, Resolution.INFERRED):
            cls = self._class_of(target)
            for line in lines if cls >= 0 else ():
                self._made.setdefault(line, []).append(cls)
            self._known.update(lines if graph.name(target) in _LEAVING else ())

    def statements(self) -> tuple[Statement, ...]:
        """All of the body."""
        return tuple(
            structs.replace(one, flags=one.flags | StatementFlag.SWALLOWS)
            if one.kind == StatementKind.WITH and self._may_keep_back(one)
            else one
            for one in self._body.statements
        )

    def _may_keep_back(self, statement: Statement) -> bool:
        found = self._managers(statement)
        if found or not self._known.isdisjoint(range(statement.start_line, statement.end_line + 1)):
            return any(map(self._inherits, found))
        return any(self._inherits(cls, by_name=True) for cls in self._made_elsewhere(statement))

    def _made_elsewhere(self, statement: Statement) -> set[int]:
        """Classes that those make who give the function what the head of a `with` names, or write it."""
        graph, found = self._graph, set[int]()
        places = {use.place for use in statement.uses if use.call >= 0 and statement.calls[use.call].chain == _ENTERING}
        givers = [one for one in self._body.statements if not one.calls and any(write.place in places for write in one.writes)]
        places.update(use.place for one in givers for use in one.uses)
        waiting = list(dict.fromkeys(maker for place in sorted(places) for maker in self._makers(place)))
        for _ in range(_LEVELS):
            below = waiting[:_MOST_MAKERS]
            for maker in below:
                found.update(
                    cls for target, _, _ in sites(graph, maker, Resolution.INFERRED) if (cls := self._class_of(target)) >= 0
                )
            waiting = list(dict.fromkeys(caller for maker in below for caller in self._callers(maker)))
        return found

    def _makers(self, place: tuple[str, ...]) -> Iterable[int]:
        """Who gives a parameter its value, or a field or name of the file."""
        graph, name = self._graph, place[-1].lstrip(".")
        if any(place == (one.name,) for one in self._body.parameters):
            return self._callers(self._function)
        variables = [one for one in graph.neighbours(self._function, EdgeKind.READS, "out", "inferred") if graph.name(one) == name]
        writers = [one for variable in variables for one in graph.neighbours(variable, EdgeKind.WRITES, "in", "inferred")]
        around = [graph.parent(variable) for variable in variables if variable < graph.definition_count]
        return [one for one in (*writers, *around) if 0 <= one < graph.definition_count]

    def _callers(self, function: int) -> list[int]:
        """Of a constructor those who make an instance."""
        graph = self._graph
        called = [function, graph.parent(function)] if graph.name(function) in _MAKING else [function]
        found = [caller for one in called for caller in graph.neighbours(one, EdgeKind.CALLS, "in", "inferred")]
        return [caller for caller in found if caller < graph.definition_count]

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

    def _inherits(self, cls: int, *, by_name: bool = False) -> bool:
        """Whether how its instances are left is said outside of the project, by a class that may keep an exception back, or
        (`by_name`) is called so.
        """
        graph, seen, waiting = self._graph, {cls}, [cls]
        while waiting:
            one = waiting.pop()
            if one >= graph.definition_count:
                name = graph.qualified_name(one)
                if name.partition(".")[0].strip("<>") in _PASSING or name in _PASSING_CLASSES:
                    continue
                if not by_name or _KEEPING.search(name):
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
