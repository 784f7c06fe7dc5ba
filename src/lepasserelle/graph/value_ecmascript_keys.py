"""Properties of ECMAScript under keys in brackets: texts, symbols, and keys of which nothing is known.

A symbol is a constant like a text (`parse.value_ecmascript_symbols`). What is put under a key that may be a symbol waits for it:
under a symbol it is under that alone, under anything else it may be under every key. What is read under a key that is not known may
be anything of the object: more than a few functions are candidates, none of them asserted.
"""

from typing import TYPE_CHECKING, Final

from lepasserelle.graph.value_cells import BOUND, CLASS, CONSTANT, CONTAINER, FUNCTION, OUTSIDE, SHIFT, TAG
from lepasserelle.graph.value_items import ANY, SOME
from lepasserelle.graph.values import MOST_VALUES as MOST_SURE
from lepasserelle.model.values import Container, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_ecmascript import Objects
    from lepasserelle.graph.value_flow import Flow

_LITERALS: Final = frozenset({int(Container.LIST), int(Container.TUPLE)})
_NAMES: Final = frozenset({int(ValueOp.IMPORT), int(ValueOp.PROPERTY)})
_SYMBOL: Final = "[Symbol"
"""What the name of a property begins with whose key is a symbol."""
_CONSTANT: Final = "s" + _SYMBOL


class Keys:
    """Rows that read or put under a key."""

    def __init__(self, flow: "Flow", objects: "Objects") -> None:
        self._flow = flow
        self._cells = flow.cells
        self._items = flow.items
        self._objects = objects
        self._unknown: set[int] = set()
        """Terms at which what an object has under any key arrives."""
        rows = flow.rows
        self._has_symbols = any(text.startswith(_CONSTANT) for text in flow.strings.texts)
        holders = ((row, rows[4 * row + 1]) for row in flow.program.of(ValueOp.SET_ITEM))
        self.keyed: dict[int, int] = {row: cls for row, term in holders if (cls := self._class_of(term)) >= 0}
        """Rows that state a member of a class under a key → the class."""
        self._with_keyed = frozenset(self.keyed.values())

    def _class_of(self, term: int) -> int:
        """The class that a term is, or whose prototype it is; -1 where it is none."""
        rows = self._flow.rows
        if term > 0 and rows[4 * term] == ValueOp.PROPERTY and self._flow.strings.texts[rows[4 * term + 2]] == "prototype":
            term = rows[4 * term + 1]
        return rows[4 * term + 1] if term > 0 and rows[4 * term] == ValueOp.CLASS else -1

    def may_be_its_own(self, node: int, word: int) -> bool:
        """Whether a class may state a member under this name that only the flow of values knows to be called so."""
        return node in self._with_keyed and self.is_symbol(word)

    def is_symbol(self, word: int) -> bool:
        """Whether a property is under a symbol, which no text ever is."""
        return self._flow.strings.texts[word].startswith(_SYMBOL)

    # ── reading ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def element(self, term: int, base: int, key: int, _line: int) -> None:
        """`base[key]`."""
        if key <= 0:
            self._cells.watch(base, self._under, term, -key or ANY)
        else:
            self._cells.watch(key, self._of, term, base)
            self._flow.when_empty(key, self._anywhere, term, base)

    def _anywhere(self, term: int, base: int, _second: int) -> None:
        self._cells.watch(base, self._under, term, ANY)

    def _of(self, value: int, term: int, base: int) -> None:
        self._cells.watch(base, self._under, term, value >> SHIFT if value & TAG == CONSTANT else ANY)

    def _under(self, value: int, term: int, key: int) -> None:
        if value & TAG == CONTAINER and self._items.kinds.get(value >> SHIFT) in _LITERALS:
            self._items.read(value >> SHIFT, key, term)
        elif key > 0:
            text = self._flow.strings.texts[key]
            if value & TAG != OUTSIDE or (text.startswith("s") and not text.startswith(_CONSTANT)):
                self._objects.property(value, term, self._flow.strings[text[1:]])
        elif value & TAG == CONTAINER:
            self._unknown.add(term)
            self._objects.take_all(value, term)

    def mark(self) -> None:
        """Nothing flows any more: where an unknown key gives more than a few functions, it is not known which of them."""
        self._cells.full.update(term for term in self._unknown if len(self._functions(term)) > MOST_SURE)

    def _functions(self, term: int) -> set[int]:
        pairs, found = self._cells.pairs, set[int]()
        for value in self._cells.held(term):
            if value & TAG in (FUNCTION, CLASS):
                found.add(value >> SHIFT)
            elif value & TAG == BOUND:
                found.add(pairs[value >> SHIFT][0])
        return found

    # ── putting ───────────────────────────────────────────────────────────────────────────────────────────────────────────

    def set_item(self, value: int, row: int, _second: int) -> None:
        """`value[key] = c` of a row."""
        key = self._flow.extra[self._flow.rows[4 * row + 2]]
        if value & TAG == CONTAINER and self._items.kinds.get(value >> SHIFT) != Container.OBJECT:
            self._items.set_item(value, row, 0)
        elif key < 0:
            self._put(CONSTANT | -key << SHIFT, row, value)
        elif self._may_be_symbol(key):
            self._cells.watch(key, self._put, row, value)
            self._flow.when_empty(key, self._put_anywhere, row, value)
        else:
            self._put_anywhere(row, value, 0)
            if key and self._has_symbols:
                self._cells.watch(key, self._put_symbol, row, value)

    def _may_be_symbol(self, key: int) -> bool:
        """Whether a key is what is imported, a property, or a variable that may hold one of these or a constant."""
        flow, rows = self._flow, self._flow.rows
        terms = [key]
        if key > 0 and rows[4 * key] == ValueOp.PHI:
            start, count = rows[4 * key + 1], rows[4 * key + 2]
            terms = [*flow.extra[start : start + count], *flow.joins(key)]
        return any(term < 0 or (term > 0 and rows[4 * term] in _NAMES) for term in terms)

    def _put(self, key: int, row: int, value: int) -> None:
        """A value is put under what a key turns out to be."""
        text = self._flow.strings.texts[key >> SHIFT] if key & TAG == CONSTANT else ""
        is_written = self._flow.extra[self._flow.rows[4 * row + 2]] < 0
        if is_written or text.startswith(_CONSTANT):
            self._objects.put(value, self._flow.strings[text[1:]], self._flow.rows[4 * row + 3])
        else:
            self._put_anywhere(row, value, 0)

    def _put_symbol(self, key: int, row: int, value: int) -> None:
        """What is under any key already is under a symbol, too, that turns up: who reads there looks nowhere else."""
        if key & TAG == CONSTANT and self._flow.strings.texts[key >> SHIFT].startswith(_CONSTANT):
            self._put(key, row, value)

    def _put_anywhere(self, row: int, value: int, _second: int) -> None:
        if value & TAG == CONTAINER:
            self._items.put(value >> SHIFT, SOME, self._flow.rows[4 * row + 3])
