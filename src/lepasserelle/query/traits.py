"""What a ranking asks of every candidate that no column says: whether it is an error or a member of one.

Not a judgement, and nothing is remembered: names are read by then. Invariant: says what the graph says.
"""

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.model import NodeKind
from lepasserelle.query.seams import GraphTable

_MEMBERS: Final = frozenset(map(int, (NodeKind.METHOD, NodeKind.CONSTRUCTOR, NodeKind.FIELD, NodeKind.PROPERTY)))
_ERROR_ENDINGS: Final = ("Error", "Exception", "Warning", "Errors", "Exceptions")


def are_errors(graph: GraphTable, nodes: NDArray[np.uint32], names: Sequence[str]) -> list[bool]:
    """Of each node, given with its name, whether it is an error type by that name, or a member of one."""
    members, parent, name_of = _MEMBERS, graph.parent, graph.name
    return [
        name.endswith(_ERROR_ENDINGS)
        or (kind in members and (owner := parent(node)) >= 0 and name_of(owner).endswith(_ERROR_ENDINGS))
        for node, name, kind in zip(nodes.tolist(), names, graph.kinds[nodes].tolist(), strict=True)
    ]
