"""What walks of every language share on the way to value code: rows, lines, calls, and one handler for each type of node.

Not here: names and scopes, which each language has its own of. An expression nested deeper than `DEEPEST` is left out: it is
unknown, never wrong.
"""

import sys
from bisect import bisect_right
from collections.abc import Callable
from typing import Any, ClassVar, NamedTuple

from tree_sitter import Node

from lepasserelle.model import Role
from lepasserelle.parse.draft import Draft
from lepasserelle.parse.imports import DraftImport
from lepasserelle.parse.kinds import Numbers, fields_of, in_order, kinds_of
from lepasserelle.parse.references import DraftReference
from lepasserelle.parse.value_code import Rows

_CALL = int(Role.CALL)

DEEPEST = 90
"""Levels of nested expressions and statements that are followed."""


Handlers = dict[str, Callable[..., Any]]
"""Type of a node → the method that walks it; those of expressions give a term."""
Numbered = Numbers[Callable[..., Any] | None]
"""The same by the number of the type, for all types of a grammar."""


class Told(NamedTuple):
    """What is known of a file before its values are followed; definitions have their numbers."""

    language: str
    root: Node
    data: bytes
    drafts: list[Draft]
    imports: list[DraftImport]
    referred: list[DraftReference]
    starts: list[int]
    """First byte of each line."""


class ValueWalk:
    """Walks one file. Invariants: `depth` is that of the expression or statement at hand; no class has more than 29 attributes, for
    beyond that Python keeps those of each object in a dictionary of its own, and looks up every one of them.

    A class states its handlers in tables, once for all files: bound to each walk they would take 40 µs a file to bind, and hold the
    walk and its file until the collector comes.
    """

    expressions: ClassVar[Handlers] = {}
    """The handlers that a class states; those of the classes above go on to hold."""
    statements: ClassVar[Handlers] = {}
    _expressions: ClassVar[Handlers] = {}
    _statements: ClassVar[Handlers] = {}
    _by_language: ClassVar[dict[tuple[str, bool], tuple[Numbers[str], Numbered, Numbered]]] = {}

    def __init__(self, told: Told) -> None:
        self.kinds, self.walks_expression, self.walks_statement = self.numbered(told.language, damaged=told.root.has_error)
        self.fields = fields_of(told.language)
        self.data = told.data
        self.rows = Rows()
        self.depth = 0
        self.calls = {(start, end): at for at, (start, end, role, _, _, _) in enumerate(told.referred) if role == _CALL}
        self.lined = 0, 0, 1, told.starts
        """The line that was asked for last (where the one before it ends, where it ends, its number), and where all begin."""
        self.outer: dict[str, int] = {}
        """Terms of names that nothing in the file binds."""

    def __init_subclass__(cls) -> None:
        """What a class overrides is what its tables call."""
        cls._expressions = {kind: getattr(cls, walk.__name__) for kind, walk in (cls._expressions | cls.expressions).items()}
        cls._statements = {kind: getattr(cls, walk.__name__) for kind, walk in (cls._statements | cls.statements).items()}
        cls._by_language = {}

    @classmethod
    def numbered(cls, language: str, *, damaged: bool) -> tuple[Numbers[str], Numbered, Numbered]:
        """Types, and the handlers of expressions and of statements, by the numbers that a grammar gives the types."""
        held = cls._by_language.get((language, damaged))
        if held is None:
            kinds = kinds_of(language)
            expressions = {at: cls._expressions.get(kind) for at, kind in kinds.items()}
            statements = {at: cls._statements.get(kind) for at, kind in kinds.items()}
            held = kinds, expressions, statements
            if not damaged:
                held = in_order(kinds), in_order(expressions), in_order(statements)
            cls._by_language[language, damaged] = held
        return held

    def line(self, node: Node) -> int:
        """1-based line of the end of a node."""
        end = node.end_byte
        start, stop, line, _ = self.lined
        return line if start < end <= stop else self.line_at(end)

    def line_at(self, end: int) -> int:
        """1-based line of the byte before this one; what is asked next mostly ends in the same."""
        starts = self.lined[3]
        line = bisect_right(starts, end - 1)
        self.lined = starts[line - 1], starts[line] if line < len(starts) else sys.maxsize, line, starts
        return line

    def where(self, callee: Node) -> int:
        """The reference that states a call, else its line."""
        reference = self.calls.get((callee.start_byte, callee.end_byte))
        return 2 * reference if reference is not None else 2 * self.line(callee) + 1

    def value(self, node: Node | None) -> int:
        """The term of an expression, negative for a constant, 0 for nothing known."""
        if node is None:
            return 0
        handler = self.walks_expression[node.kind_id]
        depth = self.depth
        if handler is None or depth > DEEPEST:
            return 0
        self.depth = depth + 1
        term: int = handler(self, node)
        self.depth = depth
        return term

    def ignored(self, node: Node) -> int:
        """Nothing is known of it, and what stands in it is walked."""
        for child in node.named_children:
            self.value(child)
        return 0

    def integer(self, node: Node) -> int:
        """The term of a whole number."""
        text = self.data[node.start_byte : node.end_byte].decode("utf-8", "replace")
        return -self.rows.word("i" + text) if text.isdecimal() and len(text) < 10 else 0


def void(_term: int) -> None:
    """Drop a term."""
