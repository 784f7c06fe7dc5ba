"""`functools.singledispatch` and `singledispatchmethod`: a call of the generic function enters the implementation that is
registered for the type of its first argument, all of them where that is not known. Which are registered is known at the fixpoint,
so calls wait for it.
"""

from typing import TYPE_CHECKING, Final

from lepasserelle.graph.shapes import IS_TYPE
from lepasserelle.graph.value_cells import BOUND, CLASS, CONSTANT, CONTAINER, FUNCTION, INSTANCE, OUTSIDE, PROPERTY, SHIFT, TAG
from lepasserelle.graph.values import INSTANCE as KNOWN_INSTANCE
from lepasserelle.graph.values import number_of, tag_of

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow
    from lepasserelle.graph.value_records import Arguments

GENERIC, REGISTER, REGISTER_FOR, TAKEN = 20, 21, 22, 23
"""First numbers of a `PROPERTY` pair: the generic function, its `register`, what `register(cls)` gives, a generic method that was
taken from an instance (second number: that of a `BOUND` pair).
"""
DISPATCHED: Final = frozenset({GENERIC, REGISTER, REGISTER_FOR, TAKEN})
DISPATCHERS: Final = frozenset({"functools.singledispatch", "functools.singledispatchmethod"})
_BUILTIN: Final = "<builtin>."
_CONSTANTS: Final = {"s": "<str>", "f": "<str>", "i": "<int>"}
_CONTAINERS: Final = ("<list>", "<tuple>", "<set>", "<dict>")

Type = int | str
"""A class of the project, or the name of one outside (`<int>`)."""


class Dispatch:
    """Generic functions, by the definition below the decorator."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells
        self._registered: dict[int, list[tuple[Type, int]]] = {}
        """Generic → type and cell of each implementation."""

    def decorate(self, value: int, term: int, _second: int) -> None:
        """`@singledispatch` above a function."""
        if value & TAG == FUNCTION:
            self._cells.add(term, self._cells.pair(PROPERTY, GENERIC, value >> SHIFT))

    def attribute(self, value: int, term: int, name: str) -> None:
        """`generic.register`."""
        kind, node = self._cells.pairs[value >> SHIFT]
        if kind == GENERIC and name == "register":
            self._cells.add(term, self._cells.pair(PROPERTY, REGISTER, node))

    def call(self, number: int, arguments: "Arguments", result: int, row: int) -> None:
        """A call of the generic, of its `register` or of what that gave."""
        kind, inner = self._cells.pairs[number]
        given = [arguments[at + 1] for at in range(0, len(arguments), 2) if arguments[at] == 0]
        if kind in (GENERIC, TAKEN):
            node, receiver = (inner, -1) if kind == GENERIC else self._cells.pairs[inner]
            self._cells.ask(given[0] if given else 0)
            record = self._flow.calls.record(arguments, receiver, result, row)
            self._flow.when_empty(self._cells.new(), self._choose, node, given[0] if given else 0, record)
        elif not given:
            return
        elif kind == REGISTER and len(given) == 1:
            self._cells.watch(given[0], self._register, inner, result)
        elif kind == REGISTER:
            self._cells.watch(given[0], self._implement, inner, given[1])
            self._cells.copy(given[1], result) if result else None
        else:
            node, of_class = self._cells.pairs[inner]
            self._implement(of_class, node, given[0])
            self._cells.copy(given[0], result) if result else None

    def _register(self, value: int, node: int, result: int) -> None:
        """`register(f)` by the annotation of its first parameter, `register(cls)` for the function that follows."""
        if value & TAG == FUNCTION:
            cell = self._cells.new()
            self._cells.add(cell, value)
            owner = self._flow.survey.lexical_parent[self._flow.contexts.origin(value >> SHIFT)]
            word = self._flow.calls.signature(value >> SHIFT, int(IS_TYPE[self._flow.survey.kind[owner]]))[1]
            for packed in self._flow.types.declared(value >> SHIFT, word):
                number = number_of(packed)
                self._put(node, number if tag_of(packed) == KNOWN_INSTANCE else self._flow.strings.texts[number], cell)
            if result:
                self._cells.add(result, value)
        elif result and value & TAG in (CLASS, OUTSIDE):
            pair = self._cells.pair(PROPERTY, node, value)
            self._cells.add(result, self._cells.pair(PROPERTY, REGISTER_FOR, pair >> SHIFT))

    def _implement(self, value: int, node: int, cell: int) -> None:
        if value & TAG == CLASS:
            self._put(node, value >> SHIFT, cell)
        elif value & TAG == OUTSIDE:
            name = self._flow.outside_name(value)
            self._put(node, f"<{name.removeprefix(_BUILTIN)}>" if name.startswith(_BUILTIN) else name, cell)

    def _put(self, node: int, of_type: Type, cell: int) -> None:
        registered = self._registered.setdefault(node, [])
        if (of_type, cell) not in registered:
            registered.append((of_type, cell))

    def bound(self, node: int, receiver: int) -> int:
        """A generic method as it is taken from an instance."""
        return self._cells.pair(PROPERTY, TAKEN, self._cells.pair(BOUND, node, receiver) >> SHIFT)

    def _choose(self, node: int, chooses: int, record: int) -> None:
        flow, registered = self._flow, self._registered.get(node, [])
        arguments, receiver, result, row = flow.calls.recorded(record)
        values = flow.cells.held(chooses)
        found = [self._fitting(value, dict(registered)) for value in values]
        for cell in dict.fromkeys(cell for _, cell in registered):
            if not found or None in found or cell in found:
                flow.calls.enter_with(cell, receiver, arguments, result, row)
        if not found or None in found or 0 in found or not registered:
            flow.calls.function(node, receiver, arguments, result, row)

    def _fitting(self, value: int, registered: dict[Type, int]) -> int | None:
        """The cell of the implementation for a value, 0 for the generic itself, None where its type is not known."""
        tag, number, texts = value & TAG, value >> SHIFT, self._flow.strings.texts
        types: list[Type] = []
        if tag == CONSTANT:
            types = [_CONSTANTS.get(texts[number][:1], "")]
        elif tag == INSTANCE:
            outside = self._flow.evaluator.classes.lineage(number).outside
            types = [*self._flow.members.order(number), *[texts[name] for name in outside]]
        elif tag == CONTAINER and self._flow.items.kinds.get(number, 9) < len(_CONTAINERS):
            types = [_CONTAINERS[self._flow.items.kinds[number]]]
        else:
            return None
        return next((registered[each] for each in types if each in registered), 0)
