"""The fixpoint in rounds: what arrives in one is admitted together, so that the outcome does not depend on who is worked off first.

What a handler asks for in a round counts from the next one: values are admitted, watchers act, cells are set up. Nothing that a
round reads changes within it. Of what arrives at once at a cell that has no room for all, the first by a key that knows no order of
arrival are admitted (`value_keys`); so the history of a cell, when it admitted what, follows from those of its sources alone.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

import numpy as np
from numpy.typing import NDArray

from lepasserelle.graph.value_cells import CONSTANT, CONTAINER, FEW, METHOD, OUTSIDE, SHIFT, TAG, Act, Cells, by_tag

MOST_VALUES: Final = 26
MOST_FEW: Final = 12
MOST_STEPS: Final = 6_000_000
"""Values that may arrive at cells before the whole is cut short."""
ROUNDS: Final = 10_000
"""Rounds from where one search of the fixpoint begins to where the next does: a longer one moves none of the next."""

MOST: Final = tuple(MOST_FEW if tag in (CONSTANT, CONTAINER, METHOD, OUTSIDE) else MOST_VALUES for tag in range(16))
"""Values that a cell holds already when one of each tag is one too many. What lies outside leads to few definitions."""

Request = tuple[Act, int, int, int]
"""What to call with which value, first and second."""


class Rounds(Cells):
    """Cells whose values are admitted round by round."""

    def __init__(self, terms: int, set_up: Callable[[int], None], in_order: Callable[[Iterable[int]], list[int]] = by_tag) -> None:
        super().__init__(terms, set_up)
        self.most_steps = MOST_STEPS
        self._in_order = in_order
        self._arriving: dict[int, int | set[int]] = {}
        """Cell → what asks for admission in the next round."""
        self._is_cut = False
        self._late: list[tuple[int, Act, int, int]] = []
        """Watchers of cells whose new values are not handed on so far: from the next round on."""
        self.set_up_at_once: Callable[[Sequence[int]], Iterable[int]] = iter
        """Sets up what it can of all that a round asks for; gives the others."""
        self.set_up_in: array[int] = array("H")
        """By term the round in which it was set up, 0 for one that is not, where somebody wants to know later (`keep_rounds`)."""

    def keep_rounds(self) -> None:
        """Somebody wants to know later what was set up in which round."""
        self.set_up_in = array("H", bytes(2 * self.terms))

    def later(self, act: Act, value: int, first: int, second: int) -> None:
        """Act in the next round."""
        self._acts.append((act, value, first, second))

    def begin(self, attempt: int) -> None:
        """The fixpoint is sought once more: in rounds of its own."""
        self.round = attempt * ROUNDS

    def add(self, cell: int, value: int) -> None:
        """A value arrives: it is admitted, or turned away, with all that arrives in this round."""
        held = self.values[cell]
        if held is not None:
            if isinstance(held, int):
                if held == value:
                    return
            elif value in held:
                return
            elif isinstance(held, frozenset):
                self._turn_away(cell, (value,))
                return
        arriving = self._arriving
        waits = arriving.get(cell)
        if waits is None:
            arriving[cell] = value
        elif isinstance(waits, int):
            if waits != value:
                arriving[cell] = {waits, value}
        else:
            waits.add(value)

    def copy(self, source: int, target: int) -> None:
        """As that of all cells, in one piece: most of what handlers do is to copy, mostly of a cell that holds nothing so far."""
        if source <= 0:
            if source:
                self.add(target, CONSTANT | -source << SHIFT)
            return
        copies = self.copies
        targets = copies[source]
        if source == target:
            return
        if targets is None:
            copies[source] = target
        elif isinstance(targets, int):
            if targets == target:
                return
            copies[source] = [targets, target]
        elif target in targets:
            return
        elif isinstance(targets, dict):
            targets[target] = None
        else:
            targets.append(target)
            if len(targets) > FEW:
                copies[source] = dict.fromkeys(targets)
        if not self.active[source]:
            self.active[source] = 1
            self._asked.append(source)
        held = self.values[source]
        if held is not None:
            self._copy_held(held, source, target)

    def _copy_held(self, held: AbstractSet[int] | int, source: int, target: int) -> None:
        """What the source has handed on already arrives at one more cell."""
        if source not in self._new:
            if isinstance(held, int):
                self.add(target, held)
            else:
                self._add_all(target, held)
        elif not isinstance(held, int):
            self._add_all(target, self._handed_on(source))

    def _add_all(self, cell: int, values: AbstractSet[int]) -> None:
        """Several values arrive at once: `add` for each."""
        if values:
            self._hand_all_on(values, (cell,))

    def _admit(self) -> None:
        """The next round begins: what arrived is admitted up to the bounds."""
        arriving, self._arriving = self._arriving, {}
        self._new = arriving
        self.round += 1
        values, steps = self.values, len(arriving)
        for cell, came in arriving.items():
            held = values[cell]
            if isinstance(came, int):
                if held is None:
                    values[cell] = came
                    continue
                if isinstance(held, int):
                    values[cell] = {held, came}
                    continue
                if len(held) >= MOST[came & TAG]:
                    self.full.add(cell)
                    arriving[cell] = set()
                    continue
                assert isinstance(held, set)
                held.add(came)
                if len(held) == MOST_VALUES:
                    self._close(cell, frozenset(held))
                continue
            steps += len(came) - 1
            if held is None and len(came) < MOST_FEW:
                values[cell] = came
                continue
            holds = set() if held is None else {held} if isinstance(held, int) else held
            if len(holds) + len(came) > MOST_FEW:
                came = arriving[cell] = self._chosen(cell, holds, came)
                if not came:
                    continue
            holds |= came
            values[cell] = holds
            if len(holds) == MOST_VALUES:
                self._close(cell, frozenset(holds))
        self.steps += steps

    def _chosen(self, cell: int, holds: AbstractSet[int], came: set[int]) -> set[int]:
        """Of what arrives at a cell what it has room for: what it holds few of last, the first by key."""
        few = {value for value in came if MOST[value & TAG] < MOST_VALUES}
        if not few and len(holds) + len(came) <= MOST_VALUES:
            return came
        others = self._first(came - few if few else came, MOST_VALUES - len(holds))
        chosen = others | self._first(few, MOST_FEW - len(holds) - len(others)) if few else others
        if len(chosen) < len(came):
            self._turn_away(cell, came - chosen)
        return chosen

    def _first(self, values: set[int], room: int) -> set[int]:
        if len(values) <= room:
            return values
        return set(self._in_order(values)[:room]) if room > 0 else set()

    def watch(self, cell: int, act: Act, first: int, second: int = 0) -> None:
        """Act on each value that the cell holds, now and later."""
        if cell <= 0:
            if cell:
                self._acts.append((act, CONSTANT | -cell << SHIFT, first, second))
            return
        if not self.active[cell]:
            self.active[cell] = 1
            self._asked.append(cell)
        held = self.values[cell]
        if held is not None:
            if isinstance(held, int):
                self._acts.append((act, held, first, second))
            else:
                self._acts += [(act, value, first, second) for value in held]
            if cell in self._new:
                self._late.append((cell, act, first, second))
                return
        self._watchers.add(cell, act, first, second)

    def number_of(self, act: Act) -> int:
        """What stands for an act in `watch_empty`."""
        return self._watchers.number(act)

    def are_empty(self, cells: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Which of many cells hold nothing so far."""
        values = self.values
        return np.fromiter([values[cell] is None for cell in cells.tolist()], dtype=np.bool_, count=len(cells))

    def watch_empty(
        self, cells: NDArray[np.int64], acts: NDArray[np.uint16], firsts: NDArray[np.int64], seconds: NDArray[np.int64]
    ) -> None:
        """`watch` of many cells that hold nothing so far. `acts`: by number."""
        self.ask_all(cells)
        self._watchers.add_all(cells, acts, firsts, seconds)

    def ask_all(self, cells: NDArray[np.int64]) -> None:
        """`ask` for many cells that are no constants."""
        active = np.frombuffer(self.active, dtype=np.uint8)
        asked = np.unique(cells[active[cells] == 0])
        active[asked] = 1
        del active
        self._asked.extend(asked.tolist())

    def run(self) -> None:
        """To the fixpoint, or to the bound of steps."""
        copies, add = self.copies, self.add
        rings = self._watchers
        latest, following = rings.latest, rings.following
        each_act, numbers, firsts, seconds = rings.each_act, rings.acts, rings.firsts, rings.seconds
        while (due := self._begun()) is not None:
            new = self._new
            while new:
                cell, come = new.popitem()
                at, last, targets = 0, latest[cell], copies[cell]
                if isinstance(come, int):
                    if isinstance(targets, int):
                        add(targets, come)
                    elif targets is not None:
                        self._hand_on(come, targets)
                    while at != last:
                        at = following[at or last]
                        each_act[numbers[at]](come, firsts[at], seconds[at])
                else:
                    if targets is not None:
                        self._hand_all_on(come, (targets,) if isinstance(targets, int) else targets)
                    while at != last:
                        at = following[at or last]
                        act, first, second = each_act[numbers[at]], firsts[at], seconds[at]
                        for value in come:
                            act(value, first, second)
            self._do(*due)

    def _begun(self) -> tuple[list[Request], Sequence[int]] | None:
        """A round begins with what arrived and what was asked for in the one before; None where there is nothing."""
        if self._arriving and self.steps >= self.most_steps:
            self._is_cut = True
            self._arriving.clear()
        if self._arriving:
            self._admit()
        elif self._acts or self._asked:
            self.round += 1
        else:
            return None
        due = self._acts, self._asked
        self._acts, self._asked = [], []
        return due

    def _do(self, acts: list[Request], asked: Sequence[int]) -> None:
        for act, value, first, second in acts:
            act(value, first, second)
        if self.set_up_in:
            self._note(asked)
        for cell in self.set_up_at_once(asked):
            self._set_up(cell)
        for request in self._late:
            self._watchers.add(*request)
        self._late.clear()

    def _note(self, asked: Sequence[int]) -> None:
        noted, terms = self.set_up_in, self.terms
        for cell in asked:
            if cell < terms:
                noted[cell] = self.round

    def _hand_on(self, value: int, targets: Iterable[int]) -> None:
        """`add` to each of many cells, without a call for each: most hold the value already."""
        values, arriving = self.values, self._arriving
        for target in targets:
            held = values[target]
            if held is None or (held != value if isinstance(held, int) else value not in held):
                if isinstance(held, frozenset):
                    self._turn_away(target, (value,))
                    continue
                waits = arriving.get(target)
                if waits is None:
                    arriving[target] = value
                elif isinstance(waits, int):
                    if waits != value:
                        arriving[target] = {waits, value}
                else:
                    waits.add(value)

    def _hand_all_on(self, come: AbstractSet[int], targets: Iterable[int]) -> None:
        """The same for several values."""
        values, arriving = self.values, self._arriving
        for target in targets:
            held, more = values[target], come
            if held is not None:
                if isinstance(held, int):
                    if held in come:
                        more = come - {held}
                elif come <= held:
                    continue
                elif isinstance(held, frozenset):
                    self._turn_away(target, come - held)
                    continue
                else:
                    more = come - held
            waits = arriving.get(target)
            if waits is None:
                arriving[target] = set(more)
            elif isinstance(waits, int):
                arriving[target] = {waits, *more}
            else:
                waits |= more

    @property
    def cut_short(self) -> bool:
        """Whether the bound of steps ended the run."""
        return self._is_cut or bool(self._arriving or self._asked or self._acts)
