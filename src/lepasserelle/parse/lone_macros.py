"""Macros of C and C++ that stand alone on a line and end without `;` (`NS_BEGIN`, `Q_OBJECT`, `API(1)`), and those that stand for
an attribute of a type or a function (`class API Box {`, `INLINE Box::Box() NOEXCEPT {`).

The grammar takes one for the type of what follows, and `NS_BEGIN namespace a {` for a function with the name `namespace`. What
follows begins by itself, so that without the macro it is read as written. Names in capitals only; macros are not expanded.
"""

import re

from lepasserelle.parse.regions import Regions

_LONE = re.compile(
    rb"^[ \t]*+[A-Z_][A-Z0-9_]++(?:[ \t]*+(?P<arguments>\((?:[^()\n\"]|\"(?:\\.|[^\"\\\n])*+\")*+\)))?[ \t]*+(?P<ends>\r?\n|\Z)",
    re.MULTILINE,
)
_SKIPPED = re.compile(rb"(?:\s|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/|#(?:\\\r?\n|[^\n])*+)*+")
"""Blanks, comments and directives."""
_BEGINS = re.compile(
    rb"(?:(?:inline\s+)?namespace|class|struct|union|enum|template|using|public|protected|private"
    rb"|static|virtual|explicit|constexpr|friend|typedef|extern)\b|\Z"
)
"""What is never a part of what stands before it, and the end of the text."""
_FUNCTION = re.compile(
    rb"(?:const[ \t]++)?[A-Za-z_][\w:]*+(?:<[^;{}()<>]*+>)?(?:[ \t]++const\b)?(?:[ \t]++[*&]*+|[*&]++[ \t]*+)[A-Za-z_]\w*+[ \t]*+\("
)
"""The head of a function with its type: the macro before it, at the begin of a statement, is an attribute and no type."""
_OF_TYPE = re.compile(
    rb"\b(?:class|struct|union)[ \t]++(?P<macro>[A-Z_][A-Z0-9_]*+(?:[ \t]*+\([^()\n]*+\))?"
    rb"(?:\s++[A-Z_][A-Z0-9_]*+(?:[ \t]*+\([^()\n]*+\))?)*?)"
    rb"\s++[A-Za-z_]\w*+(?:::\w++)*+\s*+(?:<(?:[^;{}<>]|<(?:[^;{}<>]|<[^;{}<>]*+>)*+>)*+>)?\s*+(?:final\b\s*+)?(?:\{|:(?!:))"
)
"""Those between the word for a type and the type's name, where its members or its bases follow."""
_TYPES = re.compile(rb"\b(?:class|struct|union)[ \t]++(\w++)\s*+[{:;]|\}\s*+(\w++)\s*+[;,]")
"""Types that a text declares, which are no macros."""
_VALUES = re.compile(rb"\{\s*+[^;{}\s][^;{}]*+\}\s*+[;,)]")
"""What a variable begins with (`struct POINT p{1, 2};`), and no members."""
_OF_FUNCTION = re.compile(
    rb"^[ \t]*+(?P<macro>[A-Z][A-Z0-9]*+_[A-Z0-9_]*+)[ \t]++(?:"
    rb"(?:(?:const|static|inline|constexpr|virtual|unsigned|struct|typename)[ \t]++)*+"
    rb"[A-Za-z_][\w:]*+(?:<(?:[^;{}()<>]|<[^;{}()<>]*+>)*+>)?(?:::\w++)*+(?:[ \t]++[*&]*+|[*&]++[ \t]*+)"
    rb"(?:[A-Za-z_]\w*+(?:<[^;{}()<>]*+>)?::)*+[A-Za-z_]\w*+[ \t]*+\("
    rb"|(?P<own>[A-Za-z_]\w*+)(?:<[^;{}()<>]*+>)?::~?(?P=own)[ \t]*+\()",
    re.MULTILINE,
)
"""One before the head of a function that says its type, and before that of a constructor or a destructor outside of its class."""
_BETWEEN = re.compile(
    rb"^[ \t]*+[A-Za-z_][\w:]*+(?:<(?:[^;{}()<>]|<[^;{}()<>]*+>)*+>)?(?:[ \t]++[*&]*+|[*&]++[ \t]*+)"
    rb"(?P<macro>[A-Z][A-Z0-9]*+_[A-Z0-9_]*+)[ \t]++(?:[A-Za-z_]\w*+(?:<[^;{}()<>]*+>)?::)++[A-Za-z_]\w*+[ \t]*+\(",
    re.MULTILINE,
)
"""One between the type of a function and its name, which says its class."""
_BEHIND = re.compile(rb"\)[ \t]*+(?:const[ \t]++)?(?P<macro>[A-Z][A-Z0-9]*+_[A-Z0-9_]*+)\s*+(?:\{|:(?!:))")
"""One between the parameters of a function and its body."""
_ENDING = re.compile(
    rb"^[ \t]*+(?:template[ \t]*+<[^;{}()\n]*>[ \t]*+)?(?!else\b|return\b|case\b|throw\b|new\b|delete\b|goto\b)"
    rb"(?:[A-Za-z_][\w:<>,*&]*+[ \t]++)*+[*&]*+"
    rb"(?!(?:if|while|for|switch|catch|return|sizeof|defined|[A-Z0-9_]++)[ \t]*+\()~?[A-Za-z_]\w*+[ \t]*+"
    rb"\((?:[^(){};]|\((?:[^(){};]|\([^(){};]*+\))*+\))*+\)\s*+(?:(?:const|noexcept|override|final)\b\s*+)*+"
    rb"(?P<macro>(?:[A-Z][A-Z0-9]*+_[A-Z0-9_]*+(?:\((?:[^(){};]|\([^(){};]*+\))*+\))?\s*+)++)"
    rb"(?=;|\{|=|:(?!:)|override\b|const\b|final\b|noexcept\b)",
    re.MULTILINE,
)
"""Those, with arguments or not, behind the parameters of a function: what ends its declaration may follow."""
_OF_MEMBER = re.compile(
    rb"^[ \t]*+(?:[A-Za-z_][\w:<>,]*+[ \t*&]++){2,}+"
    rb"(?P<macro>(?:[A-Z0-9]++_)*?GUARDED_BY\((?:[^(){};]|\([^(){};]*+\))*+\))(?=\s*+[;={])",
    re.MULTILINE,
)
"""One behind the name of a field that says what guards it (`int n GUARDED_BY(mu);`)."""
_INK = re.compile(rb"[^\r\n]")
_ACCESS = re.compile(rb"^[ \t]*+(?P<label>[A-Z_][A-Z0-9_]++:)[ \t]*+\r?$", re.MULTILINE)
"""A macro that stands for `private:` or another one."""
_GOTO = re.compile(rb"\bgoto\s++(\w++)")
_DEFINED = re.compile(rb"^[ \t]*+#[ \t]*+define\b(?:\\(?!\r?\n)|[^\\\n])*+(?P<body>\\\r?\n(?:\\\r?\n|[^\n])*+)", re.MULTILINE)
_COMMENT = re.compile(rb"/[/*]")
"""What ends the text of a macro for the grammar: what follows it is read as code, which does harm where brackets are left open."""
_TRY = re.compile(rb"^[ \t]*+(?P<word>(?:[A-Z0-9_]*_)?TRY)(?=\s*\{)", re.MULTILINE)
_CATCH = re.compile(rb"^[ \t}]*+(?P<word>(?:[A-Z0-9_]*_)?CATCH)(?=[ \t]*\([^()\n]*\)\s*\{)", re.MULTILINE)
"""Macros that stand for `try` and `catch` (a library that can do without exceptions)."""
_BRACKET = re.compile(rb"[{}]")
_FAR = 512
"""Bytes before a bracket in which the word for a type is looked for."""
_HEAD_OF_TYPE = re.compile(rb"\b(?:class|struct|union)\b[^;{}()]*+\Z")
_ENDED = b";{}:/"
"""Last bytes of what a statement may follow; `/` ends a comment."""


def without_lone_macros(text: bytes) -> bytes:
    """The text in which those before a declaration or at its end are blank; one with arguments ends in `;`, and stays a call."""
    mended = bytearray(text)
    _without_access(text, mended)
    _without_bodies(text, mended)
    _without_attributes(text, mended)
    if _CATCH.search(text) is not None:
        _write(_TRY, b"try", text, mended)
        _write(_CATCH, b"catch", text, mended)
    found = list(_LONE.finditer(text))
    begins, types = -1, None
    for macro in reversed(found):
        after = _SKIPPED.match(text, macro.end())
        follows = after.end() if after is not None else macro.end()
        if (follows != begins and not _is_declaration(text, macro.start(), follows)) or _is_continued(text, macro.start()):
            continue
        begins = macro.end() - len(macro[0].lstrip(b" \t"))
        if macro["arguments"] is not None and b'"' in macro["arguments"]:
            types = types or _in_types(text)
        if macro["arguments"] is None or (b'"' in macro["arguments"] and types is not None and types.at(macro.start())):
            mended[macro.start() : macro.start("ends")] = b" " * (macro.start("ends") - macro.start())
        elif macro["ends"] and _is_ended(text, macro.start()):
            mended[macro.end() - 1] = ord(";")
    return bytes(mended)


def _write(macro: re.Pattern[bytes], word: bytes, text: bytes, mended: bytearray) -> None:
    """Put the word at the end of each macro that stands for it."""
    for found in macro.finditer(text):
        start, end = found.span("word")
        mended[start:end] = word.rjust(end - start)


def _without_bodies(text: bytes, mended: bytearray) -> None:
    """Blank further lines of definitions of macros that the grammar does not read to their end."""
    for found in _DEFINED.finditer(text):
        start, end = found.span("body")
        is_open = text.count(b"{", start, end) != text.count(b"}", start, end)
        if b'\\"' in text[start:end] or (is_open and _COMMENT.search(text, start, end) is not None):
            mended[start:end] = b"\n".join(b" " * len(line) for line in text[start:end].split(b"\n"))


def without_macros_of_types(text: bytes) -> bytes:
    """The text in which those in the heads of types are blank: a class with one is a function for the grammar, without an error."""
    types = list(_OF_TYPE.finditer(text))
    if not types:
        return text
    declared = {name for names in _TYPES.findall(text) for name in names}
    mended = bytearray(text)
    for found in types:
        if found["macro"] not in declared and not _is_variable(text, found):
            _blank(found, mended)
    return bytes(mended)


def _without_attributes(text: bytes, mended: bytearray) -> None:
    """Blank macros that stand for an attribute of a function, or of what a class has."""
    heads = [head for one in (_OF_FUNCTION, _BETWEEN) for head in one.finditer(text) if _is_begun(text, head.start())]
    for found in (*_BEHIND.finditer(text), *_ENDING.finditer(text), *_OF_MEMBER.finditer(text), *heads):
        _blank(found, mended)


def _blank(found: re.Match[bytes], mended: bytearray) -> None:
    start, end = found.span("macro")
    mended[start:end] = _INK.sub(b" ", mended[start:end])


def _is_variable(text: bytes, found: re.Match[bytes]) -> bool:
    """Whether what looks like a macro before the name of a type is a type before that of a variable."""
    return text[max(0, found.start() - 64) : found.start()].rstrip().endswith(b"(") or bool(_VALUES.match(text, found.end() - 1))


def _without_access(text: bytes, mended: bytearray) -> None:
    """Blank macros that stand for an access specifier: labels in capitals that no `goto` names."""
    aims = set(_GOTO.findall(text))
    for label in _ACCESS.finditer(text):
        start, end = label.span("label")
        if text[start : end - 1] not in aims:
            mended[start:end] = b" " * (end - start)


def _is_declaration(text: bytes, start: int, follows: int) -> bool:
    """Whether what follows a macro begins by itself."""
    if _BEGINS.match(text, follows) is not None:
        return True
    return _is_begun(text, start) and _FUNCTION.match(text, follows) is not None


def _is_begun(text: bytes, start: int) -> bool:
    """Whether a declaration may begin here, also behind `template <…>`."""
    return _is_ended(text, start) or text[max(0, start - 4096) : start].rstrip().endswith(b">")


def _in_types(text: bytes) -> Regions[bool]:
    """Where a member of a type may stand, as brackets say: no call with a text stands there."""
    spans: list[tuple[int, int, bool]] = []
    opened: list[int] = []
    for found in _BRACKET.finditer(text):
        if found[0] == b"{":
            opened.append(found.start())
        elif opened:
            start = opened.pop()
            spans.append((start, found.end(), _HEAD_OF_TYPE.search(text, max(0, start - _FAR), start) is not None))
    return Regions(spans, outside=False)


def _is_continued(text: bytes, start: int) -> bool:
    """Whether the line before ends in a backslash: it is the text of a `#define`."""
    return text[max(0, start - 3) : start].rstrip(b"\r\n").endswith(b"\\")


def _is_ended(text: bytes, start: int) -> bool:
    """Whether a statement may begin here. A comment or a directive before it is taken for the end of what stands before that."""
    before = text[max(0, start - 4096) : start].rstrip()
    line = before[before.rfind(b"\n") + 1 :].lstrip()
    return not before or before[-1] in _ENDED or line.startswith((b"#", b"//"))
