"""How bodies of C are lowered; the table of C++ begins with this one."""

import re
from typing import TYPE_CHECKING, Final

from lepasserelle.model.body import UNITED, Arm, Call, StatementFlag, StatementKind, WriteFlag
from lepasserelle.parse.bodies.collecting import Context
from lepasserelle.parse.bodies.pointing import declare, is_moved, moving
from lepasserelle.parse.bodies.rules import (
    Address,
    Assign,
    Binary,
    Block,
    BodyTable,
    Branch,
    Content,
    Define,
    Display,
    Either,
    ExpressionRule,
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
    StatementRule,
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


def declaration(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """Names with and without a value; a `static` one of a function keeps the one that it had."""
    words = {expressions.text(child) for child in node.children if child.type in {"storage_class_specifier", "type_qualifier"}}
    if "static" in words and not words & {"const", "constexpr"} and node.parent is not None and node.parent.parent is not None:
        into.flags |= StatementFlag.KEEPS
    for declared in node.children_by_field_name("declarator"):
        if declared.type == "init_declarator":
            expressions.walk(into, declared, context)
            declare(expressions, node, declared)
        elif declared.type != "function_declarator":
            expressions.target(into, declared, WriteFlag.DECLARES, context)
            declare(expressions, node, declared)
        elif given := _given(expressions, declared):
            _make(expressions, into, node, declared, given)


def _given(expressions: "Expressions", declared: "Node") -> list["Node"]:
    """The variables from which an object is made by what reads like the declaration of a function: `A x(a);` of C++."""
    parameters = declared.child_by_field_name("parameters")
    named = parameters.named_children if parameters is not None else []
    names = [one.named_children[0] for one in named if one.type == "parameter_declaration" and one.named_child_count == 1]
    variables = expressions.names.variables
    known = [one for one in names if expressions.names.resolve(expressions.text(one)) in variables]
    return known if named and len(known) == len(named) else []


def _make(expressions: "Expressions", into: "Effects", node: "Node", declared: "Node", given: list["Node"]) -> None:
    kind, name = node.child_by_field_name("type"), declared.child_by_field_name("declarator")
    number, inside = len(into.calls), Context()
    chain = expressions.text(kind) if kind is not None else "?"
    into.calls.append(Call(chain, node.start_point[0] + 1, ("",) * len(given), is_new=True))
    for place, one in enumerate(given):
        into.use(expressions.named(expressions.text(one)), inside._replace(call=number, argument=place))
    if name is not None:
        expressions.target(into, name, WriteFlag.DECLARES)


def _pointer(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    operator = node.child_by_field_name("operator")
    is_address = operator is not None and operator.type == "&"
    rule: ExpressionRule = Address("argument", is_part=True) if is_address else Content("argument")
    expressions.act(rule, into, node, context)


def _conditional(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    """`#if`: either part may be the program; they stand in a branch on something that is not known."""
    alternative = node.child_by_field_name("alternative")
    skipped = {part.id for part in (alternative, node.child_by_field_name("name"), node.child_by_field_name("condition")) if part}
    inside = [child for child in node.named_children if child.id not in skipped and not child.is_extra]
    number = lowering.emit(StatementKind.BRANCH, node, spot, head_end=inside[0] if inside else alternative)
    lowering.statements(inside, spot.under(number, Arm.THEN))
    if alternative is not None:
        lowering.mark(number, alternative)
        if alternative.type == "preproc_else":
            lowering.statements(alternative.named_children, spot.under(number, Arm.ELSE))
        else:
            _conditional(lowering, alternative, spot.under(number, Arm.ELSE))


def _declarator(function: "Node") -> "Node | None":
    """The part of a function's head that has its parameters, under pointers and references."""
    found = function.child_by_field_name("declarator")
    while found is not None and found.child_by_field_name("parameters") is None:
        found = found.child_by_field_name("declarator") or (found.named_children[-1] if found.named_children else None)
    return found


def parameters_of(function: "Node") -> "Node | None":
    """The list of parameters."""
    found = _declarator(function)
    return found.child_by_field_name("parameters") if found is not None else None


def name_of(function: "Node") -> "Node | None":
    """The declared name, in front of the parameters."""
    found = _declarator(function)
    return found.child_by_field_name("declarator") if found is not None else None


STATEMENTS: Final[dict[str, StatementRule]] = {
    "compound_statement": Block(),
    "expression_statement": Simple(),
    "declaration": Simple(),
    "comment": Nothing(),
    "type_definition": Nothing(),
    "preproc_include": Nothing(),
    "preproc_def": Nothing(),
    "preproc_function_def": Nothing(),
    "preproc_call": Nothing(),
    "preproc_if": SpecialStatement(_conditional),
    "preproc_ifdef": SpecialStatement(_conditional),
    "linkage_specification": Block("body", scoped=False),
    "declaration_list": Block(scoped=False),
    "if_statement": Branch(),
    "while_statement": Loop(),
    "do_statement": Loop(post=True),
    "for_statement": Loop(initial="initializer", update="update"),
    "switch_statement": Switch(
        "condition", "body", frozenset({"case_statement"}), falls=frozenset({"case_statement"}), breakable=True
    ),
    "case_statement": CASE,
    "return_statement": Jump(StatementKind.RETURN),
    "break_statement": Jump(StatementKind.BREAK),
    "continue_statement": Jump(StatementKind.CONTINUE),
    "goto_statement": Jump(StatementKind.GOTO, "statement_identifier"),
    "labeled_statement": Labelled(),
    "function_definition": Define(name=""),
}

EXPRESSIONS: Final[dict[str, ExpressionRule]] = {
    "identifier": Name(),
    "field_expression": Member("argument", "field"),
    "subscript_expression": Subscript("argument"),
    "pointer_expression": SpecialExpression(_pointer),
    "call_expression": Invoke("function"),
    "assignment_expression": Assign(operator="operator", is_moved=is_moved),
    "declaration": SpecialExpression(declaration),
    "init_declarator": Assign("declarator", "value", declares=True),
    "update_expression": Update("argument", is_moved),
    "binary_expression": Binary(moving=moving),
    "conditional_expression": Either(("condition",), test="condition"),
    "unary_expression": Scalar(),
    "sizeof_expression": Ignore(),
    "parenthesized_expression": Through(),
    "cast_expression": Through("value"),
    "initializer_list": Display(),
    "type_descriptor": Ignore(),
    "comment": Ignore(),
}

FORMS: Final = {"parameter_declaration": ("declarator", ""), "variadic_parameter": ("", "")}

PATTERNS: Final = {
    "pointer_declarator": "declarator",
    "array_declarator": "declarator",
    "function_declarator": "declarator",
    "parenthesized_declarator": "",
    "attributed_declarator": "",
}

_UNION: Final = re.compile(rb"\bunion\b[^{};()]*\{")
_MEMBER: Final = re.compile(rb"(\w+)\s*(?:\[[^\]]*\]\s*)*(?::\s*\w+\s*)?[;,]")


def _united(data: bytes) -> dict[str, str]:
    """Member of a union → the names of all of its members, of unions that the file declares."""
    found: dict[str, str] = {}
    for start in _UNION.finditer(data) if b"union" in data else ():
        members = [one.decode() for one in _MEMBER.findall(_own_text(data, start.end()))]
        found.update(dict.fromkeys(members, UNITED.join(members)))
    return found


def _own_text(data: bytes, start: int) -> bytes:
    """What stands between braces, without what stands in braces inside."""
    depth, kept = 1, bytearray()
    for byte in data[start:]:
        depth += (byte == ord("{")) - (byte == ord("}"))
        if depth == 0:
            break
        if depth == 1:
            kept.append(byte)
    return bytes(kept)


TABLE = BodyTable(
    language="c",
    functions={"function_definition": ("declarator", "body")},
    statements=STATEMENTS,
    expressions=EXPRESSIONS,
    parameters=Parameters(FORMS, {"variadic_parameter": "*"}),
    find_parameters=parameters_of,
    declare=declare,
    find_name=name_of,
    pattern_whole=PATTERNS,
    contents={"pointer_expression": "argument"},
    else_words=frozenset({"else_clause"}),
    literals=frozenset({"number_literal", "string_literal", "char_literal"}),
    pure_calls=dict.fromkeys(["strlen", "strcmp", "strncmp", "memcmp", "printf", "isdigit", "isalpha", "isspace", "abs"], False),
    true_words=frozenset({b"1", b"true"}),
    rebinding=REBINDING,
    united=_united,
)
