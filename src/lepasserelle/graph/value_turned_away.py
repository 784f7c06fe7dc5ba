"""Which functions a callee would hold if there were room for them: what full cells turned away, seen from the calls (decision 401).

Few cells turn functions away, and ten thousands hold the same as such a cell: sets of functions for these would take gigabytes.
What one cell turned away goes on as one bit of a number, and is functions again only where a call asks for it.
"""

from functools import reduce
from operator import or_

from lepasserelle.graph.components import components_in_order
from lepasserelle.graph.value_cells import FUNCTION, MOST_TURNED_AWAY, SHIFT, TAG, Cells


class TurnedAway:
    """What the full cells of a solved flow had no room for, by the cells that hold the same."""

    def __init__(self, cells: Cells) -> None:
        by_cell = {
            cell: tuple(sorted({value >> SHIFT if value & TAG == FUNCTION else cells.pairs[value >> SHIFT][0] for value in values}))
            for cell, values in cells.turned_away.items()
        }
        self._sets = list(dict.fromkeys(by_cell.values()))
        bit_of = {functions: 1 << at for at, functions in enumerate(self._sets)}
        self._bits = _gone_on(cells, {cell: bit_of[functions] for cell, functions in by_cell.items()})
        self._functions: dict[int, tuple[int, ...]] = {}

    def functions(self, cell: int) -> tuple[int, ...]:
        """What a cell would hold, too, if there were room: `MOST_TURNED_AWAY` functions at most, sorted."""
        bits = self._bits.get(cell, 0)
        known = self._functions.get(bits)
        if known is None:
            known = self._functions[bits] = self._functions_of(bits)
        return known

    def _functions_of(self, bits: int) -> tuple[int, ...]:
        """What the sets with these bits hold."""
        found: set[int] = set()
        while bits:
            lowest = bits & -bits
            found.update(self._sets[lowest.bit_length() - 1])
            bits ^= lowest
        return tuple(sorted(found)[:MOST_TURNED_AWAY])


def _gone_on(cells: Cells, bits: dict[int, int]) -> dict[int, int]:
    """What comes along copies, tests and bindings, by cell. Cells that lead to each other have the same, others follow in order."""
    reached = list(bits)
    numbers = {cell: number for number, cell in enumerate(reached)}
    successors: list[list[int]] = []
    for cell in reached:  # grows meanwhile
        targets = cells.hold_the_same(cell)
        for target in targets:
            if target not in numbers:
                numbers[target] = len(reached)
                reached.append(target)
        successors.append([numbers[target] for target in targets])
    come = [bits.get(cell, 0) for cell in reached]
    for part in reversed(list(components_in_order(successors))):
        held = reduce(or_, (come[node] for node in part))
        for node in part:
            come[node] = held
            for target in successors[node]:
                come[target] |= held
    return dict(zip(reached, come, strict=True))
