"""What the grammar could not understand: ERROR and MISSING nodes as problems, the outermost ones, at most `LIMIT`; and what lies
too deep to be looked for.
"""

from collections.abc import Sequence

from tree_sitter import Node, QueryCursor

from lepasserelle.model import Problem
from lepasserelle.parse.captures import Part
from lepasserelle.parse.grammar import MAX_DEPTH
from lepasserelle.parse.lines import Lines

LIMIT = 50
"""Problems kept of one file."""

LOOSE_TOKENS = 5_000
"""Tokens side by side in one ERROR node above which a tree is not queried: the cursor looks for a later named sibling from each of
them, so its time grows with the square of their number (30 s for 100 000 open parentheses)."""

_LOOKED_AT = 20_000
_LEVELS = MAX_DEPTH + 2
"""A pattern that begins at the last level that is looked at sees two more."""
_SHOWN = 40


def is_hopeless(root: Node) -> bool:
    """Whether an ERROR node holds so many loose tokens that the tree is better left alone."""
    stack = [root] if root.has_error else []
    looked_at = 0
    while stack and looked_at < _LOOKED_AT:
        node = stack.pop()
        looked_at += 1
        if node.is_error and node.child_count - node.named_child_count > LOOSE_TOKENS:
            return True
        stack.extend(child for child in node.children if child.has_error)
    return False


def is_damaged(root: Node, *, offside: bool) -> bool:
    """Whether something of a text is not in its tree. A tree that only lacks a token without a name, as the line break that Go's
    and Kotlin's grammars want before `}`, calls itself erroneous and shows all that is there. `offside`: such a token may be the
    end of a line or of a block, behind which all stands elsewhere.
    """
    if offside:
        return root.has_error
    stack = [root] if root.has_error else []
    looked_at = 0
    while stack and looked_at < _LOOKED_AT:
        node = stack.pop()
        if node.is_error or node.is_missing:
            return True
        looked_at += node.child_count
        stack.extend(child for child in node.children if child.has_error)
    return bool(stack)


def problems(
    cursor: QueryCursor, parts: list[Part], data: bytes, lines: Lines, lost: Sequence[tuple[int, int]] = ()
) -> tuple[Problem, ...]:
    """The problems of a text in source order; the last one says how many were left out. `lost`: spans of which nothing was read."""
    places = []
    for part in parts:
        if part.root.has_error or not part.is_whole:
            places += _places(cursor, part)
    deep = [node for node in (_too_deep(part.root) for part in parts) if node is not None]
    if not places and not deep and not lost:
        return ()
    places.sort(key=lambda place: (place[0], -place[1], place[2]))  # The binding gives captures in no order.
    found = []
    reached = -1
    for start, end, missing in places:
        if missing:
            found.append(Problem(lines.at(start), f"{missing!r} is missing"))
        elif start >= reached:
            reached = end
            found.append(Problem(lines.at(start), f"not understood: {_excerpt(data, start, end)}"))
    found = _with_lost(found, {lines.at(start): _excerpt(data, start, end) for start, end in lost}) if lost else found
    if deep:
        message = f"nested deeper than {MAX_DEPTH} levels; what is below is not read"
        found += [Problem(lines.at(node.start_byte), message) for node in deep]
        found.sort(key=lambda problem: problem.line)
    if len(found) > LIMIT:
        found = _cut(found, {lines.at(start) for start, _ in lost})
    return tuple(found)


def _with_lost(found: list[Problem], lost: dict[int, str]) -> list[Problem]:
    """The problems with those of lines that nothing was read of."""
    told = {problem.line for problem in found}
    found += [Problem(line, f"not understood: {text}") for line, text in lost.items() if line not in told]
    return sorted(found, key=lambda problem: problem.line)


def _cut(found: list[Problem], lost: set[int]) -> list[Problem]:
    """As many as are kept, those of lines that nothing was read of before the others, and how many were left out."""
    place = sorted(range(len(found)), key=lambda place: (found[place].line not in lost, place))[: LIMIT - 1]
    kept = [found[number] for number in sorted(place)]
    last = max(kept[-1].line, found[LIMIT - 1].line)
    return [*kept, Problem(last, f"and {len(found) - LIMIT + 1} more")]


def _too_deep(root: Node) -> Node | None:
    """The first node with too many levels above it. Only what has as many nodes below it as levels are left can hold one."""
    stack = [(root, _LEVELS)]
    while stack:
        node, left = stack.pop()
        if left < 0:
            return node
        if node.descendant_count - node.child_count > left:
            stack.extend((child, left - 1) for child in reversed(node.children))
    return None


def _places(cursor: QueryCursor, part: Part) -> list[tuple[int, int, str]]:
    """First and last byte of each ERROR node and, with its type, of each MISSING one; a broken part has one problem at least."""
    captured = cursor.captures(part.root)
    places = [(node.start_byte, node.end_byte, "") for node in captured.get("error", ())]
    places += [(node.start_byte, node.end_byte, node.type) for node in captured.get("missing", ())]
    if not part.is_whole:
        places = [place for place in places if part.start <= place[0] < part.end]
        places = places or [(part.start, part.end, "")]
    return places


def _excerpt(data: bytes, start: int, end: int) -> str:
    text = data[start : min(end, start + 4 * _SHOWN)].decode("utf-8", "replace")
    shown = "".join(mark if mark.isprintable() else " " for mark in " ".join(text.split()))
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"


def too_damaged(data: bytes, lines: Lines) -> tuple[Problem, ...]:
    """The one problem of a hopeless file."""
    return (Problem(1, f"too damaged to be read as code ({lines.count} lines, {len(data)} bytes); kept as sections"),)
