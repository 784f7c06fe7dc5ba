"""How bodies of C++ are lowered: those of C, and what it adds."""

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from lepasserelle.model.body import StatementKind
from lepasserelle.parse.bodies.collecting import makes
from lepasserelle.parse.bodies.pointing import moving
from lepasserelle.parse.bodies.rules import (
    Binary,
    Block,
    Closure,
    Define,
    Each,
    Ignore,
    Invoke,
    Jump,
    Member,
    Name,
    Nothing,
    Parameters,
    Receiver,
    SpecialExpression,
    SpecialStatement,
    Through,
    Try,
)
from lepasserelle.parse.bodies.streaming import stream
from lepasserelle.parse.bodies.tables import c
from lepasserelle.parse.bodies.tables.constructors import declare_field, initialize
from lepasserelle.parse.bodies.tables.shared import handler

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.collecting import Context, Effects
    from lepasserelle.parse.bodies.expressions import Expressions


def _is_method(function: "Node") -> bool:
    """In a class, or defined outside it by a qualified name; not a lambda, whose receiver is that of the method around it."""
    if function.type == "lambda_expression":
        return False
    around = function.parent
    while around is not None:
        if around.type in {"class_specifier", "struct_specifier"}:
            return True
        around = around.parent
    found = function.child_by_field_name("declarator")
    while found is not None:
        if found.type == "qualified_identifier":
            return True
        found = found.child_by_field_name("declarator") or next(
            (one for one in found.named_children if one.type.endswith("declarator")), None
        )
    return False


def _catches_all(node: "Node", data: bytes) -> bool:
    parameters = node.child_by_field_name("parameters")
    return parameters is not None and data[parameters.start_byte : parameters.end_byte] == b"(...)"


_CLASSES: Final = frozenset({"type_identifier", "qualified_identifier", "template_type"})
"""Types of what names a class, or a number by another name."""


def _declaration(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """A variable of a class is an object, whatever it is made of, which its methods change."""
    c.declaration(expressions, into, node, context)
    kind = node.child_by_field_name("type")
    if kind is not None and kind.type in _CLASSES:
        named = (declared.child_by_field_name("declarator") for declared in node.children_by_field_name("declarator"))
        if any(name is not None and name.type in expressions.table.names for name in named):
            makes(into, context)


def _refers(parameter: "Node", data: bytes) -> bool:
    """`int &x`, but not `const int &x`."""
    declarator = parameter.child_by_field_name("declarator")
    is_constant = any(data[child.start_byte : child.end_byte] == b"const" for child in parameter.children)
    return declarator is not None and declarator.type == "reference_declarator" and not is_constant


def _refers_each(loop: "Node") -> bool:
    """`for (auto &e : v)`."""
    declarator = loop.child_by_field_name("declarator")
    return declarator is not None and declarator.type == "reference_declarator"


TABLE = replace(
    c.TABLE,
    language="cpp",
    functions={"function_definition": ("declarator", "body"), "lambda_expression": ("declarator", "body")},
    classes={"class_specifier": "body", "struct_specifier": "body"},
    statements=c.STATEMENTS
    | {
        "for_range_loop": Each("declarator", "right", declares=True),
        "try_statement": Try(handlers=frozenset({"catch_clause"})),
        "catch_clause": handler("parameters", _catches_all),
        "throw_statement": Jump(StatementKind.RAISE),
        "co_return_statement": Jump(StatementKind.RETURN),
        "namespace_definition": Block("body", scoped=False),
        "field_declaration_list": Block(scoped=False),
        "template_declaration": Block(scoped=False),
        "class_specifier": Define(),
        "struct_specifier": Define(),
        "enum_specifier": Nothing(),
        "union_specifier": Nothing(),
        "field_declaration": SpecialStatement(declare_field),
        "access_specifier": Nothing(),
        "template_parameter_list": Nothing(),
        "using_declaration": Nothing(),
        "alias_declaration": Nothing(),
        "static_assert_declaration": Nothing(),
    },
    expressions=c.EXPRESSIONS
    | {
        "this": Receiver(),
        "declaration": SpecialExpression(_declaration),
        "qualified_identifier": Name(),
        "new_expression": Invoke("type", is_new=True),
        "lambda_expression": Closure(),
        "template_argument_list": Ignore(),
        "template_function": Through("name"),
        "field_expression": Member("argument", "field"),
        "binary_expression": Binary(moving=moving, streaming=stream),
    },
    parameters=Parameters(
        c.FORMS
        | {"optional_parameter_declaration": ("declarator", "default_value"), "variadic_parameter_declaration": ("declarator", "")},
        {"variadic_parameter_declaration": "*"},
    ),
    pattern_whole=c.PATTERNS | {"reference_declarator": ""},
    references=frozenset({"reference_declarator"}),
    is_reference=_refers,
    refers_each=_refers_each,
    initialize=initialize,
    raising=frozenset({"field_expression", "subscript_expression", "binary_expression", "new_expression"}),
    pure_calls=dict(c.TABLE.pure_calls)
    | dict.fromkeys(["static_cast", "dynamic_cast", "const_cast", "reinterpret_cast", "std.max", "std.min"], True),
    receiver="this",
    borrows_receiver=frozenset({"lambda_expression"}),
    runs_defaults=True,
    is_member=_is_method,
)
