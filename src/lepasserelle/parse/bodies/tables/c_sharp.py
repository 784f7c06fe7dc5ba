"""How bodies of C# are lowered."""

from typing import TYPE_CHECKING

from msgspec.structs import replace

from lepasserelle.model.body import Flows, StatementFlag, StatementKind, WriteFlag
from lepasserelle.parse.bodies.collecting import Context, Effects
from lepasserelle.parse.bodies.referring import refer
from lepasserelle.parse.bodies.rules import (
    Address,
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
    Subscript,
    Switch,
    Through,
    Try,
    Update,
    With,
)
from lepasserelle.parse.bodies.tables.shared import CASE, REBINDING, give, handler

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.expressions import Expressions
    from lepasserelle.parse.bodies.lowering import Lowering
    from lepasserelle.parse.bodies.spot import Spot

_LAMBDAS = frozenset({"lambda_expression", "anonymous_method_expression"})


def _is_method(function: "Node") -> bool:
    """Everything but a lambda or local function, which have the receiver of the method around them."""
    return function.type not in _LAMBDAS and function.type != "local_function_statement"


def _declarator(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """`x = value`, `(a, b) = value`, `x`."""
    children = [child for child in node.named_children if not child.is_extra]
    if len(children) > 1:
        if children[-1].type == "ref_expression":
            refer(expressions, children[0], children[-1], context)
        expressions.walk(into, children[-1], context)
    taken_apart = WriteFlag.ELEMENT if "pattern" in children[0].type else 0
    expressions.target(into, children[0], WriteFlag.DECLARES | taken_apart, context)


def _variables(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    for child in node.named_children:
        if child.type == "variable_declarator":
            expressions.walk(into, child, context)


def _argument(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """`f(ref x)` and `f(out var y)` write."""
    value = node.named_children[-1] if node.named_children else None
    if value is None:
        return
    if value.type == "declaration_expression":
        name = value.child_by_field_name("name")
        if name is not None:
            expressions.target(into, name, WriteFlag.DECLARES)
    elif node.children[0].type in {"ref", "out"}:
        expressions.target(into, value, WriteFlag.MAYBE if node.children[0].type == "ref" or context.maybe else 0)
        expressions.walk(into, value, context)
    else:
        expressions.walk(into, value, context)


def _instance(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """`new List<int> { a }` and `new() { X = a }` hold what stands in braces."""
    number = len(into.calls)
    expressions.act(Invoke("type", is_new=True), into, node, context)
    declared = node.parent.parent.child_by_field_name("type") if node.parent is not None and node.parent.parent else None
    if node.type == "implicit_object_creation_expression" and declared is not None:
        into.calls[number] = replace(into.calls[number], chain=expressions.text(declared).partition("<")[0])
    below = context._replace(flows=Flows.HELD if context.flows else Flows.NOT)
    for child in node.named_children:
        for one in child.named_children if child.type == "initializer_expression" else ():
            expressions.walk(into, one.named_children[-1] if one.type == "assignment_expression" else one, below)


def _tested(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """A pattern that binds a name when it fits."""
    name = node.child_by_field_name("name")
    if name is not None:
        expressions.target(into, name, WriteFlag.DECLARES | WriteFlag.MAYBE, context)
    for child in node.named_children:
        if child.type.endswith(("pattern", "clause")):
            expressions.walk(into, child, context)


def _conditional(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """`a?.b`, outside calls."""
    for child in node.named_children:
        expressions.walk(into, child, context._replace(flows=min(context.flows, Flows.VALUE)))


def _lock(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    lowering.statement(node.named_children[-1], spot)


def _yield(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    if node.children[1].type == "break":
        lowering.emit(StatementKind.RETURN, node, spot)
        return
    effects = Effects()
    give(lowering.expressions, effects, node, Context(flows=Flows.NOT))
    lowering.emit(StatementKind.SIMPLE, node, spot, effects)


def _refers(parameter: "Node", data: bytes) -> bool:
    """`ref int x`, `out int x`."""
    return any(data[child.start_byte : child.end_byte] in {b"ref", b"out"} for child in parameter.children)


def _refers_each(loop: "Node") -> bool:
    """`foreach (ref int e in a)`."""
    kind = loop.child_by_field_name("type")
    return kind is not None and kind.type == "ref_type"


def _catches_all(node: "Node", data: bytes) -> bool:
    head = data[node.start_byte : node.start_byte + 80].partition(b"{")[0]
    return b"when" not in head and (b"(" not in head or b"(Exception" in head.replace(b" ", b""))


_FUNCTIONS = dict.fromkeys(
    [
        "method_declaration",
        "constructor_declaration",
        "destructor_declaration",
        "operator_declaration",
        "conversion_operator_declaration",
        "local_function_statement",
        "lambda_expression",
        "anonymous_method_expression",
        "accessor_declaration",
    ],
    ("parameters", "body"),
)
_CLASSES = dict.fromkeys(["class_declaration", "struct_declaration", "record_declaration", "interface_declaration"], "body")

TABLE = BodyTable(
    language="c_sharp",
    functions=_FUNCTIONS,
    classes=_CLASSES,
    statements={
        "block": Block(),
        "declaration_list": Block(scoped=False),
        "global_statement": Block(scoped=False),
        "expression_statement": Simple(),
        "local_declaration_statement": Simple(),
        "field_declaration": Simple(),
        "variable_declaration": Simple(),
        "empty_statement": Nothing(),
        "comment": Nothing(),
        "using_directive": Nothing(),
        "file_scoped_namespace_declaration": Nothing(),
        "enum_declaration": Nothing(),
        "delegate_declaration": Nothing(),
        "property_declaration": Nothing(),
        "event_field_declaration": Nothing(),
        "namespace_declaration": Block("body", scoped=False),
        "if_statement": Branch(),
        "while_statement": Loop(),
        "do_statement": Loop(post=True),
        "for_statement": Loop(initial="initializer", update="update"),
        "foreach_statement": Each(declares=True),
        "switch_statement": Switch(
            "value", "body", frozenset({"switch_section"}), falls=frozenset({"switch_section"}), breakable=True
        ),
        "switch_section": CASE,
        "try_statement": Try(handlers=frozenset({"catch_clause"}), finals=frozenset({"finally_clause"})),
        "catch_clause": handler("catch_declaration", _catches_all, frozenset({"catch_declaration"})),
        "using_statement": With(),
        "fixed_statement": With(),
        "lock_statement": SpecialStatement(_lock),
        "checked_statement": Block(),
        "unsafe_statement": Block(),
        "return_statement": Jump(StatementKind.RETURN),
        "throw_statement": Jump(StatementKind.RAISE),
        "break_statement": Jump(StatementKind.BREAK),
        "continue_statement": Jump(StatementKind.CONTINUE),
        "goto_statement": Jump(StatementKind.GOTO, "identifier"),
        "yield_statement": SpecialStatement(_yield),
        "labeled_statement": Labelled(),
        **dict.fromkeys(_FUNCTIONS.keys() - _LAMBDAS - {"accessor_declaration"}, Define()),
        **dict.fromkeys(_CLASSES, Define()),
    },
    expressions={
        "identifier": Name(),
        "this": Receiver(),
        "base": Receiver(),
        "member_access_expression": Member("expression", "name"),
        "element_access_expression": Subscript("expression", "subscript"),
        "conditional_access_expression": SpecialExpression(_conditional),
        "member_binding_expression": Ignore(),
        "invocation_expression": Invoke("function"),
        "object_creation_expression": SpecialExpression(_instance),
        "implicit_object_creation_expression": SpecialExpression(_instance),
        "argument": SpecialExpression(_argument),
        "assignment_expression": Assign(operator="operator"),
        "variable_declaration": SpecialExpression(_variables),
        "variable_declarator": SpecialExpression(_declarator),
        "postfix_unary_expression": Update(),
        "prefix_unary_expression": Scalar(),
        "binary_expression": Binary(),
        "conditional_expression": Either(("condition",), test="condition"),
        "parenthesized_expression": Through(),
        "await_expression": Through(flags=StatementFlag.WAITS),
        "cast_expression": Through("value"),
        "as_expression": Through("left"),
        "declaration_pattern": SpecialExpression(_tested),
        "var_pattern": SpecialExpression(_tested),
        "recursive_pattern": SpecialExpression(_tested),
        "interpolated_string_expression": Scalar(),
        "initializer_expression": Display(),
        "array_creation_expression": Display(),
        "collection_expression": Display(),
        "anonymous_object_creation_expression": Display(),
        "with_expression": Display(),
        "tuple_expression": Display(),
        "ref_expression": Address(),
        "lambda_expression": Closure(),
        "anonymous_method_expression": Closure(),
        "typeof_expression": Ignore(),
        "generic_name": Ignore(),
        "type_argument_list": Ignore(),
        "attribute_list": Ignore(),
        "modifier": Ignore(),
        "comment": Ignore(),
    },
    parameters=Parameters({"parameter": ("name", ""), "identifier": ("", ""), "implicit_parameter": ("", "")}, positional=False),
    names=frozenset({"identifier", "implicit_parameter"}),
    raising=frozenset(
        {"member_access_expression", "element_access_expression", "cast_expression", "binary_expression", "await_expression"}
    ),
    is_reference=_refers,
    refers_each=_refers_each,
    reference_values=frozenset({"ref_expression"}),
    receiver="this",
    borrows_receiver=_LAMBDAS | {"local_function_statement"},
    is_member=_is_method,
    literals=frozenset({"integer_literal", "string_literal"}),
    true_words=frozenset({b"true"}),
    rebinding=REBINDING,
)
