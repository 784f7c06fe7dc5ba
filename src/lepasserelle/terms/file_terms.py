"""The terms of one file as they travel: from a parse worker, through lestockage, to the builders of lexical and vectors.

Not an index: numbers are those of one file, its definitions and its own vocabulary.
Invariant: rows ascend by (definition, field, term) and no two are equal in all three; every vocabulary entry is used.
"""

from enum import IntEnum

import msgspec
import numpy as np
from numpy.typing import NDArray


class Field(IntEnum):
    """Where in a definition a term stands. Part of the stored form: only ever appended."""

    NAME = 0
    SIGNATURE = 1
    DOCUMENTATION = 2
    BODY = 3
    """Its span without the definitions nested in it, signature and documentation, with the names of its members."""
    PATH = 4
    """Of the file; added when a segment is built, never in `FileTerms`."""
    SCOPE = 5
    """The names of the definitions around it, and the type whose method it is."""


FIELD_COUNT = len(Field)

ROW = np.dtype([("definition", "<u4"), ("field", "u1"), ("term", "<u4"), ("count", "<u2")])
"""One posting: how often a term stands in a field of a definition. Packed, 11 bytes."""


class FileTerms(msgspec.Struct, frozen=True, array_like=True):
    """Every term of a file's definitions."""

    vocabulary: tuple[str, ...]
    """Ascending."""
    postings: bytes
    """Rows of `ROW`; `term` is an index into `vocabulary`."""
    blocks: bytes = b""
    """Rows of `BLOCK`, of the definitions with much own text, by definition and place."""
    block_postings: bytes = b""
    """Rows of `BLOCK_TERM`, by block and term; `term` is an index into `vocabulary`. Whole identifiers, function words and numbers
    are left out: rows of a table, steps of a list tell little."""

    def rows(self) -> NDArray[np.void]:
        """The postings as a read-only structured array."""
        return np.frombuffer(self.postings, dtype=ROW)


class TermFile(msgspec.Struct, frozen=True):
    """A file's terms with its place in the generation's numbering: definition i of the file is node `first_node + i`."""

    path: str
    """Posix, relative to the project."""
    first_node: int
    node_count: int
    """Its definitions; nodes of one file follow each other."""
    terms: FileTerms
