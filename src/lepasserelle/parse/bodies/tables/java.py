"""How bodies of Java are lowered."""

from typing import TYPE_CHECKING

from lepasserelle.model.body import StatementKind, WriteFlag
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
    Subscript,
    Switch,
    Through,
    Try,
    Update,
    With,
)
from lepasserelle.parse.bodies.tables.shared import CASE, REBINDING, handler

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.collecting import Context, Effects
    from lepasserelle.parse.bodies.expressions import Expressions


def _is_method(function: "Node") -> bool:
    """Everything but a lambda, which has the receiver of the method around it."""
    return function.type != "lambda_expression"


def _catches_all(node: "Node", data: bytes) -> bool:
    kinds = next((child for child in node.named_children if child.type == "catch_formal_parameter"), None)
    return kinds is not None and data[kinds.start_byte : kinds.end_byte].split()[-2:-1] == [b"Throwable"]


def _pattern(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """`o instanceof String s`, `case String s`: the name is bound when the test holds."""
    name = node.child_by_field_name("name")
    left = node.child_by_field_name("left")
    if left is not None:
        expressions.walk(into, left, context._replace(flows=1))
    if name is None and node.type == "type_pattern":
        name = node.named_children[-1]
    if name is not None:
        expressions.target(into, name, WriteFlag.DECLARES | WriteFlag.MAYBE)


def _instance(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """`new Foo(a) { … }`: the methods of a class without name share variables."""
    expressions.act(Invoke("type", is_new=True), into, node, context)
    for child in node.named_children:
        if child.type == "class_body":
            for method in child.named_children:
                if method.type in expressions.table.functions:
                    expressions.close_over(into, method)


TABLE = BodyTable(
    language="java",
    functions={
        "method_declaration": ("parameters", "body"),
        "constructor_declaration": ("parameters", "body"),
        "compact_constructor_declaration": ("parameters", "body"),
        "lambda_expression": ("parameters", "body"),
    },
    classes={
        "class_declaration": "body",
        "enum_declaration": "body",
        "interface_declaration": "body",
        "record_declaration": "body",
    },
    statements={
        "block": Block(),
        "constructor_body": Block(),
        "expression_statement": Simple(),
        "local_variable_declaration": Simple(),
        "field_declaration": Simple(),
        "explicit_constructor_invocation": Simple(),
        "assert_statement": Simple(StatementKind.ASSERT),
        "yield_statement": Simple(),
        "line_comment": Nothing(),
        "block_comment": Nothing(),
        "import_declaration": Nothing(),
        "package_declaration": Nothing(),
        "if_statement": Branch(),
        "while_statement": Loop(),
        "do_statement": Loop(post=True),
        "for_statement": Loop(initial="init", update="update"),
        "enhanced_for_statement": Each("name", "value", declares=True),
        "switch_expression": Switch(
            "condition",
            "body",
            frozenset({"switch_block_statement_group", "switch_rule"}),
            falls=frozenset({"switch_block_statement_group"}),
            breakable=True,
        ),
        "switch_block_statement_group": CASE,
        "switch_rule": CASE,
        "try_statement": Try(handlers=frozenset({"catch_clause"}), finals=frozenset({"finally_clause"})),
        "try_with_resources_statement": Try(
            handlers=frozenset({"catch_clause"}), finals=frozenset({"finally_clause"}), resources="resources"
        ),
        "catch_clause": handler("catch_formal_parameter", _catches_all, frozenset({"catch_formal_parameter"})),
        "synchronized_statement": With(),
        "return_statement": Jump(StatementKind.RETURN),
        "throw_statement": Jump(StatementKind.RAISE),
        "break_statement": Jump(StatementKind.BREAK, "identifier"),
        "continue_statement": Jump(StatementKind.CONTINUE, "identifier"),
        "labeled_statement": Labelled(),
        "class_declaration": Define(),
        "enum_declaration": Define(),
        "interface_declaration": Define(),
        "record_declaration": Define(),
        "annotation_type_declaration": Nothing(),
        "method_declaration": Define(),
        "constructor_declaration": Define(),
        "compact_constructor_declaration": Define(),
        "static_initializer": Block(),
        "enum_body_declarations": Block(scoped=False),
        "enum_constant": Simple(),
    },
    expressions={
        "identifier": Name(),
        "this": Receiver(),
        "super": Receiver(),
        "field_access": Member("object", "field"),
        "array_access": Subscript("array", "index"),
        "method_invocation": Invoke("name", object="object"),
        "object_creation_expression": SpecialExpression(_instance),
        "explicit_constructor_invocation": Invoke("constructor"),
        "assignment_expression": Assign(operator="operator"),
        "variable_declarator": Assign("name", "value", declares=True),
        "resource": Assign("name", "value", declares=True),
        "update_expression": Update(),
        "binary_expression": Binary(),
        "ternary_expression": Either(("condition",), test="condition"),
        "unary_expression": Scalar(),
        "parenthesized_expression": Through(),
        "cast_expression": Through("value"),
        "instanceof_expression": SpecialExpression(_pattern),
        "type_pattern": SpecialExpression(_pattern),
        "array_creation_expression": Display(),
        "array_initializer": Display(),
        "lambda_expression": Closure(),
        "method_declaration": Closure(),
        "class_literal": Ignore(),
        "marker_annotation": Ignore(),
        "annotation": Ignore(),
        "modifiers": Ignore(),
        "catch_type": Ignore(),
    },
    parameters=Parameters(
        {
            "formal_parameter": ("name", ""),
            "spread_parameter": ("", ""),
            "identifier": ("", ""),
            "inferred_parameters": ("", ""),
        },
        {"spread_parameter": "*"},
    ),
    raising=frozenset({"field_access", "array_access", "cast_expression", "binary_expression", "array_creation_expression"}),
    receiver="this",
    borrows_receiver=frozenset({"lambda_expression"}),
    is_member=_is_method,
    literals=frozenset({"decimal_integer_literal", "string_literal"}),
    true_words=frozenset({b"true"}),
    rebinding=REBINDING,
)
