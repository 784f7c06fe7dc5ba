"""Slices inside one body: what a value depends on, or what depends on it.

Weiser, "Program Slicing" (1981), over the dependences of the body (Ottenstein and Ottenstein, 1984). Invariant: running only the
statements of a backward slice leaves the value at its criterion as it is in every run that ends normally.
"""

from collections.abc import Iterable
from typing import NamedTuple

from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.model.body import Place


class Criterion(NamedTuple):
    """Where a backward slice begins."""

    nodes: list[int]
    reads: list[tuple[int, Place]]
    """Values that places have just before nodes."""


def criterion(found: Dependences, statement: int, variable: str | None) -> Criterion:
    """The statement itself; for a variable that it does not write, the value that the variable has there, and that it runs."""
    if variable is None:
        return Criterion([statement], [])
    places = places_of(found, variable)
    if any(write.place[0] in {place[0] for place in places} for write in found.body.statements[statement].writes):
        return Criterion([statement], [])
    nodes = sorted({*found.control[statement], *found.holders(statement)})
    return Criterion(nodes, [(statement, place) for place in places])


def backward_from(found: Dependences, start: Criterion) -> set[int]:
    """The backward slice of a criterion."""
    nodes = {source.node for node, place in start.reads for source in found.sources_of(node, place)}
    return backward(found, nodes | set(start.nodes))


def places_of(found: Dependences, variable: str) -> list[Place]:
    """The places of a body that a person calls by this name: `x`, `self.items`."""
    known = dict.fromkeys(
        place
        for statement in found.body.statements
        for place in (*(use.place for use in statement.uses), *(write.place for write in statement.writes))
    )
    known.update(((parameter.name,), None) for parameter in found.body.parameters)
    wanted = variable.replace(" ", "")
    first, *steps = wanted.replace("[", ".[").split(".")
    path = tuple(step if step.startswith("[") else "." + step for step in steps)
    bases = dict.fromkeys(place[0] for place in known if place[0].partition("#")[0] == first)
    return [(base, *path) for base in bases]


def backward(found: Dependences, start: Iterable[int]) -> set[int]:
    """Every node on which these depend, they among them. Each definition is looked at once."""
    reached = set(start)
    stack = list(reached)
    seen = 0
    while stack:
        node = stack.pop()
        bits = found.source_bits(node) & ~seen
        seen |= bits
        for before in (*found.makers(bits), *found.control[node], *found.holders(node)):
            if before not in reached:
                reached.add(before)
                stack.append(before)
    return reached


def forward(found: Dependences, start: Iterable[int], variable: str | None = None) -> set[int]:
    """Every node that depends on these. With a variable only on the value that it gets there. Nodes are looked at in the order of
    the text until nothing changes: loops need a second round.
    """
    first = sorted(set(start))
    names = {place[0] for place in places_of(found, variable)} if variable is not None else None
    reached = set(first)
    made = found.made_bits(first, names)
    waiting = [node for node in range(found.flow.node_count) if node not in reached]
    deciding = set(first) if names is None else set()
    while True:
        left: list[int] = []
        for node in waiting:
            if not deciding.isdisjoint(found.control[node]) or found.source_bits(node) & made:
                reached.add(node)
                deciding.add(node)
                made |= found.made_bits([node])
            else:
                left.append(node)
        if len(left) == len(waiting):
            return reached
        waiting = left


def forward_from(found: Dependences, start: Iterable[int], variable: str | None) -> set[int]:
    """As `forward`; from ENTRY with a parameter only what uses the parameter, and ENTRY itself is not in it."""
    return forward(found, start, variable) - {found.flow.entry}
