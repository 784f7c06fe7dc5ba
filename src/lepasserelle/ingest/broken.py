"""Which files have parts that the parser did not understand, and where: read from their stored facts, a few files and lines each.

Only the problems of a file are decoded, so a large file costs the bytes of its blob and no objects.
"""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Final

import msgspec

from lepasserelle.ingest.last_run import Seen
from lepasserelle.model import BrokenFile, BrokenPart, FileFacts, Problem
from lepasserelle.storage import DamagedFacts, IndexedFile, Lestockage

MOST_FILES: Final = 20
"""Files that a report names."""

MOST_PARTS: Final = 3
"""Broken parts told of one file."""

_FIELDS: Final = [
    (field.name, tuple[Problem, ...] if field.name == "problems" else msgspec.Raw) for field in msgspec.structs.fields(FileFacts)
]
_Problems: Final = msgspec.defstruct("_Problems", _FIELDS, array_like=True)
_DECODE: Final = msgspec.msgpack.Decoder(_Problems).decode


def broken_files(lestockage: Lestockage, rows: Sequence[IndexedFile], seen: Mapping[str, Seen]) -> tuple[BrokenFile, ...]:
    """The files with syntax problems, those with most first, at most `MOST_FILES`; one whose facts are damaged is told without
    lines.
    """
    counts = {row.path: seen[row.path].problem_count for row in rows if row.path in seen}
    worst = sorted((row for row in rows if counts.get(row.path)), key=lambda row: (-counts[row.path], row.path))
    return tuple(BrokenFile(row.path, counts[row.path], _parts(lestockage, row)) for row in worst[:MOST_FILES])


def _parts(lestockage: Lestockage, row: IndexedFile) -> tuple[BrokenPart, ...]:
    with suppress(DamagedFacts, msgspec.DecodeError):
        for _, blob in lestockage.blobs("facts", [row]):
            problems = _DECODE(blob).problems  # type: ignore[attr-defined]  # a record made of the fields above
            return tuple(BrokenPart(one.line, one.message) for one in problems[:MOST_PARTS])
    return ()
