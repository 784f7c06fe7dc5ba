"""How bodies of Python are lowered."""

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from lepasserelle.model.body import Flows, StatementFlag, StatementKind, Use, WriteFlag
from lepasserelle.parse.bodies.calls import consume
from lepasserelle.parse.bodies.collecting import Context, Effects, makes
from lepasserelle.parse.bodies.rules import (
    Assign,
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
    Try,
    With,
)
from lepasserelle.parse.bodies.tables.shared import give
from lepasserelle.parse.lowering_python import python_imports

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.expressions import Expressions
    from lepasserelle.parse.bodies.lowering import Lowering
    from lepasserelle.parse.bodies.spot import Spot

_HOLDING = frozenset({"+", "|", "&", "*", "^", "-"})
"""Operators whose result can hold what lists, sets and dictionaries hold."""


def _global(lowering: "Lowering", node: "Node", spot: "Spot") -> None:  # noqa: ARG001
    names = [lowering.expressions.text(child) for child in node.named_children if child.type == "identifier"]
    lowering.names.elsewhere.update(names)
    if node.type == "global_statement":
        lowering.names.globals.update(names)


def _import(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    effects = lowering.effects(node.children[0])
    effects.flags |= StatementFlag.CAN_RAISE | StatementFlag.IMPORTS
    for bound in python_imports(node, lowering.data):
        if bound.alias:
            effects.write((lowering.names.assign(bound.alias),))
    lowering.emit(StatementKind.SIMPLE, node, spot, effects)


def _delete(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    effects = lowering.effects(node.children[0])
    for child in node.named_children:
        lowering.expressions.target(effects, child, WriteFlag.DELETES)
    effects.flags |= StatementFlag.CAN_RAISE
    lowering.emit(StatementKind.SIMPLE, node, spot, effects)


def _except(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    value, block = node.child_by_field_name("value"), node.named_children[-1]
    effects = lowering.effects(value) if value is not None else lowering.effects(node.children[0])
    catches_all = value is None or lowering.expressions.text(value).partition(" ")[0] == "BaseException"
    flags = StatementFlag.CATCH_ALL if catches_all and node.children[0].type == "except" else 0
    number = lowering.emit(StatementKind.HANDLE, node, spot, effects, flags, head_end=block)
    lowering.inside(block, number, 0)  # type: ignore[arg-type]


def _of_class(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    """`type(x).a = v`, which the grammar takes for an alias of a type; an alias itself does nothing."""
    left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
    target = left.named_children[0] if left is not None and left.named_children else None
    if target is None or target.type not in _PARTS:
        return
    effects, inner, steps = Effects(), target, 0
    for child in right.named_children if right is not None else ():
        lowering.expressions.walk(effects, child)
    while inner.type in _PARTS:
        inner, steps = inner.named_children[0], steps + 1
    place = lowering.expressions.place(effects, target, Context(flows=Flows.NOT))
    if place[0]:
        place = (*place[:-steps], ".__class__", *place[-steps:])
    effects.write(place)
    effects.uses[Use(place[:-1], flows=Flows.NOT, is_base=True)] = None
    effects.flags |= StatementFlag.CAN_RAISE
    lowering.emit(StatementKind.SIMPLE, node, spot, effects)


_PARTS = frozenset({"attribute", "subscript"})


def _case(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    effects = lowering.effects(node.children[0])
    guard, block = node.child_by_field_name("guard"), node.child_by_field_name("consequence")
    patterns = [child for child in node.named_children if child.type == "case_pattern"]
    for pattern in patterns:
        _pattern(lowering.expressions, effects, pattern)
    if guard is not None:
        lowering.expressions.walk(effects, guard)
    text = lowering.expressions.text(patterns[0]).strip() if len(patterns) == 1 else ""
    flags = StatementFlag.CATCH_ALL if guard is None and text.isidentifier() else 0
    effects.flags |= StatementFlag.CAN_RAISE
    number = lowering.emit(StatementKind.CASE, node, spot, effects, flags, head_end=block)
    lowering.inside(block, number, 0)  # type: ignore[arg-type]


def _pattern(expressions: "Expressions", into: Effects, start: "Node") -> None:
    stack = [start]
    while stack:
        node = stack.pop()
        children = node.named_children
        if node.type == "dotted_name" and len(children) == 1:
            into.write((expressions.names.assign(expressions.text(node)),), WriteFlag.MAYBE | WriteFlag.ELEMENT)
        elif node.type == "dotted_name":
            expressions.walk(into, children[0])
        elif node.type == "class_pattern":
            expressions.walk(into, children[0])
            if any(child.type == "case_pattern" and child.named_children[0].type != "keyword_pattern" for child in children[1:]):
                _by_position(into)
            stack += children[1:]
        elif node.type == "keyword_pattern":
            stack += children[1:]
        elif node.type == "identifier":
            into.write((expressions.names.assign(expressions.text(node)),), WriteFlag.MAYBE | WriteFlag.ELEMENT)
        else:
            stack += children


def _by_position(into: Effects) -> None:
    """`Point(a, b)`: the class says which attributes stand at these places."""
    for place in [use.place for use in into.uses][-1:]:
        into.use((*place, ".__match_args__"), Context(flows=Flows.NOT))


def _comprehension(expressions: "Expressions", into: Effects, node: "Node", context: Context) -> None:
    names, body = expressions.names, node.child_by_field_name("body")
    makes(into, context)
    inside = context._replace(maybe=True)
    before, own = dict(into.uses), set(names.variables)
    names.enter()
    for child in node.named_children:
        if child.type == "for_in_clause":
            for source in child.children_by_field_name("right"):
                expressions.walk(into, source, inside._replace(flows=Flows.VALUE))
                if node.type != "generator_expression" or _is_given(node):
                    consume(expressions, into, source, inside)
            for target in child.children_by_field_name("left"):
                expressions.target(into, target, WriteFlag.DECLARES | WriteFlag.ELEMENT, inside, renew=True)
        elif child.type == "if_clause":
            expressions.walk(into, child, inside._replace(flows=Flows.NOT))
    if body is not None:
        expressions.walk(into, body, inside._replace(flows=Flows.HELD if context.flows else Flows.NOT))
    names.leave()
    if node.type == "generator_expression":
        late = {use.place[0] for use in into.uses if use not in before}
        into.captured.update((name, None) for name in sorted(late - (set(names.variables) - own)) if name)


def _is_given(node: "Node") -> bool:
    """Whether an expression is an argument: of a generator who gets it may go through it at once."""
    return node.parent is not None and node.parent.type in {"call", "argument_list"}


def _operator(expressions: "Expressions", into: Effects, node: "Node", context: Context) -> None:
    """A chain of operators is left-deep: walked in a loop."""
    while node.type == "binary_operator":
        operator = node.child_by_field_name("operator")
        holds = operator is not None and operator.type in _HOLDING and context.flows
        context = context._replace(flows=Flows.HELD if holds else Flows.NOT)
        left, right = node.child_by_field_name("left"), node.child_by_field_name("right")
        if right is not None:
            expressions.walk(into, right, context)
        if left is None:
            return
        node = left
    expressions.walk(into, node, context)


def _compare(expressions: "Expressions", into: Effects, node: "Node", context: Context) -> None:
    """`a < b < c`: from the third on an operand is evaluated only when the comparisons before it hold."""
    below = context._replace(flows=Flows.NOT)
    is_looked_through = any(child.type in {"in", "not in"} for child in node.children)
    for place, operand in enumerate(child for child in node.named_children if not child.is_extra):
        expressions.walk(into, operand, below if place < 2 else below._replace(maybe=True))
        if is_looked_through and expressions.text(operand) in expressions.iterators:
            consume(expressions, into, operand, below)


def _as(expressions: "Expressions", into: Effects, node: "Node", context: Context) -> None:
    alias = node.child_by_field_name("alias")
    for child in node.named_children:
        if alias is None or child.id != alias.id:
            expressions.walk(into, child, context)
    if alias is not None:
        expressions.target(into, alias, 0, context)


def _splat(expressions: "Expressions", into: Effects, node: "Node", context: Context) -> None:
    """`[*values]`."""
    for child in node.named_children:
        expressions.walk(into, child, context)
        consume(expressions, into, child, context)


def _expression(lowering: "Lowering", node: "Node", spot: "Spot") -> None:
    """A statement that only reads an attribute or an item is there for what that does: it makes a default, or keeps what it
    computed.
    """
    effects = lowering.effects(node)
    child = node.named_children[0] if node.named_children else None
    if child is not None and child.type in {"subscript", "attribute"}:
        place = lowering.expressions.place(Effects(is_kept=False), child, Context())
        if place[0]:
            effects.write(place, WriteFlag.MAYBE)
    lowering.emit(StatementKind.SIMPLE, node, spot, effects)


def _defaulting(data: bytes) -> frozenset[str]:
    """What is named before `= defaultdict(`. Found between the signs: from each name on, a long line would take its square."""
    if b"defaultdict(" not in data:
        return frozenset()
    parts = data.split(b"=")
    lines = (before.rpartition(b"\n")[2] for before, after in pairwise(parts) if _DEFAULTING.match(after))
    return frozenset(named[1].decode() for line in lines if (named := _NAMED.search(line)))


_DEFAULTING = re.compile(rb"[ \t]*+(?:\w++\.)?defaultdict\(")
_NAMED = re.compile(rb"\b(\w++)[ \t]*+(?::.+)?\Z", re.DOTALL)
_ITERATORS = frozenset(
    """iter map filter zip enumerate reversed open chain cycle count islice starmap takewhile dropwhile accumulate groupby finditer
    iterdir glob rglob scandir reader DictReader iter_content iter_lines""".split()  # noqa: SIM905
)
"""What makes something that is used up by looking through it."""
_PURE = dict.fromkeys(
    [
        "len",
        "isinstance",
        "issubclass",
        "id",
        "callable",
        "type",
        "range",
        "hasattr",
        "ord",
        "chr",
        "repr",
        "str",
        "int",
        "float",
        "bool",
        "abs",
        "round",
        "print",
        "format",
        "divmod",
        "pow",
        "hex",
        "bin",
        "oct",
        "ascii",
        "slice",
        "super",
    ],
    False,
) | dict.fromkeys(
    ["list", "tuple", "set", "dict", "frozenset", "sorted", "sum", "min", "max", "any", "all", "zip", "enumerate", "reversed"], True
)

TABLE = BodyTable(
    language="python",
    functions={"function_definition": ("parameters", "body"), "lambda": ("parameters", "body")},
    classes={"class_definition": "body"},
    statements={
        "block": Block(scoped=False),
        "expression_statement": SpecialStatement(_expression),
        "pass_statement": Simple(),
        "print_statement": Simple(),
        "exec_statement": Simple(),
        "type_alias_statement": SpecialStatement(_of_class),
        "comment": Nothing(),
        "if_statement": Branch(),
        "while_statement": Loop(otherwise="alternative"),
        "for_statement": Each(otherwise="alternative"),
        "try_statement": Try(
            handlers=frozenset({"except_clause", "except_group_clause"}),
            otherwise=frozenset({"else_clause"}),
            finals=frozenset({"finally_clause"}),
        ),
        "except_clause": SpecialStatement(_except),
        "except_group_clause": SpecialStatement(_except),
        "with_statement": With(),
        "match_statement": Switch("subject", "body", frozenset({"case_clause"})),
        "case_clause": SpecialStatement(_case),
        "return_statement": Jump(StatementKind.RETURN),
        "raise_statement": Jump(StatementKind.RAISE),
        "break_statement": Jump(StatementKind.BREAK),
        "continue_statement": Jump(StatementKind.CONTINUE),
        "assert_statement": Simple(StatementKind.ASSERT),
        "function_definition": Define(),
        "class_definition": Define(),
        "decorated_definition": Define(inner="definition"),
        "global_statement": SpecialStatement(_global),
        "nonlocal_statement": SpecialStatement(_global),
        "delete_statement": SpecialStatement(_delete),
        "import_statement": SpecialStatement(_import),
        "import_from_statement": SpecialStatement(_import),
        "future_import_statement": SpecialStatement(_import),
    },
    expressions={
        "identifier": Name(),
        "attribute": Member("object", "attribute"),
        "subscript": Subscript("value", "subscript"),
        "call": Invoke("function"),
        "assignment": Assign(),
        "augmented_assignment": Assign(augmented=True),
        "named_expression": Assign("name", "value"),
        "parenthesized_expression": Through(),
        "await": Through(flags=StatementFlag.WAITS),
        "yield": SpecialExpression(give),
        "boolean_operator": Either(("left",)),
        "conditional_expression": SpecialExpression(lambda e, into, node, context: _conditional(e, into, node, context)),
        "comparison_operator": SpecialExpression(_compare),
        "not_operator": Scalar(),
        "unary_operator": Scalar(),
        "binary_operator": SpecialExpression(_operator),
        "string": Scalar(),
        "list": Display(),
        "tuple": Display(is_fixed=True),
        "expression_list": Display(is_fixed=True),
        "dictionary": Display(),
        "set": Display(),
        "list_splat": SpecialExpression(_splat),
        "list_comprehension": SpecialExpression(_comprehension),
        "set_comprehension": SpecialExpression(_comprehension),
        "dictionary_comprehension": SpecialExpression(_comprehension),
        "generator_expression": SpecialExpression(_comprehension),
        "as_pattern": SpecialExpression(_as),
        "lambda": Closure(),
        "type": Ignore(),
        "comment": Ignore(),
    },
    parameters=Parameters(
        {
            "identifier": ("", ""),
            "default_parameter": ("name", "value"),
            "typed_parameter": ("", ""),
            "typed_default_parameter": ("name", "value"),
            "list_splat_pattern": ("", ""),
            "dictionary_splat_pattern": ("", ""),
            "tuple_pattern": ("", ""),
        },
        {"list_splat_pattern": "*", "dictionary_splat_pattern": "**"},
        positional=False,
    ),
    else_words=frozenset({"else_clause"}),
    else_branches=frozenset({"elif_clause"}),
    arguments_keyword={"keyword_argument": ("name", "value")},
    arguments_spread={"list_splat": "*", "dictionary_splat": "**"},
    raising=frozenset(
        {
            "attribute",
            "subscript",
            "binary_operator",
            "unary_operator",
            "comparison_operator",
            "await",
            "yield",
            "pattern_list",
            "tuple_pattern",
        }
    ),
    pure_calls=_PURE,
    changing_keywords={"file": frozenset({"sys.stderr", "sys.stdout", "None"})},
    binds_by_assignment=True,
    class_of="type",
    augmented_mutates=True,
    iteration_consumes=True,
    iterators=_ITERATORS,
    defaulting=_defaulting,
    first_is_receiver=True,
    true_words=frozenset({b"True", b"1"}),
    rebinding_word=b"global",
    rebinding=re.compile(rb"^[ \t]+global\b([^\n]*)", re.MULTILINE),
    swallowing=frozenset({"suppress", "raises", "assertRaises", "assertRaisesRegex"}),
)


def _conditional(expressions: "Expressions", into: Effects, node: "Node", context: Context) -> None:
    """`value if test else other`."""
    parts = [child for child in node.named_children if not child.is_extra]
    if len(parts) != 3:
        for part in parts:
            expressions.walk(into, part, context._replace(maybe=True))
        return
    expressions.walk(into, parts[1], context._replace(flows=Flows.NOT))
    expressions.walk(into, parts[0], context._replace(maybe=True))
    expressions.walk(into, parts[2], context._replace(maybe=True))
