"""Members whose names a text fits of which parts are known (`getattr(self, "visit_" + name)`), and who calls them.

Who asks for such a member and calls it is the dispatcher, and calls each. Where several functions call what another asked for, that
one stands for all of them, and each may have said more about the name than the text still knows: of more members than a cell has
room for, such a call is one.
"""

import re
from collections.abc import Iterable
from typing import TYPE_CHECKING, Final

from lepasserelle.graph.value_cells import CLASS, FITTING, INSTANCE, MODULE, OUTSIDE, SHIFT, TAG
from lepasserelle.graph.value_rounds import MOST_VALUES
from lepasserelle.model.values import ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow
    from lepasserelle.graph.value_records import Arguments

_MOST: Final = 256
"""Members that one text which is partly known may name."""


class Fitting:
    """Over what modules and classes bind: scope and word, packed."""

    def __init__(self, flow: "Flow", declared: Iterable[int]) -> None:
        self._flow = flow
        self._declared = declared
        self._words: dict[int, list[int]] | None = None
        """Scope → the words that it binds, once somebody asks."""
        self._members: dict[tuple[int, int], int] = {}
        """Value and word → the cell of that member."""
        self._elsewhere: dict[int, dict[int, int]] = {}
        """Number of a `FITTING` pair → the cell that a row calls which did not ask for it → the function of that row."""

    def call(self, number: int, arguments: "Arguments", result: int, row: int) -> None:
        """A call of a member whose name is known in part: `number` is that of a `FITTING` pair."""
        flow = self._flow
        owner, text = flow.cells.pairs[number]
        words = self.words(owner, flow.strings.texts[text])
        if row > 0 and len(words) > MOST_VALUES and not self._is_asked_for_by(row):
            self._is_called_elsewhere(number, row)
        for word in words:
            member = self._members.get((owner, word))
            if member is None:
                member = self._members[owner, word] = flow.cells.new()
                flow.members.attribute(owner, member, word)
            flow.calls.back(member, arguments, result, row)

    def _is_called_elsewhere(self, number: int, row: int) -> None:
        """A row calls what another function asked for: more than one such function have candidates only."""
        flow, callee = self._flow, self._flow.rows[4 * row + 1]
        if FITTING | number << SHIFT in flow.cells.held(callee):
            places = self._elsewhere.setdefault(number, {})
            places[callee] = flow.contexts.origin(flow.program.scopes[row])
            if len(set(places.values())) > 1:
                flow.cells.full.update(places)

    def _is_asked_for_by(self, row: int) -> bool:
        """Whether what a row calls is what `getattr` gives in the same function."""
        flow, rows = self._flow, self._flow.rows
        for each in flow.contexts.behind(rows[4 * row + 1]):
            if rows[4 * each] == ValueOp.CALL:
                callees = flow.cells.held(rows[4 * each + 1])
                if any(value & TAG == OUTSIDE and flow.outside_name(value) == "<builtin>.getattr" for value in callees):
                    return True
        return False

    def words(self, value: int, text: str) -> list[int]:
        """Words of the members of an instance or class, or of names of a module, that a text fits; `*` is what is not known."""
        if value & TAG == MODULE:
            scopes: tuple[int, ...] = (value >> SHIFT,)
        elif value & TAG in (INSTANCE, CLASS):
            scopes = self._flow.members.order(value >> SHIFT)
        else:
            return []
        if self._words is None:
            self._words = {}
            for key in self._declared:
                self._words.setdefault(key >> 32, []).append(key & 0xFFFF_FFFF)
        fits = re.compile(".+".join(map(re.escape, text.split("*")))).fullmatch
        texts = self._flow.strings.texts
        found = dict.fromkeys(word for scope in scopes for word in self._words.get(scope, ()) if fits(texts[word]))
        return list(found) if len(found) <= _MOST else []
