"""What the receiver is where code stands: of the class around it, and of closures that have one of their own.

`x.apply { f() }` of Kotlin gives its closure `x` for a receiver: members of it are named bare within, before those of what stands
around, and `this` means it. Where its type is not known, what stands around is meant, as before.
"""

from typing import TYPE_CHECKING, Final

from lepasserelle.graph.anchors import OF_CLASS
from lepasserelle.graph.chains import MEMBER, SELF, SUPER
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.shapes import IS_CALLABLE, IS_TYPE
from lepasserelle.graph.survey import NO_NODE
from lepasserelle.graph.values import INSTANCE, OBJECT, PARENT, UNKNOWN, Result, number_of, pack, tag_of
from lepasserelle.model import NodeKind
from lepasserelle.model.facts import GIVEN_RECEIVER

if TYPE_CHECKING:
    from lepasserelle.graph.evaluate import Evaluator

_LOW: Final = 0xFFFF_FFFF
_LAMBDA: Final = int(NodeKind.LAMBDA)
_GIVES_ITSELF: Final = frozenset({"apply", "also", "takeIf", "takeUnless"})
"""Functions of Kotlin for everything, that give what they are called on."""


class Receivers:
    """Answers of one link."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator
        self._survey = evaluator.survey
        self._given = self._survey.strings.known(GIVEN_RECEIVER)

    def of(self, anchor: int, name: str, receiver: int) -> Result:
        """What `<self>` and alike denote; `receiver`: the class that is asked on behalf of, -1 for that around the place."""
        scope = anchor & _LOW
        closure = self._closure_around(scope) if name == SELF and anchor < OF_CLASS else NO_NODE
        if closure != NO_NODE:
            return self._of_closure(closure)
        cls = scope if anchor >= OF_CLASS else self._evaluator.class_around(scope)
        if cls == NO_NODE:
            return UNKNOWN
        actual = receiver if receiver >= 0 else cls
        if name == SUPER:
            return ((pack(PARENT, cls, actual),), Reason.RECEIVER)
        return ((pack(INSTANCE if name == SELF else OBJECT, actual),), Reason.RECEIVER)

    def has_closure(self, scope: int) -> bool:
        """Whether a closure with a receiver of its own holds the scope, within its class."""
        return self._closure_around(scope) != NO_NODE

    def implied(self, scope: int, name: int, receiver: int) -> Result | None:
        """A member of the receiver of a scope that stands in no class: of a method outside its class, or of a closure."""
        owner = self._evaluator.owners.get(scope, NO_NODE)
        cls = self.class_of(scope, name)
        return None if cls == NO_NODE else self._evaluator.implicit(cls, name, receiver if owner != NO_NODE else -1)

    def class_of(self, scope: int, name: int) -> int:
        """The class of that receiver, `NO_NODE` where there is none or it is not known."""
        owner = self._evaluator.owners.get(scope, NO_NODE)
        if owner != NO_NODE or name == self._given or not self._has(scope):
            return owner
        values = self._of_closure(scope)[0]
        return number_of(values[0]) if len(values) == 1 and tag_of(values[0]) == INSTANCE else NO_NODE

    def gives_itself(self, anchor: int, callee: int, line: int) -> Result | None:
        """What a call gives that gives what it is called on; None for another one, or where the project has its own function."""
        end, before, name, _ = self._survey.chains.parts[callee]
        evaluator = self._evaluator
        if end != MEMBER or self._survey.strings.texts[name] not in _GIVES_ITSELF:
            return None
        if evaluator.row_of(anchor & _LOW).language != "kotlin":
            return None
        found = evaluator.settle(evaluator.at(anchor, before, -1, line))
        is_plain = all(tag_of(value) == INSTANCE and evaluator.classes.member(number_of(value), name) is None for value in found[0])
        return found if found[0] and is_plain else None

    def _has(self, scope: int) -> bool:
        return self._given >= 0 and self._survey.kind[scope] == _LAMBDA and self._survey.binds(scope, self._given) >= 0

    def _closure_around(self, scope: int) -> int:
        kind, parent = self._survey.kind, self._survey.lexical_parent
        while self._given >= 0 and scope != NO_NODE and not IS_TYPE[kind[scope]]:
            if self._has(scope):
                return scope
            if IS_CALLABLE[kind[scope]] and kind[scope] != _LAMBDA:
                break
            scope = parent[scope]
        return NO_NODE

    def _of_closure(self, closure: int) -> Result:
        entries = self._survey.entries(closure, self._given)
        return self._evaluator.settle(self._evaluator.bindings(closure, self._given, entries, -1, 0))
