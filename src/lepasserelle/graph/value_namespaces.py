"""Members that a metaclass of Python replaces while it makes a class: `namespace["f"] = wrapped(namespace["f"])` in its `__new__`.

Each such metaclass has one namespace, which holds the members of all classes that it makes: what wraps a method is entered with the
methods of all of them. Only what is put under a constant key, once, and reads what lay there is told: whether another thing that is
put there takes a place or fills a gap hangs on conditions that are not looked at.
"""

from typing import TYPE_CHECKING, Final

from lepasserelle.model.values import Container, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_NAMESPACE: Final = 3
"""Place of the namespace among the parameters of `__new__` of a metaclass."""


class Namespaces:
    """Asked of each class statement before anything flows."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._replacing: dict[int, tuple[int, dict[int, int]]] = {}
        """Metaclass → its namespace, key → term of what it puts in the place of a member."""

    def of_class(self, cls: int, meta: int) -> None:
        """A class is made by a metaclass."""
        known = self._replacing.get(meta)
        if known is None:
            known = self._replacing[meta] = self._replaced_by(meta)
        site, replacing = known
        strings = self._flow.strings
        for key, term in replacing.items():
            member = self._flow.members.replace(cls, strings[strings.texts[key][1:]], term)
            if member:
                self._flow.items.put(site, key, member)

    def _replaced_by(self, meta: int) -> tuple[int, dict[int, int]]:
        namespace = self._namespace(meta)
        if not namespace:
            return 0, {}
        flow, put = self._flow, dict[int, list[int]]()
        rows, program = flow.rows, flow.program
        site = flow.container(namespace, Container.DICT)
        read = {-rows[4 * row + 2] for row in program.with_operand(ValueOp.ITEM, {namespace})}
        for row in program.with_operand(ValueOp.SET_ITEM, {namespace}):
            put.setdefault(-flow.extra[rows[4 * row + 2]], []).append(rows[4 * row + 3])
        texts, replacing = flow.strings.texts, dict[int, int]()
        for key, terms in put.items():
            if key > 0 and key in read and texts[key][:1] == "s" and len(terms) == 1 and terms[0] > 0:
                replacing[key] = terms[0]
        if replacing:
            flow.items.sealed.add(site)  # what is read there is what the class binds
        return site, replacing

    def _namespace(self, meta: int) -> int:
        """The row of the parameter that gets the namespace, 0 where the metaclass takes none by place."""
        flow = self._flow
        rows, maker = flow.rows, flow.members.bound_in(meta, flow.strings["__new__"])
        if maker is None or maker <= 0 or rows[4 * maker] != ValueOp.DEFINITION:
            return 0
        row = flow.calls.parameter_row(rows[4 * maker + 1], _NAMESPACE)
        return row if row and rows[4 * row] == ValueOp.PARAMETER else 0
