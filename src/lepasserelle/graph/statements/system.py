"""Slices across calls: through parameters, returned values and names of files.

Horwitz, Reps and Binkley (1990): a backward slice first goes up, from a function to its callers, and past calls by what their
callees are known to do; then down, from every call that was reached into its callees, and never up again, so that it does not
return to a call that it did not come from. Summaries of callees are iterated to a fixpoint, which recursion needs. Only `depth`
calls away from the start and only so many functions are looked at; what was left out is said.

Functions are numbers; bodies and calls come from a `Program`.
"""

from collections import deque
from collections.abc import Iterable
from typing import Final, Protocol

from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.effects import CallEffect, effect_of
from lepasserelle.graph.statements.outside import Outer, meanings, meets, reads, written
from lepasserelle.graph.statements.slicing import DECIDES, HANDS, Reached, forward
from lepasserelle.graph.statements.summary import NOTHING, Summary, bound, effect, outcomes, summarise
from lepasserelle.model.body import CALLEE, Body, Call, Place, StatementKind, Use

_MOST_ROUNDS: Final = 50


class Program(Protocol):
    """The functions of a project."""

    def body(self, function: int) -> Body | None:
        """Its body; None when it has none that can be read."""

    def targets(self, function: int, statement: int, call: int) -> tuple[tuple[int, bool], ...]:
        """(function, whether its first parameter is bound) that a call enters for certain or by a stated reason; empty: not
        known.
        """

    def callers(self, function: int) -> list[int]:
        """Functions that call it."""

    def writers(self, function: int, name: str) -> list[int]:
        """Functions and files that write, or may change, what a name from outside means in a function."""

    def readers(self, function: int, name: str) -> list[int]:
        """Functions and files that read what a name of its file, or from outside, means in a function."""


class System:
    """The functions around one, as far as the bounds reach."""

    def __init__(self, program: Program, depth: int, most_functions: int) -> None:
        self._program = program
        self._depth = depth
        self._most = most_functions
        self._bodies: dict[int, Body] = {}
        self._summaries: dict[int, Summary] = {}
        self._found: dict[int, Dependences] = {}
        self._targets: dict[int, list[list[tuple[tuple[int, bool], ...]]]] = {}
        self.cut_functions = 0
        """Functions that were left out because there were too many."""
        self.cut_calls: set[tuple[int, int]] = set()
        """Calls that were left out because they were too far away."""
        self.not_followed = 0
        """Calls whose callees are not known."""

    @property
    def function_count(self) -> int:
        """Functions that were looked at."""
        return len(self._summaries)

    # ── knowing callees ───────────────────────────────────────────────────────────────────────────────────────────────────

    def dependences(self, function: int) -> Dependences | None:
        """The dependences of a function, with what is known of its callees; None when it has no body or is one too many."""
        if function not in self._summaries and not self._add(function):
            return None
        return self._found[function]

    def _add(self, root: int) -> bool:
        """Summarise a function with all it calls, down to the depth."""
        new = self._collect(root)
        if root not in self._bodies:
            return False
        for function in new:
            self._summaries[function] = NOTHING
        order = list(reversed(new))
        for _ in range(_MOST_ROUNDS):
            changed = [self._renew(function) for function in order]
            if not any(changed):
                return True
        for function in order:
            self._found[function] = Dependences(self._bodies[function])
        return True

    def _collect(self, root: int) -> list[int]:
        new: list[int] = []
        queue = deque([(root, 0)])
        seen = {root}
        while queue:
            function, level = queue.popleft()
            if function in self._summaries:
                continue
            if len(self._summaries) + len(new) >= self._most:
                self.cut_functions += 1
                continue
            body = self._program.body(function)
            if body is None:
                continue
            self._bodies[function] = body
            new.append(function)
            self._targets[function] = [
                [self._program.targets(function, number, place) for place in range(len(statement.calls))]
                for number, statement in enumerate(body.statements)
            ]
            for row in self._targets[function]:
                for call in row:
                    for target, _ in call:
                        if level >= self._depth and target not in seen and target not in self._summaries:
                            self.cut_calls.add((function, target))
                        elif target not in seen:
                            seen.add(target)
                            queue.append((target, level + 1))
        return new

    def _renew(self, function: int) -> bool:
        """Compute a summary again; whether it changed."""
        body = self._bodies[function]
        effects = [
            [self._effect(function, number, place) for place in range(len(statement.calls))]
            for number, statement in enumerate(body.statements)
        ]
        if function in self._found and effects == self._found[function].effects:
            return False
        found = self._found[function] = Dependences(body, effects)
        followed = [[self._is_followed(call) for call in row] for row in self._targets[function]]
        before, self._summaries[function] = self._summaries[function], summarise(found, followed)
        return before != self._summaries[function]

    def _is_followed(self, call: tuple[tuple[int, bool], ...]) -> bool:
        return bool(call) and all(target in self._summaries for target, _ in call)

    def _effect(self, function: int, statement: int, place: int) -> CallEffect:
        call = self._bodies[function].statements[statement].calls[place]
        targets = self._targets[function][statement][place]
        if call.is_pure or not self._is_followed(targets):
            return effect_of(call, self._bodies[function].language)
        return effect(call, [(self._summaries[target], self._bodies[target], is_bound) for target, is_bound in targets])

    def calls_at(self, function: int, node: int) -> list[tuple[int, int, bool]]:
        """(call, function, whether bound) of the calls of a node that are followed."""
        rows = self._targets.get(function, [])
        if node >= len(rows):
            return []
        return [
            (place, target, is_bound)
            for place, targets in enumerate(rows[node])
            for target, is_bound in targets
            if self._is_followed(targets)
        ]

    # ── slicing ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def backward(self, function: int, start: Iterable[int], reads: Iterable[tuple[int, Place]] = ()) -> dict[int, dict[int, int]]:
        """Function → node → calls between it and the start, of everything on which these nodes depend, and the values that places
        have just before nodes.
        """
        return _Backward(self).run(function, start, reads)

    def forward(self, function: int, start: Iterable[int], variable: str | None) -> dict[int, dict[int, int]]:
        """The same of everything that depends on them."""
        return _Forward(self).run(function, start, variable)

    def sites(self, caller: int, callee: int) -> list[tuple[int, int, bool]]:
        """(statement, call, whether bound) of the calls by which one function enters another."""
        rows = self._targets.get(caller, [])
        return [
            (number, place, is_bound)
            for number, row in enumerate(rows)
            for place, targets in enumerate(row)
            for target, is_bound in targets
            if target == callee
        ]

    def callers(self, function: int, level: int) -> list[int]:
        """Functions that call it, unless that is too far; they are looked at."""
        found = self._program.callers(function)
        if level >= self._depth:
            self.cut_calls.update((caller, function) for caller in found)
            return []
        return [caller for caller in found if self.dependences(caller) is not None]

    def others(self, function: int, name: str, level: int, *, write: bool) -> list[int]:
        """Functions and files that write, or read, a name from outside, unless that is too far; they are looked at."""
        found = (self._program.writers if write else self._program.readers)(function, name)
        if level >= self._depth:
            self.cut_calls.update((other, function) for other in found)
            return []
        return [other for other in found if self.dependences(other) is not None]


_Work = deque[tuple[int, int, int, bool]]


class _Backward:
    def __init__(self, system: System) -> None:
        self._system = system
        self._up: dict[int, dict[int, int]] = {}
        self._down: dict[int, dict[int, int]] = {}
        self._passed: dict[int, dict[int, int]] = {}
        """Calls that give something, or only run; nothing else of them is needed."""
        self._decided: set[int] = set()
        self._work: _Work = deque()
        self._entered: set[tuple[int, str]] = set()
        self._outside: set[tuple[int, Outer, bool]] = set()

    def run(self, function: int, start: Iterable[int], reads: Iterable[tuple[int, Place]]) -> dict[int, dict[int, int]]:
        found = self._system.dependences(function)
        if found is None:
            return {}
        for node, place in reads:
            self._read(found, function, node, place, None, 0, goes_up=True)
        for node in start:
            self._reach(function, node, 0, goes_up=True)
        while self._work:
            self._step(*self._work.popleft())
        merged: dict[int, dict[int, int]] = {}
        for part in (self._up, self._down, self._passed):
            for one, nodes in part.items():
                for node, level in nodes.items():
                    known = merged.setdefault(one, {})
                    known[node] = min(level, known.get(node, level))
        return merged

    def _reach(self, function: int, node: int, level: int, *, goes_up: bool) -> None:
        part = self._up if goes_up else self._down
        known = part.setdefault(function, {})
        if goes_up:
            self._callers_decide(function, level)
        if node not in known and not (not goes_up and node in self._up.get(function, {})):
            known[node] = level
            self._work.append((function, node, level, goes_up))

    def _callers_decide(self, function: int, level: int) -> None:
        """Whether a function runs at all is decided where it is called."""
        if function in self._decided:
            return
        self._decided.add(function)
        for caller in self._system.callers(function, level):
            found = self._system.dependences(caller)
            assert found is not None
            for statement, place, _ in self._system.sites(caller, function):
                self._pass(found, caller, statement, place, set(), level + 1)

    def _step(self, function: int, node: int, level: int, goes_up: bool) -> None:
        found = self._system.dependences(function)
        if found is None:
            return
        for place, use in found.uses(node):
            self._read(found, function, node, place, use, level, goes_up)
        for before in (*found.control[node], *found.holders(node)):
            self._reach(function, before, level, goes_up=goes_up)
        for _, target, _ in self._system.calls_at(function, node):
            callee = self._system.dependences(target)
            for outcome in outcomes(callee) if callee is not None else ():
                self._reach(target, outcome, level + 1, goes_up=False)

    def _read(self, found: Dependences, function: int, node: int, place: Place, use: Use | None, level: int, goes_up: bool) -> None:
        for source in found.sources_of(node, place, use):
            if source.node != found.flow.entry:
                self._reach(function, source.node, level, goes_up=goes_up)
                continue
            for one in meanings(found.body, place):
                self._read_outside(function, one, use, level)
            if place[0] in found.body.variables and goes_up:
                self._ascend(function, place[0], level)

    def _read_outside(self, function: int, wanted: Outer, use: Use | None, level: int) -> None:
        """A name from outside the function: whatever writes it matters, wherever that is called from."""
        is_narrow = use is not None and (use.is_base or use.argument == CALLEE)
        if (function, wanted, is_narrow) in self._outside:
            return
        self._outside.add((function, wanted, is_narrow))
        for writer in self._system.others(function, wanted.name, level, write=True):
            found = self._system.dependences(writer)
            assert found is not None
            for number in range(len(found.body.statements)):
                if any(meets(wanted, one, use) for one in written(found, number)):
                    self._reach(writer, number, level + 1, goes_up=True)

    def _ascend(self, function: int, parameter: str, level: int) -> None:
        """A parameter matters: so do the arguments that callers give for it."""
        if (function, parameter) in self._entered:
            return
        self._entered.add((function, parameter))
        body = self._body(function)
        for caller in self._system.callers(function, level):
            found = self._system.dependences(caller)
            assert found is not None
            for statement, place, is_bound in self._system.sites(caller, function):
                call = found.body.statements[statement].calls[place]
                arguments = bound(call, body, is_bound=is_bound)
                wanted = {number for number, names in arguments.items() if parameter in names}
                self._pass(found, caller, statement, place, wanted, level + 1)

    def _pass(self, found: Dependences, caller: int, statement: int, place: int, wanted: set[int], level: int) -> None:
        """A call gives some of its arguments: of its statement only they matter, and that it runs."""
        self._passed.setdefault(caller, {}).setdefault(statement, level)
        self._callers_decide(caller, level)
        for before in (*found.control[statement], *found.holders(statement)):
            self._reach(caller, before, level, goes_up=True)
        for use in found.body.statements[statement].uses:
            if _is_within(found, statement, use, place, wanted):
                self._read(found, caller, statement, use.place, use, level, goes_up=True)
        for inner, target, _ in self._system.calls_at(caller, statement):
            if inner != place and _call_is_within(found, statement, inner, place, wanted):
                callee = self._system.dependences(target)
                for outcome in outcomes(callee) if callee is not None else ():
                    self._reach(target, outcome, level + 1, goes_up=False)

    def _body(self, function: int) -> Body:
        found = self._system.dependences(function)
        assert found is not None
        return found.body


def _is_within(found: Dependences, statement: int, use: Use, place: int, wanted: set[int]) -> bool:
    call, argument = use.call, use.argument
    calls = found.body.statements[statement].calls
    while call >= 0:
        if call == place:
            return argument in wanted
        call, argument = calls[call].call, calls[call].argument
    return False


def _call_is_within(found: Dependences, statement: int, inner: int, place: int, wanted: set[int]) -> bool:
    calls = found.body.statements[statement].calls
    call, argument = calls[inner].call, calls[inner].argument
    while call >= 0:
        if call == place:
            return argument in wanted
        call, argument = calls[call].call, calls[call].argument
    return False


class _Forward:
    """Each entry into a function is sliced once for each parameter by which it is entered, each call to which something goes back
    once: what several of them reach together is what each of them reaches.
    """

    def __init__(self, system: System) -> None:
        self._system = system
        self._reached: dict[int, dict[int, int]] = {}
        self._entered: set[tuple[int, tuple[int, ...], str | None, bool]] = set()
        self._work: deque[tuple[int, tuple[int, ...], str | None, int, bool]] = deque()
        self._asked: set[tuple[int, int]] = set()

    def run(self, function: int, start: Iterable[int], variable: str | None) -> dict[int, dict[int, int]]:
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
        nodes = [node for node in sorted(reached.nodes) if node != found.flow.entry]
        for node in nodes:
            known.setdefault(node, level)
        seen = set(outcomes(found))
        if goes_up and any(node in seen and reached.nodes[node] > HANDS for node in nodes):
            self._ascend(function, level)
        for node in nodes:
            is_decided = not reached.deciding.isdisjoint(_deciders(found, node)) or (variable is None and not goes_up)
            self._descend(found, function, node, reached, level, is_decided=is_decided or (function, node) in self._asked)
            self._leave(found, function, node, reached, level)

    def _leave(self, found: Dependences, function: int, node: int, reached: Reached, level: int) -> None:
        """A name from outside the function gets a value that is reached: so does whoever reads it."""
        if node >= len(found.body.statements) or reached.nodes[node] == HANDS:
            return
        for outer in dict.fromkeys(written(found, node)):
            if reached.nodes[node] < DECIDES and not outer.is_call:
                continue
            for reader in self._system.others(function, outer.name, level, write=False):
                other = self._system.dependences(reader)
                assert other is not None
                self._enter_reader(reader, other, outer, level + 1)

    def _enter_reader(self, reader: int, found: Dependences, outer: Outer, level: int) -> None:
        start = []
        for node in range(len(found.body.statements)):
            uses = reads(found, node, outer)
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
        for place, target, is_bound in self._system.calls_at(function, node):
            callee = self._system.dependences(target)
            if callee is None:
                continue
            if is_decided:
                self._enter(target, tuple(range(len(callee.body.statements))), None, level + 1, goes_up=False)
                continue
            call = found.body.statements[node].calls[place]
            for number, parameters in bound(call, callee.body, is_bound=is_bound).items():
                if parameters and _is_given(found, node, place, number, reached.made):
                    for name in sorted(parameters):
                        self._enter(target, (callee.flow.entry,), name, level + 1, goes_up=False)


def _deciders(found: Dependences, node: int) -> set[int]:
    """What decides whether the calls of a node run: not the rounds of its own loop, whose source is evaluated once."""
    deciders = set(found.control[node])
    if node < len(found.body.statements) and found.body.statements[node].kind == StatementKind.EACH:
        deciders.discard(node)
    return deciders


def _is_given(found: Dependences, node: int, place: int, number: int, made: int) -> bool:
    """Whether an argument holds something that is reached."""
    return any(
        found.reads_of(node, use) & made
        for use in found.body.statements[node].uses
        if _is_within(found, node, use, place, {number})
    )
