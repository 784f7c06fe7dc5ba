"""Reads a question: is it the name of something, a path, or a sentence, and what does it ask for besides its words.

Not retrieval: it sees the text only. Invariant: pure; bounded by `MAX_QUERY_CHARS` whatever is given.
"""

import re
import unicodedata
from enum import Enum

import msgspec

from lepasserelle.errors import QueryError
from lepasserelle.model import MOST_QUESTION_CHARS, NodeKind
from lepasserelle.terms import STOP_WORDS, TOKEN, QueryTerm, query_terms

MAX_QUERY_CHARS = MOST_QUESTION_CHARS

_SYMBOL = re.compile(r"[@$#]?[^\W\d]\w*(?:(?:\.|::|->|#)[^\W\d]\w*)*(?:\(\))?[?!]?")
_PATH = re.compile(r"[\w.@+-]+(?:/[\w.@+-]+)+/?|[\w-]+\.[A-Za-z][A-Za-z0-9]{0,4}")
_QUOTED = re.compile(r"`([^`]+)`|\"([^\"]+)\"|'([^']+)'|“([^”]+)”")
_WORD = re.compile(r"[^\W\d]\w*(?:(?:\.|::|->)[^\W\d]\w*)*(?:\(\))?|\w+")
"""A word, or several in a chain. Each match consumes what it read, so that the time is linear."""
_LIKE_CODE = re.compile(r"\.|::|->|\(\)|[^\W_]_+[^\W_]|\A__\w+__\Z|[a-z0-9][A-Z]|\A[A-Z]{2,}[a-z]\w")
_MANY_NAMES = 16
"""So many words of a question are looked up as names; a question that has more is a pasted text."""
_SUFFIXES = (
    "py pyi js mjs cjs jsx ts mts cts tsx java go rs c h cc cpp cxx hpp cs rb php sh bash kt kts swift scala lua ex exs hs zig "
    "md toml yaml yml json sql txt rst css html"
)
_SOURCE_SUFFIXES = frozenset(_SUFFIXES.split())

KIND_WORDS: dict[str, frozenset[NodeKind]] = {
    "class": frozenset({NodeKind.CLASS, NodeKind.STRUCT, NodeKind.INTERFACE}),
    "interface": frozenset({NodeKind.INTERFACE, NodeKind.TYPE}),
    "type": frozenset({NodeKind.TYPE, NodeKind.INTERFACE, NodeKind.CLASS, NodeKind.ENUM}),
    "struct": frozenset({NodeKind.STRUCT}),
    "enum": frozenset({NodeKind.ENUM}),
    "function": frozenset({NodeKind.FUNCTION, NodeKind.METHOD}),
    "method": frozenset({NodeKind.METHOD, NodeKind.FUNCTION}),
    "constructor": frozenset({NodeKind.CONSTRUCTOR}),
    "macro": frozenset({NodeKind.MACRO}),
    "constant": frozenset({NodeKind.CONSTANT, NodeKind.VARIABLE}),
    "variable": frozenset({NodeKind.VARIABLE, NodeKind.CONSTANT}),
    "module": frozenset({NodeKind.MODULE, NodeKind.NAMESPACE}),
    "file": frozenset({NodeKind.MODULE}),
}
_BEFORE_A_KIND = frozenset(["a", "an", "the", "which", "what", "where", "find", "show", "me", "is", "are", "list", "get", "all"])
_MADE_OF = frozenset({"of"})
_DESCRIBING = frozenset(
    {"that", "which", "to", "for", "called", "named", "whose", "where", "who", "responsible", "used", "doing", "handling"}
)
_SIGNS = ". Signs alone are found as they stand by mode `literal` (`leindex grep`)"
_TEST_WORDS = frozenset(
    {"test", "tests", "unittest", "unittests", "testcase", "pytest", "spec", "specs", "fixture", "fixtures", "mock", "mocks"}
)
_SECONDARY_WORDS = frozenset(
    {
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "generated",
        "vendored",
        "benchmark",
        "benchmarks",
        "bundle",
        "umd",
        "iife",
        "cdn",
    }
)
_PROSE_WORDS = frozenset({"doc", "docs", "documentation", "readme", "guide", "tutorial", "changelog", "markdown", "configuration"})
_ERROR_WORDS = frozenset(
    {
        "error",
        "errors",
        "exception",
        "exceptions",
        "warning",
        "warnings",
        "failure",
        "failures",
        "fails",
        "raised",
        "raises",
        "invalid",
    }
)


class Shape(Enum):
    """What a question looks like."""

    SYMBOL = "symbol"
    PATH = "path"
    SENTENCE = "sentence"


class Question(msgspec.Struct, frozen=True):
    """A question, understood."""

    text: str
    shape: Shape
    terms: tuple[QueryTerm, ...]
    names: tuple[str, ...]
    """What may be the name of a definition, in dots, surest first."""
    wants_kinds: frozenset[NodeKind] = frozenset()
    """Of every word that is also a word for a kind: counted, since even a plain one says more often than not what is meant."""
    asked_kinds: frozenset[NodeKind] = frozenset()
    """Those of them that are asked for: `class that …`, `class Cart`, `cart class`, and not `class of service`."""
    wants_tests: bool = False
    wants_secondary: bool = False
    wants_prose: bool = False
    wants_errors: bool = False


def understand(query: str) -> Question:
    """Reads a question. `QueryError` when it holds no letter and no digit."""
    text = _read(query)
    terms = query_terms(text)
    shape = _shape(text)
    names = _names(text, shape)
    if not terms and not names:
        names = tuple(dict.fromkeys(TOKEN.findall(text)))[:_MANY_NAMES]
    words = [word.lower() for word in TOKEN.findall(text)]
    return Question(
        text=text,
        shape=shape,
        terms=terms,
        names=names,
        wants_kinds=frozenset().union(*(KIND_WORDS.get(word, frozenset()) for word in words)) if len(words) > 1 else frozenset(),
        asked_kinds=_asked_kinds(words) if len(words) > 1 else frozenset(),
        wants_tests=not _TEST_WORDS.isdisjoint(words),
        wants_secondary=not _SECONDARY_WORDS.isdisjoint(words),
        wants_prose=not _PROSE_WORDS.isdisjoint(words),
        wants_errors=shape is not Shape.SENTENCE or not _ERROR_WORDS.isdisjoint(words),
    )


def _asked_kinds(words: list[str]) -> frozenset[NodeKind]:
    """Kinds whose word begins the question or a description, or ends it."""
    begin = next((at for at, word in enumerate(words) if word not in _BEFORE_A_KIND), 0)
    asked: set[NodeKind] = set()
    for at, word in enumerate(words):
        behind = words[at + 1] if at + 1 < len(words) else ""
        is_subject = at == begin and behind not in _MADE_OF
        if word in KIND_WORDS and (is_subject or not behind or behind in _DESCRIBING):
            asked |= KIND_WORDS[word]
    return frozenset(asked)


def _read(query: str) -> str:
    """What is read of a question: its first `MAX_QUERY_CHARS`, from its first word on when that comes later."""
    first = TOKEN.search(query)
    if first is None:
        said, signs = ("holds no word", _SIGNS) if query.strip() else ("is empty", "")
        raise QueryError(f"the query {said}: give a name, a path or a few words, with a letter or a digit{signs}")
    start = first.start() if first.start() >= MAX_QUERY_CHARS else 0
    read = " ".join(query[start : start + MAX_QUERY_CHARS].split())
    return read if read.isascii() else unicodedata.normalize("NFC", read)[:MAX_QUERY_CHARS]


def _shape(text: str) -> Shape:
    bare = _unquoted(text)
    if _PATH.fullmatch(bare.removeprefix("./")) and ("/" in bare or bare.rpartition(".")[2].lower() in _SOURCE_SUFFIXES):
        return Shape.PATH
    if _SYMBOL.fullmatch(bare):
        return Shape.SYMBOL
    return Shape.SENTENCE


def _unquoted(text: str) -> str:
    quoted = _QUOTED.fullmatch(text)
    return next(part for part in quoted.groups() if part) if quoted else text


def _names(text: str, shape: Shape) -> tuple[str, ...]:
    """The whole question when it is a symbol; in a sentence what is quoted or spelled like code, then plain capitalised words."""
    if shape is Shape.PATH:
        return ()
    if shape is Shape.SYMBOL:
        return _encodings(dotted(_unquoted(text)))
    quoted = [next(part for part in found.groups() if part) for found in _QUOTED.finditer(text)]
    named = [part for part in quoted if _SYMBOL.fullmatch(part)]
    coded = [word for word in _WORD.findall(text) if _LIKE_CODE.search(word)]
    words = text.split()
    if len(words) == 2:
        named.extend(
            word for word in words if _SYMBOL.fullmatch(word) and word.lower() not in STOP_WORDS and word.lower() not in KIND_WORDS
        )
    found = (encoding for name in (*named, *coded) for encoding in _encodings(dotted(name)))
    return tuple(dict.fromkeys(found))[:_MANY_NAMES]


def _encodings(name: str) -> tuple[str, ...]:
    """A name as it is composed here, and as sources may have it: decomposed, or without compatibility forms."""
    if name.isascii():
        return (name,)
    return tuple(dict.fromkeys((name, *(unicodedata.normalize(form, name) for form in ("NFD", "NFKC")))))


def dotted(name: str) -> str:
    """A name as any language writes it, in dots: `A::b()`, `A#b` and `A->b` are `A.b`."""
    return re.sub(r"::|->|#", ".", name).lstrip("@$.").removesuffix("()")
