"""Methods by their simple name, for calls whose receiver is unknown. Resolves nothing."""

from bisect import bisect_left
from typing import Final

import numpy as np

from lepasserelle.graph.shapes import IS_TYPE
from lepasserelle.graph.survey import FileRow, Survey
from lepasserelle.model import NodeKind

_METHODS: Final = frozenset({NodeKind.METHOD, NodeKind.FUNCTION})


class MethodNames:
    """Methods by their simple name, for calls whose receiver is unknown."""

    def __init__(self, survey: Survey, owners: dict[int, int]) -> None:
        self._survey = survey
        kind = np.frombuffer(survey.kind, dtype=np.uint8)
        names = np.array(survey.name, dtype=np.uint32)
        names[list(survey.bound_as)] = list(survey.bound_as.values())
        chosen = np.flatnonzero(np.isin(kind, [int(k) for k in _METHODS]))
        parents = np.array(survey.lexical_parent, dtype=np.uint32)
        parents[list(owners)] = list(owners.values())
        chosen = chosen[parents[chosen] < len(kind)]
        chosen = chosen[np.frombuffer(IS_TYPE, dtype=np.uint8)[kind[parents[chosen]]] != 0]
        order = np.argsort(names[chosen], kind="stable") if len(chosen) else np.zeros(0, dtype=np.int64)
        self._nodes: list[int] = chosen[order].tolist() if len(chosen) else []
        self._names: list[int] = names[chosen][order].tolist() if len(chosen) else []
        self._memo: dict[tuple[int, str], tuple[int, ...]] = {}

    def of(self, name: int, row: FileRow) -> tuple[int, ...]:
        """Methods of this name in the languages of the row's family, ascending."""
        key = (name, row.family.name)
        known = self._memo.get(key)
        if known is None:
            files = self._survey.files
            start = bisect_left(self._names, name)
            found: list[int] = []
            while start < len(self._names) and self._names[start] == name:
                found.append(self._nodes[start])
                start += 1
            bases = self._survey.bases_of_files
            known = self._memo[key] = tuple(n for n in found if files[bisect_left(bases, n + 1) - 1].family is row.family)
        return known
