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
    """Every node on which these depend, they among them."""
    reached = set(start)
    stack = list(reached)
    while stack:
        for before in found.nodes_before(stack.pop()):
            if before not in reached:
                reached.add(before)
                stack.append(before)
    return reached


def forward(found: Dependences, start: Iterable[int], variable: str | None = None) -> set[int]:
    """Every node that depends on these. With a variable only on the value that it gets there."""
    reached = set(start)
    before = [_influences(found, node) for node in range(found.flow.node_count)]
    names = {place[0] for place in places_of(found, variable)} if variable is not None else None
    first = set(reached)
    after: dict[int, list[int]] = {}
    for node, sources in enumerate(before):
        for source, name in sources:
            if names is None or source not in first or name is None or name in names:
                after.setdefault(source, []).append(node)
    stack = list(reached)
    while stack:
        for node in after.get(stack.pop(), ()):
            if node not in reached:
                reached.add(node)
                stack.append(node)
    return reached


def forward_from(found: Dependences, start: Iterable[int], variable: str | None) -> set[int]:
    """As `forward`; from ENTRY with a parameter only what uses the parameter, and ENTRY itself is not in it."""
    return forward(found, start, variable) - {found.flow.entry}


def _influences(found: Dependences, node: int) -> list[tuple[int, str | None]]:
    """(node, variable) of what a node depends on; None for a decision."""
    sources: list[tuple[int, str | None]] = [(decider, None) for decider in found.control[node]]
    for place, use in found.uses(node):
        sources += [(source.node, place[0]) for source in found.sources_of(node, place, use)]
    return sources
