"""What `new` and `super(…)` of ECMAScript enter, and what classes and objects stand below."""

from typing import TYPE_CHECKING

from lepasserelle.graph.edges import OUTER
from lepasserelle.graph.value_binding import STATIC_WRAP
from lepasserelle.graph.value_cells import (
    BOUND,
    CLASS,
    CONTAINER,
    FUNCTION,
    INSTANCE,
    OUTSIDE,
    PROPERTY,
    SHIFT,
    TAG,
    Act,
)
from lepasserelle.graph.values import number_of
from lepasserelle.model.values import ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow


class Creation:
    """Creates instances of classes and of what functions construct."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells
        self._items = flow.items
        self._survey = flow.survey
        self._bases = {flow.rows[4 * row + 1]: row for row in flow.program.of(ValueOp.CLASS)}
        self._is_ecma: dict[int, bool] = {}
        self._above: dict[int, int] = {}
        self._sources: dict[int, dict[int, None]] = {}
        """Object or `prototype` → the terms of what it inherits from."""
        self._heirs: dict[int, list[tuple[Act, int, int]]] = {}
        """Object or `prototype` → what to call with what it inherits from."""
        self._constructor = flow.strings["constructor"]

    def is_ecma(self, node: int) -> bool:
        """Whether a definition stands in a file of ECMAScript."""
        known = self._is_ecma.get(node)
        if known is None:
            known = self._is_ecma[node] = self._flow.evaluator.row_of(node).family.name == "ecma"
        return known

    def parents(self, node: int) -> int:
        """The cell of what a class extends."""
        known = self._above.get(~node)
        if known is None:
            known = self._above[~node] = self._cells.new()
            row = self._bases.get(node)
            if row is not None:
                rows, extra = self._flow.rows, self._flow.extra
                for base in extra[rows[4 * row + 2] : rows[4 * row + 2] + rows[4 * row + 3]]:
                    self._cells.copy(base, known)
        return known

    def stand_above(self, value: int, source: int) -> None:
        """An object or a `prototype` inherits from what a term holds. Each term stays a cell of its own: of all together there may
        be more than a cell holds.
        """
        sources = self._sources.setdefault(value, {})
        if source > 0 and source not in sources:
            sources[source] = None
            for act, first, second in self._heirs.get(value, ()):
                self._watch_above(source, act, first, second)

    def watch_above(self, value: int, act: Act, first: int, second: int = 0) -> None:
        """Act on each value that an object or a `prototype` inherits from, for a cell that is filled from there."""
        self._heirs.setdefault(value, []).append((act, first, second))
        for source in self._sources.get(value, ()):
            self._watch_above(source, act, first, second)

    def _watch_above(self, source: int, act: Act, cell: int, second: int) -> None:
        self._cells.thinned.setdefault(source, []).append(cell)  # not all may be there that is looked through
        self._cells.watch(source, act, cell, second)

    def _new_root(self, value: int, row: int, _second: int) -> None:
        self.create(value, self._flow.calls.arguments(row), 0, row)

    def _new(self, value: int, row: int, result: int) -> None:
        self.create(value, self._flow.calls.arguments(row), result, 0)

    def create(self, value: int, arguments: tuple[int, ...], result: int, row: int) -> None:
        """`new value(…)`."""
        tag, number = value & TAG, value >> SHIFT
        if tag == BOUND:
            number, tag = self._cells.pairs[number][0], FUNCTION
        if tag in (CLASS, FUNCTION):
            instance = INSTANCE | number << SHIFT
            if result:
                self._cells.add(result, instance)
            if row:
                self._flow.made.add(number)
                if tag == CLASS:
                    self._flow.make(row, number)
                self._construct(value if tag == CLASS else FUNCTION | number << SHIFT, instance, arguments, row)
            if result and tag == FUNCTION:
                self._cells.watch(self._flow.returned(number), self._returned, result)
        elif tag == OUTSIDE:
            self._flow.calls.call(value, arguments, result, row, site=result)
        elif tag == PROPERTY and self._cells.pairs[number][0] == STATIC_WRAP:
            self.create(self._cells.pairs[number][1], arguments, result, row)

    def _returned(self, value: int, result: int, _second: int) -> None:
        if value & TAG in (CONTAINER, INSTANCE, FUNCTION):
            self._cells.add(result, value)

    def _construct(self, value: int, receiver: int, arguments: tuple[int, ...], row: int) -> None:
        """Enter the constructor of a class, or the function itself, with a receiver."""
        flow, number = self._flow, value >> SHIFT
        if value & TAG == FUNCTION:
            flow.calls.function(number, receiver, arguments, 0, row)
            return
        if value & TAG == OUTSIDE:
            return
        term = flow.members.declared_term(number, self._constructor)
        if term > 0 and flow.rows[4 * term] == ValueOp.DEFINITION:
            flow.calls.function(flow.rows[4 * term + 1], receiver, arguments, 0, row)
            return
        base = self._bases.get(number)
        if base is None or not flow.rows[4 * base + 3]:
            if row > 0:
                flow.enters(row, number)
            return
        record = self._cells.pair(PROPERTY, receiver, flow.calls.record(arguments, number, 0, row))
        parents = self.parents(number)
        self._cells.watch(parents, self._construct_parent, record)
        if row > 0:
            flow.when_empty(parents, self._enters, row, number)

    def _enters(self, row: int, cls: int, _second: int) -> None:
        self._flow.enters(row, cls)

    def _construct_parent(self, value: int, record: int, _second: int) -> None:
        receiver, number = self._cells.pairs[record >> SHIFT]
        arguments, cls, _, row = self._flow.calls.recorded(number)
        value = self._as_parent(value)
        if value & TAG in (CLASS, FUNCTION) and not self._makes_itself(value):
            self._construct(value, receiver, arguments, row)
        elif row > 0:
            self._flow.enters(row, cls)

    def _makes_itself(self, value: int) -> bool:
        """Whether neither the class nor what it extends has a constructor: then the class that is made is what is entered."""
        number = value >> SHIFT
        if value & TAG != CLASS or self._flow.members.declared(number, self._constructor):
            return False
        base = self._bases.get(number)
        if base is None or not self._flow.rows[4 * base + 3]:
            return True
        held = self._cells.values[self.parents(number)]
        values = (held,) if isinstance(held, int) else held or ()
        return all(self._makes_itself(each) for each in values if each & TAG == CLASS)

    def called(self, value: int, arguments: tuple[int, ...], result: int, row: int) -> bool:
        """A class that is called: by `super(…)`, or by something that creates instances. False for those of Python."""
        if value & TAG == CLASS:
            if not self.is_ecma(value >> SHIFT):
                return False
            self.create(value, arguments, result, row)
            return True
        cls, receiver = self._cells.pairs[value >> SHIFT]
        if not self.is_ecma(cls):
            return False
        if row and receiver & TAG == INSTANCE:
            record = self._cells.pair(PROPERTY, receiver, self._flow.calls.record(arguments, cls, 0, row))
            self._cells.watch(self.parents(cls), self._super, record)
        return True

    def _super(self, value: int, record: int, _second: int) -> None:
        receiver, number = self._cells.pairs[record >> SHIFT]
        arguments, _, _, row = self._flow.calls.recorded(number)
        value = self._as_parent(value)
        if value & TAG == OUTSIDE:
            if row > 0:
                self._flow.enters(row, OUTER | number_of(self._flow.outside[value >> SHIFT]))
        elif value & TAG in (CLASS, FUNCTION):
            self._construct(value, receiver, arguments, row)

    def _as_parent(self, value: int) -> int:
        """What a class extends, whatever it was taken from."""
        return FUNCTION | self._cells.pairs[value >> SHIFT][0] << SHIFT if value & TAG == BOUND else value
