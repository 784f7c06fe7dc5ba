"""How a chain goes from a node to the next one, by the number of the node's type: the tables of a spec, made one for a language."""

from typing import Final

from tree_sitter import Node

from lepasserelle.parse.kinds import fields_of, kinds_of
from lepasserelle.parse.spec import LanguageSpec

MEMBER, METHOD, CALL, SUBSCRIPT, THROUGH, CONVERTED = range(6)
"""What a node is on the way, in the order in which the tables are asked."""

FIRST: Final = 0
"""In place of a field: the first named child that is no extra; as a name the last."""
_NONE: Final = -1
"""A field that the grammar does not have."""

Step = tuple[int, int, int, str]
"""(what it is, number of the field that goes on, number of the field of the name, type)"""

_STEPS: dict[str, dict[int, Step]] = {}


def steps_of(spec: LanguageSpec) -> dict[int, Step]:
    """Number of a type that a chain goes through → its step; every other one is a root."""
    held = _STEPS.get(spec.name)
    if held is None:
        found = {at: _step(spec, kind) for at, kind in kinds_of(spec.name).items()}
        held = _STEPS[spec.name] = {at: step for at, step in found.items() if step is not None}
    return held


def _step(spec: LanguageSpec, kind: str) -> Step | None:
    fields = fields_of(spec.name)

    def number(field: str) -> int:
        return fields.get(field, _NONE) if field else FIRST

    for what, pairs in ((MEMBER, spec.members), (METHOD, spec.methods)):
        if kind in pairs:
            first, second = pairs[kind]
            return what, number(first), number(second), kind
    applied = {kind: spec.transparent[kind] for kind in spec.applied}
    for what, table in ((CALL, spec.calls), (SUBSCRIPT, spec.subscripts), (CONVERTED, applied), (THROUGH, spec.transparent)):
        if kind in table:
            return what, number(table[kind]), _NONE, kind
    return None


def child_at(node: Node, field: int) -> Node | None:
    """The child under a field, or the first."""
    if field > FIRST:
        return node.child_by_field_id(field)
    return next((each for each in node.named_children if not each.is_extra), None) if field == FIRST else None


def last_at(node: Node, field: int) -> Node | None:
    """The child under a field, or the last."""
    if field > FIRST:
        return node.child_by_field_id(field)
    return next((each for each in reversed(node.named_children) if not each.is_extra), None) if field == FIRST else None
