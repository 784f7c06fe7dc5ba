"""Constructors that put their arguments under names that their class lists, or under the keywords that they are given:

    for name, value in zip(self.fields, arguments): setattr(self, name, value)
    for name, value in keywords.items(): setattr(self, name, value)

What each class's instances hold is told apart by the calls of that class, as if the constructor named its fields.
"""

from typing import TYPE_CHECKING

import numpy as np

from lepasserelle.graph.value_cells import INSTANCE, SHIFT, TAG
from lepasserelle.model.values import ParameterKind, ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow
    from lepasserelle.graph.value_records import Arguments

KEYWORDS = 0
"""In place of the name under which a class lists its fields."""


class Fields:
    """Knows such constructors by the shape of their rows."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self.setters: dict[int, list[int]] = {}
        """Function → words of the class attributes that list the fields, `KEYWORDS` for keywords."""

    def learn(self, arguments: "Arguments", row: int) -> None:
        """A call of `setattr`."""
        rows, function = self._flow.rows, self._flow.program.scopes[row]
        if len(arguments) != 6 or any(arguments[::2]) or min(arguments[1::2]) <= 0:
            return
        receiver, name, value = (4 * term for term in arguments[1::2])
        is_pair = all(rows[part] == ValueOp.PART and rows[part + 2] == place for place, part in enumerate((name, value)))
        if not is_pair or rows[name + 1] != rows[value + 1] or not self._is_parameter(arguments[1], function, 0):
            return
        source = rows[4 * rows[name + 1] + 1] if rows[4 * rows[name + 1]] == ValueOp.ITERATE else 0
        word = self._listed(source, receiver >> 2, function) if source > 0 and rows[4 * source] == ValueOp.CALL else None
        if word is not None:
            self.setters.setdefault(function, []).append(word)

    def _is_parameter(self, term: int, function: int, place: int) -> bool:
        return term > 0 and list(self._flow.rows[4 * term : 4 * term + 3]) == [ValueOp.PARAMETER, function, place]

    def _listed(self, call: int, receiver: int, function: int) -> int | None:
        """What `zip(self.fields, arguments)` or `keywords.items()` says of the names."""
        flow, rows = self._flow, self._flow.rows
        callee, given = 4 * rows[4 * call + 1], flow.calls.arguments(call)
        if rows[callee] == ValueOp.OUTER and rows[callee + 1] == flow.strings["zip"] and len(given) == 4 and not any(given[::2]):
            listed = 4 * given[1]
            is_own = rows[listed] == ValueOp.ATTRIBUTE and rows[listed + 1] == receiver
            return rows[listed + 2] if is_own and self._kind(given[3], function) == ParameterKind.STAR else None
        is_items = rows[callee] == ValueOp.ATTRIBUTE and rows[callee + 2] == flow.strings["items"] and not given
        return KEYWORDS if is_items and self._kind(rows[callee + 1], function) == ParameterKind.DOUBLE_STAR else None

    def _kind(self, term: int, function: int) -> int:
        rows = self._flow.rows
        if term <= 0 or rows[4 * term] != ValueOp.PARAMETER or rows[4 * term + 1] != function:
            return -1
        return self._flow.calls.signature(function, rows[4 * term + 2])[0]

    def announce(self) -> None:
        """Names under which such constructors put something."""
        listing = {word for words in self.setters.values() for word in words if word != KEYWORDS}
        rows, members = self._flow.rows, self._flow.members
        for row in self._flow.program.of(ValueOp.MEMBER) if listing else ():
            if rows[4 * row + 2] in listing:
                for word in self._texts(rows[4 * row + 3]):
                    members.will_set(word)
        if any(KEYWORDS in words for words in self.setters.values()):
            for word in np.unique(self._flow.program.keywords()).tolist():
                members.will_set(word)

    def _texts(self, term: int) -> list[int]:
        """The names in a display of texts."""
        rows, extra, strings = self._flow.rows, self._flow.extra, self._flow.strings
        if term <= 0 or rows[4 * term] != ValueOp.DISPLAY:
            return []
        start, stop = rows[4 * term + 2], rows[4 * term + 2] + 2 * rows[4 * term + 3]
        texts = [strings.texts[-each] if each < 0 else "" for each in extra[start + 1 : stop : 2]]
        return [strings[text[1:]] for text in texts if text[:1] == "s"] if all(text[:1] == "s" for text in texts) else []

    def fill(self, function: int, receiver: int, arguments: "Arguments") -> None:
        """Such a constructor is entered for an instance."""
        if receiver < 0 or receiver & TAG != INSTANCE:
            return
        members, cells, calls = self._flow.members, self._flow.cells, self._flow.calls
        for word in self.setters[function]:
            names = self._names(receiver >> SHIFT, word, arguments) if word != KEYWORDS else []
            for place, name in enumerate(names):
                cell = cells.new()
                calls.pass_one(cell, place, 0, arguments)
                members.store(receiver, name, cell)
            for at in range(0, len(arguments), 2) if word == KEYWORDS else ():
                if arguments[at] > 0:
                    members.store(receiver, arguments[at], arguments[at + 1])

    def _names(self, cls: int, word: int, arguments: "Arguments") -> list[int]:
        """The fields of a class: what it lists, behind what the classes above list where only that is as long as the arguments."""
        members = self._flow.members
        each = [self._texts(members.declared_term(above, word)) for above in members.order(cls)]
        own = next((names for names in each if names), [])
        together = [name for names in reversed(each) for name in names]
        starred = any(kind < 0 for kind in arguments[::2])
        return own if starred or len(own) == sum(kind == 0 for kind in arguments[::2]) else together
