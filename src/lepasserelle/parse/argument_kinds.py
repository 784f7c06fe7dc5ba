"""Which literals calls give, and which parameters have a type that literals have: what tells overloads of one number apart.

Not the types of names: those need other files. A type that the tables of the language do not name takes everything.
"""

from collections.abc import Mapping
from typing import Final

from tree_sitter import Node

from lepasserelle.model.calling import MOST_KINDS, OF_KINDS, WITH_KINDS, kinds_of
from lepasserelle.model.literal_types import Given, Type
from lepasserelle.parse.literal_rules import LiteralRules
from lepasserelle.parse.spec import LanguageSpec

_SIGNED: Final = frozenset({"unary_expression", "prefix_unary_expression"})
_OTHERS: Final[Mapping[str, Given]] = {"<str>": Given.STRING, "<bool>": Given.BOOL}
_ARRAY: Final = "[]"


def own_types(spec: LanguageSpec, names: set[str]) -> Mapping[str, Type]:
    """Types that literals have as a file means them that defines types of these names."""
    if spec.literal_rules is None:
        return {}
    types = spec.literal_rules.types
    return types if names.isdisjoint(types) else {name: Type.OWN if name in names else of for name, of in types.items()}


def kinds_of_parameters(spec: LanguageSpec, data: bytes, nodes: list[Node], rest: set[int], types: Mapping[str, Type]) -> int:
    """What the first parameters take, in the form of what a definition takes; 0 in languages that have other rules."""
    if spec.literal_rules is None:
        return 0
    kinds: list[int] = []
    for node in nodes[:MOST_KINDS]:
        kind = _declared(spec, data, node, types)
        if node.start_byte in rest:
            kinds += [kind] * (MOST_KINDS - len(kinds))
            break
        kinds.append(kind)
    return OF_KINDS | kinds_of(kinds) << 24


def _declared(spec: LanguageSpec, data: bytes, parameter: Node, types: Mapping[str, Type]) -> int:
    declared = parameter.child_by_field_name("type") if parameter.is_named else parameter.next_named_sibling
    if declared is None:
        declared = next((child for child in parameter.named_children if child.type in spec.type_nodes), None)
    if declared is None:
        return 0
    text = _text(declared, data)
    if not parameter.is_named:  # `params int[] all` of C#
        text = text.removesuffix(_ARRAY)
    return types.get(text, 0) or (Type.PARAMETER if _is_type_parameter(spec, data, declared, text) else 0)


def _is_type_parameter(spec: LanguageSpec, data: bytes, declared: Node, text: str) -> bool:
    """Whether a type is a parameter of the function that it stands in, in a language where those become what they are given."""
    if not spec.literal_parameters or declared.type != "identifier":
        return False
    around: Node | None = declared.parent
    while around is not None and not around.type.endswith(("_declaration", "_statement")):
        around = around.parent
    owned = around.child_by_field_name("type_parameters") if around is not None else None
    return owned is not None and any(
        _text(name, data) == text for child in owned.named_children if (name := child.child_by_field_name("name")) is not None
    )


def kinds_of_arguments(spec: LanguageSpec, data: bytes, arguments: Node) -> int:
    """Which literals the first arguments are; 0 where none is one, or where some are given by name, in any order."""
    if spec.literal_rules is None:
        return 0
    kinds: list[int] = []
    for node in arguments.named_children:
        if node.is_extra:
            continue
        inner = [child for child in node.named_children if not child.is_extra] if node.type in spec.argument_nodes else [node]
        if len(inner) != 1:
            return 0
        if len(kinds) < MOST_KINDS:
            kinds.append(_literal(spec, spec.literal_rules, data, inner[0]))
    return WITH_KINDS | kinds_of(kinds) << 8 if any(kinds) else 0


def _literal(spec: LanguageSpec, rules: LiteralRules, data: bytes, node: Node) -> int:
    sign = data[node.start_byte : node.start_byte + 1] if node.type in _SIGNED and node.named_child_count == 1 else b""
    if sign in (b"-", b"+"):
        node = node.named_children[0]
    if node.type == "character_literal":
        return 0 if sign else rules.character
    known = spec.literals.get(node.type) or (spec.receivers.get(_text(node, data)) if node.type == "identifier" else None)
    if known == "<int>":
        return rules.whole_number(_text(node, data).lower(), is_negative=sign == b"-")
    if known == "<float>":
        return rules.number(_text(node, data).lower())
    return _OTHERS.get(known or "", 0)


def _text(node: Node, data: bytes) -> str:
    return data[node.start_byte : node.end_byte].decode("utf-8", "replace")
