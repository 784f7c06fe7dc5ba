"""One pass of a language's compiled query over a tree, sorted into buckets by what each pattern means.

A pattern's role is the first of `ROLES` among its capture names, found once when the query is compiled.
Nothing is interpreted here.
"""

import re
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
    "assign.target",
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
    "piped",
    "uncalled",
    "applied",
    "type.parameter",
    "export.name",
    "export.default",
    "flag.async",
    "flag.static",
    "global",
    "nonlocal",
    "package",
)
"""Capture names that say what a pattern is for, the decisive one first; `definition.<kind>` comes before all of them."""


_CAPTURE = re.compile(r"@([\w.]+)")
_NO_CAPTURE = re.compile(rb'"(?:\\.|[^"\\])*"|;[^\n]*')


@dataclass(frozen=True, slots=True)
class Roles:
    """For each pattern of a query its role, and for definitions the kind's word."""

    by_pattern: tuple[str, ...]
    words: tuple[str, ...]


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
    return Roles(tuple(roles), tuple(words))


class Buckets:
    """The matches of one tree: `definitions` as (pattern, word, captures), everything else by role."""

    __slots__ = ("by_role", "definitions")

    def __init__(self, cursor: QueryCursor, roles: Roles, root: Node) -> None:
        self.definitions: list[tuple[int, str, Captured]] = []
        self.by_role: dict[str, list[Captured]] = {role: [] for role in ROLES}
        by_pattern = roles.by_pattern
        keep = [self.by_role[role].append if role in self.by_role else None for role in by_pattern]
        for pattern, captured in cursor.matches(root):
            kept = keep[pattern]
            if kept is not None:
                kept(captured)
            elif by_pattern[pattern]:
                self.definitions.append((pattern, roles.words[pattern], captured))

    def nodes(self, role: str) -> list[Node]:
        """The decisive nodes of a role, in the order of the matches."""
        return [node for captured in self.by_role[role] for node in captured[role]]
