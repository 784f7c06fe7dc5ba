"""What packages that are judged on say, so that a copy is known by its text wherever it lies and whatever it is called.

`policy` and `names` know copies by path. They do not know one that was moved (`log4j/core/util/datetime` is commons-lang's) or put
into a bundle; here the packages themselves are read, and what the archives say is compared with them.

Invariant: no pair that is left says of a name what a judged package says of it, word for word.
"""

import sys
import tarfile
from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import xxhash

from lepasserelle.terms import Field
from training.archives import read_archive, source_files
from training.extract import LANGUAGE_OF, Pair, file_pairs

LIST = Path(__file__).parent / "judged.tsv"
_LEAST_COPIED = 3
_COPIED_SHARE = 1 / 3
"""A file of which so many definitions, and such a share, are copies is one as a whole: the others were edited."""


class Judged(NamedTuple):
    """A row of `judged.tsv`: a package of a project that is judged on."""

    registry: str
    name: str
    version: str
    project: str


def judged() -> Iterator[Judged]:
    """Every row."""
    for line in LIST.read_text().splitlines()[1:]:
        yield Judged(*line.split("\t"))


def key(pair: Pair) -> int:
    """Of what a definition is called and what is said of it first."""
    named = [term for term, field, _ in pair.code if field == Field.NAME]
    return xxhash.xxh3_64_intdigest(" ".join([*pair.query, "=", *named]).encode())


def said_by(folder: Path, kept: Path) -> frozenset[int]:
    """The keys of everything that the archives below a folder say, tests and all; kept in a file, and read from there."""
    if not kept.exists():
        found: set[int] = set()
        for path, files in _archives(folder):
            own = {key(pair) for name, data in files for pair in file_pairs(data, _language(name), name)}
            sys.stdout.write(f"{path.name}: {len(own)} sentences that are judged on\n")
            found |= own
        np.array(sorted(found), dtype=np.uint64).tofile(kept)
    return frozenset(np.fromfile(kept, dtype=np.uint64).tolist())


def _archives(folder: Path) -> Iterator[tuple[Path, Sequence[tuple[str, bytes]]]]:
    """Of a source package upstream's archive, also where the registry lacks the packaging's own."""
    suffixes = frozenset(LANGUAGE_OF)
    for path in sorted(folder.rglob("*")):
        if path.suffix in {".whl", ".tgz", ".deb"}:
            yield path, read_archive(path, suffixes).files
        elif ".orig.tar." in path.name and path.suffix != ".asc":
            with tarfile.open(path) as archive:
                yield path, source_files(archive, suffixes)


def _language(path: str) -> str:
    return LANGUAGE_OF["." + path.rpartition(".")[2]]


def without_copies(pairs: Sequence[Pair], said: Collection[int]) -> list[Pair]:
    """The pairs of a package that no judged package says, and that lie in no file that is mostly copied."""
    is_said = [key(pair) in said for pair in pairs]
    files = [_file(pair) for pair in pairs]
    copied, held = Counter(file for file, is_copy in zip(files, is_said, strict=True) if is_copy), Counter(files)
    refused = {file for file, count in copied.items() if count >= _LEAST_COPIED and count >= _COPIED_SHARE * held[file]}
    return [pair for pair, is_copy, file in zip(pairs, is_said, files, strict=True) if not is_copy and file not in refused]


def _file(pair: Pair) -> tuple[str, ...]:
    """A file as a pair knows it: by the terms of its path."""
    return tuple(term for term, field, _ in pair.code if field == Field.PATH)
