"""What calls are given, as chains side by side, in languages that tell overloads apart: what the types of arguments come from.

Beside chains there are `<char>`, `+x` for what arithmetic with `x` gives, and `=T` for a type outside that is known by its name.
Not here: what type a chain has.
"""

import re
from typing import Final

from tree_sitter import Node

from lepasserelle.parse.chains import Chains
from lepasserelle.parse.spec import LanguageSpec

BREAK: Final = "\t"
"""Between the chains of one call."""
_UNKNOWN: Final = "?"
_LITERALS: Final = frozenset({_UNKNOWN, "<int>", "<float>", "<char>", "<none>"})
"""What other rules tell apart, or nothing does."""
_NOTHING: Final = frozenset({_UNKNOWN, "<none>"})
_CHARACTER: Final = "character_literal"
_NAMED: Final = frozenset({"assignment_expression", "assignment"})
_TESTS: Final = frozenset({"instanceof_expression", "is_expression", "is_pattern_expression", "check_expression"})
_OTHERWISE: Final = frozenset({"ascription_expression", "await_expression"})
"""What is of another type than its chain."""
_TYPES: Final = {"typeof_expression": "=Type", "class_literal": "=Class"}
"""Node types of what names a type as a value → the type of that."""
_CONDITIONAL: Final = frozenset({"ternary_expression", "conditional_expression"})
_COMPARING: Final = frozenset([b"==", b"!=", b"<", b">", b"<=", b">=", b"&&", b"||", b"===", b"!=="])
_COUNTING: Final = frozenset([b"+", b"-", b"*"])
_ALONE: Final = frozenset({"unary_expression", "prefix_unary_expression", "prefix_expression"})
_DEEPEST: Final = 4

_DECLARED_BY: Final = rb"\s*(?=[,;=):]|\bin\b)"
_NARROWED: Final = {
    "java": re.compile(rb"(?<!\bnew)(?<!\binstanceof)(?<=[\w>\]?,])\s+(\w+)\s*\[[\s\[\]]*\]" + _DECLARED_BY),
    "c_sharp": re.compile(
        rb"\b(?:from|join)\s+(?:[\w.<>?]+(?:\[\])?\s+)?(\w+)\s+in\b|\b(?:let|into)\s+(\w+)|\bvar\s*\(([^()]*)\)"
        rb"|\b(?:Value)?Task\s*<[^;={}()]*?>\??\s+(\w+)" + _DECLARED_BY
    ),
    "scala": re.compile(rb"\b([a-z]\w*)\s*(?=(?:(?:[,)@|]|if\b)[^\n{}]*)?=>)"),
    "kotlin": re.compile(
        rb"(\w+)\s+(?:!is|is|as\??)\s|\bwhen\s*\(\s*(?:val\s+\w+\s*=\s*)?([\w.]+)\s*\)|(\w+)[ ]*:[ ]*[\w.<>, *]+\?"
    ),
    "swift": re.compile(
        rb"\b(?:let|var)\s+(\w+)\s*=\s*(\w+)\s+as\b"
        rb"|\b(?:case|catch)\s+(?:let|var)\s+(\w+)|[(,]\s*(?:let|var)\s+(\w+)|(\w+)[ ]*:[ ]*[\w.<>\[\], ]+[?!]"
    ),
}
"""Names that are of another type than declared where a test says so, that stand for another value of the same name, or whose type
is not all written before them (arrays of Java, what is waited for in C#).
"""
_WORD: Final = re.compile(r"\w+")


def narrowed_names(spec: LanguageSpec, data: bytes) -> frozenset[str]:
    """Names of a file whose type depends on the place."""
    pattern = _NARROWED.get(spec.name)
    if pattern is None:
        return frozenset()
    return frozenset(
        word
        for found in pattern.finditer(data)
        for each in found.groups(b"")
        for word in _WORD.findall(each.decode("utf-8", "replace"))
    )


def chains_of_arguments(spec: LanguageSpec, chains: Chains, data: bytes, arguments: Node, narrowed: frozenset[str]) -> list[str]:
    """What each argument of a list is; nothing where no type can come from it, or where some are given by name, in any order."""
    found, is_told = list[str](), False
    for node in arguments.named_children:
        if node.is_extra:
            continue
        value = _value(spec, node)
        if value is None or value.type in _NAMED:
            return []
        chain = _chain(chains, data, value, 0)
        found.append(_UNKNOWN if narrowed and not narrowed.isdisjoint(_WORD.findall(chain)) else chain)
        is_told |= found[-1] not in (_LITERALS if spec.literal_rules is not None else _NOTHING)
    return found if is_told else []


def _value(spec: LanguageSpec, node: Node) -> Node | None:
    """What an argument gives; None for one with a name where names stand for places."""
    if node.type not in spec.argument_nodes:
        return node
    inner = [child for child in node.named_children if not child.is_extra]
    if spec.argument_label is not None:
        return inner[-1] if inner else None
    return inner[0] if len(inner) == 1 else None


def _chain(chains: Chains, data: bytes, node: Node, depth: int) -> str:
    if node.type == _CHARACTER:
        return "<char>"
    if node.type in _TYPES:
        return _TYPES[node.type]
    if node.type in _TESTS:
        return "<bool>"
    if node.type in _OTHERWISE:
        return _UNKNOWN
    inner = [child for child in node.named_children if not child.is_extra]
    if node.type in _ALONE and inner:
        sign = data[node.start_byte : node.start_byte + 1]
        return "<bool>" if sign == b"!" else _counted(_chain(chains, data, inner[-1], depth + 1)) if sign in b"+-" else _UNKNOWN
    if node.type == "cast_expression" and data[node.start_byte : node.end_byte].partition(b")")[0].count(b"[") > 1:
        return _UNKNOWN  # an array of arrays, which chains do not tell from an array
    if node.type == "array_creation_expression":
        return _array(chains, inner)
    if node.type in _CONDITIONAL and len(inner) == 3 and depth < _DEEPEST:
        one, other = (_chain(chains, data, side, depth + 1) for side in inner[1:])
        return one if one == other else _UNKNOWN
    if node.type == "generic_function" and len(inner) == 2 and data[: inner[0].end_byte].endswith(b".asInstanceOf"):
        types = inner[1].named_children
        return chains.type_chain(types[0]) + "()" if types else _UNKNOWN
    if node.type.endswith(("binary_expression", "infix_expression", "additive_expression")) and len(inner) > 1:
        return _between(chains, data, (inner[0], inner[-1]), depth)
    return chains.chain(node)


def _array(chains: Chains, parts: list[Node]) -> str:
    """A new array, as a cast to its type; not one of arrays."""
    sizes = [part for part in parts if part.type.startswith("dimensions")]
    is_plain = len(sizes) == 1 and (sizes[0].type != "dimensions" or sizes[0].end_byte - sizes[0].start_byte == 2)
    return chains.type_chain(parts[0]) + "[]()" if is_plain else _UNKNOWN


def _between(chains: Chains, data: bytes, sides: tuple[Node, Node], depth: int) -> str:
    """What an operator between two operands gives."""
    sign = data[sides[0].end_byte : sides[1].start_byte].strip()
    if sign in _COMPARING:
        return "<bool>"
    if sign not in _COUNTING or depth > _DEEPEST:
        return _UNKNOWN
    left, right = (_chain(chains, data, side, depth + 1) for side in sides)
    if sign == b"+" and "<str>" in (left, right):
        return "<str>"
    return _counted(left) if right == "<int>" else _counted(right) if left == "<int>" else _UNKNOWN


def _counted(chain: str) -> str:
    return chain if chain[:1] in "+<?" else "+" + chain
