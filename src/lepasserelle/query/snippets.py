"""The lines of a node that say most about the question, from the indexed text.

Not the whole node: an answer is read by people and by programs with little room.
Invariant: at most `MAX_LINES` lines and `MAX_CHARS` characters, in the order of the source, with `…` where lines were left out.
"""

from collections.abc import Mapping

from lepasserelle.terms import TOKEN, family, pieces

MAX_LINES = 10
MAX_CHARS = 1200
_MAX_LINE_CHARS = 240
_READ_BYTES = 1 << 13
"""Of a node's text; what stands further down is found through the nodes nested in it."""
_HEAD_LINES = 2
_GAP = "…"
_REPEATED = 0.02
_EQUAL = 1e-9


def snippet(source: bytes, telling: Mapping[str, float]) -> str:
    """The best lines of a node's text: its head, and the window that holds most of the question.

    `telling`: family of a term → its share of what the question tells.
    """
    lines = [line.rstrip()[:_MAX_LINE_CHARS] for line in source[:_READ_BYTES].decode("utf-8", "replace").splitlines()]
    while lines and not lines[-1]:
        lines.pop()
    if len(lines) <= MAX_LINES:
        return _bounded(lines)
    width = MAX_LINES - _HEAD_LINES - 1
    start = _best_window(lines, telling, width)
    if start <= _HEAD_LINES:
        return _bounded([*lines[: MAX_LINES - 1], _GAP])
    return _bounded([*lines[:_HEAD_LINES], _GAP, *lines[start : start + width]])


def _best_window(lines: list[str], telling: Mapping[str, float], width: int) -> int:
    """Where the window begins that covers most of the question; the first of equals. Each term counts once, a little more when
    repeated.
    """
    speaking = _speaking_tokens(lines, telling)
    worth = [set().union(*(roots for token, roots in speaking if token in line)) for line in lines]
    best, best_start = 0.0, 0
    for start in range(max(1, len(lines) - width + 1)):
        window = worth[start : start + width]
        seen = set().union(*window)
        value = sum(share for root, share in telling.items() if root in seen) + _REPEATED * sum(map(len, window))
        if value > best + _EQUAL:
            best, best_start = value, start
    first = next((line for line in range(best_start, len(lines)) if worth[line]), best_start)
    return max(best_start, min(first - 1, len(lines) - width))


def _speaking_tokens(lines: list[str], telling: Mapping[str, float]) -> list[tuple[str, set[str]]]:
    """The distinct tokens of the text that answer the question, each with what it answers. Cutting each once, and looking for these
    few in the lines, costs a tenth of cutting every line.
    """
    tokens = dict.fromkeys(token for line in lines for token in TOKEN.findall(line))
    answers = ((token, {root for root in map(family, pieces(token)) if root in telling}) for token in tokens)
    return [(token, roots) for token, roots in answers if roots]


def _bounded(lines: list[str]) -> str:
    text = "\n".join(lines)
    return text if len(text) <= MAX_CHARS else text[: MAX_CHARS - 1].rstrip() + _GAP
