"""Types of TypeScript that its grammar does not understand.

Members of interfaces and object types end with their line; where a generic call signature follows (`name: Box` and below it
`<T>(value: T): T`), the grammar takes its `<` for type arguments of the type before it. A `;` in the place of the blank before
the `<` says so. Variances of type parameters (`in`, `out`, `in out`) it does not know: they become blank. So do type arguments of a
type of another module (`import("./box.js").Box<Inner>`, as `tsc` declares what nobody declared) and the `type` of `export type *`.
"""

import re

_COMMENT = rb"//[^\n]*+|/\*(?:[^*]|\*(?!/))*+(?:\*/)?+"
_QUOTED = rb"\"(?:\\.|[^\"\\\n])*+\"?+|'(?:\\.|[^'\\\n])*+'?+|`(?:\\.|[^`\\])*+`?+"
"""What nothing ends goes on, so that no place is looked at twice."""
_BLANK = rb"(?:\s++|" + _COMMENT + rb")"
_TOKEN = re.compile(
    _COMMENT + rb"|(?P<open>[{(\[])|=>"
    rb"|[<,]" + _BLANK + rb"*+(?P<variance>in\s++out|in|out)(?=\s++(?!(?:as|extends|in|instanceof|of|satisfies)\b)[A-Za-z_$])"
    rb"|(?P<end>" + _QUOTED + rb"|[\w$]++|[)\]}>]|(?<=[\w$\]\"'])\?)(?:(?P<gap>" + _BLANK + rb"++)(?=<))?",
    re.DOTALL,
)
_IMPORTED = re.compile(
    _COMMENT + rb"|(?<![\w$.])export\s++(?P<only>type)(?=\s*+\*)"
    rb"|(?<![\w$.])import\s*+\(\s*+(?:\"[^\"\n]*+\"|'[^'\n]*+')\s*+\)(?:\s*+\.\s*+[\w$]++)++\s*+(?P<arguments>[<\[])"
    rb"|" + _QUOTED,
    re.DOTALL,
)
_BRACKET = re.compile(_COMMENT + rb"|=>|" + _QUOTED + rb"|(?P<open>[<{(\[])|(?P<close>[>})\]])", re.DOTALL)
_PARAMETERS = re.compile(_BLANK + rb"*+\(", re.DOTALL)
_RESULT = re.compile(_BLANK + rb"*+:", re.DOTALL)
_CALLED = re.compile(_BLANK + rb"*+[(`]", re.DOTALL)
_ARRAY = re.compile(rb"\s*+(\[)\s*+(\])")
_CLOSING = frozenset((b"}", b")", b"]"))
_BLANKS = (b" ", b"\t")
_OPEN = frozenset((b"new", b"return", b"keyof", b"typeof", b"extends", b"readonly"))
"""Words that no member ends with."""
_MOST_UNCLOSED = 64
"""Type arguments of imported types that nothing closes, in a text of which more are looked through."""
_LONGEST = 4000
"""Bytes of type parameters, and of parameters, that are looked through."""


def with_plain_types(text: bytes) -> bytes:
    """The text with a `;` before each generic call signature that follows a member which ends with its line; without variances."""
    text = _with_imported_types(text)
    mended, around = bytearray(text), list[bytes]()
    for token in _TOKEN.finditer(text):
        start, end = token.span("variance")
        if start >= 0:
            mended[start:end] = re.sub(rb"\S", b" ", text[start:end])
        elif token["open"]:
            around.append(token["open"])
        else:
            if token["end"] in _CLOSING and around:
                around.pop()
            if around[-1:] == [b"{"] and _ends_before_signature(text, token):
                mended[token.end() - 1] = ord(";")
    return bytes(mended)


def _with_imported_types(text: bytes) -> bytes:
    """The text without what the grammar does not know of types that other modules have."""
    mended, unclosed = bytearray(text), 0
    for found in _IMPORTED.finditer(text):
        if found["only"]:
            mended[slice(*found.span("only"))] = b"    "
        elif found["arguments"] and unclosed < _MOST_UNCLOSED:
            unclosed += not _plain(mended, text, found)
    return bytes(mended)


def _plain(mended: bytearray, text: bytes, found: re.Match[bytes]) -> bool:
    """Leave type arguments out, and make a list of such types a tuple of one: the grammar takes no `[]` behind them. False where
    nothing closes the arguments.
    """
    start = end = found.start("arguments")
    if text[start] == ord("<"):
        end = _behind(text, start)
        if text[end - 1] != ord(">"):
            return False
        if _CALLED.match(text, end):
            return True
        mended[start:end] = re.sub(rb"\S", b" ", text[start:end])
    array, before = _ARRAY.match(text, end), found.start() - 1
    if array is not None and before >= 0 and text[before] in b" \t":
        mended[before] = ord("[")
        mended[array.start(1)], mended[array.start(2)] = b"] "
    return True


def _ends_before_signature(text: bytes, token: re.Match[bytes]) -> bool:
    """Whether a member ends here with its line, and a generic call signature follows that a blank stands before."""
    gap, behind = token["gap"], token.end()
    if gap is None or b"\n" not in gap or gap[-1:] not in _BLANKS or token["end"] in _OPEN:
        return False
    return _is_signature(text, behind)


def _is_signature(text: bytes, start: int) -> bool:
    """Whether type parameters, parameters and a result type stand here."""
    parameters = _PARAMETERS.match(text, _behind(text, start))
    return parameters is not None and _RESULT.match(text, _behind(text, parameters.end() - 1)) is not None


def _behind(text: bytes, start: int) -> int:
    """The place behind the bracket that closes the one here; the end of the text where none does."""
    depth = 0
    for bracket in _BRACKET.finditer(text, start, start + _LONGEST):
        depth += (bracket["open"] is not None) - (bracket["close"] is not None)
        if not depth:
            return bracket.end()
    return len(text)
