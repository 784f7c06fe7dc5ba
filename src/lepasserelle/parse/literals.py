"""What literals of structs and containers hold, as moves to the fields of their type or into the variable they are given to.

Only values that may be functions count; the rest of a literal says nothing of who calls whom.
"""

from collections.abc import Iterator

from tree_sitter import Node

from lepasserelle.parse.captures import Captured
from lepasserelle.parse.chains import Chains
from lepasserelle.parse.spec import LanguageSpec

_KEYED = frozenset({"keyed_element", "initializer_pair", "field_initializer", "field"})
_ASSIGNED, _ELEMENT = "assignment_expression", "array_element_initializer"
_WRAPPED = frozenset({"literal_element", "reference_expression", "type_cast_expression"})
_NESTED = frozenset(
    """literal_value initializer_list array_expression initializer_expression array_literal dictionary_literal table_constructor
    array_creation_expression""".split()  # noqa: SIM905
)
_TYPED = "composite_literal"
_WORDS = "token_tree"
"""What a macro is given, which is not parsed: only a word between two commas is known to be a value."""
_MAPS = ("map", "Map")
"""Ends of the types of C++ that a list of pairs makes."""
_DEEPEST = 16
_UNKNOWN = "{?}"


def stores(spec: LanguageSpec, chains: Chains, captured: Captured) -> Iterator[tuple[Node, str]]:
    """(value, chain of the place that it moves to) of each value that may be a function."""
    literal, types = captured["literal"][0], captured.get("literal.type")
    written = chains.value_type(types[0]) if types else _UNKNOWN
    name = "<return>" if "literal.return" in captured else ""
    if "literal.name" in captured:
        declarator = captured["literal.name"][0]
        name = chains.chain(chains.bare(declarator))
        if _has_array(declarator):
            written = f"{{{written}}}"
    if types and not written.endswith("}") and types[0].type in spec.sequence_types:
        written = _UNKNOWN
    yield from _held(spec, chains, literal, written, name, 0)


def _held(spec: LanguageSpec, chains: Chains, literal: Node, written: str, name: str, depth: int) -> Iterator[tuple[Node, str]]:
    inner = written[:-1].partition("{")[2] if written.endswith("}") else ""
    place, length = -1, literal.child_by_field_name("length")
    for child in literal.children_by_field_name("value") or literal.named_children:
        if child.is_extra or depth > _DEEPEST or child == length:
            continue
        place += 1
        key, value = _parts(child)
        if value is None:
            continue
        at = f"{written}().{chains.name(key) if key is not None else f'#{place}'}" if written not in {"?", ""} else ""
        if value.type == _TYPED:
            yield from _typed(spec, chains, value, name if inner else at, depth)
        elif value.type in _NESTED:
            if inner:
                is_table = inner == "?" or inner.endswith("}") or written.partition("{")[0].endswith(_MAPS)
                within = _UNKNOWN if is_table else inner
                yield from _held(spec, chains, value, within, name if is_table else "", depth + 1)
        elif value.type in (spec.function_values or spec.table_values) and (literal.type != _WORDS or _is_alone(value)):
            if not inner and at:
                yield value, at
            elif inner and name:
                yield value, f"{name}[]"


def _typed(spec: LanguageSpec, chains: Chains, literal: Node, place: str, depth: int) -> Iterator[tuple[Node, str]]:
    """What a table of Go holds that stands within another literal; what a struct holds is told where it stands."""
    type_node, body = literal.child_by_field_name("type"), literal.child_by_field_name("body")
    if place and type_node is not None and body is not None and type_node.type in spec.sequence_types:
        yield from _held(spec, chains, body, _UNKNOWN, place, depth + 1)


def _is_alone(word: Node) -> bool:
    """Whether nothing but a comma or a bracket stands beside a word."""
    around = (word.prev_sibling, word.next_sibling)
    return all(other is not None and other.text in {b",", b"[", b"]", b"(", b")"} for other in around)


def _parts(child: Node) -> tuple[Node | None, Node | None]:
    """(the key, the value) of one entry."""
    if child.type in _KEYED:
        key = child.child_by_field_name("key") or child.child_by_field_name("designator") or child.child_by_field_name("field")
        value = child.child_by_field_name("value")
        return _bare(key), _bare(value)
    if child.type == _ELEMENT:
        return None, child.named_children[-1] if child.named_children else None
    if child.type == _ASSIGNED:
        return None, child.child_by_field_name("right")
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
