"""Macros of C and C++ that stand alone on a line and end without `;` (`NS_BEGIN`, `Q_OBJECT`, `API(1)`).

The grammar takes one for the type of what follows, and `NS_BEGIN namespace a {` for a function with the name `namespace`. What
follows begins by itself, so that without the macro's line it is read as written. Names in capitals only; macros are not expanded.
"""

import re

_LONE = re.compile(rb"^[ \t]*+[A-Z_][A-Z0-9_]++(?:[ \t]*+(?P<arguments>\([^()\n]*+\)))?[ \t]*+(?P<ends>\r?\n|\Z)", re.MULTILINE)
_SKIPPED = re.compile(rb"(?:\s|//[^\n]*+|/\*(?:[^*]|\*(?!/))*+\*/|#(?:\\\r?\n|[^\n])*+)*+")
"""Blanks, comments and directives."""
_BEGINS = re.compile(rb"(?:(?:inline\s+)?namespace|class|struct|union|enum|template|using|public|protected|private)\b|\Z")
"""What is never a part of what stands before it, and the end of the text."""
_ENDED = b";{}:/"
"""Last bytes of what a statement may follow; `/` ends a comment."""


def without_lone_macros(text: bytes) -> bytes:
    """The text in which those before a declaration or at its end are blank; one with arguments ends in `;`, and stays a call."""
    found = list(_LONE.finditer(text))
    if not found:
        return text
    mended = bytearray(text)
    begins = -1
    for macro in reversed(found):
        after = _SKIPPED.match(text, macro.end())
        follows = after.end() if after is not None else macro.end()
        if (follows != begins and _BEGINS.match(text, follows) is None) or _is_continued(text, macro.start()):
            continue
        begins = macro.end() - len(macro[0].lstrip(b" \t"))
        if macro["arguments"] is None:
            mended[macro.start() : macro.start("ends")] = b" " * (macro.start("ends") - macro.start())
        elif macro["ends"] and _is_ended(text, macro.start()):
            mended[macro.end() - 1] = ord(";")
    return bytes(mended)


def _is_continued(text: bytes, start: int) -> bool:
    """Whether the line before ends in a backslash: it is the text of a `#define`."""
    return text[max(0, start - 3) : start].rstrip(b"\r\n").endswith(b"\\")


def _is_ended(text: bytes, start: int) -> bool:
    """Whether a statement may begin here. A comment or a directive before it is taken for the end of what stands before that."""
    before = text[max(0, start - 4096) : start].rstrip()
    line = before[before.rfind(b"\n") + 1 :].lstrip()
    return not before or before[-1] in _ENDED or line.startswith((b"#", b"//"))
