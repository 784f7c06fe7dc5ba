"""All terms of one file in one pass: every definition, every field.

Not a parser: what a definition is and where it ends is read from `FileFacts`. Python touches each token once (a regular
expression and a dictionary); cutting into sub-terms is remembered per identifier, and all counting is numpy's.

Invariant: depends on the bytes and the facts only, so equal content gives equal `FileTerms`.
"""

from collections.abc import Callable, Iterable, Iterator

import numpy as np
from numpy.typing import NDArray

from lepasserelle.model import Definition, FileFacts, NodeKind
from lepasserelle.terms.file_terms import FIELD_COUNT, ROW, Field, FileTerms
from lepasserelle.terms.split import TOKEN, pieces
from lepasserelle.terms.stem import STOP_WORDS

_SCOPE_DEPTH = 4
_DOCUMENTATION_PROBE_CHARS = 24
_DOCUMENTATION_REACH_BYTES = 400
_MAX_COUNT = 0xFFFF
_WITHOUT_STOP_WORDS = (Field.BODY, Field.DOCUMENTATION)


def collect(data: bytes, facts: FileFacts) -> FileTerms:
    """Terms of every definition in NAME, SIGNATURE, DOCUMENTATION, BODY and SCOPE.

    `data` is the file whose bytes `facts` describes; invalid UTF-8 is replaced, and spans outside of the data are cut to it.
    """
    bag = _Bag()
    definitions = facts.definitions
    for owner, tokens in _body_segments(data, definitions):
        bag.add(owner, Field.BODY, tokens)
    around = _span_parents(definitions)
    for number, definition in enumerate(definitions):
        _add_words(bag, data, number, definition, around[number])
        _add_names(bag, definitions, number)
    return bag.file_terms()


def _add_words(bag: "_Bag", data: bytes, number: int, definition: Definition, around: int) -> None:
    """Signature and documentation, and off the body that they were read from."""
    if definition.signature:
        tokens = TOKEN.findall(definition.signature)
        bag.add(number, Field.SIGNATURE, tokens)
        bag.add(number, Field.BODY, tokens, sign=-1)
    if definition.documentation:
        tokens = TOKEN.findall(definition.documentation)
        bag.add(number, Field.DOCUMENTATION, tokens)
        bag.add(number if _documented_inside(data, definition) else around, Field.BODY, tokens, sign=-1)


def _add_names(bag: "_Bag", definitions: tuple[Definition, ...], number: int) -> None:
    definition = definitions[number]
    if definition.receiver:
        bag.add(number, Field.SCOPE, TOKEN.findall(definition.receiver))
    if definition.kind == NodeKind.LAMBDA or not definition.name:
        name: list[str] = []
    else:
        name = TOKEN.findall(definition.name)
        bag.add(number, Field.NAME, name)
    parent, depth = definition.parent, 0
    if parent >= 0:
        bag.add(parent, Field.BODY, name)
    while parent > 0 and depth < _SCOPE_DEPTH:
        above = definitions[parent]
        if above.kind != NodeKind.LAMBDA:
            bag.add(number, Field.SCOPE, TOKEN.findall(above.name))
        parent, depth = above.parent, depth + 1


def _documented_inside(data: bytes, definition: Definition) -> bool:
    """Whether the documentation is a docstring, inside the span, and not a comment before it."""
    first_line = definition.documentation.split("\n", 1)[0][:_DOCUMENTATION_PROBE_CHARS]
    start = definition.start_byte
    reach = max(definition.body_byte, start) + _DOCUMENTATION_REACH_BYTES
    return data.find(first_line.encode("utf-8", "replace"), start, min(reach, definition.end_byte)) >= 0


def _span_parents(definitions: tuple[Definition, ...]) -> list[int]:
    """For each definition the innermost one whose span holds it; 0 for the file itself."""
    parents: list[int] = []
    stack: list[int] = []
    for number, definition in enumerate(definitions):
        while stack and definitions[stack[-1]].end_byte <= definition.start_byte:
            stack.pop()
        parents.append(stack[-1] if stack else 0)
        stack.append(number)
    return parents


def _body_segments(data: bytes, definitions: tuple[Definition, ...]) -> Iterator[tuple[int, list[str]]]:
    """(definition, its tokens) for every stretch of the file that belongs to it and to no definition nested in it."""
    tokens_between = _tokeniser(data)
    for owner, start, end in _stretches(definitions, len(data)):
        tokens = tokens_between(start, end)
        if tokens:
            yield owner, tokens


def _tokeniser(data: bytes) -> Callable[[int, int], list[str]]:
    """(start byte, end byte) → tokens. An ASCII file is decoded once; else each stretch is, because bytes are not characters."""
    if data.isascii():
        text = data.decode("ascii")
        return lambda start, end: TOKEN.findall(text, start, end)
    return lambda start, end: TOKEN.findall(data[start:end].decode("utf-8", "replace"))


def _stretches(definitions: tuple[Definition, ...], size: int) -> Iterator[tuple[int, int, int]]:
    """Cuts [0, size) at every start and end of a definition; each piece goes to the innermost one. Spans that overlap without
    nesting are cut where the next one begins.
    """
    stack: list[tuple[int, int]] = []
    at = 0
    for number, definition in enumerate(definitions):
        while stack and stack[-1][1] <= definition.start_byte:
            owner, end = stack.pop()
            if end > at:
                yield owner, at, end
                at = end
        start = min(definition.start_byte, size)
        if stack and start > at:
            yield stack[-1][0], at, start
        at = max(at, start)
        stack.append((number, min(definition.end_byte, size)))
    while stack:
        owner, end = stack.pop()
        if end > at:
            yield owner, at, end
            at = end


class _TokenNumbers(dict[str, int]):
    """Token → its number in order of first sight."""

    def __missing__(self, token: str) -> int:
        number = self[token] = len(self)
        return number


class _Bag:
    """Tokens with where they were seen, counted at the end all at once."""

    def __init__(self) -> None:
        self._numbers = _TokenNumbers()
        self._seen: list[int] = []
        self._groups: list[tuple[int, int, int]] = []

    def add(self, definition: int, field: Field, tokens: Iterable[str], sign: int = 1) -> None:
        before = len(self._seen)
        self._seen.extend(map(self._numbers.__getitem__, tokens))
        if len(self._seen) > before:
            self._groups.append((definition * FIELD_COUNT + field, sign, len(self._seen) - before))

    def file_terms(self) -> FileTerms:
        if not self._seen:
            return FileTerms((), b"")
        vocabulary, table, starts, lengths = self._piece_table()
        groups = np.array(self._groups, dtype=np.int64)
        tokens = np.array(self._seen, dtype=np.int64)
        places = np.repeat(groups[:, 0], groups[:, 2])
        signs = np.repeat(groups[:, 1], groups[:, 2])
        spread = lengths[tokens]
        places, signs = np.repeat(places, spread), np.repeat(signs, spread)
        terms = table[_ranges(starts[tokens], spread)]
        return _counted(vocabulary, places, terms, signs)

    def _piece_table(self) -> tuple[list[str], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
        """Vocabulary, and each token's terms as a slice of one array."""
        vocabulary = _TokenNumbers()
        table: list[int] = []
        lengths: list[int] = []
        for token in self._numbers:
            cut = pieces(token)
            table.extend(map(vocabulary.__getitem__, cut))
            lengths.append(len(cut))
        counts = np.array(lengths, dtype=np.int64)
        return list(vocabulary), np.array(table, dtype=np.int64), np.cumsum(counts) - counts, counts


def _ranges(starts: NDArray[np.int64], lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    """start, start+1, … for each (start, length), one after the other."""
    ends = np.cumsum(lengths)
    total = int(ends[-1]) if ends.size else 0
    within: NDArray[np.int64] = np.arange(total, dtype=np.int64) + np.repeat(starts - (ends - lengths), lengths)
    return within


def _counted(words: list[str], places: NDArray[np.int64], terms: NDArray[np.int64], signs: NDArray[np.int64]) -> FileTerms:
    """Sums equal (definition, field, term), drops what is not left, and renumbers the vocabulary to what is used, sorted."""
    size = max(1, len(words))
    keys = places * size + terms
    order = np.argsort(keys, kind="stable")
    keys = keys[order]
    if not keys.size:
        return FileTerms((), b"")
    firsts = np.flatnonzero(np.diff(keys, prepend=-1))
    counts = np.add.reduceat(signs[order], firsts)
    keys = keys[firsts]
    stop = np.array([word in STOP_WORDS for word in words], dtype=bool)
    fields = (keys // size) % FIELD_COUNT
    kept = (counts > 0) & ~(stop[keys % size] & np.isin(fields, _WITHOUT_STOP_WORDS))
    return _packed(words, keys[kept], counts[kept], size)


def _packed(words: list[str], keys: NDArray[np.int64], counts: NDArray[np.int64], size: int) -> FileTerms:
    used = np.unique(keys % size)
    by_word = sorted(range(len(used)), key=lambda i: words[used[i]])
    renumbered = np.zeros(size, dtype=np.int64)
    renumbered[used[by_word]] = np.arange(len(by_word))
    rows = np.empty(len(keys), dtype=ROW)
    rows["definition"] = keys // size // FIELD_COUNT
    rows["field"] = (keys // size) % FIELD_COUNT
    rows["term"] = renumbered[keys % size]
    rows["count"] = np.minimum(counts, _MAX_COUNT)
    rows = rows[np.lexsort((rows["term"], rows["field"], rows["definition"]))]
    return FileTerms(tuple(words[used[i]] for i in by_word), rows.tobytes())
