"""Named points in every write path, at which a test looks on, fails the call or kills the process. Costs one comparison otherwise.

Not a logging or progress facility: nothing outside the tests observes steps.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

_observer: Callable[[str], None] | None = None


def step(name: str) -> None:
    """Say that the write path has reached `name`."""
    if _observer is not None:
        _observer(name)


@contextmanager
def observed(observer: Callable[[str], None]) -> Iterator[None]:
    """Call `observer` with the name of every step taken in this process (and in children forked from it) within the block.

    What it raises comes out of the step: an `OSError` stands for a system call that failed there.
    """
    global _observer
    previous, _observer = _observer, observer
    try:
        yield
    finally:
        _observer = previous
