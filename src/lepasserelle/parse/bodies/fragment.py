"""One function of a Python file read alone: a file of a hundred kilobytes is parsed in ten milliseconds, its function in one.

The parser is shown the function's bytes only, in their places (`included_ranges`), so that every position stays true. What the
function alone does not tell is whether it stands directly in a class; the text around it does, or the whole file is parsed. Read
so is only what has no error in it. Python's grammar has no state that reaches into a function from outside.
"""

import re
from typing import Final

from tree_sitter import Node, Range

from lepasserelle.parse.grammar import Grammar
from lepasserelle.parse.trees import tree_of

_INDENTS: Final = re.compile(rb"^[ ]*(?=[^ \r\n#])", re.MULTILINE)
_EVERYTHING: Final = Range((0, 0), (0xFFFF_FFFF, 0xFFFF_FFFF), 0, 0xFFFF_FFFF)


def function_alone(grammar: Grammar, data: bytes, start: int, end: int) -> Node | None:
    """The tree of the text between two bytes, when that is one statement without an error."""
    parser = grammar.parser
    row = data.count(b"\n", 0, start)
    column = start - (data.rfind(b"\n", 0, start) + 1)
    last = row + data.count(b"\n", start, end), end - (data.rfind(b"\n", 0, end) + 1)
    parser.included_ranges = [Range((row, column), last, start, end)]
    try:
        tree = tree_of(parser, data[:end])
    finally:
        parser.included_ranges = [_EVERYTHING]
    if tree is None or tree.root_node.has_error or tree.root_node.named_child_count != 1:
        return None
    inner = tree.root_node.named_children[0]
    return tree.root_node if (inner.start_byte, inner.end_byte) == (start, end) else None


def stands_in_class(data: bytes, start: int, class_start: int) -> bool | None:
    """Whether a function is a statement of a class that begins at a byte before it, not of an `if` in it; None when the text does
    not tell. The statements of a class stand on its least indented lines; a line of a text that stands further out may hide that.
    """
    line = data.rfind(b"\n", 0, start) + 1
    before = data[data.find(b"\n", class_start) + 1 : line]
    if data[line:start].strip(b" ") or b"\t" in before or b"\f" in before or line <= class_start:
        return None
    least = min(map(len, _INDENTS.findall(before)), default=start - line)
    return True if start - line <= least else None
