"""Calls on more values than are followed: what the classes of the program, and displays that list more, say of whom they enter.

A cell holds some dozen values. Where that is less than there are, `self` of a class that many inherit from is any of those that
have the method in question from it, or go on to it by `super()`; items of a display are whatever it lists; what a metaclass takes
out of all the classes that it makes are the members of all of them. Reads a solved flow: classes and full cells alone, so that an
answer depends on no order. Decides no value.
"""

from collections.abc import Container as Holding
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph import value_rounds
from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.shapes import ACCESSOR, IS_CALLABLE, IS_TYPE
from lepasserelle.graph.survey import DEFINED, NO_NODE, PAYLOAD
from lepasserelle.graph.value_cells import BOUND, CLASS, CONTAINER, FUNCTION, INSTANCE, SHIFT, TAG
from lepasserelle.model.values import Container, Spread, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

MOST_ASSERTED: Final = 256
"""Definitions that one call is said to enter one by one; of more it is told that it enters one of them."""
_CONSTRUCTORS: Final = ("__new__", "__init__")
_FETCHES: Final = frozenset({int(ValueOp.ITEM), int(ValueOp.ITERATE)})


class Beyond(NamedTuple):
    """What is entered besides what flows, or may be, sorted."""

    entered: tuple[int, ...] = ()
    candidates: tuple[int, ...] = ()


_NOTHING: Final = Beyond()


class Hierarchy:
    """Asked of rows that enter something of the project, once the flow is solved. `vague`: as its cells tell."""

    def __init__(self, flow: "Flow", vague: set[int]) -> None:
        self._flow = flow
        self._survey = flow.survey
        self._vague = vague
        self._receivers: dict[int, frozenset[int]] = {}
        self._binders: dict[int, tuple[frozenset[int], list[int]]] = {}
        self._bound: dict[tuple[frozenset[int], int], set[int]] = {}
        self._common: dict[tuple[frozenset[int], int], set[int]] = {}
        self._lines: dict[int, frozenset[int]] = {}
        self.rows = self._rows() if flow.program.family == "python" else frozenset[int]()
        """Calls of which there may be more to say, copies of rows among them."""

    def _rows(self) -> frozenset[int]:
        """Those whose callee is, or is a member of, what more flows to than is followed, or of the receiver in a method of a class
        that more inherit from.
        """
        table: NDArray[np.int32] = np.frombuffer(self._flow.rows, dtype=np.int32).reshape(-1, 4)
        is_vague = np.zeros(max(len(table), len(self._flow.cells.values)), dtype=bool)
        is_vague[np.fromiter(self._vague, dtype=np.int64, count=len(self._vague))] = True
        calls = np.flatnonzero(table[:, 0] == ValueOp.CALL)
        callees = np.maximum(table[calls, 1], 0)
        is_member = table[callees, 0] == ValueOp.ATTRIBUTE
        owners = np.where(is_member, np.maximum(table[callees, 1], 0), 0)
        is_self = (table[owners, 0] == ValueOp.PARAMETER) & (table[owners, 2] == 0)
        chosen = is_vague[callees] | is_vague[owners]
        functions, at = np.unique(table[owners[is_self], 1], return_inverse=True)
        chosen[is_self] |= np.fromiter(map(self._has_many, functions.tolist()), dtype=bool, count=len(functions))[at]
        found: list[int] = calls[chosen].tolist()
        return frozenset(found)

    def _has_many(self, node: int) -> bool:
        """Whether a function is a method of a class that more inherit from than are followed."""
        cls = self._survey.lexical_parent[self._flow.contexts.origin(node)]
        return cls != NO_NODE and len(self._flow.members.below(cls)) >= value_rounds.MOST_VALUES

    def beyond(self, several: Sequence[int], targets: Iterable[int], abstract: Holding[int]) -> Beyond:
        """What rows that say one call, some of them among `rows`, enter besides these targets. `abstract`: methods that others
        stand in for.
        """
        known = set(targets)
        if not any(target < OUTER for target in known):  # an edit may bring such a row, and nobody asks for it anew
            return _NOTHING
        entered, candidates = set[int](), set[int]()
        for row in self.rows.intersection(several):
            surely, perhaps = self._of_row(row)
            entered |= surely
            candidates |= perhaps
        entered = {node for node in entered if node not in known and node not in abstract}
        if entered and len(entered) + sum(target < OUTER for target in known) > MOST_ASSERTED:
            return Beyond((), tuple(sorted(entered | candidates)))
        return Beyond(tuple(sorted(entered)), tuple(sorted(candidates)) if candidates - entered - known else ())

    def _of_row(self, row: int) -> tuple[set[int], set[int]]:
        rows = self._flow.rows
        callee = rows[4 * row + 1]
        if callee in self._vague:
            return self._of_values(callee), set()
        if rows[4 * callee] != ValueOp.ATTRIBUTE:
            return set(), set()
        owner, word = rows[4 * callee + 1], rows[4 * callee + 2]
        if rows[4 * owner] == ValueOp.PARAMETER and rows[4 * owner + 2] == 0:
            classes = self._receivers_of(rows[4 * owner + 1])
            if classes:
                is_told = owner in self._vague or len(classes) > value_rounds.MOST_VALUES
                return self._members(classes, word) if is_told else set(), set()
        listed = self._listed(owner)
        if listed:
            return self._members(frozenset(value >> SHIFT for value in listed if value & TAG in (INSTANCE, CLASS)), word), set()
        return set(), self._below_all(owner, word)

    # ── self ──────────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _receivers_of(self, node: int) -> frozenset[int]:
        """The classes whose instances enter a method as the receiver: its own, those that have it from there, and those whose own
        goes on to it; none for a function that is no method, or has no receiver.
        """
        node = self._flow.contexts.origin(node)
        known = self._receivers.get(node)
        if known is None:
            cls = self._survey.lexical_parent[node]
            is_method = cls != NO_NODE and bool(IS_TYPE[self._survey.kind[cls]]) and not self._flow.is_static(node)
            known = self._receivers[node] = self._entering(node, cls) if is_method else frozenset()
        return known

    def _entering(self, node: int, owner: int) -> frozenset[int]:
        """The same of a method of a class: all that inherit, but for those that have another one before it."""
        members, word = self._flow.members, self._word(node)
        below, above = frozenset(members.below(owner)), members.order(owner)
        others = below.intersection(self._binding(word)[0])
        for cls in self._binding(word)[1]:
            if cls not in above:
                others |= below.intersection(members.below(cls))
        return frozenset((owner, *(below - {cls for cls in others if not self._goes_on(cls, owner, word)})))

    def _goes_on(self, cls: int, owner: int, word: int) -> bool:
        """Whether all methods of a name go on to the next that a class has before that of an owner."""
        members = self._flow.members
        for each in members.order(cls):
            if each == owner:
                return True
            if members.declared(each, word) and (each, word) not in self._going_on:
                return False
        return False

    @cached_property
    def _going_on(self) -> frozenset[tuple[int, int]]:
        """(class, name) of each method that calls that of the next class by `super()`, or of one above by its name."""
        flow, rows, survey = self._flow, self._flow.rows, self._survey
        found = set[tuple[int, int]]()
        for row in flow.program.with_operand(ValueOp.ATTRIBUTE, flow.program.of(ValueOp.PARENT)):
            scope = flow.program.scopes[row]
            if self._word(scope) == rows[4 * row + 2]:
                found.add((survey.lexical_parent[scope], rows[4 * row + 2]))
        for row in self._of_own_name():
            cls = survey.lexical_parent[flow.program.scopes[row]]
            held = flow.cells.held(rows[4 * row + 1])
            if cls != NO_NODE and held and all(v & TAG == CLASS and v >> SHIFT in flow.members.order(cls)[1:] for v in held):
                found.add((cls, rows[4 * row + 2]))
        return frozenset(found)

    def _of_own_name(self) -> list[int]:
        """The rows that take from something a member that is named as the function that they are in."""
        table: NDArray[np.int32] = np.frombuffer(self._flow.rows, dtype=np.int32).reshape(-1, 4)
        rows = self._flow.program.by_operation.get(ValueOp.ATTRIBUTE, np.zeros(0, dtype=np.int64))
        names: NDArray[np.uint32] = np.frombuffer(self._survey.name, dtype=np.uint32)
        scopes: NDArray[np.int32] = np.frombuffer(self._flow.program.scopes, dtype=np.int32)[rows]
        found: list[int] = rows[(names[np.maximum(scopes, 0)] == table[rows, 2]) & (scopes >= 0)].tolist()
        return found

    def _word(self, node: int) -> int:
        return self._survey.bound_as.get(node, self._survey.name[node])

    # ── what a name of classes means ──────────────────────────────────────────────────────────────────────────────────────

    def _binding(self, word: int) -> tuple[frozenset[int], list[int]]:
        """The modules and classes that bind a name; those of them that others inherit from."""
        known = self._binders.get(word)
        if known is None:
            scopes, words = self._member_rows
            found = frozenset(scopes[words == word].tolist())
            known = self._binders[word] = found, sorted(found.intersection(self._flow.members.bases_of_others()))
        return known

    @cached_property
    def _member_rows(self) -> tuple[NDArray[np.int32], NDArray[np.int32]]:
        """Scope and name of each member that a module or a class binds."""
        table: NDArray[np.int32] = np.frombuffer(self._flow.rows, dtype=np.int32).reshape(-1, 4)
        rows = self._flow.program.by_operation.get(ValueOp.MEMBER, np.zeros(0, dtype=np.int64))
        return table[rows, 1], table[rows, 2]

    def _members(self, classes: frozenset[int], word: int) -> set[int]:
        """The functions that classes have under a name."""
        known = self._bound.get((classes, word))
        if known is None:
            known = self._bound[classes, word] = set[int]()
            binding, bases = self._binding(word)
            for cls in (*classes.intersection(binding), *(cls for cls in bases if self._is_first(cls, classes, word))):
                known.update(self._member(cls, word))
        return known

    def _is_first(self, cls: int, classes: frozenset[int], word: int) -> bool:
        """Whether one of some classes has under a name what another one binds."""
        members = self._flow.members
        return cls not in classes and any(
            next(each for each in members.order(below) if members.declared(each, word)) == cls
            for below in classes.intersection(members.below(cls))
        )

    def _member(self, cls: int, word: int) -> list[int]:
        members = self._flow.members
        term = members.declared_term(cls, word)
        if term <= 0 or (members.is_put(word) and members.is_hidden(members.order(cls), word)):
            return []
        found = list[int]()
        for value in self._told(term):
            for node in self._called(value):
                found += self._given(node) if self._survey.flags[node] & ACCESSOR else (node,)
        return found

    def _given(self, accessor: int) -> Iterator[int]:
        """What is called of what a property gives, where its code says that."""
        for term in self._flow.returns.get(accessor, ()):
            for value in self._told(term):
                yield from (node for node in self._called(value) if not self._survey.flags[node] & ACCESSOR)

    def _told(self, term: int) -> list[int]:
        """What a term is that a class binds: what is known to arrive there, else what is written there."""
        rows, held = self._flow.rows, self._flow.cells.held(term)
        kinds = (FUNCTION,) if rows[4 * term] == ValueOp.DECORATE else (FUNCTION, CLASS, INSTANCE)
        return [value for value in held if value & TAG in kinds and not self._is_descriptor(value)] or self._written(term)

    def _written(self, term: int) -> list[int]:
        """The definition below what decorates it, a class, an instance that is made there, or what each branch leaves."""
        rows, at = self._flow.rows, 4 * term
        while rows[at] == ValueOp.DECORATE and rows[at + 2] > 0:
            at = 4 * rows[at + 2]
        if rows[at] == ValueOp.DEFINITION:
            return [FUNCTION | rows[at + 1] << SHIFT]
        if rows[at] == ValueOp.CLASS:
            return [CLASS | rows[at + 1] << SHIFT]
        if rows[at] == ValueOp.PHI:
            branches = self._flow.extra[rows[at + 1] : rows[at + 1] + rows[at + 2]]
            return [value for each in branches if each > 0 and rows[4 * each] == ValueOp.DEFINITION for value in self._told(each)]
        if rows[at] == ValueOp.CALL:
            made = [INSTANCE | value & ~TAG for value in self._flow.cells.held(rows[at + 1]) if value & TAG == CLASS]
            return [value for value in made if not self._is_descriptor(value)]
        return []

    def _is_descriptor(self, value: int) -> bool:
        return value & TAG == INSTANCE and self._flow.members.has(value >> SHIFT, "__get__")

    def _below_all(self, owner: int, word: int) -> set[int]:
        """What the classes have under a name that inherit from the common one of as many instances as are followed."""
        values = self._flow.cells.values[owner]
        if isinstance(values, int) or values is None or len(values) < value_rounds.MOST_VALUES:
            return set()
        key = (frozenset(values), word)
        known = self._common.get(key)
        if known is None:
            is_instances = all(value & TAG == INSTANCE for value in values)
            base = self._in_common([value >> SHIFT for value in sorted(values)], word) if is_instances else -1
            known = self._common[key] = self._members(self._with_below(base), word) if base >= 0 else set()
        return known

    def _with_below(self, cls: int) -> frozenset[int]:
        known = self._lines.get(cls)
        if known is None:
            known = self._lines[cls] = frozenset((cls, *self._flow.members.below(cls)))
        return known

    def _in_common(self, classes: Iterable[int], word: int) -> int:
        """The nearest class above all of these that binds a name, or has it; -1 for none."""
        members = self._flow.members
        orders = [members.order(cls) for cls in classes]
        common = set(orders[0]).intersection(*orders[1:])
        return next((cls for cls in orders[0] if cls in common and members.bound_in(cls, word) is not None), -1)

    # ── values that are called ────────────────────────────────────────────────────────────────────────────────────────────

    def _of_values(self, callee: int) -> set[int]:
        """What a callee may be of which more are there than are followed."""
        listed = self._listed(callee)
        if listed:
            return {node for value in listed for node in self._called(value)}
        values = self._flow.cells.held(callee)
        if len(values) < value_rounds.MOST_VALUES or any(value & TAG != FUNCTION for value in values):
            return set()
        nodes = [self._flow.contexts.origin(value >> SHIFT) for value in values]
        classes = [self._survey.lexical_parent[node] for node in nodes]
        if len(set(map(self._word, nodes))) > 1 or any(cls == NO_NODE or not IS_TYPE[self._survey.kind[cls]] for cls in classes):
            return set()
        word = self._word(nodes[0])
        base = self._in_common(classes, word)
        return set(self._defined(self._with_below(base), word)) if base >= 0 else set()

    def _defined(self, classes: Iterable[int], word: int) -> Iterator[int]:
        """The functions that classes define under a name, whatever becomes of them."""
        for cls in classes:
            nodes = [entry & PAYLOAD for entry in self._survey.entries(cls, word) if entry >> 56 == DEFINED]
            yield from (node for node in nodes[-1:] if IS_CALLABLE[self._survey.kind[node]])

    def _called(self, value: int) -> Iterable[int]:
        """The definitions that a call of a value enters."""
        flow, tag, number = self._flow, value & TAG, value >> SHIFT
        if tag == FUNCTION:
            return (flow.contexts.origin(number),)
        if tag == BOUND:
            return (flow.contexts.origin(flow.cells.pairs[number][0]),)
        if tag == INSTANCE:
            return self._found_in(number, "__call__")
        if tag == CLASS and flow.members.metaclass(number) is None:
            found = [node for name in _CONSTRUCTORS for node in self._found_in(number, name)]
            return found or (number,)
        return ()

    def _found_in(self, cls: int, name: str) -> set[int]:
        """The functions that a class has under a name."""
        return self._members(frozenset((cls,)), self._flow.strings[name])

    def _listed(self, term: int) -> list[int]:
        """Everything that displays list of which a term takes an item, nobody knows which; nothing where they do not list more than
        is followed.
        """
        rows, cells = self._flow.rows, self._flow.cells
        if rows[4 * term] not in _FETCHES:
            return []
        found = set[int]()
        for value in cells.held(rows[4 * term + 1]):
            at = 4 * (value >> SHIFT)
            if value & TAG != CONTAINER or value >> SHIFT >= cells.terms or rows[at] != ValueOp.DISPLAY:
                return []
            for source in self._sources(at, are_keys=rows[at + 1] & 7 == Container.DICT and rows[4 * term] == ValueOp.ITERATE):
                found.update(cells.held(source))
        return sorted(found) if len(found) > value_rounds.MOST_VALUES and found.issuperset(cells.held(term)) else []

    def _sources(self, at: int, *, are_keys: bool) -> Iterator[int]:
        """What a display lists: its keys, or what lies there; not what it takes over from another container."""
        rows, extra = self._flow.rows, self._flow.extra
        for place in range(rows[at + 2], rows[at + 2] + 2 * rows[at + 3], 2):
            if extra[place] != Spread.STAR and (extra[place] == Spread.KEY) == are_keys:
                yield extra[place + 1]
