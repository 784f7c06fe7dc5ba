"""What the grammar could not understand: ERROR and MISSING nodes as problems, the outermost ones, at most `LIMIT`."""

from tree_sitter import Node, QueryCursor

from lepasserelle.model import Problem
from lepasserelle.parse.lines import Lines

LIMIT = 50
"""Problems kept of one file."""

_SHOWN = 40


def problems(cursor: QueryCursor, root: Node, data: bytes, lines: Lines) -> tuple[Problem, ...]:
    """The problems of a tree in source order; the last one says how many were left out."""
    if not root.has_error:
        return ()
    captured = cursor.captures(root)
    places = [(node.start_byte, node.end_byte, "") for node in captured.get("error", ())]
    places += [(node.start_byte, node.end_byte, node.type) for node in captured.get("missing", ())]
    places.sort(key=lambda place: (place[0], -place[1]))
    found = []
    reached = -1
    for start, end, missing in places:
        if missing:
            found.append(Problem(lines.at(start), f"{missing!r} is missing"))
        elif start >= reached:
            reached = end
            found.append(Problem(lines.at(start), f"not understood: {_excerpt(data, start, end)}"))
    if len(found) > LIMIT:
        left_out = len(found) - LIMIT + 1
        found[LIMIT - 1 :] = [Problem(found[LIMIT - 1].line, f"and {left_out} more")]
    return tuple(found)


def _excerpt(data: bytes, start: int, end: int) -> str:
    text = data[start : min(end, start + 4 * _SHOWN)].decode("utf-8", "replace")
    shown = "".join(mark if mark.isprintable() else " " for mark in " ".join(text.split()))
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"
