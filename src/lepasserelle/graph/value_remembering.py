"""Which reads may find what `__getattr__` has put on the instance before, so that they do not enter it. Reads a solved flow.

A read in a function can be the first one of its member, unless code that runs while modules are imported reads a member of that
name; there, too, a read is surely the first one only where no other is.
"""

from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Final

import numpy as np

from lepasserelle.graph.shapes import IS_CALLABLE
from lepasserelle.model.values import ValueOp

if TYPE_CHECKING:
    from lepasserelle.graph.value_flow import Flow

_ATTRIBUTE: Final = int(ValueOp.ATTRIBUTE)


class Remembering:
    """`hooks`: the functions that put what they give."""

    def __init__(self, flow: "Flow") -> None:
        self._flow = flow
        self.hooks = {node for node, remembers in flow.descriptors.remembering.items() if remembers}
        self._imported = self._read_by_imports() if self.hooks else Counter[int]()

    def _read_by_imports(self) -> Counter[int]:
        """Word → how many rows of the code of modules and classes read a member of that name."""
        program, kinds = self._flow.program, self._flow.survey.kind
        rows = np.array(program.of(_ATTRIBUTE), dtype=np.int64)
        scopes = np.frombuffer(program.scopes, dtype=np.int32)[rows]
        now = [scope for scope in np.unique(scopes).tolist() if not IS_CALLABLE[kinds[scope]]]
        words = np.frombuffer(self._flow.rows, dtype=np.int32).reshape(-1, 4)[rows, 2]
        return Counter(words[np.isin(scopes, now)].tolist())

    def late(self, row: int, targets: Sequence[int]) -> list[int]:
        """The hooks among what a read enters, where another read of a member of this name may run before this one does."""
        return [target for target in targets if target in self.hooks] if self.hooks and self._may_be_late(row) else []

    def _may_be_late(self, row: int) -> bool:
        flow = self._flow
        own = not IS_CALLABLE[flow.survey.kind[flow.program.scopes[row]]]
        return self._imported[flow.rows[4 * row + 2]] > own
