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
from lepasserelle.terms.split import AFTER_WHOLE, SPACED, ascii_tokens, tokens, tokens_of_each

_SCOPE_DEPTH = 4
_DOCUMENTATION_PROBE_CHARS = 24
_DOCUMENTATION_REACH_BYTES = 400
_MAX_COUNT = 0xFFFF
_NARROW = 1 << 31
_NAME, _SIGNATURE, _DOCUMENTATION, _BODY, _SCOPE = map(
    int, (Field.NAME, Field.SIGNATURE, Field.DOCUMENTATION, Field.BODY, Field.SCOPE)
)
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

    def add(self, place: int, found: Sequence[str]) -> None:
        """Tokens at (definition · `FIELD_COUNT` + field)."""
        if found:
            self.seen += found
            self.places.append(place * 2)
            self.sizes.append(len(found))

    def add_twice(self, place: int, other: int, found: Sequence[str], taken_off: int = 0) -> None:
        """Tokens at two places; `taken_off`: 1 where they are subtracted from the other one."""
        if found:
            self.seen += found
            self.seen += found
            self.places += (place * 2, other * 2 + taken_off)
            size = len(found)
            self.sizes += (size, size)


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
    signed = [number for number, definition in enumerate(definitions) if definition.signature]
    for number, found in zip(signed, tokens_of_each([definitions[number].signature for number in signed]), strict=True):
        bag.add_twice(number * FIELD_COUNT + _SIGNATURE, number * FIELD_COUNT + _BODY, found, taken_off=1)
    said = [number for number, definition in enumerate(definitions) if definition.documentation]
    for number, found in zip(said, tokens_of_each([definitions[number].documentation for number in said]), strict=True):
        holder = number if _documented_inside(data, definitions[number]) else around[number]
        bag.add_twice(number * FIELD_COUNT + _DOCUMENTATION, holder * FIELD_COUNT + _BODY, found, taken_off=1)


def _add_names(bag: _Bag, definitions: Sequence[Definition]) -> None:
    """Names of the definitions, also in the body of their parent, and the names around them."""
    names = [_name_tokens(definition) for definition in definitions]
    scopes: dict[int, list[str]] = {}
    for number, definition in enumerate(definitions):
        if definition.receiver:
            bag.add(number * FIELD_COUNT + _SCOPE, tokens(definition.receiver))
        parent = definition.parent
        if parent >= 0:
            bag.add_twice(number * FIELD_COUNT + _NAME, parent * FIELD_COUNT + _BODY, names[number])
        else:
            bag.add(number * FIELD_COUNT + _NAME, names[number])
        if parent > 0:
            if parent not in scopes:
                scopes[parent] = _scope(definitions, names, parent)
            bag.add(number * FIELD_COUNT + _SCOPE, scopes[parent])


def _name_tokens(definition: Definition) -> list[str]:
    name = definition.name
    if definition.kind == NodeKind.LAMBDA:
        return []
    return [name] if name.isascii() and name.isidentifier() else tokens(name)  # most are one token as they stand


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
    if not words.size:
        return FileTerms((), b"")
    sizes = _spread_sizes(bag.sizes, spread)
    place, term, counts = _summed(_signed(bag.places, sizes, words, terms, len(dictionary.words)), len(words))
    stops = dictionary.are_stop_words(words)
    definition = place // FIELD_COUNT
    field = place - definition * FIELD_COUNT
    kept = (counts > 0) & ~(stops[term] & _WITHOUT_STOP_WORDS[field])
    rows = np.empty(int(np.count_nonzero(kept)), dtype=ROW)
    rows["definition"], rows["field"] = definition[kept], field[kept]
    rows["count"] = np.minimum(counts[kept], _MAX_COUNT)
    found, renumbered = _packed([dictionary.words[word] for word in words.tolist()], rows, term[kept])
    if not bag.blocked:
        return found
    renumbered[stops] = -1
    renumbered[_wholes_and_numerals(found.vocabulary, renumbered)] = -1
    numbers = np.empty(len(dictionary.words), dtype=np.int64)
    numbers[words] = renumbered
    return _with_blocks(found, blocks.rows, *_block_counts(bag, sizes, numbers[terms]))


def _spread_sizes(sizes: list[int], spread: NDArray[np.intp]) -> NDArray[np.int64]:
    """How many terms stand at each place."""
    ends = np.cumsum(sizes)
    return np.add.reduceat(spread, ends - np.array(sizes, dtype=ends.dtype), dtype=np.int64)


def _signed(
    places: list[int], sizes: NDArray[np.int64], words: NDArray[np.intp], terms: NDArray[np.intp], known: int
) -> NDArray[np.signedinteger]:
    """(place · number of words + rank of the word) · 2, and 1 more where it is subtracted, of every term that was seen. Half as
    wide where it suffices, which is nearly always: most of the time here goes with the bytes.
    """
    at = np.array(places, dtype=np.int64)
    width = np.int32 if (int(at.max()) + 2) * len(words) < _NARROW else np.int64
    rank = np.empty(known, dtype=width)
    rank[words] = np.arange(0, 2 * len(words), 2, dtype=width)
    signed = np.repeat(((at >> 1) * (2 * len(words)) + (at & 1)).astype(width), sizes)
    signed += rank[terms]
    return signed


def _summed(
    signed: NDArray[np.signedinteger], words: int
) -> tuple[NDArray[np.signedinteger], NDArray[np.signedinteger], NDArray[np.signedinteger]]:
    """(place, rank of the word, how often), each pair once and ascending; uses up what it is given."""
    signed.sort()
    keys = signed >> 1
    firsts = _firsts(keys)
    signed &= 1
    signed *= -2
    signed += 1
    found = keys[firsts]
    place = found // words
    return place, found - place * words, np.add.reduceat(signed, firsts)


def _firsts(keys: NDArray[np.signedinteger]) -> NDArray[np.intp]:
    """Where another one begins, of keys that ascend."""
    is_first = np.empty(len(keys), dtype=np.bool_)
    is_first[:1] = True
    np.not_equal(keys[1:], keys[:-1], out=is_first[1:])
    return np.flatnonzero(is_first)


def _wholes_and_numerals(vocabulary: Sequence[str], renumbered: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Which words are whole identifiers or begin with a digit: they stand together in a vocabulary."""
    low, high = bisect_left(vocabulary, "0"), bisect_left(vocabulary, AFTER_WHOLE)
    found: NDArray[np.bool_] = (renumbered >= low) & (renumbered < high)
    return found


def _block_counts(
    bag: _Bag, sizes: NDArray[np.int64], terms: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """(block, term, count), ascending, of the terms that have a number here and stand in a block."""
    entries = bag.blocked[-1] + 1
    blocks = np.full(entries, -1, dtype=np.int64)
    blocks[bag.blocked] = bag.blocks
    block = np.repeat(blocks, sizes[:entries])
    term = terms[: len(block)]
    kept = (block >= 0) & (term >= 0)
    width = int(term.max(initial=0)) + 1
    keys = block[kept] * width + term[kept]
    keys.sort()
    firsts = _firsts(keys)
    found = keys[firsts]
    place = found // width
    return place, found - place * width, np.diff(firsts, append=len(keys))


def _with_blocks(
    found: FileTerms, blocks: list[Row], block: NDArray[np.int64], term: NDArray[np.int64], count: NDArray[np.int64]
) -> FileTerms:
    table, number = packed_blocks(blocks)
    rows = np.empty(len(block), dtype=BLOCK_TERM)
    rows["block"], rows["term"], rows["count"] = number[block], term, np.minimum(count, _MAX_COUNT)
    rows = rows[np.argsort(rows["block"], kind="stable")]
    return FileTerms(found.vocabulary, found.postings, table.tobytes(), rows.tobytes())


def _sorted_words(dictionary: Dictionary, terms: NDArray[np.intp]) -> NDArray[np.intp]:
    """The distinct term numbers in the order of their words."""
    seen = np.zeros(len(dictionary.words), dtype=bool)
    seen[terms] = True
    return dictionary.ascending(np.flatnonzero(seen))


def _packed(words: list[str], rows: NDArray[np.void], term: NDArray[np.signedinteger]) -> tuple[FileTerms, NDArray[np.int64]]:
    """The terms, and the number of each word in their vocabulary; -1 where it is not. `rows` lack their terms as yet."""
    used = np.zeros(len(words), dtype=bool)
    used[term] = True
    renumbered = np.cumsum(used) - 1
    rows["term"] = renumbered[term]
    found = FileTerms(tuple(compress(words, used.tolist())), rows.tobytes())
    return found, np.where(used, renumbered, -1)
