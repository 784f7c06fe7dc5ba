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

from lepasserelle.graph.statements.across_backward import Backward
from lepasserelle.graph.statements.across_forward import Forward
from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.graph.statements.effects import CallEffect, effect_of, opened
from lepasserelle.graph.statements.raising import caught, escaping
from lepasserelle.graph.statements.summary import NOTHING, Summary, effect, outcomes, summarise
from lepasserelle.model.body import Body, Place, StatementFlag, StatementKind

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

    def fields(self, function: int) -> frozenset[str]:
        """Names of variables of classes that a function reads or writes by an instance of any name."""

    def encloser(self, function: int, name: str) -> int:
        """The function around it whose variable a name is; -1: none."""

    def nested(self, function: int) -> list[int]:
        """The functions inside it."""

    def definition(self, function: int) -> tuple[int, int] | None:
        """(body, statement) that makes it, where that does more than bind its name."""

    def made_by(self, function: int, statement: int) -> list[int]:
        """The functions that a statement makes."""

    def keepers(self, function: int) -> list[tuple[int, int]]:
        """(body, statement) where a function is put under the name of an attribute."""

    def declarations(self, function: int, line: int) -> list[tuple[int, int]]:
        """(class, statement) of the fields of an instance that a line makes, where they are what its constructor takes."""

    def is_changeable(self, function: int, name: str) -> bool:
        """Whether what a name from outside holds in a function can be changed inside, as far as its own text tells."""


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
        self._caught: set[int] = set()
        """Functions of which somebody may catch what is raised in them …"""
        self._was_caught: dict[int, bool] = {}
        """… and whether that was known when they were summarised."""
        self._catching: dict[int, dict[int, frozenset[str]]] = {}
        self._lazy: dict[int, tuple[int, ...]] = {}
        self._raises: dict[int, bool] = {}
        self._outcomes: dict[int, tuple[Dependences, list[int]]] = {}
        self._entering: dict[int, set[int]] = {}
        """Function → those that have a call of it."""
        self.cut_functions = 0
        """Functions that were left out because there were too many."""
        self.cut_calls: set[tuple[int, int]] = set()
        """Calls that were left out because they were too far away."""
        self.went_up: set[int] = set()
        """Functions whose callers were asked for."""
        self.second_names: set[tuple[int, str, int]] = set()
        """(function, name, line): where what a name from outside holds gets another name that is not followed."""

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
        order = [*reversed(new), *(one for one in self._catch(new) if one not in new)]
        waiting = set(order)
        for _ in range(_MOST_ROUNDS):
            for function in order:
                if function in waiting:
                    waiting.discard(function)
                    if self._renew(function):
                        waiting.update(self._entering.get(function, ()))
            waiting.intersection_update(order)
            if not waiting:
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
                        self._entering.setdefault(target, set()).add(function)
                        if level >= self._depth and target not in seen and target not in self._summaries:
                            self.cut_calls.add((function, target))
                        elif target not in seen:
                            seen.add(target)
                            queue.append((target, level + 1))
        return new

    def _catch(self, new: list[int]) -> list[int]:
        """Learn of which functions somebody may catch what is raised in them; those that are added."""
        waiting = [target for one in new for number in self.caught(one) for row in self._targets[one][number] for target, _ in row]
        waiting += [target for one in new if one in self._caught for call in self._calls(one) for target, _ in call]
        added = []
        while waiting:
            function = waiting.pop()
            if function not in self._caught:
                self._caught.add(function)
                added.append(function)
                waiting += [target for call in self._calls(function) for target, _ in call]
        return [one for one in added if one in self._bodies]

    def _calls(self, function: int) -> list[tuple[tuple[int, bool], ...]]:
        return [call for row in self._targets.get(function, []) for call in row]

    def caught(self, function: int) -> dict[int, frozenset[str]]:
        """Statement → what its exceptions must come from for the function itself to catch them."""
        if function not in self._catching:
            self._catching[function] = caught(self._bodies[function])
        return self._catching[function]

    def _renew(self, function: int) -> bool:
        """Compute a summary again; whether it changed."""
        body = self._bodies[function]
        effects = [
            [self._effect(function, number, place) for place in range(len(statement.calls))]
            for number, statement in enumerate(body.statements)
        ]
        is_caught = function in self._caught
        if function in self._found and effects == self._found[function].effects and is_caught == self._was_caught[function]:
            return False
        self._was_caught[function] = is_caught
        found = self._found[function] = Dependences(body, effects)
        followed = [[self._is_followed(call) for call in row] for row in self._targets[function]]
        before, self._summaries[function] = self._summaries[function], self._summary(function, found, followed)
        return before != self._summaries[function]

    def _summary(self, function: int, found: Dependences, followed: list[list[bool]]) -> Summary:
        is_inner = any(self._program.encloser(function, name) >= 0 for name in found.outer_names)
        return summarise(found, followed, is_caught=function in self._caught, is_inner=is_inner)

    def _is_followed(self, call: tuple[tuple[int, bool], ...]) -> bool:
        return bool(call) and all(target in self._summaries for target, _ in call)

    def _effect(self, function: int, statement: int, place: int) -> CallEffect:
        call = self._bodies[function].statements[statement].calls[place]
        targets = self._targets[function][statement][place]
        if call.is_pure or not self._is_followed(targets):
            return effect_of(call, self._bodies[function].language)
        entered = [(self._summaries[target], self._bodies[target], is_bound) for target, is_bound in targets]
        found = effect(call, entered, is_caught=function in self._caught or statement in self.caught(function))
        return opened(found, effect_of(call, self._bodies[function].language)) if call.is_partial else found

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

    def outcomes(self, function: int) -> list[int]:
        """Nodes by which a caller can see what happened in a function that is looked at."""
        found = self._found[function]
        known = self._outcomes.get(function)
        if known is None or known[0] is not found:
            known = self._outcomes[function] = (found, outcomes(found))
        return known[1]

    @property
    def functions(self) -> list[int]:
        """Those that were looked at."""
        return sorted(self._summaries)

    def changed(self, function: int) -> frozenset[str]:
        """Its parameters whose inside it may change."""
        return self._summaries.get(function, NOTHING).changed

    def declarations(self, function: int, node: int) -> list[tuple[int, int]]:
        """(class, statement) of the fields that constructors called by a node take; the classes are looked at."""
        statements = self._bodies[function].statements
        lines = dict.fromkeys(call.line for call in statements[node].calls) if node < len(statements) else {}
        found = [one for line in lines for one in self._program.declarations(function, line)]
        return [one for one in found if self.dependences(one[0]) is not None]

    def is_changeable(self, function: int, name: str) -> bool:
        """As of the program."""
        return self._program.is_changeable(function, name)

    def yields(self, function: int) -> tuple[int, ...]:
        """The statements by which a generator goes on: all that it does hangs on them."""
        if function not in self._lazy:
            statements = enumerate(self._bodies[function].statements)
            self._lazy[function] = tuple(number for number, one in statements if one.flags & StatementFlag.YIELDS)
        return self._lazy[function]

    def generators(self, function: int) -> list[tuple[int, int]]:
        """(generator function, the object that it gives) of the calls of a function that are followed."""
        found = self._found[function]
        return [
            (target, found.objects.made_by(number, place))
            for number in range(len(found.body.statements))
            for place, target, _ in self.calls_at(function, number)
            if self.yields(target)
        ]

    def definition(self, function: int) -> tuple[int, int] | None:
        """(body, statement) that makes a function, where that does more than bind its name; it is looked at."""
        found = self._program.definition(function)
        return found if found is not None and self.dependences(found[0]) is not None else None

    def made_by(self, function: int, node: int) -> list[int]:
        """The functions that a statement makes, looked at."""
        return [one for one in self._program.made_by(function, node) if self.dependences(one) is not None]

    def keepers(self, function: int) -> list[tuple[int, int]]:
        """(body, statement) where a function is put under the name of an attribute; the bodies are looked at."""
        return [one for one in self._program.keepers(function) if self.dependences(one[0]) is not None]

    def fields(self, function: int) -> frozenset[str]:
        """As of the program."""
        return self._program.fields(function)

    def around(self, function: int, name: str) -> int:
        """The function around it whose variable a name is, looked at; -1: none."""
        found = self._program.encloser(function, name)
        return found if found >= 0 and self.dependences(found) is not None else -1

    def raisers(self, function: int) -> list[int]:
        """Statements that may raise without a word what somebody may catch."""
        return escaping(self._bodies[function]) if function in self._caught else []

    def raises(self, function: int) -> bool:
        """Whether it, or something that it runs, has a statement that raises."""
        if function not in self._raises:
            found, waiting = {function}, [function]
            while waiting and not self._has_raise(waiting[-1]):
                new = {target for call in self._calls(waiting.pop()) for target, _ in call} - found
                found |= new
                waiting += sorted(new)
            self._raises[function] = bool(waiting)
        return self._raises[function]

    def _has_raise(self, function: int) -> bool:
        body = self._bodies.get(function)
        return body is not None and any(one.kind == StatementKind.RAISE for one in body.statements)

    def has_inner(self, function: int) -> bool:
        """Whether there are functions inside it."""
        return bool(self._program.nested(function))

    def within(self, function: int, name: str) -> list[int]:
        """The functions inside it that have a variable of it, looked at."""
        return [
            one
            for one in self._program.nested(function)
            if self._program.encloser(one, name) == function
            and (found := self.dependences(one)) is not None
            and name in found.outer_names
        ]

    # ── slicing ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def backward(self, function: int, start: Iterable[int], reads: Iterable[tuple[int, Place]] = ()) -> dict[int, dict[int, int]]:
        """Function → node → calls between it and the start, of everything on which these nodes depend, and the values that places
        have just before nodes.
        """
        return Backward(self).run(function, start, reads)

    def forward(self, function: int, start: Iterable[int], variable: str | None) -> dict[int, dict[int, int]]:
        """The same of everything that depends on them."""
        return Forward(self).run(function, start, variable)

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
        self.went_up.add(function)
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
