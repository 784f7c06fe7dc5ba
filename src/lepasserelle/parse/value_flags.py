"""`True` and `False` under names of Python's classes: in a class body, or put on the instance by the constructor. Conditions that
ask for such a name tell the classes of a hierarchy apart. Says as well under which names anything else is put.
"""

from typing import TYPE_CHECKING

from tree_sitter import Node

from lepasserelle.model.values import Flag
from lepasserelle.parse import value_ops as op

if TYPE_CHECKING:
    from lepasserelle.parse.value_statements import Statements

# A member of an enum is looked up in 100 ns, and what two give together in 1 µs.
_PUT, _OWN, _FIELD, _CONSTRUCTED = int(Flag.PUT), int(Flag.OWN), int(Flag.FIELD), int(Flag.CONSTRUCTED)
_TRUTHS = {"true": int(Flag.TRUE), "false": int(Flag.FALSE)}
_OTHERS = (b"super(", b".__init__(")


def of_class(walk: "Statements", node: Node, left: Node, right: Node | None) -> None:
    """An assignment in the body of a class."""
    if right is None:
        return
    flag = _TRUTHS.get(right.type)
    if flag is None or left.type != "identifier":
        return
    word, declared = walk.rows.word(walk.name(left)), node.child_by_field_name("type")
    definition = _around(node, 3)
    if definition is None or definition.type != "class_definition":
        put(walk, word, is_own=False)
    elif declared is None or "ClassVar" in walk.text(declared):
        walk.rows.add(op.FLAG, walk.frame.draft.number, word, flag)
    elif definition.parent is not None and definition.parent.type != "decorated_definition":
        walk.rows.add(op.FLAG, walk.frame.draft.number, word, flag | _FIELD)


def of_constructor(walk: "Statements", node: Node, left: Node, right: Node | None) -> bool:
    """`self.name = True` directly in a constructor, which no constructor of another class that is called behind it can undo."""
    frame = walk.frame
    owner = frame.parent
    if right is None or owner is None or walk.kinds[left.kind_id] != "attribute":
        return False
    base = left.named_children[0]
    if base.type != "identifier" or walk.value(base) != frame.receiver:
        return False
    start, end, find = node.end_byte, frame.constructor_end, walk.data.find
    is_last = find(_OTHERS[0], start, end) < 0 and find(_OTHERS[1], start, end) < 0
    flag = _TRUTHS.get(walk.kinds[right.kind_id], _PUT) if is_last else _PUT
    word = walk.member(left.named_children[-1])
    walk.rows.add(op.FLAG, owner.draft.number, word, flag | _CONSTRUCTED | (flag & _PUT and _OWN))
    return not flag & _PUT


def put(walk: "Statements", word: int, *, is_own: bool) -> None:
    """Something that is not known is put under a name, on the receiver or on any value."""
    if (word, is_own) not in walk.put_words:
        walk.put_words.add((word, is_own))
        walk.rows.add(op.FLAG, 0, word, _PUT | (_OWN if is_own else 0))


def _around(node: Node, levels: int) -> Node | None:
    found: Node | None = node
    for _ in range(levels):
        found = found.parent if found is not None else None
    return found
