"""The terms of what was parsed without them: collected out of stored facts and texts, and stored beside them.

Parsing keeps every core busy; linking, which follows it and needs no terms, keeps one. So terms are collected then, on another.
Invariant: what is stored is what the parse would have given; what is there already is left alone.
"""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

import msgspec
import numpy as np

from lepasserelle.errors import LockedError
from lepasserelle.memory import pages
from lepasserelle.model import Definition
from lepasserelle.storage import ContentKey, IndexedFile, Lestockage
from lepasserelle.storage.text import unpack_text
from lepasserelle.terms import collect_all, forget_tokens

_BATCH_BYTES: Final = 1 << 20
"""Terms stored in one transaction."""

_COLLECTED_BYTES: Final = 1 << 17
"""Of text, cut into terms at once: of most files numpy takes longer to be asked than to answer."""

_ATTEMPTS: Final = 30
"""Of ten seconds each: the linking child writes all rows of its graph in one transaction."""


class Defined(msgspec.Struct, frozen=True, array_like=True):
    """The first fields of `FileFacts`, all that terms come from: the others are passed over, which takes a third of the time."""

    language: str
    package: str
    definitions: tuple[Definition, ...]


def collect_missing(lestockage: Lestockage, files: Sequence[IndexedFile], part: float = 1.0) -> None:
    """Collect the terms of those of `files` that have none yet, or of the first of them, which are so much of all their bytes.
    Raises `DamagedFacts`.
    """
    batch: list[tuple[IndexedFile, bytes]] = []
    batch_bytes = 0
    for file, terms in _collected(lestockage, _first(_without_terms(lestockage, files), part)):
        batch.append((file, terms))
        batch_bytes += len(terms)
        if batch_bytes >= _BATCH_BYTES:
            _store(lestockage, batch)
            batch, batch_bytes = [], 0
    if batch:
        _store(lestockage, batch)
    forget_tokens()  # who collects goes on to build, beside the height of linking
    pages.trim_heap()


def _store(lestockage: Lestockage, batch: Sequence[tuple[IndexedFile, bytes]]) -> None:
    """One transaction. Raises `LockedError` when the database stays locked for minutes."""
    for _ in range(_ATTEMPTS - 1):
        with suppress(LockedError):
            lestockage.put_terms(batch)
            return
    lestockage.put_terms(batch)


def _first(files: Sequence[IndexedFile], part: float) -> Sequence[IndexedFile]:
    sizes = np.cumsum([file.size_bytes for file in files])
    return files if part >= 1 or not files else files[: int(np.searchsorted(sizes, part * sizes[-1])) + 1]


def _collected(lestockage: Lestockage, missing: Sequence[IndexedFile]) -> Iterator[tuple[IndexedFile, bytes]]:
    encode, decode = msgspec.msgpack.Encoder().encode, msgspec.msgpack.Decoder(Defined).decode
    files, known, size_bytes = list[IndexedFile](), list[tuple[bytes, tuple[Definition, ...]]](), 0
    for (file, facts), (_, text) in zip(lestockage.blobs("facts", missing), lestockage.blobs("text", missing), strict=True):
        data = unpack_text(text)
        files.append(file)
        known.append((data, decode(facts).definitions))
        size_bytes += len(data)
        if size_bytes >= _COLLECTED_BYTES:
            yield from zip(files, map(encode, collect_all(known)), strict=True)
            files, known, size_bytes = [], [], 0
    if files:
        yield from zip(files, map(encode, collect_all(known)), strict=True)


def _without_terms(lestockage: Lestockage, files: Sequence[IndexedFile]) -> list[IndexedFile]:
    """One file for each content that has none."""
    found: dict[ContentKey, IndexedFile] = {}
    for file, terms in lestockage.blobs("terms", files):
        if not terms:
            found.setdefault(file.key, file)
    return list(found.values())
