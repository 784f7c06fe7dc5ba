"""How the shipped table finds code in languages that it learned nothing or next to nothing of: Bash, TSX and Zig.

    python training/measure.py FOLDER

Packages of `measured.tsv` are fetched into FOLDER and read for this only: nothing here is learned from. Of them the files in the
one language that the row names; a script of Bash is known by its first line as well. Prints what stands in the data card.

Invariant: what is refused to learning is refused here, too; words that the table does not have take no part, as in the card.
"""

import argparse
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[1]))

from lepasserelle.vectors.words import PATH
from training.archives import Archive, read_archive
from training.evaluate import by_language
from training.extract import LANGUAGE_OF, Pair, Shard, file_pairs
from training.fetch import Wanted, fetch
from training.licences import is_permissive
from training.names import is_refused_package
from training.pairs import gather
from training.policy import has_foreign_head, is_refused_path
from training.quantise import read

LIST = Path(__file__).parent / "measured.tsv"
_SHELL = re.compile(rb"#! ?/(?:usr/)?bin/(?:env )?(?:ba)?sh\b")
_NO_OTHERS = (1 << 60, 1)


class Measured(NamedTuple):
    """A row of `measured.tsv`."""

    package: Wanted
    language: str


def measured() -> Iterator[Measured]:
    """Every row."""
    for line in LIST.read_text().splitlines()[1:]:
        registry, name, version, licence, language = line.split("\t")
        yield Measured(Wanted(registry, name, version, licence, 0, ""), language)


def pairs_in(archive: Archive, licence: str, language: str) -> list[Pair]:
    """The pairs of a package in one language; none where it may not be learned from. Each sentence of a definition once. `licence`:
    what its file says; ziggy-pydust's metadata says Apache 2.0 in one place and proprietary in another.
    """
    if is_refused_package(archive.name) or not is_permissive(licence):
        return []
    found: dict[tuple[str, ...], Pair] = {}
    for path, data in archive.files:
        if language_of(path, data) != language or is_refused_path(path) or has_foreign_head(data):
            continue
        for pair in file_pairs(data, language, path):
            found.setdefault((*pair.query, "=", *sorted({term for term, _, _ in pair.code})), pair)
    return list(found.values())


def language_of(path: str, data: bytes) -> str | None:
    """By its suffix; by its first line where it has none."""
    name = path.rpartition("/")[2]
    if "." not in name and _SHELL.match(data):
        return "bash"
    suffix = "." + name.rpartition(".")[2]
    return "tsx" if suffix == ".tsx" else LANGUAGE_OF.get(suffix)


def main() -> None:
    """Run it."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("folder", type=Path)
    folder = arguments.parse_args().folder
    shards = []
    for package, language in measured():
        if not fetch(package, folder):
            sys.stderr.write(f"{package.registry} has no {package.name} {package.version}: left out\n")
            continue
        archive = read_archive(_archive(folder / package.registry, package), frozenset({""}))
        shards.append(
            Shard(
                package.registry, package.name, package.version, package.licence, "", pairs_in(archive, package.licence, language)
            )
        )
        sys.stdout.write(f"{language}: {package.name} {package.version}, {package.licence}: {len(shards[-1].pairs)} pairs\n")
    words, table = read(PATH)
    pairs = gather(shards, words, least=_NO_OTHERS)
    pairs = replace(pairs, is_development=np.ones(len(pairs), dtype=np.bool_))
    for language, (questions, ranks) in by_language(pairs, table[np.searchsorted(words, pairs.vocabulary)]).items():
        sys.stdout.write(f"{language}, {questions} questions: {ranks[0]:.3f} · {ranks[1]:.3f}\n")


def _archive(folder: Path, package: Wanted) -> Path:
    """The file that was fetched: its name begins with the package's, in the registry's spelling."""
    spelled = re.sub(r"[-_.@/]+", "[-_.]", package.name.strip("@"))
    begins = re.compile(spelled + r"[-_]\d", re.IGNORECASE)
    return next(path for path in sorted(folder.iterdir()) if begins.match(path.name) and path.suffix != ".done")


if __name__ == "__main__":
    main()
