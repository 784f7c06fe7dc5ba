"""Python's `match` to value code: which part of the subject each name that a pattern binds is, what its class leaves."""

from functools import partial
from typing import TYPE_CHECKING

from tree_sitter import Node

from lepasserelle.model.values import Test
from lepasserelle.parse import value_narrowing
from lepasserelle.parse import value_ops as op
from lepasserelle.parse.value_code import Environment, joined
from lepasserelle.parse.value_narrowing import Fact

if TYPE_CHECKING:
    from lepasserelle.parse.value_python import Expressions
    from lepasserelle.parse.value_statements import Statements

_SEQUENCES = ("list_pattern", "tuple_pattern")
_TRANSPARENT = ("case_pattern", "union_pattern")


def match(walk: "Statements", node: Node) -> None:
    """A `match` statement: each clause is a way of its own."""
    frame = walk.frame
    subject, body = node.child_by_field_name("subject"), node.child_by_field_name("body")
    term = walk.value(subject)
    rest = frame.environment
    ends: list[Environment | None] = []
    for clause in body.named_children if body is not None else ():
        if clause.type != "case_clause":
            continue
        frame.environment = rest
        told = _known(walk, subject, clause) if subject is not None and rest is not None else []
        start = value_narrowing.narrow(walk, rest, told)
        held = start.get(told[0].key, term) if start is not None and told else term
        ends.append(walk.way(start, partial(_clause, walk, held), clause))
        patterns = [child for child in clause.named_children if child.type == "case_pattern"]
        guarded = clause.child_by_field_name("guard") is not None
        if len(patterns) == 1 and walk.text(patterns[0]) == "_" and not guarded:
            rest = None
        elif told and not guarded and _takes_all(patterns[0]):
            rest = value_narrowing.narrow(walk, rest, [fact._replace(holds=False) for fact in told])
    frame.environment = joined(walk.rows, [*ends, rest])


def _clause(walk: "Statements", subject: int, clause: Node) -> None:
    for child in clause.named_children:
        if child.type == "case_pattern":
            bind(walk, child, subject)
        elif child.type == "block":
            walk.block(child)
        else:
            walk.otherwise(child)


def _known(walk: "Expressions", subject: Node, clause: Node) -> list[Fact]:
    """What is known of a subject that is a name where a clause of class patterns takes it."""
    patterns = [child for child in clause.named_children if child.type == "case_pattern"]
    environment = walk.frame.environment or {}
    if subject.type != "identifier" or len(patterns) != 1 or environment.get(walk.name(subject), 0) <= 0:
        return []
    classes = _classes(walk, patterns[0])
    return [Fact(walk.name(subject), Test.INSTANCE, tuple(classes), True)] if classes else []


def _takes_all(pattern: Node) -> bool:
    """Whether class patterns ask for nothing but the class."""
    inner = _inner(pattern)
    if inner.type == "class_pattern":
        return inner.named_child_count == 1
    return inner.type in ("as_pattern", "union_pattern") and all(
        _takes_all(child) for child in inner.named_children if child.type in ("case_pattern", "class_pattern")
    )


def _inner(pattern: Node) -> Node:
    while pattern.type == "case_pattern" and pattern.named_child_count == 1:
        pattern = pattern.named_children[0]
    return pattern


def _classes(walk: "Expressions", pattern: Node) -> list[int]:
    inner = _inner(pattern)
    if inner.type == "as_pattern":
        return _classes(walk, inner.named_children[0])
    if inner.type == "union_pattern":
        parts = [_classes(walk, child) for child in inner.named_children if child.type != "comment"]
        return [each for part in parts for each in part] if all(parts) else []
    if inner.type != "class_pattern" or inner.named_children[0].type != "dotted_name":
        return []
    first, *rest = inner.named_children[0].named_children
    term = walk.lookup(walk.name(first))
    for each in rest if term > 0 else ():
        term = walk.rows.add(op.ATTRIBUTE, term, walk.rows.word(walk.name(each)), walk.line(each))
    return [term] if term > 0 else []


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
            held = walk.rows.add(op.ATTRIBUTE, term, walk.rows.word(walk.text(children[0])), walk.line(node)) if term > 0 else 0
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
            part = walk.rows.add(op.REST, term, place)
        elif term > 0:
            part = walk.rows.add(op.PART, term, place if place < star else place - len(children), walk.line(node))
        found.append((child, part))
    return found[::-1]


def _under_keys(walk: "Expressions", node: Node, term: int) -> list[tuple[Node, int]]:
    found, key = [], 0
    for child in node.named_children:
        if child.type == "splat_pattern":
            found.append((child, 0))
        elif child.type == "case_pattern" and child.prev_sibling is not None and child.prev_sibling.type == ":":
            found.append((child, walk.rows.add(op.ITEM, term, min(0, key), walk.line(node)) if term > 0 else 0))
        elif child.type == "string":
            key = walk.key(child)
        else:
            inner = child.named_children[0] if child.type == "case_pattern" and child.named_child_count else child
            key = walk.key(inner) if inner.type in ("string", "integer") else 0
    return found[::-1]
