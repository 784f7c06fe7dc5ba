"""Classes that `type(name, (base,), {…})` makes.

No definition stands for such a class: its first base does, whose members its instances have, unless the dictionary names a method
of it anew. What the dictionary names is put on the base where that, and what it inherits from, has nothing of the name, and where
no other such call names the same: then only instances of made classes can be asked for it.
"""

from typing import TYPE_CHECKING

from lepasserelle.graph.value_cells import CLASS, CONTAINER, SHIFT, TAG
from lepasserelle.model.values import Container, Spread, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow
    from lepasserelle.graph.value_records import Arguments


class Making:
    """Makes them."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._naming: dict[int, set[int]] = {}
        """Word → the displays that name it."""

    def announce(self, arguments: "Arguments") -> None:
        """A call that may be reached: what its dictionary names is put on values."""
        for word, _ in self._named(arguments):
            self._naming.setdefault(word, set()).add(arguments[5])
            self._flow.members.will_set(word)

    def _named(self, arguments: "Arguments") -> list[tuple[int, int]]:
        """Word and term of what the display of a call names."""
        flow, term = self._flow, arguments[5] if arguments[::2] == (0, 0, 0) else 0
        at = 4 * term
        if term <= 0 or flow.rows[at] != ValueOp.DISPLAY or flow.rows[at + 1] & 7 != Container.DICT:
            return []
        pairs = flow.extra[flow.rows[at + 2] : flow.rows[at + 2] + 2 * flow.rows[at + 3]]
        named = [(key, source) for key, source in zip(pairs[::2], pairs[1::2], strict=True) if Spread.UNKNOWN < key < 0]
        texts = [(flow.strings.texts[-key], source) for key, source in named]
        return [(flow.strings[text[1:]], source) for text, source in texts if text[:1] == "s" and text[1:].isidentifier()]

    def make(self, arguments: "Arguments", result: int) -> None:
        """What such a call gives arrives at a cell."""
        if arguments[::2] == (0, 0, 0):
            self._flow.cells.watch(arguments[3], self._take_base, result, arguments[5])

    def _take_base(self, value: int, result: int, display: int) -> None:
        if value & TAG == CONTAINER:
            flow, base = self._flow, self._flow.cells.new()
            flow.items.read(value >> SHIFT, flow.items.place(0), base)
            flow.cells.watch(base, self._stand, result, display)

    def _stand(self, value: int, result: int, display: int) -> None:
        """A base stands for the class that is made."""
        if value & TAG != CLASS:
            return
        members, named = self._flow.members, self._named((0, 0, 0, 0, 0, display))
        if any(self._is_method(members.bound_in(value >> SHIFT, word)) for word, _ in named):
            return
        self._flow.cells.add(result, value)
        for word, source in named:
            if len(self._naming[word]) == 1 and members.bound_in(value >> SHIFT, word) is None:
                members.store(value, word, source)

    def _is_method(self, term: int | None) -> bool:
        return term is not None and term > 0 and self._flow.rows[4 * term] in (ValueOp.DEFINITION, ValueOp.DECORATE)
