"""How bodies of Go are lowered."""

import re
from typing import TYPE_CHECKING

from lepasserelle.model.body import Flows, StatementFlag, StatementKind, WriteFlag
from lepasserelle.parse.bodies.collecting import Context
from lepasserelle.parse.bodies.compound import each, loop
from lepasserelle.parse.bodies.rules import (
    Address,
    Assign,
    Binary,
    Block,
    BodyTable,
    Branch,
    Closure,
    Content,
    Define,
    Display,
    Each,
    Ignore,
    Invoke,
    Jump,
    Labelled,
    Loop,
    Member,
    Name,
    Nothing,
    Parameters,
    Scalar,
    Simple,
    SpecialExpression,
    SpecialStatement,
    Subscript,
    Switch,
    Through,
    Update,
)
from lepasserelle.parse.bodies.tables.shared import CASE, REBINDING

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.collecting import Effects
    from lepasserelle.parse.bodies.expressions import Expressions
    from lepasserelle.parse.bodies.lowering import Lowering
    from lepasserelle.parse.bodies.spot import Spot

_COUNTED = Loop(initial="initializer", update="update")
_OVER = Each()


def _for(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    """All loops are `for`: counted, over what something holds, on a condition, or without end."""
    body = node.child_by_field_name("body")
    head = next((child for child in node.named_children if not child.is_extra and (body is None or child.id != body.id)), None)
    if head is not None and head.type == "range_clause":
        each(lowering, _OVER, node, spot, clause=head, declares=b":=" in lowering.data[head.start_byte : head.end_byte])
    elif head is not None and head.type == "for_clause":
        loop(lowering, _COUNTED, node, spot, clause=head)
    else:
        loop(lowering, Loop(), node, spot, clause=node, condition=head)


def _part(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """`a[i:j]` is another name for items of `a`; which of them its bounds tell."""
    operand = node.child_by_field_name("operand")
    for child in node.named_children:
        is_whole = operand is not None and child.id == operand.id
        expressions.walk(into, child, context if is_whole else context._replace(flows=Flows.NOT))


def _unary(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    operator = node.child_by_field_name("operator")
    word = operator.type if operator is not None else ""
    if word == "&":
        expressions.act(Address("operand", is_part=True), into, node, context)
    elif word == "*":
        expressions.act(Content("operand"), into, node, context)
    else:
        flows = context.flows if word == "<-" else Flows.NOT
        expressions.walk(into, node.named_children[-1], context._replace(flows=flows))


def _defer(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    lowering.emit(StatementKind.SIMPLE, node, spot, lowering.effects(node.named_children[0]), StatementFlag.DEFERRED)


def _send(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    """`channel <- value` puts something into the channel."""
    channel, value = node.child_by_field_name("channel"), node.child_by_field_name("value")
    effects = lowering.effects(node)
    if channel is not None and value is not None:
        effects = lowering.effects(value)
        place = lowering.expressions.place(effects, channel, Context(flows=Flows.NOT))
        effects.use(place, Context(flows=Flows.NOT))
        effects.write((*place, "[]"), WriteFlag.MAYBE)
    lowering.emit(StatementKind.SIMPLE, node, spot, effects)


TABLE = BodyTable(
    language="go",
    functions={
        "function_declaration": ("parameters", "body"),
        "method_declaration": ("parameters", "body"),
        "func_literal": ("parameters", "body"),
    },
    statements={
        "block": Block(),
        "statement_list": Block(scoped=False),
        "expression_statement": Simple(),
        "short_var_declaration": Simple(),
        "var_declaration": Simple(),
        "const_declaration": Simple(),
        "assignment_statement": Simple(),
        "inc_statement": Simple(),
        "dec_statement": Simple(),
        "send_statement": SpecialStatement(_send),
        "go_statement": Simple(),
        "defer_statement": SpecialStatement(_defer),
        "empty_statement": Nothing(),
        "comment": Nothing(),
        "package_clause": Nothing(),
        "import_declaration": Nothing(),
        "type_declaration": Nothing(),
        "if_statement": Branch(initial="initializer"),
        "for_statement": SpecialStatement(_for),
        "expression_switch_statement": Switch(
            "value", "", frozenset({"expression_case", "default_case"}), initial="initializer", breakable=True
        ),
        "type_switch_statement": Switch(
            "value", "", frozenset({"type_case", "default_case"}), initial="initializer", breakable=True, alias="alias"
        ),
        "select_statement": Switch("", "", frozenset({"communication_case", "default_case"}), breakable=True, exhaustive=True),
        "expression_case": CASE,
        "type_case": CASE,
        "communication_case": CASE,
        "default_case": CASE,
        "return_statement": Jump(StatementKind.RETURN),
        "break_statement": Jump(StatementKind.BREAK, "label_name"),
        "continue_statement": Jump(StatementKind.CONTINUE, "label_name"),
        "goto_statement": Jump(StatementKind.GOTO, "label_name"),
        "fallthrough_statement": Jump(StatementKind.FALL),
        "labeled_statement": Labelled(),
        "function_declaration": Define(),
        "method_declaration": Define(),
    },
    expressions={
        "identifier": Name(),
        "selector_expression": Member("operand", "field"),
        "index_expression": Subscript("operand", "index"),
        "call_expression": Invoke("function"),
        "type_conversion_expression": Through("operand"),
        "type_assertion_expression": Through("operand"),
        "slice_expression": SpecialExpression(_part),
        "assignment_statement": Assign(operator="operator"),
        "short_var_declaration": Assign(declares=True),
        "receive_statement": Assign(declares=True),
        "var_spec": Assign("name", "value", declares=True),
        "const_spec": Assign("name", "value", declares=True),
        "inc_statement": Update(),
        "dec_statement": Update(),
        "binary_expression": Binary(),
        "unary_expression": SpecialExpression(_unary),
        "parenthesized_expression": Through(),
        "composite_literal": Through("body"),
        "literal_value": Display(),
        "keyed_element": Through("value"),
        "func_literal": Closure(),
        "type_arguments": Ignore(),
        "interpreted_string_literal": Scalar(),
        "comment": Ignore(),
    },
    parameters=Parameters(
        {"parameter_declaration": ("name", ""), "variadic_parameter_declaration": ("name", "")},
        {"variadic_parameter_declaration": "*"},
    ),
    contents={"unary_expression": "operand"},
    receiver_field="receiver",
    result_field="result",
    raising=frozenset({"selector_expression", "index_expression"}),
    literals=frozenset({"int_literal", "interpreted_string_literal"}),
    pure_calls={
        "len": False,
        "cap": False,
        "append": True,
        "new": True,
        "make": True,
        "min": False,
        "max": False,
        "string": False,
    },
    true_words=frozenset({b"true"}),
    rebinding=REBINDING,
    views=re.compile(rb"\[[^\[\]\n]*:[^\[\]\n]*\]"),
    parts=frozenset({"slice_expression"}),
)
