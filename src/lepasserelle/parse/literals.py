"""What literals of structs and containers hold, as moves to the fields of their type or into the variable they are given to.

Only values that may be functions count; the rest of a literal says nothing of who calls whom.
"""

from collections.abc import Iterator

from tree_sitter import Node

from lepasserelle.parse.captures import Captured
from lepasserelle.parse.chains import Chains
from lepasserelle.parse.spec import LanguageSpec

_KEYED = frozenset({"keyed_element", "initializer_pair", "field_initializer"})
_WRAPPED = frozenset({"literal_element"})
_NESTED = frozenset({"literal_value", "initializer_list"})
_DEEPEST = 16


def stores(spec: LanguageSpec, chains: Chains, captured: Captured) -> Iterator[tuple[Node, str]]:
    """(value, chain of the place that it moves to) of each value that may be a function."""
    literal, type_node = captured["literal"][0], captured["literal.type"][0]
    written = chains.value_type(type_node)
    name, is_array = "", False
    if "literal.name" in captured:
        declarator = captured["literal.name"][0]
        is_array = _has_array(declarator)
        name = chains.chain(chains.bare(declarator))
    if is_array:
        written = f"{{{written}}}"
    yield from _held(spec, chains, literal, written, name, 0)


def _held(spec: LanguageSpec, chains: Chains, literal: Node, written: str, name: str, depth: int) -> Iterator[tuple[Node, str]]:
    inner = written[:-1].partition("{")[2] if written.endswith("}") else ""
    place = -1
    for child in literal.named_children:
        if child.is_extra or depth > _DEEPEST:
            continue
        place += 1
        key, value = _parts(child)
        if value is None:
            continue
        if value.type in _NESTED:
            if inner:
                yield from _held(spec, chains, value, inner, "", depth + 1)
        elif value.type in spec.function_values:
            if inner:
                if name:
                    yield value, f"{name}[]"
            elif written not in {"?", ""}:
                yield value, f"{written}().{chains.name(key) if key is not None else f'#{place}'}"


def _parts(child: Node) -> tuple[Node | None, Node | None]:
    """(the key, the value) of one entry."""
    if child.type in _KEYED:
        key = child.child_by_field_name("key") or child.child_by_field_name("designator") or child.child_by_field_name("field")
        value = child.child_by_field_name("value")
        return _bare(key), _bare(value)
    if child.type == "shorthand_field_initializer":
        named = next(iter(child.named_children), None)
        return named, named
    return None, _bare(child)


def _bare(node: Node | None) -> Node | None:
    while node is not None and (node.type in _WRAPPED or node.type == "field_designator") and node.named_child_count == 1:
        node = node.named_children[0]
    return node


def _has_array(declarator: Node) -> bool:
    node: Node | None = declarator
    while node is not None:
        if node.type == "array_declarator":
            return True
        node = node.child_by_field_name("declarator") or (node.named_children[0] if node.named_child_count == 1 else None)
    return False
