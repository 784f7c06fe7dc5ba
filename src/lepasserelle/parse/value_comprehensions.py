"""Python's comprehensions and generator expressions to value code: names of their own, conditions, what is gathered."""

from typing import TYPE_CHECKING

from tree_sitter import Node

from lepasserelle.model.values import Container
from lepasserelle.parse import value_narrowing
from lepasserelle.parse import value_ops as op
from lepasserelle.parse.value_code import CLASS, Environment

if TYPE_CHECKING:
    from lepasserelle.parse.value_python import Expressions

_LIST = int(Container.LIST)
_KINDS = {"set_comprehension": int(Container.SET), "dictionary_comprehension": int(Container.DICT)}


def gathered(walk: "Expressions", node: Node) -> int:
    """The container that a comprehension makes."""
    children = node.named_children
    frame = walk.frame
    before = frame.environment
    frame.environment = dict(before) if before is not None else None
    own: dict[str, None] = {}
    for place, child in enumerate(children[1:]):
        if child.type == "for_in_clause":
            left, right = child.named_children[0], child.named_children[-1]
            source = walk.value(right)
            if place == 0 and frame.kind == CLASS and before is not None:
                frame.environment = {}  # names of a class are not seen within, but for what is iterated first
            _assign(walk, left, walk.iterate(right, source, child), own)
        elif child.type == "if_clause":
            for condition in child.named_children:
                walk.value(condition)
            known = value_narrowing.facts(walk, child.named_children[-1], holds=True)
            frame.environment = value_narrowing.narrow(walk, frame.environment, known)
    body, key = children[0], 0
    if body.type == "pair":
        key = walk.value(body.named_children[0])
        body = body.named_children[-1]
    term = walk.value(body)
    if before is not None and frame.environment is not None and frame.kind != CLASS:
        _keep(walk, before, frame.environment, own)
    frame.environment = before
    return walk.rows.add(op.COLLECT, _KINDS.get(node.type, _LIST), term, key)


def _assign(walk: "Expressions", target: Node, term: int, own: dict[str, None]) -> None:
    environment = walk.frame.environment
    if target.type == "identifier":
        name = walk.name(target)
        own[name] = None
        if environment is not None:
            environment[name] = term
            if environment is walk.frame.viewed:
                walk.frame.viewed = None
        return
    for place, child in enumerate(target.named_children):
        part = walk.rows.add(op.PART, term, place, walk.line(target)) if term > 0 else 0
        _assign(walk, child, part, own)


def _keep(walk: "Expressions", before: Environment, inside: Environment, own: dict[str, None]) -> None:
    """What `:=` binds within stays bound behind, at times; what conditions say does not."""
    for name, value in inside.items():
        held = before.get(name, 0)
        if name not in own and "." not in name and held != value and not walk.rows.is_part(value, held):
            before[name] = walk.rows.phi([held, value])
            walk.frame.viewed = None
