"""Which lines of a text with conditions (`#if … #else … #endif`) are left when only the first branch of each is read.

Branches often open the same block twice (`if (a) {` in one, `if (b) {` in the other, one `}` behind both): read together they do
not fit, and one of them does.
"""

import re
from collections.abc import Sequence

_WORD = re.compile(rb"\s*#\s*(\w+)")
_OPENS = frozenset({b"if", b"ifdef", b"ifndef"})
_TURNS = frozenset({b"else", b"elif", b"elifdef", b"elifndef", b"elseif"})


def hidden_lines(data: bytes, starts: Sequence[int], directives: Sequence[int]) -> list[int]:
    """Lines of directives, and of all branches but the first, ascending. `starts`: first byte of each line; `directives`: the lines
    that hold one, ascending.
    """
    hidden = set(directives)
    turned: list[int] = []
    for line in directives:
        word = _WORD.match(data, starts[line])
        if word is None:
            continue
        if word[1] in _OPENS:
            turned.append(-1)
        elif word[1] in _TURNS and turned and turned[-1] < 0:
            turned[-1] = line
        elif word[1] == b"endif" and turned:
            first = turned.pop()
            hidden.update(range(first, line) if first >= 0 else ())
    return sorted(hidden)
