"""Fields that classes declare: what the constructor of a data class sets, and what a named tuple has at its places."""

from typing import TYPE_CHECKING

from lepasserelle.graph.value_cells import INSTANCE, SHIFT
from lepasserelle.model.values import ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow


class DeclaredFields:
    """The rows of fields by class."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._rows: dict[int, list[int]] = {}
        for cls, row in flow.program.grouped(ValueOp.FIELD, 1):
            self._rows.setdefault(cls, []).append(row)
            flow.members.will_set(flow.rows[4 * row + 2])

    def _of(self, cls: int) -> list[int]:
        """The rows of a class's fields, those of its bases first."""
        return [field for each in reversed(self._flow.members.order(cls)) for field in self._rows.get(each, ())]

    def at(self, cls: int, place: int) -> int:
        """The word of the field of a named tuple that is written as a class, by its place; 0 where there is none."""
        texts = self._flow.strings.texts
        if not any(texts[name] == "typing.NamedTuple" for name in self._flow.evaluator.classes.lineage(cls).outside):
            return 0
        declared = self._of(cls)
        return self._flow.rows[4 * declared[place] + 2] if -len(declared) <= place < len(declared) else 0

    def set(self, cls: int, arguments: tuple[int, ...], row: int) -> None:
        """A call makes an instance of a class without a constructor of its own."""
        flow, rows, declared = self._flow, self._flow.rows, self._of(cls)
        fields = [rows[4 * field + 2] for field in declared]
        if fields:
            flow.calls.call_member(INSTANCE | cls << SHIFT, "__post_init__", (), 0, row)
        for field in declared:
            self._by_factory(cls, field, row)
        for place, at in enumerate(range(0, len(arguments), 2)):
            kind, term = arguments[at], arguments[at + 1]
            word = kind if kind > 0 else fields[place] if kind == 0 and place < len(fields) else 0
            if word and fields:
                flow.members.store(INSTANCE | cls << SHIFT, word, term)

    def _by_factory(self, cls: int, field: int, row: int) -> None:
        """`name: type = field(default_factory=f)`: the factory is called."""
        flow, rows, word = self._flow, self._flow.rows, self._flow.strings["default_factory"]
        default = rows[4 * field + 3]
        if default > 0 and rows[4 * default] == ValueOp.CALL:
            given = flow.calls.arguments(default)
            for at in range(0, len(given), 2):
                if given[at] == word:
                    made = flow.cells.new()
                    flow.calls.back(given[at + 1], (), made, 0)
                    flow.calls.back(given[at + 1], (), 0, row)
                    flow.members.store(INSTANCE | cls << SHIFT, rows[4 * field + 2], made)
