"""Where the index is kept, whether it is whole, and which generation it is: lestockage, segments, manifest, recovery.

Does not interpret what it keeps.

- `records`, `versions`, `damage`   the words
- `segments`                        immutable mapped files of named arrays
- `manifest`, `index`, `snapshot`, `garbage`   the folder: publish, pin, collect
- `belonging`                       whether a folder is an index, before anything is written there
- `text`                            the indexed text inside a segment
- `frozen`, `thawing`, `columns`, `scratch`   the compressed copies of segments: made, and read
- `lestockage` (`schema`, `contents`, `rows`, `sqlite_failures`)   the SQLite store, the truth that segments are built from

Invariants: what is read was verified first; a reader never needs lestockage, so importing this package loads neither sqlite3 nor
zstandard, and not numpy either (`Lestockage`, `Segment` and whatever reads or writes one load when they are asked for).
"""

from importlib import import_module
from typing import TYPE_CHECKING

from lepasserelle.storage.belonging import checked_folder
from lepasserelle.storage.damage import DamagedCopy, DamagedFacts, DamagedSegment
from lepasserelle.storage.index import Index
from lepasserelle.storage.manifest import Manifest
from lepasserelle.storage.records import ContentKey, IndexedFile, ParsedFile, SegmentRef
from lepasserelle.storage.snapshot import Snapshot
from lepasserelle.storage.versions import FORMAT_VERSION, LESTOCKAGE_VERSION, VersionMismatch

if TYPE_CHECKING:
    from lepasserelle.storage.lestockage import Lestockage
    from lepasserelle.storage.segments import Segment, write_segment
    from lepasserelle.storage.text import TextStore, build_text, pack_text

__all__ = [
    "FORMAT_VERSION",
    "LESTOCKAGE_VERSION",
    "ContentKey",
    "DamagedCopy",
    "DamagedFacts",
    "DamagedSegment",
    "Index",
    "IndexedFile",
    "Lestockage",
    "Manifest",
    "ParsedFile",
    "Segment",
    "SegmentRef",
    "Snapshot",
    "TextStore",
    "VersionMismatch",
    "build_text",
    "checked_folder",
    "pack_text",
    "write_segment",
]

_HEAVY = {
    "Lestockage": "lestockage",
    "Segment": "segments",
    "TextStore": "text",
    "build_text": "text",
    "pack_text": "text",
    "write_segment": "segments",
}


def __getattr__(name: str) -> object:
    if name not in _HEAVY:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value: object = getattr(import_module(f"{__name__}.{_HEAVY[name]}"), name)
    return value
