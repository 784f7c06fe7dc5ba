"""What the bytes of a file tell: binary or text, its encoding, minified, generated.

Not here: secrets (see `secrets`) and anything that needs a parser. Invariant: `decoded` changes nothing but UTF-16 and UTF-32
text that carries its mark, `declared` what names its encoding; all other text stays byte for byte as on disk, valid UTF-8 or not.
"""

import codecs
import re
from typing import Final

from lepasserelle.late import late

_MARKS: Final = (
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL: Final = bytes(range(1, 7)) + bytes(range(14, 27)) + b"\x1c\x1d\x1e\x1f\x7f"
_HEAD_BYTES: Final = 8192
_RETURN: Final = late(rb"\r(?!\n)")
_BINARY_SHARE: Final = 0.10


def decoded(data: bytes) -> bytes | None:
    """The text as UTF-8 where its encoding is known, as it is otherwise; None when it is no text.

    A carriage return alone ends a line, as in editors: it is given as a line feed, so that everybody counts the same lines.
    """
    text = _as_text(data)
    return _RETURN.sub(b"\n", text) if text is not None and text.count(b"\r") != text.count(b"\r\n") else text


def _as_text(data: bytes) -> bytes | None:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data.decode(encoding).encode()
            except UnicodeError:
                return None
    return None if is_binary(data) else data


_DECLARES: Final = frozenset({"python", "ruby"})
"""Languages whose sources may name their encoding in a comment of the first two lines (PEP 263)."""
_DECLARATION: Final = late(rb"(?:[ \t\f]*(?:#[^\n]*)?\n)?[ \t\f]*#[^\n]*?coding[:=][ \t]*([-\w.]+)")
_ASCII: Final = bytes(range(32, 127))


def declared(data: bytes, language: str) -> bytes:
    """The text as UTF-8 where the source itself names another encoding that keeps ASCII; as it is where that is untrue."""
    found = _DECLARATION.match(data) if language in _DECLARES and not data.isascii() else None
    if found is None or data.startswith(codecs.BOM_UTF8):
        return data
    name = found.group(1).decode("ascii")
    try:
        if codecs.lookup(name).name == "utf-8" or _ASCII.decode(name) != _ASCII.decode("ascii"):
            return data
        return data.decode(name).encode()
    except (LookupError, ValueError):
        return data


def is_binary(data: bytes) -> bool:
    """Whether a NUL byte occurs, or more than a tenth of the beginning is control characters."""
    if b"\0" in data:
        return True
    head = data[:_HEAD_BYTES]
    return len(head) - len(head.translate(None, _CONTROL)) > _BINARY_SHARE * len(head)


_WEB: Final = frozenset({"javascript", "css", "typescript", "tsx", "scss"})
_PROSE: Final = frozenset({"text", "markdown", "restructuredtext", "asciidoc", "org", "latex", "gettext", "csv"})
_WEB_MIN_BYTES: Final = 2048
_NOTICED_MIN_BYTES: Final = 400
_WEB_MEAN_BYTES: Final = 300
_MIN_BYTES: Final = 16384
_MEAN_BYTES: Final = 1500


def is_minified(data: bytes, language: str) -> bool:
    """Whether the lines are so long that nobody wrote them: mean 300 bytes for the web's languages, 1500 for others.

    Prose is let through: one line a paragraph is a habit of people. One huge line among short ones (an embedded image) does not
    decide: the longest tenth of the lines may be anything. What minifiers keep (`/*! licence */`) is no line of the code: what
    stands behind it counts, if it is short too.
    """
    web = language in _WEB
    least = _WEB_MIN_BYTES if web else _MIN_BYTES
    if web and data.startswith(b"/*!"):
        least, data = _NOTICED_MIN_BYTES, data.partition(b"*/")[2].strip()
    if language in _PROSE or len(data) < least:
        return False
    lines = data.count(b"\n") + 1
    mean = _WEB_MEAN_BYTES if web else _MEAN_BYTES
    if len(data) <= mean * lines:
        return False
    lengths = sorted(map(len, data.split(b"\n")))
    usual = lengths[: max(1, len(lengths) * 9 // 10)]
    return sum(usual) > mean * len(usual) or len(lengths) < 10


_GENERATED: Final = late(
    rb"code generated .{0,200}?do not edit"
    rb"|(?:auto[\s-]?generated|automatically (?:generated|created|produced)|machine[\s-]generated"
    rb"|(?:file|code|module|class) (?:is|was) generated"
    rb"|generated (?:by|from|with|using)\b)[^\0]{0,240}?do(?:\s+not|n't)\s+(?:\w+\s+)?(?:edit|modify|change|touch)"
    rb"|do(?:\s+not|n't)\s+(?:manually\s+)?(?:edit|modify|change)[^\0]{0,160}?"
    rb"(?:auto[\s-]?generated|automatically generated|generated (?:by|from)\b)"
    rb"|^\W{0,12}@generated\b",
    re.IGNORECASE | re.MULTILINE | re.DOTALL,
)
_GENERATED_HEAD_BYTES: Final = 2048
_COMMENT: Final = (b"#", b"//", b"*", b"--", b";", b"%", b"..", b"rem ", b"@rem ", b"REM ", b"<?", b"'", b'"')
_BLOCKS: Final = (
    (b"/*", b"*/"),
    (b'"""', b'"""'),
    (b"'''", b"'''"),
    (b"<!--", b"-->"),
    (b"{-", b"-}"),
    (b"(*", b"*)"),
    (b"--[[", b"]]"),
)


def is_generated(data: bytes) -> bool:
    """Whether the comment at the head of the file says that a program made it and that it is not to be edited."""
    head = data[:_GENERATED_HEAD_BYTES]
    lower = head.lower()
    if b"generated" not in lower and b"automatically" not in lower:
        return False
    return _GENERATED.search(_head_comment(head)) is not None


def _head_comment(head: bytes) -> bytes:
    """The lines before the first one that is code (a template inside a string further down says nothing of this file)."""
    kept: list[bytes] = []
    closing = b""
    for line in head.removeprefix(codecs.BOM_UTF8).split(b"\n"):
        text = line.strip()
        if closing:
            closing = b"" if closing in text else closing
        else:
            opened = next(((start, end) for start, end in _BLOCKS if text.startswith(start)), None)
            if opened is not None:
                closing = b"" if opened[1] in text[len(opened[0]) :] else opened[1]
            elif text and not text.startswith(_COMMENT):
                break
        kept.append(line)
    return b"\n".join(kept)
