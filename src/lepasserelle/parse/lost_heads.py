"""Heads of types of C and C++ that nothing was read of, so that their file can say so.

With a word before its name that is no macro in capitals, a class is a function for the grammar, without an error; in a damaged part
it may be missing as well. By lines that begin as such heads do; a head within a line is not looked for.
"""

import re
from collections.abc import Iterable
from typing import Final

from lepasserelle.parse.draft import Draft
from lepasserelle.parse.regions import Holes

_HEAD: Final = re.compile(
    rb"(?:^|>)[ \t]*+(?P<head>(?:class|struct|union)\s++"
    rb"(?:(?:alignas|[A-Z][A-Z0-9_]*+)\([^()\n]*+\)\s*+|\w++\s++){0,4}?"
    rb"(?:\w++::)*+(?P<name>(?!(?:const|noexcept|override|try)\b)[A-Za-z_]\w*+)\s*+"
    rb"(?:<(?:[^;{}<>]|<(?:[^;{}<>]|<[^;{}<>]*+>)*+>)*+>\s*+)?(?:final\s*+)?(?::(?!:)[^;{}()]{0,600}+)?\{)",
    re.MULTILINE,
)
_NO_CODE: Final = re.compile(
    rb"//(?:\\\r?\n|[^\n])*+|/\*(?:[^*]|\*(?!/))*+(?:\*/|\Z)|R\"(?P<mark>[^()\s\\]{0,16})\(.*?(?:\)(?P=mark)\"|\Z)"
    rb"|\"(?:\\.|[^\"\\\n])*+\"|'(?:\\.|[^'\\\n])*+'|^[ \t]*+#(?:\\\r?\n|[^\n])*+",
    re.MULTILINE | re.DOTALL,
)
"""Comments, texts and directives."""


def lost_heads(data: bytes, drafts: Iterable[Draft]) -> list[tuple[int, int]]:
    """First and last byte of each head of a type of which neither a type nor a variable is read."""
    heads = list(_HEAD.finditer(data))
    if not heads:
        return []
    spans: dict[str, list[tuple[int, int]]] = {}
    for draft in drafts:
        if not draft.kind.is_callable:
            spans.setdefault(draft.name.partition("<")[0].rpartition(".")[2], []).append((draft.start, draft.end))
    lost = []
    for found in heads:
        place = found.start("name")
        around = spans.get(found["name"].decode("utf-8", "replace"), ())
        if not any(start <= place < end for start, end in around):
            lost.append(found.span("head"))
    if not lost:
        return []
    hidden = Holes([found.span() for found in _NO_CODE.finditer(data)])
    return [(start, end) for start, end in lost if start not in hidden]
