"""The records that cross the seam of storage. Field order is their format: fields are only ever appended."""

import msgspec


class ContentKey(msgspec.Struct, frozen=True, array_like=True):
    """What facts depend on: the bytes of a file and the language they are read in (and the parser's version, `FACTS_VERSION`)."""

    fingerprint: bytes
    """xxh3_128 of the file's bytes, 16 bytes."""
    language: str


class ParsedFile(msgspec.Struct, frozen=True, array_like=True):
    """All that is stored of one content. Storage decodes none of it."""

    key: ContentKey
    facts: bytes
    """`FileFacts` as msgpack."""
    terms: bytes
    """`terms.FileTerms` as msgpack; empty: not collected yet, they follow from facts and text (`Lestockage.put_terms`)."""
    text: bytes
    """The source's UTF-8 bytes as one zstd frame (`text.pack_text`)."""
    definition_count: int
    problem_count: int


class IndexedFile(msgspec.Struct, frozen=True, array_like=True):
    """One file of a committed generation."""

    path: str
    """Relative to the project, with forward slashes; bytes that are no UTF-8 stand as lone surrogates (`os.fsdecode`)."""
    size_bytes: int
    mtime_ns: int
    flags: int
    module: str
    key: ContentKey
    definition_count: int


class ContentCounts(msgspec.Struct, frozen=True, array_like=True):
    """What a caller needs of a stored content without decoding it."""

    definition_count: int
    problem_count: int


class SegmentRef(msgspec.Struct, frozen=True):
    """Names one segment file and pins its content."""

    kind: str
    """`graph`, `lexical`, `vectors`, `text`, …"""
    name: str
    """File name in `segments/`."""
    size_bytes: int
    checksum: str
    """xxh3_64 of the file's header and section table, which hold the checksums of all sections; 16 hexadecimal digits."""
