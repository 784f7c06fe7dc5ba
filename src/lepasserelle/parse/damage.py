"""Which trees a damaged file is read from: the grammar's own, or those without its broken stretches when they tell more.

A tree is judged by what is read from it: functions and types that stand where their indentation says. Where both tell
as much, the rest of the file counts: it is read without an error, or the grammar's own tree is taken.
"""

from tree_sitter import Node, Tree

from lepasserelle.model import NodeKind
from lepasserelle.parse import definitions
from lepasserelle.parse.captures import Buckets, Part
from lepasserelle.parse.chains import Chains
from lepasserelle.parse.draft import CODE_KINDS, Draft
from lepasserelle.parse.grammar import Grammar
from lepasserelle.parse.problems import is_damaged, is_hopeless
from lepasserelle.parse.recovery import parts_of
from lepasserelle.parse.trees import tree_of

LEVELS = 3
"""Macros in macros that are opened."""

_COUNTED = CODE_KINDS - {NodeKind.LAMBDA, NodeKind.PROPERTY}


Readable = tuple[list[Part], Buckets]
"""Trees and their matches."""


def readable(grammar: Grammar, text: bytes, data: bytes) -> Readable | None:
    """The trees that say most of a file, and their matches; None when it is too damaged to be read as code.

    `text` is what is parsed in place of `data`, byte for byte as long.
    """
    text, tree = _opened(grammar, text)
    if tree is not None and not is_damaged(tree.root_node, offside=grammar.spec.offside):
        return _read(grammar, [Part(tree.root_node)])
    mended = grammar.spec.mend(text) if grammar.spec.mend is not None else text
    if mended != text:
        text, tree = mended, tree_of(grammar.parser, mended)
        if tree is not None and not is_damaged(tree.root_node, offside=grammar.spec.offside):
            return _read(grammar, [Part(tree.root_node)])
    own = _read(grammar, [Part(tree.root_node)]) if tree is not None else None
    others = parts_of(grammar, text, data)
    recovered = _read(grammar, others) if others else None
    if own is None or recovered is None:
        return own or recovered
    gained = _told(grammar, data, recovered[1]) - _told(grammar, data, own[1])
    return recovered if gained > 0 or (gained == 0 and not is_damaged(others[0].root, offside=grammar.spec.offside)) else own


def root_at(grammar: Grammar, data: bytes, position: int) -> tuple[Node, list[Part]] | None:
    """The tree from which facts of the code at a byte were read, and the parts that it does not show; None when the file is too
    damaged.
    """
    text = grammar.spec.prepare(data) if grammar.spec.prepare is not None else data
    text, tree = _opened(grammar, text)
    if tree is not None and not is_damaged(tree.root_node, offside=grammar.spec.offside):
        return tree.root_node, []
    found = readable(grammar, text, data)
    if found is None:
        return None
    first, *broken = found[0]
    around = next((part for part in broken if part.start <= position < part.end), None)
    return (around.root, []) if around is not None else (first.root, broken)


def _opened(grammar: Grammar, text: bytes) -> tuple[bytes, Tree | None]:
    """What is parsed of a text, and its tree: with the code among its loose tokens where that brings in no error."""
    tree = tree_of(grammar.parser, text)
    for _ in range(LEVELS if grammar.spec.opened is not None else 0):
        further = grammar.spec.opened(grammar.parser, tree, text) if grammar.spec.opened is not None and tree is not None else text
        if further == text:
            break
        found = tree_of(grammar.parser, further)
        if found is None or (found.root_node.has_error and tree is not None and not tree.root_node.has_error):
            break
        text, tree = further, found
    return text, tree


def _read(grammar: Grammar, parts: list[Part]) -> Readable | None:
    if is_hopeless(parts[0].root):
        return None
    # Nothing is read of a hopeless stretch, and it stays in the list, so that it is told as a problem.
    parts = [Part(_nothing(grammar), part.start, part.end) if is_hopeless(part.root) else part for part in parts]
    return parts, Buckets(grammar.cursor, grammar.roles, parts)


def _nothing(grammar: Grammar) -> Node:
    return grammar.parser.parse(b"").root_node


def _told(grammar: Grammar, data: bytes, buckets: Buckets) -> int:
    """Functions and types that stand in what their indentation says that they stand in."""
    drafts = definitions.collect(grammar.spec, buckets, data, Chains(grammar.spec, data))
    told = 0
    around: list[tuple[int, Draft]] = [(-1, drafts[0])]
    for draft in drafts[1:]:
        if draft.kind in _COUNTED and draft.parent is not None:
            indent = _indent(data, draft.start)
            while around[-1][0] >= indent:
                around.pop()
            parent = draft.parent
            is_open = parent.kind is NodeKind.NAMESPACE and indent <= _indent(data, parent.start)
            told += parent is around[-1][1] or is_open or parent.end <= draft.start
            around.append((indent, draft))
    return told


def _indent(data: bytes, position: int) -> int:
    start = data.rfind(b"\n", 0, position) + 1
    line = data[start : start + 200]
    return len(line) - len(line.lstrip(b" \t"))
