"""Cells that hold sets of values, copies between them, what has to happen when a value arrives: the fixpoint, nothing of Python.

Inclusion constraints after Andersen (1994), solved by demand: a cell is set up when somebody asks for it. A cell holds at most
`MOST_VALUES` values; one that would hold more is `full`, and whoever reads it has to say so. The latest cell is worked off first
(`value_rounds` for the order of which the outcome does not depend).
"""

from array import array
from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

MOST_VALUES: Final = 24
MOST_CONSTANTS: Final = 12
MOST_CONTAINERS: Final = 12
_FEWEST: Final = max(MOST_CONSTANTS, MOST_CONTAINERS)
MOST_STEPS: Final = 6_000_000
"""Values that may arrive at cells before the whole is cut short."""

FUNCTION, CLASS, MODULE, OUTSIDE, INSTANCE, GENERATOR, CONTAINER, CONSTANT = range(8)
OPAQUE, BOUND, PARTIAL, METHOD, PARENT, PROPERTY, FITTING = range(8, 15)
"""Tags of values, in the low four bits."""

TAG: Final = 15
SHIFT: Final = 4

MOST: Final = tuple(
    {CONSTANT: MOST_CONSTANTS, CONTAINER: MOST_CONTAINERS, METHOD: MOST_CONTAINERS}.get(tag, MOST_VALUES) for tag in range(16)
)
"""Values that a cell holds already when one of each tag is one too many."""

Act = Callable[[int, int, int], None]
"""What to call with (value, first, second) of a watcher."""

MOST_TURNED_AWAY: Final = 1024
"""Functions that are remembered of those for which a cell has no room."""

FEW: Final = 16
"""Targets of a copy that are looked through one by one."""


def by_tag(values: Iterable[int]) -> list[int]:
    """Values by tag, then by number. What is found must not change when there are more definitions or strings before those of a
    program: so the number does not count before the tag, and the order of a set never does.
    """
    return sorted(sorted(values), key=TAG.__and__)


class Watchers:
    """Who acts on what arrives at which cell, in the order in which they came: rings in flat arrays, 14 bytes a watcher.

    `latest`: cell → its last watcher, 0 for none. `following`: watcher → the next one of the same cell; after the last the first.
    """

    def __init__(self, cells: int) -> None:
        self.latest = array("i", bytes(4 * cells))
        self.following = array("i", [0])
        self.acts = array("H", [0])
        self.firsts = array("i", [0])
        self.seconds = array("i", [0])
        self.each_act: list[Act] = []
        self._numbers: dict[Act, int] = {}

    def number(self, act: Act) -> int:
        """What stands for an act in `acts`."""
        number = self._numbers.get(act)
        if number is None:
            number = self._numbers[act] = len(self.each_act)
            self.each_act.append(act)
        return number

    def add_all(
        self, cells: NDArray[np.int64], acts: NDArray[np.uint16], firsts: NDArray[np.int64], seconds: NDArray[np.int64]
    ) -> None:
        """Many watchers more, of which those of one cell keep their order. `acts`: their numbers."""
        count = len(cells)
        if not count:
            return
        order = np.argsort(cells, kind="stable")
        cells, base = cells[order], len(self.firsts)
        starts = np.flatnonzero(np.concatenate([[True], cells[1:] != cells[:-1]]))
        ends = np.append(starts[1:], count) - 1
        following = base + 1 + np.arange(count)
        latest, known = np.frombuffer(self.latest, dtype=np.int32), np.frombuffer(self.following, dtype=np.int32)
        before = latest[cells[starts]]
        is_new = before == 0
        following[ends] = np.where(is_new, base + starts, known[before])
        known[before[~is_new]] = base + starts[~is_new]
        latest[cells[starts]] = base + ends
        del latest, known  # an array that is looked at cannot grow
        self.acts.frombytes(acts[order].astype(np.uint16).tobytes())
        for column, numbers in ((self.firsts, firsts[order]), (self.seconds, seconds[order]), (self.following, following)):
            column.frombytes(numbers.astype(np.int32).tobytes())

    def handed_to(self, cell: int, acts: AbstractSet[Act]) -> Iterator[int]:
        """The first numbers of the watchers of a cell that are one of these acts."""
        numbers = {self._numbers[act] for act in acts if act in self._numbers}
        at, last = 0, self.latest[cell]
        while at != last:
            at = self.following[at or last]
            if self.acts[at] in numbers:
                yield self.firsts[at]

    def add(self, cell: int, act: Act, first: int, second: int) -> None:
        """One watcher more."""
        number = self._numbers.get(act)
        if number is None:
            number = self.number(act)
        at, last = len(self.firsts), self.latest[cell]
        self.acts.append(number)
        self.firsts.append(first)
        self.seconds.append(second)
        if last:
            self.following.append(self.following[last])
            self.following[last] = at
        else:
            self.following.append(at)
        self.latest[cell] = at


class Cells:
    """Values by cell. The first cells are the terms of a program; `new` makes others."""

    def __init__(self, terms: int, set_up: Callable[[int], None]) -> None:
        self.terms = terms
        self.values: list[AbstractSet[int] | int | None] = [None] * terms
        """A cell of one value, as most are, holds it without a set; those that hold all they can share what they hold."""
        self._closed: dict[frozenset[int], frozenset[int]] = {}
        self.active = bytearray(terms)
        self.copies: list[int | list[int] | dict[int, None] | None] = [None] * terms
        """Cells that hold what each cell holds, in order: one as it is, a list of few, a dictionary of many."""
        self._watchers = Watchers(terms)
        self._latest = self._watchers.latest
        self.full: set[int] = set()
        self.turned_away: dict[int, set[int]] = {}
        """Cell that is full → functions, and methods with their receiver, that it had no room for."""
        self.thinned: dict[int, list[int]] = {}
        """Cell → cells that hold what tests leave of it."""
        self.binding: set[Act] = set()
        """Acts by which what a cell holds arrives at another one, their first number, bound to who has it."""
        self.stand_for: dict[int, tuple[Any, ...]] = {}
        """Cell that is no term → what it was made for."""
        self.steps, self.most_steps = 0, MOST_STEPS
        """Values that arrived, and that may."""
        self.round = 0
        """Of what is worked off together (`value_rounds`)."""
        self._set_up = set_up
        self._asked: array[int] | list[int] = array("I")
        self._new: dict[int, Any] = {}
        """Cell → what arrived and was not handed on so far; one value, as most are, as it is, several in a list or a set."""
        self._work: list[int] = []
        """The cells of `_new`; the latest goes first."""
        self._acts: list[tuple[Act, int, int, int]] = []
        self._pairs: dict[tuple[int, int, int], int] = {}
        self.pairs: list[tuple[int, int]] = []

    def rest(self) -> None:
        """Nothing flows any more: values stay, who gets them is forgotten."""
        self._watchers = Watchers(0)
        self.copies.clear()
        self.binding.clear()

    def new(self) -> int:
        """A cell that is no term."""
        values = self.values
        values.append(None)
        self.copies.append(None)
        self.active.append(1)
        self._latest.append(0)
        return len(values) - 1

    def pair(self, tag: int, first: int, second: int) -> int:
        """A value made of two numbers; `pairs[value >> SHIFT]` gives them back."""
        key = (tag, first, second)
        known = self._pairs.get(key)
        if known is None:
            known = self._pairs[key] = tag | len(self.pairs) << SHIFT
            self.pairs.append((first, second))
        return known

    def later(self, act: Act, value: int, first: int, second: int) -> None:
        """Act on what somebody put together of two relations: at once, or in the next round where there are some."""
        act(value, first, second)

    def begin(self, attempt: int) -> None:
        """What stayed empty is filled now, and the fixpoint sought once more."""

    def ask(self, cell: int) -> None:
        """Somebody wants to know what the cell holds."""
        if cell > 0 and not self.active[cell]:
            self.active[cell] = 1
            self._asked.append(cell)

    def add(self, cell: int, value: int) -> None:
        """A value arrives."""
        held = self.values[cell]
        if held is None:
            self.values[cell] = self._new[cell] = value
            self._work.append(cell)
            return
        if isinstance(held, int):
            if held == value:
                return
            self.values[cell] = {held, value}
        else:
            if value in held:
                return
            if len(held) >= MOST[value & TAG]:
                self._turn_away(cell, (value,))
                return
            assert isinstance(held, set)
            held.add(value)
            if len(held) == MOST_VALUES:
                self._close(cell, frozenset(held))
        waiting = self._new.get(cell)
        if waiting is None:
            self._new[cell] = value
            self._work.append(cell)
        elif isinstance(waiting, int):
            self._new[cell] = [waiting, value]
        else:
            waiting.append(value)

    def _turn_away(self, cell: int, values: Iterable[int]) -> None:
        """A cell has no room for values."""
        self.full.add(cell)
        for value in values:
            if value & TAG == FUNCTION or value & TAG == BOUND:
                known = self.turned_away.setdefault(cell, set())
                if len(known) < MOST_TURNED_AWAY:
                    known.add(value)

    def _close(self, cell: int, held: frozenset[int]) -> None:
        """A cell holds all that it can: others that hold the same share the set."""
        self.values[cell] = self._closed.setdefault(held, held)

    def _add_all(self, cell: int, values: AbstractSet[int]) -> None:
        """Several values arrive at once: `add` for each, those that a cell holds few of last and the smallest first."""
        held = self.values[cell]
        if isinstance(held, frozenset):
            if not values <= held:
                self._turn_away(cell, values - held)
            return
        holds = set() if held is None else {held} if isinstance(held, int) else held
        come = values - holds
        if not come:
            return
        if len(holds) + len(come) >= MOST_CONTAINERS:
            few = {value for value in come if MOST[value & TAG] < MOST_VALUES}
            if few:
                self._add_few(cell, come - few, few)
                return
        arriving = by_tag(come) if len(come) > 1 else list(come)
        if len(holds) + len(arriving) > MOST_VALUES:
            self._turn_away(cell, arriving[MOST_VALUES - len(holds) :])
            del arriving[MOST_VALUES - len(holds) :]
            come = set(arriving)
        assert isinstance(holds, set)
        holds |= come
        if len(holds) == MOST_VALUES:
            self._close(cell, frozenset(holds))
        else:
            self.values[cell] = holds
        waiting = self._new.get(cell)
        if waiting is None:
            self._new[cell] = arriving
            self._work.append(cell)
        elif isinstance(waiting, int):
            self._new[cell] = [waiting, *arriving]
        else:
            waiting += arriving

    def _add_few(self, cell: int, others: AbstractSet[int], few: AbstractSet[int]) -> None:
        """What a cell holds few of comes behind what comes with it."""
        if others:
            self._add_all(cell, others)
        held = self.values[cell]
        if held is not None and not isinstance(held, int) and len(held) >= _FEWEST:
            self.full.add(cell)
            return
        for value in by_tag(few):
            self.add(cell, value)

    def _handed_on(self, cell: int) -> AbstractSet[int]:
        """What a cell that holds something has handed on: the rest comes to whoever asks now when its turn comes."""
        held = self.values[cell]
        new = self._new.get(cell)
        if isinstance(held, int):
            return {held} if new is None else set()
        assert held is not None
        return held if new is None else held - ({new} if isinstance(new, int) else set(new))

    def held(self, cell: int) -> list[int]:
        """What a term, a constant or another cell holds now."""
        values = (CONSTANT | -cell << SHIFT if cell else None) if cell <= 0 else self.values[cell]
        return [] if values is None else [values] if isinstance(values, int) else by_tag(values)

    def vague(self) -> set[int]:
        """Cells that are full, and those that hold what such a cell holds, what tests leave of it, or the same bound."""
        found, todo = set(self.full), list(self.full)
        while todo:
            cell = todo.pop()
            for target in self.hold_the_same(cell):
                if target not in found:
                    found.add(target)
                    todo.append(target)
        return found

    def hold_the_same(self, cell: int) -> tuple[int, ...]:
        """The cells that hold what a cell holds, what tests leave of it, or the same bound."""
        return (*self.readers(cell), *self.thinned.get(cell, ()), *self._watchers.handed_to(cell, self.binding))

    def copy(self, source: int, target: int) -> None:
        """Whatever the source (a term, a constant or another cell) holds, the target holds too."""
        if source <= 0:
            if source:
                self.add(target, CONSTANT | -source << SHIFT)
            return
        if source == target:
            return
        targets = self.copies[source]
        if targets is None:
            self.copies[source] = target
        elif targets == target if isinstance(targets, int) else target in targets:
            return
        else:
            self._read_too(source, targets, target)
        if not self.active[source]:
            self.active[source] = 1
            self._asked.append(source)
        held = self.values[source]
        if held is None:
            return
        if isinstance(held, int):
            if source not in self._new:
                self.add(target, held)
        elif source in self._new:
            self._add_all(target, self._handed_on(source))
        else:
            self._add_all(target, held)

    def _read_too(self, source: int, targets: int | list[int] | dict[int, None], target: int) -> None:
        """Make the target one more of those that get what is new in the source."""
        if isinstance(targets, int):
            self.copies[source] = [targets, target]
        elif isinstance(targets, dict):
            targets[target] = None
        else:
            targets.append(target)
            if len(targets) > FEW:
                self.copies[source] = dict.fromkeys(targets)

    def readers(self, cell: int) -> tuple[int, ...]:
        """The cells that hold what a cell holds."""
        targets = self.copies[cell]
        return (targets,) if isinstance(targets, int) else tuple(targets or ())

    def watch(self, cell: int, act: Act, first: int, second: int = 0) -> None:
        """Act on each value that the cell holds, now and later."""
        if cell <= 0:
            if cell:
                self._acts.append((act, CONSTANT | -cell << SHIFT, first, second))
            return
        if not self.active[cell]:
            self.active[cell] = 1
            self._asked.append(cell)
        self._watchers.add(cell, act, first, second)
        held = self.values[cell]
        if held is None:
            return
        if not isinstance(held, int):
            self._acts += [(act, value, first, second) for value in by_tag(self._handed_on(cell))]
        elif cell not in self._new:
            self._acts.append((act, held, first, second))

    def run(self) -> None:
        """To the fixpoint, or to the bound of steps."""
        work, asked, acts, copies = self._work, self._asked, self._acts, self.copies
        rings = self._watchers
        latest, following = rings.latest, rings.following
        each_act, numbers, firsts, seconds = rings.each_act, rings.acts, rings.firsts, rings.seconds
        while self.steps < self.most_steps:
            if acts:
                act, value, first, second = acts.pop()
                act(value, first, second)
                continue
            if asked:
                self._set_up(asked.pop())
                continue
            if not work:
                return
            cell = work.pop()
            new = self._new.pop(cell)
            targets = copies[cell]
            if targets is not None:
                reading = (targets,) if isinstance(targets, int) else targets
                if isinstance(new, int):
                    self._hand_on(new, reading)
                else:
                    batch = set(new)
                    for target in reading:
                        self._add_all(target, batch)
            at, last = 0, latest[cell]
            if isinstance(new, int):
                self.steps += 1
                while at != last:
                    at = following[at or last]
                    each_act[numbers[at]](new, firsts[at], seconds[at])
            else:
                self.steps += len(new)
                while at != last:
                    at = following[at or last]
                    act, first, second = each_act[numbers[at]], firsts[at], seconds[at]
                    for value in new:
                        act(value, first, second)

    def _hand_on(self, value: int, targets: Iterable[int]) -> None:
        """`add` to each of many cells, without a call for each: most hold the value already."""
        values, add, new, work = self.values, self.add, self._new, self._work
        for target in targets:
            held = values[target]
            if held is None:
                values[target] = new[target] = value
                work.append(target)
            elif held != value if isinstance(held, int) else value not in held:
                add(target, value)

    @property
    def cut_short(self) -> bool:
        """Whether the bound of steps ended the run."""
        return bool(self._work or self._asked or self._acts)
