"""Streams of C++: `out << x` changes what stands before it, `in >> x` also what stands behind. Part of `expressions`.

Nothing at an operator says whether it shifts a number. A stream is where the value is not used, where it decides
(`while (in >> x)`), or where a function that gives a reference returns it, unless the operand is declared a number. What goes to
the standard streams of output is not kept there: nobody reads it again.
"""

from typing import TYPE_CHECKING, Final

from lepasserelle.model.body import WriteFlag
from lepasserelle.parse.bodies.collecting import Context, Effects
from lepasserelle.parse.bodies.nodes import first
from lepasserelle.parse.bodies.pointing import is_number

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.expressions import Expressions

_INTO: Final = "<<"
_OUT_OF: Final = ">>"
_SAYING: Final = frozenset({"cout", "cerr", "clog", "wcout", "wcerr", "wclog"})
_LAZY: Final = frozenset({"&&", "||"})
_DECIDING: Final = frozenset({"condition_clause", "for_statement", "unary_expression"})
_PLACES: Final = frozenset({"identifier", "field_expression", "subscript_expression", "pointer_expression"})


def stream(walker: "Expressions", into: Effects, node: "Node", context: Context) -> None:
    """Add what the outermost of a chain of such operators changes."""
    if node.children[1].type not in {_INTO, _OUT_OF} or _is_inside(node):
        return
    targets, base = list["Node"](), node
    while base.type == "binary_expression" and base.children[1].type in {_INTO, _OUT_OF}:
        right = base.named_children[-1]
        if base.children[1].type == _OUT_OF and right.type in _PLACES:
            targets.append(right)
        base = _bare(base.named_children[0])
    if not _is_stream(node, bool(targets)) or is_number(walker, base):
        return
    for target in targets:
        walker.target(into, target, WriteFlag.MAYBE, context)
    place = walker.place(Effects(is_kept=False), base, context)
    if place[0] and walker.text(base).removeprefix("std::") not in _SAYING:
        into.write((*place, "[]"), WriteFlag.MAYBE)


def _bare(node: "Node") -> "Node":
    """Without parentheses."""
    while node.type == "parenthesized_expression" and (inner := first(node)) is not None:
        node = inner
    return node


def _is_inside(node: "Node") -> bool:
    """Whether it is the left side of another one."""
    around = node.parent
    while around is not None and around.type == "parenthesized_expression":
        node, around = around, around.parent
    if around is None or around.type != "binary_expression":
        return False
    return around.children[1].type in {_INTO, _OUT_OF} and around.named_children[0].id == node.id


def _is_stream(node: "Node", has_targets: bool) -> bool:
    around = node.parent
    while around is not None and around.type in {"parenthesized_expression", "comma_expression"}:
        around = around.parent
    if around is None:
        return False
    if around.type == "return_statement":
        return _gives_reference(around)
    return around.type == "expression_statement" or (has_targets and _decides(around))


def _decides(around: "Node") -> bool:
    return around.type in _DECIDING or (around.type == "binary_expression" and around.children[1].type in _LAZY)


def _gives_reference(node: "Node") -> bool:
    """Whether the function around it returns a reference."""
    around: Node | None = node
    while around is not None and around.type not in {"function_definition", "lambda_expression"}:
        around = around.parent
    declarator = around.child_by_field_name("declarator") if around is not None else None
    return declarator is not None and declarator.type == "reference_declarator"
