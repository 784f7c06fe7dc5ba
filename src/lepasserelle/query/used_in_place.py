"""Which functions of ECMAScript are used where they stand though nothing names them: arguments, items, defaults, what is returned.

An expression is told from a declaration by what is written before it; one whose value is dropped, or goes to a sign that gives no
function, is used by nobody. Calls are edges, and not asked for here.
"""

import re
from collections.abc import Callable, Iterable
from typing import Final

from lepasserelle.graph import Graph
from lepasserelle.model import NodeKind

_LANGUAGES: Final = frozenset({"javascript", "typescript", "tsx", "jsx"})
_WRITTEN: Final = re.compile(rb"(?:async\s+)?function\b")
_WORD: Final = re.compile(rb"[\w$]+\Z")
_OPENS: Final = b",[=:?&|>"
"""What stands before a value that goes on to something."""
_PASSES_ON: Final = frozenset({b"return", b"yield", b"await", b"throw", b"case", b"in", b"of", b"new"})
_ENDS: Final = b";{}"
"""What ends the statement before."""
_GOES_ON: Final = frozenset({b".", b"(", b"[", b",", b"?", b"&", b"|", b"`", b"="})
"""What goes on with a value in brackets."""


def used_in_place(graph: Graph, nodes: Iterable[int], read: Callable[[int], bytes]) -> set[int]:
    """Those of the definitions that are such functions. `read`: the text of a file. Raises as that does."""
    found = set[int]()
    texts: dict[int, bytes] = {}
    for node in nodes:
        if graph.kind(node) is not NodeKind.FUNCTION or graph.language(node) not in _LANGUAGES:
            continue
        file = graph.file_of(node)
        if file not in texts:
            texts = {file: read(file)}
        start, end = graph.byte_span(node)
        if _WRITTEN.match(texts[file], start) and _is_used(texts[file], start, end):
            found.add(node)
    return found


def _is_used(data: bytes, start: int, end: int) -> bool:
    before = _code_before(data[:start])
    sign = before[-1:]
    if not sign:
        return False
    if sign == b"(":
        return _is_given(_code_before(before[:-1]), data[end:].lstrip())
    word = _WORD.search(before[-16:])
    return sign in _OPENS if word is None else word.group() in _PASSES_ON


def _is_given(before: bytes, after: bytes) -> bool:
    """Whether what stands in brackets is an argument, or something goes on with it."""
    return (before != b"" and before[-1:] not in _ENDS) or after[1:].lstrip()[:1] in _GOES_ON


def _code_before(data: bytes) -> bytes:
    """A text without the blanks and comments at its end."""
    while True:
        text = data.rstrip()
        last = text.rfind(b"\n") + 1
        remark = text.find(b"//", last) if b"\n" in data[len(text) :] else -1
        if text.endswith(b"*/"):
            data = text[: max(0, text.rfind(b"/*"))]
        elif remark >= 0 and text[remark - 1 : remark] not in (b":", b'"', b"'"):
            data = text[:remark]
        else:
            return text
