"""Calls: what a call of a value enters, which argument reaches which parameter, and what comes back.

A call is entered once (`row`: who is told; -1: nobody, 0: it was entered before) and gives its result where someone asks for it.
"""

from typing import TYPE_CHECKING, Any, Final

from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.shapes import IS_TYPE
from lepasserelle.graph.survey import NO_NODE
from lepasserelle.graph.value_binding import BOUND_PARTIAL, MAKES, MAKES_OF_FIRST, METHOD_CALLER, NAMED_WRAP, STATIC_WRAP
from lepasserelle.graph.value_cells import (
    BOUND,
    CLASS,
    CONTAINER,
    FITTING,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    METHOD,
    OPAQUE,
    OUTSIDE,
    PARENT,
    PARTIAL,
    PROPERTY,
    SHIFT,
    TAG,
    Act,
)
from lepasserelle.graph.value_declared_fields import DeclaredFields
from lepasserelle.graph.value_dispatch import DISPATCHED
from lepasserelle.graph.value_ecmascript_builtins import BIND
from lepasserelle.graph.value_records import WIDTH, Arguments, Records
from lepasserelle.graph.values import OUTSIDE as KNOWN_OUTSIDE
from lepasserelle.graph.values import number_of, tag_of
from lepasserelle.model.values import Container, ParameterKind, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_STAR, _DOUBLE = -1, -2
_PLAIN, _DOUBLE_STAR = int(ParameterKind.PLAIN), int(ParameterKind.DOUBLE_STAR)
_TYPED: Final = frozenset({ParameterKind.PLAIN, ParameterKind.KEYWORD})
_GATHERING: Final = frozenset({ParameterKind.STAR, ParameterKind.DOUBLE_STAR, ParameterKind.ARGUMENTS})
MOST_CALLERS: Final = 4000
_MOST_ARGUMENTS: Final = 64
_MAKE_CLASSES: Final = ("__prepare__", "__new__", "__init__")
"""Methods of a metaclass that a class statement runs."""


class Invocations:
    """Enters functions, classes and whatever else can be called."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells
        self._contexts = flow.contexts
        self._may_be_apart = flow.contexts.may_be_apart
        self.generator_tag = GENERATOR
        rows = flow.rows
        self._signatures = {rows[4 * row + 1]: row for row in flow.program.of(ValueOp.SIGNATURE)}
        self.takes_receiver = {
            node
            for node, row in self._signatures.items()
            if rows[4 * row + 3] and flow.extra[rows[4 * row + 2]] == ParameterKind.RECEIVER
        }
        """Functions of ECMAScript."""
        self.declared_fields = DeclaredFields(flow)
        self._given: dict[int, Arguments] = {}
        self.callers: dict[int, list[Any]] = {}
        """Function → arguments, receiver of one call behind the other."""
        self._asked: dict[int, list[tuple[int, int, tuple[int, ...]]]] = {}
        """Function → place, cell and signature of its parameters that somebody asks for."""
        self.asked_for: dict[tuple[int, int], list[tuple[int, int, tuple[int, ...]]]] = {}
        """Function and receiver → the same for calls with this receiver alone."""
        self._passed_on: dict[int, list[int]] = {}
        self._records = Records()

    def rest(self) -> None:
        """Nothing flows any more: which calls waited, and for what, is forgotten."""
        self._records = Records()
        self._asked.clear()
        self.asked_for.clear()
        self._passed_on.clear()

    def arguments(self, row: int) -> Arguments:
        """What a call row is given."""
        known = self._given.get(row)
        if known is None:
            rows, extra = self._flow.rows, self._flow.extra
            start = rows[4 * row + 2] + 1
            known = self._given[row] = tuple(extra[start : start + 2 * rows[4 * row + 3]])
        return known

    def root(self, value: int, row: int, _second: int) -> None:
        """A call row enters a value."""
        given = self._given.get(row)
        arguments = given if given is not None else self.arguments(row)
        if self._may_be_apart(value, row) and self._contexts.call(value, row, arguments, 0, row):
            return
        self.call(value, arguments, 0, row)

    def enter(self, value: int, row: int, result: int) -> None:
        """The result of a call row is asked for."""
        given = self._given.get(row)
        arguments = given if given is not None else self.arguments(row)
        if self._may_be_apart(value, row) and self._contexts.call(value, row, arguments, result, 0):
            return
        self.call(value, arguments, result, 0, row)

    def call(self, value: int, arguments: Arguments, result: int, row: int, site: int = 0) -> None:
        """Call a value."""
        tag, number = value & TAG, value >> SHIFT
        if tag == FUNCTION:
            self.function(number, -1, arguments, result, row)
        elif tag == BOUND:
            node, receiver = self._cells.pairs[number]
            self.function(node, receiver, arguments, result, row)
        elif tag in (CLASS, PARENT):
            if not self._flow.ecma.called(value, arguments, result, row) and tag == CLASS:
                self._construct(number, arguments, result, row)
        elif tag == INSTANCE:
            self.call_member(value, "__call__", arguments, result, row)
        elif tag == PARTIAL:
            self._complete(number, arguments, result, row)
        elif tag == METHOD:
            self._flow.builtins.method(value, arguments, result, row)
        elif tag == OUTSIDE:
            self._call_outside(value, arguments, result, row, site or result)
        elif tag == OPAQUE and result:
            self._cells.add(result, value)
            self._cells.copy(first(arguments), result)
        elif tag == PROPERTY:
            self._call_wrapped(number, arguments, result, row)
        elif tag == FITTING:
            self._flow.members.fitting.call(number, arguments, result, row)

    def _call_outside(self, value: int, arguments: Arguments, result: int, row: int, site: int) -> None:
        packed = self._flow.outside[value >> SHIFT]
        if row > 0 and tag_of(packed) == KNOWN_OUTSIDE:
            self._flow.enters(row, OUTER | number_of(packed))
        self._flow.builtins.outside(value, arguments, result, row, site)

    def _call_wrapped(self, number: int, arguments: Arguments, result: int, row: int) -> None:
        kind, inner = self._cells.pairs[number]
        if kind == NAMED_WRAP and result:
            site = self._flow.container(result, Container.TUPLE, inner)
            self._flow.members.fields[site] = self._flow.builtins.names[inner]
            for place, at in enumerate(range(0, len(arguments), 2)):
                word = arguments[at]
                names = self._flow.builtins.names[inner]
                here = names.index(word) if word > 0 and word in names else place
                self._flow.items.put(site, self._flow.items.place(here), arguments[at + 1])
        elif kind == STATIC_WRAP:
            self.call(inner, arguments, result, row)
        elif kind == BIND:
            self._flow.ecma.builtins.call_bound(inner, arguments, result, row)
        elif kind == MAKES:
            self._make(inner >> SHIFT, arguments, result, row)
        elif kind == BOUND_PARTIAL:
            site, receiver = self._cells.pairs[inner >> SHIFT]
            given = self.arguments(site)
            self._watch(given[1], self.enter_member, given[2:] + arguments, receiver, result, row)
        elif kind == METHOD_CALLER:
            self._flow.builtins.library.call_method(inner, arguments, result, row)
        elif kind in DISPATCHED:
            self._flow.dispatch.call(number, arguments, result, row)
        elif kind == MAKES_OF_FIRST and result:
            self._cells.watch(first(arguments), self._instance_of, result)

    def _instance_of(self, value: int, result: int, _second: int) -> None:
        if value & TAG == CLASS:
            self._cells.add(result, INSTANCE | value >> SHIFT << SHIFT)

    # ── functions ─────────────────────────────────────────────────────────────────────────────────────────────────────────

    def function(self, node: int, receiver: int, arguments: Arguments, result: int, row: int) -> None:
        """Enter a function. `receiver`: the value that comes first, -1 for none."""
        if receiver < 0 and node in self.takes_receiver:
            receiver = OPAQUE
        if row:
            if row > 0:
                self._flow.enters(row, node)
            if node in self._flow.fields.setters:
                self._flow.fields.fill(node, receiver, arguments)
            self._give_all(node, receiver, arguments)
        if result:
            if node in self._flow.yields:
                self._cells.add(result, GENERATOR | node << SHIFT)
                return
            if node in self.takes_receiver and self._flow.ecma.promised(node, result):
                return
            self._cells.copy(self._flow.returned(node), result)
            passed_on = self._passed_on.get(node)
            if passed_on is None:
                passed_on = self._passed_on[node] = self._flow.passed_on(node)
            for term in passed_on:
                self.pass_back(node, term, result, arguments, receiver)

    def _give_all(self, node: int, receiver: int, arguments: Arguments) -> None:
        """One more call of a function: every parameter that somebody asks for gets what it gives."""
        callers = self.callers.get(node)
        if callers is None:
            callers = self.callers[node] = []
        if len(callers) < 2 * MOST_CALLERS:
            callers += (arguments, receiver)
            for place, cell, signature in tuple(self._asked[node]) if node in self._asked else ():
                self.give(node, place, cell, signature, arguments, receiver)
            for place, cell, signature in tuple(self.asked_for.get((node, receiver), ())) if self.asked_for else ():
                self.give(node, place, cell, signature, arguments, receiver)

    def pass_back(self, node: int, term: int, result: int, arguments: Arguments, receiver: int) -> None:
        """A parameter is returned as it is, or what tests leave of it."""
        rows, tests = self._flow.rows, []
        while rows[4 * term] == ValueOp.NARROW:
            tests.append(term)
            term = rows[4 * term + 1]
        for test in tests:
            cell = self._cells.new()
            self._flow.narrowing.apply(test, cell, result)
            result = cell
        place = rows[4 * term + 2]
        self.give(node, place, result, self.signature(node, place), arguments, receiver)

    def parameter(self, term: int, node: int, place: int) -> None:
        """A parameter is asked for: every call passes it something."""
        signature = self.signature(node, place)
        kind, word, _ = signature
        if kind in _GATHERING:
            self._flow.container(term, Container.DICT if kind == _DOUBLE_STAR else self._flow.rest_kind(node))
        cell = self._flow.types.gate(term, node, word) if kind in _TYPED else term
        self._asked.setdefault(node, []).append((place, cell, signature))
        if self._flow.fixtures.are_any:
            self._flow.fixtures.give(cell, node, place, signature)
        if node in self.callers:
            each = iter(tuple(self.callers[node]))
            for arguments, receiver in zip(each, each, strict=True):
                self.give(node, place, cell, signature, arguments, receiver)
        self._flow.when_empty(term, self._expect, term, node, place)

    def sign(self, node: int, row: int) -> None:
        """A row says the signature of a function."""
        self._signatures[node] = row

    def signature(self, node: int, place: int) -> tuple[int, ...]:
        """(kind, word, default) of a parameter."""
        row = self._signatures.get(node)
        if row is None or place >= self._flow.rows[4 * row + 3]:
            return (0, 0, 0)
        at, extra = self._flow.rows[4 * row + 2] + 3 * place, self._flow.extra
        return extra[at], extra[at + 1], extra[at + 2]

    def parameter_row(self, node: int, place: int) -> int:
        """The row of a parameter, 0 where the function has none at that place."""
        row = self._signatures.get(node, 0)
        return row + 1 + place if row and place < self._flow.rows[4 * row + 3] else 0

    def _expect(self, term: int, node: int, place: int) -> None:
        """Nobody is known to pass anything: an instance of the class around for the receiver, of the declared type for others, and
        their default.
        """
        if node in self._contexts.copied and not self.callers.get(node):
            return
        survey, signature = self._flow.survey, self.signature(node, place)
        node = self._contexts.origin(node)
        parent = survey.lexical_parent[node]
        if place == 0 and node in self.takes_receiver:
            self._flow.ecma.expect(term, node)
            return
        if place == 0 and parent != NO_NODE and IS_TYPE[survey.kind[parent]] and not self._flow.is_static(node):
            tag = CLASS if self._flow.of_class(node) else INSTANCE
            for cls in self._flow.members.heirs(parent, survey.bound_as.get(node, survey.name[node])):
                self._cells.add(term, tag | cls << SHIFT)
            return
        self._flow.types.expect(term, node, signature[1])
        self._cells.copy(signature[2], term)

    def give(self, node: int, place: int, cell: int, signature: tuple[int, ...], arguments: Arguments, receiver: int) -> None:
        """What one call gives one parameter."""
        kind, word, default = signature
        before = place if receiver < 0 else place - 1
        if kind in _GATHERING:
            self._gather(node, kind, cell, before, arguments)
        elif before < 0:
            if receiver != OPAQUE:
                self._cells.add(cell, receiver)
        elif not self.pass_one(cell, before if kind == _PLAIN else -1, word, arguments):
            self._cells.copy(default, cell)

    def _gather(self, node: int, kind: int, cell: int, before: int, arguments: Arguments) -> None:
        """What one call gives a parameter that takes many."""
        if kind == _DOUBLE_STAR:
            self._pass_named(node, cell, arguments)
        else:
            self._pass_many(cell, before if kind == ParameterKind.STAR else 0, arguments)

    def pass_one(self, cell: int, place: int, word: int, arguments: Arguments) -> bool:
        """What a call gives at a place, or under a word, arrives at a cell. Whether it surely gives something."""
        if not arguments:
            return False
        if len(arguments) == 2 and arguments[0] == 0:  # one, by position, as most calls give
            if place == 0:
                self._cells.copy(arguments[1], cell)
            return place == 0
        position, starred, found = 0, False, False
        each = iter(arguments)
        for kind, term in zip(each, each, strict=True):
            if kind == 0:
                if position == place or (starred and position < place):
                    self._cells.copy(term, cell)
                    found |= not starred
                position += 1
            elif kind == _STAR:
                if position <= place:
                    self._cells.watch(term, self._from_star, cell, place - position)
                starred = True
            elif kind == _DOUBLE:
                self._cells.watch(term, self._from_named, cell, word)
            elif kind == word:
                self._cells.copy(term, cell)
                found = True
        return found

    def _from_star(self, value: int, cell: int, place: int) -> None:
        items = self._flow.items
        if value & TAG == CONTAINER and items.kinds.get(value >> SHIFT) in (Container.LIST, Container.TUPLE):
            items.read(value >> SHIFT, items.place(place), cell)
        else:
            items.each(value, cell, 0)

    def _from_named(self, value: int, cell: int, word: int) -> None:
        if value & TAG == CONTAINER:
            strings = self._flow.strings
            self._flow.items.read(value >> SHIFT, strings["s" + strings.texts[word]], cell)

    def _pass_many(self, site: int, before: int, arguments: Arguments) -> None:
        items, position, starred = self._flow.items, 0, False
        for at in range(0, len(arguments), 2):
            kind, term = arguments[at], arguments[at + 1]
            if kind == 0:
                if position >= before or starred:
                    items.put(site, 0 if starred else items.place(position - before), term)
                position += 1
            elif kind == _STAR:
                self._cells.watch(term, self._into_star, site, before - position if not starred else -1)
                starred = True

    def _into_star(self, value: int, site: int, skipped: int) -> None:
        items = self._flow.items
        if value & TAG == CONTAINER and skipped == 0:
            items.merge(value >> SHIFT, site)
        else:
            items.spread(value, site, 0)

    def _pass_named(self, node: int, site: int, arguments: Arguments) -> None:
        strings, items = self._flow.strings, self._flow.items
        row = self._signatures[node]
        start = self._flow.rows[4 * row + 2]
        own = {self._flow.extra[start + 3 * place + 1] for place in range(self._flow.rows[4 * row + 3])}
        for at in range(0, len(arguments), 2):
            kind, term = arguments[at], arguments[at + 1]
            if kind == _DOUBLE:
                self._cells.watch(term, items.merge_into, site)
            elif kind > 0 and kind not in own:
                items.put(site, strings["s" + strings.texts[kind]], term)

    # ── classes, instances ────────────────────────────────────────────────────────────────────────────────────────────────

    def _construct(self, cls: int, arguments: Arguments, result: int, row: int) -> None:
        """A call of a class: the project's metaclass is asked first."""
        flow, meta = self._flow, self._flow.members.metaclass(cls)
        flow.make(row, cls)
        called = flow.members.member(flow.members.order(meta), flow.strings["__call__"]) if meta is not None and meta >= 0 else None
        if called is None:
            self._make(cls, arguments, result, row)
            return
        self._watch(called, self.enter_member, arguments, CLASS | cls << SHIFT, result, row)
        if result:
            flow.when_empty(result, self._arrive, INSTANCE | cls << SHIFT, result)

    def _make(self, cls: int, arguments: Arguments, result: int, row: int) -> None:
        """A new instance: `__new__` says of which class, then comes `__init__`."""
        flow, strings = self._flow, self._flow.strings
        if result:
            self._give(cls, arguments, result)
        if not row:
            return
        flow.made.add(cls)
        entered = False
        for name, receiver in (("__new__", CLASS), ("__init__", INSTANCE)):
            term = flow.members.bound_in(cls, strings[name])
            if term is not None and term > 0:
                entered = True
                self._watch(term, self.enter_member, arguments, receiver | cls << SHIFT, 0, row)
        if not entered:
            if put := flow.members.put_on_class(cls, strings["__init__"]):
                self._watch(put, self.enter_member, arguments, INSTANCE | cls << SHIFT, 0, row)
                flow.when_empty(put, self._enter_class, cls, row)
            else:
                self._enter_class(cls, row, 0)
            self.declared_fields.set(cls, arguments, row)

    def _enter_class(self, cls: int, row: int, _second: int) -> None:
        """Nothing of the program constructs an instance: the class itself is what is called."""
        if row > 0:
            self._flow.enters(row, cls)

    def _give(self, cls: int, arguments: Arguments, result: int) -> None:
        term = self._flow.members.bound_in(cls, self._flow.strings["__new__"])
        if term is None or term <= 0:
            self._cells.add(result, INSTANCE | cls << SHIFT)
            return
        made = self._cells.new()
        self._cells.copy(made, result)
        self._watch(term, self.enter_member, arguments, CLASS | cls << SHIFT, made, 0)
        self._flow.when_empty(made, self._arrive, INSTANCE | cls << SHIFT, result)

    def _arrive(self, value: int, cell: int, _second: int) -> None:
        self._cells.add(cell, value)

    def record(self, arguments: Arguments, number: int, result: int, row: int) -> int:
        """A number for what a call gives, whom, and who hears of it."""
        return self._records.number(0, arguments, number, result, row)

    def recorded(self, number: int) -> tuple[Arguments, int, int, int]:
        """The same back."""
        return self._records[number]

    def _watch(self, cell: int, act: Act, arguments: Arguments, receiver: int, result: int, row: int) -> None:
        """Call what the cell holds: `act` gets the number of the record."""
        records = self._records
        new = len(records.arguments)
        if records.number(cell, arguments, receiver, result, row) == new:  # else it waits already
            self._cells.watch(cell, act, new)

    def call_member(self, value: int, name: str, arguments: Arguments, result: int, row: int) -> bool:
        """Call a method of an instance's class. Whether there is one."""
        members, word = self._flow.members, self._flow.strings[name]
        term = members.bound_in(value >> SHIFT, word)
        if term is None and not (term := members.put_on_class(value >> SHIFT, word)):
            return False
        self._watch(term, self.enter_member, arguments, value, result, row)
        return True

    def enter_member(self, value: int, record: int, _second: int) -> None:
        """A method that a record says the receiver of is called."""
        records, at = self._records, WIDTH * record  # as `recorded`, without a call for each
        columns, arguments = records.columns, records.arguments[record]
        receiver, result, row = columns[at + 1], columns[at + 2], columns[at + 3]
        if value & TAG == FUNCTION:
            node = value >> SHIFT
            static = self._flow.is_static(node)
            self.function(node, -1 if static else receiver, arguments, result, row)
        else:
            self.call(value, arguments, result, row)

    def defined(self, row: int) -> None:
        """A class statement: bases hear of it, and the project's metaclass makes the class."""
        cls, members, strings = self._flow.rows[4 * row + 1], self._flow.members, self._flow.strings
        if cls in self._flow.survey.bases:
            term = members.member(members.order(cls)[1:], strings["__init_subclass__"])
            if term is not None:
                self._watch(term, self.enter_member, (), CLASS | cls << SHIFT, 0, row)
        meta = members.metaclass(cls)
        if meta is None or meta < 0:
            return
        self._flow.namespaces.of_class(cls, meta)
        for name in _MAKE_CLASSES:
            term, receiver = members.bound_in(meta, strings[name]), cls if name == "__init__" else meta
            if term is not None:
                self._watch(term, self.enter_member, (), CLASS | receiver << SHIFT, 0, row)

    # ── the rest ──────────────────────────────────────────────────────────────────────────────────────────────────────────

    def _complete(self, site: int, arguments: Arguments, result: int, row: int) -> None:
        """A call of what `functools.partial` gave at a row."""
        given = self.arguments(site)
        if len(given) >= 2 and given[0] == 0 and len(arguments) < _MOST_ARGUMENTS:
            self._watch(given[1], self._through, given[2:] + arguments, -1, result, row)

    def _through(self, value: int, record: int, _second: int) -> None:
        arguments, _, result, row = self._records[record]
        self.call(value, arguments, result, row)

    def back(self, function: int, arguments: Arguments, result: int, row: int) -> None:
        """A built-in calls what it was given."""
        self._watch(function, self._through, arguments, -1, result, row)

    def enter_with(self, function: int, receiver: int, arguments: Arguments, result: int, row: int) -> None:
        """Enter what a cell holds, with a receiver unless that is -1."""
        if receiver < 0:
            self.back(function, arguments, result, row)
        else:
            self._watch(function, self.enter_member, arguments, receiver, result, row)


def first(arguments: Arguments) -> int:
    """The first argument by position, 0 when there is none."""
    return arguments[1] if len(arguments) >= 2 and arguments[0] == 0 else 0
