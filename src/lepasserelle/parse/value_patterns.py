"""Patterns of Python's `match` to value code: which part of the subject each name that a pattern binds is."""

from typing import TYPE_CHECKING

from tree_sitter import Node

from lepasserelle.model.values import ValueOp

if TYPE_CHECKING:
    from lepasserelle.parse.value_python import Expressions

_SEQUENCES = ("list_pattern", "tuple_pattern")
_TRANSPARENT = ("case_pattern", "union_pattern")


def bind(walk: "Expressions", pattern: Node, subject: int) -> None:
    """Bind what the pattern captures of the subject; something unknown where the part is not known (0)."""
    stack = [(pattern, subject)]
    while stack:
        node, term = stack.pop()
        children = [child for child in node.named_children if child.type != "comment"]
        kind = node.type
        if kind in _TRANSPARENT:
            stack.extend((child, term) for child in reversed(children))
        elif kind == "as_pattern" and children:
            stack.append((children[0], term))
            walk.bind_name(children[-1], term)
        elif kind == "dotted_name":
            if len(children) == 1:
                walk.bind_name(children[0], term)
        elif kind in _SEQUENCES:
            stack.extend(_items(walk, node, children, term))
        elif kind == "dict_pattern":
            stack.extend(_under_keys(walk, node, term))
        elif kind == "class_pattern":
            stack.extend((child, term if _is_keyword(child) else 0) for child in reversed(children[1:]))
        elif kind == "keyword_pattern" and len(children) > 1:
            held = (
                walk.rows.add(ValueOp.ATTRIBUTE, term, walk.rows.word(walk.text(children[0])), walk.line(node)) if term > 0 else 0
            )
            stack.append((children[-1], held))
        elif kind == "splat_pattern" and children:
            walk.bind_name(children[-1], term)


def _is_keyword(child: Node) -> bool:
    return child.type == "case_pattern" and child.named_child_count == 1 and child.named_children[0].type == "keyword_pattern"


def _splat(node: Node) -> Node | None:
    while node.type == "case_pattern" and node.named_child_count == 1:
        node = node.named_children[0]
    return node if node.type == "splat_pattern" else None


def _items(walk: "Expressions", node: Node, children: list[Node], term: int) -> list[tuple[Node, int]]:
    star = next((place for place, child in enumerate(children) if _splat(child) is not None), len(children))
    found = []
    for place, child in enumerate(children):
        part = 0
        if term > 0 and place == star:
            part = walk.rows.add(ValueOp.REST, term, place)
        elif term > 0:
            part = walk.rows.add(ValueOp.PART, term, place if place < star else place - len(children), walk.line(node))
        found.append((child, part))
    return found[::-1]


def _under_keys(walk: "Expressions", node: Node, term: int) -> list[tuple[Node, int]]:
    found, key = [], 0
    for child in node.named_children:
        if child.type == "splat_pattern":
            found.append((child, 0))
        elif child.type == "case_pattern" and child.prev_sibling is not None and child.prev_sibling.type == ":":
            found.append((child, walk.rows.add(ValueOp.ITEM, term, min(0, key), walk.line(node)) if term > 0 else 0))
        elif child.type == "string":
            key = walk.key(child)
        else:
            inner = child.named_children[0] if child.type == "case_pattern" and child.named_child_count else child
            key = walk.key(inner) if inner.type in ("string", "integer") else 0
    return found[::-1]
