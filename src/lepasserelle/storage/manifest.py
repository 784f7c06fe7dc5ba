"""The manifest: which generation the folder holds, of which segments, in which versions. As JSON, so that a person can read it.

The last member is `checksum`, over every byte before it. That rule holds in every version, so that damage and another version are
told apart. Pure: bytes in, record out. Who writes it when is `index`'s business.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

import msgspec
import xxhash

from lepasserelle.errors import DamagedError
from lepasserelle.storage import layout
from lepasserelle.storage.records import SegmentRef
from lepasserelle.storage.versions import FORMAT_VERSION, VersionMismatch

LEFT_OUT: Final = "left_out:"
"""Before a reason, the name of a count."""

_CHECKSUM_MEMBER = b'"checksum"'
_FORMAT = "lepasserelle"


class Manifest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One committed generation."""

    format: str = _FORMAT
    format_version: int = FORMAT_VERSION
    features: dict[str, int] = {}
    """Versions of what the builders put into the segments (`facts`, `graph`, `lexical`, …), as ingest gave them."""
    project: str = ""
    """Folder that was indexed."""
    generation: int
    """Commit number, from 1."""
    segments: tuple[SegmentRef, ...]
    counts: dict[str, int] = {}
    """What status shows without opening a segment (`files`, `symbols`, `edges`, …), as ingest gave it."""
    created_at: str = ""
    """ISO 8601, UTC."""
    checksum: str = ""
    """xxh3_128 of all bytes of the file before this member; 32 hexadecimal digits. Empty before it is written."""

    def ref(self, kind: str) -> SegmentRef | None:
        """The segment of that kind, or None when this generation has none."""
        return next((ref for ref in self.segments if ref.kind == kind), None)

    @property
    def left_out(self) -> dict[str, int]:
        """How many files that may be text are not in it, by reason, the most frequent first; of build output how many folders."""
        found = {name.removeprefix(LEFT_OUT): count for name, count in self.counts.items() if name.startswith(LEFT_OUT)}
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))

    @property
    def fingerprint(self) -> bytes:
        """16 bytes that are the same for the same content: of every segment kind and checksum."""
        names = "\n".join(f"{ref.kind} {ref.checksum}" for ref in sorted(self.segments, key=lambda ref: ref.kind))
        return xxhash.xxh3_128_digest(names.encode())

    def expect(self, features: Mapping[str, int]) -> None:
        """Raise `VersionMismatch` for the first feature (by name) whose version is not the expected one."""
        for name in sorted(features):
            if self.features.get(name) != features[name]:
                raise VersionMismatch(f"index's {name}", self.features.get(name), features[name])


class _Versioned(msgspec.Struct):
    format: str
    format_version: int
    project: str = ""


def now() -> str:
    """The present moment as `created_at` writes it."""
    return datetime.now(UTC).isoformat(timespec="seconds")


def encode(manifest: Manifest) -> bytes:
    """The manifest as the bytes of its file, checksum filled in."""
    text = msgspec.json.format(msgspec.json.encode(msgspec.structs.replace(manifest, checksum="")), indent=2)
    body = text[: text.rindex(_CHECKSUM_MEMBER)]
    return body + _tail(body)


def decode(data: bytes) -> Manifest:
    """The manifest that `data` holds.

    Raises `DamagedError` when a byte of it is altered, `VersionMismatch` when another version wrote it.
    """
    end = data.rfind(_CHECKSUM_MEMBER)
    if end < 0 or data[end:] != _tail(data[:end]):
        raise _damaged()
    try:
        versioned = msgspec.json.decode(data, type=_Versioned)
        if versioned.format != _FORMAT or versioned.format_version != FORMAT_VERSION:
            raise VersionMismatch("index", versioned.format_version, FORMAT_VERSION, versioned.project)
        manifest = msgspec.json.decode(data, type=Manifest)
    except msgspec.DecodeError as error:
        raise _damaged() from error
    if not all(layout.is_segment_name(ref.name) for ref in manifest.segments):
        raise _damaged()
    return manifest


def _tail(body: bytes) -> bytes:
    return b'%b: "%b"\n}\n' % (_CHECKSUM_MEMBER, xxhash.xxh3_128_hexdigest(body).encode("ascii"))


def _damaged() -> DamagedError:
    return DamagedError(f"the index's {layout.MANIFEST} is damaged. Run `leindex index` to rebuild the index")
