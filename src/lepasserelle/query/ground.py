"""What searches keep of the graph: its columns, which nodes may be found, what leans on what. Lives as long as that is in memory.

Apart from a searcher, because words and vectors go by themselves when memory is short, and come back to the same graph. Invariant:
says what the graph says; nothing here refers to its owner, so that all of it goes with the last reference.
"""

from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from lepasserelle.query.builds import Builds
from lepasserelle.query.columns import Columns
from lepasserelle.query.filters import node_mask
from lepasserelle.query.path_index import PathIndex
from lepasserelle.query.seams import GraphTable
from lepasserelle.query.standing import Standing
from lepasserelle.query.variants import Remembered


class Ground:
    """Of one graph, which it does not outlive. Safe in threads: what is made is made the same twice.

    `forms`: what an earlier one of the same generation found out about files, gone on with. `root`: the project's folder, posix.
    """

    def __init__(self, graph: GraphTable, forms: Remembered | None = None, root: str = "") -> None:
        self.columns: GraphTable = Columns(graph)
        self._forms = forms
        self.paths = PathIndex(self.columns, root)
        """What its files are called."""

    @cached_property
    def open_mask(self) -> NDArray[np.bool_]:
        """The nodes that a search without filters may find."""
        return node_mask(self.columns, None, None, None)

    @cached_property
    def leading_mask(self) -> NDArray[np.bool_]:
        """Those of them that a search finds which folds: of a module in several forms the definitions of its best one."""
        return self.builds.leading(self.open_mask)

    @property
    def builds(self) -> Builds:
        """Which files are one module in several forms."""
        return self.standing.builds

    @cached_property
    def standing(self) -> Standing:
        """How much the code leans on each."""
        return Standing(self.columns, self._forms)
