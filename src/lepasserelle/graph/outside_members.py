"""Members of what is outside the project: a name for each, as far as one can be told."""

from typing import TYPE_CHECKING, Final

from lepasserelle.graph.builtin_members import may_have
from lepasserelle.graph.calls import named_like_class
from lepasserelle.graph.layout import Reason
from lepasserelle.graph.survey import NO_NODE
from lepasserelle.graph.typed_builtins import RUST_TRAITS, TOP_MEMBERS, TOP_TYPES
from lepasserelle.graph.values import (
    MEMBER_OUTSIDE,
    OBJECT,
    OUTSIDE,
    OUTSIDE_INSTANCE,
    UNKNOWN,
    Result,
    Value,
    number_of,
    pack,
    receiver_of,
    tag_of,
    union,
)

if TYPE_CHECKING:
    from lepasserelle.graph.evaluate import Evaluator

_MEMBER: Final = Reason.MEMBER  # looking it up takes longer than its use


class OutsideMembers:
    """Of classes, instances and modules outside."""

    def __init__(self, evaluator: "Evaluator") -> None:
        self._evaluator = evaluator

    def of_one(self, found: list[Result], scope: int) -> Result:
        """The member of one of several values that a name can hold. In Rust a bound that is known to have it is the one meant,
        since of two that have it the compiler asks which; and which of several that are not known has it, nothing tells.
        """
        if scope == NO_NODE or self._evaluator.row_of(scope).language != "rust":
            return union(found)
        known = [result for result in found if any(map(self._is_known, result[0]))]
        values, reason = union(known or found)
        return values, reason if known or len(values) < 2 else max(reason, Reason.SEVERAL)

    def _is_known(self, member: Value) -> bool:
        if tag_of(member) != OUTSIDE:
            return True
        owner, _, name = self._evaluator.survey.strings.texts[number_of(member)].removeprefix("<builtin>.").partition(".")
        return name in RUST_TRAITS.get(owner, ())

    def member(self, value: Value, owner: str, name: str, scope: int) -> Result:
        """A member of something outside. What a member of a class or an instance there is in turn, nothing tells."""
        evaluator = self._evaluator
        is_instance = value & 7 == OUTSIDE_INSTANCE
        if is_instance and (extended := evaluator.extensions.of(owner, name, scope)):
            return tuple([pack(OBJECT, node) for node in extended]), Reason.DECLARED
        if owner.startswith("?") or receiver_of(value) >= MEMBER_OUTSIDE or not may_have(owner, name):
            return UNKNOWN
        if is_instance and owner in TOP_TYPES and name not in TOP_MEMBERS:
            return UNKNOWN
        of_class = is_instance or owner.startswith("<builtin>.") or named_like_class(owner)
        last = of_class and not owner.startswith("<global>.") and not named_like_class(name)
        last |= not evaluator.calls.class_names and is_instance
        return ((pack(OUTSIDE, evaluator.survey.strings[f"{owner}.{name}"], MEMBER_OUTSIDE if last else -1),), _MEMBER)
