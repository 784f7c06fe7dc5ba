"""What belongs to a class of the project by those above it."""

from collections.abc import Callable, Iterable

from lepasserelle.graph import Graph
from lepasserelle.model import EdgeKind


def above(graph: Graph, node: int) -> list[int]:
    """The classes of the project that a class inherits from, at any distance."""
    found: dict[int, None] = {}
    waiting = [node]
    while waiting:
        for one in graph.neighbours(waiting.pop(), EdgeKind.INHERITS, "out", "inferred"):
            if one < graph.definition_count and one not in found:
                found[one] = None
                waiting.append(one)
    return list(found)


def held(graph: Graph, method: int, names: frozenset[str], members: Callable[[int], Iterable[int]]) -> list[int]:
    """What of these names the class of a method holds, or one above it."""
    parent = graph.parent(method) if names else -1
    owners = (parent, *above(graph, parent)) if parent >= 0 and graph.kind(parent).is_type else ()
    return [node for owner in owners for node in members(owner) if graph.name(node) in names]
