"""What a slice across calls may lack because of waits inside a function that was started and not waited for at once.

Such a function runs while others do: each of its waits decides how far it has come when they read what it was given, and they
when it reads. Where it has to do, in the slice, with something that others see, its waits that are not in a backward slice
(forward: that are) are named. What it waits for at once runs with it. Not here: waits of whoever started it (`waiting`).
"""

import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

from lepasserelle.graph import Graph
from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.system import System
from lepasserelle.model.body import CALLEE, RECEIVER, Body, Statement, StatementFlag, StatementKind, Use
from lepasserelle.query.waiting import Waiting


class Running(NamedTuple):
    """What of one body is in a slice."""

    function: int
    found: Dependences
    own: set[int]
    waiting: Waiting

    @property
    def body(self) -> Body:
        """All of it."""
        return self.found.body


class Started:
    """Asked once for one slice."""

    def __init__(self, graph: Graph, system: System, text: Callable[[int, Statement], str], parts: Sequence[Running]) -> None:
        self._graph = graph
        self._system = system
        self._text = text
        self._parts = [one for one in parts if _waits(one.body)]
        self._callers = parts

    def lines(self, *, is_forward: bool) -> list[int]:
        """Lines of waits that matter and are not followed."""
        lines = set[int]()
        for start in [one for one in self._parts if self._is_entered(one, self._callers, at_once=False)]:
            together = self._run_by(start)
            if any(self._meets_others(one, is_forward=is_forward) for one in together):
                lines.update(line for one in together for line in _lines_of_waits(one, is_forward=is_forward))
        return sorted(lines)

    def _run_by(self, start: Running) -> list[Running]:
        """A function that was started, what it waits for at once, and so on."""
        found = [start]
        for one in found:
            found += [
                part
                for part in self._parts
                if all(part is not other for other in found) and self._is_entered(part, [one], at_once=True)
            ]
        return found

    def _is_entered(self, part: Running, callers: Sequence[Running], *, at_once: bool) -> bool:
        """Whether one of these calls it, and waits for it at once, or does not and goes on with what the slice has."""
        name = re.escape(self._graph.name(part.function))
        for caller in callers:
            for number in {number for number, _, _ in self._system.sites(caller.function, part.function)}:
                statement = caller.body.statements[number]
                goes_on = caller.waiting.leads(number, caller.own - {number})
                if at_once or (goes_on and not self._is_waited_for(caller.function, statement, name)):
                    return True
        return False

    def _is_waited_for(self, function: int, statement: Statement, name: str) -> bool:
        """Whether every call by this name has the word directly before it."""
        if not statement.flags & StatementFlag.WAITS:
            return False
        text = self._text(function, statement)
        calls = len(re.findall(rf"\b{name}\s*\(", text))
        return 0 < calls == len(re.findall(rf"\bawait\s+(?:[\w$]+\s*\.\s*)*{name}\s*\(", text))

    def _meets_others(self, part: Running, *, is_forward: bool) -> bool:
        """Whether something in the slice reads or changes what others see."""
        given = {one.name for one in part.body.parameters}
        numbers = range(len(part.body.statements)) if is_forward else part.own
        return any(_has_to_do(part.body.statements[one], given) or part.waiting.meets_others(one) for one in numbers)


def _waits(body: Body) -> bool:
    return any(one.flags & StatementFlag.WAITS for one in body.statements)


def _lines_of_waits(part: Running, *, is_forward: bool) -> list[int]:
    statements = enumerate(part.body.statements)
    return [one.start_line for number, one in statements if one.flags & StatementFlag.WAITS and (number in part.own) == is_forward]


def _has_to_do(statement: Statement, given: set[str]) -> bool:
    """Whether it reads or changes what something given holds, and not only which value it is."""
    if any(len(write.place) > 1 and write.place[0] in given for write in statement.writes):
        return True
    return any(use.place[0] in given and _is_inside(use, statement) for use in statement.uses)


def _is_inside(use: Use, statement: Statement) -> bool:
    if use.argument == CALLEE and len(use.place) > 1:
        return False
    return (
        len(use.place) > 1 or use.argument == RECEIVER or bool(use.call >= 0 and use.flows) or statement.kind == StatementKind.EACH
    )
