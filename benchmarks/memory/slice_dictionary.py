"""Trains the dictionary that stored slices are compressed with, on slices of this package alone.

python benchmarks/memory/slice_dictionary.py     writes src/lepasserelle/leindex/slice_form.dict; raise `slice_form.FORM` with it
"""

import tempfile
from pathlib import Path

import msgspec
import zstandard

import lepasserelle
from lepasserelle import LeIndex, LeIndexError, MemoryConfig
from lepasserelle.leindex.slice_form import DICTIONARY, columns_of

SIZE_BYTES = 2048
SYMBOLS = 1500
LINES = (1, 2, 4, 7)
"""Of each definition, from its first one."""


def samples(leindex: LeIndex) -> list[bytes]:
    """Columns of slices, each once."""
    found: dict[bytes, None] = {}
    for spot in leindex.hotspots(SYMBOLS):
        for line in (spot.start_line + ahead for ahead in LINES if spot.start_line + ahead <= spot.end_line):
            for forward in (False, True):
                try:
                    found[msgspec.msgpack.encode(columns_of(leindex.slice(spot.path, line, forward=forward)))] = None
                except LeIndexError:
                    continue
    return list(found)


def main() -> None:
    package = Path(lepasserelle.__file__).parent
    with (
        tempfile.TemporaryDirectory() as folder,
        LeIndex(package, MemoryConfig(auto_spill=False, access_log=False), index_dir=folder) as leindex,
    ):
        leindex.index_project()
        trained = zstandard.train_dictionary(SIZE_BYTES, [*samples(leindex)], level=3, dict_id=1)
    (package / "leindex" / DICTIONARY).write_bytes(trained.as_bytes())
    print(f"{len(trained.as_bytes())} bytes")


if __name__ == "__main__":
    main()
