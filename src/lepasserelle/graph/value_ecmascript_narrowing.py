"""Which values a condition of ECMAScript lets through: `typeof`, `instanceof`, `Array.isArray`.

As in `value_narrowing`, a test is told to fail, or to hold, only where that is known. Nothing is known of `instanceof` where a
class decides by itself (`Symbol.hasInstance`), of parents that are no plain names, and of prototypes that are replaced.
"""

from typing import TYPE_CHECKING, Final

from lepasserelle.graph.value_cells import (
    BOUND,
    CLASS,
    CONSTANT,
    CONTAINER,
    FUNCTION,
    GENERATOR,
    INSTANCE,
    METHOD,
    OUTSIDE,
    PARTIAL,
    SHIFT,
    TAG,
)
from lepasserelle.model.values import Container, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

NO, PERHAPS, YES = range(3)
_GLOBAL: Final = "<global>."
_CALLED: Final = frozenset({FUNCTION, CLASS, BOUND, PARTIAL, METHOD})
_CONSTANTS: Final = {"s": "string", "f": "string", "i": "number"}
_LISTS: Final = frozenset({int(Container.LIST), int(Container.TUPLE)})
_MADE: Final = {
    int(Container.LIST): ("Array",),
    int(Container.TUPLE): ("Array",),
    int(Container.SET): ("Set", "WeakSet"),
    int(Container.MAP): ("Map", "WeakMap"),
    int(Container.PROMISE): ("Promise",),
    int(Container.OBJECT): (),
}
"""Kind of container → global classes whose instances they are, beside `Object`."""
_REPLACING: Final = ("setPrototypeOf", "inherits")
"""Functions that put prototypes above objects that were made without them."""


class EcmaVerdicts:
    """What is known of tests: (value, operand) → whether the test holds."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._replaced: set[int] | None = None
        """Functions whose `prototype` is put."""
        self._is_replacing: bool | None = None
        self._deciding: dict[int, bool] = {}

    def says(self, operand: int) -> bool:
        """Whether something is known of `instanceof` this operand."""
        tag = operand & TAG
        if tag == CLASS:
            return not self._decides(operand >> SHIFT)
        return tag in (FUNCTION, BOUND, OUTSIDE)

    def is_of_type(self, value: int, operand: int) -> int:
        """`typeof value === operand`."""
        asked, tag, texts = self._flow.strings.texts[operand >> SHIFT], value & TAG, self._flow.strings.texts
        if tag in _CALLED:
            return YES if asked == "function" else NO
        if tag == CONSTANT:
            found = _CONSTANTS.get(texts[value >> SHIFT][:1])
            return PERHAPS if found is None else YES if asked == found else NO
        if tag == INSTANCE and "Function" in self._outside(value >> SHIFT):
            return PERHAPS
        if tag in (INSTANCE, CONTAINER, GENERATOR):
            return YES if asked == "object" else NO
        return PERHAPS

    def is_array(self, value: int, _operand: int) -> int:
        """`Array.isArray(value)`."""
        tag = value & TAG
        if tag == CONTAINER:
            kind = self._flow.items.kinds.get(value >> SHIFT, int(Container.LIST))
            if kind not in _LISTS:
                return NO
            return YES if self._is_written(value >> SHIFT) else PERHAPS
        if tag == INSTANCE:
            cls = value >> SHIFT
            return PERHAPS if self._outside(cls) or self._flow.evaluator.classes.lineage(cls).unknown else NO
        return NO if tag in _CALLED or tag in (CONSTANT, GENERATOR) else PERHAPS

    def is_made_by(self, value: int, operand: int) -> int:
        """`value instanceof operand`."""
        tag = value & TAG
        if tag == CONSTANT:
            return NO
        if operand & TAG == OUTSIDE:
            return self._of_outside(value, self._flow.outside_name(operand))
        above = self._flow.cells.pairs[operand >> SHIFT][0] if operand & TAG == BOUND else operand >> SHIFT
        if tag == INSTANCE:
            return self._below(value >> SHIFT, above)
        if tag == CONTAINER and self._is_bare(value >> SHIFT):
            return NO
        if tag in _CALLED:
            return PERHAPS if self._outside(above) else NO
        return PERHAPS

    def _below(self, made_by: int, above: int) -> int:
        flow = self._flow
        if made_by == above or above in flow.members.order(made_by) or self._extends(made_by, above):
            return YES
        if flow.evaluator.classes.lineage(made_by).unknown or self._replaces():
            return PERHAPS
        return PERHAPS if made_by in self._of_replaced() else NO

    def _extends(self, cls: int, above: int) -> bool:
        """Whether a class extends another by way of values that have flown there so far (mixins)."""
        seen, todo = {cls}, [cls]
        while todo:
            for value in self._flow.cells.held(self._flow.ecma.parents(todo.pop())):
                number = value >> SHIFT
                if value & TAG in (CLASS, FUNCTION) and number not in seen:
                    if number == above:
                        return True
                    seen.add(number)
                    todo.append(number)
        return False

    def _of_outside(self, value: int, name: str) -> int:
        tag, short = value & TAG, name.removeprefix(_GLOBAL)
        if short == name or "." in short:
            return PERHAPS
        if tag == INSTANCE:
            outside = self._outside(value >> SHIFT)
            if short == "Object" or short in outside:
                return YES
            is_open = bool(outside) or self._flow.evaluator.classes.lineage(value >> SHIFT).unknown
            return PERHAPS if is_open or self._replaces() or value >> SHIFT in self._of_replaced() else NO
        if tag in _CALLED:
            return YES if short in ("Function", "Object") else NO
        if tag != CONTAINER or not self._is_bare(value >> SHIFT):
            return PERHAPS
        kind = self._flow.items.kinds.get(value >> SHIFT, int(Container.LIST))
        return YES if short == "Object" or short in _MADE.get(kind, ()) else NO

    def _is_written(self, site: int) -> bool:
        """Whether a container is a literal: what built-ins make counts as a list, also where it is an iterator."""
        return site < self._flow.cells.terms and self._flow.rows[4 * site] == ValueOp.DISPLAY

    def _is_bare(self, site: int) -> bool:
        """Whether what a container inherits from is what its kind says."""
        kind = self._flow.items.kinds.get(site, int(Container.LIST))
        if kind not in _MADE or self._replaces() or site in self._flow.ecma.inheriting:
            return False
        return kind == Container.PROMISE or self._is_written(site)

    def _outside(self, cls: int) -> list[str]:
        """The global classes that a class inherits from, by their names; others with their whole names."""
        lineage, texts = self._flow.evaluator.classes.lineage(cls), self._flow.strings.texts
        return [texts[base].removeprefix(_GLOBAL) for base in lineage.outside]

    def _replaces(self) -> bool:
        """Whether the project puts prototypes above objects that were there before."""
        if self._is_replacing is None:
            flow, rows = self._flow, self._flow.rows
            words = {flow.strings[word] for word in _REPLACING}
            taken = any(rows[4 * row + 2] in words for row in flow.program.of(ValueOp.PROPERTY))
            put = any(rows[4 * row + 2] == flow.strings["__proto__"] for row in flow.program.of(ValueOp.PUT))
            names = (flow.survey.import_text[3 * rows[4 * row + 1] + 1] for row in flow.program.of(ValueOp.IMPORT))
            self._is_replacing = taken or put or any(name in words for name in names)
        return self._is_replacing

    def _of_replaced(self) -> set[int]:
        """Functions whose `prototype` is given another object."""
        if self._replaced is None:
            flow, rows, word = self._flow, self._flow.rows, self._flow.strings["prototype"]
            self._replaced = set()
            for row in flow.program.of(ValueOp.PUT):
                if rows[4 * row + 2] == word:
                    base = rows[4 * row + 1]
                    self._replaced.update(value >> SHIFT for value in flow.cells.held(base) if value & TAG == FUNCTION)
                    if rows[4 * base] == ValueOp.DEFINITION:
                        self._replaced.add(rows[4 * base + 1])
        return self._replaced

    def _decides(self, cls: int) -> bool:
        """Whether a class says by itself what its instances are."""
        known = self._deciding.get(cls)
        if known is None:
            flow = self._flow
            flow.evaluator.fresh()
            word = flow.strings["static [Symbol.hasInstance]"]
            lineage = flow.evaluator.classes.lineage(cls)
            known = self._deciding[cls] = any(flow.members.declared(each, word) for each in lineage.order)
        return known
