"""Weiser's property: what is not in a backward slice can be removed, and the value at the criterion stays what it was."""

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from weiser import (
    PRELUDE,
    UnfinishedError,
    lines_across_calls,
    lines_of_slice,
    observe,
    only,
    only_across_calls,
    programs,
)


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(), st.integers(-3, 5), st.integers(-3, 5), st.lists(st.integers(-2, 4), min_size=1, max_size=3), st.booleans())
def test_removing_what_is_outside_a_slice_leaves_the_probed_value(
    program: tuple[str, int], a: int, b: int, items: list[int], shared: bool
) -> None:
    """Both run from the same arguments; the probe sees the same values in the same order."""
    text, line = program
    ys = items if shared else [1, 2]
    try:
        expected = observe(text, (a, b, 0, list(items), list(ys)))
    except (UnfinishedError, SyntaxError):
        assume(False)
    kept = lines_of_slice(text, line)
    sliced = only(text, kept)
    try:
        seen = observe(sliced, (a, b, 0, list(items), list(ys)))
    except UnfinishedError as error:
        pytest.fail(f"{error}\n{text}\n----\n{sliced}")
    assert seen == expected, f"{text}\n----\n{sliced}"


def _keeps_the_probed_value(program: tuple[str, int], a: int, b: int, items: list[int], shared: bool) -> None:
    text, line = PRELUDE + program[0], program[1] + PRELUDE.count("\n")
    ys = items if shared else [1, 2]
    try:
        expected = observe(text, (a, b, 0, list(items), list(ys)), "")
    except (UnfinishedError, SyntaxError):
        assume(False)
    sliced = only_across_calls(text, lines_across_calls(text, line))
    try:
        seen = observe(sliced, (a, b, 0, list(items), list(ys)), "")
    except UnfinishedError as error:
        pytest.fail(f"{error}\n{text}\n----\n{sliced}")
    assert seen == expected, f"{text}\n----\n{sliced}"


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(programs(), st.integers(-3, 5), st.integers(-3, 5), st.lists(st.integers(-2, 4), min_size=1, max_size=3), st.booleans())
def test_the_same_holds_when_the_called_functions_are_cut_down_too(
    program: tuple[str, int], a: int, b: int, items: list[int], shared: bool
) -> None:
    """A slice across calls keeps of every function what the probe needs."""
    _keeps_the_probed_value(program, a, b, items, shared)


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    programs(generators=True),
    st.integers(-3, 5),
    st.integers(-3, 5),
    st.lists(st.integers(-2, 4), min_size=1, max_size=3),
    st.booleans(),
)
def test_the_same_holds_for_generators_that_run_when_they_are_iterated(
    program: tuple[str, int], a: int, b: int, items: list[int], shared: bool
) -> None:
    """What a generator yields and what it changes on the way is in the slice, and so is whatever makes it run."""
    _keeps_the_probed_value(program, a, b, items, shared)
