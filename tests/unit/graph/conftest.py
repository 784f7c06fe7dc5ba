"""What the tests of the graph share: collections that do not walk what the test run itself holds."""

import gc
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True, scope="module")
def short_collections() -> Iterator[None]:
    """Linking ends with a collection. What pytest and its plugins hold, some hundred megabytes in a long run, is no part of what is
    linked: property tests spent most of their time in walking it.
    """
    gc.collect()
    gc.freeze()
    yield
    gc.unfreeze()
