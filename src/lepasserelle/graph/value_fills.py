"""What to do where nothing is known of a cell once the fixpoint is reached, in flat arrays: a closure each would take 400 bytes."""

from array import array
from collections.abc import Sequence
from itertools import compress

from lepasserelle.graph.value_cells import Act


class Fills:
    """Collects them in order; `run` does those of cells that hold nothing. 18 bytes each."""

    def __init__(self) -> None:
        self._cells = array("i")
        self._acts = array("H")
        self._values = array("i")
        self._firsts = array("i")
        self._seconds = array("i")
        self._each_act: list[Act] = []
        self._numbers: dict[Act, int] = {}

    def add(self, cell: int, act: Act, value: int, first: int, second: int) -> None:
        """Act with these numbers where the cell holds nothing."""
        number = self._numbers.get(act)
        if number is None:
            number = self._numbers[act] = len(self._each_act)
            self._each_act.append(act)
        self._cells.append(cell)
        self._acts.append(number)
        self._values.append(value)
        self._firsts.append(first)
        self._seconds.append(second)

    def run(self, held: Sequence[object]) -> None:
        """Do those of cells that hold nothing before the first of them acts, whatever another one fills. `held`: what each cell
        holds, None for nothing; a constant (a negative cell) holds itself.
        """
        empty = [cell >= 0 and held[cell] is None for cell in self._cells]
        for number, value, first, second in compress(
            zip(self._acts, self._values, self._firsts, self._seconds, strict=True), empty
        ):
            self._each_act[number](value, first, second)
