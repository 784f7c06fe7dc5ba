"""What holds for all tests of memory: no store stays open behind one."""

from collections.abc import Iterator

import pytest
from memory_fixture import close_opened


@pytest.fixture(autouse=True)
def closed() -> Iterator[None]:
    """Every store that the test opened is, at the end."""
    yield
    close_opened()
