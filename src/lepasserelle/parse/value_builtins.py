"""Calls of Python's built-ins that are more than a call: `super()`, and `eval` of a text that is a call itself."""

import re
from typing import TYPE_CHECKING

from tree_sitter import Node

from lepasserelle.parse import value_ops as op
from lepasserelle.parse.value_code import CLASS, FUNCTION, Frame

if TYPE_CHECKING:
    from lepasserelle.parse.value_python import Expressions

_EVALUATED = re.compile(rb"^eval\(\s*[\"']([A-Za-z_]\w*)\(\)[\"']")


def evaluated(walk: "Expressions", node: Node) -> None:
    """`eval("name()")`: a call of what the text names."""
    found = _EVALUATED.search(walk.data[node.start_byte : node.end_byte])
    if found is not None:
        term = walk.lookup(found.group(1).decode())
        if term > 0:
            walk.rows.add(op.CALL, term, walk.rows.more((2 * walk.line(node) + 1,)), 0)


def parent(walk: "Expressions", node: Node) -> int:
    """`super()`, `super(C, self)`: what looks for members behind the class."""
    arguments = walk.arguments(node.named_children[-1])
    frame: Frame | None = walk.frame
    method = None
    while frame is not None and frame.kind != CLASS:
        method = frame if frame.kind == FUNCTION else method
        frame = frame.parent
    if frame is None or method is None or not method.receiver:
        return 0
    given = [child for child in node.named_children[-1].named_children if child.type != "comment"]
    named = given and walk.text(given[0]) in (frame.draft.name, "__class__")
    if len(arguments) == 4 and (arguments[3] != method.receiver or not named):
        return 0
    return walk.rows.add(op.PARENT, frame.draft.number, method.receiver) if len(arguments) in (0, 4) else 0
