"""The largest of many values, against all of them sorted."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from lepasserelle.foremost import foremost


@settings(max_examples=200, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.integers(0, 4000),
    st.integers(0, 60),
    st.sampled_from([1, 3, 50, 10_000]),
    st.sampled_from([0.0, 2.0]),
)
def test_the_foremost_are_the_first_of_all_sorted(seed: int, count: int, limit: int, different: int, least: float) -> None:
    """With many ties and few, with less than is asked for, and where nothing is above 0."""
    values = np.random.default_rng(seed).integers(-1, different, count).astype(np.float32)
    expected = sorted((at for at in range(count) if values[at] > 0 and values[at] >= least), key=lambda at: (-values[at], at))
    assert foremost(values, limit, least).tolist() == expected[:limit]


def test_few_positive_values_among_many_are_all_found() -> None:
    """Most groups are then without one, and no bar can be set by them."""
    values = np.zeros(10_000, dtype=np.float32)
    values[[17, 4_000, 9_999]] = [1.0, 3.0, 1.0]
    assert foremost(values, 200).tolist() == [4_000, 17, 9_999]
