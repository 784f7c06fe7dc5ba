"""Bodies of one file, on demand: bytes and a span to language-neutral statements (`model.body`).

Indexing never comes here. Looks at one file alone; what its text cannot tell (who is called) is not in a Body. How a language is
lowered is a table in `tables`, under the name of the language.
"""

import re
from importlib import import_module
from typing import TYPE_CHECKING, Final

from lepasserelle.model import Problem
from lepasserelle.model.body import Arm, Body, Parameter, Place
from lepasserelle.parse.damage import root_at
from lepasserelle.parse.grammar import grammar

if TYPE_CHECKING:
    from tree_sitter import Node

    from lepasserelle.parse.bodies.lowering import Lowering
    from lepasserelle.parse.bodies.rules import BodyTable
    from lepasserelle.parse.captures import Part

_TABLES: Final = {
    "c": "c",
    "c_sharp": "c_sharp",
    "cpp": "cpp",
    "go": "go",
    "java": "java",
    "javascript": "javascript",
    "python": "python",
    "rust": "rust",
    "tsx": "javascript",
    "typescript": "javascript",
}

_MOST_PROBLEMS: Final = 20
_WORD: Final = re.compile(rb"\w+")

BODY_LANGUAGES: Final = frozenset(_TABLES)
"""Languages whose bodies can be lowered."""

TREE_BYTES_PER_BYTE: Final = 60
"""What the syntax tree and the statements of a file take at most for each byte of it, about (measured: see decision 150)."""


def table_of(language: str) -> "BodyTable":
    """The table of a language of `BODY_LANGUAGES`; KeyError for any other."""
    table: BodyTable = import_module(f"lepasserelle.parse.bodies.tables.{_TABLES[language]}").TABLE
    return table


def lower(
    data: bytes,
    language: str,
    start_byte: int = 0,
    end_byte: int = -1,
    class_start: int | None = None,
    *,
    is_outline: bool = False,
) -> Body | None:
    """The body of the function or class that takes these bytes of a file (decorators included); of the file itself without
    an end. `class_start`: the byte where the class begins in which a function stands, -1 when it stands in none; with it a
    function may be read without the rest of its file. The body is the same. `is_outline`: without what functions defined in it
    share with it (`captured` and `rebound` are empty), which is most of the work for a file or a class.

    None when nothing with a body is there. Raises KeyError for a language that is not in `BODY_LANGUAGES`; never for what the bytes
    are: what could not be read is in `problems`. Not to be called by two threads at once.
    """
    from lepasserelle.parse.bodies.lowering import Lowering, body_of
    from lepasserelle.parse.bodies.spot import Spot

    table = table_of(language)
    whole = end_byte < 0
    alone, is_member = _alone(data, language, start_byte, end_byte, class_start)
    read = (alone, []) if alone is not None else root_at(grammar(language), data, -1 if whole else start_byte)
    if read is None:
        return None
    root, unseen = read
    node = root if whole else _first_with_body(root, start_byte, end_byte, table)
    if node is None:
        return None
    lowering = Lowering(table, data, is_file=whole, is_member=is_member, is_outline=is_outline)
    parameters: tuple[Parameter, ...] = ()
    if whole:
        lowering.statements(root.named_children, Spot(-1, Arm.BODY))
    else:
        parameters = lowering.function(node)
    name = table.find_name(node) if table.find_name is not None and not whole else None
    name = name or node.child_by_field_name("name")
    return body_of(
        lowering,
        node,
        lowering.expressions.text(name) if name is not None and not whole else "",
        parameters,
        outer=_changed_elsewhere(lowering) if not whole else (),
        problems=_problems(data, node, unseen),
    )


def _alone(data: bytes, language: str, start: int, end: int, class_start: int | None) -> "tuple[Node | None, bool | None]":
    """The tree of a function that can be read alone, and whether it is a statement of a class (None: the tree tells)."""
    if language != "python" or end < 0 or class_start is None:
        return None, None
    from lepasserelle.parse.bodies.fragment import function_alone, stands_in_class

    is_member = stands_in_class(data, start, class_start) if class_start >= 0 else False
    tree = function_alone(grammar(language), data, start, end) if is_member is not None else None
    return (tree, is_member) if tree is not None else (None, None)


def _first_with_body(root: "Node", start_byte: int, end_byte: int, table: "BodyTable") -> "Node | None":
    """The outermost function or class within a span, in the order of the text."""
    start = root.descendant_for_byte_range(start_byte, max(start_byte, end_byte - 1))
    while (
        start is not None
        and start.parent is not None
        and (start.parent.start_byte, start.parent.end_byte) == (start.start_byte, start.end_byte)
    ):
        start = start.parent
    level = [start] if start is not None else []
    while level:
        below: list[Node] = []
        for node in level:
            if (
                node.start_byte >= start_byte
                and node.end_byte <= end_byte
                and (node.type in table.functions or node.type in table.classes)
            ):
                return node
            below += node.named_children
        level = below
    return None


def _changed_elsewhere(lowering: "Lowering") -> tuple[Place, ...]:
    """Names from outside that the file's text gives new values somewhere."""
    pattern = lowering.table.rebinding
    word = lowering.table.rebinding_word
    if pattern is None or not lowering.names.outer or word not in lowering.data:
        return ()
    changed = {
        name for found in pattern.finditer(lowering.data) for group in found.groups() if group for name in _WORD.findall(group)
    }
    return tuple(lowering.expressions.named(name) for name in lowering.names.outer if name.rpartition(":")[2].encode() in changed)


def _problems(data: bytes, start: "Node", unseen: "list[Part]") -> tuple[Problem, ...]:
    found = [
        Problem(data.count(b"\n", 0, part.start) + 1, "not understood")
        for part in unseen
        if start.start_byte <= part.start < start.end_byte
    ][:_MOST_PROBLEMS]
    stack = [start] if start.has_error else []
    while stack and len(found) < _MOST_PROBLEMS:
        node = stack.pop()
        if node.is_error or node.is_missing:
            found.append(Problem(node.start_point[0] + 1, "missing " + node.type if node.is_missing else "not understood"))
        elif node.has_error:
            stack += reversed(node.children)
    return tuple(sorted(found, key=lambda problem: problem.line))
