"""Names as they stand in a text, without what is said in comments: quick, and of every language, known or not.

Not parsing: what a name means is not asked. Where the text leaves it open whether something is code, it is.
"""

import re
from collections.abc import Iterator
from typing import Final

WORD: Final = re.compile(rb"[A-Za-z0-9_\x80-\xff]+")
"""What a name is at its core: marks around it (`$x`, `empty?`) are none of it."""
_PROSE: Final = frozenset({"markdown", "restructuredtext", "asciidoc", "org", "latex", "text", "diff", "gettext", "csv"})
_SLASHES: Final = frozenset(
    "c cpp c_sharp java javascript typescript tsx go rust kotlin swift scala php zig objective_c dart groovy gradle".split()  # noqa: SIM905
)
_HASHES: Final = frozenset("python ruby bash php elixir perl r julia fish powershell crystal nim make cmake awk".split())  # noqa: SIM905
_DASHES: Final = frozenset({"lua", "haskell", "sql", "ada", "elm"})
_QUOTED: Final = frozenset("python javascript typescript tsx php ruby lua elixir dart groovy gradle".split())  # noqa: SIM905
"""Languages with strings between single quotes, which stand around one character in others."""
_FILLED: Final = re.compile(rb"[{$]|\\\(")
"""A string with one of these may hold code."""
_TOKEN: Final = re.compile(rb"[\s.:/\\#\[\](),;|&*@!?'\"<>=-]*+[A-Za-z0-9_\x80-\xff.:/\\#-]++[\s'\"]*+")
"""A string that is nothing else names something."""

_THREE: Final = rb'[A-Za-z]{0,2}"""(?:\\.|[^\\])*?"""'
_THREE_SINGLE: Final = rb"|[A-Za-z]{0,2}'''(?:\\.|[^\\])*?'''"
_DOUBLE: Final = rb'"(?:\\[^\n]|[^"\\\n])*"'
_SINGLE: Final = rb"'(?:\\[^\n]|[^'\\\n])*'"
_CHARACTER: Final = rb"'(?:\\[^\n']{1,8}|\\'|[^\\'\n])'"


def _pattern(language: str) -> re.Pattern[bytes]:
    comments = [rb"//[^\n]*", rb"/\*.*?\*/"] if language in _SLASHES else []
    if language in _HASHES:
        comments.append(rb"(?<![$\w{\\])#(?!\{)[^\n]*")
    if language in _DASHES:
        comments += [rb"--\[\[.*?\]\]"] * (language == "lua") + [rb"--[^\n]*"] + [rb"\{-.*?-\}"] * (language == "haskell")
    three = _THREE + _THREE_SINGLE * (language == "python")
    string = _DOUBLE + b"|" + (_SINGLE if language in _QUOTED else _CHARACTER)
    said = b"|".join(comments) or rb"(?!)"
    return re.compile(b"(?P<said>%s)|(?P<three>%s)|(?P<string>%s)|(?P<word>%s)" % (said, three, string, WORD.pattern), re.DOTALL)


_PATTERNS: Final[dict[str, re.Pattern[bytes]]] = {}


def is_prose(language: str) -> bool:
    """Whether the files of a language are for people to read."""
    return language in _PROSE


def names(data: bytes, language: str) -> Iterator[tuple[int, bytes]]:
    """(where, name) of each that code may mean, and of those in strings that are nothing but names, or may hold code."""
    if not language or not language.isidentifier() or language not in _SLASHES | _HASHES | _DASHES:
        yield from ((found.start(), found.group()) for found in WORD.finditer(data))
        return
    pattern = _PATTERNS.get(language)
    if pattern is None:
        pattern = _PATTERNS[language] = _pattern(language)
    for found in pattern.finditer(data):
        group = found.lastgroup
        if group == "word":
            yield found.start(), found.group()
        elif group != "said" and _may_name(found.group(), group == "three" and language in {"python", "elixir"}):
            begin = found.start()
            yield from ((begin + word.start(), word.group()) for word in WORD.finditer(found.group()))


def _may_name(text: bytes, is_documentation: bool) -> bool:
    if is_documentation:
        return text[:1] in b"fF" or text[1:2] in b"fF"
    return bool(_FILLED.search(text) or _TOKEN.fullmatch(text.strip(b"\"'")))
