"""How bodies of JavaScript and TypeScript are lowered."""

from typing import TYPE_CHECKING, Final

from lepasserelle.model.body import Flows, StatementFlag, StatementKind, WriteFlag
from lepasserelle.parse.bodies.rules import (
    Assign,
    Binary,
    Block,
    BodyTable,
    Branch,
    Closure,
    Define,
    Display,
    Each,
    Either,
    Ignore,
    Invoke,
    Jump,
    Labelled,
    Loop,
    Member,
    Name,
    Nothing,
    Parameters,
    Receiver,
    Scalar,
    Simple,
    SpecialExpression,
    SpecialStatement,
    StatementRule,
    Subscript,
    Switch,
    Through,
    Try,
    Update,
)
from lepasserelle.parse.bodies.tables.shared import CASE, REBINDING, always, give, handler
from lepasserelle.parse.lowering_ecmascript import ecmascript_imports

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.collecting import Context, Effects
    from lepasserelle.parse.bodies.expressions import Expressions
    from lepasserelle.parse.bodies.lowering import Lowering
    from lepasserelle.parse.bodies.spot import Spot


def _import(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    effects = lowering.effects(node.children[0])
    for bound in ecmascript_imports(node, lowering.data):
        if bound.alias:
            effects.write((lowering.names.bind(bound.alias),))
    lowering.emit(StatementKind.SIMPLE, node, spot, effects)


def _export(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    """What is exported is a statement as if nothing stood before it."""
    declared = node.child_by_field_name("declaration")
    if declared is not None:
        lowering.statement(declared, spot)
    else:
        value = node.child_by_field_name("value")
        lowering.emit(StatementKind.SIMPLE, node, spot, lowering.effects(value) if value is not None else None)


def _field(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """`count = 0` in a class: a statement of that."""
    name = node.child_by_field_name("property") or node.child_by_field_name("name")
    value = node.child_by_field_name("value")
    if value is not None:
        expressions.walk(into, value, context)
        into.flags |= StatementFlag.CAN_RAISE
    if name is not None and name.type.endswith("property_identifier"):
        into.write((expressions.names.declare(expressions.text(name)),), WriteFlag.DECLARES)
    elif name is not None:
        expressions.walk(into, name, context._replace(flows=Flows.NOT))


def _unary(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """`delete x.y` writes; the others only read."""
    argument = node.child_by_field_name("argument")
    if argument is None:
        return
    if node.children[0].type == "delete":
        expressions.target(into, argument, WriteFlag.DELETES, context)
    else:
        expressions.walk(into, argument, context._replace(flows=0))


_STATEMENTS: Final[dict[str, StatementRule]] = {
    "statement_block": Block(),
    "expression_statement": Simple(),
    "variable_declaration": Simple(),
    "lexical_declaration": Simple(),
    "using_declaration": Simple(),
    "empty_statement": Nothing(),
    "debugger_statement": Nothing(),
    "comment": Nothing(),
    "if_statement": Branch(),
    "while_statement": Loop(),
    "do_statement": Loop(post=True),
    "for_statement": Loop(initial="initializer", update="increment"),
    "for_in_statement": Each(declares=True, declared_by="kind"),
    "switch_statement": Switch(
        "value",
        "body",
        frozenset({"switch_case", "switch_default"}),
        falls=frozenset({"switch_case", "switch_default"}),
        breakable=True,
    ),
    "switch_case": CASE,
    "switch_default": CASE,
    "try_statement": Try(handlers=frozenset({"catch_clause"}), finals=frozenset({"finally_clause"})),
    "catch_clause": handler("parameter", always),
    "return_statement": Jump(StatementKind.RETURN),
    "throw_statement": Jump(StatementKind.RAISE),
    "break_statement": Jump(StatementKind.BREAK, "statement_identifier"),
    "continue_statement": Jump(StatementKind.CONTINUE, "statement_identifier"),
    "labeled_statement": Labelled(body="body"),
    "function_declaration": Define(hoisted=True),
    "generator_function_declaration": Define(hoisted=True),
    "class_declaration": Define(),
    "abstract_class_declaration": Define(),
    "method_definition": Define(),
    "field_definition": Simple(),
    "public_field_definition": Simple(),
    "class_static_block": Block("body"),
    "import_statement": SpecialStatement(_import),
    "export_statement": SpecialStatement(_export),
    "interface_declaration": Nothing(),
    "type_alias_declaration": Nothing(),
    "function_signature": Nothing(),
    "method_signature": Nothing(),
    "abstract_method_signature": Nothing(),
    "ambient_declaration": Nothing(),
    "internal_module": Block("body"),
    "module": Block("body"),
}

TABLE = BodyTable(
    language="javascript",
    functions={
        "function_declaration": ("parameters", "body"),
        "generator_function_declaration": ("parameters", "body"),
        "function_expression": ("parameters", "body"),
        "generator_function": ("parameters", "body"),
        "arrow_function": ("parameters", "body"),
        "method_definition": ("parameters", "body"),
    },
    classes={"class_declaration": "body", "class": "body", "abstract_class_declaration": "body"},
    statements=_STATEMENTS,
    expressions={
        "identifier": Name(),
        "shorthand_property_identifier": Name(),
        "this": Receiver(),
        "super": Receiver(),
        "member_expression": Member("object", "property"),
        "subscript_expression": Subscript("object", "index"),
        "call_expression": Invoke("function"),
        "new_expression": Invoke("constructor", is_new=True),
        "assignment_expression": Assign(),
        "augmented_assignment_expression": Assign(operator="operator", augmented=True),
        "variable_declarator": Assign("name", "value", declares=True),
        "field_definition": SpecialExpression(_field),
        "public_field_definition": SpecialExpression(_field),
        "update_expression": Update("argument"),
        "binary_expression": Binary(),
        "ternary_expression": Either(("condition",), test="condition"),
        "unary_expression": SpecialExpression(_unary),
        "parenthesized_expression": Through(),
        "await_expression": Through(flags=StatementFlag.WAITS),
        "yield_expression": SpecialExpression(give),
        "as_expression": Through(),
        "satisfies_expression": Through(),
        "non_null_expression": Through(),
        "template_string": Scalar(),
        "object": Display(),
        "array": Display(),
        "function_expression": Closure(),
        "generator_function": Closure(),
        "arrow_function": Closure(),
        "class": Closure(),
        "method_definition": Closure(),
        "type_annotation": Ignore(),
        "type_arguments": Ignore(),
        "comment": Ignore(),
    },
    parameters=Parameters(
        {
            "identifier": ("", ""),
            "assignment_pattern": ("", ""),
            "object_pattern": ("", ""),
            "array_pattern": ("", ""),
            "rest_pattern": ("", ""),
            "required_parameter": ("pattern", "value"),
            "optional_parameter": ("pattern", "value"),
        },
        {"rest_pattern": "*"},
    ),
    names=frozenset({"identifier", "shorthand_property_identifier_pattern"}),
    find_parameters=lambda node: node.child_by_field_name("parameters") or node.child_by_field_name("parameter"),
    runs_defaults=True,
    else_words=frozenset({"else_clause"}),
    arguments_spread={"spread_element": "*"},
    pattern_values={"pair_pattern": "value"},
    pattern_defaults={"assignment_pattern": ("left", "right"), "object_assignment_pattern": ("left", "right")},
    raising=frozenset(
        {"member_expression", "subscript_expression", "await_expression", "yield_expression", "object_pattern", "array_pattern"}
    ),
    iteration_consumes=True,
    receiver="this",
    borrows_receiver=frozenset({"arrow_function"}),
    hoisting=frozenset({"variable_declaration", "var"}),
    true_words=frozenset({b"true", b"1"}),
    literals=frozenset({"number", "string"}),
    pure_calls=dict.fromkeys(
        ["parseInt", "parseFloat", "Number", "String", "Boolean", "isNaN", "isFinite", "Symbol", "BigInt"], False
    ),
    rebinding=REBINDING,
)
