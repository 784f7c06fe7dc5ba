"""How bodies of Rust are lowered: `if`, `match` and blocks are values there, and their last expression is what they give."""

import re
from functools import partial
from typing import TYPE_CHECKING

from lepasserelle.model.body import Arm, Flows, StatementFlag, StatementKind, Use, WriteFlag
from lepasserelle.parse.bodies.collecting import Context, Effects, makes
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
    Ignore,
    Invoke,
    Jump,
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
)
from lepasserelle.parse.bodies.tables.shared import REBINDING
from lepasserelle.parse.lowering_rust import macro_tokens

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.expressions import Expressions
    from lepasserelle.parse.bodies.lowering import Lowering
    from lepasserelle.parse.bodies.spot import Spot

_STRUCTURED = frozenset({"if_expression", "match_expression", "block", "unsafe_block"})


def _let(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    """`let x = if … { 1 } else { 2 }` is the `if`, with `x = 1` and `x = 2` at the ends of its arms."""
    pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
    if pattern is None:
        return
    otherwise = node.child_by_field_name("alternative")
    if value is not None and value.type in _STRUCTURED and otherwise is None and pattern.type == "identifier":
        variable = lowering.expressions.text(pattern)
        written: list[int] = []
        lowering.statement(value, spot._replace(sink=partial(_give, written)))
        unique = lowering.names.declare(variable)
        for place in written:
            lowering.rename(place, _GIVEN, unique)
        return
    effects = lowering.effects(value) if value is not None else Effects()
    flags = WriteFlag.DECLARES | (WriteFlag.ELEMENT if pattern.type != "identifier" else 0)
    lowering.expressions.target(effects, pattern, flags)
    if otherwise is None:
        lowering.emit(StatementKind.SIMPLE, node, spot, effects)
        return
    number = lowering.emit(StatementKind.BRANCH, node, spot, effects, head_end=otherwise)
    lowering.inside(otherwise, number, Arm.ELSE)


_GIVEN = "<given>"


def _give(written: list[int], lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    """The value of a block, for the variable that will be declared behind it."""
    effects = lowering.effects(node)
    effects.write((_GIVEN,))
    written.append(lowering.emit(StatementKind.SIMPLE, node, spot, effects))


def _arm(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
    effects = Effects()
    guard = pattern.child_by_field_name("condition") if pattern is not None else None
    for child in pattern.named_children if pattern is not None else ():
        if guard is None or child.id != guard.id:
            lowering.expressions.target(effects, child, WriteFlag.DECLARES | WriteFlag.ELEMENT | WriteFlag.MAYBE)
    if guard is not None:
        lowering.expressions.walk(effects, guard, Context(flows=Flows.NOT))
    is_name = pattern is not None and (pattern.named_child_count == 0 or pattern.named_children[0].type == "identifier")
    flags = StatementFlag.CATCH_ALL if guard is None and is_name and _is_open(lowering, pattern) else 0
    number = lowering.emit(StatementKind.CASE, node, spot, effects, flags, head_end=value)
    if value is not None:
        lowering.statement(value, spot.under(number, Arm.BODY))


def _is_open(lowering: "Lowering", pattern: "Node | None") -> bool:
    """`_` or a name that begins small: everything fits."""
    text = lowering.expressions.text(pattern).strip() if pattern is not None else ""
    return text == "_" or (text.isidentifier() and text[0].islower())


def _test(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """`let Some(x) = value` as a condition."""
    pattern, value = node.child_by_field_name("pattern"), node.child_by_field_name("value")
    if value is not None:
        expressions.walk(into, value, context._replace(flows=Flows.VALUE))
    if pattern is not None:
        expressions.target(into, pattern, WriteFlag.DECLARES | WriteFlag.ELEMENT | WriteFlag.MAYBE)


def _try(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    into.flags |= StatementFlag.MAY_LEAVE
    expressions.walk(into, node.named_children[0], context)


def _macro(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """Arguments of a macro are tokens: every name in them is read; `panic!` and its like are calls as all others."""
    macro = node.child_by_field_name("macro")
    name = expressions.text(macro) if macro is not None else "?"
    number = len(into.calls)
    expressions.called(into, name + "!", node, context, is_pure=name in _READING)
    for child in node.named_children:
        if child.type != "token_tree":
            continue
        is_first = name in _WRITING
        for token in macro_tokens(child, expressions.data, items=True):
            first, *steps = _steps(token.chain, is_called=token.is_call)
            if first in {"<self>", "self"}:
                first = "self"
            elif not first.isidentifier():
                continue
            else:
                first = expressions.names.resolve(first)
            into.uses[Use((first, *steps), number, 0, Flows.NOT if name in _READING else Flows.VALUE)] = None
            if is_first:
                into.write((first, *steps, "[]"), WriteFlag.MAYBE)
            is_first = False
        for written in _named_in_text(child, expressions.data) if name in _READING else ():
            into.uses[Use((expressions.names.resolve(written),), number, 0, Flows.NOT)] = None


def _steps(chain: str, *, is_called: bool) -> list[str]:
    """The name and steps of a chain of tokens (`a.b[].c`), as far as it is a place; of a call what stands before its name."""
    parts = chain.removesuffix("()").split(".")
    if is_called and len(parts) > 1:
        parts.pop()
    found = [parts[0].partition("[")[0]] + ["[]"] * parts[0].count("[]")
    for part in parts[1:]:
        name = part.removesuffix("[]")
        if not name.isidentifier() and not name.isdigit():
            break
        found += ["." + name, "[]"] if part != name else ["." + name]
    return found


def _named_in_text(tree: "Node", data: bytes) -> list[str]:
    """Variables that the text of a format names: `{width}`, `{width:?}`."""
    texts = [data[child.start_byte : child.end_byte] for child in tree.children if child.type == "string_literal"]
    return [name.decode() for name in _IN_TEXT.findall(texts[0].replace(b"{{", b""))] if texts else []


_IN_TEXT = re.compile(rb"\{([A-Za-z_]\w*)(?=[:}])")


_WRITING = frozenset({"write", "writeln"})
"""Macros that change their first argument."""

_READING = frozenset(
    [
        "println",
        "print",
        "eprintln",
        "eprint",
        "format",
        "write",
        "writeln",
        "assert",
        "assert_eq",
        "assert_ne",
        "debug_assert",
        "debug_assert_eq",
        "panic",
        "unreachable",
        "todo",
        "unimplemented",
        "log",
        "trace",
        "debug",
        "info",
        "warn",
        "error",
        "matches",
    ]
)


def _unary(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    if node.children[0].type == "*":
        place = expressions.place(into, node, context)
        if len(place) > 1:
            into.use(place, context)
    else:
        expressions.walk(into, node.named_children[-1], context._replace(flows=Flows.NOT))


def _struct(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    body = node.child_by_field_name("body")
    if body is not None:
        expressions.act(Display(), into, body, context)


def _range(expressions: "Expressions", into: "Effects", node: "Node", context: "Context") -> None:
    """What is bound to a name can be gone through step by step; what a loop gets is no part of it."""
    if node.parent is not None and node.parent.type == "let_declaration":
        makes(into, context)
    expressions.act(Scalar(), into, node, context)


TABLE = BodyTable(
    language="rust",
    functions={"function_item": ("parameters", "body"), "closure_expression": ("parameters", "body")},
    statements={
        "block": Block(),
        "unsafe_block": Block(),
        "async_block": Block(),
        "expression_statement": Simple(),
        "let_declaration": SpecialStatement(_let),
        "empty_statement": Nothing(),
        "line_comment": Nothing(),
        "block_comment": Nothing(),
        "use_declaration": Nothing(),
        "struct_item": Nothing(),
        "enum_item": Nothing(),
        "trait_item": Nothing(),
        "type_item": Nothing(),
        "attribute_item": Nothing(),
        "inner_attribute_item": Nothing(),
        "macro_definition": Nothing(),
        "extern_crate_declaration": Nothing(),
        "const_item": Simple(),
        "static_item": Simple(),
        "impl_item": Block("body"),
        "declaration_list": Block(scoped=False),
        "mod_item": Block("body"),
        "function_item": Define(hoisted=True),
        "function_signature_item": Nothing(),
        "if_expression": Branch(),
        "while_expression": Loop(),
        "loop_expression": Loop(endless=True),
        "for_expression": Each("pattern", "value", declares=True),
        "match_expression": Switch("value", "body", frozenset({"match_arm"}), exhaustive=True),
        "match_arm": SpecialStatement(_arm),
        "return_expression": Jump(StatementKind.RETURN),
        "break_expression": Jump(StatementKind.BREAK, "label"),
        "continue_expression": Jump(StatementKind.CONTINUE, "label"),
    },
    expressions={
        "identifier": Name(),
        "self": Receiver("self"),
        "field_expression": Member("value", "field"),
        "scoped_identifier": Member("path", "name", plain=True),
        "index_expression": Subscript(""),
        "call_expression": Invoke("function"),
        "generic_function": Through("function"),
        "assignment_expression": Assign(),
        "compound_assignment_expr": Assign(augmented=True),
        "const_item": Assign("name", "value", declares=True),
        "static_item": Assign("name", "value", declares=True),
        "binary_expression": Binary(),
        "unary_expression": SpecialExpression(_unary),
        "reference_expression": Address("value", word="mutable_specifier"),
        "let_condition": SpecialExpression(_test),
        "try_expression": SpecialExpression(_try),
        "await_expression": Through(flags=StatementFlag.WAITS),
        "parenthesized_expression": Through(),
        "type_cast_expression": Through("value"),
        "macro_invocation": SpecialExpression(_macro),
        "struct_expression": SpecialExpression(_struct),
        "tuple_expression": Display(),
        "array_expression": Display(),
        "range_expression": SpecialExpression(_range),
        "closure_expression": Closure(),
        "type_arguments": Ignore(),
        "line_comment": Ignore(),
        "block_comment": Ignore(),
    },
    parameters=Parameters(
        {
            "parameter": ("pattern", ""),
            "self_parameter": ("", ""),
            "identifier": ("", ""),
            "tuple_pattern": ("", ""),
            "reference_pattern": ("", ""),
        }
    ),
    names=frozenset({"identifier", "self", "shorthand_field_identifier"}),
    else_words=frozenset({"else_clause"}),
    pattern_values={"field_pattern": "pattern"},
    pattern_heads=frozenset({"type"}),
    pattern_constants=frozenset({"scoped_identifier", "range_pattern", "const_block"}),
    contents={"unary_expression": ""},
    receiver_form="self_parameter",
    value_of_block=True,
    literals=frozenset({"integer_literal", "string_literal"}),
    true_words=frozenset({b"true"}),
    label_types=frozenset({"label"}),
    rebinding=REBINDING,
)
