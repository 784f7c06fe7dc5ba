"""All terms of one file in one pass: every definition, every field.

Not a parser: what a definition is and where it ends is read from `FileFacts`. Python touches each token once (one look-up in a
dictionary); how a token is cut is remembered from file to file (`Dictionary`), and all counting is numpy's.

Invariant: depends on the bytes and the facts only, so equal content gives equal `FileTerms`.
"""

from collections.abc import Iterable, Iterator, Sequence

from lepasserelle.model import Definition, FileFacts, NodeKind
from lepasserelle.terms.blocks import Blocks
from lepasserelle.terms.counting import Bag, counted
from lepasserelle.terms.file_terms import FIELD_COUNT, Field, FileTerms
from lepasserelle.terms.split import SPACED, ascii_tokens, tokens, tokens_of_each

_SCOPE_DEPTH = 4
_DOCUMENTATION_PROBE_CHARS = 24
_DOCUMENTATION_REACH_BYTES = 400
_NAME, _SIGNATURE, _DOCUMENTATION, _BODY, _SCOPE = map(
    int, (Field.NAME, Field.SIGNATURE, Field.DOCUMENTATION, Field.BODY, Field.SCOPE)
)


def collect(data: bytes, facts: FileFacts) -> FileTerms:
    """Terms of every definition in NAME, SIGNATURE, DOCUMENTATION, BODY and SCOPE.

    `data` is the file whose bytes `facts` describes; invalid UTF-8 is replaced, and spans outside of the data are cut to it.
    """
    return collect_all([(data, facts.definitions)])[0]


def collect_all(files: Iterable[tuple[bytes, Sequence[Definition]]]) -> list[FileTerms]:
    """The same of each file, given as its bytes and definitions: what one takes is little beside what asking for it costs."""
    bag = Bag()
    for data, definitions in files:
        blocks = Blocks(data, _stretches(definitions, len(data)))
        _add_bodies(bag, data, blocks)
        _add_words(bag, data, definitions)
        _add_names(bag, definitions)
        bag.end_file(len(definitions), blocks.rows)
    return counted(bag)


def _add_bodies(bag: Bag, data: bytes, blocks: Blocks) -> None:
    """Every stretch of the file goes to the innermost definition around it. Only ASCII is cut as a whole: elsewhere bytes are not
    characters.
    """
    text = data.translate(SPACED).decode("ascii") if data.isascii() else None
    seen, places, sizes = bag.seen, bag.places, bag.sizes
    first, first_block = bag.first, bag.first_block
    for (owner, start, end), block in blocks.pieces():
        if text is not None:
            found = text[start:end].split()
        else:
            piece = data[start:end]
            found = ascii_tokens(piece) if piece.isascii() else tokens(piece.decode("utf-8", "replace"))
        if found:  # as `bag.add`, without a call for each of the stretches, which are as many as all else
            seen += found
            places.append(((first + owner) * FIELD_COUNT + _BODY) * 2)
            if block >= 0:
                bag.blocked.append(len(sizes))
                bag.blocks.append(first_block + block)
            sizes.append(len(found))


def _add_words(bag: Bag, data: bytes, definitions: Sequence[Definition]) -> None:
    """Signatures and documentation, and off the bodies that they were read from."""
    around = _span_parents(definitions)
    signed = [number for number, definition in enumerate(definitions) if definition.signature]
    for number, found in zip(signed, tokens_of_each([definitions[number].signature for number in signed]), strict=True):
        bag.add_twice(number * FIELD_COUNT + _SIGNATURE, number * FIELD_COUNT + _BODY, found, taken_off=1)
    said = [number for number, definition in enumerate(definitions) if definition.documentation]
    for number, found in zip(said, tokens_of_each([definitions[number].documentation for number in said]), strict=True):
        holder = number if _documented_inside(data, definitions[number]) else around[number]
        bag.add_twice(number * FIELD_COUNT + _DOCUMENTATION, holder * FIELD_COUNT + _BODY, found, taken_off=1)


def _add_names(bag: Bag, definitions: Sequence[Definition]) -> None:
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
