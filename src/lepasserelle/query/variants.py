"""Which files are a form of another one: they build on it, and bear the names of what it defines.

`classic/schemas.ts` over `core/schemas.ts`, a set of functions over the models they make, a file that hands out what others define:
every question that finds the one finds the other, and words cannot tell them apart, but the graph can. Not a judgement of single
definitions (`handing` has that), nor of what a source is built into (`builds`). Invariant: pure for one graph; of two files at most
one is a form of the other.
"""

from array import array
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Final

import numpy as np
import xxhash
from numpy.typing import NDArray

from lepasserelle.query.builds import Builds
from lepasserelle.query.seams import GraphTable

_LEAST_NAMES: Final = 3
_LEAST_SHARE: Final = 0.3
"""So many of a file's names, and so much of them, must be the other's."""
_ONE_SIDED: Final = 3
"""A file builds on another one when it leans on it more than so many times as often as the other leans on it."""

_REMEMBERED_NAMES: Final = 256
_REMEMBERED_FILES: Final = 1 << 12


Remembered = dict[int, tuple[int, ...]]
"""File → the files that it is a form of, those that it leans on most first; true of one generation, whoever reads its graph."""


class Variants:
    """`remembered`: what was found about some thousand files, which may outlive the graph when that is let go of and comes back:
    finding it anew takes twice as long as the search.
    """

    def __init__(self, graph: GraphTable, remembered: Remembered | None = None, builds: Builds | None = None) -> None:
        self._graph = graph
        self._leaders = (Builds(graph) if builds is None else builds).leaders
        self._remembered: Remembered = {} if remembered is None else remembered
        # What remembers names must not hold this object: a graph that is let go of has to go at once, not at the next collection.
        self._names = lru_cache(maxsize=_REMEMBERED_NAMES)(partial(_names_of, graph))

    def among(self, files: NDArray[np.int64], question: str) -> dict[int, int]:
        """File → the file that it is a form of, where both are among `files` and the question names no folder of its own."""
        present = set(files.tolist())
        asked = set(question.lower().replace("/", " ").split())
        found: dict[int, int] = {}
        for file in sorted(present):
            bases = [base for base in self._bases(file) if base in present and self._leaders[base] != self._leaders[file]]
            if bases and not asked & (self._folders(file) - set().union(*map(self._folders, self._bases(file)))):
                found[file] = bases[0]
        return found

    def _bases(self, file: int) -> tuple[int, ...]:
        found = self._remembered.get(file)
        if found is None:
            found = self._remembered[file] = _bases_of(self._graph, self._names, file)
            while len(self._remembered) > _REMEMBERED_FILES:
                self._remembered.pop(next(iter(self._remembered)), None)
        return found

    def _folders(self, file: int) -> set[str]:
        return set(self._graph.file_path(file).lower().split("/")[:-1])


def _bases_of(graph: GraphTable, names: Callable[[int], "array[int]"], file: int) -> tuple[int, ...]:
    """The files that a file is a form of, those that it leans on most first."""
    own = frozenset(names(file))
    if len(own) < _LEAST_NAMES:
        return ()
    leans = graph.leans_on(file)
    near = [other for other in sorted(leans, key=lambda other: (-leans[other], other)) if _is_alike(own, names(other))]
    return tuple(other for other in near if leans[other] > _ONE_SIDED * graph.leans_on(other).get(file, 0))


def _is_alike(own: frozenset[int], other: "array[int]") -> bool:
    shared = len(own.intersection(other))
    return shared >= _LEAST_NAMES and shared >= _LEAST_SHARE * len(own)


def _names_of(graph: GraphTable, file: int) -> "array[int]":
    """Hashes of the names that a file offers, signs and case aside (`$ZodType` is `ZodType`): a tenth of what the names take."""
    names = {name.replace("_", "").replace("$", "").lower() for name in graph.offers(file)}
    return array("Q", sorted(xxhash.xxh3_64_intdigest(name.encode("utf-8", "replace")) for name in names if name))
