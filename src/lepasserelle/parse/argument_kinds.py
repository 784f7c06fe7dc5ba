"""Which literals calls give, and which parameters have a type that literals have: what tells overloads of one number apart.

Not the types of names: those need other files. A type that the tables of the language do not name takes everything.
"""

from collections.abc import Mapping
from typing import Final

from tree_sitter import Node

from lepasserelle.model.calling import MOST_KINDS, OF_KINDS, WITH_KINDS, Kind, kinds_of
from lepasserelle.parse.spec import LanguageSpec

_SIGNED: Final = frozenset({"unary_expression", "prefix_unary_expression"})
_LITERALS: Final[Mapping[str, Kind]] = {"<str>": Kind.STRING, "<int>": Kind.INT, "<float>": Kind.DOUBLE, "<bool>": Kind.BOOL}
_SUFFIXES: Final[Mapping[tuple[Kind, bytes], Kind | None]] = {
    (Kind.INT, b"l"): Kind.LONG,
    (Kind.INT, b"u"): None,
    (Kind.DOUBLE, b"f"): Kind.FLOAT,
    (Kind.DOUBLE, b"m"): None,
}
"""What a letter behind a number makes of it; None: something that no table has."""
_HEXADECIMAL: Final = b"0x"


def kinds_of_parameters(spec: LanguageSpec, data: bytes, nodes: list[Node], rest: set[int]) -> int:
    """What the first parameters take, in the form of what a definition takes; 0 in languages that have other rules."""
    if not spec.literal_types:
        return 0
    kinds = []
    for node in nodes[:MOST_KINDS]:
        if node.start_byte in rest:
            break
        kinds.append(_declared(spec, data, node))
    return OF_KINDS | kinds_of(kinds) << 24


def _declared(spec: LanguageSpec, data: bytes, parameter: Node) -> int:
    declared = parameter.child_by_field_name("type")
    if declared is None:
        declared = next((child for child in parameter.named_children if child.type in spec.type_nodes), None)
    return spec.literal_types.get(_text(declared, data).decode("utf-8", "replace"), 0) if declared is not None else 0


def kinds_of_arguments(spec: LanguageSpec, data: bytes, arguments: Node) -> int:
    """Which literals the first arguments are; 0 where none is one, or where some are given by name, in any order."""
    if not spec.literal_types:
        return 0
    kinds: list[int] = []
    for node in arguments.named_children:
        if node.is_extra:
            continue
        inner = [child for child in node.named_children if not child.is_extra] if node.type in spec.argument_nodes else [node]
        if len(inner) != 1:
            return 0
        if len(kinds) < MOST_KINDS:
            kinds.append(_literal(spec, data, inner[0]))
    return WITH_KINDS | kinds_of(kinds) << 8 if any(kinds) else 0


def _literal(spec: LanguageSpec, data: bytes, node: Node) -> int:
    if node.type in _SIGNED and data[node.start_byte : node.start_byte + 1] in (b"-", b"+") and node.named_child_count == 1:
        node = node.named_children[0]
        return _literal(spec, data, node) if node.type not in _SIGNED else 0
    if node.type == "character_literal":
        return Kind.CHAR
    known = spec.literals.get(node.type) or (spec.receivers.get(text) if (text := _word(node, data)) else None)
    kind = _LITERALS.get(known or "")
    if kind is None:
        return 0
    return _with_suffix(kind, _text(node, data).lower())


def _with_suffix(kind: Kind, text: bytes) -> int:
    if kind is Kind.INT and text.startswith(_HEXADECIMAL):
        return Kind.LONG if text.endswith(b"l") else Kind.INT
    if kind is Kind.INT and text[-1:] in (b"f", b"d"):
        return Kind.FLOAT if text.endswith(b"f") else Kind.DOUBLE
    return _SUFFIXES.get((kind, text[-1:]), kind) or 0


def _word(node: Node, data: bytes) -> str:
    return _text(node, data).decode("utf-8", "replace") if node.type == "identifier" else ""


def _text(node: Node, data: bytes) -> bytes:
    return data[node.start_byte : node.end_byte]
