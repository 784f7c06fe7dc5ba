"""Which expressions of C and C++ can be pointers, by how their variables are declared. Part of the engine of `expressions`.

A sum is another place of what an operand points to, unless that operand is declared a number; where no declaration is seen, it may
be. Not here: what is pointed to.
"""

import re
from enum import IntEnum
from typing import TYPE_CHECKING, Final

from lepasserelle.parse.bodies import rules
from lepasserelle.parse.bodies.nodes import first

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.expressions import Expressions


class Kind(IntEnum):
    """What an expression can be."""

    NUMBER = 0
    UNKNOWN = 1
    POINTER = 2


_SUMS: Final = frozenset({"+", "-"})
_MASKS: Final = frozenset({"&", "|", "^"})
"""Operators that give a pointer again where a pointer was made a number (`(uintptr_t)p & ~7`)."""
_LAYERS: Final = frozenset({"pointer_declarator", "array_declarator", "abstract_pointer_declarator", "abstract_array_declarator"})
_NUMBER_TYPES: Final = frozenset({"sized_type_specifier", "enum_specifier"})
_NUMBER_NAMES: Final = frozenset({"off_t", "uint", "ulong", "ushort", "uchar", "wchar_t", "time_t", "std::size_t", "std::string"})
_POINTER_NAMES: Final = frozenset({"intptr_t", "uintptr_t", "charptr_t", "std::uintptr_t", "std::intptr_t"})
"""Types of numbers that hold pointers."""
_NUMBERS: Final = frozenset({"number_literal", "char_literal", "sizeof_expression", "unary_expression", "true", "false"})
_POINTERS: Final = frozenset({"string_literal", "concatenated_string", "null", "this", "new_expression"})
_CAST: Final = re.compile(rb"\*\s*(?:const\s*)?[)>]\s*(?:(\w+)\b(?!\s*(?:[\[.(]|->))|\(([^;(){}]*)\))")
"""What is made a pointer: a name, or what stands in parentheses."""
_WORD: Final = re.compile(rb"[A-Za-z_]\w*")
_DEEPEST: Final = 8
"""Levels of an expression that are looked into; what lies deeper is unknown."""


def declare(walker: "Expressions", declaration: "Node", declarator: "Node") -> None:
    """Note what a variable is declared as: how many steps lead from it to what its type names."""
    levels, node = 0, declarator
    while True:
        if node.type in walker.table.names:
            break
        levels += node.type in _LAYERS
        inner = node.child_by_field_name("declarator") or (node.named_children[-1] if node.named_children else None)
        if inner is None:
            return
        node = inner
    levels_of_type, is_number = _type(walker, declaration.child_by_field_name("type"))
    walker.declared[walker.names.resolve(walker.text(node))] = (levels + levels_of_type, is_number)


def _type(walker: "Expressions", node: "Node | None") -> tuple[int, bool]:
    """Steps that a type adds, and whether it is one of numbers."""
    if node is None:
        return 0, False
    text = walker.text(node)
    if text in _POINTER_NAMES:
        return 1, True
    return 0, node.type in _NUMBER_TYPES or node.type == "primitive_type" or text in _NUMBER_NAMES


def moving(walker: "Expressions", node: "Node") -> tuple[bool, bool]:
    """Whether what the left and the right operand of an operator point to is what the result may point to."""
    left, right, operator = (node.child_by_field_name(name) for name in ("left", "right", "operator"))
    if operator is None or left is None or right is None or operator.type not in _SUMS | _MASKS:
        return False, False
    first_kind, second_kind = _kind(walker, left, 0), _kind(walker, right, 0)
    if operator.type in _MASKS:
        return first_kind == Kind.POINTER, second_kind == Kind.POINTER
    if operator.type == "-":
        return first_kind != Kind.NUMBER and second_kind != Kind.POINTER, False
    return (
        first_kind == Kind.POINTER or (first_kind == Kind.UNKNOWN and second_kind != Kind.POINTER),
        second_kind == Kind.POINTER or (second_kind == Kind.UNKNOWN and first_kind != Kind.POINTER),
    )


def is_number(walker: "Expressions", node: "Node") -> bool:
    """Whether an expression is declared a number."""
    return _kind(walker, node, 0) == Kind.NUMBER


def is_moved(walker: "Expressions", node: "Node", operand: "Node") -> bool:
    """Whether `p++` or `p += n` may be a pointer that somebody takes on."""
    around = node.parent
    return around is not None and around.type not in _ALONE and _kind(walker, operand, 0) != Kind.NUMBER


_ALONE: Final = frozenset({"expression_statement", "for_statement"})


def _kind(walker: "Expressions", node: "Node", depth: int) -> Kind:
    """What an expression can be."""
    while isinstance(walker.rules.get(node.type), rules.Through):
        given = node.child_by_field_name("type")
        if given is not None and _points(given):
            return Kind.POINTER
        inner = node.child_by_field_name("value") or first(node)
        if inner is None:
            return Kind.UNKNOWN
        node = inner
    kind = node.type
    if kind in _NUMBERS:
        return Kind.NUMBER
    if kind in _POINTERS or (kind == "pointer_expression" and node.children[0].type == "&"):
        return Kind.POINTER
    if depth == _DEEPEST:
        return Kind.UNKNOWN
    if kind == "binary_expression":
        return _of_operator(walker, node, depth)
    if kind in {"update_expression", "assignment_expression"}:
        inner = node.child_by_field_name("argument") or node.child_by_field_name("left")
        return _kind(walker, inner, depth + 1) if inner is not None else Kind.UNKNOWN
    if kind == "call_expression":
        callee = node.child_by_field_name("function")
        is_scalar = callee is not None and walker.table.pure_calls.get(walker.text(callee)) is False
        return Kind.NUMBER if is_scalar else Kind.UNKNOWN
    return _of_place(walker, node)


def _points(type_descriptor: "Node") -> bool:
    """Whether a cast names a type of pointers."""
    return type_descriptor.child_by_field_name("declarator") is not None


def _of_operator(walker: "Expressions", node: "Node", depth: int) -> Kind:
    left, right, operator = (node.child_by_field_name(name) for name in ("left", "right", "operator"))
    if operator is None or left is None or right is None or operator.type not in _SUMS | _MASKS:
        return Kind.NUMBER
    kinds = _kind(walker, left, depth + 1), _kind(walker, right, depth + 1)
    if operator.type == "-" and kinds[1] == Kind.POINTER:
        return Kind.NUMBER
    return max(kinds)


def _of_place(walker: "Expressions", node: "Node") -> Kind:
    """A variable, or what steps of subscripts and `*` lead to from one."""
    steps = 0
    while node.type in {"subscript_expression", "pointer_expression", "parenthesized_expression"}:
        inner = node.child_by_field_name("argument") or first(node)
        if inner is None:
            return Kind.UNKNOWN
        steps += node.type != "parenthesized_expression"
        node = inner
    if node.type == "field_expression":
        field = node.child_by_field_name("field")
        return _of_field(walker, walker.text(field)) if field is not None and not steps else Kind.UNKNOWN
    known = walker.declared.get(walker.names.resolve(walker.text(node))) if node.type in walker.table.names else None
    if known is None:
        return Kind.UNKNOWN
    levels, is_number = known
    if levels > steps:
        return Kind.POINTER
    if levels == steps and is_number:
        return Kind.UNKNOWN if _is_cast(walker, walker.text(node)) else Kind.NUMBER
    return Kind.UNKNOWN


def _is_cast(walker: "Expressions", name: str) -> bool:
    """Whether the file makes a pointer of a variable of this name, or of what it is part of: `(char *)(h + 4)`."""
    if walker.casts is None:
        walker.casts = frozenset(
            one.decode() for cast in _CAST.finditer(walker.data) for one in _WORD.findall(cast.group(1) or cast.group(2))
        )
    return name in walker.casts


def _of_field(walker: "Expressions", name: str) -> Kind:
    """A field that this file declares as a pointer or an array; a structure of another file may have one of the same name."""
    if name not in walker.fields:
        word = re.escape(name.encode())
        declared = rb"\*\s*(?:const\s+|restrict\s+)?%b\s*(?:\[[^\]]*\]\s*)*[;,]|\b%b\s*\[[^\]]*\]\s*;" % (word, word)
        walker.fields[name] = re.search(declared, walker.data) is not None
    return Kind.POINTER if walker.fields[name] else Kind.UNKNOWN
