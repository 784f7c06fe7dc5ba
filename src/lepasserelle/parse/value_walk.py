"""What walks of every language share on the way to value code: rows, lines, calls, and one handler for each type of node.

Not here: names and scopes, which each language has its own of. An expression nested deeper than `DEEPEST` is left out: it is
unknown, never wrong.
"""

from bisect import bisect_right
from collections.abc import Callable

from tree_sitter import Node

from lepasserelle.model import Role
from lepasserelle.parse.references import DraftReference
from lepasserelle.parse.value_code import Rows

DEEPEST = 90
"""Levels of nested expressions and statements that are followed."""


class ValueWalk:
    """Walks one file. Invariant: `depth` is that of the expression or statement at hand."""

    def __init__(self, data: bytes, referred: list[DraftReference], starts: list[int]) -> None:
        self.data = data
        self.starts = starts
        self.rows = Rows()
        self.depth = 0
        self.calls = {(start, end): at for at, (start, end, role, *_) in enumerate(referred) if role == Role.CALL}
        self.outer: dict[str, int] = {}
        """Terms of names that nothing in the file binds."""
        self._handlers: dict[str, Callable[[Node], int]] = {}

    def release(self) -> None:
        """Let go of everything: handlers are bound to the walk, which would hold it and its file until the collector comes."""
        self.__dict__.clear()

    def line(self, node: Node) -> int:
        """1-based line of the end of a node."""
        return bisect_right(self.starts, node.end_byte - 1)

    def where(self, callee: Node) -> int:
        """The reference that states a call, else its line."""
        reference = self.calls.get((callee.start_byte, callee.end_byte))
        return 2 * reference if reference is not None else 2 * self.line(callee) + 1

    def value(self, node: Node | None) -> int:
        """The term of an expression, negative for a constant, 0 for nothing known."""
        if node is None:
            return 0
        handler = self._handlers.get(node.type)
        if handler is None or self.depth > DEEPEST:
            return 0
        self.depth += 1
        term = handler(node)
        self.depth -= 1
        return term

    def _ignored(self, node: Node) -> int:
        for child in node.named_children:
            self.value(child)
        return 0

    def _integer(self, node: Node) -> int:
        text = self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")
        return -self.rows.word("i" + text) if text.isdecimal() and len(text) < 10 else 0


def void(_term: int) -> None:
    """Drop a term."""
