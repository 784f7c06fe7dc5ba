"""Backward over the functions of a `System`: what the value at a place depends on, through calls, names and second names.

Up from a function to its callers, past calls by their summaries, then down into callees and never up again (Horwitz, Reps and
Binkley, 1990). Beside parameters and results a value goes by names from outside, by variables of a function around, by fields that
classes hold, by objects under other names (`_follow`), and by exceptions that somebody catches (`_raise`).
"""

from collections import deque
from collections.abc import Iterable
from typing import TYPE_CHECKING

from lepasserelle.graph.statements.bits import mask_or
from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.iterating import goes_on
from lepasserelle.graph.statements.outside import Outer, changes, given, is_plain, meanings, meets, written
from lepasserelle.graph.statements.raising import escaping
from lepasserelle.graph.statements.summary import bound, call_is_within, is_within
from lepasserelle.model.body import CALLEE, Body, Place, Use

if TYPE_CHECKING:
    from lepasserelle.graph.statements.system import System

_Work = deque[tuple[int, int, int, bool]]


class Backward:
    """One slice."""

    def __init__(self, system: "System") -> None:
        self._system = system
        self._up: dict[int, dict[int, int]] = {}
        self._down: dict[int, dict[int, int]] = {}
        self._passed: dict[int, dict[int, int]] = {}
        """Calls that give something, or only run; nothing else of them is needed."""
        self._decided: set[int] = set()
        self._work: _Work = deque()
        self._entered: set[tuple[int, str]] = set()
        self._outside: set[tuple[int, Outer, bool]] = set()
        self._followed: dict[int, int] = {}
        """Function → objects of it that are known by other names."""
        self._raising: dict[int, frozenset[str]] = {}
        """Function → what somebody would catch of what is raised in it."""

    def run(self, function: int, start: Iterable[int], reads: Iterable[tuple[int, Place]]) -> dict[int, dict[int, int]]:
        """Function → node → calls between it and the start."""
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
        if goes_up and function not in self._decided:
            self._callers_decide(function, level)
        if node not in known and not (not goes_up and node in self._up.get(function, {})):
            if not known:
                self._begin(function, level, goes_up=goes_up)
            known[node] = level
            self._work.append((function, node, level, goes_up))

    def _begin(self, function: int, level: int, *, goes_up: bool) -> None:
        """What belongs to a function whatever of it is reached: how it was made, and of a generator how it goes on."""
        made = self._system.definition(function)
        if made is not None:
            self._reach(*made, level + 1, goes_up=True)
        for node in self._system.yields(function):
            self._work.append((function, node, level, goes_up))
            (self._up if goes_up else self._down)[function].setdefault(node, level)

    def _callers_decide(self, function: int, level: int) -> None:
        """Whether a function runs at all is decided where it is called."""
        if function in self._decided:
            return
        self._decided.add(function)
        for caller in self._system.callers(function, level):
            found = self._system.dependences(caller)
            assert found is not None
            for statement, place, _ in self._system.sites(caller, function):
                self._pass(found, caller, statement, place, {CALLEE}, level + 1)
                if self._system.yields(function):
                    self._iterated(found, caller, found.objects.made_by(statement, place), level + 1)

    def _iterated(self, found: Dependences, caller: int, generator: int, level: int) -> None:
        """How far a generator runs is decided by whoever goes through it, or ends it."""
        for node in range(len(found.body.statements)):
            if goes_on(found, node, generator):
                self._reach(caller, node, level, goes_up=True)

    def _step(self, function: int, node: int, level: int, goes_up: bool) -> None:
        found = self._system.dependences(function)
        if found is None:
            return
        for place, use in found.uses(node):
            self._read(found, function, node, place, use, level, goes_up)
        for before in (*found.control[node], *found.holders(node)):
            self._reach(function, before, level, goes_up=goes_up)
        for cls, number in self._system.declarations(function, node):
            self._reach(cls, number, level + 1, goes_up=False)
        seen = self._system.caught(function).get(node, frozenset()) | self._raising.get(function, frozenset())
        for at, target, _ in self._system.calls_at(function, node):
            callee = self._system.dependences(target)
            if "." in found.body.statements[node].calls[at].chain:
                for body, number in self._system.keepers(target):
                    self._reach(body, number, level + 1, goes_up=True)
            for outcome in self._system.outcomes(target) if callee is not None else ():
                self._reach(target, outcome, level + 1, goes_up=False)
            if seen and callee is not None:
                self._raise(target, callee, seen, level + 1)

    def _raise(self, function: int, found: Dependences, seen: frozenset[str], level: int) -> None:
        """Somebody may catch what is raised in a function: whatever may raise it matters."""
        known = self._raising.get(function, frozenset())
        if seen <= known:
            return
        self._raising[function] = seen | known
        for node in escaping(found.body, seen):
            self._reach(function, node, level, goes_up=False)
        for node in range(len(found.body.statements)):
            for _, target, _ in self._system.calls_at(function, node):
                callee = self._system.dependences(target)
                if callee is not None:
                    self._raise(target, callee, seen, level + 1)
                if self._system.raises(target):  # the call carries on what is raised
                    self._reach(function, node, level, goes_up=False)

    def _read(self, found: Dependences, function: int, node: int, place: Place, use: Use | None, level: int, goes_up: bool) -> None:
        fields = self._system.fields(function)
        if fields and len(place) > 1:
            for one in meanings(found.body, place, fields):
                if one.name in fields:
                    self._read_outside(function, one, use, level)
        for giver in found.givers_of(node, place, use):
            if giver != found.flow.entry:
                self._reach(function, giver, level, goes_up=goes_up)
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
        around = self._system.around(function, wanted.name)
        if around >= 0:
            self._read_around(around, wanted.name, level + 1)
            return
        if not is_narrow and self._system.is_changeable(function, wanted.name):
            for reader in self._system.others(function, wanted.name, level, write=False):
                found = self._system.dependences(reader)
                assert found is not None
                self._follow(reader, found, self._held(reader, found, wanted.name), wanted.name, level + 1, is_named=True)
        for writer in self._system.others(function, wanted.name, level, write=True):
            found = self._system.dependences(writer)
            assert found is not None
            for number in range(len(found.body.statements)):
                if is_plain(found.body.statements[number]):
                    continue
                if any(meets(wanted, one, use) for one in written(found, number, self._system.fields(writer))):
                    self._reach(writer, number, level + 1, goes_up=True)

    def _held(self, function: int, found: Dependences, name: str) -> int:
        """The objects that a function reaches by a name from outside."""
        fields = self._system.fields(function)
        places = {
            use.place
            for one in found.body.statements
            for use in one.uses
            if any(meaning.name == name for meaning in meanings(found.body, use.place, fields))
        }
        return mask_or(found.objects.reach(found.objects.of(place)) for place in places)

    def _follow(self, function: int, found: Dependences, held: int, name: str, level: int, *, is_named: bool = False) -> None:
        """Objects go by other names: what changes them there, and where they go on to. `is_named`: the function has them by
        the name, too, which is looked for apart.
        """
        if found.objects.is_coarse or not held or held & self._followed.get(function, 0) == held:
            return
        self._followed[function] = self._followed.get(function, 0) | held
        is_returned = False
        for number, statement in enumerate(found.body.statements):
            if changes(found, number, held, name if is_named else ""):
                self._reach(function, number, level, goes_up=True)
            goes = given(found, number, held)
            for other in goes.names:
                self._follow_name(function, other, level)
            is_returned |= goes.is_returned
            if goes.is_kept:
                self._system.second_names.add((function, name, statement.start_line))
            for place, argument in goes.arguments:
                self._follow_down(function, found, number, place, argument, name, level)
        self._follow_up(function, found, held, name, level, is_returned=is_returned)

    def _follow_name(self, function: int, name: str, level: int) -> None:
        """To whoever reads another name from outside. What gives that name something else does not matter."""
        for reader in self._system.others(function, name, level, write=False):
            found = self._system.dependences(reader)
            assert found is not None
            self._follow(reader, found, self._held(reader, found, name), name, level + 1)

    def _follow_down(
        self, function: int, found: Dependences, number: int, place: int, argument: int, name: str, level: int
    ) -> None:
        """To a function that keeps or changes what it is given."""
        call = found.body.statements[number].calls[place]
        for at, target, is_bound in self._system.calls_at(function, number):
            callee = self._system.dependences(target)
            if at == place and callee is not None:
                for parameter in bound(call, callee.body, is_bound=is_bound).get(argument, ()):
                    got = callee.objects.reach(callee.objects.of((parameter,)))
                    self._follow(target, callee, got, name, level + 1)

    def _follow_up(self, function: int, found: Dependences, held: int, name: str, level: int, *, is_returned: bool) -> None:
        """To callers, who have what is returned and what they gave."""
        body = found.body
        wanted = {one.name for one in body.parameters if found.objects.of((one.name,)) & held}
        for caller in self._system.callers(function, level) if is_returned or wanted else ():
            other = self._system.dependences(caller)
            assert other is not None
            for number, place, is_bound in self._system.sites(caller, function):
                statement = other.body.statements[number]
                arguments = bound(statement.calls[place], body, is_bound=is_bound)
                got = other.objects.made_by(number, place) if is_returned else 0
                for use in statement.uses:
                    if use.call == place and arguments.get(use.argument, frozenset()) & wanted:
                        got |= other.objects.of(use.place)
                self._follow(caller, other, other.objects.reach(got), name, level + 1)

    def _read_around(self, function: int, name: str, level: int) -> None:
        """A variable of the function around: whatever gives it a value there, or changes what it holds."""
        found = self._system.dependences(function)
        assert found is not None
        held = found.objects.reach(found.objects.of((name,)))
        for node in range(found.flow.node_count):
            if any(one.place[:1] == (name,) or one.objects & held for one in found.definitions_at(node)):
                if node == found.flow.entry:
                    self._ascend(function, name, level)
                else:
                    self._reach(function, node, level, goes_up=True)
        self._written_within(function, name, level)

    def _written_within(self, function: int, name: str, level: int) -> None:
        """Functions inside it write its variable, or change what it holds: whoever was given them may have run them."""
        for inner in self._system.within(function, name):
            found = self._system.dependences(inner)
            assert found is not None
            for node in range(len(found.body.statements)):
                if any(one.name == name for one in written(found, node)):
                    self._reach(inner, node, level + 1, goes_up=True)
            self._follow(inner, found, self._held(inner, found, name), name, level, is_named=True)

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
                wanted = {CALLEE, *(number for number, names in arguments.items() if parameter in names)}
                self._pass(found, caller, statement, place, wanted, level + 1)

    def _pass(self, found: Dependences, caller: int, statement: int, place: int, wanted: set[int], level: int) -> None:
        """A call gives some of its arguments: of its statement only they matter, and that it runs, which anything in the statement
        may decide where it is a part of a condition.
        """
        is_decided = found.body.statements[statement].calls[place].is_maybe
        self._passed.setdefault(caller, {}).setdefault(statement, level)
        self._callers_decide(caller, level)
        for before in (*found.control[statement], *found.holders(statement)):
            self._reach(caller, before, level, goes_up=True)
        for use in found.body.statements[statement].uses:
            if is_decided or is_within(found, statement, use, place, wanted):
                self._read(found, caller, statement, use.place, use, level, goes_up=True)
        for inner, target, _ in self._system.calls_at(caller, statement):
            if inner != place and (is_decided or call_is_within(found, statement, inner, place, wanted)):
                for outcome in self._system.outcomes(target) if self._system.dependences(target) is not None else ():
                    self._reach(target, outcome, level + 1, goes_up=False)

    def _body(self, function: int) -> Body:
        found = self._system.dependences(function)
        assert found is not None
        return found.body
