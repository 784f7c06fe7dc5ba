"""Forward over the functions of a `System`: what depends on the value of a statement, the mirror of `across_backward`."""

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.dominance import behind
from lepasserelle.graph.statements.iterating import goes_on
from lepasserelle.graph.statements.outside import Outer, reads, written
from lepasserelle.graph.statements.slicing import DECIDES, HANDS, Reached, forward
from lepasserelle.graph.statements.summary import bound, is_within
from lepasserelle.model.body import CALLEE, Call, StatementKind, Use

if TYPE_CHECKING:
    from lepasserelle.graph.statements.system import System


class Forward:
    """Each entry into a function is sliced once for each parameter by which it is entered, each call to which something goes back
    once: what several of them reach together is what each of them reaches.
    """

    def __init__(self, system: "System") -> None:
        self._system = system
        self._reached: dict[int, dict[int, int]] = {}
        self._entered: set[tuple[int, tuple[int, ...], str | None, bool]] = set()
        self._work: deque[tuple[int, tuple[int, ...], str | None, int, bool]] = deque()
        self._asked: set[tuple[int, int]] = set()
        self._generators: dict[int, tuple[Dependences, list[tuple[int, int]]]] = {}
        """Function → its dependences, and the generators that it makes."""

    def run(self, function: int, start: Iterable[int], variable: str | None) -> dict[int, dict[int, int]]:
        """Function → node → calls between it and the start."""
        asked = tuple(start)
        self._asked = {(function, node) for node in asked if variable is None}
        self._enter(function, asked, variable, 0, goes_up=True)
        while self._work:
            self._step(*self._work.popleft())
        return self._reached

    def _enter(self, function: int, start: tuple[int, ...], variable: str | None, level: int, *, goes_up: bool) -> None:
        key = (function, start, variable, goes_up)
        if key not in self._entered:
            self._entered.add(key)
            self._work.append((function, start, variable, level, goes_up))

    def _step(self, function: int, start: tuple[int, ...], variable: str | None, level: int, goes_up: bool) -> None:
        found = self._system.dependences(function)
        if found is None:
            return
        reached = forward(found, start, variable)
        known = self._reached.setdefault(function, {})
        if found.flow.entry in start and variable is not None:
            self._enter_within(function, variable, level)
        self._cut_short(found, function, reached, level, goes_up=goes_up)
        nodes = [node for node in sorted(reached.nodes) if node != found.flow.entry]
        for node in nodes:
            known.setdefault(node, level)
        seen = set(self._system.outcomes(function)).union(self._system.raisers(function))
        if goes_up and any(node in seen and reached.nodes[node] > HANDS for node in nodes):
            self._ascend(function, level)
        for node in nodes:
            is_decided = not reached.deciding.isdisjoint(_deciders(found, node)) or (variable is None and not goes_up)
            self._descend(found, function, node, reached, level, is_decided=is_decided or (function, node) in self._asked)
            self._leave(found, function, node, reached, level)
            self._define(found, function, node, level)

    def _define(self, found: Dependences, function: int, node: int, level: int) -> None:
        """A function is made here: so are the defaults of its parameters."""
        statements = found.body.statements
        if node >= len(statements) or statements[node].kind != StatementKind.DEFINE or not statements[node].uses:
            return
        for made in self._system.made_by(function, node):
            inner = self._system.dependences(made)
            assert inner is not None
            for one in inner.body.parameters:
                if one.has_default:
                    self._enter(made, (inner.flow.entry,), one.name, level + 1, goes_up=True)

    def _leave(self, found: Dependences, function: int, node: int, reached: Reached, level: int) -> None:
        """A name from outside the function gets a value that is reached: so does whoever reads it."""
        if node >= len(found.body.statements) or reached.nodes[node] == HANDS:
            return
        self._enter_inner(found, function, node, level)
        for outer in dict.fromkeys(written(found, node, self._system.fields(function))):
            if reached.nodes[node] < DECIDES and not outer.is_call:
                continue
            around = self._system.around(function, outer.name)
            if around >= 0:
                self._enter_around(around, outer.name, level + 1)
                continue
            for reader in self._system.others(function, outer.name, level, write=False):
                other = self._system.dependences(reader)
                assert other is not None
                self._enter_reader(reader, other, outer, level + 1)

    def _cut_short(self, found: Dependences, function: int, reached: Reached, level: int, *, goes_up: bool) -> None:
        """Where somebody catches what is raised, a statement that may raise decides whether those after it run."""
        raisers = [node for node in self._system.raisers(function) if reached.nodes.get(node) == DECIDES]
        after = behind(found.flow.successors, raisers)
        start = tuple(sorted(node for node in after if node < len(found.body.statements) and node not in reached.nodes))
        if start:
            self._enter(function, start, None, level, goes_up=goes_up)

    def _enter_within(self, function: int, name: str, level: int) -> None:
        """Functions inside it that have its variable read it."""
        for inner in self._system.within(function, name):
            found = self._system.dependences(inner)
            assert found is not None
            self._enter_reader(inner, found, Outer(name, ()), level + 1)

    def _enter_inner(self, found: Dependences, function: int, node: int, level: int) -> None:
        """Functions inside it read what the node gives a value to."""
        made = found.definitions_at(node)
        for name in found.body.variables if self._system.has_inner(function) else ():
            held = found.objects.reach(found.objects.of((name,)))
            if any(one.place[:1] == (name,) or one.objects & held for one in made):
                self._enter_within(function, name, level)

    def _enter_around(self, function: int, name: str, level: int) -> None:
        """The function around it reads its variable, or has functions run that do."""
        found = self._system.dependences(function)
        assert found is not None
        start = [
            node
            for node, one in enumerate(found.body.statements)
            if name in {*(use.place[0] for use in one.uses), *one.captured} and one.kind != StatementKind.DEFINE
        ]
        if start:
            self._enter(function, tuple(start), None, level, goes_up=True)
        self._enter_within(function, name, level)

    def _enter_reader(self, reader: int, found: Dependences, outer: Outer, level: int) -> None:
        start = []
        for node in range(len(found.body.statements)):
            uses = reads(found, node, outer, self._system.fields(reader))
            for use in uses:
                self._hand_on(reader, node, use, level + 1)
            if any(not found.is_ignored(node, use) for use in uses):
                start.append(node)
            elif uses:
                self._reached.setdefault(reader, {}).setdefault(node, level)
        if start:
            self._enter(reader, tuple(start), None, level, goes_up=True)

    def _ascend(self, function: int, level: int) -> None:
        """What the function gives back is reached: so are the statements that call it."""
        callers = self._system.callers(function, level)
        for caller in dict.fromkeys([*callers, *([function] if self._system.sites(function, function) else [])]):
            for statement, place, _ in self._system.sites(caller, function):
                self._enter(caller, (statement,), None, level + 1, goes_up=True)
                found = self._system.dependences(caller)
                assert found is not None
                self._hand_on(caller, statement, found.body.statements[statement].calls[place], level + 2)

    def _hand_on(self, function: int, statement: int, inner: Call | Use, level: int) -> None:
        """What a call gives back, or what is read, is an argument of the calls around it: it reaches their parameters."""
        found = self._system.dependences(function)
        assert found is not None
        calls = found.body.statements[statement].calls
        around, argument = inner.call, inner.argument
        while around >= 0:
            for at, target, is_bound in self._system.calls_at(function, statement):
                callee = self._system.dependences(target)
                if at == around and callee is not None:
                    for name in sorted(bound(calls[around], callee.body, is_bound=is_bound).get(argument, ())):
                        self._enter(target, (callee.flow.entry,), name, level, goes_up=False)
            around, argument = calls[around].call, calls[around].argument

    def _descend(self, found: Dependences, function: int, node: int, reached: Reached, level: int, *, is_decided: bool) -> None:
        """A call is given something that is reached: so are the uses of that parameter. Where `is_decided` whether the call runs is
        reached, all of its function is.
        """
        if is_decided:
            self._go_on(found, function, node, level)
        for place, target, is_bound in self._system.calls_at(function, node):
            callee = self._system.dependences(target)
            if callee is None:
                continue
            if is_decided or found.body.statements[node].calls[place].is_maybe:
                self._enter(target, tuple(range(len(callee.body.statements))), None, level + 1, goes_up=False)
                continue
            call = found.body.statements[node].calls[place]
            arguments = bound(call, callee.body, is_bound=is_bound)
            if not call.is_loose and _is_given(found, node, place, CALLEE, reached.made):
                self._take_defaults(target, callee, arguments, level + 1)
            if call.is_loose and any(_is_given(found, node, place, number, reached.made) for number in arguments):
                # whoever is given a function calls it as often as what else it is given says
                self._enter(target, tuple(range(len(callee.body.statements))), None, level + 1, goes_up=False)
                continue
            for number, parameters in arguments.items():
                if parameters and _is_given(found, node, place, number, reached.made):
                    for name in sorted(parameters):
                        self._enter(target, (callee.flow.entry,), name, level + 1, goes_up=False)

    def _take_defaults(self, function: int, found: Dependences, arguments: dict[int, frozenset[str]], level: int) -> None:
        """A function that is reached as a value has its defaults, which were computed where it was made."""
        given = frozenset[str]().union(*arguments.values())
        for one in found.body.parameters:
            if one.has_default and one.name not in given:
                self._enter(function, (found.flow.entry,), one.name, level, goes_up=False)

    def _go_on(self, found: Dependences, function: int, node: int, level: int) -> None:
        """Whether a generator that was made before goes on here is reached: so is all that it does."""
        known = self._generators.get(function)
        if known is None or known[0] is not found:
            known = self._generators[function] = (found, self._system.generators(function))
        for target, generator in known[1]:
            if goes_on(found, node, generator):
                statements = self._system.dependences(target)
                assert statements is not None
                self._enter(target, tuple(range(len(statements.body.statements))), None, level + 1, goes_up=False)


def _deciders(found: Dependences, node: int) -> set[int]:
    """What decides whether the calls of a node run: not the rounds of its own loop, whose source is evaluated once."""
    deciders = set(found.control[node])
    if node < len(found.body.statements) and found.body.statements[node].kind == StatementKind.EACH:
        deciders.discard(node)
    return deciders


def _is_given(found: Dependences, node: int, place: int, number: int, made: int) -> bool:
    """Whether an argument holds something that is reached."""
    statement = found.body.statements[node]
    own = {write.place[0] for write in statement.writes}
    uses = [use for use in statement.uses if is_within(found, node, use, place, {number})]
    if any(found.reads_of(node, use) & made for use in uses):
        return True
    # what the statement itself binds (the variable of a comprehension) may come from anything that it reads
    return any(use.place[0] in own for use in uses) and bool(found.source_bits(node) & made)
