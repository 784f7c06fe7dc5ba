"""Slices inside one body: what a value depends on, or what depends on it.

Weiser, "Program Slicing" (1981), over the dependences of the body (Ottenstein and Ottenstein, 1984). Invariant: running only the
statements of a backward slice leaves the value at its criterion as it is in every run that ends normally.
"""

from collections.abc import Iterable
from typing import Final, NamedTuple

from lepasserelle.graph.statements.dependence import Dependences
from lepasserelle.model.body import UNITED, Place


class Criterion(NamedTuple):
    """Where a backward slice begins."""

    nodes: list[int]
    reads: list[tuple[int, Place]]
    """Values that places have just before nodes."""


def criterion(found: Dependences, statement: int, variable: str | None) -> Criterion:
    """The statement itself, with all that it uses; for a variable that it does not write, what the variable holds there, and that
    it runs.
    """
    if variable is None:
        uses = found.body.statements[statement].uses
        return Criterion([statement], [(statement, use.place) for use in uses if found.is_ignored(statement, use)])
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
    united = {one for place in known for one in place[1:] if UNITED in one}
    path = tuple(next((one for one in united if step[1:] in one[1:].split(UNITED)), step) for step in path)
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


class Reached(NamedTuple):
    """What a forward slice reaches in a body."""

    nodes: dict[int, int]
    """Node → how far it is affected: `HANDS`, `CHANGES` or `DECIDES`."""
    made: int
    """The affected definitions, as bits."""
    deciding: set[int]
    """Nodes whose decisions are affected."""


HANDS: Final = 1
"""It hands an affected value to a function, and nothing of its own depends on it."""
CHANGES: Final = 2
"""What its call changes is affected, not what the call gives back."""
DECIDES: Final = 3
"""Everything that it does is affected."""


def forward(found: Dependences, start: Iterable[int], variable: str | None = None) -> Reached:
    """Every node that depends on these. With a variable only on the value that it gets there. Nodes are looked at in the order of
    the text until nothing changes: loops need a second round.
    """
    first = sorted(set(start))
    names = {place[0] for place in places_of(found, variable)} if variable is not None else None
    reached = dict.fromkeys(first, DECIDES)
    made = found.made_bits(first, names)
    waiting = [node for node in range(found.flow.node_count) if node not in reached]
    deciding = set(first) if names is None else set()
    while True:
        left: list[int] = []
        before = made
        for node in waiting:
            degree = DECIDES if not deciding.isdisjoint(found.control[node]) else _degree(found, node, made)
            if degree:
                reached[node] = degree
            if degree == DECIDES:
                deciding.add(node)
                made |= found.made_bits([node])
            else:
                left.append(node)
                made |= found.changed_bits(node) if degree == CHANGES else 0
        if len(left) == len(waiting) and made == before:
            return Reached(reached, made, deciding)
        waiting = left


def _degree(found: Dependences, node: int, made: int) -> int:
    """How far a node is affected by definitions; 0: not at all."""
    reads = found.reads(node)
    if reads.decide & made:
        return DECIDES
    if reads.change & made:
        return CHANGES
    return HANDS if reads.hand & made else 0


def forward_from(found: Dependences, start: Iterable[int], variable: str | None) -> set[int]:
    """The nodes of `forward`; from ENTRY with a parameter only what uses the parameter, and ENTRY itself is not in it."""
    return set(forward(found, start, variable).nodes) - {found.flow.entry}
