"""Which accessors a read runs, by the classes of the values that it is read from: a property or getter that a class below overrides
is entered as a method of such a receiver is. Asks for these reads before the flow is solved, tells of them once it is.

What a read gives goes by way of the cell of the member, which stands for all who read it; here each reader is told of its own.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.shapes import ACCESSOR, IS_CALLABLE, IS_TYPE
from lepasserelle.graph.survey import DEFINED, NO_NODE, PAYLOAD, Survey
from lepasserelle.graph.value_cells import INSTANCE, PARENT, SHIFT, TAG
from lepasserelle.model.values import ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_abstract import Abstract
    from lepasserelle.graph.value_flow import Flow

_NO_GETTERS: Final = (".setter", ".deleter")
_READS: Final = {"python": ValueOp.ATTRIBUTE, "ecma": ValueOp.PROPERTY}


def accessor_words(survey: Survey, family: str) -> frozenset[int]:
    """The names under which classes of a family of languages have accessors."""
    flags = np.frombuffer(survey.flags, dtype=np.uint8)
    found, bases, parents = set[int](), survey.bases_of_files, survey.lexical_parent
    for node in np.flatnonzero(flags & ACCESSOR).tolist():
        of_class = IS_CALLABLE[survey.kind[node]] and parents[node] != NO_NODE and IS_TYPE[survey.kind[parents[node]]]
        if of_class and survey.files[bisect_right(bases, node) - 1].family.name == family:
            found.add(survey.bound_as.get(node, survey.name[node]))
    return frozenset(found)


class Read(NamedTuple):
    """What a row of the program reads. Each ascending."""

    row: int
    several: Sequence[int]
    """The rows that say the same in some context."""
    entered: tuple[int, ...]
    declared: tuple[int, ...]
    """Abstract accessors to which the classes of receivers lead, and which are not entered."""


class Reads:
    """The reads of accessors of one program."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self._operation = _READS.get(flow.program.family)
        self._words = accessor_words(flow.survey, flow.program.family) if self._operation else frozenset[int]()
        self._known: dict[tuple[int, int], int] = {}

    def ask(self) -> None:
        """Somebody wants to know what is read from under names of accessors; of ECMAScript, where objects say it, what is read."""
        is_python, rows = self._flow.program.family == "python", self._flow.rows
        for row in self._rows(self._words):
            self._flow.cells.ask(rows[4 * row + 1] if is_python else row)

    def _rows(self, words: frozenset[int]) -> list[int]:
        """Rows that read something under some names, copies of rows among them."""
        if not words:
            return []
        table: NDArray[np.int32] = np.frombuffer(self._flow.rows, dtype=np.int32).reshape(-1, 4)
        of_kind = np.flatnonzero(table[:, 0] == self._operation)
        found: list[int] = of_kind[np.isin(table[of_kind, 2], list(words))].tolist()
        return found

    def told(self, abstract: "Abstract") -> Iterator[Read]:
        """Of each row that runs an accessor which one. The flow is solved."""
        for row, several in self._flow.contexts.places(self._rows(self._words)):
            entered, declared = set[int](), set[int]()
            for each in several:
                self._read(each, abstract, entered, declared)
            declared -= entered
            if entered or declared:
                yield Read(row, several, tuple(sorted(entered)), tuple(sorted(declared)))

    def _read(self, row: int, abstract: "Abstract", entered: set[int], declared: set[int]) -> None:
        base, word = self._flow.rows[4 * row + 1 : 4 * row + 3]
        for value in self._flow.cells.held(base):
            for node in self._accessors(value, word):
                of_class = value >> SHIFT if value & TAG == INSTANCE else -1
                is_entered = node not in abstract.overridden or abstract.may_be(of_class, node)
                (entered if is_entered else declared).add(node)

    def _accessors(self, value: int, word: int) -> list[int]:
        """What runs when a member is taken from a value."""
        flow, tag, number = self._flow, value & TAG, value >> SHIFT
        if flow.program.family != "python":
            accessors = [node for node in flow.ecma.functions(value, word) if flow.survey.flags[node] & ACCESSOR]
            return [self._first(node) for node in accessors if tag != INSTANCE or not self._is_below(number, node, word)]
        if tag == INSTANCE:
            found = self._of_class(number, word)
        elif tag == PARENT and flow.cells.pairs[number][1] & TAG == INSTANCE:
            cls, receiver = flow.cells.pairs[number]
            found = self._above(receiver >> SHIFT, cls, word)
        else:
            found = -1
        return [found] if found >= 0 else []

    def _is_below(self, cls: int, accessor: int, word: int) -> bool:
        """Whether a class, or one between it and that of an accessor, has something else under its name."""
        owner, survey = self._flow.survey.lexical_parent[accessor], self._flow.survey
        order = self._flow.members.order(cls)
        return owner in order and any(survey.entries(each, word) for each in order[: order.index(owner)])

    def _of_class(self, cls: int, word: int) -> int:
        known = self._known.get((cls, word))
        if known is None:
            order = self._flow.members.order(cls)
            known = self._in(order, word)
            if known >= 0 and self._gives_way(known) and self._flow.members.is_hidden(order, word):
                known = -1
            self._known[cls, word] = known
        return known

    def _gives_way(self, node: int) -> bool:
        """Whether what a constructor puts on the instance hides an accessor: a cached one, which is no data descriptor."""
        texts = self._flow.strings.texts
        return any(texts[each].endswith("cached_property") for each in self._flow.survey.decorators.get(node, ()))

    def _above(self, cls: int, below: int, word: int) -> int:
        """What `super()` of a class gives an instance of another."""
        order = self._flow.members.order(cls)
        return self._in(order[order.index(below) + 1 :] if below in order else (), word)

    def _in(self, order: Sequence[int], word: int) -> int:
        """The accessor that the first class has which binds a name; -1 where that is something else. A class that has but a setter
        (`@Base.name.setter`) leaves the getter to one above.
        """
        members, survey = self._flow.members, self._flow.survey
        for cls in order:
            if not members.declared(cls, word):
                continue
            nodes = [entry & PAYLOAD for entry in survey.entries(cls, word) if entry >> 56 == DEFINED]
            accessors = [node for node in nodes if survey.flags[node] & ACCESSOR and IS_CALLABLE[survey.kind[node]]]
            getter = next((node for node in accessors if not self._is_no_getter(node)), -1)
            if getter >= 0 or not accessors:
                return getter
        return -1

    def _is_no_getter(self, node: int) -> bool:
        texts = self._flow.strings.texts
        return any(texts[decorator].endswith(_NO_GETTERS) for decorator in self._flow.survey.decorators.get(node, ()))

    def _first(self, node: int) -> int:
        """The getter that stands before a setter of the name, as names are resolved."""
        survey = self._flow.survey
        entries = survey.entries(survey.lexical_parent[node], survey.name[node])
        nodes = [entry & PAYLOAD for entry in entries if entry >> 56 == DEFINED]
        return next((each for each in nodes if survey.flags[each] & ACCESSOR), node)
