"""Text to tree, in bounded work: some damaged texts keep a grammar's error recovery busy for ever.

Known for TypeScript and TSX (`<a {{b:>c:d(e f)`), possible for any grammar. The parser says how far it is every hundred steps;
one that gets no further is stopped. The bound counts steps and not time, so that the outcome depends on the bytes alone.
"""

from tree_sitter import Parser, Tree

STANDSTILL = 1_000
"""Hundreds of steps without a byte of progress after which a parse is stopped; ..."""

STANDSTILL_SHARE = 20
"""... and one more for every so many bytes. Real code, damaged at random, needed 430, and one for every hundred bytes."""

_CHUNK_BYTES = 4_096
"""The parser asks for the text in pieces."""

_LOOK_BYTES = 64
"""The tree asks again for the text of each node that a predicate looks at, mostly a word; the binding copies and counts through
all that it is given: with whole pieces that took a tenth of a second for Django."""


def tree_of(parser: Parser, text: bytes) -> Tree | None:
    """The tree of a text; None when the parser gets no further."""
    reached = -1
    standing = 0
    most = STANDSTILL + len(text) // STANDSTILL_SHARE

    def stands_still(position: int, _has_error: bool) -> bool:
        nonlocal reached, standing
        if position > reached:
            reached = position
            standing = 0
            return False
        standing += 1
        return standing > most

    whole, given = memoryview(text), list[memoryview]()
    is_parsing = True

    def read(start: int, _point: object) -> bytes:
        if not is_parsing:
            return text[start : start + _LOOK_BYTES]
        given.append(whole[start : start + _CHUNK_BYTES])
        return given[-1]  # type: ignore[return-value]

    try:
        return parser.parse(read, progress_callback=stands_still)
    except ValueError:  # What the binding raises for a parse that the callback ended.
        parser.reset()
        return None
    finally:
        is_parsing = False
        for piece in (
            given
        ):  # The binding (0.26) keeps each for ever: as bytes, a text of 17 kB left 18 kB behind, each time that it was parsed.
            piece.release()
