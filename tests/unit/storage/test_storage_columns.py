"""Sections arranged for compression come back bit for bit, whatever they hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from lepasserelle.storage.columns import AS_IT_IS, Order, Step, arranged, orders_for, restored
from lepasserelle.storage.sections import SectionEntry, TableError, plan

orders = st.one_of(
    st.just(AS_IT_IS),
    st.builds(Order, st.just(Step.PLANES), st.integers(2, 64), st.just(1)),
    st.sampled_from([2, 4, 8]).flatmap(
        lambda item: st.builds(Order, st.just(Step.DIFFERENCES), st.integers(1, 64 // item).map(lambda n: n * item), st.just(item))
    ),
)


def entry_of(array: np.ndarray) -> SectionEntry:
    """Its row in a section table."""
    return plan({"x": array})[0]


@given(order=orders, data=st.data())
def test_any_bytes_come_back_as_they_were(order: Order, data: st.DataObject) -> None:
    """Whole rows of anything, none at all included."""
    rows = data.draw(st.integers(0, 50))
    content = data.draw(st.binary(min_size=rows * order.row_bytes, max_size=rows * order.row_bytes))
    assert order.is_valid
    assert bytes(restored(bytes(arranged(content, order)), order)) == content


@pytest.mark.parametrize("dtype", ["<u2", "<i2", "<u4", "<i4", "<u8", "<i8"])
def test_differences_of_extreme_numbers_wrap_and_come_back(dtype: str) -> None:
    """From the least to the most and back, in two columns."""
    info = np.iinfo(dtype)
    array = np.array([[info.min, info.max], [info.max, info.min], [0, info.max], [info.min, 1]], dtype)
    (order,) = [order for order in orders_for(entry_of(array)) if order.step == Step.DIFFERENCES]
    assert bytes(restored(bytes(arranged(array.tobytes(), order)), order)) == array.tobytes()


def test_ascending_numbers_become_small_ones_in_planes() -> None:
    """Differences first, then the low bytes of all of them, then the higher ones."""
    numbers = np.arange(1000, 1_000_000, 7, dtype="<u4")
    planes = bytes(arranged(numbers.tobytes(), Order(Step.DIFFERENCES, 4, 4)))
    assert planes[1 : len(numbers)] == b"\7" * (len(numbers) - 1)
    assert set(planes[len(numbers) + 1 : 2 * len(numbers)]) == {0}


@pytest.mark.parametrize(
    ("array", "steps"),
    [
        (np.zeros(4, np.uint8), [Step.NONE]),
        (np.zeros((4, 24), np.uint8), [Step.NONE, Step.PLANES]),
        (np.zeros((4, 128), np.int8), [Step.NONE]),
        (np.zeros(4, np.float32), [Step.NONE, Step.PLANES]),
        (np.zeros(4, np.uint64), [Step.NONE, Step.PLANES, Step.DIFFERENCES]),
        (np.zeros(4, [("a", "<u4"), ("b", "u1")]), [Step.NONE, Step.PLANES]),
    ],
)
def test_orders_that_are_tried_depend_on_the_type(array: np.ndarray, steps: list[Step]) -> None:
    """Bytes alone stay as they are; vectors have nothing in common with the next; differences of floats are no floats."""
    assert [order.step for order in orders_for(entry_of(array))] == steps
    assert all(order.is_valid for order in orders_for(entry_of(array)))


@pytest.mark.parametrize("order", [Order(3, 4, 4), Order(1, 0, 1), Order(1, 65, 1), Order(2, 6, 4), Order(2, 9, 3)])
def test_orders_that_nobody_writes_are_not_valid(order: Order) -> None:
    """An unknown step, no row, a long row, an item that does not fit."""
    assert not order.is_valid


def test_a_column_that_ends_within_a_row_is_refused() -> None:
    """Rather than read as something else."""
    with pytest.raises(TableError):
        restored(b"12345", Order(Step.PLANES, 4, 1))
