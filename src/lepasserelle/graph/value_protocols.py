"""Methods that Python's syntax and its built-ins call on values: operators, their reflections, conversions, hashing, comparing."""

from typing import TYPE_CHECKING, Final

from lepasserelle.graph.value_cells import CONSTANT, CONTAINER, GENERATOR, INSTANCE, SHIFT, TAG
from lepasserelle.graph.value_items import ANY
from lepasserelle.model.values import Container

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_MIRRORED: Final = {"__lt__": "__gt__", "__gt__": "__lt__", "__le__": "__ge__", "__ge__": "__le__", "__eq__": "__eq__"}
_BINARY: Final = frozenset("add sub mul truediv floordiv mod pow matmul and or xor lshift rshift".split())  # noqa: SIM905
_JOINING: Final = ("__add__", "__or__", "__mul__", "__iadd__", "__ior__")
_NEXT_BEST: Final = {
    "__format__": "__str__",
    "__str__": "__repr__",
    "__bool__": "__len__",
    "__ne__": "__eq__",
    "__reversed__": "__len__",
}
"""Method that a class lacks → the one that is called in its place."""
HASHING: Final = {
    int(Container.SET): frozenset({"add", "discard", "remove"}),
    int(Container.DICT): frozenset({"get", "pop", "setdefault"}),
}
"""Kind of container → its methods that hash their first argument."""
_BARE: Final = ("typing.", "typing_extensions.", "abc.", "collections.")
"""Where bases come from that have none of these methods."""


class Protocols:
    """Calls what the syntax asks for. `row` is who is told of it."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._cells = flow.cells

    def operate(self, value: int, term: int, argument: int) -> None:
        """An `OPERATE` row gets a value."""
        flow = self._flow
        word = flow.extra[flow.rows[4 * term + 3]]
        name = flow.strings.texts[word]
        tag = value & TAG
        if tag == INSTANCE:
            self._of_instance(value, name, term, argument)
        elif tag == CONTAINER:
            if name in _JOINING:
                flow.items.join(value, argument, term)
            elif name in ("__str__", "__repr__", "__format__"):
                self._cells.watch(self._all_of(value), self._told, term, word)
        elif tag == CONSTANT:
            self._reflect(name, term, value, argument)

    def _all_of(self, value: int) -> int:
        cell = self._cells.new()
        self._flow.items.read(value >> SHIFT, ANY, cell)
        return cell

    def _of_instance(self, value: int, name: str, term: int, argument: int) -> None:
        calls = self._flow.calls
        if calls.call_member(value, name, (0, argument) if argument else (), term, term):
            return
        if name in _NEXT_BEST:
            self.call(value, self._next_best(value, name), term, argument)
        elif name == "__contains__":
            if self._flow.members.has(value >> SHIFT, "__iter__"):
                calls.call_member(value, "__iter__", (), 0, term)
        elif name.startswith("__i") and name[3:-2] in _BINARY:
            if not calls.call_member(value, "__" + name[3:], (0, argument), term, term):
                self._reflect("__" + name[3:], term, value, argument)
        else:
            self._reflect(name, term, value, argument)

    def _reflect(self, name: str, term: int, value: int, argument: int) -> None:
        """The left side has no such method: the right one is asked, with the sides changed."""
        mirrored = _MIRRORED.get(name) or (f"__r{name[2:]}" if name[2:-2] in _BINARY else "")
        if mirrored and argument > 0:
            left = self._cells.new()
            self._cells.add(left, value)
            record = self._cells.pair(CONSTANT, left, self._flow.strings[mirrored])
            self._cells.watch(argument, self._reflected, term, record)

    def _reflected(self, value: int, term: int, record: int) -> None:
        if value & TAG == INSTANCE:
            left, word = self._cells.pairs[record >> SHIFT]
            self._flow.calls.call_member(value, self._flow.strings.texts[word], (0, left), term, term)

    def _told(self, value: int, row: int, word: int) -> None:
        if value & TAG == INSTANCE:
            self.call(value, self._flow.strings.texts[word], row)

    def call(self, value: int, name: str, row: int, argument: int = 0) -> None:
        """Call a method of an instance, or the next best that its class has."""
        given = (0, argument) if argument else ()
        while name and not self._flow.calls.call_member(value, name, given, 0, row):
            name = self._next_best(value, name)

    def _next_best(self, value: int, name: str) -> str:
        """What is called in place of a method that the project's classes lack. `__repr__` is not where a base outside has a text of
        its own, as an enumeration or an exception has.
        """
        lineage = self._flow.evaluator.classes.lineage(value >> SHIFT)
        texts = self._flow.strings.texts
        if name == "__str__" and any(not texts[base].startswith(_BARE) for base in lineage.outside):
            return ""
        return _NEXT_BEST.get(name, "")

    def result(self, value: int, term: int, waits: int) -> None:
        """What `yield from` or `await` gives; the generator gets what the one around it is sent."""
        flow, tag = self._flow, value & TAG
        if tag == GENERATOR:
            self._cells.copy(flow.returned(value >> SHIFT), term)
            self._cells.copy(flow.sent(flow.program.scopes[term]), flow.sent(value >> SHIFT))
        elif tag == INSTANCE and (waits or flow.members.has(value >> SHIFT, "__iter__")):
            given = self._cells.new()
            self._cells.watch(given, self._ended, term)
            if not flow.calls.call_member(value, "__await__" if waits else "__iter__", (), given, term if waits else 0) and waits:
                self._cells.add(term, value)
        elif waits:
            self._cells.add(term, value)

    def _ended(self, value: int, term: int, _second: int) -> None:
        """What a generator of an instance returns."""
        if value & TAG == GENERATOR:
            self.result(value, term, 0)

    def each_told(self, source: int, method: str, row: int) -> None:
        """Every instance among the values of a cell has a method called."""
        self._cells.watch(source, self._told, row, self._flow.strings[method])

    def compared(self, items: int, method: str, row: int) -> None:
        """Items are put in order: the method, or its mirror image, of each instance is called with the others."""
        self._cells.watch(items, self._compare, row, self._cells.pair(CONSTANT, items, self._flow.strings[method]))

    def _compare(self, value: int, row: int, record: int) -> None:
        if value & TAG != INSTANCE:
            return
        items, word = self._cells.pairs[record >> SHIFT]
        name = self._flow.strings.texts[word]
        for method in (name, _MIRRORED[name]):
            if self._flow.calls.call_member(value, method, (0, items), 0, row):
                return

    def hashed(self, value: int, row: int, _second: int) -> None:
        """A value becomes a key."""
        if value & TAG == INSTANCE:
            self._flow.calls.call_member(value, "__hash__", (), 0, row)

    def looked_up(self, value: int, row: int, key: int) -> None:
        """`value[key]` of a container: a dictionary takes what the key hashes to, a list its number."""
        kind = self._flow.items.kinds.get(value >> SHIFT) if value & TAG == CONTAINER else None
        if kind == Container.DICT:
            self._cells.watch(key, self.hashed, row)
        elif kind in (Container.LIST, Container.TUPLE):
            self._cells.watch(key, self._told, row, self._flow.strings["__index__"])
