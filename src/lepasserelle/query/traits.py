"""What a ranking asks of every candidate that no column says: how many lines it has, whether it is an error or a member of one.

Not a judgement. Invariant: says what the graph says.
"""

from typing import Final, NamedTuple

from lepasserelle.model import NodeKind
from lepasserelle.query.seams import GraphTable

_MEMBERS: Final = frozenset(map(int, (NodeKind.METHOD, NodeKind.CONSTRUCTOR, NodeKind.FIELD, NodeKind.PROPERTY)))
_ERROR_ENDINGS: Final = ("Error", "Exception", "Warning", "Errors", "Exceptions")


class Traits(NamedTuple):
    """Of one node."""

    line_count: int
    """At least 1."""
    is_error: bool
    """An error type by its name, or a member of one."""


def traits_of(graph: GraphTable, node: int) -> Traits:
    """Read from the graph."""
    first, last = graph.lines(node)
    is_error = graph.name(node).endswith(_ERROR_ENDINGS)
    if not is_error and int(graph.kinds[node]) in _MEMBERS and (owner := graph.parent(node)) >= 0:
        is_error = graph.name(owner).endswith(_ERROR_ENDINGS)
    return Traits(max(1, last - first + 1), is_error)
