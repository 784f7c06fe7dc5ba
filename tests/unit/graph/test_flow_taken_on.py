"""A solved flow can be taken on: after an edit the same facts stand, since the same rounds, as when the flow is solved afresh."""

from collections.abc import Callable
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from taking_on import AT_ONCE, MEET, RUNS, VALUES, Ask, Fact, TakingOn, Values

from lepasserelle.graph import value_rounds
from lepasserelle.graph.value_cells import Act
from lepasserelle.graph.value_rounds import Rounds

CELLS, ACTS, ROWS, EDITS = 12, 4, 10, 12
ROW = "row"
Program = list[set[Ask]]
Handler = Callable[[Fact], set[Ask]]


def ask(random: Random) -> Ask:
    """Something that a handler asks for. Runs that it asks for at once are others than those of the next round, as in a flow."""
    cell, other = random.sample(range(1, CELLS), 2)
    act, value, first = random.randrange(ACTS), random.randrange(10), random.randrange(3)
    found: list[Ask] = [
        (VALUES, ("value", cell, value)),
        (VALUES, ("value", other, value)),
        (AT_ONCE, ("copy", cell, other)),
        (AT_ONCE, ("copy", other, cell)),
        (AT_ONCE, ("watch", cell, act, first, random.randrange(3))),
        (RUNS, ("run", act, value, first, 0)),
        (AT_ONCE, ("run", act, value, first, 1)),
        (AT_ONCE, ("side", first, random.randrange(2), act)),
    ]
    return random.choice(found)


def asks(random: Random) -> set[Ask]:
    """What a row, or a run, asks for."""
    return {ask(random) for _ in range(random.choice((0, 1, 1, 2)))}


def handler_of(seed: int, program: Program) -> Handler:
    """Any handlers, of one seed always the same, but for rows: what they ask for is the program."""
    return lambda run: set(program[run[2]]) if run[1] == ROW else asks(Random(f"{seed} {run}"))


class Afresh(Rounds):
    """The product's rounds over such handlers, with a table for what meets, as the handlers of a flow have."""

    def __init__(self, handler: Handler) -> None:
        super().__init__(CELLS, lambda _: None, sorted)
        self.active = bytearray(b"\1" * CELLS)
        self.history: dict[int, dict[int, int]] = {}
        self.ran: set[Fact] = set()
        self._handler = handler
        self._sides: dict[int, tuple[set[int], set[int]]] = {}
        self._each: list[Act] = [self._act(number) for number in range(ACTS)]
        for row in range(ROWS):
            self._ask_for(("run", ROW, row, 0, 0))
        self.run()

    def _act(self, number: int) -> Act:
        return lambda value, first, second: self._ask_for(("run", number, value, first, second))

    def _admit(self) -> None:
        super()._admit()
        for cell, came in self._new.items():
            for value in (came,) if isinstance(came, int) else came:
                self.history.setdefault(cell, {})[value] = self.round

    def _ask_for(self, run: Fact) -> None:
        if run not in self.ran:
            self.ran.add(run)
            for depth, (kind, *numbers) in sorted(self._handler(run)):
                if kind == "value":
                    self.add(*numbers)
                elif kind == "copy":
                    self.copy(*numbers)
                elif kind == "watch":
                    self.watch(numbers[0], self._each[numbers[1]], *numbers[2:])
                elif kind == "side":
                    self._meet(*numbers)
                elif depth == AT_ONCE:
                    self._ask_for(("run", *numbers))
                else:
                    self.later(self._each[numbers[0]], *numbers[1:])

    def _meet(self, key: int, side: int, item: int) -> None:
        own = self._sides.setdefault(key, (set(), set()))
        if item not in own[side]:
            own[side].add(item)
            for other in sorted(own[1 - side]):
                self._ask_for(("run", MEET, key, *((other, item) if side else (item, other))))


def state_of(taken: TakingOn) -> tuple[dict[int, dict[int, int]], set[int], set[Fact]]:
    """Histories, cells that turned something away, and what ran."""
    histories = {cell: dict(history) for cell, history in taken.history.items() if history}
    return (
        histories,
        {cell for cell, rounds in taken.turned_away.items() if rounds},
        {fact for fact in taken.time if fact[0] == "run"},
    )


@pytest.mark.parametrize("bound", [2, 3, 26])
def test_an_edit_taken_on_gives_what_solving_afresh_gives(bound: int) -> None:
    """Rows of random programs are replaced, one edit after the other; where two values are the bound many cells are full."""

    def room(holds: Values, came: Values) -> Values:
        return set(sorted(came)[: bound - len(holds)])

    @settings(max_examples=100, deadline=None)
    @given(seed=st.integers(0, 2**32))
    def check(seed: int) -> None:
        random = Random(seed)
        program = [asks(random) for _ in range(ROWS)]
        handler = handler_of(seed, program)
        taken = TakingOn(handler, room)
        taken.begin(("run", ROW, row, 0, 0) for row in range(ROWS))
        for _ in range(EDITS):
            afresh = Afresh(handler)
            assert state_of(taken) == (afresh.history, afresh.full, afresh.ran)
            row = random.randrange(ROWS)
            program[row] = asks(random)
            taken.again([("run", ROW, row, 0, 0)])

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(value_rounds, "MOST_VALUES", bound)
        patch.setattr(value_rounds, "MOST_FEW", min(bound, 12))
        patch.setattr(value_rounds, "MOST", (bound,) * 16)
        check()


def test_an_edit_looks_at_what_it_touches_alone() -> None:
    """Of two chains of copies that share no cell the one whose first value changes is looked at, the other is not."""
    program: Program = [{(VALUES, ("value", 1, 5))}, {(VALUES, ("value", 101, 7))}]
    program += [{(AT_ONCE, ("copy", start + at, start + at + 1))} for start in (1, 101) for at in range(50)]
    taken = TakingOn(handler_of(0, program), lambda _holds, came: came)
    taken.begin(("run", ROW, row, 0, 0) for row in range(len(program)))
    assert taken.history[51] == {5: 51}
    whole, program[1] = taken.looked_at, {(VALUES, ("value", 101, 8))}
    taken.again([("run", ROW, 1, 0, 0)])
    assert taken.history[51] == {5: 51}
    assert taken.history[151] == {8: 51}
    assert taken.looked_at - whole <= 5 * 51
    whole = taken.looked_at
    taken.again([("run", ROW, row, 0, 0) for row in range(len(program))])
    assert taken.looked_at == whole


def test_what_supports_itself_goes_with_its_source() -> None:
    """Three cells in a circle of copies hold a value as long as something outside the circle gives it, and no round longer."""
    program: Program = [{(VALUES, ("value", 1, 5))}, *({(AT_ONCE, ("copy", at, at % 3 + 1))} for at in (1, 2, 3))]
    taken = TakingOn(handler_of(0, program), lambda _holds, came: came)
    taken.begin(("run", ROW, row, 0, 0) for row in range(len(program)))
    assert {cell: taken.history[cell] for cell in (1, 2, 3)} == {1: {5: 1}, 2: {5: 2}, 3: {5: 3}}
    program[0] = set()
    taken.again([("run", ROW, 0, 0, 0)])
    assert not any(taken.history[cell] for cell in (1, 2, 3))
