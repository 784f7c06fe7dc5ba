"""What tables of several languages say in the same way: cases, handlers, and the rules of expressions that look alike.

Not a language of its own, and nothing is inherited: a table takes what fits.
"""

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from lepasserelle.model.body import YIELD, Arm, Call, Flows, StatementFlag, StatementKind, WriteFlag
from lepasserelle.parse.bodies.collecting import Effects
from lepasserelle.parse.bodies.rules import SpecialStatement

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.collecting import Context
    from lepasserelle.parse.bodies.expressions import Expressions
    from lepasserelle.parse.bodies.lowering import Lowering
    from lepasserelle.parse.bodies.spot import Spot

REBINDING: Final = re.compile(rb"\b(\w+)\s*(?:(?:[-+*/%&|^?]|<<|>>>?|&&|\|\|)?=(?![=>])|\+\+|--)|(?:\+\+|--)\s*(\w+)")
"""A name that is given a new value somewhere, in languages that write this with `=`."""

ARITHMETIC: Final = frozenset({"binary_expression", "unary_expression", "cast_expression", "update_expression"})
"""What may raise beside calls, members and subscripts."""


def _case(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    """One case: what is no statement is its test, the rest its body. The word `default` makes it the one taken last."""
    known = lowering.table.statements
    parts = [child for child in node.named_children if not child.is_extra]
    body = [child for child in parts if child.type in known]
    effects = Effects()
    for child in parts:
        if child.type not in known:
            lowering.expressions.walk(effects, child)
    is_default = lowering.data[node.start_byte : node.start_byte + 7] == b"default"
    flags = StatementFlag.DEFAULT if is_default else 0
    number = lowering.emit(StatementKind.CASE, node, spot, effects, flags, head_end=body[0] if body else None)
    lowering.statements(body, spot.under(number, Arm.BODY))


CASE: Final = SpecialStatement(_case)


def handler(
    parameter: str, catches_all: Callable[["Node", bytes], bool], declared: frozenset[str] = frozenset()
) -> SpecialStatement:
    """A handler. `parameter`: the field or type of what it catches; types in `declared` hold the name in their field `name`."""

    def lower(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
        body = node.child_by_field_name("body")
        caught = node.child_by_field_name(parameter) or next((one for one in node.named_children if one.type == parameter), None)
        effects = Effects()
        if caught is not None:
            name = caught.child_by_field_name("name") if caught.type in declared else caught
            if name is not None:
                lowering.expressions.target(effects, name, WriteFlag.DECLARES)
        for child in node.named_children:
            if child.id not in {part.id for part in (body, caught) if part is not None}:
                lowering.expressions.walk(effects, child)
        flags = StatementFlag.CATCH_ALL if catches_all(node, lowering.data) else 0
        number = lowering.emit(StatementKind.HANDLE, node, spot, effects, flags, head_end=body)
        lowering.inside(body, number, Arm.BODY)

    return SpecialStatement(lower)


def give(expressions: "Expressions", into: Effects, node: "Node", context: "Context") -> None:
    """`yield value`, `yield from values`, `yield* values`: to the function like a call of whoever iterates over it."""
    into.flags |= StatementFlag.YIELDS | StatementFlag.CAN_RAISE
    delegates = any(child.type in {"from", "*"} for child in node.children)
    if not delegates and not _is_alone(node):
        into.flags |= StatementFlag.RECEIVES
    number = len(into.calls)
    values = [child for child in node.named_children if not child.is_extra]
    line = node.start_point[0] + 1
    into.calls.append(Call(YIELD, line, ("",) * len(values), context.call, context.argument, flows=context.flows))
    for place, value in enumerate(values):
        expressions.walk(into, value, context._replace(call=number, argument=place, flows=Flows.VALUE))


def _is_alone(node: "Node") -> bool:
    """Whether nobody uses the value of an expression: it is a statement."""
    around = node.parent
    while around is not None and around.type == "parenthesized_expression":
        around = around.parent
    return node.type == "yield_statement" or around is None or around.type == "expression_statement"


def always(node: "Node", data: bytes) -> bool:  # noqa: ARG001 - the shape of a test
    """Every exception."""
    return True
