"""Which files are a form of another one: they build on it, and bear the names of what it defines.

`classic/schemas.ts` over `core/schemas.ts`, a set of functions over the models they make, a file that hands out what others define:
every question that finds the one finds the other, and words cannot tell them apart, but the graph can. Not a judgement of single
definitions (`handing` has that). Invariant: pure for one graph; of two files at most one is a form of the other.
"""

from functools import lru_cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.model import NodeKind
from lepasserelle.query.seams import GraphTable

_LEAST_NAMES: Final = 3
_LEAST_SHARE: Final = 0.3
"""So many of a file's names, and so much of them, must be the other's."""
_ONE_SIDED: Final = 3
"""A file builds on another one when it leans on it more than so many times as often as the other leans on it."""

_REMEMBERED_NAMES: Final = 256
_REMEMBERED_FILES: Final = 1 << 12

_NAMED: Final = np.isin(
    np.arange(len(NodeKind)),
    [
        NodeKind.CLASS,
        NodeKind.INTERFACE,
        NodeKind.STRUCT,
        NodeKind.ENUM,
        NodeKind.FUNCTION,
        NodeKind.VARIABLE,
        NodeKind.CONSTANT,
    ],
)
"""By kind: what a file offers, when it stands in no other definition."""


class Variants:
    """Remembers what it found about some thousand files of one graph, which it does not outlive."""

    def __init__(self, graph: GraphTable) -> None:
        self._graph = graph
        self._names = lru_cache(maxsize=_REMEMBERED_NAMES)(self._read_names)
        self._bases = lru_cache(maxsize=_REMEMBERED_FILES)(self._find_bases)

    def among(self, files: NDArray[np.int64], question: str) -> dict[int, int]:
        """File → the file that it is a form of, where both are among `files` and the question names no folder of its own."""
        present = set(files.tolist())
        asked = set(question.lower().replace("/", " ").split())
        found: dict[int, int] = {}
        for file in sorted(present):
            bases = [base for base in self._bases(file) if base in present]
            if bases and not asked & (self._folders(file) - set().union(*map(self._folders, self._bases(file)))):
                found[file] = bases[0]
        return found

    def _find_bases(self, file: int) -> tuple[int, ...]:
        """The files that a file is a form of, those that it leans on most first."""
        own = self._names(file)
        if len(own) < _LEAST_NAMES:
            return ()
        leans = self._graph.leans_on(file)
        near = [other for other in sorted(leans, key=lambda other: (-leans[other], other)) if self._is_alike(own, other)]
        return tuple(other for other in near if leans[other] > _ONE_SIDED * self._graph.leans_on(other).get(file, 0))

    def _is_alike(self, own: frozenset[str], other: int) -> bool:
        shared = len(own & self._names(other))
        return shared >= _LEAST_NAMES and shared >= _LEAST_SHARE * len(own)

    def _read_names(self, file: int) -> frozenset[str]:
        """What a file offers, by names without signs and case: `$ZodType` and `ZodType` are one."""
        graph = self._graph
        start, end = np.searchsorted(graph.files, [file, file + 1]).tolist()
        named = (start + np.flatnonzero(_NAMED[graph.kinds[start:end]])).tolist()
        names = {graph.name(node).replace("_", "").replace("$", "").lower() for node in named if graph.parent(node) == start}
        return frozenset(names - {""})

    def _folders(self, file: int) -> set[str]:
        return set(self._graph.file_path(file).lower().split("/")[:-1])
