"""One pass of a language's compiled query over a tree, sorted into buckets by what each pattern means.

A pattern's role is the first of `ROLES` among its capture names, found once when the query is compiled.
Nothing is interpreted here.
"""

import re
import sys
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tree_sitter import Node, Query, QueryCursor

Captured = dict[str, list[Node]]

ROLES = (
    "identifier",
    "read",
    "call",
    "write",
    "update",
    "declare.name",
    "literal",
    "put",
    "declare.places",
    "assign.target",
    "parameter.default",
    "parameter.none",
    "parameter.name",
    "return",
    "return.type",
    "import",
    "base",
    "metaclass",
    "decorator",
    "decorator.list",
    "async",
    "decision",
    "comment",
    "documentation",
    "documentation.head",
    "documentation.comment",
    "wrapper",
    "leading",
    "extension",
    "conditional",
    "type_only",
    "skip",
    "skip.all",
    "ignore",
    "tokens",
    "given",
    "given.closure",
    "operation",
    "operation.behind",
    "operation.never",
    "operation.alone",
    "operation.read",
    "operation.set",
    "operation.write",
    "piped",
    "uncalled",
    "applied",
    "type.parameter",
    "type.variable",
    "takes",
    "takes.optional",
    "takes.rest",
    "export.name",
    "export.default",
    "flag.async",
    "flag.static",
    "global",
    "nonlocal",
    "package",
    "block",
    "declaring",
    "friend",
)
"""Capture names that say what a pattern is for, the decisive one first; `definition.<kind>` comes before all of them."""

ALONE = frozenset(
    {"identifier", "read", "decision", "comment", "conditional", "return", "base", "decorator", "documentation", "write", "update"}
)
"""Roles of which nobody asks what else a match has captured: of their matches, two thirds of all, only the nodes are kept. Each
dictionary and list takes more room than its node, and what a file leaves lying in memory the next steps wait for.
"""

_CAPTURE = re.compile(r"@([\w.]+)")
_NO_CAPTURE = re.compile(rb'"(?:\\.|[^"\\])*"|;[^\n]*')


@dataclass(frozen=True, slots=True)
class Roles:
    """For each pattern of a query its role, and for definitions the kind's word."""

    by_pattern: tuple[str, ...]
    words: tuple[str, ...]
    alone: tuple[str, ...]
    """The role of a pattern where it is one of `ALONE`, else empty."""


def roles_of(query: Query, text: bytes) -> Roles:
    """Read the roles off a query and its text. ValueError when a pattern has captures but none that says its role.

    The text is asked because the binding's `capture_quantifier` raises SystemError for a capture that a pattern does not have.
    """
    roles, words = [], []
    for pattern in range(query.pattern_count):
        written = text[query.start_byte_for_pattern(pattern) : query.end_byte_for_pattern(pattern)]
        held = _CAPTURE.findall(_NO_CAPTURE.sub(b"", written).decode("utf-8"))
        word = next((name.removeprefix("definition.") for name in held if name.startswith("definition.")), "")
        role = "definition" if word else next((role for role in ROLES if role in held), "")
        if not role and any(not name.startswith("_") for name in held):
            raise ValueError(f"pattern {pattern} has no capture that says what it is for: {held}")
        roles.append(role)
        words.append(word)
    return Roles(tuple(roles), tuple(words), tuple([role if role in ALONE else "" for role in roles]))


@dataclass(frozen=True, slots=True)
class Part:
    """A tree and the bytes that are read from it; every other byte is read from another tree of the same text."""

    root: Node
    start: int = 0
    end: int = sys.maxsize

    @property
    def is_whole(self) -> bool:
        """Whether it is read from begin to end."""
        return self.end == sys.maxsize

    def holds(self, captured: Captured) -> bool:
        """Whether a match lies in these bytes."""
        return all(self.start <= node.start_byte and node.end_byte <= self.end for nodes in captured.values() for node in nodes)

    def frame(self, captured: Captured) -> int:
        """First byte of the name when a match is a definition that these bytes stand in; else -1."""
        name = captured.get("name")
        if not name or name[0].start_byte >= self.start or "body" not in captured:
            return -1
        spans = (nodes[0] for key, nodes in captured.items() if key.startswith("definition."))
        holds = any(node.start_byte < self.start and node.end_byte > self.start for node in spans)
        return name[0].start_byte if holds else -1


class Buckets:
    """The matches of one text: `definitions` as (pattern, word, captures), everything else by role, those of `ALONE` as nodes."""

    __slots__ = ("_alone", "by_role", "definitions", "frames")

    def __init__(self, cursor: QueryCursor, roles: Roles, parts: Iterable[Part]) -> None:
        self.definitions: list[tuple[int, str, Captured]] = []
        self.by_role: defaultdict[str, list[Captured]] = defaultdict(list)
        self._alone: defaultdict[str, list[Node]] = defaultdict(list)
        self.frames: list[tuple[int, Part]] = []
        """First byte of the name of each definition that a broken part stands in, and that part."""
        for part in parts:
            matches = cursor.matches(part.root)
            if not part.is_whole:
                self.frames += [(name, part) for _, captured in matches if (name := part.frame(captured)) >= 0]
                matches = [match for match in matches if part.holds(match[1])]
            self._sort(matches, roles)

    def _sort(self, matches: list[tuple[int, Captured]], roles: Roles) -> None:
        alone = roles.alone
        # By pattern, from its first match on: most files have matches of few.
        puts: list[Callable[..., None] | None] = [None] * len(alone)
        for pattern, captured in matches:
            put, role = puts[pattern], alone[pattern]
            if put is None:
                put = puts[pattern] = self._put(pattern, roles)
            put(captured[role] if role else captured)

    def _put(self, pattern: int, roles: Roles) -> Callable[..., None]:
        """What takes the matches of a pattern, or their nodes where its role is one of `ALONE`."""
        role, word = roles.by_pattern[pattern], roles.words[pattern]
        if role in ALONE:
            return self._alone[role].extend
        if role != "definition":
            return self.by_role[role].append if role else list[Captured]().append

        def define(captured: Captured) -> None:
            self.definitions.append((pattern, word, captured))

        return define

    def nodes(self, role: str) -> list[Node]:
        """The decisive nodes of a role, in the order of the matches."""
        if role in ALONE:
            return self._alone[role]
        held = self.by_role.get(role)
        return [node for captured in held for node in captured[role]] if held else []
