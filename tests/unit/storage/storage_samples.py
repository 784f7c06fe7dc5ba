"""Small contents, files and sections for the tests of storage."""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from lepasserelle.storage import ContentKey, Index, IndexedFile, Lestockage, ParsedFile, SegmentRef, pack_text, write_segment


def bytes_in(folder: Path) -> bytes:
    """All bytes of all files."""
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def key_of(text: bytes, language: str = "python") -> ContentKey:
    """A content key of 16 bytes."""
    return ContentKey(hashlib.sha256(text).digest()[:16], language)


def parsed(text: bytes, language: str = "python") -> ParsedFile:
    """What a parser would make of `text`, opaque as it is to storage."""
    return ParsedFile(key_of(text, language), b"facts of " + text, b"terms of " + text, pack_text(text), 3, 1)


def indexed(path: str, text: bytes, language: str = "python") -> IndexedFile:
    """One file of a generation."""
    return IndexedFile(path, len(text), 1_700_000_000_000_000_000, 2, path.replace("/", "."), key_of(text, language), 3)


def committed(store: Lestockage, generation: int, texts: dict[str, bytes]) -> list[IndexedFile]:
    """Stage and commit files by path."""
    store.stage([parsed(text) for text in texts.values()])
    files = [indexed(path, text) for path, text in texts.items()]
    store.commit(generation, files)
    return files


def published(index: Index, generation: int, value: int = 0) -> list[SegmentRef]:
    """Two segments whose arrays tell their generation, published."""
    refs = [write_segment(index.folder, generation, kind, numbers(generation, value)) for kind in ("graph", "lexical")]
    index.publish(generation, refs, {"files": generation}, project="/p", features={"facts": 1})
    return refs


def numbers(generation: int, value: int = 0) -> dict[str, np.ndarray]:
    """Sections of several shapes that hold the generation's number."""
    return {"n": np.full(100, generation, np.uint32), "v": np.full((3, 5), value, np.float32), "none": np.zeros((0, 2), np.uint8)}


def segments_in(folder: Path) -> Iterator[str]:
    """Names of the segment files."""
    return (path.name for path in sorted((folder / "segments").iterdir()))
