"""All terms of one file in one pass: every definition, every field.

Not a parser: what a definition is and where it ends is read from `FileFacts`. Python touches each token once (one look-up in a
dictionary); how a token is cut is remembered from file to file (`Dictionary`), and all counting is numpy's.

Invariant: depends on the bytes and the facts only, so equal content gives equal `FileTerms`.
"""

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import compress

import numpy as np
from numpy.typing import NDArray

from lepasserelle.model import Definition, FileFacts, NodeKind
from lepasserelle.terms.blocks import BLOCK_TERM, Blocks, Row, packed_blocks
from lepasserelle.terms.dictionary import Dictionary
from lepasserelle.terms.file_terms import FIELD_COUNT, ROW, Field, FileTerms
from lepasserelle.terms.split import AFTER_WHOLE, SPACED, ascii_tokens, tokens

_SCOPE_DEPTH = 4
_DOCUMENTATION_PROBE_CHARS = 24
_DOCUMENTATION_REACH_BYTES = 400
_MAX_COUNT = 0xFFFF
_BODY = int(Field.BODY)
_WITHOUT_STOP_WORDS = np.isin(np.arange(FIELD_COUNT), (Field.BODY, Field.DOCUMENTATION))


def collect(data: bytes, facts: FileFacts) -> FileTerms:
    """Terms of every definition in NAME, SIGNATURE, DOCUMENTATION, BODY and SCOPE.

    `data` is the file whose bytes `facts` describes; invalid UTF-8 is replaced, and spans outside of the data are cut to it.
    """
    bag = _Bag()
    definitions = facts.definitions
    blocks = Blocks(data, _stretches(definitions, len(data)))
    _add_bodies(bag, data, blocks)
    _add_words(bag, data, definitions)
    _add_names(bag, definitions)
    return _counted(bag, blocks) if bag.seen else FileTerms((), b"")


class _Bag:
    """Tokens with where they were seen: `sizes[i]` of them, one after the other, at `places[i]`; those of body
    `blocked[j]` stand in the block `blocks[j]`.
    """

    __slots__ = ("blocked", "blocks", "places", "seen", "sizes")

    def __init__(self) -> None:
        self.seen: list[str] = []
        self.places: list[int] = []
        self.sizes: list[int] = []
        self.blocked: list[int] = []
        self.blocks: list[int] = []

    def add(self, definition: int, field: int, found: Sequence[str], taken_off: int = 0) -> None:
        """`taken_off`: 1 where the tokens are subtracted."""
        if found:
            self.seen += found
            self.places.append((definition * FIELD_COUNT + field) * 2 + taken_off)
            self.sizes.append(len(found))


def _add_bodies(bag: _Bag, data: bytes, blocks: Blocks) -> None:
    """Every stretch of the file goes to the innermost definition around it. Only ASCII is cut as a whole: elsewhere bytes are not
    characters.
    """
    text = data.translate(SPACED).decode("ascii") if data.isascii() else None
    seen, places, sizes = bag.seen, bag.places, bag.sizes
    for (owner, start, end), block in blocks.pieces():
        if text is not None:
            found = text[start:end].split()
        else:
            piece = data[start:end]
            found = ascii_tokens(piece) if piece.isascii() else tokens(piece.decode("utf-8", "replace"))
        if found:  # as `bag.add`, without a call for each of the stretches, which are as many as all else
            seen += found
            places.append((owner * FIELD_COUNT + _BODY) * 2)
            if block >= 0:
                bag.blocked.append(len(sizes))
                bag.blocks.append(block)
            sizes.append(len(found))


def _add_words(bag: _Bag, data: bytes, definitions: Sequence[Definition]) -> None:
    """Signatures and documentation, and off the bodies that they were read from."""
    around = _span_parents(definitions)
    for number, definition in enumerate(definitions):
        if definition.signature:
            found = tokens(definition.signature)
            bag.add(number, Field.SIGNATURE, found)
            bag.add(number, Field.BODY, found, taken_off=1)
        if definition.documentation:
            found = tokens(definition.documentation)
            bag.add(number, Field.DOCUMENTATION, found)
            bag.add(number if _documented_inside(data, definition) else around[number], Field.BODY, found, taken_off=1)


def _add_names(bag: _Bag, definitions: Sequence[Definition]) -> None:
    """Names of the definitions, also in the body of their parent, and the names around them."""
    names = [[] if definition.kind == NodeKind.LAMBDA else tokens(definition.name) for definition in definitions]
    scopes: dict[int, list[str]] = {}
    for number, definition in enumerate(definitions):
        if definition.receiver:
            bag.add(number, Field.SCOPE, tokens(definition.receiver))
        bag.add(number, Field.NAME, names[number])
        parent = definition.parent
        if parent >= 0:
            bag.add(parent, Field.BODY, names[number])
        if parent > 0:
            if parent not in scopes:
                scopes[parent] = _scope(definitions, names, parent)
            bag.add(number, Field.SCOPE, scopes[parent])


def _scope(definitions: Sequence[Definition], names: list[list[str]], parent: int) -> list[str]:
    """Names of a definition and of what is around it, not of the file."""
    found: list[str] = []
    for _ in range(_SCOPE_DEPTH):
        if parent <= 0:
            break
        found += names[parent]
        parent = definitions[parent].parent
    return found


def _documented_inside(data: bytes, definition: Definition) -> bool:
    """Whether the documentation is a docstring, inside the span, and not a comment before it."""
    first_line = definition.documentation.split("\n", 1)[0][:_DOCUMENTATION_PROBE_CHARS]
    start = definition.start_byte
    reach = max(definition.body_byte, start) + _DOCUMENTATION_REACH_BYTES
    return data.find(first_line.encode("utf-8", "replace"), start, min(reach, definition.end_byte)) >= 0


def _span_parents(definitions: Sequence[Definition]) -> list[int]:
    """For each definition the innermost one whose span holds it; 0 for the file itself."""
    parents: list[int] = []
    stack: list[int] = []
    for number, definition in enumerate(definitions):
        while stack and definitions[stack[-1]].end_byte <= definition.start_byte:
            stack.pop()
        parents.append(stack[-1] if stack else 0)
        stack.append(number)
    return parents


def _stretches(definitions: Sequence[Definition], size: int) -> Iterator[tuple[int, int, int]]:
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


def _counted(bag: _Bag, blocks: Blocks) -> FileTerms:
    """Sums equal (definition, field, term), drops what is not left and function words of texts, and numbers the words left."""
    dictionary = Dictionary.current()
    terms, spread = dictionary.cut(bag.seen)
    words = _sorted_words(dictionary, terms)
    size = max(1, len(words))
    rank = np.empty(len(dictionary.words), dtype=np.int64)
    rank[words] = np.arange(len(words))
    places = np.repeat(np.repeat(np.array(bag.places, dtype=np.int64), bag.sizes), spread)
    ranks = rank[terms]
    signed = ((places >> 1) * size + ranks) * 2 + (places & 1)
    signed.sort()
    keys = signed >> 1
    firsts = np.flatnonzero(np.diff(keys, prepend=-1))
    if not firsts.size:
        return FileTerms((), b"")
    counts = np.add.reduceat(1 - 2 * (signed & 1), firsts)
    place, term = np.divmod(keys[firsts], size)
    stops = dictionary.are_stop_words(words)
    kept = (counts > 0) & ~(stops[term] & _WITHOUT_STOP_WORDS[place % FIELD_COUNT])
    found, renumbered = _packed([dictionary.words[word] for word in words.tolist()], place[kept], term[kept], counts[kept])
    if not bag.blocked:
        return found
    renumbered[stops] = -1
    renumbered[_wholes_and_numerals(found.vocabulary, renumbered)] = -1
    return _with_blocks(found, blocks.rows, *_block_counts(bag, spread, renumbered[ranks]))


def _wholes_and_numerals(vocabulary: Sequence[str], renumbered: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which words are whole identifiers or begin with a digit: they stand together in a vocabulary."""
    low, high = bisect_left(vocabulary, "0"), bisect_left(vocabulary, AFTER_WHOLE)
    found: NDArray[np.bool_] = (renumbered >= low) & (renumbered < high)
    return found


def _block_counts(
    bag: _Bag, spread: NDArray[np.int32], terms: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(block, term, count), ascending, of the terms that have a number here and stand in a block."""
    entries = bag.blocked[-1] + 1
    blocks = np.full(entries, -1, dtype=np.int64)
    blocks[bag.blocked] = bag.blocks
    of_tokens = np.repeat(blocks, bag.sizes[:entries])
    block = np.repeat(of_tokens, spread[: len(of_tokens)])
    term = terms[: len(block)]
    kept = (block >= 0) & (term >= 0)
    width = int(term.max(initial=0)) + 1
    keys = block[kept] * width + term[kept]
    keys.sort()
    firsts = np.flatnonzero(np.diff(keys, prepend=-1))
    return *np.divmod(keys[firsts], width), np.diff(firsts, append=len(keys))


def _with_blocks(
    found: FileTerms, blocks: list[Row], block: NDArray[np.int64], term: NDArray[np.int64], count: NDArray[np.int64]
) -> FileTerms:
    table, number = packed_blocks(blocks)
    rows = np.empty(len(block), dtype=BLOCK_TERM)
    rows["block"], rows["term"], rows["count"] = number[block], term, np.minimum(count, _MAX_COUNT)
    rows = rows[np.argsort(rows["block"], kind="stable")]
    return FileTerms(found.vocabulary, found.postings, table.tobytes(), rows.tobytes())


def _sorted_words(dictionary: Dictionary, terms: NDArray[np.int32]) -> NDArray[np.int64]:
    """The distinct term numbers in the order of their words."""
    seen = np.zeros(len(dictionary.words), dtype=bool)
    seen[terms] = True
    return np.array(sorted(np.flatnonzero(seen).tolist(), key=dictionary.words.__getitem__), dtype=np.int64)


def _packed(
    words: list[str], place: NDArray[np.int64], term: NDArray[np.int64], counts: NDArray[np.int64]
) -> tuple[FileTerms, NDArray[np.int64]]:
    """The terms, and the number of each word in their vocabulary; -1 where it is not."""
    used = np.zeros(len(words), dtype=bool)
    used[term] = True
    renumbered = np.cumsum(used) - 1
    rows = np.empty(len(place), dtype=ROW)
    rows["definition"] = place // FIELD_COUNT
    rows["field"] = place % FIELD_COUNT
    rows["term"] = renumbered[term]
    rows["count"] = np.minimum(counts, _MAX_COUNT)
    found = FileTerms(tuple(compress(words, used.tolist())), rows.tobytes())
    return found, np.where(used, renumbered, -1)
