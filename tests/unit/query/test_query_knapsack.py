"""Choosing for a budget: against every possible choice, tried one by one."""

from collections.abc import Sequence
from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.query.knapsack import NOTHING, Form, Item, choose

forms = st.lists(st.integers(1, 40), max_size=3).map(
    lambda costs: tuple(
        Form(tokens, share) for tokens, share in zip(sorted(costs), (0.2, 0.35, 1.0)[3 - len(costs) :], strict=True)
    )
)
flat_items = st.lists(st.builds(Item, st.floats(0.01, 5), forms), max_size=5)


@st.composite
def nested_items(draw: st.DrawFn) -> list[Item]:
    """Some stand inside of earlier ones."""
    items: list[Item] = []
    for at, item in enumerate(draw(flat_items)):
        around = draw(st.none() | st.integers(0, at - 1)) if at else None
        inside = () if around is None else (around, *items[around].inside)
        items.append(Item(item.value, item.forms, inside))
    return items


def is_whole(items: Sequence[Item], chosen: Sequence[int], at: int) -> bool:
    """Whether it is there in its whole form."""
    return chosen[at] != NOTHING and items[at].forms[chosen[at]].share == 1


def cost(items: Sequence[Item], chosen: Sequence[int]) -> int:
    """Tokens of what is shown."""
    return sum(item.forms[form].tokens for item, form in zip(items, chosen, strict=True) if form != NOTHING)


def value(items: Sequence[Item], chosen: Sequence[int]) -> float:
    """What is there, by itself or inside of another one."""
    total = 0.0
    for at, item in enumerate(items):
        if any(is_whole(items, chosen, around) for around in item.inside):
            total += item.value
        elif chosen[at] != NOTHING:
            total += item.value * item.forms[chosen[at]].share
    return total


def best(items: Sequence[Item], budget: int) -> float:
    """Of every choice that fits."""
    choices = product(*(range(NOTHING, len(item.forms)) for item in items))
    return max(value(items, chosen) for chosen in choices if cost(items, chosen) <= budget)


@given(flat_items, st.integers(0, 120))
@settings(max_examples=300)
def test_at_least_half_of_the_most_value_is_chosen(items: list[Item], budget: int) -> None:
    """The bound of the step by step choice, beside the best of all choices."""
    chosen = choose(items, budget)
    assert cost(items, chosen) <= budget
    assert value(items, chosen) >= best(items, budget) / 2 - 1e-9


def test_most_of_the_most_value_is_chosen_of_many() -> None:
    """Where the budget is not small beside each form: within a twentieth, over a hundred tasks in all."""
    worst, ours, most = 1.0, 0.0, 0.0
    for seed in range(100):
        items = [
            Item(1 / (1 + (seed * 7 + at * 5) % 11), (Form(3 + (seed + at) % 4, 0.35), Form(8 + (seed * 3 + at * 13) % 30, 1.0)))
            for at in range(7)
        ]
        chosen = choose(items, 80)
        found, possible = value(items, chosen), best(items, 80)
        worst, ours, most = min(worst, found / possible), ours + found, most + possible
    assert worst > 0.85
    assert ours > 0.97 * most


@given(nested_items(), st.integers(0, 120))
@settings(max_examples=300)
def test_nothing_is_shown_twice_and_nothing_passes_the_budget(items: list[Item], budget: int) -> None:
    """Also with candidates inside of others."""
    chosen = choose(items, budget)
    assert cost(items, chosen) <= budget
    for at, item in enumerate(items):
        assert chosen[at] == NOTHING or not any(is_whole(items, chosen, around) for around in item.inside)
    assert chosen == choose(items, budget)


@given(nested_items())
def test_with_room_for_everything_everything_is_there(items: list[Item]) -> None:
    """Each in its best form, by itself or inside of another one."""
    chosen = choose(items, 10_000)
    for at, item in enumerate(items):
        covered = any(is_whole(items, chosen, around) for around in item.inside)
        assert covered or not item.forms or chosen[at] == len(item.forms) - 1


def test_what_is_inside_of_a_whole_gives_its_tokens_back() -> None:
    """A class with its method for the price of the class."""
    items = [Item(1.0, (Form(50, 1.0),)), Item(3.0, (Form(20, 1.0),), inside=(0,))]
    assert choose(items, 50) == [0, NOTHING]
    assert choose(items, 49) == [NOTHING, 0]
