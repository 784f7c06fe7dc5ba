"""Contexts: what a decorator does with one definition is told apart from what it does with another.

Without them a function has one set of parameters, whoever calls it: what `decorate(fn)` gives for one definition it gives for all.
With them a call of a function whose result depends on what it is given enters a copy of its rows (`value_copies`), functions inside
included: cloning by call site (Sharir and Pnueli 1981; Whaley and Lam 2004), for these alone:

- what decorates a definition, by definition, and what gives such a decorator (`@decorator(argument)`), by the call;
- a function that returns a function which it defines, by the call;
- a decorated generator that yields what it is given, or what it makes by calling that, by the call: a context manager;
- `__getattr__` that hands the name on (`getattr(self.real, name)`), by the name;
- in a copy, a small function that takes its result out of what it is given (`return held[name]`), by the call.

Bounds: rows of a function, copies for one call, copies within copies, never a function within its own copy, and the room for all
copies together. Beyond them a call enters the function itself, which stands for all contexts that are not told apart. Requests of
one round are granted together in the order of numbers, so that no order of work shows in the copies.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.shapes import IS_CALLABLE
from lepasserelle.graph.value_cells import BOUND, FUNCTION, OPAQUE, OUTSIDE, SHIFT, TAG
from lepasserelle.graph.value_copies import Copies, Plan
from lepasserelle.graph.value_dispatch import DISPATCHERS
from lepasserelle.model.values import Container, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow
    from lepasserelle.graph.value_records import Arguments

MOST_ROWS: Final = 256
"""Rows of a function that is copied, with those of the functions inside."""
MOST_SMALL: Final = 32
"""The same of one whose result is taken out of what it is given."""
MOST_AT_A_CALL: Final = 4
"""Copies for one call."""
MOST_DEPTH: Final = 4
"""Copies within copies."""
ROOM: Final = 8
"""One row of all copies to so many of the program."""
LEAST_ROOM: Final = 4096
"""Rows of all copies in a small program."""

ASKED_ROWS: Final = (
    ValueOp.OPERATE, ValueOp.ITERATE, ValueOp.ENTER, ValueOp.ITEM, ValueOp.PART, ValueOp.DECORATE, ValueOp.RESULT,
)  # fmt: skip
"""Rows that are asked for by the flow itself."""
_THROUGH: Final = frozenset({ValueOp.PHI, ValueOp.NARROW, ValueOp.ITEM, ValueOp.PART, ValueOp.DECORATE, ValueOp.SHARED})
"""Rows that hold what an operand holds, or a part of it."""
_LOW: Final = 0xFFFF_FFFF

Waiting = tuple[int, "Arguments", int, int]
"""(receiver, arguments, result, row) of a call that waits for its context."""


def room_for(rows: int) -> int:
    """Rows that all copies of functions of a program of so many may take."""
    return max(LEAST_ROOM, rows // ROOM)


class Contexts:
    """Grants copies of functions to calls. `copied`: the functions of the program that have some."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        program = flow.program
        decorated = program.of(ValueOp.DECORATE) if program.family == "python" else []
        self._defining = self._defining_functions() if program.family == "python" else set[int]()
        has_any = bool(decorated or self._defining or (program.family == "python" and self._has_hooks()))
        self._copies = Copies(program, room_for(len(program.rows) >> 2) if has_any else 0)
        self.first_row = self._copies.first_row
        self._first_node = len(flow.survey.kind)
        self._origins: list[int] = []
        self.copied: set[int] = set()
        self.is_short = False
        """Whether there was no room for a copy."""
        self._lineages: list[tuple[int, ...]] = []
        """Copied function → the functions of the program within whose copies it was copied; the outermost of the copy last."""
        self._starts: list[int] = []
        self._around: list[tuple[int, ...]] = []
        """First row of each copy, ascending, and the same for its rows."""
        self._granted: dict[int, int] = {}
        """Call row and function, packed → its copy, or itself."""
        self._contexts_of: dict[int, int] = {}
        """Call row → copies for it."""
        self._waiting: dict[int, dict[int, list[Waiting]]] = {}
        """Round → what was asked for in it."""
        self._plans: dict[int, Plan | None] = {}
        self.giving_decorators = {program.rows[4 * row + 1] for row in decorated}
        """Rows that give a decorator."""
        self._giving: dict[int, bool] = {}
        self._apart: set[int] | None = None
        self._managers: set[int] = set()
        self._taking: dict[int, bool] = {}
        self._handing: dict[int, bool] = {}
        self._asked_by_name: set[int] = set()
        self._readers: dict[int, int] | None = None

    def _defining_functions(self) -> set[int]:
        scopes, kinds = self._flow.program.scopes, self._flow.survey.kind
        return {scopes[row] for row in self._flow.program.of(ValueOp.DEFINITION) if IS_CALLABLE[kinds[scopes[row]]]}

    def _has_hooks(self) -> bool:
        hook, rows = self._flow.strings["__getattr__"], self._flow.program.rows
        return any(rows[4 * row + 2] == hook for row in self._flow.program.of(ValueOp.MEMBER))

    # ── numbers ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def origin(self, node: int) -> int:
        """The function of the program that a function is a copy of, or itself."""
        place = node - self._first_node
        return self._origins[place] if 0 <= place < len(self._origins) else node

    def places(self, rows: Iterable[int]) -> Iterator[tuple[int, list[int]]]:
        """Rows of the program, ascending, each with those that say the same in some context."""
        ordered = sorted(rows)
        copied = bisect_left(ordered, self.first_row)
        found = {row: [row] for row in ordered[:copied]}
        for row in ordered[copied:]:
            found.setdefault(self._copies.origin(row), []).append(row)
        for row in sorted(found):
            yield row, found[row]

    def may_be_apart(self, value: int, row: int) -> bool:
        """Whether a call of a row may get a context of its own: of most it is clear at once that it does not."""
        if self._apart is None:
            self._managers = self._managing()
            functions = self._managers.union(filter(self._gives_function, self._defining))
            self._apart = {FUNCTION | node << SHIFT for node in functions}
        if value in self._apart or row >= self.first_row or row in self.giving_decorators:
            return True
        return value & TAG == BOUND and self._flow.cells.pairs[value >> SHIFT][0] in self._managers

    def giving(self) -> set[int]:
        """Functions whose calls may be told apart wherever they stand."""
        self.may_be_apart(-1, 0)
        return {value >> SHIFT for value in self._apart or ()}

    def asked_hooks(self) -> set[int]:
        """Functions of which it was asked whether they hand a name on."""
        return set(self._handing)

    def first_readers(self) -> dict[int, int]:
        """Word for which such a function was asked → the row that stands for all that read a member of this name, -1 for none."""
        return {word: self._reading().get(word, -1) for word in self._asked_by_name}

    @property
    def rows_of_copies(self) -> int:
        """How many rows all copies take."""
        return self._copies.row_count

    # ── who gets a context ────────────────────────────────────────────────────────────────────────────────────────────────

    def call(self, value: int, row: int, arguments: "Arguments", result: int, told: int) -> bool:
        """A call of a row enters a value: whether it does so in a context of its own."""
        node, receiver = self._function(value)
        if node < 0:
            return False
        gives = node in self._managers or (row in self.giving_decorators and self._gives_function(node))
        if not gives and (value & TAG == BOUND or not self._is_apart(node, row)):
            return False
        self._enter(node, row, (receiver, arguments, result, told))
        return True

    def decorate(self, value: int, row: int, inner: int) -> None:
        """What a decorator leaves of a definition arrives at the row."""
        flow, tag = self._flow, value & TAG
        if tag == OUTSIDE and flow.outside_name(value) in DISPATCHERS:
            flow.cells.watch(inner, flow.dispatch.decorate, row)
        elif tag in (OUTSIDE, OPAQUE):
            flow.cells.copy(inner, row)
        else:
            node, receiver = self._function(value)
            if node < 0 or not self._depends(node):
                flow.calls.call(value, (0, inner), row, row)
            else:
                self._enter(node, row, (receiver, (0, inner), row, row))

    def by_name(self, value: int, word: int, waiting: Waiting) -> bool:
        """`__getattr__` is asked for a name: whether it is in a context of its own, one for each name."""
        node, _ = self._function(value)
        if node < 0 or not self._hands_name_on(self.origin(node)):
            return False
        self._asked_by_name.add(word)
        row = self._reading().get(word, -1)
        if row >= 0:
            self._enter(node, row, waiting)
        return row >= 0

    def _reading(self) -> dict[int, int]:
        """Word → the first row that reads a member of this name: it stands for all that do."""
        if self._readers is None:
            rows = self._flow.rows
            self._readers = {rows[4 * row + 2]: row for row in reversed(self._flow.program.of(ValueOp.ATTRIBUTE))}
        return self._readers

    def _hands_name_on(self, node: int) -> bool:
        """Whether a `__getattr__` calls something with the very name that it is asked for, as one that delegates does."""
        known = self._handing.get(node)
        if known is None:
            rows = self._flow.rows
            names = {row for row in self._copies.rows_of(node) if list(rows[4 * row : 4 * row + 3]) == [ValueOp.PARAMETER, node, 1]}
            asked = (row for row in self._copies.rows_of(node) if rows[4 * row] == ValueOp.CALL)
            known = self._handing[node] = any(not names.isdisjoint(self._flow.calls.arguments(row)[1::2]) for row in asked)
        return known

    def _function(self, value: int) -> tuple[int, int]:
        """(function, receiver or -1) of a value, (-1, -1) for what is none."""
        if value & TAG == FUNCTION:
            return value >> SHIFT, -1
        return self._flow.cells.pairs[value >> SHIFT] if value & TAG == BOUND else (-1, -1)

    def _is_apart(self, node: int, row: int) -> bool:
        if node >= self._first_node:
            return False
        return self._gives_function(node) or (row >= self.first_row and self._takes_out(node))

    def _depends(self, node: int) -> bool:
        """Whether what a function returns may depend on what it is given in another way than by being just that."""
        flow = self._flow
        return node not in flow.yields and len(flow.returns.get(node, ())) > len(flow.passed_on(node))

    def _gives_function(self, node: int) -> bool:
        known = self._giving.get(node)
        if known is None:
            origin = self.origin(node)
            gives = origin in self._defining and self._depends(origin)
            known = self._giving[node] = gives and any(self._reaches_definition(term) for term in self._flow.returns[origin])
        return known

    def _takes_out(self, node: int) -> bool:
        known = self._taking.get(node)
        if known is None:
            takes = self._depends(node) and len(self._copies.rows_of(node)) <= MOST_SMALL
            known = self._taking[node] = takes and any(self._reaches_parameter(term) for term in self._flow.returns[node])
        return known

    def _reaches_definition(self, term: int) -> bool:
        """Whether a term is a definition, or one that is dressed up (`update_wrapper(wrapper, fn)`, `wraps(fn)(wrapper)`)."""
        rows = self._flow.rows
        for each in self.behind(term):
            operation = rows[4 * each]
            if operation == ValueOp.DEFINITION:
                return True
            if operation == ValueOp.CALL:
                given = self._flow.calls.arguments(each)
                if len(given) > 1 and given[0] == 0 and given[1] > 0 and rows[4 * given[1]] == ValueOp.DEFINITION:
                    return len(given) > 2 or rows[4 * rows[4 * each + 1]] == ValueOp.CALL
        return False

    def _managing(self) -> set[int]:
        """The decorated generators that yield what they are given, or what calling that gives."""
        flow, rows, found = self._flow, self._flow.rows, set[int]()
        for row in flow.program.of(ValueOp.DECORATE) if flow.program.family == "python" else ():
            term = rows[4 * row + 2]
            if term <= 0 or rows[4 * term] != ValueOp.DEFINITION:
                continue
            yielded = [rows[4 * each + 1] for each in flow.yields.get(rows[4 * term + 1], ())]
            called = [rows[4 * each + 1] for one in yielded for each in self.behind(one) if rows[4 * each] == ValueOp.CALL]
            if any(map(self._reaches_parameter, yielded + called)):
                found.add(rows[4 * term + 1])
        return found

    def _reaches_parameter(self, term: int) -> bool:
        rows = self._flow.rows
        return any(rows[4 * each] == ValueOp.PARAMETER for each in self.behind(term))

    def behind(self, term: int) -> Iterator[int]:
        """The rows whose values a term may hold, as far as no call stands between."""
        found, todo = {term}, [term]
        while todo:
            each = todo.pop()
            if each <= 0:
                continue
            yield each
            if self._flow.rows[4 * each] in _THROUGH:
                more = {*self._copies.operands(each), *self._flow.joins(each)} - found
                found |= more
                todo += more

    # ── granting ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _enter(self, node: int, row: int, waiting: Waiting) -> None:
        key = row << 32 | node
        granted = self._granted.get(key)
        if granted is None:
            cells = self._flow.cells
            asked = self._waiting.get(cells.round)
            if asked is None:
                asked = self._waiting[cells.round] = {}
                cells.later(self._grant, cells.round, 0, 0)
            asked.setdefault(key, []).append(waiting)
        else:
            receiver, arguments, result, told = waiting
            self._flow.calls.function(granted, receiver, arguments, result, told)

    def _grant(self, asked_in: int, _first: int, _second: int) -> None:
        asked = self._waiting.pop(asked_in)
        for key in sorted(asked):
            granted = self._granted.get(key)
            if granted is None:
                granted = self._granted[key] = self._copy(key & _LOW, key >> 32)
            for receiver, arguments, result, told in asked[key]:
                self._flow.calls.function(granted, receiver, arguments, result, told)

    def _lineage(self, node: int, row: int) -> tuple[int, ...]:
        """The functions within whose copies a call stands, and those within whose copies the function that it calls was made."""
        around = self._around[bisect_right(self._starts, row) - 1] if row >= self.first_row else ()
        made = self._lineages[node - self._first_node] if node >= self._first_node else ()
        return (*around, *[each for each in made if each not in around])

    def _copy(self, node: int, row: int) -> int:
        """A copy of a function for a call, or the function itself where the bounds are reached."""
        origin, lineage = self.origin(node), self._lineage(node, row)
        many = self._contexts_of.get(row, 0)
        if len(lineage) >= MOST_DEPTH or origin in lineage or many >= MOST_AT_A_CALL:
            return node
        plan = self._plan(node)
        if plan is None:
            return node
        if not self._copies.has_room(plan):
            self.is_short = True
            return node
        self._contexts_of[row] = many + 1
        first = self._first_node + len(self._origins)
        self._origins += map(self.origin, plan.functions)
        self.copied.update(plan.functions)
        within = (*lineage, origin)
        self._lineages += [within] * len(plan.functions)
        rows = self._copies.copy(plan, first)
        self._starts.append(rows[0])
        self._around.append(within)
        self._index(rows)
        for place in plan.own:
            self._index_function(plan.functions[place], first + place)
        if self._flow.rows[4 * row] == ValueOp.DECORATE:
            self._leave_out(first)
        return first

    def _plan(self, node: int) -> Plan | None:
        if node >= self._first_node:  # copied once, as a rule
            return self._copies.plan(node, MOST_ROWS)
        if node not in self._plans:
            self._plans[node] = self._copies.plan(node, MOST_ROWS)
        return self._plans[node]

    def _index_function(self, node: int, copied: int) -> None:
        rows, flow = self._flow.rows, self._flow
        for row in self._copies.rows_of(copied):
            operation = rows[4 * row]
            if operation == ValueOp.RETURN:
                flow.returns.setdefault(copied, []).append(rows[4 * row + 1])
            elif operation == ValueOp.YIELD:
                flow.yields.setdefault(copied, []).append(row)
            elif operation == ValueOp.SIGNATURE:
                flow.calls.sign(copied, row)
        if node in flow.yields:
            flow.yields.setdefault(copied, [])

    def _leave_out(self, copied: int) -> None:
        """A decorator that is applied without arguments of its own gives no decorator: of `return mark` and `return mark(fn)`, or
        `return self.put(fn)` where `mark(fn)` would give that, the former is for who gives arguments.
        """
        rows, returned = self._flow.rows, self._flow.returns[copied]
        later = [term for term in returned if term > 0 and rows[4 * term] == ValueOp.DEFINITION and self._marks(rows[4 * term + 1])]
        if later and any(self._is_handed_over(term, copied) for term in returned):
            self._flow.returns[copied] = [term for term in returned if term not in later]

    def _marks(self, node: int) -> bool:
        """Whether a function gives back what it is given, or what somebody makes of it."""
        returned = self._flow.returns.get(node, ())
        return bool(returned) and all(self._is_handed_over(term, node) for term in returned)

    def _is_handed_over(self, term: int, node: int) -> bool:
        """Whether a term is a parameter of a function, or what a call gives for one, of anything but another parameter."""
        rows = self._flow.rows
        if term <= 0 or rows[4 * term] != ValueOp.CALL:
            return term in self._flow.passed_on(node)
        callee = rows[4 * term + 1]
        given = self._flow.calls.arguments(term)[1::2]
        own = any(each > 0 and list(rows[4 * each : 4 * each + 2]) == [ValueOp.PARAMETER, node] for each in given)
        return own and callee > 0 and rows[4 * callee] != ValueOp.PARAMETER

    def _index(self, copies: range) -> None:
        """What the flow knows of all rows of the program before it begins, and asks for."""
        flow, rows = self._flow, self._flow.rows
        cells = flow.cells
        for row in copies:
            operation, first = rows[4 * row], rows[4 * row + 1]
            if operation == ValueOp.JOIN:
                flow.join(first, rows[4 * row + 2])
            elif operation == ValueOp.SET_MEMBER:
                flow.members.will_store(row)
            elif operation == ValueOp.CALL:
                cells.watch(first, flow.calls.root, row)
            elif operation in ASKED_ROWS:
                cells.ask(row)
                if operation == ValueOp.DECORATE:
                    self.giving_decorators.add(first)
            elif operation == ValueOp.DISPLAY:
                if first & 3 in (Container.SET, Container.DICT) and flow.has_keys(row):
                    cells.ask(row)
            elif operation == ValueOp.SET_ITEM:
                cells.watch(first, flow.items.set_item, row)
            elif operation == ValueOp.RAISE:
                cells.watch(first, flow.raises, row)
