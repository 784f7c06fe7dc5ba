"""Cells, whichever is worked off first: the fixpoint beside a closure that is found by asking again and again."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lepasserelle.graph import value_cells, value_rounds
from lepasserelle.graph.value_cells import CLASS, CONSTANT, CONTAINER, FUNCTION, SHIFT, TAG, Act, Cells, Watchers
from lepasserelle.graph.value_rounds import MOST_FEW, Rounds

_CELLS = 24
_ENGINES = (Cells, Rounds)
_MOST_VALUES = {Cells: value_cells.MOST_VALUES, Rounds: value_rounds.MOST_VALUES}
_of_both = pytest.mark.parametrize("engine", _ENGINES)
_edges = st.lists(st.tuples(st.integers(1, _CELLS), st.integers(1, _CELLS)), max_size=80)
_values = st.lists(st.tuples(st.integers(1, _CELLS), st.integers(1, 40)), max_size=20)


def _solved(
    engine: type[Cells], edges: list[tuple[int, int]], values: list[tuple[int, int]], late: int
) -> tuple[Cells, list[tuple[int, int]]]:
    """The cells at the fixpoint, and what watchers were told; the edges from number `late` on are copies of a watcher's making."""
    cells = engine(_CELLS + 1, lambda _: None)
    told: list[tuple[int, int]] = []
    for cell in range(1, _CELLS + 1):
        cells.watch(cell, lambda value, first, _second: told.append((first, value)), cell)
    for source, target in edges[:late]:
        cells.copy(source, target)
    for cell, number in values:
        cells.add(cell, FUNCTION | number << SHIFT)
    for source, target in edges[late:]:
        cells.watch(source, lambda _value, first, second: cells.copy(first, second), source, target)
    cells.run()
    return cells, told


def _held(cells: Cells, cell: int) -> set[int]:
    held = cells.values[cell]
    return set() if held is None else {held} if isinstance(held, int) else set(held)


@_of_both
@given(_edges, _values, st.integers(0, 80))
def test_every_cell_holds_what_reaches_it_and_watchers_hear_each_value_once(
    engine: type[Cells], edges: list[tuple[int, int]], values: list[tuple[int, int]], late: int
) -> None:
    """Whatever way copies are kept and values handed on, the answer is that of the closure."""
    wanted: dict[int, set[int]] = {cell: set() for cell in range(1, _CELLS + 1)}
    for cell, number in values:
        wanted[cell].add(FUNCTION | number << SHIFT)
    for _ in range(_CELLS):
        for source, target in edges:
            wanted[target] |= wanted[source]
    cells, told = _solved(engine, edges, values, late)
    assert {cell: _held(cells, cell) for cell in wanted} == wanted
    assert sorted(told) == sorted((cell, value) for cell, found in wanted.items() for value in found)


@_of_both
def test_a_cell_that_many_read_hands_on_to_each_in_the_order_of_asking(engine: type[Cells]) -> None:
    """Many targets are kept in another way than few."""
    cells = engine(200, lambda _: None)
    for target in [*range(2, 150), *range(2, 150)]:
        cells.copy(1, target)
    assert list(cells.copies[1]) == list(range(2, 150))
    cells.add(1, FUNCTION | 7 << SHIFT)
    cells.run()
    assert all(_held(cells, target) == {FUNCTION | 7 << SHIFT} for target in range(1, 150))


@_of_both
def test_a_full_cell_says_so_and_holds_the_values_that_came_first(engine: type[Cells]) -> None:
    """A copy into it drops what is too much and marks it."""
    cells = engine(4, lambda _: None)
    cells.copy(1, 2)
    for number in range(_MOST_VALUES[engine]):
        cells.add(2, FUNCTION | number + 1 << SHIFT)
    cells.add(1, FUNCTION | 999 << SHIFT)
    cells.run()
    assert cells.full == {2}
    assert FUNCTION | 999 << SHIFT not in _held(cells, 2)


@_of_both
def test_whoever_asks_while_values_wait_hears_each_once(engine: type[Cells]) -> None:
    """A watcher and a copy that come between a value's arrival and its handing on get it with the handing on, and only then."""
    cells = engine(4, lambda _: None)
    told: list[int] = []
    cells.add(1, FUNCTION | 1 << SHIFT)
    cells.run()
    for number in (2, 3):
        cells.add(1, FUNCTION | number << SHIFT)
    cells.watch(1, lambda value, _first, _second: told.append(value >> SHIFT), 0)
    cells.copy(1, 2)
    cells.run()
    assert sorted(told) == [1, 2, 3]
    assert _held(cells, 2) == {FUNCTION | number << SHIFT for number in (1, 2, 3)}


@_of_both
def test_several_values_at_once_fill_a_cell_to_the_bound_with_the_smallest(engine: type[Cells]) -> None:
    """A set that does not fit is not dropped as a whole."""
    cells = engine(4, lambda _: None)
    cells.copy(1, 2)
    cells.add(2, FUNCTION | 999 << SHIFT)
    cells.run()
    for number in range(_MOST_VALUES[engine], 0, -1):
        cells.add(1, FUNCTION | number << SHIFT)
    cells.run()
    assert cells.full == {2}
    assert _held(cells, 2) == {FUNCTION | number << SHIFT for number in (*range(1, _MOST_VALUES[engine]), 999)}


@_of_both
def test_cells_that_hold_all_they_can_share_the_set(engine: type[Cells]) -> None:
    """Most full cells hold what another one holds: on Django 17 500 held 1 352 different sets."""
    cells = engine(6, lambda _: None)
    for number in range(1, _MOST_VALUES[engine] + 1):
        cells.add(1, FUNCTION | number << SHIFT)
    for source in (1, 2, 3):
        cells.copy(source, source + 1)
    cells.run()
    assert cells.values[1] == cells.values[4]
    assert all(cells.values[cell] is cells.values[1] for cell in (2, 3, 4))
    assert not cells.full


@_of_both
@given(st.lists(st.integers(1, 80), max_size=70), st.lists(st.integers(1, 40), max_size=40), st.booleans())
def test_what_arrives_at_once_is_bounded_like_what_comes_one_by_one(
    engine: type[Cells], functions: list[int], lists: list[int], at_once: bool
) -> None:
    """A cell never holds more than the bounds, takes all where all fit, and says when something was dropped."""
    cells = engine(4, lambda _: None)
    wanted = {FUNCTION | number << SHIFT for number in functions} | {CONTAINER | number << SHIFT for number in lists}
    sources = (1,) if at_once else (1, 2)
    for source in sources:
        cells.copy(source, 3)
    for place, value in enumerate(sorted(wanted)):
        cells.add(sources[place % len(sources)], value)
    cells.run()
    held = _held(cells, 3)
    assert held <= wanted
    assert len(held) <= _MOST_VALUES[engine]
    assert sum(value & 15 == CONTAINER for value in held) <= MOST_FEW
    if len(wanted) <= MOST_FEW:
        assert held == wanted
    if held != wanted:
        assert cells.full & {*sources, 3}


@_of_both
def test_one_list_too_many_leaves_room_for_functions(engine: type[Cells]) -> None:
    """Of containers a cell holds few, and goes on taking what can be called."""
    cells = engine(4, lambda _: None)
    cells.copy(1, 2)
    for number in range(1, MOST_FEW + 2):
        cells.add(1, CONTAINER | number << SHIFT)
        cells.add(1, FUNCTION | number << SHIFT)
    cells.run()
    assert {FUNCTION | number << SHIFT for number in range(1, MOST_FEW + 2)} <= _held(cells, 2)
    assert cells.full >= {1}


@_of_both
@given(
    _edges,
    st.lists(
        st.tuples(st.integers(1, 6), st.sampled_from([FUNCTION, CLASS, CONSTANT, CONTAINER]), st.integers(1, 30)), max_size=90
    ),
    st.tuples(*[st.integers(0, 5000)] * 4),
)
@example([(1, 2)], [(1, tag, number) for number in range(1, 20) for tag in (FUNCTION, CLASS)], (1000, 0, 0, 0))
def test_what_a_cell_keeps_depends_on_the_order_of_numbers_and_not_on_the_numbers(
    engine: type[Cells], edges: list[tuple[int, int]], values: list[tuple[int, int, int]], more: tuple[int, ...]
) -> None:
    """A file of another language has definitions and strings too, which move those of a program: its calls stay what they were."""

    def solved(further: dict[int, int]) -> tuple[list[list[tuple[int, int]]], list[tuple[int, int, int]], set[int]]:
        cells, told = engine(_CELLS + 1, lambda _: None), list[tuple[int, int, int]]()
        back = {tag: -number for tag, number in further.items()}

        def hear(value: int, cell: int, _second: int) -> None:
            told.append((cell, value & TAG, (value >> SHIFT) + back[value & TAG]))

        for cell in range(1, _CELLS + 1):
            cells.watch(cell, hear, cell)
        for source, target in edges:
            cells.copy(source, target)
        for cell, tag, number in values:
            cells.add(cell, tag | number + further[tag] << SHIFT)
        cells.run()
        held = [[(v & TAG, (v >> SHIFT) + back[v & TAG]) for v in cells.held(cell)] for cell in range(1, _CELLS + 1)]
        return held, sorted(told), cells.full  # of one round in any order

    tags = (FUNCTION, CLASS, CONSTANT, CONTAINER)
    assert solved(dict.fromkeys(tags, 0)) == solved(dict(zip(tags, more, strict=True)))


def test_whoever_watches_in_a_round_hears_in_the_next_one() -> None:
    """Whether the cell's new values were handed on before or not: two that watch each other's cell hear in the same round."""
    cells = Rounds(4, lambda _: None)
    heard: list[tuple[int, int]] = []
    hear = lambda _value, cell, _second: heard.append((cell, cells.round))  # noqa: E731
    cells.watch(1, lambda _value, _first, _second: cells.watch(2, hear, 2), 0)
    cells.watch(2, lambda _value, _first, _second: cells.watch(1, hear, 1), 0)
    cells.add(1, FUNCTION | 1 << SHIFT)
    cells.add(2, FUNCTION | 2 << SHIFT)
    cells.run()
    assert sorted(heard) == [(1, 2), (2, 2)]


_watched = st.lists(st.tuples(st.integers(1, _CELLS), st.integers(0, 2), st.integers(0, 9), st.integers(0, 9)), max_size=60)


@given(st.lists(_watched, max_size=4))
def test_watchers_that_come_together_stand_in_the_order_in_which_each_would_have_come(
    many: list[list[tuple[int, int, int, int]]],
) -> None:
    """Rings that are spliced by columns, beside those that are made one by one."""
    acts = [lambda _value, _first, _second, number=number: number for number in range(3)]
    together, one_by_one = Watchers(_CELLS + 1), Watchers(_CELLS + 1)
    for watched in many:
        columns = np.array(watched, dtype=np.int64).reshape(-1, 4)
        numbers = np.array([together.number(act) for act in acts], dtype=np.uint16)
        together.add_all(columns[:, 0], numbers[columns[:, 1]], columns[:, 2], columns[:, 3])
        for cell, act, first, second in watched:
            one_by_one.add(cell, acts[act], first, second)
    assert [_ring(together, cell) for cell in range(_CELLS + 1)] == [_ring(one_by_one, cell) for cell in range(_CELLS + 1)]


def _ring(watchers: Watchers, cell: int) -> list[tuple[Act, int, int]]:
    """Who watches a cell, in order."""
    found, at, last = [], 0, watchers.latest[cell]
    while at != last:
        at = watchers.following[at or last]
        found.append((watchers.each_act[watchers.acts[at]], watchers.firsts[at], watchers.seconds[at]))
    return found


@given(st.lists(st.tuples(st.integers(1, _CELLS), st.integers(1, _CELLS)), max_size=40), st.sets(st.integers(1, _CELLS)))
def test_many_empty_cells_are_asked_for_once_and_watched_as_one_is(watched: list[tuple[int, int]], asked: set[int]) -> None:
    """Whoever is told of values, and what is set up, is the same."""

    def told(is_together: bool) -> tuple[list[tuple[int, int, int]], list[int]]:
        found: list[tuple[int, int, int]] = []
        set_up: list[int] = []

        def set_up_one(cell: int) -> None:
            set_up.append(cell)
            cells.add(cell, FUNCTION | cell << SHIFT)

        cells = Rounds(_CELLS + 1, set_up_one)

        def tell(value: int, first: int, second: int) -> None:
            found.append((value, first, second))

        for cell in asked:
            cells.ask(cell)
        if is_together:
            columns = np.array(watched, dtype=np.int64).reshape(-1, 2)
            acts = np.full(len(columns), cells.number_of(tell), dtype=np.uint16)
            assert cells.are_empty(columns[:, 0]).all()
            cells.watch_empty(columns[:, 0], acts, columns[:, 1], np.zeros(len(columns), dtype=np.int64))
        else:
            for cell, first in watched:
                cells.watch(cell, tell, first)
        cells.run()
        return sorted(found), sorted(set_up)

    assert told(is_together=True) == told(is_together=False)
    assert told(is_together=True)[1] == sorted(asked | {cell for cell, _ in watched})
